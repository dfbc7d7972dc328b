"""The example catalog: valid, complete, and drawn by the script that stands beside it."""

import re
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import pytest

from catalogsync.catalog import Reading, example_catalog, read_catalog
from catalogsync.model.catalog import Catalog
from catalogsync.model.product import Lifecycle

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/catalog"
FORMS = ("accounts:", "accounts_text:", "accounts_file:")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_catalog(EXAMPLE)


@pytest.fixture(scope="module")
def catalog(reading: Reading) -> Catalog:
    assert reading.catalog is not None, "\n".join(str(problem) for problem in reading.problems)
    return reading.catalog


def test_it_is_the_one_that_the_demo_plays() -> None:
    assert example_catalog() == EXAMPLE


def test_it_is_valid_and_warns_of_clear_text_alone(reading: Reading, catalog: Catalog) -> None:
    assert {problem.severity for problem in reading.problems} == {"warning"}
    assert Counter(problem.code for problem in reading.problems) == {"pool-plaintext": len(catalog.pools)}


def test_it_has_products_in_each_category(catalog: Catalog) -> None:
    assert len(catalog.products) >= 12
    assert set(catalog.config.categories) == {"licence-keys", "vouchers", "courses"}
    used = {product.fields["category_id"] for product in catalog.products.values()}
    assert used == set(catalog.config.categories.values())


def test_its_pools_are_small_and_written_in_every_form(catalog: Catalog) -> None:
    assert len(catalog.pools) == 5
    assert all(4 <= len(pool) <= 12 for pool in catalog.pools.values())
    texts = [path.read_text(encoding="utf-8") for path in (EXAMPLE / "pools").glob("*.yaml")]
    used = {tuple(form for form in FORMS if f"\n{form}" in text) for text in texts}
    assert used == {("accounts:",), ("accounts_text:",), ("accounts_file:",), ("accounts:", "accounts_text:")}


def test_every_address_is_an_invented_one() -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in EXAMPLE.rglob("*") if path.suffix in {".yaml", ".txt", ".html"}
    ]
    hosts = {host for text in texts for host in re.findall(r"(?:@|https?://)([a-z0-9.-]+)", text)}
    assert hosts
    assert not [host for host in hosts if not re.fullmatch(r"127\.0\.0\.1|.*\.(example|test)|example\.com", host)]


def test_it_shows_what_a_product_can_say(catalog: Catalog) -> None:
    products = catalog.products.values()
    assert [product.key for product in products if product.fields.get("status") == "inactive"] == ["marginalia-classic"]
    assert [product.marketplaces for product in products if product.marketplaces] == [
        {"hstockplus": "507f1f77bcf86cd799439012"}
    ]
    assert any(product.pool_level for product in products)
    assert any(product.pool and product.delivery == "manual" and product.fields.get("stock") for product in products)
    assert any(product.previous_key for product in products)
    lifecycles = [product.lifecycle for product in products]
    assert any(lifecycle.prevent_delete for lifecycle in lifecycles)
    assert any(lifecycle.ignore_changes for lifecycle in lifecycles)
    assert {lifecycle.on_remove for lifecycle in lifecycles} == {"auto", "delete", "retire", "keep"}
    assert Lifecycle() in lifecycles


def test_its_files_show_what_files_can_say() -> None:
    products = EXAMPLE / "products"
    texts = {path: path.read_text(encoding="utf-8") for path in products.rglob("*.yaml")}
    assert {len(path.relative_to(products).parts) for path in texts if path.name == "_defaults.yaml"} == {1, 2}
    assert any("\n---\n" in text for text in texts.values())
    assert any("\ndescription: |\n" in text for text in texts.values())
    described = {
        name for text in texts.values() for name in re.findall(r"^description_file: (\S+)", text, re.MULTILINE)
    }
    assert described == {f"descriptions/{path.name}" for path in (EXAMPLE / "descriptions").iterdir()}


def test_its_images_are_all_used_and_some_are_shared(catalog: Catalog) -> None:
    uses = Counter(image.ref for product in catalog.products.values() for image in product.images)
    assert set(uses) == {f"images/{path.name}" for path in (EXAMPLE / "images").iterdir()}
    assert len(uses) >= 6
    assert max(uses.values()) > 1
    assert any(len(product.images) > 1 for product in catalog.products.values())


@pytest.mark.parametrize("file", sorted(EXAMPLE.rglob("*.yaml")), ids=lambda file: str(file.relative_to(EXAMPLE)))
def test_every_file_names_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None, first
    inside = file.relative_to(EXAMPLE)
    kind = {"products": "product", "pools": "pool"}.get(inside.parts[0], "config")
    kind = "defaults" if inside.name == "_defaults.yaml" else kind
    schema = (file.parent / found[1]).resolve()
    assert schema == ROOT / "schemas" / f"{kind}.schema.json"
    assert schema.is_file()


def test_its_state_stays_out_of_git() -> None:
    assert ".catalogsync/" in (EXAMPLE / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "lineage" not in (EXAMPLE / "catalogsync.yaml").read_text(encoding="utf-8")


def test_the_script_draws_the_same_images_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "examples.draw_images", tmp_path], cwd=ROOT, capture_output=True, check=True)
    committed = {path.name: path.read_bytes() for path in (EXAMPLE / "images").iterdir()}
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name: unpacked(data) for name, data in drawn.items()} == {
        name: unpacked(data) for name, data in committed.items()
    }
    assert max(map(len, committed.values())) < 30_000


def unpacked(png: bytes) -> tuple[bytes, bytes]:
    """The header and the pixels: makes of zlib differ in how they pack the same bytes."""
    start = png.index(b"IDAT")
    size = int.from_bytes(png[start - 4 : start])
    return png[: start - 4], zlib.decompress(png[start + 4 : start + 4 + size])
