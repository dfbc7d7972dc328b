"""The ways of applying: asked, unasked, rehearsed, from a saved plan; and two at once."""

import json
import signal
from pathlib import Path

import pytest

from tests.harness.shop import Shop
from tests.harness.terminal import on_terminal


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.product("keys", pool="keys", images=[shop.image("a.png")])
    shop.pool("keys", 1, 10)
    return shop


def test_without_a_terminal_it_refuses_unless_told_so(stocked: Shop) -> None:
    outcome = stocked.run("apply")
    assert outcome.code == 1
    assert "--auto-approve" in outcome.err
    assert stocked.market.changing_calls() == []


def test_as_json_a_terminal_shows_the_plan_as_text_all_the_same(stocked: Shop) -> None:
    with on_terminal("apply", "--auto-approve", "--format", "json", root=stocked.root) as terminal:
        assert terminal.end() == 0
    shown = terminal.screen
    assert "Plan: " in shown
    assert "\\x1b" not in shown
    assert "\\n" not in shown.partition('"format"')[0]


@pytest.mark.parametrize(("answer", "code", "listings"), [("n", 1, 0), ("", 1, 0), ("y", 0, 1)])
def test_on_a_terminal_it_asks(stocked: Shop, answer: str, code: int, listings: int) -> None:
    with on_terminal("apply", root=stocked.root) as terminal:
        terminal.answer("Apply this?", answer)
        assert terminal.end() == code
    assert len(stocked.market.products()) == listings


def test_a_dry_run_sends_nothing_and_shows_the_calls(stocked: Shop) -> None:
    outcome = stocked.run("apply", "--dry-run")
    assert outcome.code == 0, outcome.err
    for call in ("upload-image/", "create/", "/accounts/"):
        assert call in outcome.out
    assert stocked.market.changing_calls() == []
    assert not (stocked.root / ".catalogsync").exists()
    assert "lineage" not in (stocked.root / "catalogsync.yaml").read_text()


