"""`catalogsync.yaml` to a Config."""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final, TypeVar

from catalogsync.catalog.config_values import base_url, branch, limit, remote, seconds
from catalogsync.catalog.documents import Document
from catalogsync.catalog.files import YAML_LIMIT, Folder
from catalogsync.catalog.problems import Problems, Refused, shown
from catalogsync.catalog.validation import Schema
from catalogsync.catalog.yaml_reader import read_documents
from catalogsync.model.config import Config, Limit, MarketplaceConfig, Recovery, Safety, StateConfig
from catalogsync.model.problem import Place

CONFIG_FILE: Final = "catalogsync.yaml"

_BACKEND_OF: Final = {"path": "file", "branch": "git", "remote": "git", "url": "object", "options": "object"}
_SECRET_OPTION: Final = re.compile(r"secret|token|password|credential|access_?key|account_?key|sas", re.IGNORECASE)
_KEY_LIKE: Final = re.compile(r"[A-Z0-9]{24,}", re.ASCII)

_REQUIRED: Final = frozenset({"type", "base_url", "api_key_env"})
_LONGEST_CALL: Final = 540.0
"""Seconds. A call and its retries must fit into the time for which a run holds the state."""
_STATE_KEY: Final = "CATALOGSYNC_STATE_KEY"
_PAID: Final = ("completed_payment", "paid")

Made = TypeVar("Made")


@cache
def _schema() -> Schema:
    keys = dict.fromkeys(("api_key_env", "api_key", "apikey", "key", "token", "password"), "api-key-in-file")
    return Schema("config", {**keys, "env": "secret-in-file"})


def load_config(folder: Folder, problems: Problems, name: str = CONFIG_FILE) -> Config | None:
    """Read `catalogsync.yaml` (or another file); None if it has an error, and then `problems` says which."""
    before = problems.errors
    try:
        data = folder.read(name, YAML_LIMIT)
    except Refused as refused:
        hint = "run this in a catalog's folder, or name it with -C; `catalogsync init` begins one"
        problems.error(Place(CONFIG_FILE), refused.code, refused.message, hint)
        return None
    documents, complete = read_documents(name, data, problems)
    if len(documents) > 1:
        problems.error(
            documents[1].place(), "multi-document", "one document is due here", "remove the `---` and what follows"
        )
    if not complete or len(documents) != 1:
        return None
    config = _Maker(documents[0], _schema().check(documents[0], problems), problems).config()
    return config if problems.errors == before else None


def looks_like_a_key(text: str) -> bool:
    """Whether what should be the name of a variable may be an API key itself."""
    return bool(_KEY_LIKE.search(text))


