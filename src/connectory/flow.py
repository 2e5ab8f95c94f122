"""What a call does, step by step: has a token that lasts, sends, asks once more with a new token when it is refused.

A flow is a generator: it says what to do next, and is told what came of it. ``session.py`` does it, in threads or in
tasks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple, TypeVar

from connectory.answers import Answer
from connectory.auth import Auth
from connectory.calling import way_of
from connectory.errors import InvalidCredentials, Issue, TokenError, Unreachable
from connectory.integration import Integration
from connectory.method import Method, OnInvalidOutput
from connectory.records import OWN_WAY, Json
from connectory.request import Request
from connectory.tokens import Token

T = TypeVar("T")

REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE"))
"""Verbs whose requests may arrive twice (RFC 9110, 9.2.2)."""


class Response(NamedTuple):
    """What was answered. ``repr`` shows none of it: it may be a token."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Response {self.status}: {len(self.body)} bytes>"


class Send(NamedTuple):
    """Send a request; ``repeatable``: it may arrive twice."""

    request: Request
    repeatable: bool


class Save(NamedTuple):
    """Have a new token saved."""

    token: Token


class Load(NamedTuple):
    """Ask the store for the newest token."""


class Refresh(NamedTuple):
    """Have a usable token, one at a time; ``stale`` was refused."""

    stale: Token | None


Step = Send | Save | Load | Refresh
Flow = Generator[Step, Any, T]


class Pages:
    """Where page after page of an answer is asked for."""

    def __init__(self, data: Json) -> None:
        self.data = data
        self.url: str | None = None
        self._seen: set[str] = set()

    def follow(self, answer: Answer) -> bool:
        """Go on to the page after this answer; False where there is none, or it leads to an address that was read."""
        self.data, self.url = (self.data, answer.next_url) if answer.next is None else (answer.next, None)
        if self.url is None:
            return answer.next is not None
        is_new = self.url not in self._seen
        self._seen.add(self.url)
        return is_new


class State:
    """What the sessions of threads and of tasks share: who calls, and with which token."""

    def __init__(
        self,
        integration: Integration,
        config: Mapping[str, Json] | None,
        credentials: Mapping[str, Json],
        token: Token | None,
        auth: str | None,
        leeway: float,
        on_invalid_output: OnInvalidOutput = "raise",
    ) -> None:
        self.integration = integration
        self.way: Auth = integration.way(auth)
        self.auth = auth
        self.config = integration.configure(config)
        self.credentials = dict(credentials)
        self.token = token if token is not None else self._given()
        self.leeway = leeway
        self.on_invalid_output = on_invalid_output
        self.unsaved: Token | None = None
        self._margin = leeway

    def usable(self, stale: Token | None) -> Token | None:
        """The token, unless it ends soon or was refused."""
        token = self.token
        if self.unsaved is None and token is not None and token != stale and not token.expires_within(self._margin):
            return token
        return None

    def _given(self) -> Token | None:
        """The token that is among the credentials, for want of another."""
        access, refresh = (self.credentials.get(name) for name in ("accessToken", "refreshToken"))
        if not (self.way.needs_token and access):
            return None
        return Token(access_token=str(access), refresh_token=str(refresh) if refresh else None)

    def _use(self, token: Token) -> None:
        """Use a token; one that lives shorter than twice the leeway is refreshed when half of its life is over."""
        life = self.leeway * 2 if token.expires_at is None else token.expires_at - time.time()
        self._margin = min(self.leeway, max(life, 0.0) / 2)
        self.token = token

    def refreshed(self, stale: Token | None) -> Flow[Token]:
        """A usable token; run by one at a time."""
        if self.unsaved is not None:
            yield from self._saved(self.unsaved)
        found = self.usable(stale)
        if found is not None:
            return found
        found = yield from self._stored(stale)
        if found is not None:
            return found
        try:
            answer: Response = yield Send(self._token_request(), not self._rotates())
        except Unreachable:
            if self.token is not None and self.token != stale and not self.token.expires_within(0):
                return self.token  # it still lasts a little; the next call tries again
            raise
        try:
            new = self.way.parse_token_response(answer.status, answer.headers, answer.body, previous=self.token)
        except TokenError:
            found = yield from self._stored(stale)  # another process may have been quicker while this one asked
            if found is not None:
                return found
            raise
        self.unsaved = new
        yield from self._saved(self.unsaved)
        assert self.token is not None
        return self.token

    def _stored(self, stale: Token | None) -> Flow[Token | None]:
        """A usable token that another process has saved; None where there is none."""
        stored: Token | None = yield Load()
        if stored is None or stored == self.token:
            return None
        self._use(stored)
        return self.usable(stale)

    def called(
        self, make: Callable[[Token | None], Request], repeatable: bool, *, signs_in: bool = True
    ) -> Flow[Response]:
        """A request sent; with a fresh token once more where the first one was refused."""
        token: Token | None = None
        if self.way.needs_token and signs_in:
            token = self.usable(None) or (yield Refresh(None))
        answer: Response = yield Send(make(token), repeatable)
        if answer.status == 401 and token is not None and self._can_refresh():
            token = self.usable(token) or (yield Refresh(token))
            answer = yield Send(make(token), repeatable)
        return answer

    def answered(self, method: Method, data: Json, next_url: str | None = None) -> Flow[Answer]:
        """A method called, or its next page."""
        repeatable = method.annotations.idempotent_hint or method.annotations.read_only_hint
        if method.http is not None:
            repeatable = repeatable or method.http.method in REPEATABLE

        auth = self.auth or OWN_WAY
        way_of(method, self.integration, auth)  # one that it does not take is refused before a token is asked for

        def make(token: Token | None) -> Request:
            return method.request(data, self.credentials, self.config, token=token, auth=auth, next_url=next_url)

        answer = yield from self.called(make, repeatable, signs_in=method.auth != ())
        return method.parse_response(
            answer.status, answer.headers, answer.body, data, on_invalid_output=self.on_invalid_output
        )

    def authenticated(self, request: Request) -> Callable[[Token | None], Request]:
        """What makes a request of one's own an authenticated one."""
        return lambda token: self.way.apply(request, self.credentials, self.config, token)

    def method(self, method: Method | str) -> Method:
        """A method, or the one of this id."""
        return self.integration.methods[method] if isinstance(method, str) else method

    def _saved(self, token: Token) -> Flow[None]:
        """A new token is used once it is saved; until then the old one is not forgotten, nor the new one."""
        yield Save(token)
        self._use(token)
        self.unsaved = None

    def _can_refresh(self) -> bool:
        oauth2 = self.way.oauth2
        has = self.token is not None and self.token.refresh_token is not None
        return has or oauth2 is None or oauth2.grant_type == "client_credentials"

    def _rotates(self) -> bool:
        """Whether a refresh that arrives twice could end the session at the provider."""
        return self.way.oauth2 is not None and self.way.oauth2.rotates_refresh_token

    def _token_request(self) -> Request:
        if self.token is not None:
            return self.way.refresh_request(self.credentials, self.config, token=self.token)
        if not self._can_refresh():
            issue = Issue("", "lacks a token; sign in first", "required")
            raise InvalidCredentials(self.integration.id, [issue])
        return self.way.token_request(self.credentials, self.config)
