"""The program that speaks Apprise: `python courier.py`, with its errand as JSON on stdin.

It is a process of its own so that a service, and whatever library speaks to it, can neither hold up the command that
has something to tell, nor write a secret where somebody reads it, nor outlive its time. Addresses come over stdin:
nobody sees them in a list of processes. What it says of each is a line of JSON: `[NUMBER, "WORD"]`.
"""

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from apprise import Apprise

SENT: Final = "sent"
FAILED: Final = "failed"
"""The service did not take all of it."""
UNKNOWN: Final = "unknown"
"""Apprise does not understand the address."""
BROKEN: Final = "broken"
"""The courier itself cannot work; it never says so, but ends with an error."""


def main() -> None:
    """Do the errand: look at each address, and send the messages, if there are any, to all of them at once."""
    answers = os.dup(sys.stdout.fileno())
    _be_silent()
    errand = json.load(sys.stdin)
    ends = time.monotonic() + errand["seconds"]
    import_module("apprise")

    def answer(number: int, word: str) -> None:
        os.write(answers, f"{json.dumps([number, word])}\n".encode())

    threads = []
    for number, address in enumerate(errand["addresses"]):
        work = _work(address, errand["messages"], number, answer)
        threads.append(threading.Thread(target=work, daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    os._exit(0)  # whatever still waits for a service has had its time


def _be_silent() -> None:
    """Let nothing be written but answers: a library's words may hold the address."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    logging.disable(logging.CRITICAL)


def _work(
    address: str, messages: list[dict[str, str]], number: int, answer: Callable[[int, str], None]
) -> Callable[[], None]:
    def work() -> None:
        word = FAILED
        try:
            speaker = _speaker(address)
            word = _told(speaker, messages) if speaker else UNKNOWN
        except Exception:  # noqa: BLE001 - a service's library may raise anything, and its words may hold the address
            word = FAILED
        answer(number, word)

    return work


def _speaker(address: str) -> "Apprise | None":
    """What speaks to all that an address names; None if Apprise does not understand it."""
    from apprise import Apprise, AppriseAsset, OverflowMode

    # Nothing but the address counts: no files of settings, no plug-ins and no memory on this disk.
    asset = AppriseAsset(
        app_id="catalogsync",
        app_desc="catalogsync",
        app_url="",
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        secure_logging=True,
    )
    speaker = Apprise(asset=asset)
    if not speaker.add(address):
        return None
    for service in speaker:
        if "overflow=" not in address.lower():
            # What a service has no room for is cut: the first lines say most, and ten text messages would cost.
            service.overflow_mode = OverflowMode.TRUNCATE
    return speaker


def _told(speaker: Any, messages: list[dict[str, str]]) -> str:
    results = [
        speaker.notify(body=message["body"], title=message["title"], notify_type=message["kind"], body_format="text")
        for message in messages
    ]
    return SENT if all(results) else FAILED


if __name__ == "__main__":
    main()
