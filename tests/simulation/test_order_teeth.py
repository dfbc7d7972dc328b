"""The auditor has teeth for orders, too: each way to break on purpose how they are filled is noticed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.events import Ended, Ending, Event, Intended, OrdersSeen, Verdict
from catalogsync.model.pool import Account
from catalogsync.model.state import Call
from catalogsync.ports import OrderMarket
from tests.simulation.scheduler import Violation
from tests.simulation.tampering import Tampering
from tests.simulation.test_teeth import JournalBehind, OverwritingStore
from tests.simulation.trade import Trade
from tests.simulation.world import run

WORLDS = 200
BUSY = Trade(
    buyers=0.3,
    meddlers=0.2,
    faults=0.5,
    strict=True,
    hides=False,
    stale=False,
    fills=0.8,
    looks=0.1,
    gifts=0.0,
    flips=False,
)


class OrdersBehind:
    """A marketplace's orders with others behind them."""

    def __init__(self, orders: OrderMarket) -> None:
        self.behind = orders
        self.sent: dict[str, tuple[str, tuple[Account, ...]]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        self.sent[reference] = (order_id, tuple(accounts))
        return self.behind.deliver(order_id, accounts, whole=whole, reference=reference)


class TakesSilenceForNo(OrdersBehind):
    """A delivery whose answer did not come counts as one that never left."""

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        answer = super().deliver(order_id, accounts, whole=whole, reference=reference)
        return replace(answer, kind=AnswerClass.NEVER) if answer.kind is AnswerClass.UNKNOWN else answer


class TakesSilenceForYes(OrdersBehind):
    """A delivery whose answer did not come counts as one that arrived."""

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        answer = super().deliver(order_id, accounts, whole=whole, reference=reference)
        return replace(answer, kind=AnswerClass.CONFIRMED) if answer.kind is AnswerClass.UNKNOWN else answer


class SendsOthersAgain(OrdersBehind):
    """What is sent again are accounts of another delivery."""

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        if reference in self.sent:
            others = [sent for name, (_, sent) in self.sent.items() if name != reference]
            accounts = others[0] if others else accounts
        return super().deliver(order_id, accounts, whole=whole, reference=reference)


class SendsElsewhereAgain(OrdersBehind):
    """What is sent again goes to another order."""

    def deliver(self, order_id: str, accounts: Sequence[Account], *, whole: bool, reference: str) -> Answer:
        others = [place for place, _ in self.sent.values() if place != order_id]
        place = others[0] if reference in self.sent and others else order_id
        return super().deliver(place, accounts, whole=whole, reference=reference)


class BindsTooLate(JournalBehind):
    """The intent of a delivery never becomes durable."""

    def write(self, event: Event) -> None:
        if isinstance(event, Intended) and event.intents[0].op.call is Call.DELIVER:
            return
        if isinstance(event, Ended):
            event = Ended(tuple(ending for ending in event.endings if ending.op in self.state.ops))
        if not isinstance(event, Ended) or event.endings:
            super().write(event)


class KeepsNothing(JournalBehind):
    """Orders that were read are forgotten at once."""

    def write(self, event: Event) -> None:
        if not isinstance(event, OrdersSeen):
            super().write(event)


class Rules(JournalBehind):
    """Ends of deliveries are recorded otherwise."""

    def write(self, event: Event) -> None:
        if isinstance(event, Ended):
            event = Ended(tuple(map(self._exchanged, event.endings)))
        super().write(event)

    def _exchanged(self, ending: Ending) -> Ending:
        ours = self.state.ops[ending.op].call is Call.DELIVER
        return self.exchanged(ending) if ours else ending

    def exchanged(self, ending: Ending) -> Ending:
        return ending


class FreesWhatIsThere(Rules):
    """The marketplace's word for accounts that are there already counts as a refusal."""

    def exchanged(self, ending: Ending) -> Ending:
        return replace(ending, verdict=Verdict.ABORTED) if "there already" in ending.evidence else ending


class GuessesSent(Rules):
    """What only a person can tell counts as delivered."""

    def exchanged(self, ending: Ending) -> Ending:
        return replace(ending, verdict=Verdict.COMMITTED) if ending.verdict is Verdict.HELD else ending


class GuessesNotSent(Rules):
    """What only a person can tell counts as not delivered."""

    def exchanged(self, ending: Ending) -> Ending:
        return replace(ending, verdict=Verdict.ABORTED) if ending.verdict is Verdict.HELD else ending


def orders(kind: type[OrdersBehind]) -> Callable[[OrderMarket], OrderMarket]:
    return lambda market: cast("OrderMarket", kind(market))


def busy(_: Trade | None) -> Trade:
    return BUSY


TWICE = r"counts as new|was sent again|arrived twice"
BREAKS = {
    "accounts that are bound after the call": (Tampering(journal=BindsTooLate), TWICE),
    "silence taken for no": (Tampering(orders=orders(TakesSilenceForNo)), TWICE),
    "silence taken for yes": (Tampering(orders=orders(TakesSilenceForYes)), r"counts as sent, and never"),
    "other accounts sent again": (Tampering(orders=orders(SendsOthersAgain)), rf"{TWICE}|recorded at"),
    "accounts sent elsewhere again": (Tampering(orders=orders(SendsElsewhereAgain)), rf"{TWICE}|recorded at|got \d"),
    "a store that overwrites": (Tampering(records=lambda _: OverwritingStore()), rf"{TWICE}|one was exchanged"),
    "orders that are not kept": (Tampering(journal=KeepsNothing), r"waits: nobody knows of it"),
    "accounts that are there set free": (Tampering(journal=FreesWhatIsThere), rf"{TWICE}|come to rest|is open"),
    "a guess that it was delivered": (Tampering(journal=GuessesSent), r"counts as sent, and never"),
    "a guess that it was not delivered": (Tampering(journal=GuessesNotSent), rf"{TWICE}|come to rest|is open"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_on_purpose_is_noticed(what: str) -> None:
    tampering, found = BREAKS[what]

    def worlds() -> None:
        for seed in range(WORLDS):
            run(seed, tampering=replace(tampering, trade=busy))

    with pytest.raises(Violation, match=found):
        worlds()
