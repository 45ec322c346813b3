"""OBO Graph JSON, OWL and SKOS: the same small vocabulary in each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadFile, ExtraMissing, OnomaError
from onoma.ontology.readers.obographs import read_obographs
from onoma.ontology.readers.owl import read_owl
from onoma.ontology.readers.skos import read_skos
from onoma.ontology.reading import Ledger, VocabularyReader
from onoma.types import Concept, Equivalent

OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

NODES: list[Any] = [
    {
        "id": f"{OBO}TST_1",
        "lbl": "swollen knee",
        "type": "CLASS",
        "meta": {
            "definition": {"val": "A big knee.", "xrefs": ["PMID:1"]},
            "synonyms": [
                {"pred": "hasExactSynonym", "val": "SK", "synonymType": f"{OBO}OMO_0003000"},
                {"pred": "hasBroadSynonym", "val": "knee trouble"},
                {"pred": "hasOddSynonym", "val": "odd"},
            ],
            "xrefs": [{"val": "UMLS:C0000001"}, {"val": "NoSuchBase:R-1"}],
            "basicPropertyValues": [
                {"pred": f"{SKOS}exactMatch", "val": f"{OBO}DOID_4"},
                {"pred": f"{OIO}hasAlternativeId", "val": "TST:900"},
            ],
        },
    },
    {"id": f"{OBO}TST_2", "lbl": "joint disease", "type": "CLASS"},
    {
        "id": f"{OBO}TST_3",
        "type": "CLASS",
        "meta": {
            "deprecated": True,
            "basicPropertyValues": [{"pred": f"{OBO}IAO_0100001", "val": f"{OBO}TST_1"}],
        },
    },
    {"id": f"{OBO}part_of", "lbl": "part of", "type": "PROPERTY"},
    {"id": 7},
    "no node",
]
GRAPH: dict[str, Any] = {
    "graphs": [
        {
            "id": f"{OBO}tst.json",
            "meta": {"version": f"{OBO}tst/releases/2026-01-31/tst.json"},
            "nodes": NODES,
            "edges": [
                {"sub": f"{OBO}TST_1", "pred": "is_a", "obj": f"{OBO}TST_2"},
                {"sub": f"{OBO}TST_1", "pred": f"{OBO}BFO_0000050", "obj": f"{OBO}TST_9"},
                {"sub": None, "pred": "is_a", "obj": f"{OBO}TST_2"},
            ],
        }
    ]
}

RDF_XML = f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY obo "{OBO}"> ]>
<rdf:RDF xmlns="{OBO}tst.owl#" xml:base="{OBO}tst.owl"
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
     xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
     xmlns:owl="http://www.w3.org/2002/07/owl#"
     xmlns:obo="{OBO}" xmlns:oboInOwl="{OIO}" xmlns:skos="{SKOS}">
  <owl:Ontology rdf:about="{OBO}tst.owl">
    <owl:versionIRI rdf:resource="{OBO}tst/releases/2026-01-31/tst.owl"/>
    <owl:imports rdf:resource="{OBO}other.owl"/>
  </owl:Ontology>
  <owl:Class rdf:about="{OBO}TST_1">
    <rdfs:subClassOf rdf:resource="&obo;TST_2"/>
    <rdfs:subClassOf>
      <owl:Restriction><owl:onProperty rdf:resource="{OBO}BFO_0000050"/></owl:Restriction>
    </rdfs:subClassOf>
    <obo:IAO_0000115>A big knee.</obo:IAO_0000115>
    <oboInOwl:hasExactSynonym>SK</oboInOwl:hasExactSynonym>
    <oboInOwl:hasBroadSynonym>knee trouble</oboInOwl:hasBroadSynonym>
    <oboInOwl:hasDbXref>UMLS:C0000001</oboInOwl:hasDbXref>
    <oboInOwl:hasDbXref>NoSuchBase:R-1</oboInOwl:hasDbXref>
    <oboInOwl:hasAlternativeId>TST:900</oboInOwl:hasAlternativeId>
    <skos:exactMatch rdf:resource="{OBO}DOID_4"/>
    <rdfs:label xml:lang="en">swollen knee</rdfs:label>
    <rdfs:label xml:lang="de">geschwollenes Knie</rdfs:label>
  </owl:Class>
  <owl:Axiom>
    <owl:annotatedSource rdf:resource="{OBO}TST_1"/>
    <owl:annotatedProperty rdf:resource="{OIO}hasExactSynonym"/>
    <owl:annotatedTarget>SK</owl:annotatedTarget>
    <oboInOwl:hasSynonymType rdf:resource="{OBO}OMO_0003000"/>
  </owl:Axiom>
  <owl:Class rdf:about="{OBO}TST_2"><rdfs:label>joint disease</rdfs:label></owl:Class>
  <rdf:Description rdf:about="{OBO}TST_3">
    <rdf:type rdf:resource="http://www.w3.org/2002/07/owl#Class"/>
    <obo:IAO_0100001 rdf:resource="{OBO}TST_1"/>
    <owl:deprecated>true</owl:deprecated>
  </rdf:Description>
  <owl:ObjectProperty rdf:about="{OBO}BFO_0000050">
    <rdfs:label>part of</rdfs:label>
  </owl:ObjectProperty>
</rdf:RDF>
"""

