"""`catalogsync.yaml`: its defaults, every setting, and addresses to which a key may be sent."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalogsync.catalog import read_config
from catalogsync.catalog.config_values import base_url, limit, seconds
from catalogsync.catalog.problems import Refused
from catalogsync.model.config import Config, Limit, MarketplaceConfig, Recovery, Safety, StateConfig
from catalogsync.model.problem import Place

LEAST = """\
version: 1
marketplaces:
  mine: {type: accplanet, base_url: "https://market.example/", api_key_env: MINE_KEY}
"""
MINE = MarketplaceConfig("mine", "accplanet", "https://market.example", "MINE_KEY")


def read(root: Path, text: str) -> Config:
    """A configuration without an error."""
    (root / "catalogsync.yaml").write_text(text)
    config, problems = read_config(root)
    assert config is not None, [str(problem) for problem in problems]
    assert problems == ()
    return config


def test_the_least_configuration(tmp_path: Path) -> None:
    config = read(tmp_path, LEAST)
    assert config == Config({"mine": MINE})
    assert config.place == Place("catalogsync.yaml", 1, 1)
    assert (MINE.retired_status, MINE.connect_timeout, MINE.call_timeout) == ("inactive", 10.0, 60.0)


def test_every_setting(tmp_path: Path) -> None:
    text = """\
version: 1
marketplaces:
  mine:
    type: accplanet
    base_url: http://127.0.0.1:8900
    api_key_env: MINE_KEY
    retired_status: "off"
    timeouts: {connect: 500ms, call: 2m}
  other: {type: hstockplus, base_url: "https://other.example/api/v1", api_key_env: OTHER_KEY}
state: {backend: object, url: "s3://bucket/prefix", options: {endpoint: "https://store.example"}, lineage: 0a1b-2c3d}
categories: {streaming: "65f0", "two words": x}
drift: warn
safety:
  max_deletes: 3
  max_updates: 50%
  max_price_change: 1.5
  min_price: "0.99"
  allow_plaintext_pools: error
