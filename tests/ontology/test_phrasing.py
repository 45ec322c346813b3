"""Other phrasings of findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.ontology.phrasing import adjectives, cancers, disorders, dysfunctions, rephrasings


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Abnormality of the eye", "ocular anomaly"),
        ("Abnormality of the eye", "eye malformation"),
        ("Abnormality of the eye", "abnormal eye"),
        ("Abnormal heart morphology", "cardiac defect"),
        ("Abnormal heart morphology", "anomaly of heart"),
        ("Calcification of falx cerebri", "falx cerebri calcification"),
        ("Renal agenesis", "kidney agenesis"),
        ("Retinal hamartoma", "hamartoma of retina"),
        ("Absent speech", "absence of speech"),
        ("Absent speech", "missing speech"),
        ("Type C brachydactyly", "brachydactyly type C"),
        ("Brachydactyly type C", "Brachydactyly C"),
        ("Motor delay", "delayed motor"),
        ("Increased body weight", "elevated body weight"),
        ("Gait disturbance", "disturbance of Gait"),
        ("Low set ears", "decreased set ears"),
        ("Unsteady gait", "gait is unstable"),
        ("Mild mental retardation", "mildly mentally retarded"),
        ("Dysplastic patella", "patellar dysplasia"),
        ("Branchial anomaly", "branchial malformation"),
        ("Abnormal white matter morphology", "white matter change"),
        ("Bowing of the legs", "bowing of the lower extremities"),
    ],
)
def test_finding_is_also_phrased(name: str, other: str) -> None:
    assert other.lower() in {one.lower() for one in rephrasings(name)}


@pytest.mark.parametrize("name", ["Gout", "", "1,2,3", "/"])
def test_what_has_no_parts_has_no_phrasings(name: str) -> None:
    assert set(rephrasings(name)) <= {name}


@given(st.text(alphabet="abcdefgh ofintype,-", max_size=50))
def test_phrasings_are_few_and_never_empty(name: str) -> None:
    found = list(rephrasings(name))
    assert len(found) < 200
    assert all(one == one.strip("\n") and one for one in found if name.strip())


def test_a_heading_of_neoplasms_is_also_the_cancer_of_its_site() -> None:
    assert list(cancers("Colorectal Neoplasms")) == ["Colorectal cancer"]
    assert list(cancers("Head and Neck Neoplasms")) == ["Head and Neck cancer"]
    assert not list(cancers("Neoplasms")) + list(cancers("Neoplasms, Breast"))


def test_a_disorder_is_a_disease() -> None:
    assert list(disorders("Autosomal recessive disease")) == ["Autosomal recessive disorder"]
    assert list(disorders("mood disorders")) == ["mood diseases"]
    assert "genetic disorder" in set(disorders("hereditary disease"))
    assert not list(disorders("disease")) + list(disorders("Disease or disorder of skin"))


def test_an_organ_with_a_disease_does_not_work() -> None:
    found = set(dysfunctions("Kidney Diseases"))
    assert {"kidney damage", "renal dysfunction", "renal toxicity"} <= found
    assert "neurological disturbance" in set(dysfunctions("nervous system disorder"))
    assert "cardiac involvement" in set(dysfunctions("cardiac disorder"))
    assert not list(dysfunctions("mood disorders")) + list(dysfunctions("Kidney Neoplasms"))


@pytest.mark.parametrize(
    ("name", "adjective"),
    [
        ("Hypertension", "hypertensive"),
        ("Epilepsy", "epileptic"),
        ("Nephrotoxicity", "nephrotoxic"),
        ("Ischemia", "ischemic"),
        ("Parkinsonism", "parkinsonian"),
        ("Hemiplegia", "hemiplegic"),
    ],
)
def test_who_has_a_disease(name: str, adjective: str) -> None:
    assert list(adjectives(name)) == [adjective]


@pytest.mark.parametrize("name", ["Gout", "toxicity", "sleep apnea", "tension", "COVID-19"])
def test_what_makes_no_adjective(name: str) -> None:
    assert not list(adjectives(name))
