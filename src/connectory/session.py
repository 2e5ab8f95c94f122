"""Calls over HTTP with tokens that stay fresh, in threads and in tasks. Needs the extra ``oauth`` (httpx)."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from connectory.answers import Answer
from connectory.errors import MissingExtra, TokenNotSaved, Unreachable, UnsafeValue
from connectory.flow import REPEATABLE, Flow, Load, Pages, Refresh, Response, Save, Send, State, Step
from connectory.integration import Integration
from connectory.method import Method, OnInvalidOutput
from connectory.records import Json
from connectory.request import Request
from connectory.tokens import Token

if TYPE_CHECKING:
    import httpx

_T = TypeVar("_T")

_LEEWAY = 60.0
"""Seconds before a token's end from which on it is refreshed."""
_TRIES = 3
"""How often a request is sent whose connection failed."""
_PAUSE = 0.2
"""Seconds before the second try; doubled before each further one, with up to as much again by chance."""
_TIMEOUT = 30.0
_WITHIN = "what saves or loads a token cannot call the session that waits for it"


class TokenStore(Protocol):
    """Where tokens are kept, by a key of the caller's: for services of several processes.

    For ``async_oauth_session`` both may be coroutine functions.
    """

    def load(self, key: str) -> Token | None:
        """The token that was saved last; None where there is none."""

    def save(self, key: str, token: Token) -> None:
        """Keep a token; it must be safe when this returns."""


class MemoryTokenStore:
    """Tokens in this process; for trying things out, and for tests."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    def load(self, key: str) -> Token | None:
        """The token that was saved last; None where there is none."""
        return self._tokens.get(key)

    def save(self, key: str, token: Token) -> None:
        """Keep a token."""
        self._tokens[key] = token


class Session:
    """Calls of one instance of an integration, from any number of threads. Close it, or use it with ``with``.

    Attributes:
        token: the token in use; None before the first one.
    """

    def __init__(
        self, state: State, save: Callable[[Token], None], load: Callable[[], Token | None], client: Any
    ) -> None:
        """``oauth_session`` makes it."""
        self._state = state
        self._save = save
        self._load = load
        self._client: httpx.Client = client
        self._failures = _library().RequestError
        self._lock = threading.Lock()
        self._refreshing: Future[Token] | None = None
        self._refresher = 0

    @property
    def token(self) -> Token | None:
        """The token in use; None before the first one."""
        return self._state.token

    def call(self, method: Method | str, data: Json) -> Answer:
        """Call a method of the integration.

        Raises:
            CallFailed, InvalidInput, InvalidOutput, NotCallable, UnsafeValue: see ``Method.request`` and
                ``Method.parse_response``.
            TokenError: the token cannot be refreshed; the person has to sign in again.
            TokenNotSaved: ``on_token`` failed; the new token is kept, and saved before it is used.
            Unreachable: the network failed, and again when it was tried again; the cause says how.
        """
        return self._run(self._state.answered(self._state.method(method), data))

    def pages(self, method: Method | str, data: Json) -> Iterator[Answer]:
        """Call a method for page after page; an address that no input leads to is followed.

        Raises:
            UnsafeValue: such an address is at another host.
        """
        pages, goes_on = Pages(data), True
        while goes_on:
            answer = self._run(self._state.answered(self._state.method(method), pages.data, pages.url))
            yield answer
            goes_on = pages.follow(answer)

    def send(self, request: Request) -> Response:
        """Authenticate and send a request of one's own; what is raised is as for ``call``."""
        repeatable = request.method in REPEATABLE
        return self._run(self._state.called(self._state.authenticated(request), repeatable))

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _run(self, flow: Flow[_T]) -> _T:
        return _driven(flow, self._do)

    def _refreshed(self, stale: Token | None) -> Token:
        """A usable token: one thread gets it; the others wait, and share what came of it."""
        with self._lock:
            is_mine = self._refreshing is None
            outcome = self._refreshing = self._refreshing or Future()
        if not is_mine:
            if self._refresher == threading.get_ident():
                raise RuntimeError(_WITHIN)
            try:
                return outcome.result()
            except CancelledError:  # whoever refreshed was interrupted
                return self._refreshed(stale)
        self._refresher = threading.get_ident()
        try:
            token = self._run(self._state.refreshed(stale))
        except BaseException as error:
            self._refresher, self._refreshing = 0, None
            if isinstance(error, Exception):
                outcome.set_exception(error)
            else:
                outcome.cancel()
            raise
        self._refresher, self._refreshing = 0, None
        outcome.set_result(token)
        return token

    def _saved(self, token: Token) -> None:
        try:
            self._save(token)
        except Exception as error:
            raise TokenNotSaved(token) from error

    def _do(self, step: Step) -> Any:
        if isinstance(step, Refresh):
            return self._refreshed(step.stale)
        if isinstance(step, Save):
            return self._saved(step.token)
        if isinstance(step, Load):
            return self._load()
        return _sent(self._client, step, self._failures)