appends: {max_batch: 1}
orders: {paid_statuses: [settled]}
notify: [{env: FIRST}, {env: SECOND}]
recovery: {in_doubt: auto, settle: 0s}
"""
    config = read(tmp_path, text)
    assert config.limit_places["min_price"].line == text[: text.index("min_price")].count("\n") + 1
    assert config == Config(
        marketplaces={
            "mine": MarketplaceConfig("mine", "accplanet", "http://127.0.0.1:8900", "MINE_KEY", "off", 0.5, 120.0),
            "other": MarketplaceConfig("other", "hstockplus", "https://other.example/api/v1", "OTHER_KEY"),
        },
        state=StateConfig(
            backend="object",
            url="s3://bucket/prefix",
            options={"endpoint": "https://store.example"},
            lineage="0a1b-2c3d",
        ),
        categories={"streaming": "65f0", "two words": "x"},
        drift="warn",
        safety=Safety(
            max_deletes=Limit(Decimal(3)),
            max_updates=Limit(Decimal(50), percent=True),
            max_price_change=Limit(Decimal("1.5")),
            min_price=Decimal("0.99"),
            allow_plaintext_pools="error",
        ),
        max_batch=1,
        paid_statuses=("settled",),
        notify_envs=("FIRST", "SECOND"),
        recovery=Recovery("auto", 0.0),
    )


def test_null_switches_a_rule_off(tmp_path: Path) -> None:
    text = f"{LEAST}safety: {{max_deletes: null, max_updates: ~, max_price_change: null, min_price: null}}\n"
    safety = read(tmp_path, text).safety
    assert (safety.max_deletes, safety.max_updates, safety.max_price_change, safety.min_price) == (None,) * 4


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("false", False), ("error", "error"), ('"error"', "error")],
)
def test_clear_text_setting(tmp_path: Path, written: str, meant: bool | str) -> None:
    assert (
        read(tmp_path, f"{LEAST}safety: {{allow_plaintext_pools: {written}}}\n").safety.allow_plaintext_pools == meant
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [("0s", 0.0), ("500ms", 0.5), ("10s", 10.0), ("2m", 120.0), ("1h", 3600.0), ("007s", 7.0)],
)
def test_times(text: str, meant: float) -> None:
    assert seconds(text) == meant


@pytest.mark.parametrize("text", ["", "10", "s", "1.5s", "-1s", "10 s", "10S", "10s\n", "١s", "1d", "9999999999s"])
def test_no_times(text: str) -> None:
    with pytest.raises(Refused):
        seconds(text)


@pytest.mark.parametrize(
    ("written", "meant", "shown"),
    [
        (0, Limit(Decimal(0)), "0"),
        (30, Limit(Decimal(30)), "30"),
        (Decimal("2.50"), Limit(Decimal("2.50")), "2.5"),
        ("30%", Limit(Decimal(30), percent=True), "30%"),
        ("100%", Limit(Decimal(100), percent=True), "100%"),
    ],
)
def test_limits(written: int | str | Decimal, meant: Limit, shown: str) -> None:
    assert limit(written) == meant
    assert str(limit(written)) == shown
    assert limit(None) is None


@pytest.mark.parametrize("written", ["", "%", "30", "30 %", "-1%", "1.5%", "30%%", "½%", "³%"])
def test_no_limits(written: str) -> None:
    with pytest.raises(Refused):
        limit(written)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://market.example", "https://market.example"),
        ("https://market.example/", "https://market.example"),
        ("HTTPS://Market.Example", "https://market.example"),
        ("https://market.example:8443", "https://market.example:8443"),
        ("https://10.1.2.3", "https://10.1.2.3"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8900", "http://localhost:8900"),
        ("http://127.0.0.1:8900/", "http://127.0.0.1:8900"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8900", "http://[::1]:8900"),
    ],
)
def test_addresses(text: str, meant: str) -> None:
    assert base_url(text, "accplanet") == meant
    assert base_url(text, "hstockplus") == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://market.example/api/v1", "https://market.example/api/v1"),
        ("https://market.example/api/v1///", "https://market.example/api/v1"),
        ("https://market.example/a.b~c_d-e", "https://market.example/a.b~c_d-e"),
    ],
)
def test_a_path_is_for_hstockplus(text: str, meant: str) -> None:
    assert base_url(text, "hstockplus") == meant
    with pytest.raises(Refused) as refused:
        base_url(text, "accplanet")
    assert refused.value.code == "bad-base-url"


@pytest.mark.parametrize(
    "text",
    [
        "http://market.example",
        "http://0.0.0.0:8900",
        "http://192.168.1.1",
        "http://localhost.market.example",
        "http://127.0.0.1.market.example",
        "http://127.0.0.1.nip.io",
        "http://127.1",
        "http://0x7f.1",
        "http://017700000001",
        "http://localhost.",
        "http://127.0.0.1:80@market.example",
        "https://[::1]market.example",
        "http://2130706433",
        "http://[::ffff:8.8.8.8]",
        "http://localhost@market.example",
        "https://user:word@market.example",
        "https://@market.example",
        "https://market.example?",
        "https://market.example#",
        "https://market.example/../x",
        "https://market.example/%2e%2e",
        "https://market.example/a//b",
        "https://market.example/a b",
        "https://market.example\\x",
        "https://market.example:0x50",
        "https://market.example:70000",
        "https://-market.example",
        "https://market..example",
        "https://market_1.example",
        "https://xn--mrket-hra.example",
        "https://mаrket.example",
        "https://market。example",
        "https://[::1",
        "https://[::1%25eth0]",
        "https://",
        "https:market.example",
        "market.example",
        "//market.example",
        "file:///etc/passwd",
        "ws://market.example",
        " https://market.example",
        "https://market.example\n",
        "https://market.example\tx",
        "",
    ],
)
def test_addresses_to_which_no_key_is_sent(text: str) -> None:
    with pytest.raises(Refused) as refused:
        base_url(text, "hstockplus")
    assert refused.value.code in {"bad-base-url", "insecure-base-url"}
    assert len(text) < 9 or text not in f"{refused.value.message}{refused.value.hint}"


def test_a_missing_configuration(tmp_path: Path) -> None:
    config, problems = read_config(tmp_path)
    assert config is None
    assert [(str(problem.place), problem.code) for problem in problems] == [("catalogsync.yaml:1:1", "unreadable-file")]
    config, problems = read_config(tmp_path / "no-such-folder")
    assert (config, len(problems)) == (None, 1)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """\
