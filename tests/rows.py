"""Definitions for tests of the database, and the files that lead to them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from connectory.compiler.emit import migrations
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.release import Release, SeedRow, State, state_of
from connectory.versions import Version, newest

Definition = dict[str, Any]

CREATE = "0000_create_integration_definitions"


def minimal(integration_id: Any = "acme", version: Any = "1.0.0", **fields: Any) -> Definition:
    return {
        "integrationId": integration_id,
        "name": "Acme",
        "description": "An example",
        "version": version,
        "methods": [],
        "authType": "custom",
        **fields,
    }


def state(definitions: Iterable[Definition]) -> State:
    """The rows of these, each the newest stable version of its integration."""
    versions: dict[str, dict[str, Definition]] = {}
    for definition in sorted(definitions, key=lambda one: str(one["version"])):
        versions.setdefault(definition["integrationId"], {})[definition["version"]] = definition
    chosen = [of_one[str(newest(map(Version.parse, of_one)))] for of_one in versions.values()]
    return state_of(SeedRow(one["integrationId"], one["version"], seed_row(one)) for one in chosen)


def render(definitions: Sequence[Definition], **choices: Any) -> dict[str, bytes]:
    """The files of ``build/migrations/`` for all released versions, in any order; ``choices`` are a Release's."""
    release = Release((), state(definitions), len(definitions))._replace(**choices)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrations"
        migrations.write(release, path)
        return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def seed(definitions: Sequence[Definition], suffix: str = ".sql", **choices: Any) -> bytes:
    """The seed alone."""
    return render(definitions, **choices)[f"{len(definitions):04d}_seed_integration_definitions{suffix}"]
