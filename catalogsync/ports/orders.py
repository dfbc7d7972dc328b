"""The door to a marketplace that has orders."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogsync.model.answer import Answer
    from catalogsync.model.order import Order
    from catalogsync.model.pool import Account
    from catalogsync.model.secret import Secret


class OrderMarket(Protocol):
    """What can be asked of a marketplace about its orders. Changing calls never raise: their Answer says what came.

    Each changing call is sent at most once unless its answer proves that it was not done (class N, or a refusal for
    going too fast), with an end to trying. To send the same accounts to the same order again does no harm: the
    marketplace drops what is there already.
    """

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        ...

    @property
    def relists(self) -> float | None:
        """Seconds for which an order that was listed is not listed again; None: it is listed every time."""
        ...

    @property
    def statuses(self) -> tuple[str, ...]:
        """The words that `set_status` takes."""
        ...

    @property
    def open_statuses(self) -> tuple[str, ...]:
        """The words for orders that may still get something."""
        ...

    @property
    def reads_one(self) -> bool:
        """Whether `order` can be asked."""
        ...

    @property
    def refunds(self) -> bool:
        """Whether `refund` can be called."""
        ...

    def order_pages(self, statuses: Sequence[str] = ()) -> Iterator[tuple["Order", ...]]:
        """Orders of some statuses, or all, in pages.

        Where `relists` says so, reading consumes: each page is to be kept before the next one is asked for.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        ...

    def order(self, order_id: str) -> "Order":
        """One order.

        Raises:
            MarketplaceError: it could not be read, or understood; or this marketplace has no such call.
        """
        ...

    def start(self, order_id: str) -> "Answer | None":
        """Say that work on an order begins; None where the marketplace has no such step."""
        ...

    def deliver(self, order_id: str, accounts: Sequence["Account"], *, whole: bool, reference: str) -> "Answer":
        """Give accounts to an order, beside what it has.

        Args:
            order_id: which order.
            accounts: what it gets.
            whole: with these it has all that was bought; else it remains partial.
            reference: what we call this delivery.
        """
        ...

    def deliver_text(self, order_id: str, text: "Secret") -> "Answer":
        """Give a text to an order, beside what it has; class N where the marketplace takes accounts alone."""
        ...

    def set_status(self, order_id: str, status: str) -> "Answer":
        """Set an order's status to one of `statuses`."""
        ...

    def refund(self, order_id: str) -> "Answer":
        """Give a buyer the whole of the money back; a confirmed Answer has `number`. Class N if it cannot be called."""
        ...

    def order_address(self, call: str, order_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: `start`, `deliver`, `set-status` or `refund`."""
        ...

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Have a changing call that waited, or is to be tried again, ask first whether it may still be sent."""
        ...
