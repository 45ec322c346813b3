"""A linker adapted to annotations: a lexicon of what annotators wrote, and weights fitted to it.

In: annotated documents. Out: a folder for ``ground`` (``GroundOptions.trained``). The weights are
fitted on documents whose own mentions are not in the lexicon (five folds by document id), and kept
only if they are no worse on a fold that they did not see.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.errors import BadCurie, InputError
from onoma.link.candidates.fitting import LEAST_TERMS, Lessons, fit_factors, with_factors
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.linker import TextEncoder
from onoma.link.candidates.scoring import FUSED, LEXICAL, Weights
from onoma.link.candidates.trained import write_trained
from onoma.link.namespaces import answer_text
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import Grounder, Helpers, expanded, is_settled
from onoma.types import TYPE_BIT, AnnotatedDocument

FOLDS = 5
CANDIDATES = 20
_SEVERAL = re.compile(r"[|+;,]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention with its concepts, written out as its document has it; ``fold`` by document."""

    text: str
    written: str
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
) -> Report:
    """Write a trained linker into a folder and return what was gained.

    ``prefix`` is put before ids that have none.
    Raises: InputError: no mention has a concept of the vocabulary's form.
    """
    bare = Grounder(settings, Helpers(least=0.0, encoder=encoder))
    store = bare.annotator.store
    seen, counts = read_seen(documents, store, prefix=prefix, types=settings.types)
    if not seen:
        raise InputError(
            f"no mention of {counts[1]} has a CURIE",
            hint="name the prefix of bare ids: --prefix MESH" if counts[1] else "annotate some",
        )
    lexicon = lexicon_of(seen)
    lessons = [lessons_of(seen, fold, settings, encoder) for fold in range(FOLDS)]
    name, start = ("lexical", LEXICAL) if encoder is None else ("fused", FUSED)
    weights: dict[str, Weights] = {}
    before = after = None
    if sum(map(len, lessons)) >= 2 * LEAST_TERMS and len(lessons[0]):
        held, rest = lessons[0], Lessons.join(lessons[1:])
        before = held.accuracy(np.ones(held.parts.shape[1]))
        after = held.accuracy(fit_factors(rest))
        if after >= before:
            whole = Lessons.join(lessons)
            weights[name] = with_factors(start, fit_factors(whole), whole)
    said = {
        "vocabulary": store.version, "documents": counts[0], "mentions": counts[1],
        "held_out_before": before, "held_out_after": after,
        "encoder": getattr(encoder, "digest", None),
    }  # fmt: skip
    write_trained(out, lexicon, weights=weights, said=said)
    unusable = counts[1] - len(seen)
    return Report(counts[0], counts[1], unusable, len(lexicon.entries), before, after)


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
                seen.append(Seen(mention.text, written, curies, fold))
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
    seen: Sequence[Seen], fold: int, settings: Settings, encoder: TextEncoder | None
) -> Lessons:
    """Return the candidates of a fold's open terms, by a lexicon of the other folds."""
    lexicon = lexicon_of(one for one in seen if one.fold != fold)
    grounder = Grounder(settings, Helpers(least=0.0, encoder=encoder, lexicon=lexicon))
    gold: dict[str, set[str]] = {}
    for one in seen:
        if one.fold == fold:
            gold.setdefault(one.written, set()).update(one.curies)
    first = grounder.ground([(term, "") for term in gold], k=1)
    open_ = [term for term, found in zip(gold, first, strict=True) if not is_settled(found)]
    store = grounder.annotator.store
    found = grounder.linker.find(open_, k=CANDIDATES)
    pairs = zip(found.term.tolist(), found.answer.tolist(), strict=True)
    right = [answer_text(store, answer) in gold[open_[term]] for term, answer in pairs]
    return Lessons.of(found, np.array(right, bool))
