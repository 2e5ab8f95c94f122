"""What Unicode properties mean for the characters of ASCII, and classes that are exact there and accept all others."""

from __future__ import annotations

import string
from unicodedata import category

from connectory.compiler.patterns.charset import Ranges, complement, joined

_ASCII = [chr(code) for code in range(128)]

_NAMED: dict[str, str] = {
    "alnum": string.ascii_letters + string.digits,
    "alpha": string.ascii_letters,
    "alphabetic": string.ascii_letters,
    "any": "".join(_ASCII),
    "ascii": "".join(_ASCII),
    "blank": " \t",
    "digit": string.digits,
    "graph": string.ascii_letters + string.digits + string.punctuation,
    "latin": string.ascii_letters,
    "latn": string.ascii_letters,
    "letter": string.ascii_letters,
    "lower": string.ascii_lowercase,
    "lowercase": string.ascii_lowercase,
    "print": string.ascii_letters + string.digits + string.punctuation + " ",
    "punct": string.punctuation,
    "space": string.whitespace,
    "upper": string.ascii_uppercase,
    "uppercase": string.ascii_uppercase,
    "xdigit": string.hexdigits,
}
_WITHOUT_ASCII = frozenset(("arabic", "cyrillic", "greek", "han", "hangul", "hebrew", "hiragana", "katakana", "thai"))
_CATEGORIES = frozenset(category(character) for character in _ASCII) | frozenset("LMNPSZC")
_OTHERS = frozenset(
    ("Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nl", "No", "Pi", "Pf", "So", "Zl", "Zp", "Cf", "Cs", "Co", "Cn")
)


def ascii_part(name: str) -> Ranges | None:
    """The characters of ASCII with a property; None where it is not known."""
    plain = name.partition("=")[2] or name
    if plain in _CATEGORIES or plain in _OTHERS:
        found = "".join(character for character in _ASCII if category(character).startswith(plain))
    else:
        short = plain.lower().removeprefix("is")
        if short not in _NAMED and short not in _WITHOUT_ASCII:
            return None
        found = _NAMED.get(short, "")
    return joined((ord(character), ord(character)) for character in found)


def written_wide(ranges: Ranges) -> str:
    """A class of the characters of ASCII among these, and of all others."""
    left_out = [(low, min(high, 127)) for low, high in complement(ranges) if low < 128]
    return f"[^{''.join(map(_range, left_out))}]" if left_out else r"[\s\S]"


def _range(ends: tuple[int, int]) -> str:
    low, high = ends
    if high - low < 2:
        return "".join(map(in_class, range(low, high + 1)))
    return f"{in_class(low)}-{in_class(high)}"


def in_class(code: int) -> str:
    """A character as it is written inside a class."""
    character = chr(code)
    if code < 32 or code == 127:
        return f"\\x{code:02x}"
    return f"\\{character}" if character in r"\]^-[&~|" and character not in "&~|" else character
