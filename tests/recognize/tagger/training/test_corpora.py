from __future__ import annotations

import numpy as np
import pytest

from onoma.encode.wordpiece import WordPiece
from onoma.errors import BadSpan, InputError
from onoma.recognize.tagger.training.corpora import (
    Corpus,
    Marked,
    MarkedText,
    head_names,
    label_heads,
)
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.parting import corpus_of
from onoma.recognize.tagger.training.shelf import write_labels
from onoma.recognize.tagger.words import WordReader
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention
from tests.encode.tiny import PIECES

CUTTER = WordPiece({piece: number for number, piece in enumerate(PIECES)})
LONG = " ".join(f"word{n}" for n in range(60))


def test_a_type_of_several_corpora_has_a_shared_head_and_one_for_each() -> None:
    one = Corpus("one", {"Disease": "disease", "Drug": "chemical"})
    other = Corpus("other", {"dis": "disease", "Odd": "", "Tool": "tool"})
    heads = head_names([one, other])
    assert heads == ("disease", "chemical", "tool", "one/Disease", "other/dis", "other/Odd")
    assert label_heads(one, heads) == {"Disease": [0, 3], "Drug": [1]}
    assert label_heads(other, heads) == {"dis": [0, 4], "Odd": [5], "Tool": [2]}


def test_labels_stand_on_the_words_of_a_mark_and_the_longest_stays() -> None:
    text = MarkedText(
        "1", "a renal failure of fever",
        (Marked(8, 15, "x"), Marked(2, 15, "x"), Marked(19, 24, "x"), Marked(2, 7, "y")),
    )  # fmt: skip
    words = WordReader(CUTTER).read([text.text])
    labels = np.zeros((len(words), 3), np.int8)
    write_labels(labels, words, text, number=0, columns={"x": [0, 2], "y": [1]})
    assert labels[:, 0].tolist() == [0, 1, 2, 0, 1]
    assert labels[:, 1].tolist() == [0, 1, 0, 0, 0]
    assert (labels[:, 2] == labels[:, 0]).all()


def test_what_stands_in_a_dev_part_is_not_learnt_from() -> None:
    train = (
        MarkedText("12345678", "other words"),  # by its identifier
        MarkedText("b", LONG.upper() + "!"),  # by its text
        MarkedText("c", " ".join(LONG.split()[5:20])),  # a sentence of it
        MarkedText("d", "nothing that was seen before in any of the texts that are held out"),
        MarkedText("e", "Results."),  # short, and equal to a short one
    )
    dev = (MarkedText("12345678", "x y"), MarkedText("z", LONG), MarkedText("r", "results"))
    left, counts = without_dev([Corpus("a", {"x": ""}, train), Corpus("b", {"x": ""}, (), dev)])
    assert [text.id for text in left[0].train] == ["d"]
    assert counts == {"a": 4, "b": 0}


def test_a_short_dev_sentence_does_not_cost_a_long_article() -> None:
    article = MarkedText("1", LONG)
    dev = MarkedText("2", " ".join(LONG.split()[5:15]))
    left, _ = without_dev([Corpus("a", {"x": ""}, (article,), (dev,))])
    assert left[0].train == (article,)


def annotated(number: int, *marks: tuple[int, int, str]) -> AnnotatedDocument:
    text = "fever of the heart"
    mentions = tuple(
        Mention(a, b, text[a:b], kind, None, None, 1.0, "gold", ((a, b),)) for a, b, kind in marks
    )
    return AnnotatedDocument(Document(str(number), text), mentions)


def test_documents_of_a_user_become_a_corpus_and_a_tenth_is_held_out() -> None:
    found = corpus_of("mine", [annotated(n, (0, 5, "disease")) for n in range(200)])
    assert found.labels == {"disease": "disease"}
    assert len(found.train) + len(found.dev) == 200
    assert 5 < len(found.dev) < 40


def test_a_class_with_one_example_is_a_class() -> None:
    documents = [annotated(n, (0, 5, "disease")) for n in range(20)]
    found = corpus_of("mine", [*documents, annotated(99, (13, 18, "organ"))], documents[:2])
    assert list(found.labels) == ["disease", "organ"]


def test_what_cannot_be_learnt_from_is_told() -> None:
    with pytest.raises(InputError, match="nothing is marked"):
        corpus_of("mine", [annotated(1)], [])
    with pytest.raises(InputError, match="nothing is marked"):
        corpus_of("mine", [])
    failed = AnnotatedDocument(
        Document("x", ""), error=FailedDocument("x", "bad-line", "wrong BIO", hint="mend it")
    )
    with pytest.raises(InputError, match="wrong BIO"):
        corpus_of("mine", [failed])
    with pytest.raises(BadSpan, match="does not fit"):
        MarkedText("x", "fever", (Marked(2, 9, "disease"),))
