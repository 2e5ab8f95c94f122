"""The values that requests need: what their templates name, and what those who use a definition need not have.

A template of a value that is not there refuses the call. Who used the old version has the configuration that it
accepted, the credentials that it asked for, and of a token what it kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from connectory.auth import read_auth
from connectory.compiler.definition import TEMPLATE, strings
from connectory.compiler.diagnostics import Path
from connectory.compiler.signin import CONFIGS, captured

_WITH_REQUESTS = ("additionalHeaders", "valueTemplate", "apply", "parameters")
"""What of a way to sign in goes with every request; the rest gets, renews and ends tokens."""


_SPACES = ("config", "credentials", "token")
"""What a template may name a value of; D012 reports any other."""


class Way(NamedTuple):
    """A way to sign in that both versions have.

    Attributes:
        name: its id; ``OWN_WAY`` for the definition's own.
        old, new: what describes it: the definition, or an alternative.
        path: where, in the new definition.
        what: how messages call it.
    """

    name: str
    old: dict[str, Any]
    new: dict[str, Any]
    path: Path
    what: str


class Request(NamedTuple):
    """A method of both versions.

    Attributes:
        old, new: what describes it.
        path: where, in the new definition.
        ways: those to sign in that it takes in both.
    """

    old: dict[str, Any]
    new: dict[str, Any]
    path: Path
    ways: Sequence[Way]


class Need(NamedTuple):
    """A value that is needed, as ``${name}`` writes it, and where, in the new definition."""

    name: str
    path: Path


class _Shared(NamedTuple):
    """What the headers of a definition name, and what they and its base URL do; and where each stands first."""

    headers: Mapping[str, Path]
    named: Mapping[str, Path]

    @classmethod
    def of(cls, definition: dict[str, Any]) -> _Shared:
        headers = _named(definition.get("headers"), ("headers",))
        return cls(headers, {**_named(definition.get("baseUrl"), ("baseUrl",)), **headers})


class Needs:
    """Compares what two versions of a definition need."""

    def __init__(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        is_configured: Callable[[str], bool],
        had_default: Callable[[str], bool],
    ) -> None:
        """Compare two definitions.

        Args:
            old, new: the definitions.
            is_configured: whether every configuration has a field, by itself or by the new default.
            had_default: whether a field of the configuration had a default before.
        """
        self._old = old
        self._new = new
        self._before = _Shared.of(old)
        self._after = _Shared.of(new)
        self._is_configured = is_configured
        self._had_default = had_default

    def unmet(self, ways: Sequence[Way], requests: Iterable[Request]) -> list[Need]:
        """What is needed now that somebody who used the old version need not have."""
        ways = [way for way in ways if way.old.get("authType") == way.new.get("authType")]
        found = [need for way in ways for need in self._of_way(way)]
        for request in requests:
            before = self._of_base(self._before, request.old.get("http") or {})
            after = self._of_base(self._after, request.new.get("http") or {}, request.path)
            found += self._lacking(before, after, request.ways)
        if "verify" in self._old and "verify" in self._new:
            before = {**self._before.named, **_named(self._old["verify"], ("verify",))}
            after = {**self._after.named, **_named(self._new["verify"], ("verify",))}
            found += self._lacking(before, after, ways)
        return list(dict.fromkeys(found))

    def _of_way(self, way: Way) -> Iterator[Need]:
        requests, tokens = ({**_part(way.old, (), is_sent)} for is_sent in (True, False))
        yield from self._lacking({**self._before.headers, **requests}, _part(way.new, way.path, True), [way])
        yield from self._lacking(tokens, _part(way.new, way.path, False), [way])
        if _configs(way.old) != _configs(way.new) and not _parameters(way.new):  # which are compared as a schema
            named = {**_part(way.new, (), True), **_part(way.new, (), False)}
            for name in _asked(way.new):
                if name not in _asked(way.old) and f"credentials.{name}" not in named:
                    config = next((config for config in CONFIGS if config in way.new), "authType")
                    yield Need(f"credentials.{name}", (*way.path, config))

    def _of_base(self, definition: _Shared, http: dict[str, Any], path: Path = ()) -> Mapping[str, Path]:
        """What every request names, and by path where it does first; ``path`` is that of the method."""
        own = {name: http[name] for name in ("baseUrl", "constants") if name in http}
        if not own:
            return definition.named
        return {**_named(own, (*path, "http")), **(definition.headers if "baseUrl" in own else definition.named)}

    def _lacking(self, before: Mapping[str, Path], after: Mapping[str, Path], ways: Sequence[Way]) -> Iterator[Need]:
        for name, path in after.items():
            space, dot, field = name.partition(".")
            was_needed = name in before and not (space == "config" and self._had_default(field))
            if dot and space in _SPACES and not was_needed and not self._is_there(space, field, ways):
                yield Need(name, path)

    def _is_there(self, space: str, field: str, ways: Sequence[Way]) -> bool:
        if space == "config":
            return self._is_configured(field)
        has = _has_credential if space == "credentials" else _has_token
        return bool(ways) and all(has(way, field) for way in ways)


def _has_credential(way: Way, name: str) -> bool:
    """Whether everybody has a credential who signed in; that it is newly asked for by a schema is said of that."""
    return name in _asked(way.old) or name in (_parameters(way.new) or {}).get("required", ())


def _has_token(way: Way, name: str) -> bool:
    """Whether every token that was kept has a value."""
    if name == "accessToken":
        return all("oauth2Config" in one or "tokenRequest" in one.get("customAuthConfig", {}) for one in way[1:3])
    config = way.old.get("oauth2Config")
    return name in (*captured(config, "captureFromToken"), *captured(config, "captureFromCallback"))


def _asked(way: dict[str, Any]) -> list[str]:
    """The credentials that a way to sign in asks for."""
    auth = read_auth(way["authType"], _configs(way))
    asked: list[str] = auth.credentials_schema.get("required", [])
    return asked


def _configs(way: dict[str, Any]) -> dict[str, Any]:
    return {config: way[config] for config in CONFIGS if config in way}


def _parameters(way: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (way.get("customAuthConfig") or {}).get("parametersSchema")
    return found


def _part(way: dict[str, Any], path: Path, is_sent: bool) -> dict[str, Path]:
    """What a way to sign in names in what goes with requests, or in the rest."""
    found: dict[str, Path] = {}
    for config in CONFIGS:
        for field, said in (way.get(config) or {}).items():
            if (field in _WITH_REQUESTS) is is_sent and field != "parametersSchema":
                found = {**_named(said, (*path, config, field)), **found}
    return found


def _named(value: Any, path: Path) -> dict[str, Path]:
    """What the templates in a value name, and where each stands first."""
    found: dict[str, Path] = {}
    for at, text in strings(value, path):
        for name in TEMPLATE.findall(text):
            found.setdefault(name, at)
    return found
