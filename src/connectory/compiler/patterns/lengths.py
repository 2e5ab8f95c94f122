"""How long the texts are that a regular expression matches."""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod

from connectory.compiler.patterns.syntax import Choice, Edge, Node, Repeat, Sequence, read

_TIMES = re.compile(r"\{([0-9]+)")


def fits_lengths(pattern: str, least: int, most: int | None) -> bool:
    """Whether a pattern may match a text of ``least`` to ``most`` characters; False is as good as certain."""
    if least <= 1 and (most is None or _shortest_at_most(pattern) <= most):
        return True  # told at a glance
    shortest, longest = lengths(pattern)
    return (most is None or shortest <= most) and (longest is None or least <= longest)


@lru_cache(maxsize=1 << 14)
def _shortest_at_most(pattern: str) -> int:
    """A bound that takes no parsing: what is repeated adds up, and multiplies where a group is."""
    times = [int(found) for found in _TIMES.findall(pattern)]
    return len(pattern) * prod(max(1, one) for one in times) if "){" in pattern else len(pattern) + sum(times)


@lru_cache(maxsize=1 << 12)
def lengths(pattern: str) -> tuple[int, int | None]:
    """The lengths of the shortest and the longest text in which a pattern is found; None where there is no longest."""
    node = read(pattern).node
    if node is None:
        return 0, None
    try:
        shortest, longest = _lengths(node)
    except RecursionError:
        return 0, None
    return shortest, longest if _is_whole(node) else None


def _lengths(node: Node) -> tuple[int, int | None]:
    match node:
        case Edge():
            return 0, 0
        case Sequence(parts):
            found = [_lengths(part) for part in parts]
            return sum(least for least, _ in found), _sum([most for _, most in found])
        case Choice(options):
            found = [_lengths(option) for option in options]
            most = [most for _, most in found if most is not None]
            return min(least for least, _ in found), max(most) if len(most) == len(found) else None
        case Repeat(part, times, at_most):
            least, longest = _lengths(part)
            endless = longest is None or (at_most is None and longest)
            return least * times, None if endless else (longest or 0) * (at_most or 0)
    return 1, 1


def _sum(several: list[int | None]) -> int | None:
    known = [one for one in several if one is not None]
    return sum(known) if len(known) == len(several) else None


def _is_whole(node: Node) -> bool:
    """Whether a match is all of the text."""
    if isinstance(node, Choice):
        return all(map(_is_whole, node.options))
    return isinstance(node, Sequence) and node.parts[:1] == (Edge(True),) and node.parts[-1:] == (Edge(False),)
