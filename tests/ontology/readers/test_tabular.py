from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadFile, OnomaError
from onoma.ontology.readers.sssom import Mapping, read_mappings, read_sssom, write_sssom
from onoma.ontology.readers.tabular import read_jsonl, read_table
from onoma.ontology.reading import Ledger, VocabularyReader
from onoma.types import Concept, Equivalent

TABLE = """curie\tname\tscope\ttype\tparent\tlanguage\tdefinition\tsynonyms\txref
LAB:1\tknee\tlabel\tanatomy\tLAB:2|UBERON:5\t\tA joint.\tgenu|stifle\tUMLS:C0022742|Nowhere:1
LAB:1\tKnie\texact\t\t\tde\t\t\t
lab 2\tbad\t\t\t\t\t\t\t
LAB:2\tjoint\toddly\tbuilding\tthe limb\t\t\t\t
\tnobody\t\t\t\t\t\t\t
LAB:3\tx\t\t\t\t\t\t\t\ttoo\tmany
"""
RECORDS = """{"curie": "LAB:1", "label": "knee", "types": ["anatomy"], "names": ["genu", \
{"text": "Knie", "scope": "exact", "language": "de"}], "parents": ["LAB:2"], \
"definition": "A joint.", "equivalents": ["UMLS:C0022742", \
{"curie": "mesh:D007717", "predicate": "skos:exactMatch"}]}
{"id": "LAB:2", "name": "joint", "is_obsolete": true, "replaced_by": "LAB:1", "colour": 3}
{"curie": "LAB:3", "names": [7, {"scope": "exact"}]}
{"curie": 5}
[1]
{"curie":
"""
MAPPINGS = """#curie_map:
#  lab: http://lab.example.org/
#  obodo: http://purl.obolibrary.org/obo/DOID_
#mapping_set_id: https://example.org/sets/lab.sssom.tsv
#license: "CC0"
#mapping_set_version: 2026-01-31
subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence\tcomment
lab:1\tknee\tskos:exactMatch\t\tUMLS:C0022742\tsemapv:Manual\t0.9\t"a ""good"" one"
lab:1\tknee\tskos:broadMatch\t\tobodo:4\tsemapv:Lexical\t\t
lab:2\tjoint\tskos:exactMatch\tNot\tMESH:D007596\tsemapv:Manual\t\t
lab:3\tlimb\tskos:exactMatch\t\tNowhere:1\tsemapv:Manual\t\t
lab:4\tleg\tskos:exactMatch\t\tMESH:D007866\tsemapv:Manual\tvery\t
lab:5\ttoe
"""


def read(
    reader: VocabularyReader, folder: Path, text: str, name: str = "lab.tsv"
) -> tuple[list[Concept], Ledger]:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    ledger = Ledger()
    return list(reader(path, ledger)), ledger


def test_a_table_gives_concepts_and_a_ledger(tmp_path: Path) -> None:
    (knee, joint), ledger = read(read_table, tmp_path, TABLE)
    assert (knee.label, knee.types, knee.definition) == ("knee", ("anatomy",), "A joint.")
    assert knee.parents == ("LAB:2", "UBERON:5")
    assert [(n.text, n.scope, n.language) for n in knee.names] == [
        ("knee", "label", "en"),
        ("genu", "exact", "en"),
        ("stifle", "exact", "en"),
        ("Knie", "exact", "de"),
    ]
    assert knee.equivalents == (Equivalent("UMLS:C0022742", "oboInOwl:hasDbXref", "lab"),)
    assert joint.names[0].scope == "related"
    places = {a.kind: a.place for a in ledger.aside}
    assert places["unknown-prefix"] == "lab.tsv, line 2, column 9 (xref)"
    assert places["bad-scope"] == "lab.tsv, line 5, column 3 (scope)"
    assert places["bad-type"] == "lab.tsv, line 5, column 4 (type)"
    assert ledger.counts["bad-curie"] == 2
    assert ledger.counts["bad-line"] == 2


