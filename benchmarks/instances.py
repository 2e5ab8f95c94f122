"""Values for schemas: one that a schema is likely to accept, and copies of it that were damaged at one place."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from connectory.compiler.members import resolve
from connectory.compiler.patterns.charset import Ranges
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence, read

_DEEPEST = 8
"""Levels below which only what is required is made."""

_ENOUGH = 200
"""Values inside one value after which no more optional ones are made."""

_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T10:00:00Z",
    "duration": "P1DT2H",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/a/0",
    "regex": "^a$",
    "time": "10:00:00Z",
    "uri": "https://example.com/a?b=c",
    "uri-reference": "/a?b=c",
    "uri-template": "https://example.com/{a}",
    "uuid": "45e4708e-d862-4111-ab3a-dd8cd03913e1",
}

OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**53 + 1, -(2**63), 2**64, 10**30, Decimal("0.5"), Decimal("1.0"), 1.0, 1e308,
    "", " ", "x", "X" * 300, "0", "é", "e\u0301", "😀", "\x00", "a\n", "\u2028", "２０２６-01-31", "2026-02-30",
    "2026-01-31", "2026-01-31T24:00:00Z", "2026-01-31T10:00:60Z", "2026-01-31t10:00:00z", "2026-01-31 10:00:00Z",
    "2026-01-31T10:00:00", "2026-01-31T10:00:00+01:00", "2026-01-31T10:00:00.123456789Z", "10:00:00", "10:00:00Z",
    "P1W", "P1Y1W", "PT", "1.2.3.4", "01.2.3.4", "1.2.3", "::1", "::1%eth0", "a@b", "a b@example.com", "@", "a@[::1]",
    '"a b"@example.com', "http://", "//example.com", "https://exa mple.com", "https://ex.com:port", "urn:x:y",
    "http://[::1", "a_b.example.com", "-a.example.com", "example.com.", "a" * 64 + ".com", "(", "[a", "\\d", "{a",
    "/~2", "45e4708ed8624111ab3add8cd03913e1", "45E4708E-D862-4111-AB3A-DD8CD03913E1", [], [None], [1, 1.0], [1, True],
    [[], []], {}, {"": 1}, {"x": {"x": None}},
)  # fmt: skip
"""What stands in the place of something else: values at the edges of types and formats."""


class Maker:
    """Makes values for the schemas inside one self-contained schema.

    Args:
        root: the schema.
        chance: decides what is open.
    """

    def __init__(self, root: dict[str, Any], chance: random.Random) -> None:
        self._root = root
        self._chance = chance
        self._made = 0

    def value(self) -> Any:
        """A value that the schema is likely to accept."""
        self._made = 0
        return self._make(self._root, 0)

    def damaged(self, value: Any) -> Any:
        """A copy with one thing replaced, removed, added, renamed or doubled."""
        chance = self._chance
        whole = [copy.deepcopy(value)]
        container, at = chance.choice(list(_places(whole)))
        match chance.randrange(6):
            case 0 if container is not whole:
                del container[at]
            case 1 if isinstance(container[at], dict):
                container[at][chance.choice(["x", "", "$ref", "é", "X" * 300])] = chance.choice(OTHERS)
            case 2 if isinstance(container[at], list):
                container[at] += copy.deepcopy(container[at][:1]) or [chance.choice(OTHERS)]
            case 3 if isinstance(container, dict):
                container[f"{at} "] = container.pop(at)
            case 4 if isinstance(container[at], str):
                container[at] = chance.choice([container[at] + "\n", container[at] * 50, container[at][:-1], "٣"])
            case 4 if isinstance(container[at], int):
                container[at] = chance.choice([Decimal(container[at]), -container[at], container[at] + Decimal("0.1")])
            case _:
                container[at] = copy.deepcopy(chance.choice(OTHERS))
        return whole[0]

    def _make(self, schema: Any, depth: int) -> Any:
        self._made += 1
        if not isinstance(schema, dict) or depth > 3 * _DEEPEST:
            return None
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._chance.choice(schema["enum"])
        for keyword in ("examples", "default"):
            if keyword in schema and self._chance.random() < 0.3:
                return schema["default"] if keyword == "default" else (schema["examples"] or [None])[0]
        return self._of_type(schema, self._further(schema, depth), depth)

    def _further(self, schema: dict[str, Any], depth: int) -> list[Any]:
        """What the schemas make that apply to the same value."""
        others = [resolve(schema["$ref"], self._root, {})[0]] if "$ref" in schema else []
        others += schema.get("allOf", [])
        others += [self._chance.choice(schema[word]) for word in ("anyOf", "oneOf") if schema.get(word)]
        return [self._make(other, depth + 1) for other in others]

    def _of_type(self, schema: dict[str, Any], further: list[Any], depth: int) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = self._chance.choice(kind)
        if kind == "object" or "properties" in schema:
            made = self._object(schema, depth)
            for other in further:
                made |= other if isinstance(other, dict) else {}
            return made
        if further:
            return further[0]
        match kind:
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._string(schema)
            case "integer" | "number":
                return self._number(schema, kind)
            case "boolean":
                return self._chance.random() < 0.5
            case "null":
                return None
        return self._chance.choice(OTHERS)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        made = {}
        for name, inner in schema.get("properties", {}).items():
            optional = depth < _DEEPEST and self._made < _ENOUGH and self._chance.random() < 0.7
            if name in required or optional:
                made[name] = self._make(inner, depth + 1)
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and self._made < _ENOUGH:
            made["more"] = self._make(more, depth + 1)
        return made

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        first = [self._make(inner, depth + 1) for inner in schema.get("prefixItems", [])]
        wanted = max(least - len(first), 0 if self._made > _ENOUGH or depth > _DEEPEST else self._chance.randrange(3))
        return first + [self._make(schema.get("items", {}), depth + 1) for _ in range(min(wanted, 20))]

    def _string(self, schema: dict[str, Any]) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        node = read(schema["pattern"]).node if "pattern" in schema else None
        text = self._matching(node) if node else self._chance.choice(["a", "name", "Zürich", "0"])
        return text + "a" * max(0, min(schema.get("minLength", 0), 5000) - len(text))

    def _matching(self, node: Node) -> str:
        """A text that a pattern matches."""
        match node:
            case Chars(ranges):
                return self._character(ranges)
            case Edge():
                return ""
            case Sequence(parts):
                return "".join(map(self._matching, parts))
            case Choice(options):
                return self._matching(self._chance.choice(options))
            case Repeat(part, least, most):
                times = least + self._chance.randrange(1 + min(3, 3 if most is None else most - least))
                return "".join(self._matching(part) for _ in range(min(times, 100)))

    def _character(self, ranges: Ranges) -> str:
        plain = [code for low, high in ranges for code in range(max(low, 0x20), min(high, 0x7E) + 1)]
        if plain:
            return chr(self._chance.choice(plain))
        return chr(self._chance.choice(ranges)[0]) if ranges else ""

    def _number(self, schema: dict[str, Any], kind: str) -> Any:
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        number = low if high is None or self._chance.random() < 0.5 else high
        if number is None:
            number = self._chance.choice([0, 1, 7, -3] if kind == "integer" else [0, Decimal("2.5"), 1, Decimal("1.0")])
        return number


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container, and every name or index in it."""
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys: Any = container if isinstance(container, Mapping) else range(len(container))
        for at in keys:
            yield container, at
            if isinstance(container[at], list | dict):
                waiting.append(container[at])
