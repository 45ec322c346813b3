"""Topics: examples from files, training, joining, and what a reader gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.classify.logistic import fit_columns, fit_rows
from onoma.classify.ngrams import count_features, rarity_of, weighed
from onoma.classify.topics import OTHERS, TopicReader, of_sentences, read_topic_model, with_others
from onoma.classify.training.examples import Examples, make_examples, read_examples
from onoma.classify.training.topics import (
    TopicRecipe,
    best_border,
    better_border,
    folds_of,
    half_border,
    in_folds,
    join,
    train_topics,
)
from onoma.errors import BadFile, BadLine, InputError, ModelMissing
from onoma.types import Document, FailedDocument

HEART = ("The heart valve leaked.", "Beta blockers slow the heart.", "A murmur of the heart.")
SKIN = ("The skin was red and dry.", "A rash of the skin itched.", "Eczema dries the skin.")


def some_examples() -> Examples:
    """Return thirty short texts of two labels, some with both, some with none."""
    rows = []
    for number in range(6):
        rows += [(f"{text} Case {number}.", ["heart"], f"h{number}") for text in HEART]
        rows += [(f"{text} Case {number}.", ["skin"], f"s{number}") for text in SKIN]
        rows.append((f"{HEART[number % 3]} {SKIN[number % 3]}", ["heart", "skin"], f"b{number}"))
        rows.append((f"The weather was fine on day {number}.", [], f"n{number}"))
    return make_examples(iter(rows))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model")
    train_topics(some_examples(), TopicRecipe(unit="sentence", folds=3)).model.write(place)
    return place


def test_a_model_written_and_read_gives_the_labels_of_sentences(folder: Path) -> None:
    reader = TopicReader(read_topic_model(folder))
    text = "The heart of the patient leaked. Her skin had a red rash."
    found = next(iter(reader.read([Document("a", text)])))
    taken = [{t.label for t in one.topics if t.is_taken} for one in found.sentences]
    assert taken == [{"heart"}, {"skin"}]
    assert {t.label for t in found.topics if t.is_taken} == {"heart", "skin"}
    assert text[found.sentences[1].start : found.sentences[1].end] == "Her skin had a red rash."


def test_a_document_reads_the_same_alone_and_in_company(folder: Path) -> None:
    reader = TopicReader(read_topic_model(folder))
    documents = [Document(str(n), text) for n, text in enumerate((*HEART, "", *SKIN))]
    together = list(reader.read(documents))
    assert together == [next(iter(reader.read([one]))) for one in documents]


def test_failed_documents_keep_their_place(folder: Path) -> None:
    reader = TopicReader(read_topic_model(folder))
    failed = FailedDocument("b", "bad-encoding", "no text")
    found = list(reader.read([Document("a", HEART[0]), failed, Document("c", SKIN[0])]))
    assert [one.document.id for one in found] == ["a", "b", "c"]
    assert found[1].error is failed


def test_topics_of_documents_look_at_concepts() -> None:
    recipe = TopicRecipe(shares=(1.0, 0.7, 1.0), folds=3)
    trained = train_topics(some_examples(), recipe)
    assert trained.model.has_concepts
    reader = TopicReader(trained.model)
    found = next(iter(reader.read([Document("a", "A murmur of the heart, long known.")])))
    assert found.topics[0].label == "heart"
    assert not found.sentences
    assert trained.figures["micro F1"] > 0.7


def test_a_damaged_model_says_so(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train topics"):
        read_topic_model(tmp_path)
    raw = (folder / "topics.npz").read_bytes()
    (tmp_path / "topics.npz").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(BadFile, match="damaged"):
        read_topic_model(tmp_path)


def test_examples_are_read_from_lines_tables_and_folders(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        '{"text": "one", "labels": ["x", "y"], "document": "d"}\n\n'
        '{"text": "two", "labels": [], "document": "d"}\n{"text": "three", "labels": ["y"]}\n'
    )
    table = tmp_path / "a.tsv"
    table.write_text("text\tlabels\tdocument\none\tx;y\td\ntwo\t\td\nthree\ty\t\n")
    for path in (lines, table):
        found = read_examples(path)
        assert found.texts == ("one", "two", "three")
        assert found.labels == ("x", "y")
        assert found.gold.tolist() == [[True, True], [False, False], [False, True]]
        assert found.document.tolist() == [0, 0, 1]
    for label, text in (("x", "one"), ("y", "one"), ("y", "three")):
        place = tmp_path / "folders" / label
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{text}.txt").write_text(text)
    found = read_examples(tmp_path / "folders")
    assert dict(zip(found.texts, found.gold.tolist(), strict=True)) == {
        "one": [True, True],
        "three": [False, True],
    }


@pytest.mark.parametrize("line", ['{"text": "a"}', '{"labels": ["a"]}', "[1]", "{", '{"text": 1}'])
def test_a_line_that_is_no_example_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a", "labels": ["b"]}\n' + line + "\n")
    with pytest.raises(BadLine, match="line 2"):
        read_examples(path)


def test_no_label_and_too_few_documents_are_errors() -> None:
    with pytest.raises(InputError, match="no text has a label"):
        make_examples(iter([("a", [], "")]))
    with pytest.raises(InputError, match="too few"):
        train_topics(make_examples(iter([("a", ["x"], "")])), TopicRecipe())


def test_texts_of_one_document_are_in_one_fold() -> None:
    examples = some_examples()
    fold = folds_of(examples, 4, 1)
    for number in range(int(examples.document.max()) + 1):
        assert len(set(fold[examples.document == number].tolist())) == 1


def test_folds_do_not_see_their_own_gold() -> None:
    rng = np.random.default_rng(0)
    margins = rng.normal(size=(60, 1, 1)).astype(np.float32)
    gold = rng.random((60, 1)) < 0.3
    fold = np.arange(60) % 3
    other = gold.copy()
    other[fold == 0] = ~other[fold == 0]
    first = in_folds(margins, gold, fold)[fold == 0]
    assert (first == in_folds(margins, other, fold)[fold == 0]).all()


def test_the_border_is_that_of_the_best_f1() -> None:
    chances = np.array([0.9, 0.8, 0.4, 0.2, 0.1], np.float32)
    border = best_border(chances, np.array([True, True, False, False, False]))
    assert 0.4 < border < 0.8
    assert best_border(chances, np.zeros(5, bool)) == 0.5


def test_half_of_the_best_f1_is_a_border_that_few_texts_do_not_swing() -> None:
    rng = np.random.default_rng(0)
    chances = rng.beta(0.6, 1.8, 4000).astype(np.float32)
    gold = rng.random(4000) < chances
    everywhere = [best_border(chances[n::40], gold[n::40]) for n in range(40)]
    half = [half_border(chances[n::40], gold[n::40]) for n in range(40)]
    assert np.std(half) < np.std(everywhere) / 2
    assert abs(half_border(chances, gold) - best_border(chances, gold)) < 0.1
    assert half_border(chances, np.zeros(4000, bool)) == 0.5
    margins = np.log(chances / (1 - chances))[:, None, None]
    assert better_border(margins, gold[:, None], np.arange(4000) % 4) in (best_border, half_border)


def test_joined_chances_are_calibrated() -> None:
    rng = np.random.default_rng(1)
    margins = rng.normal(size=(4000, 1, 1)).astype(np.float32) * 3
    gold = rng.random((4000, 1)) < 1 / (1 + np.exp(-margins[:, :, 0] / 2))
    chances = join(margins, gold).chances(margins)[:, 0]
    for low in (0.0, 0.25, 0.5, 0.75):
        own = (chances >= low) & (chances < low + 0.25)
        assert abs(chances[own].mean() - gold[own].mean()) < 0.05


def test_linear_models_agree_with_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    kinds = count_features([*HEART, *SKIN] * 3)
    rows = weighed(kinds, rarity_of(kinds), (1.0, 0.7))
    gold = np.array([[True, False]] * 3 + [[False, True]] * 3, bool).repeat(1, 0)
    gold = np.concatenate([gold] * 3)
    weights, bias = fit_rows(rows, gold, pull=0.5, steps=600)
    used, column = np.unique(rows.column, return_inverse=True)
    dense = np.zeros((len(rows), len(used)))
    dense[rows.row, column] += rows.value
    model = linear.LogisticRegression(C=2.0, tol=1e-8, max_iter=1000).fit(dense, gold[:, 0])
    ours = rows.times(weights)[:, 0] + bias[0]
    assert np.abs(ours - model.decision_function(dense)).max() < 0.01
    columns = np.array([[0.1], [0.5], [-0.3], [0.9], [-1.0]])
    want = np.array([True, False, False, True, False])
    own, own_bias = fit_columns(columns, want)
    model = linear.LogisticRegression(C=1.0, tol=1e-9).fit(columns, want)
    assert own[0] == pytest.approx(model.coef_[0, 0], abs=1e-3)
    assert own_bias == pytest.approx(model.intercept_[0], abs=1e-3)


def test_sentences_say_that_one_has_the_label_and_how_likely_the_likeliest_is() -> None:
    odds = of_sentences(np.array([[0.5], [0.6]], np.float32))
    assert 1 / (1 + np.exp(-odds[0])) == pytest.approx([0.8, 0.6], abs=1e-6)
    assert (of_sentences(np.zeros((0, 1), np.float32)) < -10).all()


def test_what_other_labels_have_stands_behind_a_labels_own() -> None:
    margins = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    found = with_others(margins)
    assert found.shape == (2, 3, 8)
    assert (found[:, :, :2] == margins).all()
    assert (found[1, 2, 2:] == OTHERS * margins[1].ravel()).all()


def test_documents_are_judged_by_their_words_beside_their_sentences() -> None:
    """What is labelled nowhere in the sentences alone: two halves in one document."""
    halves = {"heart": "The left side was weak.", "skin": "The right side was sore."}
    rows = [
        (half, [label] if number % 2 else [], f"{label}{number}")
        for number in range(40)
        for label, word in halves.items()
        for half in (word, "It was raining." if number % 2 else "It was dry.")
    ]
    trained = train_topics(make_examples(iter(rows)), TopicRecipe(unit="sentence", folds=4))
    assert trained.model.whole is not None
    assert trained.model.documents is not None
    assert trained.model.documents.weights.shape == (2, 3 + 2 * 3)
    assert trained.figures["micro F1 of documents"] == 1.0
    reader = TopicReader(trained.model)
    (wet, dry) = (f"The left side was weak. It was {how}." for how in ("raining", "dry"))
    taken = [
        {t.label for t in found.topics if t.is_taken}
        for found in reader.read([Document("a", wet), Document("b", dry)])
    ]
    assert taken == [{"heart"}, set()]


def test_a_model_of_sentences_alone_judges_documents_by_them() -> None:
    model = train_topics(some_examples(), TopicRecipe(unit="sentence", whole=(), folds=3)).model
    assert model.whole is None
    (found,) = TopicReader(model).read([Document("a", HEART[0])])
    assert {t.label for t in found.topics if t.is_taken} == {"heart"}


def test_the_rule_for_thresholds_of_a_fold_is_that_of_the_others() -> None:
    rng = np.random.default_rng(3)
    margins = rng.normal(size=(60, 1, 1)).astype(np.float32)
    gold = rng.random((60, 1)) < 0.5
    fold = np.arange(60) % 3
    own = in_folds(margins, gold, fold)
    changed = gold.copy()
    changed[fold == 0] = ~gold[fold == 0]
    assert (in_folds(margins, changed, fold)[fold == 0] == own[fold == 0]).all()


def test_sequences_do_not_cross_words_or_texts() -> None:
    together = count_features(["ab cd", "ef"])[1]
    assert together.keep(np.array([1])).column.tolist() == count_features(["ef"])[1].column.tolist()
    assert len(count_features([""])[1].column) == 0
