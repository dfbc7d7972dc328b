"""Manifests beside pools: they stand for pools that nobody here can open, and are held against those that are open."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from catalogsync.catalog import read_catalog
from catalogsync.catalog.reading import Reading
from catalogsync.catalog.sealed.age import seal_age
from catalogsync.catalog.sealing.refreshing import refresh_manifests
from catalogsync.model.config import StateConfig
from catalogsync.model.pool import Pool, SealedPool
from catalogsync.model.secret import Secret
from catalogsync.ports import Fingerprints
from catalogsync.state.keys import passing_fingerprints
from tests.catalog.cases.case import config
from tests.harness.canary import leaks, password, username

IDENTITY = Identity.generate()
STATE, OTHER = passing_fingerprints(), passing_fingerprints()


class Keys:
    """So much is at hand."""

    def __init__(self, *identities: Identity, prints: Fingerprints | None = None) -> None:
        self._identities = identities
        self._prints = prints

    def identities(self) -> list[Secret]:
        return [Secret(str(identity)) for identity in self._identities]

    def fingerprints(self, config: StateConfig) -> Fingerprints | None:
        return self._prints


NONE, STATE_ALONE, AGE_ALONE = Keys(), Keys(prints=STATE), Keys(IDENTITY)
BOTH = Keys(IDENTITY, prints=STATE)


def lines(*numbers: int) -> str:
    return "".join(f"{username(number)}:{password(number)}\n" for number in numbers)


def text(*numbers: int, head: str = "") -> str:
    return f"{head}accounts_text: |\n" + "".join(f"  {line}\n" for line in lines(*numbers).splitlines())


def sealed(content: str) -> bytes:
    return seal_age(content.encode(), [str(IDENTITY.to_public())])


def product(name: str) -> str:
    return f"key: {name}\ntitle: T\ncategory_id: c\ndescription: d\nprice: 1\npool: {name}\n"


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def shop(root: Path) -> Path:
    """A catalog with a pool in each form at rest: whole, with its accounts file, and an accounts file alone."""
    put(
        root,
        {
            "catalogsync.yaml": config(),
            "products/whole.yaml": product("whole"),
            "products/beside.yaml": product("beside"),
            "products/lines.yaml": product("lines"),
            "pools/whole.yaml.age": sealed(text(1, 2, 3)),
            "pools/second.yaml.age": sealed("pool: beside\naccounts_file: kept/second.txt.age\n" + text(4)),
            "pools/kept/second.txt.age": sealed(lines(5, 6)),
            "pools/lines.yaml": "accounts_file: lines.txt.age\n",
            "pools/lines.txt.age": sealed(lines(7)),
        },
    )
    refresh_manifests(root, BOTH, STATE)
    return root


def read(root: Path, keys: Keys) -> Reading:
    reading = read_catalog(root, keys=keys)
    assert leaks(repr(reading.problems)) is None
    return reading


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.file) for problem in reading.problems]


def test_without_the_age_key_pools_are_what_their_manifests_say(tmp_path: Path) -> None:
    root = shop(tmp_path)
    with_key, without = read(root, BOTH), read(root, NONE)
    assert told(with_key) == told(without) == []
    assert with_key.catalog is not None
    assert without.catalog is not None
    assert with_key.catalog.pools.keys() == without.catalog.pools.keys() == {"whole", "beside", "lines"}
    for name, pool in with_key.catalog.pools.items():
        closed = without.catalog.pools[name]
        assert isinstance(pool, Pool)
        assert isinstance(closed, SealedPool)
        assert (len(closed), closed.plain) == (len(pool), pool.plain)
        assert [*closed.users()] == [*map(STATE.user, pool)]
    assert told(read(root, STATE_ALONE)) == told(read(root, AGE_ALONE)) == []


@pytest.mark.parametrize(
    "form",
    [text(9) + "accounts_file: lines.txt.age\n", text(9, head="accounts_file: lines.txt.age\n")],
    ids=["before", "behind"],
)
def test_accounts_in_clear_text_beside_encrypted_ones_are_told_without_the_age_key_too(
    tmp_path: Path, form: str
) -> None:
    root = put(shop(tmp_path), {"pools/lines.yaml": form})
    refresh_manifests(root, BOTH, STATE)
    assert told(read(root, BOTH)) == told(read(root, NONE)) == [("pool-plaintext", "pools/lines.yaml")]


def test_manifests_are_made_once_and_kept_until_their_pools_change(tmp_path: Path) -> None:
    root = shop(tmp_path)
    written = {path: path.read_bytes() for path in root.rglob("*.manifest.json")}
    assert {path.name for path in written} == {"whole.manifest.json", "second.manifest.json", "lines.manifest.json"}
    assert refresh_manifests(root, BOTH, STATE).written == ()
    (root / "pools/whole.yaml.age").unlink()
    (root / "pools/whole.yaml").write_text(text(1, 2, 3))
    (root / "pools/lines.txt.age").write_bytes(sealed(lines(7, 8)))
    (root / "pools/old.manifest.json").write_text("{}")
    done = refresh_manifests(root, BOTH, STATE)
    assert done.written == ("pools/lines.manifest.json",)
    assert done.removed == ("pools/old.manifest.json", "pools/whole.manifest.json")
    assert refresh_manifests(root, STATE_ALONE, STATE).removed == ()
    assert [code for code, _ in told(read(root, BOTH))] == ["pool-plaintext"]


def change_pool(root: Path) -> None:
    (root / "pools/whole.yaml.age").write_bytes(sealed(text(1, 2, 3)))


def change_lines(root: Path) -> None:
    (root / "pools/kept/second.txt.age").write_bytes(sealed(lines(5, 6)))


def rename(root: Path) -> None:
    (root / "pools/lines.yaml").write_text("pool: lines\naccounts_file: lines.txt.age\n")


def lose(root: Path) -> None:
    (root / "pools/whole.manifest.json").unlink()


def orphan(root: Path) -> None:
    (root / "pools/whole.manifest.json").rename(root / "pools/gone.manifest.json")


def forge(root: Path) -> None:
    path = root / "pools/whole.manifest.json"
    path.write_text(path.read_text().replace('"accounts": 3', '"accounts": 2').replace('    "', '    "A', 1))


def reorder(root: Path) -> None:
    path = root / "pools/whole.manifest.json"
    rows = path.read_text().splitlines(keepends=True)
    second, third = rows[10], rows[11]
    rows[10], rows[11] = third, second
    path.write_text("".join(rows))


def lead_out(root: Path) -> None:
    path = root / "pools/whole.manifest.json"
    path.write_text(path.read_text().replace("whole.yaml.age", "../../whole.yaml.age"))


def other_state(root: Path) -> None:
    refresh_manifests(root, BOTH, OTHER)


STALE, BAD, ALIEN = ("manifest-stale",), ("bad-manifest",), ("manifest-other-key",)
CHANGES: list[tuple[Callable[[Path], None], dict[str, tuple[str, ...]]]] = [
    (change_pool, {"none": STALE, "state": STALE, "age": STALE, "both": STALE}),
    (change_lines, {"none": STALE, "state": STALE, "age": STALE, "both": STALE}),
    (rename, {"none": STALE, "state": STALE, "age": STALE, "both": STALE}),
    (
        lose,
        {
            "none": ("no-age-key",),
            "state": ("no-age-key",),
            "age": ("manifest-missing",),
            "both": ("manifest-missing",),
        },
    ),
    (forge, {"none": BAD, "state": BAD, "age": BAD, "both": BAD}),
    (reorder, {"none": (), "state": BAD, "age": (), "both": BAD}),
    (lead_out, {"none": BAD, "state": BAD, "age": BAD, "both": BAD}),
    (other_state, {"none": (), "state": ALIEN * 3, "age": (), "both": ALIEN * 3}),
    (
        orphan,
        {
            "none": ("manifest-orphan", "no-age-key"),
            "state": ("manifest-orphan", "no-age-key"),
            "age": ("manifest-orphan", "manifest-missing"),
            "both": ("manifest-orphan", "manifest-missing"),
        },
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=lambda one: getattr(one, "__name__", ""))
def test_what_does_not_fit_is_told(tmp_path: Path, change: Callable[[Path], None], expected: dict[str, object]) -> None:
    root = shop(tmp_path)
    change(root)
    keys = {"none": NONE, "state": STATE_ALONE, "age": AGE_ALONE, "both": BOTH}
    assert {name: tuple(p.code for p in read(root, at_hand).problems) for name, at_hand in keys.items()} == expected


def test_what_nobody_here_can_open_is_told_only_where_its_manifest_does_not_fit(tmp_path: Path) -> None:
    root = shop(tmp_path)
    change_lines(root)
    lose(root)
    assert refresh_manifests(root, STATE_ALONE, STATE).closed == ("pools/second.yaml.age", "pools/whole.yaml.age")


def test_a_manifest_outlives_a_copy_of_its_pool_in_clear_text(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "pools/whole.yaml").write_text(text(8))
    assert {code for code, _ in told(read(root, BOTH))} == {"pool-plaintext", "same-stem"}
    assert refresh_manifests(root, BOTH, STATE).removed == ()


def test_one_username_in_two_pools_is_found_without_the_age_key(tmp_path: Path) -> None:
    root = shop(tmp_path / "ours")
    other = put(tmp_path / "other", {"catalogsync.yaml": config(), "pools/whole.yaml.age": sealed(text(1, 2, 3, 5))})
    refresh_manifests(other, BOTH, STATE)
    for name in ("pools/whole.yaml.age", "pools/whole.manifest.json"):
        (other / name).replace(root / name)
    # An open pool is compared where the state's key is at hand.
    put(root, {"pools/lines.yaml": f"accounts:\n  - {username(9)}:x\n  - {username(3).upper()}:other\n"})
    (root / "pools/lines.manifest.json").unlink()
    (root / "pools/lines.txt.age").unlink()
    twice = "number 1 in this file has the same username as number 4 in pools/whole.yaml.age"
    sealed_alone = [("pools/second.yaml.age:1:1", twice)]
    assert doubles(read(root, NONE)) == sealed_alone
    assert doubles(read(root, STATE_ALONE)) == [
        ("pools/lines.yaml:3:1", "the same username is number 3 in pools/whole.yaml.age"),
        *sealed_alone,
    ]


def doubles(reading: Reading) -> list[tuple[str, str]]:
    return [
        (str(problem.place), problem.message) for problem in reading.problems if problem.code == "duplicate-account"
    ]
