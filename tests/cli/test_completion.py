"""Completion, asked for as shells ask: in a real bash, and by the protocol of zsh and fish."""

import subprocess
import sys
from pathlib import Path

import pytest

from catalogsync.cli.main import run
from catalogsync.cli.words import abridged
from tests.harness.command import command, environment
from tests.harness.shop import Shop


def asked(shell: str, words: str, current: str, root: Path) -> str:
    """What comes back when a shell asks, by the variables that its script sets."""
    env = {"_CATALOGSYNC_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": current}
    done = subprocess.run(
        command(), env=environment(env), capture_output=True, text=True, timeout=20, cwd=root, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def in_bash(tmp_path: Path, *lines: str) -> list[list[str]]:
    """What bash would offer for some lines, by the script that `completion bash` prints."""
    program = tmp_path / "catalogsync"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m catalogsync "$@"\n')
    program.chmod(0o700)
    questions = [
        f"COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        '_catalogsync_completion catalogsync; echo "${COMPREPLY[*]}"'
        for line in lines
    ]
    script = "\n".join(["set -u", 'eval "$(catalogsync completion bash)"', "compopt() { :; }", *questions])
    env = environment()
    env["PATH"] = f"{tmp_path}:{env['PATH']}"
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split() for line in done.stdout.splitlines()]


def test_bash_is_offered_what_there_is(shop: Shop, tmp_path: Path) -> None:
    shop.write("products/set/two.yaml", "key: seat-1\ntitle: a\n---\nkey: 'seat-2'\ntitle: b\n")
    shop.write("products/_defaults.yaml", "category: x\n")
    shop.product("keys")
    shop.write("products/odd name.yaml", "title: [")
    shop.pool("marginalia-1y", 1, 1)
    at = f"catalogsync -C {shop.root}"
    commands, options, formats, keys, pools, rules, names, fields, nothing = in_bash(
        tmp_path,
        "catalogsync st",
        "catalogsync apply --auto",
        "catalogsync plan --format ''",
        f"{at} plan --only s",
        f"{at} pools mark ''",
        f"{at} plan --allow max_d",
        f"{at} -m ''",
        "catalogsync import --accept pri",
        f"{at} state resolve ''",
    )
    assert commands == ["status", "state"]
    assert options == ["--auto-approve"]
    assert formats == ["text", "json", "markdown", "html"]
    assert keys == ["seat-1", "seat-2"]
    assert pools == ["marginalia-1y"]
    assert rules == ["max_deletes="]
    assert names == ["accplanet"]
    assert fields == ["price"]
    assert nothing == []


def test_zsh_and_fish_are_offered_what_the_state_knows(shop: Shop) -> None:
    shop.product("keys")
    shop.apply()
    shop.remove("products/keys.yaml")
    assert asked("zsh", "catalogsync state show k", "3", shop.root) == "plain\nkeys\n_\n"
    product_id = shop.market.products()[0]["product_id"]
    assert product_id in asked("fish", "catalogsync state bind keys ", "", shop.root)


def test_whatever_is_wrong_a_shell_hears_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "catalogsync.yaml").write_text("a: [")
    assert asked("bash", "catalogsync state show ", "3", tmp_path).split() == []
    assert asked("zsh", "catalogsync -C /nowhere -m ", "4", tmp_path).split() == []
    assert asked("nonsense", "x", "y", tmp_path) == ""


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_scripts_of_other_shells_ask_by_the_same_variable(shell: str) -> None:
    done = subprocess.run(command("completion", shell), env=environment(), capture_output=True, text=True, check=True)
    assert f"_CATALOGSYNC_COMPLETE={shell}_complete" in done.stdout


def test_too_many_words_become_their_beginnings() -> None:
    words = {f"licence-{number:05d}" for number in range(30_000)}
    short = abridged(words, 0)
    assert short == [f"licence-{number:02d}" for number in range(30)]
    assert all(any(word.startswith(beginning) for beginning in short) for word in words)
    assert abridged(set(sorted(words)[:200]), 3) == sorted(words)[:200]


def test_without_a_shell_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion"]) == 1
    assert "Choose from: bash, zsh, fish\n" in capsys.readouterr().err
