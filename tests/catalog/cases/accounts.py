"""Bad inputs: accounts that cannot be sold, or that YAML would cut or change."""

from tests.catalog.cases.case import Case, Content, EmptyFolder, Fifo, Link, config
from tests.harness.canary import password, username

POOL = "pools/paperbird.yaml"
LINES = "pools/lines.txt"
USER, WORD = username(1), password(1)
OTHER = username(2)
CODE = "CANARYUSER-0815"
"""A licence key that is no more to be seen than a password."""


def entry(name: str, text: str, code: str = "account-quote-it", hint: str | None = None) -> Case:
    """An entry of `accounts`."""
    secrets = tuple(word for word in text.split() if len(word) > 4 and word not in ("username:", "password:"))
    return Case(f"account-{name}", {POOL: f"accounts:\n  - {text}\n"}, code, POOL, 2, hint, secrets)


def line(name: str, text: str, code: str, hint: str | None = None) -> list[Case]:
    """A line of accounts, in a block and in a file of its own; it is the third."""
    text_block = f"accounts_text: |\n  {username(8)}:-\n\n  {text}\n"
    lines = f"{username(8)}:-\n\n{text}\n"
    return [
        Case(f"line-{name}", {POOL: text_block}, code, POOL, 4, hint),
        Case(f"file-line-{name}", in_file(lines), code, LINES, 3, hint),
    ]


def in_file(content: Content) -> dict[str, Content]:
    """A pool whose accounts stand in a file beside it."""
    return {POOL: "accounts_file: lines.txt\n", LINES: content}


def reference(name: str, path: str, code: str, **others: Content) -> Case:
    """A reference to an accounts file."""
    return Case(f"accounts-file-{name}", {POOL: f"accounts_file: {path}\n", **others}, code, POOL, 1)


def whole(name: str, text: str, code: str, number: int = 1, hint: str | None = None) -> Case:
    """A whole pool file."""
    return Case(f"pool-{name}", {POOL: text}, code, POOL, number, hint)


def twice(name: str, first: str, second: str) -> Case:
    """One username in two forms; the second stands in line 3."""
    text = f'accounts:\n  - "{first}:{WORD}"\n  - "{second}:{password(2)}"\n'
    return Case(f"same-user-{name}", {POOL: text}, "duplicate-account", POOL, 3, f"{POOL}:2", (first, second))


