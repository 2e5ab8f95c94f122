"""The rules, one module each.

A rule's module has a ``CODE``, a ``SEVERITY``, a docstring that is its manual (first line: what it
is about), and one of

- ``check(definition) -> Iterator[Diagnostic]``: run on every definition;
- ``check_catalog(definitions) -> Iterator[Diagnostic]``: run once, on all of them;
- neither: it is reported while the text is read, by ``compiler/text``, which calls the module's ``report``.

A new rule is a new module here; nothing else names it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def rules() -> dict[str, ModuleType]:
    """Every rule's module by its code, sorted.

    Raises:
        ValueError: two modules claim one code.
    """
    names = (module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    found = {module.CODE: module for module in sorted(modules, key=lambda module: str(module.CODE))}
    if len(found) != len(modules):
        raise ValueError("two rules have the same code")
    return found
