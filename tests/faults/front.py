"""The marketplace in memory, spoken to over HTTP: what an honest server answers."""

import json
import re
from typing import Any, Final

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.fields import Value
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.harness.fake_market import FakeMarket
from tests.marketplaces.stub import Request, answer

_PATHS: Final = {
    "list": re.compile(r"GET /products/api/supplier/products/"),
    "orders": re.compile(r"GET /orders/api/supplier/orders/"),
    "upload": re.compile(r"POST /products/api/supplier/upload-image/"),
    "create": re.compile(r"POST /products/api/supplier/create/"),
    "update": re.compile(r"POST /products/api/supplier/products/([^/]+)/update/"),
    "append": re.compile(r"POST /products/api/supplier/products/([^/]+)/accounts/"),
    "delete": re.compile(r"POST /products/api/supplier/products/([^/]+)/delete/"),
}
Document = dict[str, Any]


def call_of(method: str, target: str) -> str:
    """Which call a request is; nothing else may ever be asked for."""
    return next(call for call, path in _PATHS.items() if path.match(f"{method} {target}"))


class Front:
    """AccPlanet's calls on a FakeMarket.

    Attributes:
        kept_back: how many accounts were confirmed too few and not taken.
        closes: it ends each connection with its first answer.
    """

    def __init__(self, market: FakeMarket) -> None:
        self.market = market
        self.kept_back = 0
        self.closes = False

    def answer(self, request: Request) -> bytes:
        """Do what a request asks for, and the honest answer as bytes."""
        document, status = self.do(request)
        return answer(document, status, **({"Connection": "close"} if self.closes else {}))

    def do(self, request: Request, most: int | None = None) -> tuple[Document, int]:
        """Do what a request asks for.

        Args:
            request: the request.
            most: how many accounts are taken; None: all.

        Returns:
            The honest answer, and its HTTP status.
        """
        call = call_of(request.method, request.target)
        if call in ("list", "orders"):
            items = self.items(call)
            first = request.query["page"] == "1"
            return {"results": items if first else [], "count": len(items)}, 200
        match = _PATHS[call].match(f"{request.method} {request.target}")
        product_id = match[1] if match is not None and match.groups() else ""
        if call == "upload":
            content = request.body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0]
            return _document(self.market.upload_image("image", content))
        if call == "create":
            return _document(self.market.create(_values(request.json)))
        if call == "update":
            return _document(self.market.update(product_id, _values(request.json)), product_id)
        if call == "delete":
            return _document(self.market.delete(product_id))
        rows = request.json["accounts"]
        assert isinstance(rows, list)
        accounts = [Account(Secret(row["username"]), Secret(row["password"])) for row in rows]
        taken = accounts[:most]
        self.kept_back += len(accounts) - len(taken)
        return _document(self.market.append(product_id, taken), product_id)

    def items(self, call: str) -> list[Document]:
        """What a list shows, all of it."""
        if call == "orders":
            return [_shown(order) for order in self.market.orders()]
        return [
            {**listing.fields, "product_id": listing.product_id, "sales_count": listing.sales}
            for listing in self.market.listings().by_id.values()
        ]


def _shown(order: Order) -> Document:
    rows = [{"username": a.username.reveal(), "password": a.password.reveal()} for a in order.accounts]
    return {
        "order_id": order.order_id,
        "quantity": order.quantity,
        "delivered_units": order.delivered,
        "remaining_to_deliver": order.remaining,
        "delivered_info": json.dumps(rows),
        "created_at": order.created_at,
        "buyer": "someone@example.test",
        "product": {"product_id": order.product_id, "title": "As it was", "warranty_period_days": "2"},
    }


def _values(fields: dict[str, object]) -> dict[str, Value]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}  # type: ignore[misc]


def _document(result: Answer, product_id: str | None = None) -> tuple[Document, int]:
    if result.kind is not AnswerClass.CONFIRMED:
        return {"success": False, "error": result.reason}, result.status or 400
    found = {
        "product_id": result.product_id or product_id,
        "image_path": result.image_path,
        "accounts_imported": result.imported,
        "delivery_tasks_queued": None if result.imported is None else 0,
    }
    return {
        "success": True,
        "message": "Done",
        **{name: value for name, value in found.items() if value is not None},
    }, 200
