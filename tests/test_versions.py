"""Semantic versions and ranges."""

from __future__ import annotations

import pickle
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectory import InvalidVersion
from connectory.versions import Range, Version, newest

RISING = [
    *("0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "0.9.9", "0.10.0"),
    *("1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0--", "1.0.0-0a", "1.0.0-10a", "1.0.0-A", "1.0.0-a"),
    *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2"),
    *("1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1-0", "1.0.1", "1.2.0", "1.9.0", "1.10.0-rc.9", "1.10.0"),
    *("2.0.0", "2.1.0", "2.1.1", "10.0.0", "99999999999999999999.0.0", "100000000000000000000.0.0"),
]

INVALID = [
    *("", " ", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3 ", " 1.2.3", "1.2.3\n", "01.2.3", "1.02.3", "1.2.03"),
    *("1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3-a.", "1.2.3+", "1.2.3+a+b", "1.2.3-a_b", "-1.2.3", "1.-2.3"),
    *("a.b.c", "1.2.3-ä", "1.2.3-١", "١.2.3", "1.2.x", "^1.2.3", "1.2.3-" + "a" * 251, "alpha", "+justmeta"),
]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(RISING)))
def test_precedence_rises(lower: str, higher: str) -> None:
    low, high = Version.parse(lower), Version.parse(higher)
    assert low < high
    assert high > low
    assert low <= high
    assert not high <= low
    assert low != high


def test_precedence_is_transitive_over_the_whole_table() -> None:
    versions = list(map(Version.parse, RISING))
    for (i, a), (j, b) in product(enumerate(versions), repeat=2):
        assert (a < b) == (i < j)
        assert (a == b) == (i == j)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match="is not a semantic version"):
        Version.parse(text)


@pytest.mark.parametrize(
    ("text", "core", "pre"),
    [
        ("1.2.3", (1, 2, 3), ()),
        ("1.2.3-alpha.1", (1, 2, 3), ("alpha", "1")),
        ("1.2.3+build.5", (1, 2, 3), ()),
        ("1.2.3-rc.1+001", (1, 2, 3), ("rc", "1")),
        ("1.0.0-0A.is.legal", (1, 0, 0), ("0A", "is", "legal")),
        ("1.0.0---.--", (1, 0, 0), ("--", "--")),
    ],
)
def test_parts(text: str, core: tuple[int, int, int], pre: tuple[str, ...]) -> None:
    version = Version.parse(text)
    assert (version.core, version.pre, version.text, version.is_prerelease) == (core, pre, text, bool(pre))
    assert (str(version), repr(version)) == (text, f"Version({text!r})")


def test_build_metadata_has_no_precedence() -> None:
    plain, built = Version.parse("1.0.0"), Version.parse("1.0.0+a.1")
    assert plain == built
    assert hash(plain) == hash(built)
    assert not plain < built
    assert plain != "1.0.0"


_numbers = st.integers(0, 30)
_identifiers = st.integers(0, 30).map(str) | st.from_regex(r"[0-9]{0,2}[A-Za-z-][0-9A-Za-z-]{0,3}", fullmatch=True)
_parts = st.lists(_identifiers, max_size=3).map(".".join)


@st.composite
def versions(draw: st.DrawFn) -> Version:
    core = ".".join(str(draw(_numbers)) for _ in range(3))
    pre, build = draw(_parts), draw(_parts)
    return Version.parse(core + (f"-{pre}" if pre else "") + (f"+{build}" if build else ""))


@given(versions())
def test_a_version_is_what_its_text_says(version: Version) -> None:
    again = Version.parse(str(version))
    assert again == version
    assert str(again) == str(version)
    assert hash(again) == hash(version)
    assert pickle.loads(pickle.dumps(version)) == version


@given(versions(), versions(), versions())
def test_the_order_is_total(a: Version, b: Version, c: Version) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    assert (a <= b) == (a < b or a == b)
    assert not (a <= b and b <= c) or a <= c
    assert sorted([a, b, c]) == sorted([c, b, a])


@given(versions())
def test_a_full_version_as_a_range_is_that_one(version: Version) -> None:
    exact = Range.parse(str(version))
    assert exact.holds(version)
    assert exact.exact == version


