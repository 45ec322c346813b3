from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import NotText
from onoma.formats.medline import Deletion, read_deletions, read_medline
from onoma.types import Document, FailedDocument
from tests.formats.conftest import Items

Read = Callable[[str, bytes], Items]

HEAD = b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
TAIL = b"</PubmedArticleSet>\n"


def citation(pmid: int, title: str, rest: str = "") -> bytes:
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>'
        f"<ArticleTitle>{title}</ArticleTitle>{rest}</Article></MedlineCitation>"
        "<PubmedData><ArticleIdList/></PubmedData></PubmedArticle>\n"
    ).encode()


def parse(data: bytes) -> Items:
    return list(read_medline(io.BytesIO(data), "a.xml"))


RICH = """
<Journal><JournalIssue><PubDate><Year>2020</Year><Month>May</Month><Day>3</Day></PubDate>
</JournalIssue></Journal>
<Abstract><AbstractText Label="BACKGROUND">One <i>E. coli</i> &amp; H<sub>2</sub>O.</AbstractText>
<AbstractText>Two.</AbstractText><CopyrightInformation>(c) X</CopyrightInformation></Abstract>
<VernacularTitle>Étude.</VernacularTitle>
"""


def test_all_text_is_kept_with_its_passages(read: Read) -> None:
    (document,) = read("a.xml", HEAD + citation(1, "On <b>gout</b>.", RICH) + TAIL)
    assert isinstance(document, Document)
    assert document.text == "On gout.\nBACKGROUND: One E. coli & H2O.\nTwo.\nÉtude."
    assert document.date == "2020-05-03"
    parts = [(p.kind, document.text[p.start : p.end]) for p in document.passages]
    assert parts == [
        ("title", "On gout."),
        ("abstract", "BACKGROUND: One E. coli & H2O."),
        ("abstract", "Two."),
        ("other_title", "Étude."),
    ]


def test_abstracts_in_other_languages_are_kept() -> None:
    other = '<OtherAbstract Language="chi"><AbstractText>糖尿病</AbstractText></OtherAbstract>'
    data = citation(1, "T").replace(b"</MedlineCitation>", other.encode() + b"</MedlineCitation>")
    (document,) = parse(HEAD + data + TAIL)
    assert isinstance(document, Document)
    assert document.text == "T\n糖尿病"


def test_passages_in_other_languages_say_so() -> None:
    rest = "<Language>fre</Language><VernacularTitle>Étude.</VernacularTitle>"
    other = '<OtherAbstract Language="spa"><AbstractText>Uno.</AbstractText></OtherAbstract>'
    data = citation(1, "T", rest).replace(
        b"</MedlineCitation>", other.encode() + b"</MedlineCitation>"
    )
    (document,) = parse(HEAD + data + TAIL)
    assert isinstance(document, Document)
    assert document.language == "en"
    assert [(p.kind, p.metadata) for p in document.passages] == [
        ("title", ()),
        ("other_abstract", (("language", "spa"),)),
        ("other_title", (("language", "fre"),)),
    ]
    assert document.metadata == (("article_language", "fre"),)


METADATA = """
<Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>
</JournalIssue><Title>A Journal</Title><ISOAbbreviation>A J</ISOAbbreviation></Journal>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D016454">Review</PublicationType></PublicationTypeList>
"""


