"""Git repositories for tests: a bare one as the remote, clones of it, and one that is served over HTTP."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

BRANCH: Final = "catalogsync-state"
ENVIRON: Final = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "ann",
    "GIT_AUTHOR_EMAIL": "ann@example.invalid",
    "GIT_COMMITTER_NAME": "ann",
    "GIT_COMMITTER_EMAIL": "ann@example.invalid",
}
"""An environment with a git, and nothing of the machine's own settings."""


def git(folder: Path, *words: str | Path) -> str:
    """Run git; it must work."""
    done = subprocess.run(["git", "-C", folder, *words], env=ENVIRON, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def bare(folder: Path, *options: str) -> Path:
    """A bare repository with one commit on `main`."""
    git(folder.parent, "init", "--quiet", "--bare", "--initial-branch=main", *options, folder)
    tree = git(folder, "hash-object", "-t", "tree", "-w", "/dev/null")
    git(folder, "update-ref", "refs/heads/main", git(folder, "commit-tree", "-m", "first", tree))
    return folder


def clone(source: Path | str, folder: Path, *options: str) -> Path:
    """A clone."""
    git(folder.parent, "clone", "--quiet", *options, str(source), folder)
    return folder


def hook(repository: Path, name: str, script: str) -> None:
    """Give a repository a hook."""
    path = repository / "hooks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


class Served:
    """A repository behind HTTP with a password.

    Attributes:
        address: where it is.
        seen: what each request had to say for itself.
        elsewhere: an address to which requests are sent on, if any.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.seen: list[list[str]] = []
        self.elsewhere = ""


@contextmanager
def served(repository: Path, user: str = "", password: str = "") -> Iterator[Served]:
    """Serve a repository with git's own server program."""
    wanted = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = self.headers.get_all("Authorization", [])
            site.seen.append(said)
            if site.elsewhere:
                self._answer(301, {"Location": site.elsewhere + self.path})
            elif said != [wanted]:
                self._answer(401, {"WWW-Authenticate": 'Basic realm="git"'})
            else:
                self._backend(body)

        def _backend(self, body: bytes) -> None:
            path, _, query = self.path.partition("?")
            environ = {
                **ENVIRON,
                "GIT_PROJECT_ROOT": str(repository.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REMOTE_USER": user,
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                "CONTENT_LENGTH": str(len(body)),
            }
            done = subprocess.run(["git", "http-backend"], input=body, env=environ, capture_output=True, check=False)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self._answer(int(headers.pop("Status", "200").split()[0]), headers, content)

        def _answer(self, status: int, headers: Mapping[str, str], content: bytes = b"") -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Tell nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Served(f"http://127.0.0.1:{server.server_port}/{repository.name}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
