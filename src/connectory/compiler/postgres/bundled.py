"""The rows that a bundle leads to: the same that the definitions which it was compiled from lead to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from connectory.catalog import Catalog
from connectory.compiler.pins import InvalidPin
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.release import SeedRow, State
from connectory.errors import UnknownName

_NO_PINS: Mapping[str, str] = MappingProxyType({})


def state_of_bundle(catalog: Catalog, pins: Mapping[str, str] = _NO_PINS) -> State:
    """The rows of a bundle's integrations, each made when it is asked for.

    Raises:
        InvalidPin: no version lies in a range. A pin of an integration that the bundle does not hold is passed over.
    """
    versions = {}
    for integration in catalog.integrations():
        pin = pins.get(integration.id)
        try:
            held = integration if pin is None else catalog.integration(integration.id, pin)
        except UnknownName as error:
            raise InvalidPin(f"database.pin.{integration.id}: {error}") from None
        versions[held.id] = held.version

    def row(name: str) -> SeedRow:
        definition = catalog.integration(name, f"={versions[name]}").definition()
        return SeedRow(name, versions[name], seed_row(_exact(definition)))

    return State(dict(sorted(versions.items())), row)


def _exact(value: Any) -> Any:
    """The value with its floats as the decimals that the definition had: a bundle keeps as floats only those."""
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value
