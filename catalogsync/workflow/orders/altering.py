"""What a person does to one order by hand: give it accounts or a text, give the money back, set its status."""

from catalogsync.model.order_plan import Alteration
from catalogsync.model.secret import Secret
from catalogsync.model.state import Run
from catalogsync.workflow.orders.desk import OrderDesk


def deliver_accounts(desk: OrderDesk, run: Run, name: str, order_id: str, count: int) -> Alteration:
    """Give an order so many new accounts of its product's pool.

    Args:
        desk: what to work with; its journal must be open.
        run: who does it.
        name: the marketplace.
        order_id: which order.
        count: how many accounts.

    Raises:
        UsageError: the order cannot get so many: it is unknown, has no product or pool, or would have too many.
        StateLocked: another run is at work.
        StateError: the state could not be written; nothing more was sent.
        MarketplaceError: the order could not be read.
    """
    raise NotImplementedError


def deliver_text(desk: OrderDesk, run: Run, name: str, order_id: str, text: Secret) -> Alteration:
    """Give an order a text that a person typed.

    Raises:
        UsageError: the text holds an account of the catalog or the ledger, which `deliver_accounts` alone may send.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """
    raise NotImplementedError


def refund(desk: OrderDesk, run: Run, name: str, order_id: str) -> Alteration:
    """Give a buyer the whole of the money back; it is never sent twice by itself.

    Raises:
        UsageError: this marketplace has no such call.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """
    raise NotImplementedError


def set_status(desk: OrderDesk, run: Run, name: str, order_id: str, status: str) -> Alteration:
    """Set an order's status to one of the marketplace's words.

    Raises:
        UsageError: it is none of the words that may be set.
        StateLocked, StateError, MarketplaceError: as in `deliver_accounts`.
    """
    raise NotImplementedError
