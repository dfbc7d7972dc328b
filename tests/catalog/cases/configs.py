"""Bad inputs: `catalogsync.yaml`."""

from tests.catalog.cases.case import BASE_URL, Case, config

FILE = "catalogsync.yaml"
FIRST = 12
"""The line of the first further setting."""
KEY = "SK4F9A0C7E1B2D3F4A5B6C7D8E"
SECRETS = (KEY, "hunter2hunter2")
ONCE_MORE = """\
version: 1
marketplaces:
  hub:
    type: hstockplus
    base_url: https://hub.example/api
    api_key_env: HUB_KEY
  hub-two: {type: hstockplus, base_url: "https://hub.example/api/", api_key_env: HUB_KEY}
  hub-of-ann: {type: hstockplus, base_url: "https://hub.example/api", api_key_env: ANN_KEY}
"""
"""Beside the usual marketplaces: one that is there under two names, and one of another supplier account."""

KEY_AS_ADDRESS = "version: 1\nnotify: [{env: MAIL}, {env: ACCPLANET_API_KEY}]\n"


def setting(name: str, written: str, code: str, hint: str | None = None) -> Case:
    """One more setting, in a line of its own."""
    key, _, value = written.partition(": ")
    return Case(f"config-{name}", {FILE: config(**{key: value})}, code, FILE, FIRST, hint, SECRETS)


def changed(name: str, old: str, new: str, code: str, line: int | None = None, hint: str | None = None) -> Case:
    """The usual configuration with a part written otherwise."""
    usual = config()
    assert old in usual
    return Case(f"config-{name}", {FILE: usual.replace(old, new, 1)}, code, FILE, line, hint, SECRETS)


def address(name: str, url: str, code: str = "bad-base-url", hint: str | None = None) -> Case:
    """A base URL, in line 5."""
    return changed(f"address-{name}", BASE_URL, url, code, 5, hint)


