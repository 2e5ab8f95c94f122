"""Reading: what every scalar becomes, where everything stands, and that nothing hostile gets further than a finding."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Span
from connectory.compiler.pipeline import Checked, check_files
from connectory.compiler.report import Findings, as_json, text
from connectory.compiler.text import Source, read_source
from connectory.compiler.text.lines import BREAK, lines_at, lines_of
from connectory.compiler.text.places import Place
from connectory.compiler.text.quick import quick_json
from connectory.compiler.text.source import read_text

COMMON = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
SPEC = Path(__file__).parent / "cases" / "good"


def codes(source: Source) -> list[str]:
    return [found.code for found in source.diagnostics]


def places(place: Place, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every value's path, place and name's place."""
    yield path, place.start, place.end, place.key
    for name, inner in place.inside.items():
        yield from places(inner, (*path, name))


# Positions


BLOCK = """\
# a comment
id: xero
naïve: 'ü'
list:
  - "a b"
  - {x: 1, "y z":   [2, 3]}
deep:
    er: |
      two
      lines
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_positions_in_yaml(newline: str) -> None:
    source = read_text(BLOCK.replace("\n", newline), "f")
    assert source.diagnostics == ()
    assert source.data == {
        "id": "xero",
        "naïve": "ü",
        "list": ["a b", {"x": 1, "y z": [2, 3]}],
        "deep": {"er": "two\nlines\n"},
    }
    assert source.span(("id",)) == Span("f", 2, 5, 2, 9)
    assert source.span(("id",), key=True) == Span("f", 2, 1, 2, 3)
    assert source.span(("naïve",)) == Span("f", 3, 8, 3, 11)
    assert source.span(("naïve",), key=True) == Span("f", 3, 1, 3, 6)
    assert source.span(("list", 0)) == Span("f", 5, 5, 5, 10)
    assert source.span(("list", 1)) == Span("f", 6, 5, 6, 28)
    assert source.span(("list", 1, "y z")) == Span("f", 6, 21, 6, 27)
    assert source.span(("list", 1, "y z"), key=True) == Span("f", 6, 12, 6, 17)
    assert source.span(("list", 1, "y z", 1)) == Span("f", 6, 25, 6, 26)
    assert source.span(("deep", "er"), key=True) == Span("f", 8, 5, 8, 7)
    assert source.span(("deep", "er")) == Span("f", 8, 9, 11, 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_positions_in_json_are_those_in_yaml(newline: str, suffix: str) -> None:
    written = '{\n  "ü": [1, -2.5,\n    "𝄞", true],\n  "o": {}\n}\n'.replace("\n", newline)
    source = read_text(written, "f", suffix)
    assert source.diagnostics == ()
    assert source.span(()) == Span("f", 1, 1, 5, 2)
    assert source.span(("ü",), key=True) == Span("f", 2, 3, 2, 6)
    assert source.span(("ü",)) == Span("f", 2, 8, 3, 15)
    assert source.span(("ü", 1)) == Span("f", 2, 12, 2, 16)
    assert source.span(("ü", 2)) == Span("f", 3, 5, 3, 8)
    assert source.span(("ü", 3)) == Span("f", 3, 10, 3, 14)
    assert source.span(("o",)) == Span("f", 4, 8, 4, 10)


def test_a_value_that_is_missing_has_the_place_of_what_should_hold_it() -> None:
    source = read_text("a: {b: 1}\n", "f")
    assert source.span(("a", "c", "d")) == source.span(("a",))
    assert source.span(("a", "c"), key=True) == source.span(("a",), key=True)


def test_the_text_of_a_scalar_is_kept() -> None:
    source = read_text("a: 1.10\nb: '1.10'\nc:\n", "f")
    assert [source.raw((name,)) for name in "abc"] == ["1.10", "1.10", ""]


# Scalars

SCALARS = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("FALSE", False),
    ("0", 0),
    ("-0", 0),
    ("12", 12),
    ("-12", -12),
    ("18446744073709551615", 2**64 - 1),
    ("-9223372036854775808", -(2**63)),
    ("0.040", Decimal("0.040")),
    ("1.10", Decimal("1.10")),
    ("-0.000003", Decimal("-0.000003")),
    ("1.5e+5", Decimal("1.5e+5")),
    ("1.5E-5", Decimal("1.5E-5")),
    ("0.1234567890123456789012345678901234567890", Decimal("0.1234567890123456789012345678901234567890")),
    ("text", "text"),
    ("two words", "two words"),
    ("1.2.3", "1.2.3"),
    ("1.0.0-beta", "1.0.0-beta"),
    ("v1", "v1"),
    ("tRUE", "tRUE"),
    ("nULL", "nULL"),
    ("none", "none"),
    ("nan", "nan"),
    ("inf", "inf"),
    ("-", "-"),
    (".", "."),
    ("_", "_"),
    ("e5", "e5"),
    ("http://example.com:80", "http://example.com:80"),
    ("'12'", "12"),
    ('"true"', "true"),
    ("''", ""),
    ('"\\u00e9\\n"', "é\n"),
    ("'it''s'", "it's"),
    ("|\n  a\n  b\n", "a\nb\n"),
    (">-\n  a\n  b\n", "a b"),
]


@pytest.mark.parametrize(("written", "value"), SCALARS, ids=[repr(written) for written, _ in SCALARS])
def test_what_a_scalar_becomes(written: str, value: Any) -> None:
    if written == "-":
        written = "'-'"
    source = read_text(f"a: {written}\n", "f")
    assert source.diagnostics == ()
    got = source.data["a"]
    assert got == value
    assert type(got) is type(value)
    assert str(got) == str(value)


TRAPS = [
    "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "y", "Y", "n", "N",
    "010", "-010", "+010", "00", "0_1", "0o7", "-0o7", "0b1", "0b1_0", "0x1F", "0xdead_beef",
    "1:30", "1:30:59", "-1:30", "1:5", "190:20:30.15",
    "2026-01-31", "2026-1-1", "2026-01-31T10:00:00", "2026-01-31t10:00:00Z", "2026-01-31 10:00:00 +01:00",
    ".inf", ".Inf", ".INF", "-.inf", "+.inf", ".nan", ".NaN", ".NAN",
    "1_000", "+1", "1.", ".5", "-.5", "+.5", "1e5", "1E5", "1e+5", "1.5e5", "1.e5", "5.e+3", "1_0.5",
    "08", "09", "007.5", "=",
]  # fmt: skip


@pytest.mark.parametrize("written", TRAPS)
def test_a_trap_is_reported_and_read_as_text(written: str) -> None:
    source = read_text(f"a: {written}\nb: '{written}'\nc: \"{written}\"\nd: |-\n  {written}\n", "f")
    assert codes(source) == ["Y005"]
    assert source.diagnostics[0].span == Span("f", 1, 4, 1, 4 + len(written))
    assert source.data == dict.fromkeys("abcd", written)


def test_a_comment_or_a_blank_is_no_part_of_a_trap() -> None:
    assert codes(read_text("a: yes # really\nb: yes sir\nc: 010x\n", "f")) == ["Y005"]


JSON_SCALARS = [
    ("0", 0),
    ("-0", 0),
    ("1.10", Decimal("1.10")),
    ("1e5", Decimal("1e5")),
    ("1E+5", Decimal("1E+5")),
    ("1.5e-5", Decimal("1.5e-5")),
    ("18446744073709551615", 2**64 - 1),
    ("null", None),
    ("true", True),
    ('"\\ud83d\\ude00 \\u0041\\/"', "😀 A/"),
    ('"2026-01-31"', "2026-01-31"),
]


@pytest.mark.parametrize(("written", "value"), JSON_SCALARS)
def test_what_a_json_scalar_becomes(written: str, value: Any) -> None:
    source = read_text(f'{{"a": {written}}}', "f", ".json")
    assert source.diagnostics == ()
    assert source.data["a"] == value
    assert type(source.data["a"]) is type(value)
    assert str(source.data["a"]) == str(value)


NOT_JSON = [
    "{", "[", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "{,}", '{"a":1}}', '{"a":1}{', '{"a":1}x', "[1}]",
    '{"a":[1}', "{a:1}", "{'a':1}", '{"a":tru}', '{"a":True}', '{"a":NaN}', '{"a":-Infinity}', '{"a":01}', '{"a":1.}',
    '{"a":.5}', '{"a":+1}', '{"a":1e}', '{"a":0x1}', '{"a":--1}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"}',
    '{"a" 1}', '{"a":1;"b":2}', '{"a":[1,]}', '{"a":[,1]}', '{"a":/**/1}', "//", ":", ",", "]", '{"a":[1"b"]}',
    '{"a":{"b":1]}', '{"a":"\n"}', '{"a":"\t"}', '{"a" : "b" "c"}', '{"a":1 2}', '{"a":\u00a01}', '{"a":\f1}',
]  # fmt: skip


@pytest.mark.parametrize("written", NOT_JSON)
def test_what_is_not_json_is_refused(written: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(written, parse_constant=lambda word: json.loads("?" + word))
    assert codes(read_text(written, "f", ".json")) == ["Y001"]


# Hostile texts

HOSTILE = {
    "30,000 brackets": ("a: " + "[" * 30_000, "Y008"),
    "1,000,000 brackets": ("[" * 1_000_000, "Y008"),
    "1,000,000 braces": ('{"a":' * 1_000_000, "Y008"),
    "1,000,000 closing brackets": ("]" * 1_000_000, "Y001"),
    "30,000 dashes": ("- " * 30_000, "Y008"),
    "30,000 question marks": ("a:\n" + "  ? " * 30_000, "Y008"),
    "30,000 indented lines": ("".join(" " * depth + "a:\n" for depth in range(1_000)), "Y008"),
    "an alias bomb": (
        "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "Y003",
    ),
    "a list in itself": ("a: &a [*a]\n", "Y003"),
    "1,000 anchors": ("".join(f"k{n}: &a{n} 1\n" for n in range(1_000)), "Y003"),
    "5,000 digits": ("a: " + "1" * 5_000 + "\n", "Y011"),
    "5,000 digits after the point": ("a: 0." + "1" * 5_000 + "\n", "Y011"),
    "a huge exponent": ("a: 1.0e+" + "9" * 900 + "\n", "Y011"),
    "a million digits that end in a letter": ("a: " + "1" * 1_000_000 + "x\n", None),
    "a million underscores": ("a: 1" + "_" * 1_000_000 + "x\n", None),
    "a long clock": ("a: 1" + ":11" * 300_000 + "x\n", None),
    "a long date": ("a: 2026-01-31" + " " * 1_000 + "1" * 1_000_000 + "\n", "Y005"),
    "a million points": ("a: " + "." * 1_000_000 + "\n", None),
    "a long trap": ("a: " + "0" * 1_000_000 + "\n", "Y005"),
    "a long key": ("? " + "k" * 100_000 + "\n: 1\n", None),
    "an open quote": ('a: "' + "x" * 1_000_000, "Y001"),
    "a python object": ("a: !!python/object/apply:os.system [ls]\n", "Y004"),
    "100,000 equal keys": ("a: 1\n" * 5_000, "Y002"),
}


@pytest.mark.parametrize(("written", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_yaml_text_ends_in_a_finding(written: str, code: str | None) -> None:
    source = read_text(written, "f")
    assert set(codes(source)) - {"Y006"} == ({code} if code else set())


HOSTILE_JSON = {
    "30,000 brackets": ('{"a": ' + "[" * 30_000, "Y008"),
    "1,000,000 brackets": ("[" * 1_000_000, "Y008"),
    "1,000,000 braces": ('{"a":' * 1_000_000, "Y008"),
    "1,000,000 closed brackets": ("[" * 1_000_000 + "]" * 1_000_000, "Y008"),
    "5,000 digits": ('{"a": ' + "1" * 5_000 + "}", "Y011"),
    "a huge exponent": ('{"a": 1e' + "9" * 900 + "}", "Y011"),
    "an open string": ('{"a": "' + "x" * 1_000_000, "Y001"),
    "many escapes": ('{"a": "' + "\\\\" * 1_000_000, "Y001"),
    "a long word": ('{"a": ' + "x" * 1_000_000, "Y001"),
    "equal keys": ("{" + '"a": 1,' * 5_000 + '"a": 1}', "Y002"),
}


@pytest.mark.parametrize(("written", "code"), HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_a_hostile_json_text_ends_in_a_finding(written: str, code: str) -> None:
    assert set(codes(read_text(written, "f", ".json"))) == {code}


def test_64_levels_are_read_and_65_are_not() -> None:
    for suffix in (".yaml", ".json"):
        deep = '{"a":' + "[" * 63 + "]" * 63 + "}"
        assert read_text(deep, "f", suffix).diagnostics == ()
        assert codes(read_text(deep.replace("[]", "[[]]"), "f", suffix)) == ["Y008"]


def test_random_bytes_end_in_a_finding(tmp_path: Path) -> None:
    chance = random.Random(2)
    for number in range(300):
        file = tmp_path / f"{number}{chance.choice(['.yaml', '.json'])}"
        file.write_bytes(chance.randbytes(chance.randrange(1, 300)))
        source = read_source(file, file.name)
        assert source.diagnostics
        assert source.diagnostics[0].code in {"Y001", "Y009", "Y010"}


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "utf-7"])
def test_another_encoding_is_refused(codec: str, tmp_path: Path) -> None:
    file = tmp_path / "1.0.0.yaml"
    file.write_bytes("name: Zürich\n".encode(codec))
    expected = [] if codec == "utf-7" else ["Y009"]  # plain ASCII, whatever was meant
    assert codes(read_source(file, "f")) == expected


def test_a_file_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    assert codes(read_source(tmp_path / "none.yaml", "f")) == ["Y012"]
    assert codes(read_source(tmp_path, "f")) == ["Y012"]


# Properties: JSON

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\n\t\\\"'#:-"),
    max_size=20,
)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.decimals(-1e9, 1e9, allow_nan=False, places=6)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
INDENTS = st.sampled_from([None, 0, 1, 2])


def nested(value: Any, depth: int) -> Any:
    return value if depth == 0 else [nested(value, depth - 1)] if depth % 2 else {"k": nested(value, depth - 1)}


def as_text(value: Any, indent: int | None) -> str:
    """JSON text with Decimals as they are written."""
    numbers: list[Decimal] = []

    def mark(node: Any) -> str:
        numbers.append(node)
        return f"\N{REPLACEMENT CHARACTER}{len(numbers) - 1}."

    text = json.dumps(value, default=mark, ensure_ascii=False, indent=indent)
    for index, number in enumerate(numbers):
        text = text.replace(f'"\N{REPLACEMENT CHARACTER}{index}."', f"{number:f}")
    return text


def exact(value: Any) -> Any:
    """A value in which 1, 1.0, True and Decimal("1.00") differ, as does the order of names."""
    if isinstance(value, dict):
        return [(name, exact(member)) for name, member in value.items()]
    return [exact(item) for item in value] if isinstance(value, list) else (type(value).__name__, str(value))


@settings(COMMON, max_examples=100)
@given(st.dictionaries(NAMES, VALUES, max_size=5), st.integers(0, 50), INDENTS)
def test_json_text_gives_what_json_gives(value: dict[str, Any], depth: int, indent: int | None) -> None:
    written = as_text({**value, "deep": nested(value, depth)}, indent)
    source = read_text(written, "f", ".json")
    assert source.diagnostics == ()
    assert exact(source.data) == exact(json.loads(written, parse_float=Decimal))


@settings(COMMON, max_examples=100)
@given(st.dictionaries(NAMES, VALUES, max_size=5), st.integers(0, 50), INDENTS)
def test_yaml_reads_json_text_as_json_does_and_at_the_same_places(
    value: dict[str, Any], depth: int, indent: int | None
) -> None:
    """What is left out, because YAML reads it otherwise or not at all, has a test below."""
    written = as_text({**value, "deep": nested(value, depth)}, indent)
    as_yaml, as_json_ = read_text(written, "f"), read_text(written, "f", ".json")
    assert as_yaml.diagnostics == ()
    assert exact(as_yaml.data) == exact(as_json_.data)
    assert list(places(as_yaml.place)) == list(places(as_json_.place))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('{"a": 1e5}', "Y005"),  # text in YAML 1.1
        ('{"a": 1.5e5}', "Y005"),  # likewise
        ('{"a": "\\ud83d\\ude00"}', "Y001"),  # YAML has no surrogates
        ('{"' + "a" * 1100 + '": 1}', "Y001"),  # a name in YAML has at most 1,024 characters
    ],
)
def test_what_is_json_but_not_yaml(written: str, code: str) -> None:
    assert read_text(written, "f", ".json").diagnostics == ()
    assert codes(read_text(written, "f", ".yaml")) == [code]


HALVES = ["\\ud83d", "\\uDE00", "ud83d", "uDE00", "\\\\", "a"]


@pytest.mark.parametrize("first", HALVES)
def test_half_a_character_is_found_whatever_stands_before_it(first: str) -> None:
    for rest in [rest for count in range(4) for rest in product(HALVES, repeat=count)]:
        written = '{"a": "' + "".join((first, *rest)) + '"}'
        is_whole = not any("\ud800" <= char <= "\udfff" for char in json.loads(written)["a"])
        assert codes(read_text(written, "f", ".json")) == ([] if is_whole else ["Y001"]), written
        assert (quick_json(written) is not None) is is_whole, written


@given(st.text("a\n\r", max_size=8), st.sets(st.integers(0, 9), max_size=3))
def test_some_lines_are_those_of_all(text: str, numbers: set[int]) -> None:
    known = lines_of(text)
    assert lines_at(text, numbers) == {number: known[number - 1] for number in numbers if 0 < number <= len(known)}


# Properties: nothing raises


def inside(span: Span, written: str) -> bool:
    """Whether a span lies in a text; its end may be the end of the text."""
    lines = BREAK.split(written)

    def exists(line: int, column: int) -> bool:
        return 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 2

    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return span.line == 0 or (exists(*start) and exists(*end) and start <= end)


def examine(checked: Checked) -> None:
    """Every position exists, and every report can be printed."""
    for found in checked.diagnostics:
        for span in (found.span, *(related.span for related in found.related)):
            assert inside(span, checked.texts[span.path]), (span, found.message)
    findings = Findings.of(checked)
    shown = text(findings)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert "\x1b" not in shown
    assert len(json.loads(as_json(findings))["diagnostics"]) == len(checked.diagnostics)


def check_text(written: str, folder: Path, suffix: str = ".yaml") -> Checked:
    file = folder / f"1.0.0{suffix}"
    file.write_bytes(written.encode("utf-8", "surrogatepass"))
    checked = check_files([file])
    examine(checked)
    return checked


PIECES = [
    "integrationId:", "version:", "methods:", "$defs:", " ", "  ", "\n", "\r\n", "\r", "\t", "- ", "a", ": ", "? ",
    "&a ", "*a", "!!str ", "<<", "---\n", "...", "%YAML 1.1\n", "|\n", "# c", "{", "}", "[", "]", ",", '"', "'", "yes",
    "010", "1.5", "\u2028", "\u0085", "\ufeff", "🙂", "e\u0301", "字", "${config.x}", "$ref: '#/a'",
]  # fmt: skip
CHARACTERS = st.characters() | st.sampled_from("\n :-[]{}#&*!|>'\"%@`,?\t\r\\=~<.0159eyx_$")
YAMLISH = st.text(CHARACTERS, max_size=120) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(COMMON, max_examples=300)
@given(YAMLISH, st.sampled_from([".yaml", ".json"]))
@example("", ".json")
@example("a: \u0085b\nc: [", ".yaml")
@example("? [a, b]\n: {? {} : 1}\n", ".yaml")
@example("'\n\n", ".yaml")
def test_no_text_raises(tmp_path: Path, written: str, suffix: str) -> None:
    check_text(written, tmp_path, suffix)


def _rich() -> dict[str, Any]:
    """A definition that uses everything a rule looks at."""
    base: dict[str, Any] = json.loads((SPEC / "spec_anthropic.json").read_text())
    xero: dict[str, Any] = json.loads((SPEC / "spec_xero.json").read_text())
    base |= {name: xero[name] for name in ("authType", "oauth2Config")}
    base["methods"] += [xero["methods"][0] | {"http": {"method": "POST", "path": "/x", "body": {"from": "*"}}}]
    base["methods"][0]["inputSchema"]["properties"]["who"] = {"$ref": "#/$defs/Who", "default": "me"}
    base["methods"][0]["inputSchema"]["$defs"] = {"Own": {"type": "string", "pattern": "^a$"}}
    base["$defs"] = {"Who": {"type": "string", "enum": ["me"]}}
    base["configSchema"]["properties"]["host"] = {
        "type": "string",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
    }
    base["baseUrl"] = "https://${config.host}.example.com"
    base["configSchema"]["required"] = ["host"]
    base["alternativeAuth"] = [
        {
            "id": "two",
            "authType": "custom",
            "customAuthConfig": {
                "scheme": "two_step",
                "parametersSchema": {"type": "object", "properties": {"pin": {"type": "string"}}},
                "tokenRequest": {"url": "https://example.com", "body": {"pin": "${credentials.pin}"}},
            },
        }
    ]
    base["metadata"] = {"homepage": "https://example.com", "sources": [{"name": "a", "url": "https://example.com"}]}
    base["aiConfig"]["availableModels"][0]["pricing"] = {"currency": "USD", "asOf": "2026-01-31", "tiers": []}
    return base


RICH = _rich()
JUNK: list[Any] = [
    None, True, 0, -1, 2.5, 10**30, "", "x", "object", "é\u2028\u0000", "${", "${a.b}", "https://[", "//", "1.0",
    [], {}, [None], [[]], {"": {"": ""}}, {"type": "object"}, {"type": "x"}, {"type": ["a"]}, {"$ref": "#"},
    {"$ref": 5}, {"$ref": "#/$defs/None"}, {"$id": "x", "$ref": "#/a"}, {"pattern": "("},
    {"patternProperties": {"(": 1}},
    {"default": 5, "type": "string"}, {"$schema": 5}, {"properties": []}, {"allOf": {}}, {"required": [[]]},
    {"$defs": []}, {"$anchor": 5},
]  # fmt: skip


def test_the_definition_to_mutate_is_valid(tmp_path: Path) -> None:
    (tmp_path / "anthropic").mkdir()
    found = check_text(json.dumps(RICH), tmp_path / "anthropic", ".json").diagnostics
    assert [(one.severity, one.code, one.message) for one in found] == [
        ("warning", "D049", "the input 'who' has no description"),
        ("warning", "D049", "the input 'line_items' has no description"),
        ("warning", "D039", "the field 'host' has no description"),
        ("warning", "D038", "the price of 'claude-3-opus' has no source"),
        ("warning", "D038", "the price of 'claude-3-sonnet' has no source"),
        ("warning", "D038", "the price of 'dall-e-3' has no source"),
        ("warning", "A007", "Xero gives no refresh token without the scope offline_access"),
        ("warning", "D039", "the field 'pin' has no description"),
    ]


def nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and name or index in it."""
    if isinstance(value, dict | list):
        for at in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, at
            yield from nodes(value[at])