class AsyncSession:
    """As ``Session``, for tasks. Close it with ``aclose``, or use it with ``async with``."""

    def __init__(
        self,
        state: State,
        save: Callable[[Token], Awaitable[None]],
        load: Callable[[], Token | Awaitable[Token | None] | None],
        client: Any,
    ) -> None:
        """``async_oauth_session`` makes it."""
        self._state = state
        self._save = save
        self._load = load
        self._client: httpx.AsyncClient = client
        self._failures = _library().RequestError
        self._refreshing: asyncio.Task[Token] | None = None

    @property
    def token(self) -> Token | None:
        """The token in use; None before the first one."""
        return self._state.token

    async def call(self, method: Method | str, data: Json) -> Answer:
        """As ``Session.call``."""
        return await self._run(self._state.answered(self._state.method(method), data))

    async def pages(self, method: Method | str, data: Json) -> AsyncIterator[Answer]:
        """As ``Session.pages``."""
        pages, goes_on = Pages(data), True
        while goes_on:
            answer = await self._run(self._state.answered(self._state.method(method), pages.data, pages.url))
            yield answer
            goes_on = pages.follow(answer)

    async def send(self, request: Request) -> Response:
        """As ``Session.send``."""
        repeatable = request.method in REPEATABLE
        return await self._run(self._state.called(self._state.authenticated(request), repeatable))

    async def aclose(self) -> None:
        """Close its connections, once a refresh that is under way has ended: its token might be the only good one."""
        if self._refreshing is not None:
            await asyncio.wait([self._refreshing])
        await self._client.aclose()

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def _refreshed(self, stale: Token | None) -> Token:
        """A usable token, from a task of its own: who waits for it may be cancelled, the refresh is not."""
        found = self._state.usable(stale)
        if found is not None:
            return found
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._run(self._state.refreshed(stale)))
        elif self._refreshing is asyncio.current_task():
            raise RuntimeError(_WITHIN)
        return await asyncio.shield(self._refreshing)

    async def _run(self, flow: Flow[_T]) -> _T:
        try:
            step = next(flow)
            while True:
                try:
                    done = await self._do(step)
                except Exception as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(done)
        except StopIteration as end:
            found: _T = end.value
            return found

    async def _saved(self, token: Token) -> None:
        try:
            await self._save(token)
        except Exception as error:
            raise TokenNotSaved(token) from error

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Refresh):
            return await self._refreshed(step.stale)
        if isinstance(step, Save):
            return await self._saved(step.token)
        if isinstance(step, Load):
            loaded = self._load()
            return await loaded if inspect.isawaitable(loaded) else loaded
        for pause in _pauses():
            try:
                return _response(await _quietly_async(lambda: self._client.send(_httpx(self._client, step.request))))
            except self._failures as error:
                if pause is None or not _may_repeat(error, step.repeatable):
                    raise Unreachable(f"{step.request!r}: {type(error).__name__}") from error
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is None")


def send(request: Request) -> Response:
    """Send one request, such as a token request; where the connection fails and nothing was sent, up to three times.

    Raises:
        Unreachable: the network failed.
        MissingExtra: httpx is not installed.
    """
    library = _library()
    with library.Client(timeout=_TIMEOUT) as client:
        return _sent(client, Send(request, False), library.RequestError)


def oauth_session(
    integration: Integration,
    config: Mapping[str, Json] | None = None,
    credentials: Mapping[str, Json] | None = None,
    token: Token | None = None,
    on_token: Callable[[Token], object] | None = None,
    *,
    auth: str | None = None,
    store: TokenStore | None = None,
    key: str = "",
    client: httpx.Client | None = None,
    leeway: float = _LEEWAY,
    on_invalid_output: OnInvalidOutput = "raise",
) -> Session:
    """A session that refreshes its token before it ends, and once when a call is refused with 401.

    One thread refreshes while the others wait. The new token is handed to ``on_token`` before it is used; when that
    fails, ``TokenNotSaved`` is raised, and the next call hands it over again before anything else. A request whose
    connection fails is sent up to three times if it may arrive twice, or was not sent.

    Args:
        integration: what to call.
        config: the configuration of the instance.
        credentials: what the user supplied; with OAuth 2 ``clientId`` and what authenticates the client.
        token: the token as it was saved last; None where the sign-in needs no person.
        on_token: saves a new token; when it returns, the token is safe.
        auth: the id of the alternative way to sign in; None for the definition's first one. Methods that take others
            only are refused.
        store, key: in place of ``on_token``: where tokens are kept. Before a refresh the store is asked whether another
            process was quicker.
        client: your own; it follows no redirects, unless you let it. ``close`` closes it.
        leeway: seconds before its end from which on a token is refreshed.
        on_invalid_output: as for ``Method.bind``; ``"warn"`` keeps what a vendor answered to a call that cannot be
            made again.

    Raises:
        InvalidConfig: the configuration is not valid.
        UnknownName: there is no such way to sign in.
    """
    state = State(integration, config, credentials or {}, token, auth, leeway, on_invalid_output)

    def save(new: Token) -> None:
        for saved in _each_saved(new, on_token, store, key):
            _require_done(saved)

    def load() -> Token | None:
        found = store.load(key) if store is not None else None
        _require_done(found)
        return found

    return Session(state, save, load, client or _library().Client(timeout=_TIMEOUT))


