"""What the dictionary leaves open, completed by the linker of near names (mode ``hybrid``).

The dictionary finds "carcinoma" in "adrenocorotical carcinoma" and "infection" in "neisserial
infection": no vocabulary has the longer phrase, yet each has a name like it. So the words before a
sign or disease are read together with it, and where a concept's name is made of these words and no
others, and the grounder is sure, the mention grows and takes that concept. A sign or disease that
no concept of the namespaces answers is asked about likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import Grounder
from onoma.pipeline.grounding import GroundOptions, make_grounder
from onoma.text.variants import FUNCTION_WORDS, canonical_form
from onoma.types import AnnotatedDocument, Candidate, Mention, type_mask, types_of

OPEN_TYPES = ("disease", "phenotype")
LINKER = "linker"
SURE = 0.6  # chosen on the train parts of NCBI Disease and BC5CDR
MOST_WORDS = 4  # read before a mention
NEAREST = 10  # names that are spelled alike, looked at before a phrase is grounded
MOST_KEPT = 1 << 17  # phrases whose concepts are remembered
REACH = 100  # characters looked at before a mention
STEM = 4  # letters that two forms of a word share at the least
ENDING = 3  # letters by which they may differ
LONG = 8  # letters of a word that may be misspelt
ALMOST = 0.88  # what two spellings of it must share
CLASS_WORDS = frozenset(
    {"disease", "disorder", "syndrome", "condition", "type", "form", "familial", "nos"}
)
"""Words that a name may have beyond those of the phrase."""

_BEFORE = re.compile(r"([^\W\d_][\w'-]*?)([ -])$")
_WORD = re.compile(r"[^\W_]+")
Place = tuple[int, int]
"""The number of a document and of a mention in it."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A mention with the words before it: where it begins, and its text."""

    start: int
    text: str


