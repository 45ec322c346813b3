"""The door: each request gets an id, is checked, counted, logged, and answered in every case.

Checked in this order: the size of its head, its host (DNS rebinding), its origin (pages of others),
its key, its rate. What is refused is refused before the body is read. The log has an operation's
name, a status, times and sizes: no path, no query, no text.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from onoma.errors import OnomaError
from onoma.server.access import EVERYONE, Keys, Who, bearer, need_scope
from onoma.server.audit import Audit
from onoma.server.declare import Operation, cookie_of
from onoma.server.limits import ServerLimits
from onoma.server.metrics import Metrics
from onoma.server.oidc import Tokens
from onoma.server.problems import (
    MEDIA,
    NoKey,
    Refused,
    TooLarge,
    TooMany,
    WrongHost,
    WrongMethod,
    WrongOrigin,
    internal,
    problem,
    problem_bytes,
    status_of,
)
from onoma.server.rates import Rates
from onoma.server.sessions import COOKIE, TOKEN, Sessions
from onoma.server.settings import ServerSettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LOG = logging.getLogger("onoma.server")
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    b"require-trusted-types-for 'script'; trusted-types 'none'"
)
ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", CSP),
)


@dataclass(slots=True)
class Exchange:
    """A request on its way through: what the inner parts fill in for the log."""

    id: str
    began: float
    operation: Operation | None = None
    who: Who | None = None
    status: int = 0
    received: int = 0
    sent: int = 0
    digest: str = ""
    code: str = ""


class Gate:
    """The outermost part of the application."""

    def __init__(
        self,
        inner: Callable[[Scope, Receive, Send], Awaitable[None]],
        settings: ServerSettings,
        limits: ServerLimits,
        metrics: Metrics,
        keys: Keys,
    ) -> None:
        """Stand before the inner application."""
        self.application = inner
        self._settings = settings
        self._limits = limits
        self._metrics = metrics
        self._keys = keys
        self._sessions = Sessions(settings.place)
        self._rates = Rates(settings.place, settings.rate) if settings.rate else None
        self._audit = Audit(settings.place)
        self._tokens = _tokens(settings)
        self._hosts = settings.known_hosts
        self._origins = frozenset(settings.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        asked = headers.get(b"x-request-id", b"")
        is_fit = _ID.fullmatch(asked) is not None
        exchange = Exchange(
            asked.decode("ascii") if is_fit else secrets.token_hex(8), time.perf_counter()
        )
        scope.setdefault("state", {})["exchange"] = exchange
        sender = _Sender(send, exchange)
        self._metrics.opened(1)
        try:
            await self._admit(scope, headers, exchange)
            await self.application(scope, receive, sender)
        except OnomaError as error:
            await self._refuse(error, exchange, sender)
        except asyncio.CancelledError:
            exchange.status = exchange.status or 499
            raise
        except Exception as error:
            _log_fault(error, exchange)
            if not sender.is_begun:
                await sender.answer(500, problem_bytes(internal(exchange.id)), MEDIA)
        finally:
            self._metrics.opened(-1)
            await self._close(scope, exchange)

    async def _admit(self, scope: Scope, headers: dict[bytes, bytes], exchange: Exchange) -> None:
        """Let a request in, or raise why not."""
        target = len(scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape"))
        if target + len(scope["query_string"]) > self._limits.target:
            words = f"the address is longer than {self._limits.target} bytes"
            raise TooLarge(words, hint="send it in a body")
        self._check_host(headers)
        is_own = self._check_origin(scope, headers)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 15:
            raise Refused("Content-Length is no number", hint="leave it to the client library")
        if int(length) > self._limits.body:
            words = f"a body of {int(length):,} bytes; at most {self._limits.body:,}"
            raise TooLarge(words, hint="send it in parts, or run onoma on the file itself")
        exchange.who = await self._who(scope, headers, is_own)
        if self._rates is not None:
            name = exchange.who.name if exchange.who is not EVERYONE else ""
            wait = self._rates.take(name or self._address(scope, headers))
            if wait:
                refused = TooMany(f"more than {self._settings.rate} requests a minute")
                refused.retry = int(wait) + 1
                raise refused

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if _name_of(host) not in self._hosts:
            raise WrongHost("this server is not called by that name", hint="onoma serve --name")

    def _check_origin(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Check where a page that asks comes from; say whether the request is surely our own."""
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        site = headers.get(b"sec-fetch-site", b"")
        if origin in self._origins:
            return True
        if origin and not self._is_own(origin, headers):
            raise WrongOrigin("a page of another origin asks", hint="onoma serve --origin")
        if site == b"cross-site" and scope["method"] not in SAFE:
            raise WrongOrigin("a page of another site asks", hint="onoma serve --origin")
        return bool(origin) or site in (b"same-origin", b"none")

    def _is_own(self, origin: str, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc == host

    async def _who(self, scope: Scope, headers: dict[bytes, bytes], is_own: bool) -> Who:
        """Return who asks.

        Raises: NoKey, NotAllowed.
        """
        given = bearer(headers.get(b"authorization", b"").decode("latin-1"))
        given = given or headers.get(b"x-api-key", b"").decode("latin-1")
        if given:
            tokens = self._tokens
            book = tokens if tokens is not None and tokens.is_one(given) else self._keys
            loop = asyncio.get_running_loop()
            who = book.remembered(given)
            return await loop.run_in_executor(None, book.who, given) if who is None else who
        if self._settings.is_open:
            return EVERYONE
        session = cookie_of(headers.get(b"cookie", b"").decode("latin-1"), COOKIE)
        if session:
            token = headers.get(TOKEN.encode(), b"").decode("latin-1")
            is_write = scope["method"] not in SAFE
            return self._sessions.who(session, token if is_write else None)
        return ANYONE

    def _address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Return the client's address; a listed proxy tells whom it speaks for."""
        own = (scope.get("client") or ("",))[0]
        if own in self._settings.proxies:
            told = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
            return told[-1].strip() or own
        return str(own)

    async def _refuse(self, error: OnomaError, exchange: Exchange, sender: _Sender) -> None:
        exchange.code = error.code
        if sender.is_begun:
            return
        status = status_of(error)
        if status == 500:
            _log_fault(error, exchange)
        more: list[tuple[bytes, bytes]] = []
        retry = error.retry if isinstance(error, Refused) else 5 if status == 409 else None
        if retry is not None:
            more.append((b"retry-after", str(retry).encode()))
        if isinstance(error, WrongMethod):
            more.append((b"allow", ", ".join(error.allowed).encode()))
        if status == 401:
            more.append((b"www-authenticate", b'Bearer realm="onoma"'))
        body = problem_bytes(problem(error, exchange.id))
        await sender.answer(status, body, MEDIA, more)

    async def _close(self, scope: Scope, exchange: Exchange) -> None:
        """Count and log what became of it."""
        seconds = time.perf_counter() - exchange.began
        operation = exchange.operation
        name = operation.name if operation is not None else "none"
        self._metrics.note(name, exchange.status or 499, seconds)
        who = exchange.who.name if exchange.who is not None else ""
        record = {
            "id": exchange.id, "operation": name, "method": scope["method"],
            "status": exchange.status, "code": exchange.code, "ms": round(seconds * 1000, 1),
            "received": exchange.received, "sent": exchange.sent, "who": who,
            "body": exchange.digest,
        }  # fmt: skip
        if LOG.isEnabledFor(logging.INFO):
            LOG.info("%s", json.dumps(record))
        is_change = operation is not None and operation.scope in ("curate", "admin")
        is_change = is_change and scope["method"] not in SAFE
        if self._settings.is_audited or is_change or exchange.status in (401, 403):
            del record["ms"]
            await asyncio.get_running_loop().run_in_executor(None, self._audit.note, record)


ANYONE = Who("anyone", frozenset())
"""Who shows no key to a server that wants one: sees the pages and whether the server is well."""


def _tokens(settings: ServerSettings) -> Tokens | None:
    """Return what checks tokens of an OpenID provider, None where none is asked for."""
    if not settings.issuer:
        return None
    return Tokens(settings.issuer, settings.audience, settings.grants)


def check_scope(who: Who | None, operation: Operation) -> None:
    """Check that someone may do this.

    Raises: NoKey: without a key nobody may; NotAllowed: this key may not.
    """
    if who is ANYONE and operation.scope:
        raise NoKey("a key is needed", hint="send it as: Authorization: Bearer onoma_...")
    if who is not None:
        need_scope(who, operation.scope)


class _Sender:
    """Sends what is answered, with the headers that every answer has."""

    def __init__(self, send: Send, exchange: Exchange) -> None:
        self._send = send
        self._exchange = exchange
        self.is_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
            self._exchange.status = message["status"]
            given = message.get("headers", [])
            own = {name.lower() for name, _ in given}
            always = [pair for pair in ALWAYS if pair[0] not in own]
            told = (b"x-request-id", self._exchange.id.encode("ascii"))
            message = {**message, "headers": [*given, *always, told]}
        else:
            self._exchange.sent += len(message.get("body", b""))
        await self._send(message)

    async def answer(
        self, status: int, body: bytes, media: str, more: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Send a whole answer."""
        headers = [
            (b"content-type", media.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            *(more or []),
        ]
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body})


def _name_of(host: str) -> str:
    """Return the name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _log_fault(error: Exception, exchange: Exchange) -> None:
    """Log a fault of ours: its kind and where, never its message, which may hold a text."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    kind = type(error).__name__
    record = {"id": exchange.id, "fault": kind, "where": places[-8:]}
    LOG.error("%s", json.dumps(record))