version: 2
marketplaces:
  Mine: {type: accplanet, base_url: "http://market.example", api_key_env: MINE_KEY}
  two: {type: accplanet, base_url: "https://x.example/path", api_key_env: sk_live_1}
  three: {type: hstockplus, api_key: abc}
state: {backend: git, path: x}
recovery: {settle: 1}
"""
    (tmp_path / "catalogsync.yaml").write_text(text)
    config, problems = read_config(tmp_path)
    assert config is None
    assert [(problem.place.line, problem.code) for problem in problems] == [
        (1, "bad-value"),
        (3, "bad-name"),
        (3, "insecure-base-url"),
        (4, "second-accplanet"),
        (4, "bad-base-url"),
        (4, "api-key-in-file"),
        (5, "missing-field"),
        (5, "missing-field"),
        (5, "api-key-in-file"),
        (6, "not-for-backend"),
        (7, "wrong-type"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *(("branch", name, "bad-value") for name in ("a..b", "a/", "a//b", "a/.b", "a.lock", "a.", "-a", "a b", "a~1")),
        ("remote", "https://ann:hunter2@git.example/shop.git", "secret-in-file"),
        ("remote", "https://hunter2@git.example/shop.git", "secret-in-file"),
        ("remote", "ssh://ann:hunter2@git.example/shop.git", "secret-in-file"),
        ("remote", "ann:hunter2@git.example:shop.git", "secret-in-file"),
        ("remote", "https://git.example/shop.git?private_token=hunter2", "bad-value"),
        ("remote", "http://git.example/hunter2.git", "bad-value"),
        ("remote", "ext::sh -c hunter2", "bad-value"),
        ("remote", "ftp://git.example/shop.git", "bad-value"),
        ("remote", "--upload-pack=hunter2", "bad-value"),
        *(("branch", name, "") for name in ("catalogsync-state", "state/tea")),
        ("remote", "upstream", ""),
        ("remote", "https://git.example/shop/state.git", ""),
        ("remote", "http://127.0.0.1:8080/state.git", ""),
        ("remote", "ssh://git@git.example:22/shop/state.git", ""),
        ("remote", "git@git.example:shop/state.git", ""),
        ("remote", "../state.git", ""),
    ],
)
def test_where_a_branch_is(tmp_path: Path, field: str, value: str, code: str) -> None:
    market = '{type: accplanet, base_url: "https://market.example", api_key_env: MINE_KEY}'
    text = f'version: 1\nmarketplaces: {{mine: {market}}}\nstate:\n  backend: git\n  {field}: "{value}"\n'
    (tmp_path / "catalogsync.yaml").write_text(text)
    config, problems = read_config(tmp_path)
    assert [(str(problem.place), problem.code) for problem in problems] == (
        [(f"catalogsync.yaml:5:{len(field) + 5}", code)] if code else []
    )
    assert (config is None) == bool(code)
    assert not any("hunter2" in f"{problem.message}{problem.hint}" for problem in problems)


def test_words_for_paid_are_words(tmp_path: Path) -> None:
    start = """\
version: 1
marketplaces: {mine: {type: accplanet, base_url: "https://market.example", api_key_env: MINE_KEY}}
"""
    path = tmp_path / "catalogsync.yaml"
    path.write_text(f'{start}orders: {{paid_statuses: [" paid ", settled]}}\n')
    config, _ = read_config(tmp_path)
    assert config is not None
    assert config.paid_statuses == ("paid", "settled")
    path.write_text(f'{start}orders: {{paid_statuses: [paid, " "]}}\nnotify: ["mailto://me:hunter2@shop.example"]\n')
    config, problems = read_config(tmp_path)
    assert config is None
    found = [(problem.place.line, problem.place.column, problem.code, problem.hint) for problem in problems]
    assert found == [(3, 32, "empty-text", None), (4, 10, "wrong-type", "write {env: …}")]
    assert "hunter2" not in str(problems)
