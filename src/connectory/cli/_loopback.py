"""Where a provider sends a person back to: an address on this machine (RFC 8252, 7.3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, TypeVar

from connectory.errors import TokenError

_T = TypeVar("_T")

_PAGE = "<!doctype html><meta charset=utf-8><title>Connectory</title><p>{}</p>"


class Loopback:
    """A server on 127.0.0.1 that waits for one redirect.

    Attributes:
        address: where it waits.
    """

    def __init__(self, port: int, path: str) -> None:
        """``port``: 0 for any that is free. ``path``: of the address.

        Raises:
            TimeoutError: the port is taken.
        """
        self._path = "/" + path.lstrip("/")
        self._got: list[str] = []
        self._answer: Callable[[str], str] = lambda url: ""
        try:
            self._server = HTTPServer(("127.0.0.1", port), self._handler())
        except OSError as error:
            raise TimeoutError(f"port {port} cannot be used: {error.strerror}") from None
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}{self._path}"

    def wait(self, read: Callable[[str], _T], seconds: float) -> _T:
        """What ``read`` makes of the redirect's address. Redirects of other sign-ins are refused, and waited past.

        Raises:
            TokenError: the person or the provider refused.
            TimeoutError: nobody came back in time.
        """
        found: list[_T | TokenError] = []

        def answer(url: str) -> str:
            try:
                found.append(read(url))
            except TokenError as error:
                if error.code == "state_mismatch":
                    return "This page does not belong to the sign-in that is under way."
                found.append(error)
                return "The sign-in was refused. You can close this page."
            return "Signed in. You can close this page."

        self._answer = answer
        ends = time.monotonic() + seconds
        while not found:
            self._server.timeout = ends - time.monotonic()
            if self._server.timeout <= 0:
                raise TimeoutError(f"nobody came back to {self.address} within {seconds:.0f} seconds")
            self._server.handle_request()
        result = found[0]
        if isinstance(result, TokenError):
            raise result
        return result

    def __enter__(self) -> Loopback:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # seconds for a request to arrive

            def do_GET(self) -> None:  # the name that http.server calls
                is_ours = self.path.partition("?")[0] == outer._path
                text = outer._answer(self.path) if is_ours else "There is nothing here."
                page = _PAGE.format(text).encode("utf-8")
                self.send_response(200 if is_ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: the address holds the code."""

        return Handler
