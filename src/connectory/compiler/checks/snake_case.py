"""The id of a method is not in snake_case.

Ids of one style can be guessed: lower-case words of letters and digits, joined by underscores.

Example:

    - id: createInvoice

Instead:

    - id: create_invoice
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D033"
SEVERITY: Severity = "warning"

_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each other id."""
    for method in definition.methods:
        name = method.data.get("id")
        if isinstance(name, str) and name and not _SNAKE.fullmatch(name):
            written = "_".join(word.lower() for word in _WORD.findall(name))
            told = name.isascii() and _SNAKE.fullmatch(written)
            help_ = f"write {written!r}" if told else "use lower-case words joined by underscores"
            yield definition.finding(globals(), f"{name!r} is not in snake_case", (*method.path, "id"), help=help_)
