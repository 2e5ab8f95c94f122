"""Runs the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from connectory.compiler.checks import ambiguous_scalar, catalog_rules, duplicate_key, rules
from connectory.compiler.definition import Definition, Listed
from connectory.compiler.diagnostics import MOST, Diagnostic
from connectory.compiler.expected import expected_type
from connectory.compiler.text.lines import lines_of
from connectory.compiler.text.source import read_text

_READABLE = frozenset(("Y002", "Y005", "Y006", "Y011"))
"""Findings in a text that leave the rest of it readable: after any other, only the text is reported."""


def check(definition: Definition) -> list[Diagnostic]:
    """What is wrong with a definition by itself. Of a value that its text leaves in doubt, only that is reported."""
    repeated = any(one.code == duplicate_key.CODE for one in definition.source.diagnostics)
    lines = lines_of(definition.source.text) if repeated else []
    found = [_decided(definition, one, lines) for one in definition.source.diagnostics]
    doubted = {diagnostic.span for diagnostic in found}
    if is_readable(definition):
        for rule in rules().values():
            if hasattr(rule, "check"):
                found += first(diagnostic for diagnostic in rule.check(definition) if diagnostic.span not in doubted)
    return found


_MOST_OF_ONE = 1000
"""Findings of one rule in one file after which no more of them are looked for."""


def first(found: Iterator[Diagnostic]) -> list[Diagnostic]:
    """The first findings of a rule; the one after the last that is kept says that there are more."""
    kept = list(islice(found, _MOST_OF_ONE + 1))
    for last in kept[_MOST_OF_ONE:]:
        message = f"there is more of this: only the first {_MOST_OF_ONE:,} places of a file are shown"
        kept[_MOST_OF_ONE] = Diagnostic(last.code, last.severity, message, last.span, pointer=last.pointer)
    return kept


def _decided(definition: Definition, found: Diagnostic, lines: list[str]) -> Diagnostic:
    """A finding in the text, with the mend that follows from what stands around it."""
    source = definition.source
    if found.code == duplicate_key.CODE and not source.path.endswith(".json"):
        return duplicate_key.decided(found, lines, lambda text: read_text(text, "").data)
    if found.code != ambiguous_scalar.CODE or found.fix:
        return found
    place = source.place.at((found.span.line, found.span.column))
    if place is None:
        return found
    path, is_name = place
    text = str(path[-1]) if is_name else source.raw(path)
    return ambiguous_scalar.decided(found, text, "string" if is_name else expected_type(path, definition.data))


def check_catalog(definitions: Sequence[Listed]) -> list[Diagnostic]:
    """What is wrong between definitions."""
    return [found for rule in catalog_rules() for found in rule.check_catalog(definitions)]


def is_readable(definition: Definition) -> bool:
    """Whether the text could be read, so that the rules have something to look at."""
    found = definition.source.diagnostics
    return len(found) < MOST and {each.code for each in found} <= _READABLE
