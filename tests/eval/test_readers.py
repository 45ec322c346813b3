from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
from pathlib import Path

import pytest

from onoma.errors import BadFile, BadLine, BadSpan, DataMissing, InputError, UnknownName
from onoma.eval import data_sets, tasks
from onoma.eval.datasets import SPLITS, find_source, in_split
from onoma.eval.gold_documents import (
    Triple,
    parse_knowtator,
    parse_standoff,
    read_brat_tar,
    read_mention_table,
)
from onoma.eval.gold_formats import OWN_READERS, read_gold
from onoma.eval.gold_ids import read_equivalents
from onoma.eval.gold_relations import read_chemprot, read_ddi, read_gutbrainie
from onoma.eval.gold_tables import locate, parse_ab3p, parse_negex
from onoma.eval.listing import listing
from onoma.eval.tasks.labels import negex_axes
from onoma.formats import annotated_readers
from onoma.formats.concept_fields import split_ids

KNOWTATOR = b"""<annotations textSource="1.txt">
  <annotation><mention id="m1" /><span start="0" end="3" /><span start="8" end="12" /></annotation>
  <classMention id="m1"><mentionClass id="CL:0000232">erythrocyte</mentionClass></classMention>
</annotations>"""
KNOWTATOR_2 = b"""<knowtator-project><document id="1"><annotation id="x">
  <class id="http://purl.obolibrary.org/obo/MONDO_0011122"/><span end="7" start="0"/>
</annotation></document></knowtator-project>"""


