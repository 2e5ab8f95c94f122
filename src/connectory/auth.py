"""What a definition says about signing in, ready to use: requests as values, nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from connectory.errors import InvalidConfig, InvalidCredentials, Issue, NotCallable
from connectory.model import NOTHING, ApiKey, CustomAuth, OAuth2, view
from connectory.pointers import pointer
from connectory.records import AuthType, Json
from connectory.request import Request, json_bytes

if TYPE_CHECKING:
    from connectory.oauth2 import Authorization, Callback
    from connectory.templates import Values
    from connectory.tokens import Token


class Auth(Struct, frozen=True, kw_only=True):
    """A way to sign in.

    ``credentials`` is always a mapping with the names that ``credentials_schema`` lists, ``config`` the configuration
    of the instance. Requests are values: send them with any HTTP client, and hand the answer to
    ``parse_token_response``.

    Attributes:
        type: oauth2, apikey or custom; the attribute of that kind says how, where the definition does.
        id: what chooses this way; None for the definition's own.
        name, description: of an alternative.
        oauth2, api_key, custom: the configuration of that type, or None.
        alternatives: further complete ways to sign in, in the order of preference.
        integration_id: whose way to sign in it is.
    """

    type: AuthType
    id: str | None = None
    name: str | None = None
    description: str | None = None
    oauth2: OAuth2 | None = None
    api_key: ApiKey | None = None
    custom: CustomAuth | None = None
    alternatives: tuple[Auth, ...] = ()
    integration_id: str = ""
    _config_schema: bytes = b"{}"
    _parameters_schema: bytes = b""

    def __repr__(self) -> str:
        return f"<Auth {self.integration_id}{f' {self.id}' if self.id else ''}: {self.type}>"

    @property
    def ways(self) -> tuple[Auth, ...]:
        """This way to sign in and its alternatives."""
        return (self, *self.alternatives)

    @property
    def credentials_schema(self) -> dict[str, Json]:
        """JSON Schema of what a user must supply, with secrets marked ``writeOnly``, to render a form from: a copy."""
        from connectory.credentials import schema_of

        given = msgspec.json.decode(self._parameters_schema) if self._parameters_schema else None
        return schema_of(self, given)

    @property
    def needs_token(self) -> bool:
        """Whether a token has to be asked for before requests can be made."""
        return self.oauth2 is not None or (self.custom is not None and self.custom.token_request is not None)

    def check_credentials(self, credentials: Mapping[str, Json]) -> None:
        """Refuse credentials that ``credentials_schema`` does not accept; messages do not quote them.

        Raises:
            InvalidCredentials: with every error.
        """
        from connectory.method import compile_validator

        compile_validator(self.credentials_schema).check(dict(credentials), self.integration_id, InvalidCredentials)

    def authorization_url(
        self,
        *,
        client_id: str,
        redirect_uri: str,
        config: Mapping[str, Json] | None = None,
        scopes: Iterable[str] | None = None,
        state: str | None = None,
    ) -> Authorization:
        """Where to send a person who signs in, with state and, unless the provider has none, PKCE.

        Args:
            client_id: the application's id at the provider.
            redirect_uri: where the person comes back to.
            config: the configuration of the instance.
            scopes: what to ask for; the definition's scopes by default.
            state: random by default; give one of 128 random bits or more.

        Raises:
            NotCallable: nobody is sent anywhere in this way.
            UnsafeValue: a configured value cannot stand in the address.
        """
        from connectory import oauth2

        values = self.values({"clientId": client_id}, self._completed(config))
        return oauth2.authorization(self._oauth2(), values, client_id, redirect_uri, scopes, state)

    def parse_callback(self, url: str, authorization: Authorization) -> Callback:
        """What the redirect brought back.

        Args:
            url: the address that the person came back to, with its query.
            authorization: what ``authorization_url`` gave for this sign-in.

        Raises:
            TokenError: the person or the provider refused, or the redirect belongs to another sign-in.
        """
        from connectory import oauth2

        return oauth2.callback(self._oauth2(), url, authorization.state)

    def token_request(
        self,
        credentials: Mapping[str, Json],
        config: Mapping[str, Json] | None = None,
        *,
        code: str | None = None,
        redirect_uri: str | None = None,
        code_verifier: str | None = None,
        scopes: Iterable[str] | None = None,
        now: float | None = None,
    ) -> Request:
        """The request that asks for a token.

        Args:
            credentials: ``clientId`` and what else ``credentials_schema`` lists.
            config: the configuration of the instance.
            code, redirect_uri, code_verifier: of the sign-in, for the authorization-code grant.
            scopes: for the client-credentials grant; the definition's by default.
            now: seconds since 1970, for what is signed.

        Raises:
            InvalidCredentials: something is missing.
            NotCallable: there are no tokens in this way.
            UnsafeValue: a configured value cannot stand where it should.
            MissingExtra: a package that signs is not installed.
        """
        from connectory import credentials as supplied
        from connectory import oauth2

        values = self.values(credentials, self._completed(config))
        if self.oauth2 is None:
            return supplied.token_request(self, values, now)
        if self.oauth2.grant_type == "client_credentials":
            return oauth2.client_request(self.oauth2, values, scopes, now)
        if code is None or redirect_uri is None:
            raise TypeError("the authorization-code grant needs code and redirect_uri")
        return oauth2.code_request(
            self.oauth2, values, code=code, redirect_uri=redirect_uri, code_verifier=code_verifier, now=now
        )

    def refresh_request(
        self,
        credentials: Mapping[str, Json],
        config: Mapping[str, Json] | None = None,
        *,
        token: Token | str,
        scopes: Iterable[str] | None = None,
        now: float | None = None,
    ) -> Request:
        """The request for a new token; where no person signed in, it is the one that asked for the first.

        Args:
            credentials, config: as for ``token_request``.
            token: the token, or the refresh token itself.
            scopes: fewer than were granted; by default the same.
            now: as for ``token_request``.

        Raises:
            InvalidCredentials: something is missing, or the token cannot be refreshed.
            NotCallable, UnsafeValue, MissingExtra: as for ``token_request``.
        """
        from connectory import oauth2

        refresh = token if isinstance(token, str) else token.refresh_token
        if self.oauth2 is None or self.oauth2.grant_type == "client_credentials":
            return self.token_request(credentials, config, scopes=scopes, now=now)
        if not refresh:
            raise InvalidCredentials(
                self.integration_id, [Issue("", "lacks a refresh token; sign in again", "required")]
            )
        values = self.values(credentials, self._completed(config), token)
        return oauth2.refresh_request(self.oauth2, values, refresh, scopes, now)

    def revocation_request(
        self,
        credentials: Mapping[str, Json],
        config: Mapping[str, Json] | None = None,
        *,
        token: Token | str,
        hint: str | None = None,
        now: float | None = None,
    ) -> Request:
        """The request that ends a token (RFC 7009): of a ``Token`` the refresh token where it has one.

        Raises:
            NotCallable: the provider has no such address.
            InvalidCredentials, UnsafeValue, MissingExtra: as for ``token_request``.
        """
        from connectory import oauth2

        if isinstance(token, str):
            text = token
        else:
            text = token.refresh_token or token.access_token
            hint = hint or ("refresh_token" if token.refresh_token else "access_token")
        values = self.values(credentials, self._completed(config), token)
        return oauth2.revocation_request(self._oauth2(), values, text, hint, now)

    def parse_token_response(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes | str,
        *,
        previous: Token | None = None,
        captured: Mapping[str, str] = NOTHING,
        now: float | None = None,
    ) -> Token:
        """The token that a provider answered.

        Args:
            status, headers, body: the answer.
            previous: the token that was refreshed: its refresh token stays unless the answer has another.
            captured: of ``parse_callback``.
            now: seconds since 1970, which expiry is counted from.

        Raises:
            TokenError: the provider refused, or answered with something else.
        """
        from connectory.credentials import shape_of
        from connectory.tokens import parse_token

        return parse_token(status, headers, body, shape_of(self), previous, captured, now)

    def apply(
        self,
        request: Request,
        credentials: Mapping[str, Json],
        config: Mapping[str, Json] | None = None,
        token: Token | None = None,
    ) -> Request:
        """The request, authenticated.

        Args:
            request: what would be sent; a key that belongs into the path stands there as ``{name}``.
            credentials: what the user supplied; with OAuth 2 ``accessToken`` stands for ``token``.
            config: the configuration of the instance.
            token: what was asked for, where ``needs_token``.

        Raises:
            InvalidCredentials: something is missing.
            NotCallable: the definition does not say how.
            UnsafeValue: a value cannot stand where it should.
            MissingExtra: a package that signs is not installed.
        """
        from connectory.credentials import apply

        return apply(self, request, self.values(credentials, self._completed(config), token))

    def _completed(self, config: Mapping[str, Json] | None) -> dict[str, Json]:
        """The configuration, validated, with its defaults.

        Raises:
            InvalidConfig: with every error.
        """
        plain = {} if config is None else dict(config)
        completed: dict[str, Json] = _validator(self._config_schema).complete(plain, self.integration_id, InvalidConfig)
        return completed

    def _oauth2(self) -> OAuth2:
        if self.oauth2 is None:
            raise NotCallable(f"{self.integration_id} does not sign in with OAuth 2 in this way, but with {self.type}")
        return self.oauth2

    def values(
        self,
        credentials: Mapping[str, Json],
        config: Mapping[str, Json] | None,
        token: Token | str | None = None,
    ) -> Values:
        """What the definition's templates stand for, with a configuration that is complete.

        Raises:
            InvalidCredentials: a text is none.
        """
        from connectory.templates import Values

        for name, given in credentials.items():
            if isinstance(given, str) and given.encode("utf-8", "ignore").decode("utf-8") != given:
                issue = Issue(pointer([name]), "holds a lone surrogate", "type")
                raise InvalidCredentials(self.integration_id, [issue])

        schema = msgspec.json.decode(self._config_schema)
        held = token.values() if token is not None and not isinstance(token, str) else {}
        if "accessToken" not in held and credentials.get("accessToken"):
            held = {**held, "accessToken": str(credentials["accessToken"])}
        brought = self.oauth2.capture_from_callback if self.oauth2 is not None else ()
        return Values(self.integration_id, {} if config is None else config, credentials, held, schema, brought)


def read_auth(
    auth_type: AuthType,
    parts: Mapping[str, Json],
    integration_id: str = "",
    config_schema: Mapping[str, Json] = NOTHING,
    shared: Mapping[str, Json] = NOTHING,
) -> Auth:
    """The way to sign in that a definition, or one of its alternatives, describes in ``parts``.

    Args:
        auth_type: of this way.
        parts: the definition, or the alternative.
        integration_id: whose it is.
        config_schema: JSON Schema of the configuration, self-contained.
        shared: the definition's shared schemas.
    """
    alternatives = (
        read_auth(part["authType"], part, integration_id, config_schema, shared)
        for part in parts.get("alternativeAuth", ())
    )
    custom = parts.get("customAuthConfig", {})
    return Auth(
        type=auth_type,
        id=parts.get("id"),
        name=parts.get("name"),
        description=parts.get("description"),
        oauth2=view(OAuth2, parts["oauth2Config"]) if "oauth2Config" in parts else None,
        api_key=view(ApiKey, parts["apiKeyConfig"]) if "apiKeyConfig" in parts else None,
        custom=view(CustomAuth, custom) if "customAuthConfig" in parts else None,
        alternatives=tuple(alternatives),
        integration_id=integration_id,
        _config_schema=json_bytes(dict(config_schema)),
        _parameters_schema=_parameters_schema(custom.get("parametersSchema"), shared),
    )


def _parameters_schema(schema: Json, shared: Mapping[str, Json]) -> bytes:
    """The schema as JSON text, with the shared schemas where it may refer to them; empty where there is none."""
    if schema is None:
        return b""
    text = json_bytes(schema)
    return (
        json_bytes({**schema, "$defs": {**shared, **schema.get("$defs", {})}}) if b'"$ref"' in text and shared else text
    )


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    """The validator of a schema, encoded; each is compiled once, not with every request."""
    from connectory.method import compile_validator

    return compile_validator(msgspec.json.decode(schema))
