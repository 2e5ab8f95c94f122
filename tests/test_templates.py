"""Templates: no configured value changes the host, leaves its segment, adds a parameter or a header."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectory import InvalidCredentials, UnsafeValue, templates
from connectory.templates import Values

SCHEMA = {
    "type": "object",
    "properties": {
        "x": {"type": "string"},
        "host": {"$ref": "#/$defs/Host"},
        "region": {"enum": ["com", "eu", "co.uk"]},
        "path": {"enum": ["", "v1/beta", "../v1"]},
        "server": {"enum": ["a.example:8443", "b.example:0", "c.example/x"]},
        "port": {"type": "integer"},
    },
    "$defs": {"Host": {"type": "string", "format": "hostname"}},
}


def values(**config: Any) -> Values:
    return Values("acme", config, {"apiKey": "k y"}, {"instance": "https://eu1.acme.example/"}, SCHEMA)


@pytest.mark.parametrize(
    ("template", "config", "url"),
    [
        ("https://${config.x}.example.com/v1", {"x": "acme"}, "https://acme.example.com/v1"),
        ("https://${config.x}.example.com", {"x": "a.b"}, "https://a.b.example.com"),
        ("https://${config.x}-api.example.com", {"x": "A1"}, "https://A1-api.example.com"),
        ("https://${config.x}.${config.host}.example.com", {"x": "a", "host": "b"}, "https://a.b.example.com"),
        ("https://${config.host}/v1", {"host": "db.corp.example"}, "https://db.corp.example/v1"),
        ("https://${config.host}:${config.port}/", {"host": "db", "port": 8443}, "https://db:8443/"),
        ("https://api.example.${config.region}/a", {"region": "co.uk"}, "https://api.example.co.uk/a"),
        ("https://${token.instance}/services", {}, "https://eu1.acme.example/services"),
        ("https://a.example/${config.x}/b", {"x": "c d/e?f#g"}, "https://a.example/c%20d%2Fe%3Ff%23g/b"),
        ("https://a.example/b?k=${config.x}", {"x": "1&l=2 #é"}, "https://a.example/b?k=1%26l%3D2%20%23%C3%A9"),
        ("https://a.example/${config.port}", {"port": 12}, "https://a.example/12"),
        ("http://127.0.0.1:${config.port}/", {"port": 80}, "http://127.0.0.1:80/"),
        ("http://localhost/x", {}, "http://localhost/x"),
        ("https://a.example/${config.path}", {"path": "v1/beta"}, "https://a.example/v1/beta"),
        ("https://a.example/${config.path}", {"path": ""}, "https://a.example/"),
        ("https://${config.server}/v1", {"server": "a.example:8443"}, "https://a.example:8443/v1"),
    ],
)
def test_an_address(template: str, config: dict[str, Any], url: str) -> None:
    assert templates.url(template, values(**config), "baseUrl") == url


@pytest.mark.parametrize(
    ("template", "config", "message"),
    [
        ("https://${config.x}.example.com", {"x": "evil.com/"}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": "@evil.com"}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": "ехample"}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": "a%2f"}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": ""}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": "a..b"}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {"x": "a" * 64}, "config.x: only letters, digits, hyphens"),
        ("https://${config.x}.example.com", {}, "config.x: the configuration of acme has no value for"),
        ("https://${config.x}.example.com", {"x": ["a"]}, "config.x: ${config.x} stands for a text or a number"),
        ("https://${config.x}", {"x": "evil.com"}, "config.x: this value would choose the host"),
        ("https://${config.x}.com", {"x": "evil"}, "config.x: this value would choose the host"),
        ("https://api${config.x}", {"x": ".evil.com"}, "config.x: only letters, digits, hyphens"),
        ("https://api.example.${config.x}", {"x": "evil.com"}, "config.x: this value would choose the host"),
        ("https://${config.x}example.com", {"x": "evil"}, "config.x: this value would choose the host"),
        ("https://${config.x}.example.${config.region}", {"x": "a", "region": "com"}, "config.x: this value would"),
        ("https://${config.host}/", {"host": "evil.com/x"}, "config.host: only letters, digits, hyphens"),
        ("https://${config.host}:${config.port}", {"host": "a", "port": "1@b"}, "config.port: a port is a number"),
        ("https://${config.host}:${config.port}", {"host": "a", "port": 70000}, "config.port: a port is a number"),
        ("https://a.example/${config.x}/b", {"x": ".."}, "a segment of a path can be neither . nor .."),
        ("https://a.example/${config.x}/b", {"x": ""}, "config.x: a segment of a path cannot be empty"),
        ("https://a.example/${config.path}", {"path": ".."}, "a segment of a path can be neither . nor .."),
        ("https://a.example/${config.path}", {"path": "../v1"}, "a segment of a path can be neither . nor .."),
        ("https://${config.server}/", {"server": "evil.com:1"}, "config.server: only letters, digits, hyphens"),
        ("https://${config.server}/", {"server": "b.example:0"}, "config.server: a port is a number"),
        ("https://${config.server}/", {"server": "c.example/x"}, "config.server: only letters, digits, hyphens"),
        ("https://${config.server}:1/", {"server": "a.example:8443"}, "config.server: only letters, digits, hyphens"),
        ("http://a.example/", {}, "baseUrl must be an https address"),
        ("http://${config.host}/", {"host": "a.example"}, "baseUrl must be an https address"),
        ("ftp://a.example/", {}, "baseUrl is no http or https address"),
        ("https:///a", {}, "baseUrl has no host"),
    ],
)
def test_a_refused_address(template: str, config: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsafeValue, match=re.escape(message)):
        templates.url(template, values(**config), "baseUrl")


def test_a_missing_credential_is_named_and_not_shown() -> None:
    with pytest.raises(InvalidCredentials) as raised:
        templates.header("X", "${credentials.password} ${credentials.apiKey}", values())
    assert str(raised.value) == "invalid credentials for acme:\n  (root): lacks 'password'"


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "\0", "é", "a\x7f", " a", "a ", "a\u2028b"])
def test_what_no_header_holds(value: str) -> None:
    with pytest.raises(UnsafeValue) as raised:
        templates.header("X-A", "${config.x}", values(x=value))
    assert str(raised.value) == "X-A: the value of a header is printable ASCII, without spaces around it"


HOSTILE = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="./\\@:#?&%=[]-_ \r\n\t\0aА0", max_size=10),
    st.sampled_from(
        ["evil.com/", "@evil.com", "a\r\nX: y", "../", "%2f", "%2e%2e", "//evil.com", "evil.com#", "ⓔvil.com"]
    ),
)


@given(HOSTILE)
def test_no_value_changes_the_host(value: str) -> None:
    try:
        made = templates.url("https://${config.x}.example.com/a/b?c=d", values(x=value), "baseUrl")
    except UnsafeValue:
        return
    parts = urlsplit(made)
    assert (parts.hostname or "").endswith(".example.com")
    assert (parts.username, parts.port, parts.path, parts.query) == (None, None, "/a/b", "c=d")


@given(HOSTILE)
def test_a_whole_host_is_a_host_and_nothing_more(value: str) -> None:
    try:
        made = templates.url("https://${config.host}/a", values(host=value), "baseUrl")
    except UnsafeValue:
        return
    parts = urlsplit(made)
    assert (parts.netloc, parts.path, parts.query, parts.fragment) == (value, "/a", "", "")


@given(HOSTILE)
def test_no_value_leaves_its_segment(value: str) -> None:
    try:
        made = templates.url("https://a.example/b/${config.x}/c", values(x=value), "baseUrl")
    except UnsafeValue:
        return
    parts = urlsplit(made)
    segments = parts.path.split("/")
    assert (parts.netloc, parts.query, parts.fragment) == ("a.example", "", "")
    assert (len(segments), segments[1], segments[3]) == (4, "b", "c")
    assert segments[2] not in ("", ".", "..")


@given(HOSTILE)
def test_no_value_adds_a_parameter(value: str) -> None:
    made = templates.url("https://a.example/b?c=${config.x}&d=e", values(x=value), "baseUrl")
    parts = urlsplit(made)
    assert (parts.path, parts.fragment) == ("/b", "")
    assert parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape") == [("c", value), ("d", "e")]


@given(HOSTILE)
def test_no_value_adds_a_header(value: str) -> None:
    try:
        made = templates.header("X-A", "Bearer ${config.x}", values(x=value))
    except UnsafeValue:
        return
    assert made == f"Bearer {value}"
    assert re.fullmatch(r"[\x20-\x7e\t]+", made)
