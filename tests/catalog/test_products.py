"""Products: how defaults merge, what is a key, many documents in a file, and what each field comes to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog import read_catalog
from catalogsync.catalog.defaults import Layered
from catalogsync.catalog.documents import Document
from catalogsync.catalog.problems import Problems
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.product import Lifecycle, Product
from tests.catalog.cases.case import Content, config, document, write

ALONE: dict[str, Content] = {
    "products/paperbird.yaml": None,
    "products/pottery.yaml": None,
    "pools/paperbird.yaml": None,
}


def products(root: Path, files: Mapping[str, Content]) -> Mapping[str, Product]:
    """The products of a catalog that has only these."""
    reading = read_catalog(write(root, {**ALONE, **files}))
    assert reading.catalog is not None, [str(problem) for problem in reading.problems]
    return reading.catalog.products


def codes(root: Path, files: Mapping[str, Content]) -> list[tuple[str, int, str]]:
    """What is wrong with them: file, line and code."""
    reading = read_catalog(write(root, {**ALONE, **files}))
    return [(p.place.file, p.place.line, p.code) for p in reading.problems if p.severity == "error"]


def test_the_least_product(tmp_path: Path) -> None:
    (product,) = products(tmp_path, {"products/seat.yaml": document()}).values()
    assert product.key == "seat"
    assert product.fields == {
        "title": "Pottery, a seat",
        "category_id": "c-2",
        "description": "<p>Six evenings.</p>",
        "price": "120.00",
    }
    assert (product.pool, product.delivery, product.pool_level, product.previous_key) == (None, "auto", None, None)
    assert (product.images, product.marketplaces, product.lifecycle) == ((), {}, Lifecycle())
    assert str(product.place) == "products/seat.yaml:1:1"


def test_everything_that_a_product_may_say(tmp_path: Path) -> None:
    written = document(
        key="seat-1",
        min_quantity="2",
        warranty_period_days="0",
        status="active",
        images="[images/wheel.png, /media/a.webp, 'https://pictures.example/b.png']",
        supplier_name='""',
        source_product_id='"0017"',
        source_product_url="https://pottery.example/seat",
        stock="7",
        pool="paperbird",
        delivery="manual",
        marketplaces='{elsewhere: {product_id: " 507f "}}',
        lifecycle="{ignore_changes: [description, category], prevent_delete: true, on_remove: retire}",
        previous_key="old.name",
    )
    (product,) = products(tmp_path, {"products/x.yaml": written, "pools/paperbird.yaml": "accounts: []\n"}).values()
    assert product.fields == {
        "title": "Pottery, a seat",
        "category_id": "c-2",
        "description": "<p>Six evenings.</p>",
        "price": "120.00",
        "min_quantity": 2,
        "warranty_period_days": 0,
        "status": "active",
        "images": ("images/wheel.png", "/media/a.webp", "https://pictures.example/b.png"),
        "supplier_name": "",
        "source_product_id": "0017",
        "source_product_url": "https://pottery.example/seat",
        "stock": 7,
    }
    assert [image.ref for image in product.images] == list(product.fields["images"])  # type: ignore[arg-type]
    assert [image.sha256 is not None for image in product.images] == [True, False, False]
    assert (product.key, product.pool, product.delivery) == ("seat-1", "paperbird", "manual")
    assert product.marketplaces == {"elsewhere": "507f"}
    assert product.lifecycle == Lifecycle(frozenset({"description", "category_id"}), True, "retire")
    assert product.previous_key == "old.name"


def test_the_place_of_each_field(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/_defaults.yaml": "status: active\nwarranty_period_days: 3\n",
        "products/seat.yaml": "# first\n" + document(status="paused", images="\n  - images/wheel.png"),
    }
    (product,) = products(tmp_path, files).values()
    assert {name: str(place) for name, place in product.field_places.items()} == {
        "title": "products/seat.yaml:2:8",
        "category_id": "products/seat.yaml:3:11",
        "description": "products/seat.yaml:4:14",
        "price": "products/seat.yaml:5:8",
        "status": "products/seat.yaml:6:9",
        "images": "products/seat.yaml:8:3",
        "warranty_period_days": "products/_defaults.yaml:2:23",
    }
    assert set(product.field_places) == set(product.fields)
    with pytest.raises(KeyError):
        product.field_places["stock"]


def test_texts_lose_outer_white_space_and_windows_line_ends(tmp_path: Path) -> None:
    written = document(title='"  Seat "', description='"\\r\\n<p>\\r\\n</p>\\r\\n"', supplier_name='" "')
    (product,) = products(tmp_path, {"products/seat.yaml": written}).values()
    assert (product.fields["title"], product.fields["description"]) == ("Seat", "<p>\n</p>")
    assert product.fields["supplier_name"] == ""


def test_a_description_file_with_mark_and_windows_line_ends(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/seat.yaml": document(description=None, description_file="texts/a.html"),
        "products/other.yaml": document(description=None, description_file="./texts//a.html"),
        "texts/a.html": b"\xef\xbb\xbf<p>\r\n</p>\r\n",
    }
    assert [p.fields["description"] for p in products(tmp_path, files).values()] == ["<p>\n</p>"] * 2


# Keys


@pytest.mark.parametrize("key", ["a", "0", "a" * 100, "a.b_c-d", "streamhub-12m", "1.5"])
def test_keys(tmp_path: Path, key: str) -> None:
    files: dict[str, Content] = {"products/named.yaml": document(key=f'"{key}"')}
    if len(key) < 90:
        files[f"products/deep/{key}x.yml"] = document()
    assert list(products(tmp_path, files)) == ([f"{key}x"] if len(key) < 90 else []) + [key]


def test_many_documents_in_one_file(tmp_path: Path) -> None:
    parts = [document(key="a"), "\n# between\n" + document(key="b", price="2"), document(key="c")]
    found = products(tmp_path, {"products/many.yaml": "---\n".join(["", *parts]) + "...\n"})
    assert {key: (product.place.line, product.fields["price"]) for key, product in found.items()} == {
        "a": (2, "120.00"),
        "b": (10, "2.00"),
        "c": (16, "120.00"),
    }


def test_each_bad_document_of_many_is_told(tmp_path: Path) -> None:
    parts = [document(key="a", price="x"), document(key="a"), document(), document(key="b", color="red")]
    assert codes(tmp_path, {"products/many.yaml": "---\n".join(parts)}) == [
        ("products/many.yaml", 4, "bad-price"),
        ("products/many.yaml", 11, "duplicate-product"),
        ("products/many.yaml", 13, "missing-field"),
        ("products/many.yaml", 23, "unknown-field"),
    ]


def test_a_broken_file_brings_no_second_complaint(tmp_path: Path) -> None:
    """What a file that cannot be read might have said is not missed elsewhere."""
    files: dict[str, Content] = {
        "products/a.yaml": "title: [\n",
        "products/b.yaml": document(title="*x"),
        "products/_defaults.yaml": "supplier_name: !x y\n",
        "products/c.yaml": document(pool="lost"),
        "pools/lost.yaml": "accounts: [*x]\n",
        "pools/spare.yaml": "accounts: []\n",
    }
    assert codes(tmp_path, files) == [
        ("pools/lost.yaml", 1, "yaml-alias"),
        ("products/_defaults.yaml", 1, "yaml-tag"),
        ("products/a.yaml", 1, "yaml-syntax"),
        ("products/b.yaml", 1, "yaml-alias"),
    ]


def test_a_bad_configuration_brings_no_second_complaint(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "catalogsync.yaml": "version: 3\n",
        "products/a.yaml": document(category="no-such", marketplaces="{nowhere: {product_id: x}}"),
    }
    assert codes(tmp_path, files) == [
        ("catalogsync.yaml", 1, "missing-field"),
        ("catalogsync.yaml", 1, "bad-value"),
    ]


# Defaults


def test_the_nearest_default_wins(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/_defaults.yaml": "supplier_name: far\nstatus: far\nwarranty_period_days: 1\nmin_quantity: 5\n",
        "products/deep/_defaults.yaml": "status: near\nwarranty_period_days: 2\n",
        "products/deep/er/seat.yaml": document(warranty_period_days="3"),
        "products/other.yaml": document(),
    }
    found = products(tmp_path, files)
    wanted = ("supplier_name", "status", "warranty_period_days", "min_quantity")
    assert [found["seat"].fields[name] for name in wanted] == ["far", "near", 3, 5]
    assert [found["other"].fields[name] for name in wanted] == ["far", "far", 1, 5]


def test_maps_merge_and_lists_replace(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/_defaults.yaml": "lifecycle: {prevent_delete: true, ignore_changes: [title, price]}\n"
        "images: [/media/a.webp, /media/b.webp]\n"
        "marketplaces: {elsewhere: {product_id: far}}\n",
        "products/seat.yaml": document(
            lifecycle="{ignore_changes: [status], on_remove: keep}", images="[/media/c.webp]"
        ),
    }
    (product,) = products(tmp_path, files).values()
    assert product.lifecycle == Lifecycle(frozenset({"status"}), True, "keep")
    assert product.fields["images"] == ("/media/c.webp",)
    assert product.marketplaces == {"elsewhere": "far"}


@pytest.mark.parametrize(
    ("above", "fields", "category", "description"),
    [
        ("category: licences\ndescription: far\n", {"category": None, "description": None}, "c-1", "far"),
        ("category: licences\n", {"category": None, "category_id": "near"}, "near", "<p>Six evenings.</p>"),
        ("category_id: far\n", {}, "c-2", "<p>Six evenings.</p>"),
        (
            "description: far\n",
            {"description": None, "description_file": "descriptions/long.html"},
            "c-2",
            "<p>Long.</p>",
        ),
        ("description_file: descriptions/long.html\n", {}, "c-2", "<p>Six evenings.</p>"),
    ],
)
def test_the_nearer_way_to_say_one_thing_wins(
    tmp_path: Path, above: str, fields: dict[str, str | None], category: str, description: str
) -> None:
    files: dict[str, Content] = {"products/_defaults.yaml": above, "products/seat.yaml": document(**fields)}
    (product,) = products(tmp_path, files).values()
    assert (product.fields["category_id"], product.fields["description"]) == (category, description)


def test_what_is_wrong_in_defaults_is_told_once_and_there(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/_defaults.yml": "status: ''\nprice: 0\nwaranty: 1\n",
        **{f"products/p{number}.yaml": document(price=None) for number in range(5)},
    }
    assert codes(tmp_path, files) == [
        ("products/_defaults.yml", 1, "empty-text"),
        ("products/_defaults.yml", 2, "bad-price"),
        ("products/_defaults.yml", 3, "unknown-field"),
    ]


def test_what_only_a_product_makes_wrong_is_told_where_it_is_written(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/_defaults.yaml": "category: nowhere\nlifecycle: {prevent_delete: true}\npool_level: 3\n",
        "products/a.yaml": document(category=None, lifecycle="{on_remove: delete}"),
        "products/b.yaml": document(pool_level="4"),
    }
    assert codes(tmp_path, files) == [
        ("products/_defaults.yaml", 1, "unknown-category"),
        ("products/_defaults.yaml", 3, "pool-level-without-pool"),
        ("products/a.yaml", 4, "lifecycle-contradiction"),
        ("products/b.yaml", 5, "pool-level-without-pool"),
    ]


values = st.recursive(
    st.integers(0, 3), lambda inner: st.dictionaries(st.sampled_from("abc"), inner) | st.lists(inner, max_size=2)
)
layers = st.dictionaries(st.sampled_from(["a", "b", "c", "category", "category_id"]), values)


def layered(*contents: dict[str, Any]) -> dict[str, Any]:
    """Layers merged, the outermost first."""
    merged = Layered({})
    for content in contents:
        documents, _ = read_documents("f.yaml", repr(content).encode(), Problems())
        merged = merged.over(_only(documents), content)
    return merged.value


def _only(documents: list[Document]) -> Document:
    (document,) = documents
    return document


@given(layers)
def test_a_layer_over_itself_changes_nothing(content: dict[str, Any]) -> None:
    assert layered(content) == content
    assert layered({}, content) == layered(content, {}) == content
    if not {"category", "category_id"} <= content.keys():
        assert layered(content, content) == content


@given(layers, layers, layers)
def test_the_innermost_layer_stands_whole(far: dict[str, Any], mid: dict[str, Any], near: dict[str, Any]) -> None:
    merged = layered(far, mid, near)
    for name, item in near.items():
        if not isinstance(item, dict):
            assert merged[name] == item
        else:
            assert item.keys() <= merged[name].keys()
    assert merged.keys() <= far.keys() | mid.keys() | near.keys()
    others = merged.keys() - near.keys() - mid.keys() - {"category", "category_id"}
    assert {name: merged[name] for name in others} == {name: far[name] for name in others}


# Together


def test_a_name_of_a_category_may_be_used_by_many(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "catalogsync.yaml": config().replace("categories: {licences: c-1, courses: c-2}", "categories: {x y: '7'}"),
        "products/a.yaml": document(category="x y"),
        "products/b.yaml": document(category=None, category_id="'not named'"),
    }
    found = products(tmp_path, files)
    assert [found[key].fields["category_id"] for key in "ab"] == ["7", "not named"]


def test_renaming(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/a.yaml": document(previous_key="x"),
        "products/b.yaml": document(previous_key="y"),
    }
    found = products(tmp_path, files)
    assert [found[key].previous_key for key in "ab"] == ["x", "y"]


def test_renaming_in_a_circle(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        f"products/{key}.yaml": document(previous_key=old) for key, old in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    assert codes(tmp_path, files) == [(f"products/{key}.yaml", 5, "bad-previous-key") for key in "abc"]


def test_a_source_id_that_is_written_frees_the_key(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "products/a.yaml": document(source_product_id="b"),
        "products/b.yaml": document(source_product_id="a"),
    }
    assert list(products(tmp_path, files)) == ["a", "b"]


def test_hidden_files_and_backups_are_passed_over(tmp_path: Path) -> None:
    names = [".hidden.yaml", "a.yaml~", "a.yaml.bak", "#a.yaml#", ".git/x.yaml", "a.swp", "a.yaml.orig"]
    files: dict[str, Content] = {f"products/{name}": "[broken" for name in names}
    assert products(tmp_path, files) == {}


def test_order_does_not_depend_on_the_file_system(tmp_path: Path) -> None:
    names = ["z", "a", "m/b", "m/a", "k"]
    found = products(tmp_path, {f"products/{name}.yaml": document(key=name.replace("/", "-")) for name in names})
    assert list(found) == ["a", "k", "m-a", "m-b", "z"]
