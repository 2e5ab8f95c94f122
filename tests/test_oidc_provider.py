"""Whole flows against a certified server from the npm registry that we did not write: oidc-provider."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from joserfc.jwk import ECKey

from bundles import method, open_one
from connectory import Auth, Token, TokenError, oauth_session
from npm import installed
from servers import sent

HERE = Path(__file__).parent
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
SECRETS = {"basic": "s&cret:%", "post": "secret", "service": "secret"}
BACK = "http://127.0.0.1/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a running provider."""
    folder = installed("oidc-provider", "9")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]})
    program = ["node", "--no-warnings", str(HERE / "oidc_provider.mjs"), str(folder), str(port)]
    with subprocess.Popen(
        program, env={**os.environ, "CLIENT_JWKS": keys}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        if not any("ready" in line for line in server.stdout):
            pytest.skip("oidc-provider does not run with this node")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def way(folder: Path, provider: str, **fields: Any) -> Auth:
    return open_one(folder, authType="oauth2", oauth2Config=oauth2(provider, **fields)).auth


def oauth2(provider: str, **fields: Any) -> dict[str, Any]:
    return {
        "authorizationUrl": f"{provider}/auth",
        "tokenUrl": f"{provider}/token",
        "revocationUrl": f"{provider}/token/revocation",
        "scopes": ["openid", "offline_access"],
        "additionalParameters": {"prompt": "consent"},
        "rotatesRefreshToken": True,
        **fields,
    }


def browse(url: str, back: str) -> str:
    """What a person does: open the address, sign in, consent; the address that they come back to."""
    with httpx.Client() as browser:
        answer = browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                target = urljoin(str(answer.url), answer.headers["location"])
                if target.startswith(back):
                    return target
                answer = browser.get(target)
            else:
                form = re.search(r'<form[^>]*action="([^"]*)"', answer.text)
                assert form, answer.text[:2000]
                hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
                given = {**hidden, "login": "ada", "password": "x"}
                answer = browser.post(urljoin(str(answer.url), form[1]), data=given)
    raise AssertionError("the sign-in does not end")


METHODS = [
    ("basic", {}),
    ("post", {"tokenAuthMethod": "client_secret_post"}),
    ("public", {"tokenAuthMethod": "none"}),
]


@pytest.mark.parametrize(("client", "fields"), METHODS, ids=[name for name, _ in METHODS])
def test_a_person_signs_in(client: str, fields: Mapping[str, Any], provider: str, tmp_path: Path) -> None:
    auth = way(tmp_path, provider, **fields)
    given = {"clientId": client, "clientSecret": SECRETS.get(client, "")}
    pending = auth.authorization_url(client_id=client, redirect_uri=BACK)
    back = auth.parse_callback(browse(pending.url, BACK), pending)
    wrong = auth.token_request(given, code=back.code, redirect_uri=BACK, code_verifier="x" * 43)
    with pytest.raises(TokenError, match=r"^invalid_grant"):
        auth.parse_token_response(*sent(wrong))
    pending = auth.authorization_url(client_id=client, redirect_uri=BACK)
    back = auth.parse_callback(browse(pending.url, BACK), pending)
    request = auth.token_request(given, code=back.code, redirect_uri=BACK, code_verifier=pending.code_verifier)
    token = auth.parse_token_response(*sent(request), now=1000.0)
    assert (token.expires_at, token.scopes) == (1060.0, ("openid", "offline_access"))
    assert token.refresh_token
    rotated = auth.parse_token_response(*sent(auth.refresh_request(given, token=token)), previous=token)
    assert rotated.refresh_token not in (None, token.refresh_token)
    assert sent(auth.revocation_request(given, token=rotated))[0] == 200
    with pytest.raises(TokenError, match=r"^invalid_grant") as raised:
        auth.parse_token_response(*sent(auth.refresh_request(given, token=rotated)))
    assert (raised.value.status, raised.value.code) == (400, "invalid_grant")


def test_the_errors_of_the_provider(provider: str, tmp_path: Path) -> None:
    auth = way(tmp_path, provider)
    given = {"clientId": "basic", "clientSecret": "wrong"}
    with pytest.raises(TokenError, match=r"^invalid_client.*\(HTTP 401\)$"):
        auth.parse_token_response(*sent(auth.refresh_request(given, token="R")))
    silent = way(tmp_path, provider, additionalParameters={"prompt": "none"})
    pending = silent.authorization_url(client_id="basic", redirect_uri=BACK)
    back = browse(pending.url, BACK)
    with pytest.raises(TokenError, match=r"^login_required"):
        silent.parse_callback(back, pending)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"clientId": "service", "clientSecret": "secret"}, {}),
        (
            {"clientId": "signer", "privateKey": json.dumps(KEY.as_dict(private=True)), "keyId": "k1"},
            {"tokenAuthMethod": "private_key_jwt"},
        ),
        (
            {"clientId": "signer", "privateKey": KEY.as_pem(private=True).decode()},
            {"tokenAuthMethod": "private_key_jwt"},
        ),
    ],
    ids=["secret", "JWK", "PEM"],
)
def test_an_application_signs_in(given: dict[str, str], fields: dict[str, Any], provider: str, tmp_path: Path) -> None:
    auth = way(tmp_path, provider, grantType="client_credentials", scopes=["read"], additionalParameters={}, **fields)
    token = auth.parse_token_response(*sent(auth.token_request(given)), now=0.0)
    assert (token.expires_at, token.scopes, token.refresh_token) == (60.0, ("read",), None)


