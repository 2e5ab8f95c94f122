"""A new definition: a text that passes every check and explains itself."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from connectory.compiler.canonical import formatted
from connectory.compiler.publish import write_file
from connectory.compiler.text.source import read_text
from connectory.starting.rendering import render

ID = re.compile(r"[a-z0-9_-]{1,255}")
VERSION = "1.0.0"


class Exists(Exception):
    """What would be written stands there already; says what."""


def new_text(id_: str, type_: str, auth: str, name: str, schema: str) -> str:
    """The text of a new definition, in canonical form.

    Args:
        id_: the integrationId.
        type_, auth: its type, and its type of authentication.
        name: for people.
        schema: where its editor finds the format's schema, from the file.
    """
    text = render(
        "definition.yaml.j2",
        id=id_,
        name=name,
        type=type_,
        auth=auth,
        schema=schema,
        host="example.com",
        today=date.today().isoformat(),
    )
    source = read_text(text, "")
    assert not source.diagnostics, source.diagnostics
    return formatted(source, ".yaml")


def refuse_existing(catalog: Path, id_: str) -> None:
    """Make sure that a catalog has no integration of this id yet.

    Raises:
        Exists: it has, or one whose name differs only in case.
    """
    standing = [path for path in catalog.iterdir() if path.name.lower() == id_.lower()] if catalog.is_dir() else []
    for folder in standing:
        versions = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        if versions or folder.name != id_ or not folder.is_dir():
            raise Exists(f"{folder.as_posix()} exists" + (f" with {', '.join(versions[:5])}" if versions else ""))


def new_definition(catalog: Path, id_: str, type_: str, auth: str, name: str) -> Path:
    """Write a new definition into a catalog; the path of its file.

    Raises:
        Exists: see ``refuse_existing``.
        OSError: it cannot be written.
    """
    refuse_existing(catalog, id_)
    path = catalog / id_ / f"{VERSION}.yaml"
    write_file(path, new_text(id_, type_, auth, name, "../../schemas/definition-1.json"))
    return path
