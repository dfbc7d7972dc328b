"""The pool alarm while accounts are sent: no batch goes to a listing that holds more than is remembered of it."""

from collections.abc import Sequence
from dataclasses import replace

from catalogsync.core.alarm import excess, told
from catalogsync.model.events import Bound
from catalogsync.model.plan import Change
from catalogsync.workflow.planning import read_waiting
from catalogsync.workflow.work import Work


def let_pass(work: Work, changes: Sequence[Change]) -> None:
    """Remember the units that a person vouched for, so that they are not asked about again.

    A plan that sends accounts to a listing with more than is remembered has been let pass by their exact number.
    """
    rebased = tuple(
        replace(binding, offset=binding.offset + units)
        for change in changes
        for binding in [work.journal.state.bindings.get(change.key)]
        if binding is not None
        and binding.offset is not None
        and (
            units := excess(
                binding, work.listings.by_id.get(binding.product_id), work.journal.state.ledger, work.waiting
            )
        )
    )
    if rebased:
        work.journal.write(Bound(rebased))


def too_many(work: Work, change: Change) -> str:
    """Why a listing gets no further accounts: it shows more units than are remembered. Empty if it does not."""
    binding = work.journal.state.bindings.get(change.key)
    shown = work.listings.by_id.get(binding.product_id) if binding else None
    if binding is None or shown is None or not excess(binding, shown, work.journal.state.ledger, work.waiting):
        return ""
    work.waiting = read_waiting(work.desk)
    units = excess(binding, shown, work.journal.state.ledger, work.waiting)
    return f"{told(binding, shown, units)}; plan again to see what can be done" if units else ""
