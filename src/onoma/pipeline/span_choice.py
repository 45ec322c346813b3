"""Which of the spans that were weighed are taken: several that speak for one name among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from onoma.pipeline.span_evidence import Places
from onoma.pipeline.span_judge import choose, types_for
from onoma.pipeline.whole_names import is_whole, unbroken
from onoma.recognize.general import general_names
from onoma.recognize.patients import is_a_note, tells_of_a_patient
from onoma.recognize.persons import person_spans
from onoma.types import AnnotatedDocument, Candidate, Mention, Span

SIGN, ORGANISM = "phenotype", "organism"
CLASS = "intervention"
DICTIONARY, SHORTHAND = "dictionary", "shorthand"
PATTERNS = ("pattern", SHORTHAND)
SURE = 0.75  # the least chance of a sign or pattern that the dictionary finds
SOMEHOW = 0.55  # the sum of the chances of overlapping spans from which on one is taken
LOOSE = 0.5  # what an answer for a part of a span counts
LITTLE = 0.05  # what it then gains
SYMBOLS = "HGNC:"
LONG_SYMBOL = 4  # letters of a symbol that is no other word's short form as a rule
SENTENCE, SHORT = 200, 300  # characters of a sentence, of a sentence or two
SURE_PEOPLE = 0.65  # the least chance of patients, women ... as organisms
NAMED = 0.1  # by how much less likely a name of the dictionary may be and still be taken
UNBROKEN = ("disease",)
"""Groups whose names are not taken apart: on genes it lost (BioRED dev, strict F1 89.9 to 89.2)."""
WHOLE = (*UNBROKEN, "gene")
"""Groups whose names are taken for their last words: 2,929 genes of train parts against 50."""
YOUNG = frozenset({"covid-19", "covid 19", "covid", "long covid", "mpox", "sars-cov-2"})
"""Names that are younger than what the judge has learnt from: the dictionary is believed."""
_WORD = re.compile("[a-z]{4}")
_LATIN = re.compile(r"[A-Z][a-z]+ [a-z]{3}")
_VALUED = re.compile(r"([A-Z][A-Z\d]*(?:[ -][A-Z\d]+)*) \d[\d.]*(?=[,;.\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Taken:
    """A span that is to be a mention of a group (empty: of a type that nobody judges)."""

    span: Span
    group: str
    gain: float
    named: Mention | None = None
    tagged: bool = False
    chance: float = 1.0


def with_conditions(pool: list[Taken], known: Sequence[Taken]) -> list[Taken]:
    """Return what is to be chosen from, with the names of conditions that hold a substance's name.

    "Vitamin D deficiency" is what the dictionary knows, not the vitamin: by its words it gains more
    than all that lies in it.
    """
    out = list(pool)
    for one in known:
        inside = [
            other
            for other in pool
            if one.span[0] <= other.span[0] and other.span[1] <= one.span[1]
            and other.group and other.span != one.span
        ]  # fmt: skip
        if inside:
            out = [other for other in out if other.span != one.span or other.group != one.group]
            out.append(replace(one, gain=LITTLE + sum(max(other.gain, 0.0) for other in inside)))
    return out


def beside_shorthand(pool: Sequence[Taken], mentions: Sequence[Mention]) -> list[Taken]:
    """Return what is to be chosen from, without what a tagger takes clinical shorthand for.

    It has learnt from papers: AF in a note is no chemical.
    """
    short = {(one.start, one.end): one.type for one in mentions if one.found_by == SHORTHAND}
    if not short:
        return list(pool)
    places = Places(short)
    return [
        one
        for one in pool
        if one.named is not None
        or all(short[span] in types_for(one.group) for span in places.touching(one.span))
    ]


def beside_classes(pool: Sequence[Taken]) -> list[Taken]:
    """Return what is to be chosen from, without what only a tagger sees where a class of drugs is.

    Annotators of chemicals mark some classes (SSRIs) and pass over others; the dictionary knows.
    """
    classes = {one.span for one in pool if one.named and one.named.type == CLASS}
    return [one for one in pool if one.named is not None or one.span not in classes]


def any_name(named: Mention) -> bool:
    """Return true."""
    return True


def is_spelt_out(named: Mention) -> bool:
    """Return whether a name has a word in lower case: C-reactive protein, no CRP."""
    return _WORD.search(named.text) is not None


def is_spelt_in_words(named: Mention) -> bool:
    """Return whether a name is spelt out in several words."""
    return is_spelt_out(named) and " " in named.text


def is_symbol(named: Mention) -> bool:
    """Return whether a name is a gene's own symbol (BRCA1, KRAS), or has a number and one meaning.

    Of the names in sentences of dev parts that the judge alone would drop, 54 of 61 such are
    marked, of all others a quarter.
    """
    if named.curie is None or not named.curie.startswith(SYMBOLS):
        return False
    has_number = any(char.isdigit() for char in named.text)
    if named.scope == "label":
        return has_number or len(named.text) >= LONG_SYMBOL
    return has_number and len(named.candidates) == 1


def is_telling(named: Mention) -> bool:
    """Return whether a gene is spelt out or a symbol of its own."""
    return is_spelt_out(named) or is_symbol(named)


def is_species(named: Mention) -> bool:
    """Return whether a name is a species' Latin one."""
    return named.scope == "label" and _LATIN.match(named.text) is not None


