"""What commands that read a bundle share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from connectory import Catalog, Integration, Method

bundle_option = click.option(
    "--bundle",
    metavar="FILE",
    help="The bundle to read.  [default: $CONNECTORY_BUNDLE, else build/catalog.bundle]",
)


def opened(bundle: str | None) -> Catalog:
    """The catalog of the bundle that is named, or of the one that is there.

    Raises:
        BundleError: it cannot be opened.
    """
    import connectory

    return connectory.open(bundle or os.environ.get("CONNECTORY_BUNDLE") or "build/catalog.bundle")


def found(catalog: Catalog, target: str) -> Integration | Method:
    """What ``target`` names."""
    name, at, rest = target.partition("@")
    if not at:
        integration_id, dot, method_id = target.partition(".")
        return catalog.method(integration_id, method_id) if dot else catalog.integration(integration_id)
    version, method_id = _split(rest, catalog.integration(name).versions)
    return catalog.method(name, method_id, version) if method_id else catalog.integration(name, version)


def _split(rest: str, versions: tuple[str, ...]) -> tuple[str, str]:
    """The version and the method in ``VERSION.METHOD``; both may hold dots, so a known version goes first."""
    for version in sorted(versions, key=len, reverse=True):
        if rest == version or rest.startswith(f"{version}."):
            return version, rest[len(version) + 1 :]
    head, dot, tail = rest.rpartition(".")
    return (head, tail) if dot and tail[:1].isalpha() and not tail.startswith("x") else (rest, "")
