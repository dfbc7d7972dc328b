"""A marketplace's list that is read while something else is done."""

import threading
from collections.abc import Callable

from catalogsync.model.listing import Listings


class ReadAhead:
    """Begins to read at once. Whoever gives up closes the marketplace, which ends the reading.

    Args:
        read: reads all listings; runs in a thread of its own.
    """

    def __init__(self, read: Callable[[], Listings]) -> None:
        self._read = read
        self._listings: Listings | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="listings", daemon=True)
        self._thread.start()

    def listings(self) -> Listings:
        """All listings: at first those that were read meanwhile, each further time as they are then.

        Raises:
            MarketplaceError: they could not be read, or were not proven complete.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        listings, self._listings = self._listings, None
        return self._read() if listings is None else listings

    def _run(self) -> None:
        try:
            self._listings = self._read()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            self._error = error
