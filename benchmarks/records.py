"""What an apply writes into the state: nothing but its own begin and end where nothing is to be done."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.report import Row
from benchmarks.shop import Shop

_GROUP: Final = 25
"""So many creates share one record of intents and one of ends."""
_WORK: Final = ("intent", "outcome")


def measure(shop: Shop) -> list[Row]:
    """Count what three applies write: of nothing, of a group of creates, of accounts for one listing."""
    with _records(shop) as unchanged:
        shop.run("apply", "--auto-approve")
    for number in range(_GROUP):
        _write_product(shop.root, f"new-{number:02d}")
    with _records(shop) as created:
        shop.run("apply", "--auto-approve")
    _write_product(shop.root, "new-00", "pool: new-00")
    (shop.root / "pools/new-00.yaml").write_text("accounts_text: |\n  one@example.test:pass-1\n", encoding="utf-8")
    with _records(shop) as appended:
        shop.run("apply", "--auto-approve")
    return [
        _row("records, apply of unchanged products", shop.count, unchanged, sum(unchanged.values())),
        _row("records, a group of creates", _GROUP, created, sum(created[kind] for kind in _WORK)),
        _row("records, an append", 1, appended, sum(appended[kind] for kind in _WORK)),
    ]


def _row(what: str, size: int, kinds: Counter[str], count: int) -> Row:
    named = ", ".join(f"{number} {kind}" if number > 1 else kind for kind, number in kinds.items())
    return Row(f"{what} ({named})", size, str(sum(kinds.values())), "", count, 2, "records")


@contextmanager
def _records(shop: Shop) -> Iterator[Counter[str]]:
    """Counts the records by their type that come to the state meanwhile."""
    kinds: Counter[str] = Counter()
    before = shop.store.hint()
    yield kinds
    for number in range(before + 1, shop.store.hint() + 1):
        kinds[json.loads(shop.store.get(number) or b"{}").get("type", "lost")] += 1


def _write_product(root: Path, key: str, more: str = "") -> None:
    text = f'title: {key}\ncategory: courses\ndescription: <p>{key}</p>\nprice: "9.99"\n{more}\n'
    (root / f"products/{key}.yaml").write_text(text, encoding="utf-8")
