"""``onoma doctor``: check that everything needed is here and works."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

import onoma
from onoma.cli.app import EXIT_MISSING
from onoma.cli.options import vocab_option
from onoma.encode import load_encoder
from onoma.errors import OnomaError
from onoma.ontology.cache import cache_folder
from onoma.recognize.tagger.tagger import load_tagger
from onoma.relate.reader import load_reader

PYTHON = (3, 11)
NEEDED: dict[str, str] = {
    "numpy": "2.0",
    "orjson": "3.10",
    "click": "8.1",
    "rich": "13.7",
    "lxml": "6.1",
    "platformdirs": "4.2",
    "onnxruntime": "1.20",
}
"""The packages of the base install with the oldest version that will do (as in pyproject.toml)."""
EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "arrow": ("Parquet and Arrow tables", ("pyarrow",)),
    "fast": ("quicker matching", ("numba",)),
    "library": (
        "corpora, search, graphs",
        ("duckdb", "lark", "pyarrow", "tantivy", "usearch", "zstandard"),
    ),
    "server": (
        "pages and API",
        ("argon2-cffi", "granian", "msgspec", "pyarrow", "pyjwt", "starlette"),
    ),
    "owl": ("vocabularies in OWL's other syntaxes", ("py-horned-owl",)),
    "rdf": ("vocabularies in RDF", ("pyoxigraph",)),
    "pdf": ("documents in PDF", ("pypdfium2",)),
    "train": ("training of models", ("torch", "onnx")),
}
"""What each extra is for, and the packages that it brings."""

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
    yield from map(_extra, EXTRAS)
    yield _terminal()
    yield _cache()
    yield _model("encoder", load_encoder)
    yield _model("tagger", load_tagger)
    yield _model("relation reader", load_reader)
    yield _store(vocab)


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


def _extra(name: str) -> Finding:
    """Return whether the packages of an extra are here."""
    purpose, packages = EXTRAS[name]
    lacking = []
    for package in packages:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            lacking.append(package)
    if not lacking:
        return Finding("ok", f"extra {name}", purpose)
    advice = f'optional, for {purpose}: pip install "onoma[{name}]"'
    return Finding("note", f"extra {name}", f"without {', '.join(lacking)}", advice)


def _model(name: str, load: Callable[[], object]) -> Finding:
    """Return whether a model that ships opens, and how fast."""
    start = time.perf_counter()
    try:
        load()
    except OnomaError as error:
        return Finding("missing", name, error.message, error.hint)
    return Finding("ok", name, f"opens in {time.perf_counter() - start:.2f} s")


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
