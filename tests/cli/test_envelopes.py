"""Whatever the marketplace wraps its lists in: the shop comes in step, and stays so without another call."""

import itertools

import pytest

from tests.harness.shop import Shop

ENVELOPES = (
    "array",
    "results_count_next",
    "products_total",
    "success_data_items",
    "success_data_list",
    "data_meta",
    "items_has_more",
)


@pytest.mark.parametrize(("envelope", "fields", "cap"), list(itertools.product(ENVELOPES, ("poor", "rich"), (7, 100))))
def test_comes_in_step_and_stays_so(shop: Shop, envelope: str, fields: str, cap: int) -> None:
    shop.market.configure(envelope=envelope, list_fields=fields, page_cap=cap)
    red, blue = shop.image("red.png", b"red"), shop.image("blue.png", b"blue")
    for number in range(9):
        key = f"product-{number}"
        shop.product(
            key,
            images=[red, blue] if number % 2 else [red],
            min_quantity=2,
            warranty_period_days=30,
            supplier_name="Nimbus Keys",
            description=f"<p onclick='x()'>Number {number}</p><script>alert(1)</script>",
            pool=key if number < 3 else None,
            stock=None if number < 3 else 50,
        )
    for number in range(3):
        shop.pool(f"product-{number}", number * 100, 5)
    shop.apply()
    shop.assert_in_step()
    assert len(shop.market.products()) == 9
    assert shop.market.arrivals() == [1] * 15
    totals = shop.market.get("/calls")["totals"]
    assert totals["upload"] == 2
    assert totals["create"] == 9
