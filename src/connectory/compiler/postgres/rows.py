"""The row of a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from connectory.compiler.defs import SharedDefs
from connectory.compiler.postgres.encoding import Json, UnstorableError, encode, path_to_unstorable, pieces
from connectory.pointers import pointer

NAMESPACE = UUID("c3774d3f-5878-5042-97b9-51d219fa482c")
"""Row ids are uuid5 of this and the integrationId. Never changes: instances refer to rows by id."""

Definition = Mapping[str, Any]
Row = dict[str, Any]

COLUMNS = {
    "integration_id": "integrationId",
    "name": "name",
    "description": "description",
    "version": "version",
    "type": "type",
    "methods": "methods",
    "config_schema": "configSchema",
    "auth_type": "authType",
    "oauth2_config": "oauth2Config",
    "ai_config": "aiConfig",
    "api_key_config": "apiKeyConfig",
    "custom_auth_config": "customAuthConfig",
}
"""Columns that hold one field each, as it is."""

_DEFAULTS: Definition = {"type": "integration", "configSchema": {"type": "object", "properties": {}}}
_NOT_IN_METADATA = {*COLUMNS.values(), "$schema", "$defs"}
"""An editor's hint, and what the schemas take along; other fields without a column are metadata."""
_LONGEST = {"integrationId": 255, "name": 255, "version": 50}
_TO_SHARED = len(("methods", 0, "inputSchema", "$defs", "a name"))
"""Levels down to the shared schemas that a schema takes along, which most of a row may consist of."""


class EmitError(ValueError):
    """A definition holds what PostgreSQL cannot.

    Attributes:
        integration_id: whose definition it is.
        message: what is wrong with it, and where (a JSON Pointer into the definition).
    """

    def __init__(self, integration_id: str, message: str) -> None:
        super().__init__(integration_id, message)
        self.integration_id = integration_id
        self.message = message

    def __str__(self) -> str:
        return f"{_shown(self.integration_id)}: {self.message}"


def seed_row(definition: Definition, shared: SharedDefs | None = None) -> str:
    """The row of a definition as JSON, in the encoding of literals.

    ``shared`` are its shared schemas, where somebody has looked at them before.

    Raises:
        EmitError: it cannot be stored.
    """
    integration_id = definition["integrationId"]
    for field, longest in _LONGEST.items():
        if len(definition[field]) > longest:
            raise EmitError(integration_id, f"/{field}: longer than {longest} characters")
    bodies = definition.get("$defs", {})
    known = shared or SharedDefs(bodies)
    try:
        return "".join(pieces(_row(definition, partial(known.self_contained, bodies=_Texts(bodies))), _TO_SHARED))
    except UnstorableError as error:
        place = _in_definition(path_to_unstorable(_row(definition, known.self_contained)))
        raise _refused(integration_id, place, str(error)) from None


_Standalone = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes a schema self-contained."""


class _Texts(dict[str, Json]):
    """The values of a mapping, encoded when they are first asked for: many schemas take one along."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = values

    def __missing__(self, name: str) -> Json:
        self[name] = Json(encode(self._values[name]))
        return self[name]


def _row(definition: Definition, standalone: _Standalone) -> Row:
    """The row of a definition: column to value. Absent columns are null."""
    full = {**_DEFAULTS, **definition}
    full["methods"] = [_with_standalone(each, standalone, "inputSchema", "outputSchema") for each in full["methods"]]
    full["configSchema"] = standalone(full["configSchema"])
    if "customAuthConfig" in full:
        full["customAuthConfig"] = _with_standalone(full["customAuthConfig"], standalone, "parametersSchema")
    columns = {column: full[field] for column, field in COLUMNS.items() if field in full}
    identity = row_identity(definition["integrationId"], definition["version"])
    return {**identity, **columns, "metadata": _metadata(full, standalone)}


def row_identity(integration_id: str, version: str) -> Row:
    """What tells a row from others, and its version."""
    return {"id": _row_id(integration_id).hex, "integration_id": integration_id, "version": version}


def _row_id(integration_id: str) -> UUID:
    try:
        return uuid5(NAMESPACE, integration_id)
    except UnicodeEncodeError:
        raise _refused(integration_id, ["integrationId"], "a lone surrogate") from None


def _metadata(definition: Definition, standalone: _Standalone) -> Row:
    """What a definition says beyond its columns, and the order of its configuration fields, lost by JSONB."""
    kept = {key: value for key, value in definition.items() if key not in _NOT_IN_METADATA}
    if "alternativeAuth" in kept:
        kept["alternativeAuth"] = [_alternative(way, standalone) for way in kept["alternativeAuth"]]
    return {**kept, "configOrder": list(definition["configSchema"].get("properties", {}))}


def _alternative(way: Definition, standalone: _Standalone) -> Definition:
    if "customAuthConfig" not in way:
        return way
    return {**way, "customAuthConfig": _with_standalone(way["customAuthConfig"], standalone, "parametersSchema")}


def _with_standalone(part: Definition, standalone: _Standalone, *schemas: str) -> Definition:
    """The part of a definition with those of its fields that are schemas made self-contained."""
    return {key: standalone(value) if key in schemas else value for key, value in part.items()}


def _refused(integration_id: str, path: Sequence[str | int], what: str) -> EmitError:
    return EmitError(integration_id, f"{_shown(pointer(path))}: {what} cannot be stored in PostgreSQL")


def _in_definition(path: Sequence[str | int]) -> Sequence[str | int]:
    column, *rest = path
    return rest if column == "metadata" else [COLUMNS.get(str(column), column), *rest]


def _shown(text: str) -> str:
    """Text for a message: nothing that a terminal acts on or cannot print."""
    return text.encode("unicode_escape", "surrogatepass").decode("ascii")
