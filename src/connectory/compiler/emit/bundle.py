"""The bundle: every version of every integration in one file that services map into memory."""

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
from connectory.compiler.release import Release
from connectory.versions import Version, newest

NAME = "catalog.bundle"

_encode = msgspec.msgpack.Encoder().encode
_pack_reference = layout.REFERENCE.pack
_EMPTY = _encode(b"")

Place = tuple[int, int]
"""A record's offset and length."""


def write(release: Release, path: Path) -> None:
    """Write the bundle of a release."""
    with open(path, "wb") as stream:
        _Writer(stream).write(release.integrations)


class _Writer:
    """Appends records to a file, remembers where, and closes with the slot table."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._end = layout.HEADER_SIZE
        self._slots = array("Q")
        self._schemas: dict[bytes, Place] = {}
        self._digest = hashlib.sha256()
        self._counts = {"integrations": 0, "versions": 0, "methods": 0}

    def write(self, integrations: Iterable[LoweredIntegration]) -> None:
        self._stream.write(bytes(layout.HEADER_SIZE))
        ids: list[str] = []
        types: list[str] = []
        for integration_id, versions in groupby(integrations, lambda integration: integration.id):
            ids.append(integration_id)
            types.append(self._add_versions(integration_id, versions))
        root = self._append(_encode(ids), _encode(types), _encode(f"connectory {__version__}"))
        self._close(root)

    def _add_versions(self, integration_id: str, versions: Iterator[LoweredIntegration]) -> str:
        """Add every version and the head that lists them; the type of the version that answers by default."""
        types: dict[str, str] = {}
        deprecated: list[int] = []
        for integration in versions:
            if integration.deprecated:
                deprecated.append(len(types))
            types[integration.version] = integration.type
            self._add_integration(integration)
        parsed = list(map(Version.parse, types))
        default = newest(parsed)
        assert default is not None
        known = list(types)
        place = known.index(default.text)
        majors = {version.core[0] for version in parsed if not version.pre}
        head = self._append(*map(_encode, (integration_id, known, place, deprecated, len(majors) > 1)))
        self._name(layout.head_key(integration_id), head)
        self._counts["integrations"] += 1
        return types[default.text]

    def _add_integration(self, integration: LoweredIntegration) -> None:
        shared = self._add_shared(integration)
        config = self._add_schema(integration.config, shared)
        for method in integration.methods:
            schemas = self._add_schema(method.input, shared), self._add_schema(method.output, shared)
            texts = integration.id, integration.version, method.id, method.name, method.description
            record = self._append(*map(_encode, texts), _encode(_references(schemas)), method.rest)
            self._name(layout.method_key(integration.id, integration.version, method.id), record)
        names = integration.id, integration.version, integration.name, integration.description
        kinds = integration.type, integration.auth_type
        record = self._append(
            *map(_encode, (*names, *kinds)),
            _encode(_references([config])),
            _encode([method.id for method in integration.methods]),
            integration.rest,
            _encode(_references([self._add_directory(shared)]) if shared else b""),
        )
        self._name(layout.integration_key(integration.id, integration.version), record)
        self._digest.update(integration.digest)
        self._counts["versions"] += 1
        self._counts["methods"] += len(integration.methods)

    def _add_shared(self, integration: LoweredIntegration) -> dict[str, Place]:
        """Add the shared schemas, each once in the whole bundle, and say where they are.

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
        keys = {name: hashlib.sha256(key + name.encode()).digest() for name in circle}
        if keys[circle[0]] not in self._schemas:
            self._place_circle(circle, shared, keys, dict(places))
        places.update((name, self._schemas[keys[name]]) for name in circle)

    def _place_circle(
        self,
        circle: Sequence[str],
        shared: Mapping[str, LoweredSchema],
        keys: Mapping[str, bytes],
        places: dict[str, Place],
    ) -> None:
        offset = self._end
        for name in circle:
            length = len(_schema_record(shared[name], [(0, 0)] * len(shared[name].names), name))
            self._schemas[keys[name]] = places[name] = (offset, length)
            offset += length
        for name in circle:
            schema = shared[name]
            self._write(_schema_record(schema, [places[other] for other in schema.names], name))

    def _add_schema(self, schema: LoweredSchema, shared: Mapping[str, Place], name: str = "") -> Place:
        record = _schema_record(schema, [shared[other] for other in schema.names], name)
        key = hashlib.sha256(record).digest()
        if key not in self._schemas:
            self._schemas[key] = self._write(record)
        return self._schemas[key]

    def _add_directory(self, shared: dict[str, Place]) -> Place:
        """A record that names all shared schemas of a definition."""
        return self._add_schema(LoweredSchema(_encode({}), tuple(shared)), shared)

    def _append(self, *elements: bytes) -> Place:
        return self._write(_record(*elements))

    def _write(self, record: bytes) -> Place:
        place = self._end, len(record)
        self._stream.write(record)
        self._end += len(record)
        return place

    def _name(self, key: bytes, place: Place) -> None:
        self._slots.extend((crc32(key) << 32 | place[1], place[0]))

    def _close(self, root: Place) -> None:
        table = _slot_table(self._slots)
        padding = -self._end % layout.PAGE
        slots_offset = self._end + padding
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
            **self._counts,
            digest=self._digest.digest(),
        )
        self._stream.writelines((bytes(padding), table, crcs, layout.TRAILER.pack(size, layout.MAGIC[::-1])))
        self._stream.seek(0)
        self._stream.write(layout.pack_header(header))


def _record(*elements: bytes) -> bytes:
    """A sealed record of these encoded elements: at most 14, so that the array's length fits in its first byte."""
    return layout.seal(bytes([0x90 | (len(elements) + 1)]) + b"".join(elements))


def _schema_record(schema: LoweredSchema, places: list[Place], name: str = "") -> bytes:
    return _record(schema.body, _encode(name), _encode(_references(places)) if places else _EMPTY)


def _references(places: Sequence[Place]) -> bytes:
    return b"".join([_pack_reference(*place) for place in places]) if places else b""


def _circle_key(circle: Sequence[str], shared: Mapping[str, LoweredSchema], places: Mapping[str, Place]) -> bytes:
    """What makes two circles the same: their names and bodies, and what they refer to outside."""
    key = hashlib.sha256()
    for name in circle:
        schema = shared[name]
        outside = [places[other] for other in schema.names if other not in circle]
        key.update(_encode([name, schema.body, schema.names, outside]))
    return key.digest()


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
