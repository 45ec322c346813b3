from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from onoma.formats.markdown import read_markdown
from onoma.types import Document


def document_of(text: str) -> Document:
    (document,) = read_markdown(io.BytesIO(text.encode()), "a.md")
    assert isinstance(document, Document)
    return document


NOTE = """---
title: x
---
# A *note* #

First
line.

## Seen
- fever
- [gout](https://example.org)

~~~python
# no heading
~~~
Set
===
last"""


def test_text_is_untouched_and_passages_lie_in_it() -> None:
    document = document_of(NOTE)
    assert document.text == NOTE
    assert [(p.kind, NOTE[p.start : p.end]) for p in document.passages] == [
        ("front_matter", "---\ntitle: x\n---"),
        ("title", "A *note*"),
        ("text", "First\nline."),
        ("heading", "Seen"),
        ("text", "- fever\n- [gout](https://example.org)"),
        ("code", "~~~python\n# no heading\n~~~"),
        ("heading", "Set"),
        ("text", "last"),
    ]
    assert document.passages[4].metadata == (("section", "A *note*"), ("section", "Seen"))
    assert document.passages[7].metadata == (("section", "Set"),)


def test_windows_line_ends_are_kept() -> None:
    document = document_of("# A\r\n\r\nb\r\nc\r\n")
    assert [document.text[p.start : p.end] for p in document.passages] == ["A", "b\r\nc"]


@given(st.text(st.sampled_from("#`~=- \n\r\tab"), max_size=60))
def test_passages_are_in_order_whatever_comes(text: str) -> None:
    document = document_of(text)
    ends = [0, *(p.end for p in document.passages)]
    assert all(p.start >= end for p, end in zip(document.passages, ends, strict=False))
    assert all(p.start < p.end <= len(text) for p in document.passages)
