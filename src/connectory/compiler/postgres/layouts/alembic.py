"""Alembic: one module for each migration in the folder versions. Each names those that it comes after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectory.compiler.postgres.migration import Found, HistoryError, Migration, is_ours, read_head, rendered
from connectory.compiler.postgres.target import Target

UP_ENDS = b"def downgrade"
MERGES_BY_MIGRATION = True

_ASSIGNED = r"^{}\s*(?::[^=\n]+)?=\s*(\([^)]*\)|\[[^\]]*\]|[^\n#]+)"
_REVISION = re.compile(_ASSIGNED.format("revision"), re.MULTILINE)
_DOWN_REVISION = re.compile(_ASSIGNED.format("down_revision"), re.MULTILINE)


def files(migration: Migration, target: Target) -> dict[str, Iterator[str]]:
    """The module; it executes statement by statement, which every driver can."""
    return {f"{migration.name}.py": rendered("alembic.py.j2", migration, target, migration.ups, migration.downs)}


def read(folder: Path) -> list[Found]:
    """The modules, each after those that it follows.

    Raises:
        HistoryError: one cannot be read, or they follow each other in a circle.
    """
    if (folder / "env.py").is_file():
        raise HistoryError(f"{folder} is the folder of Alembic itself; its migrations are in {folder / 'versions'}")
    waiting = {}
    for path in sorted(folder.glob("*.py")):
        head = read_head(path)
        revision = _value(_REVISION, head, path)
        if isinstance(revision, str):
            after = _value(_DOWN_REVISION, head, path)
            follows = (after,) if isinstance(after, str) else tuple(after or ())
            waiting[revision] = Found(revision, is_ours(head), path, follows)
    found: list[Found] = []
    while waiting:
        ready = [one for one in waiting.values() if not any(before in waiting for before in one.follows)]
        if not ready:
            raise HistoryError(f"{folder}: the revisions {', '.join(sorted(waiting))} follow each other in a circle")
        found += ready
        for one in ready:
            del waiting[one.number]
    return found


def _value(pattern: re.Pattern[str], head: str, path: Path) -> Any:
    match = pattern.search(head)
    if match is None:
        return None
    try:
        return ast.literal_eval(match[1].strip())
    except (ValueError, SyntaxError):
        raise HistoryError(f"{path}: {match[0].strip()[:80]!r} is no plain text") from None


def heads(found: list[Found]) -> tuple[str, ...]:
    """Those that none comes after: all that lead on from one of ours, or the only one.

    Raises:
        HistoryError: there are several, and none of them leads on from one of ours.
    """
    before = {number for one in found for number in one.follows}
    ends = sorted(one.number for one in found if one.number not in before)
    by_number = {one.number: one for one in found}
    leading = [end for end in ends if _comes_after_ours(end, by_number)]
    if len(ends) > 1 and not leading:
        raise HistoryError(f"there are several heads: {', '.join(ends)}; merge them first: alembic merge heads")
    return tuple(leading or ends)


def _comes_after_ours(number: str, by_number: dict[str, Found]) -> bool:
    waiting, seen = [number], set()
    while waiting:
        one = by_number.get(waiting.pop())
        if one is None or one.number in seen:
            continue
        if one.ours:
            return True
        seen.add(one.number)
        waiting.extend(one.follows)
    return False


def needs_merge(folder: Path, found: list[Found]) -> str | None:
    """Where several heads lead on from ours: alembic upgrades to one."""
    ends = heads(found)
    return f"there are {len(ends)} heads: {', '.join(ends)}" if len(ends) > 1 else None


def lists(folder: Path, migrations: list[Migration]) -> dict[str, list[str]]:
    """Nothing."""
    return {}
