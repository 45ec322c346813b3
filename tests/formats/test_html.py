from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given

from onoma.formats.look import look
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Assertion, Document, FailedDocument
from tests.formats.sample import (
    annotated,
    asserted,
    document_of,
    failed_document,
    mention_of,
    written,
)


class Page(HTMLParser):
    """What a browser would see: elements, attributes, text, scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.bodies: dict[str, list[str]] = {"script": [], "style": []}
        self.body = ""
        self.marks: list[dict[str, str | None]] = []
        self._stack: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "mark":
            self.marks.append(dict(attrs))
        if tag in ("script", "style"):
            self.bodies[tag].append("")
        self._stack.append("text" if ("class", "body") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack[-1] not in (tag, "text"):
            self._stack.pop()
        if self._stack and (self._stack[-1] == tag or tag == "div"):
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if self._stack and self._stack[-1] in self.bodies:
            self.bodies[self._stack[-1]][-1] += data
        elif "text" in self._stack:
            self.body += data


def page_of(*documents: AnnotatedDocument) -> Page:
    return Page(written("html", *documents).decode())


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--<script>",
    "</title></style></mark><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; \0 \x1b[31m \ud800",
    "]]><x>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    from dataclasses import replace

    plain = page_of(document_of("x" * 9, mention_of("x" * 9, (0, 4))), failed_document())
    mention = mention_of(text, (0, 4), type_name=text, curie=text)
    candidates = (replace(mention.candidates[0], curie=text, label=text, name=text),)
    mention = replace(mention, label=text, candidates=candidates, name=text)
    error = FailedDocument(text, text, text, text, 3)
    page = page_of(
        document_of(text, mention, id=text), AnnotatedDocument(Document(text, ""), error=error)
    )
    # The same elements as on a harmless page, but for links: these ids are none.
    assert Counter(t for t in page.tags if t != "a") == Counter(t for t in plain.tags if t != "a")
    assert "img" not in page.tags
    assert "svg" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    links = [value for name, value in page.attributes if name == "href"]
    assert all(link.startswith(("#", "https://bioregistry.io/")) for link in links)


@given(annotated())
def test_any_text_stands_on_the_page(document: AnnotatedDocument) -> None:
    page = page_of(document)
    shown = re.sub("[\ud800-\udfff]", "\ufffd", document.text).replace("\r", "")
    shown = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", lambda m: chr(0x2400 + ord(m[0])), shown)
    assert page.body == (shown if document.text.strip() else "no text") or not shown.strip()


def test_the_policy_allows_the_embedded_parts_alone() -> None:
    page = page_of(document_of("fever", mention_of("fever", (0, 5))))
    policy = next(value for name, value in page.attributes if "default-src" in value)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for part in (page.bodies["style"][0], page.bodies["script"][-1]):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_the_page_needs_nothing_from_outside() -> None:
    page = page_of(document_of("fever", mention_of("fever", (0, 5))))
    assert not {"link", "img", "iframe", "object", "embed"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name in ("src", "srcset", "style")]
    assert "url(" not in page.bodies["style"][0]
    assert "@import" not in page.bodies["style"][0]


def test_mentions_carry_type_assertion_and_focus() -> None:
    text = "no family history of fever"
    axes = Assertion(polarity="absent", experiencer="family", cue=(0, 2))
    page = page_of(document_of(text, asserted(mention_of(text, (21, 26)), axes)))
    (mark,) = page.marks
    assert mark["class"] == "m t-disease a-family a-absent"
    assert mark["data-b"] == "family"
    assert mark["tabindex"] == "0"
    (data,) = json.loads(page.bodies["script"][0])
    assert data["axes"] == ["family", "absent"]
    assert data["cue"] == "no"
    assert data["candidates"][0]["why"] == {"prior": 0.25}


def test_parts_of_a_mention_share_its_number_and_one_stop() -> None:
    text = "breast and ovarian cancer"
    page = page_of(document_of(text, mention_of(text, (0, 6), (19, 25))))
    assert [mark["data-m"] for mark in page.marks] == ["0", "0"]
    assert [mark.get("tabindex") for mark in page.marks] == ["0", None]


def test_a_failed_document_is_shown_with_what_to_do() -> None:
    page = written("html", failed_document("b.txt")).decode()
    assert "save it as UTF-8" in page
    assert 'class="failed"' in page
    assert "1 failed" in page


def test_every_type_has_a_colour() -> None:
    assert [name for name in SEMANTIC_TYPES if f".t-{name} {{" not in look()] == []
    assert look() in written("html", failed_document("b.txt")).decode()
