"""Deliveries whose end is open: look where an order can be read, else send the same to the same order again."""

from collections.abc import Iterable, Sequence
from typing import Final

from catalogsync.core.arrival import Ruling
from catalogsync.core.order_doubt import judge_delivery
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.counted import counted
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import Ended, Verdict
from catalogsync.model.order import Order
from catalogsync.model.pool import Account, Pool
from catalogsync.model.state import Call, Op
from catalogsync.workflow.orders.service import Parcel, Service

TRIES: Final = 2
"""How often a delivery in doubt is sent in one run, the first time included."""

THERE: Final = "INVALID_ACCOUNTS"
"""A marketplace's word for a delivery that brings nothing new. After an earlier try it proves that they arrived."""

GONE: Final = (
    "not all of these accounts stand in the catalog any more as they were sent, so that they cannot be sent again; "
    "look at the order there"
)


def resend(service: Service, ops: Sequence[Op]) -> None:
    """Find out what became of deliveries of earlier runs, or send them again."""
    unanswered = [op for op in ops if not op.refused]
    accounts = _bound_accounts(service, unanswered)
    parcels = [Parcel(op, accounts[op.id]) for op in unanswered]
    for start in range(0, len(parcels), service.desk.parallel):
        if service.goes_on():
            try_again(service, parcels[start : start + service.desk.parallel], TRIES)
    make_sure(service, [Parcel(op) for op in ops if op.refused])


def make_sure(service: Service, refused: Sequence[Parcel]) -> None:
    """Believe that deliveries were refused once their orders say the same, after a write has had its time to show.

    Raises:
        Interrupted: somebody asked the run to stop; the next one makes sure.
    """
    if refused and service.goes_on():
        desk = service.desk.desk
        desk.observer.stage(f"Making sure of {counted(len(refused), 'refusal')}")
        desk.clock.sleep(desk.catalog.config.recovery.settle)
        service.journal.assure(service.desk.longest_call)
        _look(service, refused)


def try_again(service: Service, parcels: Sequence[Parcel], tries: int) -> None:
    """Look, send again, and look once more; what cannot be told then stays open, and the next run tries again.

    Args:
        service: at which marketplace.
        parcels: what was sent, or may have been.
        tries: how often it may be sent in this run.
    """
    waiting = list(parcels)
    for _ in range(tries):
        waiting = [parcel for parcel in _look(service, waiting) if _can_be_sent(service, parcel)]
        if not waiting or not service.goes_on():
            return
        waiting = _send(service, waiting)
    _look(service, waiting)


def arrived(service: Service) -> list[Op]:
    """The held deliveries whose accounts an order shows by now, all of them. Nothing is ever set free by that."""
    found: list[Op] = []
    for op in service.journal.state.ops.values():
        if op.held and op.carries and op.call is Call.DELIVER and op.marketplace == service.desk.name:
            try:
                order = service.desk.market.order(op.order or "")
            except MarketplaceError:
                continue
            if _there(service, op, order) >= op.count:
                found.append(op)
    return found


def _bound_accounts(service: Service, ops: Sequence[Op]) -> dict[str, tuple[Account, ...]]:
    """The accounts that are bound to operations, as the catalog has them; none where one of them is not as it was."""
    wanted = {op.id: op.count for op in ops}
    found: dict[str, list[Account]] = {id_: [] for id_ in wanted}
    pools = service.desk.desk.catalog.open_pools()
    first = {op.pool for op in ops}
    for name, pool in sorted(pools.items(), key=lambda item: item[0] not in first):
        if name not in first and all(len(found[id_]) == count for id_, count in wanted.items()):
            break
        _collect(service, pool, found)
    return {id_: tuple(accounts) if len(accounts) == wanted[id_] else () for id_, accounts in found.items()}


def _collect(service: Service, pool: Pool, found: dict[str, list[Account]]) -> None:
    ledger = service.journal.state.ledger
    for account in pool:
        known = ledger.find(service.prints.user(account))
        if known and known[0].id in found and known[1] == service.prints.content(account):
            found[known[0].id].append(account)


def _look(service: Service, parcels: Iterable[Parcel]) -> list[Parcel]:
    """Read the orders of deliveries, where that can be done. Gives back those that may be sent again."""
    if not service.desk.market.reads_one:
        return list(parcels)
    return [parcel for parcel in parcels if not service.stopped and _shows_nothing(service, parcel.op)]


def _shows_nothing(service: Service, op: Op, refusal: str = "") -> bool:
    """Whether an order could be read and does not tell what became of a delivery; if it does, that is recorded.

    Args:
        service: at which marketplace.
        op: the delivery.
        refusal: with which words it was refused when it was sent again: then a person decides where nothing is told.
    """
    try:
        order = service.desk.market.order(op.order or "")
    except MarketplaceError as error:
        service.finish(op.order or "", "in-doubt", f"the order could not be read: {error.message}")
        return False
    ruling = _judge(service, op, order)
    if ruling is None and refusal:
        ruling = Ruling(Verdict.HELD, f"sent again, it was refused: {refusal}; the order shows none of the accounts")
    if ruling is not None:
        service.end(op, ruling, order)
    return ruling is None


def _judge(service: Service, op: Op, order: Order) -> Ruling | None:
    return judge_delivery(op, order, _there(service, op, order), service.desk.market.open_statuses, op.refused)


def _there(service: Service, op: Op, order: Order) -> int:
    """How many accounts of a delivery an order shows."""
    seen = {service.prints.user(account) for account in order.accounts}
    ledger = service.journal.state.ledger
    return sum(1 for user in seen if (known := ledger.find(user)) and known[0].of(op.id))


def _can_be_sent(service: Service, parcel: Parcel) -> bool:
    if not parcel.accounts:
        service.end(parcel.op, Ruling(Verdict.HELD, GONE))
    return bool(parcel.accounts)


def _send(service: Service, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Send the same accounts to the same orders again. Gives back those of which nobody knows more than before."""
    left: list[Parcel] = []
    for answered in service.answers(parcels, lambda parcel: hand_over(service, parcel)):
        confirmed = [
            service.confirmed(parcel.op, answer) for parcel, answer in answered if answer.kind is AnswerClass.CONFIRMED
        ]
        if confirmed:
            service.journal.write(Ended(tuple(confirmed)))
        for parcel, answer in answered:
            if answer.kind is AnswerClass.REFUSED and not answer.stop:
                _refused(service, parcel.op, answer)
            elif answer.kind is not AnswerClass.CONFIRMED:
                service.finish(parcel.op.order or "", "in-doubt", answer.reason)
                left.append(parcel)
    return left


def hand_over(service: Service, parcel: Parcel) -> Answer:
    """The call that brings the accounts of a delivery to its order."""
    op = parcel.op
    whole = op.fields.get("whole") == "yes"
    return service.desk.market.deliver(op.order or "", parcel.accounts, whole=whole, reference=op.id)


def _refused(service: Service, op: Op, answer: Answer) -> None:
    """What was sent again was refused: the earlier try may have arrived all the same."""
    if answer.code == THERE:
        service.end(op, Ruling(Verdict.COMMITTED, "the marketplace says that they are there already"))
    elif service.desk.market.reads_one:
        _shows_nothing(service, op, answer.reason)
    else:
        service.end(op, Ruling(Verdict.HELD, f"sent again, it was refused: {answer.reason}"))