UNIVERSE = [
    *("0.0.0", "0.0.1", "0.0.2", "0.1.0", "0.1.1", "0.2.0", "1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.3", "1.2.4"),
    *("1.3.0", "1.9.9", "1.10.0", "2.0.0", "2.1.0", "3.0.0"),
    *("1.2.3-alpha", "1.2.3-beta.2", "1.2.4-alpha", "2.0.0-alpha", "3.0.0-rc.1"),
]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("1.2.3", "1.2.3"),
        ("=1.2.3", "1.2.3"),
        ("= 1.2.3", "1.2.3"),
        (" 1.2.3 ", "1.2.3"),
        ("1.2.3+any", "1.2.3"),
        ("1.2", "1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("1", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("=1.2", "1.2.0 1.2.3 1.2.4"),
        ("=1", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("^1.2.3", "1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("^1.2", "1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("^1", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("^0", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1 0.2.0"),
        ("^0.x", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1 0.2.0"),
        ("^0.0", "0.0.0 0.0.1 0.0.2"),
        ("^0.1", "0.1.0 0.1.1"),
        ("^0.1.1", "0.1.1"),
        ("^0.0.1", "0.0.1"),
        ("^0.0.0", "0.0.0"),
        ("0.1", "0.1.0 0.1.1"),
        ("~1.2.3", "1.2.3 1.2.4"),
        ("~1.2", "1.2.0 1.2.3 1.2.4"),
        ("~1", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("~0.0.1", "0.0.1 0.0.2"),
        ("~0", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1 0.2.0"),
        ("1.*", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("1.x", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("1.2.*", "1.2.0 1.2.3 1.2.4"),
        ("1.2.X", "1.2.0 1.2.3 1.2.4"),
        ("1.*.*", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("~1.2.*", "1.2.0 1.2.3 1.2.4"),
        (">=2.*", "2.0.0 2.1.0 3.0.0"),
        ("*", " ".join(UNIVERSE[:18])),
        ("x", " ".join(UNIVERSE[:18])),
        (">1.10.0", "2.0.0 2.1.0 3.0.0"),
        (">1.2", "1.3.0 1.9.9 1.10.0 2.0.0 2.1.0 3.0.0"),
        (">1", "2.0.0 2.1.0 3.0.0"),
        (">=2.0.0", "2.0.0 2.1.0 3.0.0"),
        (">=1.10", "1.10.0 2.0.0 2.1.0 3.0.0"),
        ("<0.1.0", "0.0.0 0.0.1 0.0.2"),
        ("<0.1", "0.0.0 0.0.1 0.0.2"),
        ("<1", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1 0.2.0"),
        ("<=0.1.0", "0.0.0 0.0.1 0.0.2 0.1.0"),
        ("<=0.1", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1"),
        ("<=0", "0.0.0 0.0.1 0.0.2 0.1.0 0.1.1 0.2.0"),
        (">=1,<2", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        (">=1.3, <3", "1.3.0 1.9.9 1.10.0 2.0.0 2.1.0"),
        (">= 1.3 , < 1.10", "1.3.0 1.9.9"),
        (">2,<1", ""),
        ("1.2.3-alpha", "1.2.3-alpha"),
        ("=1.2.3-alpha", "1.2.3-alpha"),
        ("^1.2.3-alpha", "1.2.3-alpha 1.2.3-beta.2 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("~1.2.3-beta", "1.2.3-beta.2 1.2.3 1.2.4"),
        (">=1.2.3-beta.2, <1.2.4", "1.2.3-beta.2 1.2.3"),
        (">1.2.3-alpha,<1.2.3", "1.2.3-beta.2"),
        ("<=1.2.3-alpha,>1.2", ""),
        ("<1.2.3-beta, >=1.2.0", "1.2.0 1.2.3-alpha"),
        (">=2.0.0-alpha", "2.0.0-alpha 2.0.0 2.1.0 3.0.0"),
        ("^1, <2.0.0-beta", "1.0.0 1.0.1 1.1.0 1.2.0 1.2.3 1.2.4 1.3.0 1.9.9 1.10.0"),
        ("<2, >=2.0.0-alpha", ""),
    ],
)
def test_ranges_hold_what_cargo_says(text: str, held: str) -> None:
    wanted = Range.parse(text)
    rising = sorted(map(Version.parse, UNIVERSE))
    assert [str(version) for version in rising if wanted.holds(version)] == [
        str(version) for version in sorted(map(Version.parse, held.split()))
    ]
    assert (str(wanted), repr(wanted)) == (text, f"Range({text!r})")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ",", "1,", ",1", "1,,2", "a", "latest", "1.2.3.4", "v1", "01", "1.02", "^", "~", ">", "^^1", "=>1"),
        *("1.2-alpha", "1-alpha", "1.*.3", "*.1", "*.*", ">*", "^x", "*, 1", "1, *", "1.2.*-a", "1 2", "1 || 2"),
        *("1.2.3 - 2", "!=1", "^1.2.3-01", "1.2.3-", "^١", "1.2.3," + "1," * 200),
    ],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidVersion, match="version range"):
        Range.parse(text)


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        (["1.9.0", "1.10.0", "1.2.0"], "1.10.0"),
        (["1.0.0", "2.0.0-rc.1"], "1.0.0"),
        (["1.0.0-alpha", "1.0.0-beta"], "1.0.0-beta"),
        (["0.1.0", "1.0.0-beta"], "0.1.0"),
    ],
)
def test_the_newest_stable_version_comes_first(known: list[str], chosen: str) -> None:
    assert str(newest(map(Version.parse, known))) == chosen


def test_there_is_no_newest_of_none() -> None:
    assert newest([]) is None
