"""Bundles on disk: what is written is what is read, and damage never gives a wrong answer."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectory
from bundles import (
    OPEN_OBJECT,
    Definition,
    ai_definition,
    definition,
    exact,
    method,
    open_bundle,
    read_good,
    run_python,
    unordered,
    write_bundle,
)
from connectory import BundleError, BundleNotFound, Catalog, CorruptBundle, NotABundle, UnknownName, UnsupportedFormat
from connectory import layout as format_1
from connectory.compiler.defs import self_contained
from connectory.compiler.emit import bundle
from connectory.compiler.lower import digest
from connectory.components import components
from connectory.reader import Bundle
from connectory.verify import _Checker

pytestmark = pytest.mark.filterwarnings("ignore::connectory.DeprecatedWarning")

CIRCLE: dict[str, Any] = {
    "Contact": {
        "type": "object",
        "properties": {"boss": {"$ref": "#/$defs/Contact"}, "firm": {"$ref": "#/$defs/Firm"}},
    },
    "Firm": {"type": "object", "properties": {"owner": {"$ref": "#/$defs/Contact"}, "at": {"$ref": "#/$defs/Address"}}},
    "Address": {"type": "object", "properties": {"zip": {"type": "string"}}},
    "Unused": {"type": "array", "items": {"$ref": "#/$defs/Address"}},
    "Never": False,
}


def _uses(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": {"$ref": f"#/$defs/{name}"}}}


# What is written is what is read


NUMBERS = [
    *(Decimal("1.10"), Decimal("1.2345678901234567890123"), Decimal("1e-06"), Decimal("0.1"), Decimal("1E+300")),
    *(Decimal("-0.000000000000000000000000015"), Decimal("0.0"), Decimal("123456789012345678901234.5"), 1.5, 0, -1),
    *(2**63 - 1, -(2**63), 2**64 - 1, 2**53 + 1, True, False, None),
]

RICH = definition(
    version="1.2.3-beta.1+build",
    baseUrl="https://api.acme.example/${config.region}",
    type="documents",
    authType="custom",
    customAuthConfig={"scheme": "basic", "apply": {"headers": {"A": "b"}}},
    alternativeAuth=[{"id": "x", "authType": "apikey"}],
    verify={"method": "GET", "path": "/me"},
    deprecated={"since": "2026-01-01"},
    metadata={"categories": ["crm"], "homepage": "https://acme.example"},
    configSchema={"type": "object", "properties": {"z": {"type": "string"}, "a": {"enum": NUMBERS}}, "required": ["z"]},
    methods=[
        method("zeta", description="Ω \U0001f600 \0", examples=[{"input": {"b": 1, "a": [NUMBERS]}}]),
        method(
            "alpha",
            inputSchema={"type": "object", "properties": {"b": {"const": NUMBERS}, "a": _uses("Firm")}, "x-y": {}},
            outputSchema={"type": "object", "$defs": {"Own": True}, "allOf": [{"$ref": "#/$defs/Own"}]},
            http={"method": "GET", "path": "/a", "query": ["b"]},
            annotations={"readOnlyHint": True},
        ),
    ],
    **{"x-team": {"b": 1, "a": 2}, "$defs": CIRCLE},
)


@pytest.mark.parametrize(
    "given",
    [definition(), RICH, ai_definition({"costPerToken": {"input": Decimal("0.0000150")}}), definition(methods=[])],
    ids=["small", "rich", "ai", "empty"],
)
def test_a_definition_comes_back_as_it_was(tmp_path: Path, given: Definition) -> None:
    integration = open_bundle(tmp_path, given).integration("acme")
    assert unordered(integration.definition()) == unordered(given)


@pytest.mark.parametrize("name", ["spec_xero.json", "spec_anthropic.json"])
def test_the_specifications_examples_come_back(tmp_path: Path, name: str) -> None:
    given = read_good(name)
    integration = open_bundle(tmp_path, given).integration(given["integrationId"])
    assert unordered(integration.definition()) == unordered({"type": "integration", **given})


def test_numbers_are_exact(tmp_path: Path) -> None:
    schema = open_bundle(tmp_path, RICH).method("acme", "alpha").input_schema
    read = schema["properties"]["b"]["const"]
    assert exact(read) == exact(NUMBERS)
    assert read[1] == Decimal("1.2345678901234567890123")
    assert isinstance(read[1], Decimal)
    assert (read[0], read[2], type(read[0])) == (1.1, 1e-06, float)
    assert [type(number) for number in read[-3:]] == [bool, bool, type(None)]


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=10,
)


@given(value=_json)
def test_any_json_comes_back(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    schema = {"type": "object", "x-any": value}
    given = definition(methods=[method(inputSchema=schema, **{"x-any": value})], configSchema=schema, metadata=value)
    catalog = connectory.open(write_bundle(tmp_path_factory.getbasetemp() / "any.bundle", [given]))
    integration = catalog.integration("acme")
    assert unordered(integration.definition()) == unordered(given)
    assert exact(integration.methods["ping"].input_schema) == exact(schema)


# The same input gives the same bytes


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    other = definition("b", "2.0.0", **{"$defs": CIRCLE})
    first = write_bundle(tmp_path / "1", [RICH, other]).read_bytes()
    assert write_bundle(tmp_path / "2", [other, RICH]).read_bytes() == first
    assert write_bundle(tmp_path / "3", [other, definition()]).read_bytes() != first


def test_the_hash_seed_does_not_show(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import hashlib, pathlib, test_bundle as t\n"
        "path = t.write_bundle(pathlib.Path(sys.argv[2]), [t.RICH, t.definition('b')])\n"
        "print(hashlib.sha256(path.read_bytes()).hexdigest())"
    )
    arguments = str(Path(__file__).parent), str(tmp_path / "seeded")
    printed = {run_python(program, *arguments, PYTHONHASHSEED=seed) for seed in ("0", "1", "4242")}
    here = hashlib.sha256(write_bundle(tmp_path / "here", [RICH, definition("b")]).read_bytes()).hexdigest()
    assert printed == {f"{here}\n"}


def test_the_digest_is_that_of_all_definitions(tmp_path: Path) -> None:
    header = _header(write_bundle(tmp_path / "b", [definition("b"), RICH]))
    assert header.digest == hashlib.sha256(digest(RICH) + digest(definition("b"))).digest()


def test_the_order_of_keys_is_content() -> None:
    assert digest({"a": 1, "b": 2}) != digest({"b": 2, "a": 1})
    assert digest({"a": Decimal("1.10")}) == digest({"a": Decimal("1.1")}) == digest({"a": 1.1})


# Records


def _records(path: Path) -> list[tuple[int, int]]:
    """The places of the records that are reached by names and references, in order."""
    checker = _Checker(Bundle(path))
    assert list(checker.run()) == []
    return sorted(checker.places)


def _header(path: Path) -> format_1.Header:
    return format_1.Header(*format_1.header_fields(path.read_bytes()[: format_1.HEADER_SIZE]))


def test_every_record_is_sealed_and_none_is_left_out(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", [RICH, definition("b"), definition("b", "2.0.0", **{"$defs": CIRCLE})])
    data = path.read_bytes()
    at = format_1.HEADER_SIZE
    for offset, length in _records(path):
        assert offset == at
        assert crc32(data[offset : offset + length]) == format_1.RESIDUE
        at += length
    slots = _header(path).slots_offset
    assert data[at:slots] == bytes(slots - at)
    assert slots % format_1.PAGE == 0
    assert slots - at < format_1.PAGE


def test_equal_schemas_are_stored_once(tmp_path: Path) -> None:
    one = write_bundle(tmp_path / "one", [definition()])
    assert len(_records(one)) == 6  # of configuration, of input and output, method, version, head, root
    ten = write_bundle(tmp_path / "ten", [definition("acme", f"1.{minor}.0") for minor in range(10)])
    assert len(_records(ten)) == 2 + 10 + 10 + 1 + 1


def test_shared_schemas_are_stored_once_for_each_integration(tmp_path: Path) -> None:
    methods = [method(f"m{n}", inputSchema=_uses("Contact"), outputSchema=_uses("Address")) for n in range(20)]
    once = [definition("a", "1.0.0", methods=methods, **{"$defs": CIRCLE})]
    schemas = len(CIRCLE) + 1 + 1 + 2  # shared, the list of their names, configuration, input and output
    assert len(_records(write_bundle(tmp_path / "once", once))) == schemas + 20 + 1 + 1 + 1
    versions = [*once, definition("a", "1.1.0", methods=methods, **{"$defs": CIRCLE})]
    assert len(_records(write_bundle(tmp_path / "versions", versions))) == schemas + 2 * (20 + 1) + 1 + 1
    others = [*once, definition("b", methods=methods, **{"$defs": CIRCLE})]
    assert len(_records(write_bundle(tmp_path / "others", others))) == 2 * (schemas + 20 + 1 + 1) + 1


def test_shared_schemas_that_differ_are_told_apart(tmp_path: Path) -> None:
    """The circle's bodies are equal; what they lead to is not."""
    other = {**CIRCLE, "Address": {"type": "object", "properties": {"zip": {"type": "integer"}}}}
    methods = [method(inputSchema=_uses("Contact"))]
    definitions = [definition(n, methods=methods, **{"$defs": d}) for n, d in (("a", CIRCLE), ("b", other))]
    catalog = open_bundle(tmp_path, *definitions)
    for one in definitions:
        assert unordered(catalog.integration(one["integrationId"]).definition()) == unordered(one)
        defs = catalog.method(one["integrationId"], "ping").input_schema["$defs"]
        assert defs["Address"] == one["$defs"]["Address"]


