"""The format's JSON Schema in a repository of definitions, where editors read it: a copy of the installed one."""

from __future__ import annotations

from pathlib import Path

from connectory.compiler.format import NAME, schema_text
from connectory.compiler.publish import write_file


def place_of(catalog: Path) -> Path:
    """Where the editors of a catalog's authors look for the schema."""
    return catalog.absolute().parent / "schemas" / NAME


def is_current(catalog: Path) -> bool | None:
    """Whether the copy is that of this version; None where there is none."""
    try:
        return place_of(catalog).read_text(encoding="utf-8") == schema_text()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return False


def write_schema(catalog: Path) -> Path:
    """Write the copy, or bring it up to date; its path.

    Raises:
        OSError: it cannot be written.
    """
    path = place_of(catalog)
    if is_current(catalog) is not True:
        write_file(path, schema_text())
    return path
