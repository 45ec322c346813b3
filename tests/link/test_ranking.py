"""A ranker of annotations, names and translations: its parts, its training, its folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.safetensors import read_safetensors
from onoma.errors import BadFile, BadLine, Inconsistent, InputError, ModelMissing
from onoma.link.ranking import learner
from onoma.link.ranking.folder import CARD, read_ranker
from onoma.link.ranking.judge import Judge
from onoma.link.ranking.making import Material, Plan, Seen, make_ranker
from onoma.link.ranking.names import LEARNED, NAMED, TRANSLATED, Named, NameTable
from onoma.link.ranking.nearness import GramIndex, key_of, plain, stem
from onoma.link.ranking.pool import PLACE, Gatherer
from onoma.link.ranking.ranker import Ranker, forms_of
from onoma.link.ranking.reading import Reading
from onoma.link.ranking.stored import curies_of, stored_names, translated_names
from onoma.link.ranking.tuning import Groups, Tuning, tune
from onoma.link.ranking.wordtable import WordTable
from onoma.ontology.store import ConceptStore
from tests.encode.tiny import write_tiny

ORGANS = {
    "kidney": "riñón", "heart": "corazón", "liver": "hígado", "lung": "pulmón", "brain": "cerebro",
    "skin": "piel", "eye": "ojo", "bladder": "vejiga",
}  # fmt: skip
TROUBLES = {"failure": "insuficiencia", "infection": "infección", "neoplasm": "neoplasia"}
PAIRS = [
    (f"{ours} of {organ}", f"{trouble} de {part}")
    for ours, trouble in TROUBLES.items()
    for organ, part in ORGANS.items()
]


def code(number: int) -> str:
    return f"ACME:{number}"


def material() -> Material:
    """Return mentions of every third pair, English names of all, translations of every second."""
    seen = [
        Seen((text if turn % 2 else text.upper(),), code(number), turn % 4)
        for number, (_, text) in enumerate(PAIRS)
        for turn in range(3)
        if number % 3 == 0
    ]
    names = [Named(code(number), name, NAMED) for number, (name, _) in enumerate(PAIRS)]
    names += [
        Named(code(number), text, TRANSLATED)
        for number, (_, text) in enumerate(PAIRS)
        if number % 2 == 0
    ]
    return Material(seen, names, [pair for n, pair in enumerate(PAIRS) if n % 5], {"IR": "riñón"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ranking") / "mine"
    report = make_ranker(material(), out)
    assert report.judged >= report.spelled > 0.9
    assert report.read is None
    return out


def test_words_are_folded_and_stems_shared_by_gender_and_number() -> None:
    assert plain("Insuficiencia  RENAL (crónica)") == "insuficiencia renal cronica"
    assert stem("cronicas") == stem("cronico") == "cronic"
    assert stem("renales") == stem("renal") == "renal"
    assert stem("dos") == "dos"
    assert key_of("CD 4") == key_of("cd4")
    assert key_of("Masas quísticas") == key_of("masa quística") != key_of("masa")
    assert stem("123456") == "123456"


def test_grams_agree_with_another_implementation() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="needs scikit-learn")
    names = [plain(name) for pair in PAIRS for name in pair]
    asked = [plain(word) for word in ("fallo del riñon", "neoplasias de la piel", "xyz")]
    made = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    theirs = (made.fit_transform(names) @ made.transform(asked).T).toarray()
    near = GramIndex(names).search(asked, k=len(names))
    ours = np.zeros_like(theirs)
    ours[near.row, near.text] = near.cosine
    largest = theirs.max(0)[:2]  # theirs leaves grams that no name has out of a text's length
    assert ours[:, :2] / ours.max(0)[:2] == pytest.approx(theirs[:, :2] / largest, abs=1e-5)
    first = near.cosine[near.text == 0]
    assert (np.diff(first) <= 0).all()


def test_words_find_their_counterparts() -> None:
    words = WordTable.learn(PAIRS)
    assert words.write_in("infection of bladder") == "infeccion de vejiga"
    assert words.write_in("gout") == "gout"


def test_a_word_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    words = WordTable.learn(PAIRS)
    words.write(tmp_path / "words.tsv")
    assert WordTable.read(tmp_path / "words.tsv").words.keys() == words.words.keys()
    (tmp_path / "words.tsv").write_text("word\tother\n")
    with pytest.raises(BadLine):
        WordTable.read(tmp_path / "words.tsv")


def test_names_are_counted_and_read_as_they_were_written(tmp_path: Path) -> None:
    rows = [Named("ACME:1", "fiebre", LEARNED)] * 2 + [Named("ACME:1", " fever\tx ", NAMED)]
    table = NameTable.of([*rows, Named("ACME:2", "--", NAMED)])
    assert [row.count for row in table.rows] == [2, 1]
    assert table.labels == ("fever x",)
    table.write(tmp_path / "names.tsv")
    assert NameTable.read(tmp_path / "names.tsv") == table
    (tmp_path / "names.tsv").write_text("curie\ttext\torigin\tcount\nx\ty\tz\t1\n")
    with pytest.raises(BadLine):
        NameTable.read(tmp_path / "names.tsv")


def test_initials_and_texts_seen_before_are_signs() -> None:
    table = NameTable.of(
        [
            Named("ACME:1", "insuficiencia cardiaca congestiva", TRANSLATED),
            Named("ACME:2", "icc aguda", TRANSLATED),
            Named("ACME:3", "fiebre", LEARNED, 3),
        ]
    )
    pool = Gatherer(table).gather([("ICC",), ("Fiebre",)])
    place = list(zip(pool.text.tolist(), pool.concept.tolist(), strict=True))
    assert pool.signs[place.index((0, 0)), PLACE["short"]] == 1
    assert pool.signs[place.index((0, 1)), PLACE["short"]] == 0
    assert pool.signs[place.index((1, 2)), PLACE["share"]] == pytest.approx(3 / 3.2)
    assert (np.diff(pool.text) >= 0).all()


def test_a_judge_learns_what_leads() -> None:
    rng = np.random.default_rng(1)
    pool = Gatherer(NameTable.of([Named("ACME:1", "a b", NAMED)])).gather([("a b",)])
    text = np.repeat(np.arange(60), 5)
    signs = rng.normal(size=(300, pool.signs.shape[1])).astype(np.float32)
    right = np.zeros(300, bool)
    right[np.arange(60) * 5 + signs[:, 3].reshape(60, 5).argmax(1)] = True
    many = type(pool)(text, text, text, signs)
    judge = Judge.fit(many, right, seed=1)
    chances = judge.chances(many)
    assert np.bincount(text, weights=chances) == pytest.approx(np.ones(60))
    assert (chances.reshape(60, 5).argmax(1) == signs[:, 3].reshape(60, 5).argmax(1)).mean() > 0.9
    again = Judge.from_json(json.loads(json.dumps(judge.to_json())))
    assert again.scores(signs) == pytest.approx(judge.scores(signs), abs=1e-3)
    assert Judge.fit(many, np.zeros(300, bool), seed=1).arrays.keys() == judge.arrays.keys()


def test_a_term_never_annotated_is_found_by_a_name_written_word_by_word(folder: Path) -> None:
    ranker = Ranker.open(folder)
    asked = ["infección del riñón", "insuficiencia de corazon", "IR", ""]
    found = ranker.link(asked, k=3)
    assert [one[0].curie if one else None for one in found[:2]] == [code(8), code(1)]
    assert 0 < found[0][0].score <= 1
    assert found[0][0].why["gram"] > 0.5
    assert len(found[0]) == 3
    assert found[3] == []
    assert ranker.link(["infección del riñón"], k=3)[0] == found[0]
    assert ranker.link([], k=3) == []
    with pytest.raises(InputError):
        ranker.link(["a"], contexts=[])


def test_short_forms_are_written_out_by_the_context_then_by_the_annotated_texts() -> None:
    context = "con insuficiencia renal (IR) desde entonces"
    assert forms_of(" IR ", context, {"IR": "iris"}) == ("IR", "insuficiencia renal")
    assert forms_of("IR", "", {"IR": "iris"}) == ("IR", "iris")
    assert forms_of("fiebre", context, {}) == ("fiebre",)


def test_two_trainings_are_alike(folder: Path, tmp_path: Path) -> None:
    make_ranker(material(), tmp_path / "again")
    card = json.loads((tmp_path / "again" / CARD).read_text())
    assert card == json.loads((folder / CARD).read_text())


def test_a_damaged_folder_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        read_ranker(tmp_path)
    make_ranker(material(), tmp_path / "hurt")
    with (tmp_path / "hurt" / "names.tsv").open("a") as file:
        file.write("x")
    with pytest.raises(BadFile, match="damaged"):
        read_ranker(tmp_path / "hurt")
    (tmp_path / "hurt" / CARD).write_text("{")
    with pytest.raises(BadFile, match="damaged"):
        read_ranker(tmp_path / "hurt")


def test_too_few_mentions_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 mentions"):
        make_ranker(Material([]), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_names_of_a_namespace_with_their_translations(store: ConceptStore) -> None:
    curies = curies_of(store, ("MESH",))
    names = {(one.curie, one.text) for one in stored_names(store, curies)}
    assert ("MESH:D001943", "breast cancer") in names  # by MONDO's equivalent
    assert ("MESH:D001943", "Breast Neoplasms") in names
    assert ("MESH:D006973", "hypertension") in names  # stated by the other side
    given = [("MONDO:0007254", "cáncer de mama"), ("HP:9999999", "nada")]
    named, pairs = translated_names(store, curies, given)
    assert named == [Named("MESH:D001943", "cáncer de mama", TRANSLATED)]
    assert pairs == [("breast cancer", "cáncer de mama")]


def test_groups_have_a_text_of_the_annotations_and_another() -> None:
    table = NameTable.of(
        [
            Named("ACME:1", "fiebre", LEARNED),
            Named("ACME:1", "fever", NAMED),
            Named("ACME:2", "gout", NAMED),
            Named("ACME:3", "tos", TRANSLATED),
        ]
    )
    groups = Groups.of(table, [("cough", "tos"), ("same", "same")])
    assert groups.texts == (("fiebre", "fever"), ("tos", "cough"))
    assert groups.firm == (1, 1)
    assert groups.annotated.tolist() == [True, False]


class StoppedError(Exception):
    pass


def test_models_are_trained_and_a_stopped_run_goes_on(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    start = write_tiny(tmp_path / "start")
    plan = Plan(start, Tuning(pairs=8, batch=8, neighbours=1), Reading(lists=2, wrong=2, batch=2))

    def stop(name: str, step: int, steps: int, loss: float) -> None:
        if name == "reader":
            raise StoppedError

    out = tmp_path / "mine"
    with pytest.raises(StoppedError):
        make_ranker(material(), out, plan, watch=stop)
    assert not out.exists()
    trained: set[str] = set()
    report = make_ranker(material(), out, plan, watch=lambda *said: trained.add(said[0]))
    assert trained == {"reader"}
    assert report.read is not None
    assert not (tmp_path / "mine.work").exists()
    found = Ranker.open(out).link(["infección del riñón"])
    assert "pair" in found[0][0].why
    (out / "reader" / "head.json").write_text("[]")
    with pytest.raises(BadFile):
        read_ranker(out)


def test_a_run_stopped_half_way_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    monkeypatch.setattr(learner, "SAVED_EVERY", 0.0)
    start = write_tiny(tmp_path / "start")
    groups = Groups.of(NameTable.of(material().names), PAIRS)
    tuning = Tuning(pairs=24, batch=8, neighbours=1)

    def stop(name: str, step: int, steps: int, loss: float) -> None:
        if step == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        tune(start, groups, tuning, folder=tmp_path / "stopped", watch=stop)
    with pytest.raises(Inconsistent):
        tune(start, groups, Tuning(pairs=8, batch=8), folder=tmp_path / "stopped")
    steps: list[int] = []
    models = [
        tune(start, groups, tuning, folder=tmp_path / name, watch=lambda *x: steps.append(x[1]))
        for name in ("stopped", "whole")
    ]
    assert steps == [3, 1, 2, 3]
    first, second = (read_safetensors(_weights(model)) for model in models)
    assert all(np.array_equal(first[name], second[name]) for name in first)


def _weights(model: Path) -> Path:
    return model.parent / "checkpoint" / "weights.safetensors"
