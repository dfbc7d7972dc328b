"""Bulk editing on the command line: export, edit, sheet apply, set; what is shown, asked, written and refused."""

import csv
import io
import os
from pathlib import Path

from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal


def files(shop: Shop) -> dict[str, bytes]:
    """Every product file."""
    return {path.name: path.read_bytes() for path in sorted((shop.root / "products").rglob("*.yaml"))}


def edit(path: Path, **cells: str) -> None:
    """Write into cells of a csv file as a spreadsheet would, which saves it in a form of its own."""
    text = path.read_bytes().decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if text.startswith("key;") else ",")
    found = {row[0]: row for row in rows}
    for cell, written in cells.items():
        key, _, column = cell.partition("__")
        found[key][header.index(column)] = written
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *reversed(rows), [""] * 20])


def test_a_sheet_goes_out_and_its_edits_come_back(shop: Shop, tmp_path: Path) -> None:
    shop.product("tea", title="=Tea", price="9.50", supplier_name="")
    shop.product("cake", warranty_period_days=30)
    shop.write("products/pie.yaml", "title: Pie # round\ncategory: courses\ndescription: <p>Pie.</p>\nprice: 5\n")
    before = files(shop)
    for name in ("all.csv", "all.xlsx"):
        assert shop.run("export", tmp_path / name).err.startswith("3 products in ")
        same = shop.run("sheet", "apply", tmp_path / name, "--auto-approve")
        assert (same.code, same.out, same.err) == (0, "No changes.\n", "")
    assert files(shop) == before

    sheet = tmp_path / "all.csv"
    edit(sheet, tea__price="8,99", cake__price="8,99", pie__title="'+Pie", cake__warranty_period_days="")
    shown = shop.run("sheet", "apply", sheet, "--dry-run")
    assert shown.code == 0
    assert shown.out == (
        "Edit: 2 prices, 1 warranty, 1 title of 3 products.\n\nChanges\n"
        "  ~ cake\n      price                 9.99 → 8.99 (−10 %)\n      warranty_period_days  30 → (not managed)\n"
        "  ~ tea  price 9.50 → 8.99 (−5.4 %)\n"
        "  ~ pie  title Pie → +Pie\n"
    )
    assert files(shop) == before
    assert "--auto-approve" in shop.run("sheet", "apply", sheet).err
    with on_terminal("sheet", "apply", sheet, root=shop.root, columns=60) as terminal:
        terminal.answer("Write this?", "n")
        assert terminal.end() == 1
    assert files(shop) == before

    done = shop.run("sheet", "apply", sheet, "--auto-approve")
    assert done.out == shown.out
    assert "Written: products/cake.yaml, products/pie.yaml, products/tea.yaml.\n" in done.err
    assert files(shop)["pie.yaml"].startswith(b"title: +Pie # round\n")
    assert shop.run("sheet", "apply", sheet, "--auto-approve").out == "No changes.\n"

    # Somebody edits the catalog; the sheet still says what it said, and then says something else as well.
    shop.product("tea", title="=Tea", price="7.77", supplier_name="")
    before = files(shop)
    refused = shop.run("sheet", "apply", sheet, "--auto-approve")
    assert refused.code == 1
    assert "tea  price  all.csv!D2\n    exported  9.50\n    sheet     8.99\n    catalog   7.77\n" in refused.err
    edit(sheet, tea__price="six", pie__title="=Pie", cake__key="cakes", cake__description="")
    wrong = shop.run("sheet", "apply", sheet, "--auto-approve")
    assert wrong.code == 1
    assert "the sheet has 3 errors; nothing was written" in wrong.err
    assert files(shop) == before
    shop.write("b.csv", "key;password\ntea;s3cret-s3cret\n")
    secret = shop.run("sheet", "apply", shop.root / "b.csv", "--auto-approve")
    assert "b.csv!B1: a column of accounts" in secret.err
    assert "s3cret-s3cret" not in secret.out + secret.err
    assert shop.run("export", tmp_path / "all.ods").code == 1
    accounts = shop.write("pools/accounts.csv", "ann@mail.example:s3cret-s3cret\n")
    kept = shop.run("export", accounts)
    assert (kept.code, "is no sheet that `catalogsync export` wrote" in kept.err) == (1, True)
    assert accounts.read_text().startswith("ann@")
    accounts.unlink()
    os.mkfifo(accounts)
    assert "is no sheet" in shop.run("export", accounts).err
    accounts.unlink()

    shop.write("products/_defaults.yaml", "min_quantity: 2\n")
    assert shop.run("export", sheet, "--only", "tea").code == 0
    edit(sheet, tea__min_quantity="")
    shared = shop.run("sheet", "apply", sheet, "--auto-approve")
    assert shared.code == 1
    assert "all.csv!E2: tea: `min_quantity`: it stands in products/_defaults.yaml:1, for all" in shared.err


def test_fields_of_many_products_are_set(shop: Shop) -> None:
    shop.configure(safety={"min_price": "2"})
    for number in range(3):
        shop.product(f"tea-{number}", price=f"1{number}.00", lifecycle={"ignore_changes": ["status"]})
    shop.product("cake", price="0.40")
    before = files(shop)
    assert "--only '*'" in shop.run("set", "price=1", "--dry-run").err
    assert "no product's key fits" in shop.run("set", "price=1", "--only", "t", "--dry-run").err
    assert "did you mean `price`?" in shop.run("set", "prize=1", "--only", "*", "--dry-run").err
    low = shop.run("set", "price=-50%", "round:.99", "--only", "*", "--auto-approve")
    assert low.code == 1
    assert "products/cake.yaml:4:8: cake: 0.40 would become -0.01, and a price is more than 0" in low.err
    long = shop.run("set", "status=gone" * 20, "--only", "cake", "--auto-approve")
    assert long.code == 1
    assert "products/cake.yaml:1:1: cake: `status`: it does not fit into a catalog" in long.err
    same = shop.run("set", "source_product_id=1", "--only", "*", "--auto-approve")
    assert same.code == 1
    assert "duplicate-source-id" in same.err
    assert "edited so, the catalog would have 3 errors; nothing was written" in same.err
    assert files(shop) == before

    done = shop.run("set", "price=-90%", "status=inactive", "category=courses", "--exclude", "cake", "--auto-approve")
    assert done.code == 0, done.err
    assert done.out.startswith("Edit: 3 categories, 3 prices, 3 statuses of 3 products.\n\nCheck first\n")
    shown = " ".join(done.out.split())
    assert "a plan would block this: price 10.00 → 1.00 moves by 90%, more than 50%" in shown
    assert "min_price tea-0: a plan would block this: price 1.00 is below the minimum of 2" in shown
    assert "ignore_changes tea-0, tea-1, tea-2: `status` is ignored once the listing is there" in shown
    assert "(not managed) → inactive" in shown
    assert b'price: "1.20"' in files(shop)["tea-2.yaml"]
    assert files(shop)["cake.yaml"] == before["cake.yaml"]