def async_oauth_session(
    integration: Integration,
    config: Mapping[str, Json] | None = None,
    credentials: Mapping[str, Json] | None = None,
    token: Token | None = None,
    on_token: Callable[[Token], object] | None = None,
    *,
    auth: str | None = None,
    store: TokenStore | None = None,
    key: str = "",
    client: httpx.AsyncClient | None = None,
    leeway: float = _LEEWAY,
    on_invalid_output: OnInvalidOutput = "raise",
) -> AsyncSession:
    """As ``oauth_session``, for tasks of one event loop; ``on_token`` may be a coroutine function."""
    state = State(integration, config, credentials or {}, token, auth, leeway, on_invalid_output)

    async def save(new: Token) -> None:
        for saved in _each_saved(new, on_token, store, key):
            if inspect.isawaitable(saved):
                await saved

    load = partial(store.load, key) if store is not None else lambda: None
    return AsyncSession(state, save, load, client or _library().AsyncClient(timeout=_TIMEOUT))


def _each_saved(
    token: Token, on_token: Callable[[Token], object] | None, store: TokenStore | None, key: str
) -> Iterator[object]:
    """What saving a token gives, in the store and then with ``on_token``."""
    if store is not None:
        yield store.save(key, token)  # type: ignore[func-returns-value]  # a coroutine function gives a coroutine
    if on_token is not None:
        yield on_token(token)


def _require_done(given: object) -> None:
    """Refuse what nothing here awaits, and a token would be lost in.

    Raises:
        TypeError: it is a coroutine.
    """
    if inspect.isawaitable(given):
        if inspect.iscoroutine(given):
            given.close()
        raise TypeError("threads await no coroutine function: use async_oauth_session")


def _sent(client: httpx.Client, step: Send, failures: type[Exception]) -> Response:
    for pause in _pauses():
        try:
            return _response(_quietly(lambda: client.send(_httpx(client, step.request))))
        except failures as error:
            if pause is None or not _may_repeat(error, step.repeatable):
                raise Unreachable(f"{step.request!r}: {type(error).__name__}") from error
            time.sleep(pause)
    raise AssertionError("the last pause is None")


def _driven(flow: Flow[_T], do: Callable[[Step], Any]) -> _T:
    """What a flow comes to, its steps done one after the other; what a step raises, it raises in the flow."""
    try:
        step = next(flow)
        while True:
            try:
                done = do(step)
            except Exception as error:
                step = flow.throw(error)
            else:
                step = flow.send(done)
    except StopIteration as end:
        found: _T = end.value
        return found


def _library() -> Any:
    """httpx, imported when it is needed, so that public names can be had without it.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise MissingExtra("calls over HTTP need the package httpx: install connectory[oauth]") from None
    return httpx


def _pauses() -> Iterator[float | None]:
    """Seconds to wait after each failed try; None after the last one."""
    for tried in range(_TRIES - 1):
        yield _PAUSE * 2**tried * (1 + random.random())  # noqa: S311  # spreads retries; no secret
    yield None


def _may_repeat(error: Exception, repeatable: bool) -> bool:
    """Whether nothing was sent, or what was sent may arrive twice."""
    library = _library()
    return repeatable or isinstance(error, (library.ConnectError, library.ConnectTimeout, library.PoolTimeout))


def _httpx(client: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    try:
        return client.build_request(request.method, request.url, headers=dict(request.headers), content=request.body)
    except _library().InvalidURL as error:
        raise UnsafeValue(f"httpx does not send this address: {error}", request.redacted_url[:200]) from None


def _response(answer: httpx.Response) -> Response:
    return Response(answer.status_code, dict(answer.headers), answer.content)


_is_ours: ContextVar[bool] = ContextVar("connectory_is_ours", default=False)


class _WithoutAddress(logging.Filter):
    """Keeps the addresses of our requests, which may hold keys, out of httpx's log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _is_ours.get() and isinstance(record.args, tuple):
            record.args = tuple(
                f"{one.scheme}://{one.host}/***" if isinstance(one, _library().URL) else one for one in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutAddress())


def _quietly(send: Callable[[], _T]) -> _T:
    before = _is_ours.set(True)
    try:
        return send()
    finally:
        _is_ours.reset(before)


async def _quietly_async(send: Callable[[], Awaitable[_T]]) -> _T:
    before = _is_ours.set(True)
    try:
        return await send()
    finally:
        _is_ours.reset(before)
