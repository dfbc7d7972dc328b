"""Encrypted pools and their manifests, made wrong: what opens is what was sealed, to the last sign."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from catalogsync.catalog import read_catalog
from catalogsync.catalog.sealed.age import open_age
from catalogsync.catalog.sealed.keyring import Keyring, identities_in
from catalogsync.catalog.sealed.manifest import Manifest, digest, manifest_bytes, manifest_of, read_manifest
from catalogsync.catalog.yaml_faults import Fault
from catalogsync.model.errors import StateError, UsageError
from catalogsync.model.pool import Pool, opened
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret
from catalogsync.ports.keys import NoKeys
from catalogsync.state.keys import KeyedFingerprints, parse_key
from tests.catalog.cases.case import write
from tests.fuzz.ground import ground
from tests.fuzz.mutating import mutated
from tests.fuzz.trial import Target, Trial, Wrong, located, said, silent
from tests.harness.canary import password, username
from tests.harness.fake_shop import KEY

_CORPUS: Final = Path(__file__).parent / "corpus"
_FROZEN: Final = Path(__file__).parents[1] / "catalog" / "sops"
_SOPS: Final = "pools/sealed.sops.yaml"
_POOL: Final = f"accounts:\n  - {username(1)}:{password(1)}\n".encode()
_PLAIN: Final = (_POOL, _POOL * 40)
_STATE_KEY: Final = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def targets() -> tuple[Target, ...]:
    """Each kind of file, and the keys to them."""
    return (
        Target("sops", 8, _sops, lambda: _open(b"x: y\n")),
        Target("age", 3, _age),
        Target("manifest", 3, _manifest),
        Target("key", 2, _key),
    )


class _Held(NoKeys):
    def identities(self) -> Sequence[Secret]:
        return identities_in(Secret(_keys()))


@cache
def _keys() -> str:
    return (_FROZEN / "age.key").read_text(encoding="ascii")


@cache
def _catalog() -> Path:
    """A catalog whose one pool is yet to come."""
    nothing = dict.fromkeys(("products/paperbird.yaml", "pools/paperbird.yaml"))
    return write(ground() / "sealed", nothing)


@cache
def _sopses() -> Sequence[bytes]:
    """What the real sops made. Each encryption is another, so that it was written down."""
    return [path.read_bytes() for path in sorted(_FROZEN.glob("*.yaml")) if path.stem != "accounts-file"]


@cache
def _sealed_accounts() -> Sequence[Sequence[str]]:
    found = []
    for data in _sopses():
        reading = read_catalog(_catalog(), pending={_SOPS: data}, keys=_Held())
        if reading.catalog is not None:
            found += [_told(opened(pool)) for pool in reading.catalog.pools.values()]
    assert len(found) > 1, "what the real sops made opens"
    return found


def _told(pool: Pool) -> Sequence[str]:
    return [pool.name, *(f"{account.username.reveal()}:{account.password.reveal()}" for account in pool)]


def _sops(dice: Random) -> Trial:
    data = mutated(dice.choice(_sopses()), _sopses(), dice)
    return Trial(data, lambda: _open(data))


def _open(data: bytes) -> None:
    reading = read_catalog(_catalog(), pending={_SOPS: data}, keys=_Held())
    located(reading.problems, _SOPS, data)
    silent(repr(reading), "what was read of a SOPS file")
    for pool in reading.catalog.pools.values() if reading.catalog else ():
        if _told(opened(pool)) not in _sealed_accounts():
            raise Wrong("a SOPS file was opened that nobody sealed")


@cache
def _ages() -> Sequence[bytes]:
    """Files that open, and one that is for somebody else."""
    return [path.read_bytes() for path in sorted(_CORPUS.glob("*.age"))]


@cache
def _keyring() -> Keyring:
    return Keyring(_Held().identities())


def _age(dice: Random) -> Trial:
    data = mutated(dice.choice(_ages()), _ages(), dice)

    def run() -> None:
        try:
            plain = open_age(data, _keyring())
        except Fault as fault:
            _placed(fault, data)
        else:
            if plain not in _PLAIN:
                raise Wrong("an age file was opened that nobody sealed")

    return Trial(data, run)


@cache
def _prints() -> KeyedFingerprints:
    return KeyedFingerprints(KEY)


@cache
def _manifests() -> Sequence[bytes]:
    place = Place("pools/paperbird.yaml.age")
    pools = [Pool("paperbird", place, [(username(n), password(n), place) for n in range(size)]) for size in (0, 1, 40)]
    return [manifest_bytes(manifest_of(pool, {"paperbird.yaml.age": digest(b"x")}, _prints())) for pool in pools]


@cache
def _written() -> Sequence[Manifest]:
    return [read_manifest(data) for data in _manifests()]


def _manifest(dice: Random) -> Trial:
    data = mutated(dice.choice(_manifests()), _manifests(), dice)

    def run() -> None:
        try:
            manifest = read_manifest(data)
        except Fault as fault:
            _placed(fault, data)
            return
        if manifest_bytes(manifest) != data.replace(b"\r\n", b"\n"):
            raise Wrong("a manifest was taken for another one")
        if manifest.is_by(_prints()) and manifest not in _written():
            raise Wrong("a manifest was taken for authentic that nobody wrote")

    return Trial(data, run)


def _placed(fault: Fault, data: bytes) -> None:
    silent(f"{fault!r} {fault.message} {fault.hint} {fault.__cause__!r}", "an error")
    if fault.line < 1 or fault.column < 1 or fault.line > data.count(b"\n") + data.count(b"\r") + 2:
        raise Wrong(f"{fault.code} has no place")


def _key(dice: Random) -> Trial:
    seeds = [_STATE_KEY.encode(), _keys().encode(), b"", b"A" * 44]
    text = mutated(dice.choice(seeds), seeds, dice).decode("utf-8", "surrogateescape")
    readers: tuple[Callable[[Secret], object], ...] = (parse_key, lambda key: Keyring(identities_in(key)))

    def run() -> None:
        for read in readers:
            try:
                read(Secret(text))
            except (StateError, UsageError) as error:
                if len(text.strip()) > 20 and text.strip() in said(error):
                    raise Wrong("an error shows a key") from None

    return Trial(text, run)
