"""A pool that is shared, through the command line: who gets how much, and that bulk edits leave the sharing alone."""

import re
from pathlib import Path

import pytest

from tests.harness.command import catalogsync
from tests.harness.market import Market
from tests.harness.shop import Shop

SHARED = {"pool": "tea", "pool_level": 3, "marketplaces": {"vouchers": {"product_id": "v-1"}}}


@pytest.fixture
def shop(tmp_path: Path, sandbox: Market) -> Shop:
    """Two products that share their pools with a second marketplace, applied ten days ago by the market's clock."""
    shop = Shop(tmp_path / "shop", sandbox)
    vouchers = {"type": "hstockplus", "base_url": sandbox.hstockplus, "api_key_env": "VOUCHERS_API_KEY"}
    own = {"type": "accplanet", "base_url": sandbox.base, "api_key_env": "ACCPLANET_API_KEY"}
    shop.configure(marketplaces={"accplanet": own, "vouchers": vouchers})
    shop.product("tea", **SHARED)
    shop.product("cups", pool="cups", delivery="manual", marketplaces={"vouchers": {"product_id": "v-2"}})
    shop.pool("tea", 0, 8)
    shop.pool("cups", 100, 4)
    sandbox.configure(clock_offset_s=-864_000)
    shop.apply()
    return shop


def test_what_of_a_pool_goes_where_and_for_how_long_it_lasts(shop: Shop) -> None:
    listing = shop.market.product("Title of tea")["product_id"]
    shop.market.sell(listing, 3)
    shop.apply()
    shop.market.sell(listing, 3)
    plan = shop.plan()
    tea = next(row for row in plan["allocation"] if row["pool"] == "tea")
    assert (tea["catalog"], tea["new"], tea["now"], tea["left"], tea["unsold"]) == (8, 2, 2, 0, 0)
    assert (tea["per_day"], tea["days_left"]) == (0.6, 3)
    (warning,) = [warning for warning in plan["warnings"] if warning["code"] == "running-dry"]
    assert warning["message"] == "2 left, 0.6 sold a day: enough for 3 days; add accounts to pool tea"
    shop.apply()
    still = shop.run("plan")
    assert still.out.startswith("No changes.\n")
    assert "! running-dry tea: 2 left" in still.out
    status = shop.run("status").out
    assert re.search(r"tea .* 0\.6 +3 ", status)
    assert "1 product is about to run dry at the present rate: tea (3 days)" in status


def test_bulk_edits_and_import_leave_the_sharing_alone(shop: Shop, tmp_path: Path) -> None:
    files = [shop.root / f"products/{key}.yaml" for key in ("tea", "cups")]
    before = [file.read_text() for file in files]
    assert shop.run("set", "price=8.00", "--only", "*", "--auto-approve").code == 0
    sheet = tmp_path / "shop.csv"
    assert shop.run("export", sheet).code == 0
    assert "v-1" not in sheet.read_text()
    sheet.write_text(sheet.read_text().replace(",8.00,", ",7.00,"))
    assert shop.run("sheet", "apply", sheet, "--auto-approve").code == 0
    shop.apply()
    for key in ("tea", "cups"):
        shop.market.edit(shop.market.product(f"Title of {key}")["product_id"], price="6.50")
    assert shop.run("import", "--accept", "price").code == 0
    assert [file.read_text() for file in files] == [text.replace("9.99", "6.50") for text in before]
    refused = catalogsync("set", "pool_level=9", "--only", "*", root=shop.root)
    assert refused.code == 1
