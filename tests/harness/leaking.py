"""Tests that leak on purpose, each by another way that is real, and some that do not: run by test_canary.py alone."""

import base64
import faulthandler
import gzip
import json
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
import zlib
from pathlib import Path
from typing import NoReturn
from urllib.request import Request

import openpyxl
import pytest

from tests.harness.disguise import BEGIN
from tests.harness.planted import PLANTED

_SHIM = """#!/bin/sh
{ printf '%s\\0' "$@"; env; } > "$SEEN"
"""


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stands for the suite's own."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "tmp").mkdir()
    return folder


@pytest.fixture
def shim(tmp_path: Path) -> Path:
    """A program that writes what it was given into a file."""
    path = tmp_path / "shim"
    path.write_text(_SHIM)
    path.chmod(0o700)
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit, in which nothing stands in clear text."""
    _git(tmp_path, "init", "-q")
    return tmp_path


def _git(folder: Path, *words: str, given: str | None = None) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    env |= {f"GIT_{who}_{what}": "x@example.test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=folder, env=env, input=given, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _fail(secret: str) -> NoReturn:
    raise ValueError(f"there is no {secret}")


def test_leak_by_print() -> None:
    print(PLANTED["username"])


def test_leak_by_stderr() -> None:
    sys.stderr.write(PLANTED["password"][::-1])


def test_leak_by_file_descriptor() -> None:
    os.write(2, PLANTED["api-key"].encode().hex().encode())


def test_leak_by_child_on_stdout(tmp_path: Path) -> None:
    subprocess.run(["cat"], cwd=tmp_path, input=PLANTED["licence"].encode(), check=True)


def test_leak_by_logger() -> None:
    logging.getLogger("httpx").warning("GET %s", PLANTED["redirect"])


def test_leak_by_logged_exception() -> None:
    try:
        _fail(PLANTED["ticket-text"])
    except ValueError:
        logging.getLogger("asyncio").exception("it went wrong")


def test_leak_by_warning() -> None:
    warnings.warn(f"proxy {PLANTED['proxy']} is slow", stacklevel=1)


def test_leak_by_exception() -> None:
    _fail(PLANTED["buyer-name"])


def test_leak_by_chained_exception() -> None:
    try:
        _fail(PLANTED["buyer-email"])
    except ValueError as error:
        raise RuntimeError("something") from error


def test_leak_by_note() -> None:
    error = ValueError("something")
    error.add_note(base64.b64encode(PLANTED["s3-secret"].encode()).decode())
    raise error


def test_leak_by_locals() -> None:
    secret = PLANTED["state-key"]
    assert not secret.isprintable()


def test_leak_by_assertion() -> None:
    assert {"delivered": PLANTED["delivered-row"]} == {}


def test_leak_by_thread() -> None:
    thread = threading.Thread(target=_fail, args=[PLANTED["account-typed"]])
    thread.start()
    thread.join()


def test_leak_by_finalizer() -> None:
    class Leaky:
        def __del__(self) -> None:
            _fail(PLANTED["voucher"])

    Leaky()


def test_leak_by_printed_traceback() -> None:
    try:
        _fail(PLANTED["buyer-in-a-refusal"])
    except ValueError:
        traceback.print_exc()


def test_leak_by_faulthandler(tmp_path: Path) -> None:
    code = compile("import faulthandler; faulthandler.dump_traceback(out)", PLANTED["account-in-a-file-name"], "exec")
    with (tmp_path / "fault").open("w") as out:
        exec(code, {"out": out, "faulthandler": faulthandler})


def test_leak_by_file(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"changes": [{"why": PLANTED["buyer-id"]}]}))


def test_leak_by_file_name(tmp_path: Path) -> None:
    (tmp_path / f"{PLANTED['account-in-a-file-name']}.yaml").touch()


def test_leak_by_folder_name(tmp_path: Path) -> None:
    (tmp_path / "a" / PLANTED["licence"] / "b").mkdir(parents=True)


def test_leak_by_escaped_report(tmp_path: Path) -> None:
    shown = "".join(f"&#{ord(sign)};" for sign in PLANTED["ticket-title"])
    (tmp_path / "report.html").write_text(f"<td>{shown}</td>")


def test_leak_by_json_escapes(tmp_path: Path) -> None:
    (tmp_path / "record").write_text("".join(f"\\u{ord(sign):04x}" for sign in PLANTED["account-in-a-comment"]))


def test_leak_by_url(tmp_path: Path) -> None:
    request = Request("http://127.0.0.1/?key=" + "".join(f"%{ord(sign):02X}" for sign in PLANTED["api-key"]))
    (tmp_path / "access.log").write_text(request.full_url)


def test_leak_by_gzip(tmp_path: Path) -> None:
    (tmp_path / "state.gz").write_bytes(gzip.compress(PLANTED["delivered-rows"].encode()))


def test_leak_by_zlib(tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(zlib.compress(PLANTED["notify-address"].encode()))


def test_leak_by_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = PLANTED["account-in-a-text"]
    book.save(tmp_path / "sheet.xlsx")


def test_leak_by_packed_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.properties.creator = PLANTED["username-in-capitals"]
    book.save(tmp_path / "sheet.xlsx")
    (tmp_path / "sheet.xlsx.gz").write_bytes(gzip.compress((tmp_path / "sheet.xlsx").read_bytes()))
    (tmp_path / "sheet.xlsx").unlink()


def test_leak_by_pickle(tmp_path: Path) -> None:
    (tmp_path / "pickle").write_bytes(pickle.dumps({"key": PLANTED["age-key"]}))


def test_leak_by_utf_16(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(PLANTED["password-in-greek"], "utf-16")


def test_leak_by_git_blob(repository: Path) -> None:
    _git(repository, "hash-object", "-w", "--stdin", given=PLANTED["account-as-a-yaml-key"])


def test_leak_by_git_message(repository: Path) -> None:
    _git(repository, "commit", "-q", "--allow-empty", "-m", f"Account {PLANTED['account-with-colons']}")


def test_leak_by_git_settings(repository: Path) -> None:
    _git(repository, "config", "http.extraHeader", PLANTED["git-extra-header"])


def test_leak_by_packed_git_object(repository: Path) -> None:
    lines = "".join(f"line {number}\n" for number in range(2000))
    for text in (lines, lines + PLANTED["age-key-file"]):
        (repository / "file").write_text(text)
        _git(repository, "add", "file")
        _git(repository, "commit", "-q", "-m", "More")
    (repository / "file").unlink()
    _git(repository, "gc", "-q", "--prune=now")
    assert list((repository / ".git/objects/pack").glob("*.pack"))


def test_leak_by_words_of_a_child(tmp_path: Path, shim: Path) -> None:
    subprocess.run([shim, "--key", PLANTED["api-key-of-hstockplus"]], env={"SEEN": str(tmp_path / "seen")}, check=True)


def test_leak_by_surroundings_of_a_child(tmp_path: Path, shim: Path) -> None:
    env = {"SEEN": str(tmp_path / "seen"), "GITHUB_TOKEN": PLANTED["ci-token"]}
    subprocess.run([shim, "fetch"], env=env, check=True)


def test_leak_by_temporary_file(own_cache: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=own_cache / "tmp", delete=False) as file:
        file.write(PLANTED["account-in-an-editor"])


def test_leak_by_cache(own_cache: Path) -> None:
    (own_cache / "catalogsync").mkdir()
    (own_cache / "catalogsync" / "head").write_text(PLANTED["gcs-private-key"])


def test_leak_by_memory(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; print(open('/proc/self/cmdline').read())", PLANTED["webhook"]]
    (tmp_path / "cmdline").write_bytes(subprocess.run(words, capture_output=True, check=True).stdout)


def test_clean_print() -> None:
    print(f"the {BEGIN} sings; {BEGIN} user, {BEGIN}-pool")


def test_clean_home(tmp_path: Path) -> None:
    (tmp_path / "pools").mkdir()
    (tmp_path / "pools" / "tea.yaml").write_text(PLANTED["username"])


def test_clean_child(tmp_path: Path, shim: Path) -> None:
    subprocess.run(
        [shim, "fetch"], env={"SEEN": str(tmp_path / "seen")}, input=PLANTED["password"].encode(), check=True
    )


def test_clean_repository(repository: Path) -> None:
    (repository / "file").write_text("tea\n" * 100)
    _git(repository, "add", "file")
    _git(repository, "commit", "-q", "-m", "Tea")
    _git(repository, "gc", "-q")
