"""The repository's own definitions, damaged anywhere: what is wrong is a finding, and the rest is built."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectory.cli import cli
from connectory.compiler.canonical import format_file
from connectory.compiler.config import Configuration
from connectory.compiler.mend import mended
from connectory.compiler.pipeline import Checked, build, check_catalogs
from connectory.compiler.report import Findings, as_json, text
from connectory.compiler.report_formats import github, sarif
from connectory.compiler.text import read_source
from connectory.compiler.text.lines import lines_of

ROOT = Path(__file__).parent.parent
WHOLE = {file.parent.name: read_source(file, file.name).data for file in sorted((ROOT / "catalog").glob("*/*.yaml"))}
IDS = list(WHOLE)

TEXTS = [
    "", " ", "\n", "x", "é\u2028\u0000", "\ud800", "\ufeff", "\u202e", "a" * 20_000, "${", "${}", "${config.}",
    "${config.a.b}", "${credentials.apiKey}", "${token.x}", "${" * 500, "{a}{b}", "{", "https://", "https://[", "//x",
    "#", "#/", "#/$defs/", "#/$defs/None", "#/methods/0", "#/%", "#/~2", "~", "(", "^(a+)+$", "(?=a)", "[", "\\",
    "a{99999}", "1.0", "1.0.0-", "v1", "99999999999999999999.0.0", "null", "yes", "2026-02-30", "9999-99-99", "object",
    "GET",
    "application/json; charset=", "a: b", "- a", "!!set", "&a", "sk-ant-api03-" + "x" * 40,
    "-----BEGIN PRIVATE KEY-----", "\r\n", "\x7f", "\x1b[31m", "%s", "{0}", "🙂", "e\u0301", "１", "٣",
]  # fmt: skip
OTHERS: list[Any] = [
    None, True, False, 0, -1, 1, 2**63, 2**64, -(2**70), 10**40, 0.5, 1e300, [], {}, [None], [[]], [{}], {"": {}},
    {"": ""}, {"$ref": "#"}, {"$ref": 5}, {"$ref": "#/$defs/None"}, {"$ref": []}, {"$id": "x"}, {"$schema": 5},
    {"$anchor": []}, {"$dynamicRef": "#x"}, {"type": "object"}, {"type": []}, {"type": ["string", 5]}, {"type": {}},
    {"enum": {}}, {"enum": [[], {}, None]}, {"const": {}}, {"properties": []}, {"properties": {"": 5}},
    {"required": 5}, {"required": [[]]}, {"allOf": {}}, {"anyOf": []}, {"oneOf": [5]}, {"not": []},
    {"if": 5, "then": None}, {"items": []},
    {"pattern": "("}, {"patternProperties": {"(": {}}}, {"additionalProperties": []}, {"default": {"a": [1]}},
    {"examples": {}}, {"minimum": "1"}, {"minLength": -1}, {"maxItems": 0.5}, {"multipleOf": 0}, {"format": []},
    {"dependentRequired": {"a": 5}}, {"$defs": []}, {"$defs": {"A": {"$ref": "#/$defs/A"}}}, {"description": 5},
    {"method": 5}, {"path": []}, {"from": "*"}, {"from": []}, {"style": "cursor"}, {"anyOf": [[]]}, {"allOf": [["a"]]},
    {"since": "2026-02-30"}, {"replacement": {}}, {"input": 5}, {"free": True}, {"tiers": [5]}, {"parameter": []},
]  # fmt: skip
NAMES = [
    "",
    "x",
    "id",
    "type",
    "$ref",
    "$defs",
    "default",
    "enum",
    "properties",
    "required",
    "allOf",
    "http",
    "deprecated",
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container, and each name or index in it."""
    waiting = [value]
    while waiting:
        container = waiting.pop()
        for at in list(container) if isinstance(container, dict) else range(len(container)):
            yield container, at
            if isinstance(container[at], dict | list):
                waiting.append(container[at])


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"items": value} if depth % 2 else [value]
    return value


class Change(NamedTuple):
    """What is done at a place of a definition; ``where`` and ``other`` count places, ``pick`` values."""

    kind: str
    where: int
    other: int
    pick: int


