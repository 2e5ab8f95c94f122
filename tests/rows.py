"""Definitions for tests of the database, and the files that lead to them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectory.compiler.defs import self_contained
from connectory.compiler.emit import migrations
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.release import Release, SeedRow, State, state_of
from connectory.versions import Version, newest

Definition = dict[str, Any]

CREATE = "0000_create_integration_definitions"


def minimal(integration_id: Any = "acme", version: Any = "1.0.0", **fields: Any) -> Definition:
    return {
        "integrationId": integration_id,
        "name": "Acme",
        "description": "An example",
        "version": version,
        "methods": [],
        "authType": "custom",
        **fields,
    }


def state(definitions: Iterable[Definition]) -> State:
    """The rows of these, each the newest stable version of its integration."""
    versions: dict[str, dict[str, Definition]] = {}
    for definition in sorted(definitions, key=lambda one: str(one["version"])):
        versions.setdefault(definition["integrationId"], {})[definition["version"]] = definition
    chosen = [of_one[str(newest(map(Version.parse, of_one)))] for of_one in versions.values()]
    return state_of(SeedRow(one["integrationId"], one["version"], seed_row(one)) for one in chosen)


def render(definitions: Sequence[Definition], **choices: Any) -> dict[str, bytes]:
    """The files of ``build/migrations/`` for all released versions, in any order; ``choices`` are a Release's."""
    release = Release((), state(definitions), len(definitions))._replace(**choices)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrations"
        migrations.write(release, path)
        return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def seed(definitions: Sequence[Definition], suffix: str = ".sql", **choices: Any) -> bytes:
    """The seed alone."""
    return render(definitions, **choices)[f"{len(definitions):04d}_seed_integration_definitions{suffix}"]


def exact(value: Any) -> Any:
    """The value with each number as text, so that 1.10 and 1.1 differ, and 1E+2 and 100 do not."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return f"{value:f}" if isinstance(value, Decimal) else f"{value}." if type(value) is int else value


IN_METADATA = ("baseUrl", "headers", "verify", "alternativeAuth", "deprecated", "metadata")


def expected(definition: Definition) -> dict[str, Any]:
    """The row of a definition, as the specification and the design say."""
    shared = definition.get("$defs", {})
    config_schema = self_contained(definition.get("configSchema", {"type": "object", "properties": {}}), shared)
    schemas = ("inputSchema", "outputSchema")
    custom = definition.get("customAuthConfig")
    if custom is not None and "parametersSchema" in custom:
        custom = {**custom, "parametersSchema": self_contained(custom["parametersSchema"], shared)}
    metadata = {key: value for key, value in definition.items() if key.startswith("x-") or key in IN_METADATA}
    return {
        "integration_id": definition["integrationId"],
        "name": definition["name"],
        "description": definition["description"],
        "version": definition["version"],
        "type": definition.get("type", "integration"),
        "methods": [
            {**method, **{key: self_contained(method[key], shared) for key in schemas}}
            for method in definition["methods"]
        ],
        "config_schema": config_schema,
        "auth_type": definition["authType"],
        "oauth2_config": definition.get("oauth2Config"),
        "ai_config": definition.get("aiConfig"),
        "api_key_config": definition.get("apiKeyConfig"),
        "custom_auth_config": custom,
        "metadata": {**metadata, "configOrder": list(config_schema.get("properties", {}))},
    }


HOSTILE = [
    "'",
    "''",
    "\\'",
    "\\",
    "\\\\",
    '"',
    '\\"',
    "`",
    "$$",
    "$tag$",
    "$1",
    "?",
    "??",
    "@a",
    "&b",
    "!",
    ":name",
    ":'name'",
    '":1',
    "::text",
    "%s",
    "%(x)s",
    "%%",
    "{}",
    "{0}",
    "${x}",
    "#{x}",
    "{{ x }}",
    "{% raw %}",
    "{# x #}",
    "<% x %>",
    "-- migrate:down",
    "\n-- migrate:down\n",
    "\n-- +goose Down\n",
    "--//@UNDO",
    "/* x",
    "*/",
    "\\!",
    "\n\\! touch /tmp/x\n",
    "\\q\n",
    "\\.\n",
    ";",
    "'); DROP TABLE integration_definitions; --",
    "COMMIT;",
    "E'",
    "\\u0041",
    "\\\\u0041",
    "\\x41",
    "\r\n",
    "\n",
    "\t\b\f\v",
    "\x01\x1f\x7f",
    "\x85\xa0",
    "\u2028\u2029",
    "\u202e\u2066",
    "\ufeff",
    "\ufffe\uffff",
    "\U0001f600",
    "\U0010ffff",
    "e\u0301 \u00e9",
    " ",
    " leading and trailing ",
    "",
    "null",
    "~|^<>[]()=+,._",
]


def hostile(text: str, integration_id: str) -> Definition:
    """A definition with the text in every place that can hold one."""
    tree = {"k": text, text: [text, {text: text}]}
    schema = {"type": "object", "properties": {text: {"description": text, "default": text, "enum": [text]}}}
    method = {"id": text, "name": text, "description": text, "inputSchema": schema, "outputSchema": schema}
    return minimal(
        integration_id,
        name=text[:255],
        description=text,
        type=text[:255],
        methods=[{**method, "x-tree": tree}],
        configSchema=schema,
        oauth2Config=tree,
        aiConfig=tree,
        apiKeyConfig=tree,
        customAuthConfig={**tree, "parametersSchema": schema},
        baseUrl=text,
        verify=tree,
        alternativeAuth=[tree],
        deprecated=tree,
        metadata=tree,
        **{f"x-{text}": tree},
    )
