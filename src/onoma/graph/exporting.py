"""A graph in the forms of other tools: KGX, RDF, GraphML, Neo4j's import, Cypher.

Rows are written as they are read; a graph larger than memory goes out all the same. What a form
cannot hold is left out and said (``LEFT_OUT``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import orjson
import pyarrow.parquet as pq

from onoma.errors import ExtraMissing, UnknownName
from onoma.formats.output import open_output
from onoma.graph.statements import LEVELS
from onoma.graph.store import GraphStore

KGX_LEVELS = {
    "asserted": "knowledge_assertion", "extracted": "not_provided", "predicted": "prediction",
}  # fmt: skip
KGX_AGENTS = {
    "asserted": "manual_agent", "extracted": "text_mining_agent",
    "predicted": "computational_model",
}  # fmt: skip
LEFT_OUT = {
    "nt": "evidence sentences (documents, confidence and dates are kept on the statement)",
    "graphml": "evidence (counts, confidence and dates are kept)",
    "neo4j": "evidence sentences",
    "cypher": "evidence sentences",
}
"""What a form has no place for."""
BIOLINK = "https://w3id.org/biolink/vocab/"
IDENTIFIERS = "https://identifiers.org/"
OBO = "http://purl.obolibrary.org/obo/"
_OBO = frozenset({
    "MONDO", "HP", "CHEBI", "GO", "UBERON", "CL", "DOID", "PR", "SO", "NCBITaxon", "FOODON",
    "MAXO", "OBI",
})  # fmt: skip
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_ROWS = 1 << 14

Row = dict[str, Any]


def nodes_of(graph: GraphStore) -> Iterator[Row]:
    """Yield the nodes as plain values."""
    yield from _rows(graph.parts["described"])


def edges_of(graph: GraphStore) -> Iterator[Row]:
    """Yield the edges as plain values, with the documents that say them (the surest hundred)."""
    curies = graph.nodes.curies()
    documents = _documents(graph)
    for row in _rows(graph.parts["edge"]):
        said = next(documents)
        yield {
            "id": f"E{row['edge']}", "subject": curies[row["tail"]], "predicate": row["predicate"],
            "object": curies[row["head"]], "level": LEVELS[row["depth"]],
            "confidence": round(float(row["confidence"]), 4), "statements": row["statements"],
            "denied": row["denied"], "first": _day(row["first"]), "last": _day(row["last"]),
            **said,
        }  # fmt: skip


def _day(value: Any) -> str:
    return "" if value is None else str(value)


def _documents(graph: GraphStore) -> Iterator[Row]:
    """Yield for each edge its documents and sources, in the order of the edges."""
    number, said = 0, _nothing()
    for edge, *told in graph.documents():
        while number < edge:
            yield said
            number, said = number + 1, _nothing()
        for name, word in zip(("publications", "sources"), told, strict=True):
            if word and word not in said[name] and len(said[name]) < 100:
                said[name].append(word)
    yield said


def _nothing() -> Row:
    return {"publications": [], "sources": []}


def _rows(path: Path) -> Iterator[Row]:
    for batch in pq.ParquetFile(path).iter_batches(_ROWS):
        yield from batch.to_pylist()


def iri_of(curie: str) -> str:
    """Return a CURIE as an IRI: the OBO library's own, else identifiers.org.

    >>> iri_of("MONDO:0005148"), iri_of("MESH:D003920")
    ('http://purl.obolibrary.org/obo/MONDO_0005148', 'https://identifiers.org/mesh:D003920')
    """
    prefix, _, local = curie.partition(":")
    if prefix in _OBO:
        return f"{OBO}{prefix}_{_quoted_iri(local)}"
    return f"{IDENTIFIERS}{_quoted_iri(prefix.lower())}:{_quoted_iri(local)}"


def _quoted_iri(text: str) -> str:
    return quote(text, safe=":@!$&'()*+,;=/", errors="replace")


def _two(out: Path, ending: str) -> tuple[Path, Path]:
    return out.with_name(f"{out.name}_nodes.{ending}"), out.with_name(f"{out.name}_edges.{ending}")


def write_kgx_tsv(graph: GraphStore, out: Path) -> list[Path]:
    """Write ``OUT_nodes.tsv`` and ``OUT_edges.tsv``."""
    nodes, edges = _two(out, "tsv")
    rows = ((row["curie"], row["category"], row["label"]) for row in nodes_of(graph))
    _table(nodes, ("id", "category", "name"), rows)
    _table(edges, KGX_EDGE, (tuple(_kgx_edge(row).values()) for row in edges_of(graph)))
    return [nodes, edges]


KGX_EDGE = (
    "id", "subject", "predicate", "object", "category", "knowledge_level", "agent_type",
    "primary_knowledge_source", "publications", "confidence", "statements", "denied", "date",
    "last_date",
)  # fmt: skip


def _kgx_edge(row: Row) -> Row:
    return {
        "id": row["id"], "subject": row["subject"], "predicate": f"biolink:{row['predicate']}",
        "object": row["object"], "category": "biolink:Association",
        "knowledge_level": KGX_LEVELS[row["level"]], "agent_type": KGX_AGENTS[row["level"]],
        "primary_knowledge_source": "|".join(row["sources"]),
        "publications": "|".join(row["publications"]), "confidence": row["confidence"],
        "statements": row["statements"], "denied": row["denied"], "date": row["first"],
        "last_date": row["last"],
    }  # fmt: skip


def write_kgx_jsonl(graph: GraphStore, out: Path) -> list[Path]:
    """Write ``OUT_nodes.jsonl`` and ``OUT_edges.jsonl``."""
    nodes, edges = _two(out, "jsonl")
    with open_output(nodes) as stream:
        for row in nodes_of(graph):
            one = {"id": row["curie"], "category": [row["category"]], "name": row["label"]}
            stream.write(orjson.dumps(one) + b"\n")
    with open_output(edges) as stream:
        for row in edges_of(graph):
            one = _kgx_edge(row) | {"publications": row["publications"]}
            stream.write(orjson.dumps(one) + b"\n")
    return [nodes, edges]


def _table(
    path: Path, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]], *, delimiter: str = "\t"
) -> None:
    with open_output(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogatepass", newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(tuple(_one_line(cell) for cell in row) for row in rows)
        text.detach()


def _one_line(cell: Any) -> Any:
    return re.sub(r"[\t\r\n]+", " ", cell) if isinstance(cell, str) else cell


def write_nt(graph: GraphStore, out: Path) -> list[Path]:
    """Write N-Triples: each edge as a triple, and as a statement with its documents and dates."""
    with open_output(out) as stream:
        for line in triples(graph):
            stream.write(line.encode("utf-8", "replace"))
    return [out]


def triples(graph: GraphStore) -> Iterator[str]:
    """Yield a graph's triples as lines of N-Triples."""
    for row in nodes_of(graph):
        node = f"<{iri_of(row['curie'])}>"
        category = row["category"].removeprefix("biolink:")
        yield f"{node} <{BIOLINK}category> <{BIOLINK}{_quoted_iri(category)}> .\n"
        if row["label"]:
            yield f"{node} <{RDFS}label> {_literal(row['label'])} .\n"
    for row in edges_of(graph):
        ends = [f"<{iri_of(row['subject'])}>", f"<{BIOLINK}{_quoted_iri(row['predicate'])}>",
                f"<{iri_of(row['object'])}>"]  # fmt: skip
        if row["denied"] < row["statements"]:
            yield f"{' '.join(ends)} .\n"
        said = f"_:{row['id']}"
        for name, end in zip(("subject", "predicate", "object"), ends, strict=True):
            yield f"{said} <{RDF}{name}> {end} .\n"
        decimal = f'"{row["confidence"]:.4f}"^^<http://www.w3.org/2001/XMLSchema#decimal>'
        yield f"{said} <{BIOLINK}has_confidence_level> {decimal} .\n"
        for one in row["publications"]:
            yield f"{said} <{BIOLINK}publications> {_literal(one)} .\n"
        if row["first"]:
            yield f"{said} <http://purl.org/dc/terms/issued> {_literal(row['first'])} .\n"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def write_graphml(graph: GraphStore, out: Path) -> list[Path]:
    """Write GraphML (Gephi, Cytoscape, networkx, igraph)."""
    keys = (
        ("label", "node", "string"), ("category", "node", "string"),
        ("predicate", "edge", "string"), ("level", "edge", "string"),
        ("confidence", "edge", "double"), ("statements", "edge", "int"),
        ("denied", "edge", "int"), ("first", "edge", "string"), ("last", "edge", "string"),
    )  # fmt: skip
    with open_output(out) as stream:

        def put(text: str) -> None:
            stream.write(_xml(text).encode("utf-8", "replace"))

        put('<?xml version="1.0" encoding="UTF-8"?>\n')
        put('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for name, side, type_ in keys:
            put(f'<key id="{name}" for="{side}" attr.name="{name}" attr.type="{type_}"/>\n')
        put('<graph edgedefault="directed">\n')
        for row in nodes_of(graph):
            cells = _cells(row, [name for name, side, _ in keys if side == "node"])
            put(f"<node id={quoteattr(row['curie'])}>{cells}</node>\n")
        for row in edges_of(graph):
            cells = _cells(row, [name for name, side, _ in keys if side == "edge"])
            ends = f"source={quoteattr(row['subject'])} target={quoteattr(row['object'])}"
            put(f'<edge id="{row["id"]}" {ends}>{cells}</edge>\n')
        put("</graph>\n</graphml>\n")
    return [out]


def _cells(row: Row, names: list[str]) -> str:
    return "".join(f'<data key="{name}">{_escaped(str(row[name]))}</data>' for name in names)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def write_neo4j(graph: GraphStore, out: Path) -> list[Path]:
    """Write ``OUT_nodes.csv`` and ``OUT_edges.csv`` for ``neo4j-admin database import``."""
    nodes, edges = _two(out, "csv")
    _table(nodes, ("curie:ID", "name", ":LABEL"),
           ((r["curie"], r["label"], r["category"][8:]) for r in nodes_of(graph)),
           delimiter=",")  # fmt: skip
    head = (":START_ID", ":END_ID", ":TYPE", "level", "confidence:float", "statements:int",
            "denied:int", "first", "last", "publications:string[]")  # fmt: skip
    rows = (
        (r["subject"], r["object"], r["predicate"], r["level"], r["confidence"], r["statements"],
         r["denied"], r["first"], r["last"], ";".join(r["publications"]))
        for r in edges_of(graph)
    )  # fmt: skip
    _table(edges, head, rows, delimiter=",")
    return [nodes, edges]


def write_cypher(graph: GraphStore, out: Path) -> list[Path]:
    """Write Cypher statements, one a line."""
    with open_output(out) as stream:
        for row in nodes_of(graph):
            said = _map({"curie": row["curie"], "name": row["label"]})
            label = _name(row["category"].removeprefix("biolink:"))
            stream.write(f"CREATE (:{label}:Concept {said});\n".encode("utf-8", "replace"))
        for row in edges_of(graph):
            said = _map({k: row[k] for k in ("level", "confidence", "statements", "denied", "first",
                                             "last", "publications")})  # fmt: skip
            a, b = (_map({"curie": row[end]}) for end in ("subject", "object"))
            ends = f"(a:Concept {a}), (b:Concept {b})"
            line = f"MATCH {ends} CREATE (a)-[:{_name(row['predicate'])} {said}]->(b);\n"
            stream.write(line.encode("utf-8", "replace"))
    return [out]


def _map(values: Row) -> str:
    return "{" + ", ".join(f"{k}: {_cypher(v)}" for k, v in values.items()) + "}"


def _cypher(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_cypher, value)) + "]"
    return _literal(value) if isinstance(value, str) else str(value)


