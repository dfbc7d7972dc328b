"""The state as a file: pulled, closed, pushed into another place, as people do it; and two machines at one bucket."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.harness.bucket_server import Objects, serving
from tests.harness.command import command, environment
from tests.harness.market import Market
from tests.harness.moto_server import CREDENTIALS, new_bucket, running_moto
from tests.harness.shop import Shop


@pytest.fixture
def bucket() -> Objects:
    return Objects()


def in_bucket(shop: Shop, endpoint: str, name: str = "shops", lineage: str | None = None) -> None:
    """Name a place in a bucket in the shop's catalogsync.yaml, and have what it takes to get there."""
    state = {"backend": "object", "url": f"s3://{name}/tea", "options": {"endpoint": endpoint}}
    shop.configure(state={**state, **({"lineage": lineage} if lineage else {})})
    shop.env |= {**CREDENTIALS, "CATALOGSYNC_STATE_KEY": "c2VjcmV0IHN0YXRlIGtleSBvZiB0aGlydHktdHdvIGI="}


def lineage_of(shop: Shop) -> str:
    return (shop.root / "catalogsync.yaml").read_text().rsplit("lineage: ", 1)[1].split()[0]


def twin_of(shop: Shop, root: Path) -> Shop:
    """An old clone: everything as it is now, the state's folder too, on a machine that has seen nothing."""
    subprocess.run(["cp", "-a", str(shop.root), str(root)], check=True)
    twin = Shop(root, shop.market)
    twin.env = {**shop.env, "XDG_CACHE_HOME": str(root.parent / "another-cache")}
    return twin


def test_a_state_moves_from_a_folder_into_a_bucket(shop: Shop, tmp_path: Path, bucket: Objects) -> None:
    shop.product("keys", pool="keys")
    shop.pool("keys", 1, 2)
    assert shop.run("apply", "--auto-approve").code == 0
    file = tmp_path / "moved.jsonl"

    backup = shop.run("state", "pull")
    assert [json.loads(line)["n"] for line in backup.out.splitlines()] == list(range(1, backup.out.count("\n") + 1))
    assert shop.run("state", "pull", "--close").code == 1

    closed = shop.run("state", "pull", file, "--close")
    assert (closed.code, closed.out) == (0, "")
    assert f"catalogsync state push {file}" in closed.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith(backup.out)
    once = file.read_bytes()
    assert shop.run("state", "pull", file, "--close").code == 0
    assert file.read_bytes() == once

    clone = twin_of(shop, tmp_path / "clone")
    for words in (("plan",), ("apply", "--auto-approve"), ("state", "unlock", "--auto-approve"), ("state", "list")):
        refused = clone.run(*words)
        assert refused.code == 1
        assert "the state was moved away from" in refused.err

    key, lineage = (shop.root / ".catalogsync" / "key").read_text().strip(), lineage_of(shop)
    with serving(bucket) as endpoint:
        in_bucket(shop, endpoint, lineage=lineage)
        assert "state key is not the one" in shop.run("state", "push", file).err
        shop.env["CATALOGSYNC_STATE_KEY"] = key
        assert "is missing" in shop.run("plan").err
        (tmp_path / "backup.jsonl").write_text(backup.out)
        refused = shop.run("state", "push", tmp_path / "backup.jsonl")
        assert (refused.code, "--restore" in refused.err) == (1, True)
        assert bucket.objects == {}

        moved = shop.run("state", "push", file)
        assert (moved.code, "It lives here now" in moved.err) == (0, True)
        assert "Nothing to do" in shop.run("state", "push", file).err
        assert shop.run("plan", "--detailed-exitcode").code == 0
        shop.pool("keys", 1, 3)
        assert shop.run("apply", "--auto-approve").code == 0
        assert shop.market.arrivals() == [1] * 3

        assert clone.run("plan").code == 1
        back = clone.run("state", "push", file)
        assert (back.code, "--reopen" in back.err) == (1, True)
        again = shop.run("state", "pull", tmp_path / "now.jsonl")
        assert again.code == 0
        kept = shop.run("state", "pull", shop.root / "products" / "keys.yaml")
        assert (kept.code, "is no copy of a state" in kept.err) == (1, True)


def test_a_state_is_nothing_for_a_terminal(shop: Shop) -> None:
    shop.run("state", "init")
    reader, writer = os.openpty()
    done = subprocess.run(
        command("state", "pull", root=shop.root), env=environment(shop.env), stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    os.close(reader)
    assert done.returncode == 1
    assert b"nothing for a terminal" in done.stderr


@pytest.mark.xdist_group("moto")
def test_of_two_applies_at_one_bucket_one_works(shop: Shop, sandbox: Market, tmp_path: Path) -> None:
    for number in range(4):
        shop.product(f"p-{number}", pool=f"p-{number}")
        shop.pool(f"p-{number}", 2 * number + 1, 2)
    with running_moto(tmp_path) as endpoint:
        in_bucket(shop, endpoint, new_bucket(endpoint))
        assert shop.run("state", "init").code == 0
        clone = twin_of(shop, tmp_path / "clone")
        applies = [each.start("apply", "--auto-approve") for each in (shop, clone)]
        ends = [(each.communicate(timeout=60), each.wait()) for each in applies]
        assert sorted(code for _, code in ends)[0] == 0
        assert {code for _, code in ends} <= {0, 5}, ends
        assert shop.run("plan", "--detailed-exitcode").code == 0
        assert clone.run("plan", "--detailed-exitcode").code == 0
    assert sandbox.arrivals() == [1] * 8
