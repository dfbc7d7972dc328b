"""From an address, options and the environment to a bucket: of Amazon S3 and its likes, Google Cloud, Azure, memory."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from catalogsync.core.nearest import suggestion
from catalogsync.model.errors import StateError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, MemoryStore, ObjectStore, RetryConfig

_ADDRESS: Final = re.compile(
    r"(?P<scheme>s3|gs|az|memory)://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]*)(?P<prefix>(/[A-Za-z0-9._=-]+)*)/?"
)
_EXTRA: Final = "pip install 'catalogsync[object]'"
_OPTIONS: Final = {
    "s3": ("endpoint", "region", "path_style"),
    "gs": ("endpoint",),
    "az": ("endpoint", "account"),
    "memory": (),
}
_CONNECT: Final = "5 seconds"
_CALL: Final = "30 seconds"

_AWS: Final = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL_STS"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
_AWS_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_GOOGLE: Final = (
    *("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_SERVICE_ACCOUNT_KEY"),
    "GOOGLE_APPLICATION_CREDENTIALS",
)
_AZURE: Final = (
    *("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ACCESS_KEY"),
    *("AZURE_STORAGE_SAS_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_TOKEN", "AZURE_CLIENT_ID"),
    *("AZURE_CLIENT_SECRET", "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST", "AZURE_FEDERATED_TOKEN_FILE"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Bucket:
    """Where objects lie. The stores in it hold credentials, so it is never shown.

    Attributes:
        reading: what objects are read with; a failure is tried again.
        writing: what they are written with; each request is sent exactly once.
        prefix: what their names begin with, with a slash at its end, or empty.
        place: where that is, in words for the user.
    """

    reading: "ObjectStore"
    writing: "ObjectStore"
    prefix: str
    place: str


def open_bucket(url: str, options: Mapping[str, str], environ: Mapping[str, str]) -> Bucket:
    """The bucket of an address. Nothing is asked of it yet.

    Args:
        url: such as s3://bucket/prefix, as catalogsync.yaml has it.
        options: `endpoint` and the like, as catalogsync.yaml has them; no secrets.
        environ: the environment, which holds the credentials.

    Raises:
        StateError: the address or an option is of no use, or the library for object stores is not installed.
    """
    match = _ADDRESS.fullmatch(url)
    if match is None or any(part in {".", ".."} for part in match["prefix"].split("/")):
        raise StateError(
            f"`state.url` is no address of a bucket: {url}",
            "write it as s3://bucket/prefix, gs://bucket/prefix or az://container/prefix, in plain letters",
        )
    scheme, name = match["scheme"], match["bucket"]
    _check_options(scheme, options)
    prefix = match["prefix"].strip("/")
    endpoint = options.get("endpoint") or next((environ[key] for key in _AWS_ENDPOINTS if environ.get(key)), None)
    if scheme != "s3":
        endpoint = options.get("endpoint")
    place = f"{url.rstrip('/')}{f' at {endpoint}' if endpoint else ''}"
    local = _check_endpoint(endpoint) if endpoint else False
    make = _maker(scheme, name, endpoint, options, environ)
    client: ClientConfig = {"connect_timeout": _CONNECT, "timeout": _CALL, "allow_http": local}
    once: RetryConfig = {"max_retries": 0}
    again: RetryConfig = {"max_retries": 3}
    try:
        reading, writing = make(client, again), make(client, once)
    except ImportError:
        raise StateError(
            f"the state is in {url}, but what speaks to object stores is not installed", f"`{_EXTRA}` installs it"
        ) from None
    except Exception as error:  # noqa: BLE001 - the library's own words may hold what it was given
        raise StateError(
            f"the state in {place} cannot be opened: the library for object stores refuses what it was given "
            f"({type(error).__name__})",
            "look at `options` in catalogsync.yaml, and at the variables AWS_…, GOOGLE_… or AZURE_… of this shell",
        ) from None
    return Bucket(reading, writing, f"{prefix}/" if prefix else "", place)


def _maker(
    scheme: str, name: str, endpoint: str | None, options: Mapping[str, str], environ: Mapping[str, str]
) -> "Callable[[ClientConfig, RetryConfig], ObjectStore]":
    # The library reads the process's variables by itself too. So whatever decides where requests go and how they are
    # made is given to it in any case: what is given counts.
    if scheme == "s3":
        return lambda client, retry: _s3(name, _s3_config(name, endpoint, options, environ), client, retry)
    if scheme == "gs":
        config = {**_taken(_GOOGLE, environ), **({"google_base_url": endpoint} if endpoint else {})}
        return lambda client, retry: _gs(name, config, client, retry)
    if scheme == "az":
        account = options.get("account")
        given = {"azure_storage_account_name": account} if account else {}
        where = {"azure_storage_endpoint": endpoint} if endpoint else {}
        return lambda client, retry: _az(name, {**_taken(_AZURE, environ), **given, **where}, client, retry)
    return lambda _client, _retry: _memory(name)


def _s3_config(
    name: str, endpoint: str | None, options: Mapping[str, str], environ: Mapping[str, str]
) -> dict[str, Any]:
    by_path = options.get("path_style", "true") == "true"
    config: dict[str, Any] = {
        **_taken(_AWS, environ),
        "aws_conditional_put": "etag",
        "aws_disable_bulk_delete": True,
        "aws_skip_signature": False,
        "aws_virtual_hosted_style_request": not by_path,
    }
    if region := options.get("region") or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"):
        config["aws_region"] = region
        config.pop("aws_default_region", None)
    if endpoint:
        scheme, _, host = endpoint.rstrip("/").partition("://")
        config["aws_endpoint_url_s3"] = f"{scheme}://{host}" if by_path else f"{scheme}://{name}.{host}"
    return config


def _s3(name: str, config: dict[str, Any], client: "ClientConfig", retry: "RetryConfig") -> "ObjectStore":
    from obstore.store import S3Store

    return S3Store(name, config=config, client_options=client, retry_config=retry)  # type: ignore[arg-type]


def _gs(name: str, config: dict[str, Any], client: "ClientConfig", retry: "RetryConfig") -> "ObjectStore":
    from obstore.store import GCSStore

    return GCSStore(name, config=config, client_options=client, retry_config=retry)  # type: ignore[arg-type]


def _az(name: str, config: dict[str, Any], client: "ClientConfig", retry: "RetryConfig") -> "ObjectStore":
    from obstore.store import AzureStore

    return AzureStore(name, config=config, client_options=client, retry_config=retry)  # type: ignore[arg-type]


@cache
def _memory(name: str) -> "MemoryStore":  # noqa: ARG001 - each name has a store of its own
    from obstore.store import MemoryStore

    return MemoryStore()


def _taken(names: tuple[str, ...], environ: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): environ[name] for name in names if environ.get(name)}


def _check_options(scheme: str, options: Mapping[str, str]) -> None:
    known = _OPTIONS[scheme]
    for name in options:
        if name not in known:
            may = f"it may hold {', '.join(known)}; keys belong in the environment" if known else "leave `options` out"
            raise StateError(f"`state.options` has no {name!r} for {scheme}://", suggestion(name, known) or may)
    if options.get("path_style", "true") not in {"true", "false"}:
        raise StateError('`state.options.path_style` is neither "true" nor "false"', "leave it out if in doubt")


def _check_endpoint(endpoint: str) -> bool:
    """Whether it is on this machine, where plain http does no harm.

    Raises:
        StateError: it is no address, or one to which credentials must not be sent.
    """
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        port_is_sane = parts.port is None or parts.port > 0
    except ValueError:
        host, port_is_sane, parts = "", False, urlsplit("")
    if not host or not port_is_sane or parts.scheme not in {"http", "https"}:
        raise StateError("the endpoint of the store is no address", "write it as https://host, or https://host:port")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise StateError(
            "the endpoint of the store holds more than an address", "keys and tokens belong in the environment"
        )
    local = _is_loopback(host)
    if parts.scheme == "http" and not local:
        raise StateError(
            f"the endpoint http://{host} would send everything in clear text",
            "use https://; http:// is for this machine",
        )
    return local


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
