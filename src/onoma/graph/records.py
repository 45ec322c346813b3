"""Edges, beliefs and ways as plain values: the JSON that every shell gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onoma.graph.belief import Belief
from onoma.graph.evidence import Support
from onoma.graph.store import Edge
from onoma.graph.walking import Way


def edge_record(edge: Edge) -> dict[str, Any]:
    """Return an edge as the JSON object of one line."""
    return {
        "subject": edge.subject.curie, "subject_label": edge.subject.label,
        "predicate": edge.predicate, "object": edge.object.curie,
        "object_label": edge.object.label, "level": edge.level,
        "confidence": round(edge.confidence, 4), "statements": edge.statements,
        "documents": edge.documents, "denied": edge.denied,
        "first": str(edge.first) if edge.first else None,
        "last": str(edge.last) if edge.last else None,
    }  # fmt: skip


def belief_record(belief: Belief) -> dict[str, Any]:
    """Return a belief as a plain object."""
    return {
        "date": str(belief.date) if belief.date else None, "support": round(belief.support, 4),
        "denial": round(belief.denial, 4), "confidence": round(belief.confidence, 4),
        "affirming": belief.affirming, "denying": belief.denying, "verdict": belief.verdict,
        "reason": belief.reason,
    }  # fmt: skip


def evidence_records(found: Iterable[Support]) -> list[dict[str, Any]]:
    """Return who says an edge, as plain objects."""
    return [
        {"document": one.document, "source": one.source, "text": one.text, "start": one.start,
         "end": one.end, "date": one.date or None, "confidence": round(one.confidence, 4),
         "negated": one.negated}
        for one in found
    ]  # fmt: skip


def way_record(way: Way) -> dict[str, Any]:
    """Return a way between two nodes as a plain object."""
    return {
        "nodes": [{"curie": n.curie, "label": n.label} for n in way.nodes],
        "steps": [[edge_record(edge) for edge in step] for step in way.edges],
    }
