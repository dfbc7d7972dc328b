"""Records and their bytes: what goes in comes out, and what was touched on the way is refused."""

import json
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.model.errors import StateError
from catalogsync.model.events import Event, Forgotten, Intended, Intent, Marked, OrdersSeen, Recovered, Renamed
from catalogsync.model.ledger import FINGERPRINT, Batch, Fate
from catalogsync.model.secret import Secret
from catalogsync.model.state import Call, Op
from catalogsync.state import parse_key
from catalogsync.state.bodies import TYPES, body_of, event_of, halves
from catalogsync.state.codec import LIMIT, Record, canonical, check_key, decode, digest, encode
from tests.state.events import any_event
from tests.state.ground import KEY, OTHER_KEY_TEXT, appends, check_schema, said

OTHER_KEY = parse_key(Secret(OTHER_KEY_TEXT))
RECORD = Record(
    number=2,
    lineage="lineage",
    prev=digest(b""),
    run="run",
    epoch=1,
    at="2026-11-21T12:00:00.000Z",
    type="forget",
    body={"keys": ["streamhub-12m", "kürs"]},
    snap=1,
)
BYTES = encode(RECORD, KEY)


def refusal(data: bytes) -> str:
    with pytest.raises(StateError) as caught:
        decode(data, KEY, "record 2 of the test")
    assert caught.value.message.startswith("record 2 of the test ")
    assert caught.value.hint
    return caught.value.message


def signed(**changes: object) -> bytes:
    """The record with other content, but a right MAC."""
    return encode(replace(RECORD, **changes), KEY)  # type: ignore[arg-type]


@given(any_event)
def test_an_event_survives_its_record(event: Event) -> None:
    body = body_of(event)
    record = replace(RECORD, type=TYPES[type(event)], body=body)
    data = encode(record, KEY)
    check_schema(data)
    read = decode(data, KEY, "here")
    assert read == replace(record, body=json.loads(canonical(body)))
    assert event_of(read.type, read.body) == event
    assert event_of(record.type, body) == event


@given(any_event)
def test_halves_say_together_what_the_whole_says(event: Event) -> None:
    two = halves(event)
    if (
        two is None
        or isinstance(event, Marked | OrdersSeen)
        or (isinstance(event, Recovered) and len(event.intents) == 1)
    ):
        return  # it is divided otherwise, as other tests say
    (name, whole), *_ = ((n, v) for n, v in body_of(event).items() if isinstance(v, (list, dict)))
    first, second = (body_of(half)[name] for half in two)
    assert first
    assert second
    assert whole == ([*first, *second] if isinstance(whole, list) else {**first, **second})


def test_accounts_that_are_recovered_are_halved() -> None:
    users, contents = bytes(range(48)), bytes(range(100, 148))
    op = Op("op", Call.APPEND, "key", "shop", "p", pool="pool", count=3, held=True, recovered=True)
    two = halves(Recovered((Intent(op, users, contents),)))
    cut = FINGERPRINT
    assert two == (
        Recovered((Intent(replace(op, count=1), users[:cut], contents[:cut]),)),
        Recovered((Intent(replace(op, count=2), users[cut:], contents[cut:]),)),
    )


def test_a_mark_is_halved_with_its_accounts() -> None:
    users, contents = bytes(range(48)), bytes(range(100, 148))
    event = Marked("pool", Batch("mark", "shop/p", "key", "pool", 3, Fate.SENT), users, contents)
    two = halves(event)
    assert two is not None
    first, second = two
    assert isinstance(first, Marked)
    assert isinstance(second, Marked)
    assert first.batch == replace(event.batch or Batch("", "", "", "", 0, Fate.SENT), id="mark.1", count=1)
    assert second.batch == replace(first.batch, id="mark.2", count=2)
    assert (first.users + second.users, first.contents + second.contents) == (users, contents)
    assert len(first.users) == FINGERPRINT


