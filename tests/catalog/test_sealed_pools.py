"""Encrypted pools are read in memory, with their places, by whichever key fits; what was changed is refused."""

import os
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest

from catalogsync.catalog import Reading, read_catalog
from catalogsync.catalog.problems import Problems, Refused
from catalogsync.catalog.sealed.age import seal_age
from catalogsync.catalog.sealed.keyring import Keyring, identities_in
from catalogsync.catalog.sealed.sops_events import open_sops
from catalogsync.model.config import StateConfig
from catalogsync.model.pool import Pool
from catalogsync.model.secret import Secret
from catalogsync.ports.journal import Fingerprints
from tests.catalog.cases.case import Content, pool, write
from tests.catalog.cases.sealed import AGE, FROZEN, SOPS, WHOLE, frozen, instead, without
from tests.harness.canary import leaks, password, username

FIRST, SECOND = identities_in(Secret((FROZEN / "age.key").read_text("ascii")))
RECIPIENT = Keyring([FIRST]).recipients


class Keys:
    """These identities are at hand, and it is counted how often they are asked for."""

    def __init__(self, *identities: Secret) -> None:
        self._identities = identities
        self.asked = 0

    def identities(self) -> tuple[Secret, ...]:
        self.asked += 1
        return self._identities

    def fingerprints(self, config: StateConfig) -> Fingerprints | None:
        return None


def read(root: Path, files: Mapping[str, Content], *identities: Secret) -> Reading:
    """A catalog with an encrypted pool; nothing that is said of it shows an account."""
    reading = read_catalog(write(root, files), keys=Keys(*(identities or (FIRST,))))
    assert leaks(repr(reading)) is None
    return reading


def opened(root: Path, files: Mapping[str, Content], *identities: Secret) -> Pool:
    """Its pool, which can be read."""
    reading = read(root, files, *identities)
    assert reading.catalog is not None, [str(problem) for problem in reading.problems]
    found = reading.catalog.pools["paperbird"]
    assert isinstance(found, Pool)
    return found


def told(reading: Reading) -> list[tuple[str, int, int, str]]:
    """What is wrong: file, line, column and code."""
    errors = (problem for problem in reading.problems if problem.severity == "error")
    return [(problem.place.file, problem.place.line, problem.place.column, problem.code) for problem in errors]


def rows(pool: Pool) -> list[tuple[str, str, str]]:
    """Username, password and place of each account."""
    accounts = ((account.username.reveal(), account.password.reveal()) for account in pool)
    return [(*account, f"{pool.place_of(n).file}:{pool.place_of(n).line}") for n, account in enumerate(accounts)]


def sealed(text: str, *, armored: bool = False) -> bytes:
    """An age file."""
    if not armored:
        return seal_age(text.encode(), RECIPIENT)
    from pyrage import encrypt
    from pyrage.x25519 import Recipient

    return encrypt(text.encode(), [Recipient.from_str(RECIPIENT[0])], armored=True)


# What is read


def test_a_sops_file_is_read_in_its_own_places(tmp_path: Path) -> None:
    found = opened(tmp_path, instead(SOPS, WHOLE))
    assert rows(found) == [
        (username(1), password(1), f"{SOPS}:5"),
        (username(2), password(2), f"{SOPS}:6"),
        ("79001234567", "12", f"{SOPS}:9"),
        (username(3), "a b # c", f"{SOPS}:10"),
        (username(4), "ä:ö", f"{SOPS}:10"),
    ]
    assert (found.name, str(found.place), found.plain) == ("paperbird", f"{SOPS}:2:1", False)


@pytest.mark.parametrize(
    ("name", "identity"), [("two-recipients", FIRST), ("two-recipients", SECOND), ("mac-only-encrypted", FIRST)]
)
def test_any_fitting_key_opens_it(tmp_path: Path, name: str, identity: Secret) -> None:
    found = opened(tmp_path, instead(SOPS, frozen(name)), identity)
    assert [row[:2] for row in rows(found)] == [(username(n), password(n)) for n in (1, 2)]


