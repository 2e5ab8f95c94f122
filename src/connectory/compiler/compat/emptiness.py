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

_ALL_STEPS = 10 * _STEPS
"""For all schemas of a definition; those of real definitions come to some hundred steps together."""


class Allowance:
    """The steps that several functions may take together."""

    def __init__(self, steps: int = _ALL_STEPS) -> None:
        self.left = steps


def emptiness(root: dict[str, Any], allowance: Allowance | None = None) -> Callable[[Any], bool]:
    """A function that tells whether a schema whose references lead into ``root`` is certain to accept nothing.

    The function opens nothing and takes a bounded time, as all that share an ``allowance`` do together; what it cannot
    decide counts as accepting something.
    """
    allowed = allowance or Allowance()
    terms = Terms()
    try:
        schema = Schema(terms, root, "", Parts(), alone=True)
    except (Undecided, RecursionError, TypeError, ValueError):
        return lambda node: False
    search = Search(terms, Reference.meaning, _STEPS)

    def is_empty(node: Any) -> bool:
        nonlocal search
        if allowed.left <= 0:
            return False
        used, before = search, search.left
        try:
            return used.solve(frozenset(((schema.of(node), True),))) is EMPTY
        except (Exhausted, Undecided, RecursionError, TypeError, ValueError):
            search = Search(terms, Reference.meaning, _STEPS)  # the one that was left midway knows nothing
        finally:
            allowed.left -= before - used.left
        return False

    return is_empty
