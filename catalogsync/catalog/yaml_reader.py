"""YAML to plain values, strictly: our own builder on libyaml's events."""

import re
from typing import Any, Final

from yaml import YAMLError
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from catalogsync.catalog.documents import LINE, Document, Outlines
from catalogsync.catalog.plain_yaml import read_plain
from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.catalog.scalars import DOUBTFUL, resolve
from catalogsync.catalog.yaml_events import MAX_DEPTH, Events
from catalogsync.catalog.yaml_faults import Fault, check_bytes

_CONTROL: Final = re.compile("[\0-\b\v\f\x0e-\x1f\x7f-\x9f]")
_SURE: Final = frozenset({"", "|", ">", "'"})
"""Styles in which a scalar is what it looks like, unless it is plain and begins like a number or a special word."""


def read_documents(file: str, data: bytes, problems: Problems) -> tuple[list[Document], bool]:
    """Read all documents of a file.

    Returns:
        The documents that could be read, and whether nothing of the file was left out.
    """
    if (plain := read_plain(file, data)) is not None:
        return [plain], True
    try:
        data = check_bytes(data)
    except Fault as fault:
        problems.refuse(fault.place(file), fault)
        return [], False
    events = Events(file, data, problems)
    outlines = Outlines(data)
    documents: list[Document] = []
    try:
        for number, root in events.roots():
            builder = _Builder(events)
            value, spots = builder.mapping(root, 1)
            start = root.start_mark.line << LINE | root.start_mark.column
            document = Document(file, value, start, spots, outlines, number, damaged=builder.damaged)
            documents.append(document)
    except (YAMLError, Fault) as error:
        events.stop(error)
    return documents, events.complete


class _Broken:
    """The value of what could not be read."""


_BROKEN: Final = _Broken()


class _Builder:
    """Builds documents from events; what is reported is left out."""

    def __init__(self, events: Events) -> None:
        self.damaged = False
        self._events = events
        self._stream = events.stream
        self._take = events.take

    def mapping(self, start: Any, depth: int) -> tuple[dict[str, Any], dict[str, int]]:
        """The map that begins with this event, and where each of its values stands."""
        if depth > MAX_DEPTH or start.anchor is not None or start.tag is not None:
            self._enter(start, depth)
        value: dict[str, Any] = {}
        spots: dict[str, int] = {}
        take = self._take
        for event in self._stream:
            if type(event) is not ScalarEvent:
                if type(event) is MappingEndEvent:
                    break
                self._leave_out(event, depth)
                continue
            key = event.value
            odd = key in value or key[:1] in DOUBTFUL or event.anchor is not None or event.tag is not None
            if odd and not self._is_key(event, spots):
                self._leave_out(event, depth)
                continue
            spot = take()
            item: Any
            if type(spot) is ScalarEvent:
                item = spot.value
                if spot.style not in _SURE or item[:1] in DOUBTFUL or spot.anchor is not None or spot.tag is not None:
                    item = self._scalar(spot)
            else:
                item = self._collection(spot, depth + 1)
            if item is not _BROKEN:
                value[key] = item
                mark = spot.start_mark
                spots[key] = mark.line << LINE | mark.column
        return value, spots

    def _sequence(self, start: Any, depth: int) -> list[Any]:
        if depth > MAX_DEPTH or start.anchor is not None or start.tag is not None:
            self._enter(start, depth)
        value: list[Any] = []
        for event in self._stream:
            if type(event) is SequenceEndEvent:
                break
            item = self._scalar(event) if type(event) is ScalarEvent else self._collection(event, depth + 1)
            if item is not _BROKEN:
                value.append(item)
        return value

    def _collection(self, event: Any, depth: int) -> Any:
        if type(event) is MappingStartEvent:
            return self.mapping(event, depth)[0]
        if type(event) is SequenceStartEvent:
            return self._sequence(event, depth)
        self.damaged = True
        self._events.alias(event)
        return _BROKEN

    def _scalar(self, event: Any) -> Any:
        text, style = event.value, event.style
        if event.anchor is not None or event.tag is not None:
            self.damaged = self._events.decorated(event)
            return _BROKEN
        if not style:
            try:
                return resolve(text)
            except Refused as refused:
                self._report(event, refused.code, refused.message, refused.hint)
                return _BROKEN
        # Only an escape in double quotes can bring a control character: libyaml refuses bare ones.
        if style == '"' and not text.isprintable() and _CONTROL.search(text):
            self._report(event, "control-character", "an escape in this text gives a control character", "remove it")
            return _BROKEN
        return text

    def _is_key(self, event: Any, spots: dict[str, int]) -> bool:
        key, plain = event.value, not event.style
        if event.anchor is not None or event.tag is not None:
            self.damaged = self._events.decorated(event)
        elif key in spots:
            message = f"`{shown(key)}` stands here twice; first in line {(spots[key] >> LINE) + 1}"
            self._report(event, "duplicate-key", message, "remove one of them")
        elif plain and not _is_text(key):
            self._report(event, "non-string-key", "a key must be a text", "put quotes around it")
        elif plain and key == "<<":
            hint = "`_defaults.yaml` is for what products share"
            self._report(event, "yaml-merge-key", "a merge key (`<<`) is not read", hint)
        else:
            return True
        return False

    def _leave_out(self, key: Any, depth: int) -> None:
        if type(key) is not ScalarEvent:
            self.damaged = True
            self._events.odd_key(key)
            self._events.skip(key, depth)
        self._events.skip(self._take(), depth)

    def _enter(self, event: Any, depth: int) -> None:
        self._events.enter(event, depth)
        if self._events.decorated(event):
            self.damaged = True

    def _report(self, event: Any, code: str, message: str, hint: str | None = None) -> None:
        self.damaged = True
        self._events.report(event, code, message, hint)


def _is_text(key: str) -> bool:
    try:
        return isinstance(resolve(key), str)
    except Refused:
        return False
