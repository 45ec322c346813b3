import pytest

from onoma.link.wordings.turned import turned


@pytest.mark.parametrize(
    ("text", "phrase", "name"),
    [
        ("A narrowing of both nostrils was seen.", "narrowing of both nostrils", "narrow nostrils"),
        ("Her cornea is badly damaged.", "cornea is badly damaged", "abnormality of cornea"),
        ("Her growth has always been delayed.", "growth has always been delayed", "delayed growth"),
        ("X-rays showed shortened ribs.", "shortened ribs", "short ribs"),
        ("There were corneal changes.", "corneal changes", "abnormality of corneal"),
        ("He lost the ability to smell.", "lost the ability to smell", "loss of ability to smell"),
        ("Deformities in his hips.", "Deformities in his hips", "hips deformity"),
    ],
)
def test_a_phrase_is_turned_into_the_form_of_a_name(text: str, phrase: str, name: str) -> None:
    found = {text[one.start : one.end]: one.names for one in turned(text)}
    assert name in found.get(phrase, ()), found


def test_a_part_is_no_piece_of_a_clause() -> None:
    for text in ("It is delayed.", "Loss is of the essence.", "and of the and of", ""):
        assert list(turned(text)) == []


def test_a_long_line_is_read() -> None:
    text = "word " * 20_000 + "is delayed " * 2_000
    assert any(text[one.start : one.end] == "word is delayed" for one in turned(text))
