from __future__ import annotations

import io
import json
from typing import Any

import pytest

from onoma.errors import BadFile
from onoma.formats import open_stream
from onoma.formats.biocjson import read_biocjson, read_biocjson_gold
from onoma.formats.biocxml import read_biocxml_gold
from onoma.types import AnnotatedDocument, Argument, Document, FailedDocument, Passage
from tests.formats.documents import written
from tests.formats.sample import document_of, mention_of

XML = """<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd">
<collection><source>test</source><date>20210101</date><key>k</key><infon key="run">7</infon>
<document><id> 12 </id><infon key="year">2021</infon>
 <passage><infon key="type">title</infon><offset>0</offset><text>Gout &amp; rash</text>
  <annotation id="a"><infon key="type">Disease</infon><infon key="identifier">MESH:D006073</infon>
   <infon key="note">sure</infon><location offset="0" length="4"/><text>Gout</text></annotation>
 </passage>
 <passage><infon key="type">abstract</infon><infon key="section">Methods</infon><offset>14</offset>
  <text>Breast and ovarian cancer.</text>
  <annotation id="b"><infon key="type">Disease</infon><location offset="14" length="6"/>
   <location offset="33" length="6"/><text>Breast cancer</text></annotation>
  <relation id="r1"><infon key="type">linked</infon><infon key="sure">no</infon>
   <node refid="a" role="cause"/><node refid="b" role="effect"/></relation>
 </passage>
</document></collection>"""


def from_xml(data: str | bytes) -> list[AnnotatedDocument]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_biocxml_gold(open_stream(io.BytesIO(raw), "a.xml"), "a.xml"))


def from_json(value: Any) -> list[AnnotatedDocument]:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(read_biocjson_gold(open_stream(io.BytesIO(raw), "a.json"), "a.json"))


def test_xml_gives_text_passages_mentions_and_relations() -> None:
    (found,) = from_xml(XML)
    assert found.document == Document(
        "12",
        "Gout & rash\n  Breast and ovarian cancer.",
        (Passage(0, 11, "title"), Passage(14, 40, "abstract", (("section", "Methods"),))),
        source="a.xml",
        metadata=(
            ("year", "2021"),
            ("collection:source", "test"),
            ("collection:date", "20210101"),
            ("collection:key", "k"),
            ("collection:run", "7"),
        ),
    )
    first, second = found.mentions
    assert (first.id, first.type, first.curie) == ("a", "disease", "MESH:D006073")
    assert (first.text, first.metadata) == ("Gout", (("note", "sure"),))
    assert (second.spans, second.text) == (((14, 20), (33, 39)), "Breast and ovarian cancer")
    (relation,) = found.relations
    assert relation.predicate == "linked"
    assert relation.arguments == (Argument("cause", "a"), Argument("effect", "b"))
    assert relation.metadata == (("sure", "no"),)


@pytest.mark.parametrize("unit", ["utf-8", "utf-16-le"])
def test_offsets_in_other_units_are_recognised(unit: str) -> None:
    def size(text: str) -> int:
        return len(text.encode(unit)) // (2 if unit == "utf-16-le" else 1)

    title, abstract = "α-synuclein 🧬", "β-amyloid and 🧠 tau"
    start = size(title) + 1
    tau = start + size("β-amyloid and 🧠 ")
    passages = [
        {"offset": 0, "text": title},
        {
            "offset": start,
            "text": abstract,
            "annotations": [
                {
                    "id": "1",
                    "infons": {"type": "Gene"},
                    "text": "tau",
                    "locations": [{"offset": tau, "length": 3}],
                }
            ],
        },
    ]
    (found,) = from_json({"documents": [{"id": "1", "passages": passages}]})
    assert found.text == f"{title}\n{abstract}"
    assert [mention.text for mention in found.mentions] == ["tau"]
    assert [p.kind for p in found.document.passages] == ["title", "abstract"]


def test_offsets_that_count_from_the_passage_are_recognised() -> None:
    annotation = {
        "id": "1",
        "infons": {},
        "text": "rash",
        "locations": [{"offset": 2, "length": 4}],
    }
    passages = [
        {"offset": 0, "text": "Gout", "infons": {"type": "title"}},
        {"offset": 5, "text": "A rash", "infons": {"type": "text"}, "annotations": [annotation]},
    ]
    (found,) = from_json({"documents": [{"id": "1", "passages": passages}]})
    assert [(m.start, m.text, m.type) for m in found.mentions] == [(7, "rash", "entity")]


def test_sentences_make_the_text_of_their_passage() -> None:
    sentences = [{"offset": 0, "text": "Gout hurts."}, {"offset": 13, "text": "Rash too."}]
    (found,) = from_json({"id": "1", "passages": [{"offset": 0, "sentences": sentences}]})
    assert found.text == "Gout hurts.  Rash too."
    assert [found.text[s.start : s.end] for s in found.sentences] == ["Gout hurts.", "Rash too."]


def test_passages_that_overlap_are_put_one_behind_the_other() -> None:
    annotation = {
        "id": "1",
        "infons": {},
        "text": "Rash",
        "locations": [{"offset": 0, "length": 4}],
    }
    passages = [
        {"offset": 0, "text": "Gout"},
        {"offset": 0, "text": "Rash", "annotations": [annotation]},
    ]
    (found,) = from_json({"documents": [{"id": "1", "passages": passages}]})
    assert found.text == "Gout\nRash"
    assert [(m.start, m.text) for m in found.mentions] == [(5, "Rash")]


