"""libyaml's events of one file, and the strictness that is the same whoever reads them."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_faults import Fault, Marked, explain, template
from catalogsync.model.problem import Place

MAX_DEPTH: Final = 50
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})

_STARTS: Final = frozenset({MappingStartEvent, SequenceStartEvent})
_ENDS: Final = frozenset({MappingEndEvent, SequenceEndEvent})


def place_of(file: str, mark: Marked) -> Place:
    """A position of libyaml's as a place."""
    return Place(file, mark.line + 1, mark.column + 1)


class Events:
    """The events of one file.

    Args:
        file: its name in the catalog.
        data: its bytes, checked by `check_bytes`.
        problems: where its problems go.

    Attributes:
        stream: the events.
        take: gives the next event.
        complete: everything could be read so far.
    """

    def __init__(self, file: str, data: bytes, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.stream: Iterator[Any] = iter(CParser(data).get_event, None)
        self.take: Callable[[], Any] = self.stream.__next__
        self.complete = True
        self._data = data
        self._lines: list[str] | None = None

    def stop(self, error: YAMLError | Fault) -> None:
        """Report what makes the file unreadable from some place on."""
        fault = explain(error, self._data) if isinstance(error, YAMLError) else error
        self.complete = False
        self.problems.refuse(fault.place(self.file), fault)

    def roots(self) -> Iterator[tuple[int, Any]]:
        """Each document's number, and the first event of the map that it must be; the caller takes the rest of it."""
        self.take()
        number = -1
        while type(event := self.take()) is not StreamEndEvent:
            number += 1
            if event.version not in {None, (1, 2)} or event.tags:
                message = "a `%` directive has no use here: files are read as YAML 1.2"
                self.report(event, "yaml-directive", message, "remove it")
            root = self.take()
            if type(root) is MappingStartEvent:
                yield number, root
            else:
                self._no_map(root, event)
            self.take()
        if number < 0:
            self.complete = False
            self.problems.error(Place(self.file), "empty-file", "the file is empty", "remove it, or fill it in")

    def report(self, event: Any, code: str, message: str, hint: str | None = None) -> None:
        """Report something at an event; what stands there is left out."""
        self.complete = False
        self.problems.error(place_of(self.file, event.start_mark), code, message, hint)

    def skip(self, event: Any, depth: int) -> None:
        """Take the rest of a value that is left out.

        Args:
            event: its first event.
            depth: how many lists and maps it stands in.
        """
        opened = 0
        while True:
            if type(event) in _STARTS:
                opened += 1
                self.enter(event, depth + opened)
            elif type(event) in _ENDS:
                opened -= 1
            if not opened:
                return
            event = self.take()

    def enter(self, event: Any, depth: int) -> None:
        """See that a list or map does not stand too deep.

        Raises:
            Fault: it does; nothing more of the file may be read.
        """
        if depth > MAX_DEPTH:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            message = f"more than {MAX_DEPTH} lists and maps stand inside one another"
            raise Fault(line, column, "yaml-too-deep", message, "nothing in a catalog nests so deep")

    def decorated(self, event: Any) -> bool:
        """Whether an event has an anchor or a tag, which is reported."""
        if event.anchor is None and event.tag is None:
            return False
        if event.anchor is not None:
            self.report(event, "yaml-anchor", "an anchor (`&`) is not read", "remove it, or quote it if it is a text")
        if event.tag is not None:
            self.report(event, "yaml-tag", "a tag (`!`) is not read", "remove it, or quote it if it is a text")
        return True

    def alias(self, event: Any) -> None:
        """Report an alias."""
        self.report(
            event, "yaml-alias", "an alias (`*`) is not read", "write the value out, or quote it if it is a text"
        )

    def odd_key(self, event: Any) -> None:
        """Report a key that is no scalar."""
        line, column = event.start_mark.line, max(event.start_mark.column - 1, 0)
        if self.rest_of_line(line, column).startswith("{{"):
            fault = template(line, column)
            self.complete = False
            self.problems.refuse(fault.place(self.file), fault)
        elif type(event) is AliasEvent:
            self.alias(event)
        else:
            self.report(event, "non-string-key", "a key must be a text, not a list or a map", "put quotes around it")

    def rest_of_line(self, line: int, column: int) -> str:
        """What stands in the file from a place on, as libyaml counts lines and columns."""
        if self._lines is None:
            self._lines = self._data.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines[line][column:] if line < len(self._lines) else ""

    def _no_map(self, event: Any, document: Any) -> None:
        if type(event) is ScalarEvent and not event.style and event.value in NULLS:
            self.report(document, "empty-document", "this document is empty", "remove the `---` that begins it")
        else:
            self.report(event, "not-a-map", "a map of fields is due here, such as `title: …`")
        self.skip(event, 0)
