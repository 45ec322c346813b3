"""The page of a concept: what a graph knows of it; one file, no script, no network.

Labels, sentences and qualifiers are hostile input: everything is escaped, and the page's policy
allows no script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from onoma import __version__
from onoma.formats.html import concept_link, escape
from onoma.graph import Belief, Node
from onoma.report.belief_chart import belief_chart
from onoma.report.charts import Counts, sparkline, year_chart
from onoma.report.concept import ConceptReport, Dispute, Fact, Section, Sentence
from onoma.report.drawing import words
from onoma.report.network import draw_network, name_of, type_of
from onoma.report.page import dot, page_head

STYLES = ("chart.css", "network.css", "page.css", "concept.css")
QUALIFIERS = ("novelty", "factuality", "causality", "frequency", "onset", "sex", "stability")
"""Qualifiers that stand beside a sentence; those of a prediction are all told."""
_UNTOLD = {"", "unknown", "factual"}


def concept_page(report: ConceptReport, *, about: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of the page; ``about``: what it says of how it was made."""
    name = name_of(report.concept)
    yield from page_head(name, styles=STYLES)
    yield f"<h1><bdi>{escape(name)}</bdi></h1>"
    yield (
        f'<p class="soft">{dot(type_of(report.concept))}{escape(words(type_of(report.concept)))} '
        f"{concept_link(report.concept.curie)}{_dated(report.as_of)}</p>"
    )
    yield from _figures(report)
    yield from _contents(report)
    yield from _picture(report)
    yield from _years(report)
    for place, section in enumerate(report.sections):
        yield from _section(section, f"r{place}", report)
    yield from _disputed(report)
    yield from _predicted(report)
    yield '<h2 id="made">How it was made</h2><dl>'
    told = dict(about) | {"Onoma": __version__}
    told["confidence"] = (
        "the chance that at least one document is right, documents taken as independent; what "
        "speaks against it is weighed apart"
    )
    yield from (f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in told.items())
    yield "</dl></body></html>\n"


def _dated(day: date | None) -> str:
    return f" · as it was known on {day.isoformat()}" if day is not None else ""


