"""The settings of the sandbox: each open question of the marketplaces' documents, as something to choose."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import orjson

from catalogsync.sandbox.checked import check, flag, one_of, texts, whole


@dataclass(frozen=True, slots=True)
class Settings:
    """How the marketplaces answer. The first choice is the default.

    Attributes:
        envelope: what a list is wrapped in.
        total: what a list says of its total, in the envelopes that have one.
        next_link: what `next` of the envelope results_count_next is; `loop` and `foreign` are lies.
        page_cap: the largest page_size that is honoured.
        default_page_size: for a List that does not ask.
        last_page: what a page after the last one is.
        paging: how pages fit together; all but `steady` are lies that real lists tell while they change.
        default_order: the order of a List without `sort`.
        list_lag_ms: how long List Products goes on to show what was there before a write.
        hide_unapproved: List Products leaves out what is not approved.
        list_fields: `rich` shows also source_product_id, source_product_url, supplier_name, warranty_period_days.
        price_style: how List Products writes 9.90: "9.90", "9.9", "9.9000", or the number 9.9.
        number_style: `strings` writes every whole number of an answer as text.
        image_style: how List Products shows an uploaded image.
        description_style: `cleaned` HTML, or `as_sent`.
        delivered_info: how an order shows what was delivered: lines, a JSON array in a string, or not at all.
        delivered_answer: what `delivered_units` of a delivery's answer counts: all of the order's, or the call's.
        text_units: how many units a delivered text counts: one a line, all that were bought, or none.
        completed_orders: whether a completed order still takes deliveries and other changes.
        filters: what a list does with filters: see `docs/sandbox.md`.
        created_status: the status of a create that worked.
        refusals: `ok` answers a refusal with HTTP 200 and `success: false`.
        approval: approval_status of new listings.
        ids: `sequential` ids make runs repeatable.
        content_addressed_images: the same bytes get the same path.
        duplicate_accounts: whether an account that the listing's pool ever had is dropped or kept as one more.
        sales_counts_orders: sales_count counts orders instead of units.
        unknown_category: what happens to a category_id that is not in `categories`.
        categories: known category ids with their paths.
        unknown_fields: what happens to a body with fields that the document does not name.
        latency_ms: added to every marketplace call.
        clock_offset_s: added to the marketplaces' clock.
        relist_minutes: how long a HstockPlus order that was listed is not listed again.
        relist_hides: whether it hides at once, or once its whole listing was read.
        manual_answer: what HstockPlus answers to an update that worked.
        manual_duplicates: where HstockPlus looks for an account that is there already.
    """

    envelope: str = one_of(
        "array",
        "results_count_next",
        "products_total",
        "success_data_items",
        "success_data_list",
        "data_meta",
        "items_has_more",
    )
    total: str = one_of("exact", "high", "low", "absent")
    next_link: str = one_of("absolute", "path", "loop", "foreign")
    page_cap: int = whole(100, 1, 100_000)
    default_page_size: int = whole(20, 1, 100_000)
    last_page: str = one_of("empty", "repeat", "404")
    paging: str = one_of("steady", "overlap", "gap", "empty_first", "empty_middle")
    default_order: str = one_of("newest", "oldest", "updated", "title", "shuffled")
    list_lag_ms: int = whole(0, 0, 3_600_000)
    hide_unapproved: bool = flag()
    list_fields: str = one_of("poor", "rich")
    price_style: str = one_of("two_places", "trimmed", "four_places", "number")
    number_style: str = one_of("numbers", "strings")
    image_style: str = one_of("path", "url")
    description_style: str = one_of("cleaned", "as_sent")
    delivered_info: str = one_of("lines", "json", "hidden")
    delivered_answer: str = one_of("order", "call")
    text_units: str = one_of("lines", "whole", "none")
    completed_orders: str = one_of("open", "closed")
    filters: str = one_of("exact", "lenient", "strict", "none")
    created_status: str = one_of("200", "201")
    refusals: str = one_of("status", "ok")
    approval: str = one_of("approved", "pending")
    ids: str = one_of("random", "sequential")
    content_addressed_images: bool = flag()
    duplicate_accounts: str = one_of("drop", "keep")
    sales_counts_orders: bool = flag()
    unknown_category: str = one_of("accept", "refuse")
    categories: Mapping[str, str] = texts()
    unknown_fields: str = one_of("ignore", "refuse")
    latency_ms: int = whole(0, 0, 600_000)
    clock_offset_s: int = whole(0, -1_000_000_000, 1_000_000_000)
    relist_minutes: int = whole(30, 0, 100_000)
    relist_hides: str = one_of("at_once", "after_listing")
    manual_answer: str = one_of("success", "order", "bare_order", "message", "empty_object", "empty", "no_content")
    manual_duplicates: str = one_of("order", "everywhere", "request")

    def changed(self, patch: Mapping[str, object]) -> "Settings":
        """These settings with some of them changed.

        Raises:
            ValueError: a name or a value is not known; the text says which, and what would do.
        """
        check(Settings, patch)
        return replace(self, **patch)  # type: ignore[arg-type]  # every value was checked above

    def as_dict(self) -> dict[str, object]:
        """The settings by name, for JSON."""
        return {**asdict(self), "categories": dict(self.categories)}


def load_settings(db: sqlite3.Connection) -> Settings:
    """The settings that the database remembers, over the defaults."""
    rows = db.execute("SELECT name, value FROM settings").fetchall()
    return Settings().changed({row["name"]: orjson.loads(row["value"]) for row in rows})


def save_settings(db: sqlite3.Connection, settings: Settings) -> None:
    """Remembers the settings, so that a sandbox on a file is the same one when it is started again."""
    db.execute("DELETE FROM settings")
    rows = [(name, orjson.dumps(value).decode()) for name, value in settings.as_dict().items()]
    db.executemany("INSERT INTO settings (name, value) VALUES (?, ?)", rows)
