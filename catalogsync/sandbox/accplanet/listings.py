"""List Products as a query: its filters and orders, over indexes that carry each of them."""

from dataclasses import dataclass

from catalogsync.sandbox.accplanet.fields import cents
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import publish_due
from catalogsync.sandbox.shown import listing
from catalogsync.sandbox.wire.answers import Answer, Call, Refused

SORTS = {
    "newest": "business_id DESC",
    "oldest": "business_id",
    "updated": "updated_at DESC, business_id DESC",
    "title": "title, business_id",
    "shuffled": "random()",
    "price": "price_cents, business_id",
    "price_low": "price_cents, business_id",
    "price_high": "price_cents DESC, business_id DESC",
    "sales_count": "sales_count, business_id",
    "popular": "sales_count DESC, business_id DESC",
    "created_at": "business_id",
    "updated_at": "updated_at, business_id",
}
SORTS |= {
    f"-{name}": ", ".join(f"{column} DESC" for column in SORTS[name].split(", "))
    for name in ("price", "title", "sales_count", "created_at", "updated_at")
}


@dataclass(frozen=True, slots=True)
class _Query:
    where: str
    values: tuple[object, ...]
    order: str


class Listings:
    """What List Products shows at this moment, for one call."""

    def __init__(self, market: Market, call: Call) -> None:
        publish_due(market)
        self._market = market
        self._call = call
        query = _query(call)
        # one walk over an index for all pages of a list, so that a far page costs what the first one costs
        moving = query.order == SORTS["shuffled"]
        self._rowids = _rowids(market, query) if moving else market.remembered(query, lambda: _rowids(market, query))

    def count(self) -> int:
        """How many listings fit."""
        return len(self._rowids)

    def rows(self, limit: int, offset: int) -> list[dict[str, object]]:
        """Some of them, in the order that was asked for."""
        settings, origin = self._call.settings, self._call.origin
        sql = "SELECT * FROM listings WHERE rowid = ?"
        wanted = self._rowids[offset : offset + limit]
        found = (self._market.db.execute(sql, (rowid,)).fetchone() for rowid in wanted)
        return [listing(row, settings, origin) for row in found]


def _rowids(market: Market, query: _Query) -> list[int]:
    sql = f"SELECT rowid FROM listings WHERE {query.where} ORDER BY {query.order}"  # noqa: S608 (see _query)
    return [row[0] for row in market.db.execute(sql, query.values)]


def _query(call: Call) -> _Query:
    """The conditions and the order; texts from the call travel as values only."""
    conditions, values = ["1"], list[object]()
    if call.settings.hide_unapproved:
        conditions.append("approval_status = 'approved'")
    for name in ("category_id", "status"):
        if text := call.query.get(name):
            conditions.append(f"{name} = ?")
            values.append(text)
    if text := call.query.get("search"):
        conditions.append("(instr(lower(title), ?) OR instr(lower(description), ?) OR product_id = ?)")
        values += [text.lower(), text.lower(), text]
    for name, sign in (("min_price", ">="), ("max_price", "<=")):
        if text := call.query.get(name):
            conditions.append(f"price_cents {sign} ?")
            values.append(_cents(name, text))
    order = SORTS.get(call.query.get("sort", ""), SORTS[call.settings.default_order])
    return _Query(" AND ".join(conditions), tuple(values), order)


def _cents(name: str, text: str) -> int:
    try:
        return cents(text)
    except ValueError:
        answer = Answer({"success": False, "error": "Invalid filter", "errors": {name: ["Enter a number."]}}, 400)
        raise Refused(answer) from None
