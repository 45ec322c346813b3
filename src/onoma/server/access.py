"""Who may do what: keys with scopes, kept as argon2id hashes; what a key may read.

A key is shown once, when it is made: ``onoma_PREFIX_SECRET``. Its prefix finds the row, argon2id
checks the secret; a key that was right is remembered for a minute by a keyed digest.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.durable import save_bytes
from onoma.corpus.locking import write_lock
from onoma.errors import ExtraMissing, InputError, UnknownName
from onoma.server.problems import NoKey, NotAllowed

try:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError
except ImportError as error:
    raise ExtraMissing("server", "keys") from error

SCOPES = ("read", "annotate", "curate", "admin")
"""What a key may be allowed: look up and search; annotate; add and change; see to the server."""
FILE = "keys.json"
REMEMBERED = 60.0  # seconds that a right key is not checked anew
_KEY = re.compile(r"onoma_([a-z2-7]{8})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"\w[\w .@-]{0,60}")


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks: a name for the log, what is allowed, which corpora and graphs (None: all)."""

    name: str
    scopes: frozenset[str]
    projects: frozenset[str] | None = None

    def may(self, scope: str) -> bool:
        """Say whether something is allowed."""
        return not scope or scope in self.scopes or "admin" in self.scopes

    def may_read(self, project: str) -> bool:
        """Say whether a corpus or graph may be read."""
        return self.projects is None or project in self.projects

    def need(self, project: str) -> None:
        """Check that a corpus or graph may be read.

        Raises: UnknownName: it may not; nobody learns so that it is there.
        """
        if not self.may_read(project):
            raise UnknownName("corpus or graph", project, self.projects or ())


EVERYONE = Who("local", frozenset(SCOPES))
"""Who asks a server that wants no key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept; ``digest`` is argon2id's."""

    prefix: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    projects: tuple[str, ...] | None
    created: str


class Keys:
    """The keys of a server, in a file that is replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        """Take the server's folder."""
        self._folder = folder
        self._path = folder / FILE
        self._hasher = PasswordHasher()
        self._salt = secrets.token_bytes(16)
        self._right: dict[bytes, tuple[float, Who]] = {}
        self._stamp: tuple[int, int] | None = None
        self._kept: dict[str, Key] = {}

    def all(self) -> list[Key]:
        """Return the keys by name."""
        return sorted(self._read().values(), key=lambda one: (one.name, one.prefix))

    def add(self, name: str, scopes: Iterable[str], projects: Sequence[str] | None = None) -> str:
        """Make a key and return it: it cannot be shown again.

        Raises: InputError: a name that is none; UnknownName: a scope that is none.
        """
        wanted = tuple(dict.fromkeys(scopes))
        for scope in wanted:
            if scope not in SCOPES:
                raise UnknownName("scope", scope, SCOPES)
        if not _NAME.fullmatch(name) or not wanted:
            raise InputError(f"no name for a key: {name!r}", hint="letters, digits, . _ - @")
        prefix = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(8))
        secret = secrets.token_urlsafe(32)
        key = Key(
            prefix, name, self._hasher.hash(secret), wanted,
            None if projects is None else tuple(projects),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        self._change(lambda kept: kept | {prefix: key})
        return f"onoma_{prefix}_{secret}"

    def remove(self, prefix: str) -> Key:
        """Take a key away by its prefix or, where one key alone has it, its name.

        Raises: UnknownName: there is none.
        """
        found = [one for one in self.all() if prefix in (one.prefix, one.name)]
        if len(found) != 1:
            raise UnknownName("key", prefix, [one.prefix for one in self.all()])
        gone = found[0]
        self._change(lambda kept: {name: one for name, one in kept.items() if name != gone.prefix})
        return gone

    def remembered(self, given: str) -> Who | None:
        """Return whose key it is if it was right a moment ago; costs no hashing of argon2's."""
        found = self._right.get(self._digest(given))
        if found is None or found[0] < time.monotonic() or not self._is_fresh():
            return None
        return found[1]

    def who(self, given: str) -> Who:
        """Return whose key it is; takes some 30 ms.

        Raises: NoKey: it is none.
        """
        match = _KEY.fullmatch(given)
        key = self._read().get(match[1]) if match else None
        if match is None or key is None:
            raise NoKey("not a valid key", hint="send it as: Authorization: Bearer onoma_...")
        try:
            self._hasher.verify(key.digest, match[2])
        except VerificationError as error:
            raise NoKey("not a valid key", hint="was it removed?") from error
        projects = None if key.projects is None else frozenset(key.projects)
        who = Who(f"{key.name} ({key.prefix})", frozenset(key.scopes), projects)
        if len(self._right) > 1000:
            self._right.clear()
        self._right[self._digest(given)] = (time.monotonic() + REMEMBERED, who)
        return who

    def _digest(self, given: str) -> bytes:
        raw = given.encode("utf-8", "surrogateescape")
        return hashlib.blake2b(raw, key=self._salt, digest_size=16).digest()

    def _is_fresh(self) -> bool:
        return self._stamp == _stamp(self._path)

    def _read(self) -> dict[str, Key]:
        now = _stamp(self._path)
        if now != self._stamp:
            self._right.clear()
            self._stamp = now
            rows = orjson.loads(self._path.read_bytes()) if now is not None else []
            self._kept = {row["prefix"]: _key(row) for row in rows}
        return self._kept

    def _change(self, change: Any) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with write_lock(self._folder, wait=10.0):
            kept = change(self._read())
            save_bytes(self._path, orjson.dumps([_record(one) for one in kept.values()]))
        self._read()


def need_scope(who: Who, scope: str) -> None:
    """Check that someone may do something.

    Raises: NotAllowed: the key has not this scope.
    """
    if not who.may(scope):
        raise NotAllowed(f"the key does not have the scope {scope!r}", hint="onoma key add")


def bearer(header: str) -> str:
    """Return the key of an Authorization header, empty where there is none."""
    kind, _, key = header.partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _record(key: Key) -> dict[str, Any]:
    return {name: getattr(key, name) for name in Key.__slots__}


def _key(row: dict[str, Any]) -> Key:
    projects = None if row["projects"] is None else tuple(row["projects"])
    return Key(**(row | {"scopes": tuple(row["scopes"]), "projects": projects}))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
