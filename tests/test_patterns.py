"""Regular expressions: what is portable means the same to ECMA-262, Rust's regex and Python's re."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectory.compiler.patterns.backtracking import LIMIT, attack
from connectory.compiler.patterns.charset import (
    ANY,
    CLASSES,
    DOT,
    Ranges,
    complement,
    contains,
    example,
    joined,
    overlap,
)
from connectory.compiler.patterns.lengths import fits_lengths, lengths
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence, is_portable, portable, read
from connectory.compiler.patterns.trial import steps
from connectory.compiler.schemas import matcher, pattern_compiles

Matches = Callable[[str, list[str]], list[bool]]


def in_python(node: Node) -> str:
    """What a portable pattern means, for Python's re: its sets written out, and the end of the text as such."""
    match node:
        case Chars(ranges):
            return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges) + "]"
        case Edge(start):
            return r"\A" if start else r"\Z"
        case Sequence(parts):
            return "".join(map(in_python, parts))
        case Choice(options):
            return "(?:" + "|".join(map(in_python, options)) + ")"
        case Repeat(part, least, most):
            return f"(?:{in_python(part)}){{{least},{'' if most is None else most}}}"


@pytest.fixture(scope="module")
def node_js() -> Iterator[Matches | None]:
    """JavaScript's RegExp with the flag u; None where there is no node."""
    program = shutil.which("node")
    if program is None:
        yield None
        return
    script = (
        "require('readline').createInterface({input: process.stdin}).on('line', line => {"
        "const [pattern, texts] = JSON.parse(line);"
        "const read = new RegExp(pattern, 'u');"
        "console.log(JSON.stringify(texts.map(text => read.test(text))))})"
    )
    with subprocess.Popen([program, "-e", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        writing, reading = process.stdin, process.stdout

        def matches(pattern: str, texts: list[str]) -> list[bool]:
            writing.write(json.dumps([pattern, texts]) + "\n")
            writing.flush()
            found: list[bool] = json.loads(reading.readline())
            return found

        yield matches
        process.stdin.close()


def agree(pattern: str, texts: list[str], node_js: Matches | None) -> None:
    """All engines say the same of each text."""
    node = read(pattern).node
    assert node is not None
    validator = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    rust = [validator.is_valid(text) for text in texts]
    assert rust == [re.search(in_python(node), text) is not None for text in texts], pattern
    if node_js:
        assert rust == node_js(pattern, texts), pattern


PORTABLE = [
    "", "a", "^a$", "^$", "a|b|", "(a)(?:b)", "()", "(|a)b", "a*b+c?", "a{2}", "a{2,}", "a{2,3}", "a*?b+?c??d{1,2}?",
    ".", "[.]", "[a-z]", "[^a-z]", "[-a]", "[a-]", "[a-b-c]", r"[\w.-]", r"[\-\]\[\\\^]", r"[^\D]", r"[\s\S]", r"[\W_]",
    r"\d\w\s", r"\D\W\S", r"\t\n\r\f\v", r"\x41é", r"\/\.\*\+\?\(\)\[\]\{\}\|\^\$\\", "/:_-@#é😀", "[à-ö😀-🙏]",
    "[a&b|c~d]", "[^^]", "[+--]".replace("--", r"-\-"), "^^a$$", "(^a|b$)", "(?:a|b){3}", "((((a))))",
]  # fmt: skip

TEXTS = [
    "", "a", "b", "ab", "aa", "aab", "abc", "A", "0", "_", "-", "]", "[", "\\", "^", ".", "/", " ", "\t", "\n", "\r",
    "a\n", "\na", "\x0b\x0c", "\x00", "\x85", "\xa0", "\ufeff", "\u2028", "\u180e", "é", "ß", "É", "ʼ", "٣", "Ⅷ", "😀",
    "🙏", "\U0010ffff", "e\u0301", "K", "ſ", "&", "|", "~", "{}", "()", "*+?", "$", "aaab", "1 _",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PORTABLE)
def test_what_is_portable_means_the_same_to_all(pattern: str, node_js: Matches | None) -> None:
    assert read(pattern).problems == ()
    assert is_portable(pattern)
    assert portable(pattern) == pattern
    agree(pattern, TEXTS, node_js)


MENDED = [
    (r"\Aa\z", "^a$"),
    (r"\_\:\-\@\'", "_:-@'"),
    (r"[\_\:\@]", "[_:@]"),
    (r"[[a]", r"[\[a]"),
    ("a}", r"a\}"),
    ("]", r"\]"),
    ("a{,3}", "a{0,3}"),
    ("a{b", r"a\{b"),
    (r"[\w-.]", r"[\w\-.]"),
    (r"[.-\w]", r"[.\-\w]"),
    ("[--a]", r"[\--a]"),
    ("[+--]", r"[+-\-]"),
    ("[a||b]", "[a|b]"),
    (r"\u{41}\u{1F600}", "A😀"),
    (r"\u{feff}[\u{2028}]", r"\uFEFF[\u2028]"),
    (r"[\u{10000}-\u{10FFFF}]", "[𐀀-\U0010ffff]"),
    (r"\uD83D\uDE00", "😀"),
    (r"\cA\0\a\e", r"\x01\x00\x07\x1b"),
    (r"[\b]", r"[\x08]"),
    ("(?P<x>a)(?<y>b)", "(a)(b)"),
    ("(?s).+", r"[\s\S]+"),
    ("a*${1,3}", "a*$"),
]


@pytest.mark.parametrize(("pattern", "mended"), MENDED)
def test_what_means_the_same_is_written_portably(pattern: str, mended: str, node_js: Matches | None) -> None:
    assert portable(pattern) == mended
    agree(mended, TEXTS, node_js)


WIDENED = [
    (r"^\p{L}+$", r"^[^\x00-@\[-`{-\x7f]+$"),
    (r"^\P{Lu}$", r"^[^A-Z]$"),
    (r"^[\p{L}\p{N}_.-]*$", r"^[^\x00-,/:-@\[-\^`{-\x7f]*$"),
    (r"[^\p{C}]", r"[^\x00-\x1f\x7f]"),
    (r"\p{ASCII}", r"[\s\S]"),
    (r"\p{Script=Greek}", r"[^\x00-\x7f]"),
    ("^(?!aws:)[a-z]+$", "^[a-z]+$"),
    (r"(?<!\.)a(?=b)", "a"),
    (r"\bid\b", "id"),
    ("a++b*+", "a+b*"),
    ("(?>a|ab)c", "(?:a|ab)c"),
    (r"^(?!.*(.)\1)[a-z]+$", "^[a-z]+$"),
]


@pytest.mark.parametrize(("pattern", "wider"), WIDENED)
def test_a_wider_pattern_accepts_whatever_the_pattern_does(pattern: str, wider: str, node_js: Matches | None) -> None:
    assert portable(pattern) is None
    assert portable(pattern, wider=True) == wider
    agree(wider, TEXTS, node_js)
    if pattern_compiles(pattern):
        narrow, wide = (jsonschema_rs.Draft202012Validator({"pattern": each}) for each in (pattern, wider))
        assert [text for text in TEXTS if narrow.is_valid(text) and not wide.is_valid(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)a", "(?i:a)", r"(a)\1", r"\k<x>", "a**", "a{2}{3}", "^*", "[]", "[]a]", "[^]", "[[:alpha:]]", "[a&&b]",
        r"\h", r"\Q", r"\01", r"\p{IsNoSuch}", "(?#x)", "(?P=x)", "(", ")", "[", "[a", "a\\", "*", "[b-a]",
        "(" * 100 + ")" * 100,
    ],
)  # fmt: skip
def test_what_has_no_portable_form(pattern: str) -> None:
    assert read(pattern).problems
    assert portable(pattern) is None
    assert portable(pattern, wider=True) is None


