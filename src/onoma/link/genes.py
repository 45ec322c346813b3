"""Genes in the light of their document: whose gene it is, which of several, and whether one at all.

Works on linked spans, as columns. Three rules, each measured on NLM-Gene and GNormPlus:

* *Species.* The core knows human genes. Where the words before a mention, or else the document,
  speak of other organisms, the human gene is not the answer (Wei et al. 2015, GNormPlus, assign
  species by the same cues): it stays a candidate, the mention is NIL unless a concept that belongs
  to no species (a family, a MeSH protein) answers.
* *Which.* Of genes that share a symbol the better known one leads: a gene's share of names in the
  vocabulary stands for its share of the literature.
* *Whether.* A short or everyday word that is only some little-known gene's alias (FISH, MAR, LPS)
  needs company: a word such as "gene" beside it, or the same gene by another name.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from onoma.link.evidence import pairs, supported
from onoma.link.lexical import RULED_OUT, Links, choose
from onoma.ontology.curies import PREFIXES
from onoma.ontology.naming import COMMON, HAS_DIGIT, ONE_WORD, SHORT, SPACED
from onoma.ontology.store import ConceptStore
from onoma.ontology.wordtable import word_hashes, word_ids
from onoma.recognize.columns import ABBREVIATION, COORDINATION, Spans, Work
from onoma.recognize.dictionary import Entries
from onoma.recognize.patterns import RESIDUE_HASHES
from onoma.types import SCOPES, TYPE_BIT

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
U8 = npt.NDArray[np.uint8]

HUMAN_WORDS = (
    "human", "patient", "man", "woman", "child", "infant", "individual", "participant", "volunteer",
    "cohort", "family", "clinical", "adult", "adolescent", "proband", "caucasian", "hela", "hek",
    "hepg", "jurkat", "huvec", "mcf", "thp", "hct", "mda", "lncap", "caco",
)  # fmt: skip
OTHER_WORDS = (
    "mouse", "murine", "rat", "yeast", "cerevisiae", "pombe", "drosophila", "melanogaster",
    "zebrafish", "xenopus", "elegans", "arabidopsis", "chicken", "bovine", "porcine", "pig",
    "cattle", "cow", "sheep", "ovine", "plant", "dog", "canine", "goat", "maize", "rice",
    "chick", "avian", "hamster", "tomato", "wheat", "soybean", "medaka",
)  # fmt: skip
COMPANY_WORDS = (
    "gene", "protein", "receptor", "mrna", "mutation", "allele", "polymorphism", "locus",
    "transcript", "promoter", "isoform", "kinase", "antibody", "knockdown", "knockout",
    "overexpression", "sirna", "oncogene", "deficient", "phosphorylation",
)  # fmt: skip
HUMAN, OTHER, COMPANY = 1, 2, 4
BEFORE = 3  # tokens before a mention that may tell its species
TITLE_CASE = 8  # longest symbol whose title case speaks of a rodent gene
NO_PROTEIN_LOSS = 0.03  # pseudogenes and RNA genes are seldom meant by a name they share
LONGEST_BAND = 3  # characters of a band or of a residue's short name
PRIOR_STEP = 0.006  # of the score, per doubling of a gene's names; less than a scope in all
WELL_KNOWN = 24  # names: such a gene's short aliases need no company
PER_ROW = ("concept", "name", "score", "types", "answer", "believed")  # columns of Links by row
GENE, PROTEIN = TYPE_BIT["gene"], TYPE_BIT["protein"]
LABEL = SCOPES.index("label")


class GeneContext:
    """Settles the gene readings of linked spans."""

    def __init__(self, store: ConceptStore) -> None:
        """Take the store whose rows the links hold."""
        words = store.array("words")
        self._cue = np.zeros(int(store.array("roots").shape[0]), np.uint8)
        for bit, group in ((HUMAN, HUMAN_WORDS), (OTHER, OTHER_WORDS), (COMPANY, COMPANY_WORDS)):
            self._cue[word_ids(words, word_hashes(group))] |= np.uint8(bit)
        self._cue[0] = 0  # an unknown word tells nothing
        self._is_human = store.array("concept_prefix") == PREFIXES.index("HGNC")
        self._name_start = store.array("concept_name_start")
        self._name_scope = store.array("name_scope")
        self._types = store.array("concept_types")
        self._entry_traits = store.array("entry_traits")

    def settle(self, work: Work, spans: Spans, links: Links) -> tuple[Spans, Links]:
        """Return spans and links with gene readings settled; spans with no reading left go."""
        rows = np.flatnonzero(self._is_human[links.concept] & (links.score >= 0))
        if not len(rows):
            return spans, links
        held = np.flatnonzero(np.diff(links.rows.owner[rows], prepend=-1))
        held = links.rows.owner[rows[held]]  # the spans with a gene reading
        near = np.searchsorted(held, links.rows.owner[rows])  # row -> place in ``held``
        own = spans.keep(held)
        cue, first = self._cue[work.words], work.token_at(own.start)
        names = self._name_start[links.concept[rows] + 1] - self._name_start[links.concept[rows]]
        gain = np.float32(PRIOR_STEP) * np.log2(names + 1).astype(np.float32)
        gain[self._types[links.concept[rows]] & PROTEIN == 0] -= np.float32(NO_PROTEIN_LOSS)
        prior = np.zeros(len(links.score), np.float32)
        prior[rows] = gain
        score = links.score + prior
        barred = own.found_by[near] == COORDINATION  # "CSF, IL-4, and TGF-beta 1" has no CSF1
        barred &= self._entry_traits[links.rows.entry[rows]] & SPACED == 0
        barred |= is_place(work, own, first)[near]
        weak = self._is_weak(spans, links, rows, names)
        if weak.any():
            last = work.token_at(own.end) - 1
            weak &= ~near_cue(cue, first, last, COMPANY)[near]
            weak[weak] = ~self._named_elsewhere(work, spans, links, rows=rows, weak=weak)
        barred |= weak
        score[rows[barred]] = RULED_OUT
        part = readings_of(links.rows, held)
        gone = np.zeros(len(spans), bool)
        if barred.any():
            gone[held] = (choose(part, score[part.entry]) < 0) & (links.chosen[held] >= 0)
        foreign = self._foreign(work, own, cue, first)
        score[rows[foreign[near]]] = RULED_OUT
        np.minimum(score, 1.0, out=score)
        picked = choose(part, score[part.entry])
        chosen = links.chosen.copy()
        chosen[held] = np.where(picked >= 0, part.entry[picked], -1)
        parts = links.parts | {"known": prior}
        settled = dataclasses.replace(links, score=score, chosen=chosen, parts=parts)
        return without(gone, spans, settled)

    @staticmethod
    def _named_elsewhere(
        work: Work, spans: Spans, links: Links, *, rows: I64, weak: Bools
    ) -> Bools:
        """Return which weak rows' genes the document also names by a name that is not weak."""
        start = spans.start[links.rows.owner[rows]].astype(np.int32)
        pair = pairs(work.batch.document_of(start), links.concept[rows])
        return supported(pair[weak], pair[~weak])

    def _is_weak(self, spans: Spans, links: Links, rows: I64, names: I64) -> Bools:
        """Return which gene rows are short or everyday aliases of little-known genes."""
        traits = self._entry_traits[links.rows.entry[rows]]
        neutral = np.zeros(len(spans), bool)  # a family or a protein of no species bears the name
        is_product = (links.types & (GENE | PROTEIN) > 0) & ~self._is_human[links.concept]
        neutral[links.rows.owner[is_product]] = True
        frail = (traits & (SHORT | COMMON) > 0) & (traits & (HAS_DIGIT | ONE_WORD) == ONE_WORD)
        frail &= self._name_scope[links.name[rows]] != LABEL
        frail &= (names < WELL_KNOWN) & ~neutral[links.rows.owner[rows]]
        return np.asarray(frail & (spans.found_by[links.rows.owner[rows]] != ABBREVIATION))

    def _foreign(self, work: Work, spans: Spans, cue: U8, first: I64) -> Bools:
        """Return which spans speak of another organism's gene."""
        places = np.flatnonzero(cue & (HUMAN | OTHER))
        document = work.batch.document_of(work.tokens.start[places])
        size = len(work.batch.doc_start)
        human = np.bincount(document[cue[places] & HUMAN > 0], minlength=size)
        other = np.bincount(document[cue[places] & OTHER > 0], minlength=size)
        own = work.batch.document_of(spans.start.astype(np.int32))
        human, other = human[own], other[own]
        out = (other > 0) & (human == 0) | (other >= 3 * human) & (other > 1)
        out |= (other > 0) & self._title_case(work, spans)
        for step in range(BEFORE, 0, -1):  # the nearest word before a mention has the last say
            near = cue[np.maximum(first - step, 0)]
            near = np.where(first >= step, near, 0)
            out = np.where(near & (HUMAN | OTHER) > 0, near & OTHER > 0, out)
        return np.asarray(out)

    @staticmethod
    def _title_case(work: Work, spans: Spans) -> Bools:
        """Return which spans are written as rodent genes are: Klf9, Trp53."""
        capital = work.capitals
        head = capital[spans.start + 1] - capital[spans.start]
        count = capital[spans.end] - capital[spans.start]
        return np.asarray((head == 1) & (count == 1) & (spans.end - spans.start < TITLE_CASE))


