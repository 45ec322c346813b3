"""HTML in: the text that a reader of the page would see, block by block.

The page's title, then headings, paragraphs, list items, tables (a row a line, a tab between cells),
quotations and preformatted text, each a passage with the headings it stands under (``section``,
outermost first) in its metadata. Scripts, styles, templates, form controls and what is marked as
hidden are left out. Offsets count the characters of the text made, not those of the file.

The parser is libxml2's, which repairs what is malformed; a page nested too deeply for it, or too
long, is refused, as it would be cut in silence.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from onoma.errors import BadFile, NotText
from onoma.formats.blocks import Blocks
from onoma.formats.opening import byte_order, decode_part
from onoma.types import Document, FailedDocument, Fields, Passage

LARGEST = 1 << 26  # bytes of a page
_DEEPEST = 250  # levels; libxml2 gives up at 256
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z][\w.:-]{0,39})", re.IGNORECASE
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LEFT_OUT = frozenset({
    "applet", "area", "audio", "base", "button", "canvas", "datalist", "embed", "frame", "frameset",
    "head", "iframe", "input", "link", "map", "math", "meta", "noembed", "noframes", "noscript",
    "object", "option", "param", "script", "select", "source", "style", "svg", "template",
    "textarea", "title", "track", "video",
})  # fmt: skip
_PLAIN_BLOCKS = (
    "address", "article", "aside", "body", "center", "details", "dialog", "dir", "div", "dl",
    "fieldset", "figure", "footer", "form", "header", "hgroup", "html", "legend", "main", "menu",
    "nav", "ol", "p", "search", "section", "summary", "ul",
)  # fmt: skip
_BLOCKS: dict[str, str] = {
    **dict.fromkeys(_PLAIN_BLOCKS, "paragraph"),
    **dict.fromkeys(_HEADINGS, "heading"),
    "blockquote": "quotation",
    "dd": "list_item",
    "dt": "list_item",
    "figcaption": "figure_caption",
    "li": "list_item",
    "listing": "code",
    "pre": "code",
    "table": "table",
    "xmp": "code",
}
_CELLS = frozenset({"td", "th"})


def read_html(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the one document of a page; its id is the file's name.

    Raises: NotText, BadFile: the page is not text, too large or too deep.
    """
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadFile(f"{name}: more than {LARGEST >> 20} MB in one page", hint="split it")
    text, passages = html_blocks(decode_html(data))
    yield Document(name, text, passages, source=name)


def decode_html(data: bytes) -> str:
    """Return the text of a page: by its byte-order mark, as UTF-8, or as its ``meta`` tag says.

    Raises: NotText: the bytes fit none of these.
    """
    mark, encoding = byte_order(data)
    try:
        return decode_part(data[len(mark) :], encoding=encoding, start=len(mark))
    except NotText:
        stated = _META.search(data[:4096])
        label = stated[1].decode().lower() if stated and not mark else "utf-8"
        # Browsers read what calls itself Latin-1 or ASCII as Windows-1252
        label = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(label, label)
        if label in ("utf-8", "utf8") or not _is_text_encoding(label):
            raise
        return decode_part(data, encoding=label)


def _is_text_encoding(label: str) -> bool:
    try:
        return bool(codecs.lookup(label)._is_text_encoding)
    except LookupError:
        return False


def html_blocks(page: str) -> tuple[str, tuple[Passage, ...]]:
    """Return the visible text of a page (or of a piece of one) and its passages.

    Raises: BadFile: nested too deeply.
    """
    if not page.strip():
        return "", ()
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(page.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        if "mpty" in (error.msg or ""):
            return "", ()
        raise _refused(error.msg or "") from error
    if len(fatal := parser.error_log.filter_from_fatals()):
        raise _refused(fatal[0].message)
    walker = _Walker()
    if root is not None:
        walker.walk(root)
    return walker.blocks.finish()


def _refused(words: str) -> BadFile:
    """Return the error of a page that the parser would cut."""
    what = "nested too deeply" if "depth" in words else "not readable as HTML"
    return BadFile(
        f"the page is {what} ({words.strip()})",
        hint="the page is damaged, or made to break readers",
    )


class _Walker:
    """Goes through a tree in document order, without recursion."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._kinds = ["paragraph"]
        self._headings: list[tuple[int, str]] = []  # level and text, outermost first
        self._tables = 0  # how many are open

    def walk(self, root: Any) -> None:
        """Write what is visible below the root."""
        title = root.find("head/title")
        if title is not None:
            self.blocks.write("".join(title.itertext()))
            self.blocks.cut("title")
        walk = etree.iterwalk(root, events=("start", "end"))
        depth = 0
        for event, node in walk:
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise _refused(f"depth over {_DEEPEST}")
            if event == "start" and _is_left_out(node):
                walk.skip_subtree()
            elif event == "start":
                self._start(node)
            else:
                if not _is_left_out(node):
                    self._end(node.tag)
                self.blocks.write(node.tail, keep=self._kinds[-1] == "code")
        self._cut()

    def _start(self, node: Any) -> None:
        tag = node.tag
        if tag == "br":
            self.blocks.mark("\n")
        elif tag == "hr":
            self._break()
        elif tag in _BLOCKS:
            self._break()
            self._tables += tag == "table"
            self._kinds.append("code" if self._kinds[-1] == "code" else _BLOCKS[tag])
        self.blocks.write(node.text, keep=self._kinds[-1] == "code")

    def _end(self, tag: str) -> None:
        if tag in _CELLS:
            self.blocks.mark("\t" if self._tables else " ")
        elif tag == "tr" or (tag == "caption" and self._tables):
            self.blocks.mark("\n")
        elif tag in _BLOCKS:
            self._tables -= tag == "table"
            if tag in _HEADINGS and not self._tables:
                self._head(_HEADINGS[tag])
            else:
                self._break()
            self._kinds.pop()

    def _head(self, level: int) -> None:
        """End a heading: it holds for what follows, up to the next of its level."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        text = self.blocks.cut("heading", (("level", str(level)), *self._sections()))
        if text:
            self._headings.append((level, text))

    def _break(self) -> None:
        """End a block; inside a table only a blank is due, its rows stay together."""
        if self._tables:
            self.blocks.mark(" ")
        else:
            self._cut()

    def _cut(self) -> None:
        self.blocks.cut(self._kinds[-1], self._sections())

    def _sections(self) -> Fields:
        return tuple(("section", text) for _, text in self._headings)


def _is_left_out(node: Any) -> bool:
    """Say whether a reader of the page does not see this node."""
    if node.tag in _LEFT_OUT or node.get("hidden") is not None:
        return True
    style = node.get("style")
    return bool(style and _HIDDEN.search(style))
