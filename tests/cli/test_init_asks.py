"""A catalog begins with questions: a shop is taken over as it is, and whoever leaves has left nothing behind."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.harness.canary import API_KEY
from tests.harness.command import catalogsync
from tests.harness.market import Market
from tests.harness.repositories import bare, clone
from tests.harness.terminal import on_terminal

NO_KEY = {"ACCPLANET_API_KEY": ""}


@pytest.fixture
def market(sandbox: Market) -> Market:
    """A shop with two teas, of which one was sold, a kettle, and two courses, one with a title to beware of."""
    sandbox.configure(categories={"t": "Vouchers > Tea", "c": "Courses", "k": "Tea"})
    tea = {"category_id": "t", "price": "9.50", "description": "<p>One pot.</p>\n<p>Scones: yes</p>"}
    listings = [
        {"title": "Tea for two", "accounts": 3, "sales_count": 2, **tea},
        {"title": "Tea for ten", **tea},
        {"title": "Kettle", "category_id": "k"},
        {"title": "Чай 🫖", "category_id": "c"},
        {"title": "Tearing \x1b]0;evil\x07", "category_id": "c"},
    ]
    sandbox.post("/seed", {"products": listings})
    return sandbox


def begun(root: Path) -> set[str]:
    """The files of a catalog but those of the state and for editors."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith((".catalogsync/", ".schemas/"))}


def test_a_shop_is_taken_over_by_whoever_answers(tmp_path: Path, market: Market) -> None:
    """Every wrong answer is asked again; a plan has nothing to do; then an edit shows."""
    with on_terminal("init", "my shop", cwd=tmp_path, env=NO_KEY) as terminal:
        terminal.answer("Address [https://accplanet.com]", "?")
        assert "sign in" in terminal.expect("Address [")
        terminal.type("http://accplanet.com\n")
        assert "travel in the clear" in terminal.answer("Address [https://accplanet.com]", market.base)
        terminal.answer("Environment variable [ACCPLANET_API_KEY]", "my key")
        assert "capitals" in terminal.answer("Environment variable [", "")
        terminal.answer("API key (", "?")
        assert "supplier account" in terminal.answer("API key (", API_KEY)
        assert "refused the key that you typed" in terminal.answer("Address [http://127.0.0.1", "")
        terminal.answer("Environment variable [", "")
        terminal.answer("API key (", "sandbox")
        seen = terminal.expect("Number [")
        assert "supplier balance is 0.00. 5 listings, all of them seen, in 3 categories." in seen
        assert "sandbox" not in seen, "the key is shown"
        terminal.type("3\n")
        terminal.answer("Titles with", "coffee")
        assert "no title is like that" in terminal.answer("Titles with", "tea")
        asked = terminal.answer("CI, number [3]", "?") + terminal.answer("CI, number [3]", "")
        assert "a merge applies it" in asked
        asked += terminal.expect("Write these files?")
        for told in (
            "3 titles are like that",
            "2 products",
            "Scones: yes",
            "and 1 more like it",
            "1 of these listings",
        ):
            assert told in asked
        terminal.type("\n")
        ended = terminal.expect("No changes.")
        assert "2 listings imported" in ended
        assert "cd 'my shop'" in terminal.expect("catalogsync apply")
        assert terminal.end() == 0
        assert "\x1b]" not in terminal.screen
    root = tmp_path / "my shop"
    assert {"catalogsync.yaml", ".gitignore"} < begun(root)
    assert not any("sample" in name for name in begun(root))
    assert not any(b"sandbox" in (root / name).read_bytes() for name in begun(root)), "the key is stored"
    assert not any(b"sandbox" in path.read_bytes() for path in (root / ".catalogsync").rglob("*") if path.is_file())
    (file,) = root.glob("products/**/tea-for-ten.yaml")
    file.write_text(file.read_text().replace("9.50", "9.00"))
    assert "tea-for-ten  price 9.50 → 9.00" in catalogsync("plan", root=root).out
    assert market.changing_calls() == []


