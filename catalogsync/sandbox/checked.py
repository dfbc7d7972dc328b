"""Fields of dataclasses that say what they accept, for settings and faults that come as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import field, fields
from difflib import get_close_matches
from typing import Any, TypeVar

Default = TypeVar("Default")
Problem = Callable[[object], str | None]
"""Says what is wrong with a value, or None."""


def accepting(default: Default, problem: Problem) -> Default:
    """A field that accepts what a function finds no problem with."""
    kept: Default = field(default=default, metadata={"problem": problem})
    return kept


def _unless(fits: Callable[[object], bool], text: str) -> Problem:
    return lambda value: None if fits(value) else text


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def one_of(*choices: str) -> str:
    """A field with known values; the first is the default."""
    return accepting(choices[0], _unless(lambda value: value in choices, f"must be one of: {', '.join(choices)}"))


def whole(default: int, least: int, most: int) -> int:
    """A field of whole numbers within bounds."""
    text = f"must be a whole number from {least} to {most}"
    return accepting(default, _unless(lambda value: _is_whole(value, least, most), text))


def whole_or_none(default: int | None, least: int, most: int) -> int | None:
    """A field of whole numbers within bounds, where null means something too."""
    text = f"must be null or a whole number from {least} to {most}"
    return accepting(default, _unless(lambda value: value is None or _is_whole(value, least, most), text))


def flag() -> bool:
    """A field that is false unless it is set."""
    return accepting(False, _unless(lambda value: isinstance(value, bool), "must be true or false"))


def flag_or_none() -> bool | None:
    """A field that may be true or false, where null means something too."""
    fits = _unless(lambda value: value is None or isinstance(value, bool), "must be null, true or false")
    return accepting(None, fits)


def text(default: str) -> str:
    """A field of any text."""
    return accepting(default, _unless(lambda value: isinstance(value, str), "must be a text"))


def texts() -> Mapping[str, str]:
    """A field that maps names to texts; empty by default."""
    problem = _unless(_is_texts, "must be an object of texts")
    kept: Mapping[str, str] = field(default_factory=dict, metadata={"problem": problem})
    return kept


def anything() -> object:
    """A field of any JSON value."""
    return accepting(None, lambda _value: None)


def check(kind: type[Any], values: Mapping[str, object]) -> None:
    """Looks whether a dataclass accepts these values for its checked fields.

    Raises:
        ValueError: a name or a value is not accepted; the text says which, and what would be.
    """
    problems: dict[str, Problem] = {
        entry.name: entry.metadata["problem"] for entry in fields(kind) if "problem" in entry.metadata
    }
    for name, value in values.items():
        if name not in problems:
            near = get_close_matches(str(name), problems, n=1)
            raise ValueError(f"unknown name {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        problem = problems[name](value)
        if problem:
            raise ValueError(f"{name} {problem}")
