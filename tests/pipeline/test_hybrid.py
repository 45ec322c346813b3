"""What the linker completes in mode ``hybrid`` where no tagger has a say."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline, load
from onoma.pipeline.hybrid import alike, inside_of, is_made_of, phrases
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention

TEXTS = [
    "No cutaneus melanoma, but type-2 diabetes.",
    "Her ovarial melanoma; the melanoma grew.",
    "",
    "Brain and breast cancers.",
]


NO_TAGGER = "onoma.pipeline.completing._make_joiner"


@pytest.fixture
def hybrid(small_core: ConceptStore, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """The pipeline, less careful than usual: among sixty concepts no likeness is worth much."""
    assert small_core.n_concepts
    monkeypatch.setattr(NO_TAGGER, lambda settings: None)
    monkeypatch.setattr("onoma.pipeline.hybrid.SURE", 0.2)
    return load(mode="hybrid")


def test_a_mention_grows_to_a_name_written_otherwise(hybrid: Pipeline) -> None:
    (mention,) = hybrid.annotate("No cutaneus melanoma.").mentions
    assert (mention.text, mention.curie, mention.found_by) == (
        "cutaneus melanoma", "MONDO:0005012", "linker",
    )  # fmt: skip
    assert mention.assertion == "absent"
    assert mention.candidates[0].why["gram"] > 0
    assert [one.curie for one in mention.candidates].count("MONDO:0005105") == 1


@pytest.mark.parametrize(
    "text", ["a new melanoma", "brain melanoma", "skin. Melanoma", "of melanoma", "melanoma"]
)
def test_a_mention_stays_where_the_words_before_it_name_nothing(
    hybrid: Pipeline, text: str
) -> None:
    last = hybrid.annotate(text).mentions[-1]
    assert (last.text.lower(), last.curie) == ("melanoma", "MONDO:0005105")


def test_every_way_out_gives_the_same(hybrid: Pipeline) -> None:
    given: list[str | FailedDocument] = [*TEXTS, FailedDocument("x", "bad-encoding", "byte 0xff")]
    whole = list(hybrid.pipe(given))
    assert whole[-1].error is not None
    assert [json.loads(line) for line in hybrid.to_jsonl(given)] == [
        json.loads(json.dumps(one.to_dict())) for one in whole
    ]
    assert list(hybrid.to_jsonl(given, processes=2)) == list(hybrid.to_jsonl(given))
    assert [one.mentions for one in hybrid.pipe(given, processes=2)] == [
        one.mentions for one in whole
    ]
    table = hybrid.annotate_table(pa.table({"text": TEXTS}))
    assert table.column("text").to_pylist() == [m.text for one in whole for m in one.mentions]


@given(st.lists(st.sampled_from([*TEXTS[0].split(), "x-ray", ",", "ovarial", "\u0301"])))
def test_offsets_hold(core_free: Pipeline, words: list[str]) -> None:
    document = core_free.annotate(" ".join(words))
    for mention in document.mentions:
        assert document.text[mention.start : mention.end] == mention.text
    starts = [mention.start for mention in document.mentions]
    assert starts == sorted(starts)


@pytest.fixture(scope="module")
def core_free(store: ConceptStore) -> Pipeline:
    """The hybrid pipeline over the small store, for tests that ask many times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONOMA_CACHE", str(store.path.parent))
        patch.setattr(NO_TAGGER, lambda settings: None)
        pipeline = load(mode="hybrid")
        pipeline.annotate("melanoma")
    return pipeline


def test_phrases_end_at_grammar_and_other_mentions() -> None:
    text = "loss of deep early cutaneous melanoma"

    def told(*spans: tuple[int, int]) -> list[str]:
        mentions = [
            Mention(a, b, text[a:b], "disease", "X:1", "x", 1.0, "dictionary", ((a, b),))
            for a, b in spans
        ]
        document = AnnotatedDocument(document=Document("", text), mentions=tuple(mentions))
        return [one.text for one in phrases(document, len(mentions) - 1, inside_of(mentions))]

    assert told((29, 37)) == [text[19:], text[13:], text[8:]]
    assert told((8, 28), (29, 37)) == [text[8:]]  # not into a mention, only round it


@pytest.mark.parametrize(
    ("name", "phrase", "added", "expected"),
    [
        ("Neisseriaceae Infections", "neisserial infection", "neisserial", True),
        ("Adenomatous Polyposis Coli", "adenomatous polyposis coli tumor",
         "adenomatous polyposis coli", True),
        ("Adrenocortical carcinoma", "adrenocorotical carcinoma", "adrenocorotical", True),
        ("Familial Polyposis Syndrome", "familial polyposis", "familial", True),
        ("gastric cancer", "early gastric cancer", "early", False),
        ("gonococcal infection of joint", "gonococcal infection", "gonococcal", False),
    ],
)  # fmt: skip
def test_a_name_is_made_of_the_phrase(name: str, phrase: str, added: str, expected: bool) -> None:
    assert is_made_of(name, phrase, added) is expected


def test_words_are_alike_but_for_endings_and_slips() -> None:
    assert alike("cirrhotic", "cirrhosis")
    assert alike("cutaneus", "cutaneous")
    assert not alike("hypertension", "hypotension")
    assert not alike("x", "y")


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(InputError, match="no mode 'fast'"):
        load(mode="fast")
