"""Bundles for tests: definitions as dicts, lowered, written to a folder and opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

import connectory
from connectory import Catalog, Integration, Method
from connectory.compiler.emit import bundle
from connectory.compiler.lower import lower
from connectory.compiler.release import Release
from connectory.validation import Validator
from connectory.versions import Version

HERE = Path(__file__).parent
GOOD = HERE / "cases" / "good"
SOURCES = HERE.parent / "src"
OPEN_OBJECT: dict[str, Any] = {"type": "object"}

Definition = dict[str, Any]


def method(method_id: str = "ping", /, **fields: Any) -> dict[str, Any]:
    """A method's definition; ``fields`` under the names of the format."""
    schemas = {"inputSchema": dict(OPEN_OBJECT), "outputSchema": dict(OPEN_OBJECT)}
    return {"id": method_id, "name": method_id.title(), **schemas, **fields}


def definition(integration_id: str = "acme", version: str = "1.0.0", /, **fields: Any) -> Definition:
    """A definition with one method, complete but for ``fields``."""
    return {
        "integrationId": integration_id,
        "name": integration_id.title(),
        "description": f"About {integration_id}",
        "version": version,
        "type": "integration",
        "authType": "apikey",
        "configSchema": {"type": "object", "properties": {}},
        "methods": [method()],
        **fields,
    }


def ai_definition(*models: Mapping[str, Any], integration_id: str = "acme", **fields: Any) -> Definition:
    """An integration of type ai with these models; the first one is the default."""
    filled = [{"id": "m", "name": "M", "capabilities": ["text"], **model} for model in models]
    config = {"provider": "acme", "availableModels": filled, "defaultModel": filled[0]["id"]}
    return definition(integration_id, type="ai", aiConfig=config, **fields)


def write_bundle(path: Path, definitions: Iterable[Mapping[str, Any]]) -> Path:
    """The bundle of these definitions, in any order, at ``path``."""
    ordered = sorted(definitions, key=lambda one: (one["integrationId"], Version.parse(one["version"])))
    bundle.write(Release(bundle.segments(map(lower, ordered))), path)
    return path


def open_bundle(folder: Path, *definitions: Mapping[str, Any]) -> Catalog:
    """The catalog of these definitions."""
    return connectory.open(write_bundle(folder / "catalog.bundle", definitions))


def open_one(folder: Path, **fields: Any) -> Integration:
    """The one integration of a catalog of it alone."""
    return open_bundle(folder, definition(**fields)).integration("acme")


def open_method(folder: Path, **fields: Any) -> Method:
    """The one method of a catalog of it alone."""
    return open_one(folder, methods=[method(**fields)]).methods["ping"]


def validator(properties: Mapping[str, Any] | None = None, **keywords: Any) -> Validator:
    """The validator of an object schema."""
    return Validator({"type": "object", "properties": dict(properties or {}), **keywords})


def read_good(name: str) -> Any:
    """A definition of tests/cases/good, its decimals exact."""
    return msgspec.json.Decoder(float_hook=Decimal).decode((GOOD / name).read_bytes())


def exact(value: Any) -> Any:
    """``value`` in a form that is equal only for equal JSON: types of numbers and the order of keys count."""
    if isinstance(value, dict):
        return [(key, exact(member)) for key, member in value.items()]
    if isinstance(value, list):
        return ["list", *map(exact, value)]
    if isinstance(value, float | Decimal):
        return "decimal", Decimal(repr(value) if isinstance(value, float) else value).normalize()
    return type(value).__name__, value


def unordered(value: Any) -> Any:
    """A definition as ``exact``, without the order of its fields and of its methods' fields."""
    whole = {key: exact(member) for key, member in value.items()}
    return {**whole, "methods": [{key: exact(member) for key, member in one.items()} for one in value["methods"]]}


def run_python(program: str, *arguments: str, **environment: str) -> str:
    """What a fresh Python prints when it runs ``program``."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(SOURCES), **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
