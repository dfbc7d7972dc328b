"""A bucket on a socket: as much of S3's and Google's protocol as a state needs, to be broken on purpose."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from wsgiref.handlers import format_date_time


class Objects:
    """A store that keeps its promises. Those that do not override what they break.

    Attributes:
        objects: by path, the bytes and when they were written.
        seen: method and path of every request, in order.
    """

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, float]] = {}
        self.seen: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    def put(self, path: str, data: bytes, only_new: bool) -> tuple[int, str]:
        """Write an object: the status, and the code of a refusal."""
        with self.lock:
            if only_new and path in self.objects:
                return 412, "PreconditionFailed"
            self.objects[path] = (data, time.time())
        return 200, ""

    def get(self, path: str) -> tuple[int, str | tuple[bytes, float]]:
        """Read an object: the status, and it or the code of a refusal."""
        held = self.objects.get(path)
        return (404, "NoSuchKey") if held is None else (200, held)

    def delete(self, path: str) -> tuple[int, str]:
        """Remove an object: the status, and the code of a refusal."""
        self.objects.pop(path, None)
        return 204, ""

    def records(self) -> list[str]:
        """The records that are there, of states and trials."""
        return sorted(path for path in self.objects if path.endswith(".json"))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is two writes, and without this the second waits for the first to be acknowledged.
    disable_nagle_algorithm = True
    objects: Objects

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        only_new = self.headers.get("If-None-Match") == "*" or self.headers.get("x-goog-if-generation-match") == "0"
        self._answer(*self.objects.put(self._path(), data, only_new))

    def do_GET(self) -> None:
        status, held = self.objects.get(self._path())
        if isinstance(held, str):
            self._answer(status, held)
            return
        data, written = held
        self._send(status, data, {"Last-Modified": format_date_time(written), "ETag": '"x"'})

    def do_DELETE(self) -> None:
        self._answer(*self.objects.delete(self._path()))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _path(self) -> str:
        path = self.path.partition("?")[0]
        self.objects.seen.append((self.command, path))
        return path

    def _answer(self, status: int, code: str) -> None:
        if status < 300:
            self._send(status, b"", {"ETag": '"x"'})
        elif code.startswith("<"):
            self._send(status, code.encode(), {"Content-Type": "text/html"})
        elif status < 400:
            self._send(status, b"", {"Location": code} if code else {})
        else:
            body = f"<Error><Code>{code}</Code><Message>SEKRIT</Message></Error>" if code else ""
            self._send(status, body.encode(), {"Content-Type": "application/xml"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(objects: Objects) -> Iterator[str]:
    """Serve a store; gives the endpoint."""
    handler = type("Handler", (_Handler,), {"objects": objects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
