"""Signed-in browsers: a key is given once, then a cookie stands for it, and writes need a token.

The cookie is HttpOnly and SameSite=Strict; the token goes back in a header, which a page of another
site cannot do. A session ends after half a day, or when its key is removed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.durable import save_bytes
from onoma.corpus.locking import write_lock
from onoma.server.access import Who
from onoma.server.problems import NoKey, WrongOrigin

COOKIE = "onoma_session"
TOKEN = "x-csrf-token"  # noqa: S105 - the name of a header
LASTS = 12 * 3600.0
FILE = "sessions.json"


class Sessions:
    """The sessions of a server, kept as digests in a file that is replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        """Take the server's folder."""
        self._folder = folder
        self._path = folder / FILE

    def begin(self, who: Who) -> tuple[str, str]:
        """Return the cookie and the token of a new session."""
        cookie, token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        row = {
            "token": _digest(token), "ends": time.time() + LASTS, "name": who.name,
            "scopes": sorted(who.scopes),
            "projects": None if who.projects is None else sorted(who.projects),
        }  # fmt: skip
        self._change(lambda rows: rows | {_digest(cookie): row})
        return cookie, token

    def end(self, cookie: str) -> None:
        """End a session."""
        gone = _digest(cookie)
        self._change(lambda rows: {key: row for key, row in rows.items() if key != gone})

    def drop(self, prefix: str) -> None:
        """End all sessions of a key."""
        mark = f"({prefix})"
        self._change(
            lambda rows: {key: row for key, row in rows.items() if mark not in row["name"]}
        )

    def who(self, cookie: str, token: str | None) -> Who:
        """Return whose session it is; ``token`` None: nothing is written.

        Raises: NoKey: there is no such session; WrongOrigin: the token is not its own.
        """
        row = self._read().get(_digest(cookie))
        if row is None or row["ends"] < time.time():
            raise NoKey("the session has ended", hint="sign in again")
        if token is not None and not hmac.compare_digest(_digest(token), row["token"]):
            raise WrongOrigin("the token of this session is missing", hint=f"send {TOKEN}")
        projects = row["projects"]
        return Who(
            row["name"],
            frozenset(row["scopes"]),
            None if projects is None else frozenset(projects),
        )

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            found: dict[str, dict[str, Any]] = orjson.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        return found

    def _change(self, change: Any) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with write_lock(self._folder, wait=10.0):
            now = time.time()
            rows = {key: row for key, row in self._read().items() if row["ends"] > now}
            save_bytes(self._path, orjson.dumps(change(rows)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
