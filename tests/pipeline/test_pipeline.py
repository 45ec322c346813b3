"""``load`` and the pipeline: what goes in, in which order it comes out, what is refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest

import onoma
from onoma.errors import BadCurie, InputError, UnknownName
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline, load
from onoma.pipeline.annotator import STAGES
from onoma.pipeline.pipeline import BATCH_CHARACTERS, in_batches
from onoma.types import Document, FailedDocument

TEXTS = [
    "Metformin in type 2 diabetes but no breast and ovarian cancer.",
    "",
    "Her father had gout. A hydatidiform mole; the mole was removed.",
    "Sickle cell disease (SCD): SCD is painful.",
    "p.V600E in BRCA1; HeLa cells.",
    "nothing to see",
]
BAD = FailedDocument("bad.txt", "bad-encoding", "byte 0xff", hint="say the encoding", offset=3)


def documents() -> list[Document | FailedDocument]:
    out: list[Document | FailedDocument] = [
        Document(f"{number}.txt", text) for number, text in enumerate(TEXTS)
    ]
    out.insert(2, BAD)
    out.append(FailedDocument("\ud800", "bad-file", "lone \udfff"))
    return out


def test_a_text_or_a_document_is_annotated(nlp: Pipeline) -> None:
    one = nlp.annotate("fever")
    other = nlp.annotate(Document("7", "fever"))
    assert (one.id, other.id) == ("", "7")
    assert one.mentions == other.mentions
    (mention,) = one
    assert (mention.curie, mention.label, mention.type) == ("HP:0001945", "Fever", "phenotype")
    assert one.store == nlp.store.version


def test_mentions_say_what_the_text_says_of_them(nlp: Pipeline) -> None:
    found = {m.text: m.assertion for m in nlp.annotate(" ".join(TEXTS))}
    assert found["Metformin"] == "present"
    assert found["ovarian cancer"] == "absent"
    assert found["gout"] == "family"


def test_order_is_kept_with_failures_in_their_place(nlp: Pipeline) -> None:
    given = documents()
    done = list(nlp.pipe(given))
    assert [doc.id for doc in done] == [one.id for one in given]
    assert [doc.error for doc in done] == [
        one if isinstance(one, FailedDocument) else None for one in given
    ]
    records = [json.loads(line) for line in nlp.to_jsonl(given)]
    assert records == [json.loads(json.dumps(doc.to_dict())) for doc in done]
    assert records[2]["error"] == {
        "code": "bad-encoding", "offset": 3, "message": "byte 0xff", "hint": "say the encoding",
    }  # fmt: skip


def test_only_failures(nlp: Pipeline) -> None:
    assert [doc.error for doc in nlp.pipe([BAD, BAD])] == [BAD, BAD]
    assert list(nlp.pipe([])) == []
    assert list(nlp.to_jsonl([])) == []


def test_batches_change_nothing(nlp: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(nlp.pipe(documents()))
    monkeypatch.setattr("onoma.pipeline.pipeline.BATCH_CHARACTERS", 50)
    assert list(nlp.pipe(documents())) == whole


def test_batches_are_cut_by_size_and_keep_all() -> None:
    texts = ["x" * (BATCH_CHARACTERS // 3)] * 7
    sizes = [len(batch) for batch in in_batches(texts)]
    assert sizes == [3, 3, 1]


def test_pipe_is_lazy(nlp: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onoma.pipeline.pipeline.BATCH_CHARACTERS", 1000)

    def endless() -> Iterator[str]:
        while True:
            yield "fever " * 100

    done = list(itertools.islice(nlp.pipe(endless()), 2))
    assert all(doc.mentions for doc in done)


def test_two_processes_give_what_one_gives(small_core: ConceptStore) -> None:
    nlp = load()
    given = documents() * 40
    assert list(nlp.pipe(given, processes=2)) == list(nlp.pipe(given))
    assert list(nlp.to_jsonl(given, processes=2)) == list(nlp.to_jsonl(given))


def test_many_batches_in_two_processes_keep_their_order(
    small_core: ConceptStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onoma.pipeline.pipeline.BATCH_CHARACTERS", 200)
    given = [Document(str(number), TEXTS[number % len(TEXTS)]) for number in range(200)]
    done = list(load(ids=["MESH"]).pipe(given, processes=2))
    assert [doc.id for doc in done] == [one.id for one in given]


def test_reader_that_stops_early_ends_the_processes(small_core: ConceptStore) -> None:
    stream = load().pipe(documents() * 10, processes=2)
    assert next(iter(stream)).id == "0.txt"
    del stream


def test_error_in_a_process_reaches_the_reader(small_core: ConceptStore) -> None:
    with pytest.raises(InputError, match="not bytes"):
        list(load().pipe([b"fever"], processes=2))  # type: ignore[list-item]


def test_types_asked_for_are_all_that_is_found(small_core: ConceptStore) -> None:
    text = "BRCA1 in breast cancer of the breast with fever"
    assert [m.text for m in load(types=["gene"], mode="dictionary").annotate(text)] == ["BRCA1"]
    found = [m.text for m in load(types=["anatomy"], mode="dictionary").annotate(text)]
    assert found == ["breast", "breast"]  # also inside the disease that was not asked for
    assert load(types=["drug"]).annotate(text).mentions == ()


def test_nested_mentions_where_asked_for(small_core: ConceptStore) -> None:
    text = "invasive breast carcinoma"
    assert [m.text for m in load(mode="dictionary").annotate(text)] == [text]
    nested = {m.text for m in load(nested=True, mode="dictionary").annotate(text)}
    assert nested == {text, "breast", "breast carcinoma"}


def test_public_functions_open_the_core(small_core: ConceptStore) -> None:
    assert onoma.concept("HP:0002279").label == "Seizure"
    assert onoma.load().annotate("gout").mentions[0].curie == "MONDO:0005393"
    with pytest.raises(UnknownName):
        onoma.concept("HP:9999999")
    with pytest.raises(BadCurie):
        onoma.concept("seizure")


def test_unknown_words_are_refused_with_the_known_ones(small_core: ConceptStore) -> None:
    with pytest.raises(UnknownName, match="did you mean 'disease'"):
        load(types=["diseas"])
    with pytest.raises(UnknownName, match="known: core"):
        load("hpoo")
    with pytest.raises(BadCurie, match="unknown prefix 'MESHH'"):
        load(ids=["MESHH"])
    with pytest.raises(UnknownName, match="numpy"):
        load(kernel="nump")


@pytest.mark.parametrize("given", [None, 5, b"fever", ["fever"]])
def test_what_is_no_text_is_refused(nlp: Pipeline, given: object) -> None:
    with pytest.raises(InputError, match=type(given).__name__):
        nlp.annotate(given)  # type: ignore[arg-type]


def test_profile_counts_every_stage(nlp: Pipeline) -> None:
    before = nlp.profile
    nlp.annotate("fever " * 1000)
    assert set(before) == set(STAGES)
    assert sum(nlp.profile.values()) > sum(before.values())


@pytest.mark.parametrize("kernel", ["numpy", "numba"])
def test_kernels_find_the_same(small_core: ConceptStore, kernel: str) -> None:
    pytest.importorskip("numba")
    given = documents()
    assert list(load(kernel=kernel).pipe(given)) == list(load().pipe(given))


def found(text: str, **asked: list[str]) -> list[tuple[str, str | None]]:
    """Return surface and CURIE of what the small core finds."""
    return [(m.text, m.curie) for m in load(mode="dictionary", **asked).annotate(text)]  # type: ignore[arg-type]


def test_a_sign_whose_answer_is_a_disease_is_found_among_diseases(
    small_core: ConceptStore,
) -> None:
    text = "Bradykinesia came first."
    answer = [("Bradykinesia", "MESH:D018476")]
    assert found(text, types=["disease"], ids=["MESH"]) == answer
    assert found(text, types=["phenotype"], ids=["HP"]) == [("Bradykinesia", "HP:0002067")]
    assert found(text, types=["disease"]) == []
    assert found("Gout came first.", types=["phenotype"], ids=["MESH"]) == []


def test_a_name_of_something_narrower_answers_with_its_own_concept_alone(
    small_core: ConceptStore,
) -> None:
    answer = [("Frozen gait", "MESH:D018476")]
    assert found("Frozen gait.") == answer
    assert found("Frozen gait.", ids=["MESH"]) == answer
    assert found("Frozen gait.", ids=["HP"]) == []
