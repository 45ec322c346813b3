"""Predictions as plain values: the JSON that every shell gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onoma.graph.completion.predicting import Prediction, Reason
from onoma.graph.graph import Graph
from onoma.graph.records import edge_record
from onoma.graph.store import Edge

SENTENCES = 2  # of evidence with an edge


def prediction_record(one: Prediction, *, has_parts: bool = False) -> dict[str, Any]:
    """Return a prediction as a plain object."""
    record: dict[str, Any] = {
        "rank": one.rank,
        "subject": one.subject.curie, "subject_label": one.subject.label,
        "predicate": one.predicate,
        "object": one.object.curie, "object_label": one.object.label,
        "level": "predicted", "score": round(one.score, 4), "chance": round(one.chance, 4),
    }  # fmt: skip
    return {**record, "parts": dict(one.parts)} if has_parts else record


def reason_records(graph: Graph, reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Return reasons as plain objects, their edges with evidence."""
    return [
        {
            "rule": one.rule, "confidence": round(one.confidence, 4), "support": one.support,
            "edges": [_edge(graph, edge) for edge in one.edges],
        }
        for one in reasons
    ]  # fmt: skip


def _edge(graph: Graph, edge: Edge) -> dict[str, Any]:
    said = graph.evidence(edge, k=SENTENCES)
    sentences = [{"document": one.document or one.source, "text": one.text} for one in said]
    return {**edge_record(edge), "evidence": sentences}
