"""Relations in the formats that hold them: what is said of each comes back, or is counted."""

from __future__ import annotations

import io
from dataclasses import replace

import orjson
import pyarrow.parquet as pq

from onoma.formats.found import read_found
from onoma.formats.relation_schema import SCHEMA
from onoma.formats.relation_writers import COLUMNS
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    Mention,
    Passage,
    Relation,
    RelationEvidence,
)
from tests.formats.documents import read, written

TEXT = "Aspirin & ulcers. Aspirin caused <ulcers>."


def mention(start: int, end: int, type_: str, curie: str, number: int) -> Mention:
    text, span = TEXT[start:end], ((start, end),)
    return Mention(start, end, text, type_, curie, None, 1.0, "gold", span, id=f"T{number}")


RELATION = Relation(
    "causes",
    (Argument("subject", "CHEBI:15365"), Argument("object", "MONDO:1")),
    "R1",
    kind="cid/CID",
    confidence=0.123456,
    novelty="novel",
    factuality="factual",
    causality="causes",
    is_explicit=True,
    trigger_span=(26, 32),
    evidence=(RelationEvidence(18, 42, (18, 25), (34, 40), 0.123456),),
    found_by="reader",
)
ASPIRIN, ULCER = "CHEBI:15365", "MONDO:1"
DOCUMENT = AnnotatedDocument(
    Document("d1", TEXT, (Passage(0, 17, "title"), Passage(18, 42, "abstract")), source="file"),
    (
        mention(0, 7, "chemical", ASPIRIN, 1),
        mention(10, 16, "disease", ULCER, 2),
        mention(18, 25, "chemical", ASPIRIN, 3),
        mention(34, 40, "disease", ULCER, 4),
    ),
    relations=(RELATION,),
)


def test_all_of_it_comes_back_from_the_formats_that_hold_details() -> None:
    for name in ("biocjson", "biocxml", "brat", "jsonl-text", "webanno"):
        packed, losses = written(name, [DOCUMENT])
        assert not losses.keys() & {"details", "relations", "attributes"}, name
        assert read(name, packed)[0].relations == (RELATION,), name


def test_brat_ties_the_mentions_of_the_surest_evidence() -> None:
    packed, _ = written("brat", [DOCUMENT])
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        lines = files.read("d1.ann").decode()
    assert "R1\tcauses subject:T3 object:T4\n" in lines


def test_pubtator_leaves_out_what_is_denied_as_it_cannot_say_so() -> None:
    denied = replace(DOCUMENT, relations=(replace(RELATION, factuality="negated"),))
    packed, losses = written("pubtator", [denied])
    assert not read("pubtator", packed)[0].relations
    assert losses["relations"] == 1


def test_pubtator_has_concepts_and_novelty_and_counts_the_rest() -> None:
    packed, losses = written("pubtator", [DOCUMENT])
    assert b"\nd1\tcauses\tCHEBI:15365\tMONDO:1\tNovel\n" in packed
    assert losses["details"] == 1
    (one,) = read("pubtator", packed)[0].relations
    assert (one.novelty, one.metadata) == ("novel", ())
    bare = replace(RELATION, arguments=(Argument("subject", "T9"), RELATION.arguments[1]))
    unlinked = replace(DOCUMENT.mentions[0], curie=None, id="T9")
    other = replace(DOCUMENT, relations=(bare,), mentions=(unlinked, *DOCUMENT.mentions[1:]))
    packed, losses = written("pubtator", [other])
    assert losses["relations"] == 1
    assert b"causes" not in packed


def test_json_lines_have_every_field_and_are_read_without_their_text(tmp_path) -> None:  # type: ignore[no-untyped-def]
    packed, _ = written("jsonl", [DOCUMENT])
    (record,) = (orjson.loads(line) for line in packed.splitlines())
    (one,) = record["relations"]
    assert list(one)[:4] == ["id", "predicate", "arguments", "trigger"]
    assert one["evidence"] == [
        {"start": 18, "end": 42, "subject": [18, 25], "object": [34, 40], "score": 0.1235}
    ]
    assert record["mentions"][0]["id"] == "T1"
    path = tmp_path / "found.jsonl"
    path.write_bytes(packed)
    (back,) = read_found(path, "found.jsonl", "jsonl")
    rounded = replace(RELATION.evidence[0], score=0.1235)
    assert back.relations == (replace(RELATION, confidence=0.1235, evidence=(rounded,)),)
    assert [m.id for m in back.mentions] == ["T1", "T2", "T3", "T4"]


def test_a_table_has_a_row_a_relation() -> None:
    packed, losses = written("relations-tsv", [DOCUMENT])
    head, row = packed.decode().splitlines()
    assert tuple(head.split("\t")) == COLUMNS
    cells = dict(zip(COLUMNS, row.split("\t"), strict=True))
    assert (cells["subject"], cells["object"], cells["confidence"]) == (ASPIRIN, ULCER, "0.1235")
    assert (cells["trigger"], cells["explicit"]) == ("caused", "yes")
    assert cells["text"] == "Aspirin caused <ulcers>."
    assert losses["mentions"] == 4
    packed, _ = written("relations-parquet", [DOCUMENT])
    table = pq.read_table(io.BytesIO(packed))
    assert table.schema.names == SCHEMA.names
    assert table.to_pylist()[0]["evidence"][0]["object"] == [34, 40]


def test_the_page_lists_relations_with_their_sentences_escaped() -> None:
    page = written("html", [DOCUMENT])[0].decode()
    assert '<b class="predicate">causes</b>' in page
    assert (
        '<blockquote dir="auto"><mark>Aspirin</mark> <u>caused</u> &lt;<mark>ulcers</mark>&gt;.'
        in page
    )


def test_a_terminal_shows_a_relation_and_its_passage() -> None:
    shown = written("terminal", [DOCUMENT])[0].decode()
    assert "Aspirin causes ulcers  0.12  novel  factual  causes" in shown
    assert "    Aspirin caused <ulcers>." in shown


def test_a_damaged_field_of_ours_stays_among_the_metadata() -> None:
    packed, _ = written("biocjson", [DOCUMENT])
    broken = packed.replace(b"0.123456", b"much", 1).replace(b'"Novel"', b'"Perhaps"', 1)
    (one,) = read("biocjson", broken)[0].relations
    assert (one.confidence, one.novelty) == (None, "")
    assert ("novel", "Perhaps") in one.metadata
