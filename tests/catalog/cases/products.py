"""Bad inputs: products that say what cannot be, each alone and against the others."""

from tests.catalog.cases.case import PNG, Case, Content, EmptyFolder, Fifo, Link, Sparse, document

FILE = "products/case.yaml"
LONG = "x" * 10_001
POLYGLOT = b"GIF8\n<script>alert(1)</script>" + PNG
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'


def field(name: str, written: str, code: str, hint: str | None = None) -> Case:
    """One more field, in line 5 of an otherwise valid product."""
    key, _, value = written.partition(": ")
    return Case(f"product-{name}", {FILE: f"{document()}{key}: {value}\n"}, code, FILE, 5, hint)


def instead(name: str, code: str, line: int, hint: str | None = None, **fields: str | None) -> Case:
    """A product with other fields than the usual ones."""
    return Case(f"product-{name}", {FILE: document(**fields)}, code, FILE, line, hint)


def price(name: str, written: str, hint: str | None = None, code: str = "bad-price") -> Case:
    """A price, in line 4."""
    return Case(f"price-{name}", {FILE: document(price=written)}, code, FILE, 4, hint)


def image(name: str, written: str, hint: str | None = None, code: str = "bad-image", content: Content = None) -> Case:
    """An image, in line 6, and what its file holds."""
    files = {FILE: f"{document()}images:\n  - {written}\n", written: content}
    return Case(f"image-{name}", files if content is not None else {FILE: files[FILE]}, code, FILE, 6, hint)


def two(name: str, first: str, second: str, code: str, line: int, hint: str | None = None) -> Case:
    """Two products that clash; the second has its further fields from line 5 on."""
    files: dict[str, Content] = {"products/a.yaml": document() + first, "products/b.yaml": document() + second}
    return Case(f"together-{name}", files, code, "products/b.yaml", line, hint)


REQUIRED = [
    instead("no-title", "missing-field", 1, "`title`", title=None),
    instead("no-category", "missing-field", 1, "`category_id`", category=None),
    instead("no-description", "missing-field", 1, "`description_file`", description=None),
    instead("no-price", "missing-field", 1, "`price`", price=None),
    instead("empty-title", "empty-text", 1, title='""'),
    instead("blank-title", "empty-text", 1, title='"  "'),
    instead("long-title", "too-long", 1, "10000", title=LONG),
    instead("title-of-two-lines", "control-character", 1, title='"one\\ntwo"'),
    instead("title-with-escape", "control-character", 1, title='"\\e[2J"'),
    instead("title-with-tab", "control-character", 1, title='"one\\ttwo"'),
    instead("title-with-separator", "control-character", 1, title='"one\\u2028two"'),
    instead("title-number", "wrong-type", 1, "quotes", title="2026"),
    instead("title-list", "wrong-type", 1, title="[a, b]"),
    instead("unknown-category", "unknown-category", 2, "did you mean `courses`", category="course"),
    instead("category-number", "wrong-type", 2, "quotes", category="12"),
    instead("description-map", "wrong-type", 3, description="{a: b}"),
    instead("description-too-long", "too-long", 3, description='"' + "x" * 1_048_577 + '"'),
    field("category-twice", "category_id: c-1", "said-twice", "keep one"),
    field("description-twice", "description_file: descriptions/long.html", "said-twice", "keep one"),
    *(
        Case(
            f"description-file-{name}",
            {FILE: document(description=None, description_file=path), **others},
            code,
            FILE,
            4,
        )
        for name, path, code, others in (
            ("missing", "descriptions/none.html", "missing-file", {}),
            ("above", "../secret.html", "outside-catalog", {}),
            ("absolute", "/etc/passwd", "outside-catalog", {}),
            ("folder", "descriptions", "no-regular-file", {}),
            ("fifo", "d.html", "no-regular-file", {"d.html": Fifo()}),
            ("link-outside", "d.html", "outside-catalog", {"d.html": Link("/etc/hosts")}),
            ("latin-1", "d.html", "not-utf-8", {"d.html": "Süß".encode("latin-1")}),
            ("control", "d.html", "control-character", {"d.html": "a\x07b"}),
            ("lfs", "d.html", "git-lfs", {"d.html": "version https://git-lfs.github.com/spec/v1\n"}),
            ("git-crypt", "d.html", "git-crypt", {"d.html": b"\0GITCRYPT\0\1"}),
            ("too-large", "d.html", "file-too-large", {"d.html": Sparse(2 << 20)}),
            ("empty", '""', "empty-text", {}),
        )
    ),
]

