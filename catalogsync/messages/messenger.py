"""Apprise as a messenger: it works in a process of its own, which is given a time and no more."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from catalogsync.messages import courier
from catalogsync.model.message import Message
from catalogsync.model.secret import Secret

LIMIT: Final = 10.0
"""Seconds that all messages of a run may take together."""


def is_installed() -> bool:
    """Whether Apprise is there. Does not load it."""
    return find_spec("apprise") is not None


class AppriseMessenger:
    """Brings messages to people, over Apprise.

    Args:
        addresses: by the name of the variable that holds it: an Apprise address.
        environ: what the courier's process is given.
        limit: seconds that everything may take together.
    """

    def __init__(self, addresses: Mapping[str, Secret], environ: Mapping[str, str], limit: float = LIMIT) -> None:
        self._addresses = addresses
        self._environ = environ
        self._limit = limit

    def send(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """Send all messages to all addresses, or give up in time. Raises nothing: no work depends on a message.

        Returns:
            What did not arrive, and where, in words without a secret; a sentence each.
        """
        if not messages or not self._addresses:
            return ()
        words = _errand(self._addresses, messages, self._environ, self._limit)
        return tuple(
            why for name in self._addresses if (why := self._why(name, words.get(name), len(messages))) is not None
        )

    def _why(self, name: str, word: str | None, count: int) -> str | None:
        what = "the message" if count == 1 else f"all of {count} messages"
        match word:
            case courier.SENT:
                return None
            case courier.UNKNOWN:
                return f"nothing was sent to {name}: Apprise does not understand the address in it"
            case courier.FAILED:
                return f"the service of {name} did not take {what}"
            case courier.BROKEN:
                return f"nothing was sent to {name}: Apprise cannot be started here"
            case _:
                return f"the service of {name} did not take {what} within {self._limit:g} seconds"


def understood(addresses: Mapping[str, Secret], environ: Mapping[str, str], limit: float = LIMIT) -> dict[str, bool]:
    """Which addresses Apprise understands, by the names of their variables. Sends nothing.

    What could not be looked at in time is missing.
    """
    words = _errand(addresses, (), environ, limit)
    return {name: word == courier.SENT for name, word in words.items() if word != courier.BROKEN}


def _errand(
    addresses: Mapping[str, Secret], messages: Sequence[Message], environ: Mapping[str, str], limit: float
) -> dict[str, str]:
    """What the courier says of each address, by its name; an address of which it said nothing in time is missing."""
    errand = {
        "seconds": limit,
        "addresses": [address.reveal() for address in addresses.values()],
        "messages": [{"title": one.title, "body": one.body, "kind": one.kind.value} for one in messages],
    }
    # -P: neither this folder nor the one where the user stands has anything that is imported.
    words = [sys.executable, "-P", str(Path(courier.__file__))]
    try:
        process = subprocess.Popen(
            words,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return dict.fromkeys(addresses, courier.BROKEN)
    with process:
        try:
            out, _ = process.communicate(json.dumps(errand).encode(), timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode > 0:
        return dict.fromkeys(addresses, courier.BROKEN)
    names = list(addresses)
    return {names[number]: word for number, word in map(json.loads, out.decode().splitlines())}
