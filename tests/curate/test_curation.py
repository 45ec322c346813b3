"""Curation: who sees what, what is decided, what is taken back, what comes out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from onoma.curate import Curation, Part, Seat, Start, Verdict, start_curation
from onoma.curate.decisions import ADJUDICATION, LOG
from onoma.errors import BadFile, BadLine, BadSpan, Checksum, InputError, OnomaError, UnknownName
from tests.curate.conftest import TEXT, documents

Make = Callable[..., Curation]
ACCEPT, REJECT, PASS = Verdict("accept"), Verdict("reject"), Verdict("pass")


def relink(curie: str | None) -> Verdict:
    return Verdict("relink", (Part((), "disease", curie, curie),))


def keys(seat: Seat, **more: object) -> list[str]:
    return [one.item.key for one in seat.queue(**more)]  # type: ignore[arg-type]


def accept_all(seat: Seat, *but: str) -> None:
    for key in seat.curation.items:
        if key not in but:
            seat.decide(key, ACCEPT)


def test_what_is_doubtful_comes_first(make: Make) -> None:
    turns = Seat(make(), "anna").queue()
    values = [one.doubt for one in turns]
    assert values == sorted(values, reverse=True)
    assert turns[-1].item.key == "0.0"
    assert [name for name, _ in turns[0].item.doubt.reasons] == ["score", "nil", "once"]
    assert "no concept was found for it" in turns[0].item.doubt.words


def test_documents_can_be_read_through_the_most_doubtful_first(make: Make) -> None:
    found = keys(Seat(make(), "anna"), order="document")
    assert found[:2] == ["1.0", "1.1"]
    assert found.index("0.0") < found.index("0.1") < found.index("0.2")


def test_a_document_is_read_to_its_end(make: Make) -> None:
    seat = Seat(make(), "anna")
    seat.decide("1.0", ACCEPT)
    assert keys(seat, order="document")[0] == "1.1"


def test_the_queue_learns_from_what_its_reader_says_of_like_mentions(make: Make) -> None:
    seat = Seat(make(), "anna")
    before = {one.item.key: one.doubt for one in seat.queue()}
    seat.decide("1.0", REJECT)
    after = {one.item.key: one.doubt for one in seat.queue()}
    assert after["2.0"] > before["2.0"]
    assert after["2.1"] == before["2.1"]


def test_what_is_passed_over_comes_last(make: Make) -> None:
    seat = Seat(make(), "anna")
    first = keys(seat)[0]
    seat.decide(first, PASS)
    assert keys(seat)[-1] == first
    assert seat.progress().passed == 1
    assert seat.progress().decided == 0


def test_a_decision_holds_for_all_alike(make: Make) -> None:
    seat = Seat(make(), "anna")
    made = seat.decide("1.0", ACCEPT, alike=True)
    assert made.items == ("1.0", "2.0")
    assert seat.progress().decided == 2
    seat.undo()
    assert seat.progress().decided == 0


def test_the_same_decision_twice_is_one(make: Make) -> None:
    seat = Seat(make(), "anna")
    assert seat.decide("1.0", ACCEPT) == seat.decide("1.0", ACCEPT)
    assert len(seat.curation.log.read()) == 1


def test_what_is_undone_is_as_it_was_before(make: Make) -> None:
    seat = Seat(make(), "anna")
    first = seat.decide("1.0", ACCEPT)
    second = seat.decide("1.0", REJECT)
    assert seat.undo() == second
    assert seat.curation.outcomes("anna")["1.0"] != ()
    assert seat.undo(first.number) == first
    assert seat.undo(first.number) == first
    assert "1.0" not in seat.curation.outcomes("anna")
    assert seat.undo() is None
    assert len(seat.curation.log.read()) == 4


def test_readers_do_not_see_each_other(make: Make) -> None:
    curation = make("anna", "ben")
    anna, ben = Seat(curation, "anna"), Seat(curation, "ben")
    anna.decide("1.0", REJECT)
    anna.add("a", Part(((10, 16),), "process"))
    assert len(keys(ben)) == 7
    assert all(one.decision is None for one in ben.turns("a"))
    assert [one.item.key for one in ben.turns("a")] == ["0.0", "0.1", "0.2"]
    with pytest.raises(UnknownName):
        ben.undo(1)
    with pytest.raises(UnknownName):
        Seat(curation, "carla")


def test_another_process_is_seen_at_the_next_look(make: Make) -> None:
    curation = make()
    seat = Seat(curation, "anna")
    Seat(Curation.open(curation.folder), "anna").decide("1.0", ACCEPT)
    assert seat.progress().decided == 1
    assert seat.decide("1.1", ACCEPT).number == 2


def test_a_line_cut_short_decides_nothing_and_is_written_over(make: Make) -> None:
    curation = make()
    seat = Seat(curation, "anna")
    seat.decide("1.0", ACCEPT)
    seat.decide("1.1", ACCEPT)
    log = curation.folder / LOG
    whole = log.read_bytes()
    for cut in range(whole.index(b"\n") + 1, len(whole)):
        log.write_bytes(whole[:cut])
        again = Seat(Curation.open(curation.folder), "anna")
        assert again.progress().decided == 1
    assert again.decide("2.0", ACCEPT).number == 2
    assert Seat(Curation.open(curation.folder), "anna").progress().decided == 2


def test_a_damaged_line_in_the_middle_is_named(make: Make) -> None:
    curation = make()
    seat = Seat(curation, "anna")
    seat.decide("1.0", ACCEPT)
    seat.decide("1.1", ACCEPT)
    log = curation.folder / LOG
    log.write_bytes(log.read_bytes().replace(b"accept", b"reject", 1))
    with pytest.raises(BadLine, match="line 1"):
        Curation.open(curation.folder).log.read()


def test_documents_that_were_changed_are_not_read(make: Make) -> None:
    curation = make()
    path = curation.folder / "documents.jsonl"
    path.write_bytes(path.read_bytes().replace(b"rash", b"rusk"))
    with pytest.raises(Checksum):
        _ = Curation.open(curation.folder).documents
    (curation.folder / "curation.json").write_bytes(b"{}")
    with pytest.raises(BadFile):
        Curation.open(curation.folder)


def test_a_split_gives_its_parts(make: Make) -> None:
    curation = make()
    seat = Seat(curation, "anna")
    accept_all(seat, "0.1")
    breast, cancer = TEXT.index("breast"), TEXT.index("ovarian")
    seat.decide("0.1", Verdict("split", (
        Part(((breast, breast + 6), (TEXT.index("cancer"), TEXT.index("cancer") + 6)), "disease",
             "MONDO:2", "breast cancer"),
        Part(((cancer, cancer + 14),), "disease", "MONDO:3", "ovarian cancer"),
    )))  # fmt: skip
    found = next(curation.curated()).mentions
    assert [(one.text, one.curie) for one in found[1:3]] == [
        ("breast and ovarian cancer", "MONDO:2"),
        ("ovarian cancer", "MONDO:3"),
    ]
    assert found[1].spans == ((18, 24), (37, 43))


def test_curated_documents_are_those_that_are_through(make: Make) -> None:
    curation = make()
    seat = Seat(curation, "anna")
    assert list(curation.curated()) == []
    seat.decide("2.0", relink("HP:9"))
    seat.decide("2.1", REJECT)
    seat.add("c", Part(((6, 9),), "process", None, None))
    (done,) = curation.curated()
    assert [(m.text, m.type, m.curie, m.found_by) for m in done.mentions] == [
        ("Fever", "disease", "HP:9", "dictionary"),
        ("and", "process", None, "curator"),
    ]
    assert ("decided", "curator") in done.mentions[0].metadata
    every = list(curation.curated(only_done=False))
    assert [one.id for one in every] == ["a", "b", "c"]
    assert every[0] == curation.documents[0]


def test_two_readers_then_an_adjudicator(make: Make) -> None:
    curation = make("anna", "ben")
    anna, ben = Seat(curation, "anna"), Seat(curation, "ben")
    accept_all(anna)
    accept_all(ben, "2.0", "2.1")
    ben.decide("2.0", relink("HP:9"))
    assert list(curation.differences()) == ["2.0"]
    assert [one.id for one in curation.curated()] == ["a", "b"]
    ben.decide("2.1", ACCEPT)
    ben.add("c", Part(((6, 9),), "process"))
    assert list(curation.differences()) == ["2.0", "2+6-9"]
    carla = Seat(curation, "carla", stage=ADJUDICATION)
    turns = carla.queue()
    assert [one.item.key for one in turns] == ["2.0", "2+6-9"]
    assert {one[0].curie for one in turns[0].readings} == {"HP:1", "HP:9"}
    assert sorted(map(len, turns[1].readings)) == [0, 1]
    carla.decide("2.0", relink("HP:9"))
    assert len(list(curation.curated())) == 2
    carla.decide("2+6-9", ACCEPT)
    done = list(curation.curated())[2]
    assert [one.curie for one in done.mentions] == ["HP:9", None, "HP:2"]
    carla.decide("2+6-9", REJECT)
    assert len(list(curation.curated())[2].mentions) == 2
    with pytest.raises(InputError, match="carla adjudicates"):
        Seat(curation, "dora", stage=ADJUDICATION)


def test_a_reader_does_not_adjudicate_unless_named(make: Make) -> None:
    with pytest.raises(InputError, match="does not adjudicate"):
        Seat(make("anna", "ben"), "anna", stage=ADJUDICATION)
    Seat(make("anna", "ben", adjudicator="anna", name="other"), "anna", stage=ADJUDICATION)
    with pytest.raises(InputError, match="nothing to adjudicate"):
        Seat(make(name="third"), "carla", stage=ADJUDICATION)


@pytest.mark.parametrize(
    ("verdict", "error"),
    [
        (Verdict("split", (Part(((0, 10),), "disease"),)), BadSpan),
        (Verdict("split", (Part(((18, 200),), "disease"),)), BadSpan),
        (Verdict("split", (Part(((18, 24),), "disease"),) * 2), InputError),
        (Verdict("split", (Part((), "disease"),)), InputError),
        (Verdict("relink", (Part((), "illness"),)), UnknownName),
    ],
)
def test_what_does_not_fit_is_refused(
    make: Make, verdict: Verdict, error: type[OnomaError]
) -> None:
    seat = Seat(make(), "anna")
    with pytest.raises(error):
        seat.decide("0.1", verdict)
    assert not seat.curation.log.read()


def test_a_verdict_has_the_parts_it_needs() -> None:
    with pytest.raises(InputError, match="takes 1 parts"):
        Verdict("relink")
    with pytest.raises(UnknownName):
        Verdict("maybe")


def test_a_missed_mention_that_is_there_is_not_added(make: Make) -> None:
    seat = Seat(make(), "anna")
    with pytest.raises(InputError, match="there already"):
        seat.add("c", Part(((0, 5),), "disease", "HP:1", "Fever"))
    with pytest.raises(UnknownName):
        seat.add("z", Part(((0, 5),), "disease"))


def test_an_addition_can_be_taken_out_again(make: Make) -> None:
    seat = Seat(make(), "anna")
    (key,) = seat.add("c", Part(((6, 9),), "process")).items
    assert [one.item.key for one in seat.turns("c")] == ["2.0", key, "2.1"]
    seat.decide(key, REJECT)
    assert [one.item.key for one in seat.turns("c")] == ["2.0", "2.1"]


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (Start(readers=()), "one or two readers"),
        (Start(readers=("a", "a")), "one or two readers"),
        (Start(readers=("../x",)), "no name for a reader"),
        (Start(types=("gene",)), "no mention"),
        (Start(choice="best"), "no choice"),
    ],
)
def test_a_start_that_cannot_be(tmp_path: Path, start: Start, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        start_curation(tmp_path / "it", documents(), start)
    assert not (tmp_path / "it").exists()


def test_a_folder_in_use_is_left_alone(make: Make) -> None:
    make()
    with pytest.raises(InputError, match="something already"):
        make()


def test_documents_are_chosen_by_doubt_chance_or_order(make: Make) -> None:
    count = itertools.count()

    def ids(**more: object) -> list[str]:
        curation = make(name=f"{next(count)}", **more)
        return [one.id for one in curation.documents]

    assert ids(documents=1) == ["b"]
    assert ids(documents=2, choice="first") == ["a", "b"]
    assert ids(documents=2, choice="chance", seed=3) == ids(documents=2, choice="chance", seed=3)
    assert ids(types=("chemical",), documents=1) == ["a"]
