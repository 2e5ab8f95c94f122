"""The report for people, to the letter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectory.compiler.diagnostics import Diagnostic, Related, Severity, Span, has_errors, in_order
from connectory.compiler.report import FORMATS, Findings, as_json, text

TEXT = "one: 1\ntwo: zwei\n"


def finding(span: Span, message: str = "wrong", severity: Severity = "error", help: str | None = None) -> Diagnostic:
    return Diagnostic("D001", severity, message, span, help)


def shown(span: Span, content: str) -> list[str]:
    """The excerpt's lines below the place."""
    return text(Findings([finding(span)], {span.path: content}, 1)).splitlines()[3:-2]


def test_a_finding_and_a_summary() -> None:
    found = Diagnostic(
        "D001",
        "warning",
        "two is wrong",
        Span("f", 2, 6, 2, 10),
        "write 2",
        (Related(Span("f", 1, 1, 1, 4), "first here"),),
    )
    assert text(Findings([found], {"f": TEXT}, 3)) == (
        "warning[D001]: two is wrong\n"
        "  --> f:2:6\n"
        "   |\n"
        " 2 | two: zwei\n"
        "   |      ^^^^\n"
        "   = first here\n"
        "  --> f:1:1\n"
        "   |\n"
        " 1 | one: 1\n"
        "   | ^^^\n"
        "   = help: write 2\n"
        "\n"
        "3 files checked: 1 warning\n"
    )


@pytest.mark.parametrize(
    ("severities", "files", "summary"),
    [
        ("", 0, "0 files checked: no findings"),
        ("", 1, "1 file checked: no findings"),
        ("e", 2, "2 files checked: 1 error"),
        ("ee", 2, "2 files checked: 2 errors"),
        ("w", 1, "1 file checked: 1 warning"),
        ("eww", 1, "1 file checked: 1 error, 2 warnings"),
    ],
)
def test_the_summary_counts(severities: str, files: int, summary: str) -> None:
    kinds: dict[str, Severity] = {"e": "error", "w": "warning"}
    found = [finding(Span("f"), severity=kinds[kind]) for kind in severities]
    assert text(Findings(found, {}, files)).splitlines()[-1] == summary


def test_a_file_as_a_whole_has_no_excerpt() -> None:
    assert text(Findings([finding(Span("f"))], {"f": TEXT}, 1)).splitlines()[:2] == ["error[D001]: wrong", "  --> f"]


@pytest.mark.parametrize(
    ("content", "span", "line", "carets"),
    [
        ("a: é!", Span("f", 1, 5, 1, 6), "a: é!", "    ^"),
        ("a: e\u0301!", Span("f", 1, 6, 1, 7), "a: e\u0301!", "    ^"),  # a combining accent takes no column
        ("a: ☂\ufe0f!", Span("f", 1, 6, 1, 7), "a: ☂\ufe0f!", "    ^"),  # nor does a variation selector
        ("a: 字字!", Span("f", 1, 4, 1, 6), "a: 字字!", "   ^^^^"),
        ("a:\tb", Span("f", 1, 4, 1, 5), "a: b", "   ^"),
        ("a: \x1b[31m", Span("f", 1, 4, 1, 5), "a: \ufffd[31m", "   ^"),
        ("a: \u202eb", Span("f", 1, 5, 1, 6), "a: \ufffdb", "    ^"),
        ("a: b", Span("f", 1, 5, 1, 5), "a: b", "    ^"),  # after the end
        ("a: {\n}", Span("f", 1, 4, 2, 2), "a: {", "   ^"),
        ("a: |   \n b", Span("f", 1, 4, 2, 3), "a: |", "   ^"),
        ("a\r\nb\rc\n", Span("f", 1, 1, 1, 2), "a", "^"),
    ],
)
def test_carets_stand_below_what_is_meant(content: str, span: Span, line: str, carets: str) -> None:
    assert shown(span, content) == [f" 1 | {line}", f"   | {carets}"]


def test_lines_end_where_they_do_for_the_readers() -> None:
    content = "a\r\nb\rc\u2028d\ne"
    assert [shown(Span("f", n, 1, n, 2), content)[0] for n in (1, 2, 3, 4)] == [
        " 1 | a",
        " 2 | b",
        " 3 | c\ufffdd",
        " 4 | e",
    ]


