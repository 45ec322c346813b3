"""What is a novel finding: learnt from words, numbers and cues, written, and read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.relate.features import pair_ends, pair_rows, stacked
from onoma.relate.instances import RelationText
from onoma.relate.novelty_cues import novelty_cues
from onoma.relate.reader.wording import Wording, read_wordings, with_numbers, write_wordings
from tests.relate.relation_texts import DRUGS, HARMS, marked

pytest.importorskip("sklearn")

PAIR = [(0, 1)]
FOUND = "Title. Little is said of it. Here we found that {}."
KNOWN = "Title. It is well known that {}. Here we looked elsewhere."


def text_of(frame: str, drug: str, harm: str) -> RelationText:
    return marked("t", frame.format(f"[{drug}|chemical|D:1] causes [{harm}|disease|H:1]"))


def odds(wording: Wording, text: RelationText) -> float:
    rows = wording.beside_cues(pair_rows(text, PAIR), text, PAIR)
    return float(wording.margins(rows, pair_ends(text, PAIR))[0, 0])


def test_novelty_is_learnt_and_stays_the_same_in_its_file(tmp_path: Path) -> None:
    from onoma.relate.training.wording import learn_novelty

    texts = [text_of(f, d, h) for d in DRUGS for h in HARMS[:-1] for f in (FOUND, KNOWN)]
    rows = stacked([pair_rows(one, PAIR) for one in texts])
    cued = with_numbers(rows, np.concatenate([novelty_cues(one, PAIR) for one in texts]))
    gold = np.array([place % 2 == 0 for place in range(len(texts))])
    learnt = learn_novelty(cued, gold, most=60)
    new = [text_of(frame, DRUGS[0], HARMS[-1]) for frame in (FOUND, KNOWN)]
    assert odds(learnt, new[0]) > 0 > odds(learnt, new[1])
    write_wordings(tmp_path / "w.npz", {"novelty": learnt})
    again = read_wordings(tmp_path / "w.npz")["novelty"]
    assert [odds(again, one) for one in new] == [odds(learnt, one) for one in new]
    assert len(again.words.hashes) <= 60