@pytest.mark.parametrize(
    ("schema", "reached"),
    [
        (_uses("Address"), ["Address"]),
        (_uses("Contact"), ["Contact", "Firm", "Address"]),
        (_uses("Firm"), ["Firm", "Contact", "Address"]),
        (_uses("Unused"), ["Unused", "Address"]),
        (_uses("Never"), ["Never"]),
        ({"type": "object", "allOf": [{"$ref": "#/$defs/Firm/properties/at"}]}, ["Firm", "Contact", "Address"]),
        ({"type": "object", "properties": {"x": {"const": {"$ref": "#/$defs/Firm"}}}}, None),
        ({"type": "object", "$defs": {"Address": True}, "not": {"$ref": "#/$defs/Address"}}, ["Address"]),
        ({"type": "object", "$defs": {"Own": {"$ref": "#/$defs/Address"}}}, ["Own", "Address"]),
        (OPEN_OBJECT, None),
    ],
)
def test_a_schema_holds_exactly_what_it_reaches(
    tmp_path: Path, schema: dict[str, Any], reached: list[str] | None
) -> None:
    given = definition(methods=[method(inputSchema=schema)], configSchema=schema, **{"$defs": CIRCLE})
    integration = open_bundle(tmp_path, given).integration("acme")
    read = integration.methods["ping"].input_schema
    own = schema.get("$defs", {})
    assert sorted(read.get("$defs", {})) == sorted(reached or [])
    assert exact({k: v for k, v in read.items() if k != "$defs"}) == exact(
        {k: v for k, v in schema.items() if k != "$defs"}
    )
    assert read.get("$defs", {}) == {name: own.get(name, CIRCLE.get(name)) for name in reached or []}
    assert read == dict(self_contained(schema, CIRCLE))
    assert exact(integration.config_schema) == exact(read)
    assert unordered(integration.definition()) == unordered(given)


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4), max_size=6))
def test_any_web_of_shared_schemas_is_followed(
    tmp_path_factory: pytest.TempPathFactory, web: dict[str, list[str]]
) -> None:
    shared = {
        name: {"allOf": [{"$ref": f"#/$defs/{other}"} for other in others if other in web]}
        for name, others in web.items()
    }
    methods = [method(f"m_{name}", inputSchema=_uses(name)) for name in shared]
    given = definition(methods=methods, **({"$defs": shared} if shared else {}))
    path = write_bundle(tmp_path_factory.getbasetemp() / "web.bundle", [given])
    integration = connectory.open(path).integration("acme")
    for name in shared:
        expected = dict(self_contained(_uses(name), shared))
        assert integration.methods[f"m_{name}"].input_schema == expected
    assert unordered(integration.definition()) == unordered(given)


