"""The accounts of deleted listings: what happened, what follows from releasing them, and what if that is wrong."""

from collections.abc import Sequence

from catalogsync.model.counted import counted
from catalogsync.model.survey import Leftover
from catalogsync.render.escape import inline
from catalogsync.render.layout import Page
from catalogsync.render.messages import BLOCKS, told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style


def render_leftovers(found: Sequence[Leftover], *, width: int = 100, color: bool = False) -> str:
    """What deleted listings of one product left behind: first what can be released, then what cannot."""
    page = Page(width, color=color)
    free = [one for one in found if not one.why_kept]
    kept = [one for one in found if one.why_kept]
    for one in free:
        page.put(
            Span(f"{_accounts(one)}, sent to listing {inline(one.deletion.product_id)}", Style.STRONG),
            f" of {inline(one.deletion.key)}. It was deleted on {moment(one.deletion.at)}; the marketplace confirmed "
            f"that, and nothing of it was sold.{_short(one)}",
        )
    if free:
        total = counted(sum(sum(one.pools.values()) for one in free), "account")
        page.gap()
        page.put(
            f"Once released, {total} are new: the next apply sends them to whatever product has their pool. Should the "
            "marketplace sell them from the deleted listing after all, they are sold twice."
        )
    for one in kept:
        page.gap()
        page.put(
            BLOCKS,
            f" {_accounts(one)}, sent to listing {inline(one.deletion.product_id)} of {inline(one.deletion.key)}, "
            f"deleted on {moment(one.deletion.at)}: not released, because ",
            *told(one.why_kept),
            ". They go on counting as sent.",
            hang=2,
        )
    return page.text()


def _accounts(one: Leftover) -> str:
    return ", ".join(f"{counted(count, 'account')} of pool {inline(pool)}" for pool, count in one.pools.items())


def _short(one: Leftover) -> str:
    if not one.deletion.short:
        return ""
    return (
        f" The marketplace had not taken {counted(one.deletion.short, 'account')} of them, perhaps because they lay at "
        "another listing already: look there first."
    )
