"""One page to look at: self-contained, works from the file system, needs no network.

Texts and labels are hostile input. Every one is escaped; data for the pop-up stand in JSON blocks
and reach the page as text nodes only; the page's own policy (CSP) allows no script and no style
but the two embedded ones, by their hash. Documents are written one by one; the side bar with
their list comes last in the file and is placed by the style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.html_relations import RelationList
from onoma.formats.jsonl import candidate_record
from onoma.formats.layout import iter_pieces
from onoma.formats.look import look
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.pubtator import title_end
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, FailedDocument, Mention

SHOWN_CANDIDATES = 8  # in the pop-up of a mention

_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n\r"} | {
    ord("\r"): ""  # a browser would show CRLF as two line ends in some places, one in others
}
_CURIE = re.compile(r"[A-Za-z][\w.]*:[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document's line in the side bar."""

    number: int
    id: str
    mentions: int
    is_failed: bool


class HtmlWriter:
    """Writes a page of all documents, with the candidates of each mention on hover or focus."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the page explains in any case."""
        self.losses = Losses()
        self._stream = stream
        self._entries: list[_Entry] = []
        self._types: Counter[str] = Counter()
        self._script = _asset("page.js")

    def begin(self) -> None:
        """Write the head, with style sheet and policy."""
        style = look() + _asset("page.css")
        policy = (
            f"default-src 'none'; style-src '{_digest(style)}'; script-src "
            f"'{_digest(self._script)}'; base-uri 'none'; form-action 'none'"
        )
        self._write(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<title>Onoma</title>\n'
            f"<style>{style}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#documents">Skip to the documents</a>\n'
            '<main id="documents">\n'
        )

    def write(self, document: AnnotatedDocument) -> None:
        """Write one document as an article."""
        self.losses.update(unheld(document, "html"))
        number = len(self._entries) + 1
        failed = document.error
        self._entries.append(
            _Entry(number, document.id, len(document.mentions), failed is not None)
        )
        if failed is not None:
            self._write(_failed_article(number, failed))
            return
        self._types.update(_known(mention.type) for mention in document.mentions)
        for part in _iter_article(number, document):
            self._write(part)

    def end(self) -> None:
        """Write the side bar, the pop-up and the script."""
        self._write("</main>\n")
        self._write(_sidebar(self._entries, self._types))
        self._write('<div id="card" role="tooltip" hidden></div>\n')
        self._write(f"<script>{self._script}</script>\n</body>\n</html>\n")

    def _write(self, text: str) -> None:
        self._stream.write(encode_text(text))


def escape(text: str) -> str:
    """Return text that is safe in an element and in a quoted attribute; control signs are shown."""
    return html.escape(text.translate(_CONTROLS), quote=True)


def concept_link(curie: str) -> str:
    """Return a CURIE, as a link to its page if its form is beyond doubt."""
    shown = escape(curie)
    if not _CURIE.fullmatch(curie):
        return f"<code>{shown}</code>"
    address = f"https://bioregistry.io/{shown}"
    return f'<a href="{address}" rel="noopener noreferrer" target="_blank"><code>{shown}</code></a>'


def _asset(name: str) -> str:
    """Return the text of an embedded file."""
    return resources.files("onoma.formats").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    """Return a text's hash as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _known(type_name: str) -> str:
    """Return a type's name as far as the style sheet knows it."""
    return type_name if type_name in SEMANTIC_TYPES else "other"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _axes(mention: Mention) -> list[str]:
    """Return every word by which the assertion departs from "present, current, patient"."""
    axes = mention.assertion_axes
    words: list[str] = [axes.experiencer, axes.polarity, axes.temporality]
    words += ["conditional"] if axes.conditional else []
    return [word for word in words if word not in ("patient", "present", "current")]


