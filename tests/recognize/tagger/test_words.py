from __future__ import annotations

from pathlib import Path

from hypothesis import given

from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.recognize.tagger.words import LOOKS, MOST_PIECES, WordReader, look_of
from tests.encode.tiny import PIECES
from tests.texts import texts

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})
SHIPPED = Path(__file__).parents[3] / "src" / "onoma" / "data" / "encoder"


@given(texts())
def test_words_stand_in_order_where_they_say(text: str) -> None:
    words = WordReader(CUTTER).read([text, "", text])
    assert words.bounds.tolist()[0] == 0
    half = int(words.bounds[1])
    assert words.bounds.tolist()[1:] == [half, half, 2 * half]
    end = 0
    for place in range(half):
        assert end <= words.start[place] < words.end[place] <= len(text)
        end = int(words.end[place])
        assert not text[words.start[place] : end].isspace()
    assert len(words.pieces) == words.first[-1]
    assert words.first.tolist()[: half + 1] == (words.first[half:] - words.first[half]).tolist()


def test_pieces_are_those_of_the_text_as_a_whole() -> None:
    cutter = read_wordpiece(SHIPPED)
    text = "IL-2 receptor (CD25), p.V600E; E. coli O157:H7 at 37 degrees -- beta-catenin/TCF4?"
    words = WordReader(cutter).read([text])
    assert words.pieces.tolist() == cutter.number([text], 500)[0][1:-1]


def test_a_word_of_any_length_has_few_pieces() -> None:
    words = WordReader(CUTTER).read(["a" * 1000 + " " + "医" * 30])
    assert len(words) == 10 + 30
    assert max((words.first[1:] - words.first[:-1]).tolist()) <= MOST_PIECES


def test_looks_tell_how_a_word_is_written() -> None:
    said = {
        word: [LOOKS[place] for place in range(len(LOOKS)) if look_of(word) >> place & 1]
        for word in ("gout", "Gout", "TNF", "mRNA", "A", "12", "p53", "β")
    }
    assert said == {
        "gout": [], "Gout": ["capitalised"], "TNF": ["capitals"], "mRNA": ["mixed"],
        "A": ["initial"], "12": ["number"], "p53": ["digits"], "β": ["rare"],
    }  # fmt: skip
