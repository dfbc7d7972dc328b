"""Faults on demand, over real connections: what the client meets, and what the marketplace did meanwhile."""

import gzip
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

CREATE = "/products/api/supplier/create/"
LIST = "/products/api/supplier/products/"
BODY: dict[str, object] = {
    "category_id": "seats",
    "title": "A seat",
    "description": "<p>One seat.</p>",
    "price": "9.99",
}

# a client of its own that can be killed: it says hello, posts, and prints the status
VICTIM = """
import sys, httpx
print(httpx.post(sys.argv[1], content=sys.argv[2], timeout=60,
                 headers={"X-API-Key": "sandbox", "Content-Type": "application/json"}).status_code)
"""


def fault(shop: httpx.Client, **rule: object) -> None:
    answer = shop.post("/admin/api/faults", json=[rule])
    assert answer.status_code == 200, answer.text


def count(shop: httpx.Client) -> int:
    return len(shop.get("/admin/api/products").json()["products"])


def last(shop: httpx.Client) -> dict[str, Any]:
    entry: dict[str, Any] = shop.get("/admin/api/calls").json()["calls"][-1]
    return entry


def wait_for(question: Callable[[], Any]) -> Any:
    for _ in range(1000):
        if answer := question():
            return answer
        time.sleep(0.005)
    raise AssertionError("it never came")


def raw(shop: httpx.Client, body: dict[str, object]) -> bytes:
    """What comes back for a create, byte for byte; ConnectionResetError if it is a reset."""
    content = json.dumps(body).encode()
    assert shop.base_url.port is not None
    with socket.create_connection((shop.base_url.host, shop.base_url.port), timeout=10) as connection:
        head = f"POST {CREATE} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: sandbox\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_reset_is_a_real_one(shop: httpx.Client, when: str, made: int) -> None:
    fault(shop, kind="reset", call="create", when=when)
    with pytest.raises(ConnectionResetError):
        raw(shop, BODY)
    assert count(shop) == made
    entry = last(shop)
    assert (entry["fault"], entry["status"], entry["outcome"]) == ("reset", None, "broken")
    assert entry["handled"] == (200 if made else None)
    assert b" 200 OK" in raw(shop, BODY)


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_close_brings_nothing(shop: httpx.Client, when: str, made: int) -> None:
    fault(shop, kind="close", when=when, call="create")
    assert raw(shop, BODY) == b""
    assert count(shop) == made


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_truncated_answer_promises_more_than_it_holds(shop: httpx.Client, when: str, made: int) -> None:
    fault(shop, kind="truncated", when=when, call="create")
    head, _, body = raw(shop, BODY).partition(b"\r\n\r\n")
    assert b"200 OK" in head
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised
    assert count(shop) == made
    fault(shop, kind="truncated", when=when, call="create")
    with pytest.raises(httpx.RemoteProtocolError):
        shop.post(CREATE, json=BODY)


def test_garbage_is_no_http(shop: httpx.Client) -> None:
    fault(shop, kind="garbage", call="list")
    with pytest.raises(httpx.RemoteProtocolError):
        shop.get(LIST)
    assert shop.get(LIST).status_code == 200


def test_a_slow_answer_drips(shop: httpx.Client) -> None:
    fault(shop, kind="slow", call="create", delay_ms=1)
    assert shop.post(CREATE, json=BODY).json()["success"] is True
    fault(shop, kind="slow", call="list", delay_ms=60_000)
    with pytest.raises(httpx.ReadTimeout):
        shop.get(LIST, timeout=0.2)


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_made_up_answers(shop: httpx.Client, when: str, made: int) -> None:
    fault(shop, kind="status", when=when, status=429, headers={"Retry-After": "7"}, body={"detail": "Slow down."})
    limited = shop.post(CREATE, json=BODY)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert limited.json() == {"detail": "Slow down."}
    assert (last(shop)["status"], last(shop)["handled"]) == (429, 200 if made else None)
    fault(shop, kind="status", when=when)
    assert shop.post(CREATE, json=BODY).status_code == 500
    fault(shop, kind="html", when=when, status=503)
    page = shop.post(CREATE, json=BODY)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "<form" in page.text
    fault(shop, kind="redirect", when=when, location="https://elsewhere.example/login/")
    moved = shop.post(CREATE, json=BODY)
    assert (moved.status_code, moved.headers["location"]) == (302, "https://elsewhere.example/login/")
    fault(shop, kind="json", when=when, body=[1, "x", None])
    assert shop.post(CREATE, json=BODY).json() == [1, "x", None]
    assert count(shop) == 5 * made


