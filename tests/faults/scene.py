"""What a server's deed may use, and what a deed is."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.front import Document, Front
from tests.harness.fake_clock import FakeClock
from tests.marketplaces.stub import Doing, Request


@dataclass(slots=True)
class Scene:
    """What a deed may use.

    Attributes:
        front: the honest server.
        clock: the time, which passes when a deed says so.
        elsewhere: the address of a server that nobody may ever speak to.
        hits: how many requests of the call have come, with this one.
        scans: how often the list was begun, with this time.
    """

    front: Front
    clock: FakeClock
    elsewhere: str
    hits: int = 0
    scans: int = 0

    def items(self, request: Request) -> list[Document]:
        """What the list shows that a request asks for."""
        return self.front.items("orders" if "/orders/" in request.target else "list")


Deed = Callable[[Scene, Request], Doing]
