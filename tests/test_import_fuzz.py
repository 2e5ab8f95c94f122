"""Whatever a source says: an import refuses it with a message, or makes a definition that check passes."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectory.compiler.pipeline import check_files
from connectory.importers.importing import import_source
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS
from import_sources import shuffled, sources

SOURCES = sources()

JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "null", "object", "\u0000", "\ud800", "${config.x}", "{a}",
    "#/paths", "#/components/schemas", "#", "../x.yaml", "https://x.example/y", "a" * 3000, "(", "^(a+)+$", [], {},
    [[]], [None], ["a", "a"], [{"a": 1}], {"": {}}, {"$ref": "#"}, {"$ref": "#/definitions/x"}, {"$ref": 7},
    {"type": "null"}, {"type": ["x"]}, {"type": "string", "enum": []}, {"allOf": []}, {"anyOf": [{}]},
    {"oneOf": [{"type": "string"}]}, {"not": {}}, {"type": "integer", "minimum": 2, "maximum": 1}, {"type": "array"},
    {"type": "object", "required": ["zz"], "properties": {"zz": {"readOnly": True}}}, {"nullable": True},
    {"type": "string", "pattern": "("}, {"enum": [None]}, {"const": {"a": [1]}}, {"default": 7, "type": "string"},
    10**400, 1e-300, 1e308, {"$ref": "#/paths", "x-nullable": True}, {"readOnly": True},
    {"additionalProperties": False},
    {"x-y": 1, "$id": "urn:x"}, {"in": "query", "name": "q"}, {"shape": "String"},
]  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(child, (*path, key))


PLACES = [list(_places(source)) for _, source in SOURCES]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Any]:
    """A source with one to four of its values replaced, removed, renamed, doubled or put elsewhere."""
    index = draw(st.integers(0, len(SOURCES) - 1))
    format_, source = SOURCES[index]
    source = copy.deepcopy(source)
    if draw(st.booleans()):
        source = shuffled(source, draw(st.randoms(use_true_random=False)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(PLACES[index]))
        inner, other = source, source
        try:
            for step in path[:-1]:
                inner = inner[step]
            for step in draw(st.sampled_from(PLACES[index])):
                other = other[step]
            match draw(st.sampled_from(["junk", "remove", "rename", "move"])) if path else "keep":
                case "junk":
                    inner[path[-1]] = copy.deepcopy(draw(st.sampled_from(JUNK)))
                case "remove":
                    del inner[path[-1]]
                case "rename" if isinstance(inner, dict):
                    inner[draw(st.sampled_from(["", "x", "$ref", "get", "type", "a b", "é", "~/", "x-x", "items"]))] = (
                        inner.pop(path[-1])
                    )
                case "move":
                    inner[path[-1]] = copy.deepcopy(other)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    return format_, source


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(damaged())
def test_refused_or_right(tmp_path_factory: pytest.TempPathFactory, given: tuple[str, Any]) -> None:
    format_, source = given
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "source.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    as_yaml = folder / "aliased" / "source.yaml"
    as_yaml.parent.mkdir()
    as_yaml.write_text(yaml.safe_dump(source, sort_keys=False, allow_unicode=True), encoding="utf-8")
    with contextlib.suppress(SourceError):  # what stands there twice is an alias in it
        import_source(format_, str(as_yaml), Tally(), id_="fuzzed")
    try:
        made = import_source(format_, str(path), Tally(), id_="fuzzed")
    except SourceError:
        return
    assert made.found == len(made.converted) + len(made.skipped)
    texts = {kind: write(made.definition) for kind, write in WRITERS.items()}
    again = import_source(format_, str(path), Tally(), id_="fuzzed")
    assert texts == {kind: write(again.definition) for kind, write in WRITERS.items()}
    for kind, text in texts.items():
        written = folder / "fuzzed" / f"1.0.0.{kind}"
        written.parent.mkdir(exist_ok=True)
        written.write_text(text, encoding="utf-8")
        errors = [one for one in check_files([written]).diagnostics if one.severity == "error"]
        assert [(one.code, one.message) for one in errors] == []
        written.unlink()
