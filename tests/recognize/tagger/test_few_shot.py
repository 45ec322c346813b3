from __future__ import annotations

from pathlib import Path

import pytest

from onoma.errors import InputError
from onoma.recognize.tagger.described import Described, Describer, TypedHeads, parse_descriptions
from onoma.recognize.tagger.examples import Example, Tuning
from onoma.recognize.tagger.few_shot import examples_of, sharpened
from onoma.recognize.tagger.swapping import Swapper
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention
from tests.recognize.small_store import Entry, make_store
from tests.recognize.tagger.described_sample import make_describer

TEXT = "the fever of a kidney, renal failure"


def found(describer: Describer, heads: TypedHeads, text: str = TEXT) -> list[tuple[str, str]]:
    tagged = describer.tag([Document("", text)], heads)
    rows = zip(tagged.start, tagged.end, tagged.types(), strict=True)
    return [(text[start:end], name) for start, end, name in rows]


def test_a_type_is_any_of_its_phrases(tmp_path: Path) -> None:
    describer = make_describer(tmp_path)
    heads = describer.typed(parse_descriptions("sign = fever, failure; kidney"))
    expected = [("fever", "sign"), ("kidney", "kidney"), ("failure", "sign")]
    assert found(describer, heads) == expected


def test_a_description_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no word"):
        make_describer(tmp_path).typed([Described("x", (" ",))])


def test_examples_change_what_words_mean(tmp_path: Path) -> None:
    describer = make_describer(tmp_path / "model")
    heads = describer.typed(parse_descriptions("fever; kidney"))
    own = [Example("the renal failure of type 2", ((4, 17),)), Example("a fever", ((2, 7),))]
    tuned = sharpened(describer, heads, {"fever": own}, swapper=None, tuning=Tuning(pull=0.01))
    assert found(describer, tuned) == [
        ("fever", "fever"),
        ("kidney", "kidney"),
        ("renal failure", "fever"),
    ]


def test_swaps_teach_names_that_no_example_has(tmp_path: Path) -> None:
    describer = make_describer(tmp_path / "model")
    entries = [
        Entry("MONDO:1", "disease", "disease"),
        Entry("MONDO:2", "fever", "disease", parent="MONDO:1"),
        Entry("MONDO:3", "infarction", "disease", parent="MONDO:1"),
    ]
    swapper = Swapper(make_store(entries, tmp_path / "store"))
    heads = describer.typed(parse_descriptions("attack"))
    own = {"attack": [Example("a fever of type 2", ((2, 7),))]}
    tuning = Tuning(pull=0.01, swapped=1.0, least=1)
    text = "the infarction of a kidney"
    plain = sharpened(describer, heads, own, swapper=None, tuning=tuning)
    assert found(describer, plain, text) == []
    swapped = sharpened(describer, heads, own, swapper=swapper, tuning=tuning)
    assert found(describer, swapped, text) == [("infarction", "attack")]


def document(text: str, *spans: tuple[int, int, str]) -> AnnotatedDocument:
    mentions = tuple(
        Mention(a, b, text[a:b], name, None, None, 1.0, "gold", ((a, b),)) for a, b, name in spans
    )
    return AnnotatedDocument(Document("1", text), mentions)


def test_documents_are_examples_of_the_types_marked_in_them() -> None:
    some = [document("a fever", (2, 7, "sign")), document("kidney", (0, 6, "organ")), document("a")]
    assert examples_of(some) == {
        "sign": [Example("a fever", ((2, 7),)), Example("a", ())],
        "organ": [Example("kidney", ((0, 6),)), Example("a", ())],
    }


def test_bad_examples_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no example has a mention"):
        examples_of([document("a")])
    failed = FailedDocument("1", "bad-line", "no tab")
    with pytest.raises(InputError, match="no tab"):
        examples_of([AnnotatedDocument(Document("1", ""), error=failed)])
    describer = make_describer(tmp_path)
    heads = describer.typed(parse_descriptions("fever"))
    with pytest.raises(InputError, match="not described"):
        sharpened(describer, heads, {"gout": [Example("a", ())]}, swapper=None)
