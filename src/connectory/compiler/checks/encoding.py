"""The file is not plain UTF-8 text.

Byte order marks, other encodings and control characters are read differently by different tools;
characters that change the direction of text can make a file look like another one to its reviewer.

Example: a file saved as UTF-16, or one that holds U+202E.

Instead, save the file as UTF-8 without a byte order mark; in a string, write such a character as an
escape (``"\\u202E"``).
"""

import unicodedata

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y009"
SEVERITY: Severity = "error"


def report(span: Span, what: str) -> Diagnostic:
    """The finding, at the first character that is not allowed."""
    return Diagnostic(CODE, SEVERITY, what, span, "save the file as UTF-8 without a byte order mark")


def name_of(data: bytes) -> str:
    """What a file that is not UTF-8 seems to be."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "the file is UTF-16, not UTF-8"
    return "this byte is not UTF-8"


def describe(character: str, index: int) -> str:
    """What a character is that is not allowed."""
    if character == "\ufeff" and index == 0:
        return "the file starts with a byte order mark"
    name = unicodedata.name(character, "a control character")
    return f"the character U+{ord(character):04X} ({name.lower()}) is not allowed"
