"""Which class an answer to a changing call is: RELIABILITY's N, R, C and U, over a real socket."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogsync.marketplaces import AccPlanet
from catalogsync.model.answer import Answer, AnswerClass
from tests.marketplaces.stub import ACCOUNTS, HTML, Doing, answer, in_turn, shop

CALLS: dict[str, Callable[[AccPlanet], Answer]] = {
    "upload": lambda client: client.upload_image("a.png", b"\x89PNG"),
    "create": lambda client: client.create({"title": "A seat", "price": "9.99"}),
    "update": lambda client: client.update("p1", {"price": "9.99"}),
    "append": lambda client: client.append("p1", ACCOUNTS),
    "delete": lambda client: client.delete("p1"),
}


@dataclass(frozen=True)
class Row:
    call: str
    reply: Doing
    kind: str
    stop: bool = False
    requests: int = 1
    says: str = ""

    def __str__(self) -> str:
        return f"{self.call}-{self.kind}-{self.reply!r:.70}"


def ok(call: str, **body: object) -> Row:
    return Row(call, answer(body), "C")


def doubt(call: str, reply: Doing, says: str = "") -> Row:
    return Row(call, reply, "U", requests=3 if call == "upload" else 1, says=says)


def no(call: str, reply: Doing, says: str = "", *, stop: bool = False) -> Row:
    return Row(call, reply, "R", stop=stop, says=says)


CONFIRMED = [
    ok("create", success=True, product_id="p9", business_id=5, accounts_imported=0),
    ok("create", success=True, product_id=9),
    ok("create", product_id="p9"),
    ok("create", success=True, product_id="a/b?c#d"),
    ok("create", success=True, product_id="p9", error=None, errors={}, message="Product created"),
    Row("create", answer({"success": True, "product_id": "p9"}, 201), "C"),
    Row("create", answer({"success": True, "product_id": "p9"}, 200, "text/plain"), "C"),
    ok("update", success=True, product_id="p1"),
    ok("update", success=True),
    ok("update", product_id="p1"),
    ok("update", success=True, product_id="p1", errors=[], accounts_imported=0),
    ok("append", success=True, product_id="p1", accounts_imported=5, delivery_tasks_queued=2),
    ok("append", success=True, accounts_imported=0),
    ok("append", success=True, accounts_imported="5"),
    ok("append", success=True, accounts_imported=2.0),
    ok("append", accounts_imported=3),
    ok("append", success=True, accounts_imported=5, delivery_tasks_queued="many"),
    ok("delete", success=True),
    ok("delete", success=True, message="Product deleted successfully"),
    ok("upload", success=True, image_path="/media/a.webp"),
    ok("upload", image_path="https://cdn.example/a.webp"),
]

REFUSED = [
    no("create", answer({"success": False}), "success (boolean)"),
    no("create", answer({"success": False, "error": "Title is too long"}), "Title is too long"),
    no("create", answer({"success": False, "product_id": None, "error": "no"})),
    no("create", answer({"error": "Invalid category"}), "Invalid category"),
    no("create", answer({"error": {"code": 12, "text": "bad"}}), "code: 12"),
    no("create", answer({"errors": {"title": ["is required"]}}, 422), "title: is required"),
    no("create", answer({"title": ["This field is required."]}, 400), "title (an array of 1: text)"),
    no("create", answer({"detail": "Not found."}, 404), "Not found."),
    no("create", answer({"message": "No."}, 400), "No."),
    no("append", answer({"success": False, "error": "No accounts provided"}, 400), "No accounts provided"),
    no("append", answer({"success": False, "accounts_imported": 0, "message": "none"}, 400)),
    no("update", answer({"success": False, "product_id": "p1", "message": "sold"})),
    no("delete", answer({"success": False, "message": "has been sold"}), "has been sold"),
    no("delete", answer({"success": False, "message": "has been sold"}, 400)),
    no("append", answer({"error": "Invalid API key"}, 401), "Invalid API key", stop=True),
    no("create", answer({"detail": "Forbidden"}, 403), "Forbidden", stop=True),
    no("upload", answer({"success": False, "error": "not an image"}, 400), "not an image"),
    no("upload", answer({"success": False, "image_path": ""}, 400)),
]

UNKNOWN = [
    # a success that lacks what it must hold
    doubt("create", answer({"success": True}), "product_id"),
    doubt("create", answer({"success": True, "product_id": None})),
    doubt("create", answer({"success": True, "product_id": ""})),
    doubt("create", answer({"success": True, "product_id": "  "})),
    doubt("create", answer({"success": True, "product_id": True})),
    doubt("create", answer({"success": True, "product_id": 1.5})),
    doubt("create", answer({"success": True, "product_id": ["p9"]})),
    doubt("create", answer({"success": True, "product_id": ".."})),
    doubt("create", answer({"success": True, "product_id": "a\u0007b"})),
    doubt("create", answer({"success": True, "product_id": "x" * 201})),
    doubt("append", answer({"success": True}), "accounts_imported"),
    doubt("append", answer({"success": True, "accounts_imported": None})),
    doubt("append", answer({"success": True, "accounts_imported": True})),
    doubt("append", answer({"success": True, "accounts_imported": -1})),
    doubt("append", answer({"success": True, "accounts_imported": 6}), "from 0 to 5"),
    doubt("append", answer({"success": True, "accounts_imported": "6"})),
    doubt("append", answer({"success": True, "accounts_imported": "five"})),
    doubt("append", answer({"success": True, "accounts_imported": "٥"})),
    doubt("append", answer({"success": True, "accounts_imported": 2.5})),
    doubt("append", answer({"success": True, "accounts_imported": [5]})),
    doubt("append", answer({"success": True, "accounts_imported": 5, "product_id": "p2"}), "another listing"),
    doubt("update", answer({"success": True, "product_id": "p2"}), "another listing"),
    doubt("update", answer({}), "empty object"),
    doubt("update", answer({"message": "Product updated"}), "Product updated"),
    doubt("delete", answer({"message": "Product deleted"})),
    doubt("upload", answer({"success": True}), "image_path"),
    doubt("upload", answer({"success": True, "image_path": "  "})),
    doubt("upload", answer({"success": True, "image_path": "/a\nb"})),
    # a yes that is none
    doubt("create", answer({"success": "true", "product_id": "p9"}), "neither true nor false"),
    doubt("create", answer({"success": 1, "product_id": "p9"})),
    doubt("create", answer({"success": None, "product_id": "p9"})),
    doubt("create", answer({"success": True, "product_id": "p9", "error": "late"}), "both yes and no"),
    doubt("create", answer({"product_id": "p9", "error": "late"})),
    doubt("create", answer({"success": False, "product_id": "p9", "error": "accounts are bad"})),
    doubt("create", answer({"success": False, "product_id": "p9"}, 400)),
    doubt("append", answer({"success": False, "accounts_imported": 3, "error": "2 are bad"}, 400)),
    doubt("append", answer({"success": False, "accounts_imported": "3"})),
    doubt("append", answer({"success": True, "accounts_imported": 5}, 400)),
    # a status that proves nothing
    *(doubt("append", answer({"error": "no"}, status)) for status in (405, 408, 409, 410, 413, 418, 425, 431)),
    *(doubt("create", answer({"success": False}, status)) for status in (500, 501, 502, 503, 504, 520, 527, 599)),
    *(doubt("append", answer({"success": True, "accounts_imported": 5}, status)) for status in (300, 304, 500)),
    doubt("create", answer(b"", 204)),
    doubt("create", answer(b"", 200), "no content"),
    doubt("append", answer(b"", 400)),
    doubt("append", answer(b"", 429)),
    doubt("append", answer({}, 400)),
    doubt("append", answer({"title": "x"}, 400)),
    doubt("append", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
    # no JSON, or no object
    doubt("create", answer(b"<!doctype html><title>Log in</title>", 200, HTML), "HTML page"),
    doubt("append", answer(b"<html>Bad Gateway</html>", 502, HTML), "HTML page"),
    doubt("append", answer(b"<html>Too many</html>", 429, HTML)),
    doubt("append", answer(b"<html>no</html>", 400, HTML)),
    doubt("create", answer(["p9"])),
    doubt("create", answer("p9")),
    doubt("create", answer(None)),
    doubt("create", answer(7)),
    doubt("create", answer(b"product_id=p9", 200, "text/plain"), "no JSON object (text/plain)"),
    doubt("create", answer(b'{"success": true, "product_id": "p9"')),
    doubt("create", answer(b'{"success": true, "product_id": "p9"} {}')),
    doubt("create", answer(b'{"success": false, "success": true, "product_id": "p9"}')),
    doubt("append", answer(b'{"accounts_imported": 1, "accounts_imported": 5}')),
    doubt("append", answer(b'{"accounts_imported": NaN}')),
    doubt("append", answer(b'{"accounts_imported": 1e400}')),
    doubt("append", answer(b'{"accounts_imported": ' + b"5" * 5000 + b"}")),
    doubt("create", answer(b'\xef\xbb\xbf{"product_id": "p9"}')),
    doubt("create", answer('{"product_id": "p9"}'.encode("utf-16"))),
    doubt("create", answer('{"product_id": "p9", "message": "é"}'.encode("latin-1"))),
    doubt("create", answer(b"[" * 100_000)),
    doubt("create", answer(b'{"a":' * 100_000)),
    doubt("create", answer(b'{"product_id": "p9", "x": "' + b"y" * 2_000_000 + b'"}'), "larger than 1 MiB"),
]


def test_the_table_is_long() -> None:
    assert len(CONFIRMED) + len(REFUSED) + len(UNKNOWN) >= 100


@pytest.mark.parametrize("row", [*CONFIRMED, *REFUSED, *UNKNOWN], ids=str)
def test_answer_class(row: Row) -> None:
    with shop(in_turn(row.reply)) as (client, stub):
        result = CALLS[row.call](client)
        assert result.kind == AnswerClass(row.kind), result
        assert result.stop == row.stop
        assert len(stub.requests) == row.requests
        assert client.calls == row.requests
    assert (result.reason == "") == (row.kind == "C")
    assert row.says in result.reason


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_refuses_the_key_is_a_doubt_that_stops_the_run(status: int) -> None:
    with shop(in_turn(answer(b"<html>no</html>", status, HTML))) as (client, _):
        result = CALLS["append"](client)
    assert (result.kind, result.stop, result.status) == (AnswerClass.UNKNOWN, True, status)


def test_what_confirmed_answers_carry() -> None:
    told = {"success": True, "product_id": 42, "accounts_imported": "4", "delivery_tasks_queued": 2}
    with shop(in_turn(answer(told | {"image_path": " /media/a.webp "}))) as (client, _):
        assert client.create({}).product_id == "42"
        append = client.append("42", ACCOUNTS)
        assert (append.imported, append.queued) == (4, 2)
        assert client.upload_image("a.png", b"x").image_path == "/media/a.webp"


VALUES = (
    st.none() | st.booleans() | st.integers(-2, 8) | st.floats() | st.text(max_size=4) | st.sampled_from(["p1", "5"])
)
NAMES = ["success", "error", "errors", "message", "detail", "product_id", "accounts_imported", "x"]
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES | st.lists(VALUES, max_size=2), max_size=5)


def test_only_a_whole_yes_confirms_and_only_a_plain_no_refuses() -> None:
    with shop(in_turn(b"")) as (client, stub):

        @settings(max_examples=300)
        @given(BODIES, st.sampled_from([200, 201, 400, 401, 404, 409, 422, 500]))
        def law(body: dict[str, object], status: int) -> None:
            stub.script = in_turn(answer(body, status))
            result = client.append("p1", ACCOUNTS)
            if result.kind is AnswerClass.CONFIRMED:
                assert status < 300
                assert body.get("success", True) is True
                assert result.imported in range(6)
                assert float(str(body["accounts_imported"])) == result.imported
                assert not body.get("error")
                assert body.get("product_id") in (None, "p1")
            elif result.kind is AnswerClass.REFUSED:
                assert status not in (409, 500)
                assert body.get("success", False) is False
                assert body.get("accounts_imported") in (None, "", 0, "0")
            else:
                assert result.kind is AnswerClass.UNKNOWN
            assert result.status == status

        law()