KEYS = [
    field("key-upper-case", "key: Case", "bad-value", "lower-case"),
    field("key-with-blank", "key: my case", "bad-value"),
    field("key-with-slash", "key: a/b", "bad-value"),
    field("key-leading-dot", "key: .case", "bad-value"),
    field("key-line-end", 'key: "case\\n"', "bad-value"),
    field("key-unicode", "key: größe", "bad-value"),
    field("key-too-long", f"key: {'k' * 101}", "bad-value"),
    field("key-number", "key: 12", "wrong-type", "quotes"),
    field("key-empty", 'key: ""', "bad-value"),
    Case("product-file-name", {"products/My Case.yaml": document()}, "bad-key", "products/My Case.yaml", 1, "`key:`"),
    two("same-key", "key: twin\n", "key: twin\n", "duplicate-product", 5, "products/a.yaml:1"),
    two("key-like-a-file", "", "key: a\n", "duplicate-product", 5),
    Case(
        "together-same-file-name",
        {"products/one/case.yaml": document(), "products/two/case.yaml": document()},
        "duplicate-product",
        "products/two/case.yaml",
        1,
    ),
    two("same-source", "source_product_id: s-1\n", "source_product_id: s-1\n", "duplicate-source-id", 5),
    two("source-like-a-key", "", "source_product_id: a\n", "duplicate-source-id", 5),
    two("previous-key-lives", "", "previous_key: a\n", "bad-previous-key", 5, "products/a.yaml"),
    two("previous-key-own", "", "previous_key: b\n", "bad-previous-key", 5, "leave it out"),
    two("previous-keys-swap", "previous_key: b\n", "previous_key: a\n", "bad-previous-key", 5, "swap"),
    two("previous-key-shared", "previous_key: old\n", "previous_key: old\n", "bad-previous-key", 5),
    field("previous-key-illegal", "previous_key: Old Name", "bad-value"),
]

PRICES = [
    price("negative", "-1", "more than 0"),
    price("negative-text", '"-1"', "more than 0"),
    price("zero", "0", "more than 0"),
    price("zero-text", '"0.00"', "more than 0"),
    price("exponent", "1e3", "plain", "number-form"),
    price("exponent-text", '"1e3"', "plain decimal digits"),
    price("comma", "1,99", "point"),
    price("thousands", '"1,000.00"', "point"),
    price("three-places", "9.999", "two decimal places"),
    price("other-digits", "١٢", "digits 0 to 9"),
    price("nan", "NaN"),
    price("dot-nan", ".nan", None, "number-form"),
    price("infinite", "inf"),
    price("dot-infinite", ".inf", None, "number-form"),
    price("hexadecimal", "0x10", "plain digits", "number-form"),
    price("underscore", "1_000", "without `_`"),
    price("currency", '"9.99 USD"', "the number alone"),
    price("currency-sign", "$9.99", "the number alone"),
    price("too-high", "1" + "0" * 30),
    price("too-high-text", '"' + "9" * 40 + '"'),
    price("5000-digits", "9" * 5000, None, "number-form"),
    price("above-most", "1000000001", "1000000000"),
    price("blank", '" 9.99"', "blanks"),
    price("line-end", '"9.99\\n"', "blanks"),
    price("plus", '"+9.99"'),
    price("no-whole-part", '".99"'),
    price("no-places", '"9."'),
    price("empty", '""'),
    price("true", "true", None, "wrong-type"),
    price("list", "[9.99]", None, "wrong-type"),
    price("null", "~", None, "null"),
]

