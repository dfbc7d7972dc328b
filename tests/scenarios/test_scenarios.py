"""Whole stories: a catalog, a market, what happens, and the plan that comes of it, in every format, byte by byte.

Each folder beside this file is one story:

    catalog/       what the supplier has in the end
    before/        files as they were at the first apply (optional; laid over catalog/)
    story.json     settings and seed of the market, whether there was a first apply, what strangers and buyers did then,
                   words for plan, and the exit code that plan must have
    plan.txt       the plan as text
    plan.json      the plan as a document, without what differs from run to run

`CATALOGSYNC_WRITE_SCENARIOS=1 python -m pytest tests/scenarios` writes plan.txt and plan.json anew, to be read.
"""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.harness.command import Outcome, catalogsync
from tests.harness.market import Market

HERE = Path(__file__).parent
STORIES = sorted(path.name for path in HERE.iterdir() if (path / "story.json").exists())


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str, tmp_path: Path, sandbox: Market) -> None:
    story = json.loads((HERE / name / "story.json").read_text())
    root = tmp_path / "shop"
    _lay(HERE / name / "catalog", root, sandbox)
    sandbox.configure(ids="sequential", **story.get("settings", {}))
    if "seed" in story:
        sandbox.post("/seed", {"products": story["seed"]})
    if story.get("applied"):
        _first_apply(HERE / name, root, sandbox)
    for step in story.get("then", []):
        product_id = sandbox.product(step["title"])["product_id"]
        sandbox.post(f"/{step['do']}", {**step.get("body", {}), "product_id": product_id})

    text = _run("plan", *story.get("words", []), root=root)
    document = _run("plan", "--format", "json", *story.get("words", []), root=root)

    assert (text.code, document.code) == (story["exit"], story["exit"]), text.err
    _compare(HERE / name / "plan.txt", text.out)
    _compare(HERE / name / "plan.json", _timeless(document.out))


def _first_apply(folder: Path, root: Path, market: Market) -> None:
    """Apply the catalog as it was before, then lay it out as it is now."""
    if (folder / "before").exists():
        shutil.copytree(folder / "before", root, dirs_exist_ok=True)
    assert _run("apply", "--auto-approve", "--parallel", "1", root=root).code == 0
    config = (root / "catalogsync.yaml").read_text()
    for part in ("products", "pools"):
        shutil.rmtree(root / part, ignore_errors=True)
    _lay(folder / "catalog", root, market)
    (root / "catalogsync.yaml").write_text(config)


def _lay(catalog: Path, root: Path, market: Market) -> None:
    shutil.copytree(catalog, root, dirs_exist_ok=True)
    config = root / "catalogsync.yaml"
    config.write_text(config.read_text().replace("http://127.0.0.1:8900", market.base))


def _run(*words: str, root: Path) -> Outcome:
    return catalogsync(*words, root=root)


def _timeless(text: str) -> str:
    """A plan without what differs from run to run."""
    document: dict[str, Any] = json.loads(text)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", document["digest"])
    for name in ("created_at", "digest", "tool_version"):
        del document[name]
    if document["state"]:
        document["state"] = {"lineage": "…", "serial": "…"}
    images = re.compile(r"/media/product_images/[0-9a-f]{64}\.webp")
    return images.sub("/media/product_images/….webp", json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _compare(expected: Path, found: str) -> None:
    if os.environ.get("CATALOGSYNC_WRITE_SCENARIOS"):
        expected.write_text(found)
    assert found == expected.read_text()
