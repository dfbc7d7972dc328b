"""The README tells the truth: its plan is a real one, its tour works, its files are a valid catalog."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.harness.command import catalogsync, environment
from tests.harness.market import Market

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_plan_is_a_real_one() -> None:
    plan = (ROOT / "tests/scenarios/edit-and-drift/plan.txt").read_text(encoding="utf-8")
    assert f"```text\n{plan.rstrip()}\n```" in README


def test_its_tour_works(tmp_path: Path, sandbox: Market) -> None:
    """Every command of the tour, in one shell, as a reader would type them."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    config = tmp_path / "examples/catalog/catalogsync.yaml"
    config.write_text(config.read_text().replace("http://127.0.0.1:8900", sandbox.base))
    commands = "\n".join(re.findall(r"<!-- tour -->\n```sh\n(.*?)```", README, re.DOTALL))
    assert commands.count("catalogsync ") == 7
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "catalogsync"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m catalogsync "$@"\n')
    script.chmod(0o700)
    env = environment()
    env["PATH"] = f"{script.parent}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "to create" in done.stdout
    assert "No changes." in done.stdout


def test_its_files_are_a_valid_catalog(tmp_path: Path) -> None:
    for name, text in re.findall(r"```yaml\n# (\S+\.yaml).*?\n(.*?)```", README, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "images").mkdir()
    shutil.copy(next((ROOT / "examples/catalog/images").glob("*.png")), tmp_path / "images/marginalia.png")
    outcome = catalogsync("validate", root=tmp_path)
    assert outcome.code == 0, outcome.out + outcome.err
    assert "1 product, 1 pool with 2 accounts" in outcome.err
