"""What a pull request shows: annotations on the lines of a catalog that is a part of its repository, and a comment."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.harness.command import environment
from tests.harness.market import Market
from tests.harness.shop import Shop

ON_GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "shop/catalog",
    "GITHUB_RUN_ID": "7",
}


@pytest.fixture
def nested(tmp_path: Path, sandbox: Market) -> Shop:
    """A catalog in a folder of a repository."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, env=environment())
    root = tmp_path / "shops" / "north"
    root.mkdir(parents=True)
    shop = Shop(root, sandbox)
    shop.configure(safety={"min_price": "5.00"})
    shop.env = {**shop.env, **ON_GITHUB}
    return shop


def test_a_plan_annotates_lines_and_stdout_stays_the_document(nested: Shop, tmp_path: Path) -> None:
    nested.write("products/cheap.yaml", "title: Cheap\ncategory_id: c\ndescription: x\nprice: 4.00\n")
    done = nested.run("plan", "--format", "json", "--report", tmp_path / "out.md", "--report", tmp_path / "out.html")
    assert done.code == 4
    assert json.loads(done.out)["blocked"][0]["rule"] == "min_price"
    assert (
        "::error file=shops/north/products/cheap.yaml,line=4,title=min_price%3A cheap::price 4.00 is below the minimum "
        "of 5.00; if that is meant, `--allow min_price=4.00`\n"
    ) in done.err
    comment = (tmp_path / "out.md").read_text()
    assert comment.startswith("<!-- catalogsync:plan accplanet -->\n### ⛔ BLOCKED by 1 safety rule")
    assert "(`products/cheap.yaml:4`)" in comment
    assert "`out.html` in [this run](https://github.example/shop/catalog/actions/runs/7)" in comment

    nested.env["GITHUB_ACTIONS"] = "false"
    assert "::error" not in nested.run("plan").err


def test_validate_names_files_from_the_root_of_the_repository(nested: Shop) -> None:
    nested.write("products/odd.yaml", "title: Odd\ncategory_id: c\ndescription: x\nprice: much\n")
    done = nested.run("validate", "--format", "github")
    assert done.code == 1
    assert done.out.startswith("::error file=shops/north/products/odd.yaml,line=4,col=8,title=")
