"""subset: a table of pairs, random pairs against brute force, and what hostile schemas come to."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import schema_pairs
from connectory.compiler.compat import Verdict, subset
from connectory.compiler.compat.decide import Comparer
from connectory.compiler.compat.emptiness import emptiness
from connectory.compiler.compat.patterns import automaton
from connectory.compiler.compat.strings import SAMPLES, has_format, matches
from connectory.compiler.schemas import explainer

PAIRS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases/compat/subset.yaml").read_text("utf-8"))

ABSENT = msgspec.UNSET


def accepts(schema: Any, value: Any) -> bool:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).is_valid(value)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["say"] for pair in PAIRS])
def test_a_table_of_pairs(pair: dict[str, Any]) -> None:
    verdict = subset(pair["a"], pair["b"])
    assert verdict.answer == pair["is"], verdict.reason
    assert verdict.reason
    assert (verdict.witness is not ABSENT) == (pair["is"] == "no")
    if verdict.answer == "no":
        assert accepts(pair["a"], verdict.witness)
        assert not accepts(pair["b"], verdict.witness)
        assert repr(verdict.witness) == repr(pair.get("witness", verdict.witness))


def test_random_pairs_against_a_universe_of_instances() -> None:
    """No false yes, no false witness, and few that stay unknown; ``benchmarks/soundness.py`` tries many more."""
    instances = schema_pairs.universe()
    found: Counter[str] = Counter()
    for seed in range(5000):
        judged = schema_pairs.judge(seed, instances)
        assert judged.result not in schema_pairs.FALSE, (seed, judged)
        assert judged.kind not in schema_pairs.RELATED or judged.result in ("yes", "no schema"), (seed, judged)
        found[judged.result] += 1
    assert found["yes"] + found["no"] + found["unknown"] > 4900
    assert found["unknown"] <= 50


@given(st.integers(min_value=10_000, max_value=10_000_000), st.data())
@settings(max_examples=300, deadline=None)
def test_where_one_is_within_another_both_validators_agree(seed: int, data: st.DataObject) -> None:
    _, a, b = schema_pairs.pair(seed)
    if subset(a, b).answer != "yes":
        return
    values = st.recursive(
        st.sampled_from([*schema_pairs.SCALARS, *schema_pairs.STRINGS]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(schema_pairs.NAMES), inner),
        max_leaves=6,
    )
    value = data.draw(values | st.sampled_from(schema_pairs.nearby(random.Random(seed), (a, b))))
    assert not accepts(a, value) or accepts(b, value)
    validator = explainer()
    assert not validator(a).is_valid(value) or validator(b).is_valid(value)


@settings(deadline=None)
@given(st.sampled_from(schema_pairs.PATTERNS), st.text(alphabet="abx01\n\r\u2028é😀 _-", max_size=6))
def test_automata_agree_with_the_engine(pattern: str, text: str) -> None:
    followed = automaton(pattern)
    assert followed is not None
    assert followed.matches(text) == matches(pattern, text)


EXPRESSIONS = (
    *(r"\d", r"^\w+$", r"\s", r"^.$", r"[^a]", r"a|b|", r"^(?:a|bc)*$", r"a{2}", r"a{1,}", r"^a{0,2}?$", r"[a-c-]"),
    *(
        r"\x61",
        r"\u0061",
        r"^$",
        r"^|b",
        r"(a$|^b)",
        r"[\d_]+\.",
        r"\.",
        r"a+?b",
        r"(?<n>a)b",
        r"[^\s\d]",
        r"^\S*$",
        r"-",
    ),
)


@given(st.sampled_from(EXPRESSIONS), st.text(alphabet="abc01. \n\r\u2028é😀_-", max_size=5))
@settings(max_examples=600, deadline=None)
def test_automata_of_many_forms(pattern: str, text: str) -> None:
    followed = automaton(pattern)
    assert followed is not None
    assert followed.matches(text) == matches(pattern, text)


@pytest.mark.parametrize(
    "pattern", [r"(?=a)", r"(a)\1", r"\bword", r"\p{L}", "(", "a**", "[", "[a&&b]", "x{2,1}", "(?i)a"]
)
def test_what_no_automaton_follows(pattern: str) -> None:
    assert automaton(pattern) is None


def test_samples_have_their_formats_and_other_formats_are_not_checked() -> None:
    for name, samples in SAMPLES.items():
        assert all(has_format(name, sample) for sample in samples), name
        assert not has_format(name, "\0 not % {"), name
    assert all(has_format(name, "\0 not % {") for name in ("int32", "int64", "float", "byte", "binary", "password"))


def deep(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"type": "object", "properties": {"a": leaf}}
    return leaf


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (deep(40, {"type": "integer"}), deep(40, {"type": "number"})),
        (deep(3000, {"type": "integer"}), deep(3000, {"type": "number"})),
        ({"allOf": [{"anyOf": [{"const": n}, {"const": -n}]} for n in range(40)]}, {"type": "string"}),
        ({"type": "string", "pattern": "^(a|aa)+$", "minLength": 30_000}, {"maxLength": 5}),
        ({"type": "array", "minItems": 10**9}, {"maxItems": 10**9}),
        ({"multipleOf": 1e-300}, {"multipleOf": 1e300}),
        ({"minimum": 10**3000}, {"maximum": 10**3000}),
        (
            {"type": "object", "patternProperties": {f"a{n}": {"minLength": n} for n in range(30)}},
            {"type": "object", "patternProperties": {f"b{n}": {"minLength": n} for n in range(30)}},
        ),
        (
            {
                "type": "object",
                "anyOf": [{"properties": {f"a{n}": True}} for n in range(30)],
                "unevaluatedProperties": False,
            },
            {"maxProperties": 2},
        ),
        ({"oneOf": [{"multipleOf": n} for n in range(2, 60)]}, {"oneOf": [{"multipleOf": n} for n in range(3, 60)]}),
        (
            {
                "$ref": "#/$defs/n0",
                "$defs": {
                    f"n{n}": {"type": "object", "required": ["a", "b"]}
                    | {"properties": dict.fromkeys("ab", {"$ref": f"#/$defs/n{n + 1}"} if n < 40 else True)}
                    for n in range(41)
                },
            },
            {"maxProperties": 1},
        ),
    ],
)
def test_large_and_deep_schemas_end(a: Any, b: Any) -> None:
    verdict = subset(a, b)
    assert verdict.answer in ("yes", "no", "unknown")
    if verdict.answer == "no":
        assert accepts(a, verdict.witness)
        assert not accepts(b, verdict.witness)


def test_a_verdict_does_not_change() -> None:
    verdict = subset({"type": "integer"}, {"type": "number"})
    assert isinstance(verdict, Verdict)
    with pytest.raises(AttributeError):
        verdict.answer = "no"  # type: ignore[misc]  # that it is refused is the point


def test_few_steps_leave_it_unknown() -> None:
    a = {"type": "object", "properties": {name: {"type": "integer"} for name in "abc"}}
    verdict = subset(a, {**a, "maxProperties": 3}, steps=3)
    assert (verdict.answer, verdict.reason) == ("unknown", "it takes more than 3 steps")


@pytest.mark.parametrize(
    "wrong", [None, 3, [], "x", {"type": 3}, {"properties": []}, {"minimum": float("nan")}, {1: 2}]
)
def test_what_is_no_schema_is_unknown(wrong: Any) -> None:
    assert subset(wrong, {"type": "string"}).answer == "unknown"
    assert subset({"type": "string"}, wrong).answer == "unknown"


def test_schemas_that_are_judged_one_after_another_stay_apart() -> None:
    """Each is made for one question and gone afterwards, so that the next one may lie where it lay."""
    judge = emptiness({})
    for index in range(50):
        kind = "string" if index % 2 else "object"
        assert judge({"type": "object", "allOf": [{"type": kind}]}) == (kind == "string")


@pytest.mark.parametrize("start", range(0, 600, 200))
def test_refusals_are_witnessed_each_in_a_place_of_its_own(start: int) -> None:
    for seed in range(start, start + 200):
        _, a, b = schema_pairs.pair(seed)
        found = Comparer().refusals(a, b)
        assert bool(found) == (subset(a, b).answer != "yes")
        paths = [one.path for one in found if one.answer == "no"]
        assert len(set(paths)) == len(paths)
        for one in found:
            if one.answer == "no":
                assert jsonschema_rs.Draft202012Validator(a, validate_formats=True).is_valid(one.witness)
                assert not jsonschema_rs.Draft202012Validator(b, validate_formats=True).is_valid(one.witness)
        assert [one.answer for one in found[:-1]] == ["no"] * len(found[:-1])


def alternatives(chance: random.Random) -> dict[str, Any]:
    """Objects that a member tells apart, or nearly: what they need of it may overlap or be missing."""
    found = []
    for _ in range(chance.randint(1, 4)):
        kinds = chance.sample(["a", "b", "c", "d"], chance.choice((1, 1, 1, 2)))
        kind: Any = {"const": kinds[0]} if chance.random() < 0.5 else {"enum": kinds}
        more = {"x": chance.choice(({}, {"type": "integer"}, {"maximum": 1}, {"$ref": "#"}))}
        made = {"type": "object", "properties": {"kind": kind, **more}, "required": ["kind"]}
        if chance.random() < 0.15:
            del made[chance.choice(("type", "required"))]
        found.append(made)
    return {"oneOf": found}


@pytest.mark.parametrize("start", range(0, 2000, 1000))
def test_alternatives_that_a_member_tells_apart(start: int) -> None:
    values: list[Any] = [1, 2, "a", {}, {"kind": "a"}, {"kind": "b", "x": {"kind": "c"}}, {"kind": "c", "x": "a"}]
    members = [{"kind": kind, "x": value} for kind in ("a", "b", "c", "d", 1) for value in values]
    universe = [*values, *members, *({"kind": kind} for kind in ("a", "b", "c", "d", 1)), {"x": 1}, []]
    answers: Counter[str] = Counter()
    for seed in range(start, start + 1000):
        chance = random.Random(seed)
        a, b = alternatives(chance), alternatives(chance)
        b = {"oneOf": [*a["oneOf"], *b["oneOf"]]} if chance.random() < 0.5 else b
        found = subset(a, b)
        answers[found.answer] += 1
        if found.answer == "yes":
            accepts, other = (jsonschema_rs.Draft202012Validator(schema) for schema in (a, b))
            assert [value for value in universe if accepts.is_valid(value) and not other.is_valid(value)] == []
    assert answers["unknown"] == 0
    assert answers["yes"] > 150


@pytest.mark.parametrize("keyword", ["const", "enum"])
def test_many_alternatives_inside_each_other_are_compared(keyword: str) -> None:
    def blocks(count: int) -> dict[str, Any]:
        alternatives = []
        for number in range(count):
            kind: Any = f"k{number}" if keyword == "const" else [f"k{number}", f"K{number}"]
            inner = {"type": "array", "items": {"$ref": "#/$defs/Block"}}
            body = {"type": "object", "properties": {"text": {"type": "string"}, "children": inner}}
            properties = {"type": {keyword: kind}, f"k{number}": body}
            alternatives.append({"type": "object", "properties": properties, "required": ["type", f"k{number}"]})
        return {"$ref": "#/$defs/Block", "$defs": {"Block": {"oneOf": alternatives}}}

    assert subset(blocks(60), blocks(61)).answer == "yes"
    assert subset(blocks(61), blocks(60)).answer == "no"


def test_what_a_large_circle_leads_to_is_kept_once() -> None:
    from connectory.compiler.compat.parts import Parts

    names = [f"D{number}" for number in range(300)]
    following = zip(names, [*names[1:], names[0]], strict=True)
    shared = {name: {"properties": {"next": {"$ref": f"#/$defs/{other}"}}} for name, other in following}
    parts = Parts()
    whole = parts.whole({"$defs": {**shared, "Apart": {"$ref": "#/$defs/D7"}}})
    first = parts.reached(whole, "D0")
    assert first == frozenset((name, parts.of(schema).text) for name, schema in shared.items())
    assert all(parts.reached(whole, name) is first for name in names)
    assert parts.reached(whole, "Apart") == first | {("Apart", b'{"$ref":"#/$defs/D7"}')}


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), [float("nan")]])
def test_what_json_cannot_hold_is_not_compared(value: Any) -> None:
    for a, b in ({"const": value}, {"const": None}), ({"enum": [None]}, {"enum": [value]}), ({"const": {1: 2}}, True):
        assert subset(a, b) == Verdict("unknown", "a schema holds what JSON cannot")
