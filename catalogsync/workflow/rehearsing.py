"""A dry run: the calls that an apply would send, in its order, secrets masked."""

from collections.abc import Iterator, Mapping

from catalogsync.core.compare import IMAGES
from catalogsync.core.sequence import batch_size, staged
from catalogsync.model.fields import Value
from catalogsync.model.plan import Change, Plan
from catalogsync.model.report import Report
from catalogsync.workflow.desk import Desk
from catalogsync.workflow.planning import Planned


def rehearse(desk: Desk, planned: Planned) -> Report:
    """What would be sent for a plan. Nothing is, and nothing is written."""
    plan = planned.plan
    return Report(plan=plan, dry_run=True, sketch=tuple(_calls(desk, plan)), listed=planned.listings.by_id)


def _calls(desk: Desk, plan: Plan) -> Iterator[str]:
    _, create, update, _, retire, delete = staged(plan.changes)
    address = desk.marketplace.address
    for ref in _uploads(desk, [*create, *update]):
        yield f"{address('upload')} image={ref}"
    for change in create:
        yield f"{address('create')} {_body(change)}"
    for change in update:
        yield f"{address('update', change.product_id)} {_body(change)}"
    for change in plan.changes:
        if change.accounts:
            yield from _appends(desk, change)
    for change in retire:
        yield f"{address('update', change.product_id)} {_body(change)}"
    for change in delete:
        yield address("delete", change.product_id)


def _appends(desk: Desk, change: Change) -> Iterator[str]:
    if change.accounts is None or not change.accounts.new:
        return
    there = desk.state.ledger.count_at(f"{desk.settings.name}/{change.product_id}")
    left = change.accounts.new
    where = desk.marketplace.address("append", change.product_id)
    while left:
        size = batch_size(there, left, desk.catalog.config.max_batch)
        yield f"{where} accounts=[{size} of pool {change.accounts.pool}, masked]"
        there, left = there + size, left - size


def _uploads(desk: Desk, changes: list[Change]) -> list[str]:
    there = desk.state.images.get(desk.settings.name, {})
    images = {
        image.sha256: image.ref
        for change in changes
        if any(field.field == IMAGES for field in change.fields)
        for image in desk.catalog.products[change.key].images
        if image.sha256 and image.sha256 not in there
    }
    return sorted(images.values())


def _body(change: Change) -> str:
    values: Mapping[str, Value | None] = {field.field: field.after for field in change.fields}
    return " ".join(f"{name}={_short(value)}" for name, value in values.items())


def _short(value: Value | None) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
