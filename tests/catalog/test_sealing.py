"""Files of pools are encrypted and decrypted whole or not at all; the next run finishes what one that died began."""

import resource
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from catalogsync.catalog import read_catalog
from catalogsync.catalog.files import Folder
from catalogsync.catalog.sealed.age import open_age, readers_of, seal_age
from catalogsync.catalog.sealed.keyring import Keyring
from catalogsync.catalog.sealing.decrypting import Decryption
from catalogsync.catalog.sealing.encrypting import Encryption
from catalogsync.catalog.sealing.plain_files import plain_files
from catalogsync.catalog.sealing.references import renamed
from catalogsync.catalog.sealing.rotating import Rotation
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import CatalogError
from catalogsync.model.secret import Secret
from catalogsync.ports import NoKeys
from tests.catalog.cases.case import config, write
from tests.harness.canary import leaks, password, username

POOL, LINES, CODES = "pools/tea.yaml", "pools/in/tea.txt", "pools/codes.yml"
FILES = {
    POOL: (
        f"# Mine, \u2615\r\npool: teas\r\naccounts_file: 'in/tea.txt'  # here\r\naccounts:\r\n- {username(1)}:x\r\n"
    ).encode(),
    LINES: f"\ufeff{username(2)}:{password(2)}\r\n\r\n{username(3)}:-".encode(),
    CODES: f"accounts_text: |\n  {username(4)}:{password(4)}\n# {username(5)}:-".encode(),
}
SEALED = {POOL: FILES[POOL].replace(b"tea.txt", b"tea.txt.age"), LINES: FILES[LINES], CODES: FILES[CODES]}
"""What is in the encrypted files: the pool names its accounts file as it is called now."""


class Keys(NoKeys):
    """An age key at hand."""

    def __init__(self) -> None:
        self.identity = Identity.generate()
        self.recipient = str(self.identity.to_public())
        self.ring = Keyring(self.identities())

    def identities(self) -> Sequence[Secret]:
        return (Secret(str(self.identity)),)


KEYS = Keys()
OTHERS = Keys()


