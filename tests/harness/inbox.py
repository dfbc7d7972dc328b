"""Somebody who is sent messages: a server on this machine to which Apprise's `json://` addresses lead."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.harness.canary import API_KEY

_PATIENCE = 20.0


class Inbox:
    """What came.

    Attributes:
        letters: each as Apprise sent it, in the order in which they came.
        status: what is answered.
        silent: set it, and nothing is answered until the inbox closes.
    """

    def __init__(self, port: int) -> None:
        self.letters: list[dict[str, Any]] = []
        self.status = 200
        self.silent = False
        self.closed = threading.Event()
        self._port = port

    @property
    def address(self) -> str:
        """What leads here; it holds a planted password."""
        return f"json://ann:{API_KEY}@127.0.0.1:{self._port}/{API_KEY}/"

    @property
    def titles(self) -> list[str]:
        return [str(letter["title"]) for letter in self.letters]

    def body(self, title: str) -> str:
        """What stands in the only letter whose title holds these words."""
        (found,) = [letter for letter in self.letters if title in letter["title"]]
        return str(found["message"])


@contextmanager
def open_inbox() -> Iterator[Inbox]:
    """Start the server, and end it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if inbox.silent:
                inbox.closed.wait(_PATIENCE)
                return
            inbox.letters.append(letter)
            self.send_response(inbox.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        inbox = Inbox(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield inbox
        finally:
            inbox.closed.set()
            server.shutdown()
            thread.join()
