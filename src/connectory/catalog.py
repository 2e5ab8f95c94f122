"""The catalog: integrations and methods, looked up in a bundle."""

from __future__ import annotations

import functools
import inspect
import os
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from connectory import layout
from connectory.ai import AI
from connectory.auth import Auth, read_auth
from connectory.errors import (
    BundleNotFound,
    CorruptBundle,
    InvalidConfig,
    InvalidInput,
    InvalidOutput,
    NoAI,
    UnknownIntegration,
    UnknownMethod,
    UnknownVersion,
    VersionWarning,
)
from connectory.model import (
    Annotations,
    AuthType,
    Deprecated,
    HeadRecord,
    Http,
    IntegrationRecord,
    IntegrationType,
    Json,
    MethodModels,
    MethodRecord,
    MethodRest,
    MethodScopes,
    Strings,
    decode_json,
    view,
)
from connectory.names import close_matches
from connectory.reader import Bundle
from connectory.versions import Range, Version, newest

ENVIRONMENT = "CONNECTORY_BUNDLE"
"""The variable that holds the path of the bundle to open when none is given."""

Result = TypeVar("Result")


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
        head = self._bundle.head(_text("integration id", integration_id))
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
        wanted = Range.parse(_text("version", version))
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
        record = bundle.method(integration_id, exact, _text("method id", method_id))
        if record is None:
            message = f"{integration_id} has no method {method_id!r}"
            known = catalog.integration(integration_id, exact).methods
            raise UnknownMethod(message, method_id, close_matches(method_id, known))
        return found.setdefault(method_id, Method(bundle, record))

    return method


