"""From the parameters and the body of an operation to one object, and where on the wire each member goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectory.compiler.url_text import encoded
from connectory.importers.bodies import body_schema
from connectory.importers.convert import Converter
from connectory.importers.draft import Content, Operation, Parameter
from connectory.importers.encodings import styled, styled_inside
from connectory.importers.media import is_form
from connectory.importers.naming import distinct, input_name
from connectory.importers.order import ordered
from connectory.importers.place import BESIDE
from connectory.importers.references import Direction, Schema, as_object, key_of
from connectory.importers.source import Located
from connectory.importers.tally import Tally

_PLACES = {"query": "query", "header": "headers", "cookie": "cookies"}
_RANK = {"form": 0, "path": 1, "query": 2, "header": 3, "cookie": 4}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FLAT = frozenset(
    (
        *("type", "properties", "required", "additionalProperties", "unevaluatedProperties", "title", "description"),
        *("examples", "x-xml", "default", "deprecated", "minProperties", "maxProperties", "allOf", "$ref"),
    )
)
"""Keywords of a body whose members can stand beside parameters."""

_UNSAID = ("default", "deprecated")
"""What a body may say, and an input whose members are the body's cannot."""

_WHOLE = ("title", "description", "x-xml", "examples")
"""What a body says of the whole of it."""

_LONGEST_EXAMPLE = 4000
_EXAMPLES = 3


def convert_inputs(operation: Operation, converter: Converter, tally: Tally) -> tuple[Schema, dict[str, Any]]:
    """The input schema of an operation, and its ``http`` binding; that is empty where the source has no HTTP."""
    body = operation.body
    form = any(parameter.place == "form" for parameter in operation.parameters)
    whole = body_schema(body, converter, "input", tally, operation.key) if body and not form else None
    flat = _flattened(whole, converter, operation, tally) if body and whole is not None and not body.binary else None
    if body and flat is not None and not body.required and flat.get("required"):
        flat = None  # whether its members are required depends on whether it is sent
    if not operation.verb and whole is not None and flat is None:
        return ordered({"type": "object", **whole}), {}  # a tool's arguments are its input, whatever they look like
    properties: dict[str, Schema] = dict(flat["properties"]) if flat else {}
    names = _add_parameters(operation, properties, converter, tally)
    required = list(flat.get("required", ())) if flat else []
    required += [names[one.place, one.name] for one in _in_order(operation) if one.required]
    source = "*" if flat is not None or form else None
    facts = facts_of(body, converter, "input", tally, operation.key) if body else {}
    schema: Schema = {"type": "object", "additionalProperties": False}
    if flat is not None:
        schema = {"type": "object", **_about(flat, facts, operation, tally)}
        _bounds(schema, flat, operation, tally)
    elif body and whole is not None:
        source = distinct("body", properties)
        properties[source] = ordered({**facts, **whole})
        required += [source] if body.required else []
    styles: dict[str, str] = {}
    if body is not None and is_form(body.media_type) and not operation.styles:
        if flat is None and whole is not None:
            styles = styled_inside(body, whole, converter, tally, operation.key)
        else:
            members = flat["properties"] if flat else {name for (place, _), name in names.items() if place == "form"}
            inside = {name: properties[name] for name in members}
            styles = styled(body, inside, converter, tally, operation.key)
            properties |= inside
    if required:
        schema["required"] = list(dict.fromkeys(required))
    schema["properties"] = properties
    http = _binding(operation, names, source, styles) if operation.verb else {}
    pagination = _pagination(operation, names, properties, tally)
    return ordered(schema), http | ({"pagination": pagination} if pagination else {})


def _in_order(operation: Operation) -> list[Parameter]:
    return sorted(operation.parameters, key=lambda one: (_RANK[one.place], one.name))


def _add_parameters(
    operation: Operation, properties: dict[str, Schema], converter: Converter, tally: Tally
) -> dict[tuple[str, str], str]:
    """Put the parameters beside the members of a body; the names that they have there, by place and name."""
    names: dict[tuple[str, str], str] = {}
    for parameter in _in_order(operation):
        wanted = parameter.name if parameter.place == "form" else input_name(parameter.name)
        if wanted in properties:
            tally.note("name used in two places; kept apart", f"{operation.key}: {parameter.name}")
            wanted = distinct(f"{parameter.place}_{wanted}", properties)
        names[parameter.place, parameter.name] = wanted
        properties[wanted] = _parameter(parameter, converter)
    return names


def _about(flat: Schema, facts: Schema, operation: Operation, tally: Tally) -> Schema:
    """What a body says of itself beside its members, in its schema and around that."""
    made = {word: flat[word] for word in (*_WHOLE, "additionalProperties") if word in flat}
    for word, value in facts.items():
        if made.setdefault(word, value) != value:
            tally.note(f"{word} of a body, whose schema has its own; left out", operation.key)
    if "examples" in made and any(parameter.required for parameter in operation.parameters):
        tally.note("example of a body beside required parameters, which it lacks; left out", operation.key)
        del made["examples"]
    return made


