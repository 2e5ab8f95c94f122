"""An integration with a configuration: what a service stores, and opens again against a newer bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from connectory.errors import InvalidConfig, InvalidData, Issue, UnknownIntegration, UnknownName
from connectory.pointers import pointer
from connectory.records import Json
from connectory.references import applied

if TYPE_CHECKING:
    from connectory.catalog import Catalog
    from connectory.integration import Integration


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """A version of an integration, its configuration, and the way to sign in; never a secret.

    ``to_json`` and ``Catalog.reopen`` are each other's inverse, as long as the bundle has the version.

    Attributes:
        integration_id, version: which integration.
        auth: the id of the alternative way to sign in; None for the definition's first one.
    """

    integration_id: str
    version: str
    auth: str | None
    _config: bytes

    @property
    def config(self) -> dict[str, Json]:
        """The configuration, with defaults filled in: a copy."""
        config: dict[str, Json] = msgspec.json.decode(self._config)
        return config

    def to_dict(self) -> dict[str, Json]:
        """What ``Catalog.reopen`` takes, as JSON values."""
        return {
            "integrationId": self.integration_id,
            "version": self.version,
            "auth": self.auth,
            "config": self.config,
        }

    def to_json(self) -> str:
        """The same as JSON text; equal instances give equal text."""
        return msgspec.json.encode(self.to_dict(), order="sorted").decode()

    def __repr__(self) -> str:
        return f"<Instance {self.integration_id}@{self.version}: {', '.join(self.config) or 'no configuration'}>"


class Reopened(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an instance in another bundle.

    Attributes:
        verdict: ``same``: its version is there and takes its configuration; ``upgraded``: another version takes it;
            ``invalid``: no version that is there takes it; ``gone``: the integration is not there any more.
        instance: the instance as it is now; None where it is invalid or gone.
        reasons: why it is not the same.
    """

    verdict: Literal["same", "upgraded", "invalid", "gone"]
    instance: Instance | None
    reasons: tuple[str, ...] = ()


def make(integration: Integration, config: Mapping[str, Json] | None, auth: str | None) -> Instance:
    """An instance of this version; see ``Integration.instance``."""
    secrets = sorted(_secrets(config or {}, integration.config_schema))
    if secrets:
        reason = "is a secret; it belongs to the credentials, not to the configuration"
        raise InvalidConfig(integration.id, [Issue(path, reason, "writeOnly") for path in secrets])
    integration.way(auth)
    completed = integration.configure(config)
    return Instance(
        integration_id=integration.id,
        version=integration.version,
        auth=auth,
        _config=msgspec.json.encode(completed, order="sorted"),
    )


def reopen(catalog: Catalog, given: Instance | Mapping[str, Any] | str | bytes) -> Reopened:
    """An instance as a catalog has it; see ``Catalog.reopen``.

    Raises:
        ValueError: it is not what ``to_dict`` or ``to_json`` make.
    """
    stored = _stored(given)
    try:
        current = catalog.integration(stored.integration_id, f"^{stored.version}")
    except UnknownIntegration as error:
        return Reopened(verdict="gone", instance=None, reasons=(str(error),))
    except UnknownName:
        current = catalog.integration(stored.integration_id)
    reasons: list[str] = []
    versions = [stored.version] if stored.version in current.versions else []
    versions += [current.version] if current.version not in versions else []
    for version in versions:
        try:
            made = make(catalog.integration(stored.integration_id, version), stored.config, stored.auth)
        except InvalidData as error:
            reasons.extend(f"{version}: {issue}" for issue in error.errors)
        except UnknownName as error:
            reasons.append(f"{version}: {error}")
        else:
            if version == stored.version:
                return Reopened(verdict="same", instance=made)
            told = reasons or [f"the bundle has no version {stored.version}; {version} takes the configuration"]
            return Reopened(verdict="upgraded", instance=made, reasons=tuple(told))
    return Reopened(verdict="invalid", instance=None, reasons=tuple(reasons))


class _Stored(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    integration_id: str
    version: str
    config: dict[str, Any]
    auth: str | None = None


def _stored(given: Instance | Mapping[str, Any] | str | bytes) -> _Stored:
    try:
        if isinstance(given, str | bytes):
            return msgspec.json.decode(given, type=_Stored)
        return msgspec.convert(given.to_dict() if isinstance(given, Instance) else dict(given), _Stored)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"this is no stored instance: {error}") from error


def _secrets(config: Mapping[str, Json], schema: dict[str, Json]) -> set[str]:
    """Where a configuration holds members that its schema marks ``writeOnly``."""
    found: set[str] = set()
    waiting: list[tuple[Json, list[Json], tuple[str | int, ...]]] = [(dict(config), [schema], ())]
    while waiting:
        value, schemas, path = waiting.pop()
        group = applied(schemas, schema)
        if path and any(part.get("writeOnly") is True for part in group):
            found.add(pointer(path))
        elif isinstance(value, dict):
            for name, member in value.items():
                said = [part["properties"][name] for part in group if name in part.get("properties", {})]
                waiting.append((member, said, (*path, name)))
        elif isinstance(value, list):
            items = [part["items"] for part in group if "items" in part]
            waiting.extend((item, items, (*path, index)) for index, item in enumerate(value))
    return found
