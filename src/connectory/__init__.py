"""Integration definitions, compiled: open a bundle, look a method up, validate, call.

>>> catalog = connectory.open("build/catalog.bundle")
>>> method = catalog.method("xero", "create_invoice")
>>> data = method.validate_input({...})
"""

from typing import TYPE_CHECKING, Any

from connectory.catalog import Catalog, open
from connectory.errors import (
    BundleError,
    BundleNotFound,
    CallFailed,
    ConnectoryError,
    CorruptBundle,
    DeprecatedWarning,
    InvalidConfig,
    InvalidCredentials,
    InvalidData,
    InvalidInput,
    InvalidOutput,
    InvalidRequirements,
    InvalidVersion,
    Issue,
    MissingExtra,
    MissingRequirements,
    NoAI,
    NoSuitableModel,
    NotABundle,
    NotCallable,
    NotPriced,
    TokenError,
    TokenNotSaved,
    UnknownIntegration,
    UnknownMethod,
    UnknownModel,
    UnknownName,
    UnknownVersion,
    Unreachable,
    UnsafeValue,
    UnsupportedFormat,
    VersionWarning,
)
from connectory.integration import Integration
from connectory.method import Method

if TYPE_CHECKING:
    from connectory.ai import AI, CostMeter
    from connectory.answers import Answer
    from connectory.auth import Auth
    from connectory.instance import Instance, Reopened
    from connectory.model import Model
    from connectory.oauth2 import Authorization, Callback
    from connectory.request import Request
    from connectory.session import (
        AsyncSession,
        MemoryTokenStore,
        Session,
        TokenStore,
        async_oauth_session,
        oauth_session,
    )
    from connectory.tokens import Token

__version__ = "0.1.0"

__all__ = [
    "AI",
    "Answer",
    "AsyncSession",
    "Auth",
    "Authorization",
    "BundleError",
    "BundleNotFound",
    "CallFailed",
    "Callback",
    "Catalog",
    "ConnectoryError",
    "CorruptBundle",
    "CostMeter",
    "DeprecatedWarning",
    "Instance",
    "Integration",
    "InvalidConfig",
    "InvalidCredentials",
    "InvalidData",
    "InvalidInput",
    "InvalidOutput",
    "InvalidRequirements",
    "InvalidVersion",
    "Issue",
    "MemoryTokenStore",
    "Method",
    "MissingExtra",
    "MissingRequirements",
    "Model",
    "NoAI",
    "NoSuitableModel",
    "NotABundle",
    "NotCallable",
    "NotPriced",
    "Reopened",
    "Request",
    "Session",
    "Token",
    "TokenError",
    "TokenNotSaved",
    "TokenStore",
    "UnknownIntegration",
    "UnknownMethod",
    "UnknownModel",
    "UnknownName",
    "UnknownVersion",
    "Unreachable",
    "UnsafeValue",
    "UnsupportedFormat",
    "VersionWarning",
    "async_oauth_session",
    "oauth_session",
    "open",
]

_LATER = {
    "AI": "ai",
    "Answer": "answers",
    "AsyncSession": "session",
    "Auth": "auth",
    "Authorization": "oauth2",
    "Callback": "oauth2",
    "CostMeter": "ai",
    "Instance": "instance",
    "MemoryTokenStore": "session",
    "Model": "model",
    "Reopened": "instance",
    "Request": "request",
    "Session": "session",
    "Token": "tokens",
    "TokenStore": "session",
    "async_oauth_session": "session",
    "oauth_session": "session",
}
"""Public names that a service may do without, and their modules: imported when they are used first."""


if not TYPE_CHECKING:  # a type checker would take every name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        found = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
