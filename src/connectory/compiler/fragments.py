"""References inside one schema, written as URI fragments (RFC 3986): ``#/$defs/List%5BA%5D``."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes

from connectory.pointers import pointer

_ALLOWED = "!$&'()*+,;=:@/?~"
"""What a fragment may hold as it stands, beside letters, digits and ``-._``."""

_FRAGMENT = re.compile(r"#[\w\-.!$&'()*+,;=:@/?~]*+(?:%[0-9A-Fa-f]{2}[\w\-.!$&'()*+,;=:@/?~]*+)*+", re.ASCII)
_NOT_ALLOWED = re.compile(r"%(?![0-9A-Fa-f]{2})|[^\w\-.!$&'()*+,;=:@/?~%]", re.ASCII)


def is_fragment(reference: str) -> bool:
    """Whether the engine of the runtime can read a reference: a fragment of a URI, which encodes UTF-8."""
    if _FRAGMENT.fullmatch(reference) is None:
        return False
    try:
        return "%" not in reference or bool(unquote_to_bytes(reference).decode())
    except UnicodeDecodeError:
        return False


def first_not_allowed(reference: str) -> str:
    """The first character that keeps a reference from being a fragment; ``%`` where that is what it encodes."""
    found = _NOT_ALLOWED.search(reference, 1)
    return found[0] if found else "%"


def as_fragments(reference: str) -> list[str]:
    """How a reference may be meant that is none, best first: what it encodes decoded, and nothing of it decoded."""
    return list(dict.fromkeys(_encoded(text) for text in (unquote(reference[1:]), reference[1:])))


def to_shared(name: str) -> str:
    """The reference to the definition of this name."""
    return _encoded(pointer(("$defs", name)))


def _encoded(text: str) -> str:
    return "#" + quote(text, safe=_ALLOWED, errors="replace")
