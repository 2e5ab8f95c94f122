"""The layouts of migration tools, one module each.

A layout's module has

- a docstring, whose first line says for which tool it is;
- ``files(migration, target) -> {path: chunks}``: the files of a migration, below the folder of all;
- ``read(folder) -> list[Found]``: the migrations in a folder in the order in which the tool applies them, its user's
  own among them;
- ``UP_ENDS``: what the line starts with after which a file takes back what it did, or None;
- ``heads(found)``: the migrations that a new one comes after;
- ``needs_merge(folder, found)``: why the tool refuses the folder as it is, or None; ``MERGES_BY_MIGRATION``: whether it
  takes a migration to mend that;
- ``lists(folder, migrations)``: further files that change when migrations are added, such as a list of them.

A new layout is a new module here; nothing else names it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def layouts() -> dict[str, ModuleType]:
    """Every layout's module by its name, sorted."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}


def write_files(folder: Path, files: Mapping[str, Iterable[str]]) -> None:
    """Write files below a folder: none appears before all are written; the last one appears last.

    Raises:
        OSError: one cannot be written; then none has appeared, unless it was moving them that failed.
    """
    with ExitStack() as stack:
        moves = []
        for name, chunks in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(prefix=".connectory-", dir=target.parent)
            stack.callback(Path(written).unlink, missing_ok=True)
            with open(handle, "wb") as stream:
                stream.writelines(chunk.encode() for chunk in chunks)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(written, 0o644)
            moves.append((written, target))
        for written, target in moves:
            os.replace(written, target)