def readings_of(rows: Entries, held: I64) -> Entries:
    """Return the rows of some spans: ``owner`` places in ``held``, ``entry`` places in ``rows``."""
    stop = np.append(rows.first[1:], len(rows.owner))
    count = stop[held] - rows.first[held]
    first = np.cumsum(count) - count
    owner = np.repeat(np.arange(len(held)), count)
    return Entries(owner, np.arange(len(owner)) + (rows.first[held] - first)[owner], first)


def is_place(work: Work, spans: Spans, first: I64) -> Bools:
    """Return which spans are a band or a residue: the p11 of 16p12-p11, the Tyr of Tyr(906)."""
    out = np.zeros(len(spans), bool)
    short = np.flatnonzero(spans.end - spans.start <= LONGEST_BAND)
    if not len(short):
        return out
    codes, start, end = work.batch.codes, spans.start[short], spans.end[short]
    behind, beyond = codes[end], codes[np.minimum(end + 1, len(codes) - 1)]
    before, ahead = codes[np.maximum(start - 1, 0)], codes[np.maximum(start - 2, 0)]
    band = (behind == ord(".")) & is_digit(beyond) | (before == ord("-")) & is_digit(ahead)
    band |= (before == ord("(")) & (ahead == ord(")"))
    band &= (codes[start] | 1) == ord("q")  # p or q: the codes differ in the last bit
    residue = ((behind == ord("-")) | (behind == ord("("))) & is_digit(beyond)
    residue &= end - start == LONGEST_BAND
    if residue.any():
        residue &= np.isin(work.tokens.hash[first[short]], RESIDUE_HASHES)
    out[short] = band | residue
    return out


