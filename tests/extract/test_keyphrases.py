"""Keyphrases: candidates, tables, what is absent and why, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.keyphrases import command
from onoma.errors import BadFile
from onoma.extract.absent import CHECK_TAGS
from onoma.extract.candidates import find_phrases, key_of
from onoma.extract.keyphrases import KeyphraseReader, keyphrases, make_reader
from onoma.extract.phrase_features import plain_label
from onoma.extract.phrase_tables import Links, curie_of, number_of, read_tables
from onoma.text.stemming import stem
from onoma.types import Document

TEXT = (
    "Statins after a heart attack in older adults.\n"
    "We followed forty men who took a statin after a heart attack. Statins lowered the risk of "
    "a second heart attack and of stroke; cholesterol levels fell."
)


@pytest.fixture(scope="module")
def reader() -> KeyphraseReader:
    return make_reader()


def test_present_ones_quote_the_text(reader: KeyphraseReader) -> None:
    found = next(iter(reader.read([TEXT])))
    texts = [key_of(one.text) for one in found.present]
    assert key_of("statins") in texts[:5]
    assert key_of("heart attack") in texts[:5]
    assert len(texts) == len(set(texts))
    for one in found.present:
        assert all(key_of(TEXT[s:e]) == key_of(one.text) for s, e in one.places)
        assert 0 <= one.score <= 1


def test_absent_ones_do_not_stand_in_the_text_and_say_why(reader: KeyphraseReader) -> None:
    found = next(iter(reader.read([TEXT], k=50)))
    by_name = {one.text: one for one in found.absent}
    assert by_name["Myocardial Infarction"].reason == "named otherwise Myocardial Infarction"
    stems = f" {' '.join(key_of(TEXT))} "
    for one in found.absent:
        assert f" {' '.join(key_of(one.text))} " not in stems
        assert one.reason
        assert number_of(one.curie) not in CHECK_TAGS


def test_scores_fall_and_k_limits(reader: KeyphraseReader) -> None:
    found = next(iter(reader.read([TEXT], k=3)))
    for some in (found.present, found.absent):
        assert len(some) == 3
        assert [one.score for one in some] == sorted((one.score for one in some), reverse=True)


def test_a_document_reads_the_same_alone_and_in_company(reader: KeyphraseReader) -> None:
    texts = [TEXT, "", "Asthma.", "1 2 3 !"]
    assert list(reader.read(texts)) == [next(iter(reader.read([text]))) for text in texts]


def test_the_shipped_reader_reads_a_text() -> None:
    assert keyphrases("Asthma in children.").present[0].text == "Asthma"


def test_forms_of_a_phrase_are_one_candidate(reader: KeyphraseReader) -> None:
    found = reader.pipeline.annotate(Document("a", "A kidney stone. Kidney stones hurt."))
    phrases = find_phrases(found)
    assert len(phrases[key_of("kidney stone")].places) == 2
    assert not any("a" in key for key in phrases)


def test_headings_are_turned_round() -> None:
    assert plain_label("Analgesics, Opioid") == "Opioid Analgesics"
    assert plain_label("Aged, 80 and over") == "80 and over Aged"


@pytest.mark.parametrize("curie", ["MESH:D009203", "MESH:D000066388", "MESH:D000072657"])
def test_numbers_of_headings_go_both_ways(curie: str) -> None:
    assert curie_of(number_of(curie)) == curie


def test_links_give_back_what_they_were_made_of() -> None:
    links = Links.made({5: [(7, 0.5), (2, 0.25)], 3: [(5, 1.0)]})
    assert dict(links.of(5)) == {7: 0.5, 2: 0.25}
    assert dict(links.of(3)) == {5: 1.0}
    assert not list(links.of(4))


def test_damaged_tables_say_so(tmp_path: Path) -> None:
    (tmp_path / "tables.npz").write_bytes(b"PK nothing")
    with pytest.raises(BadFile, match="damaged"):
        read_tables(tmp_path)


def test_rare_phrases_are_rarer_than_common_ones() -> None:
    tables = read_tables()
    assert tables.rarity(key_of("pheochromocytoma")) > tables.rarity(key_of("cells"))
    assert np.isfinite(tables.rarity(("never", "seen", "before")))


@pytest.mark.parametrize(
    ("word", "want"),
    [("caresses", "caress"), ("ponies", "poni"), ("agreed", "agre"), ("hopping", "hop"),
     ("conflated", "conflat"), ("rational", "ration"), ("adjustment", "adjust"),
     ("hypertensive", "hypertens"), ("sky", "sky"), ("β2", "β2"), ("IL", "il")],
)  # fmt: skip
def test_words_have_porters_stems(word: str, want: str) -> None:
    assert stem(word) == want


def test_the_command_writes_a_line_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    found = CliRunner().invoke(command, [str(path), "-k", "4", "--json"])
    assert found.exit_code == 0
    row = json.loads(found.stdout)
    assert len(row["present"]) == len(row["absent"]) == 4
    found = CliRunner().invoke(command, [str(path), "--to", "tsv"])
    assert found.stdout.startswith("id\tkeyphrase\tscore")
