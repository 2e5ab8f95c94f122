"""An ``http`` binding names an input that the method does not have.

What path variables, ``query``, ``headers``, ``cookies``, ``styles``, ``body.from`` and ``body.filenames`` name are
properties of the method's inputSchema; ``styles`` may also name the members of the one input that is the body. A key
that belongs into the path is named by apiKeyConfig, and is no input.

Example:

    http: {method: GET, path: "/orders/{order}"}
    inputSchema: {type: object, properties: {order_id: {type: string}}, required: [order_id]}

Instead:

    http: {method: GET, path: "/orders/{order_id}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import EVERYTHING, Binding, Placed, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import members
from connectory.compiler.signin import keys_in_paths

CODE = "D018"
SEVERITY: Severity = "error"

_WHERE = {"headers": "a header", "cookies": "a cookie", "filenames": "the name of a file"}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each name that is no input's."""
    keys: set[str] | None = None
    for binding in bindings(definition):
        if binding.inputs.is_open:
            continue
        for placed in (*binding.placed, *_styled(definition, binding), *_files(binding)):
            if placed.input in binding.inputs.schemas:
                continue
            keys = keys_in_paths(definition) if keys is None else keys
            if placed.kind != "path" or placed.input not in keys:
                yield _finding(definition, binding, placed)


def _styled(definition: Definition, binding: Binding) -> Iterator[Placed]:
    """The inputs that ``styles`` names, but for members of the one that is the body."""
    styles = binding.http.data.get("styles")
    named = [name for name in styles if name != EVERYTHING] if isinstance(styles, dict) else []
    if not named:
        return
    inputs = binding.inputs
    bodies = [said for one in binding.placed if one.kind == "body" for said in inputs.schemas.get(one.input, ())]
    inner = [members(said, definition.shared, inputs.root) for said in bodies]
    for name in named:
        if not any(one.is_open or name in one.schemas for one in inner):
            yield Placed("style", name, name, (*binding.http.path, "styles", name))


def _files(binding: Binding) -> Iterator[Placed]:
    """The inputs whose file names come from others."""
    for placed in binding.placed:
        if placed.kind == "filenames":
            yield placed._replace(input=placed.wire)


def _finding(definition: Definition, binding: Binding, placed: Placed) -> Diagnostic:
    close = definition.close(placed.input, binding.inputs.schemas)
    help_ = f"did you mean {close[0]!r}?" if close else "declare it in inputSchema"
    message = (
        f"{_WHERE.get(placed.kind, f'the {placed.kind}')} names the input {placed.input!r}, which there is none of"
    )
    return definition.finding(globals(), message, placed.path, help=help_)
