"""The bundle on disk, format 1. The writer and the reader share this page and nothing else.

::

    header      HEADER: magic, format, sizes, offsets, counts, digest, crc32 of the header itself
    records     msgpack arrays, one after the other, in any order
    slots       SLOT x slot_count (a power of two), from a page boundary on
    page crcs   one crc32 for each page of the slot table
    trailer     TRAILER: the file's size, and the magic reversed

Every record's last element is an integer that makes the crc32 of the whole record ``RESIDUE``: one
slice and one crc tell whether it is intact. A slot holds ``crc32(key) << 32 | length`` and the
record's offset; an empty slot is zero. Collisions go to the next slot. Whoever finds a record
compares its decoded name with what was asked for. A miss counts only once the crcs of the touched
pages have been compared, so that a damaged slot never reads as "not there".

Integers are little-endian; offsets are 64 bits wide, so that a bundle may be larger than memory.
"""

from __future__ import annotations

from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

MAGIC = b"\x93CNB\r\n\x1a\n"
"""A lead byte that is no text, a name, and line ends that a transfer in text mode would change."""

MAJOR = 1
"""Readers refuse another major format."""

MINOR = 0
"""Readers accept any minor format: it only adds elements at the end of records."""

PAGE = 4096
"""Bytes of a page of the slot table."""

RESIDUE = 0x2144DF1C
"""The crc32 of any text that is followed by its own crc32 in little-endian order."""

DECIMAL = 1
"""msgpack extension: the text of a decimal number that no float writes exactly."""

_FIELDS = Struct("<HHI QQQQQI IIQ 32s")
_CRC = Struct("<I")
TRAILER = Struct("<Q8s")
SLOT = Struct("<QQ")
REFERENCE = Struct("<qI")
"""Where another record lies: how far behind the start of the record that refers to it, or, negative, before it, and
its length. Records that refer to each other stay as they are wherever they are put together. Fixed in width, so that
records may refer to later ones."""

HEADER_SIZE = len(MAGIC) + _FIELDS.size + _CRC.size


class Header(NamedTuple):
    """The fields of the header.

    Attributes:
        major, minor: the format.
        flags: zero.
        size: the file's, in bytes.
        slots_offset: where the slot table starts, in bytes; a multiple of PAGE.
        slot_count: how many slots it has.
        page_crcs_offset: where the crcs of the slot table's pages start.
        root_offset: where the root record starts.
        root_length: its length.
        integrations, versions, methods: how many the bundle holds; methods are those of all versions.
        digest: sha256 over the definitions that were compiled.
    """

    major: int
    minor: int
    flags: int
    size: int
    slots_offset: int
    slot_count: int
    page_crcs_offset: int
    root_offset: int
    root_length: int
    integrations: int
    versions: int
    methods: int
    digest: bytes


def pack_header(header: Header) -> bytes:
    """The header's bytes, its crc included."""
    packed = MAGIC + _FIELDS.pack(*header)
    return packed + _CRC.pack(crc32(packed))


def major_format(header: bytes) -> int:
    """The major format: the one field that stands at the same place in every format."""
    return int.from_bytes(header[len(MAGIC) : len(MAGIC) + 2], "little")


_START = MAGIC + MAJOR.to_bytes(2, "little")


def header_fields(data: bytes) -> Any:
    """The fields of the Header that ``data`` is; None where it is cut off, damaged, of another major format or none."""
    if len(data) != HEADER_SIZE or not data.startswith(_START) or crc32(data) != RESIDUE:
        return None
    return _FIELDS.unpack_from(data, len(MAGIC))


def seal(record: bytes) -> bytes:
    """``record``, a msgpack array that lacks its last element, completed by the element that makes its crc RESIDUE."""
    open_record = record + b"\xce"
    return open_record + _CRC.pack(crc32(open_record))


def head_key(integration_id: str) -> bytes:
    """The slot key of an integration's head: which versions it has."""
    return _key(f"h{integration_id}")


def integration_key(integration_id: str, version: str) -> bytes:
    """The slot key of one version of an integration."""
    return _key(f"v{integration_id}\0{version}")


def method_key(integration_id: str, version: str, method_id: str) -> bytes:
    """The slot key of a method of one version of an integration."""
    return _key(f"m{integration_id}\0{version}\0{method_id}")


def _key(text: str) -> bytes:
    """The bytes of any Python text: of one that is no Unicode, such as a lone surrogate, bytes that no record has."""
    return text.encode("utf-8", "surrogatepass")
