"""How much a page may hold, so that a phone can still open it however much changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """Characters of a page, by what they are for. What finds no room is counted on the page, and is in the JSON.

    Attributes:
        cards: changes with everything that is known of them.
        entries: the listings of cards that stand for several.
        rows: changes on one line, once there is no room for cards.
        pictures: the catalog's pictures.
    """

    cards: int = 3_500_000
    entries: int = 1_000_000
    rows: int = 3_300_000
    pictures: int = 3_500_000
