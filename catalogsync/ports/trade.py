"""What the doors to a marketplace's listings and to its office have in common: what was bought, and what it brought."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogsync.model.balance import Balance
    from catalogsync.model.order import Order


class Trade(Protocol):
    """What can be asked of a marketplace about what a supplier's listings brought."""

    @property
    def name(self) -> str:
        """The marketplace's name in the config."""
        ...

    def orders(self) -> tuple["Order", ...]:
        """All orders for the supplier's listings, proven complete. Read where something needs them, not in every plan.

        Raises:
            MarketplaceError: they could not be read, understood, or proven complete.
        """
        ...

    def balance(self) -> "Balance":
        """What the supplier's account holds; the smallest question that only a key that is good gets answered.

        Raises:
            MarketplaceError: it could not be read, or understood.
        """
        ...