def test_bodies_can_be_text_huge_and_compressed(shop: httpx.Client) -> None:
    fault(shop, kind="json", call="list", body="[", repeat=100_000)
    assert shop.get(LIST).content == b"[" * 100_000
    fault(shop, kind="json", call="list", body=" ", repeat=10_000_000, gzip=True)
    with shop.stream("GET", LIST) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        compressed = b"".join(answer.iter_raw())
    assert len(compressed) < 20_000
    assert len(gzip.decompress(compressed)) == 10_000_000


def test_rules_count_matching_calls(shop: httpx.Client) -> None:
    fault(shop, kind="status", call="list", nth=2, count=2)
    assert [shop.get(LIST).status_code for _ in range(4)] == [200, 500, 500, 200]
    fault(shop, kind="status", status=503, call="create", count=None)
    assert [shop.post(CREATE, json=BODY).status_code for _ in range(3)] == [503] * 3
    first, second = shop.get("/admin/api/faults").json()["faults"]
    assert (first["seen"], first["fired"], second["fired"]) == (4, 2, 3)
    shop.delete("/admin/api/faults")
    assert shop.post(CREATE, json=BODY).status_code == 200


def test_rules_can_strike_one_page(shop: httpx.Client) -> None:
    fault(shop, kind="status", call="list", query={"page": "2"})
    assert [shop.get(LIST, params={"page": page}).status_code for page in (1, 2, 3)] == [200, 500, 200]


def test_rules_can_change_the_settings_of_one_call(shop: httpx.Client) -> None:
    shop.post("/admin/api/seed", json={"count": 3})
    fault(shop, kind="override", call="list", settings={"envelope": "items_has_more", "total": "low"})
    assert shop.get(LIST).json()["total"] == 2
    assert isinstance(shop.get(LIST).json(), list)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "explode"},
        {"kind": "reset", "call": "everything"},
        {"kind": "reset", "nth": 0},
        {"kind": "reset", "nth": True},
        {"kind": "reset", "when": "during"},
        {"kind": "reset", "then": "after"},
        {"kind": "status", "status": 99},
        {"kind": "status", "headers": {"a": 1}},
        {"kind": "override", "settings": {"envelope": "paper"}},
    ],
)
def test_rules_that_cannot_be_are_refused_together(shop: httpx.Client, rule: dict[str, object]) -> None:
    answer = shop.post("/admin/api/faults", json=[{"kind": "reset"}, rule])
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert shop.get("/admin/api/faults").json() == {"faults": []}


def test_a_late_call_is_done_after_its_client_gave_up(shop: httpx.Client) -> None:
    fault(shop, kind="late", call="create", delay_ms=500)
    with pytest.raises(ConnectionResetError):
        raw(shop, BODY)
    assert count(shop) == 0
    assert shop.get("/admin/api/held").json()["late"] == 1
    wait_for(lambda: count(shop) == 1)
    assert last(shop)["handled"] == 200
    assert shop.get("/admin/api/held").json()["late"] == 0


def victim(shop: httpx.Client, body: dict[str, object]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", VICTIM, f"{str(shop.base_url).rstrip('/')}{CREATE}", json.dumps(body)],
        stdout=subprocess.PIPE,
        text=True,
    )


