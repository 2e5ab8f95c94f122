"""A definition holds what a database or a service cannot.

Text in PostgreSQL has no NUL, Unicode text no lone surrogate, and JSON readers disagree on whether
-0.0 has a sign.

Example:

    {"description": "broken \\u0000 text"}

Instead, leave the character out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity

CODE = "B001"
SEVERITY: Severity = "error"

_ESCAPE = re.compile(r"\\(?:0|x00|u0000|U0000|u[dD][89a-fA-F])")
_ZERO = re.compile(r"(?<![^\s:\[,{-])-0(?:\.0+)?(?:[eE][-+]?[0-9]+)?(?![^\s,\]}#])")
"""How text writes what is refused, in JSON or YAML; it has none of the characters themselves (Y009)."""

_REFUSED = re.compile("[\x00\ud800-\udfff]")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each text, name or number that cannot be kept."""
    if definition.source.text and not _may_hold(definition.source.text):
        return
    waiting: list[tuple[Path, Any]] = [((), definition.data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            for name in filter(_REFUSED.search, value):
                yield _finding(definition, (*path, name), _described(name), key=True)
            waiting.extend(((*path, name), member) for name, member in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(value))
        elif isinstance(value, str) and _REFUSED.search(value):
            yield _finding(definition, path, _described(value), key=False)
        elif isinstance(value, Decimal) and value.is_zero() and value.is_signed():
            yield _finding(definition, path, "the sign of -0.0", key=False)


def _may_hold(text: str) -> bool:
    """Whether a file's text can stand for what is refused. It finds the few places first, which is quick."""
    if _ESCAPE.search(text):
        return True
    at = text.find("-0")
    while at >= 0 and not _ZERO.match(text, at):
        at = text.find("-0", at + 1)
    return at >= 0


def _described(text: str) -> str:
    match = _REFUSED.search(text)
    return "NUL (U+0000)" if match and match[0] == "\0" else "a lone surrogate"


def _finding(definition: Definition, path: Path, what: str, *, key: bool) -> Diagnostic:
    return definition.finding(globals(), f"{what} cannot be stored in PostgreSQL", path, key=key, help="remove it")
