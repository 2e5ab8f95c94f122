"""A method or a model has no description, or what should be one, or a name, is blank.

People and agents choose by it; a name alone says neither what a call changes nor what a model is good for.

Example:

    - id: create_invoice
      name: Create invoice

Instead:

    - id: create_invoice
      name: Create invoice
      description: Creates an invoice as a draft, which nobody is sent
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D032"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each that has none, or an empty one, and for each name and the definition's own that are."""
    for path, owner in [((), definition.data), *definition.methods, *definition.models]:
        for field in ("name",) if path else ("name", "description"):
            said = owner.get(field)
            if isinstance(said, str) and not said.strip() and (said or field != "name"):  # no name is an error
                help_ = "write it as the vendor does" if field == "name" else "say what it connects to"
                yield definition.finding(globals(), f"the {field} is blank", (*path, field), help=help_)
    for kind, parts in (("method", definition.methods), ("model", definition.models)):
        for part in parts:
            said = part.data.get("description")
            if said is None or (isinstance(said, str) and not said.strip()):
                name = part.data.get("id")
                message = f"the {kind} {name!r} has no description" if isinstance(name, str) else f"a {kind} has none"
                at = (*part.path, "id" if said is None else "description")
                help_ = "say what it does, and what it changes" if kind == "method" else "say what it is good for"
                yield definition.finding(globals(), message, at, help=help_)
