"""What a fuzz target is, and what a trial must not do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from catalogsync.model.errors import CatalogsyncError
from catalogsync.model.problem import Problem
from tests.harness.canary import API_KEY, leaks

SECONDS = 5
"""The most processor time that an input may take."""
MEBIBYTES = 200
"""The most memory that an input may take."""
PATIENCE = 120
"""Seconds after which an input that does nothing is given up."""


class Wrong(Exception):
    """A promise that an input broke."""


@dataclass(frozen=True)
class Trial:
    """One input and what is done with it.

    Attributes:
        fed: the input; its repr shows it.
        run: feeds it; raises Wrong, or whatever else must not come out of the program.
    """

    fed: object
    run: Callable[[], None]


@dataclass(frozen=True)
class Target:
    """One reader of foreign bytes.

    Attributes:
        name: what it reads.
        share: how many of all inputs it gets, in relation to the others.
        draw: makes a trial, the same from the same dice.
        prepare: has made what is made once, so that no input pays for it.
    """

    name: str
    share: int
    draw: Callable[[Random], Trial]
    prepare: Callable[[], None] = lambda: None


def said(error: CatalogsyncError) -> str:
    """All that an error says, however it is shown."""
    if not error.message.strip():
        raise Wrong("an error without words")
    return f"{error.message} {error.hint or ''} {error!r} {error.__cause__!r}"


def silent(text: str, why: str) -> None:
    """No planted account or key may be in a text."""
    if leaks(text):
        raise Wrong(f"{why} holds a planted secret")


def keyless(text: str, why: str) -> None:
    """The whole planted key may not be in a text. Parts of it that a mutation made are no key any more."""
    if API_KEY in text.casefold():
        raise Wrong(f"{why} holds the planted key")


def printable(text: str, why: str) -> None:
    """What others wrote is quoted without signs that a terminal would obey."""
    if not text.isprintable():
        raise Wrong(f"{why} has signs that a terminal would obey")


def located(problems: Iterable[Problem], name: str, data: bytes) -> None:
    """Every problem has a place that an editor can jump to, in a file that is there."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    for problem in problems:
        place = problem.place
        if not place.file or place.line < 1 or place.column < 1:
            raise Wrong(f"{problem.code} has no place")
        if not problem.message.strip() or not problem.code:
            raise Wrong(f"{problem.code} at {place} says nothing")
        if place.file == name and place.line > lines:
            raise Wrong(f"{problem.code} stands in line {place.line} of {lines}")
        if not f"{problem.message}{problem.hint or ''}".isprintable():
            raise Wrong(f"{problem.code} says signs that a terminal would obey")
