"""How the members of a form, and of a body of several parts, are written: styles, and media types of parts.

OpenAPI's usual way for a part: bytes are a file, base64 stays text, objects are JSON, and each item of an array is a
part of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectory.importers.convert import Converter
from connectory.importers.draft import Content
from connectory.importers.kinds import EVERY, kinds_of, nodes_of
from connectory.importers.media import essence, is_binary
from connectory.importers.order import ordered
from connectory.importers.references import Schema, as_object
from connectory.importers.source import as_text, mapping
from connectory.importers.styles import style_of
from connectory.importers.tally import Tally
from connectory.media_types import is_json

_STYLE = frozenset(("style", "explode"))
_READ = _STYLE | {"contentType"}
_UNSAID = "object inside a form; the definition does not say how it is written"


def styled(
    body: Content, properties: dict[str, Schema], converter: Converter, tally: Tally, key: str
) -> dict[str, str]:
    """The styles of members by their names; what media type a part has is put into its schema."""
    made: dict[str, str] = {}
    write = _part if body.media_type.startswith("multipart/") else _field
    for name in sorted(properties):
        said = mapping(body.encodings.get(name))
        where = f"{key}: {name}"
        for word in sorted(set(said) - _READ):
            tally.note(f"{as_text(word)[:40]} of the encoding of a member; left out", where)
        style, properties[name] = write(properties[name], said, converter, tally, where)
        if style:
            made[name] = style
    return made


def styled_inside(body: Content, whole: Schema, converter: Converter, tally: Tally, key: str) -> dict[str, str]:
    """As ``styled``, for the members of a body that is one input."""
    nodes = list(nodes_of([whole], converter))
    members = {name: child for node in reversed(nodes) for name, child in node.get("properties", {}).items()}
    properties = {name: as_object(child) for name, child in members.items()}
    made = styled(body, properties, converter, tally, key)
    for name in sorted(name for name in members if properties[name] != as_object(members[name])):
        tally.note("media type of a member of a body that is one input; left out", f"{key}: {name}")
    return made


def _field(
    child: Schema, said: Mapping[str, Any], converter: Converter, tally: Tally, where: str
) -> tuple[str, Schema]:
    """A member of a form."""
    kinds = kinds_of(child, converter)
    if not kinds & {"array", "object"}:
        return "", child
    is_said = bool(_STYLE & set(said))
    if _are_json(_media_types(said)) and not is_said:
        return "json", child
    is_object = "object" in kinds and kinds != EVERY
    if is_object and not is_said:
        tally.note(_UNSAID, where)
        return "", child
    return _style(said, tally, where, is_object=is_object), child


def _part(child: Schema, said: Mapping[str, Any], converter: Converter, tally: Tally, where: str) -> tuple[str, Schema]:
    """A part of a body."""
    nodes = list(nodes_of([child], converter))
    items = [as_object(node["items"]) for node in nodes if "items" in node]
    texts = [*nodes, *nodes_of(items, converter)]
    kinds = kinds_of(child, converter)
    media_types = _media_types(said)
    media_type = media_types[0] if len(media_types) == 1 and "*" not in media_types[0] else ""
    if any("contentEncoding" in node for node in texts):
        is_file = any("contentMediaType" in node for node in texts) or (media_type and is_binary(media_type))
        if is_file and media_types and not media_type:
            tally.note("file of several media types; sent as bytes of no certain type", where)
        return ("", _with_type(child, media_type)) if is_file else ("text", child)
    if _STYLE & set(said):
        return _style(said, tally, where, is_object="object" in kinds), child
    says_nothing = all(node.keys() <= _WORDS for node in nodes)
    if media_type and (kinds <= {"string", "null"} or (says_nothing and is_binary(media_type))):
        return "", _text(child, media_type)
    inner = [kinds_of(item, converter) for item in items] or [EVERY]
    if "array" in kinds and _are_json(media_types) and not any("object" in one for one in inner):
        return "json", child
    if "object" in kinds or ("array" in kinds and any(one & {"object", "array"} for one in inner)):
        return "jsons" if "array" in kinds else "json", child
    return "", child


_WORDS = frozenset(("$ref", "title", "description", "examples", "deprecated"))


def _text(child: Schema, media_type: str) -> Schema:
    """A text, or what is sent as bytes, of a media type; plain text is what every text is."""
    if media_type == "text/plain":
        return child
    made = {"type": "string", **child, "contentMediaType": media_type}
    return ordered(made | ({"contentEncoding": "base64"} if is_binary(media_type) else {}))


def _with_type(child: Schema, media_type: str) -> Schema:
    """A file, or an array of files, of a media type; as it is where none is said."""
    if not media_type:
        return child
    if "items" in child:
        return {**child, "items": _with_type(as_object(child["items"]), media_type)}
    return ordered({**child, "contentMediaType": media_type})


def _style(said: Mapping[str, Any], tally: Tally, where: str, *, is_object: bool) -> str:
    style = style_of(as_text(said.get("style")) or "form", said.get("explode"), tally, where, is_object=is_object)
    if style is None:
        tally.note(_UNSAID, where)
    return style or ""


def _media_types(said: Mapping[str, Any]) -> list[str]:
    """The media types of an encoding, without parameters."""
    return [one for one in map(essence, as_text(said.get("contentType")).split(",")) if "/" in one]


def _are_json(media_types: Sequence[str]) -> bool:
    return bool(media_types) and all(map(is_json, media_types))
