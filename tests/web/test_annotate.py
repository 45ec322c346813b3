"""Annotate: what a person does with a text, and what is seen."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.conftest import Visit

TEXT = (
    "Metformin in type 2 diabetes, but no neuropathy. 😀 His mother had breast and ovarian cancer."
)


def annotated(visit: Visit, text: str = TEXT) -> Page:
    page = visit.go("/annotate")
    page.fill("#given", text)
    page.click("text='Annotate' >> nth=-1")
    page.wait_for_selector(".text .m")
    return page


def test_a_text_is_marked_as_it_is_typed(visit: Visit) -> None:
    page = visit.go("/annotate")
    page.locator("#given").press_sequentially("Fever and aspirin")
    expect(page.locator(".text .m")).to_have_text(["Fever", "aspirin"])
    expect(page.locator("#summary")).to_contain_text("2 mentions")


def test_assertions_and_overlaps_are_seen(visit: Visit) -> None:
    page = annotated(visit)
    assert page.locator(".m.a-absent").all_inner_texts() == ["neuropathy"]
    outer = page.locator(".m", has_text=re.compile("^breast and ovarian cancer|^breast")).first
    assert "a-family" in (outer.get_attribute("class") or "")
    assert page.locator(".text").inner_text().startswith("Metformin in type 2 diabetes, but no")


def test_offsets_hold_behind_signs_of_two_units(visit: Visit) -> None:
    page = annotated(visit, "😀😀 Fever; 𝛼 aspirin.")
    assert page.locator(".text .m").all_inner_texts() == ["Fever", "aspirin"]


def test_a_mention_shows_its_candidates_with_reasons(visit: Visit) -> None:
    page = annotated(visit)
    page.click(".m >> text='type 2 diabetes'")
    panel = page.locator("aside")
    expect(panel.locator("h2")).to_have_text("type 2 diabetes mellitus")
    expect(panel.locator(".candidate").first).to_contain_text("MONDO:0005148")
    expect(panel.locator(".candidate").first).to_contain_text("name +")
    page.click(".m >> text='neuropathy'")
    expect(panel).to_contain_text("because of “no”")


def test_the_keyboard_alone_walks_from_mention_to_mention(visit: Visit) -> None:
    page = annotated(visit)
    page.locator(".m[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("aside h2")).to_have_text("type 2 diabetes mellitus")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("aside h2")).to_have_text("metformin")
    page.keyboard.press("Escape")
    expect(page.locator("aside h2")).to_have_text("Nothing chosen")


def test_a_link_is_changed_taken_away_and_brought_back(visit: Visit) -> None:
    page = annotated(visit)
    page.click(".m >> text='Metformin'")
    page.get_by_role("button", name="Take Metformin").first.click()
    expect(page.locator("aside p code").first).to_have_text("MESH:D008687")
    expect(page.locator(".m.hand")).to_have_count(1)
    page.click("text='No concept fits'")
    expect(page.locator(".m.nil >> text='Metformin'")).to_be_visible()
    page.click("text='Undo'")
    page.click("text='Undo'")
    expect(page.locator(".m.hand")).to_have_count(0)


def test_a_mention_is_taken_out(visit: Visit) -> None:
    page = annotated(visit, "Fever. Fever and rash.")
    page.locator(".m >> text='Fever'").first.click()
    page.click("text='Not a mention'")
    expect(page.locator(".text .m")).to_have_text(["rash"])


def test_another_concept_is_found_by_typing(visit: Visit) -> None:
    page = annotated(visit, "Metformin helps.")
    page.click(".m >> text='Metformin'")
    page.locator("aside [role=combobox]").press_sequentially("rosiglit")
    page.click("[role=option] >> nth=0")
    expect(page.locator("aside h2")).to_contain_text("osiglitazone")


def test_a_link_carries_text_and_decisions(visit: Visit) -> None:
    page = annotated(visit)
    page.click(".m >> text='Metformin'")
    page.click("text='No concept fits'")
    page.click("text='Copy link'")
    page.wait_for_url("**/annotate#a=*")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator(".m.nil >> text='Metformin'")).to_be_visible()
    assert not any("Metformin" in one for one in visit.asked)


def test_types_are_switched_off_and_on(visit: Visit) -> None:
    page = annotated(visit)
    box = page.get_by_label("disease", exact=False).first
    box.uncheck()
    expect(page.locator(".m.t-disease:not(.off)")).to_have_count(0)
    box.check()
    expect(page.locator(".m.t-disease.off")).to_have_count(0)


def test_a_file_of_many_documents_is_opened(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    texts = ("Fever.", "Aspirin in stroke.")
    path.write_text("\n".join(json.dumps({"id": f"d{n}", "text": t}) for n, t in enumerate(texts)))
    page = visit.go("/annotate")
    page.set_input_files("#file", path)
    expect(page.locator(".text .m")).to_have_text(["Fever"])
    page.locator("select", has_text="d1").select_option(label="d1")
    expect(page.locator(".text .m")).to_have_text(["Aspirin", "stroke"])


def test_what_was_found_leads_to_a_search(visit: Visit) -> None:
    page = annotated(visit, "Metformin in type 2 diabetes.")
    page.click("text='Search these concepts'")
    page.wait_for_url("**/search?q=*")
    assert page.locator("[role=combobox]").first.input_value() == "@CHEBI:6801 OR @MONDO:0005148"


def test_what_was_changed_leaves_in_a_file_of_any_format(visit: Visit) -> None:
    page = annotated(visit, "Metformin helps.")
    page.click(".m >> text='Metformin'")
    page.get_by_role("button", name="Take Metformin").first.click()
    page.wait_for_selector("option[value=pubtator]", state="attached")
    for name in ("pubtator", "brat", "biocjson", "tsv"):
        page.select_option("select[aria-label=Format]", name)
        with page.expect_download() as told:
            page.click("text='Download'")
        content = told.value.path().read_bytes()
        if name == "pubtator":
            assert b"text\t0\t9\tMetformin\tChemical\tMESH:D008687" in content
        assert b"Metformin" in content or name == "brat"  # a zip
