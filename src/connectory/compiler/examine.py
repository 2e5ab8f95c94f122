"""The files of one integration: read, checked, and made ready for the outputs. This is what runs in parallel and what
is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import msgspec

from connectory.compiler.cache import Cache, Kind, NotKept, Status, status_of
from connectory.compiler.config import BundleConfig
from connectory.compiler.definition import Definition, Listed, PriceRead
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.format import schema_text
from connectory.compiler.release import Segment
from connectory.compiler.suppressions import Suppression
from connectory.compiler.text import Source
from connectory.compiler.text.lines import lines_at

_LIBRARIES = ("msgspec", "jsonschema-rs", "jsonschema", "PyYAML", "Jinja2")
"""What the findings, or the bytes of the outputs, may depend on."""


class File(msgspec.Struct, frozen=True):
    """A file of a catalog: its path, and how diagnostics name it."""

    path: str
    shown: str


class Wanted(msgspec.Struct, frozen=True):
    """What outputs want of an integration.

    Attributes:
        bundle: what its segment is to hold; None where none is wanted.
        seeded: which of its files the row is made of; None where their names do not say it.
    """

    bundle: BundleConfig | None = None
    seeded: int | None = None


class Job(msgspec.Struct, frozen=True):
    """An integration to look at.

    Attributes:
        files: its versions, rising.
        wanted: for outputs.
        folder: where what is worked out is kept; empty where it is not.
        spare: where what that folder does not take is kept; empty where it need not be.
    """

    files: tuple[File, ...]
    wanted: Wanted = Wanted()
    folder: str = ""
    spare: str = ""


class Examined(msgspec.Struct, frozen=True):
    """What is known of a file once it was looked at.

    Attributes:
        listed: what rules need that look at all definitions; None where the text cannot be read.
        diagnostics: what is wrong with it.
        methods, models: how many it has.
        is_sound: whether outputs can be made of it, whatever the other findings count as.
        suppressions: what its comments say of findings.
        prices: when prices were read.
        promised: see ``Definition``.
        quoted: the lines that its findings stand in, by their numbers, so that a report need not read the file again;
            without those that are very long.
    """

    listed: Listed | None
    diagnostics: tuple[Diagnostic, ...]
    methods: int = 0
    models: int = 0
    is_sound: bool = False
    suppressions: tuple[Suppression, ...] = ()
    prices: tuple[PriceRead, ...] = ()
    promised: str = ""
    quoted: dict[int, str] = {}


class Looked(msgspec.Struct, frozen=True):
    """What a file came to.

    Attributes:
        file: which it is.
        key: what is kept of it goes by this; empty where it cannot be read, or nothing is kept.
        status: before it was read.
        examined: what is known of it.
    """

    file: File
    key: str
    status: Status | None
    examined: Examined


class Worked(msgspec.Struct, frozen=True):
    """What a job came to; ``segment`` is the key of what the bundle holds of it, where that is wanted."""

    looked: tuple[Looked, ...]
    segment: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether outputs can be made of all its files."""
        return all(looked.examined.is_sound for looked in self.looked)


class Bundled(msgspec.Struct, frozen=True):
    """What is kept for a bundle.

    Attributes:
        segment: None where nothing of the integration is chosen.
        digests: of all its versions.
        used: the patterns that match something of it.
    """

    segment: Segment | None
    digests: tuple[bytes, ...]
    used: tuple[str, ...] = ()


BUNDLED: Kind = "bundled"
SEEDED: Kind = "seeded"
EXAMINED: Kind = "examined"
"""What is kept: of an integration, and of a file."""


def work(job: Job) -> Worked:
    """Look at an integration, but for what was done before; keep what is wanted of it.

    Raises:
        NotKept: an output needs what cannot be kept.
        EmitError: a database cannot hold it.
    """
    store = Cache(Path(job.folder), spare=Path(job.spare) if job.spare else None) if job.folder else None
    looked, definitions = [], {}
    for index, file in enumerate(job.files):
        found, definition = _look(file, store)
        looked.append(found)
        if definition is not None and job.wanted != Wanted():
            definitions[index] = definition
    worked = Worked(tuple(looked))
    if store is None or not worked.is_sound:
        return worked
    if job.wanted.seeded is not None:
        _keep_row(job.wanted.seeded, worked, definitions, store)
    if job.wanted.bundle is None:
        return worked
    return msgspec.structs.replace(worked, segment=_keep_segment(job.wanted.bundle, worked, definitions, store))


def _look(file: File, store: Cache | None) -> tuple[Looked, Definition | None]:
    """What a file comes to, and the definition, where it had to be read for that."""
    from connectory.compiler.text import content_of, read_content, read_source

    status = status_of(file.path)
    try:
        content = content_of(file.path)
    except (OSError, ValueError):
        unread = Definition(read_source(file.path, file.shown), os.path.abspath(file.path))
        return Looked(file, "", None, examine(unread)), unread
    key = content_key(file, content) if store else ""
    known = store.examined(key, Examined) if store else None
    if known is not None:
        return Looked(file, key, status, known), None
    source = read_content(content, file.shown, os.path.splitext(file.path)[1])
    definition = Definition(source, os.path.abspath(file.path))
    found = examine(definition)
    if store:
        with contextlib.suppress(NotKept):  # then it is looked at again the next time
            store.put(EXAMINED, key, msgspec.msgpack.encode(found))
    return Looked(file, key, status, found), definition


