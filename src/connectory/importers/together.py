"""What the keywords of one schema mean together, once each of them is converted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from connectory.compiler.equality import identity
from connectory.compiler.vocabulary import FORMATS, concerns, format_concerns, types_of
from connectory.importers.order import ordered
from connectory.importers.place import Place
from connectory.importers.references import Schema
from connectory.importers.source import mapping
from connectory.importers.tally import Tally
from connectory.importers.values import kinds_of, mended, unspelled

ANNOTATIONS = frozenset(("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "x-xml"))
"""Keywords that accept and refuse nothing."""

_PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


_SEE = (
    (frozenset(("additionalProperties",)), frozenset(("properties", "patternProperties"))),
    (frozenset(("items",)), frozenset(("prefixItems",))),
    (frozenset(("contains", "minContains", "maxContains")), frozenset(("contains", "minContains", "maxContains"))),
    (frozenset(("if", "then", "else")), frozenset(("if", "then", "else"))),
    (frozenset(("unevaluatedProperties", "unevaluatedItems")), frozenset(("properties", "items", "prefixItems"))),
)
"""Keywords, and those of the same schema that change what they mean."""


def applicable(made: Schema, place: Place, tally: Tally) -> None:
    """Keywords that say nothing about the type go to the items, where they say something about those."""
    types = types_of(made)
    for keyword in [word for word in made if not concerns(word, types)]:
        value, items = made.pop(keyword), made.get("items")
        if isinstance(items, dict) and "type" in items and concerns(keyword, types_of(items)):
            made["items"] = ordered({keyword: value, **items})
            tally.note(f"{keyword} of an array; taken for its items'", str(place))
        else:
            tally.note(f"{keyword} says nothing about the type; dropped", str(place))
    name = made.get("format")
    if name in FORMATS and not format_concerns(name, types):
        del made["format"]
        tally.note(f"format {name} says nothing about the type; dropped", str(place))


def named_types(made: Schema) -> list[str]:
    """The types that a schema names; none where it names none."""
    types = made.get("type", [])
    return types if isinstance(types, list) else [types]


def nullable(made: Schema, node: Mapping[str, Any]) -> None:
    """Accept null too, where one of OpenAPI's words for that is said."""
    flag = node.get("nullable", node.get("x-nullable", node.get("x-is-nullable", False)))
    if mended(flag, ("boolean",)) is not True:
        return
    types = made.get("type")
    if types is not None:
        made["type"] = list(dict.fromkeys((*named_types(made), "null")))
    parts = [word for word in ("$ref", "allOf", "anyOf", "oneOf") if word in made]
    if not parts:
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return
    if parts in (["anyOf"], ["oneOf"]) and types is None and not set(made) - ANNOTATIONS - {*parts}:
        branches = made[parts[0]]
        if {"type": "null"} not in branches:
            made[parts[0]] = [*branches, {"type": "null"}]
        return
    inner = {word: made.pop(word) for word in list(made) if word not in ANNOTATIONS and word != "type"}
    if types is not None:
        made.pop("type")
        inner = {"type": types, **inner}
    made["anyOf"] = [ordered(unwrapped(inner)), {"type": "null"}]


def bounds(made: Schema, node: Mapping[str, Any], place: Place, tally: Tally) -> None:
    """Bounds that exclude themselves in the way of draft 4, count what is left out, or have nothing between them."""
    for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if node.get(exclusive) is True and inclusive in made:
            made[exclusive] = made.pop(inclusive)
        elif node.get(exclusive) is True:
            tally.note(f"{exclusive} without {inclusive}; dropped", str(place))
    if made.get("minProperties") and place.hidden:
        tally.note("minProperties of an object whose members are not all here; lowered", str(place))
        made["minProperties"] -= len(place.hidden)
        if made["minProperties"] <= 0:
            del made["minProperties"]
    for least, most in _PAIRS:
        if least in made and most in made and made[least] > made[most]:
            tally.note(f"{least} above {most}; both dropped", str(place))
            del made[least], made[most]


