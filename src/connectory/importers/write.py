"""Definitions as text: YAML as an author would write it, JSON for very large ones. And reports of an import."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import yaml

from connectory.compiler.checks import ambiguous_scalar
from connectory.compiler.text.source import read_text
from connectory.importers.assemble import Assembled
from connectory.importers.source import SourceError
from connectory.importers.tally import Finding
from connectory.printable import printable

LARGE = 2 * 1024 * 1024
"""Bytes of JSON from which a definition is written as JSON."""

_WIDTH = 116
_HIDDEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffe\uffff]")
_SCHEMA = "# yaml-language-server: $schema=../../schemas/definition-1.json\n"


class _Writer(yaml.SafeDumper):
    """Block style, lists indented below their names, quotes where readers of YAML disagree."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def _text(writer: _Writer, value: str) -> yaml.Node:
    style = None
    if _HIDDEN.search(value) or ambiguous_scalar.recognise(value):
        style = '"'
    elif len(value) > _WIDTH - 40 and " " in value and value == value.strip() and not re.search(r"[\t\n] |\s\n", value):
        style = ">"
    elif "\n" in value or ": " in value or " #" in value:
        style = '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style)


def _decimal(writer: _Writer, value: Decimal) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:float", _plain(value))


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text if "." in text else f"{text}.0"


_Writer.add_representer(str, _text)
_Writer.add_representer(Decimal, _decimal)


def as_yaml(data: dict[str, Any]) -> str:
    """The definition as YAML; read back it is the same.

    Raises:
        SourceError: it is not, which is a bug of ours.
    """
    text = _SCHEMA + yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return _same(data, _HIDDEN.sub(_escaped, text), ".yaml")


def as_json(data: dict[str, Any]) -> str:
    """The definition as JSON; read back it is the same."""
    return _HIDDEN.sub(_escaped, msgspec.json.format(_encode(data), indent=1).decode()) + "\n"


def _encode(data: Any) -> bytes:
    return msgspec.json.Encoder(decimal_format="number").encode(data)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _same(data: dict[str, Any], text: str, suffix: str) -> str:
    read = read_text(text, "", suffix)
    if read.diagnostics or read.data != data:
        why = read.diagnostics[0].message if read.diagnostics else "it reads back differently"
        raise SourceError(f"the definition cannot be written as YAML ({why}); use --write json")
    return text


WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {"yaml": as_yaml, "json": as_json}
"""Texts of definitions by the name that ``--write`` takes, which is also the file's ending."""


def suited(data: dict[str, Any]) -> str:
    """The name of the writer for a definition of this size."""
    return "json" if len(_encode(data)) > LARGE else "yaml"


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".connectory-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
    lines.append(f"{assembled.found:,} operations found: {counts}")
    lines += [f"  skipped {printable(one.operation)}: {printable(one.reason)}" for one in assembled.skipped]
    if findings:
        lines.append("findings:")
    for one in findings:
        example = f"  (such as {one.examples[0]})" if one.examples[0] else ""
        lines.append(f"  {one.count:6,}  {one.kind}{example}")
    return "\n".join(lines)