@pytest.mark.parametrize(("name", "armored"), [(AGE, False), (AGE, True), ("pools/paperbird.age", False)])
def test_an_age_file_is_read_with_the_places_in_it(tmp_path: Path, name: str, armored: bool) -> None:
    found = opened(tmp_path, instead(name, sealed(f"# Two.\n{pool(1, 2)}", armored=armored)), SECOND, FIRST)
    assert rows(found) == [(username(n), password(n), f"{name}:{n + 2}") for n in (1, 2)]
    assert (found.name, str(found.place), found.plain) == ("paperbird", f"{name}:2:1", False)


@pytest.mark.parametrize("file", ["lines.txt.age", "lines.age"])
@pytest.mark.parametrize("inner", ["plain", "age"])
def test_an_encrypted_accounts_file(tmp_path: Path, file: str, inner: str) -> None:
    text = f"accounts_file: {file}\n"
    name, content = (AGE, sealed(text)) if inner == "age" else ("pools/paperbird.yaml", text)
    lines = sealed(f"{username(1)}:x\r\n\n{username(2)}|y")
    found = opened(tmp_path, instead(AGE, None) | {name: content, f"pools/{file}": lines})
    assert rows(found) == [(username(1), "x", f"pools/{file}:1"), (username(2), "y", f"pools/{file}:3")]
    assert not found.plain


def test_one_part_in_clear_text_makes_a_pool_plain(tmp_path: Path) -> None:
    lines = f"{username(8)}:x\n{username(9)}:y\n"
    beside = opened(tmp_path / "a", instead(SOPS, frozen("accounts-file"), **{"pools/lines.txt": lines}))
    within = opened(
        tmp_path / "b", {"pools/paperbird.yaml": pool(1) + "accounts_file: l.age\n", "pools/l.age": sealed(lines)}
    )
    assert (beside.plain, len(beside), within.plain, len(within)) == (True, 2, True, 3)


def test_many_lines_of_an_age_file(tmp_path: Path) -> None:
    lines = "".join(f"canaryuser{number}:x\n" for number in range(100_000))
    found = opened(tmp_path, {"pools/paperbird.yaml": "accounts_file: l.age\n", "pools/l.age": sealed(lines)})
    assert (len(found), found.place_of(99_999).line) == (100_000, 100_000)


# What is refused


def test_without_a_fitting_key_it_is_said_which_file(tmp_path: Path) -> None:
    reading = read(tmp_path, instead(SOPS, WHOLE), SECOND)
    assert told(reading) == [(SOPS, 1, 1, "no-fitting-key")]
    assert reading.encrypted == {SOPS: False}
    files: dict[str, Content] = {"pools/paperbird.yaml": "accounts_file: l.age\n", "pools/l.age": sealed("a:b")}
    assert told(read(tmp_path / "lines", files, SECOND)) == [("pools/l.age", 1, 1, "no-fitting-key")]


def test_a_key_with_a_slip_in_it_is_told_and_not_shown(tmp_path: Path) -> None:
    reading = read(tmp_path, instead(SOPS, WHOLE), Secret("AGE-SECRET-KEY-1CANARYKEY"))
    assert told(reading) == [(SOPS, 1, 1, "unusable-age-key")]


def test_what_was_no_text_is_told_value_by_value(tmp_path: Path) -> None:
    reading = read(tmp_path, instead(SOPS, frozen("numbers")))
    assert told(reading) == [(SOPS, line, 17, "sops-not-text") for line in (3, 5, 7, 9)]


def test_what_is_wrong_in_a_pool_is_told_in_its_encrypted_place(tmp_path: Path) -> None:
    wrong = f"accounts:\n  - {username(1)}\n  - {username(2)}: x\n"
    assert told(read(tmp_path, instead(AGE, sealed(wrong)))) == [
        (AGE, 2, 5, "account-no-separator"),
        (AGE, 3, 5, "account-quote-it"),
    ]
    twice = instead(SOPS, WHOLE, **{"pools/other.yaml": pool(1)})
    assert told(read(tmp_path / "twice", twice)) == [(SOPS, 5, 1, "duplicate-account")]