def test_two_columns_without_header_are_enough(tmp_path: Path) -> None:
    concepts, _ = read(
        read_table, tmp_path, "LAB:1\tknee\nLAB:1\tgenu\nLAB:2\tjoint\nLAB:1\tstifle\n"
    )
    assert [(c.curie, c.label) for c in concepts] == [
        ("LAB:1", "knee"),
        ("LAB:2", "joint"),
        ("LAB:1", ""),
    ]
    assert [n.scope for c in concepts for n in c.names] == ["label", "exact", "label", "exact"]


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_other_delimiters_and_quoted_cells_over_lines(tmp_path: Path, delimiter: str) -> None:
    text = f"id{delimiter}label{delimiter}definition\n"
    text += f'LAB:1{delimiter}"knee{delimiter} left"{delimiter}"two\nlines ""here"""\n'
    text += f'LAB:2{delimiter}"never closed{delimiter}\nLAB:3{delimiter}toe{delimiter}\n'
    concepts, ledger = read(read_table, tmp_path, text, "lab.csv")
    assert concepts[0].label == f"knee{delimiter} left"
    assert concepts[0].definition == 'two lines "here"'
    assert [c.curie for c in concepts] == ["LAB:1", "LAB:3"]
    assert ledger.aside[0].place == "lab.csv, line 4"


def test_a_quote_that_is_a_character_stays_one(tmp_path: Path) -> None:
    (concept,), _ = read(read_table, tmp_path, 'LAB:1\t5" nail\n')
    assert concept.label == '5" nail'


def test_a_column_of_bare_ids_may_name_its_prefix(tmp_path: Path) -> None:
    concepts, _ = read(read_table, tmp_path, "mesh_id\tmesh_name\nD007717\tKnee\n")
    assert (concepts[0].curie, concepts[0].label) == ("MESH:D007717", "Knee")


def test_bare_ids_stand_as_they_are(tmp_path: Path) -> None:
    concepts, _ = read(read_table, tmp_path, "code\tname\nK17\tknee\n")
    assert concepts[0].curie == "K17"


def test_translations_in_babelon_form_are_names_of_their_language(tmp_path: Path) -> None:
    text = (
        "source_language\ttranslation_language\tsubject_id\tsource_value\tpredicate_id\ttranslation_value\n"
        "en\tes\tHP:0001945\tFever\trdfs:label\tFiebre\n"
    )
    (fever,), ledger = read(read_table, tmp_path, text)
    assert [(n.text, n.scope, n.language) for n in fever.names] == [("Fiebre", "label", "es")]
    assert not ledger.counts


@pytest.mark.parametrize("text", ["", "\n\n", "once upon a time\n", "a\tb\n1\t2\n"])
def test_other_text_is_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile):
        read(read_table, tmp_path, text)


def test_json_lines_give_concepts_and_a_ledger(tmp_path: Path) -> None:
    (knee, joint, bare), ledger = read(read_jsonl, tmp_path, RECORDS, "lab.jsonl")
    assert (knee.label, knee.types, knee.definition) == ("knee", ("anatomy",), "A joint.")
    assert [(n.text, n.language) for n in knee.names] == [
        ("knee", "en"),
        ("genu", "en"),
        ("Knie", "de"),
    ]
    assert knee.equivalents == (
        Equivalent("UMLS:C0022742", "oboInOwl:hasDbXref", "lab"),
        Equivalent("MESH:D007717", "skos:exactMatch", "lab"),
    )
    assert (joint.is_obsolete, joint.replaced_by) == (True, "LAB:1")
    assert bare.label == ""
    assert ledger.counts == {"unknown-field": 1, "bad-line": 5, "no-label": 1}
    assert ledger.aside[-1].place == "lab.jsonl, line 6, column 10"


def test_json_lines_that_nest_deeply_are_set_aside(tmp_path: Path) -> None:
    text = '{"curie": "LAB:1", "label": "x", "names": ' + "[" * 900 + "]" * 900 + "}\n"
    text += '{"curie": ' + "[" * 100_000 + "\n"
    concepts, ledger = read(read_jsonl, tmp_path, text, "lab.jsonl")
    assert len(concepts) == 1
    assert ledger.counts["bad-line"] == 2


