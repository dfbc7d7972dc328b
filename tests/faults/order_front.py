"""Both marketplaces' orders in memory, spoken to over HTTP: what an honest server answers about them."""

import json
import re
from typing import Final

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from tests.faults.front import Document, Front
from tests.harness.fake_orders import FakeOrders
from tests.harness.order_shop import OrderShop
from tests.marketplaces.stub import Request

_PATHS: Final = {
    "orders": re.compile(r"GET /orders/api/supplier/orders/"),
    "deliver": re.compile(r"POST /orders/api/supplier/orders/([^/]+)/delivered/"),
    "set-status": re.compile(r"POST /orders/api/supplier/orders/([^/]+)/status/"),
    "refund": re.compile(r"POST /orders/api/supplier/orders/([^/]+)/refund/"),
    "order": re.compile(r"GET /orders/api/([^/]+)/"),
    "manual": re.compile(r"GET /hub/orders\b"),
    "update": re.compile(r"POST /hub/orders-update\b"),
}


def order_call(request: Request) -> str:
    """Which call about orders a request is; nothing else may ever be asked for."""
    call = next(call for call, path in _PATHS.items() if path.match(f"{request.method} {request.target}"))
    return call if call != "update" else "fill" if "accounts" in request.json else "begin"


class OrderFront(Front):
    """The calls about orders, on the marketplaces in memory."""

    def __init__(self, shop: OrderShop) -> None:
        super().__init__(shop.market)
        self._counter = shop.counter
        self._hub = shop.vouchers
        for orders in (self._counter, self._hub):
            orders.page_size = 1_000

    def do(self, request: Request, most: int | None = None) -> tuple[Document, int]:
        """Do what a request asks for. Gives the honest answer, and its HTTP status."""
        del most
        self.market.listings()  # what is late by now comes first
        call = order_call(request)
        if call == "orders":
            items = [_shown(order) for order in self._page(self._counter, request)]
            items = items if request.query["page"] == "1" else []
            return {"results": items, "count": len(items)}, 200
        if call == "manual":
            found = [_manual(order) for order in self._page(self._hub, request)]
            return {"orders": found, "count": len(found), "total": len(found)}, 200
        if call in ("begin", "fill"):
            return self._update(request)
        match = _PATHS[call].match(f"{request.method} {request.target}")
        assert match is not None
        return self._about_one(call, match[1], request)

    def items(self, call: str) -> list[Document]:
        """What a list shows, all of it."""
        del call
        return [_shown(order) for page in self._counter.order_pages() for order in page]

    @staticmethod
    def _page(orders: FakeOrders, request: Request) -> tuple[Order, ...]:
        statuses = [status for status in request.query.get("status", "").split(",") if status]
        return next(orders.order_pages(statuses), ())

    def _about_one(self, call: str, order_id: str, request: Request) -> tuple[Document, int]:
        if call == "order":
            return {"success": True, "order": _shown(self._counter.order(order_id))}, 200
        if call == "refund":
            result = self._counter.refund(order_id)
            return _document(result, {"order_id": order_id, "refund_no": result.number})
        if call == "set-status":
            status = str(request.json["order_status"])
            return _document(self._counter.set_status(order_id, status), {"order_id": order_id, "status": status})
        accounts = _accounts(json.loads(str(request.json["delivered_info"])))
        assert request.json["append_delivered_info"] is True
        result = self._counter.deliver(order_id, accounts, whole=True, reference="")
        told = {"order_id": order_id, "delivered_units": result.delivered, "order_completed": result.completed}
        return _document(result, told)

    def _update(self, request: Request) -> tuple[Document, int]:
        order_id, status = str(request.json["order"]), str(request.json["status"])
        if "accounts" in request.json:
            rows, reference = request.json["accounts"], str(request.json["supplierOrderId"])
            result = self._hub.deliver(order_id, _accounts(rows), whole=status == "completed", reference=reference)
        else:
            result = self._hub.set_status(order_id, status)
        return _document(result, {"order": int(order_id), "status": status})


def _accounts(rows: object) -> list[Account]:
    assert isinstance(rows, list)
    halves = [str(row).split(":", 1) for row in rows]
    return [Account(Secret(name), Secret(word)) for name, word in halves]


def _document(result: Answer, told: Document) -> tuple[Document, int]:
    if result.kind is AnswerClass.CONFIRMED:
        return {"success": True, **told}, 200
    return {"error": result.code or "REFUSED", "message": result.reason}, result.status or 400


def _shown(order: Order) -> Document:
    return {
        "order_id": order.order_id,
        "quantity": order.quantity,
        "status": order.status,
        "payment_status": order.payment,
        "delivered_units": order.delivered,
        "remaining_to_deliver": order.remaining,
        "delivered_info": json.dumps([f"{a.username.reveal()}:{a.password.reveal()}" for a in order.accounts]),
        "created_at": order.created_at,
        "buyer_id": _whose(order),
        "product": {"product_id": order.product_id, "title": "As it was", "warranty_period_days": "2"},
    }


def _manual(order: Order) -> Document:
    number, units = int(order.order_id), order.quantity
    product = {"id": order.product_id, "name": "As it was", "type": "product"}
    return {
        "id": number,
        "order": number,
        "status": order.status,
        "paymentStatus": order.payment,
        "quantity": units,
        "user": {"id": _whose(order)},
        "items": [{"product": product, "quantity": units, "unitPrice": 1, "totalPrice": units}],
        "createdAt": order.created_at,
    }


def _whose(order: Order) -> str | None:
    return order.buyer.id.reveal() if order.buyer.id else None
