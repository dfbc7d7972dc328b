"""What kind of world a seed makes: how its marketplace behaves, what goes wrong in it, and how often."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Alive = Literal["told", "remote", "wrong"]


@dataclass(frozen=True, slots=True)
class Traits:
    """The nature of one world.

    Attributes:
        settle: `recovery.settle`.
        max_batch: `appends.max_batch`.
        punctual: whatever is sent has happened and shows within settle; else requests arrive as late as they like.
        lag: seconds after which a write shows.
        replicas: each look at each listing is anywhere between now and `lag` ago.
        rich: a List shows every field.
        counts_orders: sales count orders, not units.
        back_orders: customers may order what is sold out.
        blind: what a List does not show.
        alive: whether it is known that a process is dead: on one machine it is told, on several nobody knows; or it is
            wrongly believed to be dead, so that two engines take over from each other all the time.
        skew: by how many seconds the second engine's wall clock is ahead.
        store_clock: the store has a clock of its own.
        engines: how many are at work.
        runs: how often each of them applies.
        snapshots: after how many records a snapshot is due.
        kills, pauses, restless: how likely a boundary is to kill, to pause, to let another go on.
        faults: how likely a call is to go wrong.
        store_faults: how likely the store is to fail.
        customers, strangers: how likely somebody buys or edits at a boundary.
        edits_stock: strangers also edit the stock.
        half_refusals: a refusal may lie: half of the accounts were taken.
        shorts: the marketplace may take fewer accounts than were sent, and say so.
        interrupts: how likely a boundary is to interrupt a process, as Ctrl-C does.
        resolves: a person answers open questions, truthfully; in punctual worlds while engines are at work, too.
        unlocks: that person also takes the lease from whoever has it.
        most_accounts: how many accounts a pool begins with, at most.
        old: the world begins with an undisturbed apply.
        in_doubt: `recovery.in_doubt`; `auto` only where all that it stands on is so.
    """

    settle: float
    max_batch: int
    punctual: bool
    lag: float
    replicas: bool
    rich: bool
    counts_orders: bool
    back_orders: bool
    blind: str
    alive: Alive
    skew: float
    store_clock: bool
    engines: int
    runs: int
    snapshots: int
    kills: float
    pauses: float
    restless: float
    faults: float
    store_faults: float
    customers: float
    strangers: float
    edits_stock: bool
    half_refusals: bool
    shorts: bool
    interrupts: float
    resolves: bool
    unlocks: bool
    most_accounts: int
    old: bool
    in_doubt: Literal["ask", "auto"]

    @property
    def leased(self) -> bool:
        """Whether a lease keeps others away for as long as it says."""
        return not self.unlocks and self.alive != "wrong" and (self.store_clock or not self.skew)


def draw(random: Random) -> Traits:
    """The nature of a world."""
    settle = random.choice([60.0, 60.0, 20.0])
    punctual = random.random() < 0.7
    lag = random.choice([0.0, 0.0, 3.0, settle / 3 - 1] if punctual else [0.0, 3.0, settle / 2, settle * 3])
    edits_stock = random.random() < 0.15
    blind = random.choice([""] * 8 + ["sales", "stock"])
    auto = punctual and not edits_stock and not blind and random.random() < 0.5
    half = punctual and not edits_stock and not auto and random.random() < 0.2
    resolves = random.random() < 0.5
    return Traits(
        settle=settle,
        max_batch=random.choice([1, 2, 200, 200]),
        punctual=punctual,
        lag=lag,
        replicas=bool(lag) and random.random() < 0.4,
        rich=random.random() < 0.5,
        counts_orders=random.random() < 0.3,
        back_orders=random.random() < 0.3,
        blind=blind,
        alive=random.choice(["told", "told", "remote", "wrong"]),
        skew=random.choice([0.0, 0.0, 0.0, 1200.0, -86400.0]),
        store_clock=random.random() < 0.6,
        engines=random.choice([1, 2, 2]),
        runs=random.choice([1, 2, 2, 3]),
        snapshots=random.choice([200] * 9 + [20]),
        kills=random.choice([0.0, 0.003, 0.01, 0.03]),
        pauses=random.choice([0.0, 0.005, 0.02]),
        restless=random.choice([0.05, 0.3, 0.7]),
        faults=random.choice([0.0, 0.05, 0.2, 0.5]),
        store_faults=random.choice([0.0, 0.0, 0.0, 0.01]),
        customers=random.choice([0.0, 0.0, 0.005, 0.03]),
        strangers=random.choice([0.0, 0.0, 0.005, 0.02]),
        edits_stock=edits_stock,
        half_refusals=half,
        shorts=random.random() < 0.2 and not auto,
        interrupts=random.choice([0.0, 0.0, 0.0, 0.005]),
        resolves=resolves,
        unlocks=resolves and random.random() < 0.2,
        most_accounts=10 if auto else 6,
        old=auto or random.random() < 0.3,
        in_doubt="auto" if auto else "ask",
    )
