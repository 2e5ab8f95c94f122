"""The stages, in order: find, load, check, lower, emit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from connectory.compiler import manifest
from connectory.compiler.check import check, check_catalog, sources
from connectory.compiler.config import Configuration
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, has_errors, in_order
from connectory.compiler.emit import bundle, outputs
from connectory.compiler.load import find, load
from connectory.compiler.lower import Release, lower
from connectory.compiler.publish import publish, staging
from connectory.compiler.selection import narrowed
from connectory.versions import Version

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is."""


class Checked(NamedTuple):
    """Definitions, everything that was found in them, and the texts that a report quotes."""

    definitions: list[Definition]
    diagnostics: list[Diagnostic]
    texts: dict[str, str]


class Built(NamedTuple):
    """What a build came to.

    Attributes:
        checked: the definitions and what was found in them; with an error nothing was written.
        integrations, methods, models: how many were compiled; methods and models of all versions.
        sizes: the bytes of each output, by its name.
    """

    checked: Checked
    integrations: int = 0
    methods: int = 0
    models: int = 0
    sizes: Mapping[str, int] = MappingProxyType({})


def _no_progress(stage: str, done: int, of: int) -> None:
    """Show nothing."""


def check_files(files: Sequence[Path], progress: Progress = _no_progress) -> Checked:
    """Read and check these files."""
    definitions: list[Definition] = []
    found: list[Diagnostic] = []
    for done, definition in enumerate(load(files)):
        progress("checking", done, len(files))
        definitions.append(definition)
        found.extend(check(definition))
    found.extend(check_catalog(definitions))
    return Checked(definitions, in_order(found), sources(definitions))


def check_catalogs(catalogs: Sequence[Path], progress: Progress = _no_progress) -> Checked:
    """Read and check every definition of these catalogs.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
    """
    files, stray = find(catalogs)
    checked = check_files(files, progress)
    return checked._replace(diagnostics=in_order([*stray, *checked.diagnostics]))


def build(
    catalogs: Sequence[Path],
    out: Path,
    progress: Progress = _no_progress,
    configuration: Configuration | None = None,
) -> Built:
    """Compile catalogs into ``out``: the bundle, the migrations, and the manifest last.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
        NotOurs: an output would replace something that Connectory did not write.
        InvalidPattern: the configuration chooses what there is none of.
        OSError: an output cannot be written.
    """
    checked = check_catalogs(catalogs, progress)
    if has_errors(checked.diagnostics):
        return Built(checked)
    definitions = sorted(checked.definitions, key=lambda one: (one.id, Version.parse(one.version)))
    release = Release([one.data for one in definitions], [lower(one.data) for one in definitions])
    bundled = (configuration or Configuration()).bundle
    chosen = narrowed(release, bundled.include, bundled.exclude)
    with staging(out) as staged:
        sizes = _write(release, chosen, staged, progress)
        publish(staged, out, list(sizes))
    return Built(
        checked,
        integrations=len({integration.id for integration in release.integrations}),
        methods=sum(len(integration.methods) for integration in release.integrations),
        models=sum(len(definition.models) for definition in definitions),
        sizes=sizes,
    )


def _write(release: Release, chosen: Release, folder: Path, progress: Progress) -> dict[str, int]:
    """Write every output, the bundle of what is chosen, and the manifest of them; the bytes of each."""
    for done, output in enumerate(outputs()):
        progress("writing", done, len(outputs()))
        output.write(chosen if output is bundle else release, folder / output.NAME)
    (folder / manifest.NAME).write_bytes(manifest.render(release.integrations, folder))
    return {name: _size(folder / name) for name in [*(output.NAME for output in outputs()), manifest.NAME]}


def _size(path: Path) -> int:
    return sum(inner.stat().st_size for inner in [path, *path.rglob("*")] if inner.is_file())
