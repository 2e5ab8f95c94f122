"""The whole import of one source, from a file or a name to a definition."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from connectory.compiler.text.source import LIMIT
from connectory.importers.assemble import Assembled, Request, assemble
from connectory.importers.formats import formats
from connectory.importers.naming import integration_id, snake_case
from connectory.importers.refusals import not_of_the_format, not_there
from connectory.importers.source import Documents, SourceError
from connectory.importers.tally import Tally

_STDIN = "stdin"
"""How messages name the standard input."""

_ID = re.compile(r"[a-z0-9_-]{1,255}")


def import_source(
    format_: str,
    source: str,
    tally: Tally,
    *,
    id_: str | None = None,
    version: str = "1.0.0",
    select: Sequence[str] = (),
    names: Path | None = None,
    root: Path | None = None,
) -> Assembled:
    """The definition of what ``source`` describes.

    Args:
        format_: the name of a format.
        source: a file, - for the standard input, or a name that the format knows.
        tally: collects what could not be kept.
        id_: the integrationId; by default from the source's title.
        version: the definition's.
        select: patterns of operations; none for all.
        names: a file that maps the source's names to ids of methods.
        root: the folder that its references may lead to; by default the file's.

    Raises:
        SourceError: it cannot be imported; the message says why.
    """
    reader = formats()[format_]
    path = Path(_STDIN) if source == "-" else Path(source) if _is_file(source) else reader.find(source)
    if path is None:
        raise SourceError(not_there(source, reader))
    documents = Documents(path, tally, folder=root, data=_standard_input() if source == "-" else None)
    if not reader.recognises(documents.root):
        raise SourceError(not_of_the_format(format_, path, documents.root, reader))
    draft = reader.read(documents, tally)
    if source == "-" and not id_ and draft.suggested_id in ("", _STDIN):
        raise SourceError("give an --id: what stands in the standard input has no name")
    if not id_ and draft.suggested_by:
        tally.note(f"title that makes no id; the integrationId is from {draft.suggested_by} (--id)", "#/info/title")
    id_ = id_ or draft.suggested_id or snake_case(draft.name)
    if not _ID.fullmatch(id_):
        better = integration_id(id_)
        hint = f", such as {better!r}" if better else ""
        raise SourceError(f"give an --id of lower-case letters, digits, _ and -{hint}")
    return assemble(draft, Request(id_, version, select, _names(names)), tally)


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise SourceError(f"the standard input has more than {LIMIT:,} bytes")
    return data


def _is_file(source: str) -> bool:
    """Whether a file of this name exists; a folder of the name of a document that the format knows is none."""
    try:
        return bool(source) and Path(source).exists() and not Path(source).is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _names(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    found = Documents(path, Tally()).root
    if not isinstance(found, dict) or not all(
        isinstance(name, str) and 0 < len(name) <= 255 for name in found.values()
    ):
        raise SourceError(f"--names: {path.name} is no mapping of source names to method ids")
    return found
