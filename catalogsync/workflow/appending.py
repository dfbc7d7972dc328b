"""Accounts to listings in rounds: one batch for every listing that needs one, then one List as the evidence for all."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalogsync.core.doubt import gained, judge_refused
from catalogsync.core.sequence import batch_size
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.events import Ended, Ending, Intent, Verdict
from catalogsync.model.ledger import Fate
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Change, Notice
from catalogsync.model.pool import Account, Pool
from catalogsync.model.state import Call, Op
from catalogsync.workflow.calling import send
from catalogsync.workflow.payload import operation
from catalogsync.workflow.planning import read_listings
from catalogsync.workflow.settling import look_again, settle
from catalogsync.workflow.work import Work


@dataclass(slots=True)
class Delivery:
    """The accounts of one change on their way.

    Attributes:
        change: the change.
        pool: where the accounts are.
        product_id: where they go.
        left: positions of those that were not sent yet.
        there: how many accounts the ledger knows at that listing.
        base: the listing before the newest batch.
        expected: by how many units that batch should move stock and sales together.
        blind: stock does not move as expected, so that it is no evidence; later doubts will be held.
    """

    change: Change
    pool: Pool
    product_id: str
    left: "array[int]"
    there: int
    base: Listing | None = None
    expected: int = 0
    blind: bool = False
    canary: bool = field(default=False)


def append(work: Work, changes: Sequence[Change]) -> None:
    """Send the accounts of all changes that came this far."""
    deliveries = [delivery for change in changes if (delivery := _begin(work, change))]
    work.desk.observer.stage("Sending accounts", sum(len(delivery.left) for delivery in deliveries))
    while deliveries and work.goes_on():
        deliveries = [delivery for delivery in _arrived(work, deliveries) if delivery.left]
        wave = work.desk.parallel
        for start in range(0, len(deliveries), wave):
            _send(work, deliveries[start : start + wave])
        deliveries = [delivery for delivery in deliveries if work.in_good_order(delivery.change)]
        if all(not delivery.left for delivery in deliveries):
            _arrived(work, deliveries)
            break
    for delivery in deliveries:
        if delivery.left:
            work.finish(delivery.change.key, "skipped", f"{len(delivery.left)} accounts not sent: {work.stopped}")


def _begin(work: Work, change: Change) -> Delivery | None:
    binding = work.journal.state.bindings.get(change.key)
    if change.accounts is None or not work.in_good_order(change) or binding is None:
        return None
    destination = f"{binding.marketplace}/{binding.product_id}"
    there = sum(
        batch.count
        for batch in work.journal.state.ledger.batches
        if batch.destination == destination and batch.fate is not Fate.FREE
    )
    pool = work.desk.catalog.pools[change.accounts.pool]
    return Delivery(change, pool, binding.product_id, array("Q", change.accounts.indexes), there)


def _arrived(work: Work, deliveries: list[Delivery]) -> list[Delivery]:
    """Read the List until every batch shows, or settle has passed. Gives back the deliveries that may go on."""
    began = work.desk.clock.monotonic()
    while True:
        work.listings = read_listings(work.desk)
        late = [delivery for delivery in deliveries if not _shows(work, delivery)]
        left = work.desk.settle - (work.desk.clock.monotonic() - began)
        if not late or left <= 0 or not work.goes_on():
            break
        work.journal.assure(work.desk.settings.call_timeout * 2)
        work.desk.clock.sleep(min(left, look_again(work.desk.settle)))
    for delivery in late:
        _did_not_show(work, delivery)
    for delivery in deliveries:
        delivery.base, delivery.expected = work.listings.by_id.get(delivery.product_id), 0
    return [delivery for delivery in deliveries if work.in_good_order(delivery.change)]


def _shows(work: Work, delivery: Delivery) -> bool:
    now = work.listings.by_id.get(delivery.product_id)
    if delivery.blind:
        return True
    if delivery.base is None:
        return now is not None
    return now is not None and gained(delivery.base, now) == delivery.expected


def _did_not_show(work: Work, delivery: Delivery) -> None:
    key = delivery.change.key
    if work.listings.by_id.get(delivery.product_id) is None:
        work.finish(key, "skipped", "the listing is not listed yet, so its accounts wait; run apply again later")
        return
    delivery.blind = True
    if delivery.canary and delivery.left:
        work.finish(
            key,
            "skipped",
            "the marketplace confirmed the first account, but the listing's stock did not move by one; look at the "
            f"listing, then run apply again to send the other {len(delivery.left)}",
        )
        return
    work.notices.append(
        Notice(
            "stock-odd",
            key,
            f"the stock of listing {delivery.product_id} did not move by what was sent; if an answer is lost, "
            "a person will be asked what became of those accounts",
        )
    )


def _send(work: Work, wave: list[Delivery]) -> None:
    intents: list[Intent] = []
    by_op: dict[str, tuple[Delivery, list[Account]]] = {}
    for delivery in wave:
        intent, accounts = _intent(work, delivery)
        intents.append(intent)
        by_op[intent.op.id] = (delivery, accounts)
    answers = send(work, intents, lambda op: work.desk.marketplace.append(op.product_id or "", by_op[op.id][1]))
    _verify_refusals(work, [intent.op for intent in intents], answers)
    doubtful = [intent.op for intent in intents if answers[intent.op.id].kind is AnswerClass.UNKNOWN]
    rulings = settle(work.desk, work.journal, doubtful) if doubtful and not work.desk.interrupted() else {}
    for intent in intents:
        delivery, _ = by_op[intent.op.id]
        answer, ruling = answers[intent.op.id], rulings.get(intent.op.id)
        if answer.kind is AnswerClass.CONFIRMED or (ruling and ruling.verdict is Verdict.COMMITTED):
            _confirmed(work, delivery, intent.op.count, answer)
        elif answer.kind is AnswerClass.UNKNOWN:
            why = ruling.evidence if ruling else "not settled yet"
            work.finish(delivery.change.key, "in-doubt", f"{answer.reason}; {why}")
        else:
            unstarted = answer.kind is AnswerClass.NEVER and work.stopped
            work.finish(delivery.change.key, "skipped" if unstarted else "failed", answer.reason)


def _intent(work: Work, delivery: Delivery) -> tuple[Intent, list[Account]]:
    size = batch_size(delivery.there, len(delivery.left), work.desk.catalog.config.max_batch)
    accounts = [delivery.pool[position] for position in delivery.left[:size]]
    del delivery.left[:size]
    delivery.canary = delivery.there == 0
    shown = None if delivery.blind else delivery.base
    op = replace(
        operation(work, delivery.change, Call.APPEND, {}),
        pool=delivery.pool.name,
        count=size,
        stock=shown.stock if shown else None,
        sales=shown.sales if shown else None,
    )
    prints = work.desk.fingerprints
    if prints is None:
        raise AssertionError("accounts are never sent without the state's key")
    users = b"".join(prints.user(account) for account in accounts)
    contents = b"".join(prints.content(account) for account in accounts)
    return Intent(op, users, contents), accounts


def _confirmed(work: Work, delivery: Delivery, count: int, answer: Answer) -> None:
    key = delivery.change.key
    imported = count if answer.imported is None else answer.imported
    delivery.there += count
    delivery.expected = imported - (answer.queued or 0)
    work.desk.observer.step(f"append {key}", count)
    work.finish(key, "applied")
    if imported < count:
        work.notices.append(
            Notice(
                "short",
                key,
                f"the marketplace took {imported} of {count} accounts; the others may be there already, so they are "
                "not sent again",
            )
        )


def _verify_refusals(work: Work, ops: list[Op], answers: dict[str, Answer]) -> None:
    """A refused append is believed once the counts say the same; only then are its accounts new again."""
    refused = [op for op in ops if answers[op.id].kind is AnswerClass.REFUSED]
    if not refused:
        return
    listings = read_listings(work.desk)
    endings = []
    for op in refused:
        ruling = judge_refused(op, listings, answers[op.id].reason)
        endings.append(Ending(op.id, ruling.verdict, evidence=ruling.evidence))
        if ruling.verdict is Verdict.HELD:
            work.finish(op.key, "in-doubt", ruling.evidence)
    work.journal.write(Ended(tuple(endings)))
