"""Judges imported schemas by the vendor's own examples: each must be valid, and refused once it is damaged.

    make examples SOURCES='openapi=box.json openapi=xero.yaml'

Of each example of a request or an answer, required members are taken out and types are changed, one at a time. What the
imported schemas and the examples do not agree on is put to openapi-schema-validator with the vendor's own schema, which
says whose fault it is.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs
from judge import Input, JsonSchema, openapi_operations, read
from openapi_schema_validator import (
    OAS30ReadValidator,
    OAS30WriteValidator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

from connectory.importers.importing import import_source
from connectory.importers.tally import Tally

Node = dict[str, Any]
_WRONG = {"string": 7, "integer": "x", "number": "x", "boolean": "x", "array": "x", "object": "x"}
_MOST = 8
"""Damaged copies of one example, of each kind."""


class Example(NamedTuple):
    """One example of a body; ``kind``: its media type, empty where the source names none."""

    key: str
    direction: str
    pointer: tuple[str, ...]
    value: Any
    kind: str = ""


def examples(root: Node) -> Iterator[Example]:
    """Every example of a JSON body in the source, with the pointer to its schema."""
    document = JsonSchema(root)

    def content(key: str, direction: str, at: tuple[str, ...], node: Any) -> Iterator[Example]:
        for kind, media in (node.get("content") or {}).items():
            if "json" not in kind or not isinstance(media, dict) or "schema" not in media:
                continue
            values = [document.resolve(one) for one in (media.get("examples") or {}).values()]
            found = [one["value"] for one in values if isinstance(one, dict) and "value" in one]
            found += [media["example"]] if "example" in media else []
            schema = document.resolve(media["schema"])
            if not found and isinstance(schema, dict) and "example" in schema:
                found = [schema["example"]]
            for value in found:
                yield Example(key, direction, (*at, "content", kind, "schema"), value, kind)

    for key, _, operation in openapi_operations(root):
        at = _operation(root, key)
        for index, parameter in enumerate(operation.get("parameters") or []):
            parameter = document.resolve(parameter)
            if isinstance(parameter, dict) and parameter.get("in") == "body":
                schema = document.resolve(parameter.get("schema")) or {}
                if "example" in schema:
                    yield Example(key, "input", (*at, "parameters", str(index), "schema"), schema["example"])
        if "requestBody" in operation:
            where, body = followed(root, (*at, "requestBody"))
            yield from content(key, "input", where, body or {})
        for status in operation.get("responses") or {}:
            if not str(status).startswith("2"):
                continue
            where, answer = followed(root, (*at, "responses", str(status)))
            yield from content(key, "output", where, answer or {})
            if "schema" in (answer or {}):
                found = (answer.get("examples") or {}).get("application/json")
                schema = document.resolve(answer["schema"])
                found = found if found is not None else (schema or {}).get("example")
                if found is not None:
                    yield Example(key, "output", (*where, "schema"), found)


def _operation(root: Node, key: str) -> tuple[str, ...]:
    verb, _, path = key.partition(" ")
    return followed(root, ("paths", path, verb.lower()))[0]


def followed(root: Node, at: tuple[str, ...]) -> tuple[tuple[str, ...], Any]:
    """Where a pointer leads to through the references on its way, and what stands there; None for nothing."""
    for _ in range(50):
        found: Any = root
        for index in range(len(at) + 1):
            if isinstance(found, dict) and isinstance(found.get("$ref"), str):
                at = (*_tokens(found["$ref"]), *at[index:])
                break
            if index < len(at):
                token = at[index]
                listed = isinstance(found, list) and token.isdigit() and int(token) < len(found)
                found = found[int(token)] if listed else found.get(token) if isinstance(found, dict) else None
        else:
            return at, found
    return at, None


def _tokens(reference: str) -> list[str]:
    fragment = reference.partition("#")[2].split("/")[1:]
    return [unquote(token).replace("~1", "/").replace("~0", "~") for token in fragment]


class Vendor:
    """What the vendor's own schemas say, by openapi-schema-validator."""

    def __init__(self, root: Node) -> None:
        self._new = str(root.get("openapi", "")).startswith("3.1")
        self._root = root if self._new else _nullable(root)
        specification = DRAFT202012 if self._new else DRAFT4
        self._registry = Registry().with_resource("urn:source", specification.create_resource(self._root))

    def accepts(self, example: Example, value: Any) -> bool | None:
        """Whether the schema of the example accepts a value; None where the peer cannot read that schema."""
        escaped = (token.replace("~", "~0").replace("/", "~1") for token in example.pointer)
        pointer = "/".join(token.replace("%", "%25").replace("{", "%7B").replace("}", "%7D") for token in escaped)
        schema = {"$ref": f"urn:source#/{pointer}"}
        if self._new:
            validator: Any = OAS31Validator(schema, registry=self._registry, format_checker=oas31_format_checker)
        else:
            made = OAS30WriteValidator if example.direction == "input" else OAS30ReadValidator
            validator = made(schema, registry=self._registry, format_checker=oas30_format_checker)
        try:
            return bool(validator.is_valid(value))
        except Exception:  # a schema that the peer cannot read decides nothing
            return None


