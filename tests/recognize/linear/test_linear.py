import json
from pathlib import Path

import numpy as np
import pytest

import onoma
from onoma.errors import BadFile, InputError, ModelMissing
from onoma.recognize.linear import LinearModel, make_linear, read_linear
from onoma.recognize.linear.cognates import skeleton
from onoma.recognize.linear.known import KnownWords, forms, learn_names
from onoma.recognize.linear.training import examine, examine_names, train_linear
from onoma.recognize.linear.words import WordText
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.types import AnnotatedDocument, Document

ROOTS = (
    "gastr",
    "bronqu",
    "artr",
    "dermat",
    "nefr",
    "cist",
    "ot",
    "rin",
    "col",
    "hepat",
    "mi",
    "neur",
    "flebit",
    "tendin",
    "burs",
    "ur",
    "traque",
    "encefal",
    "mening",
    "card",
)
SIGNS = ("aguda", "crónica", "leve", "grave")
FRAMES = (
    "El paciente ingresó por {}.",
    "Se diagnosticó {} hace un año.",
    "Niega {} en su familia.",
)


def _text(number: int, name: str, sign: str) -> MarkedText:
    frame = FRAMES[number % len(FRAMES)]
    start = frame.index("{")
    name = f"{name} {sign}"
    text = f"{frame.format(name)} La exploración fue normal."
    return MarkedText(str(number), text, (Marked(start, start + len(name), "ENFERMEDAD"),))


def _corpus() -> Corpus:
    train = [_text(n, f"{ROOTS[n % 15]}itis", SIGNS[n % 4]) for n in range(60)]
    dev = [_text(n, f"{ROOTS[15 + n % 5]}itis", SIGNS[n % 3]) for n in range(12)]
    return Corpus("notas", {"ENFERMEDAD": "ENFERMEDAD"}, train, dev)


@pytest.fixture(scope="module")
def model() -> LinearModel:
    words = KnownWords.of([["Gastritis", "arthritis"], ["aspirin"]])
    return train_linear(_corpus(), words, types={"ENFERMEDAD": "disease"})


def test_names_it_never_met_are_found_where_the_list_of_names_finds_none(
    model: LinearModel,
) -> None:
    assert examine(model, _corpus().dev).strict[""].f1 > 0.9
    assert examine_names(_corpus()).strict[""].f1 == 0.0


def test_same_documents_give_the_same_weights(model: LinearModel) -> None:
    words = KnownWords.of([["Gastritis", "arthritis"], ["aspirin"]])
    again = train_linear(_corpus(), words)
    assert np.array_equal(again.weights.rows, model.weights.rows)


def test_a_folder_finds_what_the_model_found(model: LinearModel, tmp_path: Path) -> None:
    model.write(tmp_path / "m")
    model.write(tmp_path / "m")  # in place of what is there
    text = "Tuvo hepatitis grave. Luego \U0001f600 rinitis leve, y pancreatitis aguda."
    found = read_linear(tmp_path / "m").find(text)
    assert [(one.start, one.end) for one in found] == [(o.start, o.end) for o in model.find(text)]
    assert "pancreatitis aguda" in [text[one.start : one.end] for one in found]
    assert all(0 < one.score <= 1 for one in found)


def test_annotate_takes_the_folder_as_a_mode(model: LinearModel, tmp_path: Path) -> None:
    model.write(tmp_path / "m")
    nlp = onoma.load("core", mode=f"linear:{tmp_path / 'm'}")
    done = nlp.annotate("Se diagnosticó cardiitis grave hace un año.")
    (mention,) = done.mentions
    assert [name for name, _ in done.models] == ["linear"]
    assert (mention.text, mention.type, mention.curie) == ("cardiitis grave", "disease", None)
    assert mention.found_by == "linear"
    with pytest.raises(InputError, match="no mode 'liner'"):
        onoma.load("core", mode="liner:x")


def test_a_long_text_keeps_a_mention_at_any_place(model: LinearModel) -> None:
    name, filling = "gastritis aguda", "La exploración fue normal sin más "
    text = filling * 4000 + f"El paciente ingresó por {name}. " + filling * 3000  # no sentence ends
    assert text.index(name) in [one.start for one in model.find(text)]
    sentences = "La exploración fue normal. " * 12000
    text = sentences + f"El paciente ingresó por {name}. " + sentences
    assert [one.start for one in model.find(text)] == [text.index(name)]


@pytest.mark.parametrize("text", ["", " \n", ".", "\ud800", "é" * 5000])
def test_odd_texts_are_read(model: LinearModel, text: str) -> None:
    assert isinstance(model.find(text), list)


def test_errors_say_what_to_do(model: LinearModel, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        make_linear(str(tmp_path / "nothing"))
    with pytest.raises(InputError):
        make_linear("")
    model.write(tmp_path / "m")
    path = tmp_path / "m" / "weights.npz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BadFile, match="damaged"):
        read_linear(tmp_path / "m")
    (tmp_path / "m" / "card.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    with pytest.raises(BadFile):
        read_linear(tmp_path / "m")
    bare = [MarkedText("1", "Nada.", ())]
    with pytest.raises(InputError):
        train_linear(Corpus("c", {"X": "X"}, bare, ()))


def test_one_label_or_another_is_set_from_outside(model: LinearModel, tmp_path: Path) -> None:
    model.write(tmp_path / "m")
    empty = AnnotatedDocument(Document("1", "Se diagnosticó otitis leve hace un año."))
    (done,) = make_linear(f"{tmp_path / 'm'}=phenotype").complete([empty])
    assert [one.type for one in done.mentions] == ["phenotype"]


def test_skeletons_join_languages_and_not_unlike_words() -> None:
    same = [
        ("nefropatía", "néphropathie", "nephropathy"),
        ("hipertensión", "hypertension", "ipertensione"),
        ("neumotórax", "pneumothorax"),
        ("estenosis", "sténose", "stenosis"),
        ("infecciones", "infections", "infección"),
    ]
    for words in same:
        assert len({skeleton(word) for word in words}) == 1, words
    assert skeleton("gastritis") != skeleton("gastrosis")


def test_a_training_text_is_not_told_its_own_names() -> None:
    texts = [WordText.of("Tiene asma hoy."), WordText.of("Con asma y fiebre.")]
    words = [forms(text) for text in texts]
    names, own = learn_names(words, [[(1, 2, 0)], [(1, 2, 0), (3, 4, 0)]], 1)
    assert names.column(words[1])[3]  # met in use
    assert not names.column(words[1], own[1])[3]  # only its own text marks fiebre
    assert names.column(words[1], own[1])[1]  # asma is marked in the other text too
