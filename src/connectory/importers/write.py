"""Definitions as text: YAML as an author would write it, JSON for very large ones. And reports of an import."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from connectory.compiler import canonical
from connectory.importers.assemble import Assembled
from connectory.importers.source import SourceError
from connectory.importers.tally import Finding
from connectory.printable import printable

LARGE = 2 * 1024 * 1024
"""Bytes of JSON from which a definition is written as JSON."""

_SCHEMA = "# yaml-language-server: $schema=../../schemas/definition-1.json"


def as_yaml(data: dict[str, Any]) -> str:
    """The definition as YAML in canonical form; read back it is the same.

    Raises:
        SourceError: it is not, which is a bug of ours.
    """
    try:
        return canonical.as_yaml(data, _SCHEMA)
    except canonical.NotFormatted as error:
        raise SourceError(f"the definition cannot be written as YAML ({error}); use --write json") from None


def as_json(data: dict[str, Any]) -> str:
    """The definition as JSON in canonical form; read back it is the same.

    Raises:
        SourceError: it is not, which is a bug of ours.
    """
    try:
        return canonical.as_json(data)
    except canonical.NotFormatted as error:
        raise SourceError(f"the definition cannot be written as JSON ({error})") from None


WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {"yaml": as_yaml, "json": as_json}
"""Texts of definitions by the name that ``--write`` takes, which is also the file's ending."""


def suited(data: dict[str, Any]) -> str:
    """The name of the writer for a definition of this size."""
    return "json" if len(msgspec.json.Encoder(decimal_format="number").encode(data)) > LARGE else "yaml"


def report_json(assembled: Assembled, findings: list[Finding], where: str, size: int) -> str:
    """The report for programs."""
    report = {
        "definition": where,
        "bytes": size,
        "found": assembled.found,
        "unselected": assembled.unselected,
        "converted": [one._asdict() for one in assembled.converted],
        "skipped": [one._asdict() for one in assembled.skipped],
        "findings": msgspec.to_builtins(findings),
    }
    return json.dumps(report, indent=2)


def report_text(assembled: Assembled, findings: list[Finding], where: str, size: int) -> str:
    """The report for people."""
    lines = [f"{where}  {size:,} bytes" if where else f"{size:,} bytes"]
    unselected = f", {assembled.unselected:,} not selected" if assembled.unselected else ""
    counts = f"{len(assembled.converted):,} converted, {len(assembled.skipped):,} skipped{unselected}"
    lines.append(f"{assembled.found:,} operation{'' if assembled.found == 1 else 's'} found: {counts}")
    lines += [f"  skipped {printable(one.operation)}: {printable(one.reason)}" for one in assembled.skipped]
    if findings:
        lines.append("findings:")
    for one in findings:
        example = f"  (such as {one.examples[0]})" if one.examples[0] else ""
        lines.append(f"  {one.count:6,}  {one.kind}{example}")
    return "\n".join(lines)
