"""Adverse drug effects: the pairs of a sentence and what is seen of them."""

from __future__ import annotations

from functools import cache

import numpy as np

from onoma.extract.adverse import (
    HEAD,
    SIZE,
    AdverseReader,
    Judge,
    features,
    find_pairs,
    make_reader,
    numbered,
    plain_cells,
    record,
)
from onoma.extract.drugs import Codes
from onoma.extract.phrases import Tokens
from onoma.types import Document, FailedDocument

TEXT = "Agranulocytosis was induced by clozapine. She has asthma."


@cache
def reader() -> AdverseReader:
    return make_reader()


def found(text: str, *, least: float = 0.3) -> list[tuple[str, str]]:
    (one,) = reader().read([text], least=least)
    return [(pair.drug.text, pair.effect.text) for pair in one.pairs]


def test_harm_is_told_from_treatment() -> None:
    assert found(TEXT) == [("clozapine", "Agranulocytosis")]
    assert found("Azithromycin-induced hearing loss in a child.") == [
        ("Azithromycin", "hearing loss")
    ]
    assert found("Asthma was treated with prednisone for two weeks.") == []


def test_pairs_are_of_one_sentence_and_substances_that_are_measured_are_none() -> None:
    assert found("Clozapine was given. Asthma followed.", least=0.0) == []
    assert found("Potassium was low in hepatitis.", least=0.0) == []


def test_a_pair_is_seen_by_order_distance_and_words() -> None:
    plain = reader()
    (document,) = plain._pipeline.pipe([TEXT])
    (pair,) = find_pairs(document, Codes(plain._pipeline.store))
    seen = features(TEXT, Tokens.of(TEXT), pair)
    assert {"order e", "one True True", "between e induced", "two e was induced"} <= set(seen)
    rows = numbered(seen)
    assert rows.min() >= 0
    assert rows.max() < SIZE
    weights = np.zeros(SIZE, np.float32)
    assert Judge(weights, 0.0).score(rows) == 0.5
    weights[rows] = 1.0
    assert Judge(weights, 0.0).score(rows) > 0.99


def test_rows_have_places_and_failures_keep_theirs() -> None:
    failed = FailedDocument("x", "bad", "cannot be read")
    first, second = reader().read([failed, Document("d", TEXT)])
    assert first.error == failed
    (pair,) = second.pairs
    cells = dict(zip(HEAD, plain_cells("d", pair), strict=True))
    assert TEXT[cells["drug_start"] : cells["drug_end"]] == "clozapine"
    assert record("d", pair)["effect"]["text"] == "Agranulocytosis"
