"""The auditor has teeth: each way to break the engine on purpose is noticed within a few hundred worlds."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.events import Ended, Event, Intended, Verdict
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call, Run, State
from catalogsync.ports import Fingerprints, Journal, Marketplace
from catalogsync.state.keys import KeyedFingerprints, parse_key
from catalogsync.state.stores.memory import MemoryStore
from tests.simulation.scheduler import Violation
from tests.simulation.tampering import Tampering
from tests.simulation.traits import Traits
from tests.simulation.world import run

WORLDS = 300
OTHER_KEY = parse_key(Secret(base64.b64encode(bytes(range(1, 33))).decode()))


class OverwritingStore(MemoryStore):
    """Proves that it creates only what is absent, and overwrites all the same."""

    def create(self, number: int, data: bytes) -> bool:
        if data.startswith(b"{"):
            self._records[number] = data
            return True
        return super().create(number, data)


class JournalBehind:
    """A journal with another one behind it."""

    def __init__(self, journal: Journal) -> None:
        self.behind = journal

    @property
    def look_interval(self) -> float:
        return self.behind.look_interval

    @property
    def state(self) -> State:
        return self.behind.state

    def await_free(self) -> None:
        self.behind.await_free()

    def catch_up(self) -> None:
        self.behind.catch_up()

    def begin(self, run: Run) -> None:
        self.behind.begin(run)

    def write(self, event: Event) -> None:
        self.behind.write(event)

    def assure(self, seconds: float) -> None:
        self.behind.assure(seconds)

    def end(self, *, applied: bool, complete: bool = False) -> None:
        self.behind.end(applied=applied, complete=complete)


class LosesIntents(JournalBehind):
    """The intent of an append never becomes durable."""

    def write(self, event: Event) -> None:
        if isinstance(event, Intended) and event.intents[0].op.call is Call.APPEND:
            return
        if isinstance(event, Ended):
            event = Ended(tuple(ending for ending in event.endings if ending.op in self.state.ops))
        if not isinstance(event, Ended) or event.endings:
            super().write(event)


class Guesses(JournalBehind):
    """What is in doubt is decided without anybody being asked."""

    verdict: Verdict

    def write(self, event: Event) -> None:
        if isinstance(event, Ended):
            event = Ended(
                tuple(
                    replace(one, verdict=self.verdict)
                    if one.verdict is Verdict.HELD and self.state.ops[one.op].call is Call.APPEND
                    else one
                    for one in event.endings
                )
            )
        super().write(event)


class GuessesNotSent(Guesses):
    verdict = Verdict.ABORTED


class GuessesSent(Guesses):
    verdict = Verdict.COMMITTED


class NeverAssures(JournalBehind):
    """Nobody looks whether the lease still holds."""

    def assure(self, seconds: float) -> None:
        return


class MarketBehind:
    """A marketplace with another one behind it."""

    name = "accplanet"

    def __init__(self, market: Marketplace) -> None:
        self.behind = market

    def address(self, call: str, product_id: str | None = None) -> str:
        return self.behind.address(call, product_id)

    def listings(self) -> Listings:
        return self.behind.listings()

    def orders(self) -> tuple[Order, ...]:
        return self.behind.orders()

    def balance(self) -> Balance:
        return self.behind.balance()

    def clock_ahead(self) -> float | None:
        return self.behind.clock_ahead()

    def picture(self, path: str) -> bytes:
        return self.behind.picture(path)

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        self.behind.guard(may_go_on)

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        return self.behind.upload_image(file_name, content)

    def create(self, fields: Mapping[str, Value]) -> Answer:
        return self.behind.create(fields)

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        return self.behind.update(product_id, fields)

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        return self.behind.append(product_id, accounts)

    def delete(self, product_id: str) -> Answer:
        return self.behind.delete(product_id)


class SendsAgain(MarketBehind):
    """An append whose answer did not come is sent once more."""

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        answer = super().append(product_id, accounts)
        return super().append(product_id, accounts) if answer.kind is AnswerClass.UNKNOWN else answer


class CreatesAgain(MarketBehind):
    """A create whose answer did not come is sent once more."""

    def create(self, fields: Mapping[str, Value]) -> Answer:
        answer = super().create(fields)
        return super().create(fields) if answer.kind is AnswerClass.UNKNOWN else answer


class TakesSilenceForNo(MarketBehind):
    """An append whose answer did not come counts as one that never left."""

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        answer = super().append(product_id, accounts)
        return replace(answer, kind=AnswerClass.NEVER) if answer.kind is AnswerClass.UNKNOWN else answer


class TakesSilenceForYes(MarketBehind):
    """An append whose answer did not come counts as one that arrived."""

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        answer = super().append(product_id, accounts)
        return replace(answer, kind=AnswerClass.CONFIRMED) if answer.kind is AnswerClass.UNKNOWN else answer


class OverlooksTheLast(MarketBehind):
    """A List is taken for complete though its last listing is missing."""

    def listings(self) -> Listings:
        by_id = dict(super().listings().by_id)
        if len(by_id) > 1:
            by_id.popitem()
        return Listings(by_id)


class EditsWhateverIsThere(MarketBehind):
    """An update goes to a listing that is not managed."""

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        return super().update("p1", fields)


def _paused(traits: Traits) -> Traits:
    """Two engines that believe each other dead, and are often paused."""
    return replace(traits, engines=2, alive="wrong", punctual=True, old=False, kills=0.0, faults=0.0, pauses=0.05)


def other_key_now_and_then() -> Tampering:
    """Every third process makes its fingerprints with another key."""
    turns = iter(range(10**9))

    def exchanged(prints: Fingerprints) -> Fingerprints:
        return KeyedFingerprints(OTHER_KEY) if next(turns) % 3 == 2 else prints

    return Tampering(fingerprints=exchanged)


BREAKS = {
    "a store that overwrites": (Tampering(records=lambda _: OverwritingStore()), r"one was exchanged|was sent again"),
    "intents that are lost": (Tampering(journal=LosesIntents), r"counts as new|was sent again"),
    "a guess that it was not sent": (Tampering(journal=GuessesNotSent), r"counts as new|was sent again"),
    "a guess that it was sent": (Tampering(journal=GuessesSent), r"counts as sent, and never"),
    "a lease that nobody looks at": (
        Tampering(_paused, journal=NeverAssures),
        r"second listing|two listings|look-alike|pool-alarm",
    ),
    "an append sent again": (Tampering(market=SendsAgain), r"was sent again"),
    "a create sent again": (Tampering(market=CreatesAgain), r"a second listing was made"),
    "silence taken for no": (Tampering(market=TakesSilenceForNo), r"counts as new|was sent again"),
    "silence taken for yes": (Tampering(market=TakesSilenceForYes), r"counts as sent, and never arrived"),
    "a List taken for complete": (Tampering(market=OverlooksTheLast), r"a second listing was made|does not show"),
    "an update to any listing": (Tampering(market=EditsWhateverIsThere), r"a stranger's listing"),
    "another key now and then": (other_key_now_and_then(), r"counts as new|was sent again"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_broken_on_purpose_is_noticed(what: str) -> None:
    tampering, found = BREAKS[what]

    def worlds() -> None:
        for seed in range(WORLDS):
            run(seed, tampering=tampering)

    with pytest.raises(Violation, match=found):
        worlds()
