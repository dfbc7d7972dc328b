"""Good inputs that look suspicious: what the catalog's format allows must work."""

from tests.catalog.cases.case import Content, GoodCase, Link, base, config, document
from tests.harness.canary import password, username

POOL = "pools/paperbird.yaml"
FILE = "products/case.yaml"
USER, WORD = username(1), password(1)


def entry(name: str, written: str, user: str, word: str) -> GoodCase:
    """An entry of `accounts`."""
    return GoodCase(f"account-{name}", {POOL: f"accounts:\n  - {written}\n"}, ((user, word),))


def lines(name: str, text: str | bytes, *accounts: tuple[str, str]) -> GoodCase:
    """A file of lines."""
    return GoodCase(f"lines-{name}", {POOL: "accounts_file: lines.txt\n", "pools/lines.txt": text}, accounts)


def product(name: str, content: Content, warnings: tuple[str, ...] = (), **fields: object) -> GoodCase:
    """A product's file."""
    return GoodCase(f"product-{name}", {FILE: content}, None, fields, warnings)


def crlf(content: Content) -> Content:
    """The same text with the line ends of Windows."""
    return content.replace("\n", "\r\n") if isinstance(content, str) else content


GOOD_ACCOUNTS = [
    entry("sexagesimal", "700123:45", "700123", "45"),
    entry("clock", "1:2", "1", "2"),
    entry("leading-zero", "0123:4", "0123", "4"),
    entry("exponent", "1e3:5", "1e3", "5"),
    entry("phone", "79001234567:12", "79001234567", "12"),
    entry("no", "no:010", "no", "010"),
    entry("null", "null:~", "null", "~"),
    entry("date", "2026-01-02:12", "2026-01-02", "12"),
    entry("code", "CANARYUSER-4711:-", "CANARYUSER-4711", "-"),
    entry("pipe", f"{USER}|{WORD}", USER, WORD),
    entry("first-separator", f"{USER}:a:b|c", USER, "a:b|c"),
    entry("pipe-before-colon", f"{USER}|a:b", USER, "a:b"),
    entry("hash-inside", f"{USER}:pa#1", USER, "pa#1"),
    entry("quoted-hash", f'"{USER}:pa #1"', USER, "pa #1"),
    entry("single-quotes", f"'{USER}:it''s'", USER, "it's"),
    entry("quoted-comment-after", f'"{USER}:x" # a note', USER, "x"),
    entry("inner-blank", f'"{USER}:two words"', USER, "two words"),
    entry("star-quoted", f'"*{USER}:x"', f"*{USER}", "x"),
    entry("emoji", f"{USER}:🔑", USER, "🔑"),
    entry("emoji-escape", f'"{USER}:\\U0001F511"', USER, "🔑"),
    entry("accents", f"zoé{USER}:ü", f"zoé{USER}", "ü"),
    entry("tabs-around", f"{USER}:x\t", USER, "x"),
    entry("number-password", f"{{username: {USER}, password: 12}}", USER, "12"),
    entry("octal-password", f"{{username: {USER}, password: 0123}}", USER, "0123"),
    entry("true-password", f"{{username: {USER}, password: true}}", USER, "true"),
    entry("float-password", f"{{username: {USER}, password: 1.10}}", USER, "1.10"),
    entry("hexadecimal-password", f"{{username: {USER}, password: 0x10}}", USER, "0x10"),
    entry("5000-digits", f"{{username: {USER}, password: {'7' * 5000}}}", USER, "7" * 5000),
    entry("colon-in-username", f'{{username: "a:{USER}", password: x}}', f"a:{USER}", "x"),
    entry("quoted-null", f'{{username: {USER}, password: "null"}}', USER, "null"),
    entry("long", f"{USER}:{'x' * 60_000}", USER, "x" * 60_000),
    GoodCase(
        "account-flow-list", {POOL: f'accounts: ["{USER}:a", {username(2)}|b]\n'}, ((USER, "a"), (username(2), "b"))
    ),
    GoodCase("account-none", {POOL: "accounts: []\n"}, ()),
    GoodCase("account-json", {POOL: f'{{"accounts": [{{"username": "{USER}", "password": "a"}}]}}'}, ((USER, "a"),)),
    GoodCase(
        "account-three-forms",
        {
            POOL: f'accounts: [{{username: {USER}, password: "1"}}]\n'
            f"accounts_text: |\n  {username(2)}:2\n\n  {username(3)}|3 # no comment\n"
            "accounts_file: lines.txt\n",
            "pools/lines.txt": f"{username(4)}:4\n",
        },
        ((USER, "1"), (username(2), "2"), (username(3), "3 # no comment"), (username(4), "4")),
    ),
    GoodCase(
        "account-text-quoted",
        {POOL: f'accounts_text: "{USER}:a\\n{username(2)}:b"\n'},
        ((USER, "a"), (username(2), "b")),
    ),
    GoodCase("account-text-plain", {POOL: f"accounts_text: {USER}:a\n"}, ((USER, "a"),)),
    GoodCase("account-text-indented", {POOL: f"accounts_text: |2-\n  {USER}:a\n"}, ((USER, "a"),)),
    GoodCase(
        "account-text-crlf",
        {POOL: f"accounts_text: |\r\n  {USER}:a\r\n\r\n  {username(2)}:b\r\n"},
        ((USER, "a"), (username(2), "b")),
    ),
    lines("crlf", f"{USER}:a\r\n\r\n{username(2)}|b\r\n", (USER, "a"), (username(2), "b")),
    lines("no-end", f"{USER}:a", (USER, "a")),
    lines("empty-lines", f"\n\n{USER}:a\n\n", (USER, "a")),
    lines("blank-lines", f"   \n{USER}:a\n  \n", (USER, "a")),
    lines("nothing", ""),
    lines("byte-order-mark", b"\xef\xbb\xbf" + f"{USER}:a\n".encode(), (USER, "a")),
    lines("byte-order-mark-alone", b"\xef\xbb\xbf"),
    lines("hash-first", f"#{USER}:a", (f"#{USER}", "a")),
    lines("quotes", f'"{USER}":"a"', (f'"{USER}"', '"a"')),
    GoodCase(
        "lines-below",
        {POOL: "accounts_file: ./more/lines.txt\n", "pools/more/lines.txt": f"{USER}:a\n"},
        ((USER, "a"),),
    ),
    GoodCase(
        "lines-by-link",
        {POOL: "accounts_file: link.txt\n", "pools/link.txt": Link("real.txt"), "pools/real.txt": f"{USER}:a\n"},
        ((USER, "a"),),
    ),
    GoodCase("pool-without-product", {"pools/spare.yaml": f"accounts: [{username(9)}:-]\n"}, warnings=("pool-unused",)),
    GoodCase(
        "pool-yml", {"pools/paperbird.yaml": None, "pools/paperbird.yml": f"accounts: [{USER}:a]\n"}, ((USER, "a"),)
    ),
]

