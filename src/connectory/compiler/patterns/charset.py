"""Sets of characters, as sorted ranges of code points that do not touch."""

from __future__ import annotations

from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF

_LETTERS = ((0x41, 0x5A), (0x61, 0x7A))


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The union of ranges."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """Every other character."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def overlap(first: Ranges, second: Ranges) -> Ranges:
    """What both have."""
    found: list[tuple[int, int]] = []
    left = right = 0
    while left < len(first) and right < len(second):
        low = max(first[left][0], second[right][0])
        high = min(first[left][1], second[right][1])
        if low <= high:
            found.append((low, high))
        if first[left][1] < second[right][1]:
            left += 1
        else:
            right += 1
    return tuple(found)


def contains(ranges: Ranges, character: str) -> bool:
    """Whether a character is one of them."""
    return any(low <= ord(character) <= high for low, high in ranges)


def example(ranges: Ranges) -> str:
    """One of them, if possible one that is easy to read; the set must not be empty."""
    for character in "a0A-_./: !":
        if contains(ranges, character):
            return character
    readable = overlap(ranges, ((0x21, 0x7E),)) or overlap(ranges, complement(((0xD800, 0xDFFF),))) or ranges
    return chr(readable[0][0])


DIGITS: Ranges = ((0x30, 0x39),)
WORD: Ranges = joined((*DIGITS, *_LETTERS, (0x5F, 0x5F)))
SPACE: Ranges = joined(
    [(0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)]
    + [(code, code) for code in (0x202F, 0x205F, 0x3000, 0xFEFF)]
)
DOT: Ranges = complement(((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)))
ANY: Ranges = ((0, LAST),)

CLASSES: dict[str, Ranges] = {
    "d": DIGITS,
    "w": WORD,
    "s": SPACE,
    "D": complement(DIGITS),
    "W": complement(WORD),
    "S": complement(SPACE),
}
"""What ECMA-262 means by an escaped letter."""
