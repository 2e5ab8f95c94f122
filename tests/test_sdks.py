"""Requests equal what the vendors' own Python SDKs send for the same input.

The SDKs of sdks.txt are installed below build/ by ``.ci/run``; nothing is sent but to this process's own machine.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest

import connectory
from bundles import write_bundle
from connectory import Method
from connectory.compiler.text import read_source
from sdks import VENDORS

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "build" / "sdks"
CREDENTIALS = {"apiKey": "KEY", "accessToken": "KEY"}
WAYS = {"slack": "bot_token", "notion": "internal_integration", "github": "personal_access_token"}
SIGNED = ("authorization", "x-api-key", "notion-version", "anthropic-version", "idempotency-key", "xero-tenant-id")
"""Headers that must be the same; others are the client's own."""

ONLY_SDK = {"gmail": {"alt"}, "google_drive": {"alt"}, "github": {"per_page"}}
"""Parameters that an SDK chooses by itself: a format that is the default anyway, and its own size of a page."""

NOT_COMPARED = {
    # the SDK pins the version of the API, and sends the key as a bearer token in place of the documented x-api-key
    "anthropic": {"anthropic-version", "authorization", "x-api-key"},
    "gmail": {"authorization"},  # Google's client signs when it sends
    "google_drive": {"authorization"},
}
"""Headers that may differ, by vendor."""

AS_PARAMETERS = {"slack"}
"""Vendors whose SDK posts a form for what they also take as JSON or in the query: only what is said is compared."""


class Sent(NamedTuple):
    """A request, in a form in which equal means the same."""

    method: str
    path: str
    query: Counter[tuple[str, str]]
    body: Any
    headers: dict[str, str]


def normal(vendor: str, method: str, target: str, headers: dict[str, str], body: bytes) -> Sent:
    parts = urlsplit(target)
    query = Counter(
        (re.sub(r"\[\d+\]$", "[]", name), value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in ONLY_SDK.get(vendor, ())
    )
    lower = {name.lower(): value for name, value in headers.items()}
    kept = {name: lower[name] for name in SIGNED if name in lower and name not in NOT_COMPARED.get(vendor, ())}
    kept = {name: re.sub("^(token|Bearer) ", "Bearer ", value) for name, value in kept.items()}
    return Sent(method, parts.path, query, content(lower.get("content-type", ""), body), kept)


def content(kind: str, body: bytes) -> Any:
    """A body as the values it carries; one without values is as good as none."""
    if not body or body == b"{}":
        return None
    if "json" in kind:
        return json.loads(body)
    if "multipart" in kind:
        whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        parts: Any = whole.get_payload()
        return {
            part.get_param("name", header="content-disposition"): (part.get_filename(), part.get_payload(decode=True))
            for part in parts
        }
    return Counter((re.sub(r"\[\d+\]$", "[]", name), value) for name, value in parse_qsl(body.decode()))


def parameters(sent: Sent) -> dict[str, str]:
    """Everything that a request says, wherever it says it, as Slack's SDK writes values."""
    body = sent.body or {}
    found: dict[str, Any] = {**dict(sent.query.keys()), **dict(body.keys() if isinstance(body, Counter) else body)}
    return {name: str(int(value)) if isinstance(value, bool) else _json(value) for name, value in found.items()}


def _json(value: Any) -> str:
    if isinstance(value, str) and value[:1] in "[{":
        value = json.loads(value)
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return {"true": "1", "false": "0"}.get(text, text)


def given_only(method: Method, data: dict[str, Any], sent: Sent) -> Sent:
    """The request without the defaults that the definition fills in: SDKs leave them to the vendor."""
    assert method.http is not None
    wires = {name: wire for wire, name in method.http.query.items()}
    filled = [name for name in method.validate_input(data) if name not in data]
    query = Counter(
        {pair: n for pair, n in sent.query.items() if pair[0] not in {wires.get(one, one) for one in filled}}
    )
    body = sent.body
    if isinstance(body, Counter):
        body = Counter({pair: n for pair, n in body.items() if pair[0].partition("[")[0] not in filled}) or None
    elif isinstance(body, dict):
        body = _without(body, filled, method.http.body.wrap if method.http.body else None) or None
    return sent._replace(query=query, body=body)


def _without(body: dict[str, Any], filled: list[str], wrap: str | None) -> dict[str, Any]:
    if wrap is None:
        return {name: value for name, value in body.items() if name not in filled}
    inner = body[wrap]
    items = inner if isinstance(inner, list) else [inner]
    return {wrap: [{name: value for name, value in one.items() if name not in filled} for one in items]}


def catalog(folder: Path) -> connectory.Catalog:
    files = [HERE.parent / "catalog" / vendor / "1.0.0.yaml" for vendor in VENDORS]
    return connectory.open(write_bundle(folder / "b", [read_source(str(file), file.name).data for file in files]))


def jobs(known: connectory.Catalog) -> Iterator[tuple[Method, dict[str, Any]]]:
    for vendor in VENDORS:
        for method in known.integration(vendor).methods.values():
            for example in method.examples:
                yield method, example["input"]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Method, Sent, Sent]]:
    """Each method with what we and what its SDK send."""
    if not (PACKAGES / "stripe").is_dir():
        pytest.skip("the vendors' SDKs are not installed: pip install --target build/sdks -r tests/sdks.txt")
    known = list(jobs(catalog(tmp_path_factory.mktemp("sdks"))))
    lines = "".join(json.dumps([method.integration_id, method.id, data]) + "\n" for method, data in known)
    ran = subprocess.run(
        [sys.executable, str(HERE / "sdks.py")],
        input=lines,
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for (method, data), line in zip(known, map(json.loads, ran.stdout.splitlines()), strict=True):
        if not line["sent"]:
            continue
        vendor = method.integration_id
        ours = method.request(data, CREDENTIALS, auth=WAYS.get(vendor))
        parts = urlsplit(ours.url)
        target = f"{parts.path}?{parts.query}"
        one = normal(vendor, ours.method, target, dict(ours.headers), ours.body or b"")
        said = line["sent"][0]
        if "idempotency-key" not in one.headers:
            said["headers"] = {name: value for name, value in said["headers"].items() if name != "idempotency-key"}
        other = normal(vendor, said["method"], said["target"], said["headers"], base64.b64decode(said["body"]))
        found.append((method, given_only(method, data, one), given_only(method, data, other)))
    return found


def test_at_least_forty_methods_are_compared(pairs: list[tuple[Method, Sent, Sent]]) -> None:
    methods = {f"{method.integration_id}.{method.id}" for method, _, _ in pairs}
    assert len(methods) >= 40, sorted(methods)
    print(f"{len(methods)} methods")
    assert {method.integration_id for method, _, _ in pairs} == set(VENDORS)


@pytest.mark.parametrize("vendor", VENDORS)
def test_requests_equal_those_of_the_sdk(vendor: str, pairs: list[tuple[Method, Sent, Sent]]) -> None:
    for method, ours, theirs in pairs:
        if method.integration_id != vendor:
            continue
        name = f"{vendor}.{method.id}"
        if vendor in AS_PARAMETERS:
            assert (name, ours.path, parameters(ours)) == (name, theirs.path, parameters(theirs))
            assert (name, ours.headers) == (name, theirs.headers)
        else:
            assert (name, *ours) == (name, *theirs)
