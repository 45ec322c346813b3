"""Hostile texts in every field, and what the browser itself is told to forbid."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Page, expect

from tests.web.conftest import Visit
from tests.web.hostile import MARK, PAYLOADS, many

ALL = 1000
ADDRESSES = ("/search?corpus=hostile&q={}", "/concepts/{}", "/graph?start={}", "/mesh?q={}")


def nothing_ran(page: Page) -> bool:
    page.wait_for_timeout(50)
    return page.evaluate(f"window.{MARK} === undefined") is True


def open_details(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def test_a_thousand_payloads_in_a_text_stay_text(visit: Visit) -> None:
    page = visit.go("/annotate")
    lines = many(ALL)
    assert len(lines) == ALL
    text = "\n".join(f"fever {line}" for line in lines)
    page.locator("#given").evaluate("(box, text) => { box.value = text; }", text)
    page.click("text='Annotate' >> nth=-1")
    page.wait_for_selector(".text .m")
    assert page.locator(".text").evaluate("node => node.textContent").count("fever ") >= ALL
    page.locator(".text .m").first.click()
    assert nothing_ran(page)


def test_titles_ids_snippets_and_facets_stay_text(visit: Visit) -> None:
    page = visit.go("/search?corpus=hostile&q=" + quote("fever cough"))
    expect(page.locator("li.hit").first).to_be_visible()
    open_details(page)
    assert "<img" in page.locator("ol").inner_text()
    assert nothing_ran(page)
    page.locator("li.hit h3 a").first.click()
    page.wait_for_selector(".text .m")
    page.locator(".text .m").first.click()
    assert nothing_ran(page)


def test_labels_and_sentences_of_a_graph_stay_text(visit: Visit) -> None:
    page = visit.go("/graph?g=hostile&start=X:0")
    expect(page.locator("#listed")).to_contain_text("edges")
    for number in range(5):
        page.get_by_role("button", name="Sentences").nth(number).click()
        expect(page.locator("aside q").first).to_be_visible()
    assert nothing_ran(page)


def test_counts_of_a_corpus_stay_text(visit: Visit) -> None:
    page = visit.go("/corpora/hostile")
    expect(page.locator("h2", has_text="Journals")).to_be_visible()
    open_details(page)
    assert nothing_ran(page)


@pytest.mark.parametrize("form", ADDRESSES)
def test_addresses_stay_text(visit: Visit, form: str) -> None:
    for payload in PAYLOADS[:6]:
        page = visit.go(form.format(quote(payload, safe="")))
        assert nothing_ran(page)


def test_decisions_and_logs_that_the_browser_keeps_stay_text(visit: Visit) -> None:
    page = visit.go("/mesh?corpus=heart")
    fields = ("version", "date", "database", "dialect", "query")
    kept = [dict.fromkeys(fields, one) | {"lines": [], "records": 1} for one in PAYLOADS]
    page.evaluate("kept => localStorage.setItem('searches', JSON.stringify(kept))", kept)
    page.reload()
    expect(page.locator("ol li")).to_have_count(len(PAYLOADS))
    assert nothing_ran(page)


@pytest.mark.parametrize(
    "script",
    [
        f"document.body.setAttribute('onclick', 'window.{MARK}=1')",
        f"document.querySelector('h1').innerHTML = '<img src=x onerror=\"window.{MARK}=1\">'",
        f"Object.assign(document.createElement('script'), {{src: '/static/{MARK}.js'}})",
    ],
)
def test_the_browser_refuses_script_from_text(visit: Visit, script: str) -> None:
    page = visit.go("/annotate")
    with pytest.raises(Error, match="Trusted"):
        page.evaluate(script)
    page.click("h1")
    assert nothing_ran(page)
    visit.errors.clear()  # the browser's own word that it refused


def test_nothing_is_asked_of_another_place_and_no_text_stands_in_an_address(visit: Visit) -> None:
    page = visit.go("/annotate")
    page.fill("#given", "Secretname Canaryman has fever.")
    page.click("text='Annotate' >> nth=-1")
    page.wait_for_selector(".text .m")
    assert not any("Canaryman" in one for one in visit.asked)
