"""What a check does only so often, whatever a definition holds; counted, as times say little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectory.compiler.check import check
from connectory.compiler.checks import impossible
from connectory.compiler.compat.emptiness import Allowance, emptiness
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.pipeline import check_catalogs
from connectory.compiler.suppressions import suppressions
from connectory.compiler.text.source import read_text
from connectory.compiler.unsatisfiable import unsatisfiable

BASE: dict[str, Any] = {
    "integrationId": "acme",
    "name": "Acme",
    "description": "Orders and customers of Acme",
    "version": "1.0.0",
    "authType": "custom",
}


def definition(**more: Any) -> Definition:
    return Definition(read_text(json.dumps({**BASE, "methods": [], **more}), "acme/1.0.0.json", ".json"))


def found(code: str, **more: Any) -> list[Diagnostic]:
    return [one for one in check(definition(**more)) if one.code == code]


def method(number: int, **more: Any) -> dict[str, Any]:
    schemas = {"inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
    return {"id": f"get_{number}", "name": "Get", "description": "Gets it", **schemas, **more}


def test_names_are_compared_only_so_often() -> None:
    shared = {f"Item{number}": {"type": "string"} for number in range(4_000)}
    wrong = {f"p{number}": {"$ref": f"#/$defs/Itme{number}"} for number in range(100)}
    dangling = found("S003", configSchema={"type": "object", "properties": wrong}, **{"$defs": shared})
    assert len(dangling) == 100
    assert [bool(one.help and one.help.startswith("did you mean")) for one in dangling] == [True] * 13 + [False] * 87
    few = dict(list(shared.items())[:40])
    dangling = found("S003", configSchema={"type": "object", "properties": wrong}, **{"$defs": few})
    assert all(one.help and one.help.startswith("did you mean") for one in dangling)


def test_replacements_are_compared_only_so_often() -> None:
    gone = {"since": "1.0.0", "replacement": "get_0x"}
    methods = [method(number, deprecated=gone) for number in range(1_010)]
    helps = [str(one.help) for one in found("D028", methods=methods)]
    assert helps[:100] == ["did you mean 'get_0'?"] * 100
    assert helps[100:1000] == ["name a method of this definition"] * 900


def ring(length: int, **more: Any) -> dict[str, Any]:
    """Shared schemas each of which requires the next, and the last one the first."""
    return {
        f"d{number}": {"type": "object", "required": ["a"], "properties": {"a": link(f"d{(number + 1) % length}")}}
        | more
        for number in range(length)
    }


def link(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


ENDLESS = "nothing is valid under this schema: a value would have to contain itself without end"


@pytest.mark.parametrize("length", [1, 2, 3, 50, 3_000])
def test_a_circle_of_required_properties_is_found_once_however_long_it_is(length: int) -> None:
    (one,) = found("S020", **{"$defs": ring(length)})
    assert (one.message, one.pointer) == (ENDLESS, "/$defs/d0/properties")


def test_what_may_be_no_object_ends_a_circle() -> None:
    for open_type in {}, {"type": ["object", "null"]}:
        shared = ring(300)
        shared["d7"] = {**{word: value for word, value in shared["d7"].items() if word != "type"}, **open_type}
        assert found("S020", **{"$defs": shared}) == []
        short = ring(3) | {"d1": {key: value for key, value in ring(3)["d1"].items() if key != "type"} | open_type}
        assert found("S020", **{"$defs": short}) == []


def test_a_circle_is_found_beside_one_that_ends() -> None:
    """d1 may be a string; d0 has to hold itself all the same."""
    shared: dict[str, Any] = {
        "d1": {"required": ["a"], "properties": {"a": link("d0")}},
        "d0": {
            "type": "object",
            "required": ["a", "b"],
            "properties": {"a": link("d1"), "b": link("d2")},
        },
        "d2": {"type": "object", "required": ["a"], "properties": {"a": link("d0")}},
    }
    (one,) = found("S020", **{"$defs": shared})
    assert (one.message, one.pointer) == (ENDLESS, "/$defs/d0/properties")


def test_a_circle_without_a_type_is_judged_by_what_else_it_says() -> None:
    shared = {"d0": {"required": ["a"], "properties": {"a": link("d0")}, "const": {"a": {}}}}
    assert [one.place.path for one in unsatisfiable(definition(**{"$defs": shared}))] == [("$defs", "d0")]


def test_searches_share_the_steps_that_they_may_take() -> None:
    allowance = Allowance(30)
    is_empty, other = emptiness({}, allowance), emptiness({}, allowance)
    assert is_empty({"minLength": 2, "maxLength": 1, "type": "string"})
    assert 0 < allowance.left < 30
    hard = {"type": "object", "allOf": [{"anyOf": [{"required": [f"{a}{b}"]} for a in range(9)]} for b in range(9)]}
    other(hard)
    assert allowance.left <= 0
    left = allowance.left
    assert not is_empty({"allOf": [{"type": "string"}, {"type": "null"}]})
    assert allowance.left == left


def test_what_is_impossible_is_looked_into_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {f"d{number}": {"not": {}, "title": f"{number}"} for number in range(50)}
    assert len(found("S020", **{"$defs": shared})) == 50
    monkeypatch.setattr(impossible, "_MOST_REACHED", 20)
    assert len(found("S020", **{"$defs": shared})) == 11  # each reaches itself and what it negates


def test_what_lies_inside_a_schema_is_told_by_its_path_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    many = definition(methods=[method(number) for number in range(50)])
    schemas = many.schemas
    asked: list[int] = []

    class Watched(list[Any]):
        def __iter__(self) -> Any:
            asked.append(1)
            return super().__iter__()

    monkeypatch.setitem(many.__dict__, "schemas", Watched(schemas))
    assert [many.inside_schema(("methods", number, "inputSchema", "type")) for number in range(50)] == [True] * 50
    assert many.inside_schema(("methods", 7, "outputSchema"))
    assert not many.inside_schema(("methods", 50, "inputSchema"))
    assert not many.inside_schema(("methods", 7))
    assert not many.inside_schema(())
    assert len(asked) == 1


def test_only_the_first_suppressions_of_a_file_count() -> None:
    text = "name: 1\n" + "# connectory: allow D021, D022 -- why\n" * 6_000
    said = list(suppressions(read_text(text, "acme/1.0.0.yaml")))
    assert len(said) == 10_000
    assert said[-1].span.line == 5_001


def test_suppressions_that_are_not_needed_are_shown_only_so_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "acme", "beta":
        file = tmp_path / "catalog" / name / "1.0.0.yaml"
        file.parent.mkdir(parents=True)
        head = "".join(f"{field}: {json.dumps(value)}\n" for field, value in BASE.items()).replace("acme", name)
        file.write_text(head.replace("Acme", name) + "methods: []\n" + "# connectory: allow D021 -- why\n" * 1_500)
    for name in "acme", "beta":
        unneeded = [
            one
            for one in check_catalogs([Path("catalog")]).diagnostics
            if one.span.path == f"catalog/{name}/1.0.0.yaml"
        ]
        assert {one.code for one in unneeded} == {"D016"}
        assert len(unneeded) == 1_001
        assert unneeded[-1].message == "there is more of this: only the first 1,000 places of a file are shown"
        assert unneeded[-1].span.line == 1_007
