from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadFile, NotText
from onoma.formats.html_text import html_blocks, read_html
from onoma.types import Document

PAGE = """<!doctype html><html><head><title>A &amp; B</title><style>x{}</style></head><body>
<h1>One</h1>intro <b>bold</b>text<p>Para<script>alert(1)</script>  two&nbsp;x<br>line
<ul><li>a<li>b</ul><table><caption>Cap</caption><tr><th>H1<th>H2<tr><td>1<td>2<td>
<tr><td>x <p>y</p></td></table><h2>Two</h2><pre>
 a
   b</pre><div hidden>no</div><p style="display: none">no</p>tail<!-- c -->after</body></html>"""


def parts(page: str) -> list[tuple[str, str]]:
    text, passages = html_blocks(page)
    return [(p.kind, text[p.start : p.end]) for p in passages]


def test_visible_text_comes_in_blocks() -> None:
    assert parts(PAGE) == [
        ("title", "A & B"),
        ("heading", "One"),
        ("paragraph", "intro boldtext"),
        ("paragraph", "Para two\xa0x\nline"),
        ("list_item", "a"),
        ("list_item", "b"),
        ("table", "Cap\nH1\tH2\n1\t2\nx y"),
        ("heading", "Two"),
        ("code", " a\n   b"),
        ("paragraph", "tailafter"),
    ]


def test_passages_name_their_headings() -> None:
    _, passages = html_blocks("<h1>A</h1><h2>B</h2><p>x</p><h2>C</h2><p>y</p><h1>D</h1><p>z</p>")
    assert [p.metadata for p in passages if p.kind == "paragraph"] == [
        (("section", "A"), ("section", "B")),
        (("section", "A"), ("section", "C")),
        (("section", "D"),),
    ]


@pytest.mark.parametrize(
    "page",
    ["<div>" * 300 + "x", "<div>" * 1_000_000 + "x", "x" * 11_000_000],
    ids=["deep", "deeper", "long"],
)
def test_what_would_be_cut_is_refused(page: str) -> None:
    with pytest.raises(BadFile):
        html_blocks(page)


@pytest.mark.parametrize("page", ["", " ", "</p></p>", "<!-- x -->"])
def test_a_page_without_text_is_empty(page: str) -> None:
    assert html_blocks(page) == ("", ())


def test_an_encoding_is_found() -> None:
    page = '<meta charset="windows-1252"><p>na\xefve'
    for data in (page.encode("cp1252"), page.encode(), page.encode("utf-16")):
        (document,) = read_html(io.BytesIO(data), "a.html")
        assert isinstance(document, Document)
        assert document.text == "na\xefve"
    with pytest.raises(NotText):
        list(read_html(io.BytesIO(b"<p>na\xefve"), "a.html"))
    with pytest.raises(NotText):
        list(read_html(io.BytesIO(b"<meta charset=base64><p>na\xefve"), "a.html"))


@given(st.text(st.sampled_from("<>/pdivbtrh1 &;x\n\t\"'!-\ud800"), max_size=80))
def test_passages_cover_the_text_whatever_comes(page: str) -> None:
    text, passages = html_blocks(page)
    assert text == "\n".join(text[p.start : p.end] for p in passages)
