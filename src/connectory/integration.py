"""An integration, as the catalog hands it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from connectory.errors import InvalidConfig, NoAI, UnknownName
from connectory.method import Method, compile_validator
from connectory.names import require_text
from connectory.reader import Bundle
from connectory.records import OWN_WAY, AuthType, IntegrationRecord, IntegrationType, Json, decode_json

if TYPE_CHECKING:
    from connectory.ai import AI
    from connectory.auth import Auth
    from connectory.instance import Instance
    from connectory.model import Deprecated, Strings, Verify
    from connectory.notices import Notices
    from connectory.request import Request
    from connectory.tokens import Token


class Integration:
    """One version of an integration. Frozen: what its attributes hold cannot be changed, or is a copy."""

    __slots__ = ("_bundle", "_cache", "_methods", "_notices", "_offset", "_record", "_versions")

    def __init__(
        self,
        bundle: Bundle,
        versions: tuple[str, ...],
        offset: int,
        record: IntegrationRecord,
        found: dict[str, Method],
        read: Callable[[str], Method],
        notices: Notices,
    ) -> None:
        """``offset``: of the record. ``found``: the methods that were found so far. ``read``: finds another one."""
        self._bundle = bundle
        self._offset = offset
        self._record = record
        self._notices = notices
        self._cache: dict[str, Any] = {}
        self._versions = versions
        self._methods = Methods(record, found, read)

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
        auth: Auth = self._cached("auth", self._read_auth)
        return auth

    def way(self, auth: str | None = None) -> Auth:
        """A way to sign in: the definition's own, which ``default`` names too, or the alternative of this id.

        Raises:
            UnknownName: there is no such way.
        """
        if auth in (None, OWN_WAY):
            return self.auth
        known = {str(way.id): way for way in self.auth.alternatives}
        if auth not in known:
            from connectory.names import close_matches

            message = f"{self.id} has no alternative way to sign in {auth!r}"
            raise UnknownName(message, str(auth), close_matches(str(auth), list(known)))
        return known[auth]

    @property
    def verify(self) -> Verify | None:
        """The harmless request that proves credentials; None where the definition has none."""
        from connectory.model import Verify, view

        said = self.definition_of("verify")
        return view(Verify, said) if said else None

    def verify_request(
        self,
        credentials: Mapping[str, Json] | None = None,
        config: Mapping[str, Json] | None = None,
        *,
        token: Token | None = None,
        auth: str | None = None,
    ) -> Request:
        """The request of ``verify``, authenticated; takes and raises what ``Method.request`` does."""
        from connectory import calling

        return calling.verification(self, credentials or {}, config, token, auth)

    @property
    def ai(self) -> AI:
        """The models and their prices.

        Raises:
            NoAI: the integration is not of type ai.
        """
        if self.type != "ai":
            raise NoAI(f"{self.id} is of type {self.type}: it has no models")
        from connectory.ai import AI

        ai: AI = self._cached("ai", lambda: AI(self.id, self._rest()["aiConfig"], self._notices))
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
        from connectory.model import Deprecated, view

        mark = self.definition_of("deprecated")
        return view(Deprecated, mark) if mark else None

    @property
    def metadata(self) -> dict[str, Json]:
        """Homepage, documentation, categories, logo and sources, as the definition says them: a copy."""
        metadata: dict[str, Json] = self._rest().get("metadata", {})
        return metadata

    @property
    def config_schema(self) -> dict[str, Json]:
        """JSON Schema of the configuration, self-contained: a copy."""
        return self._bundle.schema(self._offset, self._record.config_schema)

    def configure(self, config: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """The configuration, validated, with defaults filled in at every depth. ``config`` stays as it is.

        Raises:
            InvalidConfig: with every error.
        """
        values = {} if config is None else config
        plain = dict(values) if isinstance(values, Mapping) else values
        completed: dict[str, Json] = self._validator().complete(plain, self.id, InvalidConfig)
        return completed

    def instance(self, config: Mapping[str, Json] | None = None, auth: str | None = None) -> Instance:
        """This version of the integration with a configuration: a frozen value without any secret.

        Args:
            config: as for ``configure``; it holds no members that the schema marks ``writeOnly``.
            auth: the id of the alternative way to sign in that is used; None for the first one.

        Raises:
            InvalidConfig: with every error.
            UnknownName: there is no such way to sign in.
        """
        from connectory.instance import make

        return make(self, config, auth)

    def definition_of(self, field: str) -> dict[str, Json]:
        """What the definition says under a field that holds an object: a copy; empty where it does not."""
        found: dict[str, Json] = self._rest().get(field, {})
        return found

    def definition(self) -> dict[str, Json]:
        """The definition that was compiled, in the order of the format: a copy."""
        record = self._record
        shared = self._shared()
        return {
            "integrationId": self.id,
            "name": self.name,
            "description": self.description,
            "version": self.version,
            "type": self.type,
            "authType": self.auth_type,
            **self._rest(),
            "configSchema": self._bundle.schema_as_written(self._offset, record.config_schema),
            "methods": [method.definition() for method in self.methods.values()],
            **({"$defs": shared} if shared else {}),
        }

    def preload(self) -> None:
        """Compile the configuration's validator."""
        self._validator()

    def __repr__(self) -> str:
        return f"<Integration {self.id}@{self.version}: {len(self.methods)} methods>"

    def _read_auth(self) -> Auth:
        from connectory.auth import read_auth

        return read_auth(self.auth_type, self._rest(), self.id, self.config_schema, self._shared())

    def _shared(self) -> dict[str, Json]:
        return self._bundle.shared(self._offset, self._record.shared) if self._record.shared else {}

    def _validator(self) -> Any:
        return self._cached("validator", lambda: compile_validator(self.config_schema, self._bundle.path))

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

    __slots__ = ("_found", "_read", "_record")

    def __init__(self, record: IntegrationRecord, found: dict[str, Method], read: Callable[[str], Method]) -> None:
        self._record = record
        self._found = found
        self._read = read

    def __getitem__(self, method_id: str) -> Method:
        try:
            return self._found[method_id]
        except (KeyError, TypeError):
            return self._read(require_text("method id", method_id))

    def __contains__(self, method_id: object) -> bool:
        return method_id in self._record.method_ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.method_ids)

    def __len__(self) -> int:
        return len(self._record.method_ids)

    def __repr__(self) -> str:
        return f"<Methods {', '.join(self)}>"
