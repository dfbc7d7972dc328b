"""The sandbox as a process: where it listens, what it keeps, how it ends, and what it says when it cannot."""

import asyncio
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from catalogsync.model.errors import UsageError
from catalogsync.sandbox import create_app, serve
from catalogsync.sandbox.gate import Gate
from catalogsync.sandbox.wire.faults import CALLS

LIST = "/products/api/supplier/products/"
KEY = {"X-API-Key": "sandbox"}

Start = Callable[[str], tuple[subprocess.Popen[str], str]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_even_with_a_held_call(start_server: Start, number: signal.Signals) -> None:
    process, base = start_server(":memory:")
    with httpx.Client(base_url=base, headers=KEY) as client:
        client.post("/admin/api/faults", json={"kind": "hang"})
        with pytest.raises(httpx.ReadTimeout):
            client.get(LIST, timeout=0.05)
        process.send_signal(number)
        output = process.communicate(timeout=10)
    assert process.returncode == 0
    assert output == ("", "")


def test_a_file_keeps_everything(start_server: Start, tmp_path: Path) -> None:
    file = tmp_path / "market.db"
    for round_number in (1, 2):
        process, base = start_server(str(file))
        with httpx.Client(base_url=base, headers=KEY) as client:
            if round_number == 1:
                client.post("/admin/api/seed", json={"count": 3, "accounts": 2})
                client.post("/admin/api/settings", json={"page_cap": 2, "list_lag_ms": 5})
            else:
                assert len(client.get(LIST).json()) == 2
                assert len(client.get("/admin/api/pool").json()["accounts"]) == 6
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert [path.name for path in tmp_path.iterdir()] == ["market.db"]


def test_it_listens_on_loopback_only() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::", "example.com"):
        with pytest.raises(UsageError, match="loopback"):
            serve(0, ":memory:", host=host)


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="cannot be used"):
        serve(taken.getsockname()[1], ":memory:")
    with pytest.raises(UsageError, match="cannot be used"):
        serve(70_000, ":memory:")


def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path) -> None:
    text, foreign, newer = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "newer.db"
    text.write_text("these are notes, and they are long enough to be no empty file\n" * 20)
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    create_app(str(newer)).state.market.close()
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = {path: path.read_bytes() for path in (text, foreign, newer)}
    for path in before:
        with pytest.raises(UsageError, match=path.name):
            create_app(str(path))
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(UsageError, match="no such folder"):
        create_app(str(tmp_path / "nowhere" / "market.db"))


def test_two_sandboxes_do_not_share_a_file(tmp_path: Path) -> None:
    first = create_app(str(tmp_path / "market.db"))
    with pytest.raises(UsageError, match="another sandbox"):
        create_app(str(tmp_path / "market.db"))
    first.state.market.close()


def test_the_key_is_the_callers_choice() -> None:
    app = create_app(":memory:", key="another")

    async def status(key: str) -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(LIST, headers={"X-API-Key": key})).status_code

    assert asyncio.run(status("another")) == 200
    assert asyncio.run(status("sandbox")) == 401
    app.state.market.close()


def test_all_nineteen_calls_are_served_each_under_the_name_that_faults_know() -> None:
    app = create_app(":memory:")
    gates = [route.endpoint for route in app.routes if isinstance(route, Route) and isinstance(route.endpoint, Gate)]
    app.state.market.close()
    assert len(gates) == 19
    assert sorted(gate.name for gate in gates) == sorted(set(CALLS) - {"any"})
