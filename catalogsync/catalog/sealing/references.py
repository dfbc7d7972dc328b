"""Changing the name of the accounts file in a pool's text, so that every other character stays."""

from collections.abc import Callable
from typing import Any, Final

from yaml._yaml import CParser
from yaml.events import MappingStartEvent, ScalarEvent

from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_events import Events
from catalogsync.catalog.yaml_faults import Fault

_MARK: Final = b"\xef\xbb\xbf"
_QUOTES: Final = ("'", '"')
_BLOCKS: Final = ("|", ">")


def renamed(data: bytes, change: Callable[[str], str]) -> bytes:
    """A pool's text in which the accounts file is called otherwise.

    Args:
        data: a sound pool file that names an accounts file.
        change: makes the new name of the old one, without touching its beginning.

    Raises:
        Fault: the name is written in a form in which that cannot be done.
    """
    mark = _MARK if data.startswith(_MARK) else b""
    text = data[len(mark) :].decode()
    event = _reference(text)
    start, end = event.start_mark.index, event.end_mark.index
    raw = text[start:end]
    quote = raw[-1] if raw.endswith(_QUOTES) else ""
    after = f"{text[:start]}{change(raw.removesuffix(quote))}{quote}{text[end:]}"
    if event.style in _BLOCKS or _reference(after).value != change(event.value):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        hint = "write it in one line, as in `accounts_file: tea-10.txt`"
        raise Fault(line, column, "odd-reference", "the name of the accounts file cannot be changed as written", hint)
    return mark + after.encode()


def _reference(text: str) -> Any:
    events = Events("", text.encode(), Problems())
    events.take = iter(CParser(text).get_event, None).__next__
    while type(events.take()) is not MappingStartEvent:
        pass
    while True:
        key, value = events.take(), events.take()
        if type(key) is ScalarEvent and key.value == "accounts_file":
            return value
        events.skip(value, 1)