FUNCTIONAL = f"""Prefix(obo:=<{OBO}>)
Prefix(owl:=<http://www.w3.org/2002/07/owl#>)
Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)
Prefix(xsd:=<http://www.w3.org/2001/XMLSchema#>)
Prefix(skos:=<{SKOS}>)
Prefix(oio:=<{OIO}>)
Ontology(<{OBO}tst.owl> <{OBO}tst/releases/2026-01-31/tst.owl>
Import(<{OBO}other.owl>)
Declaration(Class(obo:TST_1))
Declaration(Class(obo:TST_2))
Declaration(Class(obo:TST_3))
SubClassOf(obo:TST_1 obo:TST_2)
SubClassOf(obo:TST_1 ObjectSomeValuesFrom(obo:BFO_0000050 obo:TST_2))
AnnotationAssertion(rdfs:label obo:TST_1 "swollen knee"@en)
AnnotationAssertion(rdfs:label obo:TST_1 "geschwollenes Knie"@de)
AnnotationAssertion(rdfs:label obo:TST_2 "joint disease")
AnnotationAssertion(obo:IAO_0000115 obo:TST_1 "A big knee.")
AnnotationAssertion(Annotation(oio:hasSynonymType obo:OMO_0003000)
    oio:hasExactSynonym obo:TST_1 "SK")
AnnotationAssertion(oio:hasBroadSynonym obo:TST_1 "knee trouble")
AnnotationAssertion(oio:hasDbXref obo:TST_1 "UMLS:C0000001")
AnnotationAssertion(oio:hasDbXref obo:TST_1 "NoSuchBase:R-1")
AnnotationAssertion(oio:hasAlternativeId obo:TST_1 "TST:900")
AnnotationAssertion(skos:exactMatch obo:TST_1 obo:DOID_4)
AnnotationAssertion(owl:deprecated obo:TST_3 "true"^^xsd:boolean)
AnnotationAssertion(obo:IAO_0100001 obo:TST_3 obo:TST_1)
)
"""

TURTLE = f"""@prefix skos: <{SKOS}> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix lab: <http://lab.example.org/words#> .
<http://lab.example.org/scheme> a skos:ConceptScheme ; owl:versionInfo "v2.1" ;
    dct:license <http://creativecommons.org/licenses/by/4.0/> .
lab:joint skos:narrower lab:knee ; a skos:Concept ; skos:prefLabel "joint"@en .
lab:knee a skos:Concept ; skos:prefLabel "Knie"@de, "knee"@en ; skos:altLabel "genu"@la ;
    skos:hiddenLabel "nee"@en ; skos:notation "A01", "UMLS:C0022742" ; skos:broader [] ;
    skos:definition "Gelenk."@de, "A joint."@en ;
    skos:exactMatch <http://id.nlm.nih.gov/mesh/D007717> , <http://nowhere.example.org/9> ;
    xl:altLabel [ xl:literalForm "knees"@en ] .
<http://other.example.org/list/77> skos:prefLabel "elbow" .
"""


