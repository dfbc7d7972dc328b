"""What a supplier's account at a marketplace holds."""

from dataclasses import dataclass, field

from catalogsync.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose account it is. All of it is personal: it is shown on demand on a terminal, and never written to disk."""

    email: Secret | None = None
    user_id: Secret | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts of money, as decimals in plain notation such as `19.98`; what the marketplace does not show is None.

    Attributes:
        supplier: what sales brought in.
        user: what the same account has for buying.
        total: what the marketplace calls the balance.
        holder: whose account it is; two balances of the same amounts are equal, whoever has them.
    """

    supplier: str | None = None
    user: str | None = None
    total: str | None = None
    holder: Holder = field(default=Holder(), compare=False)
