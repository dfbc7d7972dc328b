"""Calls with patience: which failures are tried again, how often, and what is said when it was for nothing."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

import orjson

from catalogsync.marketplaces.answers import (
    KEY_REFUSED,
    Expected,
    classify,
    describe,
    looks_like_html,
    says_no,
    without_twins,
)
from catalogsync.marketplaces.dates import clock_ahead
from catalogsync.marketplaces.exchange import Exchange, NoReply, Reply
from catalogsync.marketplaces.masking import Mask
from catalogsync.marketplaces.pace import TRIES, Pace
from catalogsync.marketplaces.people import People
from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.config import MarketplaceConfig
from catalogsync.model.errors import Interrupted, KeyRefused, MarketplaceError, Unreachable
from catalogsync.model.secret import Secret
from catalogsync.ports.clock import Clock

T = TypeVar("T")

LAST_TRY: Final = 240.0
"""Seconds after its start in which a changing call may be tried again: with `call_timeout` on top, the longest time
for which a lease must hold."""

_TOO_FAST: Final = 429
_NOT_YOURS: Final = 403
_NOT_FOUND: Final = 404
_BUSY: Final = frozenset({408, 425})
_MOST_VALUES: Final = 5_000_000
_MOST_CONTAINERS: Final = 500_000

GONE: Final = object()
"""What a reading call gives for a 404 that is an answer like others; JSON can be null, so None would not do."""


class Transport:
    """Calls to one marketplace, from any number of threads.

    Attributes:
        people: whom it told of.
        mask: hides the key and these people in what is quoted.
        may_go_on: asked before a changing request that was not sent at once.
        ahead: by how many seconds the marketplace's clock is ahead of ours at least, by its latest answer; or None.
    """

    def __init__(self, config: MarketplaceConfig, key: Secret, clock: Clock, seed: int | None = None) -> None:
        self._config = config
        self._clock = clock
        self._exchange = Exchange(config, key, clock)
        self._pace = Pace(clock, seed)
        self._lock = threading.Lock()
        self._sent = 0
        self.people = People()
        self.mask = Mask([key], people=self.people)
        self.may_go_on: Callable[[], bool] = lambda: True
        self.ahead: float | None = None

    @property
    def sent(self) -> int:
        """How many changing requests were sent, those with a lost answer included."""
        return self._sent

    def close(self) -> None:
        """Close every connection. Reading calls of other threads end soon, with Interrupted, and none begins."""
        self._pace.end()
        self._exchange.close()

    def read(
        self, path: str, query: Mapping[str, str | int], what: str, mask: Mask, *, may_be_gone: bool = False
    ) -> object:
        """The JSON that a reading call gives.

        Args:
            path: the path below the marketplace's address.
            query: the parameters.
            what: what is read, for the error.
            mask: what may be quoted of an answer.
            may_be_gone: a 404 is an answer like others, and gives GONE.

        Raises:
            MarketplaceError: there was no answer, or none that can be used.
        """

        def judge(reply: Reply | NoReply) -> object | _TryAgain:
            return self._reading(reply, what, mask, may_be_gone=may_be_gone)

        return self._patiently(what, lambda exchange: exchange.get(path, query), judge)

    def picture(self, path: str, what: str) -> bytes:
        """The bytes of what anybody may see; no key is sent for it.

        Raises:
            MarketplaceError: there was no answer, none that can be used, or one that is too large.
        """

        def judge(reply: Reply | NoReply) -> bytes | _TryAgain:
            if isinstance(reply, NoReply):
                return self._no_reply(reply, what)
            if reply.status >= 500 or reply.status in _BUSY:
                return _TryAgain(f"HTTP {reply.status}", reply.retry_after)
            if not 200 <= reply.status < 300:
                raise self._failed(what, f"HTTP {reply.status}", None)
            return reply.body

        return self._patiently(what, lambda exchange: exchange.fetch(path), judge)

    def _patiently(self, what: str, ask: "Send", judge: "Callable[[Reply | NoReply], T | _TryAgain]") -> T:
        """Ask until there is an answer, with an end to trying."""
        failures = refusals = 0
        while True:
            self._pace.wait()
            asked = self._clock.now()
            reply = ask(self._exchange)
            if isinstance(reply, Reply):
                self.ahead = clock_ahead(reply.date, asked, self._clock.now())
            if isinstance(reply, Reply) and reply.status == _TOO_FAST:
                refusals += 1
                if not self._pace.slow_down(refusals, reply.retry_after):
                    raise self._failed(what, "it keeps asking to go slower", "wait a while, then run again")
                continue
            outcome = judge(reply)
            if not isinstance(outcome, _TryAgain):
                return outcome
            failures += 1
            if failures >= TRIES:
                kind = MarketplaceError if isinstance(reply, Reply) else Unreachable
                raise self._failed(what, f"{outcome.reason}, {TRIES} times in a row", _LATER, kind)
            if outcome.retry_after is None or not self._pace.slow_down(failures, outcome.retry_after):
                self._pace.back_off(failures)

    def change(self, send: "Send", expected: Expected, secrets: Iterable[Secret] = ()) -> Answer:
        """Send a changing call, again only where the answer proves that it was not done.

        Args:
            send: sends it once.
            expected: what its answer must hold.
            secrets: what the request holds that must not be shown if the marketplace repeats it.
        """
        mask = self.mask.with_secrets(secrets).without_addresses()
        last = self._clock.monotonic() + LAST_TRY
        answer = Answer(AnswerClass.NEVER, "it was not sent: the run was told to wait, or to stop")
        failures = refusals = 0
        try:
            while True:
                waited = self._pace.wait(last)
                # The caller made sure of its lease when it began. Since then another run may have taken over.
                if waited is None or ((waited or failures or refusals) and not self.may_go_on()):
                    return replace(answer, stop=True)
                reply = send(self._exchange)
                answer = self._naming_the_key(classify(reply, expected, mask))
                if answer.kind is not AnswerClass.NEVER:
                    with self._lock:
                        self._sent += 1
                if _asks_to_wait(answer) and isinstance(reply, Reply):
                    refusals += 1
                    if not self._pace.slow_down(refusals, reply.retry_after):
                        return replace(answer, stop=True)
                elif answer.kind is AnswerClass.NEVER and not answer.stop and failures + 1 < TRIES:
                    failures += 1
                    self._pace.back_off(failures)
                else:
                    return answer
        except Interrupted:  # by the Clock, between two tries: the last answer proves that nothing was done
            return replace(answer, stop=True)

    def may_repeat(self, failures: int) -> bool:
        """Wait before a call is repeated that may be; False: the run may not go on, or was interrupted meanwhile."""
        try:
            self._pace.back_off(failures)
        except Interrupted:
            return False
        return self.may_go_on()

    def _reading(self, reply: Reply | NoReply, what: str, mask: Mask, *, may_be_gone: bool) -> "object | _TryAgain":
        if isinstance(reply, NoReply):
            return self._no_reply(reply, what)
        if 300 <= reply.status < 400:
            raise self._failed(what, f"it redirects elsewhere (HTTP {reply.status}), as to a login page", _ADDRESS)
        document = _document_of(reply)
        html = looks_like_html(reply)
        if 200 <= reply.status < 300 and not html and not isinstance(document, _NotJson) and not _says_no(document):
            return document
        came = describe(reply, document, mask)
        if reply.status in KEY_REFUSED:
            variable = self._config.api_key_env
            or_else = ", and that what you asked for is yours" if reply.status == _NOT_YOURS and may_be_gone else ""
            why, hint = f"it refused the key in {variable} ({came})", f"check the value of {variable}{or_else}"
            raise self._failed(what, why, hint, KeyRefused)
        if reply.status >= 500 or reply.status in _BUSY:
            return _TryAgain(came, reply.retry_after)
        if html:
            raise self._failed(what, f"{came} came, which looks like a login page", _ADDRESS)
        if reply.status == _NOT_FOUND and may_be_gone:
            return GONE
        if not 200 <= reply.status < 300:
            raise self._failed(what, came, None)
        if isinstance(document, _NotJson):
            return _TryAgain(f"{came}: {document.reason}")
        raise self._failed(what, came, None)

    def _no_reply(self, reply: NoReply, what: str) -> "_TryAgain":
        if reply.final:
            raise self._failed(what, self.mask.quote(reply.reason), reply.hint, Unreachable)
        return _TryAgain(self.mask.quote(reply.reason))

    def _naming_the_key(self, answer: Answer) -> Answer:
        """An answer that says, if it was the key that was refused, where that comes from."""
        if answer.status not in KEY_REFUSED or not answer.stop:
            return answer
        return replace(answer, reason=f"it refused the key in {self._config.api_key_env} ({answer.reason})")

    def _failed(
        self, what: str, why: str, hint: str | None, kind: type[MarketplaceError] = MarketplaceError
    ) -> MarketplaceError:
        return kind(f"{self._config.name}: {what} could not be read: {why}", hint)


Send = Callable[[Exchange], Reply | NoReply]

_LATER = "run again later; nothing was changed by this call"
_ADDRESS = "check the base_url in catalogsync.yaml"


class _TryAgain:
    """A reading call came to nothing, and may fare better next time."""

    def __init__(self, reason: str, retry_after: str | None = None) -> None:
        self.reason = reason
        self.retry_after = retry_after


class _NotJson:
    """An answer that is no JSON, or more of it than any list has."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _asks_to_wait(answer: Answer) -> bool:
    return answer.kind is AnswerClass.REFUSED and answer.status == _TOO_FAST


