"""The stores against their contract, and what files are exposed to: kills, full disks, odd file systems."""

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from catalogsync.model.errors import StateError
from catalogsync.ports import RecordStore
from catalogsync.state import FileStore, MemoryStore
from catalogsync.state.copies import looks_like_a_copy
from catalogsync.state.stores.durable import LARGEST, state_error
from tests.contracts.record_store import RecordStoreContract
from tests.state.ground import said


def no_links(_source: Path, _target: Path) -> None:
    raise OSError(errno.EOPNOTSUPP, "no hard links here")


def links_and_says_no(source: Path, target: Path) -> None:
    os.link(source, target)
    raise FileExistsError(errno.EEXIST, "the answer to the first try was lost")


class TestMemoryStore(RecordStoreContract):
    @pytest.fixture
    def store(self) -> RecordStore:
        return MemoryStore()


class TestMemoryStoreWithAClock(RecordStoreContract):
    @pytest.fixture
    def store(self) -> RecordStore:
        return MemoryStore(time.monotonic)


class TestFileStore(RecordStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RecordStore:
        return FileStore(tmp_path / "state")


class TestFileStoreWithoutHardLinks(RecordStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RecordStore:
        return FileStore(tmp_path / "state", no_links)


def test_the_age_of_a_file_is_told_by_the_file_system(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.create(1, b"first")
    [path] = records_in(tmp_path)
    now = path.stat().st_mtime
    os.utime(path, (now - 900, now - 900))
    assert 899 < store.age(1) < 960
    os.utime(path, (now + 86400, now + 86400))
    assert store.age(1) < -86000
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_the_age_of_a_lost_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="the state cannot be written"):
        FileStore(tmp_path).age(1)


def records_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("0*.json"))


def child(script: str, *words: str | Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


RACER = """
    import sys
    from pathlib import Path
    from catalogsync.state import FileStore
    store = FileStore(Path(sys.argv[1]))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(1, 51):
        print(number if store.create(number, b"racer " + sys.argv[2].encode()) else "", flush=True)
"""

WRITERS = """
    import os
    import sys
    from pathlib import Path
    from catalogsync.state import FileStore
    for _ in sys.stdin:
        writer = os.fork()
        if writer:
            os.waitpid(writer, 0)
            print("killed", flush=True)
            continue
        print(os.getpid(), flush=True)
        store = FileStore(Path(sys.argv[1]))
        number = store.hint()
        while True:
            number += 1
            if store.create(number, b"%06d " % number * 4000):
                print(number, flush=True)
"""
"""Forks a writer for each line that it is given."""


def test_of_eight_processes_exactly_one_wins_each_record(tmp_path: Path) -> None:
    racers = [child(RACER, tmp_path / "state", str(who)) for who in range(8)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    won: dict[int, str] = {}
    for who, racer in enumerate(racers):
        out, err = racer.communicate(timeout=60)
        assert racer.returncode == 0, err
        for number in filter(None, out.split("\n")):
            assert int(number) not in won
            won[int(number)] = str(who)
    store = FileStore(tmp_path / "state")
    assert sorted(won) == list(range(1, 51))
    assert all(store.get(number) == f"racer {who}".encode() for number, who in won.items())


def test_writers_killed_at_any_moment_leave_whole_records_only(tmp_path: Path) -> None:
    source = random.Random(11)
    acknowledged = 0
    with child(WRITERS, tmp_path / "state") as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for _ in range(20):
            writers.stdin.write("\n")
            writers.stdin.flush()
            writer, first = int(writers.stdout.readline()), writers.stdout.readline()
            assert int(first) > acknowledged
            time.sleep(source.random() * 0.02)
            os.kill(writer, signal.SIGKILL)
            said = [first, *iter(writers.stdout.readline, "killed\n")]
            acknowledged = max(map(int, said))
        writers.stdin.close()
    store = FileStore(tmp_path / "state")
    last = store.hint()
    assert last >= acknowledged
    for number in range(1, last + 1):
        assert store.get(number) == b"%06d " % number * 4000
    assert store.get(last + 1) is None


def test_what_killed_writers_leave_is_swept_once_it_is_old(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.create(1, b"one")
    folder = records_in(tmp_path)[0].parent
    fresh, old = folder / ".000000002.json.ab.tmp", folder / ".000000002.json.cd.tmp"
    for draft in (fresh, old):
        draft.write_bytes(b"half a rec")
    os.utime(old, (0, 0))
    FileStore(tmp_path).create(2, b"two")
    assert sorted(path.name for path in folder.iterdir()) == [fresh.name, "000000001.json", "000000002.json"]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "a" / "state")
    store.create(1, b"one")
    store.create(1000, b"thousand")
    store.set_hint(1000)
    paths = list((tmp_path / "a").rglob("*"))
    assert len(paths) == 7
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_link_whose_answer_was_lost_is_recognised(tmp_path: Path) -> None:
    store = FileStore(tmp_path, links_and_says_no)
    assert store.create(1, b"one")
    assert not store.create(1, b"other")
    assert store.get(1) == b"one"


def test_without_hard_links_no_draft_is_left(tmp_path: Path) -> None:
    store = FileStore(tmp_path, no_links)
    store.create(1, b"one")
    store.create(1, b"other")
    assert [path.name for path in records_in(tmp_path)] == ["000000001.json"]
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("head", [None, "", "garbage", "-4", "0", "1"])
def test_the_last_record_is_found_without_its_hint(tmp_path: Path, head: str | None) -> None:
    store = FileStore(tmp_path)
    for number in (1, 2, 999, 1000, 1001):
        store.create(number, b"x")
    if head is not None:
        (tmp_path / "head").write_text(head)
    assert store.hint() == 1001


def test_a_folder_that_was_made_but_not_filled_does_not_hide_the_last_record(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.create(999, b"x")
    (tmp_path / "records" / "000001").mkdir()
    assert store.hint() == 999


def test_a_hint_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    FileStore(tmp_path / "never-made").set_hint(3)
    assert not (tmp_path / "never-made").exists()


LIMITED = """
    import resource, sys
    from pathlib import Path
    from catalogsync.model.errors import StateError
    from catalogsync.state import FileStore
    store = FileStore(Path(sys.argv[1]))
    store.create(1, b"small")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        store.create(2, b"x" * 5000)
    except StateError as error:
        print(error.message, error.hint)
    print(store.get(2), store.create(2, b"small"))
"""


def test_a_write_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    writer = child(LIMITED, tmp_path)
    out, err = writer.communicate(timeout=60)
    assert err == ""
    assert out.splitlines() == [
        "the state cannot be written: the limit for the size of a file is too low "
        f"({tmp_path}/records/000000/000000002.json) raise it (`ulimit -f`) and run the command again",
        "None True",
    ]
    assert not list(tmp_path.rglob("*.tmp"))


UNPRIVILEGED = """
    import os, sys
    from pathlib import Path
    from catalogsync.model.errors import StateError
    from catalogsync.state import FileStore
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    store = FileStore(Path(sys.argv[1]))
    for attempt in (lambda: store.create(2, b"two"), lambda: store.get(1), store.hint):
        try:
            attempt()
        except StateError as error:
            print(error.message)
    store.set_hint(7)
"""


def test_a_folder_without_permission_is_said_in_plain_words(tmp_path: Path) -> None:
    FileStore(tmp_path / "state").create(1, b"one")
    folders = [tmp_path / "state" / "records", tmp_path / "state" / "records" / "000000"]
    for folder in folders:
        folder.chmod(0)
    writer = child(UNPRIVILEGED, tmp_path / "state")
    out, err = writer.communicate(timeout=60)
    for folder in folders:
        folder.chmod(0o700)
    assert err == ""
    assert len(out.splitlines()) == 3
    assert all("permission is denied" in line for line in out.splitlines())


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("in the way")
    store = FileStore(tmp_path)
    for attempt in (lambda: store.create(1, b"one"), lambda: store.get(1), store.hint):
        with pytest.raises(StateError, match="records"):
            attempt()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
        (errno.EIO, "disk reports an error"),
        (errno.ENOTDIR, "Not a directory"),
        (errno.EMFILE, "Too many open files"),
    ],
)
def test_each_refusal_of_a_file_system_has_its_words(code: int, says: str) -> None:
    text = said(state_error(OSError(code, os.strerror(code)), "written", Path("state")))
    assert says in text
    assert "written" in text


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_link_that_fails_leaves_nothing(tmp_path: Path, code: int) -> None:
    def fails(_source: Path, _target: Path) -> None:
        raise OSError(code, os.strerror(code))

    with pytest.raises(StateError, match=r"cannot be written: .*000000001\.json"):
        FileStore(tmp_path, fails).create(1, b"one")
    assert FileStore(tmp_path).get(1) is None
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_is_no_file_of_ours_is_neither_waited_for_nor_taken_into_memory(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert store.create(1, b"one")
    folder = tmp_path / "records/000000"
    os.mkfifo(folder / "000000002.json")
    (folder / "000000003.json").symlink_to("/dev/zero")
    with (folder / "000000004.json").open("wb") as large:
        large.truncate(LARGEST + 1)
    for number, says in ((2, "it is no file"), (3, "it is no file"), (4, "it is larger than 16,777,216 bytes")):
        with pytest.raises(StateError, match=says):
            store.get(number)
        assert not store.create(number, b"one")
    os.mkfifo(tmp_path / "head")
    with pytest.raises(StateError, match="it is no file"):
        store.hint()
    os.mkfifo(tmp_path / "copy")
    assert not looks_like_a_copy(tmp_path / "copy")
