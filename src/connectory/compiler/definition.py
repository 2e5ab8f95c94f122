"""A definition as the rules see it: views that tolerate what other rules report."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import PurePath
from typing import Any, NamedTuple, TypeVar

import msgspec

from connectory.compiler.declarations import Declarations, declared_by
from connectory.compiler.defs import SharedDefs, is_to_defs, name_in, referenced_defs
from connectory.compiler.diagnostics import Diagnostic, Edit, Path, Related, Severity, Span
from connectory.compiler.format import Violation, violations
from connectory.compiler.in_place import LINKS, InPlace, Place
from connectory.compiler.schemas import REFERENCES, is_valid_schema, pattern_compiles, subschemas
from connectory.compiler.suppressions import Suppression, Unclear, suppressions
from connectory.compiler.tangles import Tangles, tangles
from connectory.compiler.text import Source, read_source
from connectory.compiler.validity import PLAIN
from connectory.compiler.vocabulary import IN_PLACE
from connectory.names import certain_id, close_matches
from connectory.pointers import pointer

_T = TypeVar("_T")

_MOST_COMPARED = 100_000
"""Pairs of names of one definition after which no more are compared, as a hint is not worth the time; real ones come
to some hundred."""


class Part(NamedTuple):
    """A mapping inside a definition, and where it stands."""

    path: Path
    data: dict[str, Any]


class Node(NamedTuple):
    """A schema, or one inside it.

    Attributes:
        whole: the schema that it is, or lies in.
        path: where it stands in the definition.
        data: its mapping.
    """

    whole: Part
    path: Path
    data: dict[str, Any]


class Listed(msgspec.Struct, frozen=True):
    """What is known of a definition when all of them are looked at.

    Attributes:
        id, version, name: of the integration; the folder's and the file's name where it says none.
        file: its path.
        shown: how diagnostics name it.
    """

    id: str
    version: str
    name: str
    file: str = ""
    shown: str = ""

    def span(self, field: str) -> Span:
        """Where the value of a field stands; the file is read again for it."""
        return read_source(self.file, self.shown).span((field,))


PRICES = ("costPerToken", "costPerImage", "costPerSecond")
"""The fields of a model that hold prices."""


class PriceRead(msgspec.Struct, frozen=True):
    """When the prices of a model were read.

    Attributes:
        model: its id.
        date: the day, as it is written; empty where it is not said.
        span, pointer: where it is said, or the price where it is not.
    """

    model: str
    date: str
    span: Span
    pointer: str


class Definition:
    """One file of a catalog.

    Attributes:
        source: the file.
        data: its mapping; it may be anything that YAML can say.
        folder: the name of the folder that it stands in.
        stem: the file's name without its ending.
    """

    def __init__(self, source: Source, file: str | None = None) -> None:
        """``file`` is the absolute path, where the one that is shown may lack the folder."""
        self.source = source
        self.data = source.data
        path = PurePath(file or source.path)
        self.folder = path.parent.name
        self.stem = path.name.removesuffix(path.suffix)
        self._derived: dict[Any, Any] = {}
        self._compared = 0

    @property
    def id(self) -> str:
        """Its integrationId; the folder's name where that is no text."""
        found = self.data.get("integrationId")
        return found if isinstance(found, str) else self.folder

    @property
    def version(self) -> str:
        """Its version; the file's name where that is no text."""
        found = self.data.get("version")
        return found if isinstance(found, str) else self.stem

    def derived(self, work_out: Callable[[Definition], _T]) -> _T:
        """What a function makes of this definition; it is worked out once."""
        if work_out not in self._derived:
            self._derived[work_out] = work_out(self)
        made: _T = self._derived[work_out]
        return made

    def close(self, name: object, known: Iterable[str]) -> list[str]:
        """As ``close_matches``, for names that a definition may have any number of; once many were compared, none."""
        return close_matches(name, self._to_compare(known))

    def meant(self, name: object, known: Iterable[str]) -> str | None:
        """As ``certain_id``, likewise."""
        return certain_id(name, self._to_compare(known))

    def _to_compare(self, known: Iterable[str]) -> list[str]:
        if self._compared >= _MOST_COMPARED:
            return []
        names = sorted(known) if isinstance(known, set) else list(known)  # a set has no order
        self._compared += len(names)
        return names

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at ``path`` stands, or the name before it."""
        return self.source.span(path, key=key)

    def finding(
        self,
        rule: Any,
        message: str,
        path: Path,
        *,
        key: bool = False,
        help: str | None = None,
        related: tuple[Related, ...] = (),
        fix: tuple[Edit, ...] = (),
    ) -> Diagnostic:
        """A diagnostic of ``rule``, a namespace with CODE and SEVERITY, at the value at ``path``.

        Args:
            rule: the rule's ``globals()``.
            message: what is wrong.
            path: where.
            key: point at the name before the value.
            help: the likely mend.
            related: places that explain it.
            fix: edits that mend it, where that is certain; see ``writing``.
        """
        severity: Severity = rule["SEVERITY"]
        span = self.span(path, key=key)
        return Diagnostic(rule["CODE"], severity, message, span, help, related, pointer(path), fix)

    def writing(self, path: Path, text: str, *, key: bool = False) -> tuple[Edit, ...]:
        """The edit that puts a text in the place of the one at ``path``, or of the name before it; in quotes as needed.

        None where that text has several lines.
        """
        from connectory.compiler.canonical.scalars import one_line

        is_json = self.source.path.endswith(".json")
        return self.replacing(path, json.dumps(text) if is_json else one_line(text, flow=True), key=key)

    def replacing(self, path: Path, raw: str, *, key: bool = False) -> tuple[Edit, ...]:
        """The edit that writes ``raw``, as it is, in the place of the scalar at ``path``, or of the name before it."""
        span = self.span(path, key=key)
        return (Edit(span, raw),) if span.line == span.end_line else ()

    @cached_property
    def violations(self) -> list[Violation]:
        """How the definition violates the format's JSON Schema."""
        return violations(self.data)

    @cached_property
    def suppressions(self) -> list[Suppression | Unclear]:
        """What its comments say of findings."""
        return list(suppressions(self.source))

    @cached_property
    def methods(self) -> list[Part]:
        """The methods that are mappings."""
        return list(_parts(self.data.get("methods"), ("methods",)))

    @cached_property
    def models(self) -> list[Part]:
        """The AI models that are mappings."""
        config = self.data.get("aiConfig")
        models = config.get("availableModels") if isinstance(config, dict) else None
        return list(_parts(models, ("aiConfig", "availableModels")))

    @cached_property
    def prices(self) -> tuple[PriceRead, ...]:
        """When the prices of its models were read, but for those that are free."""
        found = []
        for model in self.models:
            first = next((field for field in PRICES if field in model.data), None)
            pricing = model.data.get("pricing")
            said = pricing if isinstance(pricing, dict) else {}
            if first and said.get("free") is not True:
                date = said.get("asOf")
                path = (*model.path, "pricing", "asOf") if isinstance(date, str) else (*model.path, first)
                span = self.span(path, key=not isinstance(date, str))
                name, day = str(model.data.get("id")), date if isinstance(date, str) else ""
                found.append(PriceRead(name, day, span, pointer(path)))
        return tuple(found)

    @cached_property
    def promised(self) -> str:
        """The last day until which a method or model that is deprecated is promised; empty where none is."""
        said = [part.data.get("deprecated") for part in (*self.methods, *self.models)]
        sunsets = [one.get("sunset") for one in said if isinstance(one, dict)]
        return max((sunset for sunset in sunsets if isinstance(sunset, str)), default="")

    @cached_property
    def shared(self) -> dict[str, Any]:
        """The shared schemas, by name."""
        shared = self.data.get("$defs")
        return shared if isinstance(shared, dict) else {}

    @cached_property
    def root_schemas(self) -> list[Part]:
        """The schemas that must describe objects: of configuration, input, output and credentials."""
        owners: list[tuple[Part, tuple[str, ...]]] = [(Part((), self.data), ("configSchema",))]
        owners += [(method, ("inputSchema", "outputSchema")) for method in self.methods]
        owners += [(custom, ("parametersSchema",)) for custom in self.auth_configs("customAuthConfig")]
        return [
            Part((*owner.path, name), owner.data[name])
            for owner, names in owners
            for name in names
            if isinstance(owner.data.get(name), dict)
        ]

    @cached_property
    def schemas(self) -> list[Part]:
        """Every whole schema: the root schemas and the shared ones."""
        shared = [Part(("$defs", name), schema) for name, schema in self.shared.items() if isinstance(schema, dict)]
        return self.root_schemas + shared

    @cached_property
    def nodes(self) -> dict[str, list[Node]]:
        """Every schema and those inside it, by each keyword that they have, in the order of the text.

        Rules ask for the keywords that they are about, so that all of them together walk through the schemas once.
        """
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for whole in self.schemas:
            for path, data in subschemas(whole.data, whole.path):
                node = Node(whole, path, data)
                for keyword in data:
                    found[keyword].append(node)
        return dict(found)

    def nodes_with(self, *keywords: str) -> list[Node]:
        """The schemas, and those inside them, that have one of these keywords; each once for each it has."""
        return [node for keyword in keywords for node in self.nodes.get(keyword, ())]

    @cached_property
    def valid_schemas(self) -> list[Part]:
        """The whole schemas that the engine of the runtime can use."""
        asked = {
            node.whole.path
            for keyword, nodes in self.nodes.items()
            for node in nodes
            if keyword in PLAIN and not PLAIN[keyword](node.data[keyword])
        }
        wrong = {node.whole.path for node, pattern in self.patterns if not pattern_compiles(pattern)}
        return [
            schema
            for schema in self.schemas
            if schema.path not in wrong and (schema.path not in asked or is_valid_schema(schema.data))
        ]

    @cached_property
    def valid_paths(self) -> frozenset[Path]:
        """Where the valid schemas stand."""
        return frozenset(schema.path for schema in self.valid_schemas)

    @cached_property
    def patterns(self) -> list[tuple[Node, str]]:
        """Every regular expression, and the schema that has it."""
        found = [(node, node.data["pattern"]) for node in self.nodes_with("pattern")]
        for node in self.nodes_with("patternProperties"):
            if isinstance(node.data["patternProperties"], dict):
                found += [(node, pattern) for pattern in node.data["patternProperties"]]
        return [(node, pattern) for node, pattern in found if isinstance(pattern, str)]

    def pattern_places(self) -> Iterator[tuple[str, Node, bool]]:
        """Every regular expression that compiles, the schema that has it, and whether it is the name of a property."""
        for node, pattern in self.patterns:
            if pattern_compiles(pattern):
                yield pattern, node, node.data.get("pattern") is not pattern

    @cached_property
    def in_place(self) -> InPlace:
        """Which schemas lead to others that apply to the same value."""
        return InPlace(self.shared)

    def place(self, node: Node) -> Place:
        """A schema as ``in_place`` knows it."""
        return Place(self.in_place.home(node.whole.path, node.whole.data), node.path, node.data)

    @cached_property
    def tangles(self) -> Tangles:
        """What would keep a validator busy without end, or too long."""
        if not self._has_linked_references():
            return Tangles()
        return tangles(self.in_place, map(self.place, self.nodes_with(*LINKS)))

    def declarations(self, node: Node) -> Declarations:
        """The properties that are declared by the schemas that may apply to the same value as this one."""
        found = {id(node.data): node.data}
        waiting = [node.data]
        while waiting:
            for other in self._relatives.get(id(waiting.pop()), ()):
                if id(other) not in found:
                    found[id(other)] = other
                    waiting.append(other)
        return declared_by(found.values())

    @cached_property
    def combined(self) -> list[Place]:
        """The schemas that apply others to the same value beside what they say themselves."""
        found = {id(node.data): node for node in self.nodes_with(*IN_PLACE)}
        beside = ("properties", "additionalProperties")
        found |= {id(node.data): node for node in self.nodes_with("$ref") if not node.data.keys().isdisjoint(beside)}
        return list(map(self.place, found.values()))

    @cached_property
    def closers(self) -> list[Node]:
        """The schemas that refuse properties that they do not declare themselves."""
        return [node for node in self.nodes_with("additionalProperties") if node.data["additionalProperties"] is False]

    @cached_property
    def _relatives(self) -> dict[int, list[dict[str, Any]]]:
        return self.in_place.relatives(map(self.place, self.nodes_with(*LINKS)))

    def _has_linked_references(self) -> bool:
        """Whether a reference leads to a schema that leads on; where none does, all ways are as short as the text."""
        seen: set[str] = set()
        for keyword in REFERENCES:
            for node in self.nodes_with(keyword):
                reference = node.data[keyword]
                if not isinstance(reference, str) or (reference in seen and "$defs" not in node.whole.data):
                    continue
                seen.add(reference)
                target = self.in_place.target(self.in_place.home(node.whole.path, node.whole.data), reference)
                if target and not LINKS.isdisjoint(target.data):
                    return True
        return False

    @cached_property
    def shared_defs(self) -> SharedDefs:
        """The shared schemas, and which of them each schema names."""
        if self.nodes_with("$id", "$dynamicRef"):
            return SharedDefs(self.shared)  # where they change what a reference means, or which comes first
        named: dict[int, list[str]] = {id(schema.data): [] for schema in self.schemas}
        for node in self.nodes_with("$ref"):
            if is_to_defs(node.data["$ref"]):
                named[id(node.whole.data)].append(name_in(node.data["$ref"]))

        def references(schema: dict[str, Any]) -> Iterable[str]:
            known = named.get(id(schema))
            return referenced_defs(schema) if known is None else known

        return SharedDefs(self.shared, references)

    def signins(self) -> Iterator[Part]:
        """The ways to sign in: the definition itself, then its alternatives."""
        yield Part((), self.data)
        yield from _parts(self.data.get("alternativeAuth"), ("alternativeAuth",))

    def auth_configs(self, name: str) -> Iterator[Part]:
        """The configurations of one kind, such as ``oauth2Config``, of all ways to sign in."""
        for way in self.signins():
            if isinstance(way.data.get(name), dict):
                yield Part((*way.path, name), way.data[name])

    def listed(self) -> Listed:
        """What is known of it when all definitions are looked at."""
        name = self.data.get("name")
        return Listed(self.id, self.version, name if isinstance(name, str) else "")

    def inside_schema(self, path: Path) -> bool:
        """Whether ``path`` is, or lies inside, one of the definition's JSON Schemas."""
        return any(path[:length] in self._schema_paths for length in range(len(path) + 1))

    @cached_property
    def _schema_paths(self) -> frozenset[Path]:
        return frozenset(schema.path for schema in self.schemas)


def _parts(values: Any, path: Path) -> Iterator[Part]:
    if isinstance(values, list):
        yield from (Part((*path, index), value) for index, value in enumerate(values) if isinstance(value, dict))


TEMPLATE = re.compile(r"\$\{([^{}]*)\}")
"""A template in a text; its group is what the braces hold."""


def strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text inside a value, and where it stands."""
    waiting = [(path, value)]
    while waiting:
        at, node = waiting.pop()
        if isinstance(node, str):
            yield at, node
        elif isinstance(node, dict):
            waiting.extend(reversed([((*at, key), child) for key, child in node.items()]))
        elif isinstance(node, list):
            waiting.extend(reversed([((*at, index), child) for index, child in enumerate(node)]))


def repeated(parts: list[Part]) -> Iterator[tuple[str, Path, Path]]:
    """The ids that more than one part has: the id, where it stands again, and where it stood first."""
    seen: dict[str, Path] = {}
    for part in parts:
        name = part.data.get("id")
        if isinstance(name, str):
            path = (*part.path, "id")
            if name in seen:
                yield name, path, seen[name]
            seen.setdefault(name, path)
