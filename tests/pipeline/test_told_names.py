"""Names that count in mode ``hybrid`` whatever annotators mark, with the tagger that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import load
from onoma.pipeline.span_choice import Taken, beside_people, without_values
from onoma.pipeline.whole_names import is_whole
from onoma.types import Mention


def test_a_name_of_the_projects_own_is_not_left_to_the_judge(
    core: ConceptStore, tmp_path: Path
) -> None:
    assert core.row_of("UBERON:0000178") >= 0
    project = tmp_path / ".onoma"
    project.mkdir()
    (project / "synonyms.tsv").write_text("UBERON:0000178\tredwater\n", encoding="utf-8")
    (project / "allow.tsv").write_text("arm\n", encoding="utf-8")
    nlp = load(project=str(project))
    found = {one.text: one.curie for one in nlp.annotate("The placebo arm gave redwater.").mentions}
    assert found["redwater"] == "UBERON:0000178"
    assert found["arm"] == "UBERON:0001460"


def test_genera_are_mentions_in_a_text_on_microbes() -> None:
    text = "Lactobacillus and Bacteroides rose in the gut microbiota."
    assert {"Lactobacillus", "Bacteroides"} <= {one.text for one in load().annotate(text).mentions}


def test_viruses_are_mentions_and_antibodies_name_what_they_are_against() -> None:
    nlp = load()
    text = "HBV coinfection with HIV; anti-CTLA-4 antibodies and anti-TNF therapy."
    found = {one.text: one.curie for one in nlp.annotate(text).mentions}
    assert {"HIV", "HBV", "CTLA-4", "TNF"} <= found.keys()
    assert found["CTLA-4"] == "HGNC:2505"


def test_names_of_diseases_are_whole_but_for_degrees() -> None:
    text = "febrile seizures and major depressive disorder; severe aplastic anemia"
    found = {one.text for one in load(types=["disease"]).annotate(text).mentions}
    assert {"febrile seizures", "major depressive disorder", "aplastic anemia"} <= found


@pytest.mark.parametrize(
    ("name", "chosen", "is_marked_whole"),
    [
        ("febrile seizures", "seizures", True),
        ("mild asthma", "asthma", False),
        ("severe chronic asthma", "asthma", False),
        ("primary angle-closure glaucoma", "glaucoma", True),
        ("primary angle-closure glaucoma", "angle-closure glaucoma", False),
        ("primary angle-closure glaucoma", "closure glaucoma", True),
        ("asthma", "asthma", False),
    ],
)
def test_what_is_lost_of_a_name_says_whether_it_is_whole(
    name: str, chosen: str, is_marked_whole: bool
) -> None:
    mention = Mention(
        start=0, end=len(name), text=name, type="disease", curie="MONDO:1", label=name, score=0.9,
        found_by="dictionary", spans=((0, len(name)),),
    )  # fmt: skip
    assert is_whole(mention, chosen) is is_marked_whole


def test_the_gene_before_a_variant_is_a_gene() -> None:
    mentions = load().annotate("BDNF Val66Met carriers; BRAF V600E; MTHFR C677T.").mentions
    found = {one.text: one.type for one in mentions}
    assert {found.get(name) for name in ("BDNF", "BRAF", "MTHFR")} == {"gene"}


def test_a_gene_is_whole_where_the_tagger_sees_its_last_words() -> None:
    mentions = load().annotate("Programmed death-1 inhibitors were used.").mentions
    assert "Programmed death-1" in {one.text for one in mentions}


def test_patients_are_organisms_only_where_that_is_likely() -> None:
    text = "patients with mice"
    unsure, sure, mice = (
        Taken((0, 8), "organism", 0.1, chance=0.6),
        Taken((0, 8), "organism", 0.3, chance=0.8),
        Taken((14, 18), "organism", 0.1, chance=0.6),
    )
    assert beside_people([unsure, sure, mice], text) == [sure, mice]


def test_a_value_behind_a_name_is_no_part_of_it() -> None:
    text = "CA 19-9 33, STAT 3 fell."
    chances = {(0, 7): 0.2, (0, 10): 0.7, (12, 18): 0.8}
    assert without_values(chances, text, {(0, 7), (12, 16)}) == {(0, 7): 0.7, (12, 18): 0.8}
    line = f"A{'-' * 5000}"
    assert without_values({(0, len(line)): 0.6}, line, set()) == {(0, len(line)): 0.6}
