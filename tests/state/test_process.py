"""Whether another process is still alive: dead only where that is proven."""

import os
import subprocess
import sys
import time

from catalogsync.state.process import alive, this_process


def test_this_process_is_alive() -> None:
    host, pid, started = this_process()
    assert (host, pid) == (os.uname().nodename, os.getpid())
    assert alive(host, pid, started)


def test_a_process_of_another_host_may_be_alive() -> None:
    assert alive("elsewhere.example", 999_999_999, "x/1/2")


def test_a_child_is_alive_until_it_is_killed() -> None:
    words = (
        "import time; from catalogsync.state.process import this_process;"
        "print(*this_process(), flush=True); time.sleep(100)"
    )
    child = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as lines:
        host, pid, started = lines.readline().split()
        assert alive(host, int(pid), started)
        child.kill()
        # Nobody has waited for it, so the kernel still knows its id: a zombie is dead all the same.
        while alive(host, int(pid), started):
            time.sleep(0.001)
    child.wait()
    assert not alive(host, int(pid), started)


def test_a_later_process_of_the_same_id_is_another_one() -> None:
    host, pid, started = this_process()
    ground, _, _ = started.rpartition("/")
    assert not alive(host, pid, f"{ground}/1")


def test_an_id_from_another_kernel_or_container_proves_nothing() -> None:
    host, _, started = this_process()
    boot, namespace, birth = started.split("/")
    assert alive(host, 999_999_999, f"another-boot/{namespace}/{birth}")
    assert alive(host, 999_999_999, f"{boot}/1{namespace}/{birth}")


def test_a_process_without_a_start_time_is_of_another_machine() -> None:
    host, _, _ = this_process()
    child = subprocess.Popen(["true"])
    child.wait()
    assert alive(host, child.pid, ""), "on this one each has a start time"
