"""What looks like a credential, and what does not."""

from __future__ import annotations

import pytest

from connectory.compiler.credentials import is_secret_name, keys_in, looks_random

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
PEM = "-----BEGIN RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(("key", "what"), KEYS, ids=[what for _, what in KEYS])
@pytest.mark.parametrize("around", ["{}", "Bearer {}", '"{}"', "key: {}\n"])
def test_a_key_is_found_wherever_it_stands(key: str, what: str, around: str) -> None:
    text = around.format(key)
    assert [(found.what, text[found.start : found.end]) for found in keys_in(text)] == [(what, key)]


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
