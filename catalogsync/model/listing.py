"""What the marketplace has: listings, and a proof of how completely they were listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogsync.model.fields import Value


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing as the marketplace shows it.

    Attributes:
        product_id: the marketplace's id.
        fields: the fields it shows, normalized; a field that is not there is not shown.
        sales: `sales_count`; None where it is not shown.
        approval: `approval_status`, passed through; None where it is not shown.
        created_at: as the marketplace writes it, or None.
        category_path: the category in words, such as `Software > Keys`, or None.
    """

    product_id: str
    fields: Mapping[str, Value]
    sales: int | None = None
    approval: str | None = None
    created_at: str | None = None
    category_path: str | None = None

    @property
    def stock(self) -> int | None:
        """Unsold units, or None where they are not shown."""
        stock = self.fields.get("stock")
        return stock if isinstance(stock, int) else None

    @property
    def untouched(self) -> bool:
        """Whether it shows that it has no units and sold none. Where that is not shown, nobody can tell."""
        return self.stock == 0 and self.sales == 0


@dataclass(frozen=True, slots=True)
class Listings:
    """All listings of a marketplace. It exists only if the scan proved itself complete (see marketplaces.paging).

    Attributes:
        by_id: every listing by its product_id.
        pages: how many pages were read.
        scans: how many scans it took to be sure.
        page_size: how many listings a page was asked for.
        largest_page: how many the fullest page had.
    """

    by_id: Mapping[str, Listing] = field(default_factory=dict)
    pages: int = 0
    scans: int = 0
    page_size: int = 0
    largest_page: int = 0
