"""Code lists, windows and spans, features, and every coding method on one small list."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from onoma.encode import load_encoder
from onoma.errors import BadFile, BadLine, InputError, OnomaError, UnknownName
from onoma.link.coding import Code, CodeList, methods, read_codes, read_examples
from onoma.link.coding.classification import Centroids, learn
from onoma.link.coding.coder import Coder
from onoma.link.coding.passages import PIECE, PIECE_LETTERS, UNITS, windows
from onoma.link.coding.support import Rows, Support, encode_whole
from onoma.link.coding.weighted import Weighted, count_grams, count_words
from tests.texts import texts

LIST = CodeList(
    "mobility",
    (
        Code("M40", "Fine use of the hands", "Picking up and letting go of small things.",
             ("Buttons her shirt slowly.", "Drops coins.")),
        Code("M50", "Walking", "Going along on foot, step by step.",
             ("Ambulates 50 feet with a walker.", "Walks two blocks.")),
        Code("M70", "Using transport", "Going somewhere by car, bus, train or plane.",
             ("Takes the bus to work.",)),
        Code("M71", "Driving", parent="M70"),
    ),
)  # fmt: skip
NOTE = "Ambulates 30 feet with a cane. Picks up coins with the left hand. Nothing else to say."


def coder(method: str, codes: CodeList = LIST) -> Coder:
    """Return a coder without an encoder."""
    return Coder(codes, methods.get(method))


# --- code lists ----------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "codes.tsv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_a_code_are_joined(tmp_path: Path) -> None:
    rows = (
        "Code,Name,Description,Example,Synonyms,Parent\n"
        'A,walking,"on foot, slowly",walks,gait|going,top\n'
        "A,,,steps|,gait,\n\n"
        "top,moving,,,,\n"
    )
    found = read_codes(written(tmp_path, rows, "codes.csv"))
    assert found.codes == (
        Code("A", "walking", "on foot, slowly", ("walks", "steps"), ("gait", "going"), "top"),
        Code("top", "moving"),
    )
    assert found.said() == "codes.csv: 2 codes, 1 with a definition, 1 with examples (2)"
    assert [one.code for one in found.under("top").codes] == ["A"]


def test_a_packed_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "codes.tsv.gz"
    path.write_bytes(gzip.compress(b"code\tlabel\nA\twalking\n"))
    assert read_codes(path).codes == (Code("A", "walking"),)


def test_what_a_list_lacks_is_said() -> None:
    bare = CodeList("bare", (Code("A", "walking"), Code("B", "sitting")))
    assert bare.said() == "bare: 2 codes, no definitions, no examples"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", BadFile, "the file is empty"),
        ("code\tlabel\n", BadFile, "there is no code in it"),
        ("code\tdefinition\nA\ton foot\n", BadFile, "no column label; there are: code, definition"),
        ("one\ttwo\nA\tB\n", BadFile, "no column code and no column label"),
        ("code\tlabel\nA\twalking\nA\tsitting\n", BadLine, "line 3: .*has the label 'walking'"),
        ("code\tlabel\nA\twalking\n\tsitting\n", BadLine, "line 3: there is no code"),
        ("code\tlabel\nA\t\n", BadLine, "line 2: the code has no label"),
        (f"code\tlabel\nA\t{'x' * 10_000}\n", BadLine, "a label of 10,000 characters"),
        (f"code\tlabel\nA\t{'x' * 100_001}\n", BadLine, "a cell of more than 100,000"),
        ('code\tlabel\nA\t"walking\nB\tsitting\n', BadFile, "a quote is opened and not closed"),
        ("code\tlabel\nA\twalk\0ing\n", BadFile, "NUL"),
    ],
)
def test_a_bad_list_gives_one_clear_error(
    tmp_path: Path, text: str, kind: type[OnomaError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        read_codes(written(tmp_path, text))
    assert caught.value.hint


def test_a_damaged_file_gives_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "codes.tsv.gz"
    path.write_bytes(gzip.compress(b"code\tlabel\nA\twalking\n" * 500)[:-40])
    with pytest.raises(BadFile, match=r"end early|damaged"):
        read_codes(path)
    bad = tmp_path / "codes.tsv"
    bad.write_bytes(b"code\tlabel\nA\twalk\xff\xfe\n")
    with pytest.raises(BadFile, match="byte 0xff"):
        read_codes(bad)
    with pytest.raises(BadFile, match="No such file"):
        read_codes(tmp_path / "none.tsv")


def test_examples_are_added_to_the_codes_that_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, "code\ttext\nM71\tdrives to work\nM71\tdrives a van|a bus\n")
    more = LIST.with_examples(read_examples(path))
    assert more.codes[3].examples == ("drives to work", "drives a van", "a bus")
    with pytest.raises(UnknownName, match="no code 'M99'"):
        LIST.with_examples({"M99": ("x",)})


def test_codes_come_once_and_there_is_one_at_least() -> None:
    with pytest.raises(InputError, match="comes twice"):
        CodeList("x", (Code("A", "a"), Code("A", "b")))
    with pytest.raises(InputError, match="no code in the list"):
        CodeList("x", ())
    with pytest.raises(InputError, match="has 'M50' for a parent"):
        LIST.under("M50")
    with pytest.raises(UnknownName, match="no code 'M99'"):
        LIST.under("M99")


def test_a_ring_of_parents_ends() -> None:
    ring = CodeList("x", (Code("A", "a", parent="B"), Code("B", "b", parent="A")))
    assert len(ring.under("A")) == 2


# --- windows -------------------------------------------------------------------------------------


@given(texts())
@settings(max_examples=60, deadline=None)
def test_no_word_of_a_text_is_cut_off(text: str) -> None:
    def solid(spans: Sequence[tuple[int, int]]) -> str:
        whole = "".join(text[start:end] for start, end in spans)
        return "".join(filter(str.isalnum, whole))

    for by in ("section", "sentence"):
        found = windows(text, by=by)
        spans = [(one.start, one.end) for one in found]
        assert spans == sorted(spans)
        assert solid(spans) == solid([(0, len(text))])
        for window in found:
            parts = [(piece.start, piece.end) for piece in window.pieces]
            assert solid(parts) == solid([(window.start, window.end)])
            for start, end in parts:
                assert end - start <= PIECE_LETTERS
                assert len(text[start:end].split()) <= PIECE


def test_clauses_stand_between_marks_and_joining_words() -> None:
    text = "Type 2 diabetes with nephropathy, hypertension and a dose of 1,000 mg."
    found = [text[one.start : one.end] for one in windows(text, by="clause")]
    assert found == ["Type 2 diabetes", "nephropathy", "hypertension", "a dose of 1,000 mg."]


def test_phrases_stand_between_function_words() -> None:
    text = "She walks with a two-wheeled walker."
    (window,) = windows(text)
    assert [text[p.start : p.end] for p in window.phrases] == ["walks", "two-wheeled walker"]


# --- features ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["words", "letters"])
def test_weights_agree_with_those_of_scikit_learn(kind: str) -> None:
    vectoriser = pytest.importorskip("sklearn.feature_extraction.text").TfidfVectorizer
    rows = ["the knee hurts when walking", "cannot climb the stairs", "walking and walking", "ok"]
    asked = ["walks with a cane", "climbs a stair the the", "zzz", "?", "walking"]
    if kind == "words":
        theirs = vectoriser(sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106
    else:
        theirs = vectoriser(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4))
    matrix = theirs.fit_transform(rows)
    expected = (theirs.transform(asked) @ matrix.T).toarray()
    ours = Weighted(rows, count_words if kind == "words" else count_grams).similar(asked)
    np.testing.assert_allclose(ours, expected, atol=1e-6)


def test_rows_without_a_word_are_like_nothing() -> None:
    index = Weighted(["?", "!"], count_words)
    assert not index.similar(["walking"]).any()


# --- what every method does ----------------------------------------------------------------------


@pytest.mark.parametrize("method", methods.names())
class TestMethod:
    """The contract of a coding method."""

    def test_the_code_that_is_meant_comes_first(self, method: str) -> None:
        found = coder(method).code(["Walks with a walker.", "Drops small coins."], k=1, least=0.0)
        assert [one.matches[0].code for one in found] == ["M50", "M40"]

    def test_evidence_quotes_the_text(self, method: str) -> None:
        for by in UNITS:
            (found,) = coder(method).code([NOTE], k=4, least=0.0, by=by)
            assert found.matches
            for match in found.matches:
                assert match.evidence
                for span in match.evidence:
                    assert NOTE[span.start : span.end] == span.text

    def test_scores_are_ordered_and_between_0_and_1(self, method: str) -> None:
        (found,) = coder(method).code([NOTE], k=9, least=0.0)
        scores = [match.score for match in found.matches]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert len(scores) == len(LIST)

    def test_a_text_alone_and_among_others_gets_the_same(self, method: str) -> None:
        one = coder(method)
        alone = [one.code([text])[0] for text in (NOTE, "Takes a train.", "x")]
        assert one.code([NOTE, "Takes a train.", "x"]) == alone
        assert coder(method).code([NOTE])[0] == alone[0]

    def test_nothing_fits_is_said(self, method: str) -> None:
        (found,) = coder(method).code(["Zzz qqq."])
        assert (found.matches, found.windows, found.covered) == ((), 1, 0.0)
        assert coder(method).code(["", " \n"])[1].windows == 0

    def test_labels_alone_are_enough(self, method: str) -> None:
        bare = CodeList("bare", tuple(Code(one.code, one.label) for one in LIST.codes))
        (found,) = coder(method, bare).code(["walking outdoors"], k=1, least=0.0)
        assert found.matches[0].code == "M50"

    def test_a_list_of_one_code_works(self, method: str) -> None:
        (found,) = coder(method, CodeList("x", LIST.codes[1:2])).code(["Walks two blocks."])
        assert found.matches[0].code == "M50"

    def test_a_word_of_ten_thousand_letters_is_read(self, method: str) -> None:
        text = "walking " + "x" * 10_000
        (found,) = coder(method).code([text], least=0.0)
        assert found.windows == 1
        assert found.matches[0].code == "M50"

    def test_why_and_the_nearest_row_are_given(self, method: str) -> None:
        match = coder(method).code(["Takes the bus to work today."], least=0.0)[0].matches[0]
        assert match.code == "M70"
        assert match.nearest == "Takes the bus to work."
        assert {"meaning", "words", "letters", "phrase"} <= match.why.keys()

    @given(text=texts())
    @settings(max_examples=25, deadline=None)
    def test_any_text_is_coded(self, method: str, text: str) -> None:
        (found,) = coder(method).code([text], least=0.0, by="clause")
        for match in found.matches:
            assert all(text[one.start : one.end] == one.text for one in match.evidence)


def test_a_long_list_is_scored_by_candidates_and_centroids() -> None:
    codes = tuple(Code(f"C{i}", f"finding number {i} of the {i * 7919 % 997}") for i in range(2500))
    long = CodeList("long", (*codes, *LIST.codes))
    assert isinstance(learn(Support(long, None)), Centroids)
    for method in methods.names():
        (found,) = coder(method, long).code(["Takes the bus to work."], k=60, least=0.0)
        assert found.matches[0].code == "M70"


def test_with_the_encoder_words_that_are_not_in_the_list_are_understood() -> None:
    encoder = load_encoder()
    vectors = encode_whole(Rows.of(LIST).texts, encoder)
    for method in methods.names():
        one = Coder(LIST, methods.get(method), encoder=encoder, vectors=vectors)
        found = one.code(["Rides the subway.", "Strolls through the park."], k=1, least=0.0)
        assert [match.matches[0].code for match in found] == ["M70", "M50"]
        assert one.code(["Strolls through the park."], k=1, least=0.0)[0] == found[1]
