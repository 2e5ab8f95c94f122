"""One file by itself: read, checked, and made ready for the outputs. This is what runs in parallel and what is kept."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib import metadata
from pathlib import Path

import msgspec

from connectory.compiler.cache import Cache
from connectory.compiler.definition import Definition, Listed
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.suppressions import Suppression

_LIBRARIES = ("msgspec", "jsonschema-rs", "jsonschema", "PyYAML")
"""What the findings, or the bytes of the outputs, may depend on."""


class Job(msgspec.Struct, frozen=True):
    """A file to look at.

    Attributes:
        file: its path.
        shown: how diagnostics name it.
        bundled: whether what a bundle holds of it is wanted.
        seeded: whether its row is wanted.
        folder: where what is worked out is kept; empty where it is not.
    """

    file: str
    shown: str
    bundled: bool = False
    seeded: bool = False
    folder: str = ""


class Examined(msgspec.Struct, frozen=True):
    """What is known of a file once it was looked at.

    Attributes:
        listed: what rules need that look at all definitions; None where the text cannot be read.
        diagnostics: what is wrong with it.
        methods, models: how many it has.
        digest: of its content, once it has been made ready for a bundle; see ``lower.digest``.
        is_sound: whether outputs can be made of it, whatever the other findings count as.
        suppressions: what its comments say of findings.
    """

    listed: Listed | None
    diagnostics: tuple[Diagnostic, ...]
    methods: int = 0
    models: int = 0
    digest: bytes = b""
    is_sound: bool = False
    suppressions: tuple[Suppression, ...] = ()


class Worked(msgspec.Struct, frozen=True):
    """What a job came to, and the key that it is kept by; that is empty where the file cannot be read."""

    key: str
    examined: Examined


def work(job: Job) -> Worked:
    """Look at a file, unless that was done before; keep what is wanted of it.

    Raises:
        OSError: it cannot be kept.
        EmitError: a database cannot hold it.
    """
    from connectory.compiler.lower import lower
    from connectory.compiler.postgres.rows import seed_row
    from connectory.compiler.text import content_of, read_content, read_source

    store = Cache(Path(job.folder)) if job.folder else None
    try:
        content = content_of(job.file)
    except (OSError, ValueError):
        return Worked("", examine(Definition(read_source(job.file, job.shown), os.path.abspath(job.file))))
    key = content_key(job, content) if store else ""
    known = store.examined(key, Examined) if store else None
    if store and known and all(store.get(kind, key) is not None for kind in wanted(job, known)):
        return Worked(key, known)
    source = read_content(content, job.shown, os.path.splitext(job.file)[1])
    definition = Definition(source, os.path.abspath(job.file))
    found = known or examine(definition)
    if store is None:
        return Worked(key, found)
    for kind in wanted(job, found):
        if kind == "bundled":
            lowered = lower(definition.data, definition.shared_defs)
            store.put(kind, key, msgspec.msgpack.encode(lowered))
            found = msgspec.structs.replace(found, digest=lowered.digest)
        else:
            store.put(kind, key, seed_row(definition.data, definition.shared_defs).encode("ascii"))
    if found is not known:
        store.put("examined", key, msgspec.msgpack.encode(found))
    return Worked(key, found)


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
    )


def content_key(job: Job, content: bytes) -> str:
    """What everything that is kept of a file goes by: its content, its place, and the compiler that looked at it."""
    key = hashlib.sha256(compiler_digest())
    for part in (job.shown, os.path.basename(os.path.dirname(os.path.abspath(job.file)))):
        encoded = part.encode("utf-8", "surrogateescape")
        key.update(len(encoded).to_bytes(8, "little") + encoded)
    key.update(content)
    return key.hexdigest()


@cache
def compiler_digest() -> bytes:
    """What tells this compiler from any other: its code, and the libraries that it relies on."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".j2", ".json"):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}".encode())
    return digest.digest()


def wanted(job: Job, found: Examined) -> list[str]:
    """The kinds of things that are to be kept of a file; none where it has an error."""
    kinds = [kind for kind, asked in (("bundled", job.bundled), ("seeded", job.seeded)) if asked]
    return kinds if found.is_sound else []
