"""Discriminators: what each alternative's own value for the property that tells them apart is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from connectory.importers.parts import Parts
from connectory.importers.references import Direction, Schema, as_object
from connectory.importers.source import Located, mapping
from connectory.importers.tally import Tally
from connectory.pointers import pointer

Standing = tuple[str, tuple[str | int, ...]]
"""The file and the steps to a schema."""

Pins = Mapping[tuple[str, int], Schema]
"""What is asked of an alternative, by its keyword and index."""

NO_PINS: Pins = MappingProxyType({})


def pins_of(at: Located, direction: Direction, parts: Parts, tally: Tally) -> Pins:
    """What the discriminator of a schema asks of each alternative that has no value of its own for it."""
    said = at.value.get("discriminator")
    if said is None:
        return NO_PINS
    name = said.get("propertyName") if isinstance(said, dict) else said
    word = next((word for word in ("oneOf", "anyOf") if isinstance(at.value.get(word), list)), None)
    if not isinstance(name, str) or word is None or len(at.value[word]) < 2:
        tally.note("discriminator without alternatives; dropped", str(at))
        return NO_PINS
    targets = mapping(mapping(said).get("mapping"))
    pins: dict[tuple[str, int], Schema] = {}
    for index in range(len(at.value[word])):
        pin = _pin(at.below(word, index), name, targets, direction, parts, tally)
        if pin is not None:
            pins[word, index] = pin
    return pins


def _pin(
    branch: Located, name: str, targets: Mapping[str, Any], direction: Direction, parts: Parts, tally: Tally
) -> Schema | None:
    values = _values(branch, targets, parts)
    declared = parts.declared(branch, name)
    if not values or declared is None:
        tally.note("discriminator of an alternative that does not declare it; left as it is", str(branch))
        return None
    if parts.is_hidden(declared, direction):
        tally.note("discriminator that this direction leaves out; dropped", str(branch))
        return None
    own = _listed(declared, parts)
    if own is not None:
        values = [value for value in values if value in own]
    if not values and not targets:
        return None  # the alternative's own values tell it apart, and its name was no more than the usual value
    if not values:
        tally.note("discriminator that its alternative contradicts; left as it is", str(branch))
        return None
    pinned = {"const": values[0]} if len(values) == 1 else {"enum": values}
    return {"required": [name], "properties": {name: pinned}}


class Family(NamedTuple):
    """A schema whose discriminator names schemas that consist of it.

    Attributes:
        name: the property that tells them apart.
        children: the values of that property, and the schema that each list of them stands for.
        between: where the children stand, and what they have between them and the schema.
    """

    name: str
    children: tuple[tuple[tuple[str, ...], Located], ...]
    between: frozenset[Standing]


NO_FAMILY = Family("", (), frozenset())


def family_of(at: Located, parts: Parts) -> Family:
    """The schemas that the discriminator of a schema without alternatives maps to and that consist of it."""
    said = mapping(mapping(at.value).get("discriminator"))
    name, targets = said.get("propertyName"), mapping(said.get("mapping"))
    if not isinstance(name, str) or not targets or {"oneOf", "anyOf"} & set(at.value):
        return NO_FAMILY
    own = _standing(at)
    values: dict[Standing, list[str]] = {}
    found: dict[Standing, Located] = {}
    between: set[Standing] = set()
    for value, target in targets.items():
        child = parts.followed(at._replace(value={"$ref": _reference(target, at)}))
        inside = list(parts.of(child))
        if _standing(child) == own or own not in map(_standing, inside):
            continue
        found[_standing(child)] = child
        values.setdefault(_standing(child), []).append(value)
        between.update(_standing(part) for part in inside if own in map(_standing, parts.of(part)))
    children = sorted((tuple(sorted(values[place])), child) for place, child in found.items())
    return Family(name, tuple(children), frozenset(between - {own}))


def _standing(at: Located) -> Standing:
    return at.document, at.path


def _reference(target: Any, at: Located) -> Any:
    """What a mapping says as a reference: some name a schema beside the one that maps."""
    plain = isinstance(target, str) and re.fullmatch(r"[A-Za-z0-9._-]+", target) and at.path
    beside = "#" + quote(pointer((*at.path[:-1], target)))
    return beside if plain and not target.endswith((".json", ".yaml", ".yml")) else target


_DEEPEST = 5
"""Alternatives inside each other that are looked into for the values of a property."""


def _listed(at: Located, parts: Parts, depth: int = 0) -> list[Any] | None:
    """The values that a property can have; None where its schema does not list them."""
    at = parts.followed(at)
    said = mapping(at.value)
    if "const" in said:
        return [said["const"]]
    if isinstance(said.get("enum"), list):
        return list(said["enum"])
    for word in ("anyOf", "oneOf", "allOf"):
        if isinstance(said.get(word), list) and depth < _DEEPEST:
            found = [_listed(at.below(word, index), parts, depth + 1) for index in range(len(said[word]))]
            listed = [one for one in found if one is not None]
            if listed and (word == "allOf" or len(listed) == len(found)):
                return listed[0] if word == "allOf" else [value for one in listed for value in one]
    return [None] if said.get("type") == "null" else None


def _values(branch: Located, targets: Mapping[str, Any], parts: Parts) -> list[str]:
    """The values that stand for an alternative: those that the mapping has for it, else its name."""
    reference = mapping(branch.value).get("$ref")
    if not isinstance(reference, str):
        return []
    own = parts.followed(branch)
    last = reference.rsplit("/", 1)[-1]
    values = []
    for value, target in targets.items():
        if target == last:
            values.append(value)
        elif isinstance(target, str) and "#" in target:
            there = parts.followed(branch._replace(value={"$ref": target}))
            if (there.document, there.path) == (own.document, own.path) and target != value:
                values.append(value)
    return sorted(values) or [last]


def pinned(schema: Schema | bool, pin: Schema | None) -> Schema:
    """An alternative with what the discriminator asks of it."""
    part = as_object(schema)
    if not pin:
        return part
    return {"allOf": [part, pin]} if set(pin) & set(part) else {**part, **pin}
