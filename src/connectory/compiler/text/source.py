"""A file of the catalog, read: its text, its data, and where everything stands."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from typing import Any

from connectory.compiler.checks import encoding, too_much, unreadable
from connectory.compiler.diagnostics import Diagnostic, Path, Span
from connectory.compiler.text.build import build
from connectory.compiler.text.events import LINES, Event
from connectory.compiler.text.json_events import json_events
from connectory.compiler.text.json_places import json_place
from connectory.compiler.text.lines import line_breaks, mark_of
from connectory.compiler.text.places import Place
from connectory.compiler.text.quick import quick_json

LIMIT = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

SUFFIXES = (".yaml", ".yml", ".json")
"""The endings of files that are read."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff"  # what no text holds
    "\u2028\u2029"  # what ends a line in YAML 1.1, and in JSON and YAML 1.2 does not
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # what makes text look like other text
    "\U000e0000-\U000e007f]"  # what nobody sees, and programs read as letters
)

_PLAIN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
"""What nearly every text is made of. Taking it away first is five times as fast as searching all of it."""

_CUT_SHORT = ("Y001", "Y004", "Y007", "Y008", "Y013", "Y015")
"""Findings after which nothing more of a text is read: that it then holds no mapping says nothing."""


class Source:
    """One file.

    Attributes:
        path: as it is shown in diagnostics.
        text: its text; empty where it could not be read.
        data: its mapping; numbers with a fraction are Decimal. What could not be read is missing from it.
        diagnostics: what is wrong with the text.
    """

    def __init__(
        self,
        path: str,
        text: str,
        data: dict[str, Any],
        place: Place | Callable[[], Place],
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        """``place`` may be what finds the places out, once they are asked for."""
        self.path = path
        self.text = text
        self.data = data
        self.diagnostics = diagnostics
        self._place = place

    @property
    def place(self) -> Place:
        """Where everything in ``data`` stands."""
        if not isinstance(self._place, Place):
            self._place = self._place()
        return self._place

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Where the value at ``path`` stands, or the name before it; the innermost container where it is missing."""
        return self.place.find(path).span(self.path, key=key)

    def raw(self, path: Path) -> str:
        """The text of the scalar at ``path``, without its quotes."""
        return self.place.find(path).raw


def text_of(file: str | os.PathLike[str], shown: str) -> str:
    """A file's text, for a report to quote; empty where it cannot be read, or has too many lines to find one."""
    try:
        text = _decode(content_of(file), shown)[0]
    except (OSError, ValueError):
        return ""
    return text if line_breaks(text) <= LINES else ""


def read_source(file: str | os.PathLike[str], shown: str) -> Source:
    """Read a file. It never raises: what is wrong, from a missing file to a trap in its text, is a diagnostic.

    Args:
        file: the file; its ending says its format.
        shown: how diagnostics name it.
    """
    try:
        data = content_of(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        is_folder = isinstance(error, OSError) and os.path.isdir(file)
        return _unread(shown, "", unreadable.report(Span(shown), reason, is_folder=is_folder))
    return read_content(data, shown, os.path.splitext(file)[1])


def read_content(content: bytes, shown: str, suffix: str = ".yaml") -> Source:
    """The source that these bytes make, as if they stood in a file with this ending."""
    text, wrong = _decode(content, shown)
    return _unread(shown, text, wrong) if wrong else read_text(text, shown, suffix)


def read_text(text: str, shown: str, suffix: str = ".yaml") -> Source:
    """The source that ``text`` makes, as if it stood in a file with this ending."""
    if line_breaks(text) > LINES:
        return _unread(shown, text, too_much.report(Span(shown, LINES + 1, 1, LINES + 1, 1), LINES, "lines"))
    found: list[Diagnostic] = []
    data = quick_json(text) if suffix == ".json" else None
    if data is not None:
        return Source(shown, text, data, lambda: json_place(text))
    built = build(shown, _events(suffix)(text, shown, found))
    structural = [] if not built.data and any(error.code in _CUT_SHORT for error in found) else built.diagnostics
    return Source(shown, text, built.data, built.place, (*found, *structural))


def content_of(file: str | os.PathLike[str]) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no file, or too large.
    """
    status = os.stat(file)
    if stat.S_ISDIR(status.st_mode):
        os.scandir(file).close()  # a folder that cannot be listed says why
    _refuse(status)
    descriptor = os.open(file, _OPEN)  # it may have become something else, that keeps whoever opens it waiting
    with open(descriptor, "rb") as stream:
        _refuse(os.fstat(descriptor))
        content = stream.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise ValueError(f"it has more than {LIMIT:,} bytes")
    return content


_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _refuse(status: os.stat_result) -> None:
    """Raise ValueError unless this is a file that is read."""
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is not a regular file")
    if status.st_size > LIMIT:
        raise ValueError(f"it has {status.st_size:,} bytes; the limit is {LIMIT:,}")


def _decode(data: bytes, shown: str) -> tuple[str, Diagnostic | None]:
    """The text, and what keeps it from being read."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return encoding.readable(data), encoding.not_utf8(_at(shown, before, len(before)), data, error.start)
    if FORBIDDEN.search(data.translate(None, _PLAIN).decode("utf-8")):
        match = FORBIDDEN.search(text)
        assert match is not None
        return text, encoding.forbidden(_at(shown, text, match.start()), match[0], match.start())
    return text, None


def _at(shown: str, text: str, index: int) -> Span:
    line, column = mark_of(text, index)
    return Span(shown, line, column, line, column + 1)


def _unread(shown: str, text: str, diagnostic: Diagnostic) -> Source:
    return Source(shown, text, {}, Place((1, 1), (1, 1)), (diagnostic,))


def _events(suffix: str) -> Callable[[str, str, list[Diagnostic]], Iterator[Event]]:
    """What reads a text. A run that knows all files does without PyYAML."""
    if suffix == ".json":
        return json_events
    from connectory.compiler.text.yaml_events import yaml_events

    return yaml_events