def _figures(report: ConceptReport) -> Iterator[str]:
    years = sorted(year for year in report.years if year is not None)
    cells = [("facts", f"{report.facts:,}"), ("documents", f"{report.documents:,}"),
             ("relations", f"{len(report.sections):,}")]  # fmt: skip
    if years:
        cells.append(("years", str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"))
    yield '<ul class="figures">'
    yield from (f"<li><strong>{number}</strong>{name}</li>" for name, number in cells)
    if report.disputes:
        yield (f'<li class="bad"><strong>{len(report.disputes):,}</strong>'
               '<a href="#disputed">contradicted</a></li>')  # fmt: skip
    supposed = sum(one.total for one in report.predicted)
    if supposed:
        yield f'<li><strong>{supposed:,}</strong><a href="#predicted">predicted</a></li>'
    yield "</ul>"


def _contents(report: ConceptReport) -> Iterator[str]:
    yield '<nav aria-label="Parts">'
    for place, section in enumerate(report.sections):
        yield f'<a href="#r{place}">{escape(section.words)}</a>'
    if report.disputes:
        yield '<a href="#disputed">Contradicted</a>'
    if report.predicted:
        yield '<a href="#predicted">Predicted</a>'
    yield "</nav>"


def _picture(report: ConceptReport) -> Iterator[str]:
    drawn = draw_network(report.network, f"Around {name_of(report.concept)}")
    if drawn is not None:
        yield f'<figure id="picture">{drawn.inline()}</figure>'


def _years(report: ConceptReport) -> Iterator[str]:
    if sum(year is not None for year in report.years) > 1:
        chart = year_chart(_counts(report.years), "Documents by year")
        yield f'<figure id="years">{chart.inline()}'
        undated = report.years.get(None, 0)
        if undated:
            yield f"<figcaption>{undated:,} documents have no date.</figcaption>"
        yield "</figure>"


def _counts(years: Mapping[int | None, int]) -> Counts:
    return {year: (count, count) for year, count in years.items()}


def _section(section: Section, anchor: str, report: ConceptReport) -> Iterator[str]:
    more = f", the {len(section.facts)} best attested" if section.total > len(section.facts) else ""
    yield (
        f'<h2 id="{anchor}">{escape(section.words)} '
        f'<span class="soft">({section.total:,}{more})</span></h2>'
    )
    for fact in section.facts:
        yield from _fact(fact, report)


def _other(fact: Fact, report: ConceptReport) -> Node:
    edge = fact.edge
    return edge.object if edge.subject.row == report.concept.row else edge.subject


def _fact(fact: Fact, report: ConceptReport, kind: str = "") -> Iterator[str]:
    other = _other(fact, report)
    disputed = " disputed" if fact.belief.denying else ""
    yield (
        f'<article class="fact{disputed}{kind}"><header><h3>{dot(type_of(other))}'
        f"<bdi>{escape(name_of(other))}</bdi></h3>{_sure(fact)}"
        f'<span class="soft">{_attested(fact)}</span>'
        f"{sparkline(_counts(report.years), _counts(fact.years))}{_badges(fact)}"
        f'<span class="soft">{concept_link(other.curie)}</span></header>'
    )
    if fact.belief.denying:
        yield f"<p>{escape(fact.belief.reason)}</p>"
    first, rest = fact.sentences[:1], fact.sentences[1:]
    yield from said_list(first)
    if rest:
        more = "1 more" if len(rest) == 1 else f"{len(rest)} more"
        yield f"<details><summary>{more}</summary><div>"
        yield from said_list(rest)
        yield "</div></details>"
    yield "</article>\n"


def _sure(fact: Fact) -> str:
    sure = fact.belief.confidence if fact.edge.level != "predicted" else fact.edge.confidence
    return (
        f'<span class="soft"><svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'role="img"><title>confidence {sure:.2f}</title>'
        f'<rect width="{100 * sure:.0f}" height="10"/></svg> {sure:.2f}</span>'
    )


def _attested(fact: Fact) -> str:
    if fact.edge.level == "predicted":
        return "predicted"
    many, against = fact.belief.affirming, fact.belief.denying
    years = sorted(year for year in fact.years if year is not None)
    span = "" if not years else f", {years[0]}" if years[0] == years[-1] else (
        f", {years[0]}–{years[-1]}"
    )  # fmt: skip
    said = f"{many:,} document{'' if many == 1 else 's'}"
    return f"{said}{f', {against:,} against' if against else ''}{span}"


def _badges(fact: Fact) -> str:
    out = []
    if fact.belief.denying:
        verdict = fact.belief.verdict
        out.append(f'<span class="badge {verdict}">{verdict}</span>')
    for name, count in fact.novelty.items():
        out.append(f'<span class="badge">{escape(name)} {count:,}</span>')
    levels = {edge.level for edge in fact.edges}
    if "asserted" in levels:
        out.append('<span class="badge">curated</span>')
    return "".join(out)


def said_list(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Yield sentences as a list: words, ends marked, where they stand."""
    yield '<ul class="said">'
    yield from map(_sentence, sentences)
    yield "</ul>"


def _sentence(one: Sentence) -> str:
    told = [concept_link(one.document) if one.document else "", escape(one.date)]
    told += [escape(one.source) if one.source != one.document else ""]
    told += [f"sure {one.confidence:.2f}" if one.confidence < 1 else ""]
    told += ["says that it does not hold" if one.negated else ""]
    told += [
        escape(value if name == "novelty" else f"{words(name)}: {value}")
        for name, value in one.qualifiers
        if name in QUALIFIERS and value.lower() not in _UNTOLD
    ]
    words_ = f"<q>{_marked(one)}</q> " if one.text else ""
    kind = ' class="denies"' if one.negated else ""
    return f"<li{kind}>{words_}<small>{' · '.join(filter(None, told))}</small></li>"


def _marked(one: Sentence) -> str:
    out, at = [], 0
    for start, end in one.marks:
        out += [escape(one.text[at:start]), f"<mark>{escape(one.text[start:end])}</mark>"]
        at = end
    return "".join([*out, escape(one.text[at:])])


def _disputed(report: ConceptReport) -> Iterator[str]:
    if not report.disputes:
        return
    yield '<h2 id="disputed">Contradicted</h2>'
    yield (
        '<p class="soft">Both sides are kept. A side counts from 0.5 on; of two that both count '
        "one wins if the doubt that is left of the other is more than twice its own.</p>"
    )
    yield from map(_dispute, report.disputes)


def _dispute(one: Dispute) -> str:
    edge, belief = one.fact.edge, one.fact.belief
    said = f"{name_of(edge.subject)} {words(edge.predicate)} {name_of(edge.object)}"
    affirming = [s for s in one.fact.sentences if not s.negated]
    denying = [s for s in one.fact.sentences if s.negated]
    contrary = "".join(
        f"<h4>{escape(words(other.edge.predicate))}</h4>"
        + "".join(said_list([s for s in other.sentences if not s.negated]))
        for other in one.against
    )
    own = "".join(said_list(denying)) if denying else ""
    drawn = belief_chart(one.timeline)
    return (
        f'<article class="fact disputed"><header><h3><bdi>{escape(said)}</bdi></h3>'
        f'<span class="badge {belief.verdict}">{belief.verdict}</span></header>'
        f"<p>{escape(belief.reason)}</p>{drawn.inline() if drawn else ''}"
        f'<div class="sides"><div><h4>for</h4>{"".join(said_list(affirming))}</div>'
        f"<div><h4>against</h4>{own}{contrary}</div></div></article>\n"
    )


def _predicted(report: ConceptReport) -> Iterator[str]:
    if not report.predicted:
        return
    yield '<h2 id="predicted">Predicted</h2>'
    yield (
        '<p class="note">No source states these: a model supposes them from the rest of the graph. '
        "They count as evidence for nothing on this page.</p>"
    )
    for section in report.predicted:
        yield f'<h3>{escape(section.words)} <span class="soft">({section.total:,})</span></h3>'
        for fact in section.facts:
            yield from _fact(fact, report, " predicted")
            yield from _why(fact)


def _why(fact: Fact) -> Iterator[str]:
    """Yield what the model says of a prediction."""
    for one in fact.sentences[:1]:
        told = {"model": one.extractor} | dict(one.qualifiers)
        yield "<dl>"
        for name, value in told.items():
            if value and name not in QUALIFIERS:
                yield f"<dt>{escape(words(name))}</dt><dd>{escape(value)}</dd>"
        yield "</dl>"


def concept_record(report: ConceptReport) -> dict[str, Any]:
    """Return the page's figures for programs."""
    return {
        "schema": 1,
        "onoma": __version__,
        "concept": _node(report.concept),
        "as_of": str(report.as_of) if report.as_of else None,
        "facts": report.facts,
        "documents": report.documents,
        "years": {str(year or "undated"): count for year, count in report.years.items()},
        "relations": [_section_record(one) for one in report.sections],
        "contradicted": [
            _fact_record(one.fact)
            | {
                "against": [_fact_record(other) for other in one.against],
                "timeline": [_belief_record(belief) for belief in one.timeline],
            }
            for one in report.disputes
        ],
        "predicted": [_section_record(one) for one in report.predicted],
    }


def _node(node: Node) -> dict[str, str]:
    return {"curie": node.curie, "label": node.label, "category": node.category}


def _section_record(section: Section) -> dict[str, Any]:
    return {
        "predicate": section.predicate, "words": section.words, "total": section.total,
        "facts": [_fact_record(one) for one in section.facts],
    }  # fmt: skip


def _fact_record(fact: Fact) -> dict[str, Any]:
    edge = fact.edge
    return {
        "subject": _node(edge.subject), "predicate": edge.predicate, "object": _node(edge.object),
        "levels": sorted({one.level for one in fact.edges}),
        "belief": _belief_record(fact.belief), "novelty": fact.novelty,
        "years": {str(year or "undated"): count for year, count in fact.years.items()},
        "evidence": [
            asdict(one) | {"qualifiers": dict(one.qualifiers)} for one in fact.sentences
        ],
    }  # fmt: skip


def _belief_record(belief: Belief) -> dict[str, Any]:
    numbers = {
        name: round(getattr(belief, name), 4) for name in ("support", "denial", "confidence")
    }
    return asdict(belief) | numbers | {"date": str(belief.date) if belief.date else None}
