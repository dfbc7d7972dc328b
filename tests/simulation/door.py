"""An engine's door to the marketplace: requests leave, arrive, and are answered, or one of the three goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.balance import Balance
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import Value
from catalogsync.model.listing import Listings
from catalogsync.model.order import Order
from catalogsync.model.pool import Account
from tests.simulation.bazaar import number_of
from tests.simulation.postbook import Parcel
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")

NEVER = Answer(AnswerClass.NEVER, "connection refused")
REFUSED = Answer(AnswerClass.REFUSED, "HTTP 400: no", status=400)
KEY_REFUSED = Answer(AnswerClass.REFUSED, "HTTP 401: key", status=401, stop=True)
UNKNOWN = Answer(AnswerClass.UNKNOWN, "the answer never came")
TIMEOUT = 60.0
LEASED_PAUSE = 240.0
"""So long an engine may be paused before a call while its lease keeps others away."""

FAULTS = ("never", "refused", "lost", "lost", "answer lost", "answer lost", "slow", "late", "late", "half", "short")


class Door:
    """A marketplace as one process sees it: how calls go, and how they go wrong."""

    def __init__(self, world: "World", process: Process) -> None:
        self._world = world
        self._process = process

    @property
    def faults(self) -> float:
        """How likely a call is to go wrong."""
        return self._world.traits.faults

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Nothing is ever tried again here."""

    def _read(self, what: str, read: Callable[[], T]) -> T:
        world = self._world
        self._process.step(f"asks for the {what}")
        if not world.calm and world.random.random() < world.traits.faults / 10:
            raise MarketplaceError(f"the {what} could not be read: HTTP 502")
        answer = read()
        self._process.step(f"reads the {what}")
        return answer

    def _call(self, what: str, do: Callable[[], Answer], parcel: Parcel | None = None) -> Answer:
        """One changing call, sent at most once."""
        world, process = self._world, self._process
        process.step(f"sends {what}", longest=world.longest_pause)
        fault = self._fault(parcel)
        if fault in {"never", "refused", "key refused"}:
            process.note(lambda: f"{what}: {fault}")
            process.calls += fault != "never"
            process.step(f"is refused {what}")
            return {"never": NEVER, "refused": REFUSED}.get(fault, KEY_REFUSED)
        if parcel is not None:
            world.postbook.leave(parcel)
            do = self._portion(parcel, fault)
        process.calls += 1
        answers: list[Answer] = []
        delay = self._delay(fault)
        if delay:
            world.scheduler.at(delay, lambda: answers.append(self._done(what, parcel, do)))
        elif fault != "lost":
            answers.append(self._done(what, parcel, do))
        else:
            world.postbook.lost(parcel)
        process.note(lambda: f"{what}: {fault or 'sent'}{f', arrives after {delay:.0f} s' if delay else ''}")
        process.step(f"has sent {what}")
        if fault == "slow":
            world.scheduler.sleep(min(delay, TIMEOUT))
        elif fault and fault not in {"short", "refused half done"}:
            world.scheduler.sleep(world.random.choice([0.0, 1.0, TIMEOUT]))
        process.step(f"hears of {what}")
        return self._told(fault, answers, parcel)

    def _told(self, fault: str, answers: list[Answer], parcel: Parcel | None) -> Answer:
        if fault == "refused half done":
            answers = [REFUSED]
        if not answers or fault in {"lost", "answer lost", "late", "half"}:
            return UNKNOWN
        if parcel is not None and answers[0].kind is AnswerClass.REFUSED:
            self._world.postbook.void(parcel)
        return answers[0]

    def _done(self, what: str, parcel: Parcel | None, do: Callable[[], Answer]) -> Answer:
        answer = do()
        self._world.postbook.settled(parcel)
        log = self._world.scheduler.log
        if log is not None:
            log(f"marketplace: {what}: {answer.product_id or answer.reason or 'done'}")
        return answer

    def _fault(self, parcel: Parcel | None) -> str:
        world = self._world
        if world.calm or world.random.random() >= self.faults:
            return ""
        fault = world.random.choice(FAULTS)
        if fault == "refused" and world.random.random() < 0.1:
            return "key refused"
        if fault == "half":
            if parcel is None:
                return "answer lost"
            if world.traits.in_doubt == "auto" and not parcel.is_ordered:
                return "lost"  # there it is taken for granted that a batch arrives whole or not at all
            lies = world.traits.half_refusals and not parcel.is_consumed
            return "refused half done" if lies and world.random.random() < 0.5 else "half"
        if fault == "short" and (parcel is None or parcel.is_ordered or not world.traits.shorts):
            return ""
        return fault

    def _delay(self, fault: str) -> float:
        world = self._world
        if fault not in {"slow", "late"}:
            return 0.0
        settle = world.traits.settle
        if world.traits.punctual:
            return 1.0 + world.random.random() * (settle / 3 - 2)
        return world.random.choice([settle / 3, settle, settle * 2, 1000.0, 5000.0])

    def _portion(self, parcel: Parcel, fault: str) -> Callable[[], Answer]:
        """What is done with the accounts of a batch: some of them may not be taken."""
        accounts = parcel.accounts
        taken = accounts
        if fault in {"half", "refused half done"}:
            taken = accounts[: len(accounts) // 2]
            there = frozenset(map(number_of, taken))
            self._world.torn.update((number_of(account), there) for account in accounts[len(taken) :])
        elif fault == "short":
            taken = accounts[:-1]
            self._world.left_out.update(number_of(account) for account in accounts[-1:])
        return lambda: parcel.take(taken)

    def _is_lost(self) -> bool:
        """Whether what was read does not come."""
        world = self._world
        return not world.calm and world.random.random() < world.traits.faults / 10


class MarketDoor(Door):
    """A Marketplace as one process sees it."""

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        return "accplanet"

    def address(self, call: str, product_id: str | None = None) -> str:
        """Method and path of a changing call."""
        return f"POST /{call}/{product_id or ''}"

    def listings(self) -> Listings:
        """All listings.

        Raises:
            MarketplaceError: they cannot be read.
        """
        return self._read("List", self._world.bazaar.listings)

    def orders(self) -> tuple[Order, ...]:
        """All orders.

        Raises:
            MarketplaceError: they cannot be read.
        """
        return self._read("orders", self._world.bazaar.orders)

    def balance(self) -> Balance:
        """What sales brought in.

        Raises:
            MarketplaceError: it cannot be read.
        """
        return self._read("balance", Balance)

    def clock_ahead(self) -> float | None:
        """It does not say what time it is."""
        return None

    def picture(self, path: str) -> bytes:
        """There are none.

        Raises:
            MarketplaceError: always.
        """
        raise MarketplaceError(f"the picture {path} could not be read: HTTP 404")

    def upload_image(self, file_name: str, content: bytes) -> Answer:
        """Store an image."""
        path = f"/media/{sha256(content).hexdigest()[:16]}.webp"
        return self._call(f"upload {file_name}", lambda: Answer(AnswerClass.CONFIRMED, image_path=path))

    def create(self, fields: Mapping[str, Value]) -> Answer:
        """Create a listing."""
        return self._call(f"create {fields.get('title')}", lambda: self._world.bazaar.create(fields))

    def update(self, product_id: str, fields: Mapping[str, Value]) -> Answer:
        """Set fields."""
        return self._call(
            f"update {product_id} {'/'.join(fields)}", lambda: self._world.bazaar.update(product_id, fields)
        )

    def append(self, product_id: str, accounts: Sequence[Account]) -> Answer:
        """Add accounts."""
        parcel = Parcel(
            f"accplanet/{product_id}", tuple(accounts), lambda taken: self._world.bazaar.append(product_id, taken)
        )
        numbers = [number_of(account) for account in accounts]
        return self._call(f"append {product_id} {numbers}", lambda: parcel.take(accounts), parcel)

    def delete(self, product_id: str) -> Answer:
        """Delete a listing."""
        return self._call(f"delete {product_id}", lambda: self._world.bazaar.delete(product_id))
