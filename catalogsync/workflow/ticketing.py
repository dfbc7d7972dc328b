"""Tickets: opened and changed once, and looked for where the answer never came.

Nothing of accounts is at stake here, so it takes neither the state nor its lease: what was sent shows in the ticket.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from catalogsync.core.likeness import not_shown, says_the_same
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import Interrupted, MarketplaceError, Unfinished
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketChange
from catalogsync.ports import Clock, Observer, Office

_FIRST_LOOK: Final = 1.0
"""Seconds until it is looked once more; each time twice as long."""
_UNKNOWN: Final = "nobody can tell whether it arrived"
_LOOK: Final = "look with `catalogsync tickets list`; running it again is safe: what is there is not sent again"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where tickets are handed in.

    Attributes:
        office: the marketplace.
        clock: time.
        observer: who watches.
        settle: seconds that a write may take to show.
        shown: makes words of the marketplace harmless that may repeat what somebody wrote.
    """

    office: Office
    clock: Clock
    observer: Observer
    settle: float
    shown: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Filed:
    """A ticket that is as it was wanted.

    Attributes:
        how: `done`: the marketplace confirmed it; `found`: it never answered, but shows it; `there`: it was so before,
            and nothing was sent.
        ticket_id: the marketplace's id of it.
        number: the number that people call it by, as far as it is known.
        status: how far it is, as far as it is known.
    """

    how: Literal["done", "found", "there"]
    ticket_id: str
    number: str | None = None
    status: str | None = None


def find_same(counter: Counter, order_id: str, title: Secret, description: Secret) -> Filed | frozenset[str]:
    """A ticket of that order that says the same already, or the ids of all that there are.

    Raises:
        MarketplaceError: the tickets could not be read.
    """
    counter.observer.stage("Reading the tickets")
    tickets = counter.office.tickets()
    for ticket in tickets:
        same = says_the_same(title, ticket.title) and says_the_same(description, ticket.description)
        if same and ticket.order_id == order_id:
            return Filed("there", ticket.ticket_id, ticket.number, ticket.status)
    return frozenset(ticket.ticket_id for ticket in tickets)


def open_ticket(counter: Counter, order_id: str, title: Secret, description: Secret, known: frozenset[str]) -> Filed:
    """Open a ticket.

    Args:
        counter: where.
        order_id: the order that it is about.
        title: what it is about.
        description: what there is to say.
        known: the ids of the tickets that were there before.

    Raises:
        MarketplaceError: the call never reached the marketplace.
        Unfinished: it was refused, or nobody can tell whether it arrived.
    """
    counter.observer.stage("Opening the ticket")
    answer = counter.office.create_ticket(order_id, title, description)
    if answer.kind is AnswerClass.CONFIRMED and answer.id is not None:
        return Filed("done", answer.id, answer.number)
    _require_doubt(counter, answer, "the ticket was not opened")

    def look() -> Filed | None:
        for ticket in counter.office.tickets():
            if ticket.ticket_id not in known and ticket.order_id == order_id and says_the_same(title, ticket.title):
                return Filed("found", ticket.ticket_id, ticket.number, ticket.status)
        return None

    return _found(counter, answer, look, "a ticket of this title for the order")


def change_ticket(counter: Counter, before: Ticket, change: TicketChange) -> Filed:
    """Change a ticket.

    Args:
        counter: where.
        before: the ticket as it was read.
        change: what is to be changed.

    Raises:
        MarketplaceError: the call never reached the marketplace.
        Unfinished: it was refused, or nobody can tell whether it arrived.
    """
    wanted = not_shown(before, change)
    if wanted == TicketChange():
        return Filed("there", before.ticket_id, before.number, before.status)
    counter.observer.stage("Changing the ticket")
    answer = counter.office.update_ticket(before.ticket_id, wanted)
    if answer.kind is AnswerClass.CONFIRMED:
        return Filed("done", before.ticket_id, before.number, wanted.status or before.status)
    _require_doubt(counter, answer, "the ticket was not changed")

    def look() -> Filed | None:
        ticket = counter.office.ticket(before.ticket_id)
        done = not_shown(ticket, wanted) == TicketChange()
        return Filed("found", ticket.ticket_id, ticket.number, ticket.status) if done else None

    return _found(counter, answer, look, "all of the change in the ticket")


def _require_doubt(counter: Counter, answer: Answer, what: str) -> None:
    reason = counter.shown(answer.reason)
    if answer.kind is AnswerClass.NEVER:
        raise MarketplaceError(f"{counter.office.name}: {what}: {reason}", "nothing was sent; run again later")
    if answer.kind is AnswerClass.REFUSED:
        raise Unfinished(f"{counter.office.name}: {what}: it said no: {reason}", "mend what it names, and run again")


def _found(counter: Counter, answer: Answer, look: Callable[[], Filed | None], sought: str) -> Filed:
    """What is known after a call whose answer proves nothing: looked for until it shows, or would have."""
    reason = counter.shown(answer.reason)
    counter.observer.say(f"No answer that says whether it arrived ({reason}); looking for it.")
    waited, pause = 0.0, _FIRST_LOOK
    while True:
        try:
            found = look()
        except MarketplaceError as error:
            raise Unfinished(f"{counter.office.name}: {_UNKNOWN}: {reason}; and {error.message}", _LOOK) from None
        if found is not None:
            return found
        if waited >= counter.settle:
            raise Unfinished(
                f"{counter.office.name}: it may not have arrived: {reason}; the marketplace does not show {sought}",
                _LOOK,
            )
        pause = min(pause, counter.settle - waited)
        try:
            counter.clock.sleep(pause)
        except Interrupted:
            raise Interrupted(f"interrupted; {_UNKNOWN}: {reason}", _LOOK) from None
        waited, pause = waited + pause, pause * 2