GOOD_PRODUCTS = [
    GoodCase("whole-catalog-crlf", {name: crlf(content) for name, content in base().items()}),
    product("crlf", crlf(document(description="|\n  <p>\n  </p>")), description="<p>\n</p>"),
    product("byte-order-mark", b"\xef\xbb\xbf" + document().encode(), title="Pottery, a seat"),
    product(
        "json", '{"title": "T", "category": "courses", "description": "", "price": 9.99}', price="9.99", description=""
    ),
    product("yes-is-text", document(title="yes"), title="yes"),
    product("no-is-text", document(status="no"), status="no"),
    product("clock-is-text", document(title="1:20"), title="1:20"),
    product("date-is-text", document(title="2026-01-02"), title="2026-01-02"),
    product("no-octal", document(stock="010"), stock=10),
    product("plus-sign", document(stock="+5"), stock=5),
    product("price-exact", document(price="0.10"), price="0.10"),
    product("price-of-many", document(price="999999999.99"), price="999999999.99"),
    product("price-whole", document(price="9"), price="9.00"),
    product("price-highest", document(price="1000000000"), price="1000000000.00"),
    product("price-quoted", document(price="'9.9'"), price="9.90"),
    product("price-plus", document(price="+9.99"), price="9.99"),
    product("price-no-whole-part", document(price=".99"), price="0.99"),
    product("price-leading-zero", document(price="09.90"), price="9.90"),
    product("emoji-title", document(title="🎉 Pottery"), title="🎉 Pottery"),
    product("emoji-escape", document(title='"\\U0001F389"'), title="🎉"),
    product("joined-emoji", document(title='"👩\\u200d🎨"'), title="👩\u200d🎨"),
    product("long-title", document(title="x" * 10_000), title="x" * 10_000),
    product("right-to-left-title", document(title="كتاب"), title="كتاب"),
    product("terminal-words", document(title='"::error::x </details>"'), title="::error::x </details>"),
    product("html-script", document(description="<script>alert(1)</script>"), description="<script>alert(1)</script>"),
    product("empty-description", document(description='""'), description=""),
    product("hash-in-block", document(description="|\n  a # b"), description="a # b"),
    product("unknown-status", document(status="on_holiday"), status="on_holiday"),
    product("depth-of-fifty-quoted", document(title='"' + "[" * 60 + '"'), title="[" * 60),
    product(
        "media-image", document(images="[/media/product_images/ab.webp]"), images=("/media/product_images/ab.webp",)
    ),
    product(
        "address-image",
        document(images='["https://p.example/a b.png"]'.replace(" ", "%20")),
        images=("https://p.example/a%20b.png",),
    ),
    product("no-images", document(images="[]"), images=()),
    product(
        "same-image-twice",
        document(images="[images/wheel.png, ./images/wheel.png]"),
        images=("images/wheel.png", "./images/wheel.png"),
    ),
    product("key-in-quotes", document(key='"case"'), title="Pottery, a seat"),
    product("document-end", document() + "...\n", title="Pottery, a seat"),
    product("document-start", "---\n" + document(), title="Pottery, a seat"),
    product("comments", "# first\n" + document(status="active # last") + "# end\n", status="active"),
    product("version-directive", "%YAML 1.2\n---\n" + document(), title="Pottery, a seat"),
    product("ignored-category", document(lifecycle="{ignore_changes: [category, category_id]}"), category_id="c-2"),
    product(
        "description-file",
        document(description=None, description_file="descriptions/long.html"),
        description="<p>Long.</p>",
    ),
    GoodCase(
        "product-stock-and-manual-pool",
        {"products/paperbird.yaml": None, FILE: document(pool="paperbird", delivery="manual", stock="5")},
        fields={"stock": 5},
    ),
    GoodCase(
        "product-quantity-above-pool",
        {"products/paperbird.yaml": None, FILE: document(pool="paperbird", min_quantity="5")},
        fields={"min_quantity": 5},
        warnings=("min-quantity-above-pool",),
    ),
    *(
        GoodCase(
            f"product-mapped-{name}",
            {
                "products/paperbird.yaml": None if "pool" in more else document(category="licences", pool="paperbird"),
                FILE: document(marketplaces="{elsewhere: {product_id: x}}", **more),
            },
            warnings=warnings,
        )
        for name, more, warnings in (
            ("alone", {}, ("mapping-without-pool",)),
            ("and-all-listed", {"pool": "paperbird"}, ("nothing-left-for-orders",)),
            ("with-level", {"pool": "paperbird", "pool_level": "1"}, ()),
            ("manual", {"pool": "paperbird", "delivery": "manual"}, ()),
        )
    ),
    GoodCase(
        "no-products", {"products/paperbird.yaml": None, "products/pottery.yaml": None}, warnings=("pool-unused",)
    ),
    GoodCase("hidden-and-backup-files", {"products/.x.yaml": "[", "products/x.yaml~": "[", "products/x.yaml.bak": "["}),
    GoodCase("other-file", {"products/notes.md": "# Notes\n"}, warnings=("ignored-file",)),
    GoodCase(
        "link-inside", {FILE: Link("../real.yaml"), "real.yaml": document(title="Linked")}, fields={"title": "Linked"}
    ),
    GoodCase("path-for-hstockplus", {"catalogsync.yaml": config()}),
]

GOOD = [*GOOD_ACCOUNTS, *GOOD_PRODUCTS]