def read(
    reader: VocabularyReader, folder: Path, text: str, name: str
) -> tuple[dict[str, Concept], Ledger]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    ledger = Ledger()
    return {c.curie: c for c in reader(path, ledger)}, ledger


READ: dict[str, Callable[[Path], tuple[dict[str, Concept], Ledger]]] = {
    "obographs": lambda folder: read(read_obographs, folder, json.dumps(GRAPH), "tst.json"),
    "rdfxml": lambda folder: read(read_owl, folder, RDF_XML, "tst.owl"),
    "functional": lambda folder: read(read_owl, folder, FUNCTIONAL, "tst.ofn"),
}


@pytest.fixture(params=sorted(READ))
def read_any(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, Concept], Ledger]:
    if request.param == "functional":
        pytest.importorskip("pyhornedowl", reason="the extra owl is not installed")
    return READ[request.param](tmp_path)


def test_a_class_is_read_with_all_that_a_concept_holds(
    read_any: tuple[dict[str, Concept], Ledger],
) -> None:
    concepts, ledger = read_any
    knee = concepts["TST:1"]
    assert knee.label == "swollen knee"
    assert knee.definition == "A big knee."
    assert {("SK", "abbreviation"), ("knee trouble", "broad"), ("swollen knee", "label")} <= {
        (n.text, n.scope) for n in knee.names
    }
    assert knee.parents == ("TST:2",)
    assert knee.former == ("TST:900",)
    assert set(knee.equivalents) == {
        Equivalent("UMLS:C0000001", "oboInOwl:hasDbXref", "tst"),
        Equivalent("DOID:4", "skos:exactMatch", "tst"),
    }
    assert (ledger.name, ledger.version) == ("tst", "2026-01-31")


def test_properties_are_no_concepts_and_obsolete_classes_are(
    read_any: tuple[dict[str, Concept], Ledger],
) -> None:
    concepts, ledger = read_any
    assert set(concepts) == {"TST:1", "TST:2", "TST:3"}
    assert concepts["TST:3"].is_obsolete
    assert concepts["TST:3"].replaced_by == "TST:1"
    assert ledger.counts["unknown-prefix"] == 1


@pytest.mark.parametrize("syntax", ["rdfxml", "functional"])
def test_expressions_and_imports_are_in_the_ledger(tmp_path: Path, syntax: str) -> None:
    if syntax == "functional":
        pytest.importorskip("pyhornedowl", reason="the extra owl is not installed")
    concepts, ledger = READ[syntax](tmp_path)
    assert ledger.counts["anonymous"] == 1
    assert [a.text for a in ledger.aside if a.kind == "import"] == [f"{OBO}other.owl"]
    assert ("geschwollenes Knie", "label", "de") in {
        (n.text, n.scope, n.language) for n in concepts["TST:1"].names
    }


def test_nodes_out_of_form_are_in_the_ledger(tmp_path: Path) -> None:
    _, ledger = READ["obographs"](tmp_path)
    assert ledger.counts["bad-curie"] == 1  # the id 7
    assert ledger.counts["bad-line"] == 2  # a node and an edge
    assert ledger.counts["bad-scope"] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"graphs": 1}', "[" * 100_000])
def test_other_json_is_no_graph(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile):
        read(read_obographs, tmp_path, text, "a.json")


def test_broken_xml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="line"):
        read(read_owl, tmp_path, RDF_XML[:1800], "a.owl")


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    bomb = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    text = RDF_XML.replace("<!ENTITY obo", bomb + "<!ENTITY obo").replace("&obo;TST_2", "&a11;")
    with pytest.raises(BadFile):
        read(read_owl, tmp_path, text, "a.owl")


def test_functional_syntax_without_its_extra_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyhornedowl", None)
    with pytest.raises(ExtraMissing, match="owl"):
        read(read_owl, tmp_path, FUNCTIONAL, "a.ofn")


