"""The card of one listing: aligned, short, harmless, and the same as JSON."""

import json

import pytest

from catalogsync.model.explanation import Explanation, FieldStory
from catalogsync.model.fields import Value
from catalogsync.model.history import Setting
from catalogsync.model.plan import Action, Allotment, Blocked, Change, Notice
from catalogsync.model.problem import Place
from catalogsync.model.state import Run
from catalogsync.model.survey import PoolRow
from catalogsync.render.why_text import render_why

RUN = Run("r1", "apply", "2026-11-21T20:12:00Z", "box", 1, who="ann", commit="0123456789abcdef", ci_url="https://ci/7")
SET = Setting("update", 7, "2026-11-21T20:12:30.000Z", RUN)
WORDS = "<p>A voucher for ten cups of tea, valid for one year in every tea room of the harbour.</p>"


def story(**more: object) -> Explanation:
    fields = (
        FieldStory("price", "9.99", Place("products/_defaults.yaml", 4), "9.99", SET, "0.01", "marketplace", True, "V"),
        FieldStory(
            "status",
            None,
            None,
            "active",
            Setting("bind", 3, "2026-11-21T20:12:30Z", None),
            "active",
            "apply",
            False,
            "V",
        ),
        FieldStory("supplier_name", "S", Place("p.yaml", 2), "S", None, None, "not-shown", False, "V"),
    )
    base: dict[str, object] = {
        "key": "tea-10",
        "names": ("tea",),
        "marketplace": "accplanet",
        "product_id": "p1",
        "place": Place("products/tea-10.yaml", 1),
        "standing": "managed",
        "stock": 4,
        "sales": 1,
        "approval": None,
        "fields": fields,
        "pool": PoolRow("tea-10", "tea-10", 9, 4, 3, 2),
        "change": Change("tea-10", Action.UPDATE, "p1", None, None, (), Allotment("tea-10", 4, 3)),
        "verdict": "is updated: price",
        "blocked": (Blocked("min_price", "tea-10", "too low"),),
        "warnings": (Notice("in-doubt", "tea-10", "who knows"),),
    }
    return Explanation(**{**base, **more})  # type: ignore[arg-type]


def long(here: Value, applied: Value, showing: Value) -> Explanation:
    return story(fields=(FieldStory("description", here, None, applied, None, showing, "apply", True, "V"),), pool=None)


def test_the_card() -> None:
    assert render_why(story(), "text", width=60) == (
        "tea-10\n"
        "  product        products/tea-10.yaml:1\n"
        "  listing        p1 at accplanet, 4 in stock, 1 sold\n"
        "  called before  tea\n"
        "  state          managed\n"
        "  next plan      is updated: price\n"
        "  blocked        min_price: too low\n"
        "  warning        in-doubt: who knows\n"
        "\n"
        "price\n"
        "  catalog      9.99  (products/_defaults.yaml:4)\n"
        "  applied      9.99  (2026-11-21 20:12 UTC, apply of ann on\n"
        "               box, commit 0123456789ab, https://ci/7)\n"
        "  marketplace  0.01  (somebody changed it there)\n"
        "  next plan    V\n"
        "\n"
        "status\n"
        "  catalog      says nothing\n"
        "  applied      active  (noted as the listing showed it,\n"
        "               2026-11-21 20:12 UTC)\n"
        "  marketplace  active  (as applied)\n"
        "  next plan    V\n"
        "\n"
        "supplier_name\n"
        "  catalog      S  (p.yaml:2)\n"
        "  applied      S  (by a run whose records are gone)\n"
        "  marketplace  does not show it\n"
        "  next plan    V\n"
        "\n"
        "To keep what is there instead:\n"
        "`catalogsync import --accept price --only tea-10`\n"
        "\n"
        "accounts\n"
        "  catalog      9 accounts in pool tea-10\n"
        "  applied      3 sent, 2 held, 4 left\n"
        "  marketplace  4 in stock, 1 sold\n"
        "  next plan    4 accounts of those left are sent\n"
    )


def test_of_long_texts_what_differs_is_shown() -> None:
    edited = WORDS.replace("one year", "two years")
    text = render_why(long(WORDS, WORDS, edited), "text")
    assert "catalog      the same text" in text
    assert "valid for [-one year-]{+two years+} in every" in text
    assert "(its own form of what was applied)" in " ".join(text.split())
    assert "(90 characters)" in text


@pytest.mark.parametrize("width", [20, 60, 100])
def test_nothing_commands_a_terminal(width: int) -> None:
    nasty = "a\x1b[31m\u202e::error::b"
    text = render_why(long(nasty, nasty, nasty), "text", width=width)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(not line.lstrip().startswith("::") for line in text.splitlines())


def test_the_same_as_json() -> None:
    document = json.loads(render_why(story(), "json"))
    assert (document["key"], document["state"], document["previous_keys"]) == ("tea-10", "managed", ["tea"])
    assert document["plan"]["action"] == "update"
    price, status, supplier = document["fields"]
    assert price["applied"]["run"] == {
        "id": "r1",
        "command": "apply",
        "who": "ann",
        "host": "box",
        "commit": "0123456789abcdef",
        "plan": None,
        "ci_url": "https://ci/7",
    }
    assert (status["catalog"], status["applied"]["deed"], status["applied"]["run"]) == (None, "bind", None)
    assert supplier["marketplace"] == {"value": None, "set_by": "not-shown"}
    gone = json.loads(render_why(story(place=None, change=None, pool=None), "json"))
    assert (gone["file"], gone["plan"]["action"], gone["pool"]) == (None, None, None)
