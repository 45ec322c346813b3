from __future__ import annotations

from pathlib import Path

import numpy as np

from onoma.encode.wordpiece import WordPiece
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger.gazetteer import (
    FEATURES,
    Gazetteer,
    Marks,
    feature_bits,
    unpacked,
)
from onoma.recognize.tagger.words import WordReader
from onoma.text.tokens import TextBatch
from onoma.types import TYPE_BIT
from tests.encode.tiny import PIECES
from tests.recognize.small_store import Entry, make_store

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})


def said(text: str, marks: Marks) -> list[set[str]]:
    """Return what the bits say of each word."""
    batch = TextBatch.of(["", text])
    rows = unpacked(feature_bits(WordReader(CUTTER).read(["", text]), batch, marks))
    return [{FEATURES[place] for place in np.flatnonzero(row)} for row in rows]


def marks(*rows: tuple[int, int, str]) -> Marks:
    start, end, types = zip(*rows, strict=True)
    return Marks(
        np.array(start, np.int64) + 1, np.array(end, np.int64) + 1,
        np.array([TYPE_BIT[one] for one in types], np.uint32),
    )  # fmt: skip


def test_the_longest_name_of_a_group_is_marked_at_its_ends_and_inside() -> None:
    text = "type 2 kidney disease, fever"
    found = marks((0, 21, "disease"), (7, 21, "disease"), (7, 13, "anatomy"), (23, 28, "phenotype"))
    assert said(text, found) == [
        {"disease first"},
        {"number", "disease inside"},
        {"disease inside", "anatomy first", "anatomy last"},
        {"disease last"},
        set(),
        {"phenotype first", "phenotype last"},
    ]


def test_two_types_of_a_group_are_one() -> None:
    found = marks((0, 5, "drug"), (6, 7, "chemical"))
    assert said("fever a", found) == [
        {"chemical first", "chemical last"},
        {"chemical first", "chemical last"},
    ]


def test_names_of_a_store_and_their_short_forms_are_marked(tmp_path: Path) -> None:
    store = make_store([Entry("MONDO:1", "renal failure", "disease", source="mondo")], tmp_path)
    batch = TextBatch.of(["renal failure (RF). RF of type 2, p.V600E"])
    found = Gazetteer(DictionaryRecognizer(store)).marks(batch)
    texts = [batch.text[a:b] for a, b in zip(found.start, found.end, strict=True)]
    assert texts == ["renal failure", "RF", "RF", "p.V600E"]
    assert found.types.tolist() == [TYPE_BIT["disease"]] * 3 + [TYPE_BIT["variant"]]


def test_procedures_that_we_named_ourselves_are_not_told(tmp_path: Path) -> None:
    """The tagger learnt before they were added."""
    entries = [
        Entry("MESH:1", "Biopsies", "procedure", source="mesh"),
        Entry("MESH:2", "lumpectomy", "procedure", source="onoma"),
        Entry("HP:1", "queasy", "phenotype", source="onoma"),
    ]
    batch = TextBatch.of(["biopsies, lumpectomy, queasy"])
    found = Gazetteer(DictionaryRecognizer(make_store(entries, tmp_path))).marks(batch)
    told = {batch.text[a:b]: t for a, b, t in zip(found.start, found.end, found.types, strict=True)}
    assert told == {
        "biopsies": TYPE_BIT["procedure"], "lumpectomy": 0, "queasy": TYPE_BIT["phenotype"],
    }  # fmt: skip
