"""Take the pictures of the pages that the docs show.

    python tools/make_screenshots.py    # extras server, library, test; pillow; Chromium

A server of its own is started on made corpora: ``docs/files/field.nbib`` and ``edges.tsv``, and
``examples``. Pictures go to ``docs/images``; each is reduced to 256 colours and must stay small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.web.conftest import CHROMIUM, FLAGS, serving  # noqa: E402

from onoma.corpus import Corpus  # noqa: E402 - the tests' server is the repository's
from onoma.formats import read_documents  # noqa: E402
from onoma.graph import Graph, read_edges  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

LARGEST = 150_000  # bytes of a picture
SIZE = {"width": 1200, "height": 760}
TEXT = """A 54-year-old man with type 2 diabetes and hypertension took metformin and ramipril.
There was no chest pain. His mother had breast and ovarian cancer; BRCA1 c.68_69del was found.
Possible pneumonia was treated with amoxicillin, and the fever resolved."""


def annotate(page: Page) -> None:
    """Annotate a text and choose a mention."""
    page.fill("#given", TEXT)
    page.click(".m >> text='type 2 diabetes'")
    page.wait_for_selector(".candidate meter")


def concept(page: Page) -> None:
    """Open what the graph says."""
    told = page.locator("section", has=page.locator("h2", has_text="Relations"))
    told.locator("summary").first.click()
    page.wait_for_selector("q.evidence")


def search(page: Page) -> None:
    """Say why the first hit is there."""
    page.locator("li.hit summary").first.click()


def document(page: Page) -> None:
    """Choose a mention."""
    page.locator(".text .m").nth(2).click()


def graph(page: Page) -> None:
    """Let the picture come to rest and open an edge."""
    page.locator("tr button", has_text="Sentences").first.click()
    page.wait_for_timeout(2500)


def queries(page: Page) -> None:
    """Draft a query and check it with seeds."""
    page.fill("#protocol", "Digoxin for heart failure")
    page.click("text='Draft a query'")
    page.wait_for_selector("#records")
    page.fill("#clause", "heart attack")
    page.wait_for_selector("text='Add'")


def curate(page: Page) -> None:
    """Begin a curation, decide on a mention and sit before the next."""
    body = {"name": "field", "corpus": "field", "readers": ["anna", "ben"], "documents": 8}
    origin = page.evaluate("location.origin")
    assert page.request.post(f"{origin}/v1/curations", data=body).ok  # noqa: S101
    page.goto(f"{origin}/curations/field?reader=anna&order=document")
    for _ in range(3):
        said = page.locator("aside h2").inner_text()
        page.keyboard.press("a")
        page.wait_for_function(
            "said => document.querySelector('aside h2').innerText !== said", arg=said
        )
    page.wait_for_timeout(7000)  # until what was said has faded


def still(page: Page) -> None:
    """Show the page as it is."""
    page.wait_for_timeout(800)


VIEWS = {
    "annotate": ("/annotate", annotate),
    "concept": ("/concepts/MONDO:0005148", concept),
    "search": ("/search?corpus=field&q=digoxin+in+heart+failure", search),
    "document": ("/documents/field/90000001", document),
    "graph": ("/graph?g=diabetes&start=MONDO:0005148,CHEBI:6801", graph),
    "queries": ("/mesh?corpus=field", queries),
    "corpus": ("/corpora/field", still),
    "curate": ("/curations", curate),
    "map": ("/map/field", still),
    "models": ("/models", still),
}


def reduced(picture: bytes) -> bytes:
    """Return a PNG with 256 colours."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Take the pictures named on the command line, or all."""
    from playwright.sync_api import sync_playwright

    wanted = sys.argv[1:] or list(VIEWS)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = [str(ROOT / "docs/files/field.nbib"), str(ROOT / "examples")]
        Corpus.create(folder / "corpora" / "field").add(read_documents(paths))
        Graph(folder / "graph").add(read_edges(ROOT / "docs/files/edges.tsv"))
        with (
            serving(folder, "--graph", f"diabetes={folder / 'graph'}") as site,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(60_000)
            for name in wanted:
                path, prepare = VIEWS[name]
                page.goto(site.address + path)
                page.wait_for_selector("main:not([aria-busy]) h1")
                prepare(page)
                picture = reduced(page.screenshot())
                target = ROOT / "docs/images" / f"web-{name}.png"
                target.write_bytes(picture)
                print(f"{target.relative_to(ROOT)}  {len(picture):,} bytes")
                assert len(picture) <= LARGEST, name  # noqa: S101
            browser.close()


if __name__ == "__main__":
    main()
