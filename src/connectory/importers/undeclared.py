"""Required properties that no schema declares."""

from __future__ import annotations

from typing import Any

from connectory.compiler.checks.undeclared_required import undeclared
from connectory.compiler.definition import Definition
from connectory.importers.tally import Tally
from connectory.pointers import pointer


def drop_undeclared(definition: Definition, tally: Tally) -> None:
    """Leave out of a definition what its schemas require and do not declare: a name that the source misspells."""
    for node, at, index in sorted(undeclared(definition), key=lambda each: -each[2]):
        names: Any = node.data
        for step in at:
            names = names[step]
        tally.note("required property that is declared nowhere; not required", f"{pointer(node.path)}: {names[index]}")
        del names[index]
        if not names and at == ("required",):
            del node.data["required"]
