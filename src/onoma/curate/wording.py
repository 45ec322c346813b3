"""Parts as people write them: words of the text, with a concept or without.

    breast ... cancer = MONDO:0007254; ovarian cancer

Parts stand between semicolons, dots stand for what a part leaves out. Behind ``=`` is a concept's
CURIE, or ``-`` where none fits; without it the dictionary says what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from onoma.curate.verdicts import Part
from onoma.errors import BadSpan, InputError
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.grounding import GroundOptions, ground_terms
from onoma.types import Span

_GAP = re.compile(r"\s*(?:\.\.\.|…)\s*")
NONE = "-"


class Wording:
    """Reads parts, in the words of one vocabulary."""

    def __init__(self, vocabulary: str = "core") -> None:
        """Take the vocabulary's name; it is opened when a concept is first asked for."""
        self._vocabulary = vocabulary

    def concept(self, spans: tuple[Span, ...], type_: str, curie: str) -> Part:
        """Return a part with the concept's canonical CURIE and label; ``-`` is none.

        A concept that the vocabulary has not stands without a label. Raises: BadCurie: it is none.
        """
        if curie in ("", NONE):
            return Part(spans, type_)
        store = open_vocabulary(self._vocabulary)
        given = store.canonical(curie)
        row = store.row_of(given)
        if row < 0:
            return Part(spans, type_, given)
        found = store.concept_at(row)
        return Part(spans, type_, found.curie, found.label)

    def guess(self, spans: tuple[Span, ...], type_: str, words: str, context: str) -> Part:
        """Return a part with the concept that the dictionary takes the words for, or none."""
        options = GroundOptions(types=(type_,), mode="dictionary")
        (found,) = ground_terms(
            [(words, context)], k=1, options=options, vocabulary=self._vocabulary
        )
        return Part(spans, type_, found[0].curie, found[0].label) if found else Part(spans, type_)

    def read(
        self, said: str, text: str, type_: str, *, near: Part | None = None,
        taken: Collection[Span] = (),
    ) -> tuple[Part, ...]:  # fmt: skip
        """Return the parts that words say; ``near``: what they are parts of, ``taken``: not here.

        Raises: BadSpan: words that do not stand in the text. BadCurie. InputError: nothing is said.
        """
        out = []
        for one in filter(None, (part.strip() for part in said.split(";"))):
            words, sign, curie = one.partition("=")
            spans = find_words(words.strip(), text, near=near, taken=taken)
            if sign:
                out.append(self.concept(spans, type_, curie.strip()))
            else:
                plain = " ".join(text[start:end] for start, end in spans)
                out.append(self.guess(spans, type_, plain, text))
        if not out:
            raise InputError("no words are given", hint="write: breast ... cancer; ovarian cancer")
        return tuple(out)


def find_words(
    words: str, text: str, *, near: Part | None = None, taken: Collection[Span] = ()
) -> tuple[Span, ...]:
    """Return where words stand in a text: within or nearest to a part, else first of all.

    Raises: BadSpan: they do not stand there.
    """
    spans: list[Span] = []
    for piece in filter(None, _GAP.split(words)):
        form = r"\s+".join(map(re.escape, piece.split()))
        first, last = r"(?<!\w)" * piece[0].isalnum(), r"(?!\w)" * piece[-1].isalnum()
        found = [one.span() for one in re.finditer(f"{first}{form}{last}", text, re.I)]
        after = spans[-1][1] if spans else 0
        found = [one for one in found if one[0] >= after and (spans or one not in taken)]
        if not found:
            raise BadSpan(
                f"{piece!r} does not stand in the text{' behind what goes before' * bool(spans)}",
                hint="write words as they stand there; dots for what is left out",
            )
        nearest = found if spans or near is None else sorted(found, key=lambda one: _far(one, near))
        spans.append(nearest[0])
    if not spans:
        raise BadSpan("no words are given", hint="write words of the text")
    return tuple(spans)


def _far(span: Span, near: Part) -> tuple[int, int]:
    outside = max(near.start - span[0], 0) + max(span[1] - near.end, 0)
    return outside, span[0]
