"""Whatever stands in a shop: imported into real files and read back, a plan is empty; re-imported, it is again."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog import read_catalog
from catalogsync.catalog.edition import Edition
from catalogsync.model.catalog import Catalog
from catalogsync.model.fields import Value, normalize
from catalogsync.model.importing import Asked, Imported
from catalogsync.workflow.importing import propose
from catalogsync.workflow.taking_over import carry_out, outcome, prepare
from tests.harness.audit import assert_in_step
from tests.harness.fake_shop import SETTINGS, FakeShop
from tests.harness.odd_listings import DESCRIPTIONS, SCRIPTS, SIGNS, UNSAYABLE
from tests.workflow.test_laws import LAW

CONFIG = f"""version: 1
marketplaces:
  accplanet: {{type: accplanet, base_url: {SETTINGS.base_url}, api_key_env: ACCPLANET_API_KEY}}
"""

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
titles = st.sampled_from([*SCRIPTS, *SIGNS, *UNSAYABLE]) | anything
listings = st.fixed_dictionaries(
    {
        "title": titles,
        "category_id": st.sampled_from(["c-1", "c-2", "c: 3 #"]),
        "description": st.sampled_from(DESCRIPTIONS) | anything,
        "price": st.decimals(0, 1000, places=2).map(str),
    },
    optional={
        "status": st.sampled_from(["active", "inactive", "no", "on sale: yes"]),
        "supplier_name": anything,
        "source_product_id": st.sampled_from(["", "s-1", "012"]) | anything,
        "source_product_url": anything,
        "warranty_period_days": st.integers(-1, 40),
        "min_quantity": st.integers(-1, 3),
        "images": st.lists(st.sampled_from(["/media/a.webp", "https://cdn.example.com/a.png", "x.png", " "])).map(
            tuple
        ),
        "stock": st.integers(0, 3),
    },
)


def read(root: Path) -> Catalog:
    reading = read_catalog(root)
    assert reading.catalog is not None, reading.problems
    return reading.catalog


def imported(shop: FakeShop, root: Path, asked: Asked) -> Imported:
    journal, catalog = shop.journal(), read(root)
    desk, writer = replace(shop.desk(journal), catalog=catalog), Edition(root, catalog)
    prepared = prepare(desk, writer, propose(desk, writer, asked), {})
    if prepared.writes:
        carry_out(desk, journal, writer, shop.run("import"), prepared)
    shop.products = dict(read(root).products)
    return outcome(desk, writer, prepared, {})


@LAW
@given(st.booleans(), st.lists(listings, max_size=6), st.lists(listings, max_size=6))
def test_a_plan_after_an_import_is_empty(
    rich: bool, shown: list[dict[str, Value]], later: list[dict[str, Value]]
) -> None:
    shop = FakeShop(rich=rich)
    ids = [shop.market.put(**{name: normalize(name, value) for name, value in one.items()}) for one in shown]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "catalogsync.yaml").write_text(CONFIG)
        done = imported(shop, root, Asked(everything=True))
        assert not done.odd
        assert {*done.new.values(), *(one.what for one in done.left_out)} == set(ids)
        assert_in_step(shop)
        for product_id, fields in zip(ids, later, strict=False):
            shop.market.edit(product_id, **{name: normalize(name, value) for name, value in fields.items()})
        done = imported(shop, root, Asked(tuple(done.new.values())))
        assert not done.odd
        left = {(one.key, one.field) for one in done.remarks}
        left |= {(key, field) for key, _, field in (one.what.partition(": ") for one in done.left_out)}
        for change in shop.plan().changes:
            assert {(change.key, field.field) for field in change.fields} <= left, change
