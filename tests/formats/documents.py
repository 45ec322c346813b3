"""Annotated documents for the tests of round trips, drawn within what a format can hold."""

from __future__ import annotations

import io
import string
from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from onoma.formats.capacity import HOLDS
from onoma.formats.losses import Losses
from onoma.formats.opening import open_stream
from onoma.formats.tables import annotated_readers, make_writer
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    SEMANTIC_TYPES,
    TEMPORALITIES,
    Abbreviation,
    AnnotatedDocument,
    Argument,
    Assertion,
    Candidate,
    Document,
    Fields,
    Mention,
    Passage,
    Relation,
    RelationEvidence,
    Sentence,
    Span,
)

SOURCE = "file"


@dataclass(frozen=True)
class Limits:
    """What bounds the values of a format's documents, besides the kinds it holds."""

    characters: frozenset[str] = frozenset({"controls", "line ends", "NUL", "surrogates"})
    attributes: str = "free"  # free, lines (brat) or parts (PubTator)
    ends: frozenset[str] = frozenset({"mentions", "concepts"})  # of relations
    keeps_ids: bool = True
    is_titled: bool = False  # title and abstract are the passages
    has_cues: bool = True
    has_blank_edges: bool = True
    reader: str = ""


NO_NUL = frozenset({"controls", "line ends"})
LIMITS: dict[str, Limits] = {
    "biocjson": Limits(),
    "biocxml": Limits(characters=frozenset({"line ends"})),
    "brat": Limits(
        characters=NO_NUL, attributes="lines", ends=frozenset({"mentions"}), has_cues=False
    ),
    "conll": Limits(characters=NO_NUL, keeps_ids=False, has_blank_edges=False),
    "conll-bioes": Limits(
        characters=NO_NUL, keeps_ids=False, has_blank_edges=False, reader="conll"
    ),
    "jsonl-text": Limits(),
    "pubtator": Limits(
        characters=frozenset({"controls"}),
        attributes="parts",
        ends=frozenset({"concepts"}),
        keeps_ids=False,
        is_titled=True,
    ),
    "webanno": Limits(),
}
"""Every format that is read with its annotations and written; the kinds are in ``HOLDS``."""


def both(first: Limits, second: Limits) -> Limits:
    """Return the limits of documents that both formats hold."""
    kinds = {first.attributes, second.attributes}
    return Limits(
        first.characters & second.characters,
        "none" if kinds >= {"lines", "parts"} else min(kinds, key=["parts", "lines", "free"].index),
        first.ends & second.ends,
        first.keeps_ids and second.keeps_ids,
        first.is_titled or second.is_titled,
        first.has_cues and second.has_cues,
        first.has_blank_edges and second.has_blank_edges,
    )


def written(format: str, documents: list[AnnotatedDocument]) -> tuple[bytes, Losses]:
    """Return what a writer makes of documents, and what it left out."""
    stream = io.BytesIO()
    writer = make_writer(format, stream)
    writer.begin()
    for document in documents:
        writer.write(document)
    writer.end()
    return stream.getvalue(), writer.losses


def read(format: str, data: bytes) -> list[AnnotatedDocument]:
    """Return the documents that a format's reader finds."""
    reader = LIMITS[format].reader or format
    return list(annotated_readers.get(reader)(open_stream(io.BytesIO(data), SOURCE), SOURCE))


def without_ids(document: AnnotatedDocument) -> AnnotatedDocument:
    """Return a document without the ids that a format needs and gives."""
    mentions = tuple(replace(mention, id="") for mention in document.mentions)
    relations = tuple(replace(relation, id="") for relation in document.relations)
    return replace(document, mentions=mentions, relations=relations)


def texts(limits: Limits) -> st.SearchStrategy[str]:
    """Return texts with non-BMP characters, combining marks, and what the format can write."""
    excluded = "" if "controls" in limits.characters else "\ufffe\uffff"
    signs = st.sampled_from(
        [*"aβé 🧬≥-.,<&\"'", "e\u0301", "\u200d", "\U0001f468\u200d\u2695", "  "]
    )
    categories: list[Literal["Cs", "Cc"]] = []
    categories += [] if "surrogates" in limits.characters else ["Cs"]
    categories += [] if "controls" in limits.characters else ["Cc"]
    dropped = excluded + ("" if "NUL" in limits.characters else "\0")
    dropped += "" if "line ends" in limits.characters else "\r\n"
    anything = st.characters(exclude_categories=categories, exclude_characters=dropped)
    if "line ends" in limits.characters:
        signs |= st.sampled_from(["\n", "\r\n", "\t", "\n\n"])
    return st.lists(signs | anything, max_size=30).map("".join)


