"""The build of the core vocabulary, on small inputs written here."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onoma.types import SCOPES, TYPE_BIT, types_of

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def part(name: str) -> Any:
    """Return a module of the tool, which is not a package on the path."""
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))
    return importlib.import_module(f"core.{name}")


def test_the_unpickler_reads_containers() -> None:
    data = {"a": ["b", 1, 2.5, None, True], "c": {"d": ("e",)}}
    assert part("pickles").load_containers(pickle.dumps(data)) == data


class _Evil:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("true",)


def test_the_unpickler_refuses_code() -> None:
    with pytest.raises(pickle.UnpicklingError, match="only data is read"):
        part("pickles").load_containers(pickle.dumps([_Evil()]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Fits" EXACT layperson []', ("Fits", "layperson")),
        ('"ASD" EXACT abbreviation [orcid:1]', ("ASD", "abbreviation")),
        ('"Wide mouth" BROAD layperson []', ("Wide mouth", "broad")),
        ('"Tremors" RELATED [HPO:x]', ("Tremors", "related")),
        (r'"so-called \"moon\" face" EXACT []', ('so-called "moon" face', "exact")),
        ('"Old name" EXACT obsolete_synonym []', None),
        ("no quotes", None),
    ],
)
def test_hpo_synonym_scopes(value: str, expected: tuple[str, str] | None) -> None:
    assert part("hpo").read_synonym(value) == expected


OBO = """format-version: 1.2

[Term]
id: HP:0000118
name: Phenotypic abnormality

[Term]
id: HP:0000002
name: Tall
alt_id: HP:0000009
synonym: "tall body" EXACT layperson []
xref: UMLS:C1
xref: Fyler:3
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:0000003
name: obsolete Old
is_obsolete: true
replaced_by: HP:0000002

[Typedef]
id: part_of
name: part of
"""


def test_obo_terms() -> None:
    hpo = part("hpo")
    terms = {term.curie: term for term in hpo.read_terms(iter(OBO.splitlines()))}
    assert list(terms) == ["HP:0000118", "HP:0000002", "HP:0000003"]
    tall = terms["HP:0000002"]
    assert tall.names == [("tall body", "layperson")]
    assert tall.parents == ["HP:0000118"]
    assert tall.old == ["HP:0000009"]
    assert [hpo.xref_curie(xref) for xref in tall.xrefs] == ["UMLS:C1", None]
    assert terms["HP:0000003"].obsolete
    assert terms["HP:0000003"].replaced_by == "HP:0000002"


def names_of(table: Any, curie: str) -> list[tuple[str, str]]:
    """Return (text, scope) of a concept's names in the table."""
    place = table.row[curie]
    return [(text, SCOPES[scope]) for at, text, scope, _ in table.names if at == place]


def test_a_name_stands_once_and_the_first_source_owns_it() -> None:
    table = part("table").Table()
    place = table.concept("MESH:D1", "Aspirin", types=("chemical",), source="mesh")
    assert table.name(place, "Aspirin", scope="label", source="mesh")
    assert not table.name(place, "aspirin", scope="exact", source="other")
    assert table.name(place, "ASA", scope="abbreviation", source="mesh")
    assert not table.name(place, " ASA ", scope="exact", source="other")
    assert names_of(table, "MESH:D1") == [("Aspirin", "label"), ("ASA", "abbreviation")]


@pytest.mark.parametrize("text", ["", "--", "()", "obsolete thing", "Unspecified", "x" * 201])
def test_names_that_are_no_names(text: str) -> None:
    assert not part("rules").keep_name(text)


def test_systematic_names_are_shorter_for_chemicals() -> None:
    rules = part("rules")
    assert rules.keep_name("y" * 160)
    assert not rules.keep_name("y" * 160, chemical=True)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [("metforrmin", True), ("metformins", False), ("glucophage", False), ("metformin hcl", False)],
)
def test_generated_misspellings(variant: str, expected: bool) -> None:
    assert part("drugs").is_misspelling(variant, ["metformin"]) is expected


@pytest.mark.parametrize(
    ("name", "rank", "group", "kept"),
    [
        ("Escherichia coli", "SPECIES", "bacteria", True),
        ("Escherichia coli K-12", "SPECIES", "bacteria", False),
        ("Bacillus sp. A1", "SPECIES", "bacteria", False),
        ("uncultured bacterium", "SPECIES", "bacteria", False),
        ("Escherichia", "GENUS", "bacteria", True),
        ("Mus musculus domesticus", "SUBSPECIES", "vertebrates", True),
        ("Apis mellifera carnica", "SUBSPECIES", "insects", False),
        ("Human immunodeficiency virus 1", "SPECIES", "viruses", True),
        ("Influenza A virus (A/Goose/1/1996(H5N1))", "SPECIES", "viruses", False),
    ],
)
def test_which_taxa_are_kept(name: str, rank: str, group: str, kept: bool) -> None:
    taxonomy = part("taxonomy")
    assert taxonomy.keep_taxon(name, rank=getattr(taxonomy, rank), group=group) is kept


def test_groups_of_taxa_follow_the_nearest_root() -> None:
    taxonomy = part("taxonomy")
    parent = np.zeros(10300, np.uint32)
    parent[[1, 2, 561, 562]] = [1, 1, 2, 561]
    root = taxonomy._group_roots(parent)
    taxa = taxonomy.Taxa(parent, np.zeros(10300, np.uint8), root, np.zeros(10300, bool))
    assert taxonomy.group_of(562, taxa) == ("bacteria", True)
    assert taxonomy.group_of(1, taxa) == ("other", False)
    assert taxonomy.group_of(10**9, taxa) == ("other", False)


