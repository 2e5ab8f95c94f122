"""A method needs a scope that signing in does not ask for.

The scopes of oauth2Config are what is asked for when a service names none. A method that needs another one fails for
everybody who signed in so.

Example:

    oauth2Config: {scopes: [orders.read], ...}
    methods:
      - id: create_order
        scopes: {allOf: [orders.write]}

Instead:

    oauth2Config: {scopes: [orders.read, orders.write], ...}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D027"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each method that no way of signing in has the scopes for; one where none are asked for at all."""
    configs = [config for config in definition.auth_configs("oauth2Config") if "scope" not in _further(config)]
    if not configs:
        return
    asked = [_names(config.data.get("scopes")) for config in configs]
    without = [method for method in definition.methods if not any(_is_enough(method, scopes) for scopes in asked)]
    if without and not any(asked):
        message = (
            f"signing in asks for no scopes, but {len(without)} method{'s need' if len(without) > 1 else ' needs'} some"
        )
        help_ = "list under scopes what the methods need"
        yield definition.finding(globals(), message, configs[0].path, key=True, help=help_)
        return
    for method in without:
        needed = method.data["scopes"]
        every = _in_order(needed.get("allOf"))
        missing = min(([name for name in every if name not in scopes] for scopes in asked), key=len)
        choice = _in_order(needed.get("anyOf"))
        what = ", ".join(map(repr, missing)) or f"one of {', '.join(map(repr, choice[:4]))}"
        message = f"{str(method.data.get('id'))!r} needs {what}, which signing in does not ask for"
        help_ = f"add {(missing or choice or ['it'])[0]!r} to oauth2Config.scopes"
        yield definition.finding(globals(), message, (*method.path, "scopes"), key=True, help=help_)


def _is_enough(method: Part, asked: set[str]) -> bool:
    needed = method.data.get("scopes")
    if not isinstance(needed, dict):
        return True
    choice = _names(needed.get("anyOf"))
    return _names(needed.get("allOf")) <= asked and (not choice or not choice.isdisjoint(asked))


def _further(config: Part) -> dict[str, Any]:
    further = config.data.get("additionalParameters")
    return further if isinstance(further, dict) else {}


def _in_order(names: Any) -> list[str]:
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _names(names: Any) -> set[str]:
    return set(_in_order(names))
