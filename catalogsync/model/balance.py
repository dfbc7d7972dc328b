"""What a supplier's account at a marketplace holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts of money, as decimals in plain notation such as `19.98`; what the marketplace does not show is None.

    Whose account it is, the marketplace says too; that is personal, and is not kept.

    Attributes:
        supplier: what sales brought in.
        user: what the same account has for buying.
        total: what the marketplace calls the balance.
    """

    supplier: str | None = None
    user: str | None = None
    total: str | None = None
