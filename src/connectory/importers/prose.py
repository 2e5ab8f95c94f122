"""Descriptions as plain text of reasonable length, from HTML and Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

METHOD = 1000
"""Characters of the description of a method or an integration."""

FIELD = 500
"""Characters of the description of anything else."""

TITLE = 120
"""Characters of a name."""

_MOST = 20 * METHOD
"""Characters of a text that are looked at."""

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]"
)
_BLOCKS = "p|br|div|ul|ol|li|h[1-6]|table|tr|pre|blockquote|dl|dt|dd|hr|section|fullname|note|important|details|summary"
_INLINE = "a|b|i|u|em|strong|code|span|tt|th|td|thead|tbody|img|small|sub|sup|kbd|var|font|q|s|del|ins|mark|caption"
_INLINE += "|script|style|noscript|iframe|svg"
_TAG = re.compile(rf"<(/?)({_BLOCKS}|{_INLINE})\b[^<>]{{0,2000}}>", re.IGNORECASE)
_BLOCK = re.compile(_BLOCKS, re.IGNORECASE)
_ITEM = re.compile(r"\n\n- \s*(?=[^\s-])")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,2000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\]\([^()\s]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{0,2000}(?:\([^()]{0,200}\)[^()\s]{0,2000})?(?: \"[^\"]{0,200}\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]{1,500})\]\[[^\[\]]{0,200}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000}|[^<>@\s]{1,100}@[^<>@\s]{1,200}\.[^<>@\s]{1,50})>")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*(?![\w*])")
_UNDERLINED = re.compile(r"(?<![\w])_(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s_])_(?![\w])")
_CODE = re.compile(r"(`{1,2})([^`\n]{1,500})\1")
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.*)$", re.MULTILINE)
_FENCE = re.compile(r" *(?:```|~~~)")
_RULE = re.compile(r"^[-*_= ]{3,}$|^[ |:-]{3,}$", re.MULTILINE)
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+", re.MULTILINE)
_ALERT = re.compile(r"^\[!([A-Z]{1,20})\]\s*", re.MULTILINE)
_BULLET = re.compile(r"^ *[*+] +", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!<>|~/\"'-])")
_HELD = re.compile("\x00([0-9]+)\x00")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?= *(?:- |[0-9]{1,2}\. |\|))")
_SENTENCE = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\n[0-9])(?<!\n[0-9][0-9])[.!?](?=\s)")


def plain(text: object) -> str:
    """``text`` without markup: one line for each paragraph, list item or row; empty for what is no text.

    What is marked as code stays as it is written.
    """
    if not isinstance(text, str):
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")[:_MOST]
    code: list[str] = []
    text = _without_code(text.replace("\x00", ""), code)
    text = _QUOTE.sub("", text)
    if "<" in text:
        text = _ITEM.sub("\n\n- ", _TAG.sub(_replaced, _AUTOLINK.sub(r"\1", _COMMENT.sub("", _SCRIPT.sub("", text)))))
    if "&" in text:
        text = html.unescape(text)
    for shape, made in _MARKDOWN:
        text = shape.sub(made, text)
    text = _HELD.sub(lambda found: code[int(found[1])], text)
    lines = (" ".join(paragraph.split()) for paragraph in _PARAGRAPH.split(_FORBIDDEN.sub("", text)))
    return "\n".join(filter(None, (line.strip("| ") if line[:1] == "|" else line for line in lines)))


def _without_code(text: str, code: list[str]) -> str:
    """The text with a mark for each part of ``code``: what stands between backticks, and the lines of fenced blocks."""

    def held(part: str) -> str:
        code.append(html.unescape(part))
        return f"\x00{len(code) - 1}\x00"

    lines = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            lines.append(held(line.strip()) if line.strip() else "")
        else:
            lines.append(_CODE.sub(lambda found: held(found[2]), line))
    return "\n".join(lines)


def _replaced(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name == "li":
        return "\n" if tag[1] else "\n\n- "
    if name in ("td", "th"):
        return "" if tag[1] else " | "
    return "\n\n" if _BLOCK.fullmatch(name) else ""


_MARKDOWN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_ALERT, lambda found: found[1].capitalize() + ": "),
    (_IMAGE, r"\1"),
    (_LINK, r"\1"),
    (_REFERENCE, r"\1"),
    (_HEADING, lambda found: "\n" + found[1].rstrip(" #") + "\n"),
    (_RULE, ""),
    (_BULLET, "- "),
    (_STRONG, r"\2"),
    (_EMPHASIS, r"\1"),
    (_UNDERLINED, r"\1"),
    (_ESCAPE, r"\1"),
)


def shortened(text: str, limit: int) -> str:
    """``text``, or as many of its sentences as fit in ``limit`` characters; of a longer sentence, its words."""
    if len(text) <= limit:
        return text
    ends = [found.end() for found in _SENTENCE.finditer(text, limit // 3, limit)]
    if ends:
        return text[: ends[-1]].rstrip()
    return text[: limit - 1].rsplit(None, 1)[0].rstrip(" ,;:-") + "…"


def title(text: object) -> str:
    """The first line of ``text``, without markup and an end, in at most 120 characters."""
    return shortened(whole_title(text), TITLE)


def whole_title(text: object) -> str:
    """The first line of ``text``, without markup and an end."""
    return plain(_BREAK.sub(" ", text) if isinstance(text, str) else "").partition("\n")[0].rstrip(" .")


def short(text: Any) -> str:
    """A description of one line."""
    return shortened(" ".join(plain(text).split()), FIELD)
