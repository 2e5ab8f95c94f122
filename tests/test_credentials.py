"""What looks like a credential, and what does not."""

from __future__ import annotations

import random
import string

import pytest

from connectory.compiler.credentials import is_secret_name, keys_in, looks_random
from connectory.compiler.known import known

# Put together here, so that nobody's scanner takes this file for what it tests.
KEYS = [
    ("AKIA" + "IOSFODNN7QPLWMZT", "an AWS access key id"),
    ("sk-" + "proj-a8Kd93jKx02mZq7Lp4Tn5Vb6", "a key of OpenAI or Anthropic"),
    ("sk-" + "ant-api03-Qw8Er5Ty2Ui9Op3As6DfGh1Jk4", "a key of OpenAI or Anthropic"),
    ("ghp" + "_aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6", "a GitHub token"),
    ("xoxb" + "-7719405827-9930218475-Qw8Er5Ty2Ui9Op3As6Df", "a Slack token"),
    ("AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "a Google API key"),
    ("sk_live" + "_51Hq8RtKz93LmNw7Yp", "a Stripe key"),
    ("eyJ" + "hbGciOiJSUzI1NiJ9.eyJzdWIiOiI5OTE4MjczIn0.Qm9keSBvZiBhIHNpZ25hdHVyZSBoZXJl", "a JSON Web Token"),
]

DIGITS, HEX = string.digits, string.digits + "abcdef"
CAPITALS = string.digits + string.ascii_uppercase
ANY = string.digits + string.ascii_letters


def _drawn(letters: str, length: int) -> str:
    """Letters of a key that nobody has, always the same."""
    return "".join(random.Random(length).choices(letters, k=length))


UUID = "-".join(_drawn(HEX, length) for length in (8, 4, 4, 4, 12))
AFTER = {
    "AIza": _drawn(ANY, 35),
    "ya29.": "a0" + _drawn(ANY + "-_", 160),
    "AKIA": _drawn(CAPITALS, 16),
    "ASIA": _drawn(CAPITALS, 16),
    "AccountKey=": _drawn(ANY + "+/", 86) + "==",
    "PRIVATE KEY-----": "\n" + _drawn(ANY + "+/", 64),
    "eyJ": ".".join((_drawn(ANY, 33), "eyJ" + _drawn(ANY, 40), _drawn(ANY + "-_", 43))),
    "://": "orders:" + _drawn(ANY, 17),
    "hooks.slack.com/": f"services/T{_drawn(CAPITALS, 9)}/B{_drawn(CAPITALS, 10)}/{_drawn(ANY, 24)}",
    "discord.com/api/webhooks/": f"{_drawn(DIGITS, 19)}/{_drawn(ANY + '-_', 68)}",
    "discordapp.com/api/webhooks/": f"{_drawn(DIGITS, 19)}/{_drawn(ANY + '-_', 68)}",
    "SG.": f"{_drawn(ANY, 22)}.{_drawn(ANY, 43)}",
    "SK": _drawn(HEX, 32),
    "GOCSPX-": _drawn(ANY + "-_", 28),
    "glpat-": _drawn(ANY + "-_", 20),
    "whsec_": _drawn(ANY + "+/", 43) + "=",
    "sk-": "ant-api03-" + _drawn(ANY, 93),
    **{f"xox{kind}-": f"{_drawn(DIGITS, 11)}-{_drawn(DIGITS, 12)}-{_drawn(ANY, 24)}" for kind in "abeprs"},
    "xapp-": f"1-A{_drawn(CAPITALS, 10)}-{_drawn(DIGITS, 13)}-{_drawn(HEX, 64)}",
    "pat-": f"na1-{UUID}",
    "pypi-": "AgEIcHlwaS5vcmc" + _drawn(ANY + "-_", 150),
    **{f"gh{kind}_": _drawn(ANY, 36) for kind in "pousr"},
    "github_pat_": f"{_drawn(ANY, 22)}_{_drawn(ANY, 59)}",
    **{f"{kind}k_{mode}_": _drawn(ANY, 24) for kind in "sr" for mode in ("live", "test")},
    "gsk_": _drawn(ANY, 52),
    "pplx-": _drawn(ANY, 48),
    "xai-": _drawn(ANY, 80),
    "r8_": _drawn(ANY, 37),
    "hf_": _drawn(string.ascii_letters, 34),
    "ntn_": _drawn(DIGITS, 11) + _drawn(ANY, 35),
    "xkeysib-": f"{_drawn(HEX, 64)}-{_drawn(ANY, 16)}",
    "key-": _drawn(HEX, 32),
    **{f"shp{kind}_": _drawn(HEX, 32) for kind in ("at", "ca", "pa", "ss")},
    "npm_": _drawn(ANY, 36),
    "dop_v1_": _drawn(HEX, 64),
    "doo_v1_": _drawn(HEX, 64),
    "lin_api_": _drawn(ANY, 40),
    "glsa_": f"{_drawn(ANY, 32)}_{_drawn(HEX, 8)}",
    "PMAK-": f"{_drawn(HEX, 24)}-{_drawn(HEX, 34)}",
    "NRAK-": _drawn(CAPITALS, 27),
}
"""What follows each prefix that is known."""
FACTS = [kind for group in ("keys", "marked") for kind in known("secrets")[group]]

PEM = "-----BEGIN RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(("key", "what"), KEYS, ids=[what for _, what in KEYS])
@pytest.mark.parametrize("around", ["{}", "Bearer {}", '"{}"', "key: {}\n"])
def test_a_key_is_found_wherever_it_stands(key: str, what: str, around: str) -> None:
    text = around.format(key)
    assert [(found.what, text[found.start : found.end]) for found in keys_in(text)] == [(what, key)]


@pytest.mark.parametrize(("what", "prefix"), [(kind["what"], prefix) for kind in FACTS for prefix in kind["prefixes"]])
def test_a_key_of_every_kind_is_found(what: str, prefix: str) -> None:
    key = prefix + AFTER[prefix]
    text = f"see https://acme.example.com: {key}@acme.example.com"
    assert [(found.what, text[found.start : found.end]) for found in keys_in(text)] == [(what, key)]
    assert list(keys_in(prefix + AFTER[prefix][:7] + "." + AFTER[prefix][7:9])) == []


@pytest.mark.parametrize("scheme", ["https", "postgres", "mongodb+srv", "rediss"])
@pytest.mark.parametrize(
    ("said", "found"),
    [
        (":q8Zr4TnW2k@cache.acme.com", True),
        ("app:q8Zr4TnW2k@[::1]:5432/orders", True),
        ("app:q8Zr%404TnW2k@db.acme.com", True),
        ("app:${credentials.password}@db.acme.com", False),
        ("app:{password}@db.acme.com", False),
        ("app:<password>@db.acme.com", False),
        ("app:password123@db.acme.com", False),
        ("app:changeme2@db.acme.com", False),
        ("app:q8Zr4Tn@db.acme.com", False),
        ("acme.com:8443/a@b1cdefgh", False),
        ("acme.com/app:q8Zr4TnW2k@db", False),
        ("app@acme.com:q8Zr4TnW2k@", False),
    ],
)
def test_an_address_with_a_password(scheme: str, said: str, found: bool) -> None:
    assert bool(list(keys_in(f"{scheme}://{said}"))) is found


@pytest.mark.parametrize("newline", ["\n", "\\n", "\r\n  "])
def test_a_private_key_is_found(newline: str) -> None:
    (found,) = keys_in(PEM + newline + "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9OiKl")
    assert found.what == "a private key"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "AKIA" + "IOSFODNN7",
        "sk-" + "x" * 40,
        "sk-" + "your-key-goes-here-as-one-word",
        "task-12345678901234567890123",
        "risk-a8Kd93jKx02mZq7Lp4Tn5Vb6",
        "my_ghp" + "_aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6",
        "begins with " + PEM,
        "eyJ" * 20_000,
        "sk-" * 20_000,
        "sk-a" * 20_000,
        "://a:" * 20_000,
        "://" + "a1:" * 20_000,
        "npm_" + "ab" * 20_000,
        " npm_" * 20_000,
        "-sk" * 20_000,
    ],
)
def test_what_is_no_key(text: str) -> None:
    assert list(keys_in(text)) == []


@pytest.mark.parametrize(
    ("value", "random"),
    [
        ("8vJ2kQ9xLm4Rt7Wz3Ypc", True),
        ("Bearer 8vJ2kQ9xLm4Rt7Wz3Ypc", True),
        ("5f4dcc3b5aa765d61d8327deb882cf99", True),
        ("8vJ2kQ9xLm4", False),
        ("8vJ2kQ9xLm4 Rt7Wz3Ypc", False),
        ("application/vnd.github.v3+json", False),
        ("2022-06-28T00:00:00Z", False),
        ("create_invoice_v2_final", False),
        ("my_password_123456", False),
        ("550e8400-e29b-41d4-a716-446655440000", False),
        ("YOUR_KEY_8vJ2kQ9xLm4", False),
        ("correcthorsebatterystaple", False),
    ],
)
def test_what_looks_drawn_by_lot(value: str, random: bool) -> None:
    assert looks_random(value) is random


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("Client-Secret", True),
        ("X-Api-Key", True),
        ("accessToken", True),
        ("Authorization", True),
        ("pageToken", False),
        ("next_token", False),
        ("token_url", False),
        ("secret_name", False),
        ("clientToken", False),
        ("key_id", False),
    ],
)
def test_names(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret
