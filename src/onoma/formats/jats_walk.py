"""The text of a JATS article, block by block, in the order of the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from onoma.formats.blocks import Blocks
from onoma.types import Fields

_LEFT_OUT = frozenset({
    "aff", "aff-alternatives", "alt-text", "alt-title", "annotation", "annotation-xml",
    "article-categories", "article-id", "article-version", "article-version-alternatives",
    "author-notes", "conference", "contrib-group", "counts", "custom-meta-group", "elocation-id",
    "fpage", "funding-group", "graphic", "history", "inline-graphic", "isbn", "issue", "issue-id",
    "issue-part", "issue-sponsor", "issue-title", "journal-meta", "kwd-group", "long-desc", "lpage",
    "media", "object-id", "page-range", "part-number", "permissions", "processing-meta", "product",
    "pub-date", "pub-date-not-available", "pub-history", "ref-list", "related-article",
    "related-object", "season", "self-uri", "supplement", "support-group", "volume", "volume-id",
    "volume-issue-group", "volume-series",
})  # fmt: skip
"""What is data about the article, a picture, or a formula's second form."""

_BLOCKS: dict[str, str] = {
    "abstract": "abstract",
    "ack": "paragraph",
    "app": "paragraph",
    "article-title": "title",
    "attrib": "paragraph",
    "body": "paragraph",
    "boxed-text": "paragraph",
    "caption": "caption",
    "code": "code",
    "def": "list_item",
    "disp-formula": "formula",
    "disp-quote": "quotation",
    "fig": "figure_caption",
    "fn": "footnote",
    "glossary": "paragraph",
    "label": "label",
    "list": "list_item",
    "list-item": "list_item",
    "notes": "paragraph",
    "p": "",
    "preformat": "code",
    "response": "paragraph",
    "sec": "",
    "speech": "quotation",
    "statement": "paragraph",
    "sub-article": "paragraph",
    "subtitle": "title",
    "supplementary-material": "caption",
    "table": "table",
    "table-wrap": "table_caption",
    "table-wrap-foot": "table_footnote",
    "term": "list_item",
    "title": "heading",
    "trans-abstract": "other_abstract",
    "trans-subtitle": "other_title",
    "trans-title": "other_title",
    "verse-group": "quotation",
}
"""The kind of passage for what stands in a block; nothing: that of the block around it."""

_SECTIONS = frozenset({"abstract", "ack", "app", "body", "boxed-text", "glossary", "notes", "sec",
                       "response", "statement", "sub-article", "trans-abstract"})  # fmt: skip
_KEEPING = frozenset({"caption", "fn"})  # inside figures, tables: the outer one gives the kind
_LABELLED = frozenset({"boxed-text", "disp-formula", "fig", "supplementary-material", "table-wrap"})
_CELLS = frozenset({"td", "th", "entry"})
_ROWS = frozenset({"tr", "row"})


_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PREAMBLE = re.compile(r"^.*\\begin\{document\}|\\end\{document\}.*$", re.DOTALL)


def local_name(node: Any) -> str:
    """Return an element's name without its namespace."""
    tag: str = node.tag
    return tag if tag[0] != "{" else tag.rpartition("}")[2]


def inline_text(node: Any) -> str:
    """Return all text below a node on one line."""
    return " ".join("".join(node.itertext()).split())


def _tex(node: Any) -> str:
    """Return a formula in TeX, without its preamble; nothing where MathML stands beside it."""
    around = node.getparent()
    if local_name(around) == "alternatives" and any(local_name(one) == "math" for one in around):
        return ""
    return _PREAMBLE.sub("", inline_text(node))


@dataclass(slots=True)
class _Open:
    """A block that is open."""

    name: str
    kind: str
    is_section: bool = False
    title: str = ""
    type: str = ""
    label: str = ""
    language: str = ""


class ArticleWalker:
    """Goes through an article without recursion; ``references`` counts what is left out."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.blocks = Blocks()
        self.references = 0
        self._open = [_Open("", "paragraph")]
        self._tables = 0
        self._pending = ""  # a number that belongs to the block to come

    def walk(self, article: Any) -> None:
        """Write what an article holds."""
        walk = etree.iterwalk(article, events=("start", "end"))
        for event, node in walk:
            name = local_name(node)
            if event == "start" and name in _LEFT_OUT:
                if name == "ref-list":
                    self.references += sum(1 for _ in node.iter("{*}ref"))
                walk.skip_subtree()
            elif event == "start" and name == "tex-math":
                self.blocks.write(_tex(node))
                walk.skip_subtree()
            elif event == "start":
                self._start(name, node)
            else:
                if name not in _LEFT_OUT:
                    self._end(name)
                if tail := node.tail:
                    self.blocks.write(tail, keep=self._open[-1].kind == "code")
        self._cut()

    def _start(self, name: str, node: Any) -> None:
        if name in _BLOCKS:
            self._break()
            self._tables += name == "table"
            self._open.append(
                _Open(
                    name,
                    self._kind(name),
                    is_section=name in _SECTIONS,
                    type=node.get("sec-type") or "",
                    language=(node.get(_LANGUAGE) or "") if name.startswith("trans-") else "",
                )
            )
            if self._pending and name != "label":
                self.blocks.write(self._pending + " ")
                self._pending = ""
        elif name == "break":
            self.blocks.mark("\n" if not self._tables else " ")
        elif name == "xref" and self._is_glued(node):
            self.blocks.write(" ")
        self.blocks.write(node.text, keep=self._open[-1].kind == "code")

    def _kind(self, name: str) -> str:
        """Return the kind of a block: a figure's caption stays a figure's caption."""
        around = self._open[-1].kind
        if name in ("article-title", "subtitle") and self._is_in_response():
            return "heading"
        if name in _KEEPING and around in ("figure_caption", "table_caption", "table_footnote"):
            return around
        if name == "title" and self._open[-1].name in ("caption", "fig", "table-wrap"):
            return around
        return _BLOCKS[name] or around

    def _is_in_response(self) -> bool:
        return any(one.name in ("sub-article", "response") for one in self._open)

    def _is_glued(self, node: Any) -> bool:
        """Say whether a citation's number would run into the word before it."""
        if node.get("ref-type") != "bibr" or not self.blocks.last.isalnum():
            return False
        return inline_text(node)[:1].isdigit()

    def _end(self, name: str) -> None:
        if name in _CELLS:
            self.blocks.mark("\t" if self._tables else " ")
        elif name in _ROWS:
            self.blocks.mark("\n")
        elif name in _BLOCKS:
            self._tables -= name == "table"
            if self._tables:
                self.blocks.mark(" ")
                self._open.pop()
                return
            self._close(name)

    def _close(self, name: str) -> None:
        """End a block; a title or label tells what its owner is called."""
        block = self._open[-1]
        if name == "label":
            self._open.pop()
            words = self.blocks.take()
            owner = self._open[-1]
            if owner.name in _LABELLED:
                owner.label = words
            else:  # of a section, list item or footnote
                self._pending = words
            return
        if self._pending:
            self.blocks.write(self._pending)
            self._pending = ""
        text = self.blocks.cut(block.kind, self._metadata())
        self._open.pop()
        if text and block.kind == "heading" and name != "subtitle":
            owner = next((one for one in reversed(self._open) if one.is_section), self._open[0])
            owner.title = text

    def _break(self) -> None:
        """End what was written of the block so far; inside a table a blank is due."""
        if self._tables:
            self.blocks.mark(" ")
        else:
            self._cut()

    def _cut(self) -> None:
        self.blocks.cut(self._open[-1].kind, self._metadata())

    def _metadata(self) -> Fields:
        fields = [("section", one.title) for one in self._open if one.is_section and one.title]
        kind = next((one.type for one in reversed(self._open) if one.type), "")
        label = next((one.label for one in reversed(self._open) if one.label), "")
        language = next((one.language for one in reversed(self._open) if one.language), "")
        return (
            *fields,
            *([("language", language)] if language else []),
            *([("section_type", kind)] if kind else []),
            *([("label", label)] if label else []),
        )
