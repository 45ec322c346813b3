"""How two readers agree."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from onoma.curate import Curation, Part, Seat, Verdict, agreement
from onoma.curate.decisions import ADJUDICATION
from onoma.errors import InputError

Make = Callable[..., Curation]


def decided(make: Make) -> Curation:
    """Return a curation in which the readers differ on a concept, a mention and an addition."""
    curation = make("anna", "ben")
    for reader in ("anna", "ben"):
        seat = Seat(curation, reader)
        for key in curation.items:
            seat.decide(key, Verdict("reject" if key == "0.2" else "accept"))
    ben = Seat(curation, "ben")
    ben.decide("1.0", Verdict("relink", (Part((), "disease", "HP:7", "chill"),)))
    ben.decide("2.1", Verdict("reject"))
    ben.add("c", Part(((6, 9),), "process"))
    return curation


def test_figures_are_those_reckoned_by_hand(make: Make) -> None:
    found = agreement(decided(make))
    assert (found.documents, found.items, found.differences, found.adjudicated) == (3, 7, 3, 0)
    assert found.same.value == pytest.approx(5 / 7)
    # kept: 6 of 7 alike; anna keeps 6, ben 5
    chance = (6 * 5 + 1 * 2) / 49
    assert found.kept.value == pytest.approx((6 / 7 - chance) / (1 - chance))
    # mentions: anna 6, ben 6 (one his own), 5 in common; with concepts 4
    assert found.mentions.value == pytest.approx(10 / 12)
    assert found.linked.value == pytest.approx(8 / 12)
    assert found.mentions.low <= found.mentions.value <= found.mentions.high


def test_adjudicated_differences_are_counted(make: Make) -> None:
    curation = decided(make)
    Seat(curation, "carla", stage=ADJUDICATION).decide("1.0", Verdict("accept"))
    found = agreement(curation)
    assert (found.differences, found.adjudicated) == (3, 1)


def test_nothing_decided_is_no_figure(make: Make) -> None:
    found = agreement(make("anna", "ben"))
    assert found.items == 0
    assert math.isnan(found.same.value)


def test_one_reader_agrees_with_nobody(make: Make) -> None:
    with pytest.raises(InputError):
        agreement(make())
