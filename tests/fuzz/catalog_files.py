"""The catalog's own files, made wrong: products, defaults, pools, accounts files, `catalogsync.yaml`."""

import os
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from catalogsync.catalog import read_accounts, read_catalog
from catalogsync.model.errors import CatalogError
from catalogsync.model.pool import opened
from tests.catalog.bad_inputs import CASES, GOOD
from tests.catalog.cases.case import Content, base, document, pool, write
from tests.fuzz.ground import ground
from tests.fuzz.mutating import mutated
from tests.fuzz.trial import Target, Trial, located, silent
from tests.harness.canary import password, username
from tests.harness.disguise import ROOTS

_LARGE: Final = 32 * 1024
"""Larger files among the cases are no seeds: what they are about, repetition finds by itself."""
_EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "catalog"
_PRODUCT: Final = "products/deep/er/case.yaml"
_DEFAULTS: Final = "products/deep/_defaults.yaml"
_POOL: Final = "pools/paperbird.yaml"
_CONFIG: Final = "catalogsync.yaml"
_LINE: Final = f"{username(7)}:{password(7)}\n"
_NAMED: Final = re.compile(r"(pool `|<pool |')[a-z0-9][a-z0-9._-]{0,99}(`|: |')")
"""A pool's name, which is shown: a mutation may have made it of a part of an account."""


def targets() -> tuple[Target, ...]:
    """Every kind of file in a catalog."""

    def prepare() -> None:
        for data in (b"", b"title: x\nprice: y\n", document().encode()):
            _read(_PRODUCT, data)

    return (
        Target("product", 24, _file_target(_PRODUCT, _is_product), prepare),
        Target("defaults", 6, _file_target(_DEFAULTS, _is_product)),
        Target("config", 10, _file_target(_CONFIG, _is_config)),
        Target("pool", 20, _file_target(_POOL, _is_pool)),
        Target("accounts", 8, _accounts),
    )


def _is_product(name: str) -> bool:
    return name.startswith("products/")


def _is_config(name: str) -> bool:
    return name == _CONFIG


def _is_pool(name: str) -> bool:
    return name.startswith("pools/") and name.endswith((".yaml", ".yml"))


def _is_lines(name: str) -> bool:
    return name.startswith("pools/") and name.endswith(".txt")


def _file_target(name: str, fits: Callable[[str], bool]) -> Callable[[Random], Trial]:
    def draw(dice: Random) -> Trial:
        seeds = _seeds(fits)
        data = mutated(dice.choice(seeds), seeds, dice)
        return Trial(data, lambda: _read(name, data))

    return draw


def _read(name: str, data: bytes) -> None:
    reading = read_catalog(_catalog(), pending={name: data})
    located(reading.problems, name, data)
    if reading.catalog is None and not any(problem.severity == "error" for problem in reading.problems):
        raise AssertionError("nothing was read, and nothing is wrong")
    if name == _POOL:
        silent(_NAMED.sub("", repr(reading)), "what was read of a pool")
        for held in reading.catalog.pools.values() if reading.catalog else ():
            for index in range(min(len(held), 3)):
                silent(repr(opened(held)[index]), "an account")


def _accounts(dice: Random) -> Trial:
    seeds = _seeds(_is_lines)
    data = mutated(dice.choice(seeds), seeds, dice)

    def run() -> None:
        path = ground() / f"{os.getpid()}.txt"
        path.write_bytes(data)
        try:
            silent(repr(read_accounts(path)[:3]), "accounts")
        except CatalogError as error:
            located(error.problems, path.name, data)
            silent(repr(error.problems), "what is wrong with accounts")

    return Trial(data, run)


@cache
def _catalog() -> Path:
    """A valid catalog: what is made wrong lies over it, in memory."""
    root = ground() / "catalog"
    absent: dict[str, Content] = dict.fromkeys(("products/paperbird.yaml", "products/pottery.yaml"))
    files = {**absent, _DEFAULTS: document(title=None), _POOL: pool(1), "pools/lines.txt": _LINE}
    return write(root, files)


@cache
def _seeds(fits: Callable[[str], bool]) -> Sequence[bytes]:
    """Every good and bad file of a kind that the repository knows."""
    cases = [base(), *(case.files for case in CASES), *(case.files for case in GOOD)]
    files: list[tuple[str, Content]] = [pair for case in cases for pair in case.items()]
    files += [
        (path.relative_to(_EXAMPLES).as_posix(), path.read_bytes()) for path in _EXAMPLES.rglob("*") if path.is_file()
    ]
    found: dict[bytes, None] = {}
    for name, content in files:
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        if isinstance(data, bytes) and len(data) <= _LARGE and fits(name):
            found[data] = None
    return [data for data in found if data] or [ROOTS[0].encode()]