@pytest.mark.parametrize(
    ("tree", "types"),
    [
        ("C23.888", ("disease", "phenotype")),
        ("A11.251.210", ("cell_line",)),
        ("D12.776.1", ("protein",)),  # a protein is no chemical: else every one has two types
        ("D08.811.1", ("protein",)),
        ("D12.644.1", ("protein", "chemical")),  # a peptide is both: gene product and drug
        ("D26.1", ()),  # preparations and dosage forms name no substance
        ("D27.505", ()),  # actions and uses neither
        ("F03.1", ("disease",)),
        ("F01.1", ()),
        ("Z01.1", ()),
    ],
)
def test_mesh_tree_types(tree: str, types: tuple[str, ...]) -> None:
    assert part("mesh").tree_types(tree) == types


def test_supplementary_records_take_their_headings_kind() -> None:
    kind = part("mesh").supplementary_types
    assert kind("Jalili syndrome", letters={"C"}, upper={"disease"}) == {"disease"}
    assert kind("MERS vaccine", letters={"C", "D"}, upper={"disease"}) == {"chemical"}
    protein = kind("BRCA1 protein, human", letters={"D"}, upper={"protein"})
    assert protein == {"protein"}  # as its heading: a record of a protein is no chemical


def test_lexical_ties_need_one_bearer_of_the_same_type() -> None:
    links, table = part("links"), part("table").Table()
    disease = table.concept("MESH:D1", "Neoplasms, Breast", types=("disease",), source="mesh")
    table.name(disease, "Neoplasms, Breast", scope="label", source="mesh")
    table.name(disease, "Mastopathy tumor", scope="exact", source="mesh")
    table.concept("MONDO:1", "breast neoplasm", types=("disease",), source="mondo")
    table.concept("MONDO:2", "mastopathy tumor", types=("disease",), source="mondo")
    table.concept("CHEBI:1", "breast neoplasm", types=("chemical",), source="chebi")
    links.add_lexical(table)
    found = {(table.curies[p], other): how for (p, other), how in table.equivalents.items()}
    assert found["MONDO:1", "MESH:D1"] == ("skos:exactMatch", "lexical")
    assert found["MONDO:2", "MESH:D1"] == ("skos:closeMatch", "lexical")
    assert ("CHEBI:1", "MESH:D1") not in found


def test_additions_demote_the_name_on_other_organisms(tmp_path: Path) -> None:
    additions, table = part("additions"), part("table").Table()
    for curie, label in (("NCBITaxon:10114", "Rattus"), ("NCBITaxon:10116", "Rattus norvegicus")):
        table.concept(curie, label, types=("organism",), source="ncbitaxon")
    gene = table.concept("HGNC:1", "RAT", types=("gene",), source="hgnc")
    table.name(table.row["NCBITaxon:10114"], "Rats", scope="exact", source="mesh")
    table.name(gene, "RATS", scope="exact", source="hgnc")
    file = tmp_path / "additions.tsv"
    file.write_text("# a comment\nNCBITaxon:10116\texact\tdemote\trat|rats\nHP:9\texact\t-\tx\n")
    assert additions.apply_additions(table, file) == ["HP:9"]
    assert names_of(table, "NCBITaxon:10116") == [("rat", "exact"), ("rats", "exact")]
    assert names_of(table, "NCBITaxon:10114") == [("Rats", "broad")]
    assert names_of(table, "HGNC:1") == [("RATS", "exact")]


def test_lean_taxa_never_stand_above_an_ordinary_concept() -> None:
    compact, table = part("compact"), part("table").Table()
    for taxon, name in ((1, "Aa"), (2, "Aa bb"), (3, "Aa cc"), (4, "Dd")):
        curie = f"NCBITaxon:{taxon}"
        place = table.concept(curie, name, types=("organism",), source="ncbitaxon")
        table.name(place, name, scope="label", source="ncbitaxon")
        if taxon in (2, 3):
            table.parent(place, "NCBITaxon:1")
    table.name(table.row["NCBITaxon:2"], "common bb", scope="exact", source="ncbitaxon")
    table.settle_parents()
    lean = compact.lean_rows(table)
    assert {table.curies[place] for place in lean} == {"NCBITaxon:3", "NCBITaxon:4"}
    assert [(row.name, row.parent) for row in compact.lean_taxa(table, lean)] == [
        ("Aa cc", 1),
        ("Dd", 0),
    ]


def test_a_drug_is_what_is_exactly_a_drugbank_drug() -> None:
    links, table = part("links"), part("table").Table()
    place = table.concept("CHEBI:1", "a", types=("chemical",), source="chebi")
    table.concept("DRUGBANK:DB1", "a", types=("drug", "chemical"), source="drugbank")
    table.equal("CHEBI:1", "DRUGBANK:DB1", predicate="skos:exactMatch", source="x")
    links.mark_drugs(table)
    assert types_of(table.types[place]) == ("chemical", "drug")
    assert table.types[place] & TYPE_BIT["drug"]


def test_written_files_are_the_same_twice(tmp_path: Path) -> None:
    write, table = part("write"), part("table").Table()
    for number in (10, 9, 2):
        place = table.concept(f"MESH:D{number}", f"d{number}", types=("disease",), source="mesh")
        table.name(place, f"d{number}", scope="label", source="mesh")
        table.parent(place, "MESH:D2")
        table.trees.append((place, f"C0{number}"))
    table.settle_parents()
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write.write_tables(table, folder)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "concepts.npz" in files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
