"""Semantic versions (semver.org 2.0.0) and ranges over them.

A range follows Cargo's rules, except that a full version is exact: ``"1.2.0"`` means only that one,
``"1.2"`` means ``^1.2``. Comparators are joined with commas. A pre-release is matched only by a
range that names a pre-release of the same ``major.minor.patch``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache, total_ordering
from typing import NamedTuple

from connectory.errors import InvalidVersion

_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_PRE = rf"(?:-(?P<pre>{_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
_BUILD = r"(?:\+(?P<build>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"


@cache
def _version_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<major>{_NUMBER})\.(?P<minor>{_NUMBER})\.(?P<patch>{_NUMBER}){_PRE}{_BUILD}")


@cache
def _comparator_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<op>\^|~|>=|<=|>|<|=)?\s*(?P<major>{_NUMBER}|[*xX])"
        rf"(?:\.(?P<minor>{_NUMBER}|[*xX])(?:\.(?P<patch>{_NUMBER}|[*xX]){_PRE}{_BUILD})?)?"
    )


_LONGEST = 256
_WILDCARDS = ("*", "x", "X")
_FIRST = ("0",)
"""The pre-release that comes before all others of its core."""


@total_ordering
class Version:
    """A semantic version. Ordered by precedence, which ignores build metadata; equality does too."""

    __slots__ = ("_key", "core", "pre", "text")

    core: tuple[int, int, int]
    pre: tuple[str, ...]
    text: str

    def __init__(self, core: tuple[int, int, int], pre: tuple[str, ...], text: str) -> None:
        self.core = core
        self.pre = pre
        self.text = text
        self._key = (core, not pre, tuple(map(_identifier_key, pre)))

    @classmethod
    def parse(cls, text: str) -> Version:
        """The version that ``text`` writes.

        Raises:
            InvalidVersion: it is not ``MAJOR.MINOR.PATCH[-PRE][+BUILD]``.
        """
        match = _version_pattern().fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            raise InvalidVersion(f"{text[:60]!r} is not a semantic version (MAJOR.MINOR.PATCH)")
        core = (int(match["major"]), int(match["minor"]), int(match["patch"]))
        return cls(core, tuple((match["pre"] or "").split(".")) if match["pre"] else (), text)

    @classmethod
    def read(cls, text: str) -> Version | None:
        """The version that ``text`` writes; None where it is none."""
        try:
            return cls.parse(text)
        except InvalidVersion:
            return None

    @property
    def is_prerelease(self) -> bool:
        """Whether this comes before its own release, as 1.0.0-beta comes before 1.0.0."""
        return bool(self.pre)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


def _identifier_key(identifier: str) -> tuple[int, int, str]:
    return (0, int(identifier), "") if identifier.isdigit() else (1, 0, identifier)


class _Interval(NamedTuple):
    """``low <= version < high`` by precedence; ``after`` excludes low itself, ``until`` includes high."""

    low: Version | None
    high: Version | None
    after: bool = False
    until: bool = False
    names_pre: tuple[int, int, int] | None = None

    def holds(self, version: Version) -> bool:
        if self.low is not None and (version < self.low or (self.after and version == self.low)):
            return False
        return self.high is None or version < self.high or (self.until and version == self.high)


class Range:
    """A set of versions, as a requirement writes it."""

    __slots__ = ("_intervals", "exact", "text")

    def __init__(self, text: str, intervals: tuple[_Interval, ...], exact: Version | None) -> None:
        self.text = text
        self._intervals = intervals
        self.exact = exact

    @classmethod
    def parse(cls, text: str) -> Range:
        """The range that ``text`` writes, such as ``^1.2``, ``~1.2``, ``1.*``, ``>=1, <3`` or ``1.2.0``.

        Raises:
            InvalidVersion: it is not a range.
        """
        return _parse_range(text)

    def holds(self, version: Version) -> bool:
        """Whether the version lies in the range; a pre-release only where the range names one of its core."""
        if not all(interval.holds(version) for interval in self._intervals):
            return False
        return not version.pre or any(interval.names_pre == version.core for interval in self._intervals)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Range({self.text!r})"


def newest(versions: Iterable[Version]) -> Version | None:
    """The newest stable version; where there is none, the newest pre-release."""
    return max(versions, key=lambda version: (not version.pre, version._key), default=None)


@lru_cache(maxsize=1024)
def _parse_range(text: str) -> Range:
    if len(text) > _LONGEST:
        raise InvalidVersion("a version range has at most 256 characters")
    full = _version_pattern().fullmatch(text.strip())
    if full is not None:
        version = Version.parse(text.strip())
        exact = _Interval(version, version, until=True, names_pre=version.core if version.pre else None)
        return Range(text, (exact,), version)
    return Range(text, tuple(_parse_comparator(part.strip(), text) for part in text.split(",")), None)


def _parse_comparator(part: str, whole: str) -> _Interval:
    match = _comparator_pattern().fullmatch(part)
    if match is None:
        raise InvalidVersion(f"{whole[:60]!r} is not a version range (such as ^1.2, ~1.2 or >=1,<3)")
    numbers = [int(n) for n in (match["major"], match["minor"], match["patch"]) if n and n.isdigit()]
    wild = any(n in _WILDCARDS for n in (match["major"], match["minor"], match["patch"]) if n)
    operator = match["op"] or ("=" if wild else "^")
    if wild and not _wildcards_last(match):
        raise InvalidVersion(f"{whole[:60]!r} is not a version range: a wildcard stands last")
    if not numbers and whole.strip() not in _WILDCARDS:
        raise InvalidVersion(f"{whole[:60]!r} is not a version range: a wildcard for all versions stands alone")
    pre = tuple(match["pre"].split(".")) if match["pre"] else ()
    return _interval(operator, numbers, pre)


def _wildcards_last(match: re.Match[str]) -> bool:
    written = [n for n in (match["major"], match["minor"], match["patch"]) if n]
    digits = [n.isdigit() for n in written]
    return not match["pre"] and digits == sorted(digits, reverse=True)


def _interval(operator: str, numbers: list[int], pre: tuple[str, ...]) -> _Interval:
    if not numbers:
        return _Interval(None, None)
    low = _version(numbers, pre)
    names_pre = low.core if pre else None
    after_written = _bumped(numbers, len(numbers) - 1)
    full = len(numbers) == 3
    match operator:
        case "^":
            return _Interval(low, _bumped(numbers, _caret_position(numbers)), names_pre=names_pre)
        case "~":
            return _Interval(low, _bumped(numbers, min(1, len(numbers) - 1)), names_pre=names_pre)
        case ">=":
            return _Interval(low, None, names_pre=names_pre)
        case ">":
            return _Interval(low, None, after=True, names_pre=names_pre) if full else _Interval(after_written, None)
        case "<":
            return _Interval(None, low if full else _version(numbers, _FIRST), names_pre=names_pre)
        case "<=":
            return _Interval(None, low, until=True, names_pre=names_pre) if full else _Interval(None, after_written)
        case _:
            return _Interval(low, low, until=True, names_pre=names_pre) if full else _Interval(low, after_written)


def _caret_position(numbers: list[int]) -> int:
    """The left-most number that is not zero, else the last one that is written."""
    return next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)


def _bumped(numbers: list[int], position: int) -> Version:
    """What comes right after all versions that agree in the numbers up to ``position``."""
    return _version([*numbers[:position], numbers[position] + 1], _FIRST)


def _version(numbers: list[int], pre: tuple[str, ...]) -> Version:
    major, minor, patch = [*numbers, 0, 0][:3]
    text = f"{major}.{minor}.{patch}" + (f"-{'.'.join(pre)}" if pre else "")
    return Version((major, minor, patch), pre, text)
