"""Schemas of any dialect to draft 2020-12: JSON Schema from draft 4 on, OpenAPI 3.0 and 3.1, Swagger 2.0.

What arrives is what the source says, for one direction:

- ``input``: without what is read-only;
- ``output``: without what is write-only, with closed objects opened and ``oneOf`` as ``anyOf``, because a vendor may
  add members;
- ``exact``: as it stands, for what lies below ``not`` and ``if``, where opening would close.

Each keyword has one function in the table at the end. A reference becomes a *pending* one, which ``sharing`` names
once everything is converted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from connectory.compiler.equality import identity
from connectory.compiler.schemas import TYPES
from connectory.compiler.vocabulary import concerns, types_of
from connectory.importers.media import is_binary
from connectory.importers.prose import FIELD, plain, shortened
from connectory.importers.source import Documents, Located, SourceError, Unresolved, as_text, mapping
from connectory.importers.tally import Tally
from connectory.importers.values import (
    all_fit,
    as_count,
    as_number,
    fits,
    kinds_of,
    mended,
    portable_pattern,
    unspelled,
)
from connectory.pointers import pointer

Direction = Literal["input", "output", "exact"]
Schema = dict[str, Any]

_ORDER = [
    "$ref",
    "title",
    "type",
    "format",
    "contentEncoding",
    "contentMediaType",
    "const",
    "enum",
    "multipleOf",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "description",
    "deprecated",
    "readOnly",
    "writeOnly",
    "default",
    "examples",
    "x-xml",
    "contentSchema",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "prefixItems",
    "items",
    "contains",
    "unevaluatedItems",
    "propertyNames",
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
    "required",
    "properties",
]
_PLACE_IN_ORDER = {keyword: place for place, keyword in enumerate(_ORDER)}


def ordered(schema: Schema) -> Schema:
    """The schema with its keywords in the order in which an author would write them."""
    return dict(sorted(schema.items(), key=lambda item: _PLACE_IN_ORDER.get(item[0], len(_ORDER))))


_PENDING = "\0"


class Key(NamedTuple):
    """A schema that is referred to: in which direction, in which file, and its JSON Pointer there."""

    direction: Direction
    document: str
    pointer: str

    def reference(self) -> str:
        """The pending reference to it."""
        return _PENDING.join(("", *self))


def key_of(reference: Any) -> Key | None:
    """The key of a pending reference; None for anything else."""
    if not isinstance(reference, str) or not reference.startswith(_PENDING):
        return None
    _, direction, document, at = reference.split(_PENDING, 3)
    return Key(direction, document, at)  # type: ignore[arg-type]  # it was written by reference()


_NO_PINS: Mapping[tuple[str, int], Schema] = MappingProxyType({})


class _Place(NamedTuple):
    """Where a schema stands and what it is converted for.

    Attributes:
        hidden: the names that its neighbours in allOf leave out.
        pins: what the discriminator asks of an alternative, by its keyword and index.
    """

    document: str
    path: tuple[str | int, ...]
    direction: Direction
    hidden: frozenset[str] = frozenset()
    pins: Mapping[tuple[str, int], Schema] = _NO_PINS

    def below(self, *steps: str | int) -> _Place:
        return self._replace(path=(*self.path, *steps), hidden=frozenset(), pins=_NO_PINS)

    def located(self, value: Any) -> Located:
        return Located(self.document, self.path, value)

    def __str__(self) -> str:
        return f"{self.document}#{pointer(self.path)}"


class Converter:
    """Converts the schemas of one source.

    Attributes:
        components: the schemas that others refer to, converted.
    """

    def __init__(self, documents: Documents, tally: Tally, *, siblings: bool, xml: bool = False) -> None:
        """``siblings``: keywords beside ``$ref`` count. ``xml``: keep what schemas say about XML."""
        self.components: dict[Key, Schema] = {}
        self._documents = documents
        self._tally = tally
        self._siblings = siblings
        self._xml = xml
        self._waiting: list[tuple[Key, Located]] = []
        self._including: set[Key] = set()
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
        if (located.document, located.path) in self._shared:
            made: Schema | bool = {"$ref": self._pending(located, direction)}
        else:
            made = self._schema(located.value, _Place(located.document, located.path, direction))
        while self._waiting:
            key, target = self._waiting.pop()
            place = _Place(target.document, target.path, key.direction)
            self.components[key] = as_object(self._schema(target.value, place))
        return as_object(made)

    def count(self, schemas: int) -> None:
        """Count schemas that are written.

        Raises:
            SourceError: there are more than are converted.
        """
        self._converted += schemas
        if self._converted > _MOST:
            raise SourceError(f"the source comes to more than {_MOST:,} schemas; import a part of it with --select")

    def _schema(self, node: Any, place: _Place) -> Schema | bool:
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            if node is not None:
                self._tally.note("a schema that is no mapping; anything is accepted", str(place))
            return {}
        reference = _reference(node)
        if reference is None or self._siblings:
            return self._keywords(node, place)
        beside = {key for key in node if key not in ("$ref", "externalDocs") and not key.startswith("x-")}
        if beside:
            self._tally.note("keywords beside $ref, which OpenAPI before 3.1 ignores; dropped", str(place))
        made: Schema = {}
        self._refer(made, "$ref", reference, place)
        self._nullable(made, {"x-nullable": node.get("x-nullable", False)}, place)
        return _unwrapped(made)

    def _refer(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        """A reference, or what it leads to, where that asks for what its neighbours leave out."""
        if not isinstance(value, str):
            self._wrong(keyword, place)
            return
        target = self._target(value, place)
        if target is None:
            return
        included = self._included(target, place) if self._asks_for(target, place) else None
        if included is not None:
            made.setdefault("allOf", []).append(as_object(included))
        else:
            made["$ref"] = self._pending(target, place.direction)

    def _target(self, reference: str, place: _Place) -> Located | None:
        try:
            return self._documents.resolve(place.document, reference)
        except Unresolved:
            self._tally.note("reference that leads nowhere; anything is accepted", f"{place}: {reference}")
            return None

    def _pending(self, target: Located, direction: Direction) -> str:
        """A reference to a component; its conversion waits."""
        key = Key(direction, target.document, pointer(target.path))
        if key not in self.components:
            self.components[key] = {}
            self._waiting.append((key, target))
        return key.reference()

    def _asks_for(self, target: Located, place: _Place) -> bool:
        """Whether a schema requires a name that is left out around it, and not by itself."""
        if not place.hidden:
            return False
        names = place.hidden - self._hidden(target, place.direction)
        required = (part.value.get("required") for part in self._parts(target))
        return any(name in names for listed in required if isinstance(listed, list) for name in map(as_text, listed))

    def _included(self, target: Located, place: _Place) -> Schema | bool | None:
        """The target itself, in the place of a reference to it, for its neighbours decide on it; None in a circle."""
        key = Key(place.direction, target.document, pointer(target.path))
        if key in self._including:
            return None
        self._including.add(key)
        made = self._schema(target.value, place._replace(document=target.document, path=target.path))
        self._including.discard(key)
        return made

    def _with_properties(self, node: dict[str, Any], place: _Place) -> dict[str, Any]:
        """The schema with the properties that it takes from elsewhere, where ``properties`` is a reference itself."""
        properties = node["properties"]
        target = self._target(properties["$ref"], place)
        found = {} if target is None or not isinstance(target.value, dict) else target.value
        elsewhere = {
            name: {"$ref": self._documents.relative(place.document, self._followed(target.below(name)))}
            for name in found
            if target
        }
        own = {name: value for name, value in properties.items() if name != "$ref"}
        return {**node, "properties": {**elsewhere, **own}}

    def _keywords(self, node: dict[str, Any], place: _Place) -> Schema:
        if isinstance(node.get("properties"), dict) and isinstance(node["properties"].get("$ref"), str):
            node = self._with_properties(node, place)
        self.count(1)
        made: Schema = {}
        here = place._replace(
            hidden=place.hidden | self._hidden(place.located(node), place.direction), pins=self._pins(node, place)
        )
        for keyword in sorted(node, key=_turn):
            handle = _HANDLERS.get(keyword)
            if handle is not None:
                handle(self, made, keyword, node[keyword], here)
            elif keyword not in _IGNORED:
                self._tally.note(f"keyword {keyword[:40]} is no JSON Schema; dropped", str(place))
        if is_binary(made.get("contentMediaType", "text/plain")):
            made.setdefault("contentEncoding", "base64")  # for bytes are no text
        _place_items(made)
        if place.direction != "exact":
            _infer_type(made)
        self._applicable(made, here)
        self._nullable(made, node, here)
        self._bounds(made, node, here)
        self._values(made, node, here)
        self._required(made, node, here)
        return ordered(_unwrapped(made))

    # What needs more than one keyword.

    def _applicable(self, made: Schema, place: _Place) -> None:
        """Keywords that say nothing about the type go to the items, where they say something about those."""
        types = types_of(made)
        for keyword in [word for word in made if not concerns(word, types)]:
            value, items = made.pop(keyword), made.get("items")
            if isinstance(items, dict) and "type" in items and concerns(keyword, types_of(items)):
                made["items"] = ordered({keyword: value, **items})
                self._tally.note(f"{keyword} of an array; taken for its items'", str(place))
            else:
                self._tally.note(f"{keyword} says nothing about the type; dropped", str(place))

    def _nullable(self, made: Schema, node: dict[str, Any], place: _Place) -> None:
        flag = node.get("nullable", node.get("x-nullable", node.get("x-is-nullable", False)))
        if mended(flag, ("boolean",)) is not True:
            return
        types = made.get("type")
        if types is not None:
            listed = types if isinstance(types, list) else [types]
            made["type"] = [*listed, "null"] if "null" not in listed else listed
        parts = [word for word in ("$ref", "allOf", "anyOf", "oneOf") if word in made]
        if not parts:
            if "enum" in made and None not in made["enum"]:
                made["enum"] = [*made["enum"], None]
            return
        if parts in (["anyOf"], ["oneOf"]) and types is None and not set(made) - _ANNOTATIONS - {*parts}:
            branches = made[parts[0]]
            if {"type": "null"} not in branches:
                made[parts[0]] = [*branches, {"type": "null"}]
            return
        inner = {word: made.pop(word) for word in list(made) if word not in _ANNOTATIONS and word != "type"}
        if types is not None:
            made.pop("type")
            inner = {"type": types, **inner}
        made["anyOf"] = [ordered(_unwrapped(inner)), {"type": "null"}]

    def _bounds(self, made: Schema, node: dict[str, Any], place: _Place) -> None:
        for inclusive, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if node.get(exclusive) is True and inclusive in made:
                made[exclusive] = made.pop(inclusive)
        for least, most in _PAIRS:
            if least in made and most in made and made[least] > made[most]:
                self._tally.note(f"{least} above {most}; both dropped", str(place))
                del made[least], made[most]

    def _values(self, made: Schema, node: dict[str, Any], place: _Place) -> None:
        """enum, const, default and examples, mended to the type."""
        types = made.get("type", [])
        types = types if isinstance(types, list) else [types]
        items = made.get("items")
        if isinstance(items, dict) and types == ["array"] and _is_of_items(made.get("enum"), items):
            self._tally.note("enum of an array's items, written at the array; moved", str(place))
            inner: Schema = {**items, "enum": made.pop("enum")}
            self._values(inner, node, place.below("items"))
            made["items"] = ordered(inner)
        if "enum" in made:
            values: dict[Any, Any] = {}
            for value in made["enum"]:
                fitting = self._fitting("enum", value, types, place)
                if types and not kinds_of(fitting) & set(types) and fitting is not None:
                    self._tally.note("enum value of another type than the schema's; dropped", str(place))
                    continue
                values.setdefault(identity(fitting), fitting)
            if len(values) < len(made["enum"]) and len(values) < len({str(identity(one)) for one in made["enum"]}):
                self._tally.note("enum value given twice; once is enough", str(place))
            if values:
                made["enum"] = list(values.values())
            else:
                del made["enum"]
        for keyword in ("const", "default"):
            if keyword in made:
                made[keyword] = self._fitting(keyword, made[keyword], types, place)
        if "examples" in made:
            examples = {
                identity(one): one for one in (self._fitting("example", x, types, place) for x in made["examples"])
            }
            made["examples"] = list(examples.values())
        for keyword in _VALUES & set(made):
            made[keyword] = unspelled(made[keyword])

    def _fitting(self, what: str, value: Any, types: list[str], place: _Place) -> Any:
        fitting = mended(value, types)
        if fitting is not value:
            self._tally.note(f"{what} written as another type; mended", str(place))
        return fitting

    def _required(self, made: Schema, node: dict[str, Any], place: _Place) -> None:
        names = list(made.get("required", ()))
        properties = node.get("properties")
        for name, child in properties.items() if isinstance(properties, dict) else ():
            if isinstance(child, dict) and child.get("required") is True and name not in names:
                if place.direction == "input":
                    names.append(name)
                self._tally.note(
                    "required: true inside a property; read as the object's for inputs", f"{place}: {name}"
                )
        names = [name for name in dict.fromkeys(names) if name not in place.hidden]
        if names:
            made["required"] = names
        else:
            made.pop("required", None)

    def _hidden(self, at: Located, direction: Direction) -> frozenset[str]:
        """The names that this direction leaves out, here and in what allOf adds, unless they stay somewhere."""
        if direction == "exact" or not _OF_MEMBERS & mapping(at.value).keys():
            return frozenset()
        hidden: set[str] = set()
        shown: set[str] = set()
        for part in self._parts(at):
            for name in mapping(part.value.get("properties")):
                (hidden if self._is_hidden(part.below("properties", name), direction) else shown).add(name)
        return frozenset(hidden - shown)

    def _parts(self, at: Located) -> Iterator[Located]:
        """A schema and what it consists of: what it refers to, and what its allOf lists; of very many, the first."""
        waiting, seen = [at], set[int]()
        while waiting and len(seen) < _PARTS:
            at = waiting.pop()
            if not isinstance(at.value, dict) or id(at.value) in seen:
                continue
            seen.add(id(at.value))
            target = self._followed(at)
            if target is not at:
                waiting.append(target)
            if target is at or self._siblings:
                yield at
                members = at.value.get("allOf")
                waiting += [at.below("allOf", i) for i in range(len(members))] if isinstance(members, list) else []

    def _is_hidden(self, at: Located, direction: Direction) -> bool:
        mark = {"input": "readOnly", "output": "writeOnly"}.get(direction)
        for _ in range(20):
            if not isinstance(at.value, dict) or mark is None:
                return False
            if at.value.get(mark) is True and (self._siblings or "$ref" not in at.value):
                return True
            members = at.value.get("allOf")
            target = at.below("allOf", 0) if isinstance(members, list) and len(members) == 1 else self._followed(at)
            if target is at:
                return False
            at = target
        return False

    def _followed(self, at: Located) -> Located:
        """What a value refers to; itself where it refers to nothing."""
        reference = at.value.get("$ref") if isinstance(at.value, dict) else None
        if not isinstance(reference, str):
            return at
        try:
            return self._documents.resolve(at.document, reference)
        except Unresolved:
            return at

    def _pins(self, node: dict[str, Any], place: _Place) -> Mapping[tuple[str, int], Schema]:
        """What the discriminator asks of each branch of oneOf or anyOf that has no value of its own for it."""
        said = node.get("discriminator")
        if said is None:
            return _NO_PINS
        name = said.get("propertyName") if isinstance(said, dict) else said
        word = next((word for word in ("oneOf", "anyOf") if isinstance(node.get(word), list)), None)
        if not isinstance(name, str) or word is None or len(node[word]) < 2:
            self._tally.note("discriminator without alternatives; dropped", str(place))
            return _NO_PINS
        targets = mapping(mapping(said).get("mapping"))
        pins: dict[tuple[str, int], Schema] = {}
        for index, branch in enumerate(node[word]):
            at = Located(place.document, (*place.path, word, index), branch)
            values = self._discriminated(at, branch, targets)
            declared = self._property(at, name)
            if not values or declared is None:
                self._tally.note("discriminator of an alternative that does not declare it; left as it is", str(at))
                continue
            if self._is_hidden(declared, place.direction):
                self._tally.note("discriminator that this direction leaves out; dropped", str(at))
                continue
            given = self._followed(declared).value
            own = given.get("enum", [given["const"]] if "const" in given else None) if isinstance(given, dict) else None
            if isinstance(own, list):
                values = [value for value in values if value in own]
                if not values:
                    self._tally.note("discriminator that its alternative contradicts; left as it is", str(at))
                    continue
            pinned = {"const": values[0]} if len(values) == 1 else {"enum": values}
            pins[word, index] = {"required": [name], "properties": {name: pinned}}
        return pins

    def _discriminated(self, at: Located, branch: Any, targets: dict[str, Any]) -> list[str]:
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if not isinstance(reference, str):
            return []
        own = self._followed(at)
        last = reference.rsplit("/", 1)[-1]
        values = []
        for value, target in targets.items():
            if target == last:
                values.append(value)
            elif isinstance(target, str) and "#" in target:
                there = self._followed(Located(at.document, at.path, {"$ref": target}))
                if (there.document, there.path) == (own.document, own.path) and target != value:
                    values.append(value)
        return sorted(values) or [last]

    def _property(self, at: Located, name: str) -> Located | None:
        """Where a property of an object is declared, through references and allOf."""
        declared = (
            part for part in self._parts(at) if isinstance(mapping(part.value.get("properties")).get(name), dict)
        )
        return next((part.below("properties", name) for part in declared), None)

    # One keyword each.

    def _text(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        text = " ".join(plain(as_text(value)).split())
        if len(text) > FIELD:
            self._tally.note(f"{keyword} longer than {FIELD} characters; shortened at a sentence", str(place))
        if text:
            made[keyword] = shortened(text, FIELD)
        elif value is not None and not isinstance(value, str):
            self._wrong(keyword, place)

    def _flag(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        value = mended(value, ("boolean",))
        if value is True:
            made[keyword] = True
        elif value not in (False, None):
            self._wrong(keyword, place)

    def _deprecated(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        self._flag(made, "deprecated", bool(value) if isinstance(value, str) and value != "false" else value, place)

    def _count(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        found = as_count(value)
        if found is not None and fits(found):
            made[keyword] = found
        elif value is not None:
            self._wrong(keyword, place)

    def _number(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if isinstance(value, bool) and keyword.startswith("exclusive"):
            return
        found = as_number(value)
        if found is not None and fits(found) and (keyword != "multipleOf" or found > 0):
            made[keyword] = found
        elif found is not None and not fits(found):
            self._tally.note("bound that does not fit in 64 bits; dropped", str(place))
        elif value is not None:
            self._wrong(keyword, place)

    def _type(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        types: list[str] = []
        if value is None:  # in YAML, a type that was left empty
            self._wrong(keyword, place)
            return
        for name in value if isinstance(value, list) else [value]:
            plain_name = name.strip().lower() if isinstance(name, str) else "null" if name is None else ""
            if plain_name in TYPES:
                types.append(plain_name)
            elif plain_name in _TYPE_ALIASES:
                alias, facts = _TYPE_ALIASES[plain_name]
                types += [alias] if alias else []
                for word, fact in facts.items():
                    made.setdefault(word, fact)
                if plain_name != "file":  # which Swagger 2.0 has
                    self._tally.note(f"type {plain_name} is no JSON Schema; read as {alias or 'anything'}", str(place))
            else:
                self._wrong(keyword, place)
            if name not in TYPES and plain_name in TYPES and name is not None:
                self._tally.note("type in capitals; mended", str(place))
        types = list(dict.fromkeys(types))
        if types:
            made["type"] = types[0] if len(types) == 1 else types

    def _format(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if not isinstance(value, str):
            if value is not None:
                self._wrong(keyword, place)
        elif value in ("byte", "base64"):
            made["contentEncoding"] = "base64"
        elif value == "binary":
            made["contentMediaType"] = "application/octet-stream"
        elif value == "password":
            if place.direction == "input":
                made["writeOnly"] = True
        elif value in ("uri", "iri", "url") and place.direction == "output":
            made["format"] = "iri-reference" if value == "iri" else "uri-reference"
            self._tally.note(f"format {value} in an output; a relative one is accepted too", str(place))
        elif value in _FORMATS:
            made["format"] = value
        elif value.lower() in _FORMAT_ALIASES:
            made["format"] = _FORMAT_ALIASES[value.lower()]
            self._tally.note(f"format {value[:40]} read as {made['format']}", str(place))
        elif value:
            self._tally.note(f"format {value[:40]} is unknown; dropped", str(place))

    def _pattern(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        found = self._portable(value, place)
        if found is not None:
            made["pattern"] = found

    def _portable(self, value: Any, place: _Place) -> str | None:
        """The pattern as `check` takes it; what is done to it is noted."""
        if not isinstance(value, str):
            self._wrong("pattern", place)
            return None
        delimited = _DELIMITED.fullmatch(value)
        plain = delimited[1] if delimited else value
        found, done = portable_pattern(plain)
        if found is None:
            self._tally.note(f"pattern that {done}; dropped", f"{place}: {value[:80]}")
        elif done == "widened":
            self._tally.note("pattern that is not portable; one that accepts more instead", f"{place}: {value[:80]}")
        elif found != value:
            self._tally.note("pattern of another language of patterns; mended", f"{place}: {value[:80]}")
        return found

    def _enum(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if not isinstance(value, list) or not all_fit(value):
            self._wrong(keyword, place)
        elif value:
            made["enum"] = value

    def _any(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if all_fit(value):
            made[keyword] = value
        else:
            self._wrong(keyword, place)

    def _example(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        values = value if keyword == "examples" and isinstance(value, list) else [value]
        if keyword == "examples" and isinstance(value, dict):
            at = place.below(keyword)
            values = [found for name in sorted(value) for found in self._example_value(at.below(name), value[name])]
        kept = [one for one in values if all_fit(one)]
        if len(kept) < len(values):
            self._wrong(keyword, place)
        if kept:
            made["examples"] = [*made.get("examples", ()), *kept]

    def _example_value(self, place: _Place, said: Any) -> list[Any]:
        """The value of one of OpenAPI's named examples, if it has one here."""
        said = self._followed(place.located(said)).value
        if not isinstance(said, dict):
            return [said]
        for member in ("value", "dataValue"):
            if member in said:
                return [said[member]]
        if {"$ref", "externalValue", "serializedValue", "summary", "description"} & set(said):
            self._tally.note("example whose value lies elsewhere; dropped", str(place))
            return []
        return [said]

    def _names(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if isinstance(value, list):
            made[keyword] = [name for name in map(as_text, value) if name]
        if not isinstance(value, list | bool | None) or (isinstance(value, list) and len(made[keyword]) < len(value)):
            self._wrong(keyword, place)

    def _one(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if keyword == "items" and isinstance(value, list):
            self._several_items(made, value, place)
            return
        below = place.below(keyword)
        if keyword in ("not", "if"):
            below = below._replace(direction="exact")
        elif keyword in ("then", "else"):
            below = below._replace(hidden=place.hidden)
        made[keyword] = self._schema(value, below)

    def _several_items(self, made: Schema, value: list[Any], place: _Place) -> None:
        """A list of schemas: one for each place in JSON Schema; in OpenAPI, which has no tuples, alternatives."""
        if self._siblings:
            self._list(made, "prefixItems", value, place)
            return
        self._tally.note("items that is a list, which OpenAPI does not have; read as alternatives", str(place))
        parts = [as_object(self._schema(one, place.below("items", index))) for index, one in enumerate(value)]
        alternatives: Schema = {"anyOf": parts} if len(parts) > 1 else dict(parts[0]) if parts else {}
        made["\0items"] = alternatives

    def _additional(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        value = mended(value, ("boolean",)) if isinstance(value, str) else value
        if isinstance(value, bool):
            if value is False and place.direction == "output":
                self._tally.note("closed object in an output; opened", str(place))
            elif value is False:
                made["\0rest" if keyword == "additionalItems" else keyword] = False
        elif keyword == "additionalItems":
            made["\0rest"] = self._schema(value, place.below(keyword))
        else:
            made[keyword] = self._schema(value, place.below(keyword))

    def _list(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if isinstance(value, dict):
            value = [value]
            self._tally.note(f"{keyword} that is no list; read as a list of one", str(place))
        if not isinstance(value, list):
            self._wrong(keyword, place)
            return
        if not value:
            return
        hidden = place.hidden if keyword != "prefixItems" else frozenset[str]()
        target = "anyOf" if keyword == "oneOf" and place.direction == "output" else keyword
        below = place._replace(hidden=hidden, pins=_NO_PINS)
        parts = [
            _pinned(self._schema(one, below._replace(path=(*place.path, keyword, i))), place.pins.get((keyword, i)))
            for i, one in enumerate(value)
        ]
        if keyword in ("anyOf", "oneOf"):
            nulls = [index for index, one in enumerate(parts) if one == {"type": "null"}]
            parts = [one for index, one in enumerate(parts) if index not in nulls[1:]]
        if target == "allOf":
            made[target] = [*made.get(target, ()), *parts]
        elif target in made:  # an output that has both oneOf and anyOf
            made.setdefault("allOf", []).append({target: parts})
        else:
            made[target] = parts

    def _map(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if not isinstance(value, dict):
            if value not in (None, []):
                self._wrong(keyword, place)
            return
        members: Schema = {}
        for name, child in value.items():
            at = place.below(keyword, name)
            if (
                keyword == "properties"
                and name in place.hidden
                and self._is_hidden(Located(at.document, at.path, child), place.direction)
            ):
                mark = "read-only" if place.direction == "input" else "write-only"
                self._tally.note(f"{mark} property; not part of {place.direction}s", str(at))
            elif keyword == "patternProperties":
                pattern = self._portable(name, at)
                if pattern is not None:
                    members[pattern] = self._schema(child, at)
            else:
                members[name] = self._schema(child, at)
        made[keyword] = {name: {} if child is True else child for name, child in members.items()}

    def _dependencies(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        for name, needed in value.items() if isinstance(value, dict) else ():
            if isinstance(needed, list):
                made.setdefault("dependentRequired", {})[name] = [one for one in map(as_text, needed) if one]
            else:
                made.setdefault("dependentSchemas", {})[name] = self._schema(needed, place.below(keyword, name))

    def _xml_keyword(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        if self._xml and isinstance(value, dict) and all_fit(value):
            made["x-xml"] = value
        else:
            self._tally.note("keyword xml, where no XML is sent; dropped", str(place))

    def _direction_mark(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        stays = {"readOnly": "output", "writeOnly": "input"}[keyword]
        if place.direction in (stays, "exact"):
            self._flag(made, keyword, value, place)

    def _pinned_earlier(self, made: Schema, keyword: str, value: Any, place: _Place) -> None:
        """See ``_pins``."""

    def _wrong(self, keyword: str, place: _Place) -> None:
        self._tally.note(f"{keyword} with a value that it cannot have; dropped", str(place))


def _reference(node: dict[str, Any]) -> str | None:
    """What a schema refers to, if it is a reference."""
    found = node.get("$ref", node.get("$dynamicRef"))
    return found if isinstance(found, str) else None


def _pinned(schema: Schema | bool, pin: Schema | None) -> Schema:
    """An alternative with what the discriminator asks of it."""
    part = as_object(schema)
    if not pin:
        return part
    return {"allOf": [part, pin]} if set(pin) & set(part) else {**part, **pin}


def _is_large(value: Any) -> bool:
    """Whether a schema is worth being written once."""
    count, waiting = 0, [value]
    while waiting and count <= _LARGE:
        node = waiting.pop()
        count += 1
        if isinstance(node, dict | list):
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return count > _LARGE


def as_object(schema: Schema | bool) -> Schema:
    """The schema as a mapping."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema


def _place_items(made: Schema) -> None:
    """Alternatives of items are those of the value itself, where it is no array."""
    rest = made.pop("\0rest", None)  # additionalItems, which counts beside a list of items only
    if rest is not None and "prefixItems" in made:
        made["items"] = rest
    alternatives = made.pop("\0items", None)
    if alternatives is not None:
        types = made.get("type", [])
        if "array" in (types if isinstance(types, list) else [types]):
            made["items"] = alternatives
        else:
            made.update({word: value for word, value in alternatives.items() if word not in made})


def _is_of_items(values: Any, items: Schema) -> bool:
    """Whether an enum of an array lists what its items may be: none of the values is an array."""
    return values is not None and not {"enum", "$ref"} & set(items) and not any(isinstance(one, list) for one in values)


def _infer_type(made: Schema) -> None:
    if {"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"} & set(made):
        return
    if "properties" in made:
        made["type"] = "object"
    elif "items" in made:
        made["type"] = "array"


def _unwrapped(made: Schema) -> Schema:
    """A composition of one member is that member, where nothing else is in its way."""
    if "allOf" in made and {} in made["allOf"]:
        made["allOf"] = [part for part in made["allOf"] if part != {}]
        if not made["allOf"]:
            del made["allOf"]
    for word in ("allOf", "anyOf", "oneOf"):
        parts = made.get(word)
        if isinstance(parts, list) and len(parts) == 1:
            others = {key: value for key, value in made.items() if key != word}
            if not (set(others) - _ANNOTATIONS) & set(parts[0]) and not _interact(set(others), set(parts[0])):
                made = {**parts[0], **others}
    return made


def _interact(first: set[str], second: set[str]) -> bool:
    """Whether a keyword of one side would see those of the other, were both in one schema."""
    for rest, seen in _SEE:
        for one, other in ((first, second), (second, first)):
            if one & rest and other & seen:
                return True
    return False


_SEE = (
    (frozenset(("additionalProperties",)), frozenset(("properties", "patternProperties"))),
    (frozenset(("items",)), frozenset(("prefixItems",))),
    (frozenset(("contains", "minContains", "maxContains")), frozenset(("contains", "minContains", "maxContains"))),
    (frozenset(("if", "then", "else")), frozenset(("if", "then", "else"))),
    (frozenset(("unevaluatedProperties", "unevaluatedItems")), frozenset(("properties", "items", "prefixItems"))),
)
"""Keywords, and those of the same schema that change what they mean."""

_DELIMITED = re.compile(r"/(\^.*\$|\^.*|.*\$)/[gimsuy]*", re.DOTALL)
_ANNOTATIONS = frozenset(
    ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "x-xml")
)

_VALUES = frozenset(("enum", "const", "default", "examples"))
_MOST = 1_000_000
"""Schemas that one source may come to."""

_OF_MEMBERS = frozenset(("properties", "allOf", "$ref"))
_PARTS = 1000
"""Schemas that one is made of, of which it is seen what they leave out."""

_LARGE = 20
"""Values in a schema from which on it is shared."""

_PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)

_IGNORED = frozenset(
    (
        "$schema",
        "$id",
        "id",
        "$anchor",
        "$dynamicAnchor",
        "$defs",
        "definitions",
        "$comment",
        "$vocabulary",
        "$recursiveAnchor",
        "nullable",
        "x-nullable",
        "x-is-nullable",
        "description",
        "summary",
        "title",
        "externalDocs",
    )
)
"""Keywords that have done their work when a schema is converted, and what says nothing of values."""

_FORMATS = frozenset(
    [
        "date",
        "date-time",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uuid",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "int32",
        "int64",
        "float",
        "double",
    ]
)
"""The formats of draft 2020-12, and those that OpenAPI adds for the size of numbers."""

_FORMAT_ALIASES = {
    "datetime": "date-time",
    "date_time": "date-time",
    "iso8601": "date-time",
    "rfc3339": "date-time",
    "url": "uri",
    "guid": "uuid",
    "long": "int64",
    "google-datetime": "date-time",
}

_TYPE_ALIASES: dict[str, tuple[str | None, Schema]] = {
    "int": ("integer", {}),
    "int32": ("integer", {"format": "int32"}),
    "int64": ("integer", {"format": "int64"}),
    "long": ("integer", {"format": "int64"}),
    "float": ("number", {"format": "float"}),
    "double": ("number", {"format": "double"}),
    "decimal": ("number", {}),
    "bool": ("boolean", {}),
    "str": ("string", {}),
    "text": ("string", {}),
    "date": ("string", {"format": "date"}),
    "datetime": ("string", {"format": "date-time"}),
    "date-time": ("string", {"format": "date-time"}),
    "timestamp": ("string", {}),
    "uuid": ("string", {"format": "uuid"}),
    "file": ("string", {"contentMediaType": "application/octet-stream"}),
    "binary": ("string", {"contentMediaType": "application/octet-stream"}),
    "dict": ("object", {}),
    "map": ("object", {}),
    "hash": ("object", {}),
    "json": ("object", {}),
    "list": ("array", {}),
    "any": (None, {}),
    "mixed": (None, {}),
}

_C = Converter
_HANDLERS: dict[str, Callable[[Converter, Schema, str, Any, _Place], None]] = {
    **dict.fromkeys(("title", "description"), _C._text),
    **dict.fromkeys(("uniqueItems",), _C._flag),
    **dict.fromkeys(("deprecated", "x-deprecated"), _C._deprecated),
    **dict.fromkeys(("readOnly", "writeOnly"), _C._direction_mark),
    **dict.fromkeys(
        (
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minContains",
            "maxContains",
        ),
        _C._count,
    ),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _C._number),
    "type": _C._type,
    "format": _C._format,
    "pattern": _C._pattern,
    "enum": _C._enum,
    **dict.fromkeys(("const", "default"), _C._any),
    **dict.fromkeys(("example", "examples", "x-example"), _C._example),
    "required": _C._names,
    **dict.fromkeys(("items", "contains", "not", "propertyNames", "contentSchema"), _C._one),
    **dict.fromkeys(("if", "then", "else"), _C._one),
    **dict.fromkeys(
        ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "additionalItems"), _C._additional
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _C._list),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _C._map),
    **dict.fromkeys(("dependencies", "dependentRequired"), _C._dependencies),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), _C._text),
    "xml": _C._xml_keyword,
    "discriminator": _C._pinned_earlier,
    **dict.fromkeys(("$ref", "$dynamicRef"), _C._refer),
}
_TURNS = {keyword: turn for turn, keyword in enumerate(_HANDLERS)}


def _turn(keyword: str) -> tuple[int, str]:
    """What orders the keywords of a schema as they are converted, whatever order they stand in."""
    return _TURNS.get(keyword, len(_TURNS)), keyword
