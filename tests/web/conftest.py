"""A running server with a corpus and a graph, and a real browser that visits it.

The browser is Chromium as the system has it; where there is none, or no playwright, these tests
are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onoma.corpus import Corpus
from onoma.curate import Start, start_curation
from onoma.graph import Graph, Statement
from onoma.graph.sources import NodeRow
from onoma.ontology.store import ConceptStore
from onoma.types import Document, Passage
from tests.web.hostile import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--mute-audio"]
PATIENCE = 180.0  # seconds for a server to answer first; it opens the vocabulary
ARTICLES = (
    ("p1", "2015-03", "Levodopa in Parkinson disease", "Levodopa relieves tremor. No seizure."),
    ("p2", "2016-05", "Falls of old people", "Patients with Parkinson disease fall more often."),
    ("d1", "2018-01", "Metformin and sugar", "In type 2 diabetes metformin lowers blood glucose."),
    ("d2", "2019-01", "Metformin again", "Metformin treats type 2 diabetes. No neuropathy."),
    ("notes/a.txt", "2020-07", "A file of notes", "Aspirin was stopped after a stroke."),
)
SAID = (
    ("CHEBI:6801", "treats", "MONDO:0005148", "Metformin lowered glucose in type 2 diabetes."),
    ("CHEBI:6801", "activates", "HGNC:9376", "Metformin activated AMPK in hepatocytes."),
    ("CHEBI:50122", "treats", "MONDO:0005148", "Rosiglitazone treats type 2 diabetes."),
    ("CHEBI:50122", "causes", "MONDO:0005267", "Rosiglitazone caused heart disease."),
)


@dataclass(frozen=True)
class Site:
    """Where the server is."""

    address: str


@dataclass
class Visit:
    """A page and what went wrong on it."""

    page: Page
    site: Site
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the site and wait until its view stands."""
        self.page.goto(self.site.address + path)
        self.page.wait_for_selector("main:not([aria-busy]) h1")
        return self.page


def article(id_: str, date: str, title: str, abstract: str) -> Document:
    """Return a document with a title and an abstract."""
    text, size = f"{title}\n{abstract}", len(title)
    passages = (Passage(0, size, "title"), Passage(size + 1, len(text), "abstract"))
    return Document(id_, text, passages, date=date, metadata=(("journal", f"Journal of {title}"),))


def hostile_articles() -> Iterator[Document]:
    """Yield documents all of whose fields want to become markup."""
    for number, payload in enumerate(PAYLOADS):
        yield article(
            f"{number}{payload}", "2020", f"Fever {payload}", f"{payload} cough. {payload}"
        )


def statements() -> Iterator[Statement]:
    """Yield what the graph says."""
    for year, (subject, predicate, object_, text) in enumerate(SAID, 1998):
        yield Statement(subject, predicate, object_, document=f"DOC:{year}", text=text,
                        date=str(year), confidence=0.8)  # fmt: skip


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/v1/health", timeout=5):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer at {address}")


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Site]:
    """Give a server whose corpora are those of a folder."""
    port = free_port()
    told = os.environ | {
        "ONOMA_CORPORA": str(folder / "corpora"),
        "ONOMA_DATA": str(folder / "data"),
    }
    code = "from onoma.cli import main; main()"
    options = ["--port", str(port), "--workers", "1", "--state", str(folder / "state")]
    command = [sys.executable, "-c", code, "serve", *options, *arguments]
    with subprocess.Popen(command, env=told, stderr=subprocess.DEVNULL) as process:
        site = Site(f"http://127.0.0.1:{port}")
        try:
            await_answer(site.address, process)
            yield site
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def site(core: ConceptStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the corpora ``heart`` and ``hostile`` and two graphs of those names."""
    for module in ("granian", "starlette", "msgspec", "playwright", "duckdb", "tantivy"):
        pytest.importorskip(module)
    if not CHROMIUM:
        pytest.skip("no Chromium is installed")
    folder = tmp_path_factory.mktemp("site")
    Corpus.create(folder / "corpora" / "heart").add([article(*one) for one in ARTICLES])
    Corpus.create(folder / "corpora" / "hostile").add(hostile_articles())
    Graph(folder / "graph").add(statements())
    ties = (Statement(f"X:{n}", "treats", "X:0", document=one, text=one, confidence=0.9)
            for n, one in enumerate(PAYLOADS, 1))  # fmt: skip
    nodes = [
        NodeRow(f"X:{n}", one, "biolink:Disease") for n, one in enumerate(("middle", *PAYLOADS))
    ]
    Graph(folder / "hostile").add(ties, nodes, vocabulary=None)
    documents = Corpus.open(folder / "corpora" / "heart").annotated()
    start_curation(folder / "data" / "curations" / "flu", documents, Start(readers=("anna", "ben")))
    graphs = "--graph", f"heart={folder / 'graph'}", "--graph", f"hostile={folder / 'hostile'}"
    with serving(folder, *graphs) as found:
        yield found


@pytest.fixture(scope="session")
def browser(site: Site) -> Iterator[Browser]:
    """A browser without a window."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A page of the site at 1280 by 900 points, light; it must end without an error of its own."""
    yield from visiting(browser, site)


def visiting(browser: Browser, site: Site, **options: Any) -> Iterator[Visit]:
    """Give a page and see that nothing went wrong on it."""
    settings = {"viewport": {"width": 1280, "height": 900}, "permissions": ["clipboard-write"]}
    context = browser.new_context(**(settings | options))
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = Visit(page, site)
    page.on("pageerror", lambda error: found.errors.append(str(error)))

    def dismissed(dialog: Dialog) -> None:
        found.errors.append("dialog")
        dialog.dismiss()

    def noted(told: ConsoleMessage) -> None:
        if "Content Security" in told.text:
            found.errors.append(told.text)

    page.on("dialog", dismissed)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", noted)
    yield found
    context.close()
    assert found.errors == []
    assert [
        one for one in found.asked if not one.startswith((site.address, "blob:", "data:"))
    ] == []
