from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile
from onoma.formats.opening import open_stream
from onoma.formats.ris import NbibWriter, RisWriter, read_ris
from onoma.types import AnnotatedDocument, Document, FailedDocument, Passage
from tests.formats.conftest import Items
from tests.formats.sample import document_of, failed_document, mention_of


def parse(data: bytes | str) -> Items:
    data = data.encode() if isinstance(data, str) else data
    return list(read_ris(open_stream(io.BytesIO(data), "a"), "a"))


def one(data: bytes | str) -> Document:
    (document,) = parse(data)
    assert isinstance(document, Document)
    return document


def written(kind: type[RisWriter], *documents: Document) -> bytes:
    stream = io.BytesIO()
    writer = kind(stream)
    for document in documents:
        writer.write(AnnotatedDocument(document))
    return stream.getvalue()


RIS = """\ufeffTY  - JOUR
ID  - 17
T1  - Gout in the
  elderly
AU  - Moss, A.
AU  - Fern, B.
PY  - 2020/05/03/
N2  - It is
common.

It is painful.
AB  - It is common. It is painful.
XX  - of no known meaning
UR  -
ER  -

TY  - CHAP
TI  - Two
AN  - 18
"""


def test_a_ris_record_keeps_every_tag() -> None:
    first, second = parse(RIS)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.id == "17"
    assert first.text == "Gout in the elderly\nIt is common. It is painful."
    assert [(p.kind, p.metadata) for p in first.passages] == [
        ("title", (("tag", "T1"),)),
        ("abstract", (("tag", "N2"),)),
    ]
    assert first.date == "2020-05-03"
    assert first.metadata == (
        ("TY", "JOUR"),
        ("AU", "Moss, A."),
        ("AU", "Fern, B."),
        ("PY", "2020/05/03/"),
        ("AB", "It is common. It is painful."),
        ("XX", "of no known meaning"),
        ("UR", ""),
    )
    assert (second.id, second.text) == ("18", "Two")


NBIB = """
PMID- 31000001
OWN - NLM
DP  - 2019 Jun 2
TI  - A long title that goes on
      and on.
LID - 10.1/x [doi]
AB  - BACKGROUND: One. RESULTS: Two.
OAB - Drei.
MH  - *Gout/drug therapy
MHDA- 2019/06/14 06:00

PMID- 31000002
TI  - Next.
"""


def test_nbib_is_read() -> None:
    first, second = parse(NBIB)
    assert isinstance(first, Document)
    assert first.id == "31000001"
    assert first.text == (
        "A long title that goes on and on.\nBACKGROUND: One. RESULTS: Two.\nDrei."
    )
    assert [p.kind for p in first.passages] == ["title", "abstract", "other_abstract"]
    assert first.date == "2019-06-02"
    assert ("MHDA", "2019/06/14 06:00") in first.metadata
    assert second.id == "31000002"


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Moss, A
   Fern, B
TI A title that
   goes on
AB Text.
UT WOS:000001
PY 2021
ER

PT J
TI Second
ER

EF
"""


def test_web_of_science_is_read() -> None:
    first, second = parse(WOS)
    assert isinstance(first, Document)
    assert (first.id, first.text, first.date) == (
        "WOS:000001",
        "A title that goes on\nText.",
        "2021",
    )
    assert first.metadata[:3] == (("PT", "J"), ("AU", "Moss, A"), ("AU", "Fern, B"))
    assert second.id == "a:2"


def test_words_of_the_provider_and_single_blanks_are_passed_over() -> None:
    document = one("Provider: Somebody\r\nContent: text\r\n\r\nTY - JOUR\r\nTI - T\r\nER -\r\n")
    assert document.text == "T"


def test_a_record_that_is_no_text_fails_alone() -> None:
    data = b"TY  - JOUR\nTI  - a\xe9\nER  - \nTY  - JOUR\nTI  - b\nER  - \n"
    failed, good = parse(data)
    assert isinstance(failed, FailedDocument)
    assert failed.code == "bad-encoding"
    assert failed.offset == 18
    assert isinstance(good, Document)


@pytest.mark.parametrize("data", ["", "no tags at all\n", "ER  - \n"])
def test_a_file_without_records_is_an_error(data: str) -> None:
    with pytest.raises(BadFile):
        parse(data)


@pytest.mark.parametrize("kind", [RisWriter, NbibWriter])
@pytest.mark.parametrize("data", [RIS, NBIB, WOS], ids=["ris", "nbib", "wos"])
def test_records_are_written_back(kind: type[RisWriter], data: str) -> None:
    documents = [d for d in parse(data) if isinstance(d, Document)]
    again = [d for d in parse(written(kind, *documents)) if isinstance(d, Document)]
    assert [(d.id, d.text, d.date) for d in again] == [(d.id, d.text, d.date) for d in documents]
    own = kind is (NbibWriter if data is NBIB else RisWriter)
    if own:
        assert [(d.metadata, d.passages) for d in again] == [
            (d.metadata, d.passages) for d in documents
        ]


values = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1, max_size=20
).map(str.strip)
tags = st.sampled_from(["AU", "KW", "ID", "AN", "DO", "DA", "PY", "TI", "T1", "AB", "N2", "ZZ"])


@given(st.lists(st.lists(st.tuples(tags, values), min_size=1, max_size=8), min_size=1, max_size=4))
def test_what_is_read_is_written_and_read_again(records: list[list[tuple[str, str]]]) -> None:
    text = "".join(
        "TY  - JOUR\n" + "".join(f"{tag}  - {value}\n" for tag, value in record) + "ER  - \n"
        for record in records
    )
    documents = [d for d in parse(text) if isinstance(d, Document)]
    assert len(documents) == len(records)
    for writer in (RisWriter, NbibWriter):
        again = parse(written(writer, *documents))
        for before, after in zip(documents, again, strict=True):
            assert isinstance(after, Document)
            assert (after.id, after.text, after.date) == (before.id, before.text, before.date)
            kept = [f for f in before.metadata if f[0] != "TY"]
            assert [f for f in after.metadata if f[0] != "TY"] == kept


def test_losses_are_counted() -> None:
    stream = io.BytesIO()
    writer = RisWriter(stream)
    writer.write(document_of("Gout\nhurts", mention_of("Gout\nhurts", (0, 4))))
    writer.write(failed_document())
    other = Document("5", "Ti Sec", (Passage(0, 2, "title"), Passage(3, 6, "section")),
                     metadata=(("journal", "J"), ("unheard of", "x")))  # fmt: skip
    writer.write(AnnotatedDocument(other))
    assert +writer.losses == {
        "mentions": 1, "failed": 1, "characters": 1, "passages": 1, "metadata": 1,
        "store": 1
    }  # fmt: skip
    assert "JF  - J\n" in stream.getvalue().decode()
