"""The changes of a plan as tables, filled by what matters most."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from catalogsync.model.plan import Action, Change
from catalogsync.render.change_groups import Group, risky_and_rest
from catalogsync.render.markdown.room import Room, bytes_of
from catalogsync.render.markdown.rows import HEAD, has_texts, named, row

_LAST_TO_GO: Final = (Action.APPEND, Action.UPDATE, Action.CREATE, Action.ADOPT, Action.FORGET)
"""In which order the rest is given room."""

NAMES: Final = "name"
TEXTS: Final = "text"
"""Kinds of what may be left out, besides changes: the names of listings that go, and what changes in long texts."""


class Changes:
    """Tables of changes: the risky ones, and the rest.

    Args:
        changes: of a plan.
    """

    def __init__(self, changes: Iterable[Change]) -> None:
        self.risky, self._rest = risky_and_rest(changes, apart=False)
        self._risky_rows: list[str] = []
        self._rest_rows: dict[Action, list[str]] = {}

    def fill(self, room: Room, left_out: Counter[str]) -> None:
        """Make rows as long as there is room: prices, what goes, accounts, updates, then new listings, then texts.

        Args:
            room: is taken.
            left_out: where to count what has none, by kind.
        """
        by_action: dict[Action, list[Group]] = {action: [] for action in _LAST_TO_GO}
        for group in self._rest:
            by_action[group[0].action].append(group)
        risky = ((row(group), 1) for group in self.risky)
        # Where neither prices nor accounts fit, they share.
        self._risky_rows, _ = room.fill(risky, room.left * 3 // 5 if by_action[Action.APPEND] else room.left)
        for action, groups in by_action.items():
            self._rest_rows[action], _ = room.fill((row(group), 1) for group in groups)
            if action is Action.APPEND:
                self._risky_rows += room.fill((row(group), 1) for group in self.risky[len(self._risky_rows) :])[0]
            _count(groups[len(self._rest_rows[action]) :], left_out)
        _count(self.risky[len(self._risky_rows) :], left_out, "price move")
        left_out[NAMES] += sum(max(0, len(group) - named(group)) for group in self.risky[: len(self._risky_rows)])
        left_out[TEXTS] += self._tell(self.risky, self._risky_rows, room)
        left_out[TEXTS] += self._tell(by_action[Action.UPDATE], self._rest_rows[Action.UPDATE], room)

    def _tell(self, groups: Sequence[Group], rows: list[str], room: Room) -> int:
        """Let rows tell what changes within their texts, while there is room; of how many they do not."""
        waiting = [number for number, group in enumerate(groups[: len(rows)]) if has_texts(group)]
        for done, number in enumerate(waiting):
            told = row(groups[number], texts=True)
            more = bytes_of(told) - bytes_of(rows[number])
            if more > room.left:
                return len(waiting) - done
            room.left -= more
            rows[number] = told
        return 0

    def risky_table(self) -> str:
        """What a person should look at first; empty if there is nothing."""
        return _table(self._risky_rows)

    def rest_table(self) -> str:
        """Everything else; empty if there is nothing."""
        order = (Action.UPDATE, Action.CREATE, Action.APPEND, Action.ADOPT, Action.FORGET)
        return _table([line for action in order for line in self._rest_rows.get(action, ())])

    def rest_counts(self) -> Counter[Action]:
        """How many changes the rest has, by action, shown or not."""
        counts: Counter[Action] = Counter()
        for group in self._rest:
            counts[group[0].action] += len(group)
        return counts


def _count(groups: Sequence[Group], left_out: Counter[str], update: str = "update") -> None:
    for group in groups:
        action = group[0].action
        left_out[update if action is Action.UPDATE else action.value] += len(group)


def _table(rows: Sequence[str]) -> str:
    return HEAD + "".join(rows) if rows else ""
