"""Plans that were saved: what they stand, what they do not, and that a file that was touched cannot act."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogsync.cli.planfile import SavedPlan
from catalogsync.model.errors import UsageError
from catalogsync.render.plan_json import digest_of
from tests.harness.canary import leaks
from tests.harness.command import Outcome
from tests.harness.shop import Shop

Document = dict[str, Any]


@pytest.fixture
def planned(shop: Shop, tmp_path: Path) -> Path:
    """A shop in step, then edited, and the plan of that, saved."""
    shop.configure(safety={"max_deletes": 0})
    for key in ("keys", "seats", "tea"):
        shop.product(key, pool="keys" if key == "keys" else None)
    shop.pool("keys", 1, 4)
    shop.apply()
    shop.product("tea", price="8.99")
    shop.pool("keys", 1, 7)
    shop.remove("products/seats.yaml")
    saved = tmp_path / "plan.json"
    assert shop.run("plan", "--out", saved, "--allow", "max_deletes=1").code == 0
    return saved


def serial(shop: Shop) -> int:
    return len(list((shop.root / ".catalogsync" / "records").rglob("*.json")))


def refused(shop: Shop, path: Path, *says: str) -> Outcome:
    """A plan that must not act: exit code 1, no call, and nothing written into the state."""
    calls, records = shop.market.changing_calls(), serial(shop)
    outcome = shop.run("apply", path)
    assert outcome.code == 1, outcome.out + outcome.err
    assert (shop.market.changing_calls(), serial(shop)) == (calls, records)
    for text in says:
        assert text in outcome.err
    return outcome


def test_it_says_where_a_product_stands(shop: Shop, planned: Path) -> None:
    tea = shop.root / "products" / "tea.yaml"
    tea.write_text(f"# Green, of course.\n\n{tea.read_text()}")
    refused(shop, planned, "tea: stood in products/tea.yaml:1, now in products/tea.yaml:3")


def test_it_is_done_once_whatever_it_does_not_touch(shop: Shop, planned: Path) -> None:
    """A sale, another serial number and other sums spoil nothing."""
    shop.market.sell(shop.market.product("Title of keys")["product_id"], 2)
    assert shop.run("pools", "mark", "keys", "--new").code == 0, "writes records"
    shop.env = {"GITHUB_ACTOR": "ann"}
    done = shop.run("apply", planned)
    assert done.code == 0, done.out + done.err
    assert "Applied: 1 updated, 1 appended, 1 deleted, 3 accounts sent." in done.out
    assert shop.market.arrivals() == [1] * 7
    shop.assert_in_step()

    calls, records = shop.market.changing_calls(), serial(shop)
    shop.market.edit(shop.market.product("Title of tea")["product_id"], price="1.00")
    shop.product("tea", price="7.00")
    report = planned.with_name("again.md")
    again = shop.run("apply", planned, "--report", report)
    assert again.code == 0, again.err
    assert again.out.startswith("Already applied. Nothing was done.\n")
    assert "already applied on 20" in again.out.replace("\n    ", " ")
    assert "by `apply` of ann" in again.out.replace("\n    ", " ")
    assert "nothing was done now" in again.out.replace("\n    ", " ")
    assert "### ✅ Already applied at `accplanet`: nothing was done" in report.read_text()
    document = json.loads(shop.run("apply", planned, "--dry-run", "--format", "json").out)
    assert [notice["code"] for notice in document["warnings"]][-1] == "already-applied"
    assert (shop.market.changing_calls(), serial(shop)) == (calls, records)


def test_what_differs_is_named_field_by_field(shop: Shop, planned: Path) -> None:
    product_id = shop.market.product("Title of tea")["product_id"]
    shop.market.edit(product_id, title="Tea \x1b[2J ::error:: @all", price="5.00")
    shop.product("tea", price="7.99")
    shop.pool("keys", 1, 9)
    shop.product("seats")
    shop.product("cups")
    shop.product("jars")
    outcome = refused(shop, planned, "plan.json is stale; nothing was changed", "plan --out FILE")
    lines = [line.strip() for line in outcome.err.splitlines()]
    for said in (
        "keys: 3 accounts were to be sent, now 5",
        "seats: was to be deleted, now nothing is to be done",
        "cups: nothing was to be done, now it is to be created",
        "and 1 more (-v shows them)",
    ):
        assert said in lines
    told = shop.run("-v", "apply", planned).err
    assert "tea: price was to become 8.99, now 7.99; showed 9.99, now 5" in told
    assert "tea: title was to stay as it is" in told
    assert "\x1b" not in told
    assert "more (-v" not in told


def test_one_that_was_begun_says_so(shop: Shop, planned: Path) -> None:
    shop.market.fault(call="append", when="after", kind="reset")
    shop.market.fault(call="update", when="before", kind="status", status=400)
    begun = shop.run("apply", planned)
    assert begun.code == 3, begun.out + begun.err
    shop.market.delete("/faults")
    refused(
        shop,
        planned,
        "is stale: it was begun by `apply` of ",
        "and not finished",
        "`catalogsync plan` shows what is left",
    )


def test_of_two_that_are_given_it_at_once_the_second_waits_and_is_told(shop: Shop, planned: Path) -> None:
    shop.market.fault(call="update", kind="hang")
    first = shop.start("apply", planned)
    shop.market.wait_until_held(first)
    second = shop.start("apply", planned, "--lock-timeout", "1m")
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    shop.market.post("/release")
    first.communicate(timeout=60)
    assert first.returncode == 0
    out, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert "already applied" in out
    assert "already applied" in shop.run("apply", planned).out
    assert shop.market.arrivals() == [1] * 7


def test_one_whose_run_was_killed_says_so(shop: Shop, planned: Path) -> None:
    shop.market.fault(call="append", when="after", kind="hang")
    with shop.start("apply", planned) as first:
        shop.market.wait_until_held(first)
        first.kill()
        shop.market.post("/release")
    killed = shop.run("apply", planned)
    assert killed.code == 1, killed.out + killed.err
    assert "it was begun by `apply` of" in killed.err
    assert "tea: was to be updated (price 8.99), now nothing is to be done" in killed.err
    assert shop.market.arrivals() == [1] * 7


TAMPERINGS: dict[str, Callable[[Document], object]] = {
    "action": lambda plan: plan["changes"][1].update(action="retire"),
    "price": lambda plan: plan["changes"][2]["fields"][0].update(after="0.01"),
    "key": lambda plan: plan["changes"][2].update(key="tee"),
    "product_id": lambda plan: plan["changes"][1].update(product_id=plan["changes"][2]["product_id"]),
    "accounts": lambda plan: plan["changes"][0]["accounts"].update(new=300),
    "selection": lambda plan: plan["selection"].update(exclude=["tea"]),
    "allow": lambda plan: plan["selection"]["allow"].clear(),
    "another rule": lambda plan: plan["selection"]["allow"].update(nonsense="many"),
    "lineage": lambda plan: plan["state"].update(lineage="00000000-0000-0000-0000-000000000000"),
    "no state": lambda plan: plan.update(state=None),
    "marketplace": lambda plan: plan.update(marketplace="elsewhere"),
    "twice": lambda plan: plan["changes"].insert(0, {**plan["changes"][1]}),
    "nothing": lambda plan: plan["changes"].clear(),
    "offline": lambda plan: plan.update(offline=True),
}


def test_it_is_not_applied_on_an_old_copy_of_the_state(shop: Shop, planned: Path, tmp_path: Path) -> None:
    """What the plan is about is as it was, and no cache of this machine tells of the newer records."""
    (newest,) = [path for path in (shop.root / ".catalogsync").rglob("*.json") if int(path.stem) == serial(shop)]
    newest.unlink()
    (shop.root / ".catalogsync" / "head").unlink()
    shop.env = {"XDG_CACHE_HOME": str(tmp_path / "empty")}
    assert shop.run("plan").code in {0, 4}
    refused(shop, planned, "the state ends with record", "an old copy was put back", "put the newest copy back, whole")


def test_a_file_that_was_touched_cannot_act(shop: Shop, planned: Path) -> None:
    document = json.loads(planned.read_text())
    assert planned.stat().st_mode & 0o077 == 0
    edited = {**document, "changes": document["changes"][1:]}
    touched = planned.with_name("touched.json")
    touched.write_text(json.dumps(edited))
    refused(shop, touched, "its digest does not fit")
    for change in TAMPERINGS.values():
        edited = json.loads(planned.read_text())
        change(edited)
        edited["digest"] = digest_of(edited)
        touched.write_text(json.dumps(edited))
        refused(shop, touched)
    blocked = shop.run("plan", "--out", touched, "--allow", "max_price_change=1%", "--allow", "min_price=1")
    shop.product("tea", price="1.00")
    assert shop.run("plan", "--out", touched).code == 4
    assert shop.run("apply", touched).code == 4, blocked.err
    edited = json.loads(touched.read_text())
    edited["blocked"].clear()
    edited["digest"] = digest_of(edited)
    touched.write_text(json.dumps(edited))
    refused(shop, touched, "max_price_change of tea: blocks now: price 9.99 → 1.00")
    shop.product("tea", price="8.99")
    other = {**document, "tool_version": "99.0"}
    touched.write_text(json.dumps(other))
    assert shop.run("apply", touched).code == 0, "another version of the tool made it, in this format"


def test_what_is_no_plan_is_refused_before_anything_is_asked(planned: Path, tmp_path: Path) -> None:
    text = planned.read_text()
    path = tmp_path / "odd.json"

    def refused_as(says: str, content: str | None = None, at: Path = path) -> None:
        if content is not None:
            at.write_text(content)
        with pytest.raises(UsageError) as caught:
            SavedPlan.read(at)
        assert says in caught.value.message

    name = '"marketplace": "accplanet"'
    refused_as("it says marketplace twice", text.replace(name, f'"marketplace": "other", {name}'))
    refused_as("it says after twice", text.replace('"after": "8.99"', '"after": "0.01", "after": "8.99"'))
    refused_as("not valid JSON", text.replace('"line": 1', '"line": NaN'))
    refused_as("not valid JSON", "[" * 100_000)
    refused_as("it says something twice", text.replace(name, f'"marketplace": {"[" * 995}{"]" * 995}, {name}'))
    refused_as("report of an apply", text.replace('"accounts":', '"result": "applied", "accounts":'))
    refused_as("is no file", at=tmp_path)
    refused_as("is no file", at=Path("/dev/zero"))
    os.mkfifo(tmp_path / "pipe")
    refused_as("is no file", at=tmp_path / "pipe")
    with path.open("wb") as large:
        large.truncate(1 << 31)
    refused_as("too large", at=path)
    path.unlink()
    refused_as("cannot be read", at=path)


def test_two_plans_of_the_same_things_are_the_same_bytes_but_for_their_time(shop: Shop, planned: Path) -> None:
    def made(folder: Path) -> list[str]:
        folder.mkdir()
        reports = [word for end in ("md", "html", "json") for word in ("--report", folder / f"report.{end}")]
        shown = shop.run("-v", "plan", "--out", folder / "plan.json", *reports, "--allow", "max_deletes=1")
        assert shown.code == 0, shown.err
        at = json.loads((folder / "plan.json").read_text())["created_at"]
        texts = [shown.out, *(file.read_text() for file in sorted(folder.iterdir()))]
        assert not any(map(leaks, texts))
        assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
        return [text.replace(at, "<then>").replace(at.replace("T", " ")[:16], "<then>") for text in texts]

    assert made(planned.parent / "one") == made(planned.parent / "two")
