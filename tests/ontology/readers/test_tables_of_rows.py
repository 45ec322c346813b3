"""LOINC, the NCBI Taxonomy, HGNC and ChEBI: what is read of their tables."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from onoma.errors import BadFile
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.reading import Ledger
from onoma.types import Concept
from tests.ontology.readers.release_files import CHEBI, FORMATS, HGNC, LOINC, TAXDUMP, write_files


def read(format_name: str, path: Path, ledger: Ledger | None = None) -> dict[str, Concept]:
    reader = vocabulary_readers.get(format_name)
    return {concept.curie: concept for concept in reader(path, ledger or Ledger())}


def scopes(concept: Concept) -> list[tuple[str, str]]:
    return [(name.text, name.scope) for name in concept.names]


def test_loinc_terms_have_names_of_every_length(tmp_path: Path) -> None:
    ledger = Ledger()
    concept = read("loinc", write_files(tmp_path, LOINC), ledger)["LOINC:90001-1"]
    assert scopes(concept) == [
        ("Glimmerol [Mass/volume] in Blood", "label"),
        ("Glimmerol, blood test", "layperson"),
        ("Glim Bld-mCnc", "abbreviation"),
        ("Glimmerol", "broad"),
        ("Glow test", "layperson"),
    ]
    assert concept.types == ("test",)
    assert concept.parents == ("LOINC:LP90000-5",)
    assert concept.definition == 'How much "glimmerol"\nthere is'
    assert ledger.counts["related-words"] == 1


def test_loinc_deprecated_terms_point_on_and_parts_are_concepts(tmp_path: Path) -> None:
    concepts = read("loinc", write_files(tmp_path, LOINC))
    assert concepts["LOINC:90002-9"].replaced_by == "LOINC:90001-1"
    assert concepts["LOINC:LP90001-3"].types == ("method",)
    assert [name.text for name in concepts["LOINC:LP90001-3"].names] == ["Glow", "Glow method"]


def test_loinc_csv_alone_is_read_and_bad_rows_are_told(tmp_path: Path) -> None:
    text = LOINC["LoincTable/Loinc.csv"] + '"x","y","ACTIVE","","","","",""\r\n"1-2","y"\r\n'
    path = write_files(tmp_path, {"Loinc.csv": text}) / "Loinc.csv"
    ledger = Ledger()
    assert list(read("loinc", path, ledger)) == ["LOINC:90001-1", "LOINC:90002-9"]
    assert [(aside.kind, aside.place) for aside in ledger.aside] == [
        ("bad-curie", "Loinc.csv, line 5, column LOINC_NUM"),
        ("bad-line", "Loinc.csv, line 6, column 3"),
    ]


def test_taxa_have_scopes_types_parents_and_former_ids(tmp_path: Path) -> None:
    ledger = Ledger()
    concepts = read("taxdump", write_files(tmp_path, TAXDUMP), ledger)
    taxon = concepts["NCBITaxon:50"]
    assert scopes(taxon) == [
        ("Glimmerella nitens", "label"),
        ("bright glimmer", "exact"),
        ("GNI", "abbreviation"),
    ]
    assert taxon.types == ("organism", "microbe")
    assert taxon.parents == ("NCBITaxon:2",)
    assert taxon.former == ("NCBITaxon:49", "NCBITaxon:48")
    assert concepts["NCBITaxon:60"].types == ("organism",)
    assert concepts["NCBITaxon:1"].parents == ()
    assert concepts["NCBITaxon:70"].is_obsolete
    assert ledger.counts["name-class authority"] == 1


def test_a_packed_taxdump_is_read(tmp_path: Path) -> None:
    path = tmp_path / "taxdump.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in TAXDUMP.items():
            item = tarfile.TarInfo(name)
            item.size = len(text.encode())
            archive.addfile(item, io.BytesIO(text.encode()))
    assert read("taxdump", path) == read("taxdump", write_files(tmp_path / "plain", TAXDUMP))


def test_a_ring_in_the_taxonomy_ends(tmp_path: Path) -> None:
    files = TAXDUMP | {"nodes.dmp": TAXDUMP["nodes.dmp"].replace("2\t|\t1\t", "2\t|\t50\t")}
    assert read("taxdump", write_files(tmp_path, files))["NCBITaxon:50"].types[0] == "organism"


def test_a_dump_without_names_is_refused(tmp_path: Path) -> None:
    path = write_files(tmp_path, {"nodes.dmp": TAXDUMP["nodes.dmp"]})
    with pytest.raises(BadFile, match=r"no names.dmp in it, only nodes.dmp"):
        read("taxdump", path)


def test_genes_have_names_and_links(tmp_path: Path) -> None:
    concepts = read("hgnc", write_files(tmp_path, HGNC) / "hgnc_complete_set.txt")
    gene = concepts["HGNC:90001"]
    assert scopes(gene) == [
        ("GLIM1", "label"),
        ("glimmerase 1, bright", "exact"),
        ("GLA", "exact"),
        ("GLB", "exact"),
        ("OLDGL", "related"),
    ]
    assert gene.types == ("gene", "protein")
    assert [(link.curie, link.predicate) for link in gene.equivalents] == [
        ("NCBIGene:99", "skos:exactMatch"),
        ("ENSEMBL:ENSG00000000099", "skos:exactMatch"),
        ("UniProtKB:P00099", "skos:closeMatch"),
    ]
    assert concepts["HGNC:90002"].types == ("gene",)
    assert concepts["HGNC:90003"].is_obsolete


def test_withdrawn_genes_and_custom_headings_are_read(tmp_path: Path) -> None:
    files = {
        "withdrawn.txt": "HGNC_ID\tSTATUS\tWITHDRAWN_SYMBOL\t"
        "MERGED_INTO_REPORT(S) (i.e HGNC_ID|SYMBOL|STATUS)\n"
        "HGNC:7\tMerged/Split\tOLD\tHGNC:90001|GLIM1|Approved\n",
        "custom.txt": "HGNC ID\tApproved symbol\tPrevious symbols\nHGNC:8\tGLIM8\tOLD8\n",
    }
    folder = write_files(tmp_path, files)
    assert read("hgnc", folder / "withdrawn.txt")["HGNC:7"].replaced_by == "HGNC:90001"
    assert scopes(read("hgnc", folder / "custom.txt")["HGNC:8"])[1] == ("OLD8", "related")


def test_chebi_has_names_parents_links_and_secondary_ids(tmp_path: Path) -> None:
    concepts = read("chebi", write_files(tmp_path, CHEBI))
    compound = concepts["CHEBI:900"]
    assert scopes(compound) == [
        ("beta-glimmerol", "label"),
        ("glimmer alcohol", "exact"),
        ("glimmérol", "exact"),
    ]
    assert compound.names[2].language == "fr"
    assert compound.parents == ("CHEBI:24431",)
    assert compound.former == ("CHEBI:902",)
    assert [link.curie for link in compound.equivalents] == ["CAS:50-78-2"]
    assert compound.types == ("chemical",)
    assert concepts["CHEBI:901"].types == ()


def test_newer_chebi_tables_are_read(tmp_path: Path) -> None:
    files = {
        "compounds.tsv": "id\tname\tstatus_id\tparent_id\tchebi_accession\tdefinition\tascii_name\n"
        "24431\tchemical entity\t1\t\tCHEBI:24431\t\t\n900\tglimmerol\t1\t\tCHEBI:900\t\t\n",
        "relation_type.tsv": "id\tcode\n7\tis_a\n8\thas_role\n",
        "relation.tsv": "id\trelation_type_id\tinit_id\tfinal_id\tstatus_id\n1\t7\t900\t24431\t1\n",
    }
    # here the parent stands last
    assert read("chebi", write_files(tmp_path, files))["CHEBI:900"].parents == ("CHEBI:24431",)


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_a_path_that_is_not_there_is_an_error(tmp_path: Path, format_name: str) -> None:
    with pytest.raises(BadFile):
        read(format_name, tmp_path / "nothing")
    with pytest.raises(BadFile):
        read(format_name, tmp_path)


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_every_release_is_read_with_a_name_and_no_bad_rows(
    tmp_path: Path, format_name: str
) -> None:
    ledger = Ledger()
    concepts = read(format_name, write_files(tmp_path, FORMATS[format_name]), ledger)
    assert concepts
    assert ledger.name
    assert not [aside for aside in ledger.aside if aside.kind.startswith("bad-")]
