"""Messages of a run: what there is to tell is noted while the state is ours, and sent when it is given back.

In this order a message may be lost, where the run is killed in between; it is never sent over and over again, and no
service keeps the state locked.
"""

from collections.abc import Iterable

from catalogsync.core.telling import Telling, of_apply, of_orders
from catalogsync.model.errors import StateError, StateFenced
from catalogsync.model.events import Told
from catalogsync.model.message import Message
from catalogsync.model.order_plan import OrderReport
from catalogsync.model.plan import Notice
from catalogsync.model.report import Report
from catalogsync.model.state import State
from catalogsync.ports import Clock, Journal
from catalogsync.workflow.drawing_up import doubt_notice


def tell_of_apply(journal: Journal, report: Report, clock: Clock) -> tuple[Message, ...]:
    """What is to be sent of an apply, once the state is given back. To be called while it is ours.

    A run that was stopped tells nothing: whoever stopped it waits for it, and the next one tells.
    """
    if report.interrupted:
        return ()
    return _noted(journal, of_apply(report, journal.state, _doubts(journal.state), _now(clock)))


def tell_of_orders(journal: Journal, report: OrderReport, clock: Clock) -> tuple[Message, ...]:
    """The same of a run that filled orders."""
    if report.interrupted:
        return ()
    return _noted(journal, of_orders(report, journal.state, _doubts(journal.state), _now(clock)))


def _noted(journal: Journal, tellings: Iterable[Telling]) -> tuple[Message, ...]:
    tellings = tuple(tellings)
    topics = tuple(topic for telling in tellings for topic in telling.topics)
    if topics:
        try:
            journal.write(Told(topics))
        except (StateError, StateFenced):
            # What could not be noted would be said at every run. The end of this one, which is noted next, fails too.
            return tuple(telling.message for telling in tellings if not telling.topics)
    return tuple(telling.message for telling in tellings)


def _doubts(state: State) -> dict[str, Notice]:
    return {op.id: doubt_notice(op) for op in state.ops.values()}


def _now(clock: Clock) -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
