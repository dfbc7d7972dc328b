"""A supplier's catalog in a test, and the commands run on it."""

import json
from pathlib import Path
from typing import Any

from tests.harness.canary import password, username
from tests.harness.command import Outcome, Started, catalogsync, start
from tests.harness.market import Market

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Shop:
    """A catalog in a folder of its own, at a sandbox."""

    def __init__(self, root: Path, market: Market) -> None:
        self.root = root
        self.market = market
        self.env: dict[str, str] = {}
        self.settings: dict[str, Any] = {"recovery": {"settle": "1s"}}
        root.mkdir(parents=True, exist_ok=True)
        self.configure()

    def configure(self, **settings: Any) -> None:
        """Write catalogsync.yaml; JSON is YAML. What `state init` or an apply wrote into it is kept."""
        self.settings.update(settings)
        config = {
            "version": 1,
            "marketplaces": {
                "accplanet": {
                    "type": "accplanet",
                    "base_url": self.market.base,
                    "api_key_env": "ACCPLANET_API_KEY",
                }
            },
            "categories": {"streaming": "c-1", "courses": "c-2"},
            **self.settings,
        }
        lines = [f"{name}: {json.dumps(value)}" for name, value in config.items()]
        path = self.root / "catalogsync.yaml"
        if path.exists() and "state" not in settings:
            before = path.read_text()
            lines += ["state:" + before.split("\nstate:", 1)[1]] if "\nstate:" in before else []
        path.write_text("\n".join(lines) + "\n")

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the catalog."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(text)
        return file

    def product(self, key: str, **fields: Any) -> None:
        """Write a product; what is not given has a sensible value, None leaves a field out."""
        wanted = {
            "title": f"Title of {key}",
            "category": "streaming",
            "description": f"<p>All about {key}.</p>",
            "price": "9.99",
            **fields,
        }
        lines = [
            f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in wanted.items() if value is not None
        ]
        self.write(f"products/{key}.yaml", "\n".join(lines) + "\n")

    def pool(self, name: str, first: int, count: int) -> None:
        """Write a pool of planted accounts."""
        rows = [{"username": username(n), "password": password(n)} for n in range(first, first + count)]
        self.write(f"pools/{name}.yaml", json.dumps({"pool": name, "accounts": rows}) + "\n")

    def image(self, name: str, text: bytes = b"") -> str:
        """Write an image; `text` makes its content unlike others'. Gives its path in the catalog."""
        self.write(f"images/{name}", PNG + text)
        return f"images/{name}"

    def remove(self, path: str) -> None:
        """Remove a file of the catalog."""
        (self.root / path).unlink()

    def run(self, *words: str | Path, stdin: str = "") -> Outcome:
        """Run a command on the catalog."""
        return catalogsync(*words, root=self.root, env=self.env, stdin=stdin)

    def start(self, *words: str | Path) -> Started:
        """Start a command on the catalog, and go on."""
        return start(*words, root=self.root, env=self.env)

    def plan(self, *words: str) -> dict[str, Any]:
        """The plan, as data."""
        outcome = self.run("plan", "--format", "json", *words)
        assert outcome.code in {0, 2, 4}, outcome.err
        document: dict[str, Any] = json.loads(outcome.out)
        return document

    def apply(self, *words: str) -> Outcome:
        """Apply without asking; must work."""
        outcome = self.run("apply", "--auto-approve", *words)
        assert outcome.code == 0, outcome.out + outcome.err
        return outcome

    def assert_in_step(self) -> None:
        """A plan is empty, and another apply sends nothing."""
        plan = self.plan()
        assert plan["changes"] == [], plan["changes"]
        assert plan["blocked"] == [], plan["blocked"]
        calls = len(self.market.changing_calls())
        self.apply()
        assert len(self.market.changing_calls()) == calls
