"""A keyword says nothing about values of the type that the schema has.

``minLength`` is about text, ``minimum`` about numbers, ``minItems`` about lists, ``properties`` about objects. Beside
another type they have no effect.

Example:

    quantity: {type: integer, minLength: 1}

Instead:

    quantity: {type: integer, minimum: 1}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.validity import PLAIN
from connectory.compiler.vocabulary import FORMATS, TYPE_OF, concerns, format_concerns, types_of

CODE = "S009"
SEVERITY: Severity = "error"

_ALIKE = (
    {"string": "minLength", "number": "minimum", "array": "minItems", "object": "minProperties"},
    {"string": "maxLength", "number": "maximum", "array": "maxItems", "object": "maxProperties"},
)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each such keyword."""
    for keyword, about in TYPE_OF.items():
        for node in definition.nodes_with(keyword):
            if node.data.get("type", about) != about and not concerns(keyword, types_of(node.data)):
                if node.whole.path not in definition.valid_paths and not PLAIN[keyword](node.data[keyword]):
                    continue  # its value is wrong in itself
                types = types_of(node.data)
                message = f"{keyword!r} is about {about}s, and the type is {' or '.join(sorted(types))}"
                help_ = _help(keyword, about, types)
                yield definition.finding(globals(), message, (*node.path, keyword), key=True, help=help_)
    for node in definition.nodes_with("format"):
        name = node.data["format"]
        if node.data.get("type", "string") != "string" and isinstance(name, str) and name in FORMATS:
            types = types_of(node.data)
            if not format_concerns(name, types):
                message = f"the format {name!r} is about strings, and the type is {' or '.join(sorted(types))}"
                help_ = "change the type, or remove the format"
                yield definition.finding(globals(), message, (*node.path, "format"), help=help_)


def _help(keyword: str, about: str, types: frozenset[str]) -> str:
    if "array" in types and about != "array":
        return "put it into items, the schema of each item"
    for alike in _ALIKE:
        if keyword in alike.values():
            for type_ in sorted(types):
                other = alike.get("number" if type_ == "integer" else type_)
                if other:
                    return f"did you mean {other!r}?"
    return f"change the type to {about}, or remove {keyword!r}"
