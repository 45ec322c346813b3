"""An operation as an address of the application: read, check, run beside the loop, answer."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from onoma.errors import InputError
from onoma.server.access import Who
from onoma.server.declare import Call, Decoder, Operation, Reply, Struct, decode_body, encode
from onoma.server.gate import Exchange, Receive, Scope, Send, check_scope
from onoma.server.lanes import Lane
from onoma.server.limits import ServerLimits
from onoma.server.problems import (
    NotAcceptable,
    OutOfTime,
    Overloaded,
    TooLarge,
    TooSlow,
    WrongMedia,
)
from onoma.server.service import Service

_SALT = secrets.token_bytes(16)
KEPT = 1 << 20  # bytes of the longest answer that is remembered


class Cache:
    """Answers by their ETag, the least lately used given up first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many bytes."""
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, Reply] = OrderedDict()

    def get(self, tag: str) -> Reply | None:
        """Return what was answered."""
        found = self._kept.get(tag)
        if found is not None:
            self._kept.move_to_end(tag)
        return found

    def put(self, tag: str, reply: Reply) -> None:
        """Remember an answer."""
        if tag in self._kept or len(reply.content) > KEPT:
            return
        self._kept[tag] = reply
        self._size += len(reply.content) + 500
        while self._size > self._most:
            _, old = self._kept.popitem(last=False)
            self._size -= len(old.content) + 500


class Endpoint:
    """An operation's address; an ASGI application."""

    def __init__(
        self, operation: Operation, service: Service, lanes: dict[str, Lane], cache: Cache
    ) -> None:
        """Take what is shared by all addresses."""
        self._operation = operation
        self._service = service
        self._lane = lanes.get(operation.lane)
        self._cache = cache
        self._limits: ServerLimits = service.limits
        asked = operation.asked
        self._decode = None if asked is None else Decoder(asked)
        self._body = operation.body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        exchange: Exchange = scope["state"]["exchange"]
        exchange.operation = self._operation
        check_scope(exchange.who, self._operation)
        request = Request(scope, receive)
        asked = self._asked(request)
        who = exchange.who
        assert who is not None  # noqa: S101 - the gate lets nobody through unnamed
        tag = self._tag(asked, who, request)
        if tag and _has(request.headers.get("if-none-match", ""), tag):
            headers = {"etag": f'"{tag}"', "cache-control": "no-cache"}
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return
        reply = self._cache.get(tag) if tag else None
        if reply is None:
            call = Call(
                self._service, who, request.headers.get("accept", ""),
                _media(request), request.headers,
            )  # fmt: skip
            if self._operation.is_streamed:
                response = await self._operation.function(call, request, asked)
                await response(scope, receive, send)
                return
            reply = await self._answer(call, request, asked, exchange)
            if tag:
                self._cache.put(tag, reply)
        headers = {"content-type": reply.media, **dict(reply.headers)}
        headers |= {"etag": f'"{tag}"', "cache-control": "no-cache"} if tag else {}
        headers.setdefault("cache-control", "no-store")
        response = Response(reply.content, reply.status, headers)
        await response(scope, receive, send)

    def _asked(self, request: Request) -> Struct | None:
        raw = request.scope["query_string"].decode("ascii", "surrogateescape")
        try:
            query = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=100)
        except UnicodeDecodeError as error:
            raise InputError("the query is not UTF-8", hint="encode it as UTF-8") from error
        except ValueError as error:
            raise InputError("too many parameters", hint="send them in a body") from error
        if self._decode is None:
            if query:
                raise InputError("this address takes no parameters", hint="leave them out")
            return None
        return self._decode(request.path_params, query)

    def _tag(self, asked: Struct | None, who: Who, request: Request) -> str:
        """Return the ETag of the answer, empty where it has none."""
        if not self._operation.of:
            return ""
        version = self._service.version(self._operation.of, asked, who)
        if not version:
            return ""
        accept = request.headers.get("accept", "") if self._operation.produces else ""
        parts = (version, request.scope["path"], request.scope["query_string"], accept)
        return hashlib.sha256(repr((*parts, who.projects)).encode()).hexdigest()[:32]

    async def _answer(
        self, call: Call, request: Request, asked: Struct | None, exchange: Exchange
    ) -> Reply:
        given: dict[str, object] = {} if asked is None else {"asked": asked}
        raw = None
        if self._body is not None:
            self._check_media(call.media)
            await self._admit(request, exchange)
            raw = await read_body(request, self._limits, exchange)
        work = partial(self._work, call, given, raw, exchange)
        if self._lane is None:
            return work()
        return await self._watched(work, call, request, exchange)

    async def _admit(self, request: Request, exchange: Exchange) -> None:
        """Refuse what would be refused anyway before its body is looked at.

        Raises: Overloaded: there is too much to do; the body has been let go by.
        """
        if self._lane is None:
            return
        told = request.headers.get("content-length", "0")  # the gate has looked at it
        try:
            self._lane.check(self._operation.name, int(told))
        except Overloaded:
            async for _ in iter_body(request, self._limits, exchange):
                pass  # who still sends does not read the answer
            raise

    def _work(
        self, call: Call, given: dict[str, object], raw: bytes | None, exchange: Exchange
    ) -> Reply:
        """Read the body and run the operation, in a thread, and make its answer bytes."""
        call.check()
        if raw is not None:
            exchange.digest = hashlib.blake2b(raw, key=_SALT, digest_size=8).hexdigest()
            given["body"] = raw if self._body is bytes else decode_body(raw, self._body)
        found = self._operation.function(call, **given)
        if isinstance(found, Reply):
            return found
        return Reply(encode(found), status=self._operation.status)

    async def _watched(
        self, work: partial[Reply], call: Call, request: Request, exchange: Exchange
    ) -> Reply:
        """Run the work; end it when its client is gone or its time is up."""
        assert self._lane is not None  # noqa: S101 - the caller looked
        is_empty = self._body is None
        task = asyncio.ensure_future(
            self._lane.run(work, kind=self._operation.name, size=exchange.received)
        )
        task.add_done_callback(_seen)
        gone = asyncio.ensure_future(_gone(request, is_empty=is_empty))
        try:
            await asyncio.wait(
                {task, gone}, timeout=self._limits.time, return_when=asyncio.FIRST_COMPLETED
            )
            if task.done():
                return task.result()
            call.is_over.set()
            task.cancel()
            if gone.done():
                raise asyncio.CancelledError
            raise OutOfTime(
                f"the answer took longer than {self._limits.time:g} s",
                hint="ask for less, or make a job: /v1/jobs",
            )
        finally:
            gone.cancel()

    def _check_media(self, media: str) -> None:
        taken = self._operation.consumes
        if "*/*" in taken or media in taken:
            return
        raise WrongMedia("the body is not of a media type that this address takes",
                         hint=f"send {', '.join(taken)}")  # fmt: skip