class _Maker:
    """Makes a Config of a document; where something is wrong it is never used, but all of it is looked at."""

    def __init__(self, document: Document, value: dict[str, Any], problems: Problems) -> None:
        self._document = document
        self._value = value
        self._problems = problems

    def config(self) -> Config:
        return Config(
            marketplaces=self._marketplaces(),
            state=self._state(),
            categories=self._value.get("categories", {}),
            drift=self._value.get("drift", "restore"),
            safety=self._safety(),
            max_batch=self._value.get("appends", {}).get("max_batch", 200),
            paid_statuses=self._paid_statuses(),
            notify_envs=self._notify_envs(),
            recovery=self._recovery(),
            place=self._document.place(),
            limit_places={name: self._document.place(("safety", name)) for name in self._value.get("safety", {})},
        )

    def _made(self, make: Callable[[Any], Made], value: Any, *path: str) -> Made | None:
        try:
            return make(value)
        except Refused as refused:
            self._problems.refuse(self._document.place(path), refused)
            return None

    def _paid_statuses(self) -> tuple[str, ...]:
        written = self._value.get("orders", {}).get("paid_statuses", _PAID)
        for number, word in enumerate(written):
            if word.isspace():
                place = self._document.place(("orders", "paid_statuses", number))
                self._problems.error(place, "empty-text", "this text is blank")
        return tuple(word.strip() for word in written)

    def _notify_envs(self) -> tuple[str, ...]:
        keys = {entry.get("api_key_env"): name for name, entry in self._value.get("marketplaces", {}).items()}
        envs = [entry.get("env") for entry in self._value.get("notify", ())]
        for number, env in enumerate(envs):
            if env in keys or env == _STATE_KEY:
                whose = f"the API key of {shown(keys[env])}" if env in keys else "the state's key"
                place = self._document.place(("notify", number, "env"))
                message = f"this variable holds {whose}, and no address to send messages to"
                self._problems.error(place, "notify-key", message, "name the variable that holds the Apprise address")
        return tuple(env for env in envs if env)

    def _marketplaces(self) -> dict[str, MarketplaceConfig]:
        found: dict[str, MarketplaceConfig] = {}
        doors: dict[tuple[str, str], str] = {}
        first: str | None = None
        for name, entry in self._value.get("marketplaces", {}).items():
            path = ("marketplaces", name)
            if entry.get("type") == "accplanet":
                if first is not None:
                    message = f"`{shown(first)}` is of type accplanet already; there can be one"
                    self._problems.error(self._document.key_place(path), "second-accplanet", message)
                first = first or name
            made = self._marketplace(name, entry)
            if made is not None:
                found[name] = made
                other = doors.setdefault((made.base_url.rstrip("/").lower(), made.api_key_env), name)
                if made.base_url and other != name:
                    message = f"this is `{shown(other)}` once more: the same address with the same key"
                    hint = "leave one of them out; under two names an order could be filled twice"
                    self._problems.error(self._document.key_place(path), "same-marketplace", message, hint)
        return found

    def _marketplace(self, name: str, entry: dict[str, Any]) -> MarketplaceConfig | None:
        path = ("marketplaces", name)
        if looks_like_a_key(entry.get("api_key_env", "")):
            message = "`api_key_env` is the NAME of a variable; this looks like a key itself"
            hint = "write the name, such as ACCPLANET_API_KEY, and replace the key: it may have been seen"
            self._problems.error(self._document.place((*path, "api_key_env")), "api-key-in-file", message, hint)
        url = None
        if "type" in entry and "base_url" in entry:
            url = self._made(partial(base_url, kind=entry["type"]), entry["base_url"], *path, "base_url")
        times = entry.get("timeouts", {})
        connect = self._made(_some_time, times.get("connect", "10s"), *path, "timeouts", "connect")
        call = self._made(_some_time, times.get("call", "60s"), *path, "timeouts", "call")
        if not entry.keys() >= _REQUIRED:
            return None
        return MarketplaceConfig(
            name=name,
            type=entry["type"],
            base_url=url or "",
            api_key_env=entry["api_key_env"],
            retired_status=entry.get("retired_status", "inactive"),
            connect_timeout=connect or 0,
            call_timeout=call or 0,
        )

    def _state(self) -> StateConfig:
        entry = self._value.get("state", {})
        backend = entry.get("backend", "file")
        for field, owner in _BACKEND_OF.items():
            if field in entry and owner != backend:
                message = f"`{field}` belongs to `backend: {owner}`, and this is `{backend}`"
                self._problems.error(self._document.key_place(("state", field)), "not-for-backend", message)
        if backend == "object" and "url" not in entry:
            self._problems.error(
                self._document.place(("state",)),
                "missing-field",
                "`url` is missing in `state`",
                "such as s3://bucket/prefix",
            )
        for name in entry.get("options", {}):
            if _SECRET_OPTION.search(name):
                message, hint = (
                    "a secret does not belong in this file",
                    "the store's usual variables are read: AWS_…, GOOGLE_…, AZURE_…",
                )
                self._problems.error(
                    self._document.key_place(("state", "options", name)), "secret-in-file", message, hint
                )
        for name, make in (("branch", branch), ("remote", remote)):
            if name in entry:
                self._made(make, entry[name], "state", name)
        return StateConfig(**entry)

    def _safety(self) -> Safety:
        entry = self._value.get("safety", {})
        limits: dict[str, Limit | None] = {
            name: self._made(limit, entry[name], "safety", name)
            for name in ("max_deletes", "max_updates", "max_price_change")
            if name in entry
        }
        lowest = entry.get("min_price")
        return Safety(
            **limits,
            min_price=None if lowest is None else Decimal(lowest),
            allow_plaintext_pools=entry.get("allow_plaintext_pools", False),
        )

    def _recovery(self) -> Recovery:
        entry = self._value.get("recovery", {})
        settle = self._made(seconds, entry.get("settle", "60s"), "recovery", "settle")
        return Recovery(in_doubt=entry.get("in_doubt", "ask"), settle=settle or 0.0)


def _some_time(text: str) -> float:
    time = seconds(text)
    if not 0 < time <= _LONGEST_CALL:
        raise Refused("out-of-range", "this time must be more than 0 and at most 9m")
    return time