def test_mappings_are_read_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "lab.sssom.tsv"
    path.write_text(MAPPINGS, encoding="utf-8")
    ledger = Ledger()
    rows = list(read_mappings(path, ledger))
    assert rows[0] == Mapping(
        "lab:1",
        "skos:exactMatch",
        "UMLS:C0022742",
        subject_label="knee",
        justification="semapv:Manual",
        confidence=0.9,
        source="https://example.org/sets/lab.sssom.tsv",
        fields=(("comment", 'a "good" one'),),
    )
    assert rows[1].object == "DOID:4"  # by the base that curie_map gives
    assert rows[2].is_negated
    assert rows[3].fields == (("confidence", "very"),)
    assert (ledger.name, ledger.version, ledger.licence) == ("lab", "2026-01-31", "CC0")
    where = {a.kind: a.place for a in ledger.aside}
    assert where["unknown-prefix"] == "lab.sssom.tsv, line 11, column 5 (object_id)"
    assert where["bad-number"] == "lab.sssom.tsv, line 12, column 7 (confidence)"
    assert ledger.counts["bad-line"] == 2


def test_mappings_as_concepts_keep_predicate_and_source(tmp_path: Path) -> None:
    concepts, ledger = read(read_sssom, tmp_path, MAPPINGS, "lab.sssom.tsv")
    assert concepts[0].equivalents == (
        Equivalent("UMLS:C0022742", "skos:exactMatch", "lab"),
        Equivalent("DOID:4", "skos:broadMatch", "lab"),
    )
    assert [c.curie for c in concepts] == ["lab:1", "lab:4"]
    assert ledger.counts["negated"] == 1


def test_a_table_without_the_columns_of_sssom_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="object_id"):
        read(read_sssom, tmp_path, "subject_id\tpredicate_id\n")


_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=8
)
_ROWS = st.lists(
    st.builds(
        Mapping,
        subject=st.sampled_from(["MONDO:1", "HP:2"]),
        predicate=st.sampled_from(["skos:exactMatch", "skos:broadMatch", "oboInOwl:hasDbXref"]),
        object=st.sampled_from(["MESH:D1", "UMLS:C2"]),
        subject_label=_CELL,
        object_label=_CELL,
        justification=_CELL,
        confidence=st.none() | st.floats(0, 1),
        is_negated=st.booleans(),
        source=st.sampled_from(["one", "two"]),
        fields=st.just(()) | st.builds(lambda text: (("comment", text),), _CELL.filter(bool)),
    ),
    max_size=5,
)


@settings(deadline=None)
@given(_ROWS)
def test_written_mappings_are_read_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Mapping]
) -> None:
    stream = io.BytesIO()
    assert write_sssom(rows, stream, metadata=(("license", "CC0"),), prefixes=(("a", "b"),)) == len(
        rows
    )
    path = tmp_path_factory.getbasetemp() / "a.sssom.tsv"
    path.write_bytes(stream.getvalue())
    ledger = Ledger()
    back = list(read_mappings(path, ledger))
    assert back == rows
    assert not ledger.counts


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_tables_raise_nothing_but_ours(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(row.split("\t") for row in TABLE.split("\n"))
    name, reader, text = data.draw(
        st.sampled_from(
            [
                ("a.tsv", read_table, TABLE),
                ("a.csv", read_table, out.getvalue()),
                ("a.jsonl", read_jsonl, RECORDS),
                ("a.sssom.tsv", read_sssom, MAPPINGS),
            ]
        )
    )
    raw = text.encode()
    place = data.draw(st.integers(0, len(raw)))
    junk = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"\t", b"\n", b'"', b"\r", b"\0", b"#", b"null"])
    )
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(raw[:place] + junk + raw[place + data.draw(st.integers(0, 8)) :])
    try:
        for concept in reader(path, Ledger()):
            assert concept.curie
    except OnomaError:
        pass
