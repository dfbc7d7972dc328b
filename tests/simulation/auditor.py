"""What must hold once a world has come to rest: nothing twice, nothing lost in silence, in step or the doubt named."""

from typing import TYPE_CHECKING

from catalogsync.model.ledger import Fate
from catalogsync.model.state import Call, State
from catalogsync.ports import Fingerprints
from catalogsync.workflow.questions import doubts
from tests.simulation.bazaar import SOURCE, number_of
from tests.simulation.order_audit import audit_orders
from tests.simulation.scheduler import Violation

if TYPE_CHECKING:
    from tests.simulation.engine import Engine
    from tests.simulation.person import Person
    from tests.simulation.world import World


def audit(world: "World", engine: "Engine", person: "Person") -> None:
    """Check every promise.

    Raises:
        Violation: one was broken.
    """
    _, journal = engine.desk(world.process("auditor"), world.author.newest)
    state = journal.state
    world.counts["doubts"] += len(state.ops) + world.counts["answers"]
    world.counts["takeovers"] += _takeovers(world)
    world.counts["accounts sent again"] += world.postbook.repeated
    _accounts(world, state, journal.fingerprints)
    _listings(world, state)
    _doubts(world, state)
    _in_step(world, engine, state)
    if world.trade is not None:
        audit_orders(world, engine.order_plan(), state)
    for number in range(1, state.serial + 1):
        if b"canary" in (world.records.get(number) or b""):
            raise Violation(f"record {number} holds a secret")


def _takeovers(world: "World") -> int:
    serial, count = 1, 0
    while (data := world.records.get(serial)) is not None:
        count += b'"type":"takeover"' in data
        serial += 1
    return count


def _accounts(world: "World", state: State, prints: Fingerprints) -> None:
    bazaar = world.bazaar
    for account in world.author.everything():
        number = number_of(account)
        found = state.ledger.find(prints.user(account))
        there = bazaar.home.get(number)
        if found is None:
            if there or world.postbook.under_way(number):
                raise Violation(f"account {number} arrived, or may yet, and counts as new")
            continue
        batch = found[0]
        if there and batch.destination != there:
            raise Violation(f"account {number} is at {there}, but recorded at {batch.destination}")
        if batch.fate in {Fate.BOUND, Fate.HELD}:
            op = state.ops.get(batch.id)
            if op is None or op.held is not (batch.fate is Fate.HELD):
                raise Violation(f"account {number} is {batch.fate}, and no question is open about it")
        elif not there and number not in world.left_out | world.guessed:
            place = batch.destination.partition("/")[2]
            if place not in bazaar.spoiled:
                raise Violation(f"account {number} counts as sent, and never arrived")


def _listings(world: "World", state: State) -> None:
    shelves = world.bazaar.shelves
    bound = {binding.product_id for binding in state.bindings.values()}
    if len(bound) != len(state.bindings):
        raise Violation("a listing belongs to two keys")
    made: dict[object, str] = {}
    for product_id, shelf in shelves.items():
        if not shelf.ours:
            if shelf.fields != world.street.theirs[product_id]:
                raise Violation(f"a stranger's listing, {product_id}, was changed")
            continue
        source = shelf.fields.get(SOURCE)
        other = made.setdefault(source, product_id)
        if other != product_id:
            spare = shelf if product_id not in bound else shelves[other]
            if world.traits.punctual or spare.product_id in bound or spare.arrived:
                raise Violation(f"{source} has two listings: {other} and {product_id}")


def _doubts(world: "World", state: State) -> None:
    named = {doubt.id for doubt in doubts(state) if doubt.question and doubt.evidence}
    for op in state.ops.values():
        if not op.held or op.id not in named:
            raise Violation(f"{op.call} of {op.key} is open, but no question about it is asked")
        if op.call not in {Call.CREATE, Call.APPEND, Call.DELIVER}:
            raise Violation(f"a person is asked about {op.call} of {op.key}")


def _in_step(world: "World", engine: "Engine", state: State) -> None:
    plan = engine.plan()
    changes = [f"{change.action} {change.key}" for change in plan.changes]
    rules = {entry.rule for entry in plan.blocked}
    explained = bool(rules) and not world.traits.resolves and rules <= _explained(world, state)
    if (changes or rules) and not explained:
        raise Violation(f"it does not come to rest: {', '.join(changes)} {', '.join(sorted(rules))}")
    if world.traits.resolves and state.ops:
        raise Violation("every question was answered, and yet some are open")
    if explained:
        return
    doubtful = {op.key for op in state.ops.values()}
    # A product that could not be told from one that may have been created waits until that is known.
    doubtful |= (
        {notice.key for notice in plan.warnings if notice.code == "twin-waits" and notice.key} if doubtful else set()
    )
    for key, product in world.author.newest.products.items():
        if key in doubtful:
            continue
        binding = state.bindings.get(key)
        shelf = world.bazaar.shelves.get(binding.product_id) if binding else None
        if shelf is None:
            raise Violation(f"{key} has no listing, and nobody is asked about it")
        for field in ("title", "price"):
            # What a stranger wrote before the engine had seen its own value arrive passes for the marketplace's form.
            accepted = binding.observed.get(field) if binding else None
            if shelf.fields.get(field) not in {product.fields[field], accepted}:
                raise Violation(f"{key} does not show its {field}")


def _explained(world: "World", state: State) -> set[str]:
    """The rules that may block until a person has decided, because of what happened in this world."""
    rules = {"pool-alarm"} if world.bazaar.spoiled else set[str]()
    if not world.traits.punctual:
        return rules | {"look-alike", "missing-listing", "pool-unknown"}
    # A listing about whose creation a person is asked may look like another product, too.
    return rules | {"look-alike"} if any(op.call is Call.CREATE for op in state.ops.values()) else rules
