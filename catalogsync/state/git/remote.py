"""Where a state's branch is, and how to get in: what git knows of a remote, as the user has set it up."""

import base64
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from catalogsync.model.errors import StateError
from catalogsync.state.git.command import REMOTE, Git, require_git
from catalogsync.state.git.refusals import TOKEN, Refusal, refusal

NAME: Final = "state"
"""What the remote is called in our own repository."""

_COUNT: Final = re.compile(r"(http|credential|ssh|protocol)\..*|core\.(sshcommand|gitproxy)", re.DOTALL)
"""Settings of the user that say how to get somewhere. All others stay where they are."""
_OF_REMOTE: Final = ("proxy", "proxyauthmethod", "uploadpack", "receivepack")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]*:|.*/|\.")
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[^/]*:")
_ALWAYS: Final = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.logAllRefUpdates", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Remote:
    """A remote as git will use it. `address` and `settings` may hold a password: neither is ever shown.

    Attributes:
        address: where it is, after all that the user's settings exchange in it, without user and password.
        settings: what git needs to get there.
        trusted: folders of other users that the user trusts, where the remote is a folder.
        kept: a folder in which something may be kept for the next run; None where there is none.
        format: in which format objects are named, if nobody knows better.
    """

    address: str
    settings: tuple[tuple[str, str], ...]
    trusted: tuple[str, ...]
    kept: Path | None
    format: str

    @classmethod
    def find(cls, remote: str, root: Path, environ: Mapping[str, str], place: str) -> "Remote":
        """What git knows of a remote.

        Args:
            remote: the name of a remote, or an address or a path.
            root: the catalog's folder; it may lie in a repository.
            environ: the environment.
            place: where the state is, in words for the user.

        Raises:
            StateError: there is no git or no such remote, or its credentials may not be sent there.
        """
        require_git(environ)
        # The catalog's folder may be named relative to where we are; git is run elsewhere, too.
        git = Git(root.absolute(), environ)
        words = ("--path-format=absolute", "--git-common-dir", "--show-object-format", "--show-toplevel")
        answer = git.run("rev-parse", *words)
        if answer is None or (answer.code and refusal(answer) is Refusal.OWNER):
            raise refusal(answer).error("read", place)
        common, form, top = (
            answer.out.decode(errors="surrogateescape").split("\n")[:3] if not answer.code else ("",) * 3
        )
        address = _address(git, remote, Path(top) if top else root.absolute(), place)
        settings = _settings(git, remote)
        address, ours = _credentials(address, environ)
        if ours:
            settings = [entry for entry in settings if not _lets_in(*entry)]
        if "core.sshcommand" not in dict(settings) and not environ.keys() & {"GIT_SSH", "GIT_SSH_COMMAND"}:
            settings.append(("core.sshCommand", "ssh -o BatchMode=yes -o ConnectTimeout=30"))
        return cls(
            address,
            (*settings, *_ALWAYS, (f"remote.{NAME}.url", address), *ours),
            () if _ELSEWHERE.match(address) else tuple(v for k, v in _listed(git) if k == "safe.directory"),
            Path(common) / "catalogsync" if common else None,
            form or "sha1",
        )

    def tip(self, ref: str, folder: Path, environ: Mapping[str, str], seconds: float) -> str | None:
        """The newest commit of a branch there, "" if there is no such branch, None if nobody can tell.

        Args:
            ref: the branch's full name.
            folder: any that is there, and is no repository by itself; so no settings but ours count.
            environ: the environment.
            seconds: how long it may take.
        """
        answer = Git(folder, environ, self.settings).run("ls-remote", NAME, ref, seconds=seconds)
        if answer is None or answer.code:
            return None
        # What is asked for is a pattern to git, which fits the ends of other names too.
        lines = (line.partition("\t") for line in answer.out.decode(errors="replace").splitlines())
        return next((commit for commit, _, name in lines if name == ref), "")

    def empty(self, folder: Path, environ: Mapping[str, str]) -> bool:
        """Whether it is known that there is no branch yet: hosts make the first one that is pushed the main one.

        Args:
            folder: any that is there.
            environ: the environment.
        """
        answer = Git(folder, environ, self.settings).run("ls-remote", "--heads", NAME, seconds=REMOTE)
        return answer is not None and not answer.code and not answer.out.strip()


def _address(git: Git, remote: str, base: Path, place: str) -> str:
    """A remote's address, after all replacements (`url.….insteadOf`), by which one both reads and writes."""
    answer = git.run("remote", "get-url", "--push", "--all", "--", remote)
    if answer and answer.code and _ADDRESS.match(remote):
        base = git.folder
        answer = git.run("ls-remote", "--get-url", "--", remote)
    if answer is None or answer.code:
        raise StateError(
            f"the state in {place} cannot be found: git knows no remote of the name {remote} here",
            "`git remote -v` shows those that there are; `state.remote` takes a name, an address or a path",
        )
    addresses = answer.out.decode(errors="surrogateescape").splitlines()
    if len(addresses) != 1:
        raise StateError(
            f"the state in {place} cannot be told: {remote} has {len(addresses)} addresses to push to",
            "a state is in one place: name its address in `state.remote`",
        )
    [address] = addresses
    return address if _ELSEWHERE.match(address) else str(base / address)


def _listed(git: Git) -> list[tuple[str, str]]:
    """All settings of the user, as they count in the catalog's folder."""
    answer = git.run("config", "--list", "-z", "--includes")
    if answer is None or answer.code:
        return []
    entries = (entry.partition("\n") for entry in answer.out.decode(errors="surrogateescape").split("\0") if entry)
    return [(name, value if line_end else "true") for name, line_end, value in entries]


def _settings(git: Git, remote: str) -> list[tuple[str, str]]:
    found = []
    own = {f"remote.{remote}.{word}": f"remote.{NAME}.{word}" for word in _OF_REMOTE}
    for name, value in _listed(git):
        if name in own or _COUNT.fullmatch(name):
            found.append((own.get(name, name), value))
    return found


def _lets_in(name: str, value: str) -> bool:
    """Whether a setting would let somebody in, beside our own credentials: two are refused by some hosts."""
    return (name.endswith("extraheader") and value.lower().startswith("authorization:")) or (
        name.startswith("credential.") and name.endswith("helper")
    )


def _credentials(address: str, environ: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """An address without user and password, and the settings that bring them, or the token, to this host alone."""
    token = environ.get(TOKEN, "").strip()
    if not re.match(r"https?://", address, re.IGNORECASE):
        return address, ()
    parts = urlsplit(address)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if token:
        user, password = "x-access-token", token
    if not password:
        return address, ()
    if not (user + password).isprintable():
        raise StateError(f"{TOKEN} is no token: there is a line end or a control character in it", "copy it anew")
    if parts.scheme.lower() == "http" and not _here(parts.hostname or ""):
        raise StateError(
            "a token or password would be sent to the state's repository in clear text: its address begins with http://",
            "use its https:// address",
        )
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    words = base64.b64encode(f"{user}:{password}".encode()).decode()
    return plain, (
        (f"http.{plain}.extraHeader", f"Authorization: Basic {words}"),
        # Git would take the header along to wherever it is sent.
        ("http.followRedirects", "false"),
        (f"http.{plain}.followRedirects", "false"),
    )


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
