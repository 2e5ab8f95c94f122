"""The rows of an earlier release, by its bundle."""

from __future__ import annotations

from collections.abc import Mapping

import connectory
from connectory.compiler.pins import fitting
from connectory.compiler.postgres.bundled import state_of_bundle
from connectory.compiler.release import State


def state_since(given: str, pins: Mapping[str, str]) -> State:
    """The rows of an earlier release.

    Args:
        given: the path of a bundle.
        pins: as they are now; one that no version fitted then is passed over.

    Raises:
        BundleError: the file is no bundle.
    """
    catalog = connectory.open(given)
    return state_of_bundle(catalog, fitting(pins, {one.id: one.versions for one in catalog.integrations()}))
