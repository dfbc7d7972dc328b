"""Values of fields in little memory: a hundred thousand listings stand on three sides of a plan."""

import sys
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
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

    __slots__ = ("_shape", "_values")

    def __init__(self, names: tuple[str, ...], values: Sequence[Value]) -> None:
        self._shape = _shape(names)
        self._values = tuple(values)

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> "Row":
        """A row of what a mapping holds; equal texts of many rows become one object."""
        if isinstance(values, cls):
            return values
        return cls(tuple(values), [shared(value) for value in values.values()])

    def __getitem__(self, name: str) -> Value:
        return self._values[self._shape.at[name]]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.at)

    def __contains__(self, name: object) -> bool:
        return name in self._shape.at

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of a field, or what is to be given where there is none."""
        at = self._shape.at.get(name)
        return default if at is None else self._values[at]

    def keys(self) -> KeysView[str]:
        """The fields' names."""
        return self._shape.at.keys()

    def items(self) -> ItemsView[str, Value]:
        """Names and values."""
        return dict(zip(self._shape.at, self._values, strict=True)).items()

    def only(self, names: tuple[str, ...]) -> "Row":
        """The row of these of its fields, in their order.

        Raises:
            KeyError: it has not all of them.
        """
        return self if names == self._shape.names else Row(names, self._shape.chosen(self._values, names))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return dict(self) == other if isinstance(other, Mapping) else NotImplemented
        if self._shape is other._shape:
            return self._values == other._values
        return len(self) == len(other) and other._values == self._shape.arranged(self._values, other._shape)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"


_Order = Callable[[tuple[Value, ...]], tuple[Value, ...] | None]


class _Shape:
    """The names of rows, and where each stands."""

    __slots__ = ("_choices", "_orders", "at", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.at = {sys.intern(name): position for position, name in enumerate(names)}
        self._orders: dict[_Shape, _Order] = {}
        self._choices: dict[tuple[str, ...], _Order] = {}
        if len(self.at) != len(names):
            raise ValueError("a name stands twice")

    def arranged(self, values: tuple[Value, ...], shape: "_Shape") -> tuple[Value, ...] | None:
        """Values of this shape in the order of another one of the same size; None if it has other names."""
        order = self._orders.get(shape)
        if order is None:
            same = self.at.keys() == shape.at.keys()
            order = self._orders[shape] = self._order(shape.names) if same else _nothing
        return order(values)

    def chosen(self, values: tuple[Value, ...], names: tuple[str, ...]) -> tuple[Value, ...]:
        """Some values of this shape, by their names."""
        order = self._choices.get(names)
        if order is None:
            order = self._choices[names] = self._order(names)
        return order(values) or ()

    def _order(self, names: tuple[str, ...]) -> "_Order":
        at = [self.at[name] for name in names]
        # Of fewer than two, `itemgetter` makes no tuple.
        return itemgetter(*at) if len(at) > 1 else lambda values: tuple(values[position] for position in at)


def shared(value: Value) -> Value:
    """The same value; of equal texts always one object, so that they lie in memory once and compare at a glance."""
    return sys.intern(value) if type(value) is str else value


def _nothing(_: tuple[Value, ...]) -> None:
    """No order, for shapes with other names."""


@lru_cache(maxsize=4096)
def _shape(names: tuple[str, ...]) -> _Shape:
    return _Shape(names)


NOTHING: Final = Row((), ())
"""The row without a field."""
