"""The values of `catalogsync.yaml` that need more than a type: times, limits, addresses."""

import ipaddress
import re
from decimal import Decimal
from typing import Final
from urllib.parse import SplitResult, urlsplit

from catalogsync.catalog.problems import Refused
from catalogsync.core.duration import parse_duration
from catalogsync.model.config import Limit, MarketplaceType

_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII)

_HELPER: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*::")
_REMOTE: Final = "write a remote's name such as origin, or an address such as https://git.example/shop/state.git"


def seconds(text: str) -> float:
    """A time such as `10s` or `500ms`.

    Raises:
        Refused: it is none.
    """
    value = parse_duration(text)
    if value is None:
        raise Refused("bad-value", "a time is written with its unit: 500ms, 10s, 2m or 1h")
    return value


def limit(value: int | Decimal | str | None) -> Limit | None:
    """A limit of a safety rule: a number, a percentage, or None for a rule that is switched off.

    Raises:
        Refused: it is none.
    """
    if value is None:
        return None
    if isinstance(value, str):
        number = value.removesuffix("%")
        if number == value or not number.isdecimal() or not number.isascii():
            raise Refused("bad-value", "a limit is a number, or a percentage such as 30%")
        return Limit(Decimal(number), percent=True)
    return Limit(Decimal(value))


def branch(text: str) -> str:
    """The name of a branch, as git allows it.

    Raises:
        Refused: git has no branch of such a name.
    """
    parts = text.split("/")
    if ".." in text or any(not part or part[0] == "." or part[-1] == "." or part.endswith(".lock") for part in parts):
        raise Refused("bad-value", "git has no branch of such a name", "write it as catalogsync-state")
    return text


def remote(text: str) -> str:
    """A remote's name, address or path.

    Raises:
        Refused: it holds a password or a token, or git would run a program for it, or send what it sends in the open.
    """
    scheme, found, rest = text.rpartition("://")
    host = rest.partition("/")[0]
    user, at, _ = host.rpartition("@")
    if at and (":" in user or (found and scheme.lower() != "ssh")):
        raise Refused(
            "secret-in-file",
            "an address must not hold a user name or password",
            "leave out all up to the `@`; a token belongs in the variable CATALOGSYNC_GIT_TOKEN",
        )
    if _HELPER.match(text):
        raise Refused("bad-value", "this is no address of a repository", _REMOTE)
    if found and scheme.lower() not in {"https", "http", "ssh", "file"}:
        raise Refused("bad-value", "the address of a repository begins with https:// or ssh://", _REMOTE)
    if scheme.lower() == "http" and not _is_loopback(re.sub(r":\d*$", "", host.lower())):
        raise Refused("bad-value", "the address of a repository begins with https://", _REMOTE)
    if scheme.lower() == "https" and ("?" in rest or "#" in rest):
        raise Refused("bad-value", "an address must not hold `?` or `#`", _REMOTE)
    return text


def base_url(text: str, kind: MarketplaceType) -> str:
    """The address of a marketplace's API, without a slash at its end.

    Raises:
        Refused: it is none, or one to which an API key must not be sent.
    """
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Refused("bad-base-url", "an address holds plain ASCII only: look-alike letters lead elsewhere")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Refused("bad-base-url", "this is no address", _EXAMPLE) from None
    host = (parts.hostname or "").lower()
    _check_parts(parts, text)
    _check_host(host)
    if not re.fullmatch(rf"{re.escape(_shown(host))}(:[0-9]*)?", parts.netloc, re.ASCII | re.IGNORECASE):
        # Behind the bracket of an IPv6 address a library may leave out what another would connect to.
        raise Refused("bad-base-url", "this is no host name", _EXAMPLE)
    if parts.scheme == "http" and not _is_loopback(host):
        raise Refused(
            "insecure-base-url",
            "http:// is for this machine only: the API key would travel in the clear",
            "write https://",
        )
    path = parts.path.rstrip("/")
    if path and kind == "accplanet":
        raise Refused(
            "bad-base-url", "a path does not belong here for type accplanet", "leave it out: the tool knows the paths"
        )
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", path) or "/.." in path:
        raise Refused("bad-base-url", "the path of this address cannot be used", _EXAMPLE)
    return f"{parts.scheme}://{_shown(host)}{f':{port}' if port is not None else ''}{path}"


_EXAMPLE: Final = "write it as https://marketplace.example"


def _check_parts(parts: SplitResult, text: str) -> None:
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Refused("bad-base-url", "an address begins with https://", _EXAMPLE)
    if "@" in parts.netloc:
        raise Refused("bad-base-url", "an address must not hold a user name or password", "leave out all up to the `@`")
    if "?" in text or "#" in text:
        raise Refused("bad-base-url", "an address must not hold `?` or `#`", _EXAMPLE)


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            # A zone (`%eth0`) has no meaning beyond one machine.
            ipaddress.IPv6Address(host.replace("%", " "))
        except ValueError:
            raise Refused("bad-base-url", "this is no IPv6 address", _EXAMPLE) from None
    elif not _HOST.fullmatch(host):
        raise Refused("bad-base-url", "this is no host name", _EXAMPLE)
    elif any(label.startswith("xn--") for label in host.split(".")):
        raise Refused(
            "bad-base-url", "a host name in other letters (xn--) is not used: look-alikes lead elsewhere", _EXAMPLE
        )


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
