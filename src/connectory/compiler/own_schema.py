"""Values that stand in a schema, such as defaults and examples, against that schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import accepts_plainly, rejecter


class Refused(NamedTuple):
    """A value that its schema does not accept.

    Attributes:
        node: the schema.
        at: where the value stands in it.
        reasons: why; at most three.
    """

    node: Node
    at: Path
    reasons: list[str]


def refused(definition: Definition, values: Iterable[tuple[Node, Path, Any]]) -> Iterator[Refused]:
    """The values that the schemas that they stand in do not accept; those of a whole schema follow each other.

    Schemas that are not valid are passed over. In a definition with tangles nothing is asked.
    """
    if definition.tangles:
        return
    shared = cache(lambda: rejecter({"$defs": definition.shared}))
    doubted = ((node, at, value) for node, at, value in values if not accepts_plainly(node.data, value))
    for path, several in groupby(doubted, lambda each: each[0].whole.path):
        if path not in definition.valid_paths:
            continue
        reasons, start = (shared(), 0) if path[0] == "$defs" else (None, len(path))
        for node, at, value in several:
            reasons = reasons or rejecter(definition.shared_defs.self_contained(node.whole.data))
            found = reasons(node.path[start:], value)
            if found:
                yield Refused(node, at, found)
