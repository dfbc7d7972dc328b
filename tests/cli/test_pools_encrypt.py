"""`pools encrypt`, `decrypt` and `rotate` as users meet them: keys, questions, refusals, a commit that is stopped."""

import subprocess
import sys
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from tests.catalog.cases.case import config, write
from tests.harness.canary import password, username
from tests.harness.command import Outcome, catalogsync
from tests.harness.repositories import ENVIRON, git, hook
from tests.harness.terminal import on_terminal

POOL = "pools/paperbird.yaml"
FILES = {
    "catalogsync.yaml": config(),
    POOL: f"accounts:\n- {username(1)}:{password(1)}\naccounts_file: more.txt\n",
    "pools/more.txt": f"{username(2)}:-\n",
}
MINE, THEIRS = Identity.generate(), Identity.generate()
ANN, BEN = str(MINE.to_public()), str(THEIRS.to_public())
KEY = {"SOPS_AGE_KEY": str(MINE)}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path / "shop", FILES)
    git(tmp_path / "shop", "init", "--quiet")
    return tmp_path / "shop"


def pools(root: Path, *words: str, **env: str) -> Outcome:
    return catalogsync("pools", *words, root=root, env={"HOME": str(root.parent), **env})


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "pools").iterdir())


def files(root: Path) -> dict[str, bytes]:
    """Every file of the catalog, those of a state too."""
    found = {path.relative_to(root): path for path in root.rglob("*") if path.is_file()}
    return {str(name): path.read_bytes() for name, path in found.items() if name.parts[0] != ".git"}


def test_from_clear_text_and_back_with_a_key(shop: Path) -> None:
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "in clear text")
    done = pools(shop, "encrypt", **KEY)
    assert done == Outcome(0, f"{POOL} is now {POOL}.age\npools/more.txt is now pools/more.txt.age\n", done.err)
    for told in (
        "keys at hand",
        f"      - {ANN}\n",
        "a line `*.age binary`",
        "`git add -A && git",
        f"older commits: {POOL}, pools/more.txt.",
    ):
        assert told in done.err
    assert pools(shop, "encrypt", f"{POOL}.age", POOL, **KEY).err == "Nothing is to be encrypted.\n"
    (shop / ".sops.yaml").write_text(f"creation_rules: [{{age: '{ANN},{BEN}'}}]")
    turned = pools(shop, "rotate", **KEY)
    assert (turned.code, turned.out.count("anew, to 2 recipients"), "older commits" in turned.err) == (0, 2, True)
    theirs = pools(shop, "decrypt", f"{POOL}.age", "--auto-approve", SOPS_AGE_KEY=str(THEIRS))
    assert (theirs.code, names(shop)) == (
        0,
        ["more.txt.age", "paperbird.manifest.json", "paperbird.yaml"],
    )
    (shop / ".sops.yaml").unlink()
    # More keys at hand than recipients, one of them twice: still somebody would be shut out.
    mine = f"{KEY['SOPS_AGE_KEY']}\n{KEY['SOPS_AGE_KEY']}\n{Identity.generate()}"
    alone = pools(shop, "rotate", SOPS_AGE_KEY=mine)
    assert (alone.code, "1 other can read pools/more.txt.age too, and nothing says" in alone.err) == (1, True)


def test_a_first_key_is_made_on_a_terminal_and_asked_for_elsewhere(shop: Path) -> None:
    refused = pools(shop, "encrypt")
    assert (refused.code, "there is nobody to encrypt to" in refused.err, names(shop)) == (
        1,
        True,
        ["more.txt", "paperbird.yaml"],
    )
    with on_terminal("pools", "encrypt", "pools/paperbird.yaml", root=shop, env={"HOME": str(shop.parent)}) as terminal:
        terminal.answer("keys.txt?", "y")
        terminal.expect("password manager")
        assert terminal.end() == 0
    key = shop.parent / ".config/sops/age/keys.txt"
    assert (key.stat().st_mode & 0o777, names(shop)) == (
        0o600,
        ["more.txt.age", "paperbird.manifest.json", "paperbird.yaml.age"],
    )
    assert catalogsync("validate", root=shop, env={"HOME": str(shop.parent)}).code == 0


def test_others_may_be_the_only_ones_to_read_it_if_that_is_meant(shop: Path) -> None:
    with on_terminal("pools", "encrypt", "-r", BEN, root=shop, env=KEY) as terminal:
        terminal.expect("you will not be able to read it here")
        terminal.answer("all the same?", "n")
        assert terminal.end() == 1
    assert names(shop) == ["more.txt", "paperbird.yaml"]
    piped = pools(shop, "encrypt", "-r", BEN, **KEY)
    assert (piped.code, "you will not be able" in piped.err, names(shop)) == (
        0,
        True,
        ["more.txt.age", "paperbird.yaml.age"],
    )
    turned = pools(shop, "rotate", **KEY)
    assert (turned.code, turned.err.count("no-fitting-key")) == (1, 2)
    assert pools(shop, "encrypt", "-r", "age1slip").code == 1


