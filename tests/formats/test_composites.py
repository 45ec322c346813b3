"""Members of a coordination are one row of PubTator; nothing else is tied."""

from __future__ import annotations

from dataclasses import replace

from onoma.formats.composites import composite, composites
from onoma.types import Mention, Span
from tests.formats.sample import document_of, written

TEXT = "Retinal, spinal and cerebral oedema or gout"


def mention(*spans: Span, curie: str | None = None, by: str = "dictionary") -> Mention:
    start, end = spans[0][0], spans[-1][1]
    text = TEXT[start:end]
    return Mention(start, end, text, "disease", curie, None, 1.0, by, spans)


RETINAL = mention((0, 7), (29, 35), curie="X:1", by="coordination")
SPINAL = mention((9, 15), (29, 35), curie="X:2", by="coordination")
CEREBRAL = mention((20, 35), curie="X:3", by="dictionary+tagger")
GOUT = mention((39, 43), curie="X:4")


def test_the_members_of_a_list_are_one_row_with_all_concepts() -> None:
    rows = composites([RETINAL, SPINAL, CEREBRAL, GOUT])
    assert rows == [(RETINAL, SPINAL, CEREBRAL), (GOUT,)]
    whole = composite(rows[0], TEXT)
    assert (whole.text, whole.spans) == ("Retinal, spinal and cerebral oedema", ((0, 35),))
    assert whole.curie == "X:1|X:2|X:3"


def test_rows_do_not_hang_on_the_order_of_mentions() -> None:
    assert composites([GOUT, CEREBRAL, RETINAL]) == [(GOUT,), (RETINAL, CEREBRAL)]


def test_gaps_of_gold_and_other_types_tie_nothing() -> None:
    gold = replace(RETINAL, found_by="gold")
    other = replace(CEREBRAL, type="anatomy")
    assert composites([gold, CEREBRAL]) == [(gold,), (CEREBRAL,)]
    assert composites([RETINAL, other]) == [(RETINAL,), (other,)]
    signs = [replace(one, type="phenotype") for one in (RETINAL, CEREBRAL)]
    assert composites(signs) == [(one,) for one in signs]


def test_members_without_a_concept_leave_a_bar_out() -> None:
    assert composite((replace(RETINAL, curie=None), CEREBRAL), TEXT).curie == "X:3"
    nothing = [replace(one, curie=None) for one in (RETINAL, CEREBRAL)]
    assert composite(nothing, TEXT).curie is None


def test_pubtator_has_one_line_for_a_list() -> None:
    document = document_of(TEXT, RETINAL, SPINAL, CEREBRAL, GOUT, id="1", title=len(TEXT))
    lines = written("pubtator", document).decode().splitlines()
    assert [line.split("\t")[1:] for line in lines if "\t" in line] == [
        ["0", "35", "Retinal, spinal and cerebral oedema", "Disease", "X:1|X:2|X:3"],
        ["39", "43", "gout", "Disease", "X:4"],
    ]
