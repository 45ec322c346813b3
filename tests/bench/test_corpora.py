from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

corpora: Any = importlib.import_module("corpora")

KNOWTATOR = b"""<annotations textSource="1.txt">
  <annotation>
    <mention id="m1" />
    <annotator id="a">someone</annotator>
    <span start="0" end="3" />
    <span start="8" end="12" />
    <spannedText>red cell</spannedText>
  </annotation>
  <classMention id="m1"><mentionClass id="CL:0000232">erythrocyte</mentionClass></classMention>
</annotations>"""

KNOWTATOR_2 = b"""<knowtator-project><document id="1" text-file="1.txt">
  <annotation id="x">
    <class id="http://purl.obolibrary.org/obo/MONDO_0011122" label="obesity"/>
    <span end="7" id="y" start="0">obesity</span>
  </annotation>
</document></knowtator-project>"""


def test_pubtator_keeps_offsets_ids_and_tabs_in_text() -> None:
    lines = [
        "1|t|A mouse.\n",
        "1|a|With\ta rat.\n",
        "1\t2\t7\tmouse\tSpecies\t10090\n",
        "1\t16\t19\trat\tSpecies\n",
        "1\tCID\tD1\tD2\n",
        "\n",
        "2|t|No abstract\r\n",
        "2|a|\r\n",
    ]
    first, second = corpora.parse_pubtator(lines)
    assert first.text == "A mouse. With a rat."
    assert [first.text[m.start : m.end] for m in first.mentions] == ["mouse", "rat"]
    assert [m.ids for m in first.mentions] == ["10090", ""]
    assert (second.id, second.text, second.mentions) == ("2", "No abstract", ())


@pytest.mark.parametrize(
    "line",
    ["[4::9]\tHP_0001945 | fever", "4:9\tHP:0001945\tfever", "4\t9\tfever\tHP:0001945\tRelated"],
)
def test_standoff_reads_each_layout_and_keeps_the_length_of_the_text(line: str) -> None:
    document = corpora.parse_standoff("n", "No\n\nfever\there", line)
    assert document.text == "No  fever here"
    (mention,) = document.mentions
    assert (mention.start, mention.end, mention.ids) == (4, 9, "HP:0001945")
    assert document.text[4:9] == mention.text


def test_knowtator_covers_gaps_and_reads_both_layouts() -> None:
    (old,) = corpora.parse_knowtator(KNOWTATOR, "red big cell")
    assert (old.start, old.end, old.text, old.ids) == (0, 12, "red big cell", "CL:0000232")
    (new,) = corpora.parse_knowtator(KNOWTATOR_2, "obesity")
    assert (new.start, new.end, new.ids) == (0, 7, "MONDO:0011122")


def test_a_set_unifies_types_drops_other_ids_and_repeated_documents() -> None:
    mentions = (
        corpora.GoldMention(4, 6, "ab", "B", " 7 "),
        corpora.GoldMention(0, 3, "xyz", "A", "5(Tax:9606)"),
        corpora.GoldMention(0, 3, "xyz", "Other", "7"),
    )
    document = corpora.GoldDocument("1", "xyz ab", "", mentions)
    row = corpora.GoldSet(
        "s",
        lambda: [document, document],
        ("A", "B"),
        "Gene",
        ("gene",),
        ("NCBIGene",),
        allowed=lambda: frozenset({"5", "7"}),
    )
    (only,) = row.documents()
    assert [(m.start, m.type, m.ids) for m in only.mentions] == [
        (0, "Gene", "5(Tax:9606)"),
        (4, "Gene", "7"),
    ]


def test_splits_of_a_corpus_without_one_are_disjoint_and_complete() -> None:
    ids = [str(number) for number in range(400)]
    dev = {i for i in ids if corpora.in_split(i, "dev")}
    train = {i for i in ids if corpora.in_split(i, "train")}
    assert dev | train == set(ids)
    assert not dev & train
    assert 60 < len(dev) < 140


def test_a_gold_file_is_read_back_as_it_was(tmp_path: Path) -> None:
    mentions = (corpora.GoldMention(0, 5, "Fever", "Phenotype", "HP:0001945"),)
    documents = [
        corpora.GoldDocument("a", "Fever here", "and é there.", mentions),
        corpora.GoldDocument("b", "Nothing", "", ()),
    ]
    path = tmp_path / "gold.pubtator"
    assert corpora.write_pubtator(documents, path) == 2
    with path.open(encoding="utf-8") as handle:
        assert list(corpora.parse_pubtator(handle)) == documents


def test_a_family_of_sets_is_named_by_its_prefix() -> None:
    names = [row.name for row in corpora.chosen("bc5cdr-dev,linnaeus")]
    assert names == ["bc5cdr-dev-disease", "bc5cdr-dev-chemical", "linnaeus"]
    assert [row.name for row in corpora.chosen("nlm-gene")] == ["nlm-gene"]
    with pytest.raises(SystemExit, match="no set 'typo'"):
        corpora.chosen("typo")


WRONG_IN_SOURCE = {"hpo-gscplus": 6, "hpo-gsc2024": 6, "hpo-id68": 46, "ncbi-disease-train": 1}
WRONG_IN_SOURCE |= {"nlm-gene": 9, "nlm-gene-human": 9, "gnormplus": 14, "gnormplus-human": 14}
WRONG_IN_SOURCE |= {"bioid-cellline": 1}


@pytest.mark.parametrize("name", sorted(corpora.SETS))
def test_gold_mentions_quote_the_text(name: str) -> None:
    try:
        corpora.shared_root()
    except corpora.SharedDataMissingError as error:
        pytest.skip(str(error))
    documents = list(corpora.SETS[name].documents())
    marks = [(d.text[m.start : m.end], m.text) for d in documents for m in d.mentions]
    assert documents
    assert marks
    wrong = sum(found.lower() != quoted.lower() for found, quoted in marks)
    assert wrong <= WRONG_IN_SOURCE.get(name, 0)