NUMBERS = [
    field("quantity-zero", "min_quantity: 0", "out-of-range", "at least 1"),
    field("quantity-negative", "min_quantity: -1", "out-of-range"),
    field("quantity-half", "min_quantity: 1.5", "wrong-type", "whole number"),
    field("quantity-text", 'min_quantity: "5"', "wrong-type", "without quotes"),
    field("quantity-true", "min_quantity: true", "wrong-type"),
    field("quantity-exponent", "min_quantity: 1e1", "number-form"),
    field("quantity-huge", "min_quantity: 1000000001", "out-of-range"),
    field("quantity-enormous", f"min_quantity: {'9' * 30}", "out-of-range"),
    field("quantity-point-zero", "min_quantity: 5.0", "wrong-type", "plain digits"),
    field("warranty-negative", "warranty_period_days: -1", "out-of-range", "at least 0"),
    field("warranty-words", "warranty_period_days: 30 days", "wrong-type"),
    field("stock-negative", "stock: -5", "out-of-range"),
    field("stock-no", "stock: no", "wrong-type"),
    field("level-without-pool", "pool_level: 5", "pool-level-without-pool"),
    field("status-empty", 'status: ""', "empty-text"),
    field("status-blank", 'status: " "', "empty-text"),
    field("status-true", "status: true", "wrong-type", "quotes"),
    field("status-too-long", f"status: {'a' * 51}", "too-long"),
    field("source-address", "source_product_url: javascript:alert(1)", "bad-value", "http"),
    field("source-id-number", "source_product_id: 12", "wrong-type", "quotes"),
    field("supplier-number", "supplier_name: 12", "wrong-type", "quotes"),
]

FIELDS = [
    field("unknown-field", "colour: red", "unknown-field"),
    field("misspelled", "warranty_days: 30", "unknown-field", "did you mean `warranty_period_days`"),
    field("misspelled-plural", "image: [a.png]", "unknown-field", "did you mean `images`"),
    field("escape-in-field", '"\\u202ereversed": x', "unknown-field", "\\u202e"),
    field("delivery-unknown", "delivery: automatic", "bad-value", "auto, manual"),
    field("unknown-pool", "pool: paperbrid", "unknown-pool", "did you mean `paperbird`"),
    field("pool-illegal", "pool: ../pools/x", "bad-value"),
    two("pool-shared", "pool: spare\n", "pool: spare\n", "pool-shared", 5, "a pool of its own"),
    Case(
        "product-stock-and-pool",
        {"products/paperbird.yaml": document(pool="paperbird") + "stock: 5\n"},
        "stock-and-pool",
        "products/paperbird.yaml",
        6,
        "delivery: manual",
    ),
    field("lifecycle-text", "lifecycle: keep", "wrong-type"),
    field("lifecycle-unknown", "lifecycle: {on_delete: keep}", "unknown-field", "`on_"),
    field("on-remove-unknown", "lifecycle: {on_remove: destroy}", "bad-value", "retire"),
    field("prevent-delete-yes", "lifecycle: {prevent_delete: yes}", "wrong-type", "true or false"),
    field("contradiction", "lifecycle: {prevent_delete: true, on_remove: delete}", "lifecycle-contradiction"),
    field("ignore-unknown", "lifecycle: {ignore_changes: [colour]}", "bad-value"),
    field("ignore-misspelled", "lifecycle: {ignore_changes: [descripton]}", "bad-value", "did you mean `description`"),
    field("ignore-pool", "lifecycle: {ignore_changes: [pool]}", "bad-value"),
    field("ignore-text", "lifecycle: {ignore_changes: price}", "wrong-type", "[ ]"),
    field("marketplace-unknown", "marketplaces: {elswhere: {product_id: x}}", "unknown-marketplace", "`elsewhere`"),
    field("marketplace-own", "marketplaces: {accplanet: {product_id: x}}", "unknown-marketplace", "hstockplus"),
    field("marketplace-far", "marketplaces: {zz: {product_id: x}}", "unknown-marketplace", "name `elsewhere`"),
    field("marketplace-without-id", "marketplaces: {elsewhere: {}}", "missing-field", "product_id"),
    field("marketplace-number", "marketplaces: {elsewhere: {product_id: 12}}", "wrong-type", "quotes"),
    field("marketplace-blank", 'marketplaces: {elsewhere: {product_id: " "}}', "empty-text"),
    two(
        "same-marketplace-id",
        "marketplaces: {elsewhere: {product_id: x}}\n",
        "marketplaces: {elsewhere: {product_id: x}}\n",
        "duplicate-marketplace-id",
        5,
    ),
    *(
        Case(f"defaults-{name}", {"products/_defaults.yaml": written}, code, "products/_defaults.yaml", 1)
        for name, written, code in (
            ("key", "key: all\n", "not-in-defaults"),
            ("previous-key", "previous_key: all\n", "not-in-defaults"),
            ("source-id", "source_product_id: all\n", "not-in-defaults"),
            ("unknown-field", "warranty_days: 3\n", "unknown-field"),
            ("bad-status", "status: [active]\n", "wrong-type"),
            ("not-a-map", "- status\n", "not-a-map"),
        )
    ),
    Case(
        "defaults-below",
        {"products/deep/er/_defaults.yaml": "status: active\nprice: 1,50\n", "products/deep/er/x.yaml": document()},
        "bad-price",
        "products/deep/er/_defaults.yaml",
        2,
    ),
    Case(
        "defaults-unknown-category",
        {"products/deep/_defaults.yaml": "category: licenses\n", "products/deep/x.yaml": document(category=None)},
        "unknown-category",
        "products/deep/_defaults.yaml",
        1,
        "did you mean `licences`",
    ),
]

