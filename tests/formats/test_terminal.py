from __future__ import annotations

from dataclasses import replace

import pytest

from onoma.formats.terminal import _COLOURS
from onoma.types import Assertion
from tests.formats.sample import asserted, document_of, failed_document, mention_of, written


def test_text_and_table_are_shown() -> None:
    text = "no fever"
    mention = asserted(mention_of(text, (3, 8)), Assertion(polarity="absent"))
    shown = written("terminal", document_of(text, mention)).decode()
    assert "no fever" in shown
    assert "MONDO:1" in shown
    assert "absent" in shown
    assert "prior" not in shown


@pytest.mark.parametrize("explain", [False, True])
def test_the_type_stays_in_one_piece(explain: bool) -> None:
    text = "severe " * 20
    mention = mention_of(text, (1000, 1140), type_name="clinical_modifier", curie="NCBITaxon:1")
    mention = replace(mention, text=text, label="of a very long label " * 4)
    shown = written("terminal", document_of(text, mention), explain=explain).decode()
    assert "clinical_modifier" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_types_that_stand_together_have_their_own_colours() -> None:
    together = ("disease", "phenotype", "clinical_modifier", "procedure", "test", "anatomy")
    assert len({_COLOURS[name] for name in together}) == len(together)


def test_explain_shows_the_parts_of_the_score() -> None:
    document = document_of("fever", mention_of("fever", (0, 5)))
    assert "prior 0.25" in written("terminal", document, explain=True).decode()


def test_a_text_cannot_steer_the_terminal() -> None:
    text = "\x1b[31mred\x1b]0;title\x07 \x9b2J [bold]x[/bold] :smile: \ud800"
    shown = written("terminal", document_of(text, mention_of(text, (0, 8)), id="\x1b[2J")).decode()
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "[bold]x[/bold] :smile:" in shown


def test_a_failed_document_is_told() -> None:
    shown = written("terminal", failed_document("b.txt")).decode()
    assert "bad-encoding" in shown
    assert "save it as UTF-8" in shown