def _reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for other in graph[waiting.pop()]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


@given(st.fixed_dictionaries({node: st.lists(st.sampled_from("abcdefg"), max_size=3) for node in "abcdefg"}))
def test_components_are_circles_and_come_after_what_they_lead_to(graph: dict[str, list[str]]) -> None:
    found = list(components(graph))
    assert sorted(node for circle in found for node in circle) == sorted(graph)
    reach = {node: _reachable(graph, node) for node in graph}
    for place, circle in enumerate(found):
        assert circle == sorted(circle, key=list(graph).index)
        for node in circle:
            same = {other for other in graph if other in reach[node] and node in reach[other]} | {node}
            assert same == set(circle)
            assert reach[node] <= {known for earlier in found[: place + 1] for known in earlier}


def test_a_long_chain_of_shared_schemas_needs_no_recursion(tmp_path: Path) -> None:
    shared: dict[str, Any] = {f"d{n}": {"items": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(3000)}
    shared["d3000"] = {"type": "string"}
    catalog = open_bundle(tmp_path, definition(methods=[method(inputSchema=_uses("d0"))], **{"$defs": shared}))
    assert catalog.method("acme", "ping").input_schema["$defs"] == shared


# Sizes


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257])
def test_any_number_of_integrations(tmp_path: Path, count: int) -> None:
    ids = [f"i{number:03}" for number in range(count)]
    path = write_bundle(tmp_path / "b", map(definition, ids))
    header = _header(path)
    assert (header.integrations, header.versions, header.methods) == (count, count, count)
    assert header.slot_count >= 2 * 3 * count
    assert header.slot_count & (header.slot_count - 1) == 0
    assert header.size == path.stat().st_size
    catalog = connectory.open(path)
    assert list(catalog) == ids
    assert len(catalog) == count
    assert [integration.id for integration in catalog.integrations()] == ids
    assert [catalog.method(name, "ping").integration_id for name in ids] == ids
    with pytest.raises(UnknownName):
        catalog.integration("missing")


