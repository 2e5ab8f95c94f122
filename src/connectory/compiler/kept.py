"""What is kept of integrations, fetched as outputs ask for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from connectory.compiler.cache import Cache, Kind, NotKept
from connectory.compiler.config import Configuration
from connectory.compiler.examine import BUNDLED, SEEDED, Bundled, Job, Worked, compiler_digest, work
from connectory.compiler.manifest import Compiled
from connectory.compiler.pins import outside_of
from connectory.compiler.release import Release, SeedRow, Segment, State


class Kept:
    """Integrations without an error, and what is kept of them.

    Attributes:
        worked: what was found of each, by id.
        configuration: what is chosen of them.
        cache: where it is kept.
        compiled: the definitions of the segments that were fetched.
        used: the patterns that match something in these.
    """

    def __init__(
        self, jobs: Sequence[Job], worked: Sequence[Worked], configuration: Configuration, cache: Cache
    ) -> None:
        self.worked = worked
        self.configuration = configuration
        self.cache = cache
        self.compiled: list[Compiled] = []
        self.used: set[str] = set()
        self._jobs = jobs

    @property
    def made_of(self) -> str:
        """What tells these from any others, and the choice from any other."""
        digest = hashlib.sha256(compiler_digest())
        chosen = self.configuration.bundle, self.configuration.database
        digest.update(msgspec.msgpack.encode([chosen, [worked.segment for worked in self.worked]]))
        return digest.hexdigest()

    def release(self, since: State | None = None) -> Release:
        """What outputs are made of, leading on from ``since``."""
        database = self.configuration.database
        rows = {}
        for worked, job in zip(self.worked, self._jobs, strict=True):
            assert job.wanted.seeded is not None  # a name that is no version is an error
            looked = worked.looked[job.wanted.seeded]
            assert looked.examined.listed is not None  # and so is what cannot be read
            rows[looked.examined.listed.id] = looked.examined.listed.version, looked.key, job
        files = [Path(file.path) for job in self._jobs for file in job.files]

        def row(name: str) -> SeedRow:
            version, key, job = rows[name]
            return SeedRow(name, version, self._fetch(SEEDED, key, job).decode("ascii"))

        return Release(
            self._segments(),
            State({name: version for name, (version, _, _) in rows.items()}, row),
            len(files),
            database.target,
            database.schema_migration,
            outside_of(files, database.pin),
            since,
        )

    def _segments(self) -> Iterator[Segment]:
        for worked, job in zip(self.worked, self._jobs, strict=True):
            bundled = msgspec.msgpack.decode(self._fetch(BUNDLED, worked.segment, job), type=Bundled)
            listed = [looked.examined.listed for looked in worked.looked]
            identities = [(one.id, one.version) for one in listed if one]
            named = zip(identities, bundled.digests, strict=True)
            self.compiled += [Compiled(*identity, digest) for identity, digest in named]
            self.used.update(bundled.used)
            if bundled.segment is not None:
                yield bundled.segment

    def _fetch(self, kind: Kind, key: str, job: Job) -> bytes:
        """What is kept, or made again where it was damaged."""
        data = self.cache.get(kind, key)
        if data is None:
            work(job)
            data = self.cache.get(kind, key)
        if data is None:
            raise NotKept(f"what was worked out for {job.files[0].shown} is gone; has it just changed?")
        return data
