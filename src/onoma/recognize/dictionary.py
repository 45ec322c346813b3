"""The dictionary recogniser: every believable name of the store in a batch, before any is chosen.

Whole tokens only; types are applied before overlaps are settled, so that asking for diseases gives
the disease inside a longer name of another type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import MADE, ConceptStore
from onoma.ontology.wordtable import word_hashes, word_ids
from onoma.recognize.celllines import CELL_LINE, CellLines
from onoma.recognize.columns import DICTIONARY, Spans, Work
from onoma.recognize.general import keys_of, open_types
from onoma.recognize.guards import RISKY, Surface, believed, is_loud
from onoma.recognize.numbers import without_numbers
from onoma.recognize.persons import without_persons
from onoma.recognize.scan import MatcherIndex, Matches, kernel_named
from onoma.recognize.taxa import ORGANISM, Claim, TaxonNames
from onoma.recognize.verdicts import UNPACKED, Verdicts, packed
from onoma.text.tokens import U8, U32, U64, TextBatch

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

GENE_WORDS = (
    "gene", "protein", "receptor", "mrna", "expression", "mutation", "allele", "polymorphism",
    "locus", "transcript", "promoter", "variant", "genotype", "kinase", "antibody", "exon",
    "fusion", "amplification", "inhibitor", "overexpression", "knockdown", "knockout",
)  # fmt: skip
JOINED = ("associated", "induced", "mediated", "related")
"""What belongs to the word that a hyphen joins it to."""
HYPHENS = np.array([ord(one) for one in "-\u2010\u2011\u2013"], np.uint32)
DEEP = np.uint32(CELL_LINE)  # types whose guards read more than the surface


@dataclass(frozen=True, slots=True)
class Entries:
    """The names behind some keys, end to end: ``owner`` is the place of the key asked about."""

    owner: I64
    entry: I64
    first: I64  # per key: where its run starts

    @classmethod
    def of(cls, store: ConceptStore, keys: I64) -> Entries:
        """Return the entries of these keys."""
        bounds = store.array("key_entry_start")
        start = bounds[keys].astype(np.int64)
        count = bounds[keys + 1].astype(np.int64) - start
        first = np.cumsum(count) - count
        owner = np.repeat(np.arange(len(keys)), count)
        entry = np.arange(len(owner)) + np.repeat(start - first, count)
        return cls(owner, entry, first)

    def keep(self, keys: Bools) -> tuple[Entries, Bools]:
        """Return the entries of the keys kept, and which rows they are."""
        rows = keys[self.owner]
        number = np.cumsum(keys) - 1
        owner = number[self.owner[rows]]
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        return Entries(owner, self.entry[rows], first), rows


@dataclass(frozen=True, slots=True)
class Named:
    """What the store says of the names behind some entries: read once, used by guards and linker.

    ``packed`` has the bit ``MADE`` beside the name's row.
    """

    packed: U32
    name: I64
    concept: I64
    types: U32
    traits: U8

    @classmethod
    def of(cls, store: ConceptStore, entry: I64) -> Named:
        """Read the columns of these entries."""
        packed = store.array("entry_name")[entry]
        name = (packed & np.uint32(MADE - 1)).astype(np.int64)
        concept = store.array("name_concept")[name].astype(np.int64)
        types = store.array("concept_types")[concept]
        return cls(packed, name, concept, types, store.array("entry_traits")[entry])

    def keep(self, which: Bools) -> Named:
        """Return the rows under a mask."""
        return Named(*(getattr(self, column)[which] for column in Named.__slots__))


class DictionaryRecognizer:
    """Finds the store's names in a batch."""

    def __init__(self, store: ConceptStore, *, types: int = 0, kernel: str = "auto") -> None:
        """Take a store; ``types`` (bits) limits the names, 0 takes all; ``kernel``: see ``scan``.

        Raises: ExtraMissing: the numba kernel is asked for by name and numba is not installed.
        """
        self.kernel = kernel_named(kernel)
        self.store = store
        self.types = types
        self.index = MatcherIndex.of(store)
        self._entry_upper = store.array("entry_upper")
        self.mask = np.uint32(types or 0xFFFFFFFF)
        self.key_types = open_types(store)
        self.taxa = TaxonNames(store)
        self.lines = CellLines(store)
        self._gene_words = self._flags(GENE_WORDS)
        self._joined, self._by = self._flags(JOINED), self._flags(("by",))
        self._verdicts = Verdicts()

    def _flags(self, words: tuple[str, ...]) -> Bools:
        """Return for each word id whether it is one of these words."""
        flags = np.zeros(len(self.index.roots), bool)
        flags[word_ids(self.index.words, word_hashes(words))] = True
        flags[0] = False
        return flags

    def species_keys(self, names: Sequence[str]) -> list[int]:
        """Return the key of each organism, -1 where the vocabulary has none of this name."""
        keys = keys_of(self.store, names) if names else np.empty(0, np.int64)
        is_organism = (keys >= 0) & (self.key_types[keys] & np.uint32(ORGANISM) > 0)
        return [int(key) for key in np.where(is_organism, keys, -1)]

    def read(self, batch: TextBatch) -> Work:
        """Return a batch with its tokens and word ids."""
        return Work(batch, *self.kernel.read(batch.codes, self.index.words))

    def find(self, work: Work) -> Spans:
        """Return all believable matches, nested and overlapping ones too."""
        spans = without_persons(work, without_numbers(work, self._found(work)))
        return self.taxa.without_groups(work, spans, self.key_types[spans.key])

    def _found(self, work: Work) -> Spans:
        matches = self.kernel.scan(self.index, work.words, work.tokens.glued)
        matches = self._without_halves(work, matches)
        if self.kernel.settle is not None and len(matches):
            return self._settled(work, matches)
        types = self.key_types[matches.key] & self.mask
        if not types.all():
            named = types != 0
            matches, types = matches.keep(named), types[named]
        start = work.tokens.start[matches.start].astype(np.int64)
        end = work.tokens.end[matches.end - 1].astype(np.int64)
        risky = np.flatnonzero(self.key_types.safe_of(matches.key) & types == 0)
        if len(risky):
            good = np.ones(len(matches), bool)
            good[risky] = self._believe(
                work, matches.keep(risky), types[risky], start=start[risky], end=end[risky]
            )
            start, end, matches = start[good], end[good], matches.keep(good)
        return Spans.of(start, end, matches.key, found_by=DICTIONARY)

    def _without_halves(self, work: Work, matches: Matches) -> Matches:
        """Return matches without those that take a word from what it belongs to.

        "Heparin-induced hypotension" holds no induced hypotension, "hypotension induced by heparin"
        neither.
        """
        words, codes, tokens = work.words, work.batch.codes, work.tokens
        first, last = matches.start, matches.end - 1
        after = np.minimum(matches.end, max(len(words) - 1, 0))
        halved = self._joined[words[last]] & self._by[words[after]] & (last > first)
        opens = np.flatnonzero(self._joined[words[first]])
        before = codes[np.maximum(tokens.start[first[opens]] - 1, 0)]
        halved[opens] |= np.isin(before, HYPHENS)
        return matches.keep(~halved) if halved.any() else matches

    def _settled(self, work: Work, matches: Matches) -> Spans:
        """Return the believable matches, most of them settled by the compiled first look."""
        tokens = work.tokens
        assert self.kernel.settle is not None  # noqa: S101 - the caller has looked
        columns, open_, asked = self.kernel.settle(
            (matches.start, matches.end, matches.key),
            (self.key_types.kind, self.key_types.types, self.key_types.safe),
            (self.mask, DEEP),
            (tokens.start, tokens.end, tokens.hash, work.words, self._gene_words,
             work.batch.codes, work.capitals),
            tuple((some.hashes, some.maybe) for some in (self.lines.cells, self.lines.company)),
            work.batch.doc_start,
            self._verdicts.kept,
        )  # fmt: skip
        start, end, key = columns
        place, first, behind = open_
        if len(place):
            rest = Matches(first, behind, key[place])
            begin, stop = start[place], end[place]
            surface = self._surface(work, begin, stop, first=first, last=behind - 1)
            good = np.ones(len(key), bool)
            good[place] = self._judged(work, rest, asked, start=begin, end=stop, surface=surface)
            start, end, key = columns[:, good]
        return Spans.of(start, end, key, found_by=DICTIONARY)

    def _judged(
        self, work: Work, matches: Matches, asked: U64, *, start: I64, end: I64, surface: Surface
    ) -> Bools:
        """Return what the guards say of some matches, and keep it for the same questions."""
        rows = Entries.of(self.store, matches.key)
        believable = self.believable(work, rows, matches.key, start=start, end=end, surface=surface)
        good = np.asarray(np.logical_or.reduceat(believable, rows.first))
        self._verdicts.keep(asked, good)
        return good

    def _believe(self, work: Work, matches: Matches, types: U32, *, start: I64, end: I64) -> Bools:
        """Return whether some name of each match's key is believed where it stands.

        Where no guard looks beyond the surface, a key under one surface is judged once and the
        answer kept: running text asks the same again and again.
        """
        surface = self._surface(work, start, end, first=matches.start, last=matches.end - 1)
        asked = packed(matches.key, surface)
        asked[(types & DEEP) != 0] = UNPACKED
        good, open_ = self._verdicts.look_up(asked)
        if len(open_):
            rest = matches.keep(open_)
            picked = Surface(*(getattr(surface, name)[open_] for name in Surface.__slots__))
            good[open_] = self._judged(
                work, rest, asked[open_], start=start[open_], end=end[open_], surface=picked
            )
        return good

    def believable(
        self,
        work: Work,
        rows: Entries,
        key: I64,
        *,
        start: I64,
        end: I64,
        extra: U32 | None = None,
        surface: Surface | None = None,
        named: Named | None = None,
    ) -> Bools:
        """Return for each entry whether its name may be what stands at its span.

        ``extra`` are further type bits by concept (those of its answer in another namespace);
        ``surface`` that of the spans and ``named`` the columns of the entries, where the caller has
        them.
        """
        named = named or Named.of(self.store, rows.entry)
        names, concepts, types, traits = named.name, named.concept, named.types, named.traits
        if extra is not None:
            types = types | extra[concepts]
        types = types & self.mask & self.key_types[key][rows.owner]
        good = types != 0
        check = np.flatnonzero((traits & RISKY) > 0)
        if len(check):
            own = rows.owner[check]
            if surface is None:  # only of the spans asked about
                new = np.diff(own, prepend=-1) != 0
                spans, own = own[new], np.cumsum(new) - 1
                begin, stop = start[spans], end[spans]
                first, last = work.token_at(begin), work.token_at(stop) - 1
                surface = self._surface(work, begin, stop, first=first, last=last)
            picked = Surface(*(getattr(surface, name)[own] for name in Surface.__slots__))
            good[check] &= believed(
                traits[check], self._entry_upper[rows.entry[check]], types[check], picked
            )
        taxon, line = types & np.uint32(ORGANISM) > 0, types == CELL_LINE
        for guard, wanted in ((self.taxa, taxon), (self.lines, line)):
            rest = np.flatnonzero(good & wanted)
            if len(rest):
                own, entry = rows.owner[rest], rows.entry[rest]
                claim = Claim(
                    own, self.key_types[key[own]], names[rest], concepts[rest],
                    traits[rest], self._entry_upper[entry], start[own], end[own],
                )  # fmt: skip
                good[rest] = guard.believed(work, claim)
        if self.store.let_through is not None:
            good |= (types != 0) & np.isin(key, self.store.let_through)[rows.owner]
        return np.asarray(good)

    def _surface(self, work: Work, start: I64, end: I64, *, first: I64, last: I64) -> Surface:
        gaps = work.tokens.end[np.minimum(last, len(work.tokens) - 1)] - start
        inner = np.zeros(len(start), np.int64)
        several = np.flatnonzero(last > first)
        if len(several):
            inner[several] = self._spaces(work, first[several], last[several])
        return Surface(
            capitals=(work.capitals[end] - work.capitals[start]).astype(np.int64),
            length=np.maximum(gaps, 1),
            spaces=inner,
            loud=is_loud(work.capitals, work.batch.doc_start, start, end),
            near_gene=self._near(work, first, last, self._gene_words, behind=1, before=1),
            initial=work.capitals[start + 1] > work.capitals[start],
        )

    @staticmethod
    def _spaces(work: Work, first: I64, last: I64) -> I64:
        """Return how many gaps between the tokens first..last hold white space."""
        size = np.minimum(last - first, 6)
        out = np.zeros(len(first), np.int64)
        for step in range(int(size.max(initial=0))):
            inside = step < size
            end = work.tokens.end[np.where(inside, first + step, first)]
            out += inside & (work.batch.codes[end] <= 0x20)
        return out

    @staticmethod
    def _near(
        work: Work,
        first: I64,
        last: I64,
        wanted: Bools,
        *,
        behind: int,
        before: int,
    ) -> Bools:
        """Return whether one of these words stands within so many tokens of each span."""
        size = len(work.words)
        out = np.zeros(len(first), bool)
        for step in range(1, behind + 1):
            out |= wanted[work.words[np.minimum(last + step, size - 1)]]
        for step in range(1, before + 1):
            out |= wanted[work.words[np.maximum(first - step, 0)]]
        return out
