"""A row is a mapping like any other, and small."""

import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.bulk import bulk
from catalogsync.model.fields import Value
from catalogsync.model.row import NOTHING, Row

_VALUES = st.dictionaries(
    st.sampled_from("abcdefg"), st.text(max_size=4) | st.integers() | st.tuples(st.text(max_size=2)), max_size=5
)


@given(_VALUES, _VALUES)
def test_a_row_is_what_a_dict_with_the_same_values_is(values: dict[str, Value], others: dict[str, Value]) -> None:
    row, other = Row.of(values), Row.of(others)
    assert row == Row.of(dict(reversed(values.items())))
    assert (row == other) == (values == others) == (row == others) == (others == row)
    assert (row != other) == (values != others)
    assert dict(row) == values == dict(row.items()) == {**row}
    assert (list(row), len(row), row.keys()) == (list(values), len(values), values.keys())
    assert list(row.values()) == list(values.values())
    for name in "abcdefg":
        assert (name in row) == (name in values)
        assert (row.get(name), row.get(name, 7)) == (values.get(name), values.get(name, 7))


@given(_VALUES, st.lists(st.sampled_from("abcdefg"), unique=True))
def test_some_of_a_row_is_a_row(values: dict[str, Value], names: list[str]) -> None:
    row = Row.of(values)
    if values.keys() >= {*names}:
        assert row.only(tuple(names)) == {name: values[name] for name in names}
        assert list(row.only(tuple(names))) == names
    else:
        with pytest.raises(KeyError):
            row.only(tuple(names))


def test_equal_texts_lie_in_memory_once() -> None:
    one, other = (Row.of({"title": "".join(["A ", "seat"]), "stock": 3}) for _ in range(2))
    assert one["title"] is other["title"]
    assert sys.getsizeof(one) + sys.getsizeof(tuple(one.values())) < sys.getsizeof(dict(one))
    assert Row.of(one) is one
    assert Row.of({}) == NOTHING == {}


def test_what_is_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Row(("a", "a"), (1, 2))
    with pytest.raises(KeyError):
        NOTHING["a"]
    with pytest.raises(TypeError):
        hash(NOTHING)
    assert NOTHING != "a"
    assert repr(Row.of({"a": 1})) == "Row({'a': 1})"


def test_cyclic_collection_rests_while_much_is_made_and_goes_on_then() -> None:
    with bulk():
        assert not gc.isenabled()
        with bulk():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
