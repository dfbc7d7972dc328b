"""Pools: accounts in three forms, each in its place; one identity once; a million lines in little memory."""

import random
import tracemalloc
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogsync.catalog import read_accounts, read_catalog
from catalogsync.catalog.accounts import split
from catalogsync.catalog.problems import Refused
from catalogsync.model.catalog import Catalog
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import Pool, identity_of
from tests.catalog.cases.case import Content, config, document, write
from tests.harness.canary import leaks, password, username

POOL = "pools/paperbird.yaml"


def catalog(root: Path, files: Mapping[str, Content]) -> Catalog:
    """A catalog without an error."""
    reading = read_catalog(write(root, files))
    assert reading.catalog is not None, [str(problem) for problem in reading.problems]
    return reading.catalog


def rows(pool: Pool) -> list[tuple[str, str, str, int]]:
    """Username, password, file and line of each account."""
    return [
        (
            account.username.reveal(),
            account.password.reveal(),
            pool.place_of(number).file,
            pool.place_of(number).line,
        )
        for number, account in enumerate(pool)
    ]


def errors(root: Path, files: Mapping[str, Content]) -> list[tuple[str, int, str]]:
    """What is wrong: file, line and code; none of it shows an account."""
    reading = read_catalog(write(root, files))
    for problem in reading.problems:
        assert leaks(repr(problem)) is None
    return [(p.place.file, p.place.line, p.code) for p in reading.problems if p.severity == "error"]


def test_three_forms_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = f"""\
# Keys, seats and phones.
accounts_file: phones.txt
accounts:
  - {{username: {username(1)}, password: "{password(1)}"}}
  - {username(2)}:s3:cr|et

  - username: {username(3)}
    password: 0123
  - CANARYUSER-0815:-
pool: paperbird
accounts_text: |
  {username(4)}|s3:cr|et

  {username(5)}:pa ss # word
"""
    files: dict[str, Content] = {POOL: text, "pools/phones.txt": "79001234567:12\n\n\r\n79001234568|no\r\n"}
    pool = catalog(tmp_path, files).open_pools()["paperbird"]
    assert rows(pool) == [
        ("79001234567", "12", "pools/phones.txt", 1),
        ("79001234568", "no", "pools/phones.txt", 4),
        (username(1), password(1), POOL, 4),
        (username(2), "s3:cr|et", POOL, 5),
        (username(3), "0123", POOL, 7),
        ("CANARYUSER-0815", "-", POOL, 9),
        (username(4), "s3:cr|et", POOL, 12),
        (username(5), "pa ss # word", POOL, 14),
    ]
    assert (pool.name, str(pool.place), pool.plain) == ("paperbird", f"{POOL}:2:1", True)


def test_the_name_is_the_files_unless_written(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "pools/deep/one.yaml": "accounts: []\n",
        "pools/two.yml": "pool: second.pool\naccounts: []\n",
    }
    assert set(catalog(tmp_path, files).pools) == {"paperbird", "one", "second.pool"}


# A line


@pytest.mark.parametrize(
    ("line", "account"),
    [
        ("a:b", ("a", "b")),
        ("a|b", ("a", "b")),
        ("a:b:c|d", ("a", "b:c|d")),
        ("a|b:c", ("a", "b:c")),
        ("CODE:-", ("CODE", "-")),
        ("a::", ("a", ":")),
        ("a:|", ("a", "|")),
        ("a b:c d", ("a b", "c d")),
        ("#a:b", ("#a", "b")),
        ("\"a\":'b'", ('"a"', "'b'")),
        ("ä:ß", ("ä", "ß")),
        ("名:🔑", ("名", "🔑")),
        ("a:" + "x" * 65_000, ("a", "x" * 65_000)),
        ("=:=", ("=", "=")),
        ("<<<<<<<:x", ("<<<<<<<", "x")),
    ],
)
def test_a_line_splits_at_its_first_separator(line: str, account: tuple[str, str]) -> None:
    assert split(line) == account


usual = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


