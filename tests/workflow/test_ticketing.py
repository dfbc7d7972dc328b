"""Tickets are opened and changed once; after a lost answer they are looked for, and what is known is said."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from catalogsync.core.likeness import not_shown
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.errors import CatalogsyncError, Interrupted, MarketplaceError, Unfinished
from catalogsync.model.order import Order
from catalogsync.model.payment import Payment
from catalogsync.model.secret import Secret
from catalogsync.model.ticket import Ticket, TicketChange
from catalogsync.workflow.ticketing import Counter, Filed, change_ticket, find_same, open_ticket
from tests.harness.fake_clock import FakeClock

TITLE, TEXT = Secret("A seat is closed"), Secret("It <b>says</b> “no”.")
THERE = Ticket("t1", "TKT1", "o1", "open", TITLE, TEXT)


@dataclass
class FakeOffice:
    """A desk that answers what it is told, and does what it is asked or not, at once or late."""

    answer: Answer = Answer(AnswerClass.UNKNOWN, "the connection was lost")
    does: bool = True
    late: int = 0
    fails: bool = False
    tickets_there: list[Ticket] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    name: str = "shop"
    _waiting: list[Callable[[], None]] = field(default_factory=list)

    def tickets(self, status: str | None = None) -> tuple[Ticket, ...]:
        self._look()
        return tuple(self.tickets_there)

    def ticket(self, ticket_id: str) -> Ticket:
        self._look()
        return next(ticket for ticket in self.tickets_there if ticket.ticket_id == ticket_id)

    def _look(self) -> None:
        if self.sent and self.fails:
            raise MarketplaceError("shop: the list of tickets could not be read")
        self.late -= bool(self.sent)
        if self.late < 0:
            for deed in self._waiting:
                deed()
            self._waiting.clear()

    def create_ticket(self, order_id: str, title: Secret, description: Secret) -> Answer:
        self.sent.append("create")
        made = Ticket(f"t{len(self.tickets_there) + 1}", "TKT9", order_id, "open", title, description)
        if self.does:
            self._waiting.append(lambda: self.tickets_there.append(made))
        return self.answer

    def update_ticket(self, ticket_id: str, change: TicketChange) -> Answer:
        self.sent.append("update")

        def deed() -> None:
            (old,) = self.tickets_there
            new = replace(
                old,
                title=change.title or old.title,
                status=change.status or old.status,
                description=change.description or old.description,
            )
            self.tickets_there[:] = [new]

        if self.does:
            self._waiting.append(deed)
        return self.answer

    def payments(self) -> tuple[Payment, ...]:
        raise AssertionError

    def orders(self) -> tuple[Order, ...]:
        raise AssertionError

    def balance(self) -> Balance:
        raise AssertionError


class Watcher:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def stage(self, title: str, total: int | None = None) -> None:
        self.said.append(title)

    def step(self, text: str, amount: int = 1) -> None:
        self.said.append(text)

    def say(self, text: str) -> None:
        self.said.append(text)


def counter(office: FakeOffice, clock: FakeClock | None = None) -> Counter:
    return Counter(office, clock or FakeClock(), Watcher(), 10.0, lambda text: text.replace("bob", "***"))


def create(office: FakeOffice, clock: FakeClock | None = None) -> Filed:
    desk = counter(office, clock)
    known = find_same(desk, "o1", TITLE, TEXT)
    return known if isinstance(known, Filed) else open_ticket(desk, "o1", TITLE, TEXT, known)


def update(office: FakeOffice, change: TicketChange, clock: FakeClock | None = None) -> Filed:
    desk = counter(office, clock)
    return change_ticket(desk, office.ticket("t1"), change)


CLOSE = TicketChange(status="closed")
DONE = Answer(AnswerClass.CONFIRMED, id="t1", number="TKT1")
OTHER = replace(THERE, description=Secret("something else"))


def test_a_ticket_is_opened() -> None:
    assert create(FakeOffice(DONE)) == Filed("done", "t1", "TKT1")


@pytest.mark.parametrize(
    "there", [THERE, replace(THERE, title=Secret("a SEAT is closed "), description=Secret("it says no"))]
)
def test_the_same_ticket_is_not_opened_again(there: Ticket) -> None:
    office = FakeOffice(tickets_there=[there])
    assert create(office) == Filed("there", "t1", "TKT1", "open")
    assert office.sent == []


@pytest.mark.parametrize("there", [OTHER, replace(THERE, order_id="o2"), replace(THERE, title=None)])
def test_another_ticket_is_not_the_same(there: Ticket) -> None:
    office = FakeOffice(DONE, tickets_there=[there])
    assert create(office).how == "done"


@pytest.mark.parametrize("late", [0, 2])
def test_a_lost_answer_is_made_good_by_what_shows(late: int) -> None:
    office = FakeOffice(late=late, tickets_there=[OTHER])
    assert create(office) == Filed("found", "t2", "TKT9", "open")
    assert create(office).how == "there"
    office = FakeOffice(late=late, tickets_there=[THERE])
    assert update(office, CLOSE) == Filed("found", "t1", "TKT1", "closed")
    assert update(office, CLOSE).how == "there"
    assert office.sent == ["update"]


@pytest.mark.parametrize("call", [create, lambda office, clock=None: update(office, CLOSE, clock)])
def test_each_way_in_which_it_comes_to_nothing(call: Callable[..., Filed]) -> None:
    def office(kind: AnswerClass, **more: bool) -> FakeOffice:
        return FakeOffice(Answer(kind, "bob is not known"), does=False, tickets_there=[OTHER], **more)  # type: ignore[arg-type]

    clock = FakeClock()
    for made, error, code, words in (
        (office(AnswerClass.NEVER), MarketplaceError, 1, "shop: the ticket was not "),
        (office(AnswerClass.REFUSED), Unfinished, 3, "it said no"),
        (office(AnswerClass.UNKNOWN), Unfinished, 3, "does not show"),
        (office(AnswerClass.UNKNOWN, fails=True), Unfinished, 3, "nobody can tell whether it arrived"),
    ):
        with pytest.raises(error) as caught:
            call(made, clock)
        assert isinstance(caught.value, CatalogsyncError)
        assert (caught.value.exit_code, words in caught.value.message) == (code, True), caught.value.message
        assert "*** is not known" in caught.value.message
        assert caught.value.hint
    assert sum(clock.waits) == 10.0
    clock.interrupted.set()
    with pytest.raises(Interrupted, match="nobody can tell"):
        call(office(AnswerClass.UNKNOWN), clock)


def test_an_answer_among_others_counts_and_only_what_is_new_is_sent() -> None:
    reply = TicketChange(description=Secret("Thank you"), status="open")
    thread = replace(THERE, description=Secret("It says no.\n<p>Thank  you!</p>"))
    assert not_shown(thread, reply) == TicketChange()
    assert not_shown(THERE, reply) == TicketChange(description=reply.description)
    assert not_shown(replace(THERE, description=None, status=None), reply) == reply
    assert not_shown(THERE, TicketChange(title=Secret("?"))) == TicketChange(title=Secret("?"))
