"""`pools edit`, on a terminal, with small programs as editors: what is saved, and that no plain copy stays behind."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pyrage
import pytest
from pyrage.x25519 import Identity

from catalogsync.catalog.sealing.editing import find
from catalogsync.cli.editors import find_editor
from catalogsync.model.errors import UsageError
from catalogsync.model.secret import Secret
from catalogsync.ports.keys import NoKeys
from tests.harness.canary import API_KEY, password, username
from tests.harness.command import catalogsync
from tests.harness.repositories import git
from tests.harness.terminal import CTRL_C, Terminal, on_terminal

CONFIG = """\
version: 1
marketplaces:
  accplanet: {type: accplanet, base_url: "http://127.0.0.1:1", api_key_env: SHOP_KEY}
notify:
  - {env: CHAT_ADDRESS}
safety: {allow_plaintext_pools: true}
"""
POOL = f"pool: tea-12m\naccounts:\n  - {username(1)}:{password(1)}\n"
FILE = "pools/tea.yaml.age"
SLEEP = "echo here; exec sleep 60"
PATIENCE = 30.0


class Held(NoKeys):
    """One age key."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def identities(self) -> tuple[Secret, ...]:
        return (Secret(str(self._identity)),)


class Desk:
    """A catalog with an encrypted pool, a place for plain copies, and an editor."""

    def __init__(self, root: Path, memory: Path) -> None:
        self.root = root
        self.memory = memory
        self.identity = Identity.generate()
        self.editor = root.parent / "pools" / "an editor"  # where secrets may lie, since scripts have some
        for folder in (root / "pools", self.editor.parent):
            folder.mkdir(parents=True)
        (root / "catalogsync.yaml").write_text(CONFIG)
        self.seal(FILE, POOL)

    def seal(self, name: str, text: str, *others: Identity) -> None:
        recipients = [one.to_public() for one in (self.identity, *others)]
        (self.root / name).write_bytes(pyrage.encrypt(text.encode(), recipients))

    def opened(self, name: str = FILE, by: Identity | None = None) -> str:
        return pyrage.decrypt((self.root / name).read_bytes(), [by or self.identity]).decode()

    def edit(self, script: str, which: str = FILE, **more: str) -> AbstractContextManager[Terminal]:
        """Run `pools edit` with a shell script as the editor; `$1` is the plain copy."""
        self.editor.write_text(f"#!/bin/sh\n{script}\n")
        self.editor.chmod(0o755)
        return on_terminal("pools", "edit", which, root=self.root, env={**self.environ, **more})

    @property
    def environ(self) -> dict[str, str]:
        return {
            "SOPS_AGE_KEY": str(self.identity),
            "SHOP_KEY": API_KEY,
            "CHAT_ADDRESS": f"json://{API_KEY}",
            "XDG_RUNTIME_DIR": str(self.memory),
            "XDG_CONFIG_HOME": str(self.root.parent),
            "VISUAL": f"'{self.editor}'",
            "EDITOR": "false",
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The place for plain copies is empty in the end, whatever a test does."""
    shared = Path("/dev/shm")
    memory = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
    try:
        desk = Desk(tmp_path / "catalog", memory)
        yield desk
        assert not list(memory.iterdir())
        left = {path.name for path in (desk.root / "pools").iterdir()}
        assert all(name.endswith((".age", ".age.edited", ".yaml", ".manifest.json")) for name in left), left
    finally:
        shutil.rmtree(memory)


def test_an_edit_that_cannot_be_read_is_edited_again_and_then_saved(desk: Desk, tmp_path: Path) -> None:
    seen, lines = tmp_path / "seen", [f"  - {username(2)}", f"  - {username(3)}:{password(3)}"]
    other = Identity.generate()
    desk.seal(FILE, POOL, other)
    with desk.edit("exit 0") as terminal:
        assert terminal.end() == 1
    assert f"error: 1 other can read {FILE} too, and nothing says whether" in terminal.screen
    rule = f"creation_rules: [{{age: [{desk.identity.to_public()}, {other.to_public()}]}}]\n"
    (desk.root / ".sops.yaml").write_text(rule)
    with desk.edit(f"""
        if [ -e {seen} ]; then sed -i '$d' "$1"; echo '{lines[1]}' >> "$1"; exit; fi
        env > {seen}; stat -c '%a %n' "$1" "$(dirname "$1")" >> {seen}; touch "$1~"; mkdir "$1.d"; ln -s / "$1.d/root"
        echo '{lines[0]}' >> "$1"
    """) as terminal:
        terminal.expect(f"{FILE}:4:5: account-no-separator")
        terminal.answer("Not saved. (e)dit again, or (d)iscard", "e")
        assert terminal.end() == 0
    assert f"{FILE} is saved, encrypted." in terminal.screen
    assert desk.opened() == desk.opened(by=other) == f"{POOL}{lines[1]}\n"
    assert '"accounts": 2' in (desk.root / "pools/tea.manifest.json").read_text()
    told = seen.read_text()
    assert str(desk.identity) not in told
    assert not [name for name in ("SHOP_KEY", "CHAT_ADDRESS", "SOPS_AGE_KEY=") if name in told]
    assert f"\n700 {desk.memory}/" in told
    assert f"\n600 {desk.memory}/" in told


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("exit 0", 0, "tell it to wait: export VISUAL='code --wait'"),
        (f"echo '  - {username(2)}:x' >> $1; exit 3", 1, "error: the editor ended with code 3; nothing was changed"),
        ("rm $1", 1, "error: what was edited cannot be read: No such file or directory; nothing was changed"),
        ("kill -KILL $$", 1, "was ended by SIGKILL; nothing was changed"),
    ],
)
def test_nothing_is_saved_that_was_not_edited(desk: Desk, script: str, code: int, said: str) -> None:
    before = (desk.root / FILE).read_bytes()
    with desk.edit(script) as terminal:
        assert terminal.end() == code
    assert said in terminal.screen
    assert (desk.root / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("strike", "code"),
    [
        (lambda terminal: terminal.type(CTRL_C), 1),
        (lambda terminal: terminal.run.send_signal(signal.SIGTERM), 130),
        (lambda terminal: terminal.run.send_signal(signal.SIGHUP), 130),
        (lambda terminal: terminal.run.kill(), -signal.SIGKILL),
    ],
    ids=["ctrl-c", "term", "hup", "kill"],
)
def test_the_plain_copy_goes_with_whatever_ends_the_run(
    desk: Desk, strike: Callable[[Terminal], None], code: int
) -> None:
    before = (desk.root / FILE).read_bytes()
    with desk.edit(f"echo >> $1; echo $$ > {desk.root.parent}/number; {SLEEP}") as terminal:
        terminal.expect("here")
        assert list(desk.memory.glob("*/tea.yaml"))
        strike(terminal)
        assert terminal.run.wait(PATIENCE) == code
    until = time.monotonic() + PATIENCE
    while list(desk.memory.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert (desk.root / FILE).read_bytes() == before
    with suppress(ProcessLookupError):
        os.kill(int((desk.root.parent / "number").read_text()), signal.SIGKILL)


def test_an_edit_of_a_file_that_somebody_else_wrote_meanwhile_is_kept_beside_it(desk: Desk) -> None:
    desk.seal("pools/other", POOL.replace(password(1), password(7)))
    theirs = (desk.root / "pools/other").read_bytes()
    with desk.edit(
        f"echo '  - {username(2)}:{password(2)}' >> $1; mv {desk.root}/pools/other {desk.root}/{FILE}"
    ) as terminal:
        assert terminal.end() == 1
    assert f"your edit is in {FILE}.edited, encrypted" in terminal.screen
    assert (desk.root / FILE).read_bytes() == theirs
    assert desk.opened(f"{FILE}.edited") == f"{POOL}  - {username(2)}:{password(2)}\n"


def test_a_pools_encrypted_accounts_file_is_edited_by_the_pools_name_and_discarded_where_it_is_twice(
    desk: Desk,
) -> None:
    (desk.root / "pools/codes.yaml").write_text("pool: codes-2\naccounts_file: codes.txt.age\n")
    desk.seal("pools/codes.txt.age", f"{username(4)}:{password(4)}\n")
    with desk.edit(f"echo '{username(1)}:other' >> $1; echo $1", "codes-2") as terminal:
        terminal.expect("/codes.txt")
        terminal.expect("duplicate-account: the same username stands in")
        terminal.answer("Not saved. (e)dit again, or (d)iscard", "d")
        assert terminal.end() == 1
    assert desk.opened("pools/codes.txt.age") == f"{username(4)}:{password(4)}\n"


def test_what_two_branches_added_is_put_together_and_never_lost_unseen(desk: Desk) -> None:
    def commit(name: str, text: str) -> None:
        desk.seal(FILE, text)
        assert catalogsync("pools", "encrypt", root=desk.root, env=desk.environ).code == 0
        git(desk.root, "add", "-A")
        git(desk.root, "commit", "-qm", name)

    git(desk.root, "init", "-q", "-b", "main")
    (desk.root / ".gitattributes").write_text("*.age binary\n")
    commit("main", POOL)
    git(desk.root, "checkout", "-qb", "other")
    commit("other", f"{POOL}  - {username(2)}:{password(2)}\n")
    git(desk.root, "checkout", "-q", "main")
    commit("ours", f"{POOL}  - {username(3)}:{password(3)}\n")
    with pytest.raises(AssertionError):
        git(desk.root, "merge", "other")
    alone = catalogsync("pools", "encrypt", root=desk.root, env=desk.environ)
    assert (alone.code, "manifest-conflict" in alone.err, "1 account of one of them would be" in alone.err) == (1, 1, 1)
    read = catalogsync("validate", root=desk.root, env=desk.environ)
    assert (read.code, "git cannot merge what is encrypted" in read.out) == (1, True)
    with desk.edit("exit 0", "tea") as terminal:
        terminal.answer("Save it with the lines of both branches?", "y")
        assert terminal.end() == 0
    assert desk.opened() == f"{POOL}  - {username(3)}:{password(3)}\n  - {username(2)}:{password(2)}\n"
    assert '"accounts": 3' in (desk.root / "pools/tea.manifest.json").read_text()
    (desk.root / FILE).write_bytes(b"<<<<<<< HEAD\n")
    assert "`git checkout --ours`" in catalogsync("validate", root=desk.root, env=desk.environ).out


def test_without_a_terminal_nothing_is_opened(desk: Desk) -> None:
    done = catalogsync("pools", "edit", FILE, root=desk.root, env=desk.environ)
    assert done.code == 1
    assert "error: an editor needs a terminal" in done.err


def test_sops_files_are_left_to_sops_with_no_secret_but_its_own(desk: Desk, tmp_path: Path) -> None:
    pool, programs, seen = desk.root / "pools/rum.sops.yaml", tmp_path / "programs", tmp_path / "seen"
    pool.write_text("sops: {}\n")
    with desk.edit("exit 0", "rum", PATH=str(programs)) as terminal:
        assert terminal.end() == 1
    assert "editing a SOPS file takes the program sops, which is not installed here" in terminal.screen
    programs.mkdir()
    sops = programs / "sops"
    sops.write_text(
        f"#!/bin/sh\nenv > {seen}.sops; touch $TMPDIR/plain; eval $SOPS_EDITOR $TMPDIR/plain\necho x >> $3\n"
    )
    sops.chmod(0o755)
    with desk.edit(f'env > {seen}; echo "$@"', "rum", PATH=f"{programs}:{os.environ['PATH']}") as terminal:
        terminal.expect(f"{desk.memory}/")
        assert terminal.end() == 1
    assert "pools/rum.sops.yaml:2:1: yaml-syntax" in terminal.screen
    assert f"SOPS_AGE_KEY={desk.identity}" in Path(f"{seen}.sops").read_text()
    assert "SHOP_KEY" not in Path(f"{seen}.sops").read_text()
    assert "SOPS_AGE_KEY=" not in seen.read_text()
    Path(f"{seen}.sops").unlink()


def test_editors_are_found_as_git_finds_them_and_told_to_keep_nothing(tmp_path: Path) -> None:
    for name in ("vim.basic", "nano", "emacs-gtk", "code"):
        (tmp_path / name).touch(0o755)
    (tmp_path / "vi").symlink_to("vim.basic")
    (tmp_path / "emacs").symlink_to("emacs-gtk")
    here = {"PATH": str(tmp_path)}
    assert find_editor({**here, "VISUAL": "code --wait '-n'", "EDITOR": "nano"}) == ["code", "--wait", "-n"]
    assert find_editor({**here, "VISUAL": " ", "EDITOR": f"{tmp_path}/vi -R"})[:5] == [
        f"{tmp_path}/vi",
        "-R",
        "-n",
        "-i",
        "NONE",
    ]
    assert find_editor({**here, "EDITOR": "emacs -nw"})[:3] == ["emacs", "-nw", "--eval"]
    assert find_editor(here) == ["nano", "--ignorercfiles"]
    for environ, said in (
        ({**here, "EDITOR": "ed"}, "\\$EDITOR names no program that can be run"),
        ({**here, "VISUAL": "'code"}, "a quote in it is never closed"),
        ({"PATH": ""}, "there is no editor here"),
    ):
        with pytest.raises(UsageError, match=said):
            find_editor(environ)


def test_a_pool_is_found_by_file_and_by_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Held(desk.identity)
    desk.seal("pools/gin.txt.age", f"{username(4)}:{password(4)}")
    (desk.root / "pools/gin.yaml").write_text("accounts_file: gin.txt.age\naccounts: []\n")
    (desk.root / "pools/open.yaml").write_text("accounts: []\n")
    (desk.root / "pools/link.age").symlink_to("tea.yaml.age")
    monkeypatch.chdir(desk.root / "pools")
    for which in ("tea", "tea-12m", "tea.yaml.age", FILE, "link.age", str(desk.root / FILE)):
        assert find(desk.root, which, keys) == FILE, which
    assert find(desk.root, "gin", keys) == "pools/gin.txt.age"
    for which, said in (
        ("open", "pools/open.yaml is not encrypted"),
        ("nothing", "there is no file and no pool nothing"),
        ("../catalogsync.yaml", "is not in the pools of this catalog"),
    ):
        with pytest.raises(UsageError, match=said):
            find(desk.root, which, keys)