Believed = dict[str, Callable[[Mention], bool]]
_ALWAYS: Believed = {
    "organism": is_species, "cell_type": is_spelt_in_words, "gene": is_spelt_in_words,
}  # fmt: skip
"""Names that count where nothing that overlaps is taken: of those that the judge alone would drop
from dev parts 19 of 29 are marked."""
_SHORT: Believed = {"disease": any_name, "anatomy": any_name}
_SENTENCE: Believed = _SHORT | {
    "organism": any_name, "cell_type": any_name, "chemical": is_spelt_out, "gene": is_symbol,
}  # fmt: skip
_PATIENT: Believed = _SHORT | {"gene": is_telling}
_NOTE: Believed = _PATIENT | {"chemical": any_name}


def believed_groups(text: str) -> Believed:
    """Return the groups whose names in the dictionary count; of each, which of them.

    So it is in a text of one patient or a short one. Of longer texts drugs are among them in notes
    alone: case reports name their classes by what they act on. In a sentence or two the judge
    misses what a document tells it (sentences of dev parts: CRAFT's anatomy 77.3 to 78.0, cell
    types 74.9 to 76.2, GutBrainIE's bacteria 15.9 to 19.7, genes of NLM-gene 82.7 to 83.2, of BC2GM
    76.8 to 77.1, diseases as before); where scores fall, annotators pass over what no reader would
    (genera, T cells).
    """
    found: Believed = {}
    if len(text) <= SHORT:
        found = _SENTENCE if len(text) <= SENTENCE else _SHORT
    if is_a_note(text):
        return found | _NOTE
    return found | _PATIENT if tells_of_a_patient(text) else found


