"""The lexical linker: chooses among the concepts that share a name.

The score of a (mention, name) pair is a sum of parts, each kept for ``--explain``: ``name``, from
the name's scope; ``case``, where the surface has the name's own capitals; ``type``, a small
preference among types; ``own``, a gain of names from the user's own vocabularies; ``namespace``, a
loss where the answer in the user's namespace is broader or borrowed; ``prior``, how often the
concept is used to annotate diseases; ``document``, a gain where the document names the same concept
by another, plainer name; ``number``, a loss of a chemical's name in the other number where several
substances of the user's namespace are called alike: glutamates are a class, glutamate is a member.
Ties go to the source that leads for the type. NIL where nothing is believed or nothing answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.evidence import pairs, supported
from onoma.link.namespaces import Namespaces
from onoma.ontology.naming import SHORT, SYMBOL
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.columns import ABBREVIATION, DICTIONARY, Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer, Entries, Named
from onoma.recognize.short_meanings import DOUBTED, LONGEST, SURE, UsualNames
from onoma.types import SCOPES, TYPE_BIT, type_mask

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

SCOPE_SCORE = np.array(
    [{"label": 0.9, "exact": 0.87, "layperson": 0.85, "abbreviation": 0.8, "broad": 0.62,
      "related": 0.6, "narrow": 0.68, "pattern": 0.75}[scope] for scope in SCOPES],
    np.float32,
)  # fmt: skip
NARROW = SCOPES.index("narrow")
NARROW_LOSS = 0.14  # below all others, unless one catalogue's filing is what is asked for
MADE_LOSS = 0.05  # a rule wrote this spelling
CASE_GAIN = 0.02
LOSS = 0.2  # an answer that is broader or narrower than the concept
STEP_LOSS = 0.3  # an exact equivalent rather than the concept itself
DOCUMENT_GAIN = 0.08
TYPE_STEP = 0.001  # per place in SEMANTIC_TYPES: of equals, a disease leads a phenotype
PRIOR_STEP = 0.00001  # less than a step of type: per unit of the concept's prior (0 to 255)
OWN_GAIN = 0.06  # a name of the user's own: more than a step of scope and all steps of type
NUMBER_LOSS = 0.35  # more than an exact equivalent loses
SYNONYM = 0.86  # the least score of a name's scope that says what a substance is called
RULED_OUT = -1.0
FINDINGS = TYPE_BIT["disease"] | TYPE_BIT["phenotype"] | TYPE_BIT["clinical_modifier"]
CELLS = TYPE_BIT["anatomy"] | TYPE_BIT["cell_type"]
LESS = tuple(
    (type_mask(both), type_mask(less))
    for both, less in (
        (("anatomy", "cell_type"), ("anatomy",)),  # MeSH has cells in its anatomy
        (("anatomy", "cell_line"), ("anatomy",)),
        (("cell_type", "cell_line"), ("cell_type",)),  # HeLa
        (("process", "component"), ("process",)),  # chromosomes
        (("process", "food"), ("process", "anatomy", "organism")),  # bread, nuts, vegetables
        (("process", "test"), ("process", "procedure", "method")),  # blood pressure, body height
        (("chemical", "intervention"), ("chemical", "drug", "procedure")),  # vaccines
    )
)
"""Types that a concept has together, and those among its types that then say less of it."""
SIGNS = TYPE_BIT["disease"] | TYPE_BIT["phenotype"]
CHEMICALS = TYPE_BIT["chemical"] | TYPE_BIT["drug"]
GENES = TYPE_BIT["gene"] | TYPE_BIT["protein"]


@dataclass(frozen=True, slots=True)
class Links:
    """Per span the chosen row of ``rows`` (-1: NIL); per row its concept, name, score, types.

    Scores are in 0..1, higher is better; RULED_OUT rows may not lead. ``types`` are the bits under
    which the row may be found here; ``answer`` is its number for ``answer_text``, -1 for none.
    ``believed`` tells rows that may be meant even where they do not answer; ``parts`` are the
    score's addends by name.
    """

    rows: Entries
    concept: I64
    name: I64
    score: F32
    types: npt.NDArray[np.uint32]
    answer: I64
    chosen: I64
    believed: Bools
    parts: dict[str, F32]

    def why(self, row: int) -> dict[str, float]:
        """Return the parts of a row's score that count."""
        said = {name: round(float(part[row]), 4) for name, part in self.parts.items()}
        return {name: value for name, value in said.items() if value}

    def ranked(self) -> I64:
        """Return the rows span by span, the chosen one first, then by falling score."""
        rank = -self.score.astype(np.float64)
        rank[self.chosen[self.chosen >= 0]] = -np.inf
        return np.lexsort((rank, self.rows.owner))