def held(shop: httpx.Client) -> Any:
    return shop.get("/admin/api/held").json()["held"]


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_client_can_be_killed_while_its_call_is_held(shop: httpx.Client, when: str, made: int) -> None:
    fault(shop, kind="hang", call="create", when=when)
    client = victim(shop, BODY)
    (waiting,) = wait_for(lambda: held(shop))
    assert (waiting["call"], waiting["path"], waiting["when"]) == ("create", CREATE, when)
    assert count(shop) == made
    client.send_signal(signal.SIGKILL)
    client.communicate()
    wait_for(lambda: not held(shop))
    assert count(shop) == made
    entry = last(shop)
    assert (entry["outcome"], entry["status"], entry["handled"]) == ("left", None, 200 if made else None)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_held_call_goes_on_when_it_is_released(shop: httpx.Client, when: str) -> None:
    fault(shop, kind="hang", call="create", when=when)
    client = victim(shop, BODY)
    (waiting,) = wait_for(lambda: held(shop))
    assert shop.post("/admin/api/release", json={"n": waiting["n"] + 1}).json() == {"released": 0}
    assert shop.post("/admin/api/release", json={"n": waiting["n"]}).json() == {"released": 1}
    assert client.communicate(timeout=10)[0].strip() == "200"
    assert count(shop) == 1


def test_a_held_call_can_be_broken_off(shop: httpx.Client) -> None:
    fault(shop, kind="hang", call="create")
    client = victim(shop, BODY)
    wait_for(lambda: held(shop))
    assert shop.get(LIST).status_code == 200, "others are served meanwhile"
    shop.post("/admin/api/release", json={"proceed": False})
    assert client.communicate(timeout=10)[0] == ""
    assert count(shop) == 0
    assert [entry["outcome"] for entry in shop.get("/admin/api/calls?call=create").json()["calls"]] == ["broken"]


def test_the_log_tells_calls_by_kind_and_connection(shop: httpx.Client) -> None:
    with httpx.Client(base_url=shop.base_url, headers={"X-API-Key": "sandbox"}) as client:
        made = client.post(CREATE, json=BODY | {"accounts_text": "canary-a:1\ncanary-b:2"}).json()
        client.get(LIST, params={"page": 1, "key": "canary-key"})
        path = f"{LIST}{made['product_id']}/accounts/"
        client.post(
            path, json={"accounts": [{"username": "canary-c", "password": "x"}]}, headers={"Connection": "close"}
        )
        client.get(LIST)
    log = shop.get("/admin/api/calls")
    assert "canary" not in log.text
    first, second, third, fourth = log.json()["calls"]
    assert log.json()["totals"] == {"create": 1, "list": 2, "append": 1}
    assert (first["n"], first["method"], first["call"], first["path"]) == (1, "POST", "create", CREATE)
    assert first["keys"] == ["accounts_text", "category_id", "description", "price", "title"]
    assert (first["accounts"], third["accounts"], second["accounts"]) == (2, 1, 0)
    assert [entry["fresh"] for entry in log.json()["calls"]] == [True, False, False, True]
    assert len({entry["connection"] for entry in log.json()["calls"]}) == 2
    assert (second["connection_header"], third["connection_header"]) == ("keep-alive", "close")
    assert second["query"] == {"page": "1"}
    assert [entry["changing"] for entry in (first, second, third, fourth)] == [True, False, True, False]
    changing = shop.get("/admin/api/calls", params={"changing": "1"}).json()["calls"]
    assert [entry["call"] for entry in changing] == ["create", "append"]
    assert shop.get("/admin/api/calls", params={"since": "3"}).json()["calls"] == [fourth]
    assert shop.get("/admin/api/calls", params={"limit": "1", "call": "list"}).json()["calls"] == [fourth]
    assert shop.delete("/admin/api/calls").json() == {"calls": [], "totals": {}, "count": 0}


def test_latency_is_added(shop: httpx.Client) -> None:
    shop.post("/admin/api/settings", json={"latency_ms": 60_000})
    with pytest.raises(httpx.ReadTimeout):
        shop.get(LIST, timeout=0.2)
