"""The worth of what is on sale, before and after."""

from decimal import Decimal

from catalogsync.core.worth import worth
from catalogsync.model.listing import Listing
from catalogsync.model.plan import Action, Allotment, Change, FieldChange
from catalogsync.model.problem import Place
from catalogsync.model.product import Product
from catalogsync.model.state import Binding


def binding(key: str, retired: str | None = None) -> Binding:
    return Binding(key, "shop", f"p-{key}", {}, {}, retired=retired)


def listing(key: str, price: str | None, stock: int | None) -> tuple[str, Listing]:
    fields = {"price": price, "stock": stock}
    return f"p-{key}", Listing(f"p-{key}", {name: value for name, value in fields.items() if value is not None})


def change(key: str, action: Action, *fields: FieldChange, new: int = 0, bound: bool = True) -> Change:
    accounts = Allotment(key, new, 0) if new else None
    return Change(key, action, f"p-{key}" if bound else None, None, None, fields, accounts)


def test_every_kind_of_change_counts_once() -> None:
    price = FieldChange("price", "5.00", "4.00", "catalog")
    back = FieldChange("status", "inactive", "active", "catalog")
    money = worth(
        [
            change("update", Action.UPDATE, price, new=10),
            change("gone", Action.RETIRE),
            change("back", Action.UPDATE, back),
            change("new", Action.CREATE, FieldChange("price", None, "2.50", "catalog"), new=4, bound=False),
            change("adopted", Action.ADOPT),
        ],
        {},
        {entry.key: entry for entry in (binding("same"), binding("update"), binding("gone"), binding("back", "active"))}
        | {"hidden": binding("hidden")},
        dict(
            [
                listing("same", "3.00", 7),
                listing("update", "5.00", 2),
                listing("gone", "1.00", 100),
                listing("back", "9.00", 1),
                listing("adopted", "6.00", 3),
                listing("hidden", "6.00", None),
            ]
        ),
        None,
    )
    assert money.before == Decimal("131.00")  # 3 x 7 + 5 x 2 + 1 x 100
    assert money.after == Decimal("106.00")  # 3 x 7 + 4 x 12 + 9 x 1 + 2.50 x 4 + 6 x 3
    assert money.uncounted == 1


def test_products_below_the_least_price_are_named() -> None:
    products = {
        key: Product(key, {"price": price}, Place("p.yaml")) for key, price in {"b": "0.99", "a": "1.00"}.items()
    }
    assert worth([], products, {}, {}, Decimal("1.00")).under_min_price == ("b",)
    assert worth([], products, {}, {}, None).under_min_price == ()
