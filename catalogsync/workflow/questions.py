"""Open questions: calls of which nobody knows whether they arrived, and what a person's answers lead to."""

from collections.abc import Iterator

from catalogsync.core.allocate import users_of
from catalogsync.model.catalog import Catalog
from catalogsync.model.counted import counted
from catalogsync.model.pool import AnyPool, SealedPool
from catalogsync.model.state import Call, Op, State
from catalogsync.model.survey import Doubt
from catalogsync.ports import Fingerprints

NONE_YET = "None yet: the next `catalogsync apply` looks what became of it, and asks only if that cannot be told."
SAME_AGAIN = (
    "None yet: the next `catalogsync orders fulfill` sends the same accounts to the same order again, unless it sees "
    "that they are there. An order that has them already does not get them twice."
)
LOOKS = "None yet: the next `catalogsync orders fulfill` looks what became of it, and asks only if that cannot be told."


def doubts(state: State, catalog: Catalog | None = None, prints: Fingerprints | None = None) -> list[Doubt]:
    """Every open or held operation, oldest first.

    Args:
        state: what is recorded.
        catalog: tells where the accounts in question stand; None where it cannot be read.
        prints: tells which accounts they are.
    """
    return [
        Doubt(
            id=op.id,
            key=op.key,
            call="recovered" if op.recovered else op.call,
            since=op.since,
            accounts=op.count,
            evidence=op.evidence or _happened(op),
            question=_question(op, _places(op, state, catalog, prints), catalog),
            marketplace=op.marketplace,
            order=op.order,
        )
        for op in sorted(state.ops.values(), key=lambda op: (op.since, op.key, op.id))
    ]


def consequence(op: Op, *, sent: bool) -> str:
    """What follows from a person's answer, in words."""
    accounts = f"{counted(op.count, 'account')} of pool {op.pool}"
    are, count, them, they = ("is", "counts", "it", "it is") if op.count == 1 else ("are", "count", "them", "they are")
    match op.call:
        case Call.CREATE:
            return "no listing was made; the next apply creates one"
        case Call.APPEND if sent:
            return f"{accounts} {count} as sent, and {are} never sent again"
        case Call.APPEND:
            return (
                f"{accounts} {are} new again, and the next apply sends {them}. If {they} there after all, {they} there "
                "twice"
            )
        case Call.DELETE if sent:
            return f"listing {op.product_id} counts as deleted, and is no longer managed"
        case Call.DELETE:
            return f"listing {op.product_id} counts as not deleted; the next plan says what is to be done about it"
        case Call.DELIVER if op.count and sent:
            return f"{accounts} {count} as delivered to order {op.order}"
        case Call.DELIVER if op.count:
            return (
                f"{accounts} {are} new again, and may go to any order. If order {op.order} has {them} after all, "
                f"{they} sold twice"
            )
        case Call.DELIVER | Call.REFUND | Call.SET_STATUS:
            return (
                f"the {op.call} of order {op.order} counts as {'done' if sent else 'not done'}; nothing is sent again"
            )
        case Call.UPDATE | Call.RETIRE if sent:
            return f"listing {op.product_id} counts as changed; the next plan shows whether anything differs still"
        case Call.UPDATE | Call.RETIRE:
            return f"listing {op.product_id} counts as not changed; the next apply sends what differs"


def too_early(op: Op) -> str:
    """What would have been done about a call if nobody had decided, in words; empty if only a person can."""
    if op.held:
        return ""
    if op.order is None:
        return "the next apply would have looked what became of it"
    if op.carries:
        return "the next `orders fulfill` would have sent the same accounts to the same order again"
    return "the next `orders fulfill` would have looked what became of it"


def _happened(op: Op) -> str:
    if op.refused:
        return f"the marketplace refused it ({op.refused}); whether it did nothing was not verified yet"
    return "it was sent, and no answer was recorded"


