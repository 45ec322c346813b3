"""A page of a result: one file, no scripts, works from the file system.

Texts are hostile input: everything is escaped, and the page's own policy allows no script, no
network and no style but the one embedded, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import groupby

from onoma import __version__
from onoma.eval.parts import Example, Fault
from onoma.eval.pictures import confusion_picture, interval_picture
from onoma.eval.results import Pairing, Result, SystemResult
from onoma.formats.look import look
from onoma.metrics import Estimate

SHOWN = 60  # faults of a kind on the page


def page_of(result: Result) -> str:
    """Return the whole page."""
    parts = [
        *page_head(f"{result.task}: {result.data.name}"),
        *_opening(result),
        *_pairings(result.pairings),
    ]
    for system in result.systems:
        parts += _system(system)
    return "\n".join([*parts, "</body>", "</html>", ""])


def escaped(text: str) -> str:
    """Return text as it may stand in a page; control characters become pictures of them."""
    shown = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\t\n" else c for c in text)
    return html.escape(shown).encode("utf-8", "replace").decode("utf-8")


def style_sheet() -> str:
    """Return the style sheet of reports."""
    place = files("onoma") / "data" / "eval" / "report.css"
    return look() + place.read_text(encoding="utf-8")


def page_head(title: str) -> Iterator[str]:
    """Yield the head of a page, with style sheet and policy."""
    style = style_sheet()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield (
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{digest}'\">"
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escaped(title)}</title>"
    yield f"<style>{style}</style></head>"
    yield "<body>"


def shown_number(value: float, is_share: bool) -> str:
    """Return a value as it is shown: a share as a percentage, anything else as it is."""
    if math.isnan(value):
        return "–"
    return f"{100 * value:.1f}" if is_share else f"{value:.3f}"


def shown_estimate(one: Estimate, is_share: bool) -> str:
    """Return a value with its interval."""
    low, high = (shown_number(edge, is_share) for edge in (one.low, one.high))
    return f"{shown_number(one.value, is_share)} ({low} to {high})"


def _opening(result: Result) -> Iterator[str]:
    data = result.data
    yield f"<h1>{escaped(result.task)} on {escaped(data.name)}</h1>"
    best = result.systems[0]
    name, lead = next(iter(best.measures.items()))
    yield (
        f'<p class="lead">{escaped(best.name)}: {escaped(name)} '
        f"<strong>{shown_number(lead.value, best.shares[name])}</strong> "
        f'<span class="soft">(95% interval {shown_number(lead.low, best.shares[name])} to '
        f"{shown_number(lead.high, best.shares[name])}, {result.samples} bootstrap samples)</span>"
        "</p>"
    )
    rows = [
        ("Scored", f"{data.items} items, split {data.split}, {data.path}"),
        (
            "Files",
            "; ".join(f"{f.name} {f.sha256[:12]}{_state(f.is_recorded)}" for f in data.files),
        ),
        ("Licence", data.licence),
        ("Source", " · ".join(filter(None, (data.source, data.cite)))),
        ("Overlap", overlap_words(result)),
        ("Command", result.command),
        ("Made by", f"Onoma {__version__}, seed {result.seed}"),
    ]
    yield "<dl>"
    for head, body in rows:
        if body:
            tag = "code" if head == "Command" else "span"
            yield f"<dt>{head}</dt><dd><{tag}>{escaped(body)}</{tag}></dd>"
    yield "</dl>"


def _state(is_recorded: bool | None) -> str:
    return "" if is_recorded is None else " as recorded" if is_recorded else " NOT as recorded"


def overlap_words(result: Result) -> str:
    """Return what is known of overlap with the training part, in words."""
    one = result.overlap
    if one is None:
        return "no training part is known: overlap cannot be told"
    words = (
        f"{one.same_ids} of {result.data.items} ids and {one.same_texts} texts also stand in the "
        f"training part ({one.train_items} items)"
    )
    if one.names:
        words += f"; {one.seen_names} of {one.names} names were met there"
    return words


def _pairings(pairings: Sequence[Pairing]) -> Iterator[str]:
    if not pairings:
        return
    yield "<h2>Compared</h2>"
    head = ("first", "second", "measure", "difference", "p", "win / tie / loss", "sign p")
    rows = [
        (
            one.first, one.second, one.measure,
            shown_estimate(one.found.difference, one.is_share), f"{one.found.p:.4f}",
            f"{one.found.wins} / {one.found.ties} / {one.found.losses}", f"{one.found.sign_p:.2g}",
        )
        for one in pairings
    ]  # fmt: skip
    yield from table(head, rows, left=3)
    yield (
        '<p class="soft">p: paired bootstrap over the units drawn; sign p: exact sign test over '
        "decisions (McNemar where a decision is right or wrong).</p>"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> Iterator[str]:
    """Yield a table; the first ``left`` columns are words, the others numbers."""
    classes = ["" if place < left else ' class="n"' for place in range(len(head))]
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th{c}>{escaped(name)}</th>" for c, name in zip(classes, head, strict=True))
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = zip(classes, row, strict=True)
        yield "<tr>" + "".join(f"<td{c}>{escaped(cell)}</td>" for c, cell in cells) + "</tr>"
    yield "</tbody></table></div>"


def _system(one: SystemResult) -> Iterator[str]:
    yield f"<h2>{escaped(one.name)}</h2>"
    about = [f"{name} {value}" for name, value in one.about.items()]
    yield f'<p class="soft">{escaped("; ".join([*about, f"{one.seconds:.2f} CPU s"]))}</p>'
    for note in one.notes:
        yield f'<p class="soft">{escaped(note)}</p>'
    shares = {name: value for name, value in one.measures.items() if one.shares[name]}
    yield interval_picture(shares)
    rows = [(n, shown_estimate(v, one.shares[n])) for n, v in one.measures.items()]
    yield from table(("measure", "value (95% interval)"), rows)
    if one.rows:
        yield "<h3>By type</h3>"
        head = ("", "precision", "recall", "F1", "right", "predicted", "gold")
        yield from table(head, [row_cells(one, place) for place in range(len(one.rows))])
    if one.confusion is not None and len(one.confusion.labels) > 1:
        yield "<h3>Confusion</h3>"
        yield '<p class="soft">Rows: gold; columns: predicted; none: nothing there.</p>'
        yield confusion_picture(one.confusion)
    if one.faults:
        yield "<h3>Errors, the commonest first</h3>"
        for place, (kind, faults) in enumerate(groupby(one.faults, key=lambda fault: fault.kind)):
            yield from _kind(kind, list(faults), is_open=place == 0)


def row_cells(one: SystemResult, place: int) -> list[str]:
    """Return the cells of a line of the table by type."""
    row = one.rows[place]
    s = row.score
    shares = [shown_number(value, is_share=True) for value in (s.precision, s.recall, s.f1)]
    return [row.name, *shares, str(s.right), str(s.predicted), str(s.gold)]


def _kind(kind: str, faults: Sequence[Fault], *, is_open: bool) -> Iterator[str]:
    total = sum(fault.count for fault in faults)
    shown = f", the first {SHOWN} shown" if len(faults) > SHOWN else ""
    state = " open" if is_open else ""
    yield f"<details{state}><summary><strong>{escaped(kind)}</strong>: {total} "
    yield f'<span class="soft">({len(faults)} different{shown})</span></summary><div>'
    yield "<table><thead><tr><th class='n'>times</th><th>what</th><th>gold</th>"
    yield "<th>predicted</th></tr></thead><tbody>"
    for fault in faults[:SHOWN]:
        yield (
            f'<tr><td class="n">{fault.count}</td><td>{escaped(fault.surface)}'
            + "".join(f'<div class="context">{_in_context(one)}</div>' for one in fault.examples)
            + f'</td><td class="gold">{escaped(fault.gold)}</td>'
            f'<td class="guess">{escaped(fault.predicted)}</td></tr>'
        )
    yield "</tbody></table></div></details>"


def _in_context(one: Example) -> str:
    marked = f"<mark>{escaped(one.marked)}</mark>" if one.marked else ""
    return f"{escaped(one.id)}: {escaped(one.before)}{marked}{escaped(one.after)}"
