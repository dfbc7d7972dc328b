"""What the clients of all marketplaces share: connections, one way to read a list, one way to send a change."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final, Self, TypeVar

import orjson

from catalogsync.marketplaces.answers import Expected, shape
from catalogsync.marketplaces.endpoint import Endpoint, is_id
from catalogsync.marketplaces.envelope import Envelope, Item, Page, one_in
from catalogsync.marketplaces.exchange import Exchange, NoReply, Reply
from catalogsync.marketplaces.items import id_of
from catalogsync.marketplaces.masking import Mask
from catalogsync.marketplaces.paging import Whole, read_whole
from catalogsync.marketplaces.transport import GONE, Transport
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

T = TypeVar("T")

PAGE_SIZE: Final = 100


class Client:
    """A marketplace, as one supplier sees it. May be used from several threads.

    Args:
        config: where it is, and how long a call may take.
        key: the supplier's API key.
        clock: time.
        seed: makes the jitter of retries repeatable.
        page_size: how many items of a list to ask for at a time; the marketplace may give fewer.

    Raises:
        MarketplaceError: the address or the key cannot be used.
    """

    def __init__(
        self,
        config: MarketplaceConfig,
        key: Secret,
        clock: Clock,
        *,
        seed: int | None = None,
        page_size: int = PAGE_SIZE,
    ) -> None:
        self._name = config.name
        self._transport = Transport(config, key, clock, seed)
        self._page_size = page_size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection. Whatever other threads are reading ends soon, with Interrupted."""
        self._transport.close()

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        return self._name

    @property
    def calls(self) -> int:
        """How many changing requests were sent, those with a lost answer included."""
        return self._transport.sent

    def clock_ahead(self) -> float | None:
        """By how many seconds its clock is ahead of ours at least, by its latest answer to a reading call."""
        return self._transport.ahead

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Have a changing call that waited, or is to be tried again, ask first whether it may still be sent."""
        self._transport.may_go_on = may_go_on

    def _whole(
        self,
        endpoint: Endpoint,
        what: str,
        id_name: str,
        mask: Mask,
        read_item: Callable[[Item], tuple[str, T]],
        chosen: Mapping[str, str] | None = None,
    ) -> Whole[T]:
        """A whole list in numbered pages, proven complete (see paging.py).

        Args:
            endpoint: where it is.
            what: what is read, for errors.
            id_name: the field that holds an item's id.
            mask: what may be quoted of an answer.
            read_item: the id of an item, and the item in the form that is kept.
            chosen: parameters that choose among the items.

        Raises:
            MarketplaceError: it could not be read, understood, or proven complete.
        """
        envelope = Envelope(id_name, f"{self._name}: {what}", mask)

        def fetch(number: int) -> Page | None:
            query: dict[str, str | int] = {"page": number, "page_size": self._page_size, **(chosen or {})}
            document = self._transport.read(endpoint.path(), query, what, mask, may_be_gone=number > 1)
            return None if document is GONE else envelope.open(document)

        return read_whole(fetch, read_item, f"{self._name}: {what}")

    def _one(self, endpoint: Endpoint, id_: str, noun: str, mask: Mask) -> Item:
        """One thing by its id: the object in an answer that carries it.

        Args:
            endpoint: where it is.
            id_: its id.
            noun: what it is, for errors.
            mask: what may be quoted of an answer.

        Raises:
            MarketplaceError: it could not be read, or understood, or is another one.
        """
        what = f"the {noun} {self._transport.mask.quote(id_, 60)}"
        if not is_id(id_):
            raise MarketplaceError(f"{self._name}: {what} cannot be asked for: that is no id")
        document = self._transport.read(endpoint.path(id_), {}, what, mask, may_be_gone=True)
        if document is GONE:
            raise MarketplaceError(
                f"{self._name}: there is no {noun} {self._transport.mask.quote(id_, 60)}",
                f"write the whole id, as `catalogsync {noun}s list` shows it; its number will not do",
            )
        item = one_in(document, endpoint.slot)
        if item is None:
            raise MarketplaceError(
                f"{self._name}: {what} cannot be understood: there is no {noun} in what came: {shape(document, mask)}",
                "check the base_url; if it is right, the marketplace answers in a way that is not known yet",
            )
        if id_of(item[endpoint.slot]) != id_:
            raise MarketplaceError(f"{self._name}: {what} was asked for, and another {noun} came")
        return item

    def _post(
        self,
        endpoint: Endpoint,
        payload: Mapping[str, object] | None,
        expected: Expected,
        secrets: Sequence[Secret] = (),
        *,
        about: str | None = None,
    ) -> Answer:
        """Send a change as JSON, again only where the answer proves that it was not done.

        Args:
            endpoint: where it is sent.
            payload: what is sent; None: nothing.
            expected: what its answer must hold.
            secrets: what the request holds that must not be shown if the marketplace repeats it.
            about: the id of what it is about, where the path has one.
        """
        if about is not None and not is_id(about):
            return Answer(AnswerClass.NEVER, f"the {endpoint.slot} cannot be part of an address; nothing was sent")
        try:
            body = b"" if payload is None else orjson.dumps(dict(payload))
        except orjson.JSONEncodeError:
            return Answer(AnswerClass.NEVER, "a text cannot be written as UTF-8; nothing was sent")
        media_type = "application/json" if payload is not None else None

        def send(exchange: Exchange) -> Reply | NoReply:
            return exchange.post(endpoint.path(about), body, media_type)

        return self._transport.change(send, expected, secrets)
