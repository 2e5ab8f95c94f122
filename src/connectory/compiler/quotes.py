"""Text in the quotes of YAML, on one line, so that every reader finds the same text."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Characters that cannot be seen, and that scripts and emoji need."""

_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def is_visible(text: str) -> bool:
    """Whether every character can be seen, a blank or what joins characters; line ends cannot."""
    return text.isprintable() or all(char.isprintable() or char in _JOINERS for char in text)


def quoted(text: str) -> str:
    """``text`` in the quotes that need fewer escapes, the double ones if equal."""
    if ("\\" in text or '"' in text) and "'" not in text and is_visible(text):
        return f"'{text}'"
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable() or char in _JOINERS:
        return char
    number = ord(char)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