ENTRIES = [
    entry("word-no", "no", "account-no-separator", "CODE:-"),
    entry("word-null", "null", "null"),
    entry("tilde", "~", "null"),
    entry("nothing", "", "null"),
    entry("date", "2026-01-02", "account-no-separator"),
    entry("number", "79001234567", "account-no-separator"),
    entry("float", "1e3", "account-no-separator"),
    entry("code-alone", CODE, "account-no-separator"),
    entry("space-after-colon", f"{USER}: {WORD}", hint="quote"),
    entry("map-of-line", f"{USER}:{WORD}: x"),
    entry("colon-at-end", f"{USER}:"),
    entry("flow-map", f"{{{USER}:{WORD}}}"),
    entry("flow-list", f"[{USER}:{WORD}]", "account-not-text"),
    entry("list", f"- {USER}:{WORD}", "account-not-text"),
    entry("comment", f"{USER}:{WORD} #ss", hint="cuts this off"),
    entry("comment-after-tab", f"{USER}:{WORD}\t#ss"),
    entry("comment-in-map", f"{{username: {USER}, password: {WORD} #ss\n    }}"),
    entry("several-lines", f"{USER}:{WORD}\n    {OTHER}", hint="joins"),
    entry("several-quoted-lines", f'"{USER}:{WORD}\n    {OTHER}"', hint="joins"),
    entry("alias", f"*{USER}:{WORD}", "yaml-syntax"),
    entry("plain-alias", "*canaryuser", "yaml-alias"),
    entry("anchor", f"&a {USER}:{WORD}", "yaml-anchor"),
    entry("tag", f"!u {USER}:{WORD}", "yaml-tag"),
    entry("tag-alone", f"!canaryuser:{password(2)[:12]}", "yaml-tag"),
    entry("at-sign", f"@{USER}:{WORD}", "yaml-syntax"),
    entry("percent-sign", f"%{USER}:{WORD}", "yaml-syntax"),
    entry("backtick", f"`{USER}:{WORD}", "yaml-syntax"),
    entry("pipe-first", f"|{WORD}", "yaml-syntax"),
    entry("folded-first", f">{WORD}", "yaml-syntax"),
    entry("block-text", f"|\n    {USER}:{WORD}"),
    entry("quoted-pipe-first", f'"|{WORD}"', "account-empty-half"),
    entry("colon-first", f":{WORD}", "account-empty-half"),
    entry("quoted-colon-at-end", f'"{USER}:"', "account-empty-half", "CODE:-"),
    entry("empty-text", '""', "account-no-separator"),
    entry("separator-alone", '":"', "account-empty-half"),
    entry("outer-blank", f'" {USER}:{WORD}"', "account-outer-space"),
    entry("blank-at-end", f'"{USER}:{WORD} "', "account-outer-space"),
    entry("blank-before-colon", f'"{USER} :{WORD}"', "account-outer-space"),
    entry("blank-password", f'"{USER}: "', "account-outer-space"),
    entry("tab", f'"{USER}:{WORD}\\t1"', "account-control-character"),
    entry("line-end", f'"{USER}:{WORD}\\n{OTHER}:x"', "account-control-character"),
    entry("nul-escape", f'"{USER}:{WORD}\\0"', "account-control-character"),
    entry("nbsp", f"{USER}:{WORD}\u00a0", "account-invisible-character", "type it anew"),
    entry("zero-width", f"{USER}\u200b:{WORD}", "account-invisible-character"),
    entry("right-to-left", f"{USER}:\u202e{WORD}", "account-invisible-character"),
    entry("byte-order-mark", f"{USER}:{WORD}\ufeff", "account-invisible-character"),
    entry("soft-hyphen", f"{USER}:can\u00adary", "account-invisible-character"),
    entry("private-use", f"{USER}:\ue000{WORD}", "account-invisible-character"),
    entry("null-password", f"{{username: {USER}, password: ~}}", "null"),
    entry("missing-password", f"{{username: {USER}}}", "missing-field", "`password`"),
    entry("missing-username", f'{{password: "{WORD}"}}', "missing-field", "`username`"),
    entry("field-too-many", f"{{username: {USER}, password: x, note: {CODE}}}", "unknown-field"),
    entry("field-misspelled", f"{{username: {USER}, pasword: {WORD}}}", "unknown-field", "did you mean `password`"),
    entry("field-twice", f"{{username: {USER}, username: {OTHER}, password: x}}", "duplicate-key"),
    entry("list-as-password", f"{{username: {USER}, password: [{WORD}]}}", "account-not-text"),
    entry("map-as-username", f"{{username: {{a: {USER}}}, password: x}}", "account-not-text"),
    entry("colon-alone-in-map", f'{{username: "{USER}", password: ""}}', "account-empty-half"),
    entry("blank-in-map", f'{{username: "{USER} ", password: x}}', "account-outer-space"),
    entry("tab-in-map", f'{{username: "{USER}", password: "a\\tb"}}', "account-control-character"),
    entry("surrogate", f'"{USER}:\\udc80"', "yaml-syntax"),
    entry("very-long", f"{USER}:{'x' * 70_000}", "account-too-long"),
]

TEXT_LINES = [
    *line("no-separator", CODE, "account-no-separator"),
    *line("comment", "# the best ones", "account-no-separator"),
    *line("empty-username", f":{WORD}", "account-empty-half"),
    *line("empty-password", f"{USER}|", "account-empty-half"),
    *line("blank-at-end", f"{USER}:{WORD} ", "account-outer-space"),
    *line("blank-after-colon", f"{USER}: {WORD}", "account-outer-space"),
    *line("tab", f"{USER}\t{WORD}", "account-control-character"),
    *line("tab-at-end", f"{USER}:{WORD}\t", "account-control-character"),
    *line("nbsp", f"{USER}:\u00a0{WORD}", "account-invisible-character"),
    *line("zero-width", f"{USER}\u200d:{WORD}", "account-invisible-character"),
    *line("10-megabytes", f"{USER}:{'x' * 10_000_000}", "account-too-long"),
    *line("again", username(8).upper() + ":x", "duplicate-account"),
    Case("line-indented", {POOL: f"accounts_text: |\n  {USER}:x\n    {OTHER}:x\n"}, "account-outer-space", POOL, 3),
    Case("file-line-latin-1", in_file(f"{USER}:-\n{OTHER}:ü\n".encode("latin-1")), "not-utf-8", LINES, 2),
    Case("file-line-nul", in_file(f"{USER}:-\n{OTHER}:\0\n"), "account-control-character", LINES, 2),
    Case("file-line-return", in_file(f"{USER}:-\r{OTHER}:-\r\n"), "account-control-character", LINES, 1),
    Case("file-line-separator", in_file(f"{USER}:a\u2028b\n"), "account-invisible-character", LINES, 1),
    Case("file-line-next-line", in_file(f"{USER}:a\x85b\n"), "account-control-character", LINES, 1),
    Case("file-line-escape", in_file(f"{USER}:\x1b[31m\n"), "account-control-character", LINES, 1),
    Case("file-utf-16", in_file(f"{USER}:-\n".encode("utf-16")), "not-utf-8", LINES, 1),
    Case("file-conflict", in_file(f"<<<<<<< HEAD\n{USER}:-\n=======\n>>>>>>> x\n"), "merge-conflict", LINES, 1),
    Case("file-lfs", in_file("version https://git-lfs.github.com/spec/v1\n"), "git-lfs", LINES, 1),
    Case("file-git-crypt", in_file(b"\0GITCRYPT\0\x01"), "git-crypt", LINES, 1),
    Case("file-age", in_file(b"age-encryption.org/v1\n"), "pool-encrypted", LINES, 1),
]