@pytest.mark.parametrize("cut", [100, 230, -1])
def test_an_age_file_that_was_cut_off(tmp_path: Path, cut: int) -> None:
    assert told(read(tmp_path, instead(AGE, sealed(pool(1))[:cut]))) == [(AGE, 1, 1, "damaged-encryption")]


def change(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


LINES = WHOLE.splitlines(keepends=True)
VALUE, LAST, MAC = LINES[4], LINES[9], next(line for line in LINES if line.startswith("    mac:"))
ANOTHER = frozen("two-recipients")


@pytest.mark.parametrize(
    ("tampered", "line"),
    [
        (change(WHOLE, VALUE, VALUE.replace("data:", "data:AAAA")), 5),
        (change(WHOLE, VALUE, VALUE.replace("iv:", "iv:AAAA")), 5),
        (change(WHOLE, VALUE, VALUE + VALUE), LINES.index(MAC) + 2),
        (change(WHOLE, VALUE, ""), LINES.index(MAC)),
        (change(WHOLE, LAST, ""), LINES.index(MAC)),
        (change(WHOLE, VALUE, VALUE.replace("type:str", "type:comment")), LINES.index(MAC) + 1),
        (change(WHOLE, LINES[3], LINES[3].replace("type:comment", "type:str")), LINES.index(MAC) + 1),
        (change(WHOLE, VALUE + "".join(LINES[5:8]), "".join(LINES[5:8]) + VALUE), LINES.index(MAC) + 1),
        (change(WHOLE, "accounts_text:", "accounts_file:"), 10),
        (change(WHOLE, MAC, next(x for x in ANOTHER.splitlines(keepends=True) if "mac:" in x)), LINES.index(MAC) + 1),
        (change(WHOLE, 'lastmodified: "2', 'lastmodified: "1'), LINES.index(MAC) + 1),
        (f"{WHOLE}    mac_only_encrypted: true\n", LINES.index(MAC) + 1),
        (WHOLE[: WHOLE.index("\nsops:")] + frozen("numbers")[frozen("numbers").index("\nsops:") :], 2),
    ],
    ids=[
        "data",
        "iv",
        "again",
        "dropped",
        "last",
        "commented",
        "uncommented",
        "moved",
        "key",
        "mac",
        "time",
        "kind",
        "of",
    ],
)
def test_what_was_changed_without_the_key_is_refused(tmp_path: Path, tampered: str, line: int) -> None:
    found = told(read(tmp_path, instead(SOPS, tampered)))
    assert [(file, at, code) for file, at, _, code in found] == [(SOPS, line, "damaged-encryption")]


# What never happens


def test_plain_catalogs_ask_for_no_key(tmp_path: Path) -> None:
    keys = Keys()
    assert read_catalog(write(tmp_path, {}), keys=keys).catalog is not None
    assert keys.asked == 0


@pytest.mark.parametrize(
    ("text", "identity"),
    [(WHOLE, SECOND), (without("mac"), FIRST), (change(WHOLE, MAC, MAC.replace("data:", "data:AAAA")), FIRST)],
)
def test_errors_carry_no_account(text: str, identity: Secret) -> None:
    """Neither an error, nor what Python would say of it."""
    with pytest.raises(Refused) as caught:
        open_sops(SOPS, text.encode(), Problems(), lambda: Keyring([identity]))
    assert leaks("".join(traceback.format_exception(caught.value))) is None
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_nothing_is_written(tmp_path: Path) -> None:
    before = {*tmp_path.rglob("*")} | {*Path(os.environ.get("TMPDIR", "/tmp")).glob("tmp*sops*")}
    opened(tmp_path, instead(SOPS, WHOLE))
    made = {path.name for path in {*tmp_path.rglob("*")} - before if path.is_file()}
    assert made == {
        "catalogsync.yaml",
        "paperbird.yaml",
        "pottery.yaml",
        "paperbird.sops.yaml",
        "wheel.png",
        "long.html",
    }
