"""The changes of a page in the order in which a person should read them, and no more of them than a page can hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from markupsafe import Markup

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.plan import Action, Change, Plan
from catalogsync.model.report import Report
from catalogsync.render.change_groups import Group, risky_and_rest
from catalogsync.render.html.album import Album
from catalogsync.render.html.card import Card, Entry, Row, card_of, entry_of, row_of, tags_of
from catalogsync.render.html.listing import sides_of
from catalogsync.render.html.room import Room

_APART: Final = 60
"""So many listings that go are shown each by itself, though the same is done to all of them."""


class Drawing(Protocol):
    """Turns what was worked out into HTML."""

    def card(self, card: Card, entries: Sequence[Markup], more: int) -> Markup:
        """A card, with the listings of a group, and how many there are besides."""
        ...

    def entry(self, entry: Entry) -> Markup:
        """A listing of a group."""
        ...

    def row(self, row: Row) -> Markup:
        """A change on one line."""
        ...


@dataclass
class Section:
    """Cards under a heading.

    Attributes:
        title: the heading.
        hint: what the section is for.
        cards: its cards.
        listings: how many changes they are.
    """

    title: str
    hint: str
    cards: list[Markup] = field(default_factory=list)
    listings: int = 0


@dataclass
class Body:
    """All that a page shows of changes.

    Attributes:
        sections: those that have a card.
        rows: changes that found no room for a card.
        left_out: how many are not in the page at all, by action.
        filters: how many changes there are by what a filter looks for.
    """

    sections: list[Section] = field(default_factory=list)
    rows: list[Markup] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    filters: Counter[str] = field(default_factory=Counter)


def body_of(
    subject: Plan | Report, show: Callable[[Change], Exhibit], album: Album, drawing: Drawing, room: Room
) -> Body:
    """Draw the changes, those that a person should look at first before the others.

    Args:
        subject: a plan, or what came of it.
        show: what is known of a listing that is changed.
        album: the pictures of the page.
        drawing: makes HTML of it.
        room: how much there may be.
    """
    return _Composer(subject, show, album, drawing, room).body()


class _Composer:
    def __init__(
        self, subject: Plan | Report, show: Callable[[Change], Exhibit], album: Album, drawing: Drawing, room: Room
    ) -> None:
        self._plan = subject if isinstance(subject, Plan) else subject.plan
        self._results = {} if isinstance(subject, Plan) else subject.results
        self._show = show
        self._album = album
        self._drawing = drawing
        self._rules: dict[str, dict[str, None]] = {}
        for rule in self._plan.blocked:
            if rule.key is not None:
                self._rules.setdefault(rule.key, {})[rule.rule] = None
        self._cards_left, self._entries_left, self._rows_left = room.cards, room.entries, room.rows
        self._body = Body()

    def body(self) -> Body:
        changes = self._plan.changes
        undone = [change for change in changes if self._undone(change)]
        others = [change for change in changes if not self._undone(change)] if undone else changes
        if undone:
            self._section("Not done", "These are to be done still, or to be looked into.", self._ordered(undone))
        risky, rest = self._risky_and_rest(others)
        done = bool(self._results)
        if risky:
            hint = "Listings that go, and prices that move: the largest move first."
            self._section("Done, and worth a look" if done else "Check first", hint, ((g, True) for g in risky))
        if rest:
            title = "Done" if done else "The rest" if risky else "Changes"
            self._section(title, "", ((group, False) for group in rest))
        return self._body

    def _undone(self, change: Change) -> bool:
        result = self._results.get(change.key)
        return result is not None and result.outcome != "applied"

    def _ordered(self, changes: Sequence[Change]) -> Iterator[tuple[Group, bool]]:
        risky, rest = self._risky_and_rest(changes)
        yield from ((group, True) for group in risky)
        yield from ((group, False) for group in rest)

    @staticmethod
    def _risky_and_rest(changes: Sequence[Change]) -> tuple[list[Group], list[Group]]:
        risky, rest = risky_and_rest(changes, apart=False)
        return [one for group in risky for one in _parted(group)], rest

    def _section(self, title: str, hint: str, groups: Iterable[tuple[Group, bool]]) -> None:
        section = Section(title, hint)
        for group, risky in groups:
            for change in group:
                self._body.filters.update(self._tags(change, risky).split())
            section.listings += len(group)
            if self._cards_left > 0:
                card = self._card(group, risky)
                self._cards_left -= len(card)
                section.cards.append(card)
            else:
                for change in group:
                    self._row(change, risky)
        if section.cards:
            self._body.sections.append(section)

    def _tags(self, change: Change, risky: bool) -> str:
        return tags_of(change, risky=risky, result=self._results.get(change.key))

    def _card(self, group: Group, risky: bool) -> Markup:
        head = group[0]
        exhibit = self._show(head)
        sides = sides_of(head, exhibit, self._album.picture) if len(group) == 1 else ()
        rules = {rule: None for change in group for rule in self._rules.get(change.key, ())}
        card = card_of(group, self._entry(head, exhibit), sides, tuple(rules), self._tags(head, risky))
        if len(group) == 1:
            return self._drawing.card(card, (), 0)
        entries: list[Markup] = []
        for change in group:
            if self._entries_left <= 0:
                break
            entries.append(self._drawing.entry(self._entry(change, self._show(change))))
            self._entries_left -= len(entries[-1])
        return self._drawing.card(card, entries, len(group) - len(entries))

    def _row(self, change: Change, risky: bool) -> None:
        if self._rows_left <= 0:
            self._body.left_out[change.action.value] += 1
            return
        row = row_of(change, self._entry(change, self._show(change)), self._tags(change, risky))
        self._body.rows.append(self._drawing.row(row))
        self._rows_left -= len(self._body.rows[-1])

    def _entry(self, change: Change, exhibit: Exhibit) -> Entry:
        return entry_of(change, exhibit, self._results.get(change.key))


def _parted(group: Group) -> Iterator[Group]:
    """Listings that go are each worth a look, as long as somebody can look at them all."""
    if group[0].action in {Action.DELETE, Action.RETIRE} and len(group) <= _APART:
        yield from ((change,) for change in group)
    else:
        yield group