@given(
    st.text(usual, max_size=12)
    | st.text(st.sampled_from(":|ab \t\u00a0\u200b\x85é<=>"), max_size=9)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
def test_a_line_is_an_account_or_is_refused_in_silence(line: str) -> None:
    if plainly_sound(line):
        user, word = split(line)
        assert line in (f"{user}:{word}", f"{user}|{word}")
        assert ":" not in user
        assert "|" not in user
        return
    with pytest.raises(Refused) as refused:
        split(line)
    said = f"{refused.value.code} {refused.value.message} {refused.value.hint} {refused.value}"
    assert len(line) < 12 or line not in said


def plainly_sound(line: str) -> bool:
    """The rules of a line in their plainest words."""
    cut = min((line.find(mark) for mark in ":|" if mark in line), default=0)
    halves = (line[:cut], line[cut + 1 :])
    conflict = line[:7] in ("<" * 7, "=" * 7, ">" * 7, "|" * 7) and line[7:8] in ("", " ")
    return not conflict and all(half and half == half.strip() and half.isprintable() for half in halves)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029\ufeff"), max_size=6)
lines = st.lists(texts | st.sampled_from(["", "", " "]) | st.builds("{}:{}".format, texts, texts), max_size=8)


@given(lines, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_block_and_a_file_hold_the_same_accounts(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, last: bool
) -> None:
    root = tmp_path_factory.mktemp("forms")
    block = f"accounts_text: |2{end}" + end.join(f"  {line}" for line in lines) + (end if last else "")
    write(
        root,
        {
            "pools/paperbird.yaml": block.encode(),
            "pools/file.yaml": "accounts_file: f.txt\n",
            "pools/f.txt": (end.join(lines) + (end if last and lines else "")).encode(),
        },
    )
    reading = read_catalog(root)
    found: dict[str, list[tuple[int, str]]] = {"pools/paperbird.yaml": [], "pools/f.txt": []}
    for problem in reading.problems:
        if problem.place.file in found and problem.severity == "error":
            found[problem.place.file].append((problem.place.line, problem.code))
    sound = [line for line in lines if plainly_sound(line)]
    repeated = len({identity_of(line.replace("|", ":").split(":")[0]) for line in sound}) < len(sound)
    wrong = [number for number, line in enumerate(lines, 1) if not plainly_sound(line) and line.strip(" ")]
    assert repeated or [line for line, code in found["pools/f.txt"] if code != "duplicate-account"] == wrong
    in_block = [line - 1 for line, code in found["pools/paperbird.yaml"] if code != "duplicate-account"]
    assert in_block == [line for line, code in found["pools/f.txt"] if code != "duplicate-account"]


# One identity, once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("canaryuser@example.test", "CanaryUser@EXAMPLE.test"),
        ("canaryuser", "ｃａｎａｒｙｕｓｅｒ"),
        ("canaryusé", "canaryuse\u0301"),
        ("canarystrasse", "canarystraße"),
        ("canaryﬁ", "canaryfi"),
        ("canary①", "canary1"),
        ("canaryuserİ", "canaryuseri̇"),
        ("canaryuserΣ", "canaryuserς"),
        ("canaryuserK", "canaryuserK"),
        ("canaryuserﬄ", "canaryuserFFL"),
    ],
)
def test_forms_of_one_username_are_one_identity(tmp_path: Path, one: str, other: str) -> None:
    assert identity_of(one) == identity_of(other)
    text = f'accounts:\n  - "{one}:1"\n  - "{username(1)}:1"\n  - "{other}:2"\n'
    assert errors(tmp_path, {POOL: text}) == [(POOL, 4, "duplicate-account")]


@pytest.mark.parametrize(("one", "other"), [("canaryuser1", "canaryuser2"), ("canaryusere", "canaryuseré")])
def test_other_usernames_are_others(tmp_path: Path, one: str, other: str) -> None:
    assert len(catalog(tmp_path, {POOL: f"accounts: ['{one}:1', '{other}:1']\n"}).pools["paperbird"]) == 2


@given(st.text(max_size=8))
def test_an_identity_is_its_own_identity(name: str) -> None:
    identity = identity_of(name)
    assert identity_of(identity) == identity
    assert unicodedata.is_normalized("NFKC", identity)
    assert identity_of(unicodedata.normalize("NFD", name)) == identity
    assert identity_of(unicodedata.normalize("NFKC", name)) == identity


def test_the_first_place_stands_in_the_message(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "pools/a.yaml": f"accounts_text: |\n\n  {username(7)}:x\n",
        "pools/b.yaml": "accounts_file: b.txt\n",
        "pools/b.txt": f"{username(8)}:x\n{username(7)}:x\n{username(7).upper()}|y\n",
    }
    reading = read_catalog(write(tmp_path, files))
    told = {str(p.place): p.message for p in reading.problems if p.code == "duplicate-account"}
    assert told == {
        "pools/b.txt:2:1": "the same username stands in pools/a.yaml:3",
        "pools/b.txt:3:1": "the same username stands in pools/a.yaml:3",
    }


# Clear text


@pytest.mark.parametrize(
    ("setting", "public", "severity"),
    [
        ("false", False, "warning"),
        ("false", True, "error"),
        ("true", False, None),
        ("true", True, None),
        ('"error"', False, "error"),
        ("error", True, "error"),
    ],
)
def test_clear_text(tmp_path: Path, setting: str, public: bool, severity: str | None) -> None:
    files: dict[str, Content] = {"catalogsync.yaml": config(safety=f"{{allow_plaintext_pools: {setting}}}")}
    reading = read_catalog(write(tmp_path, files), ci_public=public)
    told = [problem.severity for problem in reading.problems if problem.code == "pool-plaintext"]
    assert told == ([] if severity is None else [severity])
    assert (reading.catalog is None) == (severity == "error")