@pytest.mark.parametrize(
    "event", [Forgotten(("a",)), Renamed({"a": "b", "b": "c"}), Intended((appends("a", "op", 1),))]
)
def test_what_is_one_thing_is_not_halved(event: Event) -> None:
    assert halves(event) is None


def test_bytes_are_canonical_and_never_the_same_twice() -> None:
    assert orjson.dumps(orjson.loads(BYTES), option=orjson.OPT_SORT_KEYS) == BYTES
    assert encode(RECORD, KEY) != BYTES
    assert "kürs".encode() in BYTES


def test_every_flipped_bit_is_found() -> None:
    for position in range(len(BYTES)):
        for bit in range(8):
            damaged = bytearray(BYTES)
            damaged[position] ^= 1 << bit
            assert refusal(bytes(damaged))


def test_every_cut_is_found() -> None:
    for length in range(len(BYTES)):
        assert refusal(BYTES[:length])
        assert refusal(BYTES[:length] + bytes(len(BYTES) - length))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (bytes(4096), "is empty"),
        (b"null", "is no record"),
        (b"[]", "is no record"),
        (b"{}", "is no record"),
        (b'{"v":1}', "is no record"),
        (b'{"v":"1"}', "is no record"),
        (b'{"v":0}', "is no record"),
        (b'{"v":2}', "written by a newer catalogsync"),
        (BYTES.replace(b'"v":1', b'"v":2'), "written by a newer catalogsync"),
        (BYTES.replace(b'"n":2', b'"n":"2"'), "is no record"),
        (BYTES.replace(b'"body":', b'"bodi":'), "is no record"),
        (BYTES.replace(b'"mac":"', b'"mac":"\xc3\xa9'), "does not have the state key"),
        (BYTES.replace(b"streamhub-12m", b"streamhub-13m"), "does not have the state key"),
        (BYTES + BYTES, "damaged or cut short"),
        (b"[" * 100_000, "damaged or cut short"),
        (b"\xff\xfe" + BYTES, "damaged or cut short"),
        (BYTES.replace(b'["stream', b"[" * 300 + b'["stream').replace(b'rs"]', b'rs"]' + b"]" * 300), "is no record"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, says: str) -> None:
    assert says in refusal(data)


def test_another_key_cannot_read() -> None:
    with pytest.raises(StateError, match="does not have the state key"):
        decode(BYTES, OTHER_KEY, "record 2")


def test_a_record_has_its_limit() -> None:
    with pytest.raises(StateError, match="too large"):
        signed(body={"keys": ["x" * LIMIT]})
    assert len(signed(body={"keys": ["x" * (LIMIT - 1000)]})) < LIMIT


@pytest.mark.parametrize("value", ["\ud800", 2**64, {1: "x"}, object()])
def test_what_json_cannot_carry_is_an_error_without_the_value(value: object) -> None:
    with pytest.raises(StateError, match="cannot be recorded") as caught:
        canonical({"title": value})
    assert repr(value) not in said(caught.value)
    assert caught.value.__suppress_context__


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_key_is_the_right_one_or_is_refused(check: str) -> None:
    first = signed(number=1, prev=None, type="init", body={"kcv": check})
    if check != KEY.check:
        with pytest.raises(StateError, match="not the one that the test was made with"):
            check_key(first, KEY, "the test")
    check_key(signed(number=1, type="init", body={"kcv": KEY.check}), KEY, "the test")


@pytest.mark.parametrize("body", [{}, {"kcv": None}, {"kcv": 5}])
def test_a_first_record_without_a_key_check_is_damaged(body: dict[str, object]) -> None:
    with pytest.raises(StateError, match="which key"):
        check_key(signed(body=body), KEY, "the test")


@pytest.mark.parametrize("body", [{}, {"keys": None}, {"keys": ["a"], "more": 1}])
def test_a_body_of_another_form_is_not_guessed_at(body: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        event_of("forget", body)


def test_an_unknown_type_is_no_event() -> None:
    assert event_of("teleport", {}) is None
