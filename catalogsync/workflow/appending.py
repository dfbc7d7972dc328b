"""Accounts to listings in rounds: one batch for every listing that needs one, then one List as the evidence for all."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalogsync.core.alarm import baseline
from catalogsync.core.doubt import accounted, gained
from catalogsync.core.sequence import batch_size
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.counted import counted
from catalogsync.model.events import Bound, Intent, Observed, Verdict
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Change, Notice
from catalogsync.model.pool import Account, Pool, opened
from catalogsync.model.state import Binding, Call, Op
from catalogsync.workflow.alarming import let_pass, too_many
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
        units: how many of them the marketplace took, with those that went straight to orders of the listing.
        base: the listing before the newest batch.
        expected: by how many units that batch should move stock and sales together; None where nobody can tell.
        blind: stock does not move as expected, so that it is no evidence; later doubts will be held.
        numbered: a number is the listing's stock so far, and these accounts take its place.
        canary: the newest batch was the first that the listing ever got.
    """

    change: Change
    pool: Pool
    product_id: str
    left: "array[int]"
    there: int
    units: int
    base: Listing | None = None
    expected: int | None = 0
    blind: bool = False
    canary: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch that was sent, and what came of it."""

    delivery: Delivery
    op: Op
    answer: Answer


def append(work: Work, changes: Sequence[Change]) -> None:
    """Send the accounts of all changes that came this far. What is not sent stays in `work.unsent`."""
    let_pass(work, changes)
    deliveries = [delivery for change in changes if (delivery := _begin(work, change))]
    work.unsent = {delivery.change.key: len(delivery.left) for delivery in deliveries}
    work.desk.observer.stage("Sending accounts", sum(work.unsent.values()))
    while deliveries and work.goes_on():
        deliveries = [delivery for delivery in _arrived(work, deliveries) if delivery.left]
        _round(work, deliveries)
        deliveries = [delivery for delivery in deliveries if work.in_good_order(delivery.change)]


def _begin(work: Work, change: Change) -> Delivery | None:
    binding = work.journal.state.bindings.get(change.key)
    if change.accounts is None or not work.in_good_order(change) or binding is None:
        return None
    ledger = work.journal.state.ledger
    there = ledger.count_at(f"{binding.marketplace}/{binding.product_id}")
    units = ledger.count_for(binding.marketplace, binding.product_id) - binding.short
    pool = opened(work.desk.catalog.pools[change.accounts.pool])
    left = array("Q", change.accounts.indexes)
    numbered = binding.offset is None
    return Delivery(change, pool, binding.product_id, left, there, units, numbered=numbered)


def _arrived(work: Work, deliveries: list[Delivery]) -> list[Delivery]:
    """Read the List until every batch shows, or settle has passed. Gives back the deliveries that may go on."""
    began = work.desk.clock.monotonic()
    while True:
        work.listings = read_listings(work.desk)
        late = [delivery for delivery in deliveries if too_many(work, delivery.change) or not _shows(work, delivery)]
        left = work.desk.settle - (work.desk.clock.monotonic() - began)
        if not late or left <= 0:
            break
        if not work.goes_on():
            return []
        work.journal.assure(work.desk.settings.call_timeout * 2)
        work.desk.clock.sleep(min(left, look_again(work.desk.settle)))
    _keep_track(work, deliveries)
    unseen = {delivery.change.key for delivery in late}
    _learn_offsets(work, [one for one in deliveries if one.numbered and one.change.key not in unseen])
    for delivery in late:
        _did_not_show(work, delivery)
    for delivery in deliveries:
        delivery.base, delivery.expected = work.listings.by_id.get(delivery.product_id), 0
    return [delivery for delivery in deliveries if work.in_good_order(delivery.change)]


def _shows(work: Work, delivery: Delivery) -> bool:
    now = work.listings.by_id.get(delivery.product_id)
    if delivery.blind:
        return True
    if delivery.base is None or delivery.expected is None:
        return now is not None
    if now is None:
        return False
    # The first account may take the place of a stock that was but a number.
    return gained(delivery.base, now) == delivery.expected or (delivery.canary and now.stock == delivery.expected)


def _keep_track(work: Work, deliveries: Sequence[Delivery]) -> None:
    """Count how often stock and sales moved by what was taken: what `recovery.in_doubt: auto` stands on."""
    odd = 0
    for delivery in deliveries:
        now = work.listings.by_id.get(delivery.product_id)
        if delivery.base and now and delivery.expected and not delivery.blind:
            exact = gained(delivery.base, now) == delivery.expected
            work.exact += exact
            odd += not exact
    if odd:
        # At once: what speaks against the marketplace's stock must not be lost with this run.
        work.journal.write(Observed((), work.desk.settings.name, 0, odd))


def _learn_offsets(work: Work, deliveries: Sequence[Delivery]) -> None:
    """What lies there beside the accounts, where a number was the stock before: the first accounts took its place."""
    learnt: list[Binding] = []
    for delivery in deliveries:
        binding = work.journal.state.bindings.get(delivery.change.key)
        now = work.listings.by_id.get(delivery.product_id)
        if binding is None or now is None or not delivery.expected:
            continue
        known = work.journal.state.ledger.count_for(binding.marketplace, binding.product_id)
        offset = baseline(now.stock, now.sales, known)
        if offset is not None and (binding.offset is None or offset < binding.offset):
            learnt.append(replace(binding, offset=offset))
        delivery.numbered = False
    if learnt:
        work.journal.write(Bound(tuple(learnt)))


def _did_not_show(work: Work, delivery: Delivery) -> None:
    key = delivery.change.key
    if delivery.left and (alarm := too_many(work, delivery.change)):
        work.finish(key, "skipped", alarm)
        return
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


def _round(work: Work, deliveries: Sequence[Delivery]) -> None:
    """One batch for each, a few at a time; then what became of those that were not confirmed."""
    doubtful: list[_Sent] = []
    for start in range(0, len(deliveries), work.desk.parallel):
        if work.goes_on():
            doubtful += _send(work, deliveries[start : start + work.desk.parallel])
    if doubtful and not work.desk.interrupted():
        _settle(work, doubtful)


def _send(work: Work, wave: Sequence[Delivery]) -> list[_Sent]:
    """Send a batch of each. Gives back those that are open still: in doubt, or refused and not verified."""
    batches = {
        intent.op.id: (delivery, intent, accounts) for delivery in wave for intent, accounts in [_take(work, delivery)]
    }
    answers = send(
        work,
        [intent for _, intent, _ in batches.values()],
        lambda op: work.desk.marketplace.append(op.product_id or "", batches[op.id][2]),
    )
    for id_, answer in answers.items():
        delivery, intent, _ = batches[id_]
        if answer.kind is AnswerClass.CONFIRMED:
            _confirmed(work, delivery, intent.op.count, answer)
        elif id_ not in work.journal.state.ops:
            unstarted = answer.kind is AnswerClass.NEVER and work.stopped
            work.finish(delivery.change.key, "skipped" if unstarted else "failed", answer.reason)
    ops = work.journal.state.ops
    return [_Sent(batches[id_][0], batches[id_][1].op, answer) for id_, answer in answers.items() if id_ in ops]


def _take(work: Work, delivery: Delivery) -> tuple[Intent, list[Account]]:
    """The next batch of a delivery, ready to be recorded."""
    size = batch_size(delivery.there, len(delivery.left), work.desk.catalog.config.max_batch)
    accounts = [delivery.pool[position] for position in delivery.left[:size]]
    del delivery.left[:size]
    work.unsent[delivery.change.key] = len(delivery.left)
    delivery.canary = delivery.there == 0
    base = delivery.base
    op = replace(
        operation(work, delivery.change, Call.APPEND, {}),
        pool=delivery.pool.name,
        count=size,
        stock=base.stock if base else None,
        sales=base.sales if base else None,
        accounted=_adds_up(delivery),
    )
    prints = work.desk.fingerprints
    if prints is None:
        raise AssertionError("accounts are never sent without the state's key")
    users = b"".join(prints.user(account) for account in accounts)
    contents = b"".join(prints.content(account) for account in accounts)
    return Intent(op, users, contents), accounts


def _adds_up(delivery: Delivery) -> bool:
    """Whether what the listing gains from now on is gained by the next batch.

    Where the List does not show an earlier batch yet, that one would be taken for this one.
    """
    if delivery.base is None or delivery.blind:
        return False
    return not delivery.there or accounted(delivery.base, delivery.units)


def _settle(work: Work, doubtful: Sequence[_Sent]) -> None:
    """Look what became of batches in doubt; a refusal is believed once the counts say the same."""
    if any(sent.answer.stop for sent in doubtful):
        # Who refuses the key, or every call, refuses the List too. The next run looks.
        for sent in doubtful:
            if sent.answer.kind is AnswerClass.REFUSED:
                work.finish(sent.delivery.change.key, "failed", sent.answer.reason)
        return
    ops = work.journal.state.ops
    rulings = settle(work.desk, work.journal, [ops[sent.op.id] for sent in doubtful])
    for sent in doubtful:
        key, ruling = sent.delivery.change.key, rulings[sent.op.id]
        if ruling.verdict is Verdict.COMMITTED:
            _confirmed(work, sent.delivery, sent.op.count, Answer(AnswerClass.CONFIRMED, imported=sent.op.count))
        elif ruling.verdict is Verdict.ABORTED:
            work.finish(key, "failed", sent.answer.reason)
        else:
            work.finish(key, "in-doubt", f"{sent.answer.reason}; {ruling.evidence}")


def _confirmed(work: Work, delivery: Delivery, count: int, answer: Answer) -> None:
    key = delivery.change.key
    imported = count if answer.imported is None else answer.imported
    delivery.there += count
    delivery.units += imported
    # What goes on to orders that were waiting leaves the stock at once, and nobody says how much that is.
    delivery.expected = None if answer.queued else imported
    work.desk.observer.step(f"append {key}", count)
    work.finish(key, "applied")
    if imported < count:
        work.notices.append(
            Notice(
                "short",
                key,
                f"the marketplace took {imported} of {counted(count, 'account')}; the others may be there already, "
                "so they are not sent again",
            )
        )
