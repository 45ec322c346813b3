"""What a query was taken for, what its parts find, what to beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("tantivy")
pytest.importorskip("lark")

import tantivy

from onoma.errors import UnparsableQuery
from onoma.ontology.store import ConceptStore
from onoma.search.fields import open_index, schema
from onoma.search.query.explain import Explanation, explain, shown
from onoma.search.query.meanings import Meanings
from onoma.search.query.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: list[dict[str, Any]] = [
    {
        "title": "Tamoxifen after surgery",
        "abstract": "beta-blockers and tamoxifen",
        "mesh": ["breast neoplasms", "MESH:D001943", "breast neoplasms/drug therapy"],
        "has": ["title", "abstract", "mesh"],
    },
    {
        "title": "Breast cancer in families",
        "abstract": "breast cancer, and nothing that annotators assigned",
        "concept": "MONDO:0007254 MESH:D001943",
        "concept_own": ["MONDO:0007254"],
        "has": ["title", "abstract"],
    },
    {"title": "Moles of the skin", "abstract": "tamoxifen tamoxifene", "has": ["title"]},
]


@pytest.fixture(scope="module")
def ask(store: ConceptStore, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    index = open_index(tmp_path_factory.mktemp("index"))
    writer = index.writer(15_000_000, 1)
    for key, row in enumerate(ROWS, 1):
        writer.add_document(tantivy.Document.from_dict({"key": key, **row}, schema()))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher, meanings = index.searcher(), Meanings(store)

    def explained(text: str, dialect: str = "onoma") -> Explanation:
        tree = parse(text, dialect)
        return explain(tree, searcher, meanings, text=text, dialect=dialect)

    return explained


def problems(found: Explanation) -> str:
    return "; ".join(one.problem + " " + one.hint for one in found.cautions)


def test_every_part_has_its_count(ask: Callable[..., Explanation]) -> None:
    found = ask("(tamoxifen OR cancer) NOT moles")
    assert [(one.depth, one.taken, one.count) for one in found.lines] == [
        (0, "NOT", 2), (1, "OR", 3), (2, "tamoxifen", 2), (2, "cancer", 1), (1, "moles", 1),
    ]  # fmt: skip
    assert found.count == 2
    assert shown(found).splitlines()[0] == "2  NOT    of 3 records"


def test_lines_of_a_strategy_are_counted_and_an_idle_one_is_told(
    ask: Callable[..., Explanation],
) -> None:
    found = ask("#1 tamoxifen\n#2 breast\n#3 skin\n#4 #1 OR #2")
    assert [one.count for one in found.lines if one.line is not None] == [2, 1, 1, 3]
    assert "no later line refers to line 3" in problems(found)


def test_a_word_that_is_nowhere_is_told_with_near_ones(ask: Callable[..., Explanation]) -> None:
    found = ask("tamoxifin AND surgery")
    assert "the index has no word 'tamoxifin' here near it: tamoxifen" in problems(found)
    start, end = found.cautions[0].span
    assert "tamoxifin AND surgery"[start:end] == "tamoxifin"


def test_a_heading_says_by_what_its_records_are_found(ask: Callable[..., Explanation]) -> None:
    found = ask('mesh:"Breast Neoplasms"')
    assert found.count == 2
    assert "assigned in 1 records, found in the text of 1 without headings" in found.lines[0].note


def test_what_cannot_be_asked_of_records_without_headings_is_told(
    ask: Callable[..., Explanation],
) -> None:
    found = ask("Breast Neoplasms/dt", "ovid")
    assert found.count == 2
    assert "1 records without any headings are found by their text" in problems(found)


def test_an_entry_term_is_told(ask: Callable[..., Explanation]) -> None:
    assert "is taken for the heading MESH:D001943" in problems(ask('mesh:"Neoplasms, Breast"'))


def test_a_heading_that_is_none_is_told(ask: Callable[..., Explanation]) -> None:
    assert "no MeSH heading 'Zzz'" in problems(ask("Zzz/", "ovid"))


def test_a_name_of_several_concepts_says_which_it_was_taken_for(
    ask: Callable[..., Explanation],
) -> None:
    found = ask('@"mole"')
    assert "'mole' is taken for" in problems(found)
    assert "others are called so too" in problems(found)


def test_truncation_lists_its_words(ask: Callable[..., Explanation]) -> None:
    assert ask("tamoxif*").lines[0].note == "2 words: tamoxifen, tamoxifene"


def test_an_untagged_term_of_pubmed_is_told(ask: Callable[..., Explanation]) -> None:
    assert "PubMed would map it" in problems(ask("tamoxifen", "pubmed"))
    assert not ask("tamoxifen[tw]", "pubmed").cautions


def test_an_unknown_concept_is_an_error_at_its_characters(
    ask: Callable[..., Explanation],
) -> None:
    with pytest.raises(UnparsableQuery, match="no concept is called 'zzz'") as caught:
        ask('tamoxifen AND @"zzz"')
    assert caught.value.span == (14, 20)


def test_proximity_of_too_many_arrangements_is_an_error(ask: Callable[..., Explanation]) -> None:
    with pytest.raises(UnparsableQuery, match="more than 4096 arrangements"):
        ask("NEAR/50(a b c d e)")
