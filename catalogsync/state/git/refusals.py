"""What git says when it fails, told apart and put into words of our own: its own may hold a password."""

import re
from enum import Enum
from typing import Final

from catalogsync.model.errors import StateError
from catalogsync.state.git.command import Answer

TOKEN: Final = "CATALOGSYNC_GIT_TOKEN"  # noqa: S105 - the name of a variable


class Refusal(Enum):
    """Why git failed, in words for the user: what is wrong, and the way out."""

    RACE = (
        "others kept writing to the branch",
        "run the command again",
    )
    PROTECTED = (
        "the branch is protected, and does not let you push",
        "let whoever runs catalogsync push to this branch; it may well be protected against force pushes and deletion, "
        "but not against ordinary pushes, and no check or review may be required on it",
    )
    HOST_KEY = (
        "ssh does not know the host's key",
        "connect once by hand (`git ls-remote`) and accept it, or add it to known_hosts",
    )
    LOGIN = (
        "nobody is let in with these credentials, or they do not allow to write",
        f"`git ls-remote` and `git push` must work here without a question; or set {TOKEN} to a token that may write "
        "(in GitHub Actions: `permissions: contents: write`)",
    )
    OWNER = (
        "git does not trust a folder that belongs to somebody else",
        "`git config --global --add safe.directory FOLDER` says that you do",
    )
    DISK = (
        "there is no room, or no permission to write, where git keeps its files",
        "make room, or make them yours to write, and run the command again",
    )
    MOVED = (
        "the repository has moved to another address",
        "set the new address, in `state.remote` or with `git remote set-url`: no token is sent elsewhere",
    )
    TRANSPORT = (
        "git may not use this kind of address",
        "use an https:// or ssh address, or a folder",
    )
    FORMAT = (
        "the repository there counts in another format (SHA-1, SHA-256) than this one",
        "make a first commit there, any one; then the format is known",
    )
    NOT_FOUND = (
        "there is no such repository, or it is not shown to you",
        "see that the address is right, and that your credentials may read it",
    )
    NETWORK = (
        "it cannot be reached",
        "check the network and the address, and run the command again",
    )
    SLOW = (
        "it did not answer in time",
        "check the network, and run the command again",
    )
    OTHER = (
        "git failed",
        "see what `git ls-remote` and `git push` say here",
    )

    def error(self, doing: str, place: str) -> StateError:
        """The error for the user. `doing`: `read` or `written`."""
        message, hint = self.value
        return StateError(f"the state in {place} cannot be {doing}: {message}", hint)


# The first that fits counts: ssh ends all its errors with words on access rights, and so on.
_SIGNS: Final = (
    (
        Refusal.RACE,
        r"non-fast-forward|fetch first|cannot lock ref|failed to (update|lock) ref|failed to update$"
        r"|reference already exists|incorrect old value"
        r"|remote ref updated since checkout|unable to create '[^']*\.lock'",
    ),
    (
        Refusal.PROTECTED,
        r"protected branch|hook declined|gh00[36]|gh013|not allowed to (force )?push"
        r"|branch is currently checked out|remote rejected\] .*(denied|deny|prohibit|not permitted|not allowed)",
    ),
    (Refusal.SLOW, r"operation too slow"),
    (Refusal.HOST_KEY, r"host key verification failed|remote host identification has changed"),
    (Refusal.OWNER, r"dubious ownership"),
    (
        Refusal.LOGIN,
        r"authentication failed|could not read (username|password)|terminal prompts disabled|permission denied \(|"
        r"too many authentication failures|access denied|returned error: 40[13]|permission to .* denied|write access"
        r"|invalid credentials|not authorized|deploy key|unable to get password",
    ),
    (Refusal.DISK, r"no space left|quota exceeded|read-only file system|permission denied|insufficient permission"),
    (Refusal.MOVED, r"unable to update url base from redirection|returned error: 3\d\d"),
    (Refusal.TRANSPORT, r"transport '.*' not allowed|unable to find remote helper|is not a git command"),
    (Refusal.FORMAT, r"hash algorithm|mismatched algorithms|object.format"),
    (
        Refusal.NOT_FOUND,
        r"not found|returned error: 404|does not appear to be a git repository|does not exist|no such file"
        r"|not a git rep",
    ),
    (
        Refusal.NETWORK,
        r"could not resolve|connection (refused|reset|closed|timed out)|timed out|unreachable|failed to connect"
        r"|couldn't connect|early eof|hung up|unexpected disconnect|ssl|tls|certificate|returned error: 5\d\d"
        r"|rpc failed|could not read from remote",
    ),
)


def refusal(answer: Answer | None) -> Refusal:
    """Why git failed."""
    if answer is None:
        return Refusal.SLOW
    text = f"{answer.out.decode(errors='replace')}\n{answer.said}"
    for kind, signs in _SIGNS:
        if re.search(signs, text, re.IGNORECASE | re.MULTILINE):
            return kind
    return Refusal.OTHER
