"""Every record of a bundle, checked: what ``verify="full"`` and ``connectory verify`` do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from zlib import crc32

import msgspec

from connectory import layout
from connectory.errors import CorruptBundle
from connectory.reader import Bundle, Place
from connectory.records import HeadRecord, IntegrationRecord, MethodRecord


class Fault(NamedTuple):
    """Something wrong with a bundle.

    Attributes:
        offset: where, in bytes; None where no single place is at fault.
        message: what.
    """

    offset: int | None
    message: str


class Checked(NamedTuple):
    """What a check came to."""

    faults: tuple[Fault, ...]
    records: int


def check(bundle: Bundle) -> Checked:
    """Everything that is wrong with a bundle, and how many records were checked."""
    checker = _Checker(bundle)
    found = sorted(set(checker.run()), key=lambda fault: (fault.offset or 0, fault.message))
    return Checked(tuple(found), len(checker.places))


def faults(bundle: Bundle) -> tuple[Fault, ...]:
    """Everything that is wrong with a bundle, by place."""
    return check(bundle).faults


class _Checker:
    """Reads every page, slot and record, and what lies between.

    Attributes:
        places: every record that was read.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._header = bundle.header
        self.places: set[Place] = set()
        self._heads: dict[str, HeadRecord] = {}
        self._integrations: dict[tuple[str, str], tuple[int, IntegrationRecord]] = {}
        self._methods: dict[tuple[str, str, str], tuple[int, MethodRecord]] = {}

    def run(self) -> Iterator[Fault]:
        """Every fault."""
        yield from self._layout()
        for page in range(-(-(self._header.page_crcs_offset - self._header.slots_offset) // layout.PAGE)):
            yield from self._try(lambda page=page: self._bundle.verify_page(page))
        yield from self._named()
        yield from self._root()
        yield from self._whole()
        for integration in self._integrations.values():
            yield from self._integration(*integration)
        for method in self._methods.values():
            yield from self._method(*method)
        yield from self._gaps()

    def _layout(self) -> Iterator[Fault]:
        header = self._header
        table = header.slot_count * layout.SLOT.size
        pages = -(-table // layout.PAGE)
        if header.slot_count & (header.slot_count - 1) or header.slots_offset % layout.PAGE:
            yield Fault(0, "the slot table has no power of two of slots, or does not start at a page")
        if header.page_crcs_offset != header.slots_offset + table or (
            header.size != header.page_crcs_offset + 4 * pages + layout.TRAILER.size
        ):
            yield Fault(0, "the parts of the file do not follow one another")
        end = header.size - layout.TRAILER.size
        if self._bundle.data[end:] != layout.TRAILER.pack(header.size, layout.MAGIC[::-1]):
            yield Fault(end, "the trailer is damaged")

    def _named(self) -> Iterator[Fault]:
        """The records that slots lead to."""
        used = 0
        for index in range(self._header.slot_count):
            at = self._header.slots_offset + index * layout.SLOT.size
            crc_and_length, offset = layout.SLOT.unpack_from(self._bundle.data, at)
            if offset:
                used += 1
                yield from self._slot(at, crc_and_length >> 32, (offset, crc_and_length & 0xFFFFFFFF))
        if used == self._header.slot_count and used > 1:
            yield Fault(self._header.slots_offset, "the slot table has no empty slot")

    def _slot(self, at: int, crc: int, place: Place) -> Iterator[Fault]:
        found: list[HeadRecord | IntegrationRecord | MethodRecord] = []
        yield from self._try(lambda: found.append(self._bundle.named(*place)))
        if not found:
            return
        self.places.add(place)
        record = found[0]
        if isinstance(record, HeadRecord):
            key, self._heads[record.integration_id] = layout.head_key(record.integration_id), record
        elif isinstance(record, IntegrationRecord):
            name = record.integration_id, record.version
            key, self._integrations[name] = layout.integration_key(*name), (place[0], record)
        else:
            names = record.integration_id, record.version, record.id
            key, self._methods[names] = layout.method_key(*names), (place[0], record)
        if crc32(key) != crc:
            yield Fault(at, "a slot leads to the record of another name")
        else:
            yield from self._try(lambda: self._found_again(record, at))

    def _found_again(self, record: HeadRecord | IntegrationRecord | MethodRecord, at: int) -> None:
        bundle = self._bundle
        if isinstance(record, HeadRecord):
            again: object = bundle.head(record.integration_id)
        elif isinstance(record, IntegrationRecord):
            again = bundle.integration(record.integration_id, record.version)
        else:
            again = bundle.method(record.integration_id, record.version, record.id)
        if again is None:
            raise CorruptBundle("a record is not found by its name", bundle.path, at)

    def _root(self) -> Iterator[Fault]:
        found = []
        yield from self._try(lambda: found.append(self._bundle.root()))
        self.places.add((self._header.root_offset, self._header.root_length))
        if found and (list(found[0].ids) != sorted(self._heads) or len(found[0].types) != len(found[0].ids)):
            yield Fault(self._header.root_offset, "the list of integrations is not that of the records")

    def _whole(self) -> Iterator[Fault]:
        """Whether the records are those that others name, and as many as the header says."""
        counts = len(self._heads), len(self._integrations), len(self._methods)
        if counts != (self._header.integrations, self._header.versions, self._header.methods):
            yield Fault(0, f"the header counts {self._header.methods} methods; {counts[2]} are there, or likewise")
        for head in self._heads.values():
            if not 0 <= head.default < len(head.versions):
                yield Fault(None, f"{head.integration_id} has no default version")
            for version in head.versions:
                if (head.integration_id, version) not in self._integrations:
                    yield Fault(None, f"{head.integration_id} lacks its version {version}")
        for (name, version), (_, record) in self._integrations.items():
            if name not in self._heads or version not in self._heads[name].versions:
                yield Fault(None, f"{name}@{version} is no version that is listed")
            for method_id in record.method_ids:
                if (name, version, method_id) not in self._methods:
                    yield Fault(None, f"{name}@{version} lacks its method {method_id}")

    def _integration(self, offset: int, record: IntegrationRecord) -> Iterator[Fault]:
        yield from self._try(lambda: self._bundle.json(record.rest))
        yield from self._schemas(offset, record.config_schema)
        if record.shared:
            yield from self._schemas(offset, record.shared)

    def _method(self, offset: int, record: MethodRecord) -> Iterator[Fault]:
        yield from self._try(lambda: self._bundle.json(record.rest))
        yield from self._schemas(offset, record.schemas)

    def _schemas(self, offset: int, references: bytes) -> Iterator[Fault]:
        """The schema records that the references of a record lead to, and those that these lead to."""
        waiting: list[Place] = []
        yield from self._try(lambda: waiting.extend(self._bundle.places(offset, references)))
        while waiting:
            place = waiting.pop()
            if place in self.places:
                continue
            self.places.add(place)
            found: list[list[Place]] = []
            yield from self._try(lambda place=place, found=found: found.append(self._bundle.schema_places(*place)))
            waiting.extend(one for places in found for one in places)

    def _gaps(self) -> Iterator[Fault]:
        """What lies between records, where nothing should, and up to the slot table, where zeros should."""
        end = layout.HEADER_SIZE
        for offset, length in sorted(self.places):
            if offset != end:
                yield Fault(min(end, offset), "bytes that belong to no record, or to two")
            end = max(end, offset + length)
        padding = self._bundle.data[end : self._header.slots_offset]
        if len(padding) >= layout.PAGE or padding.strip(b"\0"):
            yield Fault(end, "bytes that belong to no record")

    def _try(self, step: object) -> Iterator[Fault]:
        try:
            step()  # type: ignore[operator]  # a callable without arguments
        except CorruptBundle as error:
            yield Fault(error.offset, error.message)
        except (msgspec.MsgspecError, ValueError, RecursionError, IndexError, OverflowError) as error:
            yield Fault(None, f"a record cannot be read: {error}")
