"""The canonical form: what it looks like, that it never changes what a file means, and that every comment stays."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectory.__main__ import main
from connectory.compiler.canonical import NotFormatted, as_json, as_yaml, format_file, formatted, formatting
from connectory.compiler.suppressions import Suppression, suppressions
from connectory.compiler.text.places import Place
from connectory.compiler.text.source import read_text
from yaml_texts import Writer, garbled

CATALOG = Path(__file__).parent.parent / "catalog"
CASES = Path(__file__).parent / "cases"
NUMBERED = re.compile(r"[cks]\d+z|c0[a-z]+")
LONG = "word " * 30


def fmt(text: str, suffix: str = ".yaml") -> str:
    """The canonical form; it is its own, and it means the same."""
    source = read_text(text, "f", suffix)
    assert source.diagnostics == ()
    made = formatted(source, suffix)
    again = read_text(made, "f", suffix)
    assert again.diagnostics == ()
    assert again.data == source.data
    assert formatted(again, suffix) == made
    return made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Indentation and style.
        ("x: {b: 1, a: [c, 2]}\n", "x:\n  b: 1\n  a: [c, 2]\n"),
        ("x:\n- a\n-   b: 1\n    c: 2\n", "x:\n  - a\n  - b: 1\n    c: 2\n"),
        ("x: [[1, 2], [3]]\nw: [{a: 1}]\n", "x: [[1, 2], [3]]\nw:\n  - a: 1\n"),
        ("x: []\nw: {}\n", "x: []\nw: {}\n"),
        ("---\n\n\nx: 1\n\n\n\nw: 2\n\n...\n", "x: 1\n\nw: 2\n"),
        ("x: 1\r\nw: 'a\r\n  b'\r\n", "x: 1\nw: a b\n"),
        ("{}\n", "{}\n"),
        (f"x: [{'abcdefgh, ' * 20}]\n", "x:\n" + "  - abcdefgh\n" * 20),
        ("? x\n: 1\n", "x: 1\n"),
        (f"? {'x' * 1100}\n: {{a: 1}}\n", f"? {'x' * 1100}\n:\n  a: 1\n"),
        # Quotes.
        ("x: 'plain'\n", "x: plain\n"),
        ('"x": "1.0.0"\n', 'x: "1.0.0"\n'),
        ("x: 1.0.0\n", 'x: "1.0.0"\n'),
        (
            "x: ['yes', 'null', '', '2026-01-31', '~', '12:30']\n",
            'x: ["yes", "null", "", "2026-01-31", "~", "12:30"]\n',
        ),
        ("x: 'a: b'\nw: 'a #b'\nz: 'it''s'\n", 'x: "a: b"\nw: "a #b"\nz: it\'s\n'),
        ('x: "^\\\\d+: \\\\w$"\n', "x: '^\\d+: \\w$'\n"),
        ("x: '[a]'\nw: '*'\nz: '- a'\n", 'x: "[a]"\nw: "*"\nz: "- a"\n'),
        ('x: ["a, b", "c]", https://example.com/a]\n', 'x: ["a, b", "c]", https://example.com/a]\n'),
        ('x: "a\\tb\\u00a0c"\n', 'x: "a\\tb\\xa0c"\n'),
        ('x: "👩\u200d💻 naïve 日本"\n', "x: 👩\u200d💻 naïve 日本\n"),
        # Numbers and constants.
        ("x: [0.0000150, 1.50, 1.5e+5, -0, True, NULL, ~]\n", "x: [0.0000150, 1.50, 1.5e+5, -0, true, null, null]\n"),
        ("x:\nw: ''\n", 'x: null\nw: ""\n'),
        # Text.
        ("x: >-\n  short\n  text\n", "x: short text\n"),
        (f"x: {LONG}end\n", f"x: >-\n  {('word ' * 22)}word\n  {('word ' * 7)}end\n"),
        ("x: |\n  one\n  two\n", "x: |\n  one\n  two\n"),
        ("x: |\n  one\n", "x: |\n  one\n"),
        ('x: "one\\n  two\\n\\nthree"\n', "x: |-\n  one\n    two\n\n  three\n"),
        ("x: |+\n  one\n\nw: 1\n", 'x: "one\\n\\n"\n\nw: 1\n'),
        ("x: |2\n    one\n  two\n", 'x: "  one\\ntwo\\n"\n'),
        (f"x: |\n  {LONG}one\n\n  two\n", f"x: >\n  {('word ' * 22)}word\n  {('word ' * 7)}one\n\n\n  two\n"),
        ("x: " + "a" * 200 + "\n", "x: " + "a" * 200 + "\n"),
        # Comments.
        (
            "# top\n\n# x\nx:   # behind\n    - 1 # one\n    # end\n",
            "# top\n\n# x\nx:  # behind\n  - 1  # one\n  # end\n",
        ),
        ("x: [ # a\n 1, # b\n # c\n 2 # d\n # e\n ]\n", "x:  # a\n  - 1  # b\n  # c\n  - 2  # d\n  # e\n"),
        ("x: | # why\n  a\n  b\n", "x: |  # why\n  a\n  b\n"),
        ("x: # a\n  # b\n  1 # c\n", "# a\n# b\nx: 1  # c\n"),
        ("- x\n", None),
        ("x:\n  - # a\n    b: 1\n", "x:\n  # a\n  - b: 1\n"),
        ("x:\n- a\n# w\nw: 1\n# end\n", "x:\n  - a\n# w\nw: 1\n# end\n"),
        ("x:\n  w:\n    z: 1\n    # z\n  # w\n# x\n", "x:\n  w:\n    z: 1\n    # z\n  # w\n# x\n"),
        ("x: 1 # connectory: allow D021 -- why\n", "x: 1  # connectory: allow D021 -- why\n"),
        # The order of fields; what authors name keeps its own.
        (
            "# yaml-language-server: s\n# the name\nname: A\nx-b: 1\nx-a: 1\n# the id\nintegrationId: a\nx-c: 1\n",
            "# yaml-language-server: s\n# the id\nintegrationId: a\nx-c: 1\n# the name\nname: A\nx-b: 1\nx-a: 1\n",
        ),
        (
            "methods:\n  - inputSchema: {type: object, properties: {b: true, a: true}}\n    # its id\n    id: m\n",
            "methods:\n  # its id\n  - id: m\n    inputSchema:\n      type: object\n      properties:\n"
            "        b: true\n        a: true\n",
        ),
        ("oauth2Config: {scopes: [a], tokenUrl: u}\n", "oauth2Config:\n  tokenUrl: u\n  scopes: [a]\n"),
    ],
)
def test_the_form(before: str, after: str | None) -> None:
    if after is None:
        assert read_text(before, "f").diagnostics
    else:
        assert fmt(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"name":"A","integrationId":"a"}', '{\n "integrationId": "a",\n "name": "A"\n}\n'),
        ('{"x-a": [1.50, 1e5, 0.0000001, 18446744073709551615]}', None),
        ('{"x-a": "\\u202e \\u00e9 \\/"}', '{\n "x-a": "\\u202e é /"\n}\n'),
    ],
)
def test_the_form_of_json(before: str, after: str | None) -> None:
    made = fmt(before, ".json")
    if after is None:
        assert made == '{\n "x-a": [\n  1.50,\n  1E+5,\n  1E-7,\n  18446744073709551615\n ]\n}\n'
    else:
        assert made == after


def neighbours(text: str) -> dict[str, set[str | None]]:
    """What stands before and behind each comment, other comments aside."""
    found = NUMBERED.findall(text)
    sides = {}
    for index, name in enumerate(found):
        if name[0] == "c":
            before = next((other for other in reversed(found[:index]) if other[0] != "c"), None)
            behind = next((other for other in found[index + 1 :] if other[0] != "c"), None)
            sides[name] = {before, behind}
    return sides


_MOVES = re.compile(r"[][{}-]\s*,?\s*#|^\s*\?|^\s*:|[|>][-+0-9]*\s*#")
"""Lines behind which no comment can stay: those that end in a bracket or a hyphen, names that are announced, and the
first line of a block of text, whose comment stands behind the text where that fits on one line."""


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**40), st.booleans())
@example(1415, True)  # a comment on the first line of a block
def test_any_text_keeps_its_meaning_and_its_comments(seed: int, garble: bool) -> None:
    text = Writer(seed).text()
    text = garbled(text, seed) if garble else text
    if read_text(text, "f").diagnostics:
        return
    made = fmt(text)
    assert Counter(NUMBERED.findall(text)) == Counter(NUMBERED.findall(made))
    after = neighbours(made)
    for comment, sides in neighbours(text).items():
        line = next(line for line in text.splitlines() if comment in line)
        assert sides & after[comment] or _MOVES.search(line), comment


ALLOW = "# connectory: allow D033 -- why\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # At the end of a block: with what follows it.
        (
            f"integrationId: a\nmethods:\n  - id: m\n  # m\n  {ALLOW}  # n\nbaseUrl: u\n",
            f"integrationId: a\n{ALLOW}baseUrl: u\nmethods:\n  - id: m\n  # m\n  # n\n",
        ),
        (
            f"methods:\n  - id: m\n    http:\n      path: p\n\n      {ALLOW}\n      # end\n\n  - id: o\n",
            f"methods:\n  - id: m\n    http:\n      path: p\n\n      # end\n\n  {ALLOW}  - id: o\n",
        ),
        (f"$defs: {{}}\nmethods:\n  - id: m\n    {ALLOW}", f"methods:\n  - id: m\n$defs: {{}}\n{ALLOW}"),
        (
            f"integrationId: a\nmethods: [ # a\n  m\n  {ALLOW}]\nname: A\n",
            f"integrationId: a\n{ALLOW}name: A\nmethods:  # a\n  - m\n",
        ),
        # Above the first field, whatever is about the file.
        (f"# top\n\n{ALLOW}\nintegrationId: a\n", f"# top\n\n{ALLOW}integrationId: a\n"),
        (f"{ALLOW}# yaml-language-server: s\nx: 1\n", f"# yaml-language-server: s\n{ALLOW}x: 1\n"),
        # Above the first field of an item: with the item, as it is about all of it.
        (
            f"methods:\n  - id: a\n  -\n    # its name\n    {ALLOW}    name: A\n    id: m\n",
            f"methods:\n  - id: a\n  # its name\n  {ALLOW}  - id: m\n    name: A\n",
        ),
        (
            f"methods:\n  {ALLOW}  - name: A\n    id: m\n",
            f"methods:\n  {ALLOW}  - id: m\n    name: A\n",
        ),
        # Behind a name, and behind the start of a text.
        (f"name: A\ndescription: >-  {ALLOW}  a\n  b\n", f"name: A\ndescription: a b  {ALLOW}"),
        (f"x: {{a: 1, b: 2}} {ALLOW}", f"x:  {ALLOW}  a: 1\n  b: 2\n"),
    ],
)
def test_a_suppression_stays_with_what_it_is_about(before: str, after: str) -> None:
    assert covered(before) == covered(after)
    assert fmt(before) == after


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"# yaml-language-server: s\n{ALLOW}name: A\nintegrationId: a\n", 2),  # and about what the file begins with
        (f"methods:\n  - name: A  {ALLOW}    id: m\n", 2),  # and about the item
        (f"x: [a,\n  b]  {ALLOW}", 2),
        (f"x:\n  {ALLOW}  1\n", 2),
        (f"x: {{\n  {ALLOW}}}\nz: 1\n", 2),
        (f"x:\n  - {ALLOW}    a: 1\n", 2),
    ],
)
def test_a_suppression_that_would_be_about_something_else_keeps_a_file_as_it_is(text: str, line: int) -> None:
    with pytest.raises(NotFormatted) as raised:
        formatted(read_text(text, "f"), ".yaml")
    where = f"the comment in line {line} that allows D033 would be about something else"
    assert str(raised.value) == f"{where}; write it above what it is about"


def covered(text: str) -> list[tuple[str, str, list[str]]]:
    """What each suppression of a text is about."""
    source = read_text(text, "f")
    starts: list[tuple[int, str]] = []

    def walk(place: Place, path: str) -> None:
        starts.extend([(place.key[0][0], f"{path} name")] if place.key else [])
        starts.append((place.start[0], path))
        for step, inner in place.inside.items():
            walk(inner, f"{path}/{step}")

    walk(source.place, "")
    said = [one for one in suppressions(source) if isinstance(one, Suppression)]
    return sorted(
        (one.code, one.reason, sorted(path for line, path in starts if one.first <= line <= one.last)) for one in said
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**40), st.integers(2, 9))
@example(192, 9)  # in empty brackets
def test_what_is_suppressed_stays_so_in_any_text(seed: int, share: int) -> None:
    text = re.sub(
        r"#[ !]?c([0-9]+)z[^\r\n]*",
        lambda found: f"# connectory: allow D033 -- {found[1]}" if int(found[1]) % share == 0 else found[0],
        Writer(seed).text(),
    )
    names = iter(["name", "integrationId", "methods", "version", "description"])
    text = re.sub("(?m)^k[0-9]+z(?= *:)", lambda found: next(names, found[0]), text)
    if read_text(text, "f").diagnostics:
        return
    with suppress(NotFormatted):
        assert covered(fmt(text)) == covered(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXTS | st.text("ab :#-'\"\n\\", max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=5))
@example({"\U000e0000": "\U0001bca0\u202e"})
def test_any_data_is_written_in_canonical_form(data: dict[str, object]) -> None:
    for write, suffix in ((as_yaml, ".yaml"), (as_json, ".json")):
        text = write(data)
        assert fmt(text, suffix) == text


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(NotFormatted, match="half a character"):
        as_json({"x-a": "\ud800"})


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("# why\nx: 2\nw: a\n", "it would read back differently"),
        ("# why\nw: a\nx: 1\n", "it would read back differently"),  # authors' own fields change places
        ("# why\nx: 1.0\nw: a\n", "it would read back differently"),
        ("# why\nx: 1\nw: a\nz: 1\n", "it would read back differently"),
        ("# why\nx: 1\nw: 'a'\n", None),
        ("# why\nx: 1\nw: no\n", "some readers take no for a boolean, others do not"),
        ("x: 1\nw: a\n", "a comment would be lost"),
        ("# why not\nx: 1\nw: a\n", "a comment would be lost"),
        ("# why\n# why\nx: 1\nw: a\n", "a comment would be lost"),
    ],
)
def test_what_is_not_the_same_is_not_written(
    written: str, reason: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formatting, "emit", lambda _: written)
    file = tmp_path / "1.0.0.yaml"
    file.write_text("# why\nx:   1\nw: a\n")
    outcome = format_file(file)
    assert (outcome.after, outcome.reason) == ((written, "") if reason is None else (None, reason))


def test_json_that_would_read_back_differently_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "_ordered", lambda data: {**data, "x-a": 2})
    with pytest.raises(NotFormatted, match="it would read back differently"):
        as_json({"x-a": 1})


@pytest.mark.parametrize("file", sorted(CATALOG.glob("*/*.yaml")), ids=lambda file: file.parent.name)
def test_the_catalog_is_in_canonical_form(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert fmt(text) == text


@pytest.mark.parametrize("file", sorted((CASES / "import").glob("*/expected.yaml")), ids=lambda file: file.parent.name)
def test_what_an_import_writes_is_in_canonical_form(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert fmt(text) == text


def test_deep_and_wide_texts() -> None:
    deep = "x: " + "[" * 50 + "1" + "]" * 50 + "\n"
    assert fmt(deep) == deep
    nested = "x:" + "".join(f"\n{' ' * depth}x:" for depth in range(1, 60)) + " 1\n"
    assert fmt(nested).splitlines()[-1] == "  " * 59 + "x: 1"
    wide = "".join(f"k{number}: v # c\n" for number in range(5_000))
    assert fmt(wide) == wide.replace(" #", "  #")


# The command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "catalog/acme").mkdir(parents=True)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["connectory", "fmt", *arguments])
        code = main()
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


FILE = Path("catalog/acme/1.0.0.yaml")
BEFORE = "name: 'Acme'\nintegrationId: acme # why\n"
AFTER = "integrationId: acme  # why\nname: Acme\n"


def test_it_formats_a_file_once_and_keeps_its_permissions(run) -> None:  # type: ignore[no-untyped-def]  # a function
    FILE.write_text(BEFORE)
    FILE.chmod(0o640)
    name = FILE.as_posix()
    assert run("--check") == (1, f"not in canonical form: {name}\n", "1 file: 1 to be formatted, 0 in canonical form\n")
    assert FILE.read_text() == BEFORE
    assert run() == (0, f"formatted {name}\n", "1 file: 1 formatted, 0 in canonical form\n")
    assert (FILE.read_text(), FILE.stat().st_mode & 0o777) == (AFTER, 0o640)
    assert run("--check") == (0, "", "1 file: 1 in canonical form\n")
    assert os.listdir(FILE.parent) == ["1.0.0.yaml"]


def test_it_shows_what_would_change(run) -> None:  # type: ignore[no-untyped-def]  # a function
    FILE.write_text(BEFORE.rstrip("\n"))
    code, out, err = run("--diff", str(FILE))
    name = FILE.as_posix()
    assert (code, err) == (1, "1 file: 1 to be formatted, 0 in canonical form\n")
    assert out == (
        f"--- a/{name}\n+++ b/{name}\n@@ -1,2 +1,2 @@\n-name: 'Acme'\n-integrationId: acme # why\n"
        "\\ No newline at end of file\n+integrationId: acme  # why\n+name: Acme\n"
    )
    assert FILE.read_text() == BEFORE.rstrip("\n")


def test_a_file_with_errors_in_its_text_is_left_alone(run) -> None:  # type: ignore[no-untyped-def]  # a function
    FILE.write_text("name: [no]\nname: 1\n")
    (FILE.parent / "1.1.0.json").write_text(json.dumps({"name": "\ud800"}))
    (FILE.parent / "1.2.0.yaml").write_text(BEFORE)
    code, out, err = run()
    assert (code, out) == (1, "formatted catalog/acme/1.2.0.yaml\n")
    assert FILE.read_text() == "name: [no]\nname: 1\n"
    assert "error[Y001]: this is not valid JSON: the half \\ud800 of a character is not one\n" in err
    assert "error[Y002]: the key 'name' is given twice\n  --> catalog/acme/1.0.0.yaml:2:1\n" in err
    assert err.endswith("3 files: 1 formatted, 0 in canonical form, 2 left as they are\n")


def test_a_link_is_not_replaced(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # a function
    (tmp_path / "elsewhere.yaml").write_text(BEFORE)
    FILE.symlink_to("../../elsewhere.yaml")
    code, out, err = run(str(FILE))
    assert (code, out) == (1, "")
    assert "is left as it is: it is a link; format the file that it leads to" in err
    assert (tmp_path / "elsewhere.yaml").read_text() == BEFORE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.yaml"], "'none.yaml' does not exist"),
        (["catalog"], "there is no definition: looked for catalog/<integrationId>/<version>.yaml (or .yml, .json)"),
        (["--catalog", "none"], "there is no folder 'none'"),
        (["x.yaml", "--catalog", "catalog"], "give PATHS or --catalog, not both"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, run) -> None:  # type: ignore[no-untyped-def]  # a function
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