def test_a_session_of_a_person(provider: str, tmp_path: Path) -> None:
    integration = open_one(
        tmp_path,
        baseUrl=provider,
        authType="oauth2",
        oauth2Config=oauth2(provider),
        methods=[method("me", http={"method": "GET", "path": "/me"})],
    )
    auth, given = integration.auth, {"clientId": "basic", "clientSecret": SECRETS["basic"]}
    pending = auth.authorization_url(client_id="basic", redirect_uri=BACK)
    back = auth.parse_callback(browse(pending.url, BACK), pending)
    request = auth.token_request(given, code=back.code, redirect_uri=BACK, code_verifier=pending.code_verifier)
    token = auth.parse_token_response(*sent(request), now=0.0)  # long ago: the session refreshes it first
    saved: list[Token] = []
    with oauth_session(integration, None, given, token, saved.append) as session:
        assert session.call("me", {}).output == {"sub": "ada"}
        assert session.token == saved[-1] != token
    refused = Token(access_token="unknown", refresh_token=saved[-1].refresh_token)
    with oauth_session(integration, None, given, refused, saved.append) as session:
        assert session.call("me", {}).output == {"sub": "ada"}
    assert len(saved) == 2


def test_login_and_call_on_the_command_line(provider: str, tmp_path: Path) -> None:
    open_one(
        tmp_path,
        baseUrl=provider,
        authType="oauth2",
        oauth2Config=oauth2(provider),
        verify={"path": "/me"},
        methods=[method("me", http={"method": "GET", "path": "/me"})],
    )
    (tmp_path / "given.json").write_text(json.dumps({"clientId": "basic", "clientSecret": SECRETS["basic"]}))
    start = [sys.executable, "-m", "connectory"]
    options = ["--bundle", "catalog.bundle", "--credentials", "given.json", "--token", "token.json"]
    login = [*start, "login", "acme", "--no-browser", "--verify", *options]
    with subprocess.Popen(login, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        told = [running.stderr.readline() for _ in range(3)]
        back = told[2].removeprefix("waiting at ").removesuffix(" ...\n")
        assert httpx.get(f"{back}?code=forged&state=x").text.endswith(
            "does not belong to the sign-in that is under way.</p>"
        )
        assert httpx.get(back.replace("callback", "favicon.ico")).status_code == 404
        target = browse(told[1].strip(), back)
        browser = threading.Thread(target=lambda: httpx.get(target))
        browser.start()
        out, err = running.communicate(timeout=60)
        browser.join()
    assert (running.returncode, err) == (0, "")
    assert re.fullmatch(
        r"signed in to acme: an access token; it ends in \d\d s\nrefresh token: yes\nscopes: openid offline_access\n"
        r"kept in token\.json\nthe credentials work: HTTP 200\n",
        out,
    )
    assert (tmp_path / "token.json").stat().st_mode & 0o777 == 0o600
    called = subprocess.run(
        [*start, "call", "acme.me", *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (called.returncode, called.stdout, called.stderr) == (0, '{\n  "sub": "ada"\n}\n', "")