def test_broken_functional_syntax_is_told_with_its_line(tmp_path: Path) -> None:
    pytest.importorskip("pyhornedowl", reason="the extra owl is not installed")
    with pytest.raises(BadFile, match="line 9"):
        read(read_owl, tmp_path, FUNCTIONAL.replace("Class(obo:TST_1", "Cl(obo:TST_1", 1), "a.ofn")
    deep = "ObjectComplementOf(" * 5000
    with pytest.raises(BadFile, match="nest"):
        read(read_owl, tmp_path, FUNCTIONAL + deep, "a.ofn")


def test_a_thesaurus_is_read_in_its_languages(tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    concepts, ledger = read(read_skos, tmp_path, TURTLE, "lab.ttl")
    knee = concepts["lab:knee"]
    assert (knee.label, knee.definition) == ("knee", "A joint.")
    assert {(n.text, n.scope, n.language) for n in knee.names} == {
        ("knee", "label", "en"),
        ("Knie", "label", "de"),
        ("genu", "exact", "la"),
        ("nee", "related", "en"),
        ("knees", "exact", "en"),
    }
    assert knee.parents == ("lab:joint",)
    assert {e.curie for e in knee.equivalents} == {"MESH:D007717", "UMLS:C0022742"}
    assert concepts["lab:77"].label == "elbow"
    assert ledger.version == "2.1"
    assert ledger.licence.endswith("/by/4.0/")
    assert {"notation", "unknown-prefix", "anonymous", "made-prefix"} <= ledger.counts.keys()


@pytest.mark.parametrize(
    ("name", "syntax"), [("a.nt", "N_TRIPLES"), ("a.rdf", "RDF_XML"), ("a.jsonld", "JSON_LD")]
)
def test_every_syntax_says_the_same(tmp_path: Path, name: str, syntax: str) -> None:
    rdf = pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    text = TURTLE.replace("lab:", "obo:TST_").replace("http://lab.example.org/words#", OBO)
    text = text.replace("@prefix obo:TST_", "@prefix obo:")
    quads = list(rdf.parse(input=text, format=rdf.RdfFormat.TURTLE))
    triples = [quad.triple for quad in quads]
    data = rdf.serialize(triples, format=getattr(rdf.RdfFormat, syntax))
    concepts, _ = read(read_skos, tmp_path, data.decode(), name)
    usual, _ = read(read_skos, tmp_path, text, "a.ttl")
    same = {c: (v.label, set(v.names), v.parents) for c, v in usual.items()}
    assert {c: (v.label, set(v.names), v.parents) for c, v in concepts.items()} == same


def test_a_broken_triple_is_set_aside_alone(tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    text = f'<{OBO}TST_1> <{SKOS}prefLabel> "knee"@en .\n<{OBO}TST_1> nonsense .\n'
    concepts, ledger = read(read_skos, tmp_path, text, "a.nt")
    assert concepts["TST:1"].label == "knee"
    assert ledger.counts["bad-line"] == 1
    assert ledger.aside[0].place.startswith("a.nt, line 2, column ")


def test_broken_turtle_is_told_with_its_line(tmp_path: Path) -> None:
    pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    with pytest.raises(BadFile, match="line 8"):
        read(read_skos, tmp_path, TURTLE.replace("skos:narrower", "'"), "a.ttl")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_files_raise_nothing_but_ours(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    pytest.importorskip("pyhornedowl", reason="the extra owl is not installed")
    name, reader, text = data.draw(
        st.sampled_from(
            [
                ("a.json", read_obographs, json.dumps(GRAPH)),
                ("a.owl", read_owl, RDF_XML),
                ("a.ofn", read_owl, FUNCTIONAL),
                ("a.ttl", read_skos, TURTLE),
            ]
        )
    )
    raw = text.encode()
    place = data.draw(st.integers(0, len(raw)))
    junk = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"<", b">", b'"', b"null", b"[]", b"&x;", b"}"])
    )
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(raw[:place] + junk + raw[place + data.draw(st.integers(0, 8)) :])
    try:
        for concept in reader(path, Ledger()):
            assert concept.curie
    except OnomaError:
        pass