def _keep_row(index: int, worked: Worked, definitions: dict[int, Definition], store: Cache) -> None:
    from connectory.compiler.postgres.rows import seed_row

    key = worked.looked[index].key
    if store.get(SEEDED, key) is None:
        definition = _definition(index, worked, definitions)
        store.put(SEEDED, key, seed_row(definition.data, definition.shared_defs).encode("ascii"))


def _keep_segment(bundle: BundleConfig, worked: Worked, definitions: dict[int, Definition], store: Cache) -> str:
    from connectory.compiler.emit.bundle import segments
    from connectory.compiler.lower import LoweredIntegration, lower
    from connectory.compiler.selection import Selection

    key = segment_key(bundle, [looked.key for looked in worked.looked])
    if store.get(BUNDLED, key) is not None:
        return key
    selection = Selection.read(bundle.include, bundle.exclude)
    digests: list[bytes] = []
    used: set[str] = set()

    def chosen() -> Iterator[LoweredIntegration]:
        for index in range(len(worked.looked)):
            definition = _definition(index, worked, definitions)
            lowered = lower(definition.data, definition.shared_defs)
            digests.append(lowered.digest)
            used.update(selection.used(lowered))
            narrowed = selection.narrowed(lowered)
            if narrowed is not None:
                yield narrowed

    segment = next(segments(chosen()), None)
    store.put(BUNDLED, key, msgspec.msgpack.encode(Bundled(segment, tuple(digests), tuple(sorted(used)))))
    return key


def _definition(index: int, worked: Worked, definitions: dict[int, Definition]) -> Definition:
    """One of the definitions; it is read again where it was known already."""
    if index in definitions:
        return definitions[index]
    from connectory.compiler.text import content_of, read_content

    looked = worked.looked[index]
    content = content_of(looked.file.path)
    if content_key(looked.file, content) != looked.key:
        raise NotKept(f"{looked.file.shown} changed while it was read; run it again")
    source = read_content(content, looked.file.shown, os.path.splitext(looked.file.path)[1])
    return Definition(source, os.path.abspath(looked.file.path))


def examine(definition: Definition) -> Examined:
    """Check a definition."""
    from connectory.compiler.check import check, is_readable
    from connectory.compiler.checks import is_fixed

    readable = is_readable(definition)
    found = tuple(check(definition))
    return Examined(
        listed=definition.listed() if readable else None,
        diagnostics=found,
        methods=len(definition.methods),
        models=len(definition.models),
        is_sound=not any(is_fixed(one.code) for one in found),
        suppressions=tuple(one for one in definition.suppressions if isinstance(one, Suppression) and readable),
        prices=definition.prices if readable else (),
        promised=definition.promised,
        quoted=_quoted(definition.source, found),
    )


_LONGEST_QUOTED = 2_000
"""Characters of a line that is kept for reports; of a longer one they show a part, and read the file for that."""


def _quoted(source: Source, found: Sequence[Diagnostic]) -> dict[int, str]:
    if not found:
        return {}
    spans = [one.span for one in found] + [related.span for one in found for related in one.related]
    quoted = lines_at(source.text, {span.line for span in spans if span.path == source.path})
    return {number: line for number, line in quoted.items() if len(line) <= _LONGEST_QUOTED}


def content_key(file: File, content: bytes) -> str:
    """What everything that is kept of a file goes by: its content, its place, and the compiler that looked at it."""
    key = hashlib.sha256(compiler_digest())
    for part in (file.shown, os.path.basename(os.path.dirname(os.path.abspath(file.path)))):
        encoded = part.encode("utf-8", "surrogateescape")
        key.update(len(encoded).to_bytes(8, "little") + encoded)
    key.update(content)
    return key.hexdigest()


def segment_key(bundle: BundleConfig, keys: Sequence[str]) -> str:
    """What an integration's segment goes by: what is chosen of it, and the keys of its files."""
    return hashlib.sha256(msgspec.msgpack.encode([bundle, keys])).hexdigest()


@cache
def compiler_digest() -> bytes:
    """What tells this compiler from any other: its code, the format's schema, and the Python and libraries below it."""
    digest = hashlib.sha256(schema_text().encode())  # in a checkout it lies outside of the package
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".j2", ".json"):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    digest.update(f"{sys.implementation.cache_tag} {_has_libyaml()}".encode())
    return digest.digest()


def _has_libyaml() -> bool:
    """Whether PyYAML has libyaml's parser; found out without loading it."""
    package = find_spec("yaml")
    places = package.submodule_search_locations if package else None
    return any(name.startswith("_yaml.") for place in places or () for name in os.listdir(place))
