"""Medication tables: what is found, what belongs to what, and that cells quote the text."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onoma
from onoma.extract.drugs import Codes, with_spans
from onoma.extract.medications import MedicationReader, make_reader
from onoma.extract.rows import HEAD, PARTS, Medication, plain_cells, record
from onoma.types import Document, FailedDocument

NOTES = Path(__file__).parents[2] / "bench" / "medication_notes"


@cache
def reader() -> MedicationReader:
    return make_reader()


def rows(text: str) -> tuple[Medication, ...]:
    return next(reader().read([text])).rows


def words(row: Medication) -> dict[str, str]:
    return {name: cell.text for name, cell in row.parts()}


def test_a_line_of_a_list_gives_all_its_parts() -> None:
    (row,) = rows("Albuterol inhaler 2 puffs q4h prn wheezing")
    assert words(row) == {
        "dose": "2 puffs",
        "form": "inhaler",
        "frequency": "q4h prn",
        "reason": "wheezing",
    }
    assert row.codes[0] == "DRUGBANK:DB01001"


def test_values_are_in_one_spelling() -> None:
    (row,) = rows("Amoxicillin 1,000 MG p.o. every 8 hours for ten days.")
    values = {name: cell.value for name, cell in row.parts()}
    assert values == {
        "dose": "1000 mg",
        "route": "oral",
        "frequency": "3/day",
        "duration": "10 d",
    }


def test_a_strength_is_told_from_a_dose() -> None:
    (row,) = rows("Lisinopril 20 mg tablet\nTake 1 tablet by mouth daily")
    assert words(row)["strength"] == "20 mg"
    assert words(row)["dose"] == "1 tablet"
    (row,) = rows("Amoxicillin 250 mg/5 mL suspension 5 mL twice a day")
    assert (words(row)["strength"], words(row)["dose"]) == ("250 mg/5 mL", "5 mL")


def test_a_taper_has_a_row_a_step() -> None:
    found = rows("Prednisone 40 mg PO daily for 5 days, then 20 mg daily for 5 days.")
    assert [(r.step, words(r)["dose"], words(r)["duration"]) for r in found] == [
        (1, "40 mg", "for 5 days"),
        (2, "20 mg", "for 5 days"),
    ]
    assert words(found[1])["route"] == "PO"


def test_parts_before_a_name_belong_to_it() -> None:
    found = rows("He got IV vancomycin, oral metronidazole and 40 mg of furosemide.")
    assert [(r.text, words(r)) for r in found] == [
        ("vancomycin", {"route": "IV"}),
        ("metronidazole", {"route": "oral"}),
        ("furosemide", {"dose": "40 mg"}),
    ]


def test_what_is_said_of_a_list_is_said_of_each() -> None:
    found = rows("She takes aspirin and clopidogrel daily for angina.")
    assert [words(r) for r in found] == [{"frequency": "daily", "reason": "angina"}] * 2


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Started lisinopril 10 mg.", "started"),
        ("Lisinopril was started.", "started"),
        ("Continue lisinopril.", "continued"),
        ("We stopped the use of lisinopril.", "stopped"),
        ("Lisinopril, which was discontinued last week", "stopped"),
        ("Lisinopril was held for the scan.", "held"),
        ("Increase lisinopril to 40 mg.", "increased"),
        ("Lisinopril was reduced to 5 mg.", "decreased"),
        ("She takes lisinopril 10 mg daily.", "current"),
        ("Treated with lisinopril.", "given"),
        ("He completed lisinopril.", "completed"),
        ("Previously on lisinopril.", "past"),
        ("I recommend lisinopril 5 mg.", "planned"),
        ("He denies taking lisinopril.", "not taken"),
        ("She declined lisinopril.", "not taken"),
        ("Allergic to lisinopril.", "allergy"),
        ("Lisinopril is an ACE inhibitor.", ""),
    ],
)
def test_status_is_what_the_words_around_say(text: str, status: str) -> None:
    assert rows(text)[0].status == status


def test_a_switch_stops_one_and_starts_the_other() -> None:
    for text in (
        "Switched from warfarin to apixaban 5 mg bid.",
        "We replaced warfarin with apixaban.",
        "Warfarin was replaced by apixaban.",
    ):
        assert [r.status for r in rows(text)] == ["stopped", "started"], text


def test_sections_say_what_stands_below_them() -> None:
    text = "Medications:\nMetformin\nZorvaxil\n\nStop taking:\nNaproxen\n\nAllergies: codeine\n"
    assert [(r.text, r.status) for r in rows(text)] == [
        ("Metformin", "current"),
        ("Zorvaxil", "current"),
        ("Naproxen", "stopped"),
        ("codeine", "allergy"),
    ]


def test_values_of_the_laboratory_are_no_doses() -> None:
    assert not rows("Potassium 4.2 mmol/L, glucose 110 mg/dL, sodium was 138.")
    assert rows("Given potassium 40 mEq PO.")[0].text == "potassium"
    assert not rows("He drinks alcohol daily and smokes tobacco.")
    assert len(rows("On atorvastatin 20 mg daily for cholesterol.")) == 1
    (row,) = rows("Digoxin 0.125 mg daily; stage IV cancer.")
    assert "route" not in words(row)


def test_unknown_names_before_doses_are_kept_without_a_code() -> None:
    (row,) = rows("Start Zorvaxil 20 mg daily.")
    assert (row.text, row.curie, row.codes) == ("Zorvaxil", None, ())


def test_products_lead_to_their_substance() -> None:
    (row,) = rows("Synthroid 88 mcg daily.")
    assert "DRUGBANK:DB00451" in row.codes
    (row,) = rows("Advair 250/50 one puff bid.")
    assert (row.curie, row.label) == ("MESH:D000068297", "Fluticasone-Salmeterol Drug Combination")
    (row,) = rows("Biktarvy one tablet daily.")
    assert (row.curie, row.label) == (None, "bictegravir + emtricitabine + tenofovir")


def test_a_second_name_in_brackets_is_no_second_medicine() -> None:
    (row,) = rows("warfarin (Coumadin) 5 mg nightly")
    assert words(row) == {"dose": "5 mg", "frequency": "nightly"}


def test_a_heading_that_is_a_problem_is_the_reason() -> None:
    text = "Gout.\n- Start allopurinol 100 mg daily.\n\nAsthma.\n- Continue albuterol.\n"
    assert [words(r).get("reason") for r in rows(text)] == ["Gout", "Asthma"]


@pytest.mark.parametrize("path", sorted(NOTES.glob("*.txt")), ids=lambda path: path.stem)
def test_notes_give_the_medicines_that_were_planted(path: Path) -> None:
    with path.with_suffix(".tsv").open(encoding="utf-8", newline="") as stream:
        planted = list(csv.DictReader(stream, delimiter="\t"))
    found = rows(path.read_text(encoding="utf-8"))
    assert [r.text for r in found] == [row["drug"] for row in planted]
    right = total = 0
    for row, want in zip(found, planted, strict=True):
        got = {name: " ".join(text.split()) for name, text in words(row).items()}
        right += sum(got.get(name, "") == want[name] for name in PARTS)
        total += len(PARTS)
    assert right / total > 0.9


SCRAPS = (
    "aspirin", "Zorvaxil", "20 mg", "2 tablets", "daily", "q6h", "prn", "for", "pain", "PO", "IV",
    ",", ".", "\n", "then", "stopped", "and", "(", ")", "5/325", "until", "of", "in both eyes",
    "\u2005", "é", "😀", "1", "/", "Medications:", "every", "x 3 days", "Allergies:",
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(SCRAPS), max_size=14).map(" ".join))
def test_every_cell_quotes_its_text(text: str) -> None:
    for row in rows(text):
        assert text[row.start : row.end] == row.text
        for _, cell in row.parts():
            assert text[cell.start : cell.end] == cell.text
        assert len(plain_cells("1", row)) == len(HEAD)
        assert record("1", row)["text"] == row.text


def test_a_medicine_is_found_at_every_place_of_a_long_text() -> None:
    filler = "The wound is clean and dry, and she walks well. " * 40
    line = "Metformin 850 mg twice daily. "
    text = "".join(filler + line for _ in range(20))
    found = rows(text)
    assert len(found) == 20
    assert all(words(r) == {"dose": "850 mg", "frequency": "twice daily"} for r in found)


def test_order_and_company_do_not_matter_and_failures_keep_their_place() -> None:
    failed = FailedDocument("2", "bad", "cannot be read")
    one, two = Document("1", "Aspirin 81 mg."), Document("3", "Metformin 850 mg.")
    tables = list(reader().read([one, failed, two]))
    assert [t.document.id for t in tables] == ["1", "2", "3"]
    assert tables[1].error == failed
    assert tables[2].rows == rows("Metformin 850 mg.")


def test_the_public_function_answers_in_the_namespaces_asked_for() -> None:
    table = onoma.medications("Metformin 850 mg bid.", ids=["MESH"])
    assert [row.curie for row in table] == ["MESH:D008687"]


class _Finder:
    """Stands in for a tagger."""

    def spans(self, document: Document, head: str) -> list[tuple[int, int, float]]:
        start = document.text.index("study drug")
        return [(start, start + len("study drug"), 0.9)]


def test_spans_of_a_tagger_join() -> None:
    plain = reader()
    both = MedicationReader(plain._pipeline, _Finder())  # type: ignore[arg-type]  # answers alike
    (table,) = both.read(["She got the study drug 5 mg daily."])
    (row,) = table.rows
    assert (row.found_by, row.curie, words(row)["dose"]) == ("tagger", None, "5 mg")


def test_names_of_the_tagger_alone_have_the_concept_of_that_name() -> None:
    codes = Codes(reader()._pipeline.store)
    text = "heparin and DVP"
    found = with_spans([], [(0, 7, 0.9), (12, 15, 0.9)], text=text, codes=codes)
    assert [(one.label or "").lower() for one in found] == ["heparin", ""]
    assert "MESH:D006493" in found[0].codes
    assert not found[1].codes