class Completer:
    """Completes annotated documents; keeps what it grounded."""

    def __init__(self, settings: Settings, types: Sequence[str] = OPEN_TYPES) -> None:
        """Take the settings of the annotator whose documents are to be completed.

        ``types``: those of the mentions that may grow.
        """
        self._types = tuple(types)
        asked = settings.types & type_mask(OPEN_TYPES) or type_mask(OPEN_TYPES)
        options = GroundOptions(types=types_of(asked), ids=settings.ids, encoder="none")
        self._grounder: Grounder = make_grounder(
            options, vocabulary=settings.vocabulary, project=settings.project or None
        )
        self._known: dict[str, tuple[Candidate, ...]] = {}

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions that grew or got a concept."""
        asked: dict[Place, list[_Phrase]] = {}
        for number, document in enumerate(documents):
            inside = inside_of(document.mentions)
            for place, mention in enumerate(document.mentions):
                if mention.type in self._types and len(mention.spans) == 1:
                    asked[number, place] = list(phrases(document, place, inside))
        self._ask(
            {
                one.text: _added(one, documents[number].mentions[place])
                for (number, place), some in asked.items()
                for one in some
            }
        )
        grown: dict[int, dict[int, Mention]] = {}
        for (number, place), some in asked.items():
            mention = documents[number].mentions[place]
            better = self._better(mention, some)
            if better is not None:
                grown.setdefault(number, {})[place] = better
        return [
            replace(document, mentions=_with(document.mentions, grown[number]))
            if number in grown
            else document
            for number, document in enumerate(documents)
        ]

    def _ask(self, texts: dict[str, str]) -> None:
        """Ground what was not asked before; ``texts`` gives the words of each that must be named.

        Most phrases are no name in any spelling: n-grams tell that for little, so that grounding is
        asked of the others alone.
        """
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        fresh = sorted(set(texts).difference(self._known))
        spelt = self._grounder.linker.link(fresh, k=NEAREST)
        hopeful = [
            text
            for text, near in zip(fresh, spelt, strict=True)
            if any(is_made_of(one.name, text, texts[text]) for one in near)
        ]
        self._known |= dict.fromkeys(fresh, ())
        found = self._grounder.ground([(text, "") for text in hopeful], k=3)
        self._known |= {text: tuple(some) for text, some in zip(hopeful, found, strict=True)}

    def _better(self, mention: Mention, some: Sequence[_Phrase]) -> Mention | None:
        """Return the mention grown to its longest phrase that a concept is sure to be called by."""
        for phrase in reversed(some):
            found = self._known[phrase.text]
            if not found or found[0].score < SURE or found[0].curie == mention.curie:
                continue
            if is_made_of(found[0].name, phrase.text, _added(phrase, mention)):
                return _grown(mention, phrase, found)
        return None


def inside_of(mentions: Sequence[Mention]) -> frozenset[int]:
    """Return the offsets within mentions, behind the first character of each."""
    return frozenset(at for one in mentions for at in range(one.start + 1, one.end))


def _added(phrase: _Phrase, mention: Mention) -> str:
    """Return the words before the mention; the whole of one that no concept answers."""
    return phrase.text[: mention.start - phrase.start] or phrase.text


def phrases(document: AnnotatedDocument, place: int, inside: Set[int]) -> Iterator[_Phrase]:
    """Yield a mention with more and more of the words before it, shortest first.

    The mention alone comes first where no concept answers for it. A phrase takes in no part of
    another mention without the whole (``inside``: where it may not begin), and no word of grammar.
    """
    mention, text = document.mentions[place], document.text
    if mention.curie is None:
        yield _Phrase(mention.start, mention.text)
    begin = mention.start
    for _ in range(MOST_WORDS):
        before = _BEFORE.search(text[max(0, begin - REACH) : begin])
        if before is None or before[1].lower() in FUNCTION_WORDS:
            return
        begin -= len(before[0])
        if begin not in inside:
            yield _Phrase(begin, text[begin : mention.end])


def is_made_of(name: str, phrase: str, added: str) -> bool:
    """Return whether a name has all words of ``added`` and none that the phrase lacks.

    >>> is_made_of("Neisseriaceae Infections", "neisserial infection", "neisserial")
    True
    >>> is_made_of("Gastric Cancer", "early gastric cancer", "early")
    False
    """
    named, said = _words(name), _words(phrase)
    return all(any(alike(word, one) for one in named) for word in _words(added)) and all(
        word in CLASS_WORDS or any(alike(word, one) for one in said) for word in named
    )


def alike(left: str, right: str) -> bool:
    """Return whether two words are one but for their endings (``neisserial``) or a slip."""
    least = min(len(left), len(right))
    if least < STEM:
        return left == right
    same = next((at for at in range(least) if left[at] != right[at]), least)
    if same >= max(STEM, least - ENDING):
        return True
    slip = least >= LONG and left[0] == right[0]
    return slip and SequenceMatcher(None, left, right, autojunk=False).ratio() >= ALMOST


def _words(text: str) -> list[str]:
    return [canonical_form(word, ()) for word in _WORD.findall(text.lower())
            if word not in FUNCTION_WORDS]  # fmt: skip


def _grown(mention: Mention, phrase: _Phrase, found: tuple[Candidate, ...]) -> Mention:
    """Return the mention as the phrase, linked to the first candidate."""
    first = found[0]
    rest = [one for one in mention.candidates if one.curie not in {each.curie for each in found}]
    return replace(
        mention,
        start=phrase.start,
        text=phrase.text,
        spans=((phrase.start, mention.end),),
        type=first.type or mention.type,
        curie=first.curie,
        label=first.label,
        score=first.score,
        found_by=LINKER,
        name=first.name,
        scope=first.scope,
        candidates=(*found, *rest),
    )


def _with(mentions: Sequence[Mention], grown: dict[int, Mention]) -> tuple[Mention, ...]:
    """Return the mentions with those that grew in the place of what they took in."""
    new = [grown.get(place, mention) for place, mention in enumerate(mentions)]
    taken = [(one.start, one.end) for one in grown.values()]
    kept = [
        one
        for place, one in enumerate(new)
        if place in grown
        or not any(start <= one.start and one.end <= end for start, end in taken)
        or any((one.start, one.end) == span for span in taken)
    ]
    return tuple(sorted(kept, key=lambda one: (one.start, one.end)))
