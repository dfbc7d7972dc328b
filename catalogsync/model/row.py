"""Values of fields in little memory: a hundred thousand listings stand on three sides of a plan."""

import sys
from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from catalogsync.model.fields import Value


class Row(Mapping[str, Value]):
    """Values by the names of their fields, which cannot be changed.

    All rows with the same names in the same order share these, so that a row is a third of a dict. Two rows are
    equal if they have the same values by the same names; the order of names does not count.

    Args:
        names: the fields' names, each once.
        values: their values, in the same order.
    """

    __slots__ = ("_at", "_values")

    def __init__(self, names: tuple[str, ...], values: Sequence[Value]) -> None:
        self._at = _positions(names)
        self._values = tuple(values)

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> "Row":
        """A row of what a mapping holds; equal texts of many rows become one object."""
        if isinstance(values, cls):
            return values
        return cls(tuple(values), [shared(value) for value in values.values()])

    def __getitem__(self, name: str) -> Value:
        return self._values[self._at[name]]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __contains__(self, name: object) -> bool:
        return name in self._at

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of a field, or what is to be given where there is none."""
        at = self._at.get(name)
        return default if at is None else self._values[at]

    def keys(self) -> KeysView[str]:
        """The fields' names."""
        return self._at.keys()

    def items(self) -> ItemsView[str, Value]:
        """Names and values."""
        return self._as_dict().items()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Row):
            if self._at is other._at:
                return self._values == other._values
            return self._as_dict() == other._as_dict()
        return self._as_dict() == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Row({self._as_dict()!r})"

    def _as_dict(self) -> dict[str, Value]:
        return dict(zip(self._at, self._values, strict=True))


def shared(value: Value) -> Value:
    """The same value; of equal texts always one object, so that they lie in memory once and compare at a glance."""
    return sys.intern(value) if type(value) is str else value


@lru_cache(maxsize=4096)
def _positions(names: tuple[str, ...]) -> dict[str, int]:
    positions = {sys.intern(name): position for position, name in enumerate(names)}
    if len(positions) != len(names):
        raise ValueError("a name stands twice")
    return positions


NOTHING: Final = Row((), ())
"""The row without a field."""
