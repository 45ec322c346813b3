"""Clinical shorthand: in notes, the plain forms anywhere, never against the document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline, load
from onoma.pipeline.annotator import Annotator, Settings
from onoma.recognize.general import keys_of
from onoma.recognize.short_meanings import usual_readings
from onoma.recognize.shorthand import shorthand_lines
from onoma.types import Mention
from tests.recognize.small_store import Entry, make_store

NOTE = "HPI: 70 yo woman, denies fever. "


@pytest.fixture(scope="module")
def nlp(core: ConceptStore) -> Pipeline:
    return Pipeline(Annotator(core), Settings())


def found(nlp: Pipeline, text: str) -> dict[str, str | None]:
    """Return the labels of what is read as shorthand, in lower case."""
    mentions: tuple[Mention, ...] = nlp.annotate(text).mentions
    assert all(text[one.start : one.end] == one.text for one in mentions)
    return {one.text: (one.label or "").lower() for one in mentions if one.found_by == "shorthand"}


def test_every_line_has_forms_and_no_form_means_two_things() -> None:
    lines = shorthand_lines()
    assert all(
        re.fullmatch(r"[A-Za-z\d][\w/ -]*", form.removesuffix("*"))
        for one in lines
        for form in one.forms
    )
    meant: dict[str, list[bool]] = {}
    for line in lines:
        for form in line.forms if line.parts else ():
            meant.setdefault(form.removesuffix("*"), []).append(line.needs_a_sign)
    assert len(meant) > 200
    assert all(all(needs[:-1]) for needs in meant.values())  # another meaning asks for a sign of it


def test_the_core_has_a_name_for_every_form(core: ConceptStore) -> None:
    for line in shorthand_lines():
        for part in line.parts:
            assert (keys_of(core, part) >= 0).any(), (line.forms, part)


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("Known HTN and DM2.", "HTN", "hypertension"),
        ("Known HTN and DM2.", "DM2", "type 2 diabetes mellitus"),
        ("h/o RA on MTX", "RA", "rheumatoid arthritis"),
        ("h/o RA on MTX", "MTX", "methotrexate"),
        ("Cr 1.4", "Cr", "creatinine"),
        ("BP 120/80", "BP", "blood pressure"),
        ("htn, copd", "copd", "chronic obstructive pulmonary disease"),
        ("no N/V", "V", "vomiting"),
        ("HTN/CKD", "CKD", "chronic kidney disease"),
        ("CT without PE.", "PE", "pulmonary embolism"),
    ],
)
def test_a_note_is_read_as_clinicians_mean_it(
    nlp: Pipeline, text: str, form: str, label: str
) -> None:
    assert found(nlp, NOTE + text)[form] == label


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SpO2 88% RA.", "RA"),
        ("PE: lungs clear.", "PE"),
        ("BID dosing", "BID"),
        ("ICD-10 code", "ICD"),
        ("CAD (coronary air dissection) and CAD", "CAD"),
    ],
)
def test_what_means_something_else_in_a_note_is_left(nlp: Pipeline, text: str, form: str) -> None:
    assert form not in found(nlp, NOTE + text)


def test_a_form_that_is_no_mention_hides_what_the_vocabulary_has(nlp: Pipeline) -> None:
    assert "BID" in [one.text for one in nlp.annotate("BID cleaves caspase.").mentions]
    assert "BID" not in [one.text for one in nlp.annotate(f"{NOTE} Metformin BID.").mentions]


def test_papers_keep_their_own_short_forms(nlp: Pipeline) -> None:
    text = "The RA was ablated; PE decreased, MS imaging and SOB genes were compared."
    assert found(nlp, text) == {}
    assert found(nlp, "Patients with HTN were enrolled.") == {"HTN": "hypertension"}
    assert found(nlp, "Hypertonia (HTN) was seen. HTN fell.") == {}


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("She has swollen, tender knees.", "swollen", "edema"),
        ("The left wrist was swollen.", "swollen", "edema"),
        ("He reports painful wrists.", "painful", None),  # the vocabulary has the whole of it
        ("A sore left thumb.", "sore", "pain"),
        ("Discomfort in the left elbow.", "Discomfort", "pain"),
        ("Weakness of the left arm.", "Weakness", "muscle weakness"),
        ("Itchy and red eyelids.", "Itchy", "pruritus"),
        ("Stiffness in both thighs.", "Stiffness", "joint stiffness"),
        ("right lower lobe consolidation", "consolidation", "parenchymal consolidation"),
    ],
)
def test_words_are_signs_where_a_part_of_the_body_stands_beside_them(
    nlp: Pipeline, text: str, form: str, label: str | None
) -> None:
    assert found(nlp, text).get(form) == label


def test_the_same_words_elsewhere_are_no_signs(nlp: Pipeline) -> None:
    text = (
        "Swollen budgets, a painful choice, arterial stiffness, weak evidence, itchy mice, memory "
        "consolidation and vegetation. Mitochondrial swelling, swelling index, meat tenderness."
    )
    names = [one.text.lower() for one in nlp.annotate(text).mentions]
    assert not {"swollen", "painful", "stiffness", "weak", "itchy", "consolidation", "vegetation",
                "swelling", "tenderness"} & set(names)  # fmt: skip


def test_values_of_a_note_name_what_was_measured(nlp: Pipeline) -> None:
    assert found(nlp, f"{NOTE}Na 131, K 4.1, Cr 1.2, Mg 1.8. Vitamin K 10 mg.") == {
        "Na": "sodium", "K": "potassium", "Cr": "creatinine", "Mg": "magnesium",
    }  # fmt: skip
    assert "Na" not in found(nlp, "Na 131 of the protein binds K 4.1.")


def test_subtypes_of_influenza_are_mentions(nlp: Pipeline) -> None:
    names = [(m.text, m.type) for m in nlp.annotate("H1N1, H7N9 and H5N8 were isolated.").mentions]
    assert names == [(name, "organism") for name in ("H1N1", "H7N9", "H5N8")]


def test_receptors_are_told_by_the_word_behind_them(nlp: Pipeline) -> None:
    assert found(nlp, "ER-positive, PR negative tumours with ER stress") == {
        "ER": "receptors, estrogen", "PR": "receptors, progesterone",
    }  # fmt: skip


def test_forms_with_a_number_behind_a_hyphen_are_whole(nlp: Pipeline) -> None:
    assert found(nlp, "Anti-PD-1 therapy; MRSA grew.") == {
        "PD-1": "pdcd1", "MRSA": "methicillin-resistant staphylococcus aureus",
    }  # fmt: skip


def test_documents_of_a_batch_are_told_apart(nlp: Pipeline) -> None:
    note, paper = f"{NOTE} SOB and RA.", "RA and SOB were cloned."
    done = list(nlp.pipe([paper, note, paper]))
    marks = [[one.text for one in doc.mentions if one.found_by == "shorthand"] for doc in done]
    assert marks == [[], ["SOB", "RA"], []]


def test_types_that_are_not_asked_for_are_not_read(core: ConceptStore) -> None:
    drugs = load(types=["chemical"], mode="dictionary")
    assert [one.text for one in drugs.annotate(f"{NOTE} HTN on HCTZ.").mentions] == ["HCTZ"]


def test_names_of_ones_own_and_blocked_ones_stay_as_they_are(tmp_path: Path) -> None:
    entries = [Entry("X:1", "hypertension", "disease"), Entry("X:2", "HTN", "gene")]
    store = make_store(entries, tmp_path)
    assert found(Pipeline(Annotator(store), Settings()), NOTE + "HTN") == {"HTN": "hypertension"}
    for name in ("HTN", "htn"):
        blocked = Pipeline(Annotator(store, blocked=[name]), Settings())
        assert found(blocked, NOTE + "HTN") == {}
    store.manifest["own"] = ["ncbitaxon"]
    assert found(Pipeline(Annotator(store), Settings()), NOTE + "HTN") == {}


def test_what_a_tagger_finds_is_read_as_usual_unless_the_document_says_otherwise() -> None:
    both = load(types=["disease"], mode="hybrid")
    for short, label in (("MS", "multiple sclerosis"), ("SCC", "squamous cell carcinoma")):
        doc = both.annotate(f"Patients with {short} were compared with controls.")
        assert [(one.text, one.label) for one in doc.mentions] == [(short, label)]
    doc = both.annotate("Marfan syndrome (MS) is inherited. MS was found in ten families.")
    assert {one.label for one in doc.mentions} == {"Marfan syndrome"}


def test_usual_readings_are_of_one_meaning(core: ConceptStore) -> None:
    usual = usual_readings(core)
    assert usual["TBI"][0] == "traumatic brain injury"
    assert "CP" not in usual or usual["CP"][0] != "chest pain"  # cerebral palsy in papers
    assert "N/V" not in usual


def test_no_tagger_makes_room_air_an_arthritis() -> None:
    both = load(types=["disease"], mode="hybrid")
    found = both.annotate("HPI: denies pain. PMH: gout. SpO2 88% RA.").mentions
    assert "gout" in [one.text for one in found]
    assert "RA" not in [one.text for one in found]


def test_a_patient_is_no_platinum() -> None:
    both = load(types=["chemical"], mode="hybrid")
    found = both.annotate("HPI: pt denies pain, pts with gout took aspirin.").mentions
    assert [one.text for one in found] == ["aspirin"]


def test_forms_are_read_from_any_part_of_a_run(nlp: Pipeline) -> None:
    assert found(nlp, "PD-1/PD-L1 blockade; NT-proBNP and CK-MB rose.") == {
        "PD-1": "pdcd1", "NT-proBNP": "pro-brain natriuretic peptide (1-76)",
        "CK-MB": "creatine kinase, mb form",
    }  # fmt: skip


def test_long_runs_are_read_in_parts(nlp: Pipeline) -> None:
    text = "-".join(["Gly", "HTN"] * 3000)
    assert len(nlp.annotate(text).mentions) == 3000
