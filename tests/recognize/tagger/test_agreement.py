from __future__ import annotations

import numpy as np

from onoma.encode.wordpiece import WordPiece
from onoma.recognize.tagger.agreement import agreed
from onoma.recognize.tagger.decoding import WordSpans
from onoma.recognize.tagger.words import WordReader
from onoma.text.tokens import TextBatch
from tests.encode.tiny import PIECES

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})
TEXTS = ["fever, fever of fever", "fever a"]


def spans(*rows: tuple[int, int, int]) -> WordSpans:
    head, first, behind = np.array(rows, np.int64).T
    return WordSpans(head, first, behind, np.full(len(rows), 0.5, np.float32))


def made_to_agree(found: WordSpans) -> list[tuple[int, int]]:
    words = WordReader(CUTTER).read(TEXTS)
    out = agreed(found, words, TextBatch.of(TEXTS))
    return list(zip(out.first.tolist(), out.behind.tolist(), strict=True))


def test_what_is_a_name_twice_is_one_the_third_time_in_that_document() -> None:
    assert made_to_agree(spans((0, 0, 1), (0, 4, 5))) == [(0, 1), (2, 3), (4, 5)]


def test_once_is_not_enough_and_other_spans_stay() -> None:
    assert made_to_agree(spans((0, 0, 1))) == [(0, 1)]
    assert made_to_agree(spans((0, 0, 1), (0, 2, 4), (0, 4, 5))) == [(0, 1), (2, 4), (4, 5)]
