"""The outputs, one module each.

An output's module has a ``NAME``, the file or folder below ``build/``, and ``write(release, path)``, which
writes it there. A new one is a new module here; nothing else names it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def outputs() -> list[ModuleType]:
    """Every output's module, by NAME."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return sorted(modules, key=lambda module: str(module.NAME))