def _nullable(node: Any) -> Any:
    """Swagger 2.0's x-nullable as OpenAPI 3.0 says it."""
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if isinstance(node, dict):
        made = {key: _nullable(value) for key, value in node.items()}
        if node.get("x-nullable") is True:
            made["nullable"] = True
        return made
    return node


class Judge:
    """Judges one source."""

    def __init__(self, path: Path) -> None:
        made = import_source("openapi", str(path), Tally(), id_="judged")
        self._root = read(path)
        self.version = made.definition["metadata"]["sources"][0].get("version", "")
        self._definition = made.definition
        self._methods = {one.operation: one.method for one in made.converted}
        self._by_id = {method["id"]: method for method in made.definition["methods"]}
        self._document = JsonSchema(self._root, siblings=str(self._root.get("openapi", "")).startswith("3.1"))
        self._vendor = Vendor(self._root)
        self._open = Vendor(_opened(self._root))
        self._compiled: dict[tuple[str, str, str], Any] = {}
        self.counts: Counter[str] = Counter()
        self.causes: Counter[str] = Counter()
        self.ours: list[str] = []

    def run(self) -> None:
        """Judge every example; one that is null, or the text of an object, only counts where a schema says so."""
        for example in examples(self._root):
            method = self._by_id.get(self._methods.get(example.key, ""))
            if method is None or self._schema(example, method) is None:
                self.counts["without a method"] += 1
                continue
            accepted = self._vendor.accepts(example, example.value)
            if accepted is False and example.value is None:
                self.counts["null"] += 1
                continue
            if accepted is False and isinstance(example.value, str) and example.value.strip()[:1] in ("{", "["):
                example = example._replace(value=_unquoted(example.value))
                accepted = self._vendor.accepts(example, example.value)
            self.counts["examples"] += 1
            if self._valid(example, method, example.value):
                self.counts["valid"] += 1
                self._damage(example, method)
            elif accepted is False:
                why = self._why(example, method)[0]
                self.counts["refused by both"] += 1
                self.causes[f"example refused: the vendor's own schema refuses it too ({why})"] += 1
            elif accepted is None:
                self.causes["example refused: the peer cannot read the vendor's schema"] += 1
            else:
                reason = self._why(example, method)
                self.causes[f"example refused by ours only: {reason[0]}"] += 1
                self.ours.append(f"{example.key} {example.direction}: {reason[1]}")

    def _damage(self, example: Example, method: Node) -> None:
        for kind, value in damaged(self._document, followed(self._root, example.pointer)[1], example):
            self.counts[kind] += 1
            if not self._valid(example, method, value):
                self.counts[f"{kind}, refused"] += 1
                continue
            accepted = self._vendor.accepts(example, value)
            if accepted is None:
                self.causes[f"{kind}, accepted: the peer cannot read the vendor's schema"] += 1
            elif accepted:
                self.causes[f"{kind}, accepted: the vendor's own schema accepts it too"] += 1
            elif self._another_accepts(example, value):
                self.causes[f"{kind}, accepted: another answer of the operation may be so"] += 1
            else:
                self.causes[f"{kind}, accepted by ours only"] += 1
                self.ours.append(f"{example.key} {example.direction}: {kind} accepted")

    def _another_accepts(self, example: Example, value: Any) -> bool:
        """Whether another successful answer of the operation may be so, open to further members as outputs are."""
        at = _operation(self._root, example.key)
        answers = followed(self._root, (*at, "responses"))[1]
        successes = [status for status in map(str, answers) if status[:1] == "2" and example.direction == "output"]
        for status in successes:
            where, answer = followed(self._root, (*at, "responses", status))
            said = answer or {}
            contents = said.get("content") or {}
            places = [(*where, "content", kind, "schema") for kind, media in contents.items() if "schema" in media]
            places += [(*where, "schema")] if "schema" in said else []
            if value == {} and not contents and not places:
                return True
            if any(self._open.accepts(example._replace(pointer=place), value) for place in places):
                return True
        return False

    def _schema(self, example: Example, method: Node) -> Any:
        key = (method["id"], example.direction, example.kind)
        if key not in self._compiled:
            schema: Any = method["outputSchema"]
            if example.direction == "output" and self._is_another_kind(example):
                schema = None
            if example.direction == "input":
                schema = _body(method)
                if example.kind not in ("", method.get("http", {}).get("body", {}).get("contentType")):
                    schema = None
            if schema is not None:
                schema = {**schema, "$defs": self._definition.get("$defs", {})}
                schema = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            self._compiled[key] = schema
        return self._compiled[key]

    def _is_another_kind(self, example: Example) -> bool:
        """Whether the answer is converted in another of its media types than the example's."""
        kinds = followed(self._root, example.pointer[:-2])[1] if example.kind else {}
        return example.kind != "application/json" and "application/json" in kinds

    def _placed(self, example: Example, method: Node, value: Any) -> Any:
        wrap = method.get("http", {}).get("response", {}).get("wrap")
        return {wrap: value} if wrap and example.direction == "output" else value

    def _valid(self, example: Example, method: Node, value: Any) -> bool:
        return bool(self._schema(example, method).is_valid(self._placed(example, method, value)))

    def _why(self, example: Example, method: Node) -> tuple[str, str]:
        error = next(self._schema(example, method).iter_errors(self._placed(example, method, example.value)))
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        return keyword, f"{error.message[:160]} at {list(error.instance_path)}"