def test_reading_is_bounded() -> None:
    for pattern in ("(" * 50_000, "[" * 50_000, "a|" * 50_000, "(?=" * 50_000, "a{1,9}" * 20_000, "\\" * 50_001):
        read(pattern)
        assert attack(pattern) is None


BLOW_UP = [
    "^(a+)+$", "(a*)*b", "^(a|a)*$", "^(a|ab|b)*$", r"^(\w+\s?)*$", r"^(\d+|\d+\.)*$", "(x+x+)+y", "^.*:.*:.*:.*:.*$",
    "^([a-z]+[0-9]*){1,50}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(?:a{1,3}){1,40}$", "^[0-9]{12}(a?b?)*$", "^(a*b?){6}$",
    r"^\s*\s*\s*\s*x$", r"^(([^<>]+(\.[^<>]+)*)|(\".+\"))x",
    "(a|aa)+$", "(.*a){20}", "^(a|a?)+$", r"^(\/(.+)\/)+$", "^(.*?,){11}P", "^(ab|a|b)*$", "^((ab)*)+$", "^(aa|aaa)*$",
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    r"^([0-9a-zA-Z]([-.\w]*[0-9a-zA-Z])*@([0-9a-zA-Z][-\w]*[0-9a-zA-Z]\.)+[a-zA-Z]{2,9})$",
    r"^(https?:\/\/)?([\da-z\.-]+)\.([a-z\.]{2,6})([\/\w \.-]*)*\/?$", r"^(?:[\w.-]+\.)+[a-z]{2,}$",
    r"D[oD]?(\[[^\[\]]*\]|\s+)+MMMM?", "^(a{0,50}){0,50}$", "^(a{1,1000}){1,1000}$", "^((a{1,100}){1,100}){1,100}$",
    "^(a?){30}a{30}$", r"\d+\d+\d+$", r"\s*\s*\s*x", "[a-z]+[0-9a-z]*[a-z]+$", "(?:.*x){3}y", "^<.*>.*<.*>.*<.*>$",
    "^(?:a|b)*(?:a|c)*(?:a|d)*(?:a|e)*x", "(?:(?:bbb(?:b)+|(?:aac)?))+c",
    r"^(/([^/][!-~]+/){1,511})?[\w.-]{1,64}$", "^(?:(?:c|c|c|a){0,9})*c", "^(a{0,3}){30}b",
]  # fmt: skip
IN_A_ROW = ["(?:ab)*(?:ab)*(?:ab)*x", "^(?:ab|c)*(?:ab|d)*(?:ab|e)*(?:ab|f)*x"]
"""Loops over words: they take more steps than they may, but not ten times as many."""
NO_BLOW_UP = [
    "^a+$", "(a+)+", r"^\w+(\s\w+)*$", "^[a-z0-9]+([-.][a-z0-9]+)*$", r"^[\w-]{1,63}(\.[\w-]{1,63})*$", "^(a|b)*$",
    "^.*x.*$", "^(a{1,3},)*$", "^([0-9]{3}){1,40}$", "^a?b?c?d?e?$", r"^\s*a*\s*$", "^[^:]*:[^:]*:[^:]*:[^:]*$",
    "^(a|b|ab){0,3}$", r"\s+$", r"^\s+|\s+$", r"\w+@\w+\.\w+$", "<[^>]*>.*<[^>]*>", "^([^,]*,){11}P", r"^(.|\n)*x$",
    r"^[\w.%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", "^projects/[^/]+/locations/[^/]+/instances/[^/]+/x/[^/]+$",
    r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$", r"^(\s*\w+\s*,)*$", r"^\d+\d+\d+$",
    r"^(?:[^\"\\]|\\.)*$", r"^#?([a-f0-9]{6}|[a-f0-9]{3})$", "^(ab|cd)*$", "^[^:]+:[^:]+:[^:]+:[^:]+:[^:]+$",
    r"^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$",
    r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", [*BLOW_UP, *IN_A_ROW])
def test_a_text_that_blows_up_is_found(pattern: str) -> None:
    found = attack(pattern)
    node = read(pattern).node
    assert found is not None
    assert node is not None
    assert len(found.text) < 250
    most = LIMIT if pattern in IN_A_ROW else 10 * LIMIT
    assert steps(node, found.text, most) == most


@pytest.mark.parametrize("pattern", NO_BLOW_UP)
def test_patterns_that_do_not_blow_up(pattern: str) -> None:
    assert attack(pattern) is None


SETS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 5)).map(lambda ends: (ends[0], sum(ends))), max_size=4
).map(joined)