def facts_of(content: Content, converter: Converter, direction: Direction, tally: Tally, key: str) -> Schema:
    """What a body says of itself outside its schema: description and examples."""
    if content.facts is None or content.binary:
        return {}
    made = converter.convert(content.facts, direction)
    examples = [one for one in made.pop("examples", ()) if len(str(one)) <= _LONGEST_EXAMPLE][:_EXAMPLES]
    if examples:
        made["examples"] = examples
    said = content.facts.value
    given = len(said.get("examples", ())) + ("example" in said)
    if given > len(examples):
        tally.note(f"example of more than {_LONGEST_EXAMPLE:,} characters, or after {_EXAMPLES} others; left out", key)
    return made


def _bounds(schema: Schema, flat: Schema, operation: Operation, tally: Tally) -> None:
    """How many members the body may have, with the parameters beside it: never too narrow."""
    needed = sum(parameter.required for parameter in operation.parameters)
    for word, others in (("minProperties", needed), ("maxProperties", len(operation.parameters))):
        if word in flat:
            schema[word] = flat[word] + others
            if needed < len(operation.parameters):
                tally.note(f"{word} of a body beside optional parameters; widened by these", operation.key)


def _flattened(schema: Schema, converter: Converter, operation: Operation, tally: Tally) -> Schema | None:
    """A plain object with all its members, allOf merged; None for anything that is more than that."""
    seen: set[str] = set()
    unsaid: set[str] = set()
    made: Schema = {"properties": {}}
    waiting = [schema]
    whole = True  # what is looked at is the body, not one of its parts
    for node in waiting:  # which grows meanwhile
        key = key_of(node.get("$ref"))
        if key is not None:
            if key.reference() in seen:
                return None
            seen.add(key.reference())
            waiting.append(converter.components[key])
        if set(node) - _FLAT or node.get("type", "object") != "object":
            return None
        waiting += [as_object(part) for part in node.get("allOf", ())]
        for name, child in node.get("properties", {}).items():
            if made["properties"].get(name, child) != child:
                return None
            made["properties"][name] = child
        made["required"] = [*made.get("required", ()), *node.get("required", ())]
        for word in ("additionalProperties", "unevaluatedProperties"):
            if word in node:
                made["additionalProperties"] = node[word]
        for word in _WHOLE:
            if word in node and (word == "description" or whole):
                made.setdefault(word, node[word])
            elif word in node:
                unsaid.add(f"{word} of a part of a body whose members are the input's; left out")
        unsaid |= {f"{word} of a body whose members are the input's; left out" for word in _UNSAID if word in node}
        whole = whole and not node.get("allOf")
        for word in ("minProperties", "maxProperties"):
            if word in node and made.setdefault(word, node[word]) != node[word]:
                return None
    closed = made.get("additionalProperties") is False and "$ref" in schema
    if not (made["properties"] or closed) and ("additionalProperties" in made or "type" not in schema):
        return None
    converter.count(len(made["properties"]))
    for kind in unsaid:
        tally.note(kind, operation.key)
    return made


def _parameter(parameter: Parameter, converter: Converter) -> Schema:
    made = dict(converter.convert(parameter.schema, "input"))
    if parameter.facts:
        types = made.get("type", ())
        said = dict(parameter.facts) | ({"type": types} if types else {})  # for examples are mended to their type
        own = converter.convert(Located(parameter.schema.document, (*parameter.schema.path, BESIDE), said), "input")
        for word, value in own.items():
            if word in ("description", "deprecated", "examples") or word not in made:
                made[word] = value
    return ordered(made)


def _binding(
    operation: Operation, names: Mapping[tuple[str, str], str], source: str | None, of_body: Mapping[str, str]
) -> dict[str, Any]:
    before = {one.name: one.before for one in operation.parameters if one.place == "path"}

    def placeholder(found: re.Match[str]) -> str:
        name = names.get(("path", found[1]), input_name(found[1]))
        return before.get(found[1], "") + "{" + name + ("=**" if found[1] in operation.templates else "") + "}"

    http: dict[str, Any] = {"method": operation.verb, "path": encoded(_PLACEHOLDER.sub(placeholder, operation.path))}
    if operation.base_url:
        http["baseUrl"] = operation.base_url
    for place, field in _PLACES.items():
        here = {wire: name for (where, wire), name in sorted(names.items()) if where == place}
        if here:
            http[field] = list(here) if all(wire == name for wire, name in here.items()) else here
    styles = {one.name: one.style for one in operation.parameters if one.style and (one.place, one.name) in names}
    places = {
        name: wire for (where, wire), name in sorted(names.items()) if where in ("query", "form") and wire in styles
    }
    said = dict(sorted({**of_body, **{name: styles[wire] for name, wire in places.items()}}.items()))
    if said or operation.styles:
        http["styles"] = said | dict(operation.styles)
    constants = {where: dict(values) for where, values in sorted(operation.constants.items()) if values}
    if constants:
        http["constants"] = constants
    body = operation.body
    if body is not None and (source or "body" in constants):
        http["body"] = {"contentType": body.media_type} | ({"from": source} if source else {})
    return http


def _pagination(
    operation: Operation, names: Mapping[tuple[str, str], str], properties: Mapping[str, Schema], tally: Tally
) -> dict[str, str]:
    """How the next page is asked for, in the names of the inputs."""
    made = dict(operation.pagination)
    for field in ("input", "limit"):
        if field in made:
            wire = made[field]
            made[field] = next((names[place, wire] for place in _PLACES if (place, wire) in names), wire)
            if made[field] not in properties:
                tally.note(f"pagination by something that is no input ({field}); left out", operation.key)
                del made[field]
    return made if "input" in made else {}
