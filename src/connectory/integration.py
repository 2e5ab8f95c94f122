"""An integration, as the catalog hands it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from connectory.ai import AI
from connectory.auth import Auth, read_auth
from connectory.errors import InvalidConfig, NoAI, UnknownMethod
from connectory.method import Method, compile_validator
from connectory.model import (
    AuthType,
    Deprecated,
    HeadRecord,
    IntegrationRecord,
    IntegrationType,
    Json,
    Strings,
    decode_json,
    view,
)
from connectory.names import close_matches, require_text
from connectory.reader import Bundle


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
        return self._cached("validator", lambda: compile_validator(self.config_schema))

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
        record = self._bundle.method(owner.integration_id, owner.version, require_text("method id", method_id))
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
