"""The answer to Get Balance: its amounts, and whose they are, which is nobody else's affair."""

from collections.abc import Mapping
from typing import Final

from catalogsync.marketplaces.answers import shape
from catalogsync.marketplaces.items import secret_of
from catalogsync.marketplaces.masking import Mask
from catalogsync.model.balance import Balance, Holder
from catalogsync.model.errors import MarketplaceError
from catalogsync.model.fields import decimal_text

_SUPPLIER: Final = "supplier_balance"
_USER: Final = "user_balance"
_TOTAL: Final = "balance"
_WRAPPERS: Final = ("data", "result", "results", "account", "user")

FIELD_NAMES: Final = frozenset({"success", _SUPPLIER, _USER, _TOTAL, "current_role", "email", "user_id", *_WRAPPERS})
"""What may be quoted of an answer about a balance: names of fields. Anything else may be personal."""


def read_balance(document: object, what: str, mask: Mask) -> Balance:
    """The amounts in an answer, at its top or one level down.

    Args:
        document: the JSON of the answer.
        what: what was read, for errors.
        mask: what may be quoted.

    Raises:
        MarketplaceError: there is no amount in it, or one that is no number.
    """
    body = document
    if isinstance(body, Mapping) and not _has_amount(body):
        body = next((body[name] for name in _WRAPPERS if _has_amount(body.get(name))), body)
    if not isinstance(body, Mapping) or not _has_amount(body):
        raise MarketplaceError(
            f"{what} cannot be understood: there is no amount in it; what came is {shape(document, mask)}",
            "check the base_url; if it is right, the marketplace answers in a way that is not known yet",
        )
    holder = Holder(secret_of(body.get("email")), secret_of(body.get("user_id")))
    return Balance(_amount(body, _SUPPLIER, what), _amount(body, _USER, what), _amount(body, _TOTAL, what), holder)


def _has_amount(body: object) -> bool:
    return isinstance(body, Mapping) and any(
        body.get(name) not in (None, "") and not isinstance(body[name], Mapping) for name in (_SUPPLIER, _USER, _TOTAL)
    )


def _amount(body: Mapping[str, object], name: str, what: str) -> str | None:
    raw = body.get(name)
    if raw is None or raw == "":
        return None
    try:
        return decimal_text(raw)
    except ValueError as error:
        raise MarketplaceError(f"{what} shows a {name} that has the wrong type: {error}") from None