def test_thousands_of_names_are_told_apart(tmp_path: Path) -> None:
    """The slot table has many pages, and runs of taken slots cross them."""
    names = [f"method_{number}" for number in range(4000)]
    path = write_bundle(tmp_path / "b", [definition(methods=list(map(method, names)))])
    header = _header(path)
    assert header.page_crcs_offset - header.slots_offset == 16 * 8192
    catalog = connectory.open(path)
    reader = catalog._now.bundles[0]
    assert [catalog.method("acme", name).id for name in names] == names
    for number in range(4000, 8000):
        assert reader.method("acme", "1.0.0", f"method_{number}") is None
        assert reader.head(f"acme{number}") is None


def _colliding() -> list[str]:
    """Two method ids whose keys have the same crc32."""
    seen: dict[int, str] = {}
    source = random.Random(1)
    while True:
        name = f"m{source.getrandbits(64):x}"
        crc = crc32(format_1.method_key("acme", "1.0.0", name))
        if crc in seen:
            return [seen[crc], name]
        seen[crc] = name


def test_names_of_equal_crc_are_told_apart(tmp_path: Path) -> None:
    one, two = _colliding()
    catalog = open_bundle(tmp_path, definition(methods=[method(one), method(two)]))
    assert [catalog.method("acme", name).id for name in (one, two)] == [one, two]
    catalog = open_bundle(tmp_path, definition(methods=[method(one), method("other")]))
    assert catalog._now.bundles[0].method("acme", "1.0.0", two) is None


@given(st.lists(st.text("ab\0é\ud800", min_size=1, max_size=4), unique=True))
def test_keys_are_told_apart(names: list[str]) -> None:
    keys = [
        *map(format_1.head_key, names),
        *(format_1.integration_key(name, "1.0.0") for name in names if "\0" not in name),
        *(format_1.method_key("x", "1.0.0", name) for name in names),
    ]
    assert len(set(keys)) == len(keys)


# Room to grow


def test_elements_that_a_newer_minor_format_adds_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = bundle._record
    monkeypatch.setattr(bundle, "_record", lambda *elements: record(*elements, b"\xa3new", b"\x81\xa1k\x01"))
    monkeypatch.setattr(format_1, "MINOR", 7)
    given = definition(methods=[method(inputSchema=_uses("Contact"))], **{"$defs": CIRCLE})
    catalog = open_bundle(tmp_path, given)
    assert catalog._now.bundles[0].header.minor == 7
    assert list(catalog) == ["acme"]
    assert unordered(catalog.integration("acme").definition()) == unordered(given)