@given(SETS, SETS)
def test_sets_of_characters(first: Ranges, second: Ranges) -> None:
    for code in range(50):
        character = chr(code)
        assert contains(complement(first), character) is not contains(first, character)
        both = contains(first, character) and contains(second, character)
        assert contains(overlap(first, second), character) is both
        assert contains(joined(first + second), character) is (
            contains(first, character) or contains(second, character)
        )
    if first:
        assert contains(first, example(first))
    assert complement(complement(first)) == first
    assert complement(ANY) == ()
    assert not contains(DOT, "\u2028")
    assert overlap(CLASSES["w"], CLASSES["W"]) == ()


LETTERS = "abAZ019_-.:/@ é😀\n\r\u2028\ufeff&|~^$[]{}()*+?\\,=!<>#"
ESCAPES = ["\\" + letter for letter in "dwsDWStnrfvbBAZz0_-:.$^(){}[]|/\\pukxcQ1"] + [r"\x41", "\\u00e9", r"\p{L}"]
PIECES = [
    "[a-z]",
    "[^a]",
    "(?:",
    "(",
    "(?=",
    "*",
    "+",
    "?",
    "{2}",
    "{0,2}",
    "{1,}",
    "{,2}",
    "|",
    ")",
    "]",
    "[",
    "[^",
    "-",
]
ROUGH = st.lists(st.sampled_from([*LETTERS, *ESCAPES, *PIECES, *PIECES]), max_size=12).map("".join)


