"""A recogniser learnt from names alone: what it reads, draws, learns and finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.encode import Encoder, load_encoder
from onoma.errors import BadFile, InputError, ModelMissing
from onoma.link.candidates.features import WordFacts
from onoma.link.candidates.index import open_index
from onoma.link.wordings.evidence import Known, spans_of
from onoma.link.wordings.forms import is_form, make_forms
from onoma.link.wordings.judging import whole
from onoma.link.wordings.model import CARD, WEIGHTS, Model
from onoma.link.wordings.names import NameRows
from onoma.link.wordings.spans import Drawn, Read, draw, read
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.pipeline.recognizer import Recognizer, load_recognizer
from onoma.pipeline.recognizer_training import told
from onoma.pipeline.rewording import Planted, Rewording
from onoma.types import AnnotatedDocument, Document, Mention, type_mask

SITES = {
    "finger": "digit of hand", "toe": "digit of foot", "nose": "nasal bridge", "ear": "auricle",
    "eyelid": "palpebra", "kidney": "renal pelvis", "liver": "hepatic lobe", "skin": "dermis",
    "tongue": "lingual tissue", "thumb": "pollex", "chin": "mentum", "forehead": "frontal region",
}  # fmt: skip
SIGNS = {
    "Swelling": "Swollen", "Absence": "Missing", "Shortening": "Short", "Widening": "Broad",
    "Atrophy": "Wasted", "Inflammation": "Inflamed", "Weakness": "Weak", "Deformity": "Deformed",
}  # fmt: skip


def obo() -> str:
    """Return a vocabulary of some hundred signs, three names each."""
    out = ["format-version: 1.2", "data-version: 1", "ontology: sg", ""]
    pairs = [(sign, site) for sign in SIGNS for site in SITES]
    for number, (sign, site) in enumerate(pairs, start=1):
        out += [
            "[Term]", f"id: SG:{number:07}", f"name: {sign} of the {site}",
            f'synonym: "{SIGNS[sign]} {site}" EXACT []',
            f'synonym: "{sign} of the {SITES[site]}" EXACT []', "",
        ]  # fmt: skip
    return "\n".join(out)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    pytest.importorskip("onnxruntime", reason="the encoder cannot be run")
    try:
        return load_encoder()
    except ModelMissing:
        pytest.skip("no encoder ships")


@pytest.fixture(scope="module")
def settings(store: ConceptStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings over a vocabulary of signs; the core is the small one."""
    folder = tmp_path_factory.mktemp("signs")
    (folder / "sg.obo").write_text(obo(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONOMA_CACHE", str(store.path.parent))
        patch.setenv("ONOMA_DATA", str(folder / "data"))
        done = CliRunner().invoke(
            app, ["vocab", "add", str(folder / "sg.obo"), "--types", "phenotype"]
        )
        assert done.exit_code == 0, done.output
        yield Settings(vocabulary=("sg",), types=type_mask(("phenotype",)))


@pytest.fixture(scope="module")
def folder(settings: Settings, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recogniser that the command made, of names alone."""
    del encoder
    out = tmp_path_factory.mktemp("recogniser") / "sg"
    words = ["train", "recognizer", "--vocab", "sg", "--types", "phenotype", "--most", "150"]
    done = CliRunner().invoke(app, [*words, "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert "150 texts" in done.output
    return out


@pytest.fixture
def recognizer(folder: Path, settings: Settings) -> Recognizer:
    return load_recognizer(folder, settings)


def annotated(settings: Settings, *texts: str) -> list[AnnotatedDocument]:
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    return list(make_annotator(settings).annotate(documents).documents_annotated())


def names_of(settings: Settings) -> NameRows:
    return NameRows.of(open_vocabulary(settings.vocabulary), types=settings.types, ids=None)


def drawn(settings: Settings, text: str) -> tuple[NameRows, Read, Drawn]:
    names = names_of(settings)
    said = read([text], names)
    return names, said, draw(said, names)


def phrases(names: NameRows, said: Read, found: Drawn) -> set[tuple[str, str]]:
    words = said.words
    return {
        (words.text[words.start[a] : words.end[b]], names.store.labels[int(names.concept[row])])
        for a, b, row in zip(found.first, found.last, found.row, strict=True)
    }


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("atretic", "atresia", True),
        ("deformity", "deformities", True),
        ("hypertonia", "hypertension", False),
        ("ear", "ears", False),
    ],
)
def test_words_that_differ_in_their_endings_are_forms(left: str, right: str, alike: bool) -> None:
    assert is_form(left, right) is is_form(right, left) is alike


def test_words_stand_for_forms_and_for_what_is_meant_alike() -> None:
    vectors = np.eye(4, dtype=np.float32)
    vectors[1] = [0.6, 0.8, 0, 0]
    forms = make_forms(["kidney", "renal", "swelling"], ["swellings"], vectors, {(0, 1)})
    assert [forms.words[at] for at in forms.of(0)[0]] == ["renal"]  # swapped, and near enough
    assert [forms.words[at] for at in forms.of(3)[0]] == ["swelling"]
    none = make_forms(["kidney", "renal"], [], vectors[:2], set())
    assert not len(none.of(0)[0])


def test_a_span_goes_from_the_first_to_the_last_word_that_a_name_has(settings: Settings) -> None:
    found = phrases(*drawn(settings, "He had a finger of his hand with swelling."))
    assert ("finger of his hand with swelling", "Swelling of the finger") in found


@pytest.mark.parametrize(
    "text", ["A finger, swelling.", "The finger was swelling.", "Finger. Swelling came later."]
)
def test_no_span_reaches_over_a_border_or_a_verb(settings: Settings, text: str) -> None:
    assert all(" " not in phrase for phrase, _ in phrases(*drawn(settings, text)))


def test_no_span_ends_within_a_hyphenated_word(settings: Settings) -> None:
    _, said, found = drawn(settings, "short finger-like toe")
    start, end = spans_of(said, found)
    ends = {int(one) for one in end[whole(said, start, end)]}
    assert 12 in end.tolist()
    assert 12 not in ends


def test_texts_without_words_have_no_spans(settings: Settings) -> None:
    for text in ("", "...", "of the", "!"):
        assert not len(drawn(settings, text)[2].first)


def test_known_mentions_are_not_cut(settings: Settings) -> None:
    _, said, _ = drawn(settings, "short finger bone here")
    known = Known.of([[(0, 12, "SG:1")]], said.base)
    start, end = np.array([0, 6, 0, 13]), np.array([12, 17, 17, 22])
    assert known.free(start, end, 22).tolist() == [False, False, True, True]


def test_inside_a_hidden_phrase_the_dictionary_knows_what_it_knew(settings: Settings) -> None:
    text = "short finger of short toe"
    mentions = [
        Mention(a, b, text[a:b], "phenotype", "SG:9", "x", 1.0, "dictionary", ((a, b),))
        for a, b in ((0, 12), (0, 25), (8, 25), (16, 25))
    ]
    document = AnnotatedDocument(Document("", text), tuple(mentions))
    kept, left = told(document, [Planted(0, 25, "SG:1", is_hidden=True)])
    assert (len(kept), left) == (1, [(0, 12, "SG:9"), (16, 25, "SG:9")])
    assert told(document, [Planted(0, 25, "SG:1", is_hidden=False)])[0] == []


def test_phrases_stand_where_they_are_said_to(settings: Settings, encoder: Encoder) -> None:
    names = names_of(settings)
    forms = make_forms(names.texts, [], encoder.encode(names.texts), names.swaps)
    facts = WordFacts.of(open_index(names.store), settings.types)
    (document,) = annotated(settings, "A broad thumb, a short toe and a missing ear.")
    rewordings = [Rewording(names, forms, facts, seed=seed) for seed in (1, 1, 2)]
    made = [[one.planted(document) for _ in range(40)] for one in rewordings]
    assert made[0] == made[1] != made[2]
    phrases = [(text[one.start : one.end], one) for text, some in made[0] for one in some]
    assert all(phrase and phrase == phrase.strip() for phrase, _ in phrases)
    assert {one.curie[:3] for _, one in phrases} == {"SG:", ""}
    assert any(" of " in phrase for phrase, one in phrases if not one.is_hidden)
    assert all(not one.is_hidden for _, one in phrases if not one.curie)


@pytest.mark.parametrize(
    ("text", "phrase", "label"),
    [
        (
            "There was swelling in both kidneys.",
            "swelling in both kidneys",
            "Swelling of the kidney",
        ),
        ("He has deformities in his toes.", "deformities in his toes", "Deformity of the toe"),
    ],
)
def test_a_phrase_worded_otherwise_is_found(
    recognizer: Recognizer, settings: Settings, text: str, phrase: str, label: str
) -> None:
    plain = annotated(settings, text)
    assert phrase not in [one.text for one in plain[0].mentions]
    (done,) = recognizer.complete(plain)
    (mention,) = [one for one in done.mentions if one.found_by == "recognizer"]
    assert (mention.text, mention.label, mention.type) == (phrase, label, "phenotype")
    assert done.text[mention.start : mention.end] == mention.text


def test_what_a_text_says_of_a_phrase_is_told(recognizer: Recognizer, settings: Settings) -> None:
    (done,) = recognizer.complete(annotated(settings, "No swelling in both kidneys."))
    assert [one.assertion for one in done.mentions] == ["absent"]


def test_what_the_dictionary_found_stays(recognizer: Recognizer, settings: Settings) -> None:
    plain = annotated(settings, "Broad thumb and a short toe.", "", "Nothing of it here.")
    done = recognizer.complete(plain)
    assert [one.document.id for one in done] == ["0", "1", "2"]
    assert all(one in done[0].mentions for one in plain[0].mentions)
    assert done[1:] == plain[1:]


def test_a_document_alone_and_among_others_gives_the_same(
    recognizer: Recognizer, settings: Settings
) -> None:
    texts = ["Swelling in both kidneys.", "Weakness of his left chin.", "Short, broad: ears."]
    together = recognizer.complete(annotated(settings, *texts))
    alone = [recognizer.complete(annotated(settings, text))[0] for text in texts]
    assert [one.mentions for one in together] == [one.mentions for one in alone]


def test_a_mention_that_says_no_more_gives_way(recognizer: Recognizer, settings: Settings) -> None:
    recognizer.least = 0.01
    phrase = "Swelling in the left kidney"
    (plain,) = annotated(settings, f"{phrase}.")

    def among(curie: str | None, start: int, end: int) -> set[str]:
        text = plain.text[start:end]
        one = Mention(start, end, text, "phenotype", curie, "x", 1.0, "dictionary", ((start, end),))
        (done,) = recognizer.complete([replace(plain, mentions=(one,))])
        return {mention.text for mention in done.mentions}

    assert among("SG:0000096", 0, 8) == {phrase}  # a word of the name
    assert among(None, 16, 20) == {phrase}  # names nothing
    assert among("SG:0000096", 16, 20) == {phrase, "left"}


def test_the_card_says_what_was_learnt(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    assert card["types"] == ["phenotype"]
    assert card["planted"] >= card["reached"] > 0
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000


def test_damaged_folders_are_told(folder: Path, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no recogniser"):
        load_recognizer(tmp_path, settings)
    (tmp_path / CARD).write_bytes((folder / CARD).read_bytes())
    (tmp_path / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:500])
    with pytest.raises(BadFile, match="damaged"):
        Model.read(tmp_path)
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    (tmp_path / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes())
    (tmp_path / CARD).write_text(json.dumps(card | {"encoder": "another"}), encoding="utf-8")
    with pytest.raises(InputError, match="another encoder"):
        load_recognizer(tmp_path, settings)
    (tmp_path / CARD).write_text(json.dumps(card | {"columns": []}), encoding="utf-8")
    with pytest.raises(BadFile, match="another format"):
        Model.read(tmp_path)


def test_a_vocabulary_without_such_names_cannot_teach(settings: Settings, tmp_path: Path) -> None:
    words = ["train", "recognizer", "--vocab", "sg", "--types", "disease", "-o", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code != 0
    assert "no names" in done.output
    assert not (tmp_path / CARD).exists()