@pytest.mark.parametrize(
    ("words", "env", "settings", "told"),
    [
        (
            ["encrypt", "--sops"],
            {"PATH": "/nowhere"},
            "",
            "the sops program is needed to make SOPS files",
        ),
        (["encrypt", "products/x.yaml"], {}, "", "is not below pools/"),
        (["encrypt", "pools/gone.yaml"], {}, "", "there is no file"),
        (["encrypt", "pools"], {}, "", "not below pools/"),
        (["decrypt", "pools/more.txt"], {}, "", "nobody can be asked here"),
        (["decrypt", "pools/more.txt", "--auto-approve"], {}, "", "not-encrypted"),
        (["decrypt", "pools/more.txt", "--auto-approve"], {"REPO_VISIBILITY": "PUBLIC"}, "", "is public"),
        (["decrypt", "pools/more.txt", "--auto-approve"], {}, "error", "refuses pools in clear text"),
    ],
)
def test_what_is_refused_changes_nothing(
    shop: Path, words: list[str], env: dict[str, str], settings: str, told: str
) -> None:
    if settings:
        (shop / "catalogsync.yaml").write_text(config(safety=f"{{allow_plaintext_pools: {settings}}}"))
    before = files(shop)
    refused = pools(shop, *words, **KEY, **env)
    assert (refused.code, refused.out) == (1, "")
    assert told in refused.err
    assert files(shop) == before


def test_nothing_is_changed_unless_all_that_is_named_can_be_read(shop: Path) -> None:
    (shop / "pools/slip.yaml").write_text("accounts: [slip]\n")
    before = files(shop)
    refused = pools(shop, "encrypt", **KEY)
    assert (refused.code, "pools/slip.yaml:1:12" in refused.err, files(shop) == before) == (1, True, True)
    (shop / "pools/slip.yaml").write_text(f"accounts: ['{username(3)}:-']\n")
    assert pools(shop, "encrypt", "pools/slip.yaml", "-r", BEN, **KEY).code == 0
    assert pools(shop, "encrypt", **KEY).code == 0
    before = files(shop)
    refused = pools(shop, "decrypt", f"{POOL}.age", "pools/slip.yaml.age", "--auto-approve", **KEY)
    assert (refused.code, "no-fitting-key" in refused.err, files(shop) == before) == (1, True, True)


def test_a_commit_with_accounts_in_clear_text_is_stopped_by_the_hook_of_the_documentation(shop: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/encryption.md").read_text(encoding="utf-8")
    script = page.partition("#!/bin/sh\n")[2].partition("```")[0]
    hook(shop / ".git", "pre-commit", script.replace("catalogsync pools", f"{sys.executable} -m catalogsync pools"))

    def commit() -> str:
        words = ["git", "-C", str(shop), "commit", "-qm", "more"]
        done = subprocess.run(words, env=ENVIRON, capture_output=True, check=False)
        return done.stderr.decode()

    (shop / "products/broken.yaml").write_text("title: [")
    (shop / "pools/none.yaml").write_text("accounts: []\n")
    git(shop, "add", "-A")
    assert "pools/paperbird.yaml: accounts in clear text" in commit()
    assert pools(shop, "encrypt", **KEY).code == 0
    # The files are gone, and git would still commit what they held when they were added.
    assert "pools/more.txt: accounts in clear text" in commit()
    git(shop, "add", "-A", "pools")
    # What is added counts, whatever became of the file since.
    (shop / "pools/none.yaml").write_text(f"accounts: ['{username(3)}:-']\n")
    git(shop, "add", "pools/none.yaml")
    (shop / "pools/none.yaml").write_text("accounts: []\n")
    assert "pools/none.yaml: accounts in clear text" in commit()
    git(shop, "add", "-A", "pools")
    assert commit() == ""
    assert "paperbird.yaml.age" in git(shop, "ls-files")
    git(shop, "prune", "--expire=now")  # what was added and never committed
    (shop / POOL).write_text("accounts: [A:b]")
    (shop / "products/broken.yaml").write_text("title: {")
    git(shop, "add", "products")
    assert commit() == ""  # the file in clear text is no part of it
    (shop / "catalogsync.yaml").write_text(config(safety="{allow_plaintext_pools: true}"))
    assert pools(shop, "encrypt", "--check").code == 0