def test_an_empty_pool_is_not_in_clear_text(tmp_path: Path) -> None:
    reading = read_catalog(write(tmp_path, {POOL: "accounts: []\n"}), ci_public=True)
    assert reading.catalog is not None
    assert reading.problems == ()


# Products and pools


def test_a_pool_that_nobody_sells_is_a_warning(tmp_path: Path) -> None:
    files: dict[str, Content] = {"products/paperbird.yaml": None}
    assert [p.code for p in catalog(tmp_path, files).warnings] == ["pool-plaintext", "pool-unused"]


def test_manual_products_may_ask_for_more_than_there_is(tmp_path: Path) -> None:
    text = document(pool="paperbird", delivery="manual", min_quantity="50")
    files: dict[str, Content] = {"products/paperbird.yaml": text}
    assert [p.code for p in catalog(tmp_path, files).warnings] == ["pool-plaintext"]


# Large pools


def many(count: int) -> dict[str, Content]:
    """A pool of so many lines."""
    shuffled = random.Random(7)
    rows = (f"canaryuser{number}@example.test:{shuffled.getrandbits(40):x}\n" for number in range(count))
    return {POOL: "accounts_file: many.txt\n", "pools/many.txt": "".join(rows)}


def test_many_lines(tmp_path: Path) -> None:
    count = 200_000
    pool = catalog(tmp_path, many(count)).open_pools()["paperbird"]
    assert len(pool) == count
    assert pool[count - 1].username.reveal() == f"canaryuser{count - 1}@example.test"
    assert pool.place_of(count - 1).line == count


def test_many_lines_take_little_memory(tmp_path: Path) -> None:
    root = write(tmp_path, many(20_000))
    size = (root / "pools/many.txt").stat().st_size
    read_catalog(root)
    tracemalloc.start()
    reading = read_catalog(root)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.catalog is not None
    assert kept < 2 * size
    # Beside them, a piece of the file as bytes, text and lines.
    assert most < 8 * size


def test_the_last_of_many_lines_is_the_first_again(tmp_path: Path) -> None:
    count = 50_000
    text = "".join(f"canaryuser{number}:x\n" for number in range(count)) + "CANARYUSER0:x\n"
    files: dict[str, Content] = {POOL: "accounts_file: many.txt\n", "pools/many.txt": text}
    assert errors(tmp_path, files) == [("pools/many.txt", count + 1, "duplicate-account")]


def test_lines_are_counted_across_pieces(tmp_path: Path) -> None:
    """A file is read a mebibyte at a time; lines, characters and line ends lie across those seams."""
    line = "canaryuser{}é:" + "€" * 500
    text = "\r\n".join(line.format(number) for number in range(2_000)) + "\r\nno separator"
    files: dict[str, Content] = {POOL: "accounts_file: many.txt\n", "pools/many.txt": text}
    assert len(text.encode()) > 2 << 20
    assert errors(tmp_path, files) == [("pools/many.txt", 2_001, "account-no-separator")]


def test_a_bad_byte_is_placed_behind_many_lines(tmp_path: Path) -> None:
    text = b"".join(b"canaryuser%d:x\n" % number for number in range(100_000)) + b"a:b\nc:\xff\n"
    files: dict[str, Content] = {POOL: "accounts_file: many.txt\n", "pools/many.txt": text}
    assert errors(tmp_path, files) == [("pools/many.txt", 100_002, "not-utf-8")]


# A file of accounts that belongs to no catalog


def test_reading_accounts_alone(tmp_path: Path) -> None:
    file = tmp_path / "pools"
    file.write_text(f"{username(1)}:a\r\n\n{username(2)}|b")
    found = [(account.username.reveal(), account.password.reveal()) for account in read_accounts(file)]
    assert found == [(username(1), "a"), (username(2), "b")]


def test_bad_accounts_alone_are_told_in_silence(tmp_path: Path) -> None:
    file = tmp_path / "pools"
    file.write_text(f"{username(1)}\n{username(2)}:x\n{username(3)}: x\n")
    with pytest.raises(CatalogError) as caught:
        read_accounts(file)
    assert [(p.place.line, p.code) for p in caught.value.problems] == [
        (1, "account-no-separator"),
        (3, "account-outer-space"),
    ]
    assert leaks(repr(caught.value) + repr(caught.value.problems)) is None
    with pytest.raises(CatalogError):
        read_accounts(tmp_path / "none.txt")
