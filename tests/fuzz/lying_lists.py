"""Lists that lie, read page by page: the reading ends, and what it accepts is whole."""

from random import Random
from typing import Final, get_args

from tests.fuzz.trial import Target, Trial, Wrong
from tests.marketplaces.lying_list import PAGES, After, Event, Flaw, Habits, Kind, LyingList, Total, read

_MOST: Final = 200
"""More pages than any reading of so short a list needs."""


def targets() -> tuple[Target, ...]:
    """Paging, as one target."""
    return (Target("paging", 5, _draw),)


def _draw(dice: Random) -> Trial:
    size = dice.choice((dice.randint(0, 24), dice.randint(0, 24), 300))
    kinds = [kind for kind in get_args(Kind) if dice.random() < 0.4]
    moments = [dice.randint(1, 4 * PAGES) for _ in range(dice.randint(0, 8) if kinds else 0)]
    habits = Habits(
        size=size,
        cap=dice.randint(1, 7) if size < 100 else 100,
        total=dice.choice(get_args(Total)),
        after=dice.choice(get_args(After)),
        events=tuple(Event(moment, dice.choice(kinds), dice.randint(0, 40), dice.randint(0, 40)) for moment in moments),
        flaws=tuple((dice.randint(0, 4 * PAGES), dice.choice(get_args(Flaw))) for _ in range(dice.randint(0, 5))),
        side_by_side=dice.choice((1, 1, 8)),
        seed=dice.randint(0, 999),
    )
    return Trial(habits, lambda: _read(habits))


def _read(habits: Habits) -> None:
    lying = LyingList(habits)
    found = read(lying)
    if any(len(scan.pages) > _MOST for scan in lying.scans):
        raise Wrong("the reading went on and on")
    if found is None:
        return
    shown = {id_ for scan in lying.scans for id_ in scan.ids}
    if not found <= shown:
        raise Wrong("something was read that was not shown")
    same = all(event.kind in ("move", "shuffle") for event in habits.events)
    if same and habits.total in ("true", "stale") and found != set(lying.at(0)):
        raise Wrong("under a true total a list was accepted that is not whole")
    if same and not habits.flaws and not habits.events and found != set(lying.at(0)):
        raise Wrong("a list that holds still was accepted and is not whole")
