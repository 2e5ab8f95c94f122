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
    ConnectoryError,
    CorruptBundle,
    DeprecatedWarning,
    InvalidConfig,
    InvalidData,
    InvalidInput,
    InvalidOutput,
    InvalidRequirements,
    InvalidVersion,
    Issue,
    MissingRequirements,
    NoAI,
    NoSuitableModel,
    NotABundle,
    NotPriced,
    UnknownIntegration,
    UnknownMethod,
    UnknownModel,
    UnknownName,
    UnknownVersion,
    UnsupportedFormat,
    VersionWarning,
)
from connectory.integration import Integration
from connectory.method import Method

if TYPE_CHECKING:
    from connectory.ai import AI, CostMeter
    from connectory.auth import Auth
    from connectory.instance import Instance, Reopened
    from connectory.model import Model

__version__ = "0.1.0"

__all__ = [
    "AI",
    "Auth",
    "BundleError",
    "BundleNotFound",
    "Catalog",
    "ConnectoryError",
    "CorruptBundle",
    "CostMeter",
    "DeprecatedWarning",
    "Instance",
    "Integration",
    "InvalidConfig",
    "InvalidData",
    "InvalidInput",
    "InvalidOutput",
    "InvalidRequirements",
    "InvalidVersion",
    "Issue",
    "Method",
    "MissingRequirements",
    "Model",
    "NoAI",
    "NoSuitableModel",
    "NotABundle",
    "NotPriced",
    "Reopened",
    "UnknownIntegration",
    "UnknownMethod",
    "UnknownModel",
    "UnknownName",
    "UnknownVersion",
    "UnsupportedFormat",
    "VersionWarning",
    "open",
]

_LATER = {
    "AI": "ai",
    "Auth": "auth",
    "CostMeter": "ai",
    "Instance": "instance",
    "Model": "model",
    "Reopened": "instance",
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
