"""Which operations are imported, and what their methods are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from connectory.compiler.wildcards import matches
from connectory.importers.draft import Operation
from connectory.importers.naming import distinct, operation_name, snake_case
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.names import close_matches

_ID = re.compile(r"[A-Za-z0-9_.-]+")


def method_ids(operations: Sequence[Operation], chosen: Mapping[str, str], tally: Tally) -> dict[str, str]:
    """The id of the method of each operation, by the operation's key; unique, whatever the order of operations.

    Args:
        operations: all of a source.
        chosen: ids by operation name or key.
        tally: where clashes are noted.

    Raises:
        SourceError: ``chosen`` names what is not there, or two operations alike.
    """
    for id_ in chosen.values():
        if not _ID.fullmatch(id_):
            hint = f", such as {snake_case(id_)!r}" if snake_case(id_) else ""
            raise SourceError(f"--names: give method ids of letters, digits and _, not {id_!r}{hint}")
    known = {name for one in operations for name in (one.name, one.key) if name}
    for name in chosen:
        if name not in known:
            close = close_matches(name, sorted(known))
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise SourceError(f"--names: the source has no operation {name!r}{hint}")
    ids = {one.key: chosen[next(n for n in (one.key, one.name) if n in chosen)]
           for one in operations if one.key in chosen or one.name in chosen}  # fmt: skip
    twice = next((name for name, count in Counter(ids.values()).items() if count > 1), None)
    if twice is not None:
        raise SourceError(f"--names: two operations are called {twice!r}")
    taken = set(ids.values())
    groups: dict[str, list[Operation]] = {}
    for one in sorted(operations, key=lambda one: (one.path, one.verb, one.key)):
        if one.key not in ids:
            groups.setdefault(_own_id(one), []).append(one)
    for name, group in sorted(groups.items()):
        exact = [one for one in group if one.name == name] if len(group) > 1 else group
        if len(exact) == 1 and name not in taken:
            ids[exact[0].key] = name
            taken.add(name)
    for name, group in sorted(groups.items()):
        for one in group:
            if one.key not in ids:
                tally.note("method id that several operations would have; made to differ", f"{one.key}: {name}")
                longer = operation_name(one.verb, one.path) if one.verb else name
                ids[one.key] = distinct(longer, taken)
                taken.add(ids[one.key])
    return ids


def _own_id(one: Operation) -> str:
    found = snake_case(one.name) or operation_name(one.verb, one.path) or snake_case(one.key) or "method"
    return f"{one.verb.lower() or 'call'}_{found}" if found[:1].isdigit() else found


def selected(operations: Sequence[Operation], ids: Mapping[str, str], patterns: Sequence[str]) -> list[Operation]:
    """The operations whose name, key, method id or tag one of the patterns matches; all where there are none.

    Raises:
        SourceError: a pattern matches nothing.
    """
    if not patterns:
        return list(operations)
    names = {one.key: (one.name, one.key, ids[one.key], *one.tags) for one in operations}
    for pattern in patterns:
        if not any(matches(name, pattern) for every in names.values() for name in every):
            close = close_matches(pattern, sorted({name for every in names.values() for name in every if name}))
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise SourceError(f"--select: no operation matches {pattern!r}{hint}")
    return [one for one in operations if any(matches(name, pattern) for name in names[one.key] for pattern in patterns)]
