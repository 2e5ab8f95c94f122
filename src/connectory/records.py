"""The records of a bundle, and JSON as it lies in them.

Records are msgpack arrays in the order of their fields (``layout.py`` says how they are stored). Elements
that follow, such as a record's seal or what a newer minor format adds, are not looked at.
What a definition says beyond a record's own fields stands in its ``rest``, in the shape and under
the names of the definition itself, so that a bundle loses nothing; ``model.py`` has typed views of parts of it.
"""

from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

from connectory.layout import DECIMAL

Json = Any
"""A JSON value: dict, list, str, int, float, bool, None; Decimal where no float is exact."""

IntegrationType = Literal["integration", "ai", "documents", "database"]
AuthType = Literal["oauth2", "apikey", "custom"]

OWN_WAY = "default"
"""What names a definition's own way to sign in among the others."""


class RootRecord(Struct, frozen=True, array_like=True):
    """What the bundle holds: the ids of its integrations, sorted, and the type of each one's newest version."""

    ids: tuple[str, ...]
    types: tuple[str, ...]
    tool: str


class HeadRecord(Struct, frozen=True, array_like=True):
    """The versions of one integration, by rising precedence.

    Attributes:
        several_majors: whether stable versions differ in their first number.
        default: the place of the version that answers by default.
        deprecated: the places of those that are marked as deprecated.
    """

    integration_id: str
    versions: tuple[str, ...]
    default: int
    deprecated: tuple[int, ...]
    several_majors: bool


class IntegrationRecord(Struct, frozen=True, array_like=True):
    """One version of an integration, without its methods' records."""

    integration_id: str
    version: str
    name: str
    description: str
    type: IntegrationType
    auth_type: AuthType
    config_schema: bytes
    method_ids: tuple[str, ...]
    rest: msgspec.Raw
    shared: bytes


class MethodRecord(Struct, frozen=True, array_like=True, gc=False):
    """One method, without its schemas: these are records of their own, which two references lead to."""

    integration_id: str
    version: str
    id: str
    name: str
    description: str
    schemas: bytes
    rest: msgspec.Raw


class SchemaRecord(Struct, frozen=True, array_like=True, gc=False):
    """A JSON Schema, and where the shared definitions are that it names directly.

    Attributes:
        name: of a shared definition, its name; otherwise empty.
        references: one after the other.
    """

    body: msgspec.Raw
    name: str
    references: bytes


def decode_ext(code: int, data: memoryview) -> Decimal:
    """Decode the one msgpack extension of the format.

    Raises:
        ValueError: the extension is not of this format.
    """
    if code != DECIMAL:
        raise ValueError(f"unknown extension {code}")
    return Decimal(bytes(data).decode("ascii"))


def decode_json(data: bytes | msgspec.Raw) -> Json:
    """A fresh JSON value from its msgpack bytes."""
    return _json_decoder.decode(data)


_json_decoder = msgspec.msgpack.Decoder(ext_hook=decode_ext)