def _failed_article(number: int, failed: FailedDocument) -> str:
    """Return the article of a document that could not be annotated."""
    place = "" if failed.offset is None else f" <small>at {failed.offset}</small>"
    hint = f'<p class="hint">{escape(failed.hint)}</p>' if failed.hint else ""
    return (
        f'<article id="d{number}" class="failed" tabindex="-1"><header><h2><bdi>'
        f'{escape(failed.id)}</bdi></h2><span class="count">failed</span></header>'
        f'<div class="error" role="note"><p><code>{escape(failed.code)}</code>{place}</p>'
        f"<p>{escape(failed.message)}</p>{hint}</div></article>\n"
    )


def _iter_article(number: int, document: AnnotatedDocument) -> Iterator[str]:
    """Yield a document's article: text with marks, table of mentions, data of the pop-up."""
    text, mentions = document.text, document.mentions
    cut = title_end(document.document) if document.document.passages else 0
    if any(m.start < cut < m.end for m in mentions):
        cut = 0
    count = f"{len(mentions)} mention{'' if len(mentions) == 1 else 's'}"
    yield (
        f'<article id="d{number}" tabindex="-1"><header><h2><bdi>{escape(document.id)}</bdi></h2>'
        f'<span class="count">{count}</span></header><div class="text">'
    )
    marks = _Marks(document)
    if cut:
        yield '<div class="title" dir="auto">'
        yield from marks.iter_part(0, cut)
        yield "</div>"
    yield '<div class="body" dir="auto">'
    if text.strip():
        yield from marks.iter_part(cut + 1 if cut else 0, len(text))
    else:
        yield '<span class="empty">no text</span>'
    yield "</div></div>"
    yield from RelationList(escape, concept_link).lines(document)
    yield from _iter_table(document)
    yield '<script type="application/json">'
    yield from _iter_data(document)
    yield "</script></article>\n"


class _Marks:
    """The text of a document with nested marks around its mentions."""

    def __init__(self, document: AnnotatedDocument) -> None:
        self._document = document
        self._seen: set[int] = set()

    def iter_part(self, start: int, end: int) -> Iterator[str]:
        """Yield the text from start to end with its marks; parts are asked for in order."""
        stack: tuple[int, ...] = ()
        for piece in iter_pieces(len(self._document.text), self._document.mentions):
            left, right = max(piece.start, start), min(piece.end, end)
            if left >= right:
                continue
            shared = 0
            for open_one, wanted in zip(stack, piece.mentions, strict=False):
                if open_one != wanted:
                    break
                shared += 1
            yield "</mark>" * (len(stack) - shared)
            for place in piece.mentions[shared:]:
                yield self._open(place)
            yield escape(self._document.text[left:right])
            stack = piece.mentions
        yield "</mark>" * len(stack)

    def _open(self, place: int) -> str:
        """Return the start tag of a mention; only its first part is reached by the Tab key."""
        mention = self._document.mentions[place]
        axes = _axes(mention)
        classes = ["m", f"t-{_known(mention.type)}", *(f"a-{word}" for word in axes)]
        classes += ["nil"] if mention.curie is None else []
        classes += ["part"] if len(mention.spans) > 1 else []
        first = place not in self._seen
        self._seen.add(place)
        badge = " ".join(word for word in axes if word not in ("absent", "possible"))
        extra = ' tabindex="0"' if first else ""
        extra += f' data-b="{badge}"' if first and badge else ""
        return f'<mark class="{" ".join(classes)}" data-m="{place}"{extra}>'


def _iter_table(document: AnnotatedDocument) -> Iterator[str]:
    """Yield the folded table of a document's mentions: the page without hovering."""
    if not document.mentions:
        return
    yield (
        '<details><summary>Table of mentions</summary><div class="scroll"><table><thead><tr>'
        "<th>Place</th><th>Text</th><th>Type</th><th>Concept</th><th>CURIE</th><th>Score</th>"
        "<th>Assertion</th></tr></thead><tbody>"
    )
    for place, mention in enumerate(document.mentions):
        concept = concept_link(mention.curie) if mention.curie else '<span class="none">none</span>'
        yield (
            f'<tr data-m="{place}" class="t-{_known(mention.type)}">'
            f'<td class="at">{mention.start}–{mention.end}</td>'
            f"<td><bdi>{escape(mention.text)}</bdi></td>"
            f'<td><span class="dot"></span>{escape(_words(mention.type))}</td>'
            f"<td>{escape(mention.label or '')}</td><td>{concept}</td>"
            f'<td class="number">{mention.score:.2f}</td>'
            f"<td>{escape(', '.join(_axes(mention)) or 'present')}</td></tr>"
        )
    yield "</tbody></table></div></details>"


