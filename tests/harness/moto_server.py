"""An S3 that somebody else wrote, as a process on a loopback port, for tests; nothing of this machine's is read."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "SEKRITKEY", "AWS_REGION": "us-east-1"}


@contextmanager
def running_moto(folder: Path) -> Iterator[str]:
    """Start the server; gives its endpoint."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={"HOME": str(folder), **CREDENTIALS},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(endpoint, server)
        yield endpoint
    finally:
        server.kill()
        server.wait()


def new_bucket(endpoint: str) -> str:
    """Make a bucket; gives its name."""
    name = f"bucket-{uuid4().hex}"
    scope = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    request = urllib.request.Request(f"{endpoint}/{name}", b"", {"Authorization": scope}, method="PUT")
    with urllib.request.urlopen(request, timeout=20):
        return name


def _await(endpoint: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("moto's server does not start")
