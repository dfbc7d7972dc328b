"""What a recovery of the state would record: whose listing is whose, and what becomes of the accounts."""

from collections import Counter
from collections.abc import Iterator

from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.recovery import Recognition, Recovery, Unclear
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import BLOCKS, FEW, WARNS, told
from catalogsync.render.table import Column, put_table

_POOLS = (
    Column("pool"),
    Column("product", yields=True),
    Column("in catalog", number=True),
    Column("in orders", number=True),
    Column("known", number=True),
    Column("to be held", number=True),
)


def render_recovery(recovery: Recovery, *, known: bool, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """What would be recorded, and what follows.

    Args:
        recovery: what the marketplace tells.
        known: an old copy of the state is left.
        verbose: 1: every product is named.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    page = Page(width, color=color)
    page.put(
        "There is a state. If it is the newest one, stop here: nothing needs recovering. If it is an old copy, this "
        "goes on with what it knows."
        if known
        else "There is no state. This rebuilds it from what the marketplace shows."
    )
    page.heading("Listings")
    _put_listings(page, recovery.recognition, most=None if verbose > 0 else FEW)
    page.heading("Accounts")
    _put_accounts(page, recovery)
    return page.text()


def _put_listings(page: Page, recognition: Recognition, most: int | None) -> None:
    if recognition.kept:
        page.put(f"{counted(len(recognition.kept), 'listing')} known already.", indent=2)
    for way, count in Counter(recognition.by.values()).items():
        keys = sorted(key for key, by in recognition.by.items() if by == way)
        page.put(f"{counted(count, 'listing')} recognised by {way}: {listed(keys, most or count)}", indent=2, hang=2)
    for one in recognition.unclear:
        page.put(BLOCKS, f" {inline(one.key)}: ", *told(_unclear(one)), indent=2, hang=2)
    if recognition.gone:
        names = listed(recognition.gone, most or len(recognition.gone))
        page.put(WARNS, f" not listed any more: {names}. The plan will ask about them.", indent=2, hang=2)
    if recognition.missing:
        names = listed(recognition.missing, most or len(recognition.missing))
        text = (
            f" nothing looks like {names}. The next apply creates them; is one there under another title? Then first "
        )
        page.put(WARNS, text, *told("`catalogsync state bind KEY PRODUCT_ID`."), indent=2, hang=2)
    if recognition.unmanaged:
        page.put(f"{counted(recognition.unmanaged, 'listing')} left alone.", indent=2)


def _unclear(one: Unclear) -> str:
    ids = one.product_ids
    which = pasted(ids[0]) if len(ids) == 1 else "PRODUCT_ID"
    return (
        f"not bound to {' or '.join(ids)}: {one.why}. If you know better, once this is done: "
        f"`catalogsync state bind {one.key} {which}`"
    )


def _put_accounts(page: Page, recovery: Recovery) -> None:
    rows = [
        [
            inline(row.pool),
            inline(row.key or "no product sells it"),
            *(f"{number:,}" for number in (row.catalog, row.seen, row.known, row.held.count)),
        ]
        for row in recovery.pools
    ]
    if rows:
        put_table(page, _POOLS, rows)
        page.gap()
    for text in _follows(recovery):
        page.put(*told(text))


def _follows(recovery: Recovery) -> Iterator[str]:
    sent = sum(prints.count for prints in recovery.delivered.values())
    held = sum(row.held.count for row in recovery.pools)
    if sent:
        yield f"{counted(sent, 'account')} that orders delivered will be recorded as sent."
    if held:
        yield (
            f"{counted(held, 'account')} may be at the marketplace already, and no call tells: they will be held. None "
            "is sent before you answer, for each pool: `catalogsync state doubts` asks, `catalogsync pools mark` and "
            "`catalogsync state resolve` answer."
        )
    if held and recovery.unseen:
        yield (
            f"Orders at {' and '.join(recovery.unseen)} do not show which accounts they got. What you answer must hold "
            "for these, too: an account that went into one of them is sent."
        )
    yield (
        "Nothing goes to a listing that has stock or sales before you have said `catalogsync pools mark` of its pool. "
        "At the marketplace nothing is changed."
    )
