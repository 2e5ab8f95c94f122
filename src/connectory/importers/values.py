"""Values of schemas: numbers that fit, and values mended to the type that their schema asks for."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from typing import Any

from connectory.compiler.checks.numbers import refused
from connectory.compiler.patterns.backtracking import attack
from connectory.compiler.patterns.syntax import portable, read
from connectory.compiler.schemas import compile_error
from connectory.importers.source import SpelledDecimal, SpelledInt, number


def fits(value: int | Decimal) -> bool:
    """Whether every reader of a definition can hold the number."""
    written = str(value)
    plain = format(value, "f") if isinstance(value, Decimal) and abs(value.adjusted()) < 400 else written
    return refused(written) is None and refused(plain) is None


def as_number(value: Any) -> int | Decimal | None:
    """The number that a value is, or is the text of."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return unspelled(value)  # type: ignore[no-any-return]  # a number stays one
    if isinstance(value, str) and len(value) < 100 and (written := _NUMBER.fullmatch(value.strip())):
        return number(written[0]) if written[1] or written[2] else int(written[0])
    return None


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


def as_count(value: Any) -> int | None:
    """The whole number from 0 that a value is, or is the text of."""
    found = as_number(value)
    if found is None or not 0 <= found < 2**64 or found != found // 1:
        return None
    return int(found)


def all_fit(value: Any) -> bool:
    """Whether every number inside a value fits."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            waiting.extend(node.values() if isinstance(node, dict) else node)
        elif isinstance(node, int | Decimal) and not isinstance(node, bool) and not fits(node):
            return False
    return True


def unspelled(value: Any) -> Any:
    """A value whose numbers are plain ones, without how the source wrote them."""
    if isinstance(value, dict):
        return {key: unspelled(member) for key, member in value.items()}
    if isinstance(value, list):
        return [unspelled(item) for item in value]
    if isinstance(value, SpelledInt):
        return int(value)
    return Decimal(value) if isinstance(value, SpelledDecimal) else value


def mended(value: Any, types: Collection[str]) -> Any:
    """``value`` as one of ``types``, where YAML's habit of guessing types explains that it is none; else itself."""
    kinds = kinds_of(value)
    if not types or kinds & set(types):
        return value
    if "string" in types and isinstance(value, bool):
        return "true" if value else "false"
    if "string" in types and isinstance(value, int | Decimal):
        return str(getattr(value, "spelling", value))
    if isinstance(value, str):
        if "boolean" in types and value.lower() in ("true", "false"):
            return value.lower() == "true"
        found = as_number(value) if {"integer", "number"} & set(types) else None
        if found is not None and kinds_of(found) & set(types):
            return found
    return value


def kinds_of(value: Any) -> set[str]:
    """The JSON Schema types that a value has."""
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    if isinstance(value, Decimal):
        return {"integer", "number"} if value == value.to_integral_value() else {"number"}
    return {"string"} if isinstance(value, str) else {"array"} if isinstance(value, list) else {"object"}


def portable_pattern(pattern: str) -> tuple[str | None, str]:
    """A pattern as `check` takes it, and what was done to it.

    ``""`` where nothing was, ``mended`` where another means the same, ``widened`` where it accepts more; None and why
    where there is none.
    """
    for candidate, done in (
        (pattern, ""),
        (portable(pattern), "mended"),
        (portable(pattern, wider=True), "widened"),
    ):
        if candidate is not None and compiles(candidate) and not read(candidate).problems:
            return (None, "takes too long") if attack(candidate) else (candidate, done)
    return None, "is not portable" if compiles(pattern) else "cannot be compiled"


@cache
def compiles(pattern: str) -> bool:
    """Whether the engine of the runtime compiles a pattern."""
    return len(pattern) <= 20_000 and compile_error({"pattern": pattern}) is None