def change(data: dict[str, Any], made: Change) -> None:
    found = list(places(data))
    if not found:
        return
    container, at = found[made.where % len(found)]
    taken_from, taken = found[made.other % len(found)]
    value = copy.deepcopy(taken_from[taken])
    match made.kind:
        case "text":
            container[at] = TEXTS[made.pick % len(TEXTS)]
        case "other":
            container[at] = copy.deepcopy(OTHERS[made.pick % len(OTHERS)])
        case "move":
            container[at] = value
        case "delete":
            del container[at]
        case "double" if isinstance(container, list):
            container.insert(made.pick % (len(container) + 1), copy.deepcopy(container[at]))
        case "double":
            container[f"{at}{TEXTS[made.pick % len(TEXTS)]}"] = copy.deepcopy(container[at])
        case "add" if isinstance(container, dict):
            container[NAMES[made.pick % len(NAMES)]] = copy.deepcopy(OTHERS[made.where % len(OTHERS)])
        case "rename" if isinstance(container, dict):
            container[TEXTS[made.pick % len(TEXTS)]] = container.pop(at)
        case "swap" if isinstance(container, dict):
            last = list(container)[-1]
            container[at], container[last] = container[last], container[at]
        case _:
            container[at] = nested(container[at], made.pick % 70)


CHANGES = st.builds(
    Change,
    st.sampled_from(
        ["text", "text", "other", "other", "other", "move", "delete", "double", "add", "rename", "swap", "nest"]
    ),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)


def written(data: dict[str, Any], suffix: str, indent: int | None) -> str:
    """JSON, which is nearly always YAML too."""

    def plain(value: Any) -> float:
        assert isinstance(value, Decimal)
        return float(value)

    return json.dumps(data, default=plain, ensure_ascii=suffix == ".json", indent=indent)


def reported(checked: Checked) -> None:
    """Every position exists, and every report can be made."""
    for found in checked.diagnostics:
        for span in (found.span, *(related.span for related in found.related), *(edit.span for edit in found.fix)):
            lines = lines_of(checked.texts[span.path])
            assert span.line == 0 or 1 <= span.line <= span.end_line <= len(lines), (span, found.message)
            assert span.line == 0 or span.end_column <= len(lines[span.end_line - 1]) + 2, (span, found.message)
    findings = Findings.of(checked)
    for report in (text, as_json, github, sarif):
        report(findings).encode()


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from(IDS), st.lists(CHANGES, min_size=1, max_size=5), st.sampled_from([".json", ".yaml"]),
    st.sampled_from([None, 1]),
)  # fmt: skip
def test_a_damaged_definition_ends_in_findings_or_outputs(
    tmp_path_factory: pytest.TempPathFactory, id_: str, changes: list[Change], suffix: str, indent: int | None
) -> None:
    data = copy.deepcopy(WHOLE[id_])
    for one in changes:
        change(data, one)
    folder = tmp_path_factory.mktemp("fuzz")
    file = folder / "catalog" / id_ / f"1.0.0{suffix}"
    file.parent.mkdir(parents=True)
    file.write_bytes(written(data, suffix, indent).encode("utf-8", "surrogatepass"))
    checked = check_catalogs([folder / "catalog"])
    reported(checked)
    mended(file, file.name, Configuration())
    outcome = format_file(file)
    if outcome.after is not None:
        file.write_text(outcome.after, encoding="utf-8")
        assert format_file(file).after == outcome.after
    if all(found.severity == "warning" for found in checked.diagnostics):
        build([folder / "catalog"], folder / "out")


@pytest.mark.parametrize("number", range(12))
def test_the_command_says_what_is_wrong_with_a_damaged_definition(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = copy.deepcopy(WHOLE[IDS[number]])
    for step in range(6):
        kind = ["text", "other", "double", "rename", "nest", "delete"][step]
        change(data, Change(kind, 7919 * (number + 1) * (step + 3), 104_729 * (step + 1), 31 * number + step))
    file = tmp_path / "catalog" / IDS[number] / "1.0.0.json"
    file.parent.mkdir(parents=True)
    file.write_text(written(data, ".json", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "--against", "none"], standalone_mode=False) == 1
    said = capsys.readouterr()
    assert re.search(r"^1 file checked: [1-9]\d* (error|warning)s?", said.out, re.M)
    assert "Traceback" not in said.out + said.err
