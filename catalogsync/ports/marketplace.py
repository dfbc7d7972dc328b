"""The door to a marketplace that has listings."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from catalogsync.ports.trade import Trade

if TYPE_CHECKING:
    from catalogsync.model.answer import Answer
    from catalogsync.model.fields import Value
    from catalogsync.model.listing import Listings
    from catalogsync.model.pool import Account


class Marketplace(Trade, Protocol):
    """What can be asked of a marketplace. Changing calls never raise: their Answer says what came.

    Each changing call is sent at most once unless its answer proves that it was not done (class N, or a refusal for
    going too fast), with an end to trying. Implementations may be called from several threads.
    """

    def address(self, call: str, product_id: str | None = None) -> str:
        """Method and path of a changing call, to be shown: `upload`, `create`, `update`, `append` or `delete`."""
        ...

    def listings(self) -> "Listings":
        """All listings, proven complete.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        ...

    def clock_ahead(self) -> float | None:
        """By how many seconds its clock is ahead of ours at least, by its latest answer to a reading call.

        Negative: it is behind. 0: the two may agree. None: it was not asked anything yet, or does not say.
        """
        ...

    def picture(self, path: str) -> bytes:
        """A picture that a listing shows, at the marketplace itself: `path` is `/media/…`. No key is sent for it.

        Raises:
            MarketplaceError: it could not be read, or is too large.
        """
        ...

    def guard(self, may_go_on: Callable[[], bool]) -> None:
        """Have a changing call that waited, or is to be tried again, ask first whether it may still be sent.

        If not, nothing more is sent: the last answer proves that nothing was done, and stands, with `stop`. A run that
        was told to wait may have lost its state meanwhile to another one, which does the same work.
        """
        ...

    def upload_image(self, file_name: str, content: bytes) -> "Answer":
        """Store an image; a confirmed Answer has `image_path`. In doubt it is sent again, a bounded number of times."""
        ...

    def create(self, fields: Mapping[str, "Value"]) -> "Answer":
        """Create a listing, without accounts; a confirmed Answer has `product_id`."""
        ...

    def update(self, product_id: str, fields: Mapping[str, "Value"]) -> "Answer":
        """Set fields of a listing to absolute values."""
        ...

    def append(self, product_id: str, accounts: Sequence["Account"]) -> "Answer":
        """Add accounts to a listing's pool, in this order; a confirmed Answer has `imported` and perhaps `queued`."""
        ...

    def delete(self, product_id: str) -> "Answer":
        """Delete a listing that was never sold."""
        ...
