from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.encoder import Encoder, load_encoder
from onoma.errors import BadFile, Inconsistent, UnknownName
from onoma.recognize.tagger import load_tagger
from onoma.recognize.tagger.described import Described, Describer, read_net
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.recognize.tagger.training.describe_measures import count_described, described_heads
from onoma.recognize.tagger.training.describe_session import Course, DescribeSession
from onoma.recognize.tagger.training.descriptions import (
    Description,
    Meanings,
    Questions,
    column_names,
    read_meanings,
    without_kinds,
)
from onoma.types import Document
from tests.encode import tiny
from tests.recognize.tagger.sample import RECIPE, corpus, sentences, start_folder

pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

MEANINGS = Meanings(
    {
        "disease": Description(("disease", "kidney disease"), "disorder"),
        "number": Description(("type 1", "1"), "quantity"),
    },
    (("disorder", "quantity"),),
)


def numbers(text: MarkedText) -> MarkedText:
    """A text in which its numbers are marked, in place of its diseases."""
    places = [at for at, char in enumerate(text.text) if char in "12"]
    return replace(text, marks=tuple(Marked(at, at + 1, "digit") for at in places))


def course() -> Course:
    one = corpus()
    two = Corpus("digits", {"digit": "number"}, tuple(map(numbers, sentences(30, seed=7))), (), 1.0)
    return Course([one, two], MEANINGS, measured=[replace(one, name="held", train=())])


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(tiny.write_tiny(tmp_path_factory.mktemp("encoder"), seed=3))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A tagger that takes descriptions, trained to the end and written."""
    folder = tmp_path_factory.mktemp("described")
    with pytest.MonkeyPatch.context() as patch:
        start = start_folder(folder / "start", patch)
        recipe = replace(RECIPE, passes=100)
        session = DescribeSession(course(), start, folder / "run", recipe, encoder=encoder)
        session.train()
        session.finish(name="tiny", said={})
    return folder


def describer(folder: Path, encoder: Encoder) -> Describer:
    return Describer(load_tagger(folder), read_net(folder), encoder)


def test_what_is_described_is_found(made: Path, encoder: Encoder) -> None:
    found = describer(made / "run" / "tagger", encoder)
    types = (Described("illness", ("disease",)), Described("figure", ("1", "type 1")))
    text = "the renal failure of type 2 a"
    tagged = found.tag([Document("1", text)], found.typed(types))
    rows = zip(tagged.start, tagged.end, tagged.types(), strict=True)
    found_names = {(text[a:b], name) for a, b, name in rows}
    assert {("renal failure", "illness"), ("2", "figure")} <= found_names  # others: by processor


def test_a_network_over_a_frozen_trunk_leaves_the_tagger_as_it_is(
    made: Path, tmp_path: Path, encoder: Encoder
) -> None:
    place = made / "run" / "tagger"
    before = {one.name: one.read_bytes() for one in place.iterdir()}
    recipe = replace(RECIPE, passes=100)
    session = DescribeSession(
        course(), place, tmp_path / "run", recipe, encoder=encoder, is_frozen=True
    )
    session.train()
    assert session.finish(name="tiny", said={}) == place
    found = describer(place, encoder)
    held = replace(corpus(), name="held")
    counts = count_described(found, held.dev, described_heads(found, held, MEANINGS))
    right, got, _, gold = counts["disease"].tolist()
    assert 2 * right / (got + gold) > 0.8
    changed = [n for n, was in before.items() if (place / n).read_bytes() != was]
    assert changed == ["descriptions.safetensors"]


def test_a_stopped_run_goes_on_to_the_same_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    start = start_folder(tmp_path / "start", monkeypatch)
    recipe = replace(RECIPE, passes=4)
    runs = [
        DescribeSession(course(), start, tmp_path / name, recipe, encoder=encoder)
        for name in ("whole", "parts")
    ]
    runs[0].train()
    runs[1].train(until=3)
    again = DescribeSession(course(), start, tmp_path / "parts", recipe, encoder=encoder)
    assert again.trainer.step == 3
    again.train()
    for name, array in runs[0].trainer.chosen().items():
        assert np.array_equal(array, again.trainer.chosen()[name]), name


def test_a_label_of_another_corpus_is_absent_where_its_kind_cannot_be(encoder: Encoder) -> None:
    corpora = list(course().corpora)
    questions = Questions(corpora, MEANINGS, encoder)
    assert column_names(corpora) == ("mine/disease", "digits/digit")
    labels = np.array([[1, -1], [2, -1], [0, -1], [-1, 1], [-1, 0]], np.int8)
    told, asked = questions.ask(labels, np.random.default_rng(1))
    assert told.tolist() == [[1, 0], [2, 0], [0, -1], [0, 1], [-1, 0]]
    assert asked.shape == (2, encoder.dimension)


def test_kinds_can_be_left_out() -> None:
    left = without_kinds(course().corpora, MEANINGS, ["disorder"])
    assert [one.name for one in left] == ["digits"]


def test_a_label_without_a_description_is_named(encoder: Encoder) -> None:
    with pytest.raises(UnknownName, match="description"):
        Questions([Corpus("x", {"a": "odd"})], MEANINGS, encoder)


def test_a_file_of_descriptions_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "d.toml"
    path.write_text('[descriptions]\nx = { words = ["a b"], kind = "k" }\n')
    assert read_meanings(path).descriptions["x"].phrases == ("a b",)
    for text in ("", "[descriptions]\nx = 3", "[descriptions]\nx = { words = [] }"):
        path.write_text(text)
        with pytest.raises(BadFile):
            read_meanings(path)


def test_a_network_for_another_encoder_is_refused(made: Path, encoder: Encoder) -> None:
    place = made / "run" / "tagger"
    net = read_net(place)
    narrow = replace(net, centre=net.centre[:4], enter=net.enter[:, :4])
    with pytest.raises(Inconsistent):
        Describer(load_tagger(place), narrow, encoder)
