"""The tagger's way through texts, with a trunk that knows words by their pieces alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given

from onoma.encode.wordpiece import WordPiece
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.tagger import Tagged, Tagger
from onoma.types import Document
from tests.encode.tiny import PIECES
from tests.texts import texts

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})
BEGINS = ("fever", "heart", "renal")
GOES_ON = ("attack", "failure")


class KnowsPieces:
    """A trunk whose vectors say which piece stands there."""

    batch = 3

    def run(
        self,
        ids: npt.NDArray[np.int64],
        mask: npt.NDArray[np.int64],
        features: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        """Return the pieces one-hot."""
        assert features.shape == (*ids.shape, len(FEATURES))
        return np.eye(len(PIECES), dtype=np.float32)[ids] * mask[..., None]


def tagger(*, agree: bool = False) -> Tagger:
    first = np.zeros((3, len(PIECES)), np.float32)
    for label, words in ((1, BEGINS), (2, GOES_ON)):
        for word in words:
            first[label, PIECES.index(word)] = 30
    bias = np.array([10, 0, 0], np.float32)
    none = np.zeros_like(first)
    direct = np.zeros((3, len(FEATURES)), np.float32)
    heads = Heads(("disease",), first, none, direct, bias)
    return Tagger(KnowsPieces(), heads, CUTTER, longest=48, agree=agree)


def found(tagged: Tagged) -> list[tuple[int, int, int]]:
    columns = (tagged.document.tolist(), tagged.start.tolist(), tagged.end.tolist())
    return list(zip(*columns, strict=True))


def test_a_name_at_every_place_of_a_long_text_is_found() -> None:
    rng = np.random.default_rng(0)
    words = [PIECES[5:][n] for n in rng.integers(len(PIECES) - 9, size=40_000)]
    words = [word for word in words if word not in BEGINS + GOES_ON]
    places = range(0, len(words), 7)
    for place in places:
        words[place] = "heart attack" if place % 2 else "fever"
    text = " ".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])
    wanted = [(0, int(starts[p]), int(starts[p]) + len(words[p])) for p in places]
    assert found(tagger().tag([Document("", text)])) == wanted


@given(texts())
def test_spans_quote_any_text(text: str) -> None:
    documents = [Document("", one) for one in (text, f"{text} fever.", "", f"renal failure{text}")]
    tagged = tagger().tag(documents)
    for document, start, end in found(tagged):
        assert 0 <= start < end <= len(documents[document].text)
        assert documents[document].text[start] in "fhrFHR"
    assert (tagged.document == 1).any()


def test_no_documents_and_empty_ones_have_no_spans() -> None:
    assert found(tagger().tag([])) == []
    assert (
        found(tagger().tag([Document("", ""), Document("", " \n"), Document("", "\u0301")])) == []
    )
