"""The source formats, one module each.

A format's module has

- a docstring, whose first line says what it reads;
- ``recognises(root) -> bool``: whether a document, of any shape, looks like this format;
- ``MARKS``: what ``recognises`` looks for, in words; ``PACKAGE``, if ``find`` looks into one;
- ``find(name) -> Path | None``: the file that a name stands for, where it is no path;
- ``read(documents, tally) -> Draft``: the document as a draft; it raises SourceError where it is none.

A new format is a new module here; nothing else names it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def formats() -> dict[str, ModuleType]:
    """Every format's module by its name, sorted."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
