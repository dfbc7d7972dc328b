"""The canary finds every planted secret in every disguise, in every place, and nothing where there is nothing."""

import base64
import codecs
import gzip
import html
import json
import quopri
import re
import subprocess
import sys
import textwrap
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from tests.harness.canary import PLANTED, leaking_files, leaks
from tests.harness.disguise import found_in
from tests.harness.forked import ROOT

Encoding = Callable[[str], bytes]


def _each(template: str, text: str) -> bytes:
    return "".join(template.format(byte) for byte in text.encode()).encode()


def _zipped(text: str) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst><si><t>{html.escape(text)}</t></si></sst>")
    return whole.getvalue()


def _git_object(text: str) -> bytes:
    return zlib.compress(b"blob %d\0" % len(text.encode()) + text.encode(), 1)


def _full_width(text: str) -> bytes:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text).encode()


ENCODINGS: Final[dict[str, Encoding]] = {
    "plain": str.encode,
    "capitals": lambda text: text.upper().encode(),
    "other case": lambda text: text.swapcase().encode(),
    "percent": lambda text: _each("%{:02X}", text),
    "percent twice": lambda text: _each("%25{:02x}", text),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "a dump": lambda text: text.encode().hex(" ").encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 after one": lambda text: base64.b64encode(b"{" + text.encode() + b"}"),
    "base64 after two": lambda text: base64.b64encode(b"k:" + text.encode()),
    "base64 in lines": lambda text: base64.encodebytes(b"much before it " * 3 + text.encode() + b" much after it" * 4),
    "base64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()),
    "base32": lambda text: base64.b32encode(b"abc" + text.encode()),
    "JSON": lambda text: _each("\\u{:04x}", text),
    "Python, YAML": lambda text: _each("\\x{:02x}", text),
    "octal": lambda text: _each("\\{:03o}", text),
    "HTML": lambda text: _each("&#{};", text),
    "HTML in hex": lambda text: _each("&#x{:X};", text),
    "quoted-printable": lambda text: _each("={:02X}", text),
    "quoted-printable in lines": lambda text: quopri.encodestring(b"x" * 66 + b" " + text.encode()),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "backwards": lambda text: text[::-1].encode(),
    "rot13": lambda text: codecs.encode(text, "rot13").encode(),
    "full width": _full_width,
    "wrapped": lambda text: "\n".join(textwrap.wrap(text, 7, drop_whitespace=False)).encode(),
    "wrapped in a table": lambda text: "".join(
        f"│ {text[at : at + 8]:8} │\n" for at in range(0, len(text), 8)
    ).encode(),
    "folded YAML": lambda text: "\\\n      ".join(text[at : at + 9] for at in range(0, len(text), 9)).encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "zip": _zipped,
    "git": _git_object,
}

CLEAN: Final = (
    "a canary in a coal mine; canary-pool, canary.py, Canary Islands, canary user, canary_pass, CANARY KEY",
    "canary\nyellow: the canary user and the canary's key",
    json.dumps(
        {"secret": "<secret>", "shown": "***", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15"}
    ),
    "Y2FuYXJ5 is base64 for a bird, 63616e617279 is it in hex, and MNQW4YLSPE in base32",
    "%63%61%6e%61%72%79 &#99;&#97;&#110;&#97;&#114;&#121; \\u0063\\u0061\\u006e\\u0061\\u0072\\u0079",
    "",
)


def test_every_secret_is_found_in_every_encoding() -> None:
    assert len(PLANTED) >= 40
    assert len(ENCODINGS) >= 14
    assert len(set(PLANTED.values())) == len(PLANTED)
    missed = [
        (name, form)
        for name, secret in PLANTED.items()
        for form, encode in ENCODINGS.items()
        if not found_in(encode(secret))
        or (form not in {"gzip", "zlib", "zip", "git"} and not found_in(b"x: " + encode(secret) + b" y"))
    ]
    assert not missed


def test_what_is_clean_is_no_false_alarm() -> None:
    joins = {"wrapped", "wrapped in a table", "folded YAML"}  # two words become one
    packed = [encode(text) for text in CLEAN for form, encode in ENCODINGS.items() if form not in joins]
    assert not [data for data in packed if found_in(data)]
    begun = (b"\x1f\x8b", b"PK\3\4", b"PACK\0\0\0\2\0\0\0\7\x9f", b"x\x9c", b"x\x01no", bytes(range(256)) * 9)
    assert not [data for data in begun if found_in(data)], "and what only begins as something packed is read as it is"


def test_a_secret_at_home_is_where_it_belongs(tmp_path: Path) -> None:
    for name in ("pools/a.yaml", "sandbox.sqlite", "deep/pools/b/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PLANTED["username"])
    assert leaking_files(tmp_path) == []
    assert leaks("pools") is None


def test_thirty_leaks_of_thirty_are_found(tmp_path: Path) -> None:
    """Each is a test of its own, which leaks in its own way (`leaking.py`), under the canary as it guards the suite."""
    words = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", "--showlocals", "-o", "addopts="]
    words += ["--import-mode=importlib", "-p", "tests.harness.canary", "-c", str(ROOT / "pyproject.toml")]
    run = subprocess.run(
        [
            sys.executable,
            *words,
            f"--rootdir={ROOT}",
            f"--basetemp={tmp_path / 'pools'}",
            str(ROOT / "tests/harness/leaking.py"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    ends = dict(re.findall(r"^(?:PASSED|FAILED|ERROR) \S+::(\w+)(.*)$", run.stdout, re.MULTILINE))
    found = {name for name in ends if f"FAILED tests/harness/leaking.py::{name}" in run.stdout}
    leaking = {name for name in ends if name.startswith("test_leak")}
    assert len(leaking) >= 30, run.stdout + run.stderr
    assert found == leaking, f"missed: {sorted(leaking - found)}; false: {sorted(found - leaking)}\n{run.stdout}"
    assert run.stdout.count("E   a planted secret leaked into") + run.stdout.count("\na planted secret leaked") >= len(
        leaking
    )
    assert leaks(run.stdout) is None, "and what is found is not shown"
    assert leaks(run.stderr) is None