def _text(what: str, value: object) -> str:
    """``value``, if it is text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value


class Integration:
    """One version of an integration. Frozen: what its attributes hold cannot be changed, or is a copy."""

    __slots__ = ("_bundle", "_cache", "_methods", "_record", "_versions")

    def __init__(self, bundle: Bundle, head: HeadRecord, record: IntegrationRecord, found: dict[str, Method]) -> None:
        self._bundle = bundle
        self._record = record
        self._cache: dict[str, Any] = {}
        self._versions = head.versions
        self._methods = Methods(bundle, record, found)

    @property
    def id(self) -> str:
        """Its id."""
        return self._record.integration_id

    @property
    def version(self) -> str:
        """Its version."""
        return self._record.version

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version of it in the bundle, by rising precedence."""
        return self._versions

    @property
    def methods(self) -> Mapping[str, Method]:
        """Its methods by id, in the definition's order; each is decoded when it is asked for."""
        return self._methods

    @property
    def name(self) -> str:
        """Its name, as the vendor writes it."""
        return self._record.name

    @property
    def description(self) -> str:
        """What it connects to."""
        return self._record.description

    @property
    def type(self) -> IntegrationType:
        """What kind of service it is."""
        return self._record.type

    @property
    def auth_type(self) -> AuthType:
        """How requests are authenticated: oauth2, apikey or custom."""
        return self._record.auth_type

    @property
    def auth(self) -> Auth:
        """How to sign in, and the alternatives."""
        auth: Auth = self._cached("auth", lambda: read_auth(self.auth_type, self._rest()))
        return auth

    @property
    def ai(self) -> AI:
        """The models and their prices.

        Raises:
            NoAI: the integration is not of type ai.
        """
        if self.type != "ai":
            raise NoAI(f"{self.id} is of type {self.type}: it has no models")
        ai: AI = self._cached("ai", lambda: AI(self.id, self._rest()["aiConfig"]))
        return ai

    @property
    def base_url(self) -> str | None:
        """What the methods' paths are appended to; it may hold ``${config.x}`` templates."""
        url: str | None = self._cached("base_url", lambda: self._rest().get("baseUrl"))
        return url

    @property
    def headers(self) -> Strings:
        """Fixed headers that every request carries; a value may hold ``${config.x}`` templates."""
        headers: Strings = self._cached("headers", lambda: MappingProxyType(self._rest().get("headers", {})))
        return headers

    @property
    def deprecated(self) -> Deprecated | None:
        """The mark of what should no longer be used; None where there is none."""
        mark = self._rest().get("deprecated")
        return None if mark is None else view(Deprecated, mark)

    @property
    def metadata(self) -> dict[str, Json]:
        """Homepage, documentation, categories, logo and sources, as the definition says them: a copy."""
        metadata: dict[str, Json] = self._rest().get("metadata", {})
        return metadata

    @property
    def config_schema(self) -> dict[str, Json]:
        """JSON Schema of the configuration, self-contained: a copy."""
        return self._bundle.schema(self._record.config_schema)

    def configure(self, config: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """The configuration, validated, with defaults filled in at every depth. ``config`` stays as it is.

        Raises:
            InvalidConfig: with every error.
        """
        values = {} if config is None else config
        plain = dict(values) if isinstance(values, Mapping) else values
        completed: dict[str, Json] = self._validator().complete(plain, self.id, InvalidConfig)
        return completed

    def definition(self) -> dict[str, Json]:
        """The definition that was compiled, in the order of the format: a copy."""
        record = self._record
        shared = self._bundle.shared(record.shared) if record.shared else {}
        return {
            "integrationId": self.id,
            "name": self.name,
            "description": self.description,
            "version": self.version,
            "type": self.type,
            "authType": self.auth_type,
            **self._rest(),
            "configSchema": self._bundle.schema_as_written(record.config_schema),
            "methods": [method.definition() for method in self.methods.values()],
            **({"$defs": shared} if shared else {}),
        }

    def preload(self) -> None:
        """Compile the configuration's validator."""
        self._validator()

    def __repr__(self) -> str:
        return f"<Integration {self.id}@{self.version}: {len(self.methods)} methods>"

    def _validator(self) -> Any:
        return self._cached("validator", lambda: _compile(self.config_schema))

    def _cached(self, name: str, make: Callable[[], Any]) -> Any:
        try:
            return self._cache[name]
        except KeyError:
            return self._cache.setdefault(name, make())

    def _rest(self) -> dict[str, Json]:
        rest: dict[str, Json] = decode_json(self._record.rest)
        return rest


class Methods(Mapping[str, "Method"]):
    """The methods of one version of an integration by their ids; decoded when they are asked for, then kept."""

    __slots__ = ("_bundle", "_found", "_record")

    def __init__(self, bundle: Bundle, record: IntegrationRecord, found: dict[str, Method]) -> None:
        self._bundle = bundle
        self._record = record
        self._found = found

    def __getitem__(self, method_id: str) -> Method:
        try:
            return self._found[method_id]
        except (KeyError, TypeError):
            pass
        owner = self._record
        record = self._bundle.method(owner.integration_id, owner.version, _text("method id", method_id))
        if record is None:
            message = f"{owner.integration_id}@{owner.version} has no method {method_id!r}"
            raise UnknownMethod(message, method_id, close_matches(method_id, owner.method_ids))
        return self._found.setdefault(method_id, Method(self._bundle, record))

    def __contains__(self, method_id: object) -> bool:
        return method_id in self._record.method_ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.method_ids)

    def __len__(self) -> int:
        return len(self._record.method_ids)

    def __repr__(self) -> str:
        return f"<Methods {', '.join(self)}>"


