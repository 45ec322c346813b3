"""ICD in ClaML and as the tabular list of ICD-10-CM."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.errors import BadFile
from onoma.ontology.readers.icd import icd_types, read_claml, read_icd10cm
from onoma.ontology.reading import Ledger
from tests.ontology.readers.release_files import CLAML, ICD10CM, write_files


def test_claml_classes_have_labels_inclusions_and_parents(tmp_path: Path) -> None:
    ledger = Ledger()
    path = write_files(tmp_path, {"icd.xml": CLAML}) / "icd.xml"
    found = {concept.curie: concept for concept in read_claml(path, ledger)}
    assert list(found) == ["ICD10:I", "ICD10:A00-A09", "ICD10:A00"]
    concept = found["ICD10:A00"]
    assert [(name.text, name.scope) for name in concept.names] == [
        ("Gleaming lung", "label"),
        ("Glow of lung", "narrow"),  # without the code it refers to
    ]
    assert concept.parents == ("ICD10:A00-A09",)
    assert ledger.counts == {"rubric exclusion": 1, "modifier-class": 1}
    assert (ledger.name, ledger.version) == ("ICD-10-GM", "2026")


def test_another_classification_keeps_its_title_as_prefix(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"ops.xml": CLAML.replace("ICD-10-GM", "OPS")}) / "ops.xml"
    ledger = Ledger()
    found = list(read_claml(path, ledger))
    assert found[-1].curie == "OPS:A00"
    assert found[-1].types == ()
    assert ledger.counts["unknown-prefix"] == 1


def test_the_tabular_list_has_inclusion_terms_and_parents(tmp_path: Path) -> None:
    ledger = Ledger()
    path = write_files(tmp_path, {"tabular.xml": ICD10CM}) / "tabular.xml"
    found = {concept.curie: concept for concept in read_icd10cm(path, ledger)}
    assert list(found) == [f"ICD10CM:{code}" for code in ("A00.0", "A00.1", "A00", "A00-A09")]
    mild = found["ICD10CM:A00.0"]
    assert [(name.text, name.scope) for name in mild.names] == [
        ("Gleaming lung, mild", "label"),
        ("Faint gleam", "narrow"),
    ]
    assert mild.parents == ("ICD10CM:A00",)
    assert found["ICD10CM:A00"].parents == ("ICD10CM:A00-A09",)
    assert found["ICD10CM:A00"].names[1].text == "glow of lung"
    assert found["ICD10CM:A00-A09"].label == "Gleams of the lung"
    assert ledger.version == "2026"
    assert ledger.counts == {"seventh-characters": 1, "chapter": 1}


def test_types_follow_the_chapter() -> None:
    assert icd_types("E11.9") == ("disease",)
    assert icd_types("R05") == ("phenotype", "disease")
    assert icd_types("Z00") == icd_types("IX") == ()


@pytest.mark.parametrize("read", [read_claml, read_icd10cm])
def test_other_xml_is_refused(tmp_path: Path, read: object) -> None:
    path = write_files(tmp_path, {"a.xml": "<a/>"}) / "a.xml"
    with pytest.raises(BadFile, match=r"no (?:Class|diag) element"):
        list(read(path, Ledger()))  # type: ignore[operator]  # one of the two readers