@pytest.mark.parametrize("answers", [1, 2, 3, 4, 5, 6, 7])
def test_whoever_leaves_has_left_nothing_behind(tmp_path: Path, market: Market, answers: int) -> None:
    """By Ctrl-C at any question; or by a no at the last one."""
    dialog = [
        ("Address [", market.base.removeprefix("http://")),
        ("Environment variable [", ""),
        ("API key (", "sandbox"),
        ("Number [", "2"),
        ("Numbers [", "3"),
        ("CI, number [", "1"),
        ("Write these files?", "n"),
    ]
    with on_terminal("init", cwd=tmp_path, env=NO_KEY) as terminal:
        for question, answer in dialog[: answers - 1]:
            terminal.answer(question, answer)
        question, answer = dialog[answers - 1]
        asked = terminal.expect(question)
        assert answer != "n" or "1 product\n" in asked, "another category whose name ends alike is meant, too"
        if answer == "n":
            terminal.type("n\n")
        else:
            terminal.interrupt()
            terminal.expect("\nStopped at the question: what it asks about is not done.")
        assert terminal.end() == (1 if answer == "n" else 130)
    assert list(tmp_path.iterdir()) == []


def test_after_three_wrong_keys_it_ends(tmp_path: Path, market: Market) -> None:
    with on_terminal("init", cwd=tmp_path, env={"ACCPLANET_API_KEY": API_KEY}) as terminal:
        for attempt in range(3):
            terminal.answer("Address [", market.base if attempt == 0 else "")
            terminal.answer("Environment variable [", "")
            if attempt:
                terminal.answer("API key (hidden while you type, Enter keeps", API_KEY if attempt == 1 else "")
        terminal.expect("nothing was written")
        assert terminal.end() == 1
    assert list(tmp_path.iterdir()) == []


def test_flags_and_files_alone_say_which_listings(tmp_path: Path, market: Market) -> None:
    """On a terminal, too, nothing is asked where a flag is given."""
    words = ("init", "--url", market.base, "--manage")
    missed = catalogsync(*words, "category:Coffee", root=tmp_path)
    assert (missed.code, "Courses, Vouchers > Tea, Tea" in missed.err) == (1, True)
    refused = catalogsync(*words, "all", root=tmp_path, env={"ACCPLANET_API_KEY": API_KEY})
    assert (refused.code, "refused the key" in refused.err) == (1, True)
    assert catalogsync(*words, "all", root=tmp_path, env={"CI": "true"}).code == 1
    assert list(tmp_path.iterdir()) == []
    with on_terminal(*words, "category:tea", "--manage", "чай*", root=tmp_path) as terminal:
        terminal.expect("4 listings written into files")
        terminal.expect("No changes.")
        assert terminal.end() == 0
    assert {"catalogsync.yaml", ".gitignore"} < begun(tmp_path)


def test_in_a_clone_the_state_can_be_a_branch_that_ci_finds(tmp_path: Path, sandbox: Market) -> None:
    """An empty shop begins with a sample; the key of the state is typed, is not shown, and is not stored."""
    clone(bare(tmp_path / "remote.git"), tmp_path / "clone")
    key = b64encode(bytes(range(32))).decode()
    with on_terminal("init", "shop", cwd=tmp_path / "clone") as terminal:
        terminal.answer("Address [", sandbox.base)
        assert "is set" in terminal.answer("Environment variable [", "") + terminal.expect("There are no listings yet")
        terminal.answer("CI, number [3]", "1")
        assert "openssl rand" in terminal.answer("State key (", "?")
        assert "CATALOGSYNC_STATE_KEY" in terminal.answer("State key (", "short")
        assert "is not base64" in terminal.answer("State key (", key)
        asked = terminal.expect("Write these files?")
        assert "branch catalogsync-state at origin" in asked
        assert ".github/workflows/catalogsync-apply-shop.yml" in asked
        terminal.type("\n")
        told = terminal.expect("docs/ci.md")
        assert "git push -u origin HEAD" in told
        assert "Settings > Environments" in told
        assert terminal.end() == 0
        assert key not in terminal.screen
    root = tmp_path / "clone/shop"
    assert "products/sample.yaml" in begun(root)
    assert not (root / ".catalogsync").exists()
    assert not any(key.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert catalogsync("status", root=root, env={"CATALOGSYNC_STATE_KEY": key}).code == 0
    assert catalogsync("status", root=root, env={"CATALOGSYNC_STATE_KEY": ""}).code == 1