def mutate(value: Any, chance: random.Random) -> None:
    """Delete, replace, duplicate, rename or insert something, anywhere."""
    container, at = chance.choice(list(nodes(value)))
    others = list(nodes(RICH))
    owner, other = chance.choice(others)
    new = json.loads(json.dumps(chance.choice([chance.choice(JUNK), owner[other]])))
    match chance.randrange(5):
        case 0:
            del container[at]
        case 1:
            container[at] = new
        case 2 if isinstance(container, list):
            container.insert(at, json.loads(json.dumps(container[at])))
        case 3 if isinstance(container, dict):
            container[
                chance.choice(["x", "", "é", "$ref", "type", "default", "id", "$defs", *map(str, (at, other))])
            ] = new
        case _ if isinstance(container, list):
            container.insert(at, new)
        case _:
            container[f"{at}s"] = container.pop(at)


@settings(COMMON, max_examples=120)
@given(st.integers(0, 2**32), st.integers(1, 6), st.sampled_from([".yaml", ".json"]), INDENTS)
def test_no_mutated_definition_raises(tmp_path: Path, seed: int, times: int, suffix: str, indent: int | None) -> None:
    chance = random.Random(seed)
    value = json.loads(json.dumps(RICH))
    for _ in range(times):
        if list(nodes(value)):
            mutate(value, chance)
    check_text(json.dumps(value, indent=indent), tmp_path, suffix)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: json.dumps(junk)[:30])
def test_no_replaced_value_raises(tmp_path: Path, junk: Any) -> None:
    """Junk at every 24th place of a definition, one after the other; each kind starts at another."""
    count = len(list(nodes(RICH)))
    for index in range(JUNK.index(junk) % 24, count, 24):
        value = json.loads(json.dumps(RICH))
        container, at = list(nodes(value))[index]
        container[at] = junk
        check_text(json.dumps(value), tmp_path, ".json")


def test_no_byte_that_flips_raises(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = json.dumps(RICH, indent=1).encode()
    for _ in range(200):
        flipped = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            flipped[chance.randrange(len(flipped))] = chance.choice([chance.randrange(256), *b'{}[]",:\n\\'])
        file = tmp_path / f"1.0.0{chance.choice(['.json', '.yaml'])}"
        file.write_bytes(flipped)
        examine(check_files([file]))


def test_a_source_that_says_nothing_makes_a_definition_that_says_nothing() -> None:
    definition = Definition(read_text("", "catalog/acme/1.0.0.yaml"))
    assert (definition.id, definition.version) == ("acme", "1.0.0")
    assert definition.methods == definition.models == definition.schemas == []
