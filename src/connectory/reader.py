"""Bundles, read in place: map the file, find a record, verify it, decode it. The layout is explained
in layout.py."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Callable, Iterator
from typing import TypeVar
from zlib import crc32

import msgspec

from connectory import layout
from connectory.errors import BundleError, BundleNotFound, CorruptBundle, NotABundle, UnsupportedFormat
from connectory.model import (
    HeadRecord,
    IntegrationRecord,
    Json,
    MethodRecord,
    RootRecord,
    SchemaRecord,
    decode_ext,
    decode_json,
)

_Record = TypeVar("_Record")

_SLOT_SIZE = layout.SLOT.size
_read_slot = layout.SLOT.unpack_from

_decode_root = msgspec.msgpack.Decoder(RootRecord).decode
_decode_head = msgspec.msgpack.Decoder(HeadRecord).decode
_decode_integration = msgspec.msgpack.Decoder(IntegrationRecord, ext_hook=decode_ext).decode
_decode_method = msgspec.msgpack.Decoder(MethodRecord, ext_hook=decode_ext).decode
_decode_schema = msgspec.msgpack.Decoder(SchemaRecord, ext_hook=decode_ext).decode


class Bundle:
    """An open bundle. It holds a map of the file and nothing else; every read makes a fresh value.

    Attributes:
        path: the file.
        header: its header.
    """

    __slots__ = ("_map", "_mask", "header", "path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Map the file and check its header and trailer; the work does not depend on the file's size.

        Raises:
            BundleNotFound: there is no such file.
            NotABundle: the file is something else.
            UnsupportedFormat: the file has another major format.
            CorruptBundle: the header is damaged, or the file is not as long as it says.
        """
        self.path = os.fspath(path)
        self._map = _map_file(self.path)
        self.header = _read_header(self._map, self.path)
        self._mask = self.header.slot_count - 1

    def root(self) -> RootRecord:
        """What the bundle holds.

        Raises:
            CorruptBundle: the record is damaged, as for every read below.
        """
        return self._decode(_decode_root, self.header.root_offset, self.header.root_length)

    def head(self, integration_id: str) -> HeadRecord | None:
        """The versions of an integration; None where it does not exist."""
        for record in self._candidates(_decode_head, layout.head_key(integration_id)):
            if record.integration_id == integration_id:
                return record
        return None

    def integration(self, integration_id: str, version: str) -> IntegrationRecord | None:
        """One version of an integration; None where it does not exist."""
        for record in self._candidates(_decode_integration, layout.integration_key(integration_id, version)):
            if record.integration_id == integration_id and record.version == version:
                return record
        return None

    def method(self, integration_id: str, version: str, method_id: str) -> MethodRecord | None:
        """A method of one version of an integration; None where it does not exist."""
        for record in self._candidates(_decode_method, layout.method_key(integration_id, version, method_id)):
            if (record.id, record.integration_id, record.version) == (method_id, integration_id, version):
                return record
        return None

    def schema(self, reference: bytes, place: int = 0) -> dict[str, Json]:
        """The self-contained schema at the reference that stands at ``place`` bytes into ``reference``.

        The shared definitions that it reaches are joined to its own ``$defs``.
        """
        record = self._schema_record(*layout.REFERENCE.unpack_from(reference, place))
        body: dict[str, Json] = self._json(record.body)
        if record.names:
            own = body.get("$defs", {})
            body["$defs"] = own | self._reached(record, own)
        return body

    def schema_as_written(self, reference: bytes, place: int = 0) -> dict[str, Json]:
        """The schema as its definition writes it, without the shared definitions that it reaches."""
        body: dict[str, Json] = self._json(self._schema_record(*layout.REFERENCE.unpack_from(reference, place)).body)
        return body

    def shared(self, reference: bytes) -> dict[str, Json]:
        """The shared definitions that a definition declares, by name."""
        record = self._schema_record(*layout.REFERENCE.unpack(reference))
        return {name: self._json(self._schema_record(*place).body) for name, place in _named(record)}

    def _reached(self, record: SchemaRecord, own: dict[str, Json]) -> dict[str, Json]:
        reached: dict[str, Json] = {}
        waiting = _named(record)[::-1]
        while waiting:
            name, place = waiting.pop()
            if name not in reached and name not in own:
                found = self._schema_record(*place)
                reached[name] = self._json(found.body)
                waiting.extend(_named(found)[::-1])
        return reached

    def _schema_record(self, offset: int, length: int) -> SchemaRecord:
        return self._decode(_decode_schema, offset, length)

    def _json(self, raw: msgspec.Raw) -> Json:
        try:
            return decode_json(raw)
        except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
            raise CorruptBundle(f"a value cannot be decoded: {error}", self.path) from error

    def _candidates(self, decode: Callable[[bytes], _Record], key: bytes) -> Iterator[_Record]:
        """The records of every slot that has the key's crc, up to an empty slot whose page is verified."""
        crc = crc32(key)
        first = crc & self._mask
        slots = self.header.slots_offset
        for step in range(self.header.slot_count):
            index = (first + step) & self._mask
            crc_and_length, offset = _read_slot(self._map, slots + index * _SLOT_SIZE)
            if not offset:
                self._verify_pages(first, step)
                return
            if crc_and_length >> 32 == crc:
                yield self._decode(decode, offset, crc_and_length & 0xFFFFFFFF)
        raise CorruptBundle("the slot table has no empty slot", self.path, slots)

    def _verify_pages(self, first: int, steps: int) -> None:
        """Compare the crcs of the pages that hold the slots from ``first`` to ``first + steps``, which may wrap."""
        per_page = layout.PAGE // _SLOT_SIZE
        for start in range(first - first % per_page, first + steps + 1, per_page):
            self._verify_page((start & self._mask) // per_page)

    def _verify_page(self, page: int) -> None:
        header = self.header
        start = header.slots_offset + page * layout.PAGE
        data = self._map[start : min(start + layout.PAGE, header.page_crcs_offset)]
        at = header.page_crcs_offset + 4 * page
        if crc32(data) != int.from_bytes(self._map[at : at + 4], "little"):
            raise CorruptBundle("a page of the slot table is damaged", self.path, start)

    def _decode(self, decode: Callable[[bytes], _Record], offset: int, length: int) -> _Record:
        """The record at a place, verified."""
        data = self._map[offset : offset + length]
        if len(data) != length or crc32(data) != layout.RESIDUE:
            raise CorruptBundle("a record is damaged", self.path, offset)
        try:
            return decode(data)
        except (msgspec.MsgspecError, ValueError) as error:
            raise CorruptBundle(f"a record cannot be decoded: {error}", self.path, offset) from error


def _named(record: SchemaRecord) -> list[tuple[str, tuple[int, int]]]:
    return list(zip(record.names, layout.REFERENCE.iter_unpack(record.references), strict=True))


def _map_file(path: str) -> mmap.mmap:
    """A read-only map of a regular file. The file's descriptor is closed; the map stays valid."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotABundle("not a file", path)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError as error:
        raise BundleNotFound("no such file; 'connectory build' makes a bundle", path) from error
    except (OSError, ValueError) as error:
        raise BundleError(f"cannot be read: {error}", path) from error
    try:
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise NotABundle("the file is empty", path) from error
    except OSError as error:
        raise BundleError(f"cannot be mapped: {error}", path) from error
    finally:
        os.close(descriptor)


def _read_header(data: mmap.mmap, path: str) -> layout.Header:
    start = data[: layout.HEADER_SIZE]
    if start[: len(layout.MAGIC)] != layout.MAGIC:
        raise NotABundle("not a Connectory bundle", path)
    if len(start) < layout.HEADER_SIZE:
        raise CorruptBundle("the file is cut off", path, len(data))
    major = layout.major_format(start)
    if major != layout.MAJOR:
        raise UnsupportedFormat(f"format {major}; this release reads format {layout.MAJOR}", path)
    header = layout.unpack_header(start)
    if header is None:
        raise CorruptBundle("the header is damaged", path, 0)
    end = header.size - layout.TRAILER.size
    if len(data) != header.size or data[end:] != layout.TRAILER.pack(header.size, layout.MAGIC[::-1]):
        raise CorruptBundle(f"the file has {len(data)} bytes and should have {header.size}", path, len(data))
    return header
