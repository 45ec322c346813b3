"""A linker adapted to annotations: a lexicon of what annotators wrote, and a ranker grown from it.

In: annotated documents. Out: a folder for ``ground`` (``GroundOptions.trained``). The ranker is
grown on documents whose own mentions are not in the lexicon (five folds by document id), from
nothing and on top of the one that ships; the better one stays, and only if a fold that it did not
see gets no worse by it.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.errors import BadCurie, InputError
from onoma.link.candidates.judging import Around
from onoma.link.candidates.lessons import LEAST_TERMS, Lessons
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.linker import BATCH, TermLinker, TextEncoder, usual_weights
from onoma.link.candidates.ranker import Ranker
from onoma.link.candidates.trained import write_trained
from onoma.link.namespaces import answer_text
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.document_concepts import DocumentConcepts
from onoma.pipeline.grounder import Grounder, Helpers, Pair, expanded, is_settled
from onoma.types import TYPE_BIT, AnnotatedDocument

FOLDS = 5
TOLD = 20  # concepts that the dictionary finds in a term and the linker is told of
_SEVERAL = re.compile(r"[|+;,]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention with its concepts, written out as its document has it; ``fold`` by document."""

    text: str
    written: str
    context: str
    curies: tuple[str, ...]
    fold: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a training saw and gained.

    ``before`` and ``after``: the share of terms, of those that neither lexicon nor dictionary
    settles, whose first candidate is right, on the fold held out; None where nothing was fitted.
    """

    documents: int
    mentions: int
    unusable: int
    entries: int
    before: float | None = None
    after: float | None = None


def train_linker(
    documents: Iterable[AnnotatedDocument],
    out: Path,
    settings: Settings,
    *,
    prefix: str = "",
    encoder: TextEncoder | None = None,
    start: Ranker | None = None,
) -> Report:
    """Write a trained linker into a folder and return what was gained.

    ``prefix`` is put before ids that have none; ``start``: the ranker to begin with in place of the
    one that ships.
    Raises: InputError: no mention has a concept of the vocabulary's form.
    """
    begun = start or usual_weights(encoder).ranker
    store = Grounder(settings).annotator.store
    seen, counts = read_seen(documents, store, prefix=prefix, types=settings.types)
    if not seen:
        raise InputError(
            f"no mention of {counts[1]} has a CURIE",
            hint="name the prefix of bare ids: --prefix MESH" if counts[1] else "annotate some",
        )
    lexicon = lexicon_of(seen)
    lessons = []
    for fold in range(FOLDS):
        rest = lexicon_of(one for one in seen if one.fold != fold)
        asked = [one for one in seen if one.fold == fold]
        lessons.append(lessons_of(asked, rest, settings, encoder))
    ranker, before, after = grown(lessons, begun, str(getattr(encoder, "name", "")))
    said = {
        "vocabulary": store.version, "documents": counts[0], "mentions": counts[1],
        "held_out_before": before, "held_out_after": after,
        "encoder": getattr(encoder, "digest", None),
    }  # fmt: skip
    write_trained(out, lexicon, ranker=ranker, said=said)
    unusable = counts[1] - len(seen)
    return Report(counts[0], counts[1], unusable, len(lexicon.entries), before, after)


def grown(
    lessons: Sequence[Lessons], start: Ranker | None, encoder: str
) -> tuple[Ranker | None, float | None, float | None]:
    """Return a ranker grown from all folds, and the first fold's accuracy without and with it.

    The accuracy is that of a ranker which the other folds alone taught. No ranker where there is
    too little to learn, or where it is no gain.
    """
    held, rest = lessons[0], Lessons.join(lessons[1:])
    if rest.open_terms < LEAST_TERMS or not held.open_terms:
        return None, None, None
    before = held.accuracy(start)
    starts = [None] if start is None else [start, None]
    scores = [held.accuracy(rest.grown(one, encoder)) for one in starts]
    after = max(scores)
    if after < before:
        return None, before, after
    best = starts[scores.index(after)]
    return Lessons.join(lessons).grown(best, encoder), before, after


def read_seen(
    documents: Iterable[AnnotatedDocument], store: ConceptStore, *, prefix: str, types: int
) -> tuple[list[Seen], tuple[int, int]]:
    """Return mentions that have concepts, and how many documents and mentions there were.

    Mentions of other types (bits, 0 for all) are left aside.
    """
    seen, n_documents, n_mentions = [], 0, 0
    for document in documents:
        n_documents += 1
        fold = zlib.crc32(document.id.encode("utf-8", "replace")) % FOLDS
        for mention in document.mentions:
            if types and not types & TYPE_BIT.get(mention.type, types):
                continue
            n_mentions += 1
            curies = tuple(iter_curies(mention.curie or "", store, prefix))
            if curies:
                written = expanded(mention.text, document.text)
                seen.append(Seen(mention.text, written, document.text, curies, fold))
    return seen, (n_documents, n_mentions)


def iter_curies(field: str, store: ConceptStore, prefix: str) -> Iterable[str]:
    """Yield the CURIEs of a concept field; what is none is passed over."""
    for part in _SEVERAL.split(field):
        text = part.strip()
        if not text or text == "-" or text == "-1":
            continue
        try:
            yield store.canonical(text if ":" in text or not prefix else f"{prefix}:{text}")
        except BadCurie:
            continue


def lexicon_of(seen: Iterable[Seen]) -> Lexicon:
    """Return the lexicon of mentions: as they are written, and written out."""
    return Lexicon.of(
        (text, one.curies[0]) for one in seen for text in dict.fromkeys([one.text, one.written])
    )


def lessons_of(
    seen: Sequence[Seen], lexicon: Lexicon | None, settings: Settings, encoder: TextEncoder | None
) -> Lessons:
    """Return the candidates of the terms that neither a lexicon nor the dictionary settles."""
    plain = Grounder(settings, Helpers(nearest=False, lexicon=lexicon))
    named = DocumentConcepts(plain.annotator)
    linker = Grounder(settings, Helpers(encoder=encoder, lexicon=lexicon)).linker
    gold: dict[Pair, set[str]] = {}
    surface: dict[Pair, str] = {}
    uses: Counter[Pair] = Counter()
    for one in seen:
        pair = one.written, one.context
        gold.setdefault(pair, set()).update(one.curies)
        surface[pair] = one.text
        uses[pair] += 1
    first = dict(zip(gold, plain.ground(gold, k=TOLD), strict=True))
    open_ = [pair for pair, found in first.items() if not is_settled(found)]
    rows = named.rows([(pair[1], surface[pair], pair[0]) for pair in open_])
    around = [
        Around(pair[1], concepts, {one.curie: one.score for one in first[pair]})
        for pair, concepts in zip(open_, rows, strict=True)
    ]
    parts = [
        _judged_lessons(linker, open_[at : at + BATCH], around[at : at + BATCH], gold, uses)
        for at in range(0, max(len(open_), 1), BATCH)
    ]
    return Lessons.join(parts)


def _judged_lessons(
    linker: TermLinker,
    pairs: Sequence[Pair],
    around: Sequence[Around],
    gold: Mapping[Pair, set[str]],
    uses: Mapping[Pair, int],
) -> Lessons:
    """Return the candidates of terms in their contexts."""
    terms = [term for term, _ in pairs]
    found = linker.draw(terms)
    table = linker.table(found, terms, around)
    answers = zip(found.term.tolist(), found.answer.tolist(), strict=True)
    right = [answer_text(linker.store, answer) in gold[pairs[term]] for term, answer in answers]
    seen = np.array([uses[pair] for pair in pairs], np.float64)
    return Lessons(table, found.term, np.array(right, bool), seen[found.term], found.score)
