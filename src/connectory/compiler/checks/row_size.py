"""The row of a definition would be too large for a database.

In the table every schema stands alone: each takes along all shared schemas that it reaches, and their sizes add up. A
thousand schemas that reach each other, and a thousand methods that refer to one of them, make a million copies out of
300 KB. PostgreSQL keeps at most 256 MB in one value of JSONB, where numbers take several times what their text takes,
and a build needs a few times the size of a row as memory; a row may therefore be 64 MB of JSON, which is also what a
file may be. The largest of Google's and AWS's services, with more than 1,200 methods, comes to 27 MB.

Example: ``$defs`` with a thousand schemas in a circle, and a thousand methods with ``$ref: "#/$defs/First"``.

Instead, have methods refer to what they need: an object where another one is meant often has its id only.

    properties:
      owner_id: {type: string, description: Id of the owner}
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.text.source import LIMIT

CODE = "B002"
SEVERITY: Severity = "error"

_encoded = msgspec.json.Encoder(decimal_format="number").encode


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at the shared schemas; sizes are added up, without copies, until they are too much."""
    if not definition.shared:
        return
    shared = {name: len(_encoded({name: schema})) for name, schema in definition.shared.items()}
    schemas = [schema for schema in definition.root_schemas if schema.path in definition.valid_paths]
    if sum(shared.values()) * (len(schemas) + 1) <= LIMIT:
        return
    size = len(_encoded(definition.data))
    for schema in schemas:
        size += sum(shared[name] for name in definition.shared_defs.reached_from(schema.data))
        if size > LIMIT:
            message = f"with the shared schemas that each schema reaches, the row is more than {LIMIT >> 20} MB of JSON"
            help_ = "have fewer of them lead to each other, or split the definition in two"
            yield definition.finding(globals(), message, ("$defs",), key=True, help=help_)
            return
