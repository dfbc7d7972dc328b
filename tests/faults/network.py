"""A network of this machine, whose names lead where a test wants them to."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from tests.harness.certificates import server_context
from tests.marketplaces.stub import Script, Stub, Tunnel

Way = Literal["no-name", "closed", "full", "other", "old", "self", "no-tls"]
"""Where the marketplace's name leads while something is wrong with the way there."""

_HONEST: Final = "127.0.0.1"
_PLACES: Final[dict[str, str]] = {
    "closed": "127.0.0.2",
    "full": "127.0.0.3",
    "other": "127.0.0.4",
    "old": "127.0.0.4",
    "self": "127.0.0.4",
    "no-tls": "127.0.0.4",
}
_TLS: Final = ("other", "old", "self", "no-tls")


class Network:
    """A marketplace at its place, and another place to which its name leads while `astray`.

    Attributes:
        stub: the server of the marketplace.
        url: the marketplace's address.
        astray: whether something is wrong with the way there.
        connect_timeout: how long it is worth to wait for a connection.
    """

    def __init__(self, stub: Stub, url: str, connect_timeout: float = 10.0) -> None:
        self.stub = stub
        self.url = url
        self.astray = False
        self.connect_timeout = connect_timeout


@contextmanager
def network(
    script: Script, way: Way | None, proxy: bytes | None, certificates: Path, patch: pytest.MonkeyPatch
) -> Iterator[Network]:
    """A marketplace on a socket.

    Args:
        script: what it answers.
        way: where its name leads while it leads astray.
        proxy: what a proxy on the way there answers while it does; None: there is no proxy.
        certificates: a folder of certificates.
        patch: undoes what is changed of the process.
    """
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        patch.delenv(name, raising=False)
        patch.delenv(name.lower(), raising=False)
    secure = way in _TLS or proxy is not None
    if secure:
        patch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    with ExitStack() as stack:
        stub = Stub(script, tls=server_context(certificates, "good") if secure else None)
        stack.callback(stub.stop)
        if proxy is None:
            found = Network(stub, f"{'https' if secure else 'http'}://localhost:{stub.port}")
            _build(found, way, certificates, stack)
            patch.setattr(socket, "getaddrinfo", _resolver(found, way, socket.getaddrinfo))
        else:
            found = Network(stub, "https://shop.test")
            refusal = proxy
            middle = Stub(lambda _request: refusal if found.astray else Tunnel(stub.port))
            stack.callback(middle.stop)
            patch.setenv("HTTPS_PROXY", middle.url)
        yield found


def _build(found: Network, way: Way | None, certificates: Path, stack: ExitStack) -> None:
    """What stands where the name leads astray."""
    if way in _TLS:
        listener = socket.create_server((_PLACES[way], found.stub.port))
        wrong = Stub(lambda _request: "close", listener, None if way == "no-tls" else server_context(certificates, way))
        wrong.greeting = b"HTTP/1.1 400 Speak up\r\n\r\n" if way == "no-tls" else b""
        stack.callback(wrong.stop)
    elif way == "full":
        found.connect_timeout = 0.1
        listener = stack.enter_context(socket.create_server((_PLACES[way], found.stub.port), backlog=0))
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())


def _resolver(found: Network, way: Way | None, real: Callable[..., Any]) -> Callable[..., Any]:
    """The system's look-up of names, but for the name of the marketplace."""

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "localhost" or not found.astray or way is None:
            return real(_HONEST if host == "localhost" else host, port, *rest, **more)
        if way == "no-name":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(_PLACES[way], port, *rest, **more)

    return look_up
