"""From the responses of an operation to one output schema, which describes an object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from connectory.importers.convert import Converter
from connectory.importers.draft import Content, Operation
from connectory.importers.inputs import binary, facts_of
from connectory.importers.kinds import kinds_of
from connectory.importers.media import is_json
from connectory.importers.order import ordered
from connectory.importers.references import Schema
from connectory.importers.tally import Tally

_EMPTY: Schema = {"type": "object", "maxProperties": 0}


def convert_outputs(operation: Operation, converter: Converter, tally: Tally) -> tuple[Schema, str | None]:
    """The output schema of an operation, and the member that an answer which is no object is put in."""
    schemas: dict[str, Schema] = {}
    examples: dict[str, list[Any]] = {}
    for content in operation.responses:
        schema = _schema(content, converter, operation, tally)
        text = json.dumps(schema, sort_keys=True, default=str)
        schemas.setdefault(text, schema)
        examples.setdefault(text, []).extend(
            facts_of(content, converter, "output", tally, operation.key).get("examples", ())
        )
    found = [{**schema, "examples": examples[text]} if examples[text] else schema for text, schema in schemas.items()]
    if not found or found == [_EMPTY]:
        tally.note("operation without a described answer; its output is an empty object", operation.key)
        return {"type": "object", "properties": {}}, None
    wrap = _wrap(found, converter, operation.responses)
    if operation.tool and wrap == "value":
        wrap = None  # what a tool answers is an object, though its schema may not say so
    if wrap is None:
        found = [_as_object_schema(schema, converter) for schema in found]
        if len(found) == 1:
            return ordered({**found[0], "type": "object"}), None
        return {"type": "object", "anyOf": found}, None
    inner = found[0] if len(found) == 1 else {"anyOf": found}
    return {"type": "object", "required": [wrap], "properties": {wrap: inner}}, wrap


def _schema(content: Content, converter: Converter, operation: Operation, tally: Tally) -> Schema:
    if not content.media_type:
        return dict(_EMPTY)
    if content.binary:
        return ordered(binary(content))
    if content.schema is None and not is_json(content.media_type):
        tally.note("answer without a schema that is no JSON; its output is a text", operation.key)
        return {"type": "string"}
    made = converter.convert(content.schema, "output") if content.schema is not None else {}
    if not made or made == {"not": {}}:
        tally.note("answer whose schema says nothing; any value is accepted", operation.key)
        return {}
    return made


def _wrap(found: Sequence[Schema], converter: Converter, responses: Sequence[Content]) -> str | None:
    """The name to put an answer in; None where all of them are objects."""
    kinds = [kinds_of(schema, converter) for schema in found]
    if all(kind <= {"object", "null"} and "object" in kind for kind in kinds):
        return None
    if all(kind <= {"array", "null"} and "array" in kind for kind in kinds):
        return "items"
    return "content" if any(content.binary for content in responses) else "value"


def _as_object_schema(schema: Schema, converter: Converter) -> Schema:
    """The schema without null, where it accepts that beside objects."""
    if isinstance(schema.get("type"), list) and set(schema["type"]) == {"object", "null"}:
        return {**schema, "type": "object"}
    branches: Any = schema.get("anyOf")
    if isinstance(branches, list) and {"type": "null"} in branches:
        others = [branch for branch in branches if branch != {"type": "null"}]
        return {**schema, "anyOf": others}
    return schema