def test_the_margin_grows_with_the_line_number() -> None:
    assert shown(Span("f", 100, 1, 100, 2), "x\n" * 100) == [" 100 | x", "     | ^"]


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    content = "x" * 500 + "HERE" + "y" * 500
    line, carets = shown(Span("f", 1, 501, 1, 505), content)
    assert len(line) == len(" 1 | ") + 140
    at = line.index("HERE")
    assert carets == "   |".ljust(at) + "^^^^"


@pytest.mark.parametrize(
    ("content", "column", "width", "line", "carets"),
    [
        ("a" * 50 + "HERE" + "b" * 50, 51, 40, "a" * 17 + "HERE" + "b" * 14, " " * 17 + "^^^^"),
        ("HERE" + "b" * 50, 1, 40, "HERE" + "b" * 31, "^^^^"),
        ("a" * 50 + "HERE", 51, 40, "a" * 31 + "HERE", " " * 31 + "^^^^"),
        ("字" * 50 + "HERE" + "字" * 50, 51, 40, "字" * 8 + "HERE" + "字" * 7, " " * 16 + "^^^^"),
        ("\t" * 50 + "HERE", 51, 40, " " * 31 + "HERE", " " * 31 + "^^^^"),
    ],
)
def test_an_excerpt_fits_into_the_terminal(content: str, column: int, width: int, line: str, carets: str) -> None:
    report = text(Findings([finding(Span("f", 1, column, 1, column + 4))], {"f": content}, 1), width=width)
    assert report.splitlines()[3:-2] == [f" 1 | {line}", f"   | {carets}"]


def test_a_long_message_is_cut_in_the_middle() -> None:
    message = "the field " + "x" * 5_000 + " is not a field"
    first = text(Findings([finding(Span("f"), message, help=message)], {}, 1)).splitlines()[0]
    assert len(first) < 450
    assert first.startswith("error[D001]: the field xxx")
    assert first.endswith("xxx is not a field")


def test_color_only_adds_escape_codes() -> None:
    import re

    found = [finding(Span("f", 2, 6, 2, 10), help="h"), finding(Span("f", 1, 1, 1, 2), severity="warning")]
    findings = Findings(found, {"f": TEXT}, 1)
    colored = text(findings, color=True)
    assert colored != text(findings)
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == text(findings)


def test_diagnostics_are_sorted_each_once() -> None:
    spans = [Span("b", 1, 1), Span("a", 10, 1), Span("a", 9, 2), Span("a"), Span("a", 9, 1)]
    found = in_order([finding(span) for span in [*spans, *spans]])
    assert [str(one.span) for one in found] == ["a", "a:9:1", "a:9:2", "a:10:1", "b:1:1"]


def test_only_errors_are_errors() -> None:
    assert not has_errors([finding(Span("f"), severity="warning")])
    assert has_errors([finding(Span("f"), severity="warning"), finding(Span("f"))])


NOISE = st.text(st.characters(), max_size=60)
SPANS = st.builds(Span, NOISE, *(st.integers(0, 5), st.integers(0, 80), st.integers(0, 5), st.integers(0, 80)))
RELATED = st.lists(st.builds(Related, SPANS, NOISE), max_size=2).map(tuple)
FOUND = st.builds(
    Diagnostic, st.just("Y001"), st.sampled_from(["error", "warning"]), NOISE, SPANS, st.none() | NOISE, RELATED
)


@settings(derandomize=True, deadline=None, database=None, max_examples=200)
@given(st.lists(FOUND, max_size=3), NOISE)
def test_no_diagnostic_breaks_a_report(found: list[Diagnostic], content: str) -> None:
    findings = Findings(found, {one.span.path: content for one in found}, 1)
    assert all(line.isprintable() for line in text(findings).split("\n"))
    assert len(json.loads(as_json(findings))["diagnostics"]) == len(found)


def test_every_format_takes_color() -> None:
    for form in FORMATS.values():
        assert "\x1b" not in form(Findings([], {}, 0), color=False)