def known_otherwise(before: Sequence[Mention], after: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, what has no concept as what the dictionary has there under another type.

    Spelt out it is the better witness (ivermectin is no gene), and of organisms; of other
    short forms (ER) the tagger is.
    """
    known = {
        (one.start, one.end): one
        for one in before
        if one.curie and len(one.spans) == 1 and (is_spelt_out(one) or one.type == ORGANISM)
    }
    return [known.get((one.start, one.end), one) if one.curie is None else one for one in after]


def beside_persons(text: str, *pools: Sequence[Taken]) -> Iterator[list[Taken]]:
    """Yield of each pool what is no part of a person's name that the dictionary does not know."""
    persons = Places(person_spans(text))
    for pool in pools:
        yield [one for one in pool if one.named or not persons.touching(one.span)]


def beside_people(pool: Sequence[Taken], text: str) -> list[Taken]:
    """Return what is to be chosen from, without patients and others unless they are likely.

    BioRED marks them as organisms, corpora of species never do (Linnaeus, train part: 0 of 684).
    """
    words = _class_words()
    return [
        one
        for one in pool
        if one.named or one.group != ORGANISM or one.chance >= SURE_PEOPLE
        or text[slice(*one.span)].lower() not in words
    ]  # fmt: skip


@cache
def _class_words() -> frozenset[str]:
    """Return the class words of organisms, one and several of each."""
    words = general_names()[ORGANISM]
    return frozenset((*words, *(f"{one}s" for one in words)))


def without_values(
    likely: Mapping[Span, float], text: str, names: Collection[Span]
) -> dict[Span, float]:
    """Return chances of spans, a name's with what speaks for it and the value that was measured.

    >>> without_values({(0, 3): 0.2, (0, 5): 0.7}, "AFP 4, CEA 2.", {(0, 3)})
    {(0, 3): 0.7}
    """
    out = dict(likely)
    for span, chance in likely.items():
        found = None if span in names else _VALUED.match(text, span[0])
        if found is not None and found.end() == span[1] and found.span(1) in names:
            del out[span]
            out[found.span(1)] = max(chance, out.get(found.span(1), 0.0))
    return out


def best_of(pool: Sequence[Taken], text: str) -> list[Taken]:
    """Return the spans that do not overlap and gain most, a word in each as much as in others."""
    gains = [one.gain * len(text[slice(*one.span)].split()) for one in pool]
    return [pool[place] for place in choose([one.span for one in pool], gains)]


def unbroken_names(own: list[Taken], best: set[int]) -> set[int]:
    """Return what is chosen, names in place of their parts, which hand on what they gained."""
    chosen = sorted(best, key=lambda place: own[place].span)
    named = {one.span: place for place, one in enumerate(own) if one.named and place not in best}
    for span, parts in unbroken([own[place].span for place in chosen], named).items():
        gone = {chosen[number] for number in parts}
        gain = sum(own[place].gain for place in gone)
        own[named[span]] = replace(own[named[span]], gain=gain)
        best = best - gone | {named[span]}
    return best


def whole_names(own: list[Taken], best: set[int]) -> set[int]:
    """Return what is chosen, a name in the place of its last words where these alone were chosen.

    The tagger sees "seizures", the dictionary "febrile seizures".
    """
    chosen = Places(own[place].span for place in best)
    at = {own[place].span: place for place in best}
    for place, one in enumerate(own):
        if place in best or one.named is None:
            continue
        inside = chosen.touching(one.span)
        if len(inside) == 1 and inside[0][0] > one.span[0] and inside[0][1] == one.span[1]:
            if not is_whole(one.named, one.named.text[inside[0][0] - one.span[0] :]):
                continue
            part = at.get(inside[0])
            if part in best:
                own[place] = replace(one, gain=own[part].gain)
                best = best - {part} | {place}
    return best


def taken_somehow(own: Sequence[Taken], best: Set[int]) -> set[int]:
    """Return spans that are taken though none of those that overlap there is sure by itself.

    Where it is likely that there is a mention with some border or other, the likeliest is taken, a
    name of the dictionary before others.
    """
    chosen = Places(own[place].span for place in best)
    left = [
        place
        for place, one in enumerate(own)
        if place not in best and not chosen.touching(one.span)
    ]
    found: set[int] = set()
    cluster: list[int] = []
    end = -1
    for place in [*left, -1]:  # spans come in order
        if place < 0 or own[place].span[0] >= end:
            if len(cluster) > 1 and sum(own[one].chance for one in cluster) >= SOMEHOW:
                found.add(max(cluster, key=lambda n: own[n].chance + NAMED * bool(own[n].named)))
            cluster, end = [], -1
        if place >= 0:
            cluster.append(place)
            end = max(end, own[place].span[1])
    return found


def gain_of(chance: float, border: float, named: Mention | None, *, told: bool = False) -> float:
    """Return by how much a span's chance is above the border.

    What a pattern found is written as only variants are, or as notes are, which no judge has read;
    annotators of diseases pass over many signs that the dictionary finds, those of species over
    genera, which count in a text on microbes (GutBrainIE marks 180 of 210, S800 none of 35). What
    is ``told`` is not left to the judge.
    """
    is_said = named is not None and (named.type == SIGN or named.found_by in PATTERNS)
    if is_said or told:
        return max(chance, SURE) - min(border, SURE / 2)
    return chance - border


def is_genus(named: Mention) -> bool:
    """Return whether a mention is a genus or another group of organisms by its Latin name."""
    return (
        named.type in types_for(ORGANISM)
        and named.found_by == DICTIONARY
        and named.text.lower() == named.name.lower()
        and named.text.isalpha()
        and named.text[0].isupper()
    )


def best_of_group(own: list[Taken], group: str) -> set[int]:
    """Return the places of what a group takes; what is not taken for itself gains anew there."""
    best = set(choose([one.span for one in own], [one.gain for one in own]))
    if group in UNBROKEN:
        best = unbroken_names(own, best)
    if group in WHOLE:
        best = whole_names(own, best)
    for place in taken_somehow(own, best):
        own[place] = replace(own[place], gain=LITTLE)
        best.add(place)
    for place in always_taken(own, best, group):
        own[place] = replace(own[place], gain=LITTLE)
        best.add(place)
    return best


def always_taken(own: Sequence[Taken], best: Set[int], group: str) -> list[int]:
    """Return the names that count whatever the judge holds of them, where nothing is taken."""
    if group not in _ALWAYS:
        return []
    chosen = Places(own[place].span for place in best)
    return [
        place
        for place, one in enumerate(own)
        if place not in best and one.named is not None and one.named.curie is not None
        and _ALWAYS[group](one.named) and not chosen.touching(one.span)
    ]  # fmt: skip


def answer_within(document: AnnotatedDocument, one: Taken) -> Candidate | None:
    """Return the concept of the dictionary's mention at the end of a span, a loose answer.

    The head of an English name stands last: "early breast cancer" is a breast cancer.
    """
    types = types_for(one.group)
    for mention in document.mentions:
        inside = one.span[0] <= mention.start and mention.end == one.span[1]
        if inside and mention.type in types and mention.candidates and mention.curie:
            return replace(mention.candidates[0], score=mention.score * LOOSE)
    return None
