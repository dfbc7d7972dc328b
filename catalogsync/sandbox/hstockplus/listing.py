"""HstockPlus' list of manual orders, which hides what it showed for a while."""

from catalogsync.sandbox.hstockplus.door import invalid, supplier_only
from catalogsync.sandbox.hstockplus.orders import PAID, STATUSES, shown
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.shown import whole
from catalogsync.sandbox.wire.answers import Answer, Call

_MOST = 500
_TYPES = ("product", "smm_service")


@supplier_only
def list_orders(market: Market, call: Call) -> Answer:
    """Paid orders of ours, oldest first, each of them at most once in half an hour."""
    if call.query.get("productType") != "manual":
        raise invalid("productType=manual is required")
    where, values = _chosen(call)
    limit, offset = _number(call, "limit", 50, 1, _MOST), _number(call, "offset", 0, 0, 10**9)
    now, settings = market.now(), call.settings
    with market.transaction() as db:
        fresh = "(listing OR listed_at IS NULL OR listed_at <= ?)"
        chosen = f"FROM manual_orders WHERE {fresh} AND {where}"
        values = [now - settings.relist_minutes * 60, *values]
        total: int = db.execute(f"SELECT count(*) {chosen}", values).fetchone()[0]
        rows = db.execute(f"SELECT * {chosen} ORDER BY id LIMIT ? OFFSET ?", (*values, limit, offset)).fetchall()
        goes_on = settings.relist_hides == "after_listing" and offset + len(rows) < total
        db.executemany(
            "UPDATE manual_orders SET listed_at = ?, listing = ? WHERE id = ?",
            [(now, goes_on, row["id"]) for row in rows],
        )
        if not goes_on:
            db.execute("UPDATE manual_orders SET listing = 0 WHERE listing")
    claimed = max(0, total + {"high": 1, "low": -1}.get(settings.total, 0))
    body = {"orders": [shown(market, row, settings) for row in rows], "count": whole(len(rows), settings)}
    return Answer(body if settings.total == "absent" else {**body, "total": whole(claimed, settings)})


def _chosen(call: Call) -> tuple[str, list[object]]:
    """The conditions that a call makes beside the half hour; its texts travel as values only."""
    words = [word.strip() for word in call.query.get("status", "").split(",") if word.strip()]
    entity, category, style = call.query.get("entityType"), call.query.get("subCategory"), call.settings.filters
    if style == "strict" and (set(words) - set(STATUSES) or entity not in (None, "", *_TYPES)):
        raise invalid(f"status: {', '.join(STATUSES)}; entityType: {', '.join(_TYPES)}")
    where, values = ["ours", "payment_status = ?"], list[object]([PAID])
    if style == "none" or (style == "lenient" and set(words) - set(STATUSES)):
        words = []
    if words:
        where.append(f"status IN ({', '.join('?' * len(words))})")
        values += words
    if entity and (style in ("exact", "strict") or entity in _TYPES) and style != "none":
        where.append("id IN (SELECT order_id FROM manual_items WHERE entity_type = ?)")
        values.append(entity)
    if category and style != "none":
        where.append("sub_category = ?")
        values.append(category)
    return " AND ".join(where), values


def _number(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise invalid(f"{name} must be a number from {least}")
    return min(int(text), most)
