"""Bad inputs: files that are no YAML, or more of it than is read."""

from tests.catalog.cases.case import Case, Content, EmptyFolder, Fifo, Link, Sparse, config, document, pool
from tests.harness.canary import password, username

FILE = "products/case.yaml"
ACCOUNT = f"{username(1)}:{password(1)}"
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 12\n"
CONFLICT = "<<<<<<< HEAD\nprice: 1\n=======\nprice: 2\n>>>>>>> theirs\n"
AGE = b"age-encryption.org/v1\n-> X25519 abc\nxyz\n--- mac\n\x8f\x01\xfe"
ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"
GIT_CRYPT = b"\0GITCRYPT\0\x01\x02\x03\xff"
SOPS = "accounts: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops:\n    version: 3.9.0\n"
NO_PRODUCTS: dict[str, Content] = {"products/paperbird.yaml": None, "products/pottery.yaml": None}
BOMB = "\n".join(["a: &a [x, x]", *(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a]" for n in range(9))]) + "\n"


def product(
    name: str, content: Content, code: str, line: int | None = 1, hint: str | None = None, file: str = FILE
) -> Case:
    """A product's file with something wrong in it."""
    return Case(f"yaml-{name}", {file: content}, code, file, line, hint)


def after(text: str) -> str:
    """A whole product, and then something from line 5 on."""
    return document() + text


def in_pool(name: str, content: Content, code: str, line: int | None = 1, hint: str | None = None) -> Case:
    """A pool's file with something wrong in it."""
    file = "pools/paperbird.yaml"
    return Case(f"yaml-pool-{name}", {file: content}, code, file, line, hint)


SYNTAX = [
    product("tab-indent", after("lifecycle:\n\tprevent_delete: true\n"), "yaml-syntax", 6, "not with tabs"),
    product("unclosed-double-quote", after('status: "active\n'), "yaml-syntax", 5, "never closed"),
    product("unclosed-single-quote", after("status: 'active\n"), "yaml-syntax", 5, "never closed"),
    product("unclosed-bracket", after("images: [a.png\n"), "yaml-syntax", 5, "never closed"),
    product("unclosed-brace", after("lifecycle: {on_remove: keep\n"), "yaml-syntax", 5, "never closed"),
    product("left-block", after("supplier_name: |\n  one\n two\n"), "yaml-syntax", 7),
    product("colon-in-text", after("supplier_name: Mill: the shop\n"), "yaml-syntax", 5, "put quotes"),
    product("at-sign", after("supplier_name: @mill\n"), "yaml-syntax", 5, "begins with @"),
    product("percent-sign", after("supplier_name: %mill\n"), "yaml-syntax", 5, "begins with @"),
    product("backtick", after("supplier_name: `mill`\n"), "yaml-syntax", 5, "backtick"),
    product("text-after-quote", after('supplier_name: "mill" and more\n'), "yaml-syntax", 5),
    product("lone-surrogate", after('supplier_name: "\\ud800"\n'), "yaml-syntax", 5),
    product("unknown-escape", after('supplier_name: "C:\\mill"\n'), "yaml-syntax", 5),
    product("second-root", "- 1\ntitle: x\n", "yaml-syntax", 2),
    product("word-alone", after("active\n"), "yaml-syntax", 5),
    product("word-alone-at-end", after("active"), "yaml-syntax", 5),
    product("bracket-alone", after("images: ["), "yaml-syntax", 5, "never closed"),
    product("value-outside", "title: x\n  price: 1\n", "yaml-syntax", 2),
    product("template-value", after("supplier_name: {{ name }}\n"), "template", 5, "quote it"),
    product("template-key", "{{ product }}: x\n", "template", 1),
    product("template-block", after("{% if sale %}\nstatus: active\n{% endif %}\n"), "template", 5),
    product("conflict", after(CONFLICT), "merge-conflict", 5, "resolve it"),
    product("conflict-of-windows", after(CONFLICT.replace("\n", "\r\n")), "merge-conflict", 5),
    product("conflict-half-resolved", after("=======\nstatus: active\n>>>>>>> theirs\n"), "merge-conflict", 5),
    product("conflict-in-block", document(description="|\n  one") + CONFLICT, "merge-conflict", 6),
    in_pool("unclosed-quote", f'accounts:\n  - "{ACCOUNT}\n', "yaml-syntax", 2, "never closed"),
    in_pool("text-after-quote", f'accounts:\n  - "{ACCOUNT}" {ACCOUNT}\n', "yaml-syntax", 2),
    in_pool("tab", f"accounts:\n\t- {ACCOUNT}\n", "yaml-syntax", 2, "not with tabs"),
    in_pool("conflict", f"accounts:\n<<<<<<< HEAD\n  - {ACCOUNT}\n=======\n>>>>>>> theirs\n", "merge-conflict", 2),
    in_pool("template", f"accounts:\n  - {{{{ {username(3)} }}}}\n", "account-quote-it", None),
]

REFUSED = [
    product("duplicate-key", after("price: 1\n"), "duplicate-key", 5, "first in line 4"),
    product("duplicate-inner-key", after("lifecycle: {on_remove: keep, on_remove: keep}\n"), "duplicate-key", 5),
    product("duplicate-quoted-key", after('"price": 1\n'), "duplicate-key", 5),
    product("anchor", after("status: &status active\n"), "yaml-anchor", 5),
    product("anchor-on-map", after("lifecycle: &life {on_remove: keep}\n"), "yaml-anchor", 5),
    product("anchor-on-key", after("&status status: active\n"), "yaml-anchor", 5),
    product("anchor-on-root", "&root\n" + document(), "yaml-anchor", 1),
    product("alias", after("status: *status\n"), "yaml-alias", 5, "write the value out"),
    product("alias-of-anchor", after("status: &a active\nsupplier_name: *a\n"), "yaml-alias", 6),
    product("alias-as-key", after("*status : active\n"), "yaml-alias", 5),
    product("alias-bomb", BOMB, "yaml-anchor", 1),
    product("merge-key", after("<<: {status: active}\n"), "yaml-merge-key", 5, "_defaults.yaml"),
    product("merge-of-anchor", "base: &base {status: active}\n" + after("<<: *base\n"), "yaml-merge-key", 6),
    product("python-tag", after("status: !!python/object/apply:os.system [id]\n"), "yaml-tag", 5),
    product("local-tag", after("status: !x active\n"), "yaml-tag", 5),
    product("str-tag", after("status: !!str active\n"), "yaml-tag", 5, "quote it"),
    product("binary-tag", after("status: !!binary YWN0aXZl\n"), "yaml-tag", 5),
    product("tag-on-root", "!!map\n" + document(), "yaml-tag", 1),
    product("tag-directive", "%TAG ! tag:mill.example,2026:\n---\n" + document(), "yaml-directive", 1),
    product("version-directive", "%YAML 1.1\n---\n" + document(), "yaml-directive", 1),
    product("number-as-key", after("1: one\n"), "non-string-key", 5),
    product("true-as-key", after("true: one\n"), "non-string-key", 5),
    product("null-as-key", after("~: one\n"), "non-string-key", 5),
    product("empty-key", "? \n: one\n" + document(), "non-string-key", 1),
    product("list-as-key", after("[a, b]: one\n"), "non-string-key", 5),
    product("map-as-key", after("? {a: b}\n: one\n"), "non-string-key", 5),
    product("null", after("status:\n"), "null", 5, "leave the line out"),
    product("tilde", after("status: ~\n"), "null", 5),
    product("null-word", after("min_quantity: null\n"), "null", 5),
    product("null-in-list", after("images: [~]\n"), "null", 5),
    product("integer-of-5000-digits", after(f"min_quantity: {'9' * 5000}\n"), "number-form", 5),
    product("hexadecimal", after("min_quantity: 0x10\n"), "number-form", 5, "plain digits"),
    product("nan", after("min_quantity: .nan\n"), "number-form", 5),
    product("list-at-root", f"- {document()[:10]}\n", "not-a-map", 1),
    product("text-at-root", "just a text\n", "not-a-map", 1),
    in_pool("duplicate-key", f"accounts: [{ACCOUNT}]\naccounts: []\n", "duplicate-key", 2),
    in_pool("anchor", f"accounts: &all\n  - {ACCOUNT}\n", "yaml-anchor", 1),
    in_pool("merge-key", f"<<: {{accounts: [{ACCOUNT}]}}\naccounts: []\n", "yaml-merge-key", 1),
    in_pool("list-at-root", f"- {ACCOUNT}\n", "not-a-map", 1),
    in_pool("text-at-root", f"{ACCOUNT}\n", "not-a-map", 1),
    in_pool("account-as-key", f"{username(1)}: {password(1)}\n", "unknown-field", 1),
    in_pool("odd-key", f"? [{username(1)}, {password(1)}]\n: x\n", "non-string-key", 1),
]

DEPTH = [
    product("brackets", "a: " + "[" * 100_000, "yaml-too-deep", 1),
    product("closed-brackets", "a: " + "[" * 100_000 + "]" * 100_000, "yaml-too-deep", 1),
    product("braces", "a: " + "{a: " * 100_000, "yaml-too-deep", 1),
    product("dashes", "a:\n  " + "- " * 20_000 + "x\n", "yaml-too-deep", 2),
    product("brackets-as-key", "[" * 100_000, "not-a-map", 1),
    product("brackets-in-key", "? " + "[" * 100_000, "yaml-too-deep", 1),
    product("flow-keys", "a: " + "{? " * 20_000, "yaml-too-deep", 1),
    product("too-deep-by-one", "a: " + "[" * 50 + "]" * 50 + "\n", "yaml-too-deep", 1),
    in_pool("brackets", "accounts: " + "[" * 100_000, "yaml-too-deep", 1),
    in_pool("brackets-below", "accounts:\n  - {username: " + "[" * 100_000, "yaml-too-deep", 2),
    Case("yaml-config-brackets", {"catalogsync.yaml": "[" * 100_000}, "not-a-map", "catalogsync.yaml", 1),
]

DOCUMENTS = [
    product("empty-file", "", "empty-file"),
    product("only-comments", "# nothing\n# yet\n", "empty-file"),
    product("empty-document", "---\n", "empty-document"),
    product("empty-second-document", "key: case\n" + document() + "---\n", "empty-document", None),
    product("several-without-key", f"key: case\n{document()}---\n{document()}", "missing-field", 7, "`key` is missing"),
    in_pool("empty", "", "empty-file"),
    in_pool("multi-document", f"accounts: []\n---\naccounts: [{ACCOUNT}]\n", "multi-document", None),
    Case(
        "yaml-config-multi", {"catalogsync.yaml": config() + "---\nversion: 1\n"}, "multi-document", "catalogsync.yaml"
    ),
    Case("yaml-config-empty", {"catalogsync.yaml": ""}, "empty-file", "catalogsync.yaml"),
    Case(
        "yaml-defaults-multi",
        {"products/_defaults.yaml": "status: active\n---\nstatus: inactive\n"},
        "multi-document",
        "products/_defaults.yaml",
    ),
    Case("yaml-defaults-empty", {"products/_defaults.yaml": "# soon\n"}, "empty-file", "products/_defaults.yaml"),
    Case(
        "yaml-two-endings",
        {FILE: document(), "products/case.yml": document(title="Other")},
        "same-stem",
        "products/case.yml",
        1,
        "remove one",
    ),
]

BYTES = [
    product("utf-16-le", document().encode("utf-16"), "not-utf-8", 1, "save it as UTF-8"),
    product("utf-16-be", b"\xfe\xff" + document().encode("utf-16-be"), "not-utf-8"),
    product("utf-16-without-mark", document().encode("utf-16-le"), "not-utf-8"),
    product("utf-16-be-without-mark", document().encode("utf-16-be"), "not-utf-8"),
    product("utf-32", document().encode("utf-32"), "not-utf-8"),
    product("latin-1", after("supplier_name: Müller\n").encode("latin-1"), "not-utf-8", 5),
    product("surrogate-in-utf-8", document().encode() + b"status: \xed\xa0\x80\n", "not-utf-8", 5),
    product("nul", after("status: act\0ive\n"), "nul-byte", 5),
    product("escape-character", after("status: \x1b[31mred\n"), "control-character", 5),
    product("delete-character", after("status: a\x7fb\n"), "control-character", 5),
    product("control-escape", after('supplier_name: "a\\x07b"\n'), "control-character", 5),
    product("next-line", after("supplier_name: a\x85b\n"), "odd-line-break", 5),
    product("line-separator", after("supplier_name: a\u2028b\n"), "odd-line-break", 5, "as an escape"),
    product("paragraph-separator", after("supplier_name: a\u2029b\n"), "odd-line-break", 5),
    product("mark-within", after("\ufeffstatus: active\n"), "control-character", 5, "byte order mark"),
    product("two-marks", "\ufeff\ufeff" + document(), "control-character", 1),
    product("not-a-character", after("supplier_name: a\uffffb\n"), "control-character", 5),
    product("lfs-pointer", LFS, "git-lfs", 1, "git lfs pull"),
    product("git-crypt", GIT_CRYPT, "git-crypt", 1, "git-crypt unlock"),
    product("too-large", Sparse(50 << 20), "file-too-large", 1, "20 MiB"),
    product("fifo", Fifo(), "no-regular-file"),
    product("device", Link("/dev/zero"), "outside-catalog"),
    product("link-outside", Link("../../outside.yaml"), "outside-catalog"),
    product("link-to-proc", Link("/proc/self/environ"), "outside-catalog"),
    product("dangling-link", Link("nowhere.yaml"), "unreadable-file"),
    product("link-to-itself", Link("case.yaml"), "unreadable-file"),
    in_pool("utf-16", pool(1).encode("utf-16"), "not-utf-8"),
    in_pool("latin-1", f"accounts:\n  - {ACCOUNT}ü\n".encode("latin-1"), "not-utf-8", 2),
    in_pool("nul", f"accounts:\n  - {ACCOUNT}\0\n", "nul-byte", 2),
    in_pool("line-separator", f"accounts:\n  - {ACCOUNT}\u2028\n", "odd-line-break", 2),
    in_pool("lfs-pointer", LFS, "git-lfs"),
    in_pool("git-crypt", GIT_CRYPT, "git-crypt"),
    in_pool("sops", SOPS, "pool-encrypted", 2, "`.sops.yaml`"),
    in_pool("sops-half", f"accounts_text: {ACCOUNT}\nsops: {{mac: x}}\n", "pool-encrypted", 2),
    in_pool("age", AGE, "pool-encrypted"),
    in_pool("age-armor", ARMOR, "pool-encrypted"),
    in_pool("fifo", Fifo(), "no-regular-file"),
    in_pool("device", Link("/dev/zero"), "outside-catalog"),
    Case("yaml-sops-file", {"pools/p.sops.yaml": pool(1)}, "not-encrypted", "pools/p.sops.yaml", 1, "pools encrypt"),
    Case("yaml-age-file", {"pools/p.age": AGE}, "damaged-encryption", "pools/p.age", 1),
    Case("yaml-age-yaml-file", {"pools/p.yaml.age": ARMOR}, "damaged-encryption", "pools/p.yaml.age", 1),
    Case("yaml-config-lfs", {"catalogsync.yaml": LFS}, "git-lfs", "catalogsync.yaml", 1),
    Case("yaml-config-missing", {"catalogsync.yaml": None}, "unreadable-file", "catalogsync.yaml", 1, "-C"),
    Case("yaml-config-fifo", {"catalogsync.yaml": Fifo()}, "no-regular-file", "catalogsync.yaml", 1),
    Case("yaml-name-not-utf-8", {"products/\udcff.yaml": "x"}, "bad-file-name", "products/\\udcff.yaml", 1),
    Case("yaml-name-of-two-lines", {"pools/a\nb.yaml": "x"}, "bad-file-name", "pools/a\\nb.yaml", 1),
    Case("yaml-name-with-escape", {"products/\x1b[2J": "x"}, "bad-file-name", "products/\\x1b[2J", 1),
    Case("yaml-products-is-a-file", {**NO_PRODUCTS, "products": "x"}, "unreadable-file", "products", 1),
    Case("yaml-products-is-a-link", {**NO_PRODUCTS, "products": Link("images")}, "linked-folder", "products", 1),
    Case("yaml-pools-in-a-circle", {"pools/deep": Link("../pools")}, "linked-folder", "pools/deep", 1),
    Case("yaml-linked-folder", {"products/more": Link("/etc")}, "linked-folder", "products/more"),
    Case("yaml-folder-as-file", {FILE: EmptyFolder(), "products/case.yaml/a.yaml": "x"}, "not-a-map", f"{FILE}/a.yaml"),
]

YAML_FORM = [*SYNTAX, *REFUSED, *DEPTH, *DOCUMENTS, *BYTES]
