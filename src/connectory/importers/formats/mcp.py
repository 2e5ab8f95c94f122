"""The tools of an MCP server: the result of ``tools/list``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectory.compiler.schemas import children
from connectory.importers.draft import Content, Draft, Operation
from connectory.importers.naming import sentence_case, snake_case
from connectory.importers.source import Documents, Located, SourceError
from connectory.importers.tally import Tally
from connectory.pointers import pointer

_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_KNOWN = frozenset(("name", "title", "description", "inputSchema", "outputSchema", "annotations", "deprecated"))


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
    tools = _tools(documents.root)
    if not tools:
        raise SourceError(f"{documents.shown} lists no tools")
    root = {"tools": [_with_own_references(tool, index) for index, tool in enumerate(tools)]}
    documents = documents.rewritten(root)
    operations: list[Operation] = []
    skipped: list[tuple[str, str, str]] = []
    names: set[str] = set()
    for index, tool in enumerate(root["tools"]):
        name = tool.get("name") if isinstance(tool, dict) else None
        if not isinstance(name, str) or not name:
            skipped.append((f"tool {index + 1}", "", "it has no name"))
        elif name in names:
            skipped.append((f"tool {index + 1}", name, "another tool has this name"))
        elif not isinstance(tool.get("inputSchema"), dict):
            skipped.append((name, name, "it has no inputSchema"))
        else:
            names.add(name)
            operations.append(_operation(documents.main("tools", index), name, tally))
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


def _tools(root: Any) -> list[Any]:
    for _ in range(2):
        if isinstance(root, dict):
            root = root.get("result", root.get("tools"))
    return root if isinstance(root, list) else []


def _operation(at: Located, name: str, tally: Tally) -> Operation:
    tool = at.value
    said = tool.get("annotations")
    annotations: Mapping[str, Any] = said if isinstance(said, dict) else {}
    title = tool.get("title", annotations.get("title"))
    for extra in sorted(set(tool) - _KNOWN):
        tally.note(f"{extra[:40]} of a tool; left out", name)
    responses: tuple[Content, ...] = ()
    if isinstance(tool.get("outputSchema"), dict):
        responses = (Content(media_type="application/json", schema=at.below("outputSchema")),)
    return Operation(
        key=name,
        name=name,
        summary=title if isinstance(title, str) else "",
        description=tool["description"] if isinstance(tool.get("description"), str) else "",
        body=Content(media_type="application/json", schema=at.below("inputSchema")),
        responses=responses,
        deprecated="Deprecated by the vendor." if tool.get("deprecated") is True else "",
        annotations={hint: annotations[hint] for hint in _HINTS if isinstance(annotations.get(hint), bool)},
    )


def _with_own_references(tool: Any, index: int) -> Any:
    """The tool, with references that start at one of its schemas as ones that start at the file."""
    if not isinstance(tool, dict):
        return tool
    made = dict(tool)
    for field in ("inputSchema", "outputSchema"):
        made[field] = _moved(tool.get(field), "#" + pointer(("tools", index, field)))
    return made


def _moved(schema: Any, start: str) -> Any:
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for word in ("$ref", "$dynamicRef"):
        reference = made.get(word)
        if isinstance(reference, str) and (reference == "#" or reference.startswith("#/")):
            made[word] = start + reference[1:]
    for path, child in children(schema):
        if len(path) == 1:
            made[str(path[0])] = _moved(child, start)
        else:
            keyword, step = str(path[0]), path[1]
            if made[keyword] is schema[keyword]:
                made[keyword] = schema[keyword].copy()
            made[keyword][step] = _moved(child, start)
    return made
