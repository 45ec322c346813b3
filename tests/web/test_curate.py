"""Curation with the keyboard alone: two readers, an adjudicator, what comes out."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onoma.formats import read_annotated
from tests.web.conftest import Visit

NAMES = (f"flu-{number}" for number in itertools.count())


@pytest.fixture
def name(visit: Visit) -> str:
    """A curation of all documents of the corpus, by two readers."""
    name = next(NAMES)
    body = {"name": name, "corpus": "heart", "readers": ["anna", "ben"], "documents": 5}
    made = visit.page.request.post(visit.site.address + "/v1/curations", data=body)
    assert made.status == 201, made.text()
    return name


def sit(visit: Visit, name: str, reader: str, stage: str = "reading") -> Page:
    return visit.go(f"/curations/{name}?reader={reader}&stage={stage}&order=document")


def press(page: Page, key: str, decided: int) -> None:
    """Press a key and wait until so many are decided."""
    page.keyboard.press(key)
    expect(page.locator("#far")).to_have_text(re.compile(f"^{decided} of "))


def accept_rest(page: Page, decided: int, of: int) -> None:
    for number in range(decided + 1, of + 1):
        press(page, "a", number)
    expect(page.locator("h2", has_text="Nothing is left")).to_be_visible()


def number_of(page: Page) -> int:
    return int(page.locator("#far").inner_text().split(" of ")[1].split()[0])


def test_a_curation_is_begun_from_the_page(visit: Visit) -> None:
    page = visit.go("/curations")
    page.fill("#name", next(NAMES))
    page.select_option("#corpus", "heart")
    page.fill("#documents", "2")
    page.click("text='Begin'")
    expect(page.locator("text=2 documents with")).to_be_visible()
    page.get_by_role("link", name="Read as reader").click()
    expect(page.locator(".m.chosen")).to_have_count(1)


def test_the_keyboard_alone_decides(visit: Visit, name: str) -> None:
    page = sit(visit, name, "anna")
    everything = number_of(page)
    first = page.locator("aside h2").inner_text()
    press(page, "n", 0)
    expect(page.locator("aside h2")).not_to_have_text(first)
    press(page, "r", 1)
    expect(page.locator("#said")).to_contain_text("Rejected")
    press(page, "u", 0)
    expect(page.locator("#said")).to_contain_text("Taken back: reject")
    press(page, "0", 1)
    press(page, "1", 2)
    page.keyboard.press("l")
    expect(page.locator("aside [role=combobox]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("gout")
    page.wait_for_selector("aside [role=option]")
    page.keyboard.press("ArrowDown")
    press(page, "Enter", 3)
    page.keyboard.press("s")
    words = page.get_by_label("Its parts, in words of the text")
    expect(words).to_be_focused()
    words.fill(words.input_value().split()[0] + " = -")
    press(page, "Enter", 4)
    page.keyboard.press("m")
    page.keyboard.type("again = -" if page.locator(".text", has_text="again").count() else "of = -")
    page.keyboard.press("Enter")
    expect(page.locator("#far")).to_contain_text("1 added")
    page.keyboard.press("Shift+?")
    expect(page.locator("dialog[open] h2")).to_have_text("Keys")
    page.keyboard.press("Escape")
    accept_rest(page, 4, everything)


def test_a_key_is_no_key_where_they_are_switched_off_or_one_types(visit: Visit, name: str) -> None:
    page = sit(visit, name, "anna")
    page.keyboard.press("m")
    page.keyboard.type("aaa")
    expect(page.get_by_label("Words that were missed")).to_have_value("aaa")
    page.keyboard.press("Enter")
    expect(page.locator("aside [role=alert]")).to_contain_text("does not stand in the text")
    page.get_by_label("single keys").uncheck()
    page.locator("aside h2").focus()
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    expect(page.locator("#far")).to_contain_text("0 of ")


def test_two_readers_an_adjudicator_and_what_is_trained_on(
    visit: Visit, name: str, tmp_path: Path
) -> None:
    page = sit(visit, name, "anna")
    everything = number_of(page)
    press(page, "r", 1)
    accept_rest(page, 1, everything)
    page = sit(visit, name, "ben")
    expect(page.locator("#far")).to_contain_text("0 of ")
    assert page.locator(".m.rejected").count() == 0
    accept_rest(page, 0, everything)
    page.click("text='What it came to'")
    expect(page.locator("section", has_text="Agreement").first).to_contain_text("1 difference")
    expect(page.locator("li", has_text="open difference").last).to_contain_text("1 open")
    page.get_by_label("Name of the adjudicator").fill("carla")
    page.keyboard.press("Enter")
    readings = page.get_by_role("list", name="What the readers made of it")
    expect(readings).to_contain_text("no mention")
    assert "anna" not in readings.inner_text()
    key = 1 + readings.locator("li").all_inner_texts().index(
        next(one for one in readings.locator("li").all_inner_texts() if "no mention" in one)
    )
    press(page, str(key), 1)
    page.goto(f"{visit.site.address}/curations/{name}")
    expect(page.locator("text=; 5 settled")).to_be_visible()
    with page.expect_download() as told:
        page.click("text='Download'")
    path = tmp_path / "curated.jsonl"
    told.value.save_as(path)
    found = list(read_annotated([path]))
    assert sum(len(one.mentions) for one in found) == everything - 1


def test_decisions_alike_are_one(visit: Visit, name: str) -> None:
    page = sit(visit, name, "anna")
    while not page.locator("aside", has_text="like it").count():
        page.keyboard.press("n")
        page.wait_for_timeout(150)
    page.keyboard.press("Shift+A")
    expect(page.locator("#said")).to_contain_text("alike")
