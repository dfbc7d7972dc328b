"""The client's side of a call: reading a request, and answering it well, badly, or not at all."""

import asyncio
import socket
import struct
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope, Send

from catalogsync.sandbox.wire.answers import Answer

SCOPE_KEY = "catalogsync.connection"


@dataclass(slots=True)
class Connection:
    """A TCP connection, as the server puts it into each scope.

    Attributes:
        transport: the connection itself.
        number: counts from 1 since the start.
        calls: how many requests came over it so far.
    """

    transport: asyncio.Transport
    number: int
    calls: int = 0


class Exchange:
    """One request and what goes back for it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.connection: Connection | None = scope.get(SCOPE_KEY)

    async def read(self) -> bytes | None:
        """The whole body; None if the client went away while sending it."""
        parts: list[bytes] = []
        while True:
            message: Message = await self._receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def client_left(self) -> None:
        """Returns once the client has closed the connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def answer(self, answer: Answer) -> None:
        """Sends an answer as it should be sent."""
        content = answer.content()
        await self._start(answer, len(content))
        await self._send({"type": "http.response.body", "body": content})

    async def drip(self, answer: Answer, pause: float) -> None:
        """Sends an answer byte by byte."""
        content = answer.content()
        await self._start(answer, len(content))
        left = asyncio.ensure_future(self.client_left())
        try:
            for position in range(len(content)):
                done, _ = await asyncio.wait((left,), timeout=pause)
                if done:
                    return
                await self._send(
                    {"type": "http.response.body", "body": content[position : position + 1], "more_body": True}
                )
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            left.cancel()

    async def truncate(self, answer: Answer) -> None:
        """Promises a whole answer, sends half of it, and closes."""
        content = answer.content()
        await self._start(answer, len(content))
        half = content[: len(content) // 2]
        await self._send({"type": "http.response.body", "body": half, "more_body": True})
        await self._end()

    async def garble(self) -> None:
        """Sends what is no HTTP, and closes."""
        self._transport().write(b"\x15\x03\x01\x00\x02\x02\x28 this is no HTTP\r\n\r\n")
        await self._end()

    async def close(self) -> None:
        """Closes without an answer."""
        await self._end()

    async def reset(self) -> None:
        """Resets the connection: the client's kernel gets an RST and no more."""
        transport = self._transport()
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self.client_left()

    async def _end(self) -> None:
        self._transport().close()
        await self.client_left()

    async def _start(self, answer: Answer, length: int) -> None:
        headers = {"content-type": "application/json", "content-length": str(length), **answer.headers}
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": raw})

    def _transport(self) -> asyncio.Transport:
        if self.connection is None:
            raise RuntimeError("faults of the connection need the sandbox's own server: use serve()")
        return self.connection.transport
