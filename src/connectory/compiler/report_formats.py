"""Diagnostics for other tools: GitHub's annotations, and SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0)."""

from __future__ import annotations

import inspect
import json
from typing import Any
from urllib.parse import quote

import msgspec

from connectory import __version__
from connectory.compiler.checks import rules
from connectory.compiler.diagnostics import Diagnostic, Edit, Span, Suppressed
from connectory.compiler.report import Findings
from connectory.printable import printable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def github(findings: Findings, *, color: bool = False, width: int = 0) -> str:
    """Workflow commands, one line each: GitHub shows them at the lines of a pull request."""
    commands = [_command(found, found.severity) for found in findings.diagnostics]
    for one in findings.suppressed:
        if findings.shows(one):
            told = msgspec.structs.replace(one.finding, help=f"allowed: {one.reason}")
            commands.append(_command(told, "notice"))
    return "".join(f"{command}\n" for command in commands)


def _command(found: Diagnostic, command: str) -> str:
    span = found.span
    places = {"line": span.line, "endLine": span.end_line, "col": span.column, "endColumn": span.end_column}
    if span.end_line != span.line:
        del places["col"], places["endColumn"]  # GitHub takes columns of one line only
    told = {"file": span.path, **({} if not span.line else places), "title": found.code}
    fields = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in told.items())
    message = found.message + (f"\n{found.help}" if found.help else "")
    return f"::{command} {fields}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """Text as workflow commands write it; control characters, which a log would obey, made visible."""
    text = "\n".join(printable(line) for line in text.split("\n"))
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def sarif(findings: Findings, *, color: bool = False, width: int = 0) -> str:
    """A SARIF log of one run; code scanning services read it."""
    every = [*findings.diagnostics, *(one.finding for one in findings.suppressed)]
    codes = sorted({found.code for found in every})
    driver = {
        "name": "connectory",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(found, codes.index(found.code)) for found in findings.diagnostics),
            *(_suppressed(one, codes.index(one.finding.code)) for one in findings.suppressed),
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    rule = rules().get(code)
    if rule is None:
        return {"id": code}
    manual = inspect.getdoc(rule) or code
    return {
        "id": code,
        "name": str(rule.__name__).rpartition(".")[2],
        "shortDescription": {"text": manual.partition("\n")[0]},
        "help": {"text": manual},
        "defaultConfiguration": {"level": rule.SEVERITY},
    }


def _result(found: Diagnostic, index: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": found.message + (f"\n{found.help}" if found.help else "")},
        "locations": [{"physicalLocation": _place(found.span)}],
    }
    if found.related:
        made["relatedLocations"] = [
            {"physicalLocation": _place(one.span), "message": {"text": one.message}} for one in found.related
        ]
    if found.fix:
        change = {"artifactLocation": _file(found.span), "replacements": [_replacement(edit) for edit in found.fix]}
        made["fixes"] = [{"description": {"text": found.help or found.message}, "artifactChanges": [change]}]
    return made


def _suppressed(one: Suppressed, index: int) -> dict[str, Any]:
    suppression = {
        "kind": "inSource" if one.span.path == one.finding.span.path else "external",
        "status": "accepted",
        "justification": one.reason,
        "location": {"physicalLocation": _place(one.span)},
    }
    return {**_result(one.finding, index), "suppressions": [suppression]}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _place(span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _file(span)}
    if span.line:
        place["region"] = _region(span)
    return place


def _file(span: Span) -> dict[str, str]:
    return {"uri": quote(span.path.replace("\\", "/"))}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
