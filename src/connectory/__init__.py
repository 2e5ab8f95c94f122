"""Integration definitions, compiled: open a bundle, look a method up, validate, call.

>>> catalog = connectory.open("build/catalog.bundle")
>>> method = catalog.method("xero", "create_invoice")
>>> data = method.validate_input({...})
"""

from connectory.ai import AI
from connectory.auth import Auth
from connectory.catalog import Catalog, open
from connectory.errors import (
    BundleError,
    BundleNotFound,
    ConnectoryError,
    CorruptBundle,
    InvalidConfig,
    InvalidData,
    InvalidInput,
    InvalidOutput,
    InvalidVersion,
    Issue,
    NoAI,
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
    "Integration",
    "InvalidConfig",
    "InvalidData",
    "InvalidInput",
    "InvalidOutput",
    "InvalidVersion",
    "Issue",
    "Method",
    "Model",
    "NoAI",
    "NotABundle",
    "NotPriced",
    "UnknownIntegration",
    "UnknownMethod",
    "UnknownModel",
    "UnknownName",
    "UnknownVersion",
    "UnsupportedFormat",
    "VersionWarning",
    "open",
]
