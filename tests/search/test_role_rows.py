from __future__ import annotations

from onoma.search.fields import marked_words
from onoma.search.role_rows import marked_text, role_runs

TEXT = "Tea\nMETHODS: Ninety adults drank tea. RESULTS: They slept."


def test_sentences_of_one_role_are_a_run() -> None:
    found = role_runs([TEXT, ""], [[(0, 3, "title"), (4, len(TEXT), "abstract")], []])
    assert found[1] == []
    said = {role: TEXT[start:end] for start, end, role in found[0]}
    assert set(said) == {"method", "result"}
    assert said["result"] == "RESULTS: They slept."


def test_each_word_of_a_run_has_its_sign_one_or_three_places_on() -> None:
    for count in range(1, 8):
        tokens = marked_words(" ".join("abcdefgh"[:count]), "method").split()
        assert tokens[::2] == list("abcdefgh"[:count])
        assert all("$" in tokens[2 * place + 1 : 2 * place + 4 : 2] for place in range(count))
    assert marked_words("They slept", None) == "they / slept /"
    assert marked_words("...", "result") == ""


def test_a_text_is_marked_by_runs_and_words_of_none_keep_their_place() -> None:
    runs = [(0, 8, "method"), (9, 20, "result")]
    text = "one two, three four; five"
    assert marked_text(text, [(0, len(text))], runs).split() == [
        "one", "/", "two", "$", "three", "/", "four", "%", "five", "/",
    ]  # fmt: skip
    assert marked_text(text, [(4, 13)], runs).split() == ["two", "$", "thre", "%"]
