"""Numbers about a pair of entities: how far apart, how often, how prominent, in which company."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise

from onoma.relate.page import Meeting, Page

_GROUPS = {
    "induce": "induc|caus|produc|provok|elicit|precipitat|trigger|lead|result|develop|mediat",
    "relate": "associat|relat|link|due|attribut|secondary|following|after|correlat|involv|role",
    "harm": "toxic|adverse|side|complicat|overdos|poison|reaction|worsen|exacerb|aggravat|risk",
    "treat": "treat|therap|manag|prevent|protect|improv|attenuat|reliev|efficac|ameliorat|against",
    "raise": "increas|activat|upregul|enhanc|stimulat|elevat|promot|augment|potentiat|high",
    "lower": "decreas|inhibit|downreg|suppress|block|reduc|antagon|impair|abolish|lower|low",
    "bind": "bind|bound|interact|complex|affinit|ligand|recept|agonis|substrat|metaboli",
    "change": "mutat|polymorph|variant|delet|express|allele|genotyp|haplotyp",
    "deny": "not|no|without|lack|neither|nor|absence|fail|unlikely|negative",
    "study": "investigat|examin|studied|study|whether|aim|assess|evaluat|compar|determin",
}
TRIGGERS = {name: re.compile(f"(?:{words})") for name, words in _GROUPS.items()}
NAMES = (
    "sentences_apart", "characters_apart", "words_between", "first_mentions", "second_mentions",
    "shared_meetings", "shared_sentences", "is_first_in_title", "is_second_in_title",
    "are_both_in_title", "first_rank", "second_rank", "of_first_type", "of_second_type", "in_text",
    "is_turned", "turned_share", "first_begins", "second_begins", "first_ends", "second_ends",
    "first_share", "second_share", "close_meetings", "mean_sentences_apart", "of_first_type_near",
    "of_second_type_near", "mentions_between", "is_hyphened", "is_in_brackets", "is_listed",
    "first_above", "first_below", "second_above", "second_below", "last_is_shared",
    "is_verb_between", "commas_between", "shares_words", "is_inside",
    *(f"{name}_between" for name in TRIGGERS), *(f"{name}_in_sentences" for name in TRIGGERS),
)  # fmt: skip
"""The columns, in order."""

Ancestors = Mapping[str, frozenset[str]]
"""The keys above each entity's key in a hierarchy."""


def trigger_counts(page: Page) -> dict[str, list[int]]:
    """Return for each group of trigger words how many stand before each word of a page."""
    out = {}
    for name, pattern in TRIGGERS.items():
        total, sums = 0, [0]
        for word in page.words:
            total += pattern.match(word) is not None
            sums.append(total)
        out[name] = sums
    return out


def pair_numbers(
    page: Page,
    pair: tuple[int, int],
    meetings: list[Meeting],
    counts: Mapping[str, list[int]],
    above: Ancestors,
) -> list[float]:
    """Return the numbers of a pair, in the order of ``NAMES``."""
    entities, places = page.text.entities, page.places
    best = meetings[0]
    together = [one for one in meetings if not one.sentences]
    between = page.between(best) if together else range(0)
    sides = [places[place] for place in pair]
    shared = {one.first.sentence for one in together}
    of_type = [[n for n, e in enumerate(entities) if e.type == entities[p].type] for p in pair]
    last = len(page.first_words) - 1
    company = page.by_sentence[best.first.sentence] if together else []
    titles = [any(one.sentence == 0 for one in side) and last > 0 for side in sides]
    out: list[float] = [
        best.sentences,
        math.log1p(max(best.characters, 0)),
        len(between) if together else 99,
        *(len(side) for side in sides),
        len(together),
        len(shared),
        *titles,
        all(titles),
        *(page.ranks[place] for place in pair),
        *(len(same) for same in of_type),
        last + 1,
        best.is_turned,
        sum(one.is_turned for one in meetings) / len(meetings),
        *(side[0].sentence for side in sides),
        *(side[-1].sentence - last for side in sides),
        *(
            _share(len(places[place]), sum(len(places[n]) for n in same))
            for place, same in zip(pair, of_type, strict=True)
        ),
        sum(one.characters < 40 for one in together),
        sum(one.sentences for one in meetings) / len(meetings),
        *(sum(entities[n].type == entities[p].type and n != p for n in company) for p in pair),
    ]  # fmt: skip
    out += _between(page, best, between)
    out += _hierarchy(page, pair, of_type, above)
    out += [last in shared, *_wording(page, best, between)]
    out += [
        sums[between.stop] - sums[between.start] if together else -1 for sums in counts.values()
    ]
    inside = [page.sentence_words(one) for one in sorted(shared)[:4]]
    out += [sum(sums[i.stop] - sums[i.start] for i in inside) for sums in counts.values()]
    return out


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _between(page: Page, best: Meeting, between: range) -> list[float]:
    """Return what stands between the nearest mentions: others, hyphen, brackets, a list."""
    if best.sentences:
        return [-1, 0, 0, 0]
    words = [page.masked[at] for at in between]
    others = sum(a.startswith("@") and a != b for a, b in pairwise(["", *words]))
    text = page.text.text
    after = text[min(best.first.end, best.second.end) :][:1]
    return [
        others,
        after == "-" and len(words) <= 4,
        words[:1] == ["("] or words[-1:] == ["("],
        bool(words) and all(w in {",", "and", "or", "/", "-"} or w[0] == "@" for w in words),
    ]


_VERB = re.compile(r"(?:is|are|was|were|has|have|had|may|can|could|\w{3,}(?:ed|es|ing))$")


def _wording(page: Page, best: Meeting, between: range) -> list[float]:
    words = [page.masked[at] for at in between] if not best.sentences else []
    names = [set(page.words[one.first : one.last]) for one in (best.first, best.second)]
    return [
        any(_VERB.match(word) for word in words),
        words.count(","),
        len(names[0] & names[1]),
        best.characters < 0,
    ]


def _hierarchy(
    page: Page, pair: tuple[int, int], of_type: list[list[int]], above: Ancestors
) -> list[float]:
    """Return how many others of its type stand above and below each end in the hierarchy."""
    out: list[float] = []
    entities = page.text.entities
    for place, same in zip(pair, of_type, strict=True):
        key = entities[place].key
        own = above.get(key, frozenset())
        out.append(sum(entities[n].key in own for n in same if n != place))
        out.append(sum(key in above.get(entities[n].key, ()) for n in same if n != place))
    return out
