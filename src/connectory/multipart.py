"""Bodies of several parts (RFC 7578)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from connectory.records import Json
from connectory.references import applied


class Part(NamedTuple):
    """One part of a body.

    Attributes:
        media_type: empty for a plain text, whose type is not said.
        filename: of a file; None where the part is none.
    """

    name: str
    content: bytes
    media_type: str = ""
    filename: str | None = None

    def head(self) -> bytes:
        """What stands above the content."""
        text = f'form-data; name="{_written(self.name)}"'
        if self.filename is not None:
            text += f'; filename="{_written(self.filename)}"'
        if self.media_type:
            text += f"\r\nContent-Type: {self.media_type}"
        return text.encode("utf-8")


def multipart(kind: str, parts: Iterable[Part]) -> tuple[str, bytes]:
    """The media type and the bytes of a body. The same parts give the same bytes."""
    pairs = [(part.head(), part.content) for part in parts]
    boundary = hashlib.sha256(b"\0".join(one for pair in pairs for one in pair)).hexdigest()[:32]
    lines = [
        b"--" + boundary.encode() + b"\r\nContent-Disposition: " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in pairs
    ]
    return f"{kind}; boundary={boundary}", b"".join(lines) + b"--" + boundary.encode() + b"--\r\n"


def _written(name: str) -> str:
    """The name of a part, as browsers write it (HTML, "multipart/form-data encoding algorithm")."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


class Said(NamedTuple):
    """What schemas say of a text, or of the texts of an array.

    Attributes:
        is_base64: whether it stands for bytes. Beside an alternative that is a plain text nobody can tell: it is none.
        media_type: empty where they do not say.
    """

    is_base64: bool
    media_type: str


def said_of(schemas: Iterable[Json], root: dict[str, Json]) -> Said:
    """What these schemas, and their alternatives, say together."""
    kinds: list[str] = []
    plain, encoded = False, False
    for whole in alternatives(schemas, root, items=True):
        named = [one["contentMediaType"] for one in whole if "contentMediaType" in one]
        kinds += named[:1]
        if any(one.get("contentEncoding") in ("base64", "base64url") for one in whole):
            encoded = True
        elif any(one.get("type") == "string" for one in whole):
            plain = True
    if encoded and plain:
        return Said(False, "")
    return Said(encoded, kinds[0] if kinds else "")


def alternatives(
    schemas: Iterable[Json], root: dict[str, Json], *, items: bool = False
) -> Iterator[tuple[dict[str, Any], ...]]:
    """The schemas that apply together to a value, then those of each of its alternatives.

    ``items``: those of its items are alternatives, too.
    """
    seen: set[int] = set()
    waiting: list[list[Json]] = [list(schemas)]
    for several in waiting:  # which grows meanwhile
        whole = applied(several, root)
        yield whole
        for one in whole:
            if id(one) not in seen:
                seen.add(id(one))
                inner = [*one.get("anyOf", ()), *one.get("oneOf", ()), *([one.get("items")] if items else [])]
                waiting += [[child] for child in inner if isinstance(child, dict)]
