"""The catalog: integrations and methods, looked up in a bundle."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from connectory.errors import (
    BundleNotFound,
    CorruptBundle,
    UnknownIntegration,
    UnknownMethod,
    UnknownVersion,
    VersionWarning,
)
from connectory.integration import Integration
from connectory.method import Method
from connectory.model import HeadRecord, IntegrationType
from connectory.names import close_matches, require_text
from connectory.reader import Bundle
from connectory.versions import Range, Version, newest

ENVIRONMENT = "CONNECTORY_BUNDLE"
"""The variable that holds the path of the bundle to open when none is given."""


def open(path: str | os.PathLike[str] | None = None) -> Catalog:
    """Open a bundle that ``connectory build`` made. Nothing is read but the header, whatever the bundle's size.

    Args:
        path: the bundle; without one, the path in ``$CONNECTORY_BUNDLE``.

    Raises:
        BundleNotFound: there is no such file, or no path was given.
        NotABundle: the file is something else.
        UnsupportedFormat: the bundle has a format that this release does not read.
        CorruptBundle: the file is damaged or cut off. Damage elsewhere is seen on the look-up that touches it.
    """
    chosen = os.environ.get(ENVIRONMENT) if path is None else path
    if not chosen:
        raise BundleNotFound(f"no path was given, and ${ENVIRONMENT} is not set")
    return Catalog(Bundle(chosen))


class MethodLookup(Protocol):
    """How ``Catalog.method`` is called."""

    def __call__(self, integration_id: str, method_id: str, version: str | None = None) -> Method:
        """The method of an integration; see ``Catalog.method``."""


class Catalog:
    """Every integration of a bundle. Safe to share between threads and forked processes.

    Attributes:
        method: ``method(integration_id, method_id, version=None)`` is the ``Method`` of that id.
            ``version`` is a version or a range (``"1.2.0"``, ``"^1.2"``, ``"~1.2"``, ``">=1,<3"``);
            without one the newest stable version answers. Raises UnknownIntegration, UnknownVersion
            or UnknownMethod, which are KeyErrors, with close matches.
    """

    __slots__ = ("_bundle", "_found", "_heads", "_integrations", "_warned", "method")

    method: MethodLookup

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._heads: dict[str, HeadRecord] = {}
        self._integrations: dict[tuple[str, str], Integration] = {}
        self._found: dict[tuple[str, str], dict[str, Method]] = {}
        self._warned: set[str] = set()
        self.method = _method_lookup(self, bundle)

    if not TYPE_CHECKING:  # a type checker would take it as leave to set anything

        def __setattr__(self, name: str, value: object) -> None:
            if hasattr(self, name):
                raise AttributeError(f"a catalog is frozen: {name} cannot be set")
            object.__setattr__(self, name, value)

    def integration(self, integration_id: str, version: str | None = None) -> Integration:
        """An integration; ``version`` as for ``method``.

        Raises:
            UnknownIntegration: there is none of this id, with the ids that look like it.
            UnknownVersion: it has no version that is, or lies in, ``version``.
            InvalidVersion: ``version`` is neither a version nor a range.
        """
        head = self._head(integration_id)
        exact = self._choose(head, version)
        key = (integration_id, exact)
        known = self._integrations.get(key)
        if known is not None:
            return known
        record = self._bundle.integration(integration_id, exact)
        if record is None:
            raise CorruptBundle(f"{integration_id} lacks its version {exact}", self._bundle.path)
        found = self._methods_found(integration_id, exact)
        return self._integrations.setdefault(key, Integration(self._bundle, head, record, found))

    def integrations(self, type: IntegrationType | None = None) -> Iterator[Integration]:
        """Every integration in its default version, by id; of one type where ``type`` names it."""
        root = self._bundle.root()
        for integration_id, type_ in zip(root.ids, root.types, strict=True):
            if type is None or type == type_:
                yield self.integration(integration_id, self._default(integration_id))

    def preload(self, integration_ids: Iterable[str] | None = None) -> None:
        """Decode every method and compile every validator of these integrations, or of all, before the first request.

        Raises:
            UnknownIntegration: there is none of this id.
        """
        if isinstance(integration_ids, str):
            raise TypeError("preload takes a list of ids, not one id")
        for integration_id in self if integration_ids is None else integration_ids:
            integration = self.integration(integration_id, self._default(integration_id))
            integration.preload()
            for method in integration.methods.values():
                method.preload()

    def __iter__(self) -> Iterator[str]:
        """The ids of the integrations, sorted."""
        return iter(self._bundle.root().ids)

    def __len__(self) -> int:
        return self._bundle.header.integrations

    def __contains__(self, integration_id: object) -> bool:
        if not isinstance(integration_id, str):
            return False
        return integration_id in self._heads or self._bundle.head(integration_id) is not None

    def __repr__(self) -> str:
        header = self._bundle.header
        return f"<Catalog {self._bundle.path}: {header.integrations} integrations, {header.methods} methods>"

    def _head(self, integration_id: str) -> HeadRecord:
        try:
            return self._heads[integration_id]
        except (KeyError, TypeError):
            pass
        head = self._bundle.head(require_text("integration id", integration_id))
        if head is None:
            message = f"there is no integration {integration_id!r}"
            raise UnknownIntegration(message, integration_id, close_matches(integration_id, self))
        return self._heads.setdefault(integration_id, head)

    def _default(self, integration_id: str) -> str:
        head = self._head(integration_id)
        return head.versions[head.default]

    def _methods_found(self, integration_id: str, version: str) -> dict[str, Method]:
        """The methods of a version that were found so far; one dict, shared by all who look them up."""
        return self._found.setdefault((integration_id, version), {})

    def _choose(self, head: HeadRecord, version: str | None) -> str:
        """The version that answers: the default, the one that is named, or the newest in the range."""
        if version is None:
            self._warn_of_majors(head)
            return head.versions[head.default]
        if version in head.versions:
            return version
        wanted = Range.parse(require_text("version", version))
        chosen = newest(known for known in map(Version.parse, head.versions) if wanted.holds(known))
        if chosen is None:
            message = f"{head.integration_id} has no version {version}; it has {', '.join(head.versions)}"
            raise UnknownVersion(message, version)
        return chosen.text

    def _warn_of_majors(self, head: HeadRecord) -> None:
        """Say once that a look-up without a version chose among several majors."""
        if head.integration_id in self._warned:
            return
        self._warned.add(head.integration_id)
        majors = {version.core[0] for version in map(Version.parse, head.versions) if not version.pre}
        if len(majors) > 1:
            chosen = head.versions[head.default]
            message = f"{head.integration_id} has several major versions; {chosen} answered: name a version or a range"
            warnings.warn(message, VersionWarning, stacklevel=4)


def _method_lookup(catalog: Catalog, bundle: Bundle) -> MethodLookup:
    """The look-up, as a closure over exact dicts: a method that was found before costs two subscripts."""
    defaults: dict[str, dict[str, Method]] = {}

    def method(integration_id: str, method_id: str, version: str | None = None) -> Method:
        """The method of this id; see ``Catalog.method``."""
        if version is None:
            try:
                return defaults[integration_id][method_id]
            except (KeyError, TypeError):
                pass
        exact = catalog._choose(catalog._head(integration_id), version)
        found = catalog._methods_found(integration_id, exact)
        if version is None:
            defaults[integration_id] = found
        try:
            return found[method_id]
        except (KeyError, TypeError):
            pass
        record = bundle.method(integration_id, exact, require_text("method id", method_id))
        if record is None:
            message = f"{integration_id} has no method {method_id!r}"
            known = catalog.integration(integration_id, exact).methods
            raise UnknownMethod(message, method_id, close_matches(method_id, known))
        return found.setdefault(method_id, Method(bundle, record))

    return method
