"""Until when deprecations promise that something stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Promises = Mapping[tuple[str, str], str]
"""The last day before which something stays, by what it is and its id."""


def sunset(owner: Mapping[str, Any]) -> str:
    """The sunset that a deprecation names; empty where there is none."""
    return str((owner.get("deprecated") or {}).get("sunset", ""))


def promises(definitions: Iterable[Mapping[str, Any]]) -> Promises:
    """What definitions promise of their methods and models together: of several sunsets, the latest."""
    found: dict[tuple[str, str], str] = {}
    for data in definitions:
        models = (data.get("aiConfig") or {}).get("availableModels", ())
        for kind, owners in (("method", data.get("methods", ())), ("model", models)):
            for owner in owners:
                key = kind, owner["id"]
                found[key] = max(found.get(key, ""), sunset(owner))
    return found