def pack(path: Path, files: dict[str, str]) -> Path:
    with lzma.open(path, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def test_rows_of_the_table_are_whole() -> None:
    rows = data_sets()
    assert len({row.name for row in rows}) == len(rows) > 30
    for row in rows:
        assert set(row.tasks) <= set(tasks.names()), row.name
        assert row.licence, row.name
        assert row.source, row.name
        assert row.parts, row.name
        assert {part.split for part in row.parts} <= set(SPLITS), row.name
        assert all(len(part.sha256) == 64 for part in row.parts), row.name
        if "ner" in row.tasks:
            assert row.views, row.name
    known = {*annotated_readers.names(), *OWN_READERS}
    documents = [row for row in rows if {"ner", "link"} & set(row.tasks)]
    assert {row.format for row in documents} <= known


def test_the_list_names_every_task_and_set() -> None:
    words = listing()
    assert all(f"  {name}: " in words for name in tasks.names())
    assert all(f"  {row.name} (" in words for row in data_sets())


def test_a_folder_of_the_table_is_known_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "ncbi-disease"
    folder.mkdir()
    source = find_source(folder, "concepts")
    assert source.row is not None
    assert (source.row.name, source.split) == ("ncbi-disease", "dev")
    with pytest.raises(DataMissing, match="is not there"):
        tasks.get("concepts").read(source)
    with pytest.raises(InputError, match="no gold for the task 'forecast'"):
        find_source(folder, "forecast")


def test_a_folder_with_several_sets_asks_which(tmp_path: Path) -> None:
    folder = tmp_path / "hpo-gsc"
    folder.mkdir()
    with pytest.raises(InputError, match="holds several sets"):
        find_source(folder, "ner")
    source = find_source(folder, "ner", name="hpo-id68")
    assert source.row is not None
    with pytest.raises(UnknownName, match="hpo-id68"):
        find_source(folder, "ner", name="hpo-id67")


def test_a_file_of_a_set_says_which_split_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "ncbi-disease"
    folder.mkdir()
    path = folder / "NCBItrainset_corpus.txt.gz"
    path.write_bytes(b"")
    assert find_source(path, "ner").split == "train"
    assert find_source(path, "ner", split="dev").split == "dev"


def test_our_splits_are_disjoint_and_complete() -> None:
    ids = [str(number) for number in range(400)]
    dev = {one for one in ids if in_split(one, "dev")}
    train = {one for one in ids if in_split(one, "train")}
    assert dev | train == set(ids)
    assert not dev & train
    assert 60 < len(dev) < 140


@pytest.mark.parametrize(
    ("field", "kind", "wanted"),
    [
        ("D003924|D003920", "Disease", ("MESH:D003924", "MESH:D003920")),
        ("672(Tax:9606);675", "Gene", ("NCBIGene:672", "NCBIGene:675")),
        ("104300", "Disease", ("OMIM:104300",)),
        ("CVCL_0030", "CellLine", ("CVCL:0030",)),
        ("HP:0001250+HP:0001250", "", ("HP:0001250",)),
        ("-1", "", ()),
        (None, "", ()),
    ],
)
def test_concept_fields_are_read(field: str | None, kind: str, wanted: tuple[str, ...]) -> None:
    assert split_ids(field, kind) == wanted


def test_equivalents_hold_both_ways_and_one_step(tmp_path: Path) -> None:
    path = tmp_path / "same.tsv"
    path.write_text("# remark\nA:1\tB:1\nB:1\tC:1\n", encoding="utf-8")
    same = read_equivalents(path)
    assert same == {"A:1": {"B:1"}, "B:1": {"A:1", "C:1"}, "C:1": {"B:1"}}
    path.write_text("A:1\n", encoding="utf-8")
    with pytest.raises(BadLine, match="line 1"):
        read_equivalents(path)


@pytest.mark.parametrize(
    "line",
    ["[4::9]\tHP_0001945 | fever", "4:9\tHP:0001945\tfever", "4\t9\tfever\tHP:0001945\tRelated"],
)
def test_standoff_is_read_in_each_layout(line: str) -> None:
    (mention,) = parse_standoff("n", "No\n\nfever\there", line).mentions
    assert (mention.start, mention.end, mention.concepts) == (4, 9, ("HP:0001945",))


def test_standoff_outside_its_text_is_told() -> None:
    with pytest.raises(BadSpan, match="n: the annotation 'fever' at 4 90"):
        parse_standoff("n", "No fever", "[4::90]\tHP_0001945 | fever")


def test_knowtator_covers_gaps_and_is_read_in_both_layouts() -> None:
    (old,) = parse_knowtator(KNOWTATOR, "red big cell", "CL")
    assert (old.start, old.end, old.concepts) == (0, 12, ("CL:0000232",))
    (new,) = parse_knowtator(KNOWTATOR_2, "obesity", "MONDO")
    assert new.concepts == ("MONDO:0011122",)


def test_packed_brat_pairs_take_concepts_from_notes(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "brat.tar.xz",
        {
            "x/a.txt": "Aspirin helps.",
            "x/a.ann": "T1\tNORMALIZABLES 0 7\tAspirin\n#1\tAnnotatorNotes T1\t387458008\n",
        },
    )
    (one,) = read_brat_tar(path, {"prefix": "SNOMEDCT"})
    assert one.mentions[0].concepts == ("SNOMEDCT:387458008",)


def test_a_table_of_mentions_is_read_beside_its_texts(tmp_path: Path) -> None:
    pack(tmp_path / "texts.tar.xz", {"t/a.txt": "Fiebre y tos."})
    path = tmp_path / "m.tsv"
    options = {"texts": "texts.tar.xz", "columns": "f,l,s,e,t,c", "prefix": "SNOMEDCT"}
    path.write_text("f\tl\ts\te\tt\tc\na\tE\t0\t6\tFiebre\t386661006+1\n", encoding="utf-8")
    (one,) = read_mention_table(path, options)
    assert one.mentions[0].concepts == ("SNOMEDCT:386661006", "SNOMEDCT:1")
    path.write_text("f\tl\ts\te\tt\tc\na\tE\t0\t60\tFiebre\t1\n", encoding="utf-8")
    with pytest.raises(BadSpan):
        list(read_mention_table(path, options))
    path.write_text("f\tl\ts\te\tt\tc\nb\tE\t0\t6\tFiebre\t1\n", encoding="utf-8")
    with pytest.raises(BadFile, match="no text for 'b'"):
        list(read_mention_table(path, options))


def test_conditions_are_located_in_capitals_first() -> None:
    sentence = "Pain: she has CHEST \n PAIN, no pain else."
    assert locate("chest pain", sentence) == [(14, 26)]
    assert locate("edema", "edema or EDEMA") == [(9, 14)]
    assert locate("rash", "No trash") == []


def test_rows_of_negation_hold_the_axes_that_depart() -> None:
    lines = ["head", "1\tfever\tNo FEVER.\tNegated\tHistorical\tPatient", "2\tx\ty"]
    (row,) = parse_negex(lines)
    assert row.spans == ((3, 8),)
    assert negex_axes(row) == {"negated", "historical"}


def test_records_of_abbreviations_split_text_and_pairs() -> None:
    content = "12\nA title. \nAn abstract (AA) here.\n  AA|an abstract\n\n13\nNone\nhere\n"
    first, second = parse_ab3p(content)
    assert first.text == "A title. An abstract (AA) here."
    assert first.pairs == {("AA", "an abstract")}
    assert (second.id, second.pairs) == ("13", frozenset())


def test_relations_of_chemprot_meet_their_mentions(tmp_path: Path) -> None:
    files = {
        "abstracts": "1\tAspirin acts.\tIt binds COX.\n",
        "entities": "1\tT1\tCHEMICAL\t0\t7\tAspirin\n1\tT2\tGENE-Y\t23\t26\tCOX\n",
        "gold_standard": "1\tCPR:4\tArg1:T1\tArg2:T2\n",
    }
    for part, text in files.items():
        with gzip.open(tmp_path / f"x_{part}.tsv.gz", "wt", encoding="utf-8") as handle:
            handle.write(text)
    (one,) = read_chemprot(tmp_path / "x_abstracts.tsv.gz", {})
    assert [one.document.text[m.start : m.end] for m in one.mentions] == ["Aspirin", "COX"]
    assert one.relations == (Triple("T1", "CPR:4", "T2"),)


def test_sentences_of_ddi_are_put_together(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "ddi.tar.xz",
        {
            "a.xml": '<document id="d"><sentence id="s0" text="No drug."/>'
            '<sentence id="s1" text="Aspirin and warfarin.">'
            '<entity id="e0" charOffset="0-6" type="drug" text="Aspirin"/>'
            '<entity id="e1" charOffset="12-19" type="drug" text="warfarin"/>'
            '<pair id="p" e1="e0" e2="e1" ddi="true" type="effect"/></sentence></document>'
        },
    )
    (one,) = read_ddi(path, {})
    assert [one.document.text[m.start : m.end] for m in one.mentions] == ["Aspirin", "warfarin"]
    assert one.relations == (Triple("e0", "effect", "e1"),)


def test_offsets_of_gutbrainie_include_their_end(tmp_path: Path) -> None:
    entity = {"start_idx": 3, "end_idx": 6, "location": "abstract", "text_span": "Food"}
    relation = {"subject_text_span": "Food", "predicate": "affects", "object_text_span": "Gut"}
    one = {
        "metadata": {"title": "Gut", "abstract": "Of Food."},
        "entities": [{**entity, "label": "food"}],
        "ternary_mention_based_relations": [relation],
    }
    path = tmp_path / "g.json"
    path.write_text(json.dumps({"1": one}), encoding="utf-8")
    (found,) = read_gutbrainie(path, {})
    assert found.document.text == "Gut Of Food."
    assert [found.document.text[m.start : m.end] for m in found.mentions] == ["Food"]
    assert found.relations == (Triple("food", "affects", "gut"),)


def test_a_document_known_to_be_broken_is_left_out_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.pubtator"
    path.write_text("1|t|Gout\n1|a|\n1\t0\t40\tGout\tDisease\t-\n\n2|t|Fever\n2|a|\n\n")
    with pytest.raises(BadFile):
        list(read_gold(path, "pubtator", {}))
    assert [one.document.id for one in read_gold(path, "pubtator", {"without": "1"})] == ["2"]
