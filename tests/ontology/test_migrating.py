"""Results follow what a vocabulary replaced, and nothing else in them changes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from onoma.errors import BadLine, InputError
from onoma.ontology.listing import list_concepts
from onoma.ontology.migrating import (
    COLUMNS,
    Move,
    Successors,
    apply_moves,
    change_set,
    read_change_set,
)
from onoma.ontology.reading import Ledger
from onoma.ontology.result_files import detect
from onoma.types import Concept

CONCEPTS = (
    Concept("HP:0000001", "one", former=("HP:0000011",)),
    Concept("HP:0000002", "two"),
    Concept("HP:0000021", "obsolete", is_obsolete=True, replaced_by="HP:0000011"),
    Concept("HP:0000031", "obsolete", is_obsolete=True, consider=("HP:0000002",)),
    Concept("HP:0000041", "obsolete", is_obsolete=True, replaced_by="HP:0000099"),
)


@pytest.fixture
def successors() -> Successors:
    return Successors(list_concepts(CONCEPTS, Ledger(version="v2")))


def migrated(path: Path, successors: Successors, *, prefix: str = "") -> bytes:
    stream = io.BytesIO()
    apply_moves(path, change_set(path, successors, prefix=prefix), stream, prefix=prefix)
    return stream.getvalue()


def mention(curie: str | None, *others: str) -> dict[str, object]:
    return {"start": 0, "end": 1, "curie": curie, "label": "old", "alternatives": list(others)}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    mentions = {
        "a": [mention("HP:0000011", "HP:0000001", "HP:0000021"), mention("HP:0000011")],
        "b": [mention("HP:0000031"), mention(None), mention("MONDO:0000011")],
        "c": [mention("HP:0000021"), mention("HP:0000041"), mention("HP:0000077")],
    }
    rows = ({"id": one, "x": 1.50, "mentions": found} for one, found in mentions.items())
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_change_set_says_what_why_and_how_often(notes: Path, successors: Successors) -> None:
    why = "replaced in v2"
    assert change_set(notes, successors) == [
        Move("replace", "HP:0000011", "HP:0000001", "one", 2, 0, 1, why),
        Move("replace", "HP:0000021", "HP:0000001", "one", 1, 1, 2, f"{why}, through HP:0000011"),
        Move("review", "HP:0000031", "", "", 1, 0, 1, "obsolete in v2; consider HP:0000002 two"),
        Move("review", "HP:0000041", "", "", 1, 0, 1, "its replacement HP:0000099 is not in v2"),
        Move("review", "HP:0000077", "", "", 1, 0, 1, "not known in v2"),
    ]


def test_json_lines_follow_replacements_and_lose_nothing(
    notes: Path, successors: Successors
) -> None:
    before, after = notes.read_bytes().splitlines(), migrated(notes, successors).splitlines()
    first = json.loads(after[0])
    assert [m["curie"] for m in first["mentions"]] == ["HP:0000001", "HP:0000001"]
    assert first["mentions"][0] == mention("HP:0000001") | {"label": "one"}
    assert first["x"] == 1.5
    assert after[1] == before[1]  # obsolete with suggestions alone: never changed
    assert [m["curie"] for m in json.loads(after[2])["mentions"]] == [
        "HP:0000001", "HP:0000041", "HP:0000077",
    ]  # fmt: skip


def test_a_second_migration_finds_nothing_to_replace(
    notes: Path, successors: Successors, tmp_path: Path
) -> None:
    again = tmp_path / "again.jsonl"
    again.write_bytes(migrated(notes, successors))
    assert {move.action for move in change_set(again, successors)} == {"review"}
    assert migrated(again, successors) == again.read_bytes()


def test_pubtator_ids_of_several_parts_and_without_prefix(
    tmp_path: Path, successors: Successors
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "1|t|HP:0000011 stays\there\n1|a|Text\n"
        "1\t0\t2\tHP\tPhenotype\t0000011|HP:0000002\n"
        "1\tCause\t0000021\tMESH:D1\n\n"
    )
    assert detect(path) == "pubtator"
    assert migrated(path, successors, prefix="HP").decode().splitlines() == [
        "1|t|HP:0000011 stays\there",
        "1|a|Text",
        "1\t0\t2\tHP\tPhenotype\t0000001|HP:0000002",
        "1\tCause\t0000001\tMESH:D1",
        "",
    ]


def test_a_table_of_mentions(tmp_path: Path, successors: Successors) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        "id\tcurie\tlabel\talternatives\n"
        "d\tHP:0000011\told\tHP:0000001|HP:0000002\n"
        "d\tHP:0000002\ttwo\t-\n"
        "d\t-\t-\tHP:0000021|HP:0000002\n"
    )
    assert migrated(path, successors).decode().splitlines()[1:] == [
        "d\tHP:0000001\tone\tHP:0000002",
        "d\tHP:0000002\ttwo\t-",
        "d\t-\t-\tHP:0000001|HP:0000002",
    ]


def test_an_edited_change_set_is_what_is_done(notes: Path) -> None:
    lines = ["\t".join(COLUMNS), "replace\tHP:0000031\tHP:0000002\ttwo\t1\t0\t1\tseen by me"]
    stream = io.BytesIO()
    assert apply_moves(notes, read_change_set(lines, "c.tsv"), stream) == 1
    record = json.loads(stream.getvalue().splitlines()[1])
    assert record["mentions"][0]["curie"] == "HP:0000002"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["a\tb"], "no head line"),
        (["\t".join(COLUMNS), "drop\tHP:1"], "8 cells"),
        (["\t".join(COLUMNS), "replace\tHP:1\t-\t-\t1\t0\t1\t-"], "without its new id"),
    ],
)
def test_a_malformed_change_set_is_refused(lines: list[str], words: str) -> None:
    with pytest.raises(BadLine, match=words):
        read_change_set(lines, "c.tsv")


def test_what_is_no_result_is_refused(tmp_path: Path, successors: Successors) -> None:
    path = tmp_path / "a.txt"
    path.write_text("hello\n")
    with pytest.raises(InputError, match="no results"):
        change_set(path, successors)
    path.write_text('{"id": \n')
    with pytest.raises(BadLine, match="line 1"):
        change_set(path, successors)


def test_a_ring_of_replacements_ends(tmp_path: Path) -> None:
    ring = (
        Concept("HP:1", "a", is_obsolete=True, replaced_by="HP:2"),
        Concept("HP:2", "b", is_obsolete=True, replaced_by="HP:1"),
        Concept("HP:3", "c"),
    )
    fate = Successors(list_concepts(ring, Ledger(version="v"))).fate("HP:1")
    assert fate == ("review", "", "its replacement HP:2 is not in v")