def _name(text: str) -> str:
    return "`" + text.replace("`", "") + "`"


Write = Callable[[GraphStore, Path], list[Path]]
FORMS: dict[str, Write] = {
    "kgx-tsv": write_kgx_tsv, "kgx-jsonl": write_kgx_jsonl, "nt": write_nt,
    "graphml": write_graphml, "neo4j": write_neo4j, "cypher": write_cypher,
}  # fmt: skip
"""The forms by name; each writes one file, or two named after it."""


def export(graph: GraphStore, out: Path, form: str) -> list[Path]:
    """Write a graph in a form; return the files.

    Raises: UnknownName: no such form.
    """
    if form not in FORMS:
        raise UnknownName("form", form, tuple(FORMS))
    return FORMS[form](graph, out)


def sparql(graph: GraphStore, query: str) -> Iterator[dict[str, str]]:
    """Yield the solutions of a SPARQL query (SELECT) over a graph, in memory.

    Raises: ExtraMissing: pyoxigraph is not there. BadFile, ValueError: the query is none.
    """
    try:
        import pyoxigraph
    except ModuleNotFoundError as error:
        raise ExtraMissing("rdf", "SPARQL") from error
    store = pyoxigraph.Store()
    lines = "".join(triples(graph)).encode("utf-8", "replace")
    store.bulk_load(lines, pyoxigraph.RdfFormat.N_TRIPLES)
    found = store.query(query)
    if not isinstance(found, pyoxigraph.QuerySolutions):
        yield {"answer": str(found)}
        return
    names = [one.value for one in found.variables]
    for row in found:
        yield {name: _value(row[name]) for name in names}


def _value(term: Any) -> str:
    return "" if term is None else str(getattr(term, "value", term))


__all__ = ["FORMS", "LEFT_OUT", "export", "iri_of", "sparql"]
