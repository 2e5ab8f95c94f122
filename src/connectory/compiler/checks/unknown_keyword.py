"""A schema has a keyword that JSON Schema does not have.

Validators ignore keywords that they do not know, and with them what the author meant. Keywords of your own start with
``x-``.

Example:

    customer:
      type: object
      requried: [name]

Instead:

    customer:
      type: object
      required: [name]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.checks.older_draft import LEFTOVERS
from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.vocabulary import KEYWORDS
from connectory.names import close_matches

CODE = "S006"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each unknown keyword."""
    for keyword, nodes in definition.nodes.items():
        if keyword not in KEYWORDS and keyword not in LEFTOVERS and not keyword.startswith("x-"):
            for node in nodes:
                message = f"JSON Schema has no keyword {keyword!r}"
                path = (*node.path, keyword)
                yield definition.finding(globals(), message, path, key=True, help=_help(keyword, node))


def _help(keyword: str, node: Node) -> str:
    close = close_matches(keyword, KEYWORDS - node.data.keys())
    if close:
        return f"did you mean {close[0]!r}?"
    if isinstance(node.data[keyword], dict):
        return f"to declare a property, write it under properties; to keep a note, write x-{keyword}"
    return f"remove it; to keep a note, write x-{keyword}"
