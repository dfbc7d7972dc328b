"""A sandbox in a process of its own, and what tests tell it behind the marketplace's back."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx

from tests.harness.command import environment


class Process(Protocol):
    """A run under way, however it was started."""

    def poll(self) -> int | None:
        """Its exit code, or None while it goes on."""
        ...


class Market:
    """A running sandbox.

    Attributes:
        base: its AccPlanet base URL.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._client = httpx.Client(base_url=f"{base}/admin/api", timeout=30, trust_env=False)

    def get(self, path: str, **params: Any) -> Any:
        """Ask the admin API."""
        return self._answer(self._client.get(path, params=params))

    def post(self, path: str, body: Any = None) -> Any:
        """Tell the admin API."""
        return self._answer(self._client.post(path, json={} if body is None else body))

    def delete(self, path: str) -> Any:
        """Clear something."""
        return self._answer(self._client.delete(path))

    def reset(self) -> None:
        """An empty shop with default settings."""
        self.post("/reset")

    def configure(self, **settings: Any) -> None:
        """Change settings."""
        self.post("/settings", settings)

    def fault(self, **rule: Any) -> None:
        """Have the next calls fail."""
        self.post("/faults", [rule])

    def products(self) -> list[dict[str, Any]]:
        """All listings, by title."""
        return sorted(self.get("/products")["products"], key=lambda product: str(product["title"]))

    def product(self, title: str) -> dict[str, Any]:
        """The only listing of a title."""
        (found,) = [product for product in self.products() if product["title"] == title]
        return found

    def sell(self, product_id: str, quantity: int = 1) -> None:
        """A customer buys."""
        self.post("/sell", {"product_id": product_id, "quantity": quantity})

    def edit(self, product_id: str, **fields: Any) -> None:
        """A stranger edits."""
        self.post("/edit", {"product_id": product_id, "fields": fields})

    def arrivals(self) -> list[int]:
        """How often each account arrived, over all listings."""
        return [
            account["arrivals"]
            for product in self.products()
            for account in self.get("/pool", product_id=product["product_id"])["accounts"]
        ]

    def changing_calls(self) -> list[dict[str, Any]]:
        """The changing calls so far."""
        return list(self.get("/calls", changing="1")["calls"])

    def wait_until_held(self, run: Process) -> None:
        """Wait until a call of a run hangs at the marketplace."""
        deadline = time.monotonic() + 60
        while not self.get("/held")["held"]:
            assert run.poll() is None, f"the run ended with {run.poll()} before its call"
            assert time.monotonic() < deadline, "the call was never made"
            time.sleep(0.02)

    @staticmethod
    def _answer(answer: httpx.Response) -> Any:
        assert answer.status_code < 300, f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}"
        return answer.json()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


@contextmanager
def running_market() -> Iterator[Market]:
    """Start a sandbox, and end it."""
    words = [sys.executable, "-m", "catalogsync", "-q", "sandbox", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment()) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            assert line.startswith("accplanet"), f"the sandbox did not start: {line!r}"
            market = Market(line.split()[1])
            yield market
            market.close()
        finally:
            server.terminate()
            server.wait(timeout=10)
