"""A marketplace that answers as fast as a socket can be written to, so that it is never what is measured.

It speaks what AccPlanet's supplier API needs for listings, believes everything, and keeps the pages of List Products
as bytes. As a program it serves on a free port and prints its address, until its input ends: it ends with whoever
started it. `POST /bench` tells it what to be like.
"""

import asyncio
import hashlib
import os
import re
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

_PREFIX: Final = "/products/api/supplier"
_ONE: Final = re.compile(_PREFIX + r"/products/([^/]+)/(update|accounts|delete)/")
_HIDDEN: Final = ("supplier_name", "source_product_id", "source_product_url", "warranty_period_days")
"""Fields that the documented list does not show."""
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE: Final = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class FastMarket:
    """The listings, and what is answered.

    Attributes:
        latency: seconds before an answer is sent. Answers wait beside each other.
        rich: whether lists show what the documented list does not.
        calls: how many changing calls came.
    """

    def __init__(self) -> None:
        self.latency = 0.0
        self.rich = False
        self.calls = 0
        self._items: dict[str, dict[str, Any]] = {}
        self._shown: dict[str, bytes] = {}
        self._pages: dict[tuple[int, int], bytes] = {}

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """The whole answer to a request."""
        path, _, query = target.partition("?")
        if path == "/bench":
            return _http(200, self._told(orjson.loads(body)))
        if method == "GET":
            asked = dict(parse_qsl(query))
            if path != f"{_PREFIX}/products/":
                return _http(200, {"count": 0, "next": None, "previous": None, "results": []})
            return self._page(int(asked.get("page", 1)), min(100, int(asked.get("page_size", 20))), path)
        self.calls += 1
        return _http(*self._change(path, body))

    def _told(self, wish: dict[str, Any]) -> object:
        """Take listings from a file of JSON lines, become slower, or show more. Tells what came so far."""
        self.latency = wish.get("latency_ms", self.latency * 1000) / 1000
        if "rich" in wish:
            self.rich = wish["rich"]
            self._pages.clear()
            self._shown.clear()
        if "listings" in wish:
            with open(wish["listings"], "rb") as lines:
                for line in lines:
                    self._add(orjson.loads(line))
        accounts = sum(map(_accounts, self._items.values()))
        return {"listings": len(self._items), "calls": self.calls, "accounts": accounts}

    def _page(self, number: int, size: int, path: str) -> bytes:
        page = self._pages.get((number, size))
        if page is None:
            ids = list(self._items)
            start = (number - 1) * size
            if start >= len(ids) and number > 1:
                return _http(404, {"detail": "Invalid page."})
            following = f'"{path}?page={number + 1}&page_size={size}"' if start + size < len(ids) else "null"
            head = f'{{"count":{len(ids)},"next":{following},"previous":null,"results":['.encode()
            page = _http(200, head + b",".join(map(self._show, ids[start : start + size])) + b"]}")
            self._pages[number, size] = page
        return page

    def _show(self, product_id: str) -> bytes:
        shown = self._shown.get(product_id)
        if shown is None:
            hidden = () if self.rich else _HIDDEN
            item = self._items[product_id]
            shown = orjson.dumps({name: value for name, value in item.items() if name not in hidden and name[0] != "_"})
            self._shown[product_id] = shown
        return shown

    def _change(self, path: str, body: bytes) -> tuple[int, object]:
        if path == f"{_PREFIX}/upload-image/":
            name = hashlib.blake2b(body, digest_size=8).hexdigest()
            return 200, {"success": True, "image_path": f"/media/product_images/{name}.webp"}
        if path == f"{_PREFIX}/create/":
            return 201, {"success": True, "product_id": self._add(orjson.loads(body)), "accounts_imported": 0}
        found = _ONE.fullmatch(path)
        item = self._items.get(found[1]) if found else None
        if found is None or item is None:
            return 404, {"success": False, "error": "Product not found."}
        product_id = found[1]
        self._pages.clear()
        self._shown.pop(product_id, None)
        answer: dict[str, object] = {"success": True, "product_id": product_id}
        if found[2] == "delete":
            del self._items[product_id]
        elif found[2] == "accounts":
            imported = len(orjson.loads(body)["accounts"])
            item["_accounts"] = item["stock"] = _accounts(item) + imported
            answer |= {"accounts_imported": imported, "delivery_tasks_queued": 0}
        else:
            fields = orjson.loads(body)
            if _accounts(item):
                fields.pop("stock", None)
            item |= fields
        return 200, answer

    def _add(self, fields: dict[str, Any]) -> str:
        product_id = f"p-{len(self._items) + 1:07d}"
        item = {
            "product_id": product_id,
            "stock": 0,
            "min_quantity": 1,
            "status": "active",
            "images": [],
            **dict.fromkeys(_HIDDEN),
            **fields,
            "sales_count": 0,
            "rating": "0.00",
            "approval_status": "approved",
            "category_path": f"Everything > {fields['category_id']}",
            "parent_category_id": None,
            "tags": [],
            **dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z"),
        }
        self._items[product_id] = item
        self._pages.clear()
        return product_id


class _Connection(asyncio.Protocol):
    """One connection: requests in, answers out, one after the other."""

    def __init__(self, market: FastMarket) -> None:
        self._market, self._came = market, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # what a server gives

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._came[:end])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._came) < whole:
                return
            body = bytes(self._came[end + 4 : whole])
            del self._came[:whole]
            method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            answer = self._market.answer(method, target, body)
            last = _CLOSE.search(head) is not None
            if self._market.latency:
                asyncio.get_running_loop().call_later(self._market.latency, self._send, answer, last)
            else:
                self._send(answer, last)

    def _send(self, answer: bytes, last: bool) -> None:
        self._transport.write(answer)
        if last:
            self._transport.close()


def _accounts(item: dict[str, Any]) -> int:
    return int(item.get("_accounts", 0))


def _http(status: int, answer: object) -> bytes:
    body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    market = FastMarket()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        server = await loop.create_server(lambda: _Connection(market), sock=listening)
        loop.add_reader(0, lambda: None if os.read(0, 1) else server.close())
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        with suppress(asyncio.CancelledError):
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
