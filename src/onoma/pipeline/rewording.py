"""Texts in which names are worded otherwise, made from a vocabulary: what a recogniser learns by.

In place of names that the dictionary finds in texts stand other names of the same or of any
concept. Some are taken as they are, and their words are hidden from what looks names up, so that
the concept's other names must do; others are altered: turned about ("deformity of his feet"), with
a word more, in another form of a word, or less one that seldom matters. Near misses, with a word
exchanged for one that is used alike ("unilateral", "bilateral"), mean nothing. Distant supervision
as in PhenoTagger (Luo et al. 2021), which takes names as they are.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onoma.link.candidates.features import WordFacts
from onoma.link.wordings.forms import Forms, is_form
from onoma.link.wordings.names import NameRows
from onoma.text.variants import FUNCTION_WORDS, plurals
from onoma.types import AnnotatedDocument, Mention

LEFT, HIDDEN_OWN, HIDDEN, MISSED = 0.2, 0.4, 0.6, 0.7
"""Bounds of the draw: left alone, hidden, another name hidden, a near miss; else altered."""
OWN = 0.5  # share of names that are of the concept found there
LONGEST = 6  # words of a name
ALIKE = 0.8  # how well another word must stand for one that it replaces
IDLE = 0.5  # share of pairs of names that a word makes no difference to, for it to be left out
MODIFIERS = (
    "severe", "mild", "moderate", "bilateral", "unilateral", "right", "left", "marked",
    "significant", "chronic", "acute", "progressive", "some", "several", "multiple",
    "intermittent", "slight", "isolated", "early", "late", "congenital", "diffuse", "focal",
    "mildly", "severely", "both", "subtle", "recurrent", "persistent",
)  # fmt: skip
LINKS = ("of", "of", "in", "in", "affecting")
WHOSE = ("", "the", "the", "his", "her", "both", "the right", "the left", "their", "some")


@dataclass(frozen=True, slots=True)
class Planted:
    """A phrase put into a text: where it stands, what it means, and whether its name is hidden.

    A near miss means nothing: ``curie`` is empty.
    """

    start: int
    end: int
    curie: str
    is_hidden: bool


class Rewording:
    """Words names otherwise, by chance."""

    def __init__(self, names: NameRows, forms: Forms, facts: WordFacts, *, seed: int = 1) -> None:
        """Take the names, what their words stand for, and how much each word matters."""
        self._names, self._forms, self._facts = names, forms, facts
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._form_place = {word: place for place, word in enumerate(forms.words)}
        rows: dict[int, list[int]] = defaultdict(list)
        for row, answer in enumerate(names.answer.tolist()):
            rows[answer].append(row)
        self._all = list(rows.values())
        self._several = [some for some in self._all if len(some) > 1] or self._all
        self._of = {names.curies(some[0]): some for some in self._all}

    def planted(self, document: AnnotatedDocument) -> tuple[str, list[Planted]]:
        """Return a text with some of the names that were found in it worded otherwise."""
        parts: list[str] = []
        planted: list[Planted] = []
        size = at = 0
        for mention in document.mentions:
            chosen = self._chosen(mention) if mention.start >= at else None
            if chosen is None:
                continue
            text, curie, is_hidden = chosen
            parts += [document.text[at : mention.start], text]
            size += mention.start - at
            planted.append(Planted(size, size + len(text), curie, is_hidden))
            size += len(text)
            at = mention.end
        return "".join([*parts, document.text[at:]]), planted

    def _chosen(self, mention: Mention) -> tuple[str, str, bool] | None:
        """Return what stands in a mention's place and what it means, or None: it stays."""
        draw = self._chance.random()
        whole = len(mention.spans) == 1 and mention.found_by == "dictionary"
        if draw < LEFT or not whole or mention.curie is None:
            return None
        if draw < HIDDEN_OWN:
            return mention.text, mention.curie, True
        rows = self._of.get(mention.curie, []) if self._chance.random() < OWN else []
        rows = rows or self._chance.choice(self._several if draw < HIDDEN else self._all)
        row = self._chance.choice(rows)
        name = lowered(self._names.store.names[int(self._names.name[row])])
        if len(name.split()) > LONGEST:
            return None
        if draw < HIDDEN:
            return name, self._names.curies(row), True
        if draw < MISSED:
            missed = self.missed(name)
            return None if missed == name else (missed, "", False)
        other = self.otherwise(name)
        return None if other.lower() == name.lower() else (other, self._names.curies(row), False)

    def otherwise(self, name: str) -> str:
        """Return a name worded otherwise (the same, where nothing could be altered)."""
        words = name.replace(",", "").split()
        for _ in range(self._chance.choice((1, 1, 2))):
            real = [place for place, word in enumerate(words) if word.lower() not in FUNCTION_WORDS]
            draw = self._chance.random()
            if not real:
                break
            place = self._chance.choice(real)
            if draw < 0.35:
                words = self._turned(words, len(real) == len(words))
            elif draw < 0.6:
                words = [*words[:place], self._chance.choice(MODIFIERS), *words[place:]]
            elif draw < 0.9:
                words = [*words[:place], self._inflected(words[place]), *words[place + 1 :]]
            elif len(real) > 2 and self._is_idle(words[place]):
                words = words[:place] + words[place + 1 :]
        return " ".join(words)

    def missed(self, name: str) -> str:
        """Return a name with a word exchanged for one that is used alike, yet means another thing.

        Such are words that the encoder holds for alike, but no concept is called by both.
        """
        words = name.replace(",", "").split()
        for place in self._chance.sample(range(len(words)), len(words)):
            found = self._alike(words[place], wanted=False)
            if found:
                return " ".join([*words[:place], self._chance.choice(found), *words[place + 1 :]])
        return name

    def _turned(self, words: Sequence[str], is_plain: bool) -> list[str]:
        """Return "B of the A" for "A B", and the other way round."""
        if "of" in words[1:-1]:
            cut = words.index("of")
            rest = list(words[cut + 1 :])
            return [*rest[rest[0] == "the" :], *words[:cut]]
        if not (is_plain and 2 <= len(words) <= 4):
            return list(words)
        cut = self._chance.randrange(1, len(words))
        head, rest = list(words[cut:]), list(words[:cut])
        if self._chance.random() < 0.3:
            rest[-1] = next(iter(plurals(rest[-1])), rest[-1])
        link = f"{self._chance.choice(LINKS)} {self._chance.choice(WHOSE)}"
        return [*head, *link.split(), *rest]

    def _inflected(self, word: str) -> str:
        """Return another form of a word, or one that names have in its place."""
        found = self._alike(word, wanted=True)
        return self._chance.choice(found) if found else word

    def _alike(self, word: str, *, wanted: bool) -> list[str]:
        """Return words that a word is held for alike with, those that mean the same or the rest."""
        place = self._form_place.get(word.lower())
        if place is None:
            return []
        targets, shares = self._forms.of(place)
        good = targets[shares >= ALIKE].tolist()
        same = {
            at
            for at in good
            if is_form(word.lower(), self._forms.words[at])
            or (min(at, place), max(at, place)) in self._names.swaps
        }
        return [self._forms.words[at] for at in good if (at in same) is wanted]

    def _is_idle(self, word: str) -> bool:
        place = self._names.place.get(word.lower())
        if place is None:
            return False
        number = self._facts.number(np.array([self._names.word[place]]))
        return bool(self._facts.idle[number[0]] > IDLE)


def lowered(name: str) -> str:
    """Return a name as it is written within a sentence."""
    return name[0].lower() + name[1:] if len(name) > 1 and name[1:2].islower() else name
