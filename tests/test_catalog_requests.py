"""What the definitions of the catalog come to: sign-in, token request, proof and first call, with made-up credentials.

``pytest tests/test_catalog_requests.py --update`` writes tests/cases/requests/; compare it with the vendor's documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import write_bundle
from connectory import Auth, Integration, NotCallable, Request
from connectory.compiler.text import read_source

ROOT = Path(__file__).parent.parent
EXPECTED = Path(__file__).parent / "cases" / "requests"
FILES = sorted((ROOT / "catalog").glob("*/*.yaml"))
BACK = "https://app.example/back"
CONFIG: dict[str, dict[str, Any]] = {"postgresql": {"host": "db.example", "database": "shop"}}
VERIFIER = "v" * 43


def shown(request: Request) -> Iterator[str]:
    """A request as it goes over the wire, shortened where the body is long."""
    yield f"  {request.method} {request.url}"
    yield from (f"  {name}: {value}" for name, value in request.headers.items())
    if request.body is not None:
        yield f"  {request.body.decode()[:300]}"


def signing_in(way: Auth, given: dict[str, Any], config: dict[str, Any]) -> Iterator[str]:
    yield f"# {way.id or 'sign-in'}: {way.type}; a user supplies {', '.join(way.credentials_schema['properties'])}"
    if way.oauth2 is not None and way.oauth2.grant_type == "authorization_code":
        made = way.authorization_url(client_id=given["clientId"], redirect_uri=BACK, config=config, state="STATE")
        yield "authorize:"
        yield "  " + re.sub("code_challenge=[^&]*", "code_challenge=CHALLENGE", made.url)
        verifier = VERIFIER if made.code_verifier else None
        yield "token:"
        yield from shown(way.token_request(given, config, code="CODE", redirect_uri=BACK, code_verifier=verifier))
        yield "refresh:"
        yield from shown(way.refresh_request(given, config, token="REFRESH"))
        if way.oauth2.revocation_url:
            yield "revoke:"
            yield from shown(way.revocation_request(given, config, token="REFRESH"))
    elif way.needs_token:
        yield "token:"
        yield from shown(way.token_request(given, config))


def of(integration: Integration) -> Iterator[str]:
    config = CONFIG.get(integration.id, {})
    for way in integration.auth.ways:
        given = {name: name.upper() for name in way.credentials_schema["properties"]} | {"accessToken": "ACCESS"}
        yield from signing_in(way, given, config)
        try:
            made = integration.verify_request(given, config, auth=way.id)
        except NotCallable:
            continue
        yield "verify:"
        yield from shown(made)
    method = next((one for one in integration.methods.values() if one.examples and one.http), None)
    if method is not None:
        data = method.examples[0]["input"]
        yield f"# {method.id} with {json.dumps(data)[:200]}"
        yield from shown(method.request(data, {"apiKey": "KEY", "accessToken": "ACCESS"}, config))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_what_a_definition_comes_to(file: Path, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    data = read_source(str(file), file.name).data
    catalog = connectory.open(write_bundle(tmp_path / "b", [data]))
    text = "\n".join(of(catalog.integration(data["integrationId"]))) + "\n"
    expected = EXPECTED / f"{file.parent.name}-{file.stem}.txt"
    if pytestconfig.getoption("--update"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, encoding="utf-8", newline="\n")
    assert text == expected.read_text("utf-8")


def test_every_file_belongs_to_a_definition() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == [f"{file.parent.name}-{file.stem}" for file in FILES]
