"""Every batch of accounts that was ever sent, and whether its accounts may be sent again."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalogsync.model.answer import Answer
from catalogsync.model.pool import Account
from tests.simulation.bazaar import number_of
from tests.simulation.scheduler import Violation
from tests.simulation.trade import HSTOCK


@dataclass(eq=False, slots=True)
class Parcel:
    """A batch of accounts on its way.

    Attributes:
        place: where it goes, in the ledger's words.
        take: what is done there with those of its accounts that arrive.
        accounts: what it carries; secret.
        void: the sender was told that it was not taken, by the marketplace or by a person.
        lost: it never arrived, which nobody was told.
        under_way: it may still arrive.
    """

    place: str
    accounts: tuple[Account, ...]
    take: Callable[[Sequence[Account]], Answer]
    void: bool = False
    lost: bool = False
    under_way: bool = True

    @property
    def is_ordered(self) -> bool:
        """Whether it goes straight to an order, which drops what it has already."""
        return "/order/" in self.place

    @property
    def is_consumed(self) -> bool:
        """Whether it goes where nobody can look what arrived."""
        return self.place.startswith(HSTOCK)


class Postbook:
    """What was sent. An account that nobody said did not arrive must not be sent again.

    Attributes:
        repeated: how many accounts were sent again because their loss was believed without anybody being told.
    """

    def __init__(self, *, trusts_loss: bool) -> None:
        """Begin.

        Args:
            trusts_loss: what was truly lost may be sent again (`recovery.in_doubt: auto`).
        """
        self.repeated = 0
        self._trusts_loss = trusts_loss
        self._parcels: dict[int, list[Parcel]] = defaultdict(list)

    def leave(self, parcel: Parcel) -> None:
        """A batch is sent.

        Raises:
            Violation: one of its accounts was sent before, and may have arrived.
        """
        for number in map(number_of, parcel.accounts):
            before = self._parcels[number]
            if any(not self._may_follow(earlier, parcel) for earlier in before):
                raise Violation(f"account {number} was sent again, to {parcel.place}, though nobody said it may")
            self.repeated += any(earlier.lost and not earlier.void for earlier in before if not earlier.is_ordered)
            before.append(parcel)

    def _may_follow(self, earlier: Parcel, parcel: Parcel) -> bool:
        if earlier.void or (earlier.is_ordered and earlier.place == parcel.place):
            return True
        return earlier.lost and self._trusts_loss and not earlier.is_ordered

    def lost(self, parcel: Parcel | None) -> None:
        """A batch will never arrive, which nobody knows."""
        self.settled(parcel)
        if parcel is not None:
            parcel.lost = True

    def settled(self, parcel: Parcel | None) -> None:
        """A batch has arrived, or never will."""
        if parcel is not None:
            parcel.under_way = False

    def void(self, parcel: Parcel) -> None:
        """The sender was told that a batch was not taken."""
        parcel.void = True

    def vouch(self, number: int) -> None:
        """A person says that an account did not arrive."""
        for parcel in self._parcels[number]:
            parcel.void = True

    def under_way(self, number: int) -> bool:
        """Whether an account may still arrive."""
        return any(parcel.under_way for parcel in self._parcels[number])

    def __contains__(self, number: int) -> bool:
        """Whether an account was ever sent."""
        return bool(self._parcels.get(number))
