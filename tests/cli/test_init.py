"""A catalog begins: what is written, what is refused, and that nobody is asked where nobody is."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from tests.harness.canary import API_KEY
from tests.harness.command import Outcome, catalogsync
from tests.harness.market import Market
from tests.harness.repositories import git

WRITTEN = {
    ".gitattributes",
    ".gitignore",
    ".schemas/config.schema.json",
    ".schemas/defaults.schema.json",
    ".schemas/pool.schema.json",
    ".schemas/product.schema.json",
    "catalogsync.yaml",
    "pools/sample.yaml",
    "products/sample.yaml",
}


def files(root: Path) -> dict[str, bytes]:
    """All files of a folder but those of the state."""
    found = (path for path in root.rglob("*") if path.is_file() and ".catalogsync" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def init(root: Path, *words: str, **env: str) -> Outcome:
    return catalogsync("init", *words, root=root, env=env)


def test_without_a_shop_it_begins_with_a_sample_that_is_sound_and_cannot_be_sold(
    tmp_path: Path, sandbox: Market
) -> None:
    """The folder is made, relative to -C; no key and no network is needed; the lines for editors lead to a schema."""
    begun = init(tmp_path, "deep/shop", "--url", f"{sandbox.base}/", ACCPLANET_API_KEY="")
    root = tmp_path / "deep/shop"
    assert begun.code == 0, begun.err
    assert files(root).keys() == WRITTEN
    for name, content in files(root).items():
        first = content.decode().splitlines()[0]
        if name.endswith(".yaml"):
            assert first.startswith("# yaml-language-server: $schema=")
            assert ((root / name).parent / first.partition("=")[2]).is_file(), name
    assert "lineage: " in (root / "catalogsync.yaml").read_text()
    checked = catalogsync("validate", root=root)
    assert (checked.code, "1 product, 1 pool with 2 accounts" in checked.err) == (0, True)
    assert catalogsync("apply", "--auto-approve", root=root).code == 0
    (listing,) = sandbox.products()
    assert (listing["status"], listing["stock"], sandbox.arrivals()) == ("inactive", 0, [])

    before = files(root)
    again = init(tmp_path, "deep/shop")
    assert again.code == 1
    assert "catalogsync.yaml is there already" in again.err
    assert "catalogsync import" in again.err
    assert files(root) == before


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    """Files of other names are no hindrance; a .gitignore is left alone, and what it lacks is told."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".gitignore").write_text(".env\n.catalogsync\n")
    (tmp_path / "products").mkdir()
    (tmp_path / "products/sample.yaml").write_text("mine")
    (tmp_path / "pools").write_text("no folder")
    before = files(tmp_path)
    refused = init(tmp_path, "--auto-approve")
    assert refused.code == 1
    assert "pools/sample.yaml, products/sample.yaml" in refused.err
    assert files(tmp_path) == before

    (tmp_path / "pools").unlink()
    (tmp_path / "products/sample.yaml").rename(tmp_path / "products/notes.yaml")
    before = files(tmp_path)
    unsound = init(tmp_path)
    assert unsound.code == 1
    assert "products/notes.yaml:1:1" in unsound.err
    assert "nothing was changed" in unsound.err
    assert files(tmp_path) == before
    assert not (tmp_path / ".catalogsync").exists()

    (tmp_path / "products/notes.yaml").unlink()
    begun = init(tmp_path)
    assert begun.code == 0, begun.err
    assert files(tmp_path).keys() == WRITTEN | {"notes.txt"}
    assert (tmp_path / ".gitignore").read_text() == ".env\n.catalogsync\n"
    assert "/*.csv" in begun.err
    assert ".env" not in begun.err

    (tmp_path / "catalogsync.yaml").unlink()
    lost = init(tmp_path)
    assert lost.code == 1
    assert "the state of an earlier catalog" in lost.err


