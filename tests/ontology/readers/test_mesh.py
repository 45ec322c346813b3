"""MeSH XML: terms with scopes, parents and types by tree numbers, supplementary records."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from onoma.errors import BadFile
from onoma.ontology.readers.mesh import read_mesh
from onoma.ontology.readers.mesh_types import TREE_TYPES, supplementary_types
from onoma.ontology.reading import Ledger
from onoma.types import Concept
from tests.ontology.readers.release_files import MESH, write_files

TOOLS = Path(__file__).resolve().parents[3] / "tools"


def read(path: Path, ledger: Ledger | None = None) -> dict[str, Concept]:
    return {concept.curie: concept for concept in read_mesh(path, ledger or Ledger())}


def test_terms_have_the_scope_of_their_concept(tmp_path: Path) -> None:
    ledger = Ledger()
    concept = read(write_files(tmp_path, MESH), ledger)["MESH:D000002"]
    assert [(name.text, name.scope) for name in concept.names] == [
        ("Gleaming Lung", "label"),
        ("Lung Gleam", "exact"),
        ("GLD", "abbreviation"),
        ("Bright Gleaming Lung", "narrow"),
    ]
    assert ledger.counts["permuted-term"] == 1
    assert concept.definition == "A lung\nthat gleams."


def test_trees_give_parents_and_types(tmp_path: Path) -> None:
    concepts = read(write_files(tmp_path, MESH))
    assert concepts["MESH:D000002"].parents == ("MESH:D000001",)
    assert concepts["MESH:D000002"].types == ("disease",)
    assert concepts["MESH:D000003"].types == ("protein",)
    assert [link.curie for link in concepts["MESH:D000003"].equivalents] == ["CAS:50-78-2"]


def test_supplementary_records_stand_below_their_headings(tmp_path: Path) -> None:
    concept = read(write_files(tmp_path, MESH))["MESH:C000001"]
    assert concept.parents == ("MESH:D000002",)
    assert [(e.curie, e.predicate) for e in concept.equivalents] == [
        ("MESH:D000002", "skos:broadMatch")
    ]
    assert concept.types == ("disease",)
    alone = read(write_files(tmp_path, MESH) / "supp2026.xml")["MESH:C000001"]
    assert alone.types == ("disease",)


def test_the_types_are_those_of_the_core() -> None:
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))
    core: Any = importlib.import_module("core.mesh")
    assert core.TREE_TYPES == TREE_TYPES
    for label, trees in (
        ("x protein, mouse", ["D12.776.1"]),
        ("glow vaccine", ["C08.1"]),
        ("glow", ["J01.1"]),
        ("shine", ["B04.1", "B01.650"]),
        ("glow", ["F03.1"]),
    ):
        upper = {kind for tree in trees for kind in core.tree_types(tree)}
        letters = {tree[0] for tree in trees}
        expected = core.supplementary_types(label, letters=letters, upper=upper)
        assert supplementary_types(label, trees) == expected


def test_broken_xml_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = MESH["desc2026.xml"].replace("</DescriptorRecordSet>", "</Oops>")
    path = write_files(tmp_path, {"desc.xml": text}) / "desc.xml"
    with pytest.raises(BadFile, match=r"desc.xml, line 8, column \d+"):
        read(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    text = MESH["desc2026.xml"].replace(
        'SYSTEM "desc.dtd"', '[<!ENTITY boom "x"><!ENTITY b2 "&boom;&boom;">]'
    )
    path = write_files(tmp_path, {"desc.xml": text.replace("Lung Gleam<", "&b2;<")}) / "desc.xml"
    with pytest.raises(BadFile, match=r"entity &b2; is not expanded"):
        read(path)


def test_other_xml_is_refused(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"a.xml": "<PubmedArticleSet/>"}) / "a.xml"
    with pytest.raises(BadFile, match="no DescriptorRecord"):
        read(path)


def test_records_without_an_id_go_to_the_ledger(tmp_path: Path) -> None:
    text = MESH["desc2026.xml"].replace("<DescriptorUI>D000003<", "<DescriptorUI>X<")
    ledger = Ledger()
    found = read(write_files(tmp_path, {"desc.xml": text}) / "desc.xml", ledger)
    assert "MESH:D000003" not in found
    assert ledger.aside[0].place == "desc.xml, line 7, DescriptorRecord"
