"""A coloured picture for a terminal: the text with its mentions, and a table of them."""

from __future__ import annotations

import io
import os
import sys
from typing import BinaryIO, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from onoma.formats.capacity import unheld
from onoma.formats.layout import iter_pieces
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.relation_rows import End, relation_pairs
from onoma.types import AnnotatedDocument, FailedDocument, Mention

_COLOURS: dict[str, str] = {
    "disease": "red",
    "phenotype": "dark_orange3",
    "clinical_modifier": "khaki3",
    "gene": "medium_purple3",
    "protein": "medium_orchid3",
    "chemical": "dodger_blue2",
    "drug": "deep_sky_blue3",
    "anatomy": "deep_pink3",
    "cell_type": "pink3",
    "cell_line": "plum3",
    "organism": "green3",
    "microbe": "chartreuse3",
    "variant": "slate_blue1",
    "process": "dark_cyan",
    "component": "steel_blue",
    "procedure": "rosy_brown",
    "test": "aquamarine3",
}
_PLAIN = "grey62"  # types that are seldom on the screen
_CONTROLS = (
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"}
    | {
        0x7F: 0x2421,
        ord("\r"): None,
    }
    | dict.fromkeys(range(128, 160), 65533)
)  # a text must not steer the terminal


class TerminalWriter:
    """Writes documents as a person reads them; with ``explain``, the candidates of each mention."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream, in colour if it is a terminal's."""
        self.losses = Losses()
        self._stream = stream
        self._explain = explain
        self._buffer = io.StringIO()
        is_terminal = stream.isatty() if hasattr(stream, "isatty") else False
        self._console = Console(
            file=self._buffer,
            force_terminal=is_terminal,
            no_color=None if is_terminal else True,
            width=None if is_terminal else 100,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def begin(self) -> None:
        """Write nothing: each document stands alone."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write a head line, the text and the table of mentions."""
        self.losses.update(unheld(document, "terminal"))
        console = self._console
        console.rule(Text(_shown(document.id), style="bold"), align="left", style="grey50")
        if document.error is not None:
            console.print(_failed(document.error))
        else:
            console.print(_coloured(document))
            if document.mentions:
                console.print(_table(document.mentions, explain=self._explain))
            else:
                console.print(Text("no mentions", style="italic grey50"))
            if document.relations:
                console.print(_relations(document))
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        self._stream.write(_fitting(text))

    def end(self) -> None:
        """Write nothing more."""


def _fitting(text: str) -> bytes:
    """Return the text in the terminal's encoding; what it lacks becomes a question mark."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        return encode_text(text)
    return text.replace("\n", os.linesep).encode(encoding, "replace")


def _shown(text: str) -> str:
    """Return text without control signs: a document must not steer the terminal."""
    return text.translate(_CONTROLS)


def _style(mention: Mention, *, depth: int = 0) -> Style:
    """Return how a mention looks: colour for the type, line for the assertion."""
    word = mention.assertion_axes.polarity
    return Style(
        color=_COLOURS.get(mention.type, _PLAIN),
        bold=True,
        underline=depth > 0,
        strike=word == "absent",
        italic=word == "possible",
    )


def _coloured(document: AnnotatedDocument) -> Text:
    """Return the text, each piece in the colour of its innermost mention."""
    text = Text()
    for piece in iter_pieces(len(document.text), document.mentions):
        part = _shown(document.text[piece.start : piece.end])
        if not piece.mentions:
            text.append(part)
            continue
        innermost = document.mentions[piece.mentions[-1]]
        text.append(part, _style(innermost, depth=len(piece.mentions) - 1))
    return text


def _table(mentions: tuple[Mention, ...], *, explain: bool) -> Table:
    """Return the mentions as a table, each followed by its candidates if they are explained."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold grey50")
    whole = (
        {"place", "type", "score"} if explain else {"place", "type", "CURIE", "score", "assertion"}
    )
    for name in ("place", "text", "type", "CURIE", "label", "score", "assertion"):
        justify: Literal["left", "right"] = "right" if name == "score" else "left"
        table.add_column(name, overflow="fold", justify=justify, no_wrap=name in whole)
    for m in mentions:
        table.add_row(
            f"{m.start}-{m.end}",
            Text(_shown(m.text.replace("\n", " ")), _style(m)),
            Text(m.type, Style(color=_COLOURS.get(m.type, _PLAIN))),
            _shown(m.curie or "-"),
            _shown(m.label or "-"),
            f"{m.score:.2f}",
            m.assertion,
        )
        for candidate in m.candidates if explain else ():
            why = ", ".join(f"{part} {value:.2f}" for part, value in candidate.why.items())
            via = f" through {candidate.via}" if candidate.via else ""
            table.add_row(
                "",
                Text(f"  {_shown(candidate.name)} [{candidate.scope}]", style="grey50"),
                Text(candidate.type, style="grey50"),
                Text(_shown(candidate.curie) + via, style="grey50"),
                Text(_shown(candidate.label), style="grey50"),
                Text(f"{candidate.score:.2f}", style="grey50"),
                Text(why, style="grey50"),
            )
    return table


def _relations(document: AnnotatedDocument) -> Text:
    """Return the relations, a line each, and below it the passage that states it best."""
    text = Text("relations\n", "bold grey50")
    for relation, subject, object_ in relation_pairs(document):
        sure = "" if relation.confidence is None else f"  {relation.confidence:.2f}"
        said = (relation.novelty, relation.factuality, relation.causality)
        text.append_text(_end(subject))
        text.append(f" {_shown(relation.predicate.replace('_', ' '))} ")
        text.append_text(_end(object_))
        text.append("  ".join(filter(None, (sure, *said))) + "\n", "grey50")
        if relation.evidence:
            best = relation.evidence[0]
            passage = document.text[best.start : best.end].replace("\n", " ")
            text.append(f"    {_shown(passage)}\n", "grey50 italic")
    return text


def _end(end: End) -> Text:
    return Text(_shown(end.label or end.target), Style(color=_COLOURS.get(end.type or "", _PLAIN)))


def _failed(failed: FailedDocument) -> Text:
    """Return the words for a document that failed."""
    text = Text(f"failed ({failed.code}): ", style="bold red")
    text.append(_shown(failed.message), "default")
    if failed.hint:
        text.append(f"\n{_shown(failed.hint)}", "grey50")
    return text
