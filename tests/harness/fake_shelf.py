"""A listing in the marketplace in memory, as it truly is."""

from dataclasses import dataclass, field

from catalogsync.model.fields import Value


@dataclass(slots=True)
class Shelf:
    """A listing as it truly is. Accounts are known by a hash of their username."""

    product_id: str
    fields: dict[str, Value]
    sales: int = 0
    pooled: bool = False
    unsold: list[str] = field(default_factory=list)
    sold: list[str] = field(default_factory=list)

    @property
    def accounts(self) -> list[str]:
        """All accounts that ever arrived, in their order."""
        return self.sold + self.unsold

    def hand_out(self, units: int) -> None:
        """Accounts leave the pool, the oldest first."""
        self.sold += self.unsold[:units]
        del self.unsold[:units]

    @property
    def stock(self) -> int:
        """Units for sale."""
        stock = self.fields.get("stock", 0)
        return len(self.unsold) if self.pooled or not isinstance(stock, int) else stock
