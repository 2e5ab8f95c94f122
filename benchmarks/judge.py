"""How much of a source arrives in its definition, counted with a reading of it that shares no code with the importers.

A source and what was made of it are walked side by side: each property, required name, enum value, bound and
description that the source states must stand at the same place of the method's schemas. What is not there is counted
with a reason.
"""

from __future__ import annotations

import gzip
import html
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml

Node = dict[str, Any]
KINDS = ("properties", "types", "required", "enums", "bounds", "descriptions")

_LOWER = ("minimum", "exclusiveMinimum")
_UPPER = ("maximum", "exclusiveMaximum")
_BOUNDS = (
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf", "pattern"),
    *_LOWER,
    *_UPPER,
)


_TYPES = {"file": "string", "int": "integer", "float": "number", "bool": "boolean"}
"""Words of vendors for types; ``any`` is none."""

_SHAPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("structure", "map"), frozenset(("object",))),
    "list": frozenset(("array",)),
    **dict.fromkeys(("string", "character", "blob"), frozenset(("string",))),
    **dict.fromkeys(("integer", "long", "bigInteger"), frozenset(("integer",))),
    **dict.fromkeys(("float", "double", "bigDecimal"), frozenset(("number",))),
    "boolean": frozenset(("boolean",)),
    "timestamp": frozenset(("string", "number")),
}
"""The types of AWS's shapes."""


class Kept:
    """Counts by kind: what the source states, what arrived, and why the rest did not.

    Attributes:
        by_rule: what belongs to the other direction, as read-only members of an input; not part of ``stated``.
        lost: counts by (kind, reason), each with one place in ``places``.
    """

    def __init__(self) -> None:
        self.stated: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.lost: Counter[tuple[str, str]] = Counter()
        self.places: dict[tuple[str, str], str] = {}

    def count(self, kind: str, arrived: bool, reason: str, place: str) -> None:
        """Count one fact."""
        self.stated[kind] += 1
        if arrived:
            self.kept[kind] += 1
        else:
            self.lost[kind, reason] += 1
            self.places.setdefault((kind, reason), place)

    def add(self, other: Kept) -> None:
        """Add another's counts."""
        for mine, its in (
            (self.stated, other.stated),
            (self.kept, other.kept),
            (self.by_rule, other.by_rule),
            (self.lost, other.lost),
        ):
            mine.update(its)  # type: ignore[arg-type]  # each with its own kind
        for key, place in other.places.items():
            self.places.setdefault(key, place)

    def share(self, kind: str | None = None) -> float:
        """How much arrived, in percent; of everything without a kind."""
        stated = self.stated[kind] if kind else self.stated.total()
        kept = self.kept[kind] if kind else self.kept.total()
        return 100 * kept / stated if stated else 100.0


class Facts(NamedTuple):
    """What one schema states by itself."""

    properties: Mapping[str, Any] = {}
    types: tuple[frozenset[str], ...] = ()  # each with the words for it, of which one must arrive
    required: frozenset[str] = frozenset()
    enum: tuple[Any, ...] = ()
    bounds: Mapping[str, Any] = {}
    description: str = ""
    items: tuple[Any, ...] = ()
    values: tuple[Any, ...] = ()
    only: str = ""


class Dialect(Protocol):
    """A way to write schemas."""

    def parts(self, node: Any) -> Sequence[Any]:
        """Other schemas for the same value."""

    def facts(self, node: Any) -> Facts:
        """What it states by itself."""


