"""A sandbox in a process of its own, and what tests tell it behind the marketplace's back."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import uuid4

import httpx

from tests.harness.command import environment
from tests.harness.planted import PLANTED


class Process(Protocol):
    """A run under way, however it was started."""

    def poll(self) -> int | None:
        """Its exit code, or None while it goes on."""
        ...


class Market:
    """A running sandbox.

    Attributes:
        base: its AccPlanet base URL.
        hstockplus: its HstockPlus base URL.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.hstockplus = f"{base}/hstockplus/api/admin/v2"
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

    def sell(self, product_id: str, quantity: int = 1, **more: Any) -> str:
        """A customer with planted data buys at AccPlanet; gives the order's id.

        With `payment_status="pending_payment"` it is unpaid.
        """
        buyer = f"{PLANTED['buyer-id']}{uuid4().hex[:12]}"
        body = {"product_id": product_id, "quantity": quantity, "buyer_id": buyer, **more}
        return str(self.post("/sell", body)["order_id"])

    def pay(self, order_id: str) -> None:
        """A customer pays for an order at AccPlanet."""
        self.post("/pay", {"order_id": order_id})

    def orders(self) -> list[dict[str, Any]]:
        """AccPlanet's orders, oldest first."""
        return list(self.get("/orders")["orders"])

    def order(self, order_id: str) -> dict[str, Any]:
        """One of AccPlanet's orders."""
        (found,) = [order for order in self.orders() if order["order_id"] == order_id]
        return found

    def ticket(self, order_id: str, **more: Any) -> str:
        """A customer opens a ticket over an order at AccPlanet; gives its id."""
        return str(self.post("/tickets", {"order_id": order_id, **more})["ticket_id"])

    def manual_order(self, product_id: str, quantity: int = 1, **more: Any) -> int:
        """A customer orders at HstockPlus; gives the order's number."""
        return int(self.post("/manual_orders", {"product_id": product_id, "quantity": quantity, **more})["order"])

    def manual_orders(self) -> dict[int, dict[str, Any]]:
        """HstockPlus' orders by number."""
        return {order["id"]: order for order in self.get("/manual_orders")["orders"]}

    def cancel(self, number: int) -> None:
        """HstockPlus cancels an order."""
        self.post("/manual_order", {"order": number, "status": "cancelled"})

    def buyers(self) -> list[dict[str, Any]]:
        """Everybody who ever bought, at both marketplaces."""
        return list(self.get("/buyers", reveal="1")["buyers"])

    def pass_time(self, seconds: int) -> None:
        """Let the marketplaces' clock run ahead, by so much more."""
        self.configure(clock_offset_s=self.get("/settings")["clock_offset_s"] + seconds)

    def audit(self) -> dict[str, Any]:
        """Where every account went, over all ways out; that none went twice, and no order got too much, is checked."""
        found: dict[str, Any] = self.get("/audit")
        for wrong in ("at_two_destinations", "twice_at_one", "overfilled"):
            assert not found[wrong], f"{len(found[wrong])} {wrong.replace('_', ' ')}"
        return found

    def deliveries(self) -> dict[tuple[str, str], list[str]]:
        """The hashes of the usernames that are at each destination, by way out and id; checked as by `audit`."""
        places: dict[tuple[str, str], list[str]] = {}
        for account in self.audit()["accounts"]:
            for place in account["destinations"]:
                if place["copies"]:
                    places.setdefault((place["way"], place["id"]), []).append(account["username_sha256"])
        return places

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