def there(root: Path) -> dict[str, bytes]:
    """Every file below pools/, the hidden ones too."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("pools/**/*") if path.is_file()}


def put(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def encrypt(root: Path, *names: str, keys: NoKeys = KEYS, to: str = KEYS.recipient) -> dict[str, str]:
    encryption = Encryption(root, keys)
    done: dict[str, str] = {}
    for job in encryption.jobs(names or None):
        done |= encryption.encrypt(job, lambda _: (to,))
    return done


def told(attempt: Callable[[], object]) -> tuple[str, str]:
    """Place and code of the one error that an attempt comes to."""
    with pytest.raises(CatalogError) as caught:
        attempt()
    (problem,) = (problem for problem in caught.value.problems if problem.severity == "error")
    assert leaks(str(problem)) is None
    return str(problem.place), problem.code


def refuse(_: object, *__: object) -> bytes:
    raise AssertionError("no SOPS file is here")


def test_what_is_encrypted_is_the_same_to_the_byte_and_comes_back_private(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    assert plain_files(Folder(tmp_path)) == [CODES, LINES, POOL]
    assert encrypt(tmp_path) == {name: f"{name}.age" for name in FILES}
    sealed = there(tmp_path)
    assert {name: open_age(data, KEYS.ring) for name, data in sealed.items()} == {
        f"{n}.age": d for n, d in SEALED.items()
    }
    assert (plain_files(Folder(tmp_path)), encrypt(tmp_path), there(tmp_path)) == ([], {}, sealed)
    assert encrypt(tmp_path, f"{POOL}.age") == {}
    back = Decryption(tmp_path, KEYS, lambda _: (KEYS.recipient,), refuse)
    for name in FILES:
        assert back.decrypt(f"{name}.age") == name
    assert there(tmp_path) == FILES
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in FILES} == {0o600}


def moments() -> Iterable[dict[str, bytes]]:
    """What a run can leave that dies: everything encrypted is written before anything in clear text goes."""
    sealed = {f"{name}.age": seal_age(data, [KEYS.recipient]) for name, data in SEALED.items()}
    written = [{}, {"pools/in/.tea.txt.age.4194305.tmp": b"age-encr"}, {f"{LINES}.age": sealed[f"{LINES}.age"]}]
    steps = [*written, {f"{POOL}.age": sealed[f"{POOL}.age"]}]
    for state in accumulate(steps, lambda before, step: before | step):
        yield FILES | state
    for gone in ((POOL,), (POOL, LINES)):
        both = FILES | sealed
        yield {name: data for name, data in both.items() if name not in gone}


@pytest.mark.parametrize("left", list(moments()), ids=range(6))
def test_the_next_run_finishes_what_one_that_died_began(tmp_path: Path, left: dict[str, bytes]) -> None:
    put(tmp_path, left)
    encrypt(tmp_path)
    assert {name: open_age(data, KEYS.ring) for name, data in there(tmp_path).items()} == {
        f"{name}.age": data for name, data in SEALED.items()
    }


def test_nothing_is_lost_where_the_two_may_differ(tmp_path: Path) -> None:
    mine, newer = seal_age(FILES[CODES], [KEYS.recipient]), seal_age(b"accounts: ['N:-']", [KEYS.recipient])
    for encrypted, keys in ((mine, OTHERS), (mine, NoKeys()), (newer, KEYS), (b"accounts: []", KEYS)):
        files = {CODES: FILES[CODES], f"{CODES}.age": encrypted}
        put(tmp_path, files)
        assert told(partial(encrypt, tmp_path, CODES, keys=keys))[0] == f"{CODES}.age:1:1"
        assert there(tmp_path) == files
    back = Decryption(tmp_path, KEYS, lambda _: (), refuse)
    put(tmp_path, {f"{CODES}.age": newer})
    assert told(lambda: back.decrypt(f"{CODES}.age")) == (f"{CODES}:1:1", "encrypted-twin")


def test_a_broken_pool_a_link_and_a_full_disk_change_nothing(tmp_path: Path) -> None:
    put(tmp_path, FILES | {"pools/slip.yaml": f"accounts:\n- {username(6)}\n".encode()})
    (tmp_path / "pools/link.yaml").symlink_to("tea.yaml")
    before = there(tmp_path)
    assert told(lambda: encrypt(tmp_path, "pools/slip.yaml")) == ("pools/slip.yaml:2:3", "account-no-separator")
    assert told(lambda: encrypt(tmp_path, "pools/link.yaml")) == ("pools/link.yaml:1:1", "linked-file")
    put(tmp_path, {LINES: f"{username(2)}:x\n{password(3)[:-2]}\n".encode()})
    assert told(lambda: encrypt(tmp_path, POOL)) == (f"{LINES}:2:1", "account-no-separator")
    put(tmp_path, {LINES: FILES[LINES]})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        found = told(lambda: encrypt(tmp_path, CODES))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert found[1] == "unwritable-file"
    assert there(tmp_path) == before


def test_an_accounts_file_alone_changes_its_name_in_the_pool_in_clear_text_or_encrypted(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    assert encrypt(tmp_path, LINES) == {LINES: f"{LINES}.age"}
    assert (tmp_path / POOL).read_bytes() == SEALED[POOL]

    put(tmp_path, FILES | {f"{POOL}.age": seal_age(FILES[POOL], [KEYS.recipient])})
    (tmp_path / POOL).unlink()
    (tmp_path / f"{LINES}.age").unlink()
    place, code = told(lambda: encrypt(tmp_path, LINES, keys=OTHERS))
    assert (place, code) == (f"{LINES}:1:1", "unnamed-accounts")
    encrypt(tmp_path, LINES)
    assert open_age((tmp_path / f"{POOL}.age").read_bytes(), KEYS.ring) == SEALED[POOL]
    assert not (tmp_path / LINES).exists()
    Decryption(tmp_path, KEYS, lambda _: (KEYS.recipient,), refuse).decrypt(f"{LINES}.age")
    assert open_age((tmp_path / f"{POOL}.age").read_bytes(), KEYS.ring) == FILES[POOL]


def test_what_is_called_encrypted_and_is_not_is_found_and_encrypted(tmp_path: Path) -> None:
    """An editor saved over it, say."""
    put(tmp_path, {f"{CODES}.age": FILES[CODES], "pools/a.txt.age": FILES[LINES], "pools/s.sops.yaml": FILES[CODES]})
    assert plain_files(Folder(tmp_path)) == ["pools/a.txt.age", f"{CODES}.age", "pools/s.sops.yaml"]
    encrypt(tmp_path, f"{CODES}.age", "pools/a.txt.age")
    assert open_age((tmp_path / f"{CODES}.age").read_bytes(), KEYS.ring) == FILES[CODES]
    assert open_age((tmp_path / "pools/a.txt.age").read_bytes(), KEYS.ring) == FILES[LINES]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("accounts: []", False),
        ("pool: x\naccounts_text: |\n\n", False),
        ("accounts_file: x.txt", False),
        ("", False),
        ("acounts: [a]", True),
        ("- a", True),
        ("accounts:\n- {username: a}", True),
        ("accounts: [", True),
        ("? [a]\n: {b: [c]}", True),
    ],
)
def test_a_look_at_a_pool_file_tells_whether_it_may_hold_accounts(tmp_path: Path, text: str, counts: bool) -> None:
    put(tmp_path, {"pools/x.yaml": text.encode(), "pools/README.md": b"# Keys\n\nSee: docs\n", "pools/x.txt": b"\n"})
    found = plain_files(Folder(tmp_path))
    named = ["pools/x.txt"] if text == "accounts_file: x.txt" else []
    assert found == named + ["pools/x.yaml"] * counts
    assert plain_files(Folder(tmp_path), ["pools/gone.yaml", "pools/gone.yaml.age"]) == ["pools/gone.yaml"]


@pytest.mark.parametrize("name", ["a.txt", '"a.txt"', "'a.txt'"])
def test_a_reference_is_changed_as_it_is_written(name: str) -> None:
    text = f"pool: x\naccounts_file: {name}\naccounts: [b]\n".encode()
    changed = renamed(text, lambda raw: f"{raw}.age")
    assert changed.replace(b".age", b"") == text
    assert renamed(changed, lambda raw: raw.removesuffix(".age")) == text
    for odd in ('"a.tx\\x74"', "|-\n  a.txt"):
        with pytest.raises(Fault):
            renamed(f"accounts_file: {odd}\n".encode(), lambda raw: raw.removesuffix(".txt"))


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize(("allowed", "severity"), [("false", "warning"), ("true", None), ('"error"', "error")])
def test_an_accounts_file_in_clear_text_is_told_where_it_stands(
    tmp_path: Path, allowed: str, severity: str | None, public: bool
) -> None:
    sealed = seal_age(b"accounts_file: more.txt", [KEYS.recipient])
    settings = {"catalogsync.yaml": config(safety=f"{{allow_plaintext_pools: {allowed}}}")}
    write(
        tmp_path,
        {**settings, "pools/paperbird.yaml": None, "pools/paperbird.yaml.age": sealed, "pools/more.txt": "A:b"},
    )
    reading = read_catalog(tmp_path, ci_public=public, keys=KEYS)
    told = [(str(problem.place), problem.severity) for problem in reading.problems if problem.code == "pool-plaintext"]
    due = "error" if public and severity else severity
    assert told == ([("pools/more.txt:1:1", due)] if due else [])


def test_rotation_gives_each_file_a_new_key_and_leaves_what_it_cannot_open(tmp_path: Path) -> None:
    sealed = {
        "pools/a.yaml.age": seal_age(b"accounts: []", [KEYS.recipient]),
        "pools/b.txt.age": seal_age(b"", [OTHERS.recipient]),
    }
    put(tmp_path, sealed)
    rotation = Rotation(tmp_path, KEYS, refuse)
    assert rotation.files() == ["pools/a.yaml.age", "pools/b.txt.age"]
    assert readers_of(sealed["pools/a.yaml.age"]) == 1
    for name in rotation.files():
        with suppress(CatalogError):
            rotation.rotate(name, [KEYS.recipient, OTHERS.recipient])
    after = there(tmp_path)
    assert readers_of(after["pools/a.yaml.age"]) == 2
    assert open_age(after["pools/a.yaml.age"], OTHERS.ring) == b"accounts: []"
    assert after["pools/b.txt.age"] == sealed["pools/b.txt.age"]