class LexicalLinker:
    """Links spans of dictionary keys."""

    def __init__(
        self,
        store: ConceptStore,
        recognizer: DictionaryRecognizer,
        *,
        ids: Namespaces | None = None,
        usual: UsualNames | None = None,
    ) -> None:
        """Take the store, the recogniser whose guards also hold here, and the namespaces.

        ``usual`` tells which short names are what papers mean by them; None: all may be.
        """
        self.usual = usual
        self.store = store
        self.recognizer = recognizer
        self.ids = ids
        self._answer_types = None if ids is None else ids.types
        self._entry_upper = store.array("entry_upper")
        self._name_scope = store.array("name_scope")
        self._group = store.array("concept_group")
        self._prior = store.array("concept_prior")
        self._name_source = store.array("name_source")
        self._leads = _gains(store)

    def link(self, work: Work, spans: Spans) -> tuple[Spans, Links]:
        """Return the spans that some concept may be meant by, and their links.

        A span is dropped where no name is believed; it stays, as NIL, where concepts are believed
        but none answers in the namespaces.
        """
        rows = Entries.of(self.store, spans.key)
        named = Named.of(self.store, rows.entry)
        document = work.batch.document_of(spans.start.astype(np.int32))
        pair = pairs(document[rows.owner], self._group[named.concept])
        believed = self._believed(work, spans, rows, named, pair=pair)
        if self.ids is not None:
            believed &= ~self._lent_narrow(named)
        keep = np.logical_or.reduceat(believed, rows.first) if len(spans) else np.zeros(0, bool)
        if not keep.all():
            spans = spans.keep(keep)
            rows, kept = rows.keep(keep)
            believed, named, pair = believed[kept], named.keep(kept), pair[kept]
        elsewhere = self._document(rows, named, pair, believed)
        return spans, self._score(work, spans, rows, named, believed=believed, elsewhere=elsewhere)

    def _believed(
        self, work: Work, spans: Spans, rows: Entries, named: Named, *, pair: I64
    ) -> Bools:
        """Return for each row whether its name may be meant at its span in its document."""
        good = self.recognizer.believable(
            work, rows, spans.key, start=spans.start, end=spans.end, extra=self._answer_types,
            named=named,
        )  # fmt: skip
        defined = spans.found_by[rows.owner] == ABBREVIATION
        good |= defined
        traits, types = named.traits, named.types
        finding = (types & np.uint32(FINDINGS)) > 0
        symbol = (traits & SYMBOL) > 0
        gene = np.zeros(len(spans) + 1, bool)
        gene[rows.owner[(types & np.uint32(GENES) > 0) & symbol]] = True
        doubtful = finding & ~defined & (((traits & SHORT) > 0) | (symbol & gene[rows.owner]))
        if self.usual is not None:
            doubtful = self._doubted(work, spans, rows, named, doubtful=doubtful)
            doubtful &= ~defined
        places = np.flatnonzero(doubtful)
        if len(places):
            plain = good & ((traits & (SYMBOL | SHORT)) == 0) | defined
            good[places] &= supported(pair[places], pair[plain])
        return good

    def _doubted(
        self, work: Work, spans: Spans, rows: Entries, named: Named, *, doubtful: Bools
    ) -> Bools:
        """Return which rows need a document that names their concept plainly.

        Not those that are what papers define their short form as, but also short names of other
        kinds that are not.
        """
        assert self.usual is not None  # noqa: S101 - the caller has looked
        size = spans.end - spans.start
        capitals = work.capitals[spans.end] - work.capitals[spans.start]
        short = (capitals == size) & (size <= LONGEST) & (size > 1)
        short &= spans.found_by == DICTIONARY
        kind = named.types & DOUBTED
        obscure = short[rows.owner] & (kind > 0) & (kind == named.types)
        out: Bools = doubtful | obscure
        places = np.flatnonzero(out & (capitals == size)[rows.owner])
        if len(places):
            owner = rows.owner[places]
            ends = zip(spans.start[owner].tolist(), spans.end[owner].tolist(), strict=True)
            texts = [work.batch.text[start:end] for start, end in ends]
            share = self.usual.shares(texts, named.concept[places])
            out[places] = np.where(obscure[places], share == 0, share < SURE)
        return out

    def _score(
        self,
        work: Work,
        spans: Spans,
        rows: Entries,
        named: Named,
        *,
        believed: Bools,
        elsewhere: F32,
    ) -> Links:
        packed, name, concept, types = named.packed, named.name, named.concept, named.types
        parts: dict[str, F32] = {}
        made = packed >= MADE
        parts["name"] = SCOPE_SCORE[self._name_scope[name]] - np.float32(MADE_LOSS) * made
        if self.ids is None:
            narrow = self._name_scope[name] == NARROW
            parts["name"] -= np.float32(NARROW_LOSS) * narrow
        capitals = (work.capitals[spans.end] - work.capitals[spans.start])[rows.owner]
        symbol = (named.traits & (SYMBOL | SHORT)) > 0
        upper = self._entry_upper[rows.entry]
        same = symbol & (capitals == upper)
        opens = (work.capitals[spans.start + 1] > work.capitals[spans.start])[rows.owner]
        plain = (named.traits & SYMBOL) == 0
        same |= symbol & plain & opens & (capitals == 1) & (upper == 0)  # Hip is hip
        parts["case"] = np.float32(CASE_GAIN) * same
        open_ = self.recognizer.key_types[spans.key][rows.owner] & self.recognizer.mask
        loss = np.zeros(len(concept), np.float32)
        answer = concept
        answers = np.ones(len(concept), bool)
        if self.ids is not None:
            theirs = self.ids.types[concept]
            types = np.where((theirs & open_) != 0, theirs, types)  # the type fits the answer
            loss -= np.float32(LOSS) * self.ids.lossy[concept]
            answer = self.ids.codes(self.store, concept)
            answers = answer >= 0
            loss -= np.float32(STEP_LOSS) * (answer != concept)
        parts["namespace"] = loss
        types = types & open_
        sign = (types & np.uint32(SIGNS)) == np.uint32(SIGNS)  # a sign is a phenotype first
        first = np.where(sign, types & np.uint32(~TYPE_BIT["disease"] & 0xFFFFFFFF), types)
        cell = (types & np.uint32(CELLS)) == np.uint32(CELLS)  # MeSH has cells in its anatomy
        first = np.where(cell, first & np.uint32(~TYPE_BIT["anatomy"] & 0xFFFFFFFF), first)
        lowest = (first & (~first + np.uint32(1))).astype(np.float32)
        parts["type"] = (-TYPE_STEP * np.log2(np.maximum(lowest, 1))).astype(np.float32)
        parts["prior"] = np.float32(PRIOR_STEP) * self._prior[concept]
        if self._leads is not None:
            parts["own"] = self._leads[self._name_source[name]]
        parts["document"] = elsewhere
        score: F32 = np.sum(list(parts.values()), axis=0, dtype=np.float32)
        np.clip(score, 0.0, 1.0, out=score)
        score[~believed | (types == 0) | ~answers] = RULED_OUT
        if self.ids is not None:
            other = self._in_other_number(work, spans, rows, named, (score, answer))
            parts["number"] = np.float32(-NUMBER_LOSS) * other
            score[other] = np.maximum(score[other] - np.float32(NUMBER_LOSS), 0.0)
        chosen = choose(rows, score)
        return Links(rows, concept, name, score, types, answer, chosen, believed, parts)

    def _in_other_number(
        self, work: Work, spans: Spans, rows: Entries, named: Named, links: tuple[F32, I64]
    ) -> Bools:
        """Return the rows of chemicals in the plural whose span is not, or the other way round.

        Only where the span's own number names another substance; ``links`` are the rows' scores and
        answers.
        """
        score, answer = links
        out = np.zeros(len(score), bool)
        places = np.flatnonzero((score > 0) & ((named.types & np.uint32(CHEMICALS)) > 0))
        low = np.full(len(spans), np.iinfo(np.int64).max)
        high = np.full(len(spans), -1)
        np.minimum.at(low, rows.owner[places], answer[places])
        np.maximum.at(high, rows.owner[places], answer[places])
        places = places[(low < high)[rows.owner[places]]]
        if len(places):
            owner = rows.owner[places]
            names = self.store.names.take(named.name[places].tolist())
            last = work.batch.codes[spans.end[owner] - 1] | 0x20
            other = (last == ord("s")) != np.array([name.endswith(("s", "S")) for name in names])
            own = ~other & (SCOPE_SCORE[self._name_scope[named.name[places]]] >= SYNONYM)
            pair = pairs(owner, answer[places])
            out[places] = other & np.isin(owner, owner[own]) & ~np.isin(pair, pair[own])
        return out

    def _lent_narrow(self, named: Named) -> Bools:
        """Return where a name of something narrower would be answered by another concept's CURIE.

        "Generalized tonic-clonic seizures" is filed under MeSH's Seizures; HPO's Seizure, the
        equivalent of that heading, is not what it means.
        """
        out = self._name_scope[named.name] == NARROW
        rows = np.flatnonzero(out)
        if self.ids is not None and len(rows):
            concept = named.concept[rows]
            out[rows] = self.ids.codes(self.store, concept) != concept
        return np.asarray(out)

    @staticmethod
    def _document(rows: Entries, named: Named, pair: I64, believed: Bools) -> F32:
        """Return the gain of rows whose concept the document also names plainly elsewhere."""
        readings = np.bincount(rows.owner[believed], minlength=len(rows.first))[rows.owner]
        out = np.zeros(len(pair), np.float32)
        places = np.flatnonzero(believed & (readings > 1))
        if len(places):
            alone = believed & (readings == 1) & ((named.traits & (SYMBOL | SHORT)) == 0)
            out[places] = np.float32(DOCUMENT_GAIN) * supported(pair[places], pair[alone])
        return out


def _gains(store: ConceptStore) -> F32 | None:
    """Return the gain of each source's names, None where no source is the user's own."""
    own: list[str] = store.manifest.get("own", [])
    if not own:
        return None
    gains = [OWN_GAIN * (name in own) for name in store.manifest["name_sources"]]
    return np.array([*gains, *[0.0] * (256 - len(gains))], np.float32)


def telling(types: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return type bits without those that say less of a concept than others among them do."""
    for both, less in LESS:
        types = np.where(types & both == both, types & ~less, types)
    return types


def choose(rows: Entries, score: F32) -> I64:
    """Return for each span its first best row, -1 where all are ruled out."""
    if not len(rows.first):
        return np.empty(0, np.int64)
    best = np.maximum.reduceat(score, rows.first)
    leading = np.flatnonzero(score == best[rows.owner])
    owner = rows.owner[leading]
    first = leading[np.flatnonzero(np.diff(owner, prepend=-1))]
    return np.where(best > RULED_OUT, first, -1)
