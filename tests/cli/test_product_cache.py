"""What product files came to is kept for commands that change nothing, and for no other."""

import os
from pathlib import Path

from tests.catalog.cases.case import document, write
from tests.harness.command import catalogsync


def test_only_commands_that_change_nothing_use_the_cache(tmp_path: Path) -> None:
    root, env = tmp_path / "shop", {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    kept = tmp_path / "cache" / "catalogsync" / "products"
    write(root, {f"products/{number}.yaml": document(title=f"Seat {number}") for number in range(420)})

    assert catalogsync("export", tmp_path / "sheet.csv", root=root, env=env).code == 0
    assert not kept.exists()

    first = catalogsync("validate", root=root, env=env)
    assert first.code == 0
    slices = [Path(folder) / name for folder, _, names in os.walk(kept) for name in names]
    assert slices
    assert sum(path.read_bytes().count(b"Six evenings.") for path in slices) == 422
    assert catalogsync("validate", root=root, env=env) == first

    (root / "products/7.yaml").write_text(document(price="0"))
    assert "products/7.yaml:4:8: bad-price" in catalogsync("validate", root=root, env=env).out