def _question(op: Op, places: str, catalog: Catalog | None) -> str:
    if not op.held:
        none_yet = NONE_YET if op.order is None else SAME_AGAIN if op.carries and not op.refused else LOOKS
        order = f"order {op.order} at {op.marketplace}" if op.order is not None else ""
        about = ", ".join(filter(None, (order, places)))
        return f"{none_yet} In question: {about}." if about else none_yet
    resolve = f"`catalogsync state resolve {op.id}"
    if op.recovered:
        return _of_recovered(op, resolve, _unseen(op, catalog))
    match op.call:
        case Call.CREATE:
            return (
                f"Which listing did it make? `catalogsync state bind {op.key} PRODUCT_ID` says so; "
                f"{resolve} --not-sent` if it made none (the next apply creates one; if there is one after all, there "
                "are two)."
            )
        case Call.APPEND:
            where = f"{op.product_id} ({places})" if places else op.product_id
            return (
                f"{'Is this' if op.count == 1 else 'Are these'} {counted(op.count, 'account')} at listing {where}? "
                f"{resolve} --sent` if they are (they are never sent again); `--not-sent` if they are not "
                "(the next apply sends them; if they are there after all, they are there twice)."
            )
        case Call.DELETE:
            return (
                f"Is listing {op.product_id} gone? {resolve} --sent` if it is (it is no longer managed); `--not-sent` "
                "if it is not (the next plan says what is to be done about it)."
            )
        case Call.DELIVER if op.count:
            where = f" ({places})" if places else ""
            return (
                f"Does order {op.order} at {op.marketplace} have {'this' if op.count == 1 else 'these'} "
                f"{counted(op.count, 'account')}{where}? {resolve} --sent` if it has (they are never sent again); "
                "`--not-sent` if it has none of them (they may go to any order then; if it has them after all, they "
                "are sold twice)."
            )
        case Call.DELIVER | Call.REFUND | Call.SET_STATUS:
            return (
                f"Was that done to order {op.order} at {op.marketplace}? {resolve} --sent` if it was; `--not-sent` if "
                "it was not. Nothing is sent again either way."
            )
        case Call.UPDATE | Call.RETIRE:
            return (
                f"Does listing {op.product_id} show what was sent ({', '.join(op.fields)})? {resolve} --sent` if it "
                "does; `--not-sent` if it does not (the next apply sends what differs). Neither can do harm."
            )


def _of_recovered(op: Op, resolve: str, unseen: str) -> str:
    """What is asked of a pool; where its accounts stand is left out, for they may be many."""
    return (
        f"The state was lost or old, and recovered. {'Is this' if op.count == 1 else 'Are these'} "
        f"{counted(op.count, 'account')} of pool {op.pool} at the marketplace already{unseen}? "
        f"{resolve} --sent` if they are (they are never sent again); `--not-sent` if none is (the next apply sends "
        "them; one that is there after all is there twice); if some are, put those into a file and "
        f"`catalogsync pools mark {op.pool} --sent --file FILE` (the next apply sends the others)."
    )


def _unseen(op: Op, catalog: Catalog | None) -> str:
    """Where else the accounts of a pool may have gone, and no order shows it."""
    products = catalog.products.values() if catalog else ()
    names = sorted({name for product in products if product.pool == op.pool for name in product.marketplaces})
    return f", or in an order at {' or '.join(names)}, where no order shows what it got" if names else ""


def _places(op: Op, state: State, catalog: Catalog | None, prints: Fingerprints | None) -> str:
    """Where the accounts of an append stand, such as `pools/tea-10.yaml:5-7`; empty where nobody can tell."""
    pool = catalog.pools.get(op.pool or "") if catalog else None
    if pool is None or prints is None:
        return ""
    found = [
        position
        for position, mark in enumerate(users_of(pool, prints.users))
        if (known := state.ledger.find(mark)) and known[0].of(op.id)
    ]
    gone = op.count - len(found)
    parts = [*_ranges(pool, found), *([f"{counted(gone, 'account')} no longer in the catalog"] if gone else [])]
    return ", ".join(parts)


def _ranges(pool: AnyPool, positions: list[int]) -> Iterator[str]:
    """Files and lines of accounts, lines that follow each other as one; of a sealed pool its file."""
    if isinstance(pool, SealedPool):
        yield from {pool.place.file} if positions else ()
        return
    spans: list[tuple[str, int, int]] = []
    for position in positions:
        place = pool.place_of(position)
        if spans and spans[-1][0] == place.file and spans[-1][2] <= place.line <= spans[-1][2] + 1:
            spans[-1] = (place.file, spans[-1][1], place.line)
        else:
            spans.append((place.file, place.line, place.line))
    for file, first, last in spans:
        yield f"{file}:{first}" if first == last else f"{file}:{first}-{last}"
