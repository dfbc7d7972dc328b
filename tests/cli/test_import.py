"""A shop that was there before: imported, it is in step; its state lost and recovered, it is in step again."""

import json
import shutil
from pathlib import Path

from tests.harness.canary import password, username
from tests.harness.odd_listings import UNSAYABLE, odd_listings
from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal

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


def test_pictures_become_files_and_what_was_changed_there_goes_into_them(shop: Shop, tmp_path: Path) -> None:
    shop.product("tea", title="Tea room: 10", images=[shop.image("a.png", b"a"), shop.image("b.png", b"b")])
    shop.product("pot", title="Pot #1", images=["images/b.png"])
    shop.apply()
    uploads = len(shop.market.changing_calls())
    taken = Shop(tmp_path / "taken", shop.market)

    done = taken.run("import", "--only", "*tea*", "--only", "pot-1", "--images")

    assert done.code == 0, done.out + done.err
    assert sorted(path.read_bytes()[-1:] for path in (taken.root / "images").iterdir()) == [b"a", b"b"]
    taken.assert_in_step()
    assert len(shop.market.changing_calls()) == uploads

    (file,) = taken.root.glob("products/**/tea-room-10.yaml")
    file.write_text("# Ours.\n" + file.read_text().replace('price: "9.99"', "price: '9.99'   # for now"))
    tea, pot = (shop.market.product(title)["product_id"] for title in ("Tea room: 10", "Pot #1"))
    shop.market.edit(tea, price="12.00", title="Tea room, 10")
    shop.market.edit(pot, price="7.00")
    (other,) = taken.root.glob("products/**/pot-1.yaml")
    other.write_text(other.read_text().replace("9.99", "8.00"))
    done = taken.run("import", "--accept", "price")
    assert done.code == 0, done.out + done.err
    line = file.read_text().splitlines().index("price: '12.00'   # for now") + 1
    said = " ".join(done.out.split())
    assert f"price 9.99 → 12.00 (+20.1 %) {file.relative_to(taken.root).as_posix()}:{line}" in said
    assert f"`catalogsync import --accept price {pot}`" in said
    assert {change["key"]: [one["field"] for one in change["fields"]] for change in taken.plan()["changes"]} == {
        "pot-1": ["price"],
        "tea-room-10": ["title"],
    }
    done = taken.run("import", tea, pot)
    assert done.code == 0, done.out + done.err
    assert file.read_text().startswith("# Ours.\n")
    assert "your edit is given up" in " ".join(done.out.split())
    taken.assert_in_step()
    assert len(shop.market.changing_calls()) == uploads


def test_where_nobody_can_be_asked_pairs_are_listed_and_words_that_make_no_sense_refused(shop: Shop) -> None:
    product_id = shop.market.post("/seed", {"products": [{"title": "Tea", "category_id": "c-1", "price": "5.00"}]})[
        "product_ids"
    ][0]
    shop.product("tea", title="Tea")
    for words, said in (
        (["--all"], f"catalogsync state bind tea {product_id}"),
        ([], "import --all"),
        (["--all", product_id], "leave it out"),
        (["nonsense"], "no product_id nonsense"),
        (["--accept", "prise"], "the fields are title, category_id"),
    ):
        outcome = shop.run("import", *words)
        assert (outcome.code, said in " ".join((outcome.out + outcome.err).split())) == (1, True), outcome
    shop.env["CI"] = "1"
    outcome = shop.run("import", "--all")
    assert (outcome.code, "lineage" in outcome.err) == (1, True)
    assert not (shop.root / ".catalogsync").exists()


def test_a_terminal_asks_what_only_a_person_knows(shop: Shop) -> None:
    made = [
        {"title": "Tea", "category_id": "c-1", "price": "9.00", "product_id": f"{1:024x}", "accounts": 2},
        {"title": "Pot", "category_id": "c-1", "price": "6.00", "product_id": f"{2:024x}"},
        {"title": "Pot", "category_id": "c-1", "price": "7.00", "product_id": f"{3:024x}"},
        {"title": "Cup", "category_id": "c-1", "price": "8.00", "product_id": f"{4:024x}", "stock": 1},
        {"title": "Jug", "category_id": "c-1", "price": "8.00", "product_id": f"{5:024x}"},
    ]
    shop.market.post("/seed", {"products": made})
    for first, key in ((30, "tea"), (40, "cup")):
        shop.pool(key, first, 3)
        shop.product(key, title=key.title(), pool=key)
    shop.product("jug", title="Jug")
    shop.product("pot", title="Pot")

    with on_terminal("import", "--all", root=shop.root, columns=60) as terminal:
        assert "8.00 → 9.99 (+24.9 %)" in terminal.answer("[q]uit:", "n")  # cup
        terminal.answer("[q]uit:", "x")  # jug: no answer
        terminal.answer("[q]uit:", "y")
        assert "1 to 2, [n]one" in terminal.answer("[q]uit:", "3")  # pot: there is no third
        terminal.answer("[q]uit:", "2")
        terminal.answer("[q]uit:", "a")  # tea
        assert "3 accounts of pool tea" in terminal.answer("f or l:", "f")
        terminal.answer("File:", "no-such-file")
        shop.write("there.txt", "".join(f"{username(n)}:{password(n)}\n" for n in (30,)))
        terminal.answer("f or l:", "f")
        terminal.answer("File:", str(shop.root / "there.txt"))
        assert terminal.end() == 0, terminal.screen
    shop.remove("there.txt")
    bound = {row["key"]: row["product_id"] for row in json.loads(shop.run("state", "list", "--format", "json").out)}
    assert bound == {"jug": f"{5:024x}", "pot": f"{3:024x}", "tea": f"{1:024x}", "pot-2": f"{2:024x}"}
    pools = {
        row["pool"]: (row["sent"], row["new"])
        for row in json.loads(shop.run("pools", "status", "--format", "json").out)
    }
    assert pools == {"tea": (1, 2), "cup": (0, 3)}

    with on_terminal("import", "--all", root=shop.root) as terminal:
        terminal.answer("[q]uit:", "q")
        assert terminal.end() == 1, terminal.screen
    with on_terminal("state", "bind", "cup", f"{4:024x}", root=shop.root) as terminal:
        terminal.answer("f or l:", "a")
        assert terminal.end() == 0, terminal.screen
    assert shop.plan()["blocked"] == []
