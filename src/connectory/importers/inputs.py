"""From the parameters and the body of an operation to one object, and where on the wire each member goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectory.importers.convert import Converter, Schema, as_object, key_of, ordered
from connectory.importers.draft import Content, Operation, Parameter
from connectory.importers.naming import distinct, input_name
from connectory.importers.prose import FIELD, plain, shortened
from connectory.importers.source import Located
from connectory.importers.tally import Tally

_PLACES = {"query": "query", "header": "headers", "cookie": "cookies"}
_RANK = {"form": 0, "path": 1, "query": 2, "header": 3, "cookie": 4}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FLAT = frozenset(
    ("type", "properties", "required", "additionalProperties", "title", "description", "examples", "x-xml")
)
_FLAT_TOO = frozenset(("default", "deprecated", "minProperties", "maxProperties"))


def convert_inputs(operation: Operation, converter: Converter, tally: Tally) -> tuple[Schema, dict[str, Any]]:
    """The input schema of an operation, and its ``http`` binding; that is empty where the source has no HTTP."""
    body = operation.body
    form = any(parameter.place == "form" for parameter in operation.parameters)
    whole = _body_schema(body, converter) if body and not form else None
    flat = _flattened(whole, converter) if whole is not None and body and not body.binary else None
    if flat is not None and body and not body.required and flat.get("required"):
        flat = None  # whether its members are required depends on whether it is sent
    if not operation.verb and whole is not None and flat is None:
        return ordered({"type": "object", **whole}), {}  # a tool's arguments are its input, whatever they look like
    properties: dict[str, Schema] = dict(flat["properties"]) if flat else {}
    required: list[str] = list(flat.get("required", ())) if flat else []
    names: dict[tuple[str, str], str] = {}
    for parameter in sorted(operation.parameters, key=lambda one: (_RANK[one.place], one.name)):
        wanted = parameter.name if parameter.place == "form" else input_name(parameter.name)
        if wanted in properties:
            tally.note("name used in two places; kept apart", f"{operation.key}: {parameter.name}")
            wanted = distinct(f"{parameter.place}_{wanted}", properties)
        names[parameter.place, parameter.name] = wanted
        properties[wanted] = _parameter(parameter, converter, tally)
        if parameter.required:
            required.append(wanted)
    source = "*" if flat is not None or form else None
    if whole is not None and flat is None and body:
        source = distinct("body", properties)
        properties[source] = whole
        required += [source] if body.required else []
    schema: Schema = {"type": "object"}
    if flat is not None:
        schema.update({word: flat[word] for word in ("description", "additionalProperties", "x-xml") if word in flat})
        _bounds(schema, flat, operation, tally)
    else:
        schema["additionalProperties"] = False
    if required:
        schema["required"] = list(dict.fromkeys(required))
    schema["properties"] = properties
    return ordered(schema), _binding(operation, names, source) if operation.verb else {}


def _bounds(schema: Schema, flat: Schema, operation: Operation, tally: Tally) -> None:
    """How many members the body may have, with the parameters beside it: never too narrow."""
    needed = sum(parameter.required for parameter in operation.parameters)
    for word, others in (("minProperties", needed), ("maxProperties", len(operation.parameters))):
        if word in flat:
            schema[word] = flat[word] + others
            if needed < len(operation.parameters):
                tally.note(f"{word} of a body beside optional parameters; widened by these", operation.key)


def _body_schema(body: Content, converter: Converter) -> Schema:
    if body.binary or body.schema is None:
        return ordered(binary(body)) if body.binary else {}
    return converter.convert(body.schema, "input")


def binary(content: Content) -> Schema:
    """The schema of bytes, as base64 text."""
    kind = content.media_type
    kind = kind if "/" in kind and "*" not in kind else "application/octet-stream"
    said = content.schema.value if content.schema is not None else None
    description = short(said.get("description")) if isinstance(said, dict) else ""
    return ({"description": description} if description else {}) | {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": kind,
    }


def _flattened(schema: Schema, converter: Converter) -> Schema | None:
    """A plain object with all its members, allOf merged; None for anything that is more than that."""
    seen: set[str] = set()
    made: Schema = {"properties": {}}
    waiting = [schema]
    while waiting:
        node = waiting.pop(0)
        key = key_of(node.get("$ref"))
        if key is not None:
            if key.reference() in seen:
                return None
            seen.add(key.reference())
            waiting.append(converter.components[key])
        if set(node) - _FLAT - _FLAT_TOO - {"allOf", "$ref"} or node.get("type", "object") != "object":
            return None
        waiting += [as_object(part) for part in node.get("allOf", ())]
        for name, child in node.get("properties", {}).items():
            if made["properties"].get(name, child) != child:
                return None
            made["properties"][name] = child
        made["required"] = [*made.get("required", ()), *node.get("required", ())]
        if "additionalProperties" in node:
            made["additionalProperties"] = node["additionalProperties"]
        if "description" in node:
            made.setdefault("description", node["description"])
        for word in ("minProperties", "maxProperties"):
            if word in node and made.setdefault(word, node[word]) != node[word]:
                return None
    if not made["properties"] and (made.get("additionalProperties") is not False or "$ref" not in schema):
        return None if "additionalProperties" in made or "type" not in schema else made
    return made


def _parameter(parameter: Parameter, converter: Converter, tally: Tally) -> Schema:
    made = dict(converter.convert(parameter.schema, "input"))
    if parameter.facts:
        said = Located(parameter.schema.document, (*parameter.schema.path, "facts"), dict(parameter.facts))
        own = converter.convert(said, "input")
        for word, value in own.items():
            if word in ("description", "deprecated", "examples") or word not in made:
                made[word] = value
    return ordered(made)


def _binding(operation: Operation, names: Mapping[tuple[str, str], str], source: str | None) -> dict[str, Any]:
    def placeholder(found: re.Match[str]) -> str:
        name = names.get(("path", found[1]), input_name(found[1]))
        return "{" + name + ("=**" if found[1] in operation.templates else "") + "}"

    http: dict[str, Any] = {"method": operation.verb, "path": _PLACEHOLDER.sub(placeholder, operation.path)}
    if operation.base_url:
        http["baseUrl"] = operation.base_url
    for place, field in _PLACES.items():
        here = {wire: name for (where, wire), name in sorted(names.items()) if where == place}
        if here:
            http[field] = list(here) if all(wire == name for wire, name in here.items()) else here
    constants = {where: dict(values) for where, values in sorted(operation.constants.items()) if values}
    if constants:
        http["constants"] = constants
    body = operation.body
    if body is not None and (source or "body" in constants):
        http["body"] = {"contentType": body.media_type} | ({"from": source} if source else {})
    pagination = dict(operation.pagination)
    for field in ("input", "limit"):
        if field in pagination:
            pagination[field] = names.get(("query", pagination[field]), pagination[field])
    if pagination:
        http["pagination"] = pagination
    return http


def short(text: Any) -> str:
    """A description of one line."""
    return shortened(" ".join(plain(text).split()), FIELD)
