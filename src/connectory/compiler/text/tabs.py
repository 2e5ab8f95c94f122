"""Tabs that are not part of a text."""

from __future__ import annotations

import re
from bisect import bisect_right

from connectory.compiler.text.events import Mark
from connectory.compiler.text.lines import Lines

_COMMENT = re.compile(r"(?<![^ \t\r\n])#")


def first_misplaced(text: str, written: list[tuple[Mark, Mark]]) -> Mark | None:
    """Where the first tab of a YAML file stands that is in no comment and none of these texts; they rise."""
    lines = Lines(text)
    at = text.find("\t")
    while at >= 0:
        mark = lines.mark(at)
        index = bisect_right(written, mark, key=lambda span: span[0]) - 1
        end = written[index][1] if index >= 0 else (1, 1)
        if mark < end:
            at = text.find("\t", lines.index(end))
            continue
        first = lines.index(max((mark[0], 1), end))
        if not _COMMENT.search(text, first, at):
            return mark
        at = text.find("\t", lines.index((mark[0] + 1, 1)))
    return None
