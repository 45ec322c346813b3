"""Cues of novelty: the place of a pair in the story that a text tells."""

from __future__ import annotations

import numpy as np

from onoma.relate.novelty_cues import CUES, novelty_cues
from tests.relate.relation_texts import marked

TEXT = (
    "A case. It is known that [gout|disease|D:1] follows [furosemide|chemical|C:1]. "
    "Here we asked what [colchicine|chemical|C:2] does. "
    "CONCLUSIONS: We found that [colchicine|chemical|C:2] relieves [gout|disease|D:1]."
)


def cues_of(first: str, second: str) -> dict[str, float]:
    text = marked("t", TEXT)
    keys = [entity.key for entity in text.entities]
    row = novelty_cues(text, [(keys.index(first), keys.index(second))])[0]
    return dict(zip(CUES, row.tolist(), strict=True))


def test_the_first_words_on_the_own_work_part_background_from_findings() -> None:
    known, found = cues_of("C:1", "D:1"), cues_of("C:2", "D:1")
    assert (known["before_aim"], known["after_aim"]) == (1, 0)
    assert (found["before_aim"], found["after_aim"]) == (0, 1)
    assert known["known_near"] > 0
    assert found["authors_near"] > 0
    assert (found["in_last"], known["in_last"]) == (1, 0)


def test_a_heading_holds_for_what_follows_it() -> None:
    assert cues_of("C:2", "D:1")["under_conclusion"] == 1
    assert cues_of("C:1", "D:1")["under_none"] == 1


def test_a_text_without_pairs_has_no_rows() -> None:
    assert novelty_cues(marked("t", TEXT), []).shape == (0, len(CUES))
    assert novelty_cues(marked("t", TEXT), [(0, 1)]).dtype == np.float32
