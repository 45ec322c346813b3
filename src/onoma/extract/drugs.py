"""Which spans of a text name medicines, and how much more the text must say for them to count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from onoma.extract.context import Section
from onoma.extract.dosing import Part
from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Tokens, phrase_list, read_rows
from onoma.ontology.store import ConceptStore
from onoma.types import TYPE_BIT, Assertion, Mention, Span

SURE, SHOWN, TREATED = range(3)
"""What a name needs to count as a medicine: nothing more; any part or word of treatment (a
substance that is measured as well); a dose in mass, a route or a list (one that is consumed)."""

CODES = ("DRUGBANK", "MESH", "CHEBI")
_DRUG = TYPE_BIT["drug"]
_CHEMICAL = TYPE_BIT["chemical"] | _DRUG
_LONG_ENOUGH = 5  # letters of a name whose meaning does not hang on the text, as short forms do
PRESENT = Assertion()
_AGE = re.compile(r"-(?:year|yr|month|week|day)s?\b")
_GAP_OF_NAMES = re.compile(r"[^\S\n]*[(\[/=][^\S\n]*")
_NAME_BEFORE = re.compile(
    r"(?<![\w'’-])(?P<name>[A-Z][A-Za-z]{2,}(?:[-][A-Za-z]+)?(?:[^\S\n][A-Z][A-Za-z]+)?|[a-z]{6,})"
    r"[^\S\n,:]{1,2}\Z"
)
_NAME = r"[A-Z][a-z]{2,}[A-Za-z]*(?:-[A-Za-z0-9]+)?"
_NAME_AFTER = re.compile(rf"[^\S\n](?:of[^\S\n])?(?P<name>{_NAME}|[A-Z]{{3,}}[A-Z0-9]*)(?![\w’'-])")
_GOVERNED_NAME = re.compile(
    rf"[^\S\n](?:(?:her|his|the|an?|some|generic)[^\S\n])?(?P<name>{_NAME})"
    r"(?=[^\S\n]*(?:[,;.\n(]|\Z|and\b|or\b|for\b|as\b|to\b|\d))"
)
_ITEM = re.compile(
    rf"(?:^[^\S\n]*(?:[-*•]\s*|\d{{1,2}}[.)]\s*)?|[,;:.][^\S\n]{{1,2}}(?:and[^\S\n])?|"
    rf"[^\S\n](?:and|on|as|include|are)[^\S\n])(?P<name>{_NAME})"
    r"(?=[^\S\n]*(?:[,;.\n(]|\Z|and\b|for\b|\d))",
    re.M,
)


@dataclass(frozen=True, slots=True)
class Drug:
    """A span that may name a medicine. ``alias`` is a second name in brackets right behind."""

    start: int
    end: int
    needs: int
    found_by: str
    curie: str | None = None
    label: str | None = None
    score: float = 0.0
    codes: tuple[str, ...] = ()
    assertion: Assertion = PRESENT
    alias: Span | None = None

    @property
    def span(self) -> Span:
        """The name with its alias."""
        return (self.start, self.alias[1] if self.alias else self.end)


def find_drugs(
    text: str,
    tokens: Tokens,
    mentions: Sequence[Mention],
    *,
    parts: Sequence[Part],
    sections: Sequence[Section],
    codes: Codes,
) -> list[Drug]:
    """Return the spans that may name medicines, in order: linked, kinds, brands, unknown names."""
    found = list(_linked(text, mentions, Ordered(parts), codes=codes))
    found += (
        Drug(one.start, one.end, SURE, "kind") for one in phrase_list("medicines").find(tokens)
    )
    kept = _longest([*found, *_brands(tokens, text, codes)])
    closed = [(m.start, m.end) for m in mentions] + [(p.start, p.end) for p in parts]
    unknown = [
        *_by_stem(tokens, text), *_beside_doses(text, parts), *_in_lists(text, sections),
        *_governed(text, tokens),
    ]  # fmt: skip
    return _with_aliases(
        text, _told(text, _longest([*kept, *_outside(unknown, [*closed, *spans_of(kept)])]))
    )


def _told(text: str, drugs: Sequence[Drug]) -> list[Drug]:
    """Return names without kinds that only introduce one ("the antibiotic ceftriaxone")."""
    following = {one.start: one for one in drugs if one.found_by != "kind"}
    return [
        one
        for one in drugs
        if one.found_by != "kind" or one.end + 1 not in following or text[one.end] != " "
    ]


def spans_of(drugs: Iterable[Drug]) -> list[Span]:
    """Return where names stand."""
    return [(one.start, one.end) for one in drugs]


def _brands(tokens: Tokens, text: str, codes: Codes) -> Iterator[Drug]:
    """Yield names of products that the vocabulary lacks, with the concept of their substance."""
    for one in phrase_list("brands").find(tokens):
        names, stands = one.cells
        if stands == "capital" and not text[one.start].isupper():
            continue
        substances = names.split("+")
        curie, named = _substance(substances[0], codes) if len(substances) == 1 else (None, ())
        label = " + ".join(substances)
        needs = SHOWN if stands == "short" else SURE
        found_by = "short" if stands == "short" else "brand"
        score = 1.0 if curie else 0.0
        yield Drug(one.start, one.end, needs, found_by, curie, label, score, named)


def _substance(name: str, codes: Codes) -> tuple[str | None, tuple[str, ...]]:
    """Return the concept of a substance, one that DrugBank has as well if any, and its codes."""
    named = [curie for curie in codes.store.concepts_named(name) if codes.is_chemical(curie)]
    known = [(curie, codes.of((curie,))) for curie in named]
    known.sort(key=lambda one: not any(code.startswith("DRUGBANK:") for code in one[1]))
    return known[0] if known else (None, ())


def _linked(
    text: str, mentions: Sequence[Mention], parts: Ordered[Part], *, codes: Codes
) -> Iterator[Drug]:
    substances = phrase_list("substances")
    kinds, forms = phrase_list("medicines"), phrase_list("forms")
    for one in mentions:
        if one.type not in ("chemical", "drug"):
            continue
        if one.found_by == "coordination" and re.search(r"\W(?:a)?\Z", one.text):
            continue  # "vitamin E and a tablet" is no vitamin A
        if forms.row(one.text) is not None or _AGE.match(text, one.end):
            continue  # suspension, powder; "a 10-year-old"
        over = [p for p in parts.touching(one.start, one.end) if one.start < p.start < one.end]
        if over and over[0].end > one.end:  # "potassium 40 mEq" is no isotope
            yield from _cut(text, one, over[0].start, codes)
            continue
        named = codes.of_mention(one)
        said = substances.row(one.text.strip(" ,.;:"))
        if said is not None:
            needs = TREATED if said[0] == "used" else SHOWN
        elif kinds.row(one.text) is not None or _is_drug(one, named, codes.store):
            needs = SURE
        else:
            needs = SHOWN
        yield Drug(
            one.start, one.end, needs, one.found_by, one.curie, one.label, one.score, named,
            one.assertion_axes,
        )  # fmt: skip


def _cut(text: str, mention: Mention, place: int, codes: Codes) -> Iterator[Drug]:
    """Yield the name that is left of a mention into which a dose reaches."""
    name = text[mention.start : place].rstrip()
    curie, named = _substance(name, codes)
    if curie is not None:
        row = codes.store.curies.find(curie)
        yield Drug(
            mention.start, mention.start + len(name), SHOWN, mention.found_by, curie,
            codes.store.labels[row], mention.score, named, mention.assertion_axes,
        )  # fmt: skip


def _is_drug(mention: Mention, codes: Sequence[str], store: ConceptStore) -> bool:
    if any(code.startswith("DRUGBANK:") for code in codes):
        return True
    row = store.curies.find(mention.curie) if mention.curie else -1
    return row >= 0 and bool(int(store.array("concept_types")[row]) & _DRUG)


class Codes:
    """Looks up what else means the same as a concept; what was looked up once is kept."""

    def __init__(self, store: ConceptStore) -> None:
        """Take an opened store."""
        self.store = store
        self._known: dict[tuple[str | None, ...], tuple[str, ...]] = {}

    def of_mention(self, mention: Mention) -> tuple[str, ...]:
        """Return the CURIEs in ``CODES`` that mean what a mention is linked to."""
        if mention.curie is None:
            return ()
        via = mention.candidates[0].via if mention.candidates else None
        return self.of((mention.curie, via))

    def of(self, curies: tuple[str | None, ...]) -> tuple[str, ...]:
        """Return the CURIEs in ``CODES`` that mean what any of these means."""
        known = self._known.get(curies)
        if known is None:
            known = self._known[curies] = tuple(self._look_up(curies))
        return known

    def is_chemical(self, curie: str) -> bool:
        """Whether a concept is a chemical or a drug."""
        row = self.store.curies.find(curie)
        return row >= 0 and bool(int(self.store.array("concept_types")[row]) & _CHEMICAL)

    def _look_up(self, curies: Iterable[str | None]) -> list[str]:
        found: list[str] = []
        for curie in filter(None, curies):
            found.append(curie)
            row = self.store.curies.find(curie)
            if row >= 0:
                found += (one.curie for one in self.store.equivalents(row) if one.is_exact)
        known = [code for code in found if code.partition(":")[0] in CODES]
        return sorted(dict.fromkeys(known), key=lambda c: CODES.index(c.partition(":")[0]))


def _by_stem(tokens: Tokens, text: str) -> Iterator[Drug]:
    """Yield words that end as the official names of medicines do."""
    endings = tuple(row[0] for row in read_rows("stems"))
    for word, start, end in zip(tokens.words, tokens.start, tokens.end, strict=True):
        if len(word) >= 7 and word.endswith(endings) and not text[start:end].isupper():
            yield Drug(start, end, SHOWN, "stem")


def _beside_doses(text: str, parts: Sequence[Part]) -> Iterator[Drug]:
    """Yield unknown names right before an amount ("Micronase 2.5 mg"), or behind it with "of"."""
    for number, part in enumerate(parts):
        follows = number + 1 < len(parts) and parts[number + 1].start - part.end <= 3
        is_dosed = part.kind in ("dose", "strength") and text[part.start].isalnum()
        if not is_dosed or ("%" in part.value and not follows):
            continue
        found = _before_dose(text, part, follows=follows) or _behind_dose(text, part)
        if found is not None:
            yield found


def _before_dose(text: str, part: Part, *, follows: bool) -> Drug | None:
    """Return the name before an amount; in small letters only if another part ``follows``."""
    match = _NAME_BEFORE.search(text, max(0, part.start - 60), part.start)
    if match is None or not (match["name"][0].isupper() or follows):
        return None
    start, words = match.start("name"), match["name"].split()
    while words and _is_common(words[0]):  # "Add Symbicort"
        start += len(words.pop(0)) + 1
    if not words or any(map(_is_common, words)):
        return None
    return Drug(start, match.end("name"), SHOWN, "place")


def _behind_dose(text: str, part: Part) -> Drug | None:
    match = _NAME_AFTER.match(text, part.end)
    if match is None or not part.mass or _is_common(match["name"]):
        return None
    return Drug(match.start("name"), match.end("name"), SHOWN, "place")


def _in_lists(text: str, sections: Sequence[Section]) -> Iterator[Drug]:
    """Yield unknown names that make up an item below a heading of medicines."""
    for section in sections:
        if section.holds != "medications":
            continue
        for match in _ITEM.finditer(text, section.start, section.end):
            if not _is_common(match["name"]):
                yield Drug(match.start("name"), match.end("name"), SHOWN, "place")


def _governed(text: str, tokens: Tokens) -> Iterator[Drug]:
    """Yield unknown names right behind a word of treatment ("continue Synthroid")."""
    for cue in phrase_list("statuses").find(tokens):
        status, side = cue.cells
        if side != "before" or status == "-" or cue.end - cue.start < 4:
            continue
        match = _GOVERNED_NAME.match(text, cue.end)
        if match is not None and not _is_common(match["name"]):
            yield Drug(match.start("name"), match.end("name"), SHOWN, "place")


def _is_common(word: str) -> bool:
    """Whether a word may stand where names of medicines do and is none."""
    return phrase_list("no_names").row(word) is not None


def _outside(drugs: Iterable[Drug], closed: Sequence[Span]) -> Iterator[Drug]:
    """Yield what does not touch other spans."""
    taken = {n for start, end in closed for n in range(start, end)}
    for one in drugs:
        if not any(n in taken for n in range(one.start, one.end)):
            yield one


def _longest(drugs: Iterable[Drug]) -> list[Drug]:
    """Return names that do not overlap: longer ones first, linked ones before others."""
    kept: list[Drug] = []
    taken: set[int] = set()
    for one in sorted(drugs, key=lambda d: (d.start - d.end, d.curie is None)):
        inside = range(one.start, one.end)
        if not any(n in taken for n in inside):
            taken.update(inside)
            kept.append(one)
    return sorted(kept, key=lambda d: d.start)


def _with_aliases(text: str, drugs: Sequence[Drug]) -> list[Drug]:
    """Join a medicine with its other name in brackets behind it ("warfarin (Coumadin)")."""
    out: list[Drug] = []
    for one in drugs:
        last = out[-1] if out else None
        if (
            last is not None
            and _GAP_OF_NAMES.fullmatch(text, last.span[1], one.start)
            and _same(last, one)
        ):
            best = one if one.curie and not last.curie else last
            out[-1] = replace(
                last, curie=best.curie, label=best.label, score=best.score, codes=best.codes,
                needs=min(last.needs, one.needs), alias=(one.start, one.end),
            )  # fmt: skip
            continue
        out.append(one)
    return out


def _same(one: Drug, other: Drug) -> bool:
    """Whether two names mean one medicine: a code in common, or one of them is unknown."""
    if one.codes and other.codes:
        return bool(set(one.codes) & set(other.codes))
    return one.found_by == "place" or other.found_by == "place"


def with_spans(
    drugs: Sequence[Drug], spans: Iterable[tuple[int, int, float]], *, text: str, codes: Codes
) -> list[Drug]:
    """Return medicines joined by the spans of a tagger.

    What it finds as well needs nothing more; what it does not find needs that the text shows it.
    What it alone finds is given the concept that the dictionary has under that very name.
    """
    known = Ordered(drugs)
    sure: set[int] = set()
    more = []
    for start, end, score in spans:
        over = known.touching(start, end)
        sure.update(one.start for one in over)
        if not over:
            more.append(_named(Drug(start, end, SURE, "tagger", score=score), text, codes))
    kept = (
        replace(one, needs=SURE if one.start in sure else max(one.needs, SHOWN)) for one in drugs
    )
    return _longest([*kept, *more])


def _named(drug: Drug, text: str, codes: Codes) -> Drug:
    """Return a name with its concept, unless it is too short to stand for one alone."""
    name = text[drug.start : drug.end]
    curie, named = _substance(name, codes) if len(name) >= _LONG_ENOUGH else (None, ())
    if curie is None:
        return drug
    label = codes.store.labels[codes.store.curies.find(curie)]
    return replace(drug, curie=curie, label=label, codes=named)
