"""Why a source cannot be imported, with what to do instead."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from connectory.importers.formats import formats
from connectory.names import close_matches
from connectory.printable import printable

_OTHERS = {
    "asyncapi": "an AsyncAPI document; channels are no methods",
    "_postman_id": "a Postman collection; export the API as OpenAPI",
    "arazzo": "an Arazzo document; import the OpenAPI documents that it names",
    "overlay": "an OpenAPI overlay; apply it to its document first",
    "__schema": "a GraphQL schema, which is not read here",
    "$schema": "a JSON Schema; an API's methods stand in an OpenAPI document",
}
"""Members that tell other kinds of documents, and what these are."""

_MOST = 2000
"""Names in a folder that are compared with one that is missing."""


def not_there(source: str, reader: ModuleType) -> str:
    """Why there is no such source."""
    if re.match(r"[a-z]{2,10}://", source, re.IGNORECASE):
        return f"nothing is read from the network; download {printable(source[:200])!r} and name the file"
    if source and os.path.isdir(source[:4096]):
        return f"{printable(source)!r} is a folder; name a file in it"
    said = f"there is no file {printable(source[:200]) or 'without a name'!r}"
    close = close_matches(os.path.basename(source), _beside(source))
    if close:
        return f"{said}; did you mean {printable(close[0])!r}?"
    package = getattr(reader, "PACKAGE", None)
    return f"{said}, nor is it the name of a document in an installed {package}" if package else said


def _beside(source: str) -> list[str]:
    """The names in the folder of a file that is missing."""
    try:
        with os.scandir(os.path.dirname(source[:4096]) or ".") as entries:
            return sorted(entry.name for _, entry in zip(range(_MOST), entries, strict=False))
    except (OSError, ValueError):
        return []


def not_of_the_format(format_: str, path: Path, root: Any, reader: ModuleType) -> str:
    """Why a document is refused that is not of the format."""
    if root is None:
        return f"{path.name} is empty"
    others = [name for name, other in formats().items() if other.recognises(root)]
    if others:
        better = f"connectory import {others[0]} {path.name}"
        return f"{path.name} is not of the format {format_}; it looks like {others[0]}: {better}"
    found = _kind(root)
    return f"{path.name} is not of the format {format_}: " + (
        f"it is {found}" if found else f"it has no {reader.MARKS}"
    )


def _kind(root: Any) -> str:
    """What else a document is; empty where that is not known."""
    if isinstance(root, str):
        start = root.lstrip()[:15].lower()
        if start.startswith(("<!doctype html", "<html")):
            return "a web page; download the description that it shows"
        return "XML" if start.startswith("<") else "text"
    if isinstance(root, dict):
        info = root.get("info")
        if str(info.get("schema") if isinstance(info, dict) else "").find("getpostman.com") > 0:
            return _OTHERS["_postman_id"]
        if {"title", "types", "baseUri", "mediaType"} & set(root) and any(str(key).startswith("/") for key in root):
            return "a RAML document; export the API as OpenAPI"
        members = {*root, *(info if isinstance(info, dict) else ())}
        return next((kind for mark, kind in _OTHERS.items() if mark in members), "")
    return ""
