"""What became of an import: what was written and bound, what was not and why, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from catalogsync.core.pasting import pasted
from catalogsync.model.counted import counted
from catalogsync.model.importing import Imported, Pair, Taken
from catalogsync.model.plan import FieldChange
from catalogsync.model.writing import FileChange
from catalogsync.render.escape import inline
from catalogsync.render.field_change import change_spans
from catalogsync.render.layout import Page
from catalogsync.render.listed import listed
from catalogsync.render.messages import BLOCKS, FEW, WARNS, Said, put_messages, told
from catalogsync.render.palette import Span, Style

_TAKEN: Final = {"catalog": " (your edit is given up)", "drift": "", "both": " (your edit is given up)"}


def render_imported(done: Imported, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """The report of an import.

    Args:
        done: what became of it.
        verbose: 1: every listing and every reason is named.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    page = Page(width, color=color)
    most = None if verbose > 0 else FEW
    page.put(Span(_verdict(done), Style.STRONG))
    if done.files:
        page.heading("Files")
        _put_files(page, done.files)
    if done.taken:
        page.heading("Taken over into the catalog")
        for taken in done.taken:
            _put_taken(page, taken, verbose)
    if done.bound:
        page.heading("Bound to products of yours")
        _put_bound(page, done.bound, most)
    if done.left_out or done.remarks or done.odd:
        page.heading("Look at these")
        put_messages(page, BLOCKS, _odd(done), most)
        put_messages(page, WARNS, (Said("not imported", one.what, one.why) for one in done.left_out), most)
        put_messages(page, WARNS, (Said(one.field or "", one.key, one.message) for one in done.remarks), most)
    if done.pairs:
        page.heading("Not bound, because they only look alike")
        for pair in done.pairs[:most]:
            page.put(WARNS, *told(f" {pair.key}: {_which(pair)}"), indent=2, hang=2)
        if most is not None and len(done.pairs) > most:
            page.put(f"… and {len(done.pairs) - most:,} more (-v shows them)", indent=2)
    _put_next(page, done)
    return page.text()


def render_pair(pair: Pair, place: str, *, verbose: int = 0, width: int = 100, color: bool = False) -> str:
    """A product and the listings that look like it, with what applying would change in each.

    Args:
        pair: the product and the listings.
        place: where the product stands.
        verbose: how much of a long text is shown.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    page = Page(width, color=color)
    several = len(pair.candidates) > 1
    count = counted(len(pair.candidates), "listing") if several else "a listing"
    page.put(
        Span(inline(pair.key), Style.STRONG), f" ({inline(place)}) looks like {count} that nobody manages:", hang=2
    )
    for number, candidate in enumerate(pair.candidates, 1):
        listing = candidate.listing
        numbers = [f"{n} {word}" for n, word in ((listing.stock, "in stock"), (listing.sales, "sold")) if n is not None]
        page.put(
            Span(f"{number}  " if several else "", Style.STRONG),
            ", ".join([inline(listing.product_id), *numbers]),
            indent=2,
            hang=2,
        )
        rows = [(inline(change.field), change_spans(change, verbose)) for change in candidate.changes]
        page.rows(rows or [("", ["nothing differs"])], indent=5 if several else 4)
    return page.text()


def _verdict(done: Imported) -> str:
    parts = []
    if done.new:
        parts.append(f"{counted(len(done.new), 'listing')} imported")
    if done.bound:
        count = len(done.bound)
        parts.append(f"{counted(count, 'listing')} bound to {'a product' if count == 1 else 'products'} of yours")
    if done.taken:
        listings = len({one.key for one in done.taken})
        parts.append(f"{counted(len(done.taken), 'value')} of {counted(listings, 'listing')} taken over")
    if parts:
        return f"{', '.join(parts)}."
    if done.left_out or done.pairs or done.remarks:
        return "Nothing was imported."
    if done.unchanged:
        return f"Nothing to take over: {listed(done.unchanged, FEW)} in step."
    return "Nothing to import: no listing that fits is unmanaged."


def _put_files(page: Page, files: tuple[FileChange, ...]) -> None:
    new = Counter(one.name.rpartition("/")[0] for one in files if one.before is None)
    rows = [(f"{inline(folder)}/", [counted(count, "new file")]) for folder, count in sorted(new.items())]
    rows += [(inline(one.name), ["changed"]) for one in files if one.before is not None]
    page.rows(rows, indent=2)


def _put_taken(page: Page, taken: Taken, verbose: int) -> None:
    change = FieldChange(taken.change.field, taken.change.before, taken.change.after, "catalog")
    place = f"  {inline(taken.place.file)}:{taken.place.line}" if taken.place else ""
    page.put(
        Span(inline(taken.key), Style.STRONG),
        f"  {inline(change.field)} ",
        *change_spans(change, verbose),
        Span(_TAKEN[taken.change.cause], Style.CHANGED),
        Span(place, Style.FAINT),
        indent=2,
        hang=2,
    )


def _put_bound(page: Page, bound: Mapping[str, str], most: int | None) -> None:
    rows = [(inline(key), [inline(product_id)]) for key, product_id in sorted(bound.items())]
    page.rows(rows[:most], indent=2)
    if most is not None and len(rows) > most:
        page.put(f"… and {len(rows) - most:,} more (-v shows them)", indent=2)


def _odd(done: Imported) -> Iterator[Said]:
    for key, fields in done.odd.items():
        why = (
            f"{', '.join(fields)} reads otherwise in the catalog than the marketplace shows it. The next "
            "`catalogsync plan` shows how; correct the file, or take the field out"
        )
        yield Said("not in step", key, why)


def _which(pair: Pair) -> str:
    ids = [candidate.listing.product_id for candidate in pair.candidates]
    if len(ids) == 1:
        return f"if listing {ids[0]} is its own, `catalogsync state bind {pair.key} {pasted(ids[0])}`"
    return f"if one of {listed(ids, FEW)} is its own, `catalogsync state bind {pair.key} PRODUCT_ID`"


def _put_next(page: Page, done: Imported) -> None:
    for one in done.unknown_pools:
        page.gap()
        text = (
            f"{one.key} has a pool, and its listing {one.product_id} stock or sales. Nothing is sent to it before "
            f"`catalogsync pools mark {one.pool}` has said which accounts are there already."
        )
        page.put(*told(text))
    if done.stocked:
        page.gap()
        text = (
            f"{len(done.stocked):,} of the new products {'has' if len(done.stocked) == 1 else 'have'} stock or "
            f"sales: {listed(done.stocked, FEW)}. The marketplace does not tell which accounts it has. When you give "
            "one a pool, say it once: `catalogsync pools mark POOL --sent` if it has them all, `--new` if it has none. "
            "Nothing is sent before."
        )
        page.put(*told(text))
    if not done.did_something:
        return
    page.gap()
    if done.odd or done.bound:
        page.put(*told("Next: `catalogsync plan` shows what still differs. Then commit the files."))
    else:
        page.put(*told("Next: `catalogsync plan` has nothing to do about these. Look through the files and commit."))
