"""Real HTTP servers on this machine that answer as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from connectory import Request


class Got(NamedTuple):
    """A request as it arrived; names of headers in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Answered = tuple[int, Any]
"""A status, and what the body holds as JSON."""


@contextmanager
def serving(answer: Callable[[Got], Answered]) -> Iterator[str]:
    """The address of a server that gives these answers; an answer of status 0 closes the connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, content = answer(Got(self.command, self.path, headers, body))
            if not status:
                self.connection.close()
                self.close_connection = True
                return
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815  # the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Connections that a test closes are no errors."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sent(request: Request) -> tuple[int, Mapping[str, str], bytes]:
    """What is answered to a request: status, headers, body."""
    import httpx

    answer = httpx.request(request.method, request.url, headers=dict(request.headers), content=request.body)
    return answer.status_code, dict(answer.headers), answer.content