@st.composite
def documents(
    draw: st.DrawFn, holds: frozenset[str], limits: Limits, number: int = 0
) -> AnnotatedDocument:
    """Draw a document of these kinds within these limits."""
    text, passages = draw(_layouts(holds, limits))
    mentions = draw(_mentions(text, holds, limits))
    date = draw(st.sampled_from([None, "2021", "2021-05-03"])) if "date" in holds else None
    document = Document(
        f"doc-{number}",
        text,
        passages,
        date=date,
        language=draw(st.sampled_from(["en", "es"])) if "language" in holds else "en",
        source=SOURCE,
        metadata=draw(_fields("free")) if "metadata" in holds else (),
    )
    places = st.integers(0, len(text))
    spans = st.lists(st.tuples(places, places).map(lambda p: (min(p), max(p))), max_size=2)
    return AnnotatedDocument(
        document,
        mentions,
        (Abbreviation("T", "tau", 0, 1, 2, 5),) if "abbreviations" in holds else (),
        tuple(Sentence(*span) for span in draw(spans)) if "sentences" in holds else (),
        tuple(draw(spans)) if "coverage" in holds else (),
        draw(st.sampled_from(["", "core-1"])) if "store" in holds else "",
        relations=draw(_relations(mentions, holds, limits)) if "relations" in holds else (),
    )


@st.composite
def _layouts(
    draw: st.DrawFn, holds: frozenset[str], limits: Limits
) -> tuple[str, tuple[Passage, ...]]:
    """Draw a text with its passages."""
    if limits.is_titled:
        title, abstract = draw(texts(limits)), draw(texts(limits))
        text, start = f"{title} {abstract}", len(title) + 1
        passages = Passage(0, len(title), "title"), Passage(start, len(text), "abstract")
        return text, passages
    text = draw(texts(limits))
    if "passages" not in holds:
        return text, ()
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    kinds = st.sampled_from(["title", "abstract", "text", "Methods"])
    return text, tuple(
        Passage(start, end, draw(kinds), draw(_fields("free")) if "metadata" in holds else ())
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    )


@st.composite
def _mentions(
    draw: st.DrawFn, text: str, holds: frozenset[str], limits: Limits
) -> tuple[Mention, ...]:
    """Draw mentions: nested, crossing, several of one span, discontinuous ones."""
    found: list[list[Span]] = []
    for _ in range(draw(st.integers(0, 4)) if text else 0):
        edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
        spans = list(zip(edges[::2], edges[1::2], strict=False))
        if "spans" not in holds:
            spans = [(spans[0][0], spans[0][1])]
        inside = text[spans[0][0] : spans[-1][1]]
        is_blank_edged = inside != inside.strip()
        crosses = any(s[0][0] < spans[-1][1] and spans[0][0] < s[-1][1] for s in found)
        if (is_blank_edged and not limits.has_blank_edges) or (crosses and "overlap" not in holds):
            continue
        found.append(spans)
    found.sort(key=lambda spans: (spans[0][0], spans[-1][1]))
    return tuple(draw(_mention(text, spans, n, holds, limits)) for n, spans in enumerate(found, 1))


@st.composite
def _mention(
    draw: st.DrawFn,
    text: str,
    spans: list[Span],
    number: int,
    holds: frozenset[str],
    limits: Limits,
) -> Mention:
    start, end = spans[0][0], spans[-1][1]
    types = [*SEMANTIC_TYPES, "DNA", "Clinical_event", "GENE-Y"]
    if limits.is_titled:
        types = [name for name in types if name not in ("drug", "protein", "microbe")]
    curie = (
        draw(st.sampled_from([None, "MESH:D1", "MESH:D1|OMIM:2"])) if "concepts" in holds else None
    )
    label = {"MESH:D1": "fever, high", "MESH:D1|OMIM:2": "fever|rash"}.get(curie or "")
    candidate = Candidate(
        "MESH:D1", "fever", "disease", 0.1 + 0.2, "fever", "exact", why={"p": 0.3}
    )
    return Mention(
        start,
        end,
        text[start:end],
        draw(st.sampled_from(types)),
        curie,
        label if "labels" in holds and draw(st.booleans()) else None,
        draw(st.floats(0.0, 1.0)) if "scores" in holds else 1.0,
        draw(st.sampled_from(["gold", "pattern"])) if "scores" in holds else "gold",
        tuple(spans),
        name=draw(st.sampled_from(["", "fever"])) if "names" in holds else "",
        scope=draw(st.sampled_from(["", "exact"])) if "names" in holds else "",
        candidates=(candidate,) if "candidates" in holds else (),
        assertion_axes=draw(_assertions(limits)) if "assertion" in holds else Assertion(),
        id=f"T{number}" if limits.keeps_ids else "",
        metadata=draw(_fields(limits.attributes)) if "attributes" in holds else (),
    )


