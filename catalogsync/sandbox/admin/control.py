"""The admin API over how the marketplaces answer: settings, faults, held calls, and the log."""

from dataclasses import asdict

from catalogsync.sandbox.admin.door import Asked
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import publish_due
from catalogsync.sandbox.settings import Settings


def get_settings(market: Market, _asked: Asked) -> object:
    """All settings."""
    return market.settings.as_dict()


def change_settings(market: Market, asked: Asked) -> object:
    """Sets those that are named; a new lag first shows what still waited for the old one."""
    settings = market.settings.changed(asked.fields())
    if settings.list_lag_ms != market.settings.list_lag_ms:
        publish_due(market, everything=True)
    market.configure(settings)
    return settings.as_dict()


def default_settings(market: Market, _asked: Asked) -> object:
    """Sets all of them back."""
    publish_due(market, everything=True)
    market.configure(Settings())
    return market.settings.as_dict()


def get_faults(market: Market, _asked: Asked) -> object:
    """The rules in force, with how many calls each has seen and struck."""
    return {"faults": [rule.as_dict() for rule in market.faults.rules]}


def add_faults(market: Market, asked: Asked) -> object:
    """Puts one rule or a list of rules in force, behind those that are."""
    market.faults.add(asked.body if isinstance(asked.body, list) else [asked.body])
    return get_faults(market, asked)


def clear_faults(market: Market, asked: Asked) -> object:
    """No faults from now on. Calls that are held stay held."""
    market.faults.clear()
    return get_faults(market, asked)


def get_held(market: Market, _asked: Asked) -> object:
    """The calls that are held at this moment, and how many late ones are still to be done."""
    held = [{"n": h.n, "call": h.call, "path": h.path, "when": h.when} for h in market.held.waiting]
    return {"held": held, "late": len(market.late)}


def release(market: Market, asked: Asked) -> object:
    """Lets held calls go on: all, or the one with the number `n`. With `proceed: false` they are reset instead."""
    fields = asked.fields()
    n = asked.whole("n", 0, 1, 10**9) if "n" in fields else None
    return {"released": market.held.release(n, proceed=fields.get("proceed") is not False)}


def get_calls(market: Market, asked: Asked) -> object:
    """The log, oldest first: filtered by `changing=1`, `call=NAME`, `since=N` (after that number), `limit=N`."""
    query = asked.query
    since, limit = int(query.get("since", "0")), int(query.get("limit", "1000"))
    chosen: list[dict[str, object]] = []
    for entry in market.calls.newest():
        if entry.n <= since or len(chosen) == limit:
            break
        if query.get("changing") == "1" and not entry.changing:
            continue
        if query.get("call") in (None, entry.call):
            chosen.append(asdict(entry))
    return {"calls": chosen[::-1], "totals": dict(market.calls.totals), "count": market.calls.count}


def clear_calls(market: Market, asked: Asked) -> object:
    """Empties the log and its totals; numbers start at 1 again."""
    market.calls.clear()
    return get_calls(market, asked)


def reset(market: Market, asked: Asked) -> object:
    """Everything as on the first day; with `keep_settings: true` all but the settings."""
    keep = asked.fields().get("keep_settings") is True
    market.reset(market.settings if keep else Settings())
    return market.settings.as_dict()