def _unquoted(text: str) -> Any:
    """The value of a text of JSON; the text itself where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _opened(node: Any) -> Any:
    """The source with its closed objects opened."""
    if isinstance(node, list):
        return [_opened(one) for one in node]
    if isinstance(node, dict):
        closed = {"additionalProperties": True} if node.get("additionalProperties") is False else {}
        return {key: _opened(value) for key, value in node.items()} | closed
    return node


def _body(method: Node) -> Node | None:
    """The schema of the body alone."""
    given = Input(method["inputSchema"], method.get("http", {}))
    bodies = given.body()
    if not bodies or bodies[0] is not given.schema:
        return bodies[0] if bodies else None
    http = given.http
    elsewhere = {name for part in http["path"].split("{")[1:] for name in [part.split("}")[0].split("=")[0]]}
    for field in ("query", "headers", "cookies"):
        names = http.get(field, {})
        elsewhere |= set(names.values() if isinstance(names, dict) else names)
    required = [name for name in given.schema.get("required", ()) if name not in elsewhere]
    return {**given.schema, "required": required}


def damaged(document: JsonSchema, schema: Any, example: Example) -> Iterator[tuple[str, Any]]:
    """Copies of an example without one required member, or with one value of another type.

    Only where the schema leaves no choice: below alternatives, nothing is touched.
    """
    found: Counter[str] = Counter()
    waiting: list[tuple[tuple[str | int, ...], Any, Any]] = [((), schema, example.value)]
    while waiting:
        path, node, value = waiting.pop(0)
        parts = list(_sure(document, node))
        if any(word in part for part in parts for word in ("oneOf", "anyOf", "not", "if", "discriminator")):
            continue
        types = [part["type"] for part in parts if isinstance(part.get("type"), str)]
        free = any(part.get(mark) for part in parts for mark in ("nullable", "x-nullable"))
        kind = "type changed"
        if path and types and types[0] in _WRONG and not free and value is not None and found[kind] < _MOST:
            found[kind] += 1
            yield kind, _replaced(example.value, path, _WRONG[types[0]])
        if isinstance(value, dict) and (not types or types[0] == "object"):
            properties = {name: child for part in parts for name, child in (part.get("properties") or {}).items()}
            mark = {"input": "readOnly", "output": "writeOnly"}[example.direction]
            hidden = [name for name, said in properties.items() if any(one.get(mark) for one in _sure(document, said))]
            properties = {name: said for name, said in properties.items() if name not in hidden}
            lists = [part["required"] for part in parts if isinstance(part.get("required"), list)]
            kind = "required member removed"
            for name in dict.fromkeys(name for names in lists for name in names):
                if name in value and name in properties and found[kind] < _MOST:
                    found[kind] += 1
                    yield kind, _without(example.value, path, name)
            waiting += [((*path, name), properties[name], child) for name, child in value.items() if name in properties]
        if isinstance(value, list) and value:
            items = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
            waiting += [((*path, 0), items[0], value[0])] if items else []


def _sure(document: JsonSchema, node: Any) -> Iterator[Node]:
    """The schema and what it includes without a choice."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        node = document.resolve(waiting.pop())
        if isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += node.get("allOf") or []