def _iter_data(document: AnnotatedDocument) -> Iterator[str]:
    """Yield what the pop-up shows, as JSON that cannot end its script element."""
    yield "["
    for place, mention in enumerate(document.mentions):
        # ASCII only, and none of the signs that mean something to an HTML parser
        dumped = json.dumps(_card_record(mention, document.text), separators=(",", ":"))
        for sign in "<>&":
            dumped = dumped.replace(sign, f"\\u{ord(sign):04x}")
        yield f",{dumped}" if place else dumped
    yield "]"


def _card_record(mention: Mention, text: str) -> dict[str, Any]:
    """Return one mention's part of the data."""
    cue = mention.assertion_axes.cue
    return {
        "text": mention.text,
        "type": _known(mention.type),
        "typeName": _words(mention.type),
        "curie": mention.curie,
        "label": mention.label,
        "score": round(mention.score, 4),
        "foundBy": mention.found_by,
        "name": mention.name,
        "scope": mention.scope,
        "axes": _axes(mention),
        "cue": text[cue[0] : cue[1]] if cue else "",
        "linked": bool(mention.curie and _CURIE.fullmatch(mention.curie)),
        "candidates": [candidate_record(c) for c in mention.candidates[:SHOWN_CANDIDATES]],
        "more": max(0, len(mention.candidates) - SHOWN_CANDIDATES),
    }


def _sidebar(entries: list[_Entry], types: Counter[str]) -> str:
    """Return the side bar: totals, filter, legend, list of documents."""
    failed = sum(entry.is_failed for entry in entries)
    total = f"{len(entries)} document{'' if len(entries) == 1 else 's'}"
    total += f" · {types.total()} mentions" + (f" · {failed} failed" if failed else "")
    order = [*SEMANTIC_TYPES, "other"]
    legend = "".join(
        f'<label class="t-{name}"><input type="checkbox" checked data-type="{name}">'
        f'<span class="swatch"></span>{_words(name)}'
        f'<span class="count">{types[name]}</span></label>'
        for name in sorted(types, key=order.index)
    )
    items = "".join(
        f'<li{" class=failed" if entry.is_failed else ""}><a href="#d{entry.number}"><bdi>'
        f'{escape(entry.id)}</bdi><span class="count">'
        f"{'failed' if entry.is_failed else entry.mentions}</span></a></li>"
        for entry in entries
    )
    return (
        '<aside aria-label="Documents and legend"><div class="brand"><strong>Onoma</strong>'
        '<button type="button" id="theme" aria-label="Change between light and dark">'
        "Theme</button></div>"
        f'<p class="totals">{total}</p>'
        '<input id="filter" type="search" placeholder="Filter documents  (press /)" '
        'aria-label="Filter documents by id, text or concept" autocomplete="off">'
        f'<fieldset class="legend"><legend>Types</legend>{legend}</fieldset>'
        f"{_ASSERTION_KEY}"
        f'<nav aria-label="Documents"><h2>Documents</h2><ol>{items}</ol>'
        '<p id="nothing" role="status" hidden>No document holds this.</p></nav></aside>\n'
    )


_ASSERTION_KEY = (
    '<details class="key"><summary>How assertions are marked</summary><p>'
    '<span class="m t-disease">present</span> <span class="m t-disease a-absent">absent</span> '
    '<span class="m t-disease a-possible">possible</span> '
    '<span class="m t-disease a-historical" data-b="historical">earlier</span> '
    '<span class="m t-disease a-hypothetical" data-b="hypothetical">if so</span> '
    '<span class="m t-disease a-family" data-b="family">a relative</span> '
    '<span class="m t-disease nil">no concept</span></p></details>'
)
