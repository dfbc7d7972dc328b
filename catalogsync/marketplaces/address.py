"""Where a marketplace is, and the proxy on the way there, taken apart as the connections need it."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import httpcore

from catalogsync.model.errors import MarketplaceError

_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<host>[a-z0-9._-]+))"
    r"(?::(?P<port>[0-9]{0,5}))?(?P<path>(?:/[a-z0-9._~-]*)*)",
    re.ASCII | re.IGNORECASE,
)
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")
_PORTS: Final = {"http": 80, "https": 443}
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """A marketplace's address.

    Attributes:
        scheme: http or https.
        host: its name or number; of IPv6 without brackets.
        port: the port; None: the scheme's own.
        path: what stands before each call's path, without a slash at its end; may be empty.
    """

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def named(self) -> bytes:
        """What a Host header says of it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (host if self.port is None else f"{host}:{self.port}").encode("ascii")

    def url(self, target: str) -> httpcore.URL:
        """The address of one call, whose path and query are written as HTTP has them."""
        return httpcore.URL(
            scheme=self.scheme.encode("ascii"),
            host=self.host.encode("ascii"),
            port=self.port,
            target=(self.path + target).encode("ascii"),
        )


class Proxy(NamedTuple):
    """A proxy that is spoken to by HTTP: where it is, and who we are there."""

    url: httpcore.URL
    auth: tuple[bytes, bytes] | None


def address_of(text: str) -> Address | None:
    """The address that a text is; None if it is none to which a key may be sent: no https, and not this machine."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    scheme, host = found["scheme"].lower(), (found["six"] or found["host"]).lower()
    port = int(found["port"]) if found["port"] else None
    if (port or 0) > _LAST_PORT or (scheme == "http" and not is_loopback(host)):
        return None
    return Address(scheme, host, None if port == _PORTS[scheme] else port, found["path"].rstrip("/"))


def proxy_for(address: Address) -> Proxy | None:
    """The proxy that the environment names for an address; None: it is reached directly, as this machine always is.

    Raises:
        MarketplaceError: it names what cannot be used.
    """
    if is_loopback(address.host):
        return None
    from urllib.request import getproxies, proxy_bypass  # takes long to load, and this machine needs no proxy

    if proxy_bypass(address.host):
        return None
    proxies = getproxies()
    named = proxies.get(address.scheme) or proxies.get("all")
    if not named:
        return None
    proxy = _proxy_at(named if "://" in named else f"http://{named}")
    if proxy is None:
        # the address is not shown, nor the error chained: either may hold a password
        raise MarketplaceError(
            "the proxy that the environment names cannot be used",
            "HTTPS_PROXY or ALL_PROXY must be an http:// or https:// address; NO_PROXY names hosts to reach directly",
        )
    return proxy


def _proxy_at(text: str) -> Proxy | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        return None
    url = httpcore.URL(scheme=parts.scheme.encode("ascii"), host=host.encode("ascii"), port=port, target=b"/")
    if not (parts.username or parts.password):
        return Proxy(url, None)
    user, password = (
        unquote(part or "").encode("utf-8", "surrogateescape") for part in (parts.username, parts.password)
    )
    return Proxy(url, (user, password))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
