"""The relation reader that ships: what it says of a text, and how it keeps its promises."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile, Inconsistent, ModelMissing
from onoma.relate.instances import Entity, RelationText
from onoma.relate.reader import Reader, Reading, load_reader, shipped_reader
from onoma.relate.reader.folder import Scale
from onoma.relate.reader.kinds import TYPES
from onoma.relate.reader.sheets import ZONES, make_sheets
from onoma.relate.reader.trunk import Pieces
from onoma.relate.reader.upper import gathered

TEXT = (
    "Haloperidol induced dystonia in two men. Both had taken haloperidol for a week. "
    "The dystonia went away when the drug was stopped. Aspirin was given for headache."
)


def _places(word: str) -> tuple[tuple[int, int], ...]:
    low, found, at = TEXT.lower(), [], -1
    while (at := low.find(word, at + 1)) >= 0:
        found.append((at, at + len(word)))
    return tuple(found)


def _text() -> RelationText:
    stops = [i + 1 for i, c in enumerate(TEXT) if c == "."]
    starts = [0, *(stop + 1 for stop in stops[:-1])]
    entities = (
        Entity("MESH:D006220", "drug", _places("haloperidol"), "haloperidol"),
        Entity("MESH:D004421", "disease", _places("dystonia"), "dystonia"),
        Entity("MESH:D001241", "drug", _places("aspirin"), "aspirin"),
        Entity("MESH:D006261", "disease", _places("headache"), "headache"),
    )
    return RelationText("t", TEXT, tuple(zip(starts, stops, strict=True)), entities)


@cache
def _reader() -> Reader:
    return load_reader()


def test_the_reader_finds_what_a_text_states_with_its_evidence() -> None:
    ties = _reader().for_task("cid").relate([_text()])[0]
    best = max(ties, key=lambda tie: tie.score)
    assert (best.first, best.second, best.kind) == (0, 1, "CID")
    assert 0 < best.score <= 1
    first = best.evidence[0]
    assert TEXT[first.start : first.end].count("dystonia") >= 1
    assert TEXT[slice(*first.subject)].lower() == "haloperidol"


def test_kinds_are_named_with_their_task_and_company_changes_nothing() -> None:
    empty = RelationText("e", "", (), ())
    alone = _reader().relate([_text()])[0]
    other = RelationText("o", "Nothing here.", ((0, 13),), ())
    found = _reader().relate([other, _text(), empty])
    assert found == [(), alone, ()]
    assert alone
    assert all(tie.kind.partition("/")[0] in _reader().card.heads.tasks for tie in alone)


def test_each_place_of_a_text_is_in_a_zone_of_each_marker() -> None:
    text = _text()
    words = [(i, i + len(w)) for w, i in _words()]
    starts, ends = np.array(words).T
    pieces = Pieces(starts, ends, np.ones((len(words), 4), np.float32))
    (sheet,) = make_sheets(text, pieces, [(0, 1), (2, 1)], types=TYPES)
    assert sheet.zones.shape == (2, len(sheet.owner), len(words))
    own = sheet.zones[0, 0] == ZONES.index("own")
    assert own.tolist().index(True) == 0
    assert own.sum() == 1
    assert (sheet.zones[1, 0] == ZONES.index("partner")).tolist() == own.tolist()
    by_sentence = make_sheets(text, pieces, [(0, 1)], types=TYPES, by_sentence=True)
    assert sum(len(one.types) for one in by_sentence) < len(words)


def _words() -> list[tuple[str, int]]:
    found, at = [], 0
    for word in TEXT.split():
        at = TEXT.index(word, at)
        found.append((word.strip("."), at))
        at += len(word)
    return found


def test_scores_of_mentions_are_summed_as_chances_are() -> None:
    scores = np.array([[0.0, 1.0], [0.0, 3.0], [2.0, 2.0]], np.float32)
    found = gathered(scores, np.array([0, 0, 2]), 3)
    assert np.allclose(found[0], np.log([2, np.e + np.e**3]), atol=1e-5)
    assert found[1].tolist() == [0, 0]


def test_a_scale_gives_chances_that_sum_to_one() -> None:
    scale = Scale(1.0, 0.5, (0.1, -0.2), 0.4)
    found = scale.chances(np.array([[0.0, 1, 2]], np.float32), np.array([[0.3, -1]], np.float32))
    assert np.isclose(found.sum(), 1)


def test_damaged_and_foreign_folders_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train relations"):
        load_reader(tmp_path)
    folder = tmp_path / "reader"
    shutil.copytree(shipped_reader(), folder)
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | {"tagger": "0" * 64}))
    with pytest.raises(Inconsistent, match="tagger of checksum"):
        load_reader(folder)
    (folder / "card.json").write_text(json.dumps(card | {"zones": []}))
    with pytest.raises(BadFile, match="saw other things"):
        load_reader(folder)
    (folder / "card.json").write_text(json.dumps(card))
    (folder / "upper.onnx").write_bytes(b"no model")
    with pytest.raises(BadFile, match="cannot be run"):
        load_reader(folder)


def test_agreement_is_the_share_of_members_that_say_the_same() -> None:
    both = Scale(1.0, 0.5, (0.0,), 0.3)
    scores, odds = np.array([[0.0, 2.0]], np.float32), np.array([[-2.0]], np.float32)
    members = tuple(one.chances(scores, odds) for one in both.members())
    none = np.empty((0, 4), np.int64)
    empty = np.empty(0, np.int64)
    chances = both.chances(scores, odds)
    reading = Reading(((0, 1),), chances, chances[:, 0], none, empty, chances[:0], members)
    assert members[0][0, 1] > 0.5 > members[1][0, 1]
    assert (reading.agreement(0, 1), reading.agreement(0, 0)) == (0.5, 0.5)
    assert Scale(1.0, 0.0, (0.0,), 0.3).members() == ()


def test_a_relation_read_by_network_and_words_tells_their_agreement() -> None:
    ties = _reader().for_task("cid").relate([_text()])[0]
    assert {tie.agreement for tie in ties} <= {0.0, 0.5, 1.0}
