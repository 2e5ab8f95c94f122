"""Text from elsewhere, as a terminal can show it."""

from __future__ import annotations


def printable(text: str) -> str:
    """``text`` with tabs and line ends as blanks, and anything else that could steer a terminal as U+FFFD."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\t\r\n" else "\ufffd" for char in text)
