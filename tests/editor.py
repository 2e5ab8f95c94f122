"""A client of a language server: as much of the protocol as an editor needs to complete, explain and underline."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any

NO_NETWORK = """\
const { appendFileSync } = require("fs");
const refuse = (what) => function (...args) {
  appendFileSync(process.env.CONNECTIONS, `${what} ${JSON.stringify(args[0])}\\n`);
  throw new Error("there is no network");
};
require("net").Socket.prototype.connect = refuse("connect");
require("dns").lookup = refuse("lookup");
"""
"""For node: refuses connections, and writes down that somebody wanted one."""

_SECONDS = 60


class Editor:
    """An editor with one server. What the server asks about its settings is answered with ``settings``."""

    def __init__(self, process: subprocess.Popen[bytes], settings: dict[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._id = 0
        self._inbox: Queue[dict[str, Any]] = Queue()
        self._published: dict[str, list[dict[str, Any]]] = {}
        assert process.stdout is not None
        Thread(target=_receive, args=(process.stdout, self._inbox.put), daemon=True).start()

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        """The answer to a request."""
        self._id += 1
        self._send({"id": self._id, "method": method, "params": parameters})
        while True:
            message = self._next()
            if message.get("id") == self._id and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, parameters: dict[str, Any]) -> None:
        """Send a notification."""
        self._send({"method": method, "params": parameters})

    def start(self, folder: Path) -> None:
        """Open a folder."""
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
            "workspace": {"configuration": True},
        }
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with a text, or give it another one; what is underlined in it."""
        uri = file.as_uri()
        known = self._published.pop(uri, None) is not None
        self._version = getattr(self, "_version", 0) + 1
        if known:
            changes = {"textDocument": {"uri": uri, "version": self._version}, "contentChanges": [{"text": text}]}
            self.tell("textDocument/didChange", changes)
        else:
            document = {"uri": uri, "languageId": "yaml", "version": self._version, "text": text}
            self.tell("textDocument/didOpen", {"textDocument": document})
        while uri not in self._published:
            self._next()
        return self._published[uri]

    def _next(self) -> dict[str, Any]:
        """The next message; what the server asks in between is answered."""
        message = self._inbox.get(timeout=_SECONDS)
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            wanted = [self._settings.get(item.get("section", ""), {}) for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": wanted})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()


def _receive(stream: IO[bytes], put: Callable[[dict[str, Any]], None]) -> None:
    while True:
        length = 0
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            return
        put(json.loads(stream.read(length)))
