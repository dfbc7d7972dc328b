"""What is recorded of the managed listings, as text or JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Literal

from catalogsync.model.counted import counted
from catalogsync.model.ledger import Batch, Fate
from catalogsync.model.state import Binding
from catalogsync.render.escape import inline
from catalogsync.render.field_change import shown
from catalogsync.render.json_text import pretty
from catalogsync.render.layout import Page
from catalogsync.render.messages import WARNS, told
from catalogsync.render.moment import moment
from catalogsync.render.palette import Span, Style
from catalogsync.render.table import Column, put_table

Form = Literal["text", "json"]

_BINDINGS = (Column("key"), Column("marketplace"), Column("listing"), Column("last apply"))


def render_bindings(bindings: Sequence[Binding], form: Form, *, width: int = 100, color: bool = False) -> str:
    """The managed listings: which key is bound to which listing."""
    if form == "json":
        return pretty([_summary(binding) for binding in bindings])
    page = Page(width, color=color)
    if not bindings:
        page.put(*told("No listing is managed yet. `catalogsync apply` or `catalogsync state bind` changes that."))
        return page.text()
    rows = [
        [
            inline(binding.key),
            inline(binding.marketplace),
            inline(binding.product_id),
            moment(binding.applied_at),
        ]
        for binding in bindings
    ]
    put_table(page, _BINDINGS, rows)
    page.gap()
    for binding in bindings:
        if note := _note(binding):
            page.put(WARNS, f" {inline(binding.key)}: {note}", hang=2)
    page.put(Span(f"{counted(len(bindings), 'managed listing')}.", Style.FAINT))
    return page.text()


def render_binding(
    binding: Binding, batches: Iterable[Batch], form: Form, *, width: int = 100, color: bool = False
) -> str:
    """Everything that is recorded of one listing.

    Args:
        binding: the listing.
        batches: the ledger's batches, of whatever listing.
        form: text or JSON.
        width: of the screen, in cells.
        color: whether to add terminal colours.
    """
    destination = f"{binding.marketplace}/{binding.product_id}"
    sent, ordered = list[Batch](), list[Batch]()
    for batch in batches:
        if batch.destination == destination:
            sent.append(batch)
        elif "/order/" in batch.destination and (binding.key == batch.key or _is_of(batch, binding)):
            ordered.append(batch)
    if form == "json":
        accounts = [
            {"op": one.id, "pool": one.pool, "count": one.count, "fate": one.fate.value, "to": one.destination}
            for one in (*sent, *ordered)
        ]
        fields = {"applied": dict(binding.applied), "observed": dict(binding.observed), "before": dict(binding.before)}
        return pretty(_summary(binding) | fields | {"keepsake": asdict(binding.keepsake), "accounts": accounts})
    page = Page(width, color=color)
    page.put(Span(inline(binding.key), Style.STRONG))
    facts = [
        ("listing", inline(f"{binding.product_id} at {binding.marketplace}")),
        ("last apply", f"{moment(binding.applied_at)} by run {inline(binding.run)}" if binding.run else ""),
        ("note", _note(binding)),
        ("pool", inline(binding.keepsake.pool or "")),
        ("accounts", _accounts(sent)),
        ("to orders", _accounts(ordered)),
    ]
    page.rows([(name, [text]) for name, text in facts if text], indent=2)
    page.heading("Last applied, and shown since where that differs")
    rows = []
    for field, applied in binding.applied.items():
        observed = binding.observed.get(field, applied)
        text = [shown(applied)]
        if observed != applied:
            text.append(f"  (shown as {shown(observed)})")
        rows.append((inline(field), text))
    page.rows(rows, indent=2)
    return page.text()


def _is_of(batch: Batch, binding: Binding) -> bool:
    """Whether a batch went to an order of a listing, whatever its product was called then."""
    return batch.listing == binding.product_id and batch.destination.startswith(f"{binding.marketplace}/")


def _summary(binding: Binding) -> dict[str, object]:
    return {
        "key": binding.key,
        "marketplace": binding.marketplace,
        "product_id": binding.product_id,
        "applied_at": binding.applied_at,
        "run": binding.run,
        "listed": binding.listed,
        "retired": binding.retired,
        "stocked": binding.stocked,
        "short": binding.short,
    }


def _note(binding: Binding) -> str:
    notes = [
        f"retired (was {inline(binding.retired)})" if binding.retired is not None else "",
        "" if binding.listed else "not listed yet",
        "had stock when bound" if binding.stocked else "",
        f"{counted(binding.short, 'account')} not taken" if binding.short else "",
        "protected" if binding.keepsake.prevent_delete else "",
    ]
    return ", ".join(note for note in notes if note)


def _accounts(batches: Sequence[Batch]) -> str:
    """`40 accounts sent, 5 held`."""
    parts: list[str] = []
    for fate, word in ((Fate.SENT, "sent"), (Fate.BOUND, "on their way"), (Fate.HELD, "held")):
        count = sum(batch.count for batch in batches if batch.fate is fate)
        if count:
            parts.append(f"{counted(count, 'account') if not parts else f'{count:,}'} {word}")
    return ", ".join(parts)
