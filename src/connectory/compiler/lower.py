"""From a checked definition to what a bundle holds: record fields, and schemas apart from the records
that use them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from connectory.compiler.defs import referenced_defs
from connectory.layout import DECIMAL
from connectory.records import AuthType, IntegrationType

EMPTY_CONFIG: dict[str, Any] = {"type": "object", "properties": {}}
"""The configuration schema of a definition that has none."""

_RECORD_FIELDS = ("integrationId", "name", "description", "version", "type", "authType")
_INTEGRATION_FIELDS = frozenset((*_RECORD_FIELDS, "configSchema", "methods", "$defs", "$schema"))
_METHOD_FIELDS = frozenset(("id", "name", "description", "inputSchema", "outputSchema"))

_encode = msgspec.msgpack.Encoder().encode


class LoweredSchema(msgspec.Struct, frozen=True):
    """A schema, encoded, and the shared schemas that it names, in the order in which it names them first."""

    body: bytes
    names: tuple[str, ...]


class LoweredMethod(msgspec.Struct, frozen=True):
    """A method; ``rest`` is the msgpack map of its other fields."""

    id: str
    name: str
    description: str
    input: LoweredSchema
    output: LoweredSchema
    rest: bytes


class LoweredIntegration(msgspec.Struct, frozen=True):
    """One version of an integration; ``rest`` is the msgpack map of its other fields."""

    id: str
    version: str
    name: str
    description: str
    type: IntegrationType
    auth_type: AuthType
    config: LoweredSchema
    shared: dict[str, LoweredSchema]
    methods: tuple[LoweredMethod, ...]
    rest: bytes
    digest: bytes
    deprecated: bool = False


class Release(msgspec.Struct, frozen=True):
    """What outputs are made of: every version of every integration, by id and rising version.

    Attributes:
        definitions: the documents, as their files say them.
        integrations: the same, lowered.
    """

    definitions: list[dict[str, Any]]
    integrations: list[LoweredIntegration]


def lower(data: Mapping[str, Any]) -> LoweredIntegration:
    """What a bundle holds of a definition, which has passed every rule."""
    shared = data.get("$defs", {})
    return LoweredIntegration(
        id=data["integrationId"],
        version=data["version"],
        name=data["name"],
        description=data["description"],
        type=data.get("type", "integration"),
        auth_type=data["authType"],
        config=_schema(data.get("configSchema", EMPTY_CONFIG), shared),
        shared={name: _schema(schema, shared) for name, schema in shared.items()},
        methods=tuple(_method(method, shared) for method in data["methods"]),
        rest=encode({key: value for key, value in data.items() if key not in _INTEGRATION_FIELDS}),
        digest=digest(data),
        deprecated="deprecated" in data,
    )


def digest(data: Mapping[str, Any]) -> bytes:
    """sha256 of a definition's content: of its values and the order of its keys, whatever its text looks like."""
    return hashlib.sha256(encode(data)).digest()


def encode(value: Any) -> bytes:
    """A JSON value as msgpack. A decimal number becomes the float that writes it exactly, or else an extension."""
    return _encode(_packable(value))


def _packable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _packable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_packable(item) for item in value]
    return _number(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> float | msgspec.msgpack.Ext:
    nearest = float(value)
    if Decimal(repr(nearest)) == value:
        return nearest
    return msgspec.msgpack.Ext(DECIMAL, str(value).encode("ascii"))


def _method(method: Mapping[str, Any], shared: Mapping[str, Any]) -> LoweredMethod:
    return LoweredMethod(
        id=method["id"],
        name=method["name"],
        description=method.get("description", ""),
        input=_schema(method["inputSchema"], shared),
        output=_schema(method["outputSchema"], shared),
        rest=encode({key: value for key, value in method.items() if key not in _METHOD_FIELDS}),
    )


def _schema(schema: Any, shared: Mapping[str, Any]) -> LoweredSchema:
    return LoweredSchema(encode(schema), tuple(dict.fromkeys(_shared_names(schema, shared))))


def _shared_names(schema: Any, shared: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(schema, dict) and shared:
        own = schema.get("$defs", {})
        yield from (name for name in referenced_defs(schema) if name in shared and name not in own)