IMAGES = [
    image("missing", "images/none.png", "images/none.png", "missing-file"),
    image("empty", "images/e.png", "is empty", content=b""),
    image("too-large", "images/l.png", "10 MiB", "file-too-large", content=Sparse(20 << 20)),
    image("text", "images/t.png", "is not a PNG", content="hello"),
    image("svg", "images/s.svg", "SVG is not taken", content=SVG),
    image("polyglot", "images/p.png", content=POLYGLOT),
    image("lfs", "images/p.png", "git lfs pull", content="version https://git-lfs.github.com/spec/v1\n"),
    image("folder", "images", None, "no-regular-file"),
    image("folder-named-png", "images/f.png", None, "no-regular-file", content=EmptyFolder()),
    image("fifo", "images/f.png", None, "no-regular-file", content=Fifo()),
    image("link-outside", "images/h.png", None, "outside-catalog", content=Link("/etc/hosts")),
    image("link-to-itself", "images/h.png", None, "unreadable-file", content=Link("h.png")),
    image("above", "../wheel.png", None, "outside-catalog"),
    image("inner-above", "images/../../x.png", None, "outside-catalog"),
    image("absolute", "/etc/passwd", None, "outside-catalog"),
    image("backslash", "images\\wheel.png", "`/`", "bad-path"),
    image("http", "http://pictures.example/a.png", "https://"),
    image("file", "file:///etc/passwd", "https://"),
    image("data", "data:image/png;base64,AAAA", "https://"),
    image("no-scheme", "//pictures.example/a.png", "https://"),
    image("metadata-service", "https://169.254.169.254/latest/meta-data", "public"),
    image("loopback", "https://127.0.0.1/a.png", "public"),
    image("loopback-six", "'https://[::1]/a.png'", "public"),
    image("loopback-number", "https://2130706433/a.png", "public"),
    image("loopback-hexadecimal", "https://0x7f.1/a.png", "public"),
    image("localhost", "https://localhost/a.png", "public"),
    image("intranet", "https://pictures.internal/a.png", "public"),
    image("password-in-address", "https://me:secret@pictures.example/a.png", "plain"),
    image("odd-port", "https://pictures.example:8080/a.png", "plain"),
    image("look-alike-host", "https://рictures.example/a.png", "plain"),
    image("media-above", "/media/../etc/passwd", "/media/"),
    image("media-blank", '"/media/a b.webp"', "/media/"),
    image("empty-text", '""', None, "empty-text"),
    image("number", "12", None, "wrong-type"),
    image("map", "{path: a.png}", None, "wrong-type"),
    field("images-text", "images: images/wheel.png", "wrong-type", "[ ]"),
]

PRODUCTS = [*REQUIRED, *KEYS, *PRICES, *NUMBERS, *FIELDS, *IMAGES]