def values(made: Schema, place: Place, tally: Tally) -> None:
    """enum, const, default and examples, mended to the type."""
    types = named_types(made)
    items = made.get("items")
    if isinstance(items, dict) and types == ["array"] and _is_of_items(made.get("enum"), items):
        tally.note("enum of an array's items, written at the array; moved", str(place))
        inner: Schema = {**items, "enum": made.pop("enum")}
        values(inner, place.below("items"), tally)
        made["items"] = ordered(inner)
    if "enum" in made:
        _enum(made, types, place, tally)
    for keyword in ("const", "default"):
        if keyword in made:
            made[keyword] = _fitting(keyword, made[keyword], types, place, tally)
    if "examples" in made:
        examples = [_fitting("example", one, types, place, tally) for one in made["examples"]]
        made["examples"] = list({identity(one): one for one in examples}.values())
    for keyword in ("enum", "const"):  # of defaults and examples it is needed until they are put to their schemas
        if keyword in made:
            made[keyword] = unspelled(made[keyword])
            _release(made, made[keyword] if keyword == "enum" else [made[keyword]], place, tally)


_BESIDE = (
    *("minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "multipleOf",
)
"""What could refuse a value that the same schema lists."""


def _release(made: Schema, listed: list[Any], place: Place, tally: Tally) -> None:
    """Drop what refuses a listed value: that a vendor lists it says more than a bound."""
    for keyword in _BESIDE:
        if keyword not in made:
            continue
        validator = jsonschema_rs.Draft202012Validator({keyword: made[keyword]}, validate_formats=True)
        if not all(map(validator.is_valid, listed)):
            del made[keyword]
            tally.note(f"{keyword} that refuses a value which its schema lists; dropped", str(place))


def _enum(made: Schema, types: list[str], place: Place, tally: Tally) -> None:
    found: dict[Any, Any] = {}
    if types and "null" not in types and None in made["enum"]:
        made["type"] = [*types, "null"]
        tally.note("null in an enum whose type has none; accepted", str(place))
    for value in made.pop("enum"):
        fitting = _fitting("enum", value, types, place, tally)
        if types and not kinds_of(fitting) & set(types) and fitting is not None:
            tally.note("enum value of another type than the schema's; dropped", str(place))
        elif identity(fitting) in found:
            tally.note("enum value given twice; once is enough", str(place))
        else:
            found[identity(fitting)] = fitting
    if found:
        made["enum"] = list(found.values())


def _fitting(what: str, value: Any, types: list[str], place: Place, tally: Tally) -> Any:
    fitting = mended(value, types)
    if fitting is not value:
        tally.note(f"{what} written as another type; mended", str(place))
    return fitting


def required(made: Schema, node: Mapping[str, Any], place: Place, tally: Tally) -> None:
    """The names that an object requires, without those that are left out, and with those that say so themselves."""
    names = list(made.pop("required", ()))
    for name, child in mapping(node.get("properties")).items():
        if mapping(child).get("required") is True and name not in names:
            if place.direction == "input":
                names.append(name)
            tally.note("required: true inside a property; read as the object's for inputs", f"{place}: {name}")
    names = [name for name in dict.fromkeys(names) if name not in place.hidden]
    if names:
        made["required"] = names


def _is_of_items(values: Any, items: Schema) -> bool:
    """Whether an enum of an array lists what its items may be: none of the values is an array."""
    return values is not None and not {"enum", "$ref"} & set(items) and not any(isinstance(one, list) for one in values)


def infer_type(made: Schema) -> None:
    """The type that a schema does not say, but means."""
    if {"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"} & set(made):
        return
    if "properties" in made:
        made["type"] = "object"
    elif "items" in made:
        made["type"] = "array"


def unwrapped(made: Schema) -> Schema:
    """A composition of one member is that member, where nothing else is in its way."""
    if "allOf" in made and {} in made["allOf"]:
        made["allOf"] = [part for part in made["allOf"] if part != {}]
        if not made["allOf"]:
            del made["allOf"]
    for word in ("allOf", "anyOf", "oneOf"):
        parts = made.get(word)
        if isinstance(parts, list) and len(parts) == 1:
            others = {key: value for key, value in made.items() if key != word}
            if not (set(others) - ANNOTATIONS) & set(parts[0]) and not _interact(set(others), set(parts[0])):
                made = {**parts[0], **others}
    return made


def _interact(first: set[str], second: set[str]) -> bool:
    """Whether a keyword of one side would see those of the other, were both in one schema."""
    for rest, seen in _SEE:
        for one, other in ((first, second), (second, first)):
            if one & rest and other & seen:
                return True
    return False
