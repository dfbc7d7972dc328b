"""The gate that every marketplace call goes through: it is logged, delayed, struck by a fault, and answered."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from catalogsync.sandbox.market import Market
from catalogsync.sandbox.wire.answers import Answer, Call, Refused
from catalogsync.sandbox.wire.calls import Entry, body_shape
from catalogsync.sandbox.wire.exchange import Exchange
from catalogsync.sandbox.wire.faults import Rule
from catalogsync.sandbox.wire.held import HeldCall

Handler = Callable[[Market, Call], Answer]

_NOT_LOGGED = {"key", "apikey", "api_key"}


class Gate:
    """One endpoint of a marketplace as an ASGI application.

    Args:
        market: the world that the call acts on.
        name: what faults and the log call this endpoint.
        handler: what the marketplace does; it runs in the event loop, one call after the other.
        changing: whether the call can change the marketplace.
    """

    def __init__(self, market: Market, name: str, handler: Handler, *, changing: bool) -> None:
        self.market = market
        self.name = name
        self.handler = handler
        self.changing = changing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 (ASGI)
        exchange = Exchange(scope, receive, send)
        body = await exchange.read()
        if body is None:
            return
        request = Request(scope)
        call = Call(
            name=self.name,
            path=request.url.path,
            path_params=request.path_params,
            query=dict(request.query_params),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            origin=f"{request.url.scheme}://{request.url.netloc}",
            settings=self.market.settings,
        )
        entry = self._log(call, exchange, request.method)
        rule = self.market.faults.pick(self.name, call.query, entry.accounts)
        await asyncio.sleep(self.market.settings.latency_ms / 1000)
        if rule is None:
            await self._answer(exchange, entry, self._handle(call, entry))
        else:
            entry.fault = rule.kind
            await self._misbehave(rule, exchange, call, entry)

    def _log(self, call: Call, exchange: Exchange, method: str) -> Entry:
        shape = body_shape(call.headers.get("content-type", ""), call.body)
        connection = exchange.connection
        return self.market.calls.add(
            Entry(
                n=0,
                at=self.market.stamp(),
                call=self.name,
                method=method,
                path=call.path,
                query={name: text for name, text in call.query.items() if name.lower() not in _NOT_LOGGED},
                changing=self.changing,
                keys=shape.keys,
                words=shape.words,
                accounts=shape.accounts,
                connection=connection.number if connection else 0,
                fresh=connection is not None and connection.calls == 1,
                connection_header=call.headers.get("connection", ""),
            )
        )

    def _handle(self, call: Call, entry: Entry) -> Answer:
        try:
            answer = self.handler(self.market, call)
        except Refused as refusal:
            answer = refusal.answer
        entry.handled = answer.status
        return answer

    async def _answer(self, exchange: Exchange, entry: Entry, answer: Answer) -> None:
        # noted first: a client that has its answer must find the call complete in the log
        entry.status, entry.outcome = answer.status, "answered"
        await exchange.answer(answer)

    async def _misbehave(self, rule: Rule, exchange: Exchange, call: Call, entry: Entry) -> None:
        if rule.kind == "override":
            settings = self.market.settings.changed(rule.settings or {})
            await self._answer(exchange, entry, self._handle(replace(call, settings=settings), entry))
            return
        done = self._handle(call, entry) if rule.when == "after" and rule.kind != "late" else None
        if rule.kind == "hang":
            await self._hang(rule, exchange, call, entry, done)
        elif rule.kind in ("status", "json", "html", "redirect"):
            await self._answer(exchange, entry, rule.made_up())
        else:
            entry.outcome = "broken"
            await self._break(rule, exchange, call, entry, done)

    async def _hang(self, rule: Rule, exchange: Exchange, call: Call, entry: Entry, done: Answer | None) -> None:
        entry.outcome = "held"
        held = HeldCall(entry.n, self.name, call.path, rule.when)
        if await self.market.held.hold(held, exchange.client_left()):
            await self._answer(exchange, entry, done or self._handle(call, entry))
        elif held.over.is_set():
            entry.outcome = "broken"
            await exchange.reset()
        else:
            entry.outcome = "left"

    async def _break(self, rule: Rule, exchange: Exchange, call: Call, entry: Entry, done: Answer | None) -> None:
        match rule.kind:
            case "reset":
                await exchange.reset()
            case "close":
                await exchange.close()
            case "garbage":
                await exchange.garble()
            case "truncated":
                whole = rule.made_up() if done is None or rule.body is not None else done
                entry.status = whole.status
                await exchange.truncate(whole)
            case "slow":
                whole = done or (self._handle(call, entry) if rule.body is None else rule.made_up())
                entry.status = whole.status
                await exchange.drip(whole, rule.delay_ms / 1000)
            case _:
                task = asyncio.create_task(self._do_late(rule, call, entry))
                self.market.late.add(task)
                task.add_done_callback(self.market.late.discard)
                await exchange.reset()

    async def _do_late(self, rule: Rule, call: Call, entry: Entry) -> None:
        await asyncio.sleep(rule.delay_ms / 1000)
        self._handle(call, entry)
