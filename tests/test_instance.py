"""Instances: what a service stores of an integration and its configuration, and opens again."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import definition, open_bundle, write_bundle
from connectory import Catalog, Instance, InvalidConfig, UnknownName

CONFIG = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tenant"],
    "properties": {
        "tenant": {"type": "string"},
        "region": {"type": "string", "default": "eu"},
        "key": {"type": "string", "writeOnly": True},
        "inner": {"type": "object", "properties": {"secret": {"$ref": "#/$defs/Secret"}}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"pin": {"writeOnly": True}}}},
    },
    "$defs": {"Secret": {"type": "string", "writeOnly": True}},
}
ALTERNATIVE = [{"id": "key", "authType": "apikey", "apiKeyConfig": {"in": "header", "name": "X"}}]


def acme(version: str = "1.0.0", config: Any = CONFIG) -> dict[str, Any]:
    return definition("acme", version, configSchema=config, alternativeAuth=ALTERNATIVE)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_bundle(tmp_path, acme())


def test_an_instance_is_frozen_and_complete(catalog: Catalog) -> None:
    given = {"tenant": "t"}
    instance = catalog.integration("acme").instance(given)
    assert isinstance(instance, Instance)
    assert (instance.integration_id, instance.version, instance.auth) == ("acme", "1.0.0", None)
    assert instance.config == {"tenant": "t", "region": "eu"}
    instance.config["tenant"] = "changed"
    given["tenant"] = "changed"
    assert instance.config["tenant"] == "t"
    with pytest.raises(AttributeError):
        instance.version = "2.0.0"  # type: ignore[misc]  # that is the point
    assert instance == catalog.integration("acme").instance({"region": "eu", "tenant": "t"})
    assert hash(instance) == hash(catalog.integration("acme").instance({"tenant": "t"}))
    assert pickle.loads(pickle.dumps(instance)) == instance
    assert repr(instance) == "<Instance acme@1.0.0: region, tenant>"


def test_there_and_back(catalog: Catalog) -> None:
    instance = catalog.integration("acme").instance({"tenant": "t"}, auth="key")
    text = instance.to_json()
    assert json.loads(text) == instance.to_dict()
    assert text == '{"auth":"key","config":{"region":"eu","tenant":"t"},"integrationId":"acme","version":"1.0.0"}'
    for stored in (instance, text, text.encode(), instance.to_dict()):
        reopened = catalog.reopen(stored)
        assert (reopened.verdict, reopened.instance, reopened.reasons) == ("same", instance, ())


@pytest.mark.parametrize(
    ("config", "paths"),
    [
        ({"tenant": "t", "key": "k"}, ["/key"]),
        ({"inner": {"secret": "x"}}, ["/inner/secret"]),
        ({"list": [{}, {"pin": 5}]}, ["/list/1/pin"]),
    ],
)
def test_a_secret_is_refused(catalog: Catalog, config: dict[str, Any], paths: list[str]) -> None:
    with pytest.raises(InvalidConfig) as caught:
        catalog.integration("acme").instance(config)
    assert [(issue.path, issue.keyword) for issue in caught.value.errors] == [(path, "writeOnly") for path in paths]


def test_what_is_not_valid_is_refused(catalog: Catalog) -> None:
    with pytest.raises(InvalidConfig):
        catalog.integration("acme").instance({})
    with pytest.raises(UnknownName, match="no alternative way to sign in 'keys'; did you mean 'key'"):
        catalog.integration("acme").instance({"tenant": "t"}, auth="keys")


NARROW = {"type": "object", "properties": {"tenant": {"type": "string", "minLength": 5}}}

VERDICTS: list[tuple[list[dict[str, Any]], str, str | None, str]] = [
    ([acme("1.0.0"), acme("1.1.0")], "same", "1.0.0", ""),
    ([acme("1.1.0")], "upgraded", "1.1.0", "the bundle has no version 1.0.0; 1.1.0 takes the configuration"),
    ([acme("1.1.0"), acme("2.0.0")], "upgraded", "1.1.0", "the bundle has no version 1.0.0"),
    ([acme("2.0.0")], "upgraded", "2.0.0", "the bundle has no version 1.0.0"),
    ([acme("1.1.0", NARROW)], "invalid", None, "1.1.0: /tenant: must have at least 5 characters"),
    ([definition("acme", "1.1.0", configSchema=CONFIG)], "invalid", None, "no alternative way to sign in 'key'"),
    ([definition("slack")], "gone", None, "there is no integration 'acme'"),
]


@pytest.mark.parametrize(("definitions", "verdict", "version", "reason"), VERDICTS)
def test_against_another_bundle(
    catalog: Catalog, tmp_path: Path, definitions: Any, verdict: str, version: str | None, reason: str
) -> None:
    stored = catalog.integration("acme").instance({"tenant": "t"}, auth="key").to_json()
    reopened = connectory.open(write_bundle(tmp_path / "new", definitions)).reopen(stored)
    assert reopened.verdict == verdict
    assert (reopened.instance.version if reopened.instance else None) == version
    assert reason in " ".join(reopened.reasons)


@pytest.mark.parametrize(
    "stored",
    ["", "{", "[]", "{}", '{"integrationId": "acme"}', {"integrationId": 5, "version": "1", "config": {}}, b"\xff", 5,
     {"integrationId": "acme", "version": "1.0.0", "config": {}, "secret": 1}, "[" * 100_000],
)  # fmt: skip
def test_what_is_no_instance(catalog: Catalog, stored: Any) -> None:
    with pytest.raises(ValueError, match="this is no stored instance"):
        catalog.reopen(stored)
