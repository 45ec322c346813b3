"""MCP over HTTP (streamable, without a session): a message posted, its reply in the answer."""

from __future__ import annotations

from onoma.server.declare import Call, Reply, operation
from onoma.server.mcp.protocol import Session
from onoma.server.problems import WrongMethod
from onoma.server.shapes import Record


@operation("POST", "/mcp", consumes=("application/json",), tag="mcp", gives=Record,
           also=202)  # fmt: skip
def mcp(call: Call, body: bytes) -> Reply:
    """Take a message of the Model Context Protocol (JSON-RPC 2.0) and give its reply."""
    reply = Session(call).answer(body)
    if reply is None:
        return Reply(b"", status=202)
    return Reply(reply)


@operation("GET", "/mcp", scope="", tag="mcp")
def mcp_stream(call: Call) -> Record:
    """Refuse a stream of messages from the server: it has none to send."""
    error = WrongMethod("this server sends nothing of its own", hint="POST messages to /mcp")
    error.allowed = ("POST",)
    raise error
