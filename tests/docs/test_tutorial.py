"""The tutorial can be walked, and shows what is shown."""

from pathlib import Path

from tests.docs.pages import page
from tests.docs.walk import Walk
from tests.harness.market import Market


def test_the_tutorial_can_be_walked(tmp_path: Path, sandbox: Market) -> None:
    walk = Walk(sandbox, tmp_path)
    walk.through(page("docs/tutorial.md"))
    assert walk.runs == page("docs/tutorial.md").count("\ncatalogsync ") - 1  # the sandbox is there already
