"""What a person does to one order by hand: give it accounts or a text, give the money back, set its status."""

from collections.abc import Callable
from dataclasses import replace

from catalogsync.core.alarm import REFUNDED
from catalogsync.core.fulfil import by_hand, refusal
from catalogsync.core.order_texts import folded, names_in, stands_in
from catalogsync.core.wanting import OpenOrder, Rules
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.counted import counted
from catalogsync.model.errors import UsageError
from catalogsync.model.events import Intent
from catalogsync.model.fields import Value
from catalogsync.model.order import Order, order_destination
from catalogsync.model.order_plan import Alteration
from catalogsync.model.pool import Account
from catalogsync.model.report import Result
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call, Op, Run
from catalogsync.workflow.calling import send
from catalogsync.workflow.drawing_up import doubt_notice
from catalogsync.workflow.orders.closing import Shows, close_if_done, settle, shows, unsettled
from catalogsync.workflow.orders.delivering import deliver
from catalogsync.workflow.orders.desk import OrderDesk, Stand
from catalogsync.workflow.orders.planning import stocktake
from catalogsync.workflow.orders.reading import find_in
from catalogsync.workflow.orders.service import Service
from catalogsync.workflow.orders.turn import Turn
from catalogsync.workflow.payload import new_id


def deliver_accounts(desk: OrderDesk, run: Run, name: str, order_id: str, count: int) -> Alteration:
    """Give an order so many new accounts of its product's pool.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        name: the marketplace.
        order_id: which order.
        count: how many accounts.

    Raises:
        UsageError: the order cannot get so many, or any: the text says why.
        StateLocked: another run is at work.
        StateError: the state could not be written; nothing more was sent.
        MarketplaceError: the order could not be read.
    """
    with Turn(desk, run) as turn:
        service, order = _begin(desk, turn, name, order_id)
        rules, shown = _rules(desk, name), OpenOrder.listed(name, order)
        if why := refusal(shown, count, rules):
            raise UsageError(f"order {order_id} at {name} gets no {counted(count, 'account')}: {why}")
        pool = rules.products[rules.key_of(shown) or ""].pool or ""
        stock = stocktake(desk, pool)
        change = by_hand(shown, count, rules, stock)
        if change is None:
            left = counted(len(stock.new), "new account")
            raise UsageError(f"pool {pool} has {left}, not {count:,}", "add accounts to the pool, or give it fewer")
        service.uninterrupted(lambda: deliver(service, [change]))
        return _alteration(service, order_id, Call.DELIVER, count, pool)


def deliver_text(desk: OrderDesk, run: Run, name: str, order_id: str, text: Secret) -> Alteration:
    """Give an order a text that a person typed, beside what it has.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        name: the marketplace.
        order_id: which order.
        text: what to give.

    Raises:
        UsageError: the text holds an account of the catalog or the ledger, which `deliver_accounts` alone may send.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """

    def shown(_: Op, order: Order) -> bool | None:
        plain = " ".join(text.reveal().split())
        return any(plain in " ".join(row.reveal().split()) for row in order.content) if order.content else None

    with Turn(desk, run) as turn:
        service, order = _begin(desk, turn, name, order_id)
        _refuse_accounts(desk, text)
        op = _operation(service, Call.DELIVER, order_id, order)
        if any(one.destination == op.destination and one.call is Call.DELIVER for one in desk.state.ops.values()):
            raise UsageError(
                f"a delivery to order {order_id} at {name} is in doubt; until that is decided nothing else goes there",
                "`catalogsync orders fulfill` looks what became of it; `catalogsync state doubts` asks",
            )
        market = service.desk.market
        return _call(service, op, lambda: market.deliver_text(order_id, text), shown)


def refund(desk: OrderDesk, run: Run, name: str, order_id: str) -> Alteration:
    """Give a buyer the whole of the money back. If the answer is lost it is not sent again: a person looks.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        name: the marketplace.
        order_id: which order.

    Raises:
        UsageError: this marketplace has no such call, or the money was given back before.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """
    if not desk.markets[name].refunds:
        raise UsageError(f"{name} has no call that refunds an order", "give the money back at the marketplace")
    with Turn(desk, run) as turn:
        service, order = _begin(desk, turn, name, order_id)
        if order.status == REFUNDED:
            raise UsageError(f"order {order_id} at {name} was refunded before; nothing was sent")
        op = _operation(service, Call.REFUND, order_id, order)
        return _call(service, op, lambda: service.desk.market.refund(order_id), shows)