class JsonSchema:
    """JSON Schema and OpenAPI in one file; also what imports make."""

    def __init__(self, root: Node, *, siblings: bool = True) -> None:
        self._root = root
        self._siblings = siblings

    def resolve(self, node: Any) -> Any:
        """What a reference leads to in the end; the node itself where it is none."""
        for _ in range(20):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            node = self._target(node["$ref"])
        return None

    def _target(self, reference: str) -> Any:
        found: Any = self._root
        for token in reference.partition("#")[2].split("/")[1:]:
            token = re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), token)
            token = token.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(token)
            elif isinstance(found, list) and token.isdigit() and int(token) < len(found):
                found = found[int(token)]
            else:
                return None
        return found

    def parts(self, node: Any) -> Sequence[Any]:  # noqa: D102  # see Dialect
        if not isinstance(node, dict):
            return ()
        if isinstance(node.get("$ref"), str):
            target = self._target(node["$ref"])
            if not self._siblings:
                return (target,)
            found = [target]
        else:
            found = []
        for word in ("allOf", "anyOf", "oneOf"):
            found += node[word] if isinstance(node.get(word), list) else []
        if self._lists_are_alternatives(node):
            found += node["items"]
        return [*found, *(node[word] for word in ("then", "else") if word in node)]

    def _lists_are_alternatives(self, node: Node) -> bool:
        """A list below ``items``, which OpenAPI 3.0 does not have, of a value that is not said to be an array."""
        return not self._siblings and isinstance(node.get("items"), list) and node.get("type") != "array"

    def facts(self, node: Any) -> Facts:  # noqa: D102  # see Dialect
        if not isinstance(node, dict) or ("$ref" in node and not self._siblings):
            return Facts()
        items = None if self._lists_are_alternatives(node) else node.get("items")
        lists = [node["prefixItems"]] if isinstance(node.get("prefixItems"), list) else []
        lists += [items] if isinstance(items, list) else []
        values = node.get("additionalProperties")
        enum = node.get("enum") if isinstance(node.get("enum"), list) else []
        only = [mark for mark in ("readOnly", "writeOnly") if node.get(mark) is True]
        return Facts(
            properties=_mapping(node.get("properties")),
            types=tuple(frozenset((_TYPES.get(name.lower(), name.lower()),)) for name in _texts(node.get("type"))),
            required=frozenset(name for name in _list(node.get("required")) if isinstance(name, str)),
            enum=(*_list(enum), *([node["const"]] if "const" in node else [])),
            bounds={
                word: node[word]
                for word in _BOUNDS
                if isinstance(node.get(word), int | float | Decimal | str) and not isinstance(node.get(word), bool)
            },
            description=node["description"] if isinstance(node.get("description"), str) else "",
            items=(*([items] if isinstance(items, dict) else []), *(one for several in lists for one in several)),
            values=(values,) if isinstance(values, dict) else (),
            only=only[0] if len(only) == 1 else "",
        )


class Discovery(JsonSchema):
    """Google's: references are names, bounds are text."""

    def parts(self, node: Any) -> Sequence[Any]:  # noqa: D102  # see Dialect
        if not isinstance(node, dict):
            return ()
        found = [self._root.get("schemas", {}).get(node["$ref"])] if isinstance(node.get("$ref"), str) else []
        variants = _list(_mapping(node.get("variant")).get("map"))
        return [*found, *({"$ref": one["$ref"]} for one in variants if "$ref" in _mapping(one))]

    def facts(self, node: Any) -> Facts:  # noqa: D102  # see Dialect
        if not isinstance(node, dict):
            return Facts()
        return super().facts({key: value for key, value in node.items() if key not in ("$ref", "required")})


class Botocore:
    """AWS's: a member names its shape and may say more."""

    def __init__(self, root: Node) -> None:
        self._shapes = _mapping(root.get("shapes"))

    def parts(self, node: Any) -> Sequence[Any]:  # noqa: D102  # see Dialect
        name = node.get("shape") if isinstance(node, dict) else None
        return [self._shapes[name]] if name in self._shapes else ()

    def facts(self, node: Any) -> Facts:  # noqa: D102  # see Dialect
        if not isinstance(node, dict):
            return Facts()
        kind = node.get("type")
        words = {
            "string": ("minLength", "maxLength"),
            "list": ("minItems", "maxItems"),
            "map": ("minProperties", "maxProperties"),
            "integer": ("minimum", "maximum"),
            "long": ("minimum", "maximum"),
            "float": ("minimum", "maximum"),
            "double": ("minimum", "maximum"),
        }.get(str(kind))
        bounds = {new: node[old] for old, new in zip(("min", "max"), words or (), strict=False) if old in node}
        if "pattern" in node and kind == "string":
            bounds["pattern"] = node["pattern"]
        return Facts(
            properties=_mapping(node.get("members")) if kind == "structure" else {},
            types=(_SHAPES[kind],) if kind in _SHAPES and node.get("document") is not True else (),
            required=frozenset(_list(node.get("required"))),
            enum=tuple(_list(node.get("enum"))),
            bounds=bounds,
            description=node.get("documentation") or "",
            items=(node["member"],) if kind == "list" and "member" in node else (),
            values=(node["value"],) if kind == "map" and "value" in node else (),
        )


