"""Every view but Annotate: the journey a person makes through it, and what is seen."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from playwright.sync_api import expect

from tests.web.conftest import Visit


def test_a_concept_shows_names_tree_relations_and_literature(visit: Visit) -> None:
    page = visit.go("/concepts/MONDO:0005148")
    expect(page.locator("h1")).to_have_text("type 2 diabetes mellitus")
    expect(page.locator("section", has_text="Names").first).to_contain_text("NIDDM")
    tree = page.locator("section", has=page.locator("h2", has_text="Tree"))
    expect(tree.locator(".up a")).to_have_text("diabetes mellitus")
    expect(page.locator("section", has_text="In other vocabularies").first).to_contain_text(
        "DOID:9352"
    )
    relations = page.locator("section", has=page.locator("h2", has_text="Relations"))
    relations.locator("li", has_text="metformin").locator("summary").click()
    expect(relations).to_contain_text("Metformin lowered glucose in type 2 diabetes.")
    years = page.locator("section", has=page.locator("h2", has_text="Literature over time"))
    expect(years).to_contain_text("heart: 2 documents")
    years.locator("summary").click()
    expect(years.locator("td").first).to_have_text("2018")


def test_a_concept_is_found_by_the_beginning_of_its_name(visit: Visit) -> None:
    page = visit.go("/concepts")
    page.locator("[role=combobox]").press_sequentially("parkinson dis")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/concepts/*")
    expect(page.locator("h1")).to_contain_text("arkinson")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Concepts")


def test_an_unknown_concept_is_told_with_what_to_do(visit: Visit) -> None:
    page = visit.go("/concepts/MONDO:9999999")
    expect(page.get_by_role("alert")).to_contain_text("unknown-name")


def test_a_search_shows_hits_reasons_and_facets(visit: Visit) -> None:
    page = visit.go("/search?corpus=heart")
    page.locator("[role=combobox]").first.fill("metformin diabetes")
    page.keyboard.press("Enter")
    expect(page.locator("li.hit h3").first).to_contain_text("Metformin")
    marked = page.locator("li.hit").first.locator("mark.hit").all_inner_texts()
    assert "metformin" in [one.lower() for one in marked]
    expect(page.locator(".understood")).to_contain_text("CHEBI:6801")
    page.locator("li.hit summary").first.click()
    expect(page.locator("li.hit").first).to_contain_text("metformin as ")
    page.locator("aside section", has_text="year").get_by_role("button", name="2018").click()
    page.wait_for_url("**year*")
    expect(page.locator("li.hit")).to_have_count(1)


def test_a_strict_query_says_how_it_was_understood(visit: Visit) -> None:
    page = visit.go("/search?corpus=heart&q=" + quote('@"type 2 diabetes" AND title:again'))
    expect(page.locator("#total")).to_have_text("1 document")
    page.click("text='How each part was taken'")
    expect(page.locator(".understood")).to_contain_text("title:again")
    page = visit.go("/search?corpus=heart&q=" + quote("titel:metformin"))
    expect(page.get_by_role("alert")).to_contain_text("titel")


def test_concepts_complete_a_query_and_its_hits_are_exported(visit: Visit) -> None:
    page = visit.go("/search?corpus=heart")
    page.locator("[role=combobox]").first.press_sequentially("@metform")
    page.click("[role=option] >> nth=0")
    page.click("text='Search' >> nth=-1")
    expect(page.locator("li.hit")).to_have_count(2)
    with page.expect_download() as told:
        page.click("text='ris'")
    assert "Metformin again" in told.value.path().read_text("utf-8")


def test_a_hit_opens_its_document_with_what_was_found(visit: Visit) -> None:
    page = visit.go("/search?corpus=heart&q=stroke")
    page.click("li.hit h3 a")
    expect(page.locator("h1")).to_have_text("A file of notes")
    assert page.url.endswith("/documents/heart/notes%2Fa.txt")
    page.click(".m >> text='stroke'")
    expect(page.locator("aside h2")).to_contain_text("troke")
    page.reload()
    expect(page.locator("h1")).to_have_text("A file of notes")


def test_a_graph_grows_and_its_edges_open_their_sentences(visit: Visit) -> None:
    page = visit.go("/graph?g=heart&start=MONDO:0005148")
    expect(page.locator("#listed")).to_have_text("3 concepts, 2 edges")
    page.locator("tr", has_text="metformin").get_by_role("button", name="Sentences").click()
    expect(page.locator("aside")).to_contain_text("Metformin lowered glucose in type 2 diabetes.")
    page.locator("td").get_by_role("button", name="metformin").first.click()
    page.click("text='Bring its neighbours'")
    expect(page.locator("#listed")).to_have_text("4 concepts, 3 edges")


def test_ways_between_two_concepts_are_shown(visit: Visit) -> None:
    page = visit.go("/graph?g=heart&start=MONDO:0005148,CHEBI:50122")
    page.locator("td").get_by_role("button", name="heart").first.click()
    page.click("text='Ways from here'")
    page.locator("td").get_by_role("button", name="metformin").first.click()
    page.get_by_role("button", name="Ways from").last.click()
    expect(page.locator("aside ol li").first).to_contain_text(
        "→ rosiglitazone → type 2 diabetes mellitus → metformin"
    )


def test_a_click_on_the_picture_chooses_what_is_there(visit: Visit) -> None:
    page = visit.go("/graph?g=heart&start=CHEBI:6801")
    expect(page.locator("#listed")).to_have_text("3 concepts, 2 edges")
    page.wait_for_timeout(1500)  # until the nodes have come to rest
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    expect(page.locator("aside h2")).to_have_text("Nothing chosen")


def test_a_query_is_drafted_translated_checked_and_kept(visit: Visit) -> None:
    page = visit.go("/mesh?corpus=heart")
    page.fill("#protocol", "Metformin for type 2 diabetes")
    page.click("text='Draft a query'")
    expect(page.locator("#records")).to_have_text("2 records")
    assert '"Metformin"[mh]' in page.input_value("#strategy")
    page.select_option("#dialect", "ovid")
    expect(page.locator("#strategy")).to_have_value(re.compile("exp Metformin/"))
    page.fill("#seeds", "d1\np1")
    page.click("text='Check the seeds'")
    expect(page.locator("text=1 seed lost: p1")).to_be_visible()
    page.click("text='Keep in the log'")
    expect(page.locator("section", has_text="Log of searches").last).to_contain_text("2 records")


def test_headings_are_suggested_and_added(visit: Visit) -> None:
    page = visit.go("/mesh?corpus=heart")
    page.fill("#clause", "heart attack")
    page.get_by_role("button", name="Add Myocardial Infarction", exact=True).click()
    assert page.input_value("#strategy") == '"Myocardial Infarction"[mh]'


def test_a_corpus_shows_what_it_holds(visit: Visit) -> None:
    page = visit.go("/corpora")
    page.get_by_role("link", name="heart").click()
    expect(page.locator(".tiles div", has_text="documents")).to_contain_text("5")
    about = page.locator("section", has=page.locator("h2", has_text="What it is about"))
    expect(about).to_contain_text("metformin")


def test_documents_are_added_to_a_corpus_from_the_page(visit: Visit) -> None:
    page = visit.go("/corpora/hostile")
    given = {"id": "new", "text": "Fever again."}
    page.set_input_files(
        "#add",
        {"name": "new.jsonl", "mimeType": "text/plain", "buffer": json.dumps(given).encode()},
    )
    expect(page.locator("#adding")).to_contain_text("done")


def test_models_show_their_cards(visit: Visit) -> None:
    page = visit.go("/models")
    card = page.locator("li", has=page.locator("h2", has_text="encoder"))
    expect(card.first).to_contain_text("MB")
    page.locator("summary", has_text="Notices").first.click()
    expect(page.locator("pre.card:visible").first).not_to_be_empty()


def test_a_page_has_a_twin_of_its_data(visit: Visit) -> None:
    told = visit.page.request.get(visit.site.address + "/concepts/MONDO:0005148.json").json()
    assert told["label"] == "type 2 diabetes mellitus"


def test_an_address_that_is_no_page_says_so(visit: Visit) -> None:
    expect(visit.go("/nowhere").locator("h1")).to_have_text("No such page")
