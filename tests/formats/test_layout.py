from __future__ import annotations

from hypothesis import given

from onoma.formats.layout import iter_pieces
from onoma.types import AnnotatedDocument
from tests.formats.sample import annotated, mention_of


@given(annotated())
def test_pieces_cover_the_text_and_know_their_mentions(document: AnnotatedDocument) -> None:
    pieces = list(iter_pieces(len(document.text), document.mentions))
    assert "".join(document.text[p.start : p.end] for p in pieces) == document.text
    for piece in pieces:
        over = {
            n
            for n, m in enumerate(document.mentions)
            if m.start <= piece.start and piece.end <= m.end
        }
        assert set(piece.mentions) == over


def test_a_discontinuous_mention_leaves_its_gap_free() -> None:
    mention = mention_of("breast and ovarian cancer", (0, 6), (19, 25))
    pieces = list(iter_pieces(25, [mention]))
    assert [(p.start, p.end, p.mentions) for p in pieces] == [
        (0, 6, (0,)),
        (6, 19, ()),
        (19, 25, (0,)),
    ]


def test_the_longer_one_is_outside() -> None:
    mentions = [mention_of("lung cancer", (0, 4)), mention_of("lung cancer", (0, 11))]
    assert next(iter_pieces(11, mentions)).mentions == (1, 0)
