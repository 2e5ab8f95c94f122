"""A secret is committed.

Whoever can read the repository, its history or an artifact made of it has the secret. What looks like a vendor's key,
or an address with a password in it, is found anywhere in the file, comments included; any other value that looks drawn
by lot, where a credential would stand: in a header, a parameter, a default or an example of a field that is called like
one.

Example:

    headers: {Authorization: Bearer 8vJ2kQ9xLm4Rt7Wz3Ypc}

Instead, revoke the secret, and let users supply it:

    authType: apikey
    apiKeyConfig: {in: header, name: Authorization, valueTemplate: "Bearer ${credentials.apiKey}"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.credentials import is_secret_name, keys_in, looks_random
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity, Span
from connectory.compiler.text.lines import Lines

CODE = "D030"
SEVERITY: Severity = "error"

_HELP = "revoke it, and let users supply their own as a credential"
_SETTINGS = ("headers", "query", "body", "constants", "parameters", "additionalHeaders", "additionalParameters")
_MORE_SETTINGS = ("tokenParameters", "refreshParameters", "verify", "tokenRequest", "apply")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each secret, at it, and never its text."""
    text = definition.source.text
    lines = None
    found: set[int] = set()
    for key in keys_in(text):
        lines = lines or Lines(text)
        (line, column), (end_line, end_column) = lines.mark(key.start), lines.mark(key.end)
        found.update(range(line, end_line + 1))
        span = Span(definition.source.path, line, column, end_line, end_column)
        yield Diagnostic(CODE, SEVERITY, f"this looks like {key.what}", span, _HELP)
    for path, name in _named(definition):
        if definition.span(path).line not in found:
            yield definition.finding(globals(), f"the value of {name!r} looks like a secret", path, help=_HELP)


def _named(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Where values stand that are called like a credential, and look like one."""
    yield from _settings(definition.data, ())
    for way in definition.signins():
        for config in ("oauth2Config", "apiKeyConfig", "customAuthConfig"):
            if isinstance(way.data.get(config), dict):
                yield from _settings(way.data[config], (*way.path, config))
    for method in definition.methods:
        http = method.data.get("http")
        if isinstance(http, dict) and "constants" in http:
            yield from _inside(http["constants"], (*method.path, "http", "constants"))
        if "examples" in method.data:
            yield from _inside(method.data["examples"], (*method.path, "examples"))
    for node in definition.nodes_with("default", "examples", "const"):
        owner, name = node.path[-2:] if len(node.path) > 1 else ("", "")
        if owner == "properties" and isinstance(name, str) and is_secret_name(name):
            yield from _of_schema(node.path, node.data, name)


def _settings(owner: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for name in (*_SETTINGS, *_MORE_SETTINGS):
        if name in owner:
            yield from _inside(owner[name], (*path, name))


def _inside(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The members of a value, at any depth, that are called like a credential and look like one."""
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        at, node = waiting.pop()
        if isinstance(node, dict):
            for name, child in node.items():
                if isinstance(child, str) and is_secret_name(name) and _is_secret(child):
                    yield (*at, name), name
                waiting.append(((*at, name), child))
        elif isinstance(node, list):
            waiting.extend(((*at, index), child) for index, child in enumerate(node))


def _of_schema(path: Path, schema: dict[str, Any], name: str) -> Iterator[tuple[Path, str]]:
    values: list[tuple[Path, Any]] = [(("default",), schema.get("default")), (("const",), schema.get("const"))]
    examples = schema.get("examples")
    values += [(("examples", index), one) for index, one in enumerate(examples if isinstance(examples, list) else ())]
    for step, value in values:
        if isinstance(value, str) and _is_secret(value):
            yield (*path, *step), name


def _is_secret(value: str) -> bool:
    return not TEMPLATE.search(value) and looks_random(value)
