"""Variants by their notation, with the CURIE that each is given."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.recognize.columns import Work
from onoma.recognize.patterns import find_variants
from onoma.text.characters import capital_sums
from onoma.text.tokens import TextBatch, tokenise


def read(*texts: str) -> list[tuple[str, str]]:
    """Return (surface, CURIE) of the variants of texts."""
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    work = Work(batch, tokens, np.zeros(len(tokens), np.uint32), capital_sums(batch.codes))
    spans, curies = find_variants(work)
    places = zip(spans.start.tolist(), spans.end.tolist(), spans.extra.tolist(), strict=True)
    return [(batch.text[start:end], curies[row]) for start, end, row in places]


@pytest.mark.parametrize(
    ("written", "curie"),
    [
        ("rs334", "DBSNP:rs334"),
        ("V600E", "HGVS:p.Val600Glu"),
        ("p.V600E", "HGVS:p.Val600Glu"),
        ("p.Val600Glu", "HGVS:p.Val600Glu"),
        ("p.(Val600Glu)", "HGVS:p.Val600Glu"),
        ("Val600Glu", "HGVS:p.Val600Glu"),
        ("Val600-->Glu", "HGVS:p.Val600Glu"),
        ("Arg-506-Gln", "HGVS:p.Arg506Gln"),
        ("p.Ser119fsX", "HGVS:p.Ser119fs"),
        ("R117X", "HGVS:p.Arg117Ter"),
        ("c.35delG", "HGVS:c.35delG"),
        ("35delG", "HGVS:c.35delG"),
        ("c.677C>T", "HGVS:c.677C>T"),
        ("677C-->T", "HGVS:c.677C>T"),
        ("C677T", "HGVS:c.677C>T"),
        ("G-308A", "HGVS:c.-308G>A"),
        ("c.357-3C>G", "HGVS:c.357-3C>G"),
        ("c.429_452dup", "HGVS:c.429_452dup"),
        ("g.12345A>G", "HGVS:g.12345A>G"),
        ("IVS2+1G>A", "HGVS:c.IVS2+1G>A"),
        ("leucine to methionine at codon 24", "HGVS:p.Leu24Met"),
    ],
)
def test_forms(written: str, curie: str) -> None:
    assert read(f"A mutation ({written}) was found in {written}.") == [(written, curie)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "CD4 and H2O at 37 C, 10 mg/kg, 5-HT2A, IL-2, S100A4, p53, HLA-B27, COVID-19",
        "E. coli K12, room A101B2, n = 35, 1998-2003, 120/80 mmHg, G0/G1, T3/T4",
        "the A549 line, PC12 and U2OS; position 12 of 40",
        "c. 12 patients, p. 40, Fig. 3C, 2.5 and 10(-8) M",
        "L452L",
        "10 mg/kg Q12W, then Q24H",
        "T47D and T98G cells, L5178Y",
    ],
)
def test_what_is_no_variant(text: str) -> None:
    assert read(text) == []


def test_documents_do_not_run_into_each_other() -> None:
    assert read("ends with V600", "E is here", "rs", "334") == []
    assert read("V600E", "rs12345") == [
        ("V600E", "HGVS:p.Val600Glu"),
        ("rs12345", "DBSNP:rs12345"),
    ]


@given(st.lists(st.text(alphabet="cp.VGluA6 0+-_>delfsrsIVS()*\x00é\U0001f600", max_size=60)))
def test_any_text_is_read(texts: list[str]) -> None:
    joined = "\x1e".join([*texts, ""])
    for surface, _ in read(*texts):
        assert surface in joined


def test_tmvar_spans() -> None:
    """Exact spans of DNA, protein and rs mentions on the public train part (tmVar 3)."""
    root = Path(os.environ.get("ONOMA_SHARED", Path(__file__).parents[3] / "shared"))
    path = root / "data" / "tmvar3" / "tmVar3_Train.PubTator.gz"
    if not path.exists():
        pytest.skip("the shared data (ONOMA_SHARED) is not on this machine")
    scored = gold_and_found(path)
    hits = sum(len(gold & found) for gold, _, found in scored)
    recall = hits / sum(len(gold) for gold, _, _ in scored)
    precision = hits / sum(len(found - other) for _, other, found in scored)
    assert precision > 0.94
    assert recall > 0.70


Places = set[tuple[int, int]]


def gold_and_found(path: Path) -> list[tuple[Places, Places, Places]]:
    """Return per document the gold spans of the three kinds, of other kinds, and those found."""
    out: list[tuple[Places, Places, Places]] = []
    content = gzip.decompress(path.read_bytes()).decode("utf-8")
    for block in content.strip().split("\n\n"):
        lines = block.split("\n")
        text = " ".join(line.split("|", 2)[2] for line in lines[:2])
        gold: Places = set()
        other: Places = set()
        for cells in (line.split("\t") for line in lines[2:]):
            if len(cells) > 4:
                is_scored = cells[4] in ("DNAMutation", "ProteinMutation", "SNP")
                (gold if is_scored else other).add((int(cells[1]), int(cells[2])))
        batch = TextBatch.of([text])
        tokens = tokenise(batch.codes)
        none = np.zeros(len(tokens), np.uint32)
        spans, _ = find_variants(Work(batch, tokens, none, capital_sums(batch.codes)))
        found = set(zip(spans.start.tolist(), spans.end.tolist(), strict=True))
        out.append((gold, other, found))
    return out