def test_a_saved_plan_is_done_exactly_or_not_at_all(stocked: Shop, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    assert stocked.run("state", "init").code == 0
    assert stocked.run("plan", "--out", saved).code == 0
    assert saved.stat().st_mode & 0o077 == 0
    stocked.product("keys", pool="keys", images=["images/a.png"], price="9.98")
    stale = stocked.run("apply", saved)
    assert stale.code == 1
    assert "keys: price was to become 9.99, now 9.98" in stale.err
    assert stocked.market.changing_calls() == []
    stocked.product("keys", pool="keys", images=["images/a.png"])
    document = json.loads(saved.read_text())
    document["changes"][0]["fields"][0]["after"] = "tampered"
    tampered = tmp_path / "tampered.json"
    tampered.write_text(json.dumps(document))
    assert stocked.run("apply", tampered).code == 1
    assert stocked.market.changing_calls() == []
    assert stocked.run("apply", saved).code == 0
    stocked.assert_in_step()
    assert "already applied" in stocked.run("apply", saved).out


def test_json_of_an_apply_is_the_plan_with_results(stocked: Shop) -> None:
    outcome = stocked.run("apply", "--auto-approve", "--format", "json")
    document = json.loads(outcome.out)
    assert document["format"] == "catalogsync.plan/1"
    assert [(change["key"], change["result"]) for change in document["changes"]] == [("keys", "applied")]
    assert (document["summary"]["failed"], document["summary"]["in_doubt"]) == (0, 0)


def test_two_runs_at_once(stocked: Shop) -> None:
    stocked.market.fault(call="create", when="before", kind="hang")
    with stocked.start("apply", "--auto-approve") as first:
        stocked.market.wait_until_held(first)
        second = stocked.run("apply", "--auto-approve")
        stocked.market.post("/release")
        first.communicate(timeout=60)
    assert second.code == 5, second.out + second.err
    assert first.returncode == 0
    stocked.assert_in_step()
    assert stocked.market.arrivals() == [1] * 10


def test_an_interrupt_finishes_the_call_and_records_it(stocked: Shop) -> None:
    stocked.market.fault(call="append", nth=3, when="after", kind="hang")
    with stocked.start("apply", "--auto-approve") as run:
        stocked.market.wait_until_held(run)
        run.send_signal(signal.SIGINT)
        stocked.market.post("/release")
        run.communicate(timeout=60)
    assert run.returncode == 130
    stocked.market.delete("/faults")
    assert json.loads(stocked.run("state", "doubts", "--format", "json").out) == []
    stocked.apply()
    assert stocked.market.arrivals() == [1] * 10


def test_a_doubt_is_held_named_and_resolved(stocked: Shop) -> None:
    stocked.market.fault(call="append", nth=2, when="before", kind="reset")
    outcome = stocked.run("apply", "--auto-approve")
    assert outcome.code == 3, outcome.out + outcome.err
    (doubt,) = json.loads(stocked.run("state", "doubts", "--format", "json").out)
    assert set(doubt) == {"id", "key", "call", "since", "accounts", "evidence", "question", "marketplace", "order"}
    assert (doubt["key"], doubt["call"], doubt["accounts"]) == ("keys", "append", 2)
    assert "(pools/keys.yaml:1)" in doubt["question"]
    stocked.write("products/broken.yaml", "title: [")
    assert "listing" in stocked.run("state", "doubts").out, "it works without a catalog that can be read"
    stocked.remove("products/broken.yaml")
    assert stocked.run("apply", "--auto-approve").code == 3, "an open doubt is not forgotten"
    assert stocked.run("state", "resolve", doubt["id"]).code == 1
    decided = stocked.run("state", "resolve", doubt["id"], "--not-sent")
    assert (decided.code, "2 accounts of pool keys are new again" in decided.err) == (0, True)
    stocked.apply()
    stocked.assert_in_step()
    assert stocked.market.arrivals() == [1] * 10


def test_an_append_whose_answer_was_lost_is_found_by_the_stock(stocked: Shop) -> None:
    stocked.market.fault(call="append", nth=3, when="after", kind="reset")
    stocked.apply()
    assert stocked.market.arrivals() == [1] * 10
    stocked.assert_in_step()


def test_a_create_whose_answer_was_lost_is_found_again(stocked: Shop) -> None:
    stocked.market.fault(call="create", when="after", kind="reset")
    stocked.apply()
    assert len(stocked.market.products()) == 1
    stocked.assert_in_step()


def test_a_refused_key_stops_the_run(stocked: Shop) -> None:
    stocked.env = {"ACCPLANET_API_KEY": "canarykey-wrong"}
    outcome = stocked.run("plan")
    assert outcome.code == 1
    assert "ACCPLANET_API_KEY" in outcome.err
    stocked.env = {"ACCPLANET_API_KEY": ""}
    assert "ACCPLANET_API_KEY is not set" in stocked.run("plan").err


def test_in_ci_the_first_apply_refuses_where_its_line_would_be_lost(stocked: Shop) -> None:
    stocked.env = {"CI": "true"}
    outcome = stocked.run("apply", "--auto-approve")
    assert outcome.code == 1
    assert "state init" in outcome.err
    assert stocked.market.changing_calls() == []


def test_a_lost_state_is_an_error_before_any_call(stocked: Shop, tmp_path: Path) -> None:
    stocked.apply()
    (stocked.root / ".catalogsync").rename(tmp_path / "elsewhere")
    for words in (("plan",), ("apply", "--auto-approve")):
        outcome = stocked.run(*words)
        assert outcome.code == 1
        assert "is missing" in outcome.err


OTHER_KEY = "Y2FuYXJ5a2V5LWNhbmFyeWtleS1jYW5hcnlrZXkhISE="


def test_no_key_but_the_right_one_is_taken(stocked: Shop) -> None:
    """Each is refused before any call: to another key all accounts would look as if they had never been sent."""
    stocked.apply()
    calls = len(stocked.market.changing_calls())
    file = stocked.root / ".catalogsync" / "key"
    right = file.read_text()

    def refused(says: str, variable: str | None, content: str | None, mode: int = 0o600) -> None:
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(content)
            file.chmod(mode)
        stocked.env = {} if variable is None else {"CATALOGSYNC_STATE_KEY": variable}
        outcome = stocked.run("apply", "--auto-approve")
        assert outcome.code == 1
        assert says in outcome.err
        assert right.strip() not in outcome.err
        assert len(stocked.market.changing_calls()) == calls

    refused("is not the one", OTHER_KEY, None)
    refused("is missing", None, None)
    refused("CATALOGSYNC_STATE_KEY is empty", "", None)
    refused("CATALOGSYNC_STATE_KEY is empty", " ", right)
    refused("not base64", f"{OTHER_KEY[:-1]}?", right)
    refused("33 bytes", f"{OTHER_KEY[:-1]}h", None)
    refused("the file has the right one", OTHER_KEY, right)
    refused("open to other users", None, right, 0o644)
    file.unlink()
    stocked.env = {"CATALOGSYNC_STATE_KEY": right}
    stocked.assert_in_step()


def test_the_short_import_is_said(stocked: Shop) -> None:
    stocked.market.fault(
        call="append", nth=2, when="after", kind="json", body={"success": True, "accounts_imported": 1}
    )
    outcome = stocked.run("apply", "--auto-approve")
    assert outcome.code == 3
    assert "took 1 of 2" in outcome.out