class Streaming:
    """An answer that is sent as it is made, while the body may still come in.

    Starlette's own would listen for the end of the connection and take parts of the body so.
    """

    def __init__(self, parts: AsyncIterator[bytes], media: str) -> None:
        """Take the parts and their media type."""
        self._parts = parts
        self._media = media

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts; an error before the first of them is answered as an error."""
        first = await anext(self._parts, b"")
        headers = [(b"content-type", self._media.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for part in self._parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def read_body(request: Request, limits: ServerLimits, exchange: Exchange) -> bytes:
    """Return a request's body.

    Raises: TooLarge, TooSlow.
    """
    return b"".join([part async for part in iter_body(request, limits, exchange)])


async def iter_body(
    request: Request, limits: ServerLimits, exchange: Exchange
) -> AsyncIterator[bytes]:
    """Yield a body as it comes, within the limits of size and time."""
    end = time.monotonic() + limits.body_time
    stream = request.stream().__aiter__()
    while True:
        try:
            part = await asyncio.wait_for(stream.__anext__(), max(end - time.monotonic(), 0.001))
        except StopAsyncIteration:
            return
        except TimeoutError:
            words = f"the body did not arrive within {limits.body_time:g} s"
            raise TooSlow(words, hint="send it faster, or in parts") from None
        except ClientDisconnect:
            raise asyncio.CancelledError from None
        exchange.received += len(part)
        if exchange.received > limits.body:
            words = f"a body of more than {limits.body:,} bytes"
            raise TooLarge(words, hint="send it in parts, or run onoma on the file itself")
        if part:
            yield part


def _seen(task: asyncio.Task[Reply]) -> None:
    """Look at how work ended that perhaps nobody waits for any more."""
    if not task.cancelled():
        task.exception()


async def _gone(request: Request, *, is_empty: bool) -> None:
    """Return when the client has gone."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
        if not is_empty or not message.get("more_body"):
            is_empty = False


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _has(header: str, tag: str) -> bool:
    return header.strip() == "*" or f'"{tag}"' in header


def chosen(accept: str, offered: tuple[str, ...]) -> str:
    """Return which of the media types offered is asked for, the first one for any.

    Raises: NotAcceptable: none is.
    """
    asked: list[tuple[float, int, str]] = []
    for part in accept.split(","):
        media, *parameters = (one.strip().lower() for one in part.split(";"))
        quality = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 1.0
        if media and weight > 0:
            asked.append((-weight, len(asked), media))
    if not asked:
        return offered[0]
    for _, _, media in sorted(asked):
        for one in offered:
            kind = one.partition(";")[0]
            if media in (kind, "*/*") or (media.endswith("/*") and kind.startswith(media[:-1])):
                return one
    raise NotAcceptable("none of the media types asked for can be given",
                        hint=f"ask for {', '.join(offered)}")  # fmt: skip
