"""From the responses of an operation to one output schema, which describes an object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from connectory.importers.bodies import body_schema
from connectory.importers.convert import Converter
from connectory.importers.draft import Content, Operation
from connectory.importers.inputs import facts_of
from connectory.importers.kinds import kinds_of, nodes_of
from connectory.importers.media import is_json_body
from connectory.importers.order import ordered
from connectory.importers.references import Schema
from connectory.importers.tally import Tally
from connectory.importers.together import ANNOTATIONS, unwrapped

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
    answers = [schema for schema in found if schema != _EMPTY]
    wrap = _wrap(answers, converter, operation.responses)
    if operation.tool and wrap == "value":
        wrap = None  # what a tool answers is an object, though its schema may not say so
    if wrap is not None:
        inner = answers[0] if len(answers) == 1 else {"anyOf": answers}
        always = {"required": [wrap]} if answers == found else {}  # of an empty answer there is nothing to wrap
        return {"type": "object", **always, "properties": {wrap: inner}}, wrap
    if any("null" in kinds_of(schema, converter) for schema in answers) and not operation.tool:
        tally.note("answer that may be null; its output is an empty object then", operation.key)
        found += [_EMPTY] if _EMPTY not in found else []
    found = [_as_object_schema(schema) for schema in found]
    if any(_accepts_empty(schema, converter) for schema in found if schema != _EMPTY):
        found = [schema for schema in found if schema != _EMPTY]
    if len(found) == 1:
        return ordered({**found[0], "type": "object"}), None
    return {"type": "object", "anyOf": found}, None


def _accepts_empty(schema: Schema, converter: Converter) -> bool:
    """Whether nothing in it could refuse an object without members."""
    return all(node.keys() <= _OF_MEMBERS for node in nodes_of([schema], converter))


_OF_MEMBERS = ANNOTATIONS | {
    *("$ref", "allOf", "type", "properties", "additionalProperties", "patternProperties", "maxProperties"),
}
"""Keywords that ask nothing of an object without members."""


def _schema(content: Content, converter: Converter, operation: Operation, tally: Tally) -> Schema:
    if not content.media_type:
        return dict(_EMPTY)
    if content.schema is None and not content.binary and not is_json_body(content.media_type):
        tally.note("answer without a schema that is no JSON; its output is a text", operation.key)
        return {"type": "string"}
    made = body_schema(content, converter, "output", tally, operation.key)
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


def _as_object_schema(schema: Schema) -> Schema:
    """The schema without null, where it accepts that beside objects."""
    if isinstance(schema.get("type"), list) and set(schema["type"]) == {"object", "null"}:
        return {**schema, "type": "object"}
    branches: Any = schema.get("anyOf")
    if isinstance(branches, list) and {"type": "null"} in branches:
        others = [branch for branch in branches if branch != {"type": "null"}]
        return unwrapped({**schema, "anyOf": others})
    return schema
