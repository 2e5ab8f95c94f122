"""Bodies by their media types: what is JSON or a form has members; what is a text or bytes is handed over as such.

The schema of a text or of bytes is that of what the runtime sends and reads, whatever its parts are described as: an
object would refuse each answer, and no request could be made of it. What a vendor says of an XML or YAML text stands
in ``contentSchema``, and what of each value of a stream, as of the items of a list.
"""

from __future__ import annotations

from typing import Any

from connectory.importers.convert import Converter
from connectory.importers.draft import Content
from connectory.importers.kinds import kinds_of
from connectory.importers.media import bare, is_form, is_json_body, is_tree
from connectory.importers.order import ordered
from connectory.importers.prose import short
from connectory.importers.references import Direction, Schema
from connectory.importers.tally import Tally
from connectory.media_types import is_stream

_WHAT = {"input": "request", "output": "answer"}


def body_schema(content: Content, converter: Converter, direction: Direction, tally: Tally, key: str) -> Schema:
    """The schema of a body; empty where the source says nothing of it."""
    what, kind = _WHAT[direction], bare(content.media_type)
    is_bytes = content.binary or (direction == "output" and kind.startswith("multipart/"))
    if content.schema is None:
        return ordered(binary(content)) if is_bytes else {}
    made = converter.convert(content.schema, direction)
    kinds = kinds_of(made, converter)
    if is_bytes:
        if "string" not in kinds:
            tally.note(f"{what} in {kind}, which is bytes; its schema is left out", key)
        return ordered(binary(content))
    if is_json_body(content.media_type) or made in ({}, {"not": {}}):
        return made
    if direction == "input" and is_form(kind) and "object" in kinds:
        return made
    if "string" in kinds:
        return made
    if content.described:
        tally.note(f"{what} in {kind}, which the runtime does not read or write; its members are described", key)
        return made
    return _text(content, kind, made, kinds, what, tally, key)


def _text(
    content: Content, kind: str, made: Schema, kinds: frozenset[str], what: str, tally: Tally, key: str
) -> Schema:
    """The schema of a text that is described as something else."""
    said = "that is not made of its schema; its body is" if what == "request" else "is handed over as"
    tally.note(f"{what} in {kind} {said} a text", key)
    inner: Schema = {"contentMediaType": kind}
    if is_tree(kind):
        inner["contentSchema"] = made
    elif is_stream(kind):  # of which vendors describe one value, unless they describe a list of them
        inner["contentSchema"] = made if kinds == {"array"} else {"type": "array", "items": made}
    return ordered(_description(content) | {"type": "string"} | ({} if kind == "text/plain" else inner))


def binary(content: Content) -> Schema:
    """The schema of bytes, as base64 text."""
    kind = content.media_type
    kind = kind if "/" in kind and "*" not in kind else "application/octet-stream"
    return _description(content) | {"type": "string", "contentEncoding": "base64", "contentMediaType": kind}


def _description(content: Content) -> dict[str, Any]:
    """What a body is, in its schema or around that."""
    said = content.schema.value if content.schema is not None else None
    description = short(said.get("description")) if isinstance(said, dict) else ""
    if not description and content.facts is not None:
        description = short(content.facts.value.get("description"))
    return {"description": description} if description else {}