def set_status(desk: OrderDesk, run: Run, name: str, order_id: str, status: str) -> Alteration:
    """Set an order's status to one of the marketplace's words.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        name: the marketplace.
        order_id: which order.
        status: the word.

    Raises:
        UsageError: it is none of the words that may be set.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """
    market = desk.markets[name]
    if status not in market.statuses:
        raise UsageError(f"{status!r} is no status that can be set at {name}", f"one of: {', '.join(market.statuses)}")
    with Turn(desk, run) as turn:
        service, order = _begin(desk, turn, name, order_id)
        op = _operation(service, Call.SET_STATUS, order_id, order, {"status": status})
        return _call(service, op, lambda: market.set_status(order_id, status), shows)


def _begin(desk: OrderDesk, turn: Turn, name: str, order_id: str) -> tuple[Service, Order]:
    """Take the lease, find out what became of an earlier call to this order, and read it."""
    service = Service(Stand(desk, name), turn.take())
    destination = order_destination(name, order_id)
    settle(service, [op for op in unsettled(desk.state.ops.values(), name) if op.destination == destination])
    order = find_in(desk, turn, name, order_id)
    service.listed = {order_id: order}
    return service, order


def _rules(desk: OrderDesk, name: str) -> Rules:
    terms = {name: desk.terms(name)}
    paid = desk.catalog.config.paid_statuses
    return Rules(desk.catalog.products, desk.state, terms, paid, desk.clock.now())


def _operation(service: Service, call: Call, order_id: str, order: Order, fields: dict[str, Value] | None = None) -> Op:
    desk, name = service.desk.desk, service.desk.name
    return Op(
        id=new_id(),
        call=call,
        key=_rules(desk, name).key_of(OpenOrder.listed(name, order)) or "",
        marketplace=name,
        product_id=order.product_id or None,
        order=order_id,
        fields=fields or {},
        since=desk.timestamp(),
        run=service.journal.state.run.id if service.journal.state.run else "",
    )


def _call(service: Service, op: Op, call: Callable[[], Answer], shown: Shows) -> Alteration:
    """Record the intent, make the call, record its end; where no answer came, look what became of it."""
    answer = send(service, [Intent(op)], lambda _: call())[op.id]
    order_id = op.order or ""
    if op.id in service.journal.state.ops:
        service.finish(order_id, "in-doubt", answer.reason)
        service.uninterrupted(lambda: settle(service, [op], shown))
    elif answer.kind is AnswerClass.CONFIRMED:
        service.finish(order_id, "applied")
        close_if_done(service, op)
    else:
        service.finish(order_id, "failed", answer.reason)
    done = _alteration(service, order_id, op.call, number=answer.number)
    return replace(done, status=str(op.fields["status"])) if op.call is Call.SET_STATUS else done


def _alteration(
    service: Service, order_id: str, call: Call, count: int = 0, pool: str | None = None, number: str | None = None
) -> Alteration:
    name = service.desk.name
    destination = order_destination(name, order_id)
    doubts = [doubt_notice(op) for op in service.journal.state.ops.values() if op.destination == destination]
    return Alteration(
        marketplace=name,
        order_id=order_id,
        call=call,
        result=service.results.get(order_id) or Result("skipped", f"not started: {service.stopped}"),
        count=count,
        pool=pool,
        number=number,
        notices=(*service.notices, *doubts),
        calls=service.calls,
    )


def _refuse_accounts(desk: OrderDesk, text: Secret) -> None:
    """Refuse a text that would bring an account past the ledger, so that it could go out a second time.

    Raises:
        UsageError: it holds one.
    """
    names, prints = names_in(text.reveal()), desk.fingerprints
    if prints is None:
        raise AssertionError("nothing is sent to an order without the state's key")
    accounts = (Account(Secret(name), Secret("-")) for name in names)
    known = any(desk.state.ledger.find(prints.user(account)) for account in accounts)
    whole = folded(text.reveal())
    pools = desk.catalog.open_pools().values()
    if known or any(stands_in(account.identity.reveal(), whole) for pool in pools for account in pool):
        raise UsageError(
            "the text holds an account of a pool, or one that went out before; sent as a text it would not be "
            "remembered, and could be sold a second time",
            "`--accounts N` gives the order N new accounts of its product's pool",
        )
