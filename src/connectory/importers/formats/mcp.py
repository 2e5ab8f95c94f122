"""The tools of an MCP server: the result of ``tools/list``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from connectory.compiler.schemas import children
from connectory.importers.draft import DEPRECATED, Content, Draft, Operation
from connectory.importers.naming import sentence_case, snake_case
from connectory.importers.source import Documents, Located, SourceError, as_text, mapping
from connectory.importers.tally import Tally
from connectory.pointers import pointer

_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_KNOWN = frozenset(("name", "title", "description", "inputSchema", "outputSchema", "annotations", "deprecated"))

MARKS = "tools with an inputSchema"
"""What tells a document of this format."""


def recognises(root: Any) -> bool:
    """Whether it has tools with input schemas, by themselves or as a JSON-RPC response."""
    tools = _tools(root)
    return any(isinstance(tool, dict) and "inputSchema" in tool for tool in tools)


def find(name: str) -> Path | None:
    """No document has a name."""
    return None


def read(documents: Documents, tally: Tally) -> Draft:
    """The document as a draft.

    Raises:
        SourceError: it has no tools.
    """
    root = documents.root
    tools = _tools(root)
    if not tools:
        raise SourceError(f"{documents.shown} lists no tools")
    read: dict[str, dict[str, Any]] = {}
    skipped: list[tuple[str, str, str]] = []
    for index, tool in sorted(enumerate(tools), key=lambda one: json.dumps(one[1], sort_keys=True, default=str)):
        name = mapping(tool).get("name")
        if not isinstance(name, str) or not name:
            skipped.append((f"tool {index + 1}", "", "it has no name"))
        elif name in read:
            skipped.append((f"tool {index + 1}", name, "another tool has this name"))
        elif not isinstance(tool.get("inputSchema"), dict):
            skipped.append((name, name, "it has no inputSchema"))
        else:
            read[name] = _with_own_references(tool, name)
    documents = documents.rewritten({"tools": read})
    operations = [_operation(documents.main("tools", name), name, tally) for name in read]
    if mapping(_result(root)).get("nextCursor"):
        tally.note("the list goes on (nextCursor); the tools of its next pages are not here", "#")
    tally.note("the source does not say how to sign in", "#")
    stem = documents.file.name.split(".")[0]
    return Draft(
        documents=documents,
        name=sentence_case(stem) or stem,
        suggested_id=snake_case(stem),
        description=f"The tools of the MCP server {sentence_case(stem)}.",
        siblings=True,
        operations=tuple(operations),
        source={"name": "MCP tools/list"},
        skipped=tuple(skipped),
    )


def _result(root: Any) -> Any:
    """What a JSON-RPC response holds; anything else as it is."""
    return mapping(root).get("result", root)


def _tools(root: Any) -> list[Any]:
    result = _result(root)
    tools = result.get("tools") if isinstance(result, dict) else result
    return tools if isinstance(tools, list) else []


def _operation(at: Located, name: str, tally: Tally) -> Operation:
    tool = at.value
    said = tool.get("annotations")
    annotations: Mapping[str, Any] = said if isinstance(said, dict) else {}
    title = tool.get("title", annotations.get("title"))
    for hint in sorted(set(annotations) - {"title"}):
        if hint not in _HINTS:
            tally.note(f"annotation {hint[:40]} of a tool; left out", name)
        elif not isinstance(annotations[hint], bool):
            tally.note(f"{hint} that is neither true nor false; left out", name)
    for extra in sorted(set(tool) - _KNOWN):
        tally.note(f"{extra[:40]} of a tool; left out", name)
    responses: tuple[Content, ...] = ()
    if isinstance(tool.get("outputSchema"), dict):
        responses = (Content(media_type="application/json", schema=at.below("outputSchema")),)
    return Operation(
        key=name,
        name=name,
        summary=as_text(title),
        description=as_text(tool.get("description")),
        body=Content(media_type="application/json", schema=at.below("inputSchema")),
        responses=responses,
        tool=name,
        deprecated=DEPRECATED if tool.get("deprecated") is True else "",
        annotations={hint: annotations[hint] for hint in _HINTS if isinstance(annotations.get(hint), bool)},
    )


def _with_own_references(tool: dict[str, Any], name: str) -> dict[str, Any]:
    """The tool, with references that start at one of its schemas as ones that start at the file."""
    made = dict(tool)
    for field in ("inputSchema", "outputSchema"):
        schema = tool.get(field)
        own = schema.get("$id") if isinstance(schema, dict) else None
        at = own.partition("#")[0] if isinstance(own, str) else ""
        made[field] = _moved(schema, "#" + quote(pointer(("tools", name, field))), at)
    return made


def _moved(schema: Any, start: str, own: str) -> Any:
    """A schema whose references to what is called ``own``, or to nothing but a fragment, start at another place."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for word in ("$ref", "$dynamicRef"):
        reference = made.get(word)
        if not isinstance(reference, str):
            continue
        target, _, fragment = reference.partition("#")
        if (not target or (own and _joined(own, target) == own)) and fragment[:1] in ("", "/"):
            made[word] = start + fragment
    for path, child in children(schema):
        if len(path) == 1:
            made[str(path[0])] = _moved(child, start, own)
        else:
            keyword, step = str(path[0]), path[1]
            if made[keyword] is schema[keyword]:
                made[keyword] = schema[keyword].copy()
            made[keyword][step] = _moved(child, start, own)
    return made


def _joined(base: str, target: str) -> str:
    """The address that a reference of a schema with an ``$id`` leads to; empty where it is none."""
    try:
        return urljoin(base, target)
    except ValueError:
        return ""
