"""Results sections of DiMB-RE: rows of tokens laid on the text of an article."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from onoma.errors import BadFile
from onoma.eval.dimb_results import read_dimb_results, token_spans

ARTICLE = "Oats and lipids.\n\nResults\nOats (raw)  lowered\nLDL. Rice did not.\n\nMethods"
ROW = {
    "doc_key": "PMC1-RESULT",
    "sentences": [["Oats", "(", "raw", ")", "lowered", "LDL", "."], ["Rice", "did", "not", "."]],
    "ner": [[[0, 0, "Food"], [5, 5, "Metabolite"]], [[7, 7, "Food"]]],
    "relations": [[[0, 0, 5, 5, "DECREASES", "Factual"]], [[7, 7, 5, 5, "DECREASES", "Negated"]]],
    "triplets": [[[0, 0, 5, 5, 4, 4, "DECREASES"]], [[7, 7, 5, 5, 8, 9, "DECREASES"]]],
}


def folder_of(place: Path, *rows: object) -> Path:
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    (place / "abs_result.train.json.gz").write_bytes(gzip.compress(lines))
    with tarfile.open(place / "brat_v2-train-dev.tar.xz", "w:xz") as tar:
        entry = tarfile.TarInfo("data/brat_v2/raw_files/PMC1.txt")
        entry.size = len(ARTICLE.encode())
        tar.addfile(entry, io.BytesIO(ARTICLE.encode()))
    return place


def test_a_section_quotes_its_article_and_has_its_ties(tmp_path: Path) -> None:
    (one,) = read_dimb_results(folder_of(tmp_path, ROW), {"PMC1"})
    assert one.text.id == "PMC1#results"
    assert one.text.text == "Oats (raw)  lowered\nLDL. Rice did not."
    assert [e.label for e in one.text.entities] == ["Oats", "LDL", "Rice"]
    for entity in one.text.entities:
        assert one.text.text[slice(*entity.spans[0])] == entity.label
    first, second = one.ties
    assert (first.first, first.second, first.kind, first.factuality) == (
        0,
        1,
        "DECREASES",
        "factual",
    )
    assert first.trigger is not None
    assert one.text.text[slice(*first.trigger)] == "lowered"
    assert (second.first, second.factuality) == (2, "negated")


def test_sections_of_other_documents_and_abstracts_are_left(tmp_path: Path) -> None:
    rows = ROW | {"doc_key": "PMC2-RESULT"}, ROW | {"doc_key": "PMC1"}
    assert not list(read_dimb_results(folder_of(tmp_path, *rows), {"PMC1"}))


def test_tokens_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    row = ROW | {"sentences": [["Barley", "(", "raw", ")", "lowered", "LDL", "."], ["."] * 4]}
    with pytest.raises(BadFile, match="PMC1#results"):
        list(read_dimb_results(folder_of(tmp_path, row), {"PMC1"}))
    assert token_spans("one two", ["two", "three"]) == []
