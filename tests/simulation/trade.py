"""What orders a world has that are filled by hand. Drawn apart from its traits: a world without stays as it was."""

from dataclasses import dataclass
from random import Random

HSTOCK = "hstock"
"""What the second marketplace is called in the config."""


@dataclass(frozen=True, slots=True)
class Trade:
    """The nature of a world's orders.

    Attributes:
        buyers: how likely something happens to orders at a boundary.
        meddlers: how much of that is no purchase: an order is paid, cancelled, refunded, or filled by somebody else.
        faults: how likely a call to an order is to go wrong.
        strict: the marketplaces refuse more than was bought, and what comes for an order that is closed.
        hides: AccPlanet's orders do not show what they got.
        stale: one order is shown as late as the list shows it.
        fills: how many of the engines' lives fill orders; the others apply.
        looks: how many of these only plan.
        gifts: how many of the others give one order accounts by its id, or its money back.
        flips: products change between the pool that delivers by itself and orders that are filled.
    """

    buyers: float
    meddlers: float
    faults: float
    strict: bool
    hides: bool
    stale: bool
    fills: float
    looks: float
    gifts: float
    flips: bool


NO_TRADE = Trade(0.0, 0.0, 0.0, strict=False, hides=False, stale=False, fills=0.0, looks=0.0, gifts=0.0, flips=False)
"""Nobody orders anything that is filled by hand."""


def draw_trade(seed: int) -> Trade | None:
    """The nature of a world's orders; None where it has none."""
    random = Random(f"orders of {seed}")  # a text, so that nothing is drawn that the world draws
    if random.random() < 0.6:
        return None
    return Trade(
        buyers=random.choice([0.05, 0.1, 0.3]),
        meddlers=random.choice([0.0, 0.1, 0.3]),
        faults=random.choice([0.1, 0.3, 0.6]),
        strict=random.random() < 0.5,
        hides=random.random() < 0.2,
        stale=random.random() < 0.3,
        fills=random.choice([0.5, 0.7, 0.9]),
        looks=random.choice([0.1, 0.2]),
        gifts=random.choice([0.0, 0.2]),
        flips=random.random() < 0.3,
    )
