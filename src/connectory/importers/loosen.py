"""Keywords that the rules refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import is_schema_place
from connectory.importers.order import ordered
from connectory.importers.source import mapping
from connectory.importers.tally import Tally
from connectory.importers.together import ANNOTATIONS
from connectory.importers.whole import shown_at

_MENDED = frozenset(("S004", "S008", "S009", "S012", "S013", "S014", "S015", "S016", "S017", "S020"))
"""Rules that one keyword is to blame for, without which the rest of the schema keeps its meaning."""

_WHOLE = {"methods": 3, "$defs": 2, "configSchema": 1}
"""How many steps of a path lead to a whole schema."""

_DATA = frozenset(("enum", "examples", "required"))
"""Keywords whose value is a list, of which the rules can refuse one item."""


def loosen(data: dict[str, Any], found: Iterable[tuple[Path, str]], tally: Tally) -> bool:
    """Take out of a definition what is refused: keywords and properties of schemas, and further ways to sign in.

    A choice of one under which nothing is valid becomes a choice of any.

    Args:
        data: the definition.
        found: where something is refused, and the code of the rule.
        tally: where what goes is noted.

    Returns:
        whether anything could be taken out.
    """
    changed = False
    for path, code in sorted(found, key=lambda one: _later_first(one[0]), reverse=True):
        if path[:1] == ("alternativeAuth",) and len(path) > 1:
            changed |= _take(data, path[:2], f"way to sign in that {code} refuses; left out", tally)
            continue
        if code not in _MENDED:
            continue
        size = _WHOLE.get(str(path[0]), len(path)) if path else 0
        inner = path[size:]
        if inner and isinstance(inner[-1], str) and is_schema_place(inner[:-1]):
            changed |= _keyword(data, path, code, tally)
        elif inner[-2:-1] == ("properties",) and is_schema_place(inner):
            changed |= _property(data, path, code, tally)
        elif inner[-2:-1] and inner[-2] in _DATA and is_schema_place(inner[:-2]):
            changed |= _take(data, path, f"value of {inner[-2]} that {code} refuses; dropped", tally)
    return changed


def _later_first(path: Path) -> list[tuple[bool, int, str]]:
    """A sort key by which items of one list follow each other."""
    return [(isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in path]


def _keyword(data: dict[str, Any], path: Path, code: str, tally: Tally) -> bool:
    schema = _at(data, path[:-1])
    keyword = path[-1]
    if not isinstance(schema, dict) or keyword not in schema or keyword in ANNOTATIONS - {"default", "examples"}:
        return False
    if keyword in ("properties", "required") and schema.get("required"):
        _require_less(schema)
        tally.note(
            f"required property because of which {code} refuses its object; not required",
            shown_at(data, (*path[:-1], "required")),
        )
        return True
    value = schema.pop(keyword)
    if keyword == "oneOf":
        tally.note("choice of one under which nothing is valid; read as a choice of any", shown_at(data, path))
        if "anyOf" in schema:
            schema["allOf"] = [*schema.get("allOf", ()), {"anyOf": value}]
        else:
            schema["anyOf"] = value
    else:
        tally.note(f"{keyword} that {code} refuses; dropped", shown_at(data, path))
    made = ordered(schema.copy())
    schema.clear()
    schema.update(made)
    return True


def _property(data: dict[str, Any], path: Path, code: str, tally: Tally) -> bool:
    """Take out a property that can never be given."""
    properties = _at(data, path[:-1])
    if not isinstance(properties, dict) or path[-1] not in properties:
        return False
    del properties[path[-1]]
    tally.note(f"property that {code} refuses, as nothing is valid for it; left out", shown_at(data, path))
    return True


def _require_less(schema: dict[str, Any]) -> None:
    """Leave out of what an object requires those that refer to others, which may require it in turn; else all."""
    properties = schema.get("properties", {})
    kept = [name for name in schema["required"] if "$ref" not in mapping(properties.get(name))]
    if kept and len(kept) < len(schema["required"]):
        schema["required"] = kept
    else:
        del schema["required"]


def _take(data: dict[str, Any], path: Path, kind: str, tally: Tally) -> bool:
    owner = _at(data, path[:-2])
    listed = _at(data, path[:-1])
    if not isinstance(listed, list) or not isinstance(path[-1], int) or path[-1] >= len(listed):
        return False
    left = [one for index, one in enumerate(listed) if index != path[-1]]
    if left:
        owner[path[-2]] = left
    else:
        del owner[path[-2]]
    tally.note(kind, shown_at(data, path))
    return True


def _at(data: Any, path: Path) -> Any:
    """What stands at a path; None where it is gone."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
