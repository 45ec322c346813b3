"""The memory of the guards' answers."""

from __future__ import annotations

import numpy as np

from onoma.recognize.verdicts import SLOT_BITS, UNPACKED, WAYS, Verdicts


def questions(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 1 << 62, count, dtype=np.uint64)


def test_what_was_kept_is_answered_and_nothing_else() -> None:
    verdicts, asked = Verdicts(), questions(500, 1)
    answers = asked % 3 == 0
    verdicts.keep(asked, answers)
    found, open_ = verdicts.look_up(asked)
    known = np.setdiff1d(np.arange(len(asked)), open_)
    assert len(known) > 490  # two of one batch may want the same slot
    assert (found[known] == answers[known]).all()
    _, others = verdicts.look_up(questions(500, 2))
    assert len(others) == 500


def test_a_full_bucket_drives_one_out_and_never_lies() -> None:
    verdicts, asked = Verdicts(), questions((1 << SLOT_BITS) * 2, 3)
    answers = asked % 5 == 0
    for begin in range(0, len(asked), 1000):
        verdicts.keep(asked[begin : begin + 1000], answers[begin : begin + 1000])
    found, open_ = verdicts.look_up(asked)
    known = np.setdiff1d(np.arange(len(asked)), open_)
    assert len(asked) // (2 * WAYS) < len(known) <= 1 << SLOT_BITS
    assert (found[known] == answers[known]).all()


def test_a_question_without_a_number_is_never_kept() -> None:
    verdicts, asked = Verdicts(), np.array([UNPACKED], np.uint64)
    verdicts.keep(asked, np.array([True]))
    assert verdicts.look_up(asked)[1].tolist() == [0]
