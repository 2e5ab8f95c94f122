"""The bundle: every version of every integration in one file that services map into memory.

What it holds of an integration is a segment that does not depend on the others: it is worked out apart from them, in
any process, and kept between runs. The bundle is the segments one after the other.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import msgspec

from connectory import __version__, layout
from connectory.compiler.lower import LoweredIntegration, LoweredSchema
from connectory.compiler.release import Release, Segment
from connectory.reader import Place
from connectory.records import IntegrationType
from connectory.versions import Version, newest

NAME = "catalog.bundle"

_encode = msgspec.msgpack.Encoder().encode
_pack_reference = layout.REFERENCE.pack


def write(release: Release, path: Path) -> None:
    """Write the bundle of a release."""
    with open(path, "wb") as stream:
        _write(release.segments, stream)


def segments(integrations: Iterable[LoweredIntegration]) -> Iterator[Segment]:
    """The segment of each integration; its versions stand together and rise."""
    for integration_id, versions in groupby(integrations, lambda integration: integration.id):
        yield _Writer().write(integration_id, versions)


# The file.


def _write(parts: Iterable[Segment], stream: BinaryIO) -> None:
    """Segments one after the other, the record that lists them, and the slot table."""
    stream.write(bytes(layout.HEADER_SIZE))
    end = layout.HEADER_SIZE
    ids: list[str] = []
    types: list[str] = []
    slots = array("Q")
    digest = hashlib.sha256()
    versions = methods = 0
    for segment in parts:
        stream.write(segment.records)
        for crc_and_length, offset in layout.SLOT.iter_unpack(segment.names):
            slots.extend((crc_and_length, end + offset))
        end += len(segment.records)
        ids.append(segment.id)
        types.append(segment.type)
        digest.update(segment.digests)
        versions += segment.versions
        methods += segment.methods
    root = _record(end, _encode(ids), _encode(types), _encode(f"connectory {__version__}"))
    stream.write(root)
    counts = {"integrations": len(ids), "versions": versions, "methods": methods}
    _close(stream, slots, (end, len(root)), counts, digest.digest())


def _close(stream: BinaryIO, named: array[int], root: Place, counts: dict[str, int], digest: bytes) -> None:
    table = _slot_table(named)
    end = sum(root)
    padding = -end % layout.PAGE
    slots_offset = end + padding
    page_crcs_offset = slots_offset + len(table)
    pages = [crc32(table[at : at + layout.PAGE]) for at in range(0, len(table), layout.PAGE)]
    crcs = b"".join(crc.to_bytes(4, "little") for crc in pages)
    size = page_crcs_offset + len(crcs) + layout.TRAILER.size
    header = layout.Header(
        layout.MAJOR,
        layout.MINOR,
        0,
        size,
        slots_offset,
        len(table) // layout.SLOT.size,
        page_crcs_offset,
        *root,
        **counts,
        digest=digest,
    )
    stream.writelines((bytes(padding), table, crcs, layout.TRAILER.pack(size, layout.MAGIC[::-1])))
    stream.seek(0)
    stream.write(layout.pack_header(header))


# Its segments.


class _Writer:
    """Appends the records of one integration, and remembers where they are."""

    def __init__(self) -> None:
        self._records = bytearray()
        self._names = bytearray()
        self._schemas: dict[object, Place] = {}

    def write(self, integration_id: str, versions: Iterable[LoweredIntegration]) -> Segment:
        """The segment of these versions."""
        types: dict[str, IntegrationType] = {}
        deprecated: list[int] = []
        digests = b""
        methods = 0
        for integration in versions:
            if integration.deprecated:
                deprecated.append(len(types))
            types[integration.version] = integration.type
            digests += integration.digest
            methods += len(integration.methods)
            self._add_version(integration)
        parsed = list(map(Version.parse, types))
        default = newest(parsed)
        assert default is not None
        known = list(types)
        place = known.index(default.text)
        majors = {version.core[0] for version in parsed if not version.pre}
        head = self._append(*map(_encode, (integration_id, known, place, deprecated, len(majors) > 1)))
        self._name(layout.head_key(integration_id), head)
        return Segment(
            id=integration_id,
            type=types[default.text],
            records=bytes(self._records),
            names=bytes(self._names),
            versions=len(types),
            methods=methods,
            digests=digests,
        )

    def _add_version(self, integration: LoweredIntegration) -> None:
        shared = self._add_shared(integration)
        config = self._add_schema(integration.config, shared)
        for method in integration.methods:
            schemas = [self._add_schema(method.input, shared), self._add_schema(method.output, shared)]
            texts = integration.id, integration.version, method.id, method.name, method.description
            record = self._append(*map(_encode, texts), schemas, method.rest)
            self._name(layout.method_key(integration.id, integration.version, method.id), record)
        names = integration.id, integration.version, integration.name, integration.description
        kinds = integration.type, integration.auth_type
        method_ids = _encode([method.id for method in integration.methods])
        directory = [self._add_directory(shared)] if shared else []
        record = self._append(*map(_encode, (*names, *kinds)), [config], method_ids, integration.rest, directory)
        self._name(layout.integration_key(integration.id, integration.version), record)

    def _add_shared(self, integration: LoweredIntegration) -> dict[str, Place]:
        """Add the shared schemas, each once for all versions, and say where they are.

        Schemas that refer to each other in a circle are placed together: their references need the others' places
        before these are written, which is possible because a reference's width does not depend on its value.
        """
        shared = integration.shared
        circle_of = {name: circle for circle in integration.circles for name in circle}
        places: dict[str, Place] = {}
        for name in integration.order:
            if name not in circle_of:
                places[name] = self._add_schema(shared[name], places, name)
            elif name not in places:
                self._add_circle(circle_of[name], shared, places)
        return {name: places[name] for name in shared}

    def _add_circle(self, circle: Sequence[str], shared: Mapping[str, LoweredSchema], places: dict[str, Place]) -> None:
        key = _circle_key(circle, shared, places)
        if (key, circle[0]) not in self._schemas:
            self._place_circle(circle, shared, key, dict(places))
        places.update((name, self._schemas[key, name]) for name in circle)

    def _place_circle(
        self, circle: Sequence[str], shared: Mapping[str, LoweredSchema], key: object, places: dict[str, Place]
    ) -> None:
        offset = len(self._records)
        for name in circle:
            length = len(_record(0, *_schema(shared[name], [(0, 0)] * len(shared[name].names), name)))
            self._schemas[key, name] = places[name] = (offset, length)
            offset += length
        for name in circle:
            self._append(*_schema(shared[name], [places[other] for other in shared[name].names], name))

    def _add_schema(self, schema: LoweredSchema, shared: Mapping[str, Place], name: str = "") -> Place:
        places = [shared[other] for other in schema.names]
        key = (schema.body, name, *places)
        if key not in self._schemas:
            self._schemas[key] = self._append(*_schema(schema, places, name))
        return self._schemas[key]

    def _add_directory(self, shared: dict[str, Place]) -> Place:
        """A record that names all shared schemas of a definition."""
        return self._add_schema(LoweredSchema(_encode({}), tuple(shared)), shared)

    def _append(self, *elements: Element) -> Place:
        offset = len(self._records)
        record = _record(offset, *elements)
        self._records += record
        return offset, len(record)

    def _name(self, key: bytes, place: Place) -> None:
        self._names += layout.SLOT.pack(crc32(key) << 32 | place[1], place[0])


Element = bytes | list[Place]
"""An element of a record: encoded, or references to other records."""


def _record(offset: int, *elements: Element) -> bytes:
    """A sealed record of at most 14 elements, so that their number fits in its first byte, to stand at an offset."""
    parts = [element if isinstance(element, bytes) else _references(offset, element) for element in elements]
    return layout.seal(b"".join((bytes([0x90 | (len(elements) + 1)]), *parts)))


def _references(offset: int, places: list[Place]) -> bytes:
    """References of the record at an offset to those at some places."""
    return _encode(b"".join([_pack_reference(place - offset, length) for place, length in places]))


def _schema(schema: LoweredSchema, places: list[Place], name: str) -> tuple[Element, ...]:
    return schema.body, _encode(name), places


def _circle_key(circle: Sequence[str], shared: Mapping[str, LoweredSchema], places: Mapping[str, Place]) -> object:
    """What makes two circles the same: their names and bodies, and what they refer to outside."""
    return tuple(
        (
            name,
            shared[name].body,
            shared[name].names,
            *[places[other] for other in shared[name].names if other in places],
        )
        for name in circle
    )


def _slot_table(named: array[int]) -> bytes:
    """The hash table of all named records: a power of two of slots, at most half of them taken."""
    count = 1
    while count < len(named):
        count *= 2
    slots = array("Q", bytes(layout.SLOT.size * count))
    for at in range(0, len(named), 2):
        index = (named[at] >> 32) & (count - 1)
        while slots[2 * index + 1]:
            index = (index + 1) & (count - 1)
        slots[2 * index], slots[2 * index + 1] = named[at], named[at + 1]
    if memoryview(b"\1\0").cast("H")[0] != 1:
        slots.byteswap()
    return slots.tobytes()
