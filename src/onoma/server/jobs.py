"""Long work as folders: a job is a folder with what was asked, how far it is, and its result.

A job runs in a process of its own (``onoma.server.working``): the server survives whatever happens
to it, and to cancel is to end that process. Every worker of the server reads the same folders. One
job runs at a time; the others wait for a lock that the system lets go of when its holder ends.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.durable import save_bytes
from onoma.errors import UnknownName
from onoma.server.problems import Conflict, Overloaded

STATES = ("waiting", "running", "done", "failed", "cancelled")
ENDED = frozenset(STATES[2:])
PATIENCE = 0.5  # seconds for a process to end by itself
KEPT = 24 * 3600.0  # seconds that the result of a job is kept
_ID = re.compile(r"[a-z0-9]{24}")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands; ``done`` counts documents, ``total`` too where it is known."""

    id: str
    kind: str
    owner: str
    state: str
    created: str
    done: int = 0
    failed: int = 0
    total: int | None = None
    code: str = ""
    detail: str = ""
    hint: str = ""
    media: str = ""
    process: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


class Jobs:
    """The jobs of a server."""

    def __init__(self, folder: Path, *, most: int) -> None:
        """Take the server's folder; at most so many jobs wait or run."""
        self._folder = folder / "jobs"
        self._most = most
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def begin(
        self, kind: str, asked: dict[str, Any], body: bytes, *, owner: str, key: str = ""
    ) -> Job:
        """Make a job and start it; ``key``: the same one again gives the same job.

        Raises: Overloaded: too many wait. Conflict: the key was used with something else.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()
        given = secrets.token_hex(12)
        if key:
            given = _digest(owner, key)[:24]
            if (self._folder / given).exists():
                return self._again(given, kind, asked, body)
        if sum(not one.is_over for one in self.all()) >= self._most:
            raise Overloaded(f"{self._most} jobs wait already", hint="wait for one to end")
        work = self._folder / f".{given}.{secrets.token_hex(4)}"
        work.mkdir(mode=0o700)
        (work / "input").write_bytes(body)
        told = {"asked": asked, "digest": _digest(kind, repr(sorted(asked.items())), body)}
        (work / "asked.json").write_bytes(orjson.dumps(told))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        job = Job(given, kind, owner, "waiting", now)
        write_state(work, job)
        try:
            work.rename(self._folder / given)
        except OSError:  # the same key at the same moment: the other one was first
            shutil.rmtree(work, ignore_errors=True)
            return self._again(given, kind, asked, body)
        return self._start(job)

    def _again(self, given: str, kind: str, asked: dict[str, Any], body: bytes) -> Job:
        told = orjson.loads((self._folder / given / "asked.json").read_bytes())
        if told["digest"] != _digest(kind, repr(sorted(asked.items())), body):
            raise Conflict("this Idempotency-Key was used with another request", hint="a new key")
        return read_state(self._folder / given)

    def _start(self, job: Job) -> Job:
        folder = self._folder / job.id
        command = [sys.executable, "-m", "onoma.server.working", str(folder)]
        process = subprocess.Popen(  # noqa: S603 - our own program; the folder's name is ours
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self._folder, start_new_session=True,
        )  # fmt: skip
        self._children[job.id] = process
        (folder / "process").write_text(str(process.pid), encoding="ascii")
        return job

    def _lives(self, id_: str, process: int) -> bool:
        """Say whether a job's process lives; of our own children the end is taken in."""
        child = self._children.get(id_)
        if child is not None:
            if child.poll() is None:
                return True
            del self._children[id_]
            return False
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def _end(self, id_: str, process: int) -> None:
        """End a job's process: politely, then for good."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if not self._lives(id_, process):
                return
            with suppress(OSError):
                os.kill(process, sign)
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and self._lives(id_, process):
                time.sleep(0.01)

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        found = list(self._each())
        return sorted(found, key=lambda one: (one.created, one.id), reverse=True)

    def _each(self) -> Iterator[Job]:
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                if _ID.fullmatch(folder.name):
                    with suppress(OSError, orjson.JSONDecodeError):  # being removed
                        yield self._seen(folder)

    def get(self, given: str, owner: str, *, is_admin: bool = False) -> Job:
        """Return a job; those of others are not seen.

        Raises: UnknownName: there is none.
        """
        folder = self._folder / given
        if not _ID.fullmatch(given) or not folder.is_dir():
            raise UnknownName("job", given, ())
        job = self._seen(folder)
        if job.owner != owner and not is_admin:
            raise UnknownName("job", given, ())
        return job

    def _seen(self, folder: Path) -> Job:
        """Return a job's state; one whose process is gone has failed."""
        job = read_state(folder)
        place = folder / "process"
        if job.is_over or not place.exists():
            return job
        process = int(place.read_text(encoding="ascii") or 0)
        if self._lives(job.id, process):
            return job
        job = read_state(folder)  # it may have ended in between
        if job.is_over:
            return job
        words = "its process was ended from outside"
        job = replace(job, state="failed", code="interrupted", detail=words, hint="begin it again")
        write_state(folder, job)
        return job

    def asked(self, job: Job) -> dict[str, Any]:
        """Return what a job was asked to do."""
        told = orjson.loads((self._folder / job.id / "asked.json").read_bytes())
        found: dict[str, Any] = told["asked"]
        return found

    def result(self, job: Job) -> Path:
        """Return the file of a result.

        Raises: Conflict: there is none yet, or none any more.
        """
        path = self._folder / job.id / "result"
        if job.state != "done" or not path.exists():
            raise Conflict(f"the job is {job.state}", hint="its state says when it is done")
        return path

    def cancel(self, job: Job) -> Job:
        """End a job, or forget one that has ended."""
        folder = self._folder / job.id
        if job.is_over:
            shutil.rmtree(folder, ignore_errors=True)
            return job
        ended = replace(job, state="cancelled")
        write_state(folder, ended)
        process = int((folder / "process").read_text(encoding="ascii") or 0)
        self._end(job.id, process)
        write_state(folder, ended)
        for name in ("input", "result", "result.part"):
            (folder / name).unlink(missing_ok=True)
        return ended

    def close(self) -> None:
        """End the processes that this worker began; their jobs have failed then."""
        for id_, child in list(self._children.items()):
            self._end(id_, child.pid)

    def sweep(self, now: float | None = None) -> None:
        """Forget jobs that ended long ago."""
        moment = time.time() if now is None else now
        for folder in self._folder.iterdir():
            with suppress(OSError):
                if moment - (folder / "state.json").stat().st_mtime > KEPT:
                    shutil.rmtree(folder, ignore_errors=True)


def read_state(folder: Path) -> Job:
    """Return the state of a job's folder."""
    return Job(**orjson.loads((folder / "state.json").read_bytes()))


def write_state(folder: Path, job: Job) -> None:
    """Write a job's state."""
    save_bytes(folder / "state.json", orjson.dumps(asdict(job)))


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for one in parts:
        raw = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
        digest.update(len(raw).to_bytes(8))
        digest.update(raw)
    return digest.hexdigest()
