"""Everyone can use the pages: axe-core finds nothing, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page

from tests.web.conftest import Site, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

axe = pytest.importorskip("axe_playwright_python")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIEWS = (
    "/annotate?text=Metformin%20in%20type%202%20diabetes%2C%20but%20no%20neuropathy.%20Breast%20cancer.",
    "/concepts",
    "/concepts/MONDO:0005148",
    "/search?corpus=heart&q=metformin",
    "/documents/heart/d2",
    "/graph?g=heart&start=MONDO:0005148",
    "/mesh?corpus=heart&q=asthma%5Btw%5D",
    "/corpora",
    "/corpora/heart",
    "/curations",
    "/curations/flu",
    "/curations/flu?reader=anna",
    "/map/heart",
    "/models",
)
NARROW = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe-core finds against WCAG 2.2 A and AA: the rule and the first element."""
    page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8") + "; undefined")
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


@pytest.fixture
def narrow(browser: Browser, site: Site) -> Iterator[Visit]:
    """A page as a telephone shows it, dark."""
    yield from visiting(browser, site, **NARROW)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.split("?")[0])
def test_a_view_has_no_barrier(visit: Visit, path: str) -> None:
    assert violations(visit.go(path)) == []


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.split("?")[0])
def test_a_view_fits_a_telephone_and_the_dark(narrow: Visit, path: str) -> None:
    page = narrow.go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


def test_the_first_tab_leads_past_the_head(visit: Visit) -> None:
    page = visit.go("/annotate")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#main'")  # the browser follows in its own time


def test_light_and_dark_are_chosen_and_kept(visit: Visit) -> None:
    page = visit.go("/annotate")
    page.click("#theme")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
