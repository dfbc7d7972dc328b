"""One file of products while it is edited: each edit is proven by reading what came of it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from catalogsync.catalog.documents import Document
from catalogsync.catalog.entries import Layout, documents_of, layout_of
from catalogsync.catalog.files import stem
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.product_values import price
from catalogsync.catalog.splicing import added, removed, replaced
from catalogsync.catalog.text_lines import line_end_of
from catalogsync.catalog.validation import Schema
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.fields import Value

_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@cache
def _schema() -> Schema:
    return Schema("product", readers={"price": price})


class NotByItself(Exception):
    """An edit that would not give what it should, or would change more; it was not made. It never leaves this room.

    Args:
        message: why, and what to do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ProductFile:
    """A file of products.

    Args:
        name: its name in the catalog.
        data: its bytes; a sound file.
    """

    def __init__(self, name: str, data: bytes) -> None:
        text = data.decode()
        self._name = name
        self._mark = _MARK if text.startswith(_MARK) else ""
        self._line_end = line_end_of(text)
        self._parts = documents_of(text.removeprefix(_MARK))
        self._documents = [_read(name, part) for part in self._parts]
        several = len(self._parts) > 1
        self._numbers = {
            document.value.get("key", "" if several else stem(name)): number
            for number, document in enumerate(self._documents)
            if document is not None
        }

    @property
    def data(self) -> bytes:
        """The file's bytes, with all edits."""
        return (self._mark + "".join(self._parts)).encode()

    def document(self, key: str) -> Mapping[str, Any] | None:
        """What the document of a product says; None if there is none in this file."""
        number = self._numbers.get(key)
        document = self._documents[number] if number is not None else None
        return document.value if document is not None else None

    def write(
        self, key: str, ways: tuple[str, ...], name: str, value: Value, reads_back: Callable[[Any], bool]
    ) -> None:
        """Give a field another value.

        Args:
            key: a product of this file.
            ways: the names under which the field can be written; at most one of them is.
            name: the one of them under which it is to be written.
            value: normalized.
            reads_back: whether what a reader makes of the entry is what was meant.

        Raises:
            NotByItself: it cannot be done here.
        """

        def splice(text: str, layout: Layout) -> str:
            entry = layout.entry(*ways)
            if entry is None:
                return added(text, layout, name, value, self._line_end)
            return replaced(text, layout, entry, name, value, self._line_end)

        self._change(key, ways, splice, lambda after: after.keys() == {name} and reads_back(after[name]))

    def remove(self, key: str, name: str) -> None:
        """Take an entry out.

        Args:
            key: a product of this file.
            name: the entry's name.

        Raises:
            NotByItself: it cannot be done here.
        """

        def splice(text: str, layout: Layout) -> str:
            entry = layout.entry(name)
            return text if entry is None else removed(text, layout, entry)

        self._change(key, (name,), splice, lambda after: not after)

    def _change(
        self,
        key: str,
        ways: tuple[str, ...],
        splice: Callable[[str, Layout], str],
        meant: Callable[[Mapping[str, Any]], bool],
    ) -> None:
        number = self._numbers[key]
        text, before = self._parts[number], self._documents[number]
        layout = layout_of(text)
        changed = splice(text, layout)
        after = _read(self._name, changed)
        if before is None or after is None or _all_but(before, ways) != _all_but(after, ways):
            raise self._by_hand(number, layout, ways)
        if not meant({name: after.value[name] for name in ways if name in after.value}):
            raise self._by_hand(number, layout, ways)
        problems = Problems()
        _schema().check(after, problems)
        for problem in problems.sorted():
            raise NotByItself(f"it does not fit into a catalog: {problem.message}")
        self._parts[number], self._documents[number] = changed, after

    def _by_hand(self, number: int, layout: Layout, ways: tuple[str, ...]) -> NotByItself:
        entry = layout.entry(*ways)
        above = "".join(self._parts[:number])
        at = entry.key_start if entry is not None else layout.start
        lines = f"{above}{self._parts[number][:at]}".replace("\r\n", "\n").replace("\r", "\n")
        line = lines.count("\n") + 1
        return NotByItself(f"cannot be edited by itself: change {self._name}:{line} by hand")


def _read(name: str, text: str) -> Document | None:
    """The one document in a text; None if that is not all that stands there."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return None
    documents, complete = read_documents(name, data, Problems())
    return documents[0] if complete and len(documents) == 1 else None


def _all_but(document: Document, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The other entries. Line ends behind a text are no part of a field: `|+` takes blank lines below for its own."""
    others = [(name, item) for name, item in document.value.items() if name not in names]
    return [(name, item.rstrip("\n") if isinstance(item, str) else item) for name, item in others]
