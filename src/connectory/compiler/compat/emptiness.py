"""Whether a schema accepts nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectory.compiler.compat.outcomes import EMPTY
from connectory.compiler.compat.parts import Parts
from connectory.compiler.compat.search import Exhausted, Search
from connectory.compiler.compat.terms import Terms
from connectory.compiler.compat.translate import Reference, Schema
from connectory.compiler.compat.values import Undecided

_STEPS = 20_000


def emptiness(root: dict[str, Any]) -> Callable[[Any], bool]:
    """A function that tells whether a schema whose references lead into ``root`` is certain to accept nothing.

    The function opens nothing and takes a bounded time; what it cannot decide counts as accepting something.
    """
    terms = Terms()
    try:
        schema = Schema(terms, root, "", Parts())
    except (Undecided, RecursionError, TypeError, ValueError):
        return lambda node: False
    searches = [Search(terms, Reference.meaning, _STEPS)]

    def is_empty(node: Any) -> bool:
        try:
            return searches[-1].solve(frozenset(((schema.of(node), True),))) is EMPTY
        except (Exhausted, Undecided, RecursionError, TypeError, ValueError):
            searches.append(Search(terms, Reference.meaning, _STEPS))  # the one that was left midway knows nothing
        return False

    return is_empty
