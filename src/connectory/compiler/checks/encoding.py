"""The file is not plain UTF-8 text.

Byte order marks, other encodings, control characters and line separators are read differently by different tools;
characters that change the direction of text can make a file look like another one to its reviewer.

Example: a file saved as UTF-16, or one that holds U+202E.

Instead, save the file as UTF-8 without a byte order mark; in a string, write such a character as an
escape (``"\\u202E"``).
"""

import unicodedata

from connectory.compiler.diagnostics import Diagnostic, Edit, Severity, Span

CODE = "Y009"
SEVERITY: Severity = "error"


_WIDE = {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
"""Encodings by the marks that texts start with; the longer ones first."""

_AS_UTF_8 = "save the file as UTF-8 without a byte order mark"


def not_utf8(span: Span, data: bytes, index: int) -> Diagnostic:
    """The finding, at the first byte that is not UTF-8."""
    wide = _wide(data)
    what = f"the file is {wide}, not UTF-8" if wide else f"the byte 0x{data[index]:02X} is not UTF-8"
    return Diagnostic(CODE, SEVERITY, what, span, _AS_UTF_8)


def readable(data: bytes) -> str:
    """What a report can quote of a file that is not UTF-8."""
    return "" if _wide(data) else data.decode("utf-8", "replace")


def _wide(data: bytes) -> str | None:
    return next((name for mark, name in _WIDE.items() if data.startswith(mark)), None)


def forbidden(span: Span, character: str, index: int) -> Diagnostic:
    """The finding, at the first character that is not allowed."""
    if character == "\ufeff" and index == 0:
        message = "the file starts with a byte order mark"
        return Diagnostic(CODE, SEVERITY, message, span, _AS_UTF_8, fix=(Edit(span, ""),))
    if character == "\0":
        return Diagnostic(CODE, SEVERITY, "the file holds NUL bytes", span, _AS_UTF_8)
    name = unicodedata.name(character, "a control character").lower()
    message = f"the character U+{ord(character):04X} ({name}) is not allowed"
    escape = f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}"
    help_ = f'remove it, or write it as an escape in double quotes: "{escape}"'
    return Diagnostic(CODE, SEVERITY, message, span, help_)
