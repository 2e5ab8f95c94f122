"""Typed, frozen views of the parts of a definition, under Python's names."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct, field

from connectory.records import Json

Strings = MappingProxyType[str, str]
Prices = MappingProxyType[str, Decimal]
Parameters = MappingProxyType[str, Any]
"""Values are str, int, float or bool."""

NOTHING: MappingProxyType[str, Any] = MappingProxyType({})
"""The empty read-only mapping."""


class View(Struct, frozen=True, rename="camel", kw_only=True):
    """A typed view of a part of a definition."""


class Deprecated(View, frozen=True):
    """Marks what should no longer be used. Dates are ISO 8601."""

    since: str | None = None
    sunset: str | None = None
    replacement: str | None = None
    message: str | None = None


class OAuth2(View, frozen=True):
    """How to sign in with OAuth 2; the defaults are those of the format."""

    token_url: str
    authorization_url: str | None = None
    grant_type: Literal["authorization_code", "client_credentials"] = "authorization_code"
    scopes: tuple[str, ...] = ()
    scope_separator: str = " "
    pkce: Literal["S256", "none"] = "S256"
    additional_parameters: Parameters = NOTHING
    additional_headers: Strings = NOTHING
    token_auth_method: Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] = (
        "client_secret_basic"
    )
    token_body_format: Literal["form", "json"] = "form"
    token_parameters: Parameters = NOTHING
    refresh_url: str | None = None
    refresh_parameters: Parameters = NOTHING
    rotates_refresh_token: bool = False
    revocation_url: str | None = None
    access_token_path: str = "access_token"
    capture_from_token: Strings = NOTHING
    capture_from_callback: Strings = NOTHING


class ApiKey(View, frozen=True):
    """Where an API key goes."""

    place: Literal["header", "query", "body", "path"] = field(name="in")
    name: str
    value_template: str = "${credentials.apiKey}"
    additional_headers: Strings = NOTHING


class Apply(View, frozen=True):
    """What credentials add to a request, as templates."""

    headers: Strings = NOTHING
    query: Parameters = NOTHING
    body: Parameters = NOTHING


class TokenRequest(View, frozen=True):
    """The first step of a two-step sign-in. Without ``body_format`` an assertion goes as a form, all else as JSON."""

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: Strings = NOTHING
    query: Parameters = NOTHING
    body_format: Literal["form", "json"] | None = None
    body: Parameters = NOTHING
    access_token_path: str = "access_token"
    expires_in_path: str | None = None


class CustomAuth(View, frozen=True):
    """A way to sign in that is neither OAuth 2 nor one API key."""

    scheme: str
    parameters: Parameters = NOTHING
    apply: Apply = Apply()
    token_request: TokenRequest | None = None


class MethodScopes(View, frozen=True):
    """The OAuth 2 scopes that a call needs: every one of ``all_of``, and one of ``any_of`` where there are any."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()


class Annotations(View, frozen=True):
    """Hints, with the defaults of the Model Context Protocol."""

    read_only_hint: bool = False
    destructive_hint: bool = True
    idempotent_hint: bool = False
    open_world_hint: bool = True


class MethodModels(View, frozen=True):
    """Which input chooses a model, and what the model must be able to do."""

    parameter: str
    requires: tuple[str, ...] = ()


class HttpBody(View, frozen=True):
    """What the body of a request carries: ``"*"`` is every input that is placed nowhere else.

    ``filenames`` goes from an input that is a file to the one that is its name.
    """

    content_type: str = "application/json"
    source: str = field(name="from", default="*")
    wrap: str | None = None
    wrap_in_array: bool = False
    filenames: Strings = NOTHING


class HttpResponse(View, frozen=True):
    """How a response's body becomes the output: under the member ``wrap``, where it is no object itself."""

    wrap: str | None = None


class HttpErrors(View, frozen=True):
    """Where a response says that the call failed, as dotted paths: ``flag`` to what is false then, ``present`` to what
    is there, and not empty, only then."""

    flag: str | None = None
    present: str | None = None
    message: str | None = None


class Pagination(View, frozen=True):
    """How the next page is asked for."""

    style: Literal["cursor", "offset", "page", "link"]
    input: str | None = None
    output: str | None = None
    limit: str | None = None
    items: str | None = None


Style = Literal["repeat", "brackets", "comma", "space", "pipe", "json", "jsons", "numbered", "text", "members"]
"""How an array or an object is written in a query or a form, or base64 in a body of several parts."""


class Constants(View, frozen=True):
    """What every call of a method sends."""

    headers: Strings = NOTHING
    query: Parameters = NOTHING
    body: Parameters = NOTHING


class Http(View, frozen=True):
    """How a method's inputs become a request. Mappings go from the name on the wire to the input's.

    ``styles`` goes from an input's name, or ``"*"`` for all others, to the way in which arrays and objects are written.
    """

    method: str
    path: str
    base_url: str | None = None
    constants: Constants = Constants()
    styles: MappingProxyType[str, Style] = NOTHING
    query: Strings = NOTHING
    headers: Strings = NOTHING
    cookies: Strings = NOTHING
    body: HttpBody | None = None
    response: HttpResponse | None = None
    errors: HttpErrors | None = None
    pagination: Pagination | None = None


class Mcp(View, frozen=True):
    """Which tool of a Model Context Protocol server a method calls, by the name that ``tools/call`` takes."""

    tool: str


class Verify(View, frozen=True):
    """A harmless request that proves credentials. ``body`` is the JSON body; None where there is none."""

    path: str
    method: Literal["GET", "POST", "HEAD"] = "GET"
    query: Parameters = NOTHING
    headers: Strings = NOTHING
    body: Parameters | None = None
    errors: HttpErrors | None = None


class CostPerToken(View, frozen=True):
    """Prices of one token."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


class PriceTier(View, frozen=True):
    """Prices of a request with more input tokens than the threshold."""

    above_input_tokens: int
    cost_per_token: CostPerToken


class Pricing(View, frozen=True):
    """Where prices come from and what they depend on."""

    currency: str = "USD"
    as_of: str | None = None
    source: str | None = None
    free: bool = False
    tiers: tuple[PriceTier, ...] = ()


class Model(View, frozen=True):
    """One AI model. Prices are exact decimals in ``pricing.currency``."""

    id: str
    name: str
    description: str = ""
    capabilities: tuple[str, ...] = ()
    context_window: int | None = None
    input_formats: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()
    max_tokens: int | None = None
    cost_per_token: CostPerToken | None = None
    cost_per_image: Prices = NOTHING
    cost_per_second: Decimal | None = None
    pricing: Pricing = Pricing()
    deprecated: Deprecated | None = None


class MethodRest(View, frozen=True):
    """What a method says beyond its record's own fields."""

    auth: tuple[str, ...] | None = None
    scopes: MethodScopes | None = None
    annotations: Annotations = Annotations()
    models: MethodModels | None = None
    http: Http | None = None
    mcp: Mcp | None = None
    deprecated: Deprecated | None = None


_View = TypeVar("_View", bound=Struct)


def view(type_: type[_View], value: Json) -> _View:
    """``value``, a part of a definition, as the typed view that ``type_`` is."""
    return msgspec.convert(value, type_, dec_hook=_freeze)


def _freeze(type_: object, value: Json) -> Json:
    """Mappings become read-only; a list of names stands for a mapping of each name to itself."""
    if isinstance(value, list):
        return MappingProxyType({name: name for name in value})
    (values,) = getattr(type_, "__args__", (str, str))[1:]
    return MappingProxyType({key: msgspec.convert(item, values) for key, item in value.items()})
