"""The README tells the truth: its files are a valid catalog."""

import re
import shutil
from pathlib import Path

from tests.harness.command import catalogsync

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_files_are_a_valid_catalog(tmp_path: Path) -> None:
    for name, text in re.findall(r"```yaml\n# (\S+\.yaml).*?\n(.*?)```", README, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "images").mkdir()
    shutil.copy(next((ROOT / "examples/catalog/images").glob("*.png")), tmp_path / "images/marginalia.png")
    outcome = catalogsync("validate", root=tmp_path)
    assert outcome.code == 0, outcome.out + outcome.err
    assert "1 product, 1 pool with 2 accounts" in outcome.err