@settings(max_examples=800, deadline=None)
@given(ROUGH, st.lists(st.text(LETTERS + "٣K\x85", max_size=6), min_size=1, max_size=6))
def test_whatever_is_found_portable_means_the_same_to_all(
    node_js: Matches | None, pattern: str, texts: list[str]
) -> None:
    if pattern_compiles(pattern):
        assert is_portable(pattern) is (not read(pattern).problems)
    for candidate in (pattern, portable(pattern), portable(pattern, wider=True)):
        if candidate is not None and not read(candidate).problems:
            assert pattern_compiles(candidate), candidate
            agree(candidate, texts, node_js)


QUANTIFIERS = ["*", "+", "?", "{2}", "{0,2}", "{1,9}"]
REGULAR = st.recursive(
    st.sampled_from(["a", "b", "[ab]", ".", r"\w", "[^a]", r"\s", "^", "$", "é", r"[\d-]"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,9}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(REGULAR, st.lists(st.text("abé1 -\n\u2028", max_size=6), min_size=1, max_size=6))
def test_generated_patterns_mean_the_same_to_all(node_js: Matches | None, pattern: str, texts: list[str]) -> None:
    assert read(pattern).problems == ()
    agree(pattern, texts, node_js)
    found = attack(pattern)
    node = read(pattern).node
    if found and node:
        assert steps(node, found.text, LIMIT) == LIMIT


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("^a{5}$", 5, 5),
        ("a{5}", 5, None),
        ("^a{5}", 5, None),
        ("^(?:a|bc){2,3}$", 2, 6),
        ("^a$|^bcd$", 1, 3),
        ("^a$|b", 1, None),
        ("^a*$", 0, None),
        ("^(?:)*$", 0, 0),
        ("^a{2,}b?$", 2, None),
        ("", 0, None),
        ("^$", 0, 0),
        ("^\U0001f600$", 1, 1),
        ("(", 0, None),
    ],
)
def test_lengths(pattern: str, shortest: int, longest: int | None) -> None:
    assert lengths(pattern) == (shortest, longest)


@settings(max_examples=400, deadline=None)
@given(REGULAR | REGULAR.map(lambda inner: f"^{inner}$"), st.text("abé1 -", max_size=6))
def test_what_matches_has_a_length_that_fits(pattern: str, text: str) -> None:
    if pattern_compiles(pattern) and matcher(pattern)(text):
        assert fits_lengths(pattern, len(text), len(text))
