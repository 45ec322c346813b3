from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onoma.encode.wordpiece import WordPiece
from onoma.recognize.tagger.windows import make_windows
from onoma.recognize.tagger.words import WordReader
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from tests.encode.tiny import PIECES

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})
WORDS = st.lists(st.sampled_from(["fever", "The", "renal", "a.", "of", "2"]), max_size=300)


@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(48, 80))
def test_every_word_is_answered_for_once_in_a_window_that_fits(
    documents: list[list[str]], longest: int
) -> None:
    texts = [" ".join(words) for words in documents]
    batch = TextBatch.of(texts)
    words = WordReader(CUTTER).read(texts)
    sentences = sentence_spans(batch.codes, batch.doc_start)[0].astype(np.int64)
    windows = make_windows(words, batch, sentences, longest=longest)
    answered = [np.arange(a, b) for a, b in zip(windows.begin, windows.stop, strict=True)]
    assert np.concatenate([*answered, []]).tolist() == list(range(len(words)))
    assert (windows.first <= windows.begin).all()
    assert (windows.stop <= windows.last).all()
    sizes = words.first[windows.last] - words.first[windows.first] + 2
    assert (sizes <= longest).all()
    for first, last in zip(windows.first, windows.last, strict=True):
        inner = words.bounds[(words.bounds > first) & (words.bounds < last)]
        assert not len(inner)  # no window crosses documents


def test_cuts_of_a_long_sentence_share_context() -> None:
    text = " ".join(["fever"] * 200)
    words, batch = WordReader(CUTTER).read([text]), TextBatch.of([text])
    windows = make_windows(words, batch, np.zeros(1, np.int64), longest=64)
    assert len(windows) > 3
    inner = windows.begin[1:] - windows.first[1:]
    assert (inner >= 10).all()
    assert (windows.last[:-1] - windows.stop[:-1] >= 10).all()