REFERENCES = [
    reference("missing", "nowhere.txt", "missing-file"),
    reference("an-account", f"{USER}:{CODE}", "missing-file"),
    reference("empty", '""', "bad-path"),
    reference("folder", "folder", "no-regular-file", **{"pools/folder": EmptyFolder()}),
    reference("fifo", "fifo.txt", "no-regular-file", **{"pools/fifo.txt": Fifo()}),
    reference("device", "zero.txt", "outside-catalog", **{"pools/zero.txt": Link("/dev/zero")}),
    reference("link-outside", "hosts.txt", "outside-catalog", **{"pools/hosts.txt": Link("/etc/hosts")}),
    reference("link-to-itself", "loop.txt", "unreadable-file", **{"pools/loop.txt": Link("loop.txt")}),
    reference("above", "../../secret.txt", "outside-catalog"),
    reference("absolute", "/etc/passwd", "outside-catalog"),
    reference("proc", "/proc/self/environ", "outside-catalog"),
    reference("backslash", "more\\lines.txt", "bad-path"),
    Case(
        "accounts-file-age-damaged",
        {POOL: "accounts_file: lines.age\n", "pools/lines.age": b"age-encryption.org/v1\n"},
        "damaged-encryption",
        "pools/lines.age",
        1,
    ),
    reference("list", "[lines.txt]", "wrong-type"),
    reference("null", "~", "null"),
    Case(
        "accounts-file-shared",
        {
            "pools/paperbird.yaml": "accounts_file: lines.txt\n",
            "pools/second.yaml": "accounts_file: lines.txt\n",
            "pools/lines.txt": f"{USER}:-\n",
        },
        "accounts-file-shared",
        "pools/second.yaml",
        1,
        "sold once",
    ),
]

POOLS = [
    whole("no-form", "pool: paperbird\n", "missing-field"),
    whole("empty-map", "{}\n", "missing-field"),
    whole("accounts-null", "accounts:\n", "null"),
    whole("accounts-text", f"accounts: {USER}:{WORD}\n", "wrong-type", hint="begin each account with"),
    whole("accounts-map", f'accounts:\n  {USER}: "{WORD}"\n', "wrong-type", 2),
    whole("text-as-list", f"accounts_text:\n  - {USER}:x\n", "wrong-type", 2),
    whole("text-folded", f"accounts_text: >\n  {USER}:x\n", "account-quote-it", hint="accounts_text: |"),
    whole("text-plain-lines", f"accounts_text:\n  {USER}:x\n  {OTHER}:x\n", "account-quote-it", 2),
    whole("text-comment", f"accounts_text: {USER}:x #1\n", "account-quote-it"),
    whole("text-tagged", f"accounts_text: !!str |\n  {USER}:x\n", "yaml-tag"),
    whole("unknown-field", f"acounts:\n  - {USER}:{WORD}\n", "unknown-field", hint="did you mean `accounts`"),
    whole("name-illegal", f"pool: {USER}:{WORD}\naccounts: []\n", "bad-pool-name"),
    whole("name-null", "pool:\naccounts: []\n", "null"),
    Case("pool-file-name", {"pools/Größe 1.yaml": "accounts: []\n"}, "bad-pool-name", "pools/Größe 1.yaml", 1),
    Case("pool-twice", {"pools/b.yaml": "pool: paperbird\naccounts: []\n"}, "duplicate-pool", POOL, 1, "b.yaml"),
    twice("twice", USER, USER),
    twice("other-case", USER, USER.upper()),
    twice("composed", "canaryuse\u0301", "canaryus\u00e9"),
    twice("full-width", "canaryuser42", "canaryuser\uff14\uff12"),
    twice("sharp-s", "canarystrasse", "canarystra\u00dfe"),
    twice("kelvin", "canarykelvin", "canary\u212aelvin"),
    Case(
        "same-user-in-two-pools",
        {"pools/second.yaml": f"accounts: [{USER}:other]\n"},
        "duplicate-account",
        "pools/second.yaml",
        1,
        "pools/paperbird.yaml:2",
    ),
    Case(
        "same-user-in-two-forms",
        {POOL: f"accounts: [{USER}:x]\naccounts_text: |\n  {USER}|y\n"},
        "duplicate-account",
        POOL,
        3,
    ),
    Case("plaintext", {"catalogsync.yaml": config(safety="{allow_plaintext_pools: error}")}, "pool-plaintext", POOL),
]

ACCOUNTS = [*ENTRIES, *TEXT_LINES, *REFERENCES, *POOLS]
