"""The admin page: the marketplace as a person sees it, with a button to sell and a form to edit."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

import orjson
from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from catalogsync.sandbox.admin.example_shop import invent_shop
from catalogsync.sandbox.admin.page_orders import orders_shown
from catalogsync.sandbox.admin.world import edit_product, pool_counts
from catalogsync.sandbox.hstockplus import BASE_PATH
from catalogsync.sandbox.hstockplus.orders import Item, Purchase, buy
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.sales import Sale, sell, waiting_units
from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.shown import money

PAGE_SIZE = 24
CALLS_SHOWN = 18
_EDITABLE = ("title", "price", "status", "description")
_NOTICES = {
    "sold": "Sold one, as a buyer would buy it.",
    "ordered": "Ordered at HstockPlus, as a buyer would order it.",
    "edited": "Changed, as a stranger would change it.",
    "invented": "Here is a shop, with stock and sales, as if it had been here for long.",
}
_SAFE = {
    "content-security-policy": "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def page_routes(market: Market) -> list[Route]:
    """The page at `/` and `/admin`, and its forms."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = templates.get_template("admin.html")

    def render(request: Request, asked: Mapping[str, str], failed: Mapping[str, str], status: int = 200) -> Response:
        context = _context(market, asked.get("q", ""), _number(asked.get("page", "")) or 1)
        base = f"{request.url.scheme}://{request.url.netloc}"
        html = template.render(
            **context,
            accplanet=base,
            hstockplus=base + BASE_PATH,
            key=market.key,
            notice=_NOTICES.get(asked.get("done", "")),
            failed=failed,
        )
        return HTMLResponse(html, status, headers=_SAFE)

    async def show(request: Request) -> Response:
        return render(request, request.query_params, {})

    async def sell_one(request: Request) -> Response:
        form = await _form(request)
        if sell(market, Sale(form.get("product_id", ""))) is None:
            return render(request, form, {"problem": "This listing is gone."}, 404)
        return _back(form, "sold")

    async def edit(request: Request) -> Response:
        form = await _form(request)
        # browsers end lines with CRLF; the marketplace's own panel would not keep that
        fields = {name: form[name].replace("\r\n", "\n") for name in _EDITABLE if name in form}
        try:
            edit_product(market, form.get("product_id", ""), fields)
        except LookupError:
            return render(request, form, {"problem": "This listing is gone."}, 404)
        except ValueError as error:
            return render(request, form, {**form, "problem": str(error)}, 400)
        return _back(form, "edited")

    async def invent(_: Request) -> Response:
        done = "invented" if invent_shop(market) else ""
        return RedirectResponse(f"/?{urlencode({'done': done})}", 303, headers=_SAFE)

    async def order(request: Request) -> Response:
        form = await _form(request)
        product_id, quantity = form.get("product_id", "").strip(), _number(form.get("quantity", ""))
        if not product_id or not quantity:
            return render(request, form, {"problem": "Say what is ordered, and how many."}, 400)
        buy(market, Purchase([Item(product_id, product_id, "product", quantity, 999)]))
        return RedirectResponse("/?done=ordered#manual", 303, headers=_SAFE)

    return [
        Route("/", show, methods=["GET"]),
        Route("/admin", show, methods=["GET"]),
        Route("/admin/sell", sell_one, methods=["POST"]),
        Route("/admin/edit", edit, methods=["POST"]),
        Route("/admin/order", order, methods=["POST"]),
        Route("/admin/invent", invent, methods=["POST"]),
    ]


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _back(form: Mapping[str, str], done: str) -> Response:
    query = {"page": form.get("page", "1"), "q": form.get("q", ""), "done": done}
    anchor = f"#p-{form['product_id']}"
    return RedirectResponse(f"/?{urlencode(query)}{anchor}", 303, headers=_SAFE)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else None


def _context(market: Market, search: str, page: int) -> dict[str, object]:
    where = "removed_at IS NULL AND (? = '' OR instr(lower(title), ?) OR product_id = ? OR category_id = ?)"
    values = (search, search.lower(), search, search)
    facts = market.db.execute(
        "SELECT count(*) AS listings, total(status = 'active') AS active, total(sales_count) AS sales,"  # noqa: S608
        f" total(pooled * stock) AS unsold FROM products WHERE {where}",
        values,
    ).fetchone()
    pages = max(1, -(-facts["listings"] // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = market.db.execute(
        f"SELECT * FROM products WHERE {where} ORDER BY business_id DESC LIMIT ? OFFSET ?",  # noqa: S608
        (*values, PAGE_SIZE, (page - 1) * PAGE_SIZE),
    ).fetchall()
    ids = [row["product_id"] for row in rows]
    counts, waiting = pool_counts(market, ids), waiting_units(market, ids)
    products = []
    for row in rows:
        images = orjson.loads(row["images"])
        unsold, sold = counts.get(row["product_id"], (0, 0))
        products.append(
            {
                **dict(row),
                "price": money(row["price_cents"]),
                "image": images[0] if images and images[0].startswith("/") else None,
                "image_count": len(images),
                "unsold": unsold,
                "sold": sold,
                "waiting": waiting.get(row["product_id"], 0),
                "hue": row["business_id"] * 47 % 360,
            }
        )
    defaults = Settings().as_dict()
    settings = [(name, value, value != defaults[name]) for name, value in market.settings.as_dict().items()]
    return {
        "products": products,
        "facts": facts,
        "page": page,
        "pages": pages,
        "q": search,
        "calls": list(islice(market.calls.newest(), CALLS_SHOWN)),
        "call_count": market.calls.count,
        "settings": settings,
        "changed": sum(changed for _, _, changed in settings),
        "faults": market.faults.rules,
        "held": market.held.waiting,
        **orders_shown(market),
    }
