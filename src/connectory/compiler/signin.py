"""What signing in uses, and what of it is secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from connectory.compiler.bindings import bindings
from connectory.compiler.credentials import is_secret_name
from connectory.compiler.definition import TEMPLATE, Definition, strings
from connectory.compiler.diagnostics import Path
from connectory.compiler.known import known
from connectory.compiler.members import parts

CONFIGS = ("oauth2Config", "apiKeyConfig", "customAuthConfig")
"""The ways to sign in, each with its own configuration."""


def secret_fields(definition: Definition) -> Iterator[tuple[str, Path]]:
    """The fields of the configuration that are secrets, by their name or by what their schema says; and where."""
    schema = definition.data.get("configSchema")
    declared = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(declared, dict):
        return
    for name, field in declared.items():
        said = list(parts(field, schema, definition.shared))
        types = [part["type"] for part in said if "type" in part]
        marked = any(part.get("writeOnly") is True or part.get("format") == "password" for part in said)
        if marked or (is_secret_name(name) and all(kind == "string" for kind in types)):
            yield name, ("configSchema", "properties", name)


def used_in_signin(definition: Definition) -> dict[str, Path]:
    """The fields of the configuration that templates of signing in name, and where the first one stands."""
    found: dict[str, Path] = {}
    for way in definition.signins():
        for config in CONFIGS:
            for path, text in strings(way.data.get(config), (*way.path, config)):
                for template in TEMPLATE.finditer(text):
                    space, _, name = template[1].partition(".")
                    if space == "config":
                        found.setdefault(name, path)
    return found


def addresses(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Every address that credentials or data are sent to, and where it stands."""
    owners: list[tuple[Path, Any, tuple[str, ...]]] = [((), definition.data, ("baseUrl",))]
    for config in definition.auth_configs("oauth2Config"):
        owners.append((config.path, config.data, ("authorizationUrl", "tokenUrl", "refreshUrl", "revocationUrl")))
    for config in definition.auth_configs("customAuthConfig"):
        owners.append(((*config.path, "tokenRequest"), config.data.get("tokenRequest"), ("url",)))
    owners += [(one.http.path, one.http.data, ("baseUrl",)) for one in bindings(definition)]
    for path, owner, fields in owners:
        for field in fields:
            if isinstance(owner, dict) and isinstance(owner.get(field), str):
                yield (*path, field), owner[field]


def fixed_headers(definition: Definition) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of headers whose values a definition says."""
    owners: list[tuple[Path, Any, str]] = [((), definition.data, "headers")]
    owners.append((("verify",), definition.data.get("verify"), "headers"))
    for config in ("oauth2Config", "apiKeyConfig"):
        owners += [(one.path, one.data, "additionalHeaders") for one in definition.auth_configs(config)]
    for custom in definition.auth_configs("customAuthConfig"):
        for field in ("apply", "tokenRequest"):
            owners.append(((*custom.path, field), custom.data.get(field), "headers"))
    for binding in bindings(definition):
        if "constants" in binding.http.data:
            owners.append(((*binding.http.path, "constants"), binding.http.data["constants"], "headers"))
    for path, owner, field in owners:
        if isinstance(owner, dict) and isinstance(owner.get(field), dict):
            yield (*path, field), owner[field]


class Templated(NamedTuple):
    """A text in which templates may stand.

    Attributes:
        path: where it stands.
        text: the text.
        place: what it is: url, header, path, or plain where any text can stand.
    """

    path: Path
    text: str
    place: str


def templated(definition: Definition) -> Iterator[Templated]:
    """Every text in which templates may stand, but for those without any."""
    yield from (one for one in _templated(definition) if "${" in one.text)


def _templated(definition: Definition) -> Iterator[Templated]:
    yield from (Templated(path, url, "url") for path, url in addresses(definition))
    for path, headers in fixed_headers(definition):
        texts = ((name, text) for name, text in headers.items() if isinstance(text, str))
        yield from (Templated((*path, name), text, "header") for name, text in texts)
    for key in definition.auth_configs("apiKeyConfig"):
        if isinstance(key.data.get("valueTemplate"), str):
            place = "header" if key.data.get("in") == "header" else "plain"
            yield Templated((*key.path, "valueTemplate"), key.data["valueTemplate"], place)
    verify = definition.data.get("verify")
    if isinstance(verify, dict) and isinstance(verify.get("path"), str):
        yield Templated(("verify", "path"), verify["path"], "path")
    for path, value in _plain(definition, verify):
        yield from (Templated(at, text, "plain") for at, text in strings(value, path))


def _plain(definition: Definition, verify: Any) -> Iterator[tuple[Path, Any]]:
    """The parameters and bodies whose values a definition says."""
    owners: list[tuple[Path, Any, tuple[str, ...]]] = [(("verify",), verify, ("query", "body"))]
    for binding in bindings(definition):
        if "constants" in binding.http.data:
            at = (*binding.http.path, "constants")
            owners.append((at, binding.http.data["constants"], ("query", "body")))
    of_tokens = ("additionalParameters", "tokenParameters", "refreshParameters")
    owners += [(one.path, one.data, of_tokens) for one in definition.auth_configs("oauth2Config")]
    for custom in definition.auth_configs("customAuthConfig"):
        owners.append((custom.path, custom.data, ("parameters",)))
        owners += [
            ((*custom.path, part), custom.data.get(part), ("query", "body")) for part in ("apply", "tokenRequest")
        ]
    for path, owner, fields in owners:
        for field in fields:
            if isinstance(owner, dict) and field in owner:
                yield (*path, field), owner[field]


def keys_in_paths(definition: Definition) -> set[str]:
    """The path variables that API keys take the place of."""
    configs = (config.data for config in definition.auth_configs("apiKeyConfig"))
    return {config["name"] for config in configs if config.get("in") == "path" and isinstance(config.get("name"), str)}


def captured(config: Any, field: str) -> list[str]:
    """The names that ``captureFromToken`` or ``captureFromCallback`` of an oauth2Config keeps."""
    kept = config.get(field) if isinstance(config, dict) else None
    return [name for name in kept if isinstance(name, str)] if isinstance(kept, dict | list) else []


def provider_of(config: dict[str, Any]) -> dict[str, Any] | None:
    """What is known of the provider that an oauth2Config sends people to; None where nothing is."""
    url = config.get("authorizationUrl")
    try:
        host = urlsplit(TEMPLATE.sub("x", url)).hostname if isinstance(url, str) else None
    except ValueError:
        return None  # another rule reports it
    providers: dict[str, dict[str, Any]] = known("providers")["providers"]
    labels = (host or "").split(".")
    domains = (".".join(labels[first:]) for first in range(len(labels)))
    return next((providers[domain] for domain in domains if domain in providers), None)
