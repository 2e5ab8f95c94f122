"""The table that migrations are for."""

from __future__ import annotations

from typing import NamedTuple

from connectory.compiler.postgres.encoding import identifier

_TYPES = {
    "name": "varchar(255)",
    "description": "text",
    "version": "varchar(50)",
    "type": "varchar(255)",
    "methods": "jsonb",
    "config_schema": "jsonb",
    "auth_type": "",  # the target's enum
    "oauth2_config": "jsonb",
    "ai_config": "jsonb",
}
ADDITIONAL = {"api_key_config": "jsonb", "custom_auth_config": "jsonb", "metadata": "jsonb"}
"""Columns that the specification does not name, and their types."""


class Target(NamedTuple):
    """Where the rows are.

    Attributes:
        table: its name, and before it that of its schema where it is given.
        enum: likewise, the type of auth_type.
        additional: whether the table has the columns that the specification does not name.
    """

    table: tuple[str, ...] = ("integration_definitions",)
    enum: tuple[str, ...] = ("auth_method_enum",)
    additional: bool = True

    @property
    def columns(self) -> dict[str, str]:
        """What is written of a row besides its ids and times: column to type."""
        enum = identifier(self.enum)
        types = {column: type_ or enum for column, type_ in _TYPES.items()}
        return {**types, **ADDITIONAL} if self.additional else types
