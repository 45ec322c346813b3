"""Statements about concepts as a graph that remembers where and when they were made.

In: statements from files (KGX, tables, HPO annotations) and from annotated documents. Out: nodes
and edges with evidence, confidence, dates and level (asserted, extracted, predicted); neighbours,
shortest paths, sub-graphs; what was known on a date, what contradicts what; other tools' forms.

A graph is a folder: ``statements/`` is the append-only log, ``edges/`` what is counted from it
(Parquet and memory-mapped arrays), ``graph.json`` names both with checksums.

Papers: Unni et al. 2022 (Biolink Model), Lu et al. 2025 (MedKGent: time, confidence, conflicts),
Pohl 1971 (bidirectional search).
"""

from onoma.errors import ExtraMissing

try:
    import pyarrow  # noqa: F401 - said here, once for all modules
except ImportError as error:
    raise ExtraMissing("library", "a graph") from error

from onoma.graph.belief import Belief, Beliefs, Conflict
from onoma.graph.checking import Problems, check_files
from onoma.graph.equivalents import Leaders, one_id, one_node
from onoma.graph.evidence import Support
from onoma.graph.graph import Added, Graph
from onoma.graph.nodes import Node
from onoma.graph.sources import (
    NodeRow,
    Problem,
    read_edges,
    read_hpoa,
    read_hpoa_nodes,
    read_nodes,
    relations_of,
    relations_of_corpus,
)
from onoma.graph.statements import LEVELS, Statement
from onoma.graph.store import Edge, GraphStore
from onoma.graph.walking import Conditions, Walker, Way

__all__ = [
    "LEVELS",
    "Added",
    "Belief",
    "Beliefs",
    "Conditions",
    "Conflict",
    "Edge",
    "Graph",
    "GraphStore",
    "Leaders",
    "Node",
    "NodeRow",
    "Problem",
    "Problems",
    "Statement",
    "Support",
    "Walker",
    "Way",
    "check_files",
    "one_id",
    "one_node",
    "read_edges",
    "read_hpoa",
    "read_hpoa_nodes",
    "read_nodes",
    "relations_of",
    "relations_of_corpus",
]