def is_digit(codes: npt.NDArray[np.uint32]) -> Bools:
    """Return which code points are digits."""
    return np.asarray((codes >= ord("0")) & (codes <= ord("9")))


def near_cue(cue: U8, first: I64, last: I64, bit: int) -> Bools:
    """Return whether a cue of this kind stands within two tokens of each span."""
    out = np.zeros(len(first), bool)
    for step in (1, 2):
        out |= cue[np.maximum(first - step, 0)] & bit > 0
        out |= cue[np.minimum(last + step, len(cue) - 1)] & bit > 0
    return out


def without(gone: Bools, spans: Spans, links: Links) -> tuple[Spans, Links]:
    """Return spans and links less the spans that are gone."""
    if not gone.any():
        return spans, links
    keep = ~gone
    rows = np.flatnonzero(keep[links.rows.owner])
    moved = np.full(len(links.concept) + 1, -1, np.int64)
    moved[rows] = np.arange(len(rows))
    number = np.cumsum(keep) - 1
    entries = dataclasses.replace(
        links.rows,
        owner=number[links.rows.owner[rows]],
        entry=links.rows.entry[rows],
        first=moved[links.rows.first[keep]],
    )
    columns = {name: getattr(links, name)[rows] for name in PER_ROW}
    parts = {name: part[rows] for name, part in links.parts.items()}
    chosen = np.where(links.chosen[keep] >= 0, moved[links.chosen[keep]], -1)
    return spans.keep(keep), dataclasses.replace(
        links, rows=entries, chosen=chosen, parts=parts, **columns
    )
