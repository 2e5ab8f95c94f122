"""The runtime's public interface: looking up, what is frozen, and what is said when something is not there."""

from __future__ import annotations

import copy
import os
import pickle
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import OPEN_OBJECT, ai_definition, definition, method, open_bundle, write_bundle
from connectory import (
    BundleError,
    BundleNotFound,
    Catalog,
    ConnectoryError,
    CorruptBundle,
    InvalidConfig,
    InvalidInput,
    InvalidVersion,
    Issue,
    Method,
    UnknownIntegration,
    UnknownMethod,
    UnknownModel,
    UnknownName,
    UnknownVersion,
    VersionWarning,
    layout,
)
from connectory.model import Annotations, Deprecated, Http, HttpBody, Mcp, MethodModels, MethodScopes, Pagination
from connectory.reader import Bundle

pytestmark = pytest.mark.filterwarnings("ignore::connectory.DeprecatedWarning")


XERO = definition(
    "xero",
    baseUrl="https://api.xero.example",
    metadata={"categories": ["accounting"]},
    deprecated={"since": "2026-01-01", "replacement": "acme"},
    configSchema={"type": "object", "properties": {"tenant_id": {"type": "string", "default": "t"}}},
    methods=[
        method(
            "create_invoice",
            description="Creates an invoice",
            inputSchema={"type": "object", "properties": {"id": {"$ref": "#/$defs/Id"}}, "required": ["id"]},
            outputSchema={"type": "object", "properties": {"status": {"type": "string"}}},
            scopes={"allOf": ["a", "b"]},
            annotations={"readOnlyHint": True},
            models={"parameter": "id", "requires": ["text"]},
            deprecated={"sunset": "2027-01-01"},
            examples=[{"input": {"id": "5"}}],
            http={
                "method": "POST",
                "path": "/invoices/{id}",
                "query": ["a", "b"],
                "headers": {"xero-tenant-id": "tenant"},
                "body": {"wrap": "Invoices", "wrapInArray": True},
                "pagination": {"style": "cursor", "input": "cursor", "output": "next"},
            },
            mcp={"tool": "invoices/create"},
        ),
        method("get_invoice"),
    ],
    **{"$defs": {"Id": {"type": "string"}}},
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    documents = definition("drive", type="documents")
    return open_bundle(tmp_path, XERO, definition("slack"), documents, ai_definition({}, integration_id="claude"))


# Looking up


def test_a_method(catalog: Catalog) -> None:
    found = catalog.method("xero", "create_invoice")
    assert isinstance(found, Method)
    assert (found.id, found.name, found.description) == ("create_invoice", "Create_Invoice", "Creates an invoice")
    assert (found.integration_id, found.version) == ("xero", "1.0.0")
    assert found.input_schema == {**XERO["methods"][0]["inputSchema"], "$defs": XERO["$defs"]}
    assert found.output_schema == XERO["methods"][0]["outputSchema"]
    assert found.scopes == MethodScopes(all_of=("a", "b"))
    assert found.annotations == Annotations(read_only_hint=True)
    assert found.models == MethodModels(parameter="id", requires=("text",))
    assert found.deprecated == Deprecated(sunset="2027-01-01")
    assert found.examples == [{"input": {"id": "5"}}]
    http = found.http
    assert http is not None
    assert http == Http(
        method="POST",
        path="/invoices/{id}",
        query=http.query,
        headers=http.headers,
        body=HttpBody(wrap="Invoices", wrap_in_array=True),
        pagination=Pagination(style="cursor", input="cursor", output="next"),
    )
    assert dict(http.query) == {"a": "a", "b": "b"}
    assert dict(http.headers) == {"xero-tenant-id": "tenant"}
    assert found.mcp == Mcp(tool="invoices/create")
    assert repr(found) == "<Method xero.create_invoice>"


def test_what_a_method_does_not_say(catalog: Catalog) -> None:
    found = catalog.method("xero", "get_invoice")
    assert found.description == ""
    assert found.annotations == Annotations()
    assert (found.annotations.destructive_hint, found.annotations.read_only_hint) == (True, False)
    assert (found.http, found.mcp, found.scopes, found.models, found.deprecated) == (None, None, None, None, None)
    assert found.examples == []


def test_an_integration(catalog: Catalog) -> None:
    found = catalog.integration("xero")
    assert (found.id, found.version, found.versions) == ("xero", "1.0.0", ("1.0.0",))
    assert (found.name, found.description) == ("Xero", "About xero")
    assert (found.type, found.auth_type, found.auth.type) == ("integration", "apikey", "apikey")
    assert (found.base_url, found.metadata) == ("https://api.xero.example", {"categories": ["accounting"]})
    assert found.deprecated == Deprecated(since="2026-01-01", replacement="acme")
    assert found.config_schema == XERO["configSchema"]
    assert found.configure() == {"tenant_id": "t"}
    assert repr(found) == "<Integration xero@1.0.0: 2 methods>"


def test_what_an_integration_does_not_say(catalog: Catalog) -> None:
    found = catalog.integration("slack")
    assert (found.base_url, found.metadata, found.deprecated) == (None, {}, None)


def test_methods_are_a_mapping(catalog: Catalog) -> None:
    methods = catalog.integration("xero").methods
    assert isinstance(methods, Mapping)
    assert list(methods) == ["create_invoice", "get_invoice"]
    assert len(methods) == 2
    assert "get_invoice" in methods
    assert "other" not in methods
    assert None not in methods
    assert methods.get("other") is None
    assert [found.id for found in methods.values()] == ["create_invoice", "get_invoice"]
    assert dict(methods.items())["get_invoice"] is methods["get_invoice"]
    assert repr(methods) == "<Methods create_invoice, get_invoice>"


def test_a_catalog_is_a_collection_of_ids(catalog: Catalog, tmp_path: Path) -> None:
    assert list(catalog) == ["claude", "drive", "slack", "xero"]
    assert len(catalog) == 4
    assert "xero" in catalog
    for missing in ("xer", "", None, 5, b"xero", ["xero"], "xero\0", "\ud800"):
        assert missing not in catalog
    assert repr(catalog) == f"<Catalog {tmp_path / 'catalog.bundle'}: 4 integrations, 5 methods>"


@pytest.mark.parametrize(
    ("type_", "ids"),
    [
        (None, ["claude", "drive", "slack", "xero"]),
        ("ai", ["claude"]),
        ("documents", ["drive"]),
        ("integration", ["slack", "xero"]),
        ("database", []),
    ],
)
def test_integrations_of_a_type(catalog: Catalog, type_: Any, ids: list[str]) -> None:
    assert [integration.id for integration in catalog.integrations(type=type_)] == ids


def test_types_are_those_of_the_version_that_answers(tmp_path: Path) -> None:
    old, new = definition(version="1.0.0", type="documents"), definition(version="1.1.0", type="database")
    catalog = open_bundle(tmp_path, old, new)
    assert [found.version for found in catalog.integrations("database")] == ["1.1.0"]
    assert list(catalog.integrations("documents")) == []


# Opening


def test_opening_by_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_bundle(tmp_path / "b", [definition()])
    monkeypatch.setenv("CONNECTORY_BUNDLE", str(path))
    assert list(connectory.open()) == ["acme"]
    other = write_bundle(tmp_path / "other", [definition("other")])
    assert list(connectory.open(other)) == list(connectory.open(str(other))) == ["other"]


@pytest.mark.parametrize("value", [None, ""])
def test_opening_nothing(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("CONNECTORY_BUNDLE", raising=False)
    if value is not None:
        monkeypatch.setenv("CONNECTORY_BUNDLE", value)
    with pytest.raises(BundleNotFound, match=r"^no path was given, and \$CONNECTORY_BUNDLE is not set$"):
        connectory.open()


@pytest.mark.parametrize("path", [5.5, object(), b"/b", [5], [b"/b"]])
def test_opening_what_is_no_path(path: Any) -> None:
    with pytest.raises(TypeError):
        connectory.open(path)


@pytest.mark.parametrize("count", [1, 300])
def test_opening_reads_no_record_and_a_look_up_a_constant_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    path = write_bundle(tmp_path / "b", [definition(f"i{number}") for number in range(count)])
    decoded: list[object] = []
    decode = Bundle._decode

    def counting(self: Bundle, *arguments: Any) -> Any:
        decoded.append(record := decode(self, *arguments))
        return record

    read: list[int] = []

    def reading(descriptor: int, size: int) -> bytes:
        read.append(size)
        return os_read(descriptor, size)

    os_read = os.read
    monkeypatch.setattr(Bundle, "_decode", counting)
    monkeypatch.setattr("connectory.reader.os.read", reading)
    catalog = connectory.open(path)
    assert (len(catalog), repr(catalog), len(decoded)) == (count, repr(catalog), 0)
    assert read == [layout.HEADER_SIZE]
    found = catalog.method("i0", "ping")
    assert [type(record).__name__ for record in decoded] == ["HeadRecord", "MethodRecord"]
    assert catalog.method("i0", "ping") is found
    assert len(decoded) == 2
    assert found.input_schema == OPEN_OBJECT
    assert len(decoded) == 3


@pytest.mark.parametrize("count", [1, 2000])
def test_a_miss_decodes_nothing_and_verifies_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    path = write_bundle(tmp_path / "b", [definition(f"i{number}") for number in range(count)])
    catalog = connectory.open(path)
    catalog.method("i0", "ping")
    pages: list[int] = []
    decoded: list[object] = []
    verify, decode = Bundle.verify_page, Bundle._decode

    def verifying(self: Bundle, page: int) -> None:
        pages.append(page)
        verify(self, page)

    def decoding(self: Bundle, *arguments: Any) -> Any:
        decoded.append(arguments)
        return decode(self, *arguments)

    monkeypatch.setattr(Bundle, "verify_page", verifying)
    monkeypatch.setattr(Bundle, "_decode", decoding)
    for number in range(100):
        with pytest.raises(UnknownMethod):
            catalog.method("i0", f"no{number}")
    assert decoded == []
    assert 100 <= len(pages) <= 110


# What is not there


@pytest.mark.parametrize(
    ("look_up", "error", "name", "close", "message"),
    [
        (
            lambda catalog: catalog.integration("Xero_"),
            UnknownIntegration,
            "Xero_",
            ("xero",),
            "there is no integration 'Xero_'; did you mean 'xero'?",
        ),
        (
            lambda catalog: catalog.method("slak", "ping"),
            UnknownIntegration,
            "slak",
            ("slack",),
            "there is no integration 'slak'; did you mean 'slack'?",
        ),
        (
            lambda catalog: catalog.integration("zzz"),
            UnknownIntegration,
            "zzz",
            (),
            "there is no integration 'zzz'",
        ),
        (
            lambda catalog: catalog.method("xero", "createInvoice"),
            UnknownMethod,
            "createInvoice",
            ("create_invoice", "get_invoice"),
            "xero has no method 'createInvoice'; did you mean 'create_invoice' or 'get_invoice'?",
        ),
        (
            lambda catalog: catalog.integration("xero").methods["getinvoice"],
            UnknownMethod,
            "getinvoice",
            ("get_invoice", "create_invoice"),
            "xero@1.0.0 has no method 'getinvoice'; did you mean 'get_invoice' or 'create_invoice'?",
        ),
        (
            lambda catalog: catalog.method("xero", "create_invoice", "2.0.0"),
            UnknownVersion,
            "2.0.0",
            (),
            "xero has no version 2.0.0; it has 1.0.0",
        ),
        (
            lambda catalog: catalog.integration("xero", "^2"),
            UnknownVersion,
            "^2",
            (),
            "xero has no version ^2; it has 1.0.0",
        ),
        (
            lambda catalog: catalog.integration("claude").ai.model("n"),
            UnknownModel,
            "n",
            (),
            "claude has no model 'n'",
        ),
        (lambda catalog: catalog.integration(""), UnknownIntegration, "", (), "there is no integration ''"),
        (
            lambda catalog: catalog.method("xero", "a\ud800"),
            UnknownMethod,
            "a\ud800",
            (),
            "xero has no method 'a\\ud800'",
        ),
        (lambda catalog: catalog.preload(["nope"]), UnknownIntegration, "nope", (), "there is no integration 'nope'"),
    ],
)
def test_unknown_names(
    catalog: Catalog,
    look_up: Callable[[Catalog], object],
    error: type[UnknownName],
    name: str,
    close: tuple[str, ...],
    message: str,
) -> None:
    with pytest.raises(error) as caught:
        look_up(catalog)
    unknown = caught.value
    assert (unknown.name, unknown.close_matches, str(unknown)) == (name, close, message)
    assert isinstance(unknown, KeyError)
    assert isinstance(unknown, ConnectoryError)


@pytest.mark.parametrize("wrong", [None, 5, b"xero", ["xero"], {}, object()])
def test_names_of_another_type(catalog: Catalog, wrong: Any) -> None:
    kind = type(wrong).__name__
    catalog.method("xero", "get_invoice")
    for what, look_up in (
        ("integration id", lambda: catalog.integration(wrong)),
        ("integration id", lambda: catalog.method(wrong, "ping")),
        ("integration id", lambda: catalog.method(wrong, "ping", "1.0.0")),
        ("method id", lambda: catalog.method("xero", wrong)),
        ("method id", lambda: catalog.method("xero", wrong, "1.0.0")),
        ("method id", lambda: catalog.method("slack", wrong)),
        ("method id", lambda: catalog.integration("xero").methods[wrong]),
    ):
        with pytest.raises(TypeError, match=f"^{what} must be str, not {kind}$"):
            look_up()
    if wrong is not None:
        with pytest.raises(TypeError, match=f"^version must be str, not {kind}$"):
            catalog.integration("xero", wrong)
        with pytest.raises(TypeError, match=f"^version must be str, not {kind}$"):
            catalog.method("xero", "get_invoice", wrong)


@pytest.mark.parametrize("version", ["", "latest", "1.2.3.4", "v1", "^"])
def test_versions_that_are_none(catalog: Catalog, version: str) -> None:
    with pytest.raises(InvalidVersion, match="is not a version range"):
        catalog.method("xero", "get_invoice", version)


@pytest.mark.parametrize(
    "error",
    [
        BundleError("m", "p", 5),
        BundleNotFound("m", "p"),
        CorruptBundle("m", "p", 0),
        UnknownMethod("m", "n", ["a", "b"]),
        InvalidConfig("s", [Issue("/a", "m", "type"), Issue("", "n", "required")]),
        InvalidVersion("m"),
    ],
)
def test_errors_travel_between_processes(error: Exception) -> None:
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)


# Versions


MAJORS = [definition("acme", version) for version in ("0.9.0", "1.9.0", "1.10.0", "2.0.0", "3.0.0-rc.1", "2.1.0-beta")]


@pytest.mark.parametrize(
    ("wanted", "answered"),
    [
        ("1.9.0", "1.9.0"),
        ("=1.9.0", "1.9.0"),
        ("3.0.0-rc.1", "3.0.0-rc.1"),
        ("^1", "1.10.0"),
        ("^1.9", "1.10.0"),
        ("~1.9", "1.9.0"),
        ("1", "1.10.0"),
        ("0.*", "0.9.0"),
        ("*", "2.0.0"),
        (">=1,<3", "2.0.0"),
        (">=2.1.0-alpha", "2.1.0-beta"),
        (">=3.0.0-0", "3.0.0-rc.1"),
        ("<2", "1.10.0"),
    ],
)
def test_versions_and_ranges(tmp_path: Path, wanted: str, answered: str) -> None:
    catalog = open_bundle(tmp_path, *MAJORS)
    assert catalog.method("acme", "ping", wanted).version == answered
    assert catalog.method("acme", "ping", version=wanted) is catalog.method("acme", "ping", version=answered)
    assert catalog.integration("acme", wanted).version == answered


@pytest.mark.parametrize("wanted", ["^3", ">=2.1", "1.8.0", "1.10.1", "3.0.0"])
def test_ranges_that_hold_nothing(tmp_path: Path, wanted: str) -> None:
    catalog = open_bundle(tmp_path, *MAJORS)
    versions = "0.9.0, 1.9.0, 1.10.0, 2.0.0, 2.1.0-beta, 3.0.0-rc.1"
    with pytest.raises(UnknownVersion) as caught:
        catalog.method("acme", "ping", wanted)
    assert str(caught.value) == f"acme has no version {wanted}; it has {versions}"


def test_without_a_version_the_newest_stable_answers_and_warns_once(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, *MAJORS)
    with pytest.warns(VersionWarning) as caught:
        found = catalog.method("acme", "ping")
    assert found.version == "2.0.0"
    assert [str(warning.message) for warning in caught] == [
        "acme has several major versions; 2.0.0 answered: name a version or a range"
    ]
    assert caught[0].filename == __file__
    assert catalog.method("acme", "ping") is found
    assert catalog.integration("acme").version == "2.0.0"
    assert catalog.integration("acme").versions == ("0.9.0", "1.9.0", "1.10.0", "2.0.0", "2.1.0-beta", "3.0.0-rc.1")


def test_an_integration_warns_too(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, *MAJORS)
    with pytest.warns(VersionWarning) as caught:
        assert catalog.integration("acme").version == "2.0.0"
    assert caught[0].filename == __file__


def test_what_does_not_choose_does_not_warn(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, *MAJORS, definition("one", "1.0.0"), definition("one", "1.1.0"))
    with warnings.catch_warnings(record=True, action="always") as caught:
        assert catalog.method("one", "ping").version == "1.1.0"
        assert catalog.method("acme", "ping", "^1").version == "1.10.0"
        assert [found.version for found in catalog.integrations()] == ["2.0.0", "1.1.0"]
        catalog.preload()
        assert "acme" in catalog
    assert caught == []
    with pytest.warns(VersionWarning):
        catalog.method("acme", "ping")


def test_only_pre_releases(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, definition("acme", "1.0.0-beta"), definition("acme", "1.0.0-alpha"))
    assert catalog.method("acme", "ping").version == "1.0.0-beta"
    with pytest.raises(UnknownVersion):
        catalog.method("acme", "ping", "^1")


# The same objects, frozen


def test_a_method_is_one_object_however_it_is_found(catalog: Catalog) -> None:
    found = catalog.method("xero", "get_invoice")
    assert catalog.method("xero", "get_invoice") is found
    assert catalog.method("xero", "get_invoice", "1.0.0") is found
    assert catalog.method("xero", "get_invoice", version="^1") is found
    assert catalog.method(integration_id="xero", method_id="get_invoice") is found
    assert catalog.integration("xero").methods["get_invoice"] is found
    assert catalog.integration("xero") is catalog.integration("xero", "^1")
    other = catalog.integration("slack").methods["ping"]
    assert catalog.method("slack", "ping") is other
    assert next(catalog.integrations("documents")) is catalog.integration("drive")


def test_threads_find_the_same_objects(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(50)]
    catalog = open_bundle(tmp_path, definition(methods=list(map(method, names))))
    together = threading.Barrier(8)

    def look_up(worker: int) -> list[Method]:
        together.wait()
        if worker % 2:
            return [catalog.method("acme", name) for name in names]
        return [catalog.integration("acme").methods[name] for name in names]

    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(look_up, range(8))
    assert [found.id for found in first] == names
    for found in others:
        assert all(one is other for one, other in zip(first, found, strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_worker_reads_on(catalog: Catalog) -> None:
    child = os.fork()
    if not child:
        os._exit(0 if catalog.method("xero", "get_invoice").input_schema == OPEN_OBJECT else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    ("look_up", "names"),
    [
        (lambda catalog: catalog, ["method", "other", "_bundle"]),
        (lambda catalog: catalog.method("xero", "create_invoice"), ["id", "name", "input_schema", "http", "other"]),
        (lambda catalog: catalog.method("xero", "create_invoice").http, ["path", "query", "other"]),
        (lambda catalog: catalog.integration("xero"), ["id", "methods", "type", "auth", "metadata", "other"]),
        (lambda catalog: catalog.integration("xero").auth, ["type", "other"]),
        (lambda catalog: catalog.integration("claude").ai, ["models", "default_model", "provider", "other"]),
        (lambda catalog: catalog.integration("claude").ai.model(), ["name", "other"]),
    ],
)
def test_nothing_can_be_set(catalog: Catalog, look_up: Callable[[Catalog], object], names: list[str]) -> None:
    for name in names:
        with pytest.raises(AttributeError):
            setattr(look_up(catalog), name, None)


def test_read_only_mappings(catalog: Catalog) -> None:
    found = catalog.method("xero", "create_invoice")
    assert found.http is not None
    for mapping in (catalog.integration("xero").methods, found.http.query, catalog.integration("claude").ai.models):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]  # that is the point


@pytest.mark.parametrize(
    "read",
    [
        lambda catalog: catalog.method("xero", "create_invoice").input_schema,
        lambda catalog: catalog.method("xero", "create_invoice").output_schema,
        lambda catalog: catalog.method("xero", "create_invoice").examples[0],
        lambda catalog: catalog.method("xero", "create_invoice").definition(),
        lambda catalog: catalog.integration("xero").metadata,
        lambda catalog: catalog.integration("xero").config_schema,
        lambda catalog: catalog.integration("xero").definition(),
        lambda catalog: catalog.integration("xero").configure(),
    ],
)
def test_what_a_caller_changes_the_next_does_not_see(catalog: Catalog, read: Callable[[Catalog], Any]) -> None:
    first = read(catalog)
    before = copy.deepcopy(first)
    _ruin(first)
    assert first != before
    assert read(catalog) == before


def _ruin(value: Any) -> None:
    if isinstance(value, dict):
        for member in value.values():
            _ruin(member)
        value.clear()
        value["ruined"] = True
    elif isinstance(value, list):
        for item in value:
            _ruin(item)
        value.append("ruined")


def test_a_changed_schema_does_not_change_validation(catalog: Catalog) -> None:
    found = catalog.method("xero", "create_invoice")
    _ruin(found.input_schema)
    with pytest.raises(InvalidInput):
        found.validate_input({})


# Preloading


@pytest.mark.parametrize("ids", [None, ["xero"], iter(["xero"])])
def test_preloading_compiles_everything(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, ids: Any) -> None:
    catalog.preload(ids)
    monkeypatch.setattr(Bundle, "_decode", None)
    integration = catalog.integration("xero")
    for name in ("create_invoice", "get_invoice"):
        found = catalog.method("xero", name)
        assert found.validate_input({"id": "x"}) == {"id": "x"}
        assert found.validate_output({}) == {}
        assert integration.methods[name] is found
    assert integration.configure() == {"tenant_id": "t"}


def test_public_names() -> None:
    assert sorted(connectory.__all__) == connectory.__all__
    for name in connectory.__all__:
        assert getattr(connectory, name).__doc__, name
