"""A shop that was there before: imported, it is in step; its state lost and recovered, it is in step again."""

import shutil

from tests.harness.odd_listings import UNSAYABLE, odd_listings
from tests.harness.shop import Shop

PATHS = {"c-0": "Courses > Pottery", "c-1": "Vouchers", "c-2": "Schlüssel & Lizenzen", "c-3": "茶"}


def test_five_hundred_odd_listings(shop: Shop) -> None:
    listings = odd_listings(500)
    shop.market.configure(description_style="as_sent", categories=PATHS, page_cap=100)
    shop.market.post("/seed", {"products": listings})
    shop.configure(categories={"courses": "c-0"})

    done = shop.run("-v", "import", "--all")

    assert done.code == 0, done.out + done.err
    unsayable = {one["product_id"] for one in listings if one["title"].rstrip(" 0123456789") in UNSAYABLE}
    assert {one["product_id"] for one in listings if f" {one['product_id']}" in done.out} == unsayable
    managed = len(listings) - len(unsayable)
    assert f"{managed} listings imported." in done.out
    plan = shop.plan()
    assert (plan["changes"], plan["blocked"], plan["warnings"]) == ([], [], [])
    assert (plan["summary"]["unchanged"], plan["summary"]["unmanaged"]) == (managed, len(unsayable))

    shutil.rmtree(shop.root / ".catalogsync")
    refused = shop.run("plan")
    assert (refused.code, "state recover" in refused.err) == (1, True)
    recovered = shop.run("state", "recover", "--auto-approve")
    assert recovered.code == 0, recovered.out + recovered.err
    plan = shop.plan()
    assert (plan["changes"], plan["blocked"], plan["summary"]["unchanged"]) == ([], [], managed), recovered.out
    assert shop.market.changing_calls() == []
