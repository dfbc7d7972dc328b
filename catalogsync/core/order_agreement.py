"""What somebody said yes to, against what can be done now: exactly that is done, as far as it still can be."""

from dataclasses import replace

from catalogsync.model.order_plan import OrderAction, OrderChange, OrderPlan


def agreed_orders(plan: OrderPlan) -> frozenset[tuple[str, str]]:
    """The orders that something was to be done about, by marketplace and id."""
    return frozenset((change.marketplace, change.order_id) for change in plan.work)


def as_agreed(agreed: OrderPlan, now: OrderPlan) -> tuple[OrderPlan, dict[tuple[str, str], str]]:
    """What is done of a plan that somebody said yes to.

    Args:
        agreed: the plan that was looked at.
        now: what would be done about the same orders now.

    Returns:
        The plan with every order that was agreed to; and, by marketplace and id, why some of them are left as they are.
    """
    newest = {(change.marketplace, change.order_id): change for change in now.changes}
    changes, spoilt = list[OrderChange](), dict[tuple[str, str], str]()
    for wanted in agreed.work:
        order = (wanted.marketplace, wanted.order_id)
        found = newest.get(order)
        if found is not None and _what(found) == _what(wanted):
            changes.append(found)
        else:
            changes.append(wanted)
            read = wanted.marketplace in now.marketplaces
            instead = _how(found) if read else "its marketplace could not be read"
            spoilt[order] = f"not done: {_how(wanted)} was agreed to, and now {instead}; plan again"
    return replace(now, changes=tuple(changes)), spoilt


def _what(change: OrderChange) -> tuple[OrderAction, int, str | None, str | None, str | None]:
    return change.action, change.count, change.key, change.pool, change.op


def _how(change: OrderChange | None) -> str:
    """What would be done about an order, in words."""
    if change is None:
        return "it is open no more"
    if change.action is OrderAction.NONE:
        return change.why
    verb = "to send again" if change.action is OrderAction.RESEND else "to give"
    return f"{verb} {change.count:,} of pool {change.pool}"