def _says_no(document: object) -> bool:
    return isinstance(document, dict) and (says_no(document) or document.get("success", True) is not True)


def _document_of(reply: Reply) -> object:
    body = reply.body
    # A few bytes of JSON can become a hundred of memory. Counting signs is cheap and never counts too few.
    if len(body) > _MOST_CONTAINERS and (
        body.count(b",") > _MOST_VALUES or body.count(b"{") + body.count(b"[") > _MOST_CONTAINERS
    ):
        return _NotJson("too many values")
    try:
        document: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _NotJson(f"{error.msg} at byte {error.pos}")
    return _NotJson("a key stands twice, or it is nested too deeply") if _has_twins(body, document) else document


def _has_twins(body: bytes, document: object) -> bool:
    """Whether an object has a key twice, of which orjson keeps the last: of a list that stands twice one would be lost.

    What came just as it is written anew has none. A key that was dropped took its quotes with it, so that what is
    written anew has fewer. Only where their number differs, or may be right by chance, is the slow reader asked.
    """
    try:
        anew = orjson.dumps(document)
        if anew == body or (body.count(b'"') == anew.count(b'"') and b"\\u0022" not in body):
            return False
        json.loads(body, object_pairs_hook=without_twins)
    except (orjson.JSONEncodeError, ValueError, RecursionError):
        return True
    return False