def _replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    made = copy.deepcopy(value)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = by
    return made


def _without(value: Any, path: tuple[str | int, ...], name: str) -> Any:
    made = copy.deepcopy(value)
    inner = made
    for step in path:
        inner = inner[step]
    del inner[name]
    return made


def main() -> None:
    """Judge all sources; print the tables or write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sources", nargs="+", metavar="openapi=FILE")
    parser.add_argument("--table", type=Path, help="the file to write the tables to; the console without it")
    arguments = parser.parse_args()
    columns = ["examples", "valid"]
    columns += [f"{kind}{end}" for kind in ("required member removed", "type changed") for end in ("", ", refused")]
    lines = [f"| source | {' | '.join(columns)} |", f"|---{'|---:' * len(columns)}|"]
    causes = ["| source | what, and why | count |", "|---|---|---:|"]
    without: list[str] = []
    ours = ["| source | what only ours refuses or accepts |", "|---|---|"]
    total: Counter[str] = Counter()
    for source in arguments.sources:
        format_, _, file = source.partition("=")
        if format_ != "openapi":
            continue
        judge = Judge(Path(file))
        judge.run()
        name = f"{Path(file).name} {judge.version}".strip()
        if judge.counts["examples"]:
            total.update(judge.counts)
            lines.append(_row(name, judge.counts, columns))
            causes += [f"| {name} | {why} | {count:,} |" for why, count in sorted(judge.causes.items())]
        without += [] if judge.counts["examples"] else [name]
        ours += [f"| {name} | {line} |" for line in judge.ours]
    lines.append(_row("all", total, columns))
    fair = total["examples"] - total["refused by both"]
    lines += [
        "",
        f"Of {fair:,} examples that the vendor's own schema does not refuse too, {total['valid']:,} are valid.",
        "",
        f"Without an example of a body: {', '.join(without) or 'none'}.",
    ]
    text = _HEAD + "\n".join([*lines, "", *causes, "", *ours]) + "\n"
    if arguments.table:
        arguments.table.write_text(text)
    else:
        print(text)


_HEAD = """# Vendors' examples against the schemas made of their files

Written by `make examples`: see `benchmarks/vendor_examples.py`. An example that both schemas refuse is the vendor's
mistake; in brackets stands the keyword that refuses it. Where only ours refuses, the cause is a format that JSON Schema
holds values to and the peer does not, such as a `time`, which has an offset, or a body of null, which is sent as none.

"""


def _row(name: str, counts: Mapping[str, int], columns: list[str]) -> str:
    return f"| {name} | " + " | ".join(f"{counts[column]:,}" for column in columns) + " |"


if __name__ == "__main__":
    main()
