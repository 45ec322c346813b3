from __future__ import annotations

import io

import pytest

from onoma.errors import BadFile, OnomaError
from onoma.formats.jats import read_jats
from onoma.types import Document, FailedDocument
from tests.formats.conftest import Items

ARTICLE = """<article article-type="research-article" xml:lang="en">
<front><journal-meta><journal-title-group><journal-title>A Journal</journal-title>
</journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="pmid">7</article-id><article-id pub-id-type="pmc">9</article-id>
<article-id pub-id-type="doi">10.1/x</article-id>
<title-group><article-title>Gout in <italic>Mus</italic>: H<sub>2</sub>O<xref ref-type="fn">*</xref>
</article-title><subtitle>A study</subtitle></title-group>
<contrib-group><contrib><name><surname>Moss</surname></name></contrib></contrib-group>
<pub-date pub-type="epub"><day>3</day><month>5</month><year>2020</year></pub-date>
<pub-date><year>2020</year></pub-date>
<abstract><sec><title>Aim</title><p>To see.</p></sec></abstract>
<trans-abstract xml:lang="fr"><p>Voir.</p></trans-abstract>
<kwd-group><kwd>gout</kwd></kwd-group></article-meta></front>
<body><sec sec-type="methods"><label>1</label><title>Methods</title>
<p>We did<sup><xref ref-type="bibr" rid="r1">12</xref></sup> it at 10<sup>3</sup>:
<list><list-item><label>a)</label><p>first</p></list-item><list-item><p>second</p></list-item>
</list> and more
<disp-formula><label>(1)</label><alternatives><tex-math>\\documentclass{x}</tex-math>
<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math></alternatives>
</disp-formula> at last <inline-formula><tex-math>\\documentclass{x}
\\begin{document}$y$\\end{document}</tex-math></inline-formula>.</p>
<sec><title>Deep</title><p>Below.</p>
<fig><label>Figure 1</label><caption><title>A figure.</title><p>What it shows.</p></caption>
<graphic xlink:href="f1"/></fig></sec></sec>
<table-wrap><label>Table 1</label><caption><p>Counts.</p></caption>
<table><thead><tr><th>Sign</th><th>n</th></tr></thead>
<tbody><tr><td><p>Fever</p></td><td/></tr></tbody></table>
<table-wrap-foot><fn><label>a</label><p>Of all.</p></fn></table-wrap-foot></table-wrap></body>
<back><ack><title>Thanks</title><p>To all.</p></ack>
<ref-list><title>References</title><ref><mixed-citation>One <article-title>No</article-title>
</mixed-citation></ref><ref/></ref-list></back>
<sub-article><front-stub><title-group><article-title>Reply</article-title></title-group></front-stub>
<body><p>Said.</p></body></sub-article></article>"""


def parse(data: str | bytes) -> Items:
    data = data.encode() if isinstance(data, str) else data
    return list(read_jats(io.BytesIO(data), "a.nxml"))


def test_an_article_is_read_whole_and_in_order() -> None:
    (document,) = parse(ARTICLE)
    assert isinstance(document, Document)
    assert [(p.kind, document.text[p.start : p.end]) for p in document.passages] == [
        ("title", "Gout in Mus: H2O*"),
        ("title", "A study"),
        ("heading", "Aim"),
        ("abstract", "To see."),
        ("other_abstract", "Voir."),
        ("heading", "1 Methods"),
        ("paragraph", "We did 12 it at 103:"),
        ("list_item", "a) first"),
        ("list_item", "second"),
        ("paragraph", "and more"),
        ("formula", "x=1"),
        ("paragraph", "at last $y$."),
        ("heading", "Deep"),
        ("paragraph", "Below."),
        ("figure_caption", "A figure."),
        ("figure_caption", "What it shows."),
        ("table_caption", "Counts."),
        ("table", "Sign\tn\nFever"),
        ("table_footnote", "a Of all."),
        ("heading", "Thanks"),
        ("paragraph", "To all."),
        ("heading", "Reply"),
        ("paragraph", "Said."),
    ]
    place = {document.text[p.start : p.end]: p.metadata for p in document.passages}
    assert place["Below."] == (
        ("section", "1 Methods"), ("section", "Deep"), ("section_type", "methods")
    )  # fmt: skip
    assert place["x=1"][-1] == ("label", "(1)")
    assert place["What it shows."][-1] == ("label", "Figure 1")
    assert place["Sign\tn\nFever"] == (("label", "Table 1"),)
    assert place["Said."] == (("section", "Reply"),)
    assert place["Voir."] == (("language", "fr"),)


def test_metadata_and_ids() -> None:
    (document,) = parse(ARTICLE)
    assert isinstance(document, Document)
    assert document.id == "PMC9"
    assert document.date == "2020-05-03"
    assert document.metadata == (
        ("article_type", "research-article"),
        ("journal", "A Journal"),
        ("pmid", "7"),
        ("pmcid", "PMC9"),
        ("doi", "10.1/x"),
        ("keyword", "gout"),
        ("year", "2020"),
        ("references", "2"),
    )


SET = '<?xml version="1.0"?><!DOCTYPE x><set xmlns:z="urn:z" xmlns:xlink="urn:x">'


def test_sets_and_namespaces_are_read() -> None:
    one = '<article xmlns="urn:jats"><body z:a="1"><p xlink:href="x">One</p></body></article>'
    two = "<article><body><p>Two</p></body></article>"
    found = parse(SET + one + two + "</set>")
    assert [d.text for d in found if isinstance(d, Document)] == ["One", "Two"]
    assert [d.id for d in found] == ["a.nxml", "a.nxml:2"]


def test_a_malformed_article_fails_alone() -> None:
    bad = "<article><body><p>Two</body></article>"
    good = "<article><body><p>One</p></body></article>"
    found = parse(SET + good + bad + "<article><p>" + good + "</set>")
    assert [isinstance(d, Document) for d in found] == [True, False, False, True]
    assert all(d.code == "bad-xml" for d in found if isinstance(d, FailedDocument))


@pytest.mark.parametrize(
    "data",
    [
        '<!DOCTYPE article [<!ENTITY a "b">]><article><p>&a;</p></article>',
        "<article>" + "<sec>" * 300 + "</sec>" * 300 + "</article>",
    ],
    ids=["entity", "depth"],
)
def test_what_is_hostile_is_refused(data: str) -> None:
    (failed,) = parse(data)
    assert isinstance(failed, FailedDocument)


@pytest.mark.parametrize("data", ["", "<html/>", "<article><p>x"])
def test_a_file_that_is_not_whole_is_an_error(data: str) -> None:
    with pytest.raises(OnomaError):
        parse(data)


def test_no_article_is_said() -> None:
    with pytest.raises(BadFile, match="no article"):
        parse("<html/>")
