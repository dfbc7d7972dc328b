"""What an object store refuses, in words for the user: never its own, which may hold a signature or a token."""

import re
from typing import Final, Literal

from catalogsync.model.errors import StateError

ABSENT: Final = frozenset({"NoSuchKey", "BlobNotFound"})
"""What stores call an object that is not there. A bucket that is not there has another name."""
CONFLICT: Final = frozenset({"ConditionalRequestConflict", "OperationAborted"})
"""Somebody else is writing the same object just now: whether it will be there is open for a moment."""

_CODE: Final = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
_STATUS: Final = re.compile(r"status code: ([0-9]{3})\b")
_NO_DATA: Final = "No data in memory found"
_METADATA: Final = re.compile(r"169\.254\.169\.254|metadata\.google|/latest/api/token|/metadata/identity")
_NETWORK: Final = re.compile(r"kind: (Connect|Timeout|Request|Interrupted|Decode)\b|error sending request")

_PERMISSIONS: Final = (
    "on S3: s3:GetObject and s3:PutObject on the objects, s3:ListBucket on the bucket (without it S3 does not tell "
    "what is missing from what is forbidden); on Google Cloud: Storage Object User; on Azure: Storage Blob Data "
    "Contributor"
)
_NO_BUCKET: Final = (
    "there is no such bucket",
    "make it, or correct `state.url` (and `options.endpoint`) in catalogsync.yaml; buckets are never made for you",
)
_DENIED: Final = ("access is denied", f"these credentials need more permissions: {_PERMISSIONS}")
_CREDENTIALS: Final = (
    "the credentials are not accepted",
    "look at the variables AWS_…, GOOGLE_… or AZURE_… of this shell or job: they may be mistyped, expired, or for "
    "another store",
)
_NO_CREDENTIALS: Final = (
    "there are no credentials for it",
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; GOOGLE_APPLICATION_CREDENTIALS; or AZURE_STORAGE_ACCOUNT_NAME "
    "and AZURE_STORAGE_ACCOUNT_KEY. Profiles in ~/.aws are not read",
)
_REGION: Final = (
    "the bucket is in another region, or at another address",
    "set AWS_REGION, or `options: {region: …}` under `state` in catalogsync.yaml, to the region that the bucket is in",
)
_SKEW: Final = (
    "the clock of this machine is wrong",
    "set it (most systems do by themselves: look for `NTP` or “set time automatically”), and run the command again",
)
_UNSUPPORTED: Final = (
    "the store cannot create an object only if it is absent, which a state stands on",
    "put the state into another kind of store",
)
_BUSY: Final = ("the store is busy, or has a fault", "wait a little, and run the command again")
_NETWORK_DOWN: Final = (
    "it cannot be reached",
    "look at the network, at a proxy, and at `options.endpoint` in catalogsync.yaml; then run the command again",
)

_WORDS: Final = {
    "NoSuchBucket": _NO_BUCKET,
    "ContainerNotFound": _NO_BUCKET,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AuthorizationPermissionMismatch": _DENIED,
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "AuthorizationFailure": _CREDENTIALS,
    "AuthenticationFailed": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "InvalidToken": _CREDENTIALS,
    "RequestTimeTooSkewed": _SKEW,
    "RequestExpired": _SKEW,
    "PermanentRedirect": _REGION,
    "TemporaryRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "NotImplemented": _UNSUPPORTED,
    "SlowDown": _BUSY,
    "ServerBusy": _BUSY,
}
_BY_STATUS: Final = {
    401: _CREDENTIALS,
    403: _DENIED,
    405: _UNSUPPORTED,
    429: _BUSY,
    500: _BUSY,
    501: _UNSUPPORTED,
    502: _BUSY,
    503: _BUSY,
    504: _BUSY,
}


def code_of(error: Exception) -> str:
    """What the store calls a refusal; empty where it gave it no name."""
    text = str(error)
    if _NO_DATA in text:
        return "NoSuchKey"
    found = _CODE.search(text)
    return found.group(1) if found else ""


def object_error(error: Exception, doing: Literal["read", "written"], place: str) -> StateError:
    """A store's refusal in words for the user.

    Args:
        error: what came.
        doing: what could not be done.
        place: where the state is, in words for the user.
    """
    why, hint = _why(error)
    return StateError(f"the state in {place} cannot be {doing}: {why}", hint)


def _why(error: Exception) -> tuple[str, str]:
    text, code = str(error), code_of(error)
    found = _STATUS.search(text)
    status = int(found.group(1)) if found else 0
    if _METADATA.search(text):
        return _NO_CREDENTIALS
    if code in _WORDS:
        return _WORDS[code]
    if 300 <= status < 400 or "redirect" in text:
        return _REGION
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status:
        return f"the store answered {status}{f' {code}' if code else ''}", _NETWORK_DOWN[1]
    if "BadScheme" in text:
        return "its address is no https:// address", "correct `options.endpoint` in catalogsync.yaml"
    if _NETWORK.search(text):
        return _NETWORK_DOWN
    return f"the store's library failed ({type(error).__name__})", _CREDENTIALS[1]
