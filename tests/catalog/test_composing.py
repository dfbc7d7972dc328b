"""Files for new products: what a careful person would have written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogsync.catalog.edition import Edition
from catalogsync.model.errors import CatalogError
from tests.catalog.drafts import CONFIG, add, draft, shop

KEYS = "# yaml-language-server: $schema="


def test_a_small_shop_as_a_person_would_have_written_it(tmp_path: Path) -> None:
    html = "<p>Letters, folded.</p>\n<ul>\n  <li>by hand</li>\n\n</ul>"
    files, remarks, catalog = add(
        shop(tmp_path, {".schemas/product.schema.json": "{}", ".schemas/defaults.schema.json": "{}"}),
        draft("paperbird-one-month", "Software > Licence keys", category_id="65f0a1", price="3.50", description=html),
        draft(
            "paperbird-one-year",
            "Software > Licence keys",
            title="Paperbird: one year",
            category_id="65f0a1",
            price="30.00",
            description="<p>Folded.</p>",
            images=("/media/a.webp", "https://pictures.example/b.png"),
            warranty_period_days=30,
            source_product_id="17",
            source_product_url="https://fernwood.example/17",
            supplier_name="",
            stock=8,
        ),
        draft("harbour-tea-10", price="9.50"),
    )
    assert not remarks
    assert files == {
        "catalogsync.yaml": f'{CONFIG}categories:\n  licence-keys: "65f0a1"\n  vouchers: "65f0b2"\n',
        "products/_defaults.yaml": f"{KEYS}../.schemas/defaults.schema.json\nmin_quantity: 1\nstatus: active\n",
        "products/licence-keys/_defaults.yaml": (
            f"{KEYS}../../.schemas/defaults.schema.json\ncategory: licence-keys\n"
        ),
        "products/licence-keys/paperbird-one-month.yaml": (
            f"{KEYS}../../.schemas/product.schema.json\n"
            "title: Tea\n"
            "description: |\n"
            "  <p>Letters, folded.</p>\n"
            "  <ul>\n"
            "    <li>by hand</li>\n"
            "\n"
            "  </ul>\n"
            'price: "3.50"\n'
        ),
        "products/licence-keys/paperbird-one-year.yaml": (
            f"{KEYS}../../.schemas/product.schema.json\n"
            'title: "Paperbird: one year"\n'
            "description: |\n"
            "  <p>Folded.</p>\n"
            'price: "30.00"\n'
            "warranty_period_days: 30\n"
            "images:\n"
            "  - /media/a.webp\n"
            "  - https://pictures.example/b.png\n"
            'supplier_name: ""\n'
            'source_product_id: "17"\n'
            "source_product_url: https://fernwood.example/17\n"
            "stock: 8\n"
        ),
        "products/vouchers/harbour-tea-10.yaml": (
            f"{KEYS}../../.schemas/product.schema.json\n"
            "title: Tea\n"
            "category: vouchers\n"
            "description: Good for one year.\n"
            'price: "9.50"\n'
        ),
    }
    assert sorted(catalog.products) == ["harbour-tea-10", "paperbird-one-month", "paperbird-one-year"]


def test_one_category_goes_straight_into_products_and_the_next_import_beside_it(tmp_path: Path) -> None:
    first, _, _ = add(shop(tmp_path), draft("tea"), draft("tea-2", min_quantity=2))
    assert first == {
        "catalogsync.yaml": f'{CONFIG}categories:\n  vouchers: "65f0b2"\n',
        "products/_defaults.yaml": "category: vouchers\nstatus: active\n",
        "products/tea.yaml": 'title: Tea\ndescription: Good for one year.\nprice: "9.50"\nmin_quantity: 1\n',
        "products/tea-2.yaml": 'title: Tea\ndescription: Good for one year.\nprice: "9.50"\nmin_quantity: 2\n',
    }
    pair = [draft(key, "", category_id="c/1", min_quantity=3, status="inactive") for key in ("seat", "seat-2")]
    second, remarks, catalog = add(tmp_path, draft("tea-3"), *pair, draft("no-status", without=["status"]))
    assert second == {
        "products/vouchers/tea-3.yaml": (
            'title: Tea\ndescription: Good for one year.\nprice: "9.50"\nmin_quantity: 1\n'
        ),
        "products/category-c-1/_defaults.yaml": 'category_id: "c/1"\nmin_quantity: 3\nstatus: inactive\n',
        "products/category-c-1/seat.yaml": 'title: Tea\ndescription: Good for one year.\nprice: "9.50"\n',
        "products/category-c-1/seat-2.yaml": 'title: Tea\ndescription: Good for one year.\nprice: "9.50"\n',
    }
    assert [*remarks] == [("no-status", None)]
    assert remarks["no-status", None].startswith(
        "products/_defaults.yaml would give it `status`, which the marketplace"
    )
    assert len(catalog.products) == 5


def test_what_a_folder_would_give_unasked_sends_a_product_to_another(tmp_path: Path) -> None:
    files = {
        "products/Vouchers/_defaults.yaml": "category: vouchers\nwarranty_period_days: 7\nstatus: active\n",
        "products/Vouchers/Tea.yaml": "key: old-tea\ntitle: Tea\ndescription: x\nprice: 1\n",
        "products/imported/vouchers/_defaults.yaml": "pool_level: 5\n",
        "catalogsync.yaml": f"{CONFIG}categories: {{vouchers: '65f0b2'}}\n",
    }
    written, remarks, _ = add(shop(tmp_path, files), draft("tea", warranty_period_days=9), draft("mug"), draft("cup"))
    assert not remarks
    assert sorted(written) == [
        "products/Vouchers/tea-2.yaml",
        "products/imported-2/vouchers/_defaults.yaml",
        "products/imported-2/vouchers/cup.yaml",
        "products/imported-2/vouchers/mug.yaml",
    ]
    assert written["products/Vouchers/tea-2.yaml"] == (
        "key: tea\ntitle: Tea\ndescription: Good for one year.\n"
        'price: "9.50"\nmin_quantity: 1\nwarranty_period_days: 9\n'
    )


@pytest.mark.parametrize(
    ("theirs", "finish"), [("products/vouchers/tea.yaml", Edition.save), ("products/theirs.yaml", Edition.outcome)]
)
def test_what_another_run_wrote_meanwhile_stays(
    tmp_path: Path, theirs: str, finish: Callable[[Edition], object]
) -> None:
    edition = Edition(shop(tmp_path, {"products/mug.yaml": "title: Mug\ncategory_id: a\ndescription: x\nprice: 1\n"}))
    edition.keys_for({}, ())
    edition.add([draft("tea")])
    text = "key: tea\ntitle: Their tea\ncategory_id: a\ndescription: x\nprice: 1\n"
    shop(tmp_path, {theirs: text})
    with pytest.raises(CatalogError, match="nothing was changed") as caught:
        finish(edition)
    assert {problem.code for problem in caught.value.problems} == {"changed-meanwhile"}
    assert (tmp_path / theirs).read_text() == text


@pytest.mark.parametrize(
    ("defaults", "code"),
    [("# later\n", "empty-file"), ("statsu: active\n", "unknown-field"), ("status: 5\n", "wrong-type")],
)
def test_defaults_that_nobody_has_looked_into_are_told_like_any_error(tmp_path: Path, defaults: str, code: str) -> None:
    with pytest.raises(CatalogError) as caught:
        add(shop(tmp_path, {"products/_defaults.yaml": defaults}), draft("tea"), draft("mug"))
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.code) == ("products/_defaults.yaml", code)


NAMED = 'keys: "1"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CONFIG.rstrip("\n"), f'{CONFIG}categories:\n  "2024": "2"\n  {NAMED}\n'),
        (f"{CONFIG}# end", f'{CONFIG}# end\ncategories:\n  "2024": "2"\n  {NAMED}\n'),
        (
            f"categories: {{}}\n\n# next\n{CONFIG}",
            f'categories:\n  "2024": "2"\n  {NAMED}\n\n# next\n{CONFIG}',
        ),
        (f"{CONFIG}categories: {{}} # ours\n", f'{CONFIG}categories: # ours\n  "2024": "2"\n  {NAMED}\n'),
        (
            f"categories:\r\n    a: b # one\r\n\r\n# next\r\n{CONFIG}",
            f'categories:\r\n    a: b # one\r\n    "2024": "2"\r\n    {NAMED}\r\n\r\n# next\r\n{CONFIG}',
        ),
        (f"{CONFIG}categories: {{a: b}}\n", f'{CONFIG}categories: {{"2024": "2", {NAMED}, a: b}}\n'),
        (f"{CONFIG}...\n", None),
        (f"{CONFIG}categories: {{ }}\n", None),
    ],
)
def test_names_of_categories_are_lines_in_the_configuration(tmp_path: Path, before: str, after: str | None) -> None:
    pair = draft("a", "Software > Keys", category_id="1"), draft("b", "Year > 2024", category_id="2")
    written, remarks, catalog = add(shop(tmp_path, {"catalogsync.yaml": before}), *pair)
    assert not remarks
    assert written.get("catalogsync.yaml") == after
    assert catalog.products["a"].fields["category_id"] == "1"
    assert {"products/keys/a.yaml", "products/2024/b.yaml"} <= written.keys()
    there = 'category_id: "1"' if after is None else "category: keys"
    assert there in "".join(written.values())


def test_a_configuration_that_is_a_link_stays_one(tmp_path: Path) -> None:
    shop(tmp_path, {"shared/base.yaml": CONFIG}).joinpath("catalogsync.yaml").unlink()
    (tmp_path / "catalogsync.yaml").symlink_to("shared/base.yaml")
    written, _, _ = add(tmp_path, draft("tea"))
    assert sorted(written) == ["products/tea.yaml", "shared/base.yaml"]
    assert (tmp_path / "catalogsync.yaml").is_symlink()


def test_names_of_categories_are_told_apart(tmp_path: Path) -> None:
    config = f"{CONFIG}categories:\n  Vouchers: v\n"
    paths = {"1": "Software > Keys", "2": "Games > Keys", "3": "More > Vouchers", "4": "Games > Keys", "v": "Else"}
    drafts = [draft(f"tea-{number}", path, category_id=number) for number, path in paths.items()]
    drafts.append(draft("tea-9", "Everything > 65F-9", category_id="65f-9"))
    written, _, _ = add(shop(tmp_path, {"catalogsync.yaml": config}), *drafts)
    names = '  games-keys: "2"\n  games-keys-2: "4"\n  software-keys: "1"\n  more-vouchers: "3"\n'
    assert written["catalogsync.yaml"] == config + names
    assert {"products/vouchers/tea-v.yaml", "products/category-65f-9/tea-9.yaml"} <= written.keys()


def test_what_a_catalog_cannot_say_is_remarked(tmp_path: Path) -> None:
    known = "title: Mug\ncategory_id: m\ndescription: x\nprice: 1\nsource_product_id: 'S1'\n"
    files, remarks, catalog = add(
        shop(tmp_path, {"products/mug.yaml": known}),
        draft("tea", images=("/media/a.webp", "http://pictures.example/b.png"), min_quantity=0, status="x" * 51),
        draft("free", price="0.00"),
        draft("exact", price="9.999"),
        draft("lines", title="Tea\nfor two", min_quantity=0),
        draft("long", title="x" * 10_001),
        draft("bell", description="<p>\a</p>"),
        draft("half", title="\ud800"),
        draft("nothing", without=["description", "price"]),
        draft("cup", source_product_id="S1"),
        draft("pot", source_product_id="jug"),
        draft("jug"),
    )
    left_out = "it is left out of the file and stays there as it is; to change it, write the line yourself"
    no_file = "no file is written; correct it at the marketplace and import it again, or write the file by hand"
    unseen = "holds a character that cannot be seen and that no catalog can hold there"
    assert remarks == {
        ("cup", "source_product_id"): (
            "the product `mug` has the same `source_product_id`, and no two can: it is left out of the file"
        ),
        ("pot", "source_product_id"): (
            "the product `jug` has the same `source_product_id`, and no two can: it is left out of the file"
        ),
        ("tea", "min_quantity"): (f"`min_quantity` must be at least 1, and the marketplace shows `0`: {left_out}"),
        ("tea", "status"): (
            f"`status` is longer than 50 characters, and the marketplace shows `{'x' * 51}`: {left_out}"
        ),
        ("tea", "images"): (
            "an image's address begins with https:// (or give a path in the catalog), and the "
            "marketplace shows `http://pictures.example/b.png`: "
            f"{left_out}"
        ),
        ("free", None): (f"a price is more than 0 and at most 1000000000, and the marketplace shows `0.00`: {no_file}"),
        ("exact", None): (
            "a price is a plain decimal number such as 9.99 (at most two decimal places), and the marketplace shows "
            f"`9.999`: {no_file}"
        ),
        ("lines", None): f"`title` {unseen}, and the marketplace shows `Tea\\nfor two`: {no_file}",
        ("long", None): (
            "`title` is longer than 10000 characters, and the marketplace shows a text of 10001 characters: " + no_file
        ),
        ("bell", None): f"`description` {unseen}, and the marketplace shows `<p>\\x07</p>`: {no_file}",
        ("half", None): f"`title` {unseen}, and the marketplace shows `\\ud800`: {no_file}",
        ("nothing", None): f"the marketplace does not show `description` and `price`: {no_file}",
    }
    assert sorted(catalog.products) == ["cup", "jug", "mug", "pot", "tea"]
    assert catalog.products["tea"].fields.keys() == {"title", "category_id", "description", "price"}
    assert sorted(files) == [
        "catalogsync.yaml",
        "products/vouchers/_defaults.yaml",
        *(f"products/vouchers/{key}.yaml" for key in ("cup", "jug", "pot", "tea")),
    ]


def test_keys_are_free_in_the_catalog_and_elsewhere(tmp_path: Path) -> None:
    known = "title: T\ncategory_id: m\ndescription: x\nprice: 1\nsource_product_id: mug\nprevious_key: pot\n"
    edition = Edition(shop(tmp_path, {"products/tea.yaml": known}))
    titles = {"1": "Tea", "2": "Mug", "3": "Pot", "4": "Jug", "5": "Cup"}
    assert edition.keys_for(titles, ["jug"]) == {"1": "tea-2", "2": "mug-2", "3": "pot-2", "4": "jug-2", "5": "cup"}