def test_another_major_format_is_refused(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", [definition()])
    data = bytearray(path.read_bytes())
    data[8:10] = (2).to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(UnsupportedFormat) as caught:
        connectory.open(path)
    assert str(caught.value) == f"{path}: format 2; this release reads format 1"


# Foreign files


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"x", "not a Connectory bundle"),
        (b"hello, world\n" * 1000, "not a Connectory bundle"),
        (PNG, "not a Connectory bundle"),
        (bytes(10_000), "not a Connectory bundle"),
        (b'{"a": 1}', "not a Connectory bundle"),
        (format_1.MAGIC[:7], "not a Connectory bundle"),
        (format_1.MAGIC.replace(b"\r\n", b"\n"), "not a Connectory bundle"),
    ],
)
def test_foreign_files_are_no_bundles(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "catalog.bundle"
    path.write_bytes(content)
    with pytest.raises(NotABundle) as caught:
        connectory.open(path)
    assert str(caught.value) == f"{path}: {message}"
    assert (caught.value.path, caught.value.offset) == (str(path), None)


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


@pytest.mark.parametrize("make", [lambda folder: folder, lambda folder: Path("/dev/null"), _fifo])
def test_what_is_no_file_is_no_bundle_and_does_not_block(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    with pytest.raises(NotABundle, match="not a file"):
        connectory.open(path)


@pytest.mark.parametrize("name", ["missing", "missing/catalog.bundle"])
def test_a_missing_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleNotFound) as caught:
        connectory.open(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: no such file; 'connectory build' makes a bundle"
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, BundleError)


def test_paths_that_no_system_has(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path / "file" / "catalog.bundle", "a\0b", tmp_path / ("x" * 5000)):
        with pytest.raises(BundleError):
            connectory.open(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", [definition()])
    path.chmod(0)
    with pytest.raises(BundleError, match="cannot be read"):
        connectory.open(path)


def test_a_replaced_bundle_stays_readable(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, definition())
    write_bundle(tmp_path / "new", [definition("other")]).replace(tmp_path / "catalog.bundle")
    assert catalog.method("acme", "ping").id == "ping"
    assert list(connectory.open(tmp_path / "catalog.bundle")) == ["other"]


# Damage


SMALL = [
    definition("a", "1.0.0", methods=[method("x", inputSchema=_uses("A"))], **{"$defs": {"A": _uses("A")}}),
    definition("a", "1.1.0", methods=[method("x"), method("y")]),
    definition("b", "0.1.0-rc.1", methods=[]),
]

Answer = Callable[[Catalog], Any]


def _schemas(integration_id: str, method_id: str, version: str) -> Answer:
    def ask(catalog: Catalog) -> Any:
        found = catalog.method(integration_id, method_id, version)
        return found.id, found.name, found.integration_id, found.version, found.input_schema, found.output_schema

    return ask


QUESTIONS: list[Answer] = [
    _schemas("a", "x", "1.0.0"),
    _schemas("a", "x", "1.1.0"),
    _schemas("a", "y", "^1"),
    lambda catalog: catalog.method("a", "y").version,
    lambda catalog: catalog.integration("a", "1.0.0").definition(),
    lambda catalog: catalog.integration("a").definition(),
    lambda catalog: catalog.integration("b").definition(),
    lambda catalog: catalog.integration("a").versions,
    lambda catalog: catalog.method("a", "z"),
    lambda catalog: catalog.method("a", "y", "1.0.0"),
    lambda catalog: catalog.integration("c"),
    lambda catalog: catalog.integration("b", "2.0.0"),
    lambda catalog: ("a" in catalog, "c" in catalog),
    lambda catalog: list(catalog),
    lambda catalog: [integration.id for integration in catalog.integrations("integration")],
    len,
]


def _answers(path: Path) -> Iterator[Any]:
    """What each question is answered: an answer, "unknown", or None for damage that was seen."""
    try:
        catalog = connectory.open(path)
    except BundleError:
        yield from [None] * len(QUESTIONS)
        return
    for question in QUESTIONS:
        try:
            yield question(catalog)
        except UnknownName as unknown:
            yield "unknown", type(unknown), unknown.name
        except BundleError:
            yield None


def _wrong(path: Path, right: list[Any]) -> list[Any]:
    return [
        (place, answer)
        for place, (answer, expected) in enumerate(zip(_answers(path), right, strict=True))
        if answer is not None and answer != expected
    ]


@pytest.mark.parametrize("flip", [0xFF, 0x01])
def test_no_flipped_byte_gives_a_wrong_answer(tmp_path: Path, flip: int) -> None:
    path = write_bundle(tmp_path / "b", SMALL)
    data = path.read_bytes()
    right = list(_answers(path))
    assert None not in right
    unseen = 0
    with open(path, "r+b", buffering=0) as stream:
        for offset, byte in enumerate(data):
            stream.seek(offset)
            stream.write(bytes([byte ^ flip]))
            assert not _wrong(path, right), f"byte {offset}"
            unseen += list(_answers(path)) == right if byte else 0
            stream.seek(offset)
            stream.write(bytes([byte]))
    assert list(_answers(path)) == right
    assert unseen < 100  # bytes of records that no question reads, and of what it does not look at


def test_every_truncation_is_seen_when_opening(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", SMALL)
    for length in reversed(range(path.stat().st_size)):
        os.truncate(path, length)
        with pytest.raises(BundleError) as caught:
            connectory.open(path)
        expected = NotABundle if length < len(format_1.MAGIC) else CorruptBundle
        assert type(caught.value) is expected, length


def test_a_longer_file_is_refused(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", SMALL)
    size = path.stat().st_size
    with open(path, "ab") as stream:
        stream.write(b"\n")
    with pytest.raises(CorruptBundle) as caught:
        connectory.open(path)
    assert str(caught.value) == f"{path}: the file has {size + 1} bytes and should have {size} (at byte {size + 1})"


def test_a_text_mode_transfer_is_no_bundle(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", SMALL)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    with pytest.raises(NotABundle):
        connectory.open(path)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_slots_never_read_as_not_there(tmp_path: Path, seed: int) -> None:
    """The slot table has several pages here, and whole stretches of it are overwritten."""
    names = [f"m{number}" for number in range(600)]
    path = write_bundle(tmp_path / "b", [definition(methods=list(map(method, names)))])
    data = path.read_bytes()
    header = _header(path)
    source = random.Random(seed)
    for _ in range(50):
        at = source.randrange(header.slots_offset, header.page_crcs_offset)
        length = source.choice([1, 8, 16, 100])
        filling = source.choice([bytes(length), b"\xff" * length, source.randbytes(length)])
        damaged = (data[:at] + filling + data[at + length :])[: len(data)]
        path.write_bytes(damaged)
        try:
            reader = connectory.open(path)._now.bundles[0]
        except CorruptBundle:
            continue
        for name in [*source.sample(names, 30), "missing"]:
            try:
                found = reader.method("acme", "1.0.0", name)
            except CorruptBundle:
                continue
            assert (found[1].id if found else "missing") == name


@pytest.mark.parametrize(
    ("references", "message"),
    [
        (b"", "a reference is missing"),
        (b"\0" * 7, "references are cut off"),
        (format_1.REFERENCE.pack(0, 1), "a record is damaged"),
        (format_1.REFERENCE.pack(-(1 << 63), 100), "a record is damaged"),
        (format_1.REFERENCE.pack((1 << 63) - 1, 0xFFFFFFFF), "a record is damaged"),
        (format_1.REFERENCE.pack(1 << 40, 0), "a record is damaged"),
    ],
)
def test_references_that_lead_nowhere_are_damage(tmp_path: Path, references: bytes, message: str) -> None:
    reader = Bundle(write_bundle(tmp_path / "b", SMALL))
    for read in (reader.schema, reader.schema_as_written, reader.shared):
        with pytest.raises(CorruptBundle, match=message):
            read(format_1.HEADER_SIZE, references)


def test_segments_stand_in_a_bundle_as_they_are(tmp_path: Path) -> None:
    names = "a", "b", "c"
    alone = {name: write_bundle(tmp_path / name, [definition(name, **{"$defs": CIRCLE})]) for name in names}
    together = write_bundle(tmp_path / "all", [definition(name, **{"$defs": CIRCLE}) for name in names])
    records = [path.read_bytes()[format_1.HEADER_SIZE : _header(path).root_offset] for path in alone.values()]
    assert together.read_bytes()[format_1.HEADER_SIZE : _header(together).root_offset] == b"".join(records)


def test_a_table_without_an_empty_slot_does_not_hang(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b", SMALL)
    header = _header(path)
    data = bytearray(path.read_bytes())
    for slot in range(header.slot_count):
        format_1.SLOT.pack_into(data, header.slots_offset + 16 * slot, 1 << 32 | 50, format_1.HEADER_SIZE)
    path.write_bytes(data)
    with pytest.raises(CorruptBundle, match="no empty slot"):
        connectory.open(path).integration("missing")
