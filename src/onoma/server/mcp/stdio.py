"""MCP over standard input and output: a message a line."""

from __future__ import annotations

from typing import BinaryIO

from onoma.server.access import EVERYONE
from onoma.server.declare import Call
from onoma.server.mcp.protocol import LONGEST, Session
from onoma.server.service import Service
from onoma.server.settings import ServerSettings


def talk(settings: ServerSettings, source: BinaryIO, target: BinaryIO) -> None:
    """Answer messages until the input ends; a line that is too long is refused, not kept."""
    session = Session(Call(Service(settings), EVERYONE))
    while line := source.readline(LONGEST + 2):
        is_cut = len(line) > LONGEST and not line.endswith(b"\n")
        while is_cut and (rest := source.readline(LONGEST)) and not rest.endswith(b"\n"):
            pass
        if not line.strip():
            continue
        reply = session.answer(line)
        if reply is not None:
            target.write(reply + b"\n")
            target.flush()
