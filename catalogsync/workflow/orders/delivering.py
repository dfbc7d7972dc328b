"""New accounts to orders: bind them in the log, say that work begins, hand them over, record what came of it."""

from collections.abc import Sequence
from dataclasses import replace

from catalogsync.core.order_doubt import BEFORE
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.events import Ending, Intent, OrdersSeen, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.order import order_destination
from catalogsync.model.order_plan import OrderAction, OrderChange
from catalogsync.model.pool import opened
from catalogsync.model.state import Call, Op
from catalogsync.workflow.calling import send
from catalogsync.workflow.orders.resending import THERE, TRIES, hand_over, make_sure, try_again
from catalogsync.workflow.orders.service import Parcel, Service
from catalogsync.workflow.payload import new_id

NO_SUCH_ORDER = "ORDER_NOT_FOUND"
"""A marketplace's word for an order that it does not know, or no longer."""


def deliver(service: Service, changes: Sequence[OrderChange]) -> None:
    """Give orders the accounts that the plan has for them, some at once; those in doubt are looked after at once.

    Whether those that were refused did nothing is looked at in the end, for all of them together.
    """
    refused: list[Parcel] = []
    for start in range(0, len(changes), service.desk.parallel):
        if service.goes_on():
            refused += _wave(service, changes[start : start + service.desk.parallel])
    make_sure(service, refused)


def _wave(service: Service, changes: Sequence[OrderChange]) -> list[Parcel]:
    """Gives back those that were refused, which is still to be verified."""
    parcels = {parcel.op.id: parcel for parcel in (_parcel(service, change) for change in changes)}
    begun: set[str] = set()
    answers = send(
        service,
        [_intent(service, parcel) for parcel in parcels.values()],
        lambda op: _begin_and_hand_over(service, parcels[op.id], begun),
        lambda intent, answer: _ending(service, intent.op, answer),
    )
    service.calls += len(begun)
    for id_, answer in answers.items():
        if answer.code == NO_SUCH_ORDER:
            _let_go(service, parcels[id_].op)
    ops = service.journal.state.ops
    doubtful = [replace(parcel, op=ops[id_]) for id_, parcel in parcels.items() if id_ in ops and not ops[id_].held]
    unanswered = [parcel for parcel in doubtful if not parcel.op.refused]
    if unanswered and not service.desk.interrupted():
        try_again(service, unanswered, TRIES - 1)
    return [parcel for parcel in doubtful if parcel.op.refused]


def _parcel(service: Service, change: OrderChange) -> Parcel:
    desk, name = service.desk.desk, change.pool or ""
    pool = opened(desk.catalog.pools[name])
    shown = service.listed.get(change.order_id)
    before: dict[str, Value] = {} if shown is None or shown.delivered is None else {BEFORE: shown.delivered}
    op = Op(
        id=new_id(),
        call=Call.DELIVER,
        key=change.key or "",
        marketplace=change.marketplace,
        product_id=change.product_id or None,
        order=change.order_id,
        fields={"quantity": change.quantity, "whole": "yes" if change.action is OrderAction.FILL else "no"},
        before=before,
        pool=name,
        count=change.count,
        since=desk.timestamp(),
        run=service.journal.state.run.id if service.journal.state.run else "",
    )
    return Parcel(op, tuple(pool[position] for position in change.indexes))


def _intent(service: Service, parcel: Parcel) -> Intent:
    users = b"".join(service.prints.user(account) for account in parcel.accounts)
    contents = b"".join(service.prints.content(account) for account in parcel.accounts)
    return Intent(parcel.op, users, contents)


def _begin_and_hand_over(service: Service, parcel: Parcel, begun: set[str]) -> Answer:
    """Say that work begins, where there is such a step. Without a yes to that no account goes out."""
    if (late := _served_meanwhile(service, parcel.op)) is not None:
        return late
    answer = service.desk.market.start(parcel.op.order or "")
    if answer is not None:
        if answer.kind in {AnswerClass.CONFIRMED, AnswerClass.UNKNOWN}:
            begun.add(parcel.op.id)  # it was sent, whatever becomes of the rest
        if not _may_begin(answer):
            kind = AnswerClass.NEVER if answer.kind is AnswerClass.UNKNOWN else answer.kind
            return replace(answer, kind=kind, reason=f"work on it could not begin: {answer.reason}")
        service.journal.assure(service.desk.longest_call)
    return hand_over(service, parcel)


def _served_meanwhile(service: Service, op: Op) -> Answer | None:
    """Why an order gets nothing after all; None: it still lacks as much as when it was listed.

    Where accounts lie at its listing too, since that delivered by itself before, the marketplace may give it some of
    them at any moment. Its list is too old to tell by then.
    """
    market, ledger = service.desk.market, service.journal.state.ledger
    if not market.reads_one or not ledger.count_at(f"{op.marketplace}/{op.product_id}"):
        return None
    try:
        order = market.order(op.order or "")
    except MarketplaceError as error:
        return Answer(AnswerClass.NEVER, f"whether its listing served it meanwhile cannot be told: {error.message}")
    if order.status in market.open_statuses and (order.remaining is None or order.remaining >= op.count):
        return None
    return Answer(AnswerClass.NEVER, "it was served or closed meanwhile; the next `orders fulfill` looks again")


def _may_begin(answer: Answer) -> bool:
    """Whether it was said that work may begin. What the answer holds is open: any yes will do, also an empty one."""
    if answer.kind is AnswerClass.UNKNOWN:
        return answer.status is not None and 200 <= answer.status < 300
    return answer.kind is AnswerClass.CONFIRMED


def _ending(service: Service, op: Op, answer: Answer) -> Ending | None:
    """What a delivery that was never sent before came to by its answer; None: it stays open."""
    order_id = op.order or ""
    match answer.kind:
        case AnswerClass.CONFIRMED:
            return service.confirmed(op, answer)
        case AnswerClass.NEVER:
            service.finish(order_id, "skipped" if service.stopped else "failed", answer.reason)
            return Ending(op.id, Verdict.ABORTED, evidence=answer.reason)
        case AnswerClass.UNKNOWN:
            service.finish(order_id, "in-doubt", answer.reason)
            return None
        case AnswerClass.REFUSED:
            return _refused(service, op, answer)


def _refused(service: Service, op: Op, answer: Answer) -> Ending:
    if answer.code == THERE:
        why = (
            "the marketplace says that the order has these accounts already, and they were never sent before: somebody "
            "else delivered them"
        )
        service.finish(op.order or "", "in-doubt", why)
        service.notice(
            "sold-elsewhere", op, f"{why}; does another program, or another state, sell from pool {op.pool}?"
        )
        return Ending(op.id, Verdict.HELD, evidence=why)
    service.finish(op.order or "", "failed", answer.reason)
    # Whoever refuses the key refuses the order too; any other refusal is believed once the order says the same.
    looks = service.desk.market.reads_one and not answer.stop
    return Ending(op.id, Verdict.REFUSED if looks else Verdict.ABORTED, evidence=answer.reason)


def _let_go(service: Service, op: Op) -> None:
    """Forget a kept order that the marketplace does not know any more."""
    destination = order_destination(op.marketplace, op.order or "")
    if destination in service.journal.state.orders:
        service.journal.write(OrdersSeen((), (destination,)))
