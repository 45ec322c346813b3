"""What speaks for a span: names, tags, what both cover, echoes and short forms."""

from __future__ import annotations

import re

import numpy as np
import pytest

from onoma.pipeline.span_evidence import COLUMNS, FAR, Places, Proposals, Thought, log_odds, propose
from onoma.types import Abbreviation, AnnotatedDocument, Document, Mention, Span

TEXT = "Nephropathy of contrast (NOC) is feared; NOC and nephropathy of contrast recur, novel NOCs."


def thought(text: str, tags: dict[Span, float]) -> Thought:
    words = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    odds = np.full((len(words), 3), -FAR, np.float32)
    for row, (start, end) in zip(odds, words, strict=True):
        if any(low <= start and end <= high for low, high in tags):
            row[0] = 3.0
    start, end = np.array(words, np.int64).T
    return Thought(start, end, odds, tags)


def mention(text: str, start: int, end: int) -> Mention:
    return Mention(start, end, text[start:end], "disease", "X:1", "x", 0.9, "dictionary",
                   ((start, end),), scope="label")  # fmt: skip


def document(text: str, *pairs: Abbreviation) -> AnnotatedDocument:
    return AnnotatedDocument(document=Document("1", text), abbreviations=pairs)


def cell(found: Proposals, span: Span, column: str) -> float:
    return float(found.table[found.spans.index(span), COLUMNS.index(column)])


def test_names_tags_and_what_both_cover_are_proposed() -> None:
    text = "severe renal failure persisted"
    found = propose(document(text), [mention(text, 7, 20)], thought(text, {(0, 12): 0.8}))
    assert found.spans == ((0, 12), (0, 20), (7, 20))
    assert cell(found, (7, 20), "named") == 1
    assert cell(found, (0, 12), "tagged score") == pytest.approx(0.8)
    assert cell(found, (0, 20), "holds a name") == cell(found, (0, 20), "holds a tag") == 1
    assert cell(found, (7, 20), "in a name") == 0
    assert cell(found, (7, 20), "other tag") == pytest.approx(0.8)
    assert cell(found, (0, 12), "words") == 2


def test_short_forms_of_a_tag_are_proposed_wherever_they_stand() -> None:
    pair = Abbreviation("NOC", "Nephropathy of contrast", 25, 28, 0, 23)
    found = propose(document(TEXT, pair), [], thought(TEXT, {(0, 23): 0.9}))
    second = TEXT.index("NOC", 30)
    assert found.spans == ((0, 23), (25, 28), (second, second + 3))  # neither "NOCs" nor "neph..."
    assert cell(found, (second, second + 3), "long form") == pytest.approx(0.9)
    assert cell(found, (0, 23), "long form") == 0


def test_the_same_string_elsewhere_is_proposed_and_told() -> None:
    text = "RIHA occurs. RIHA was mild. PARIHA is not."
    found = propose(document(text), [], thought(text, {(0, 4): 0.7}))
    assert found.spans == ((0, 4), (13, 17))
    assert cell(found, (13, 17), "same elsewhere") == pytest.approx(0.7)
    assert cell(found, (13, 17), "share of same") == 1
    assert cell(found, (0, 4), "same elsewhere") == 0


def test_whether_namespaces_are_asked_for_is_told() -> None:
    text = "gout"
    for is_bound in (False, True):
        found = propose(document(text), [mention(text, 0, 4)], thought(text, {}), is_bound=is_bound)
        assert cell(found, (0, 4), "namespaces") == is_bound


def test_log_odds_are_of_part_begin_and_inside() -> None:
    odds = log_odds(np.log(np.array([[0.5, 0.25, 0.25], [1.0, 1e-30, 1e-30]], np.float32)))
    assert odds[0].tolist() == pytest.approx([0.0, -np.log(3), -np.log(3)], abs=1e-5)
    assert odds[1].tolist() == pytest.approx([-FAR] * 3, abs=1e-3)


def test_places_gives_what_touches() -> None:
    places = Places([(0, 4), (2, 9), (9, 12)])
    assert places.touching((3, 9)) == [(0, 4), (2, 9)]
    assert places.touching((12, 13)) == []


def test_a_document_of_many_mentions_takes_no_square_of_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each span is compared with those that touch it, not with all of the document."""
    compared = 0
    touching = Places.touching

    def counted(self: Places, span: Span) -> list[Span]:
        nonlocal compared
        found = touching(self, span)
        compared += len(found)
        return found

    monkeypatch.setattr(Places, "touching", counted)
    steps = {}
    for count in (100, 2000):
        text = "renal failure and " * count
        spans = [(18 * n, 18 * n + 13) for n in range(count)]
        names = [mention(text, *span) for span in spans]
        compared = 0
        found = propose(document(text), names, thought(text, dict.fromkeys(spans[::2], 0.9)))
        assert len(found.spans) == count
        steps[count] = compared
    assert 0 < steps[2000] <= 20 * steps[100]
