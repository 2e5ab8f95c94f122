"""Sessions, against a real server: one refresh for all, nothing lost, nothing logged."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from bundles import method, open_bundle, open_one
from connectory import (
    CallFailed,
    Integration,
    InvalidCredentials,
    InvalidOutput,
    MemoryTokenStore,
    NotCallable,
    Request,
    Token,
    TokenError,
    TokenNotSaved,
    Unreachable,
    UnsafeValue,
    async_oauth_session,
    oauth_session,
)
from connectory.answers import Answer
from connectory.flow import Pages
from servers import Answered, Got, serving

STRICT = {"type": "object", "properties": {"page": {"type": "string"}}}
CLIENT = {"clientId": "id", "clientSecret": "secret"}


class Provider:
    """A provider that rotates refresh tokens, and an API that takes only the newest access token."""

    def __init__(self) -> None:
        self.number = 1
        self.refreshes = 0
        self.calls: list[str] = []
        self.broken = 0
        self.pause = 0.0
        self.life = 3600
        self.lock = threading.Lock()

    def answer(self, got: Got) -> Answered:
        if got.target == "/token":
            time.sleep(self.pause)
            with self.lock:
                return self._token({name: texts[0] for name, texts in parse_qs(got.body.decode()).items()})
        with self.lock:
            self.calls.append(got.method)
            if self.broken:
                self.broken -= 1
                return 0, None
            if got.headers.get("authorization") != f"Bearer A{self.number}":
                return 401, {"error": "invalid_token"}
            page = int(got.target.partition("page=")[2] or got.target.partition("/after/")[2] or 1)
            following = f"/after/{page + 1}" if page < 3 else None
            return 200, {"page": page, "items": list(range(page < 3)), "following": following}

    def _token(self, given: dict[str, str]) -> Answered:
        if self.broken:
            self.broken -= 1
            return 0, None
        if given["grant_type"] == "refresh_token" and given["refresh_token"] != f"R{self.number}":
            return 400, {"error": "invalid_grant"}
        self.refreshes += 1
        self.number += 1
        return 200, {"access_token": f"A{self.number}", "refresh_token": f"R{self.number}", "expires_in": self.life}


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def acme(provider: Provider, tmp_path: Path) -> Iterator[Integration]:
    with serving(provider.answer) as address:
        yield integration(tmp_path, address)


def integration(folder: Path, address: str, **oauth2: Any) -> Integration:
    pages = {"style": "page", "input": "page", "items": "items"}
    page = {"type": "object", "properties": {"page": {"type": "integer"}}}
    return open_one(
        folder,
        baseUrl=address,
        authType="oauth2",
        oauth2Config={"tokenUrl": f"{address}/token", "rotatesRefreshToken": True, **oauth2},
        methods=[
            method("list", http={"method": "GET", "path": "/list", "pagination": pages}, inputSchema=page),
            method("add", http={"method": "POST", "path": "/add", "body": {}}),
            method(
                "walk", http={"method": "GET", "path": "/walk", "pagination": {"style": "link", "output": "following"}}
            ),
        ],
    )


def expired(number: int = 1) -> Token:
    return Token(access_token=f"A{number}", refresh_token=f"R{number}", expires_at=1.0)


def test_a_token_that_ends_is_refreshed_and_saved_before_it_is_used(acme: Integration, provider: Provider) -> None:
    saved: list[tuple[str, int]] = []
    with oauth_session(
        acme, None, CLIENT, expired(), lambda token: saved.append((token.access_token, len(provider.calls)))
    ) as session:
        assert session.call("list", {}).output["items"] == [0]
        assert session.call("add", {}).output["page"] == 1
        assert session.token is not None
        assert session.token.refresh_token == "R2"
    assert (saved, provider.refreshes) == ([("A2", 0)], 1)


def test_a_refused_token_is_refreshed_once(acme: Integration, provider: Provider) -> None:
    provider.number = 5
    with oauth_session(acme, None, CLIENT, Token(access_token="A4", refresh_token="R5")) as session:
        assert session.call("list", {}).output["page"] == 1
        provider.number = 50  # what the session has is good for nothing now
        with pytest.raises(TokenError, match="invalid_grant"):
            session.call("list", {})
    assert (provider.refreshes, provider.calls) == (1, ["GET"] * 3)


def test_without_a_refresh_token_the_refusal_is_the_answer(acme: Integration, provider: Provider) -> None:
    with (
        oauth_session(acme, None, CLIENT, Token(access_token="A0")) as session,
        pytest.raises(CallFailed, match="HTTP 401: invalid_token"),
    ):
        session.call("list", {})
    with oauth_session(acme, None, CLIENT) as session, pytest.raises(InvalidCredentials, match="sign in first"):
        session.call("list", {})
    assert provider.calls == ["GET"]


def test_fifty_threads_refresh_once(acme: Integration, provider: Provider) -> None:
    provider.pause = 0.05
    saved: list[str] = []
    with oauth_session(acme, None, CLIENT, expired(), lambda token: saved.append(token.access_token)) as session:
        barrier = threading.Barrier(50)

        def call(_: int) -> Any:
            barrier.wait()
            return session.call("list", {}).output["page"]

        with ThreadPoolExecutor(50) as threads:
            assert list(threads.map(call, range(50))) == [1] * 50
    assert (provider.refreshes, saved, len(provider.calls)) == (1, ["A2"], 50)


def test_fifty_tasks_refresh_once_though_one_of_them_is_cancelled(acme: Integration, provider: Provider) -> None:
    provider.pause = 0.1
    saved: list[str] = []

    async def save(token: Token) -> None:
        await asyncio.sleep(0)
        saved.append(token.access_token)

    async def run() -> list[Any]:
        async with async_oauth_session(acme, None, CLIENT, expired(), save) as session:
            first = asyncio.create_task(session.call("list", {}))
            await asyncio.sleep(0.02)
            first.cancel()
            answers = await asyncio.gather(*(session.call("list", {}) for _ in range(50)))
            return [answer.output["page"] for answer in answers]

    assert asyncio.run(run()) == [1] * 50
    assert (provider.refreshes, saved) == (1, ["A2"])


def test_a_failure_between_refresh_and_save_loses_nothing(acme: Integration, provider: Provider) -> None:
    saved: list[str] = []
    failing = [True]

    def save(token: Token) -> None:
        if failing:
            raise OSError("the disk is full")
        saved.append(token.access_token)

    with oauth_session(acme, None, CLIENT, expired(), save) as session:
        for _ in range(2):
            with pytest.raises(TokenNotSaved, match="the new token could not be saved") as raised:
                session.call("list", {})
            assert isinstance(raised.value.__cause__, OSError)
            assert raised.value.token.access_token == "A2"
            assert session.token == expired()
        assert provider.calls == []
        failing.clear()
        assert session.call("list", {}).output["page"] == 1
    assert (provider.refreshes, saved) == (1, ["A2"])


def test_a_failure_to_save_in_a_task_loses_nothing(acme: Integration, provider: Provider) -> None:
    failing = [True]

    async def save(token: Token) -> None:
        if failing:
            failing.clear()
            raise OSError("the disk is full")

    async def run() -> None:
        async with async_oauth_session(acme, None, CLIENT, expired(), save) as session:
            with pytest.raises(TokenNotSaved):
                await session.call("list", {})
            assert (await session.call("list", {})).output["page"] == 1

    asyncio.run(run())
    assert provider.refreshes == 1


def test_a_store_of_coroutine_functions(acme: Integration, provider: Provider) -> None:
    kept: dict[str, Token] = {}

    class Store:
        async def load(self, key: str) -> Token | None:
            await asyncio.sleep(0)
            return kept.get(key)

        async def save(self, key: str, token: Token) -> None:
            await asyncio.sleep(0)
            kept[key] = token

    store: Any = Store()

    async def run() -> None:
        for _ in range(2):
            async with async_oauth_session(acme, None, CLIENT, expired(), store=store, key="a") as session:
                assert (await session.call("list", {})).output["page"] == 1

    asyncio.run(run())
    assert (provider.refreshes, kept["a"].access_token) == (1, "A2")
    with (
        oauth_session(acme, None, CLIENT, expired(), store=store, key="a") as session,
        pytest.raises(TypeError, match="threads await no coroutine function: use async_oauth_session"),
    ):
        session.call("list", {})


def test_a_thread_does_not_lose_a_token_in_a_coroutine(acme: Integration, provider: Provider) -> None:
    async def save(token: Token) -> None:
        raise AssertionError("nobody awaits it")

    with oauth_session(acme, None, CLIENT, expired(), save) as session, pytest.raises(TokenNotSaved) as raised:
        session.call("list", {})
    assert str(raised.value.__cause__) == "threads await no coroutine function: use async_oauth_session"
    assert raised.value.token.access_token == "A2"


def test_what_saves_a_token_cannot_call_the_session(acme: Integration, provider: Provider) -> None:
    with (
        oauth_session(acme, None, CLIENT, expired(), lambda _: session.call("list", {})) as session,
        pytest.raises(TokenNotSaved) as raised,
    ):
        session.call("list", {})
    assert str(raised.value.__cause__) == "what saves or loads a token cannot call the session that waits for it"

    async def run() -> None:
        async with async_oauth_session(acme, None, CLIENT, expired(2), lambda _: session.call("list", {})) as session:
            with pytest.raises(TokenNotSaved) as raised:
                await session.call("list", {})
        assert str(raised.value.__cause__) == "what saves or loads a token cannot call the session that waits for it"

    asyncio.run(run())
    assert (provider.refreshes, provider.calls) == (2, [])


def test_another_process_refreshes_at_the_same_time(acme: Integration, provider: Provider) -> None:
    class Store(MemoryTokenStore):
        """Another process saves what it got after this one looked, before this one asks the provider."""

        def load(self, key: str) -> Token | None:
            found = super().load(key)
            if found is None:
                provider.number = 2
                self.save(key, Token(access_token="A2", refresh_token="R2"))
            return found

    with oauth_session(acme, None, CLIENT, expired(), store=Store(), key="a") as session:
        assert session.call("list", {}).output["page"] == 1
    assert (provider.refreshes, provider.calls) == (0, ["GET"])


def test_an_output_that_is_not_valid_is_kept_where_that_is_wanted(provider: Provider, tmp_path: Path) -> None:
    found: list[InvalidOutput] = []
    with serving(provider.answer) as address:
        acme = integration(tmp_path, address)
        fields = acme.definition() | {
            "methods": [{**one, "outputSchema": STRICT} for one in acme.definition()["methods"]]
        }
        strict = open_bundle(tmp_path / "..", fields).integration("acme")
        with oauth_session(strict, None, CLIENT, Token(access_token="A1"), on_invalid_output=found.append) as session:
            assert session.call("add", {}).output["page"] == 1
        with oauth_session(strict, None, CLIENT, Token(access_token="A1")) as session, pytest.raises(InvalidOutput):
            session.call("add", {})
    assert [str(one) for one in found] == [
        "invalid output for acme.add (returned by the vendor):\n  /page: must be string; got 1"
    ]


def test_another_process_was_quicker(acme: Integration, provider: Provider) -> None:
    store = MemoryTokenStore()
    with (
        oauth_session(acme, None, CLIENT, expired(), store=store, key="a") as first,
        oauth_session(acme, None, CLIENT, expired(), store=store, key="a") as second,
    ):
        assert first.call("list", {}).output == second.call("list", {}).output
    assert provider.refreshes == 1


def test_a_connection_that_breaks_is_tried_again_where_that_is_harmless(acme: Integration, provider: Provider) -> None:
    with oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
        provider.broken = 2
        assert session.call("list", {}).output["page"] == 1
        provider.broken = 3
        with pytest.raises(Unreachable, match=r"<Request GET http://127.0.0.1:\d+/list"):
            session.call("list", {})
        provider.calls.clear()
        provider.broken = 1
        with pytest.raises(Unreachable):
            session.call("add", {})
    assert provider.calls == ["POST"]


def test_a_refresh_that_rotates_is_not_sent_twice(acme: Integration, provider: Provider) -> None:
    provider.broken = 1
    with oauth_session(acme, None, CLIENT, expired()) as session:
        with pytest.raises(Unreachable):
            session.call("list", {})
        assert (provider.broken, provider.calls, session.token) == (0, [], expired())
        assert session.call("list", {}).output["page"] == 1


def test_a_refresh_that_fails_while_the_token_lasts_waits(acme: Integration, provider: Provider) -> None:
    provider.broken = 1
    soon = Token(access_token="A1", refresh_token="R1", expires_at=time.time() + 30)
    with oauth_session(acme, None, CLIENT, soon) as session:
        assert session.call("list", {}).output["page"] == 1
        assert session.call("list", {}).output["page"] == 1 if provider.refreshes else True
    assert (provider.broken, len(provider.calls)) == (0, 1)


def test_an_application_needs_no_person(provider: Provider, tmp_path: Path) -> None:
    with serving(provider.answer) as address:
        acme = integration(tmp_path, address, grantType="client_credentials")
        with oauth_session(acme, None, CLIENT) as session:
            assert session.call("list", {}).output["page"] == 1
            provider.number = 9  # the token was revoked
            assert session.call("list", {}).output["page"] == 1
    assert provider.refreshes == 2


def test_pages(acme: Integration) -> None:
    with oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
        assert [answer.output["page"] for answer in session.pages("list", {})] == [1, 2, 3]

    async def run() -> list[int]:
        async with async_oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
            return [answer.output["page"] async for answer in session.pages("list", {"page": 2})]

    assert asyncio.run(run()) == [2, 3]


def test_pages_at_addresses_that_no_input_leads_to(acme: Integration) -> None:
    with oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
        assert [answer.output["page"] for answer in session.pages("walk", {})] == [1, 2, 3]

    async def run() -> list[int]:
        async with async_oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
            return [answer.output["page"] async for answer in session.pages("walk", {})]

    assert asyncio.run(run()) == [1, 2, 3]


def test_addresses_in_a_circle_end() -> None:
    pages, asked = Pages({"a": 1}), []
    for url in ("/2", "/3", "/2", "/3"):
        asked.append(pages.url)
        if not pages.follow(Answer(output={}, next_url=url)):
            break
    assert asked == [None, "/2", "/3"]


def test_a_token_that_was_given_as_a_credential(acme: Integration, provider: Provider) -> None:
    with oauth_session(acme, None, {"accessToken": "A1"}) as session:
        assert session.call("list", {}).output["page"] == 1
    with oauth_session(acme, None, {**CLIENT, "accessToken": "A0", "refreshToken": "R1"}) as session:
        assert session.call("list", {}).output["page"] == 1
    assert provider.refreshes == 1


def test_a_token_that_lives_shorter_than_the_leeway_is_used(acme: Integration, provider: Provider) -> None:
    provider.life, provider.pause = 50, 0.05
    with oauth_session(acme, None, CLIENT, expired()) as session, ThreadPoolExecutor(50) as threads:
        assert list(threads.map(lambda _: session.call("list", {}).output["page"], range(50))) == [1] * 50
    assert (provider.refreshes, len(provider.calls)) == (1, 50)


def test_threads_share_a_refresh_that_fails(acme: Integration, provider: Provider) -> None:
    provider.pause = 0.2
    barrier = threading.Barrier(20)
    asked: list[str] = []
    answer = provider._token

    def counted(given: dict[str, str]) -> Answered:
        asked.append(given["refresh_token"])
        return answer(given)

    provider._token = counted  # type: ignore[method-assign]  # it counts what it is asked
    with oauth_session(acme, None, CLIENT, expired(7)) as session, ThreadPoolExecutor(20) as threads:

        def call(_: int) -> str:
            barrier.wait()
            with pytest.raises(TokenError) as raised:
                session.call("list", {})
            return raised.value.code

        assert list(threads.map(call, range(20))) == ["invalid_grant"] * 20
        assert asked == ["R7"]
        with pytest.raises(TokenError, match="invalid_grant"):
            session.call("list", {})
    assert (asked, provider.calls) == (["R7", "R7"], [])


def test_a_thread_whose_refresh_is_interrupted_leaves_it_to_the_others(acme: Integration, provider: Provider) -> None:
    started, waiting = threading.Event(), threading.Event()

    def save(token: Token) -> None:
        if not started.is_set():
            started.set()
            waiting.wait(10)
            raise KeyboardInterrupt

    with oauth_session(acme, None, CLIENT, expired(), save) as session, ThreadPoolExecutor(2) as threads:
        first = threads.submit(session.call, "list", {})
        assert started.wait(10)
        second = threads.submit(session.call, "list", {})
        time.sleep(0.1)  # it waits by now, or comes late: both are well
        waiting.set()
        with pytest.raises(KeyboardInterrupt):
            first.result()
        assert second.result().output["page"] == 1
    assert provider.refreshes == 1


def test_a_session_that_is_closed_lets_a_refresh_end(acme: Integration, provider: Provider) -> None:
    provider.pause = 0.2
    saved: list[str] = []

    async def run() -> None:
        async with async_oauth_session(
            acme, None, CLIENT, expired(), lambda new: saved.append(new.access_token)
        ) as session:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(session.call("list", {}), 0.05)

    asyncio.run(run())
    assert (provider.refreshes, saved) == (1, ["A2"])


def test_an_address_that_is_too_long(acme: Integration) -> None:
    with (
        oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session,
        pytest.raises(UnsafeValue, match="httpx does not send this address: URL too long"),
    ):
        session.call("list", {"q": "x" * 70_000})


def test_an_answer_that_cannot_be_read(provider: Provider, tmp_path: Path) -> None:
    class Damaged(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))

    damaged = httpx.Client(transport=Damaged())
    token = Token(access_token="A1")
    with (
        oauth_session(integration(tmp_path, "https://a.example"), None, CLIENT, token, client=damaged) as session,
        pytest.raises(Unreachable, match=r"^<Request POST https://a.example/add: .*>: DecodingError$"),
    ):
        session.call("add", {})


def test_a_request_of_ones_own(acme: Integration, provider: Provider) -> None:
    with oauth_session(acme, None, CLIENT, Token(access_token="A1")) as session:
        answer = session.send(Request(method="GET", url=f"{acme.base_url}/list?page=2"))
    assert (answer.status, answer.body) == (200, b'{"page": 2, "items": [0], "following": "/after/3"}')


def test_no_key_is_logged(acme: Integration, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    assert acme.base_url is not None
    keyed = open_one(
        tmp_path,
        baseUrl=acme.base_url,
        authType="apikey",
        apiKeyConfig={"in": "query", "name": "key"},
        methods=[method("list", http={"method": "GET", "path": "/list"})],
    )
    with (
        caplog.at_level(logging.DEBUG),
        oauth_session(keyed, None, {"apiKey": "SECRET"}) as session,
        pytest.raises(CallFailed),
    ):
        session.call("list", {})
    assert "HTTP Request: GET http://127.0.0.1/***" in caplog.text
    assert "SECRET" not in caplog.text


def test_methods_that_the_way_to_sign_in_does_not_suit(provider: Provider, tmp_path: Path) -> None:
    with serving(lambda got: (200, {"sent": got.headers.get("authorization", "nothing")})) as address:
        get = {"method": "GET", "path": "/a"}
        key = {"id": "key", "authType": "apikey", "apiKeyConfig": {"in": "header", "name": "X-Key"}}
        acme = open_one(
            tmp_path,
            baseUrl=address,
            authType="oauth2",
            oauth2Config={"tokenUrl": f"{address}/token"},
            alternativeAuth=[key],
            methods=[method("open", auth=[], http=get), method("keyed", auth=["key"], http=get)],
        )
        with oauth_session(acme, None, CLIENT) as session:
            assert session.call("open", {}).output == {"sent": "nothing"}
            with pytest.raises(NotCallable, match="does not take the way to sign in 'default', but 'key'"):
                session.call("keyed", {})
        with oauth_session(acme, None, {"apiKey": "K"}, auth="key") as session:
            assert session.call("keyed", {}).output == {"sent": "nothing"}
