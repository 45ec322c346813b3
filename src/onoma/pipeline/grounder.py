"""Many terms to ranked concepts: the dictionary first, then names spelled or meant alike.

Each distinct pair of term and context is looked up once, in a few runs over all of them:

1. Short forms that the context defines are written out, and the dictionary reads the whole term.
   What it finds so is settled: no index is opened for it, let alone made.
2. The rest is read in its other phrasings, and near names are looked for and judged
   (``link.candidates.linker``), told which names the dictionary finds inside a term and which
   concepts its context names elsewhere.
3. A term that lists several concepts is taken apart where each member is found on its own.
4. A term whose best concept scores below ``NIL_BELOW`` is NIL. Near names' scores are chances of
   being right, as counted on the train parts of NCBI Disease and BC5CDR (``bench/linking.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from onoma.encode.vectors import NameVectors
from onoma.link.candidates.judging import Around
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.linker import TermLinker, TextEncoder
from onoma.link.candidates.readings import ShortForms, members
from onoma.link.candidates.scoring import Weights
from onoma.ontology.naming import spellings
from onoma.ontology.phrasing import rephrasings
from onoma.pipeline.annotator import Annotator, Settings, make_annotator
from onoma.pipeline.document_concepts import DocumentConcepts
from onoma.types import Candidate, Document

PART_SHARE = 0.5  # a name inside the term must cover this share of its characters
PART_DOUBT = 0.5  # of such a name's score, where near names were judged
OTHER_PHRASING = 0.9
SETTLED = 0.75  # the dictionary's score from which on nothing else is asked
NIL_BELOW = 0.2
WHOLE_MEMBER = 0.64  # a list is taken apart if each member is found as surely as this
LONGEST_READ = 400  # characters of a term that other phrasings are tried for
BATCH_CHARACTERS = 1 << 19
CULTURE, CELL_LINE = "culture", "cell_line"
LONGEST_LINE = 40  # characters of a term that may name a cell line

Pair = tuple[str, str]
"""A term and its context (empty for none)."""


@dataclass(frozen=True, slots=True)
class Helpers:
    """What a grounder may use beside the vocabulary.

    ``nearest``: whether names that are merely alike count; ``lists``: whether lists are taken
    apart; ``least``: the score below which a term is NIL; ``fill``: whether near names follow what
    the dictionary is sure of, up to k; ``barred``: rows of concepts never to answer.
    """

    nearest: bool = True
    encoder: TextEncoder | None = None
    meanings: NameVectors | None = None
    lexicon: Lexicon | None = None
    weights: Weights | None = None
    lists: bool = True
    least: float = NIL_BELOW
    fill: bool = False
    barred: tuple[int, ...] = field(default=())


class Grounder:
    """Grounds terms over one vocabulary, for some types and namespaces."""

    def __init__(self, settings: Settings, helpers: Helpers | None = None) -> None:
        """Take the settings of an annotator (``nested`` is set), and what else is used."""
        self.annotator: Annotator = make_annotator(replace(settings, nested=True))
        self.helpers = helpers or Helpers()
        self._named = DocumentConcepts(self.annotator)

    @cached_property
    def linker(self) -> TermLinker:
        """The linker by near names; its index is opened, or made, when it is first asked."""
        helpers = self.helpers
        return TermLinker(
            self.annotator.store,
            types=self.annotator.types,
            ids=self.annotator.ids,
            encoder=helpers.encoder,
            meanings=helpers.meanings,
            weights=helpers.weights,
            lexicon=helpers.lexicon,
            barred=helpers.barred,
        )

    def ground(self, pairs: Iterable[Pair], *, k: int = 5) -> list[list[Candidate]]:
        """Return the concepts of each term in its context, best first, at most ``k``."""
        asked = [(term.strip(), context) for term, context in pairs]
        distinct = list(dict.fromkeys(asked))
        whole = self.helpers.nearest
        written = {pair: expanded(*pair) if whole else pair[0] for pair in distinct}
        ranked = self._ranked(distinct, written, k)
        if self.helpers.lists and self.helpers.nearest:
            self._take_apart(ranked, written, k)
        least = self.helpers.least if self.helpers.nearest else 0.0
        nil = {pair for pair, found in ranked.items() if found and found[0].score < least}
        return [[] if pair in nil else ranked[pair][:k] for pair in asked]

    def _ranked(
        self, pairs: Sequence[Pair], written: dict[Pair, str], k: int
    ) -> dict[Pair, list[Candidate]]:
        """Return the concepts of each pair, lists not taken apart."""
        out = {pair: self._learned(written[pair], pair[0]) for pair in pairs}
        open_ = [pair for pair in pairs if pair[0] and not out[pair]]
        texts = [(written[pair], pair[1], 1.0) for pair in open_]
        if not self.helpers.nearest:
            self._rephrased(open_, written, out)
            return out
        for pair, found in zip(open_, self._read(texts), strict=True):
            out[pair] = ranked(found)
        self._near([pair for pair in open_ if not is_settled(out[pair])], written, out, k)
        if self.helpers.fill:
            few = [pair for pair in pairs if pair[0] and 0 < len(out[pair]) < k]
            near = self._linked(few, written, out, k)
            for pair, more in zip(few, near, strict=True):
                out[pair] = followed(out[pair], more)
        return out

    def _learned(self, *texts: str) -> list[Candidate]:
        """Return what annotators called these texts, where they were seen."""
        lexicon = self.helpers.lexicon
        return [] if lexicon is None else lexicon.exact(texts, self.annotator.store)

    def _near(
        self,
        pairs: Sequence[Pair],
        written: dict[Pair, str],
        out: dict[Pair, list[Candidate]],
        k: int,
    ) -> None:
        """Add to ``out`` what other phrasings and near names find."""
        self._rephrased(pairs, written, out)
        left = [pair for pair in pairs if not is_settled(out[pair])]
        if not left:
            return
        near = self._linked(left, written, out, k)
        for pair, found in zip(left, near, strict=True):
            parts = out[pair]
            if found:
                parts = [scaled(one, PART_DOUBT) for one in parts]
            out[pair] = ranked([*parts, *found])

    def _linked(
        self,
        pairs: Sequence[Pair],
        written: dict[Pair, str],
        told: dict[Pair, list[Candidate]],
        k: int,
    ) -> list[list[Candidate]]:
        """Return what the linker says of terms, told what the dictionary and the context say."""
        asked = [(context, term, written[term, context]) for term, context in pairs]
        around = [
            Around(pair[1], concepts, {one.curie: one.score for one in told[pair]})
            for pair, concepts in zip(pairs, self._named.rows(asked), strict=True)
        ]
        return self.linker.link([written[pair] for pair in pairs], k=k, around=around)

    def _rephrased(
        self, pairs: Sequence[Pair], written: dict[Pair, str], out: dict[Pair, list[Candidate]]
    ) -> None:
        """Add to ``out`` what the dictionary finds in the terms as they are and rephrased.

        In a text the names of cell lines are believed in company (CHO cells); a term has none.
        """
        texts, owner = [], []
        for pair in pairs:
            term, context = written[pair], pair[1]
            own = {term: 1.0, pair[0]: 1.0 if term == pair[0] else OTHER_PHRASING}
            if len(term) <= LONGEST_READ:
                others = dict.fromkeys([*spellings(term), *rephrasings(term)])
                own |= {o: OTHER_PHRASING for o in others if o.lower() != term.lower()}
            texts += [(text, context, share) for text, share in own.items()]
            owner += [pair] * len(own)
        known: dict[Pair, list[Candidate]] = {pair: [] for pair in pairs}
        for pair, found in zip(owner, self._read(texts), strict=True):
            known[pair] += found
        for pair in pairs:
            out[pair] = ranked([*out[pair], *known[pair]])
        unknown = [pair for pair in pairs if not out[pair] and len(pair[0]) <= LONGEST_LINE]
        beside = [(written[pair], CULTURE, 1.0) for pair in unknown]
        for pair, found in zip(unknown, self._read(beside), strict=True):
            out[pair] = ranked(one for one in found if one.type == CELL_LINE)

    def _read(self, texts: Sequence[tuple[str, str, float]]) -> Iterator[list[Candidate]]:
        """Yield for each text, read before its context, the concepts of the names in it."""
        for batch in _batches(texts):
            documents = [
                Document("", f"{text}\n\n{context}" if context else text)
                for text, context, _ in batch
            ]
            done = self.annotator.annotate(documents)
            for (text, _, share), document in zip(batch, done.documents_annotated(), strict=True):
                found = []
                for mention in document.mentions:
                    covered = (mention.end - mention.start) / len(text) if text else 0.0
                    if mention.end <= len(text) and covered >= PART_SHARE:
                        found += [scaled(one, share * covered) for one in mention.candidates]
                yield [one for one in found if one.score > 0]

    def _take_apart(
        self, out: dict[Pair, list[Candidate]], written: dict[Pair, str], k: int
    ) -> None:
        """Replace the concepts of terms that list several by those of their members."""
        lists = {
            pair: [[(text, "") for text in slot] for slot in members(written[pair])]
            for pair, found in out.items()
            if not is_settled(found)
        }
        asked = dict.fromkeys(one for slots in lists.values() for slot in slots for one in slot)
        known = self._ranked(list(asked), {one: one[0] for one in asked}, k)
        for pair, slots in lists.items():
            best = [max((known[one] for one in slot), key=_leading) for slot in slots]
            if best and min(map(_leading, best)) >= WHOLE_MEMBER:
                out[pair] = interleaved(best)


@lru_cache(maxsize=1024)
def _short_forms(context: str) -> ShortForms:
    return ShortForms.of(context)


def expanded(term: str, context: str) -> str:
    """Return a term with the short forms that its context, or itself, defines written out."""
    if context:
        term = _short_forms(context).expand(term)
    return _short_forms(term).expand(term) if "(" in term else term


def scaled(candidate: Candidate, share: float) -> Candidate:
    """Return a candidate whose score counts for this share."""
    if share >= 1:
        return candidate
    return replace(
        candidate, score=candidate.score * share, why=candidate.why | {"share": round(share, 4)}
    )


def ranked(found: Iterable[Candidate]) -> list[Candidate]:
    """Return the best candidate of each concept, best first; of equals the first."""
    best: dict[str, Candidate] = {}
    for one in found:
        known = best.get(one.curie)
        if known is None or known.score < one.score:
            best[one.curie] = one
    return sorted(best.values(), key=lambda one: -one.score)


def followed(found: list[Candidate], more: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with others behind them, none of which scores higher."""
    known = {one.curie for one in found}
    last = found[-1].score
    return found + [
        replace(one, score=min(one.score, last)) for one in more if one.curie not in known
    ]


def is_settled(found: Sequence[Candidate]) -> bool:
    """Return whether a term is known well enough for nothing else to be asked."""
    return _leading(found) >= SETTLED and "gram" not in found[0].why


def interleaved(lists: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Return the best of each member of a list, then the second best ...; each says its member."""
    out: dict[str, Candidate] = {}
    for rank in range(max(map(len, lists))):
        for number, one in enumerate(lists, start=1):
            if rank < len(one):
                why = one[rank].why | {"member": float(number)}
                out.setdefault(one[rank].curie, replace(one[rank], why=why))
    return list(out.values())


def _leading(found: Sequence[Candidate]) -> float:
    return found[0].score if found else 0.0


def _batches(
    texts: Sequence[tuple[str, str, float]],
) -> Iterator[list[tuple[str, str, float]]]:
    batch: list[tuple[str, str, float]] = []
    size = 0
    for one in texts:
        batch.append(one)
        size += len(one[0]) + len(one[1]) + 3
        if size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
