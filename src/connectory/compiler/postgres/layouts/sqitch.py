"""Sqitch: deploy/NAME.sql, revert/NAME.sql and verify/NAME.sql, and a line for each change in sqitch.plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectory.compiler.postgres.migration import (
    Found,
    HistoryError,
    Migration,
    ends_of,
    followed,
    is_ours,
    read_head,
    rendered,
)
from connectory.compiler.postgres.target import Target

UP_ENDS = None
MERGES_BY_MIGRATION = False
heads = ends_of

_PLAN = "sqitch.plan"
_NEW = "%syntax-version=1.0.0\n%project=connectory\n\n"
_TIME = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z")
_EPOCH = "2000-01-01T00:00:00"
"""When the first change of a plan of ours was made, as the plan must say some time: the same at each run. Each
further one comes a second after the latest."""

_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
"""How Git marks the lines that two branches wrote at the same place."""


def files(migration: Migration, target: Target) -> dict[str, Iterator[str]]:
    """The three scripts."""
    return {
        f"deploy/{migration.name}.sql": rendered("plain.sql.j2", migration, target, migration.ups),
        f"revert/{migration.name}.sql": rendered("plain.sql.j2", migration, target, migration.downs),
        f"verify/{migration.name}.sql": rendered("verify.sql.j2", migration, target, ()),
    }


def read(folder: Path) -> list[Found]:
    """The changes in the order of the plan."""
    found = []
    for line in _merged(_plan(folder)):
        change = re.match(r"\+?\s*([^\s%#@:+-][^\s:#]*)\s", line)
        if not change:
            continue
        path = folder / "deploy" / f"{change[1]}.sql"
        head = read_head(path) if path.is_file() else ""
        number = change[1].partition("_")[0] if is_ours(head) else change[1]
        found.append(Found(number, is_ours(head), path, followed(head)))
    return found


def needs_merge(folder: Path, found: list[Found]) -> str | None:
    """Where Git left its marks in the plan, or a line twice."""
    plan = _plan(folder)
    return f"{_PLAN} is not merged" if _merged(plan) != plan else None


def lists(folder: Path, migrations: list[Migration]) -> dict[str, list[str]]:
    """The plan, with the lines of both sides where it was not merged, and a line for each new change."""
    lines = _merged(_plan(folder)) or [_NEW]
    times = [time for line in lines for time in _TIME.findall(line)]
    last = datetime.fromisoformat(max(times, default=_EPOCH)).replace(tzinfo=UTC)
    if lines and not lines[-1].endswith("\n"):
        lines.append("\n")
    for migration in migrations:
        last += timedelta(seconds=1)
        about = migration.about[0]
        lines.append(f"{migration.name} {last:%Y-%m-%dT%H:%M:%SZ} connectory <connectory@localhost> # {about}\n")
    return {_PLAN: lines}


def _plan(folder: Path) -> list[str]:
    try:
        return (folder / _PLAN).read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(f"{folder / _PLAN}: cannot be read: {error}") from None


def _merged(lines: list[str]) -> list[str]:
    """The lines of both sides of each conflict, ours first, each change once."""
    kept: list[str] = []
    skipping = False
    seen = set()
    for line in lines:
        if line.startswith(_MARKS):
            skipping = line.startswith("|||||||")
        elif not skipping and (not line.strip() or line.startswith("%") or line not in seen):
            kept.append(line)
            seen.add(line)
    return kept