@st.composite
def _assertions(draw: st.DrawFn, limits: Limits) -> Assertion:
    spans = st.none() | st.just((0, 1)) if limits.has_cues else st.none()
    return Assertion(
        draw(st.sampled_from(POLARITIES)),
        draw(st.sampled_from(TEMPORALITIES)),
        draw(st.sampled_from(EXPERIENCERS)),
        draw(st.booleans()),
        draw(spans),
        draw(spans),
    )


def _fields(kind: str) -> st.SearchStrategy[Fields]:
    """Return metadata with names that come twice and names that formats use themselves."""
    plain = st.text(string.ascii_letters + "é 🧬<&\"'", max_size=8)
    if kind == "none":
        return st.just(())
    if kind == "parts":
        return st.sampled_from([(), (("parts", "a|b"),), (("quoted", "other words"),)])
    names = ["note", "Certainty", "type", "label", "x", "Negation"]
    if kind == "free":
        names += ["onoma:label", "onoma:3:x", "an odd name", ""]
    values = plain | st.sampled_from(["", "high", "a\tb"])
    pairs = st.tuples(st.sampled_from(names), values)
    if kind == "lines":  # brat's own names for an assertion are one
        pairs = pairs.filter(lambda pair: pair != ("Negation", ""))
    return st.lists(pairs, max_size=3).map(tuple)


@st.composite
def _relations(
    draw: st.DrawFn, mentions: tuple[Mention, ...], holds: frozenset[str], limits: Limits
) -> tuple[Relation, ...]:
    """Draw relations between mentions, concepts and earlier relations; events; equivalences."""
    found: list[Relation] = []
    ids = [mention.id for mention in mentions if mention.id]
    is_typed = limits.ends == {"mentions"}
    for number in range(1, draw(st.integers(0, 3)) + 1):
        targets = [*ids, *(r.id for r in found if r.id)] if "mentions" in limits.ends else []
        if "concepts" in limits.ends:
            targets += ["MESH:D9", "c|DEL|1314|"]
        if not targets:
            break
        is_event = "events" in holds and bool(ids) and draw(st.booleans())
        ends = [draw(st.sampled_from(targets)) for _ in range(2)]
        roles = ["subject", "object"] if not is_typed and draw(st.booleans()) else ["Arg1", "Arg2"]
        if limits.is_titled:
            roles = ["subject", "object"]
        arguments = tuple(Argument(role, end) for role, end in zip(roles, ends, strict=True))
        novelty = draw(st.sampled_from(["", "novel", "background"]))
        relation = Relation(
            draw(st.sampled_from(["Association", "CID"])),
            arguments,
            f"{'E' if is_event else 'R'}{number}" if limits.keeps_ids else "",
            draw(st.sampled_from(ids)) if is_event else None,
            draw(_relation_fields(limits, novelty)) if "attributes" in holds else (),
            novelty=novelty,
        )
        if "details" in holds and draw(st.booleans()):
            relation = draw(_detailed(relation, [*mentions]))
        found.append(relation)
    return tuple(found)


@st.composite
def _detailed(draw: st.DrawFn, relation: Relation, mentions: list[Mention]) -> Relation:
    """Draw a relation with all that Onoma says of one."""
    spans = st.sampled_from([(0, 0), *((one.start, one.end) for one in mentions)])
    scores = st.floats(0.0, 1.0)
    evidence = RelationEvidence(0, 0, draw(spans), draw(spans), draw(scores))
    return replace(
        relation,
        kind=draw(st.sampled_from(["", "chemprot/CPR:4"])),
        confidence=draw(st.none() | scores),
        factuality=draw(st.sampled_from(["", "factual", "negated"])),
        causality=draw(st.sampled_from(["", "causes"])),
        is_explicit=draw(st.sampled_from([None, True, False])),
        trigger_span=draw(st.none() | spans),
        evidence=(evidence,) * draw(st.integers(0, 2)),
        found_by=draw(st.sampled_from(["", "reader"])),
    )


def _relation_fields(limits: Limits, novelty: str) -> st.SearchStrategy[Fields]:
    if limits.attributes == "parts":
        if novelty:
            return st.sampled_from([(), (("column6", "x"),)])
        return st.sampled_from([(), (("novel", "maybe"),), (("novel", "?"), ("column6", "x"))])
    return _fields(limits.attributes)


__all__ = ["HOLDS", "LIMITS", "Limits", "both", "documents", "read", "without_ids", "written"]