def test_metadata_are_kept() -> None:
    mesh = (
        b"<MeshHeadingList><MeshHeading>"
        b'<DescriptorName UI="D006073" MajorTopicYN="N">Gout</DescriptorName>'
        b'<QualifierName UI="Q000188" MajorTopicYN="Y">drug therapy</QualifierName>'
        b"</MeshHeading></MeshHeadingList></MedlineCitation>"
    )
    ids = (
        b'<ArticleIdList><ArticleId IdType="doi">10.1/x</ArticleId>'
        b'<ArticleId IdType="pmc">PMC9</ArticleId></ArticleIdList><ReferenceList><Reference>'
        b'<ArticleIdList><ArticleId IdType="doi">10.1/other</ArticleId></ArticleIdList>'
        b"</Reference></ReferenceList>"
    )
    data = (
        citation(1, "T", METADATA)
        .replace(b"</MedlineCitation>", mesh)
        .replace(b"<ArticleIdList/>", ids)
        .replace(b'Version="1"', b'Version="2"')
    )
    (document,) = parse(HEAD + data + TAIL)
    assert isinstance(document, Document)
    assert document.date == "1998"
    assert document.metadata == (
        ("version", "2"),
        ("year", "1998"),
        ("journal", "A Journal"),
        ("journal_abbreviation", "A J"),
        ("publication_type", "Journal Article"),
        ("publication_type", "Review"),
        ("doi", "10.1/x"),
        ("pmcid", "PMC9"),
        ("mesh", "MESH:D006073 Gout/*drug therapy"),
    )


def test_authors_their_places_and_keywords_are_kept() -> None:
    place = "<AffiliationInfo><Affiliation>Ward 5, Élan &amp; Co</Affiliation></AffiliationInfo>"
    people = (
        f"<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane A</ForeName>{place}</Author>"
        f"<Author><LastName>Roe</LastName><Initials>R</Initials>{place}</Author>"
        "<Author><CollectiveName>Tea Group</CollectiveName></Author><Author/></AuthorList>"
    )
    words = "<KeywordList><Keyword>hot <i>tea</i></Keyword><Keyword/></KeywordList>"
    data = (
        citation(1, "T", METADATA)
        .replace(b"<PublicationTypeList>", people.encode() + b"<PublicationTypeList>")
        .replace(b"</MedlineCitation>", words.encode() + b"</MedlineCitation>")
    )
    (document,) = parse(HEAD + data + TAIL)
    assert isinstance(document, Document)
    kept = [one for one in document.metadata if one[0] in ("author", "affiliation", "keyword")]
    assert kept == [
        ("author", "Doe, Jane A"),
        ("author", "Roe, R"),
        ("author", "Tea Group"),
        ("affiliation", "Ward 5, Élan & Co"),
        ("keyword", "hot tea"),
    ]


def test_deletions_are_given_apart() -> None:
    deletions = b'<DeleteCitation><PMID Version="1">7</PMID>\n<PMID Version="2">8</PMID>'
    data = HEAD + citation(1, "T") + deletions + b"<PMID>9</PMID></DeleteCitation>" + TAIL
    assert [d.id for d in parse(data)] == ["1"]
    assert list(read_deletions(io.BytesIO(data))) == [
        Deletion("7"),
        Deletion("8", "2"),
        Deletion("9"),
    ]


def test_citations_that_are_commented_out_are_passed_over() -> None:
    out = b"<!-- " + citation(2, "Two") + citation(3, "Three") + b" -->"
    data = HEAD + citation(1, "One <!-- aside --> more") + out + citation(4, "Four") + TAIL
    assert [d.id for d in parse(data)] == ["1", "4"]


def test_a_citation_without_its_end_fails_alone() -> None:
    data = HEAD + citation(1, "One")[:-20] + citation(2, "Two") + TAIL
    first, second = parse(data)
    assert isinstance(first, FailedDocument)
    assert first.id == "1"
    assert isinstance(second, Document)


def test_a_start_tag_that_is_spoilt_fails_alone() -> None:
    data = HEAD + citation(1, "One").replace(b"<PubmedArticle>", b"<PubmedArticl>") + TAIL
    (failed,) = parse(data)
    assert isinstance(failed, FailedDocument)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_stated_encodings_are_kept_to(encoding: str) -> None:
    stated = encoding.removesuffix("-sig")
    text = (HEAD + citation(1, "Étude") + TAIL).decode().replace("utf-8", stated)
    (document,) = parse(text.encode(encoding))
    assert isinstance(document, Document)
    assert document.text == "Étude"


def test_invalid_utf_16_is_an_error() -> None:
    with pytest.raises(NotText, match="utf-16"):
        parse("\ufeff<PubmedArticleSet>".encode("utf-16-le") + b"\x00\xd8\x00\x00")


