"""What signing in uses, and what of it is secret."""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.credentials import is_secret_name
from connectory.compiler.definition import TEMPLATE, Definition, strings
from connectory.compiler.diagnostics import Path
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
