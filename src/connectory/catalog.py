"""The catalog: integrations and methods, looked up in a bundle, or in several that lie over each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from connectory.errors import (
    BundleNotFound,
    CorruptBundle,
    MissingRequirements,
    UnknownIntegration,
    UnknownMethod,
    UnknownVersion,
)
from connectory.integration import Integration
from connectory.method import Method, Result
from connectory.names import close_matches, require_text
from connectory.notices import Hook, Notices
from connectory.reader import Bundle, is_same_file
from connectory.records import HeadRecord, IntegrationType, Json

if TYPE_CHECKING:
    from connectory.instance import Instance, Reopened
    from connectory.method import OnInvalidOutput
    from connectory.requirements import Given, Requirement
    from connectory.versions import Range

ENVIRONMENT = "CONNECTORY_BUNDLE"
"""The variable that holds the path of the bundle to open when none is given."""

_PACKAGE = "package:"
_SPELLINGS = 4096
"""How many ways to write versions a catalog remembers before it starts again."""

Where = str | os.PathLike[str]


def open(
    path: Where | Sequence[Where] | None = None,
    *,
    require: Given | None = None,
    verify: Literal["touched", "full"] = "touched",
    on_warning: Hook | None = None,
) -> Catalog:
    """Open a bundle that ``connectory build`` made. Nothing is read but the header, whatever the bundle's size.

    Args:
        path: the bundle; ``package:acme_catalog`` is the file catalog.bundle of an installed package. Of a list of
            bundles, the first one that has an integration answers for it. Without a path, that in
            ``$CONNECTORY_BUNDLE``.
        require: what the service relies on: a mapping such as ``{"xero": {"version": "^1", "methods":
            ["create_invoice"]}}``, or the path of a .json or .toml file with one. Look-ups without a version then
            stay inside these ranges.
        verify: ``"full"`` checks every record now; otherwise each is checked when it is touched.
        on_warning: called with each VersionWarning and DeprecatedWarning, besides ``warnings``.

    Raises:
        BundleNotFound: there is no such file, or no path was given.
        NotABundle: the file is something else.
        UnsupportedFormat: the bundle has a format that this release does not read.
        CorruptBundle: the file is damaged or cut off. Damage elsewhere is seen on the look-up that touches it.
        InvalidRequirements: ``require`` cannot be read.
        MissingRequirements: the bundle lacks something that is required; with everything that it lacks.
    """
    chosen = os.environ.get(ENVIRONMENT) if path is None else path
    if not chosen:
        raise BundleNotFound(f"no path was given, and ${ENVIRONMENT} is not set")
    paths = (chosen,) if type(chosen) is str or isinstance(chosen, str | os.PathLike) else _several(chosen)
    bundles = (_open(paths[0], verify),) if len(paths) == 1 else tuple(_open(one, verify) for one in paths)
    catalog = Catalog(_Snapshot(bundles, paths, verify, Notices(on_warning)))
    if require is not None:
        catalog.require(require)
    return catalog


def _several(paths: Any) -> tuple[Where, ...]:
    several = tuple(paths) if isinstance(paths, Iterable) else (paths,)
    for one in several:
        if not isinstance(one, str | os.PathLike):
            raise TypeError(f"path is a str, an os.PathLike or a list of these, not {type(paths).__name__}")
    return several


def _open(path: Where, verify: str) -> Bundle:
    bundle = Bundle(_in_package(path) if isinstance(path, str) and path.startswith(_PACKAGE) else path)
    if verify != "touched":
        if verify != "full":
            raise ValueError(f"verify is 'touched' or 'full', not {verify!r}")
        from connectory.verify import faults

        for fault in faults(bundle):
            raise CorruptBundle(fault.message, bundle.path, fault.offset)
    return bundle


def _in_package(path: str) -> str:
    """The file that ``package:NAME`` or ``package:NAME/FILE`` names."""
    from importlib.util import find_spec

    name, _, file = path.removeprefix(_PACKAGE).partition("/")
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        spec = None
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not folders:
        raise BundleNotFound(f"there is no package {name!r}", path)
    return os.path.join(folders[0], file or "catalog.bundle")


class Catalog:
    """Every integration of a bundle, or of several. Safe to share between threads and forked processes."""

    __slots__ = ("_known", "_named", "_now")

    _now: _Snapshot
    _known: dict[str, dict[str, Method]]
    _named: dict[tuple[str, str], dict[str, Method]]

    def __init__(self, opened: _Snapshot) -> None:
        self._use(opened)

    if not TYPE_CHECKING:  # a type checker would take it as leave to set anything

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"a catalog is frozen: {name} cannot be set")

    def method(self, integration_id: str, method_id: str, version: str | None = None) -> Method:
        """The method of an integration.

        Args:
            integration_id: of the integration.
            method_id: of the method.
            version: a version or a range (``"1.2.0"``, ``"^1.2"``, ``"~1.2"``, ``">=1,<3"``); without one the newest
                stable version answers, inside of what is required.

        Raises:
            UnknownIntegration, UnknownVersion, UnknownMethod: there is none, with the names that look like it; these
                are KeyErrors.
            InvalidVersion: ``version`` is neither a version nor a range.
            CorruptBundle: what it would read is damaged.
        """
        try:
            if version is None:
                return self._known[integration_id][method_id]
            return self._named[integration_id, version][method_id]
        except (KeyError, TypeError):
            return self._now.method(integration_id, method_id, version)

    def integration(self, integration_id: str, version: str | None = None) -> Integration:
        """An integration; ``version`` and errors as for ``method``."""
        return self._now.integration(integration_id, version)

    def integrations(self, type: IntegrationType | None = None) -> Iterator[Integration]:
        """Every integration in its default version, by id; of one type where ``type`` names it."""
        now = self._now
        for integration_id in now.ids(type):
            yield now.default(integration_id)

    def implements(
        self,
        integration_id: str,
        method_id: str,
        version: str | None = None,
        *,
        on_invalid_output: OnInvalidOutput = "raise",
    ) -> Callable[[Callable[[dict[str, Any]], Result]], Callable[[Json], Result]]:
        """A decorator that binds a handler to a method: see ``method`` and ``Method.bind``.

        >>> @catalog.implements("xero", "create_invoice")
        ... def create_invoice(data): ...
        """
        method = self.method(integration_id, method_id, version)

        def bound(handler: Callable[[dict[str, Any]], Result]) -> Callable[[Json], Result]:
            return method.bind(handler, on_invalid_output=on_invalid_output)

        return bound

    def require(self, requirements: Given) -> None:
        """Make sure that the catalog has what is required; look-ups without a version stay inside it from now on.

        Replaces what was required before.

        Raises:
            InvalidRequirements: these are no requirements.
            MissingRequirements: something is not there; with everything that is not.
        """
        from connectory.requirements import read_requirements

        now = self._now
        self._use(now.replaced(now.bundles, read_requirements(requirements)))

    def refresh(self) -> bool:
        """Open the bundles that have replaced those that are open.

        What was handed out before stays valid and goes on reading the bundle that it came from.

        Returns:
            whether there were any.

        Raises:
            BundleError, MissingRequirements: a new one cannot be used; the catalog stays as it was.
        """
        now = self._now
        bundles = now.reopened()
        if bundles == now.bundles:
            return False
        self._use(now.replaced(bundles, now.required))
        return True

    @property
    def conflicts(self) -> Mapping[str, tuple[str, ...]]:
        """The ids that several of the bundles have, and the paths of these; the first one answers."""
        return self._now.conflicts()

    def reopen(self, instance: Instance | Mapping[str, Any] | str | bytes) -> Reopened:
        """An instance that was made with another bundle, as this one has it; see ``Instance``."""
        from connectory.instance import reopen

        return reopen(self, instance)

    def preload(self, integration_ids: Iterable[str] | None = None) -> None:
        """Decode every method and compile every validator of these integrations, or of all, before the first request.

        Raises:
            UnknownIntegration: there is none of this id.
        """
        if isinstance(integration_ids, str):
            raise TypeError("preload takes a list of ids, not one id")
        now = self._now
        for integration_id in now.ids() if integration_ids is None else integration_ids:
            integration = now.default(integration_id)
            integration.preload()
            for method in integration.methods.values():
                method.preload()

    def __iter__(self) -> Iterator[str]:
        """The ids of the integrations, sorted."""
        return iter(self._now.ids())

    def __len__(self) -> int:
        bundles = self._now.bundles
        return bundles[0].header.integrations if len(bundles) == 1 else len(self._now.ids())

    def __contains__(self, integration_id: object) -> bool:
        return isinstance(integration_id, str) and self._now.has(integration_id)

    def __repr__(self) -> str:
        bundles = self._now.bundles
        methods = sum(bundle.header.methods for bundle in bundles)
        paths = ", ".join(bundle.path for bundle in bundles)
        return f"<Catalog {paths}: {len(self)} integrations, {methods} methods>"

    def _use(self, snapshot: _Snapshot) -> None:
        _set(self, "_now", snapshot)
        _set(self, "_known", snapshot.known)
        _set(self, "_named", snapshot.named)


_set = object.__setattr__


class _Entry:
    """An integration: the bundle that has it, its versions, and the one that answers by default."""

    __slots__ = ("bundle", "default", "head")

    def __init__(self, bundle: Bundle, head: HeadRecord, default: str) -> None:
        self.bundle = bundle
        self.head = head
        self.default = default


class _Snapshot:
    """What was found so far in the bundles that are open.

    Dicts only grow, and by single steps, so that threads need no lock: whoever is first to find an object sets it for
    all.

    Attributes:
        bundles: the first one that has an integration answers for it.
        known: methods by integration and id, of default versions.
        named: methods by (integration, version as it was asked for) and id.
    """

    __slots__ = (
        *("_entries", "_found", "_integrations", "_notices", "_paths", "_ranges", "_verify"),
        *("bundles", "known", "named", "required"),
    )

    def __init__(
        self,
        bundles: tuple[Bundle, ...],
        paths: tuple[Where, ...],
        verify: str,
        notices: Notices,
        required: tuple[Requirement, ...] = (),
    ) -> None:
        self.bundles = bundles
        self.known: dict[str, dict[str, Method]] = {}
        self.named: dict[tuple[str, str], dict[str, Method]] = {}
        self.required = required
        self._paths = paths
        self._verify = verify
        self._notices = notices
        self._ranges = {one.integration_id: one.range for one in required if one.range is not None} if required else {}
        self._entries: dict[str, _Entry] = {}
        self._integrations: dict[tuple[str, str], Integration] = {}
        self._found: dict[tuple[str, str], dict[str, Method]] = {}

    def method(self, integration_id: str, method_id: str, version: str | None) -> Method:
        """The method, found for the first time, or asked for with a version for the first time."""
        entry = self._entry(integration_id)
        exact = self._choose(entry, version)
        found = self._found.setdefault((integration_id, exact), {})
        shown = integration_id if version is None else f"{integration_id}@{exact}"
        method = found.get(require_text("method id", method_id)) or self._read(entry, exact, method_id, found, shown)
        if method.is_deprecated:
            self._notices.deprecated(f"{integration_id}.{method_id}", method.deprecation())
        if version is None:
            self.known[integration_id] = found
        else:
            if len(self.named) >= _SPELLINGS:
                self.named.clear()
            self.named[integration_id, version] = found
        return method

    def integration(self, integration_id: str, version: str | None) -> Integration:
        """The integration; see ``Catalog.integration``."""
        entry = self._entry(integration_id)
        return self._integration(entry, self._choose(entry, version))

    def default(self, integration_id: str) -> Integration:
        """The integration in its default version, without a word on others."""
        entry = self._entry(integration_id)
        return self._integration(entry, entry.default)

    def ids(self, type: IntegrationType | None = None) -> tuple[str, ...]:
        """The ids of all integrations, or of those of a type, sorted."""
        types: dict[str, str] = {}
        for bundle in self.bundles:
            root = bundle.root()
            for integration_id, its in zip(root.ids, root.types, strict=True):
                types.setdefault(integration_id, its)
        if type is not None:
            for integration_id in self._ranges.keys() & types.keys():
                types[integration_id] = self.default(integration_id).type
        return tuple(sorted(one for one, its in types.items() if type is None or its == type))

    def has(self, integration_id: str) -> bool:
        """Whether there is such an integration."""
        return integration_id in self._entries or any(bundle.head(integration_id) for bundle in self.bundles)

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """The ids that several bundles have, sorted, and the paths of these."""
        paths: dict[str, list[str]] = {}
        for bundle in self.bundles:
            for integration_id in bundle.root().ids:
                paths.setdefault(integration_id, []).append(bundle.path)
        return {integration_id: tuple(several) for integration_id, several in sorted(paths.items()) if several[1:]}

    def replaced(self, bundles: tuple[Bundle, ...], required: tuple[Requirement, ...]) -> _Snapshot:
        """A snapshot of these bundles, with default versions inside what is required.

        Raises:
            MissingRequirements: something is not there.
        """
        made = _Snapshot(bundles, self._paths, self._verify, self._notices, required)
        missing = [lack for one in required for lack in made._lacks(one)]
        if missing:
            raise MissingRequirements(missing)
        return made

    def reopened(self) -> tuple[Bundle, ...]:
        """The bundles that lie at the paths now: those that are open, where they are these."""
        return tuple(map(self._reopened, self._paths, self.bundles))

    def _reopened(self, path: Where, bundle: Bundle) -> Bundle:
        try:
            if is_same_file(os.stat(bundle.path), bundle.found):
                return bundle
        except OSError:
            pass  # opening it says what is wrong
        return _open(path, self._verify)

    def _lacks(self, requirement: Requirement) -> Iterator[str]:
        try:
            entry = self._entry(requirement.integration_id)
        except (UnknownIntegration, UnknownVersion) as error:
            yield str(error)
            return
        for method_id in requirement.methods:
            if entry.bundle.method(requirement.integration_id, entry.default, method_id) is None:
                shown = f"{requirement.integration_id}@{entry.default}"
                yield str(self._unknown_method(entry, entry.default, method_id, shown))

    def _entry(self, integration_id: str) -> _Entry:
        try:
            return self._entries[integration_id]
        except (KeyError, TypeError):
            require_text("integration id", integration_id)
        for bundle in self.bundles:
            head = bundle.head(integration_id)
            if head is not None:
                entry = _Entry(bundle, head, self._default(head))
                return self._entries.setdefault(integration_id, entry)
        message = f"there is no integration {integration_id!r}"
        raise UnknownIntegration(message, integration_id, lambda: close_matches(integration_id, self.ids()))

    def _default(self, head: HeadRecord) -> str:
        wanted = self._ranges.get(head.integration_id)
        return head.versions[head.default] if wanted is None else _newest_in(head, wanted, wanted.text)

    def _choose(self, entry: _Entry, version: str | None) -> str:
        """The version that answers: the default, the one that is named, or the newest in the range."""
        head = entry.head
        if version is None:
            if head.several_majors and head.integration_id not in self._ranges:
                self._notices.several_majors(head.integration_id, entry.default)
            exact = entry.default
        elif version in head.versions:
            exact = version
        else:
            from connectory.versions import Range

            exact = _newest_in(head, Range.parse(require_text("version", version)), version)
        if head.deprecated and head.versions.index(exact) in head.deprecated:
            mark = self._integration(entry, exact).definition_of("deprecated")
            self._notices.deprecated(f"{head.integration_id}@{exact}", mark)
        return exact

    def _integration(self, entry: _Entry, exact: str) -> Integration:
        key = (entry.head.integration_id, exact)
        known = self._integrations.get(key)
        if known is not None:
            return known
        place = entry.bundle.integration(*key)
        if place is None:
            raise CorruptBundle(f"{key[0]} lacks its version {exact}", entry.bundle.path)
        found = self._found.setdefault(key, {})

        def read(method_id: str) -> Method:
            return self._read(entry, exact, method_id, found, f"{key[0]}@{exact}")

        made = Integration(entry.bundle, entry.head.versions, *place, found, read, self._notices)
        return self._integrations.setdefault(key, made)

    def _read(self, entry: _Entry, exact: str, method_id: str, found: dict[str, Method], shown: str) -> Method:
        place = entry.bundle.method(entry.head.integration_id, exact, method_id)
        if place is None:
            raise self._unknown_method(entry, exact, method_id, shown)

        def integration() -> Integration:
            return self._integration(entry, exact)

        return found.setdefault(method_id, Method(entry.bundle, *place, integration))

    def _unknown_method(self, entry: _Entry, exact: str, method_id: str, shown: str) -> UnknownMethod:
        message = f"{shown} has no method {method_id!r}"
        return UnknownMethod(
            message, method_id, lambda: close_matches(method_id, self._integration(entry, exact).methods)
        )


def _newest_in(head: HeadRecord, wanted: Range, written: str) -> str:
    from connectory.versions import Version, newest

    chosen = newest(known for known in map(Version.parse, head.versions) if wanted.holds(known))
    if chosen is None:
        message = f"{head.integration_id} has no version {written}; it has {', '.join(head.versions)}"
        raise UnknownVersion(message, written)
    return chosen.text
