"""``onoma doctor``: check that everything needed is here and works."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

import onoma
from onoma.cli.app import EXIT_MISSING
from onoma.cli.options import vocab_option
from onoma.errors import OnomaError
from onoma.ontology.cache import cache_folder

PYTHON = (3, 11)
NEEDED: dict[str, str] = {
    "numpy": "2.0",
    "pyarrow": "17",
    "orjson": "3.10",
    "click": "8.1",
    "rich": "13.7",
    "lxml": "6.1",
    "platformdirs": "4.2",
}
"""The packages of the base install with the oldest version that will do (as in pyproject.toml)."""

Verdict = Literal["ok", "note", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, what is so, what to do about it."""

    verdict: Verdict
    subject: str
    words: str
    advice: str = ""


@click.command()
@vocab_option
def command(*, vocab: str) -> int:
    """Check that everything needed is here and works; exit code 3 when something is missing."""
    is_fine = True
    for finding in _iter_findings(vocab):
        is_fine = is_fine and finding.verdict != "missing"
        advice = f"\n           -> {finding.advice}" if finding.advice else ""
        click.echo(f"{finding.verdict:8} {finding.subject}: {finding.words}{advice}")
    return 0 if is_fine else EXIT_MISSING


def _iter_findings(vocab: str) -> Iterator[Finding]:
    """Yield the findings, quick ones first."""
    yield _python()
    for name, oldest in NEEDED.items():
        yield _package(name, oldest)
    yield _numba()
    yield _cache()
    yield _store(vocab)
    yield _terminal()


def _python() -> Finding:
    words = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info[:2] >= PYTHON:
        return Finding("ok", "python", words)
    return Finding("missing", "python", words, "install Python 3.11 or newer")


def _package(name: str, oldest: str) -> Finding:
    """Return whether a package is here and new enough."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding("missing", name, "not installed", f'pip install "{name}>={oldest}"')
    if _numbers(version) < _numbers(oldest):
        return Finding("missing", name, version, f'pip install "{name}>={oldest}"')
    return Finding("ok", name, version)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version."""
    numbers = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _numba() -> Finding:
    try:
        return Finding("ok", "numba", f"{metadata.version('numba')}, matching is faster with it")
    except metadata.PackageNotFoundError:
        advice = 'optional, for speed: pip install "onoma[fast]"'
        return Finding("note", "numba", "not installed", advice)


def _cache() -> Finding:
    """Return whether the folder of the compiled stores can be written."""
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "make it writable, or set ONOMA_CACHE to a folder that is"
        return Finding("missing", "cache folder", f"{folder}: {error.strerror}", advice)
    return Finding("ok", "cache folder", str(folder))


def _store(vocab: str) -> Finding:
    """Return whether the store opens, how fast, and how large it is."""
    start = time.perf_counter()
    try:
        store = onoma.load(vocab).store
    except OnomaError as error:
        return Finding("missing", f"store {vocab!r}", error.message, error.hint)
    seconds = time.perf_counter() - start
    path = Path(store.path)
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    words = (
        f"{store.version}, {store.n_concepts:,} concepts, {store.n_names:,} names, {size:.0f} MB, "
        f"ready in {seconds:.2f} s, {path}"
    )
    return Finding("ok", f"store {vocab!r}", words)


def _terminal() -> Finding:
    encoding = sys.stdout.encoding or "unknown"
    if encoding.lower().replace("-", "") == "utf8":
        return Finding("ok", "terminal", f"{encoding}, {os.environ.get('TERM', 'no TERM')}")
    advice = "set PYTHONUTF8=1, or use a UTF-8 locale, to see every sign"
    return Finding("note", "terminal", encoding, advice)
