"""Manifests: what is written is read back, counts as the open pool does, and no other bytes will do."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalogsync.catalog import schema_text
from catalogsync.catalog.sealed.manifest import Manifest, digest, manifest_bytes, manifest_of, read_manifest
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.core.allocate import take_stock
from catalogsync.model.ledger import Batch, Fate, Ledger
from catalogsync.model.pool import Pool
from catalogsync.model.problem import Place
from catalogsync.state.keys import passing_fingerprints
from tests.harness.canary import leaks, password, username

PRINTS = passing_fingerprints()
OTHER = passing_fingerprints()
FILES = {"paperbird.yaml.age": digest(b"one"), "paperbird.txt.age": digest(b"two")}
SHAPE = Draft202012Validator(json.loads(schema_text("manifest")))
NAMES = st.lists(st.integers(0, 40), max_size=12, unique=True)


def pool_of(numbers: Sequence[int], passwords: int = 0, name: str = "paperbird") -> Pool:
    place = Place("pools/paperbird.yaml.age")
    rows = ((username(number), password(number + passwords), place) for number in numbers)
    return Pool(name, place, rows, plain=False)


def written(numbers: Sequence[int]) -> bytes:
    return manifest_bytes(manifest_of(pool_of(numbers), FILES, PRINTS))


@given(NAMES, NAMES, NAMES, st.sampled_from(Fate), st.sampled_from(["paperbird", "origami"]), st.booleans())
def test_a_manifest_that_is_read_back_counts_as_the_open_pool_does(
    there: list[int], first: list[int], second: list[int], fate: Fate, source: str, changed: bool
) -> None:
    ledger = Ledger()
    for number, numbers in enumerate((first, second)):
        gone = pool_of(numbers, passwords=1000 if changed and number else 0)
        batch = Batch(str(number), f"accplanet/p{number}", "k", source, len(gone), fate if number else Fate.SENT)
        ledger.add(batch, b"".join(map(PRINTS.user, gone)), b"".join(map(PRINTS.content, gone)))
    pool, data = pool_of(there), written(there)
    manifest = read_manifest(data)
    sealed = manifest.sealed(pool.place)
    assert manifest_bytes(manifest) == data == written(there)
    assert manifest.is_by(PRINTS)
    assert not manifest.is_by(OTHER)
    assert (len(sealed), sealed.name, list(sealed.users())) == (len(pool), pool.name, [*map(PRINTS.user, pool)])
    assert take_stock(sealed, ledger, PRINTS.users, PRINTS.contents) == take_stock(
        pool, ledger, PRINTS.users, PRINTS.contents
    )
    SHAPE.validate(json.loads(data))
    assert leaks(data.decode()) is None


def test_one_account_more_is_one_line_more_beside_the_sums() -> None:
    before, after = (written(range(count)).decode().splitlines() for count in (3, 4))
    gone, new = ([line for line in lines if line not in others] for lines, others in ((before, after), (after, before)))
    assert [line.split(":")[0].strip() for line in gone] == ['"accounts"', '"mac"']
    assert len(new) == len(gone) + 1


def test_line_ends_of_another_system_are_read() -> None:
    data = written([1, 2])
    assert manifest_bytes(read_manifest(data.replace(b"\n", b"\r\n"))) == data


@pytest.mark.parametrize(
    ("find", "put", "line"),
    [
        (b"{", b"", 2),
        (b'"format"', b'"form"', 1),
        (b"manifest/1", b"manifest/2", 2),
        (b'"paperbird"', b'"Paper bird"', 3),
        (b'"paperbird"', b"null", 3),
        (b'  "key": "', b'  "key": "0', 4),
        (b"sha256:", b"md5:", 5),
        (b'"accounts": 3', b'"accounts": 4', 9),
        (b'"accounts": 3', b'"accounts": "3"', 9),
        (b'"accounts": 3', b'"accounts": 3,\n  "more": 1', 1),
        (b'"accounts": 3', b'"accounts": 3,\n  "accounts": 3', 1),
        (b'"fingerprints": [', b'"fingerprints":[', 1),
        (b'\n  , "', b'\n  , "*', 12),
        (b'\n  , "', b'\n,   "', 1),
        (b'="\n  ],', b'"\n  ],', 13),
        (b'="\n  ],', b'B"\n  ],', 1),
        (b'  "mac": "', b'  "mac": "x', 15),
        (b"}\n", b"}", 1),
        (b"}\n", b"}\n\n", 1),
    ],
)
def test_what_is_not_as_it_is_written_is_refused_where_it_is(find: bytes, put: bytes, line: int) -> None:
    data = written(range(3))
    at = data.rindex(find) if find in (b"}\n", b'="\n  ],') else data.index(find)
    with pytest.raises(Fault) as caught:
        read_manifest(data[:at] + put + data[at + len(find) :])
    assert (caught.value.code, caught.value.line) == ("bad-manifest", line)
    assert "pools encrypt" in str(caught.value.hint)


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 40))
def test_bytes_that_were_put_into_one_do_not_pass_for_what_was_written(noise: bytes, at: int, cut: int) -> None:
    data = written(range(3))
    odd = data[:at] + noise + data[at + cut :]
    assert taken(odd) is (odd.replace(b"\r\n", b"\n") == data)


def taken(odd: bytes) -> bool:
    """Whether bytes pass for a manifest that the owner of the key wrote."""
    try:
        manifest = read_manifest(odd)
    except Fault as fault:
        return fault.code != "bad-manifest" or not 1 <= fault.line <= odd.count(b"\n") + 2
    return manifest.is_by(PRINTS)


@given(st.binary(max_size=64).map(lambda rest: rest + bytes(-len(rest) % 4)))
def test_any_fingerprints_come_back(contents: bytes) -> None:
    users = bytes(range(16)) * (len(contents) // 4)
    manifest = Manifest("paperbird", "0" * 16, FILES, users, contents, "f" * 64)
    assert read_manifest(manifest_bytes(manifest)) == manifest