def _mapping(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    """The names in a type, but for that of anything."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one != "any"]


def _same(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str).strip('"').lower()


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<[^>]*>|https?://\S+")
_WORD = re.compile(r"[^\W_]+")


def _says(said: str, found: Iterable[str]) -> bool:
    """Whether the first words of a description arrived."""
    said = _TAG.sub(" ", _LINK.sub(r"\1", said.replace("`", "").replace("*", "")))
    words = _WORD.findall(html.unescape(said).lower())[:8]
    if not words:
        return True
    arrived = set(_WORD.findall(" ".join(found).lower()))
    return sum(word in arrived for word in words) >= 0.8 * len(words)


def _bound_arrived(word: str, value: Any, found: Iterable[Mapping[str, Any]]) -> bool:
    words = next((pair for pair in (_LOWER, _UPPER) if word in pair), (word,))
    for bounds in found:
        for one in words:
            if one in bounds:
                if word == "pattern" and _plain_pattern(bounds[one]) == _plain_pattern(value):
                    return True
                try:
                    if float(bounds[one]) == float(value):
                        return True
                except (TypeError, ValueError, OverflowError):
                    continue
    return False


def _plain_pattern(pattern: Any) -> str:
    """A pattern without what languages of patterns write differently: delimiters, anchors, wide characters."""
    found = re.fullmatch(r"/(.*)/[a-z]*", str(pattern), re.DOTALL)
    plain = re.sub(r"\\[zZ]", "$", (found[1] if found else str(pattern)).replace("\\A", "^"))
    return re.sub(r"\\u[dD]800.*?[dD][fF]{3}|\\u\{10000\}-\\u\{10[fF]{4}\}", "", plain)


class Walk:
    """Walks the schemas of one source and of the definition made of it."""

    def __init__(self, source: Dialect, definition: Node, names: Callable[[str, Any, str], str]) -> None:
        """``names``: what a property is called on the wire, by its name, what it says, and the direction."""
        self.kept = Kept()
        self._source = source
        self._target = JsonSchema(definition)
        self._names = names
        self._seen: set[tuple[str, frozenset[int], frozenset[int]]] = set()
        self._alive: list[Any] = []

    def compare(
        self, sources: Sequence[Any], targets: Sequence[Any], direction: str, where: str, gone: str = ""
    ) -> None:
        """Count what ``sources`` state and ``targets`` hold; ``gone``: why there is no target, if there is none."""
        waiting = [(list(sources), list(targets), where, gone)]
        while waiting:
            sources, targets, where, gone = waiting.pop()
            stated, arrived = _expanded(self._source, sources), _expanded(self._target, targets)
            key = (direction, frozenset(map(id, stated)), frozenset(map(id, arrived)))
            if not stated or key in self._seen:
                continue
            self._seen.add(key)
            self._alive += [*stated, *arrived]  # what is seen is known by its id
            facts = [self._source.facts(node) for node in stated]
            found = [self._target.facts(node) for node in arrived]
            self._own(facts, found, where, gone)
            hidden: set[str] = set()
            properties: dict[str, list[Any]] = {}
            for one in facts:
                for name, child in one.properties.items():
                    properties.setdefault(name, []).append(child)
            for name, children in properties.items():
                marks = [self._source.facts(n).only for n in _expanded(self._source, children)]
                if {"input": "readOnly", "output": "writeOnly"}[direction] in marks:
                    hidden.add(name)
                    self.kept.by_rule[f"{'read' if direction == 'input' else 'write'}-only in an {direction}"] += 1
                    continue
                wire = self._names(name, children[0], direction)
                held = [one.properties[wire] for one in found if wire in one.properties]
                reason = gone or self._reason(name, children[0], direction, found)
                self.kept.count("properties", bool(held), reason, f"{where}.{name}")
                waiting.append((children, held, f"{where}.{name}", "" if held else reason))
            for name in sorted({name for one in facts for name in one.required} - hidden):
                child = properties.get(name, [{}])[0]
                holds = any(self._names(name, child, direction) in one.required for one in found)
                self.kept.count("required", holds, gone or "required name", f"{where}.{name}")
            for field, step in (("items", "[]"), ("values", "{}")):
                inner = [child for one in facts for child in getattr(one, field)]
                held = [child for one in found for child in getattr(one, field)]
                if inner:
                    waiting.append((inner, held, where + step, gone if held else gone or f"no {field}"))

    def _own(self, facts: Sequence[Facts], found: Sequence[Facts], where: str, gone: str) -> None:
        values = {_same(value) for one in found for value in one.enum}
        for value in {_same(value): value for one in facts for value in one.enum}.values():
            self.kept.count("enums", _same(value) in values, gone or "enum value", f"{where}: {value!r}"[:200])
        types = frozenset().union(*(words for one in found for words in one.types))
        for words in sorted({words for one in facts for words in one.types}, key=sorted):
            self.kept.count("types", bool(words & types), gone or "type", f"{where}: {' or '.join(sorted(words))}")
        for one in facts:
            for word, value in one.bounds.items():
                held = _bound_arrived(word, value, [one.bounds for one in found])
                self.kept.count("bounds", held, gone or word, f"{where}: {value!r}"[:200])
        said = next((one.description for one in facts if one.description.strip()), "")
        if said:
            holds = _says(said, [one.description for one in found])
            self.kept.count("descriptions", holds, gone or "description", f"{where}: {said[:80]!r}")

    def _reason(self, name: str, child: Any, direction: str, found: Sequence[Facts]) -> str:
        return "property" if any(one.properties for one in found) else "a schema without properties"


def _expanded(dialect: Dialect, nodes: Sequence[Any]) -> list[Any]:
    """The schemas, and all others that speak of the same value."""
    found: dict[int, Any] = {}
    waiting = [node for node in nodes if isinstance(node, dict)]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting += [part for part in dialect.parts(node) if isinstance(part, dict)]
    return list(found.values())


_SECRETS = re.compile(r"(x-)?(authorization|(api|access|auth)?[-_]?(token|key))", re.IGNORECASE)


class Input(NamedTuple):
    """The input of a method and where its members go on the wire.

    Attributes:
        elsewhere: headers of the integration.
        signing: names of what carries its credentials.
    """

    schema: Node
    http: Node
    elsewhere: frozenset[str] = frozenset()
    signing: frozenset[str] = frozenset()

    def moved(self, place: Any, wire: str) -> str:
        """Where a parameter went that belongs to the integration, and so to no input."""
        if place == "header" and wire.lower() in self.elsewhere:
            return "header of the whole integration"
        if place == "header" and wire.lower() in ("accept", "content-type"):
            return "header that OpenAPI says to ignore"
        signs = wire.lower() in self.signing or _SECRETS.fullmatch(wire) is not None
        return "parameter of the sign-in" if place != "path" and signs else ""

    def placed(self, place: str, wire: str) -> list[Any]:
        """The schema of the input that carries a parameter."""
        if place == "path":
            names = [match for match in re.findall(r"\{([^{}=]*)", self.http.get("path", "")) if _alike(match, wire)]
        else:
            field = self.http.get({"header": "headers", "cookie": "cookies"}.get(place, "query"), {})
            binding = field if isinstance(field, dict) else {name: name for name in field}
            same = str.lower if place == "header" else str
            names = [name for key, name in binding.items() if same(key) == same(wire)]
        properties = self.schema.get("properties", {})
        return [properties[name] for name in names if name in properties]

    def body(self) -> list[Any]:
        """The schema of the body; the input itself where its members are the body's."""
        source = self.http.get("body", {}).get("from")
        return [self.schema] if source == "*" else [self.schema["properties"][source]] if source else []


def _alike(one: str, other: str) -> bool:
    return re.sub(r"^path_|[^a-z0-9]", "", one.lower()) == re.sub(r"[^a-z0-9]", "", other.lower())


def _input(definition: Node, method: Node) -> Input:
    elsewhere = frozenset(name.lower() for name in definition.get("headers", {}))
    ways = [definition, *definition.get("alternativeAuth", ())]
    signing = frozenset(str(_mapping(way.get("apiKeyConfig")).get("name", "")).lower() for way in ways)
    return Input(method["inputSchema"], method.get("http", {}), elsewhere, signing)


def _output(method: Node) -> list[Any]:
    wrap = method.get("http", {}).get("response", {}).get("wrap")
    schema = method["outputSchema"]
    if not wrap:
        return [schema]
    whole = schema["properties"][wrap]
    if "contentSchema" not in whole:
        return [whole]
    inner = whole["contentSchema"]
    is_tree = re.search(r"[/+](x-)?(xml|yaml)$", whole["contentMediaType"])
    return [inner] if is_tree else [inner, inner.get("items", inner)]  # of a stream, vendors describe one value


def read(path: Path) -> Any:
    """A file's JSON or YAML, with the files that it refers to below ``x-files``."""
    root = _read(path)
    files: dict[str, Any] = {}
    waiting = [(path, root)]
    while waiting:
        file, content = waiting.pop()
        for node in _referring(content):
            target, _, fragment = node["$ref"].partition("#")
            other = Path(os.path.normpath(file.parent / target)) if target else file
            name = str(other)
            if name == str(path):
                node["$ref"] = f"#{fragment}"
                continue
            if target and name not in files and other.is_file():
                files[name] = _read(other)
                waiting.append((other, files[name]))
            if name in files:
                node["$ref"] = f"#/x-files/{name.replace('~', '~0').replace('/', '~1')}{fragment}"
    return {**root, "x-files": files} if files else root


def _referring(content: Any) -> Iterator[Node]:
    """The mappings that refer to something."""
    waiting = [content]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _read(path: Path) -> Any:
    """One file; YAML as its release 1.2 reads it, in which ``off`` and ``12:30`` are text; every key is text."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    if path.suffix in (".yaml", ".yml"):
        return _keyed_by_text(yaml.load(data, _Loader))  # noqa: S506  # a safe loader, with fewer implicit types
    return json.loads(data)


class _Loader(yaml.CSafeLoader):
    pass


_GUESSED = ("timestamp", "bool", "int")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] not in _GUESSED]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), "-+0123456789")


def _keyed_by_text(root: Any) -> Any:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list) and id(node) not in seen:
            seen.add(id(node))
            if isinstance(node, dict):
                for key in [key for key in node if not isinstance(key, str)]:
                    node[str(key)] = node.pop(key)
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return root


def openapi_operations(root: Node) -> Iterator[tuple[str, Node, Node]]:
    """Key, path item and operation."""
    document = JsonSchema(root)
    for path, item in _mapping(root.get("paths")).items():
        item = _mapping(document.resolve(item))
        for verb in ("get", "put", "post", "delete", "options", "head", "patch"):
            operation = document.resolve(item.get(verb))
            if isinstance(operation, dict):
                yield f"{verb.upper()} {path}", item, operation


def _openapi(root: Node, definition: Node, methods: Mapping[str, Node]) -> Kept:
    swagger = "swagger" in root
    document = JsonSchema(root, siblings=str(root.get("openapi", "")).startswith("3.1"))
    walk = Walk(document, definition, _as_it_is)
    for key, item, operation in openapi_operations(root):
        method = methods.get(key)
        if method is None:
            continue
        given = _input(definition, method)
        parameters = {}
        for one in [*_list(item.get("parameters")), *_list(operation.get("parameters"))]:
            one = _mapping(document.resolve(one))
            parameters[one.get("in"), one.get("name")] = one
        for (place, name), one in parameters.items():
            where = f"{key} {place} {name}"
            if place == "body":
                walk.compare([one.get("schema")], given.body(), "input", where, "" if given.body() else "body")
            elif place == "formData":
                held = [given.schema["properties"][name]] if name in given.schema["properties"] else []
                _parameter(walk, one, one, held, given, where)
            else:
                schema = one if swagger else one.get("schema") or _first(one.get("content"))
                _parameter(walk, one, schema, given.placed(str(place), str(name)), given, where)
        body = _mapping(document.resolve(operation.get("requestBody")))
        media = _mapping(body.get("content"))
        sent = method.get("http", {}).get("body", {}).get("contentType")
        for kind, content in media.items():
            if kind == sent or len(media) == 1:
                walk.compare(
                    [_mapping(content).get("schema")],
                    given.body(),
                    "input",
                    f"{key} body",
                    "" if given.body() else f"body of {kind}",
                )
        for status, response in _mapping(operation.get("responses")).items():
            response = _mapping(document.resolve(response))
            if str(status)[:1] == "2":
                contents = _mapping(response.get("content"))
                json_kinds = [kind for kind in contents if "json" in kind] or list(contents)
                schemas = [_mapping(contents[kind]).get("schema") for kind in json_kinds[:1]]
                schemas = [response.get("schema")] if swagger else schemas
                walk.compare(schemas, _output(method), "output", f"{key} {status}")
    return walk.kept


def _as_it_is(name: str, _child: Any, _direction: str) -> str:
    return name


def _first(content: Any) -> Any:
    return _mapping(next(iter(_mapping(content).values()), {})).get("schema")


def _parameter(walk: Walk, said: Node, schema: Any, held: list[Any], given: Input, where: str) -> None:
    """A parameter is a property, may be required and has a description of its own."""
    place = said.get("in", said.get("location"))
    moved = "" if held else given.moved(place, str(said.get("name")))
    if moved:
        walk.kept.by_rule[moved] += 1
        return
    reason = f"{place} parameter left out"
    walk.kept.count("properties", bool(held), reason, where)
    if said.get("required") is True:
        needed = [given.schema["properties"].get(one) for one in given.schema.get("required", ())]
        walk.kept.count("required", any(one is child for one in held for child in needed), reason, where)
    if said.get("description") and schema is not said:
        texts = [str(_mapping(one).get("description", "")) for one in held]
        walk.kept.count("descriptions", _says(str(said["description"]), texts), reason, where)
        schema = {**schema, "description": ""} if isinstance(schema, dict) and "$ref" not in schema else schema
    if isinstance(schema, dict):
        inner = [_mapping(one).get("items") for one in held] if said.get("repeated") else []
        walk.compare([schema], [*held, *inner], "input", where, "" if held else reason)


def _discovery(root: Node, definition: Node, methods: Mapping[str, Node]) -> Kept:
    walk = Walk(Discovery(root), definition, _as_it_is)
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += [one for one in _mapping(node.get("resources")).values() if isinstance(one, dict)]
        for operation in _mapping(node.get("methods")).values():
            method = methods.get(operation.get("id", ""))
            if method is None:
                continue
            key = operation["id"]
            given = _input(definition, method)
            for name, one in _mapping(operation.get("parameters")).items():
                held = given.placed(one.get("location", "query"), name)
                _parameter(walk, {**one, "name": name}, one, held, given, f"{key} {name}")
            if "request" in operation:
                gone = "" if given.body() else "body"
                walk.compare([operation["request"]], given.body(), "input", f"{key} body", gone)
            if "response" in operation:
                walk.compare([operation["response"]], _output(method), "output", f"{key} answer")
    return walk.kept


def _botocore(root: Node, definition: Node, methods: Mapping[str, Node]) -> Kept:
    protocol = _mapping(root.get("metadata")).get("protocol")

    def names(name: str, child: Any, direction: str) -> str:
        said = _mapping(child)
        wire = said.get("locationName") if "location" not in said else None
        if protocol == "ec2" and direction == "input":
            return str(said.get("queryName") or (wire[:1].upper() + wire[1:] if wire else name))
        return str(wire or name)

    shapes = _mapping(root.get("shapes"))
    walk = Walk(Botocore(root), definition, names)
    for key, operation in _mapping(root.get("operations")).items():
        method = methods.get(key)
        if method is None:
            continue
        for side, direction in (("input", "input"), ("output", "output")):
            shape = shapes.get(_mapping(operation.get(side)).get("shape"), {})
            where = f"{key} {side}"
            given = _input(definition, method)
            whole = [method["inputSchema"]] if side == "input" else _output(method)
            for name, member in _mapping(shape.get("members")).items():
                place, wire = member.get("location"), member.get("locationName", name)
                required = name in _list(shape.get("required"))
                if side == "output" and place:
                    walk.kept.by_rule[f"{place} of an answer"] += 1
                    continue
                if name == shape.get("payload"):
                    outer = given.body() if side == "input" else _payload(definition, method, name, member)
                    target = JsonSchema(definition)
                    held = [*outer]
                    for node in _expanded(target, outer):
                        held += target.facts(node).items  # a stream of events is a list of them
                    walk.compare([member], held, direction, f"{where}.{name}", "" if held else "payload")
                    continue
                if place in ("uri", "querystring", "header"):
                    kind = {"uri": "path", "querystring": "query"}.get(place, place)
                    held = given.placed(kind, wire)
                elif place:
                    held = given.placed("header", wire)
                else:
                    held = [
                        one.properties[n]
                        for node in _expanded(JsonSchema(definition), whole)
                        for one in [JsonSchema(definition).facts(node)]
                        for n in [names(name, member, direction)]
                        if n in one.properties
                    ]
                reason = f"{place or 'member'} of an {side}"
                walk.kept.count("properties", bool(held), reason, f"{where}.{name}")
                if required:
                    facts = [JsonSchema(definition).facts(n) for n in _expanded(JsonSchema(definition), whole)]
                    needed = [one.properties.get(n) for one in facts for n in one.required]
                    arrived = any(one is child for one in held for child in needed)
                    walk.kept.count("required", arrived, reason, f"{where}.{name}")
                walk.compare([member], held, direction, f"{where}.{name}", "" if held else reason)
    return walk.kept


def _payload(definition: Node, method: Node, name: str, member: Node) -> list[Any]:
    """Where the payload of an answer is: a member, where others stand beside it; else the whole of it."""
    found = [JsonSchema(definition).facts(node) for node in _expanded(JsonSchema(definition), [method["outputSchema"]])]
    names = (name, member.get("locationName"))
    return [one.properties[name] for one in found for name in names if name in one.properties] or _output(method)


def _mcp(root: Node, definition: Node, methods: Mapping[str, Node]) -> Kept:
    tools = root if isinstance(root, list) else _mapping(root.get("result", root)).get("tools", [])
    kept = Kept()
    for tool in tools:
        method = methods.get(tool["name"])
        if method is not None:
            for field, direction in (("inputSchema", "input"), ("outputSchema", "output")):
                if field in tool:
                    walk = Walk(JsonSchema(tool[field]), definition, _as_it_is)
                    walk.compare([tool[field]], [method[field]], direction, f"{tool['name']} {field}")
                    kept.add(walk.kept)
    return kept


_FORMATS = {"openapi": _openapi, "discovery": _discovery, "botocore": _botocore, "mcp": _mcp}


def retention(format_: str, path: Path, definition: Node, converted: Iterable[tuple[str, str, str]]) -> Kept:
    """What of a source arrived.

    Args:
        format_: of the source.
        path: its file.
        definition: what was made of it.
        converted: key and name of each converted operation in the source, and the id of its method.
    """
    by_id = {method["id"]: method for method in definition["methods"]}
    methods = {}
    for key, name, id_ in converted:
        methods[key] = methods[name] = by_id[id_]
    return _FORMATS[format_](read(path), definition, methods)