def test_old_files_and_books_are_read() -> None:
    old = b"<MedlineCitationSet>" + b"".join(
        b"<MedlineCitation><PMID>%d</PMID><Article><ArticleTitle>T</ArticleTitle></Article>"
        b"</MedlineCitation>" % n
        for n in (1, 2)
    )
    assert [d.id for d in parse(old + b"</MedlineCitationSet>")] == ["1", "2"]
    book = (
        b"<PubmedBookArticle><BookDocument><PMID>9</PMID><Book><BookTitle>B</BookTitle></Book>"
        b"<Abstract><AbstractText>A</AbstractText></Abstract></BookDocument></PubmedBookArticle>"
    )
    (document,) = parse(HEAD + book + TAIL)
    assert isinstance(document, Document)
    assert document.text == "B\nA"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (citation(2, "An <i>unclosed tag"), "bad-xml"),
        (citation(2, "An &unknown; entity"), "bad-xml"),
        (citation(2, "A < sign"), "bad-xml"),
        (citation(2, "XX").replace(b"XX", b"\xe8"), "bad-encoding"),
        (citation(2, "a\0b"), "bad-xml"),
        (citation(2, "<a>" * 400 + "</a>" * 400), "bad-xml"),
    ],
    ids=["tag", "entity", "sign", "encoding", "nul", "depth"],
)
def test_a_malformed_citation_fails_alone(bad: bytes, code: str) -> None:
    data = HEAD + citation(1, "One") + bad + citation(3, "Three é") + citation(4, "Four") + TAIL
    found = parse(data)
    assert [d.id for d in found] == ["1", "2", "3", "4"]
    assert [isinstance(d, Document) for d in found] == [True, False, True, True]
    failed = found[1]
    assert isinstance(failed, FailedDocument)
    assert failed.code == code
    assert failed.hint


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]><PubmedArticleSet>'
).encode()


def test_entities_are_never_expanded() -> None:
    data = LAUGHS + citation(1, "&l9;") + citation(2, "&file;") + citation(3, "Fine") + TAIL
    first, second, third = parse(data)
    assert isinstance(first, FailedDocument)
    assert isinstance(second, FailedDocument)
    assert "root:" not in str(second)
    assert isinstance(third, Document)


def test_a_file_that_ends_early_is_told(read: Read) -> None:
    data = HEAD + citation(1, "One") + citation(2, "Two")[:-60]
    first, failed = read("a.xml", data)
    assert isinstance(first, Document)
    assert isinstance(failed, FailedDocument)
    assert "ends early, inside the citation 2" in failed.message


def test_an_empty_set_has_no_documents() -> None:
    assert parse(HEAD + TAIL) == []


class Endless(io.RawIOBase):
    """Citations without end in sight, made while they are read."""

    def __init__(self, count: int) -> None:
        self._parts = self._iter_parts(count)
        self._rest = b""

    def _iter_parts(self, count: int) -> Iterator[bytes]:
        yield HEAD
        for number in range(count):
            yield citation(
                number, "Title " * 20, "<Abstract><AbstractText>A</AbstractText></Abstract>"
            )
        yield TAIL

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # any writable buffer
        self._rest = self._rest or next(self._parts, b"")
        data, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(data)] = data
        return len(data)


def test_memory_does_not_grow_with_the_file() -> None:
    peaks = []
    for count in (500, 5_000):
        tracemalloc.start()
        assert sum(1 for _ in read_medline(io.BufferedReader(Endless(count)), "a")) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), max_size=5))
def test_titles_survive(titles: list[str]) -> None:
    from xml.sax.saxutils import escape

    legal = [
        "".join(c for c in t if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
        for t in titles
    ]
    data = HEAD + b"".join(citation(n, escape(t)) for n, t in enumerate(legal)) + TAIL
    found = parse(data)
    assert [d.text for d in found if isinstance(d, Document)] == [t.strip() for t in legal]
