"""What blocks and what is warned of, ready for the page: the same message of many listings is one note."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalogsync.model.plan import Blocked, Notice
from catalogsync.render.listed import listed
from catalogsync.render.messages import FEW, told
from catalogsync.render.palette import Style

MOST: Final = 200
"""Of one kind so many notes are in the page at all; the others are counted."""


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a message; `typed` is what a reader may have to type, and wants to copy."""

    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Note:
    """One message, and the listings that it is about."""

    who: str
    words: tuple[Word, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The messages of one kind: those to show, those to unfold, and how many there are beyond."""

    kind: str
    first: tuple[Note, ...]
    folded: tuple[Note, ...]
    beyond: int


def words(message: str) -> tuple[Word, ...]:
    """A message in parts."""
    return tuple(
        Word(span.text.strip("`") if span.style is Style.STRONG else span.text, span.style is Style.STRONG)
        for span in told(message)
    )


def notes_of(entries: Iterable[Blocked | Notice]) -> tuple[Notes, ...]:
    """Messages by kind, in their order."""
    kinds: dict[str, dict[str, list[Blocked | Notice]]] = {}
    for entry in entries:
        kind = entry.rule if isinstance(entry, Blocked) else entry.code
        kinds.setdefault(kind, {}).setdefault(entry.message, []).append(entry)
    return tuple(_notes(kind, by_message) for kind, by_message in kinds.items())


def _notes(kind: str, by_message: dict[str, list[Blocked | Notice]]) -> Notes:
    notes = [_note(message, entries) for message, entries in list(by_message.items())[:MOST]]
    return Notes(kind, tuple(notes[:FEW]), tuple(notes[FEW:]), len(by_message) - len(notes))


def _note(message: str, entries: list[Blocked | Notice]) -> Note:
    keys = [entry.key for entry in entries if entry.key is not None]
    places = list(dict.fromkeys(f"{entry.file}:{entry.line or 1}" for entry in entries if entry.file is not None))
    return Note(listed(keys, FEW), words(message), listed(places, 3))
