"""What findings offer can be done, and one mistake is one finding."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from connectory.compiler.pipeline import check_catalogs

PLAIN = {
    "integrationId": "acme",
    "name": "Acme",
    "description": "Orders and customers of Acme",
    "version": "1.0.0",
    "authType": "custom",
    "methods": [],
}


def _found(folder: Path, place: str = "acme/1.0.0.json", **fields: object) -> dict[str, str | None]:
    """The help of each finding, by its code."""
    file = folder / "catalog" / place
    file.parent.mkdir(parents=True)
    file.write_bytes(msgspec.json.encode({**PLAIN, **fields}))
    return {found.code: found.help for found in check_catalogs([folder / "catalog"]).diagnostics}


@pytest.mark.parametrize(
    ("place", "fields", "help_"),
    [
        ("acme/1.0.0.json", {"version": "1.0.1"}, "write version: \"1.0.0\", or rename the file to '1.0.1'"),
        ("acme/1.0.0.json", {"version": "v1.0.0"}, 'write version: "1.0.0"'),
        ("acme/v1.0.0.json", {}, "rename the file to '1.0.0'"),
        ("acme/first.json", {"version": "one"}, "choose another version, and rename the file to it"),
        ("acme /1.0.0.json", {}, "rename the folder to 'acme'"),
        ("acme_eu/1.0.0.json", {}, "write integrationId: acme_eu, or rename the folder to 'acme'"),
    ],
)
def test_no_place_is_offered_that_is_wrong_itself(
    tmp_path: Path, place: str, fields: dict[str, str], help_: str
) -> None:
    assert _found(tmp_path, place, **fields)["D005"] == help_


def test_a_model_is_not_offered_in_its_own_place(tmp_path: Path) -> None:
    models = [
        {"id": "m1", "name": "M", "capabilities": ["text"], "deprecated": {"replacement": "m1"}},
        {"id": "m2", "name": "N", "capabilities": ["text"]},
    ]
    ai = {"provider": "acme", "defaultModel": "m1", "availableModels": models}
    assert _found(tmp_path, type="ai", aiConfig=ai)["D042"] == "choose another"


@pytest.mark.parametrize(
    ("length", "width", "codes"), [(5_100, 1, {"S024"}), (40, 2, {"S019"}), (20_000, 1, {"S024"}), (45, 1, set())]
)
def test_a_long_chain_is_not_many_ways(tmp_path: Path, length: int, width: int, codes: set[str]) -> None:
    chain = {f"A{n}": {"allOf": [{"$ref": f"#/$defs/A{n + 1}"}] * width} for n in range(length)}
    shared = {**chain, f"A{length}": {"type": "object"}}
    fields: dict[str, object] = {"$defs": shared}
    found = _found(tmp_path, "acme/1.0.0.json", **fields)
    assert {code for code in found if code in ("S019", "S024")} == codes
