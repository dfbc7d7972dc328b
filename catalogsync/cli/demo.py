"""`catalogsync demo`: the whole loop on the example catalog, against a sandbox of its own."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from catalogsync.cli.session import Session, pass_session
from catalogsync.core.surroundings import for_child
from catalogsync.model.errors import CatalogsyncError

EXAMPLE_URL: Final = "http://127.0.0.1:8900"
"""Where the example catalog expects the sandbox; the demo puts its own sandbox's address there."""
CONFIG: Final = "catalogsync.yaml"
PRODUCT: Final = "products/courses/watercolour-basics.yaml"
BOUGHT: Final = "harbour-tea-10"
TOPPED_UP: Final = "pennywhistle-vault"
TAMPERED: Final = "marginalia-1y"
"""Keys of the example's products that the story needs."""


@click.command(short_help="Watch the whole loop by itself.")
@pass_session
def command(session: Session) -> int:
    """Watch the whole loop: validate, plan, apply, no changes, an edit and a stranger's edit, apply again.

    Needs no key and no network: it starts a sandbox of its own, works on a copy of the example catalog, and removes
    both when it is done.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="catalogsync-demo-") as folder, _sandbox(session, Path(folder)) as base:
        _Demo(session, Path(folder) / "shop", base).play()
    return 0


class _Demo:
    def __init__(self, session: Session, root: Path, base: str) -> None:
        import shutil

        from catalogsync.catalog import example_catalog

        self.session = session
        self.root = root
        self.base = base
        shutil.copytree(example_catalog(), root)
        self._replace(CONFIG, EXAMPLE_URL, base)

    def play(self) -> None:
        """The story, in seven acts. Every exit code is checked."""
        self._title("A supplier's catalog: products, images and pools of accounts, as files")
        self._run("validate")
        self._replace(CONFIG, "allow_plaintext_pools: false", "allow_plaintext_pools: true")
        self.session.say(
            "\nThese accounts are invented, so we set `allow_plaintext_pools: true` and hear no more of it."
        )
        self._title("What would happen to the shop? Looking changes nothing")
        self._run("plan", "--detailed-exitcode", code=2)
        self._title("Do it: listings are created empty, then the accounts follow in growing batches")
        self._run("apply", "--auto-approve")
        self._title("And again: nothing is left to do, and no account is ever sent twice")
        self._run("plan", "--detailed-exitcode")
        self._title("Now things happen: we change a price, customers buy, a stranger edits a listing")
        self._edit_sell_and_tamper()
        self._title("The plan tells our change from the stranger's. A sale is no change, but one pool is topped up")
        self._run("plan", "--detailed-exitcode", code=2)
        self._title("Put things right, and look once more")
        self._run("apply", "--auto-approve")
        self._run("plan", "--detailed-exitcode")
        self._title("Where things stand")
        self._run("status")
        self.session.say(
            "\nThat was the whole loop. Your turn: `catalogsync sandbox`, and the README's five-minute tour.\n"
        )

    def _edit_sell_and_tamper(self) -> None:
        price = re.search(r"^price: .*$", (self.root / PRODUCT).read_text(encoding="utf-8"), re.MULTILINE)
        if price is None:
            raise CatalogsyncError(f"the example catalog has no price in {PRODUCT}")
        self._replace(PRODUCT, price.group(), 'price: "16.50"')
        self.session.say(f'  we         {PRODUCT}: {price.group()} becomes "16.50"')
        # Listings carry their product's key as source_product_id where the catalog gives none.
        listings = {item["source_product_id"]: item for item in self._admin("GET", "/admin/api/products")["products"]}
        for key, quantity in ((BOUGHT, 1), (TOPPED_UP, 2)):
            self._admin("POST", "/admin/api/sell", {"product_id": listings[key]["product_id"], "quantity": quantity})
            self.session.say(f"  customers  {quantity} of “{listings[key]['title']}”")
        tampered = listings[TAMPERED]
        fields = {"title": f"{tampered['title']} (CHEAP!!)", "price": "1.49"}
        self._admin("POST", "/admin/api/edit", {"product_id": tampered["product_id"], "fields": fields})
        self.session.say(f"  a stranger “{tampered['title']}” is now “{fields['title']}”, for {fields['price']}")

    def _title(self, text: str) -> None:
        self.session.say(click.style(f"\n── {text}\n", bold=True) if self.session.color else f"\n── {text}\n")

    def _run(self, *words: str, code: int = 0) -> None:
        self.session.say(f"$ catalogsync {shlex.join(words)}")
        sys.stdout.flush()
        environ = {**for_child(self.session.environ), "ACCPLANET_API_KEY": "sandbox", "HSTOCKPLUS_API_KEY": "sandbox"}
        # It is a shop of its own, whatever CI job or state the surrounding shell belongs to.
        for name in ("CI", "CI_PROJECT_VISIBILITY", "REPO_VISIBILITY"):
            environ.pop(name, None)
        environ["XDG_CACHE_HOME"] = str(self.root.parent / "cache")
        done = subprocess.run(
            [sys.executable, "-m", "catalogsync", "-C", str(self.root), *words], env=environ, timeout=120, check=False
        )
        if done.returncode != code:
            raise CatalogsyncError(f"`catalogsync {shlex.join(words)}` ended with {done.returncode}, not {code}")

    def _replace(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def _admin(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        import http.client
        from urllib.parse import urlsplit

        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = answer.read()
            if answer.status != 200:
                raise CatalogsyncError(f"the sandbox answered {answer.status} to {path}")
            return json.loads(data)
        finally:
            connection.close()


@contextmanager
def _sandbox(session: Session, folder: Path) -> Iterator[str]:
    """A sandbox in a process of its own. Gives its AccPlanet base URL."""
    words = [
        sys.executable,
        "-m",
        "catalogsync",
        "-q",
        "sandbox",
        "--port",
        "0",
        "--db",
        str(folder / "sandbox.sqlite"),
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=for_child(session.environ)) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line.startswith("accplanet"):
                raise CatalogsyncError("the sandbox did not start", "`catalogsync sandbox` says why")
            yield line.split()[1]
        finally:
            server.terminate()
