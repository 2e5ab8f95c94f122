"""Schemas of any dialect to draft 2020-12: JSON Schema from draft 4 on, OpenAPI 3.0 and 3.1, Swagger 2.0.

What arrives is what the source says, for one direction:

- ``input``: without what is read-only;
- ``output``: without what is write-only, with closed objects opened and ``oneOf`` as ``anyOf``, because a vendor may
  add members;
- ``exact``: as it stands, for what lies below ``not`` and ``if``, where opening would close.

Each keyword has one function in the table at the end: those whose value is no schema are in ``keywords``. What several
say together is in ``together``. A reference becomes a *pending* one, which is named once everything is converted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from connectory.importers import keywords, together
from connectory.importers.discriminators import NO_FAMILY, NO_PINS, Family, Standing, family_of, pinned, pins_of
from connectory.importers.media import is_binary
from connectory.importers.order import ordered
from connectory.importers.parts import Parts
from connectory.importers.place import Place
from connectory.importers.references import Direction, Key, Schema, as_object
from connectory.importers.source import Documents, Located, SourceError, Unresolved, as_text, mapping
from connectory.importers.tally import Tally
from connectory.importers.values import all_fit, mended
from connectory.pointers import pointer

_MOST = 1_000_000
"""Schemas that one source may come to."""

_LARGE = 20
"""Values in a schema from which on it is shared."""


class Converter:
    """Converts the schemas of one source.

    Attributes:
        components: the schemas that others refer to, converted.
        kinds: the types that values of them may have, by their references, as far as anybody asked for them.
    """

    def __init__(self, documents: Documents, tally: Tally, *, siblings: bool, xml: bool = False) -> None:
        """``siblings``: keywords beside ``$ref`` count. ``xml``: keep what schemas say about XML."""
        self.components: dict[Key, Schema] = {}
        self.kinds: dict[str, frozenset[str]] = {}
        self._documents = documents
        self._parts = Parts(documents, siblings=siblings)
        self._tally = tally
        self._siblings = siblings
        self._xml = xml
        self._waiting: list[tuple[Key, Located]] = []
        self._without: dict[str, frozenset[str]] = {"": frozenset()}
        self._families: dict[Standing, Family] = {}
        self._converted = 0
        self._shared: frozenset[tuple[str, tuple[str | int, ...]]] = frozenset()

    def share(self, located: Iterable[Located]) -> None:
        """Take the large ones of these schemas that stand here more than once for shared ones.

        What a source says once, such as an answer that each operation refers to, is then written once.
        """
        counts = Counter((one.document, one.path) for one in located if one.path and _is_large(one.value))
        self._shared = frozenset(place for place, count in counts.items() if count > 1)

    def convert(self, located: Located, direction: Direction) -> Schema:
        """The schema at a place, and, in ``components``, every schema that it reaches.

        Raises:
            SourceError: there are more schemas than are converted.
        """
        place = Place(located.document, located.path, direction)
        if (located.document, located.path) in self._shared:
            made: Schema | bool = {"$ref": self._pending(located, place)}
        else:
            made = self._schema(located.value, place)
        while self._waiting:
            key, target = self._waiting.pop()
            place = Place(target.document, target.path, key.direction, self._without[key.without])
            convert = self._keywords if key.part else self._schema
            self.components[key] = as_object(convert(target.value, place))
        return as_object(made)

    def count(self, schemas: int) -> None:
        """Count schemas that are written.

        Raises:
            SourceError: there are more than are converted.
        """
        self._converted += schemas
        if self._converted > _MOST:
            raise SourceError(f"the source comes to more than {_MOST:,} schemas; import a part of it with --select")

    def _schema(self, node: Any, place: Place) -> Schema | bool:
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            if node is not None:
                self._tally.note("a schema that is no mapping; anything is accepted", str(place))
            return {}
        family = self._family(place.located(node))
        if family.children:
            return self._alternatives(family, node, place)
        reference = node.get("$ref", node.get("$dynamicRef"))
        if not isinstance(reference, str) or self._siblings:
            return self._keywords(node, place)
        self.count(1)
        if any(word not in ("$ref", "externalDocs") and not word.startswith("x-") for word in node):
            self._tally.note("keywords beside $ref, which OpenAPI before 3.1 ignores; dropped", str(place))
        made: Schema = {}
        self._refer(made, "$ref", reference, place)
        together.nullable(made, {"x-nullable": node.get("x-nullable", False)})
        return made

    def _keywords(self, node: dict[str, Any], place: Place) -> Schema:
        self.count(1)
        if isinstance(mapping(node.get("properties")).get("$ref"), str):
            node = {**node, "properties": self._properties(node["properties"], place)}
        made: Schema = {}
        at = place.located(node)
        hidden = place.hidden | self._parts.hidden(at, place.direction)
        pins = NO_PINS if self._family(at).children else pins_of(at, place.direction, self._parts, self._tally)
        here = place._replace(hidden=hidden, pins=pins)
        for keyword in sorted(node, key=_turn):
            if keyword in _PLAIN:
                _PLAIN[keyword](made, keyword, node[keyword], here, self._tally)
            elif keyword in _HANDLERS:
                _HANDLERS[keyword](self, made, keyword, node[keyword], here)
            elif keyword not in _IGNORED:
                self._tally.note(f"keyword {keyword[:40]} is no JSON Schema; dropped", str(place))
        if is_binary(made.get("contentMediaType", "text/plain")):
            made.setdefault("contentEncoding", "base64")  # for bytes are no text
        if place.direction != "exact":
            together.infer_type(made)
        together.applicable(made, here, self._tally)
        together.nullable(made, node)
        together.bounds(made, node, here, self._tally)
        together.values(made, here, self._tally)
        together.required(made, node, here, self._tally)
        return ordered(together.unwrapped(made))

    # Discriminators.

    def _family(self, at: Located) -> Family:
        """What the discriminator of a schema maps to, where that consists of it."""
        if "discriminator" not in mapping(at.value):
            return NO_FAMILY
        known = (at.document, at.path)
        if known not in self._families:
            self._families[known] = family_of(at, self._parts)
        return self._families[known]

    def _alternatives(self, family: Family, node: dict[str, Any], place: Place) -> Schema:
        """A schema that others consist of as one of these, or what it is by itself."""
        parts: list[Schema] = []
        for values, child in family.children:
            value = {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
            pin: Schema = {"required": [family.name], "properties": {family.name: value}}
            hidden = family.name in self._parts.hidden(child, place.direction)
            parts.append(pinned({"$ref": self._pending(child, place)}, None if hidden else pin))
        itself: Schema = {"$ref": self._pending(place.located(node), place, part="part")}
        if place.direction == "input":
            named = [value for values, _ in family.children for value in values]
            itself["not"] = {"required": [family.name], "properties": {family.name: {"enum": sorted(named)}}}
        made: Schema = {"anyOf": [*parts, itself]}
        together.nullable(made, node)
        return made

    # References.

    def _properties(self, said: dict[str, Any], place: Place) -> dict[str, Any]:
        """The properties of an object that takes them from elsewhere, all of them together, and its own."""
        made = {}
        try:
            target = self._documents.resolve(place.document, said["$ref"])
        except Unresolved as error:
            self._tally.note(f"reference that {error.why}; anything is accepted", f"{place}: {said['$ref']}")
        else:
            for name in mapping(target.value):
                found = self._parts.followed(target.below(name))
                made[name] = {"$ref": self._documents.relative(place.document, found)}
        return made | {name: child for name, child in said.items() if name != "$ref"}

    def _refer(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        if not isinstance(value, str):
            keywords.wrong(keyword, place, self._tally)
            return
        try:
            target = self._documents.resolve(place.document, value)
        except Unresolved as error:
            self._tally.note(f"reference that {error.why}; anything is accepted", f"{place}: {value}")
        else:
            owner = place.path[:-2] if place.path[-2:-1] == ("allOf",) else place.path
            is_part = (place.document, owner) in self._family(target).between
            made["$ref"] = self._pending(target, place, "part" if is_part else "")

    def _pending(self, target: Located, place: Place, part: str = "") -> str:
        """A reference to a component; its conversion waits.

        Where it requires what is left out around the reference, and not by itself, there is a component without that.
        """
        key = Key(place.direction, target.document, pointer(target.path), part=part)
        if place.hidden:
            names = place.hidden & self._parts.required(target) - self._parts.hidden(target, place.direction)
            if names:
                said = "\0".join(sorted(names)).encode()
                key = key._replace(without=hashlib.sha256(said).hexdigest()[:16])
                self._without[key.without] = names
        if key not in self.components:
            self.components[key] = {}
            self._waiting.append((key, target))
        return key.reference()

    # Keywords whose values are schemas, or need the rest of the source.

    def _example(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        values = value if keyword == "examples" and isinstance(value, list) else [value]
        if keyword == "examples" and isinstance(value, dict):
            at = place.below(keyword)
            values = [found for name in sorted(value) for found in self._example_value(at.below(name), value[name])]
        kept = [one for one in values if all_fit(one)]
        if len(kept) < len(values):
            keywords.wrong(keyword, place, self._tally)
        if kept:
            made["examples"] = [*made.get("examples", ()), *kept]

    def _example_value(self, place: Place, said: Any) -> list[Any]:
        """The value of one of OpenAPI's named examples, if it has one here."""
        said = self._parts.followed(place.located(said)).value
        if not isinstance(said, dict):
            return [said]
        for member in ("value", "dataValue"):
            if member in said:
                return [said[member]]
        if {"$ref", "externalValue", "serializedValue", "summary", "description"} & set(said):
            self._tally.note("example whose value lies elsewhere; dropped", str(place))
            return []
        return [said]

    def _one(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        if keyword == "items" and isinstance(value, list):
            self._several_items(made, value, place)
        elif keyword in ("then", "else"):
            made[keyword] = self._schema(value, place.beside(keyword))
        elif keyword in ("not", "if"):
            made[keyword] = self._schema(value, place.below(keyword)._replace(direction="exact"))
        else:
            made[keyword] = self._schema(value, place.below(keyword))

    def _several_items(self, made: Schema, value: list[Any], place: Place) -> None:
        """A list of schemas: one for each place in JSON Schema; in OpenAPI, which has no tuples, alternatives.

        They are those of the value itself, where it is no array.
        """
        if self._siblings:
            self._list(made, "prefixItems", value, place)
            return
        self._tally.note("items that is a list, which OpenAPI does not have; read as alternatives", str(place))
        parts = [as_object(self._schema(one, place.below("items", index))) for index, one in enumerate(value)]
        alternatives: Schema = {"anyOf": parts} if len(parts) > 1 else dict(parts[0]) if parts else {}
        if "array" in together.named_types(made):
            made["items"] = alternatives
        else:
            made.update({word: said for word, said in alternatives.items() if word not in made})

    def _additional(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        value = mended(value, ("boolean",)) if isinstance(value, str) else value
        if keyword == "additionalItems":  # which counts beside a list of items only
            if "prefixItems" not in made:
                return
            keyword = "items"
        if value is False and place.direction == "output":
            self._tally.note("closed object in an output; opened", str(place))
        elif value is not True:
            made[keyword] = value if value is False else self._schema(value, place.below(keyword))

    def _list(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        if isinstance(value, dict):
            value = [value]
            self._tally.note(f"{keyword} that is no list; read as a list of one", str(place))
        if not isinstance(value, list):
            keywords.wrong(keyword, place, self._tally)
            return
        if not value:
            return
        below = place.below if keyword == "prefixItems" else place.beside
        parts = [
            pinned(self._schema(one, below(keyword, index)), place.pins.get((keyword, index)))
            for index, one in enumerate(value)
        ]
        if keyword in ("anyOf", "oneOf"):
            nulls = [index for index, one in enumerate(parts) if one == {"type": "null"}]
            parts = [one for index, one in enumerate(parts) if index not in nulls[1:]]
        target = "anyOf" if keyword == "oneOf" and place.direction == "output" else keyword
        if target not in made:
            made[target] = parts
        elif target == "allOf":
            made[target] = [*made[target], *parts]
        else:  # an output that has both oneOf and anyOf
            made.setdefault("allOf", []).append({target: parts})

    def _map(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            if value not in (None, []):
                keywords.wrong(keyword, place, self._tally)
            return
        members: Schema = {}
        for name, child in value.items():
            at = place.below(keyword, name)
            if (
                keyword == "properties"
                and name in place.hidden
                and self._parts.is_hidden(at.located(child), place.direction)
            ):
                mark = "read-only" if place.direction == "input" else "write-only"
                self._tally.note(f"{mark} property; not part of {place.direction}s", str(at))
                continue
            written = keywords.portable(name, at, self._tally) if keyword == "patternProperties" else name
            if written is not None:
                made_of_it = self._schema(child, at)
                members[written] = {} if made_of_it is True else made_of_it
        made[keyword] = members

    def _dependencies(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        for name, needed in mapping(value).items():
            if isinstance(needed, list):
                made.setdefault("dependentRequired", {})[name] = [one for one in map(as_text, needed) if one]
            else:
                made.setdefault("dependentSchemas", {})[name] = self._schema(needed, place.below(keyword, name))

    def _xml_keyword(self, made: Schema, keyword: str, value: Any, place: Place) -> None:
        if self._xml and isinstance(value, dict) and all_fit(value):
            made["x-xml"] = dict(sorted(value.items()))
        else:
            self._tally.note("keyword xml, where no XML is sent; dropped", str(place))


def _is_large(value: Any) -> bool:
    """Whether a schema is worth being written once."""
    count, waiting = 0, [value]
    while waiting and count <= _LARGE:
        node = waiting.pop()
        count += 1
        if isinstance(node, dict | list):
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return count > _LARGE


_IGNORED = frozenset(
    (
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$defs", "definitions", "$comment", "$vocabulary"),
        *("$recursiveAnchor", "nullable", "x-nullable", "x-is-nullable", "discriminator", "summary"),
    )
)
"""Keywords that have done their work when a schema is converted, and what says nothing of values."""

_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains")

_PLAIN: dict[str, Callable[[Schema, str, Any, Place, Tally], None]] = {
    **dict.fromkeys(("title", "description", "contentEncoding", "contentMediaType"), keywords.text),
    "uniqueItems": keywords.flag,
    **dict.fromkeys(("deprecated", "x-deprecated"), keywords.deprecated),
    **dict.fromkeys(("readOnly", "writeOnly"), keywords.direction_mark),
    **dict.fromkeys((*_COUNTS, "minProperties", "maxProperties"), keywords.count),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        keywords.number,
    ),
    "type": keywords.types,
    "format": keywords.format_,
    "pattern": keywords.pattern,
    "enum": keywords.enum,
    **dict.fromkeys(("const", "default"), keywords.value_),
    "required": keywords.names,
}

_C = Converter
_HANDLERS: dict[str, Callable[[Converter, Schema, str, Any, Place], None]] = {
    **dict.fromkeys(("example", "examples", "x-example"), _C._example),
    **dict.fromkeys(("items", "contains", "not", "propertyNames", "contentSchema", "if", "then", "else"), _C._one),
    **dict.fromkeys(
        ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "additionalItems"), _C._additional
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _C._list),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _C._map),
    **dict.fromkeys(("dependencies", "dependentRequired"), _C._dependencies),
    "xml": _C._xml_keyword,
    **dict.fromkeys(("$ref", "$dynamicRef"), _C._refer),
}
_TURNS = {keyword: turn for turn, keyword in enumerate((*_PLAIN, *_HANDLERS))}


def _turn(keyword: str) -> tuple[int, str]:
    """What orders the keywords of a schema as they are converted, whatever order they stand in."""
    return _TURNS.get(keyword, len(_TURNS)), keyword
