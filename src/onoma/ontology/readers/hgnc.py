"""HGNC: the complete set (hgnc_complete_set.txt) and the list of withdrawn genes.

Tab-separated with a header; several values in a cell stand between bars, the cell then in quotes.
Custom downloads with other headings ("HGNC ID", "Approved symbol") are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from onoma.errors import BadFile
from onoma.ontology.readers.lines import lines_of
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

_ID = re.compile(r"(?:HGNC:)?([0-9]+)")
_COLUMNS: dict[str, str] = {
    "approved_symbol": "symbol",
    "approved_name": "name",
    "alias_symbols": "alias_symbol",
    "alias_names": "alias_name",
    "previous_symbols": "prev_symbol",
    "previous_symbol": "prev_symbol",
    "previous_name": "prev_name",
    "previous_names": "prev_name",
    "ncbi_gene_id": "entrez_id",
    "entrez_gene_id": "entrez_id",
    "ensembl_id": "ensembl_gene_id",
    "uniprot_accession": "uniprot_ids",
    "omim_accession": "omim_id",
    "withdrawn_symbol": "symbol",
}
"""Headings of custom downloads and of the withdrawn list -> those of the complete set."""

_NAMES = (
    ("name", "exact"),
    ("alias_symbol", "exact"),
    ("alias_name", "exact"),
    ("prev_symbol", "related"),
    ("prev_name", "related"),
)
_LINKS: tuple[tuple[str, str, re.Pattern[str], str], ...] = (
    ("entrez_id", "NCBIGene", re.compile(r"[0-9]+"), "skos:exactMatch"),
    ("ensembl_gene_id", "ENSEMBL", re.compile(r"ENSG[0-9]{11}"), "skos:exactMatch"),
    ("omim_id", "OMIM", re.compile(r"[0-9]{6}"), "skos:exactMatch"),
    ("mirbase", "MIRBASE", re.compile(r"MI[0-9]{7}"), "skos:exactMatch"),
    # a protein is the product of its gene, not the gene itself
    ("uniprot_ids", "UniProtKB", re.compile(r"[A-Z0-9]{6,10}"), "skos:closeMatch"),
)


def read_hgnc(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the genes; the symbol is the label, previous symbols are related names.

    Raises: BadFile: no column with HGNC ids and none with symbols.
    """
    release = Release(path)
    ledger.name = ledger.name or "hgnc"
    ledger.licence = ledger.licence or "CC0 1.0"
    name = path.name
    if not release.is_file:
        name = release.need("hgnc_complete_set[^/]*", what="hgnc_complete_set.txt")[0]
    header: list[str] = []
    with release.open(name) as stream:
        for line, text in lines_of(stream, name, ledger):
            cells = text.split("\t")
            if not header:
                header = _header(cells, name)
                continue
            if len(cells) < 2 and not text.strip():
                continue
            if len(cells) > len(header) or len(cells) < 3:
                place = f"{name}, line {line}, column {min(len(cells), len(header)) + 1}"
                words = f"{len(cells)} columns, expected {len(header)}"
                ledger.set_aside("bad-line", place, words, text)
                continue
            # a spreadsheet drops the empty cells at the end of a line
            row = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))
            known = _ID.fullmatch(row["hgnc_id"].strip())
            if known is None or not _cell(row["symbol"]):
                column = header.index("hgnc_id" if known is None else "symbol") + 1
                place = f"{name}, line {line}, column {column}"
                ledger.set_aside("bad-curie", place, "expected HGNC:number and a symbol", text)
                continue
            yield _gene(row, f"HGNC:{known[1]}", ledger, place=f"{name}, line {line}")
    if not header:
        raise BadFile(f"{name}: empty; expected a header with hgnc_id and symbol")


def _header(cells: list[str], name: str) -> list[str]:
    """Return the headings as those of the complete set."""
    plain = [re.sub(r"[\s()]+", "_", cell.strip().strip('"').lower()).strip("_") for cell in cells]
    header = [_COLUMNS.get(cell, cell) for cell in plain]
    if "hgnc_id" not in header or "symbol" not in header:
        raise BadFile(
            f"{name}, line 1: no columns hgnc_id and symbol; it has: {', '.join(plain[:10])[:200]}",
            hint="take hgnc_complete_set.txt, or a custom download with HGNC ID and symbol",
        )
    return header


def _cell(cell: str) -> list[str]:
    """Return the values of a cell."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"')
    return [part.strip() for part in cell.split("|") if part.strip()]


def _gene(row: dict[str, str], curie: str, ledger: Ledger, *, place: str) -> Concept:
    """Return the concept of a row."""
    symbol = _cell(row["symbol"])[0]
    status = row.get("status", "Approved").strip().lower()
    if status and status != "approved":
        return _withdrawn(row, curie, symbol, ledger)
    names = {symbol: Name(symbol, "label", "hgnc")}
    for column, scope in _NAMES:
        # a gene's name may hold a comma: only bars part values
        for text in _cell(row.get(column, "")):
            names.setdefault(text, Name(text, scope, "hgnc"))
    links = []
    for column, prefix, form, predicate in _LINKS:
        for local in _cell(row.get(column, "")):
            if form.fullmatch(local):
                links.append(Equivalent(f"{prefix}:{local}", predicate, "hgnc"))
            else:
                words = f"expected an identifier of {prefix}"
                ledger.set_aside("bad-curie", f"{place}, column {column}", words, local)
    is_coding = row.get("locus_group", "").strip().strip('"') == "protein-coding gene"
    return Concept(
        curie,
        symbol,
        ("gene", "protein") if is_coding else ("gene",),
        tuple(names.values()),
        equivalents=tuple(links),
        source="hgnc",
        version=ledger.version,
    )


def _withdrawn(row: dict[str, str], curie: str, symbol: str, ledger: Ledger) -> Concept:
    """Return a withdrawn gene with the one it was merged into."""
    merged = next((row[column] for column in row if column.startswith("merged_into")), "")
    targets = tuple(dict.fromkeys(re.findall(r"HGNC:[0-9]+", merged)))
    return Concept(
        curie,
        symbol,
        ("gene",),
        source="hgnc",
        version=ledger.version,
        replaced_by=targets[0] if len(targets) == 1 else None,
        is_obsolete=True,
        consider=targets if len(targets) > 1 else (),
    )