def test_ci_is_what_the_repository_has_unless_something_else_is_said(tmp_path: Path) -> None:
    """Files of CI lie at the top of the repository and name the catalog's folder; what is there stays as it is."""
    root, key = tmp_path / "Tea & more/shop", b64encode(bytes(32)).decode()
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    git(tmp_path, "remote", "add", "origin", "https://github.com/example/shop")
    unsealed = init(tmp_path, str(root), "--ci", "github")
    assert (unsealed.code, "openssl rand -base64 32" in unsealed.err) == (1, True)
    begun = init(tmp_path, str(root), "--api-key-env", "TEA_KEY")
    assert begun.code == 0, begun.err
    assert "The state is in a folder here, where CI cannot get at it" in " ".join(begun.err.split())
    beside = {name: text.decode() for name, text in files(tmp_path / ".github").items()}
    assert beside.keys() == {
        "actions/catalogsync/action.yml",
        *(f"workflows/catalogsync-{name}-tea-more-shop.yml" for name in ("apply", "drift", "plan")),
    }
    apply = yaml.safe_load(beside["workflows/catalogsync-apply-tea-more-shop.yml"])
    assert apply[True]["push"] == {"branches": ["trunk"]}
    assert apply["jobs"]["apply"]["steps"][1]["with"]["working-directory"] == "Tea & more/shop"
    assert apply["jobs"]["apply"]["steps"][1]["env"]["TEA_KEY"] == "${{ secrets.TEA_KEY }}"
    zizmor = Path(sys.executable).with_name("zizmor")
    sound = subprocess.run([zizmor, "--offline", "--quiet", "--persona", "auditor", tmp_path], capture_output=True)
    assert sound.returncode == 0, sound.stdout

    (tmp_path / ".github/workflows/catalogsync-plan.yml").write_text("mine")
    refused = init(tmp_path, CATALOGSYNC_STATE_KEY=key)
    assert (refused.code, "catalogsync-plan.yml" in refused.err, "--ci none" in refused.err) == (1, True, True)
    assert not (tmp_path / "catalogsync.yaml").exists()
    (tmp_path / ".gitlab-ci.yml").write_text("stages: [mine]\n")
    other = init(tmp_path, "other", "--ci", "gitlab", CI="true", CATALOGSYNC_STATE_KEY=key)
    assert other.code == 0, other.err
    assert "- local: .gitlab/catalogsync.yml" in other.err
    assert "- cd other\n" in (tmp_path / ".gitlab/catalogsync.yml").read_text()
    assert "remote: origin" in (tmp_path / "other/catalogsync.yaml").read_text()
    assert files(tmp_path).keys() & {".gitlab-ci.yml", "catalogsync.yaml"} == {".gitlab-ci.yml"}


def test_what_was_written_is_taken_back_where_the_state_cannot_be_made(tmp_path: Path) -> None:
    refused = init(tmp_path, "shop", CATALOGSYNC_STATE_KEY="no key")
    assert (refused.code, "CATALOGSYNC_STATE_KEY" in refused.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_in_ci_the_state_is_not_made(tmp_path: Path) -> None:
    begun = init(tmp_path, CI="true")
    assert begun.code == 0, begun.err
    assert "catalogsync state init" in begun.err
    assert not (tmp_path / ".catalogsync").exists()
    assert "lineage:" not in (tmp_path / "catalogsync.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--url", "accplanet.com"), "begins with https://"),
        (("--url", "http://accplanet.com"), "https://"),
        (("--url", f"https://{API_KEY}@accplanet.com"), "user name or password"),
        (("--api-key-env", API_KEY), "the NAME of an environment variable"),
        (("--api-key-env", "A1B2C3D4E5F6A1B2C3D4E5F6A1B2"), "the NAME of an environment variable"),
    ],
    ids=str,
)
def test_a_wrong_address_or_name_is_refused_without_being_quoted(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    refused = init(tmp_path, *words)
    assert refused.code == 1
    assert says in refused.err
    assert words[1] not in refused.err.replace("`", "")
    assert files(tmp_path) == {}