@pytest.mark.parametrize("shape", ["collection", "list", "document", "lines", "PubTator3"])
def test_every_shape_of_json_is_read(shape: str) -> None:
    one, two = ({"id": n, "passages": [{"offset": 0, "text": "x"}]} for n in ("1", "2"))
    values: dict[str, Any] = {
        "collection": {"source": "s", "documents": [one, two], "infons": {"passages": []}},
        "list": [{"documents": [one]}, {"documents": [two]}],
        "document": [one, two],
        "lines": "\n".join(json.dumps(d) for d in (one, two)).encode(),
        "PubTator3": {"PubTator3": [one, two]},
    }
    assert [document.id for document in from_json(values[shape])] == ["1", "2"]


def test_relations_between_concepts_are_those_of_biored() -> None:
    relation = {"id": "R0", "infons": {"entity1": "D1", "entity2": "D2", "type": "Association"}}
    (found,) = from_json({"id": "1", "passages": [], "relations": [relation]})
    assert found.relations[0].arguments == (Argument("subject", "D1"), Argument("object", "D2"))
    record = json.loads(written("biocjson", [found])[0])["documents"][0]
    assert record["relations"] == [relation | {"nodes": [], "infons": {"type": "Association", **{
        k: v for k, v in relation["infons"].items() if k != "type"}}}]  # type: ignore[attr-defined]  # fmt: skip


def test_an_annotation_without_a_place_is_kept_as_metadata() -> None:
    annotation = {"id": "9", "infons": {"type": "Disease", "identifier": "D1"}, "locations": []}
    (found,) = from_json({"id": "1", "passages": [], "annotations": [annotation]})
    assert found.document.metadata == (("unplaced annotation", "9  type=Disease identifier=D1"),)


def test_an_annotation_outside_the_text_fails_the_annotations_alone() -> None:
    annotation = {"id": "9", "infons": {}, "text": "x", "locations": [{"offset": 90, "length": 1}]}
    data = {"id": "1", "passages": [{"offset": 0, "text": "Gout", "annotations": [annotation]}]}
    (found,) = from_json(data)
    assert found.error is not None
    assert found.error.code == "bad-span"
    stream = open_stream(io.BytesIO(json.dumps(data).encode()), "a")
    assert [d.text for d in read_biocjson(stream, "a") if isinstance(d, Document)] == ["Gout"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("<document><id>2</id><passage><offset>x</offset></passage></document>", "bad-xml"),
        ("<document><id>2</id><passage></document>", "bad-xml"),
        ("<document><id>2</id><passage><offset>0</offset>", "bad-xml"),
        ("<document><id>2</id>&nosuch;</document>", "bad-xml"),
    ],
)
def test_a_broken_document_of_xml_fails_alone(broken: str, code: str) -> None:
    good = "<document><id>{}</id></document>"
    data = f"<collection>{good.format(1)}{broken}{good.format(3)}</collection>"
    first, failed, last = from_xml(data)
    assert (first.id, last.id) == ("1", "3")
    assert failed.error is not None
    assert (failed.id, failed.error.code) == ("2", code)
    assert failed.error.hint


@pytest.mark.parametrize(
    "broken",
    [
        b'{"id": "2", "passages": [{"offset": "x"}]}',
        b'{"id": "2", "passages": {}}',
        b'{"id": "2", "passages": [{"offset": 0, "text": 5}]}',
        b'{"id": "2", "passages": [{"offset": 0, "infons": ["a"]}]}',
        b'{"id": "2"}',
    ],
)
def test_a_broken_document_of_json_fails_alone(broken: bytes) -> None:
    good = b'{"id": "%d", "passages": []}'
    first, failed, last = from_json(b'{"documents": [%b, %b, %b]}' % (good % 1, broken, good % 3))
    assert (first.id, last.id) == ("1", "3")
    assert failed.error is not None
    assert failed.error.code == "bad-json"


@pytest.mark.parametrize(
    "data",
    [b"<collection><document><id>1</id>", b"<html></html>", b"", b"<collection>"],
)
def test_xml_that_ends_early_or_is_something_else_is_told(data: bytes) -> None:
    with pytest.raises(BadFile):
        from_xml(data)


@pytest.mark.parametrize(
    "data", [b'{"documents": [{"id": "1"', b'{"a": 1}}', b"[" * 5000, b"", b"[]", b'{"a": [}']
)
def test_json_that_ends_early_or_is_something_else_is_told(data: bytes) -> None:
    with pytest.raises(BadFile):
        from_json(data)


def test_a_huge_gap_is_refused() -> None:
    (found,) = from_json({"id": "1", "passages": [{"offset": 10**11, "text": "x"}]})
    assert isinstance(found.error, FailedDocument)
    assert "gap" in found.error.message


def test_what_stands_between_passages_is_written() -> None:
    document = document_of(
        "Gout\t rash; fever", mention_of("Gout\t rash; fever", (12, 17)), title=4
    )
    (found,) = from_xml(written("biocxml", [document])[0])
    assert found.text == document.text
    assert [m.text for m in found.mentions] == ["fever"]


def test_signs_that_xml_has_not_are_counted() -> None:
    data, losses = written("biocxml", [document_of("a\x01b\ud800\r\n")])
    (found,) = from_xml(data)
    assert found.text == "a\ufffdb\ufffd\r\n"
    assert losses == {"characters": 2}


def test_another_encoding_is_read_as_stated() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><collection><document><id>1</id><passage>' \
        "<offset>0</offset><text>Fièvre</text></passage></document></collection>"  # fmt: skip
    assert [d.text for d in from_xml(text.encode("latin-1"))] == ["Fièvre"]
    wide = text.replace("ISO-8859-1", "UTF-16")
    assert [d.text for d in from_xml(b"\xff\xfe" + wide.encode("utf-16-le"))] == ["Fièvre"]