CONFIGS = [
    setting("unknown-setting", "drfit: warn", "unknown-field", "did you mean `drift`"),
    setting("drift-unknown", "drift: repair", "bad-value", "restore, warn, ignore"),
    setting("drift-null", "drift: ~", "null"),
    setting("limit-words", "safety: {max_deletes: many}", "bad-value", "30%"),
    setting("limit-negative", "safety: {max_deletes: -1}", "out-of-range"),
    setting("limit-half", "safety: {max_deletes: 1.5}", "wrong-type"),
    setting("limit-percent-half", 'safety: {max_deletes: "1.5%"}', "bad-value"),
    setting("rule-unknown", "safety: {max_delete: 3}", "unknown-field", "did you mean `max_deletes`"),
    setting("lowest-price", "safety: {min_price: cheap}", "bad-value"),
    setting("plaintext-unknown", "safety: {allow_plaintext_pools: yes}", "bad-value"),
    setting("batch-zero", "appends: {max_batch: 0}", "out-of-range"),
    setting("batch-huge", "appends: {max_batch: 1000000}", "out-of-range"),
    setting("settle-without-unit", "recovery: {settle: 60}", "wrong-type", "unit"),
    setting("settle-words", "recovery: {settle: soon}", "bad-value", "unit"),
    setting("settle-negative", "recovery: {settle: -1s}", "bad-value"),
    setting("in-doubt-unknown", "recovery: {in_doubt: guess}", "bad-value", "ask, auto"),
    setting("key-at-top", f"api_key: {KEY}", "api-key-in-file", "api_key_env"),
    setting("notify-address", "notify: [mailto://me:hunter2hunter2@mill.example]", "wrong-type"),
    setting("notify-env-address", "notify: [{env: 'mailto://me:hunter2hunter2@mill.example'}]", "secret-in-file"),
    setting("notify-without-env", "notify: [{}]", "missing-field", "env"),
    setting("backend-unknown", "state: {backend: redis}", "bad-value"),
    setting("branch-for-file", "state: {branch: x}", "not-for-backend", "git"),
    setting("object-without-url", "state: {backend: object}", "missing-field", "url"),
    setting("object-password", "state: {backend: object, url: 's3://me:hunter2hunter2@b/p'}", "bad-value"),
    setting(
        "object-secret",
        "state: {backend: object, url: 's3://b/p', options: {aws_secret_access_key: hunter2hunter2}}",
        "secret-in-file",
    ),
    setting("lineage-illegal", "state: {lineage: x y}", "bad-value", "state init"),
    changed("version-two", "version: 1", "version: 2", "bad-value", 1),
    changed("version-text", "version: 1", 'version: "1"', "bad-value", 1),
    changed("version-missing", "version: 1\n", "", "missing-field", 1),
    changed("categories-number", "c-1", "12", "wrong-type", 11, "quotes"),
    changed("key-instead-of-name", "ACCPLANET_API_KEY", f"sk_{KEY.lower()}", "api-key-in-file", 6),
    changed("key-that-looks-like-a-name", "ACCPLANET_API_KEY", KEY, "api-key-in-file", 6),
    changed(
        "key-beside-name", "    api_key_env: ACC", f"    api_key: {KEY}\n    api_key_env: ACC", "api-key-in-file", 6
    ),
    changed("key-missing", "    api_key_env: ACCPLANET_API_KEY\n", "", "missing-field", 4),
    changed("type-unknown", "type: accplanet", "type: accplant", "bad-value", 4, "did you mean `accplanet`"),
    changed("type-missing", "    type: accplanet\n", "", "missing-field", 4),
    changed("name-illegal", "accplanet:\n", "Acc Planet:\n", "bad-name", 3, "lower-case"),
    changed("second-accplanet", "type: hstockplus", "type: accplanet", "second-accplanet", 7),
    changed("once-more", "version: 1\nmarketplaces:\n", ONCE_MORE, "same-marketplace", 7, "filled twice"),
    changed("key-as-address", "version: 1\n", KEY_AS_ADDRESS, "notify-key", 2, "Apprise"),
    changed("timeouts-zero", "api_key_env: E", "timeouts: {call: 0s}\n    api_key_env: E", "out-of-range", 10),
    changed("timeouts-number", "api_key_env: E", "timeouts: {call: 60}\n    api_key_env: E", "wrong-type", 10, "unit"),
    Case("config-no-marketplaces", {FILE: "version: 1\nmarketplaces: {}\n"}, "missing-field", FILE, 2),
    Case("config-not-a-map", {FILE: "- version: 1\n"}, "not-a-map", FILE, 1),
    address("public-http", "http://accplanet.example", "insecure-base-url", "https://"),
    address("private-http", "http://10.0.0.1", "insecure-base-url"),
    address("http-that-begins-like-loopback", "http://127.0.0.1.evil.example", "insecure-base-url"),
    address("password", "https://me:hunter2hunter2@accplanet.example", hint="`@`"),
    address("user", "https://hunter2hunter2@accplanet.example", hint="`@`"),
    address("loopback-before-at", "http://127.0.0.1@evil.example"),
    address("path", "https://accplanet.example/supplier/api", hint="leave it out"),
    address("query", "https://accplanet.example?key=hunter2hunter2"),
    address("empty-query", "https://accplanet.example?"),
    address("fragment", "'https://accplanet.example#x'"),
    address("homograph", "https://аccplanet.example", hint="look-alike"),
    address("punycode", "https://xn--ccplanet-7fg.example", hint="look-alikes"),
    address("no-scheme", "accplanet.example"),
    address("ftp", "ftp://accplanet.example"),
    address("no-host", "https://"),
    address("blank", '"https://accplanet.example /x"'),
    address("line-end", '"https://accplanet.example\\n"'),
    address("bad-port", "https://accplanet.example:99999"),
    address("port-words", "https://accplanet.example:http"),
    address("bad-six", "'https://[::1'"),
    address("backslash", "https://accplanet.example\\@evil.example"),
    address("empty", '""', "empty-text"),
    address("number", "12", "wrong-type"),
]
