"""What defaults are filled into before it is validated: inputs, configurations and what is given to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from connectory.compiler.definition import Definition
from connectory.compiler.unsatisfiable import apart
from connectory.defaults import Group, groups


class Filled(NamedTuple):
    """A group of schemas, and what ``#`` means in them."""

    group: Group
    root: dict[str, Any]


def filled_groups(definition: Definition) -> Iterator[Filled]:
    """Every group of schemas that defaults are filled in for; those of shared schemas once.

    All schemas of the definition have to be valid.
    """
    alone = apart(definition)
    schemas = [schema for schema in definition.root_schemas if schema.path[-1] != "outputSchema"]
    shared = {"$defs": definition.shared}
    together = [schema.data for schema in schemas if schema.path not in alone]
    yield from (Filled(group, shared) for group in groups(together, shared))
    for schema in schemas:
        if schema.path in alone:
            scope = definition.in_place.home(schema.path, schema.data).scope
            yield from (Filled(group, scope) for group in groups([schema.data], scope))