class Method:
    """A method of an integration. Frozen: what its attributes hold cannot be changed, or is a copy."""

    __slots__ = ("_bundle", "_input", "_output", "_record", "_view")

    def __init__(self, bundle: Bundle, record: MethodRecord) -> None:
        self._bundle = bundle
        self._record = record
        self._view: MethodRest | None = None
        self._input: Any = None
        self._output: Any = None

    @property
    def id(self) -> str:
        """Its id, unique within the integration."""
        return self._record.id

    @property
    def name(self) -> str:
        """Its name, for people."""
        return self._record.name

    @property
    def description(self) -> str:
        """What it does; empty where the definition does not say."""
        return self._record.description

    @property
    def integration_id(self) -> str:
        """The id of its integration."""
        return self._record.integration_id

    @property
    def version(self) -> str:
        """The version of its integration."""
        return self._record.version

    @property
    def input_schema(self) -> dict[str, Json]:
        """JSON Schema of its input, self-contained: a copy."""
        return self._bundle.schema(self._record.schemas)

    @property
    def output_schema(self) -> dict[str, Json]:
        """JSON Schema of its output, self-contained: a copy."""
        return self._bundle.schema(self._record.schemas, layout.REFERENCE.size)

    @property
    def http(self) -> Http | None:
        """How its inputs become a request; None where the definition does not say."""
        return self._rest().http

    @property
    def scopes(self) -> MethodScopes | None:
        """The OAuth 2 scopes that a call needs; None where the definition does not say."""
        return self._rest().scopes

    @property
    def annotations(self) -> Annotations:
        """Hints: whether it only reads, destroys, may be repeated."""
        return self._rest().annotations

    @property
    def models(self) -> MethodModels | None:
        """Which input chooses an AI model; None where none does."""
        return self._rest().models

    @property
    def deprecated(self) -> Deprecated | None:
        """The mark of what should no longer be used; None where there is none."""
        return self._rest().deprecated

    @property
    def examples(self) -> list[dict[str, Json]]:
        """Calls that are known to work: a copy."""
        examples: list[dict[str, Json]] = decode_json(self._record.rest).get("examples", [])
        return examples

    def validate_input(self, data: Json) -> dict[str, Json]:
        """The input with defaults filled in; ``data`` itself stays as it is.

        Raises:
            InvalidInput: with every error.
        """
        validator = self._input or self._compile_input()
        completed: dict[str, Json] = validator.complete(data, self._subject(), InvalidInput)
        return completed

    def validate_output(self, result: Result) -> Result:
        """``result`` itself, once it is found valid.

        Raises:
            InvalidOutput: with every error.
        """
        validator = self._output or self._compile_output()
        validator.check(result, self._subject(), InvalidOutput)
        return result

    @overload
    def bind(self, handler: Callable[[dict[str, Any]], Awaitable[Result]]) -> Callable[[Json], Awaitable[Result]]: ...
    @overload
    def bind(self, handler: Callable[[dict[str, Any]], Result]) -> Callable[[Json], Result]: ...
    def bind(self, handler: Callable[[dict[str, Any]], Any]) -> Callable[[Json], Any]:
        """A callable that validates and completes its input, calls ``handler`` with it and validates the result.

        ``handler`` takes the input as one dict. For a coroutine function the callable is one as well.

        Raises:
            TypeError: ``handler`` cannot be called.
            InvalidInput, InvalidOutput: when the callable is called.
        """
        if not callable(handler):
            raise TypeError(f"handler must be callable, not {type(handler).__name__}")
        if _is_async(handler):

            @functools.wraps(handler)
            async def call_async(data: Json) -> Any:
                return self.validate_output(await handler(self.validate_input(data)))

            return call_async

        @functools.wraps(handler)
        def call(data: Json) -> Any:
            result = handler(self.validate_input(data))
            return self._finish(result) if inspect.isawaitable(result) else self.validate_output(result)

        return call

    def definition(self) -> dict[str, Json]:
        """The method as its definition says it, in the order of the format: a copy."""
        record = self._record
        return {
            "id": record.id,
            "name": record.name,
            **({"description": record.description} if record.description else {}),
            **decode_json(record.rest),
            "inputSchema": self._bundle.schema_as_written(record.schemas),
            "outputSchema": self._bundle.schema_as_written(record.schemas, layout.REFERENCE.size),
        }

    def preload(self) -> None:
        """Compile both validators."""
        self._compile_input()
        self._compile_output()

    def __repr__(self) -> str:
        return f"<Method {self._subject()}>"

    async def _finish(self, result: Awaitable[Any]) -> Any:
        return self.validate_output(await result)

    def _compile_input(self) -> Any:
        self._input = self._input or _compile(self.input_schema)
        return self._input

    def _compile_output(self) -> Any:
        self._output = self._output or _compile(self.output_schema)
        return self._output

    def _rest(self) -> MethodRest:
        if self._view is None:
            self._view = view(MethodRest, decode_json(self._record.rest))
        return self._view

    def _subject(self) -> str:
        return f"{self.integration_id}.{self.id}"


def _is_async(handler: object) -> bool:
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(type(handler).__call__)


def _compile(schema: dict[str, Json]) -> Any:
    """The schema's validator. The import is here so that opening a catalog does not load jsonschema-rs."""
    from connectory.validation import Validator

    return Validator(schema)
