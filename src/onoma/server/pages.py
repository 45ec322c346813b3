"""The pages of the web application: files of the package's folder ``web``, each with an ETag.

An address without a file is the application's own (``/concepts/MONDO:0005148``): it gets
``index.html``. The same address under ``/v1``, or with ``.json``, gives what the page shows.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from onoma.formats.look import LOOK
from onoma.server.gate import SAFE, Receive, Scope, Send
from onoma.server.problems import NotFound, WrongMethod

INDEX = "index.html"
STATIC = "static"  # the folder of files; a document's id may look like a file's name elsewhere
_PART = re.compile(r"[\w-][\w.-]*")
SERVED = frozenset({
    ".html", ".css", ".js", ".mjs", ".svg", ".png", ".ico", ".woff2", ".webmanifest", ".txt",
    ".map",
})  # fmt: skip
_API = ("/v1", "/compat", "/mcp")


class Pages:
    """Serves the files; an ASGI application."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the folder of files, the package's own unless given."""
        self._folder = folder or Path(str(files("onoma"))) / "web"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        path: str = scope["path"]
        if path in _API or path.startswith(tuple(f"{one}/" for one in _API)):
            raise NotFound("nothing is at this address", hint="/openapi.json lists what there is")
        if scope["method"] not in SAFE or scope["method"] == "OPTIONS":
            error = WrongMethod("pages are only read", hint="GET")
            error.allowed = ("GET", "HEAD")
            raise error
        found = self._find(path)
        if found is None:
            raise NotFound("no page is at this address", hint="the first page is /")
        content, tag = _read(found, found.stat().st_mtime_ns)
        request = Request(scope, receive)
        headers = {"etag": f'"{tag}"', "cache-control": "no-cache"}
        if f'"{tag}"' in request.headers.get("if-none-match", ""):
            await Response(status_code=304, headers=headers)(scope, receive, send)
            return
        media = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        if media.startswith("text/") or media.endswith(("javascript", "json", "xml")):
            media += "; charset=utf-8"
        headers["content-type"] = media
        body = b"" if scope["method"] == "HEAD" else content
        headers["content-length"] = str(len(content))
        await Response(body, headers=headers)(scope, receive, send)

    def _find(self, path: str) -> Path | None:
        """Return the file at an address, the application's page for one without a file."""
        parts = [part for part in path.split("/") if part]
        is_file = parts[:1] == [STATIC] and Path(parts[-1]).suffix in SERVED
        if parts == [STATIC, LOOK.name]:
            return LOOK
        if is_file and all(_PART.fullmatch(part) for part in parts):
            found = self._folder.joinpath(*parts)
            return found if found.is_file() and not found.is_symlink() else None
        index = self._folder / INDEX
        return index if not is_file and index.is_file() else None


@lru_cache(maxsize=256)
def _read(path: Path, modified: int) -> tuple[bytes, str]:
    """Return a file's bytes and their digest; ``modified`` tells when they are others."""
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:32]
