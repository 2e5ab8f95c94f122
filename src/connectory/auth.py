"""What a definition says about signing in, ready to use."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from connectory.model import ApiKey, CustomAuth, OAuth2, view
from connectory.records import AuthType, Json


class Auth(Struct, frozen=True, kw_only=True):
    """A way to sign in.

    Attributes:
        type: oauth2, apikey or custom; the attribute of that kind says how, where the definition does.
        id: what chooses this way; None for the definition's own.
        name, description: of an alternative.
        oauth2, api_key, custom: the configuration of that type, or None.
        alternatives: further complete ways to sign in, in the order of preference.
    """

    type: AuthType
    id: str | None = None
    name: str | None = None
    description: str | None = None
    oauth2: OAuth2 | None = None
    api_key: ApiKey | None = None
    custom: CustomAuth | None = None
    alternatives: tuple[Auth, ...] = ()


def read_auth(auth_type: AuthType, parts: Mapping[str, Json]) -> Auth:
    """The way to sign in that a definition, or one of its alternatives, describes in ``parts``."""
    alternatives = (read_auth(part["authType"], part) for part in parts.get("alternativeAuth", ()))
    return Auth(
        type=auth_type,
        id=parts.get("id"),
        name=parts.get("name"),
        description=parts.get("description"),
        oauth2=view(OAuth2, parts["oauth2Config"]) if "oauth2Config" in parts else None,
        api_key=view(ApiKey, parts["apiKeyConfig"]) if "apiKeyConfig" in parts else None,
        custom=view(CustomAuth, parts["customAuthConfig"]) if "customAuthConfig" in parts else None,
        alternatives=tuple(alternatives),
    )
