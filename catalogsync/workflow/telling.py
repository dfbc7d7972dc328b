"""Messages of a run: what there is to tell is noted while the state is ours, and sent when it is given back.

In this order a message may be lost, where the run is killed in between; it is never sent over and over again, and no
service keeps the state locked.
"""

from catalogsync.core.telling import Telling, of_apply
from catalogsync.model.errors import StateError, StateFenced
from catalogsync.model.events import Told
from catalogsync.model.message import Message
from catalogsync.model.report import Report
from catalogsync.model.state import OF_ORDERS
from catalogsync.ports import Clock, Journal
from catalogsync.workflow.drawing_up import doubt_notice


def tell_of_apply(journal: Journal, report: Report, clock: Clock) -> tuple[Message, ...]:
    """What is to be sent of an apply, once the state is given back. To be called while it is ours.

    A run that was stopped tells nothing: whoever stopped it waits for it, and the next one tells. What became of calls
    to orders, their own commands tell.
    """
    if report.interrupted:
        return ()
    state = journal.state
    doubts = {op.id: doubt_notice(op) for op in state.ops.values() if op.call not in OF_ORDERS}
    return noted(journal, of_apply(report, state, doubts, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")))


def noted(journal: Journal, tellings: tuple[Telling, ...]) -> tuple[Message, ...]:
    """Note what is told, so that it is not told again so soon; gives back the messages."""
    topics = tuple(topic for telling in tellings for topic in telling.topics)
    if topics:
        try:
            journal.write(Told(topics))
        except (StateError, StateFenced):
            # What could not be noted would be said at every run. The end of this one, which is noted next, fails too.
            return tuple(telling.message for telling in tellings if not telling.topics)
    return tuple(telling.message for telling in tellings)
