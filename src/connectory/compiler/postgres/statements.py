"""The SQL statements that write rows. What they do to a table is said in the templates, one for each kind of step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from connectory.compiler.postgres.encoding import Sql, comment, filled, identifier, literal, only_sql
from connectory.compiler.postgres.steps import Step
from connectory.compiler.postgres.target import Target
from connectory.compiler.release import SeedRow

if TYPE_CHECKING:
    from jinja2 import Environment

_BATCH = 1_000_000
"""Characters of SQL literal from which on a statement takes no further row."""
_SPLIT = Sql("\x1f")
"""Stands between the statements of one template."""


class Batch(NamedTuple):
    """The rows of one statement, and what names them: integration id and version."""

    carries: list[tuple[str, str]]
    rows: list[str]


class Statement(NamedTuple):
    """A statement, and the rows that stand in it; see ``filled``."""

    text: Sql
    rows: Sequence[str] = ()

    def __str__(self) -> str:
        return "".join(filled(self.text, lambda: self.rows))


def statements(target: Target, steps: Iterable[Step]) -> Iterator[Statement]:
    """The steps as statements of bounded size, each with its comment and its semicolon; the lock comes first."""
    yield from _statements("lock", target)
    for step in steps:
        if step.kind in ("create", "drop"):
            yield from _statements(step.kind, target)
        else:
            for batch in _batches(step.rows):
                yield from _statements(step.kind, target, batch)


def _statements(kind: str, target: Target, batch: Batch | None = None) -> Iterator[Statement]:
    text = environment().get_template(f"{kind}.sql.j2").render(**_names(target, kind), batch=batch, split=_SPLIT)
    for part in text.split(_SPLIT):
        yield Statement(Sql(part.strip("\n")), batch.rows if batch else ())


@cache
def _names(target: Target, kind: str) -> Mapping[str, Any]:
    """What templates call parts of the target."""
    columns = target.columns
    given = "EXCLUDED" if kind == "write" else "given"
    table = target.table[-1]
    return {
        "table": identifier(target.table),
        "enum": identifier(target.enum),
        "additional": target.additional,
        "id_index": _index(f"{table}_integration_id_idx"),
        "type_index": _index(f"{table}_type_idx"),
        "columns": _listed(columns),
        "typed": _listed(f"{column} {type_}" for column, type_ in columns.items()),
        "set": _listed(f"{column} = {given}.{column}" for column in columns),
        "of_stored": _listed(f"stored.{column}" for column in columns),
        "of_given": _listed(f"{given}.{column}" for column in columns),
    }


def _index(name: str) -> Sql:
    return Sql(name) if name.startswith("integration_definitions_") else identifier([name])


def _listed(words: Iterable[str]) -> Sql:
    """A list, in lines that one can read."""
    return Sql("\n  ".join(wrap(", ".join(words), 112)))


def _batches(rows: Iterable[SeedRow]) -> Iterator[Batch]:
    """The rows in statements of bounded size. A row that is larger has a statement of its own."""
    batch, size = Batch([], []), 0
    for row in rows:
        if batch.rows and size + len(row.text) > _BATCH:
            yield batch
            batch, size = Batch([], []), 0
        batch.carries.append((row.integration_id, row.version))
        batch.rows.append(row.text)
        size += len(row.text)
    if batch.rows:
        yield batch


@cache
def environment() -> Environment:
    """The templates, and the only ways to print a value in them."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - the output is SQL, and finalize lets nothing unfiltered out
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        finalize=only_sql,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(literal=literal, comment=comment)
    return environment
