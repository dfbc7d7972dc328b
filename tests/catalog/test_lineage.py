"""Writing `state.lineage`: one entry more, and every other byte of the file as it was."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog import read_config, write_lineage
from catalogsync.model.errors import CatalogError, StateError

LINEAGE = "0a1b2c3d-4e5f"
MARKET = 'mine: {type: accplanet, base_url: "https://market.example/", api_key_env: MINE_KEY}'
BASE = f"version: 1 # of the format\nmarketplaces:\n    {MARKET}\n"
JSON_MARKET = '{"mine": {"type": "accplanet", "base_url": "https://market.example", "api_key_env": "MINE_KEY"}}'
HERE = "<here>"


def written(root: Path, before: str | bytes) -> str:
    """The file after the lineage was written into it."""
    path = root / "catalogsync.yaml"
    path.write_bytes(before.encode() if isinstance(before, str) else before)
    write_lineage(root, LINEAGE)
    assert os.listdir(root) == ["catalogsync.yaml"]
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "entry"),
    [
        (f"{BASE}{HERE}", f"state:\n  lineage: {LINEAGE}\n"),
        (f"{BASE[:-1]}{HERE}", f"\nstate:\n  lineage: {LINEAGE}\n"),
        (f"{BASE}# the end\n\n{HERE}", f"state:\n  lineage: {LINEAGE}\n"),
        (f"{BASE}# the end{HERE}", f"\nstate:\n  lineage: {LINEAGE}\n"),
        (f"\ufeff{BASE}{HERE}", f"state:\n  lineage: {LINEAGE}\n"),
        (f"%YAML 1.2\n---\n{BASE}{HERE}", f"state:\n  lineage: {LINEAGE}\n"),
        (f"{BASE}categories:\n  a: |\n    text\n{HERE}", f"state:\n  lineage: {LINEAGE}\n"),
        (f"  version: 1\n  marketplaces:\n   {MARKET}\n{HERE}", f"  state:\n    lineage: {LINEAGE}\n"),
        (f"{BASE}state:\n  {HERE}backend: file\n  path: x # ours\n", f"lineage: {LINEAGE}\n  "),
        (f"{BASE}state: # ours\n      # a folder\n      {HERE}path: x\n", f"lineage: {LINEAGE}\n      "),
        (f"state:\n  {HERE}path: 'x'\n\n{BASE}", f"lineage: {LINEAGE}\n  "),
        (f"{BASE}'state':\n  {HERE}path:   x\n", f"lineage: {LINEAGE}\n  "),
        (f"{BASE}state: {{{HERE}path: x}} # ours\n", f"lineage: {LINEAGE}, "),
        (f"{BASE}state: {{ {HERE}path: ü, backend: file }}\n", f"lineage: {LINEAGE}, "),
        (f"{BASE}state: {{\n  {HERE}path: x,\n  backend: file\n}}\n", f"lineage: {LINEAGE},\n  "),
        (f"{BASE}state: {{{HERE}}}\n", f"lineage: {LINEAGE}"),
        (f"# Größe 🎉\n{BASE}categories: {{größe: x}}\nstate: {{{HERE}path: 🎉}}\n", f"lineage: {LINEAGE}, "),
        (f'{{{HERE}"version": 1, "marketplaces": {JSON_MARKET}}}\n', f'"state": {{"lineage": "{LINEAGE}"}}, '),
        (
            f'{{\n  {HERE}"version": 1,\n  "marketplaces": {JSON_MARKET}\n}}\n',
            f'"state": {{"lineage": "{LINEAGE}"}},\n  ',
        ),
        (
            f'{{"version": 1, "state": {{{HERE}"path": "x"}}, "marketplaces": {JSON_MARKET}}}',
            f'"lineage": "{LINEAGE}", ',
        ),
        (f'{{"version": 1, "state": {{{HERE}}}, "marketplaces": {JSON_MARKET}}}', f'"lineage": "{LINEAGE}"'),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_this_is_added(tmp_path: Path, before: str, entry: str, end: str) -> None:
    before = before.replace("\n", end)
    if "\n" not in before:
        end = "\n"
    after = written(tmp_path, before.replace(HERE, ""))
    assert after == before.replace(HERE, entry.replace("\n", end))
    config, problems = read_config(tmp_path)
    assert problems == ()
    assert config is not None
    assert config.state.lineage == LINEAGE


def test_it_is_written_once(tmp_path: Path) -> None:
    after = written(tmp_path, BASE)
    before = (tmp_path / "catalogsync.yaml").stat()
    write_lineage(tmp_path, LINEAGE)
    assert (tmp_path / "catalogsync.yaml").stat().st_ino == before.st_ino
    assert (tmp_path / "catalogsync.yaml").read_text() == after


def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    real = tmp_path / "deep/real.yaml"
    real.write_text(BASE)
    real.chmod(0o660)
    (tmp_path / "catalogsync.yaml").symlink_to("deep/real.yaml")
    write_lineage(tmp_path, LINEAGE)
    assert (tmp_path / "catalogsync.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o660
    assert LINEAGE in real.read_text()
    assert os.listdir(tmp_path / "deep") == ["real.yaml"]


@pytest.mark.parametrize(
    "before",
    [
        f"{BASE}...\n",
        f"{BASE}? state\n: path: x\n",
        f"{BASE}state:\n  ? path\n  : x\n",
        f"{BASE}state: {{ # ours\n  path: x}}\n",
        f"{BASE}state:\n  path: x\n".replace("\n", "\r"),
        f"{BASE}state: {{lineage: another-one}}\n",
    ],
)
def test_what_cannot_be_added_is_left_to_the_user(tmp_path: Path, before: str) -> None:
    path = tmp_path / "catalogsync.yaml"
    path.write_bytes(before.encode())
    with pytest.raises(StateError) as refused:
        write_lineage(tmp_path, LINEAGE)
    assert f"lineage: {LINEAGE}" in str(refused.value.hint)
    assert path.read_bytes().decode() == before
    assert os.listdir(tmp_path) == ["catalogsync.yaml"]


def test_a_bad_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalogsync.yaml"
    path.write_text(f"{BASE}state:\n")
    with pytest.raises(CatalogError) as refused:
        write_lineage(tmp_path, LINEAGE)
    assert [problem.code for problem in refused.value.problems] == ["null"]
    assert path.read_text() == f"{BASE}state:\n"


comments = st.sampled_from(["", "\n", "# one\n", "  # two: {three}\n", "\n# state:\n"])
states = st.sampled_from(
    [
        "",
        "state: {path: x}\n",
        "state: {}\n",
        "state:\n  # first\n  path: x\n",
        'state:\n    "path": "x # y"\n    backend: file # z\n',
        "state: {\n    path: x, # y\n  }\n",
    ]
)
others = st.sampled_from(
    ["drift: warn # or ignore\n", "categories: {a: '1'}\n", "safety:\n  max_deletes: 30%\n", 'notify: [{"env": N}]\n']
)


@given(
    st.lists(st.tuples(comments, others), unique_by=lambda pair: pair[1]), states, comments, st.permutations(range(3))
)
def test_a_piece_is_put_in_and_nothing_is_taken_out(
    tmp_path_factory: pytest.TempPathFactory, rest: list[tuple[str, str]], state: str, end: str, order: list[int]
) -> None:
    parts = [BASE, "".join(comment + other for comment, other in rest), state]
    before = "".join(parts[number] for number in order) + end
    after = written(tmp_path_factory.mktemp("lineage"), before)
    same = next((at for at, char in enumerate(before) if after[at] != char), len(before))
    assert after.endswith(before[same:])
    assert len(after) - len(before) < 40
    assert LINEAGE in after


OLD = "9f8e7d6c-5b4a"


@pytest.mark.parametrize(
    "before",
    [
        f"{BASE}state:\n  lineage: {OLD} # ours\n",
        f"{BASE}state:\n  path: x\n  lineage: '{OLD}'\n",
        f'{BASE}state: {{path: x, "lineage": "{OLD}"}}\n',
        f"state: {{lineage: {OLD}}}\n# {OLD}\n{BASE}",
        f"\ufeffstate:\n  lineage:\n    {OLD}\n{BASE}",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_another_lineage_takes_its_place(tmp_path: Path, before: str, end: str) -> None:
    path = tmp_path / "catalogsync.yaml"
    before = before.replace("\n", end)
    path.write_bytes(before.encode())
    write_lineage(tmp_path, LINEAGE, instead=True)
    first = before.index(OLD)
    assert path.read_bytes().decode() == before[:first] + LINEAGE + before[first + len(OLD) :]
    config, problems = read_config(tmp_path)
    assert problems == ()
    assert config is not None
    assert config.state.lineage == LINEAGE


def test_a_lineage_in_a_form_that_cannot_be_exchanged_stays_and_is_to_be_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "catalogsync.yaml"
    before = f'{BASE}state:\n  lineage: "9f8e7d6c\\x2d5b4a"\n'
    path.write_text(before)
    with pytest.raises(StateError, match="cannot be written") as caught:
        write_lineage(tmp_path, LINEAGE, instead=True)
    assert LINEAGE in (caught.value.hint or "")
    assert path.read_text() == before


def test_where_none_is_named_it_is_added(tmp_path: Path) -> None:
    path = tmp_path / "catalogsync.yaml"
    path.write_text(BASE)
    write_lineage(tmp_path, LINEAGE, instead=True)
    assert path.read_text() == f"{BASE}state:\n  lineage: {LINEAGE}\n"
