"""One request put to an application by hand, so that a test says what comes when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson


async def ask(
    app: Any,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: Sequence[bytes] | AsyncIterator[bytes] = (),
    query: bytes = b"",
    is_dropped: bool = False,
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body; ``is_dropped``: the client goes after the last part."""
    sent: list[dict[str, Any]] = []
    parts = body.__aiter__() if hasattr(body, "__aiter__") else None
    rest = [] if parts is not None else list(body)  # type: ignore[arg-type]
    is_over = False

    async def receive() -> dict[str, Any]:
        nonlocal is_over
        if is_over:
            if not is_dropped:
                await asyncio.sleep(3600)
            return {"type": "http.disconnect"}
        if parts is not None:
            part = await anext(parts, None)
            is_over = part is None
            if part is None and is_dropped:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": part or b"", "more_body": part is not None}
        part = rest.pop(0) if rest else b""
        is_over = not rest
        return {"type": "http.request", "body": part, "more_body": bool(rest)}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    named = {"host": "localhost", **(headers or {})}
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode("utf-8", "replace"),
        "query_string": query, "http_version": "1.1", "scheme": "http", "root_path": "",
        "client": ("127.0.0.1", 5), "server": ("localhost", 80), "asgi": {"version": "3.0"},
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in named.items()],
    }  # fmt: skip
    await app(scope, receive, send)
    status = next((m["status"] for m in sent if m["type"] == "http.response.start"), 0)
    told: list[tuple[bytes, bytes]] = next(
        (m["headers"] for m in sent if m["type"] == "http.response.start"), []
    )
    content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return status, {k.decode(): v.decode() for k, v in told}, content


def code_of(content: bytes) -> str:
    """Return the code of a problem."""
    return str(orjson.loads(content)["code"])
