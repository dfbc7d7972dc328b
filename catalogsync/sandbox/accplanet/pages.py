"""Pages of a list: which rows a page holds, and each envelope that a list may come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from catalogsync.sandbox.settings import Settings
from catalogsync.sandbox.shown import whole
from catalogsync.sandbox.wire.answers import Answer, Call, Refused

Rows = Callable[[int, int], Sequence[dict[str, object]]]
"""Gives the items of a list from limit and offset."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        items: what it shows.
        number: from 1.
        size: the page_size that was honoured.
        pages: how many pages the list says that it has, which may be a lie.
        total: how many items the list says that it has; None says nothing.
    """

    items: Sequence[dict[str, object]]
    number: int
    size: int
    pages: int
    total: int | None


def page_of(call: Call, count: int, rows: Rows) -> Page:
    """The page that a call asks for.

    Raises:
        Refused: the page cannot be, or lies after the last one and the settings make that a 404.
    """
    settings = call.settings
    number = _asked(call, "page", 1)
    size = min(_asked(call, "page_size", settings.default_page_size), settings.page_cap)
    claimed = max(0, count + {"high": 1, "low": -1}.get(settings.total, 0))
    pages = max(1, -(-claimed // size))
    # by the true count, and one more where an overlap pushes the last item over the edge
    last = max(1, -(-(count + (settings.paging == "overlap" and count > size)) // size))
    wanted = number
    if number > last and settings.last_page == "404":
        raise Refused(Answer({"detail": "Invalid page."}, 404))
    if number > last and settings.last_page == "repeat":
        wanted = last
    return Page(
        items=_rows_of(wanted, size, rows, settings),
        number=number,
        size=size,
        pages=pages,
        total=None if settings.total == "absent" else claimed,
    )


def _asked(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0:
        return int(text)
    raise Refused(Answer({"success": False, "error": f"{name} must be a number from 1."}, 400))


def _rows_of(number: int, size: int, rows: Rows, settings: Settings) -> Sequence[dict[str, object]]:
    offset = (number - 1) * size
    match settings.paging:
        case "empty_first" if number == 1:
            return []
        case "empty_middle" if number == 2:
            return []
        case "overlap" if number > 1:  # as if a listing had come in front after the first page was read
            offset -= 1
        case "gap" if number > 1:  # as if one of the first page had gone after it was read
            offset += 1
    return rows(size, offset)


def in_envelope(call: Call, page: Page, noun: str) -> object:
    """A page as the settings wrap it.

    Args:
        call: the call that asked.
        page: what is to be wrapped.
        noun: what the list holds, for envelopes that name it.
    """
    items, settings = page.items, call.settings
    number, size = whole(page.number, settings), whole(page.size, settings)
    total = {} if page.total is None else {"total": whole(page.total, settings)}
    pages = {} if page.total is None else {"total_pages": whole(page.pages, settings)}
    match settings.envelope:
        case "results_count_next":
            count = {} if page.total is None else {"count": total["total"]}
            previous = None if page.number == 1 else _link(call, page.number - 1, "absolute")
            return {**count, "next": _next(call, page), "previous": previous, "results": items}
        case "products_total":
            return {noun: items, **total, "page": number, "page_size": size}
        case "success_data_items":
            pagination = {"page": number, "page_size": size, **total, **pages}
            return {"success": True, "data": {"items": items, "pagination": pagination}}
        case "success_data_list":
            return {"success": True, "data": items, "page": number, "page_size": size, **total, **pages}
        case "data_meta":
            # `facets` is an array of objects too, but not of the items
            categories = sorted({str(item["category_id"]) for item in items if "category_id" in item})
            facets = [{"category_id": category} for category in categories]
            count = {} if page.total is None else {"total_count": total["total"], "last_page": pages["total_pages"]}
            meta = {"current_page": number, "per_page": size, **count}
            return {"data": {noun: items, "facets": facets}, "meta": meta}
        case "items_has_more":
            return {"status": "ok", "items": items, "has_more": page.number < page.pages, **total}
        case _:
            return items


def _next(call: Call, page: Page) -> str | None:
    match call.settings.next_link:
        case "loop":
            return _link(call, page.number, "absolute")
        case "foreign":
            return f"http://elsewhere.example{_link(call, page.number + 1, 'path')}"
        case style:
            return _link(call, page.number + 1, style) if page.number < page.pages else None


def _link(call: Call, number: int, style: str) -> str:
    path = f"{call.path}?{urlencode({**call.query, 'page': number})}"
    return path if style == "path" else call.origin + path
