"""One sandbox process for these tests, empty at the start of each."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
# SIGALRM ends a server that a broken test run left behind
PROGRAM = """
import signal, sys
from catalogsync.sandbox import serve
signal.alarm(300)
serve(0, sys.argv[1], ready=lambda accplanet, hstockplus: print(accplanet, hstockplus, flush=True))
"""

Start = Callable[[str], tuple[subprocess.Popen[str], str]]
Listing = Callable[..., str]


@pytest.fixture(scope="session")
def start_server() -> Iterator[Start]:
    """Starts servers on a database, and ends them all."""
    started: list[subprocess.Popen[str]] = []

    def start(db: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, db],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        base = process.stdout.readline().split()[0]
        return process, base

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.fixture(scope="session")
def session_client(start_server: Start) -> Iterator[httpx.Client]:
    """The one client, since making one costs more than most tests."""
    _, base = start_server(":memory:")
    with httpx.Client(base_url=base, headers={"X-API-Key": "sandbox"}, timeout=10) as client:
        yield client


@pytest.fixture
def shop(session_client: httpx.Client) -> httpx.Client:
    """A client with the key, for a sandbox that is empty and has its default settings."""
    session_client.post("/admin/api/reset").raise_for_status()
    return session_client


@pytest.fixture
def market_server(shop: httpx.Client) -> str:
    """The base URL of that sandbox."""
    return str(shop.base_url).rstrip("/")


@pytest.fixture
def listing(shop: httpx.Client) -> Listing:
    """Creates a listing by the API and gives back its id; fields may be added or changed."""

    def create(**fields: object) -> str:
        body = {"category_id": "seats", "title": "A seat", "description": "<p>One seat.</p>", "price": "9.99"}
        answer = shop.post("/products/api/supplier/create/", json=body | fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["product_id"])

    return create
