"""Bundles, read in place: map the file, find a record, verify it, decode it. The layout is explained
in layout.py."""

from __future__ import annotations

import mmap
import os
import stat
import struct
from collections.abc import Callable, Iterator
from typing import TypeVar
from zlib import crc32

import msgspec

from connectory import layout
from connectory.errors import BundleError, BundleNotFound, CorruptBundle, NotABundle, UnsupportedFormat
from connectory.records import (
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

Place = tuple[int, int]
"""A record's offset and its length."""

_SLOT_SIZE = layout.SLOT.size
_read_slot = layout.SLOT.unpack_from
_each_reference = layout.REFERENCE.iter_unpack

_decode_root = msgspec.msgpack.Decoder(RootRecord).decode
_decode_head = msgspec.msgpack.Decoder(HeadRecord).decode
_decode_integration = msgspec.msgpack.Decoder(IntegrationRecord, ext_hook=decode_ext).decode
_decode_method = msgspec.msgpack.Decoder(MethodRecord, ext_hook=decode_ext).decode
_decode_schema = msgspec.msgpack.Decoder(SchemaRecord, ext_hook=decode_ext).decode


_NAMED: dict[bytes, Callable[[bytes], HeadRecord | IntegrationRecord | MethodRecord]] = {
    b"\x96": _decode_head,
    b"\x98": _decode_method,
    b"\x9b": _decode_integration,
}
"""Decoders by the first byte of a record, which says how many elements it has, its seal included."""


class Bundle:
    """An open bundle. It holds a map of the file and nothing else; every read makes a fresh value.

    Attributes:
        path: the file.
        data: the map of it.
        found: what the system said of the file when it was opened.
    """

    __slots__ = ("_fields", "_mask", "_slots", "data", "found", "path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Map the file and check its header; the work does not depend on the file's size.

        Raises:
            BundleNotFound: there is no such file.
            NotABundle: the file is something else.
            UnsupportedFormat: the file has another major format.
            CorruptBundle: the header is damaged, or the file is not as long as it says.
        """
        self.path = path = os.fspath(path)
        try:
            descriptor = os.open(path, _OPEN)
        except (OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        try:
            self.found = found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise NotABundle("not a file", path)
            start = os.read(descriptor, layout.HEADER_SIZE)  # of the file: touching the map costs a page fault
            self.data = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise NotABundle("the file is empty", path) from error
        except OSError as error:
            raise BundleError(f"cannot be mapped: {error}", path) from error
        finally:
            os.close(descriptor)
        self._fields = fields = layout.header_fields(start)
        if fields is None:
            raise _no_header(start, path)
        if fields[3] != found.st_size:
            message = f"the file has {found.st_size} bytes and should have {fields[3]}"
            raise CorruptBundle(message, path, found.st_size)
        self._slots = fields[4]
        self._mask = fields[5] - 1

    @property
    def header(self) -> layout.Header:
        """Its header."""
        return layout.Header(*self._fields)

    def root(self) -> RootRecord:
        """What the bundle holds.

        Raises:
            CorruptBundle: the record is damaged, as for every read below.
        """
        return self._decode(_decode_root, self.header.root_offset, self.header.root_length)

    def head(self, integration_id: str) -> HeadRecord | None:
        """The versions of an integration; None where it does not exist."""
        for _, record in self._candidates(_decode_head, layout.head_key(integration_id)):
            if record.integration_id == integration_id:
                return record
        return None

    def integration(self, integration_id: str, version: str) -> tuple[int, IntegrationRecord] | None:
        """One version of an integration, and its offset; None where it does not exist."""
        for found in self._candidates(_decode_integration, layout.integration_key(integration_id, version)):
            if found[1].integration_id == integration_id and found[1].version == version:
                return found
        return None

    def method(self, integration_id: str, version: str, method_id: str) -> tuple[int, MethodRecord] | None:
        """A method of one version of an integration, and its offset; None where it does not exist."""
        for found in self._candidates(_decode_method, layout.method_key(integration_id, version, method_id)):
            record = found[1]
            if (record.id, record.integration_id, record.version) == (method_id, integration_id, version):
                return found
        return None

    def schema(self, offset: int, references: bytes, index: int = 0) -> dict[str, Json]:
        """The self-contained schema that one of the references of the record at an offset leads to.

        The shared definitions that it reaches are joined to its own ``$defs``.
        """
        place = self._place(offset, references, index)
        record = self._schema_record(*place)
        body: dict[str, Json] = self.json(record.body)
        if record.references:
            own = body.get("$defs", {})
            body["$defs"] = own | self._reached(self.places(place[0], record.references), own)
        return body

    def schema_as_written(self, offset: int, references: bytes, index: int = 0) -> dict[str, Json]:
        """The schema as its definition writes it, without the shared definitions that it reaches."""
        body: dict[str, Json] = self.json(self._schema_record(*self._place(offset, references, index)).body)
        return body

    def shared(self, offset: int, references: bytes) -> dict[str, Json]:
        """The shared definitions that the definition whose record is at an offset declares, by name."""
        place = self._place(offset, references, 0)
        places = self.places(place[0], self._schema_record(*place).references)
        return {one.name: self.json(one.body) for one in (self._schema_record(*place) for place in places)}

    def places(self, offset: int, references: bytes) -> list[Place]:
        """Where the records are that the references of the record at an offset lead to.

        Raises:
            CorruptBundle: these are no references.
        """
        try:
            return [(offset + distance, length) for distance, length in _each_reference(references)]
        except struct.error:
            raise CorruptBundle("references are cut off", self.path, offset) from None

    def named(self, offset: int, length: int) -> HeadRecord | IntegrationRecord | MethodRecord:
        """The record at a place that a slot names.

        Raises:
            CorruptBundle: it is none of the three that have names.
        """
        decode = _NAMED.get(self.data[offset : offset + 1])
        if decode is None:
            raise CorruptBundle("a slot leads to no record that has a name", self.path, offset)
        return self._decode(decode, offset, length)

    def schema_places(self, offset: int, length: int) -> list[Place]:
        """Where the schemas are that a schema record names; its body is decoded too."""
        record = self._schema_record(offset, length)
        self.json(record.body)
        return self.places(offset, record.references)

    def _place(self, offset: int, references: bytes, index: int) -> Place:
        try:
            return self.places(offset, references)[index]
        except IndexError:
            raise CorruptBundle("a reference is missing", self.path, offset) from None

    def _reached(self, places: list[Place], own: dict[str, Json]) -> dict[str, Json]:
        """The shared definitions at some places, and those that they reach."""
        reached: dict[str, Json] = {}
        seen: set[Place] = set()
        waiting = places[::-1]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            found = self._schema_record(*place)
            if found.name not in reached and found.name not in own:
                reached[found.name] = self.json(found.body)
                waiting.extend(self.places(place[0], found.references)[::-1])
        return reached

    def _schema_record(self, offset: int, length: int) -> SchemaRecord:
        return self._decode(_decode_schema, offset, length)

    def json(self, raw: msgspec.Raw) -> Json:
        """A fresh JSON value from a record.

        Raises:
            CorruptBundle: it cannot be decoded.
        """
        try:
            return decode_json(raw)
        except (msgspec.MsgspecError, ValueError, ArithmeticError) as error:
            raise CorruptBundle(f"a value cannot be decoded: {error}", self.path) from error

    def _candidates(self, decode: Callable[[bytes], _Record], key: bytes) -> Iterator[tuple[int, _Record]]:
        """The records of every slot that has the key's crc, with their offsets, up to an empty slot whose page is
        verified."""
        crc = crc32(key)
        first = crc & self._mask
        slots = self._slots
        for step in range(self._mask + 1):
            index = (first + step) & self._mask
            crc_and_length, offset = _read_slot(self.data, slots + index * _SLOT_SIZE)
            if not offset:
                self._verify_pages(first, step)
                return
            if crc_and_length >> 32 == crc:
                yield offset, self._decode(decode, offset, crc_and_length & 0xFFFFFFFF)
        raise CorruptBundle("the slot table has no empty slot", self.path, slots)

    def _verify_pages(self, first: int, steps: int) -> None:
        """Compare the crcs of the pages that hold the slots from ``first`` to ``first + steps``, which may wrap."""
        per_page = layout.PAGE // _SLOT_SIZE
        for start in range(first - first % per_page, first + steps + 1, per_page):
            self.verify_page((start & self._mask) // per_page)

    def verify_page(self, page: int) -> None:
        """Compare the crc of a page of the slot table.

        Raises:
            CorruptBundle: it differs.
        """
        header = self.header
        start = header.slots_offset + page * layout.PAGE
        data = self.data[start : min(start + layout.PAGE, header.page_crcs_offset)]
        at = header.page_crcs_offset + 4 * page
        if crc32(data) != int.from_bytes(self.data[at : at + 4], "little"):
            raise CorruptBundle("a page of the slot table is damaged", self.path, start)

    def _decode(self, decode: Callable[[bytes], _Record], offset: int, length: int) -> _Record:
        """The record at a place, verified."""
        data = self.data[offset : offset + length]
        if len(data) != length or crc32(data) != layout.RESIDUE:
            raise CorruptBundle("a record is damaged", self.path, offset)
        try:
            return decode(data)
        except (msgspec.MsgspecError, ValueError) as error:
            raise CorruptBundle(f"a record cannot be decoded: {error}", self.path, offset) from error


_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def is_same_file(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether these are one and the same file, unchanged: bundles are replaced, never written in place."""
    fields = "st_ino", "st_dev", "st_size", "st_mtime_ns"
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def _unreadable(path: str, error: OSError | ValueError) -> BundleError:
    """Why a file cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return BundleNotFound("no such file; 'connectory build' makes a bundle", path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return NotABundle("not a file", path)  # a socket, or on Windows a folder, cannot even be opened
    except (OSError, ValueError):
        pass
    return BundleError(f"cannot be read: {error}", path)


def _no_header(start: bytes, path: str) -> BundleError:
    """Why these first bytes of a file are no header that this release reads."""
    if start[: len(layout.MAGIC)] != layout.MAGIC:
        return NotABundle("not a Connectory bundle", path)
    if len(start) < layout.HEADER_SIZE:
        return CorruptBundle("the file is cut off", path, len(start))
    major = layout.major_format(start)
    if major != layout.MAJOR:
        return UnsupportedFormat(f"format {major}; this release reads format {layout.MAJOR}", path)
    return CorruptBundle("the header is damaged", path, 0)
