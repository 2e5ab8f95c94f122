"""From a checked definition to what a bundle holds: record fields, and schemas apart from the records
that use them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from connectory.compiler.defs import SharedDefs
from connectory.components import components
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
    """One version of an integration.

    Attributes:
        shared: the shared schemas, in the order of the definition.
        order: their names, each after all that it names, but for those that name each other in a circle.
        circles: the names of those, circle by circle; the schemas of one stand together.
        rest: the msgpack map of the other fields.
    """

    id: str
    version: str
    name: str
    description: str
    type: IntegrationType
    auth_type: AuthType
    config: LoweredSchema
    shared: dict[str, LoweredSchema]
    order: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]
    methods: tuple[LoweredMethod, ...]
    rest: bytes
    digest: bytes
    deprecated: bool = False


def lower(data: Mapping[str, Any], shared_defs: SharedDefs | None = None) -> LoweredIntegration:
    """What a bundle holds of a definition, which has passed every rule.

    ``shared_defs`` are its shared schemas, where somebody has looked at them before.
    """
    packable = _packable(data) if _has_decimal(data) else data
    shared = shared_defs or SharedDefs(data.get("$defs", {}))

    def schema(given: Any, said: Any) -> LoweredSchema:
        return LoweredSchema(_encode(given), shared.named_by(said))

    def method(given: Mapping[str, Any], said: Mapping[str, Any]) -> LoweredMethod:
        return LoweredMethod(
            id=given["id"],
            name=given["name"],
            description=given.get("description", ""),
            input=schema(given["inputSchema"], said["inputSchema"]),
            output=schema(given["outputSchema"], said["outputSchema"]),
            rest=_encode({key: value for key, value in given.items() if key not in _METHOD_FIELDS}),
        )

    lowered = {name: schema(given, data["$defs"][name]) for name, given in packable.get("$defs", {}).items()}
    ordered = list(components({name: one.names for name, one in lowered.items()}))
    return LoweredIntegration(
        id=data["integrationId"],
        version=data["version"],
        name=data["name"],
        description=data["description"],
        type=data.get("type", "integration"),
        auth_type=data["authType"],
        config=schema(packable.get("configSchema", EMPTY_CONFIG), data.get("configSchema", EMPTY_CONFIG)),
        shared=lowered,
        order=tuple(name for together in ordered for name in together),
        circles=tuple(tuple(together) for together in ordered if _is_circle(together, lowered)),
        methods=tuple(map(method, packable["methods"], data["methods"])),
        rest=_encode({key: value for key, value in packable.items() if key not in _INTEGRATION_FIELDS}),
        digest=hashlib.sha256(_encode(packable)).digest(),
        deprecated="deprecated" in data,
    )


def _is_circle(together: list[str], lowered: Mapping[str, LoweredSchema]) -> bool:
    return len(together) > 1 or together[0] in lowered[together[0]].names


def digest(data: Mapping[str, Any]) -> bytes:
    """sha256 of a definition's content: of its values and the order of its keys, whatever its text looks like."""
    return hashlib.sha256(encode(data)).digest()


def encode(value: Any) -> bytes:
    """A JSON value as msgpack. A decimal number becomes the float that writes it exactly, or else an extension."""
    return _encode(_packable(value))


def _has_decimal(value: Any) -> bool:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        inside = node.values() if type(node) is dict else node
        kinds = set(map(type, inside))
        if Decimal in kinds:
            return True
        if dict in kinds or list in kinds:
            waiting += [child for child in inside if type(child) is dict or type(child) is list]
    return False


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
