"""What marketplaces answer, made wrong, and read by the real clients, from the bytes on the wire on."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from catalogsync.marketplaces import AccPlanet
from catalogsync.marketplaces.hstockplus import HstockPlus
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import TicketChange
from tests.fuzz.mutating import mutated
from tests.fuzz.mutating_json import dumped, mutated_json
from tests.fuzz.network import connect, framed
from tests.fuzz.trial import Target, Trial, Wrong, keyless, printable, said, silent
from tests.harness.canary import API_KEY, password, username
from tests.harness.fake_clock import FakeClock

Shop = AccPlanet | HstockPlus

_ID: Final = "12345"
_CONFIG: Final = MarketplaceConfig("shop", "accplanet", "http://127.0.0.1:9", "SHOP_KEY")
_MANUAL: Final = replace(_CONFIG, type="hstockplus", base_url="http://127.0.0.1:9/api/admin/v2")
_ACCOUNTS: Final = [Account(Secret(username(n)), Secret(password(n))) for n in range(3)]
_LINES: Final = [f"{username(n)}:{password(n)}" for n in range(3)]
_SENT: Final = (*_LINES, *(half(n) for half in (username, password) for n in range(3)))
_TEXT: Final = Secret(f"About {_LINES[0]}")
_STATUSES: Final = (200, 200, 200, 200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503, 520, 999)


@dataclass(frozen=True)
class Call:
    """A call, and answers that it may get.

    Attributes:
        ask: makes it.
        bodies: answers from which wrong ones are made, as JSON.
        personal: nothing of what comes may be quoted, whatever it looks like.
        sent: secrets that it sends, which may not be quoted where they come back.
        manual: it is made at the other marketplace.
    """

    ask: Callable[[Any], object]
    bodies: Sequence[Any]
    personal: bool = True
    sent: Sequence[str] = ()
    manual: bool = False


def _listing(number: int, **more: object) -> dict[str, object]:
    return {
        "product_id": f"p{number}",
        "category_id": "c1",
        "title": f"Seat {number}",
        "description": "<p>Six evenings.</p>",
        "price": "9.99",
        "stock": 3,
        "min_quantity": "1",
        "sales_count": 2,
        "status": "active",
        "approval_status": "approved",
        "images": ["/media/a.webp", {"url": "/media/b.webp"}],
        "category_path": "A / B",
        "created_at": "2024-03-01T12:00:00Z",
    } | more


def _order(number: object, **more: object) -> dict[str, object]:
    return {
        "order_id": number,
        "order_no": "TK1",
        "buyer_id": username(901),
        "product_id": "p1",
        "quantity": 3,
        "total_amount": "88.010",
        "status": "completed_order",
        "created_at": "2024-03-01T12:00:00Z",
        "delivered_info": "\n".join(_LINES),
        "delivered_units": 3,
        "remaining_to_deliver": 0,
        "product": {"product_id": "p1", "title": "A seat", "source_product_id": "seat-1"},
    } | more


def _manual_order(number: object, **more: object) -> dict[str, object]:
    line = {"product": {"id": "507f", "name": "A seat", "type": "product"}, "quantity": 10, "totalPrice": 50.0}
    buyer = {"id": username(1), "email": username(2), "name": username(3)}
    return {"id": number, "order": number, "status": "pending", "quantity": 10, "user": buyer, "items": [line]} | more


def _ticket(number: object) -> dict[str, object]:
    texts = {"title": f"About {_LINES[0]}", "description": f"<p>{_LINES[1]}</p>", "buyer_id": username(901)}
    return {"ticket_id": number, "ticket_no": "T1", "order_id": "o1", "status": "open", "admin_invited": False, **texts}


def _payment(number: int) -> dict[str, object]:
    return {"payment_no": f"PAY{number}", "order_id": "o1", "amount": "99.99", "status": "paid", "paid_at": None}


def _lists(items: list[Any]) -> list[Any]:
    """A list in several envelopes."""
    return [
        items,
        {"count": len(items), "next": "https://elsewhere.example/?page=2", "previous": None, "results": items},
        {"products": items, "total": len(items), "page": 1, "page_size": 100},
        {"success": True, "data": {"items": items, "pagination": {"page": 1, "total": len(items)}}},
        {"data": {"rows": items}, "meta": {"total_count": str(len(items) + 3)}},
    ]


_ORDERS: Final = [
    _order("o1"),
    _order("o2", delivered_info=json.dumps(_LINES)),
    _order(3, delivered_info=[{"username": username(1), "password": password(1)}]),
]
_MANUALS: Final = [_manual_order(1), _manual_order(2, items=[], product="p1")]
_NO: Final = [
    {"success": False, "error": f"the key {API_KEY} is not known"},
    {"error": "INVALID_ACCOUNTS", "message": f"not {_LINES[0]}"},
    {"detail": f"bad: {API_KEY}", "errors": {"accounts": [_LINES[1]]}},
]
_YES: Final = {"success": True, "message": f"took {_LINES[0]}"}


CALLS: Final[dict[str, Call]] = {
    "listings": Call(lambda c: c.listings(), _lists([_listing(n) for n in range(3)]), personal=False),
    "orders": Call(lambda c: list(c.order_pages()), _lists(_ORDERS)),
    "order": Call(lambda c: c.order(_ID), [{"success": True, "order": _order(_ID)}, _order(_ID)]),
    "tickets": Call(lambda c: c.tickets(), _lists([_ticket("t1"), _ticket("t2")])),
    "ticket": Call(lambda c: c.ticket(_ID), [{"success": True, "ticket": _ticket(_ID)}]),
    "payments": Call(lambda c: c.payments(), _lists([_payment(1), _payment(2)])),
    "balance": Call(
        lambda c: c.balance(), [{"success": True, "balance": "1.00", "supplier_balance": 2, "email": username(1)}]
    ),
    "create": Call(lambda c: c.create({"title": "x"}), [_YES | {"product_id": "p1"}, *_NO]),
    "update": Call(lambda c: c.update(_ID, {"price": "1.00"}), [_YES | {"product_id": _ID}, *_NO]),
    "append": Call(
        lambda c: c.append(_ID, _ACCOUNTS), [_YES | {"product_id": _ID, "accounts_imported": 3}, *_NO], sent=_SENT
    ),
    "delete": Call(lambda c: c.delete(_ID), [_YES, *_NO]),
    "upload": Call(lambda c: c.upload_image("a.png", b"\x89PNG"), [_YES | {"image_path": "/media/a.webp"}, *_NO]),
    "deliver": Call(
        lambda c: c.deliver(_ID, _ACCOUNTS, whole=True, reference="op-1"),
        [_YES | {"order_id": _ID, "delivered_units": 3, "order_completed": True}, *_NO],
        sent=_SENT,
    ),
    "refund": Call(lambda c: c.refund(_ID), [_YES | {"refund_no": "R1"}, *_NO]),
    "set-status": Call(lambda c: c.set_status(_ID, "running_order"), [_YES | {"status": "running_order"}, *_NO]),
    "create-ticket": Call(
        lambda c: c.create_ticket(_ID, _TEXT, _TEXT), [_YES | {"ticket_id": "t1"}, *_NO], sent=_LINES[:1]
    ),
    "update-ticket": Call(
        lambda c: c.update_ticket(_ID, TicketChange(_TEXT)),
        [_YES | {"ticket": _ticket(_ID)}, *_NO],
        sent=_LINES[:1],
    ),
    "manual-orders": Call(
        lambda c: list(c.order_pages()), [{"orders": _MANUALS, "count": 2, "total": 2}, *_lists(_MANUALS)], manual=True
    ),
    "manual-deliver": Call(
        lambda c: c.deliver(_ID, _ACCOUNTS, whole=False, reference="op-1"),
        [_YES | {"order": 12345}, *_NO],
        sent=_SENT,
        manual=True,
    ),
}
_BODIES: Final = [body for call in CALLS.values() for body in call.bodies]


def targets() -> tuple[Target, ...]:
    """All endpoints, as one target."""
    return (Target("answer", 16, _draw),)


def _draw(dice: Random) -> Trial:
    name = dice.choice(list(CALLS))
    call = CALLS[name]
    wires = [_answer(call, dice) for _ in range(dice.choice((1, 1, 2, 3)))]
    if dice.random() < 0.3:
        wires.append(framed(b"[]", 404 if dice.random() < 0.5 else 200, dice))
    piece = dice.choice((1 << 16, 500, 3)) if len(wires[0]) < 600 else 1 << 16
    return Trial((name, piece, wires), lambda: _ask(call, wires, piece))


def _answer(call: Call, dice: Random) -> bytes:
    value = dice.choice(call.bodies)
    kind = dice.randrange(10)
    if kind < 6:
        value = mutated_json(value, _BODIES, dice)
    body = dumped(value, dice)
    if 4 < kind < 9:
        body = mutated(body, [dumped(donor, dice) for donor in dice.choices(_BODIES, k=2)], dice)
    wire = framed(body, dice.choice(_STATUSES), dice)
    return mutated(wire, [wire], dice) if kind == 9 else wire


def _ask(call: Call, wires: Sequence[bytes], piece: int) -> None:
    kind, config = (HstockPlus, _MANUAL) if call.manual else (AccPlanet, _CONFIG)
    client = kind(config, Secret(API_KEY), FakeClock(), seed=1)
    connect(client, wires, piece)
    with client:
        try:
            came = call.ask(client)
        except MarketplaceError as error:
            text = said(error)
            keyless(text, "an error")
            printable(f"{error.message}{error.hint or ''}", "an error")
            if call.personal:
                silent(text, "an error about what is personal")
            return
    if isinstance(came, Answer):
        _check(came, call.sent)


def _check(answer: Answer, sent: Sequence[str]) -> None:
    told = f"{answer.reason} {answer.code}"
    keyless(told, "an answer's reason")
    printable(told, "an answer's reason")
    if any(secret in told for secret in sent):
        raise Wrong("an answer's reason holds a secret that was sent")
    if answer.kind is not AnswerClass.CONFIRMED and not answer.reason:
        raise Wrong("an answer that confirms nothing gives no reason")
