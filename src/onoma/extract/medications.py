"""Texts to medication tables: finds the medicines, ties to each what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from onoma.assertion import assert_spans
from onoma.extract.attachment import Gaps, attach
from onoma.extract.context import (
    Section,
    find_sections,
    find_statuses,
    is_heading,
    problem_headings,
    section_at,
)
from onoma.extract.dosing import (
    DOSE,
    DURATION,
    FORM,
    FREQUENCY,
    ROUTE,
    Part,
    find_parts,
)
from onoma.extract.drugs import SHOWN, SURE, TREATED, Codes, Drug, find_drugs, with_spans
from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Tokens, phrase_list
from onoma.extract.reasons import Page, find_reasons
from onoma.extract.regimens import regimens
from onoma.extract.rows import Cell, Medication, MedicationTable
from onoma.extract.tagging import SpanFinder
from onoma.ontology.loading import Names
from onoma.pipeline import Pipeline, load
from onoma.types import AnnotatedDocument, Document, FailedDocument, Span

TYPES = ("drug", "chemical", "disease", "phenotype")
_HEAD = "drug"  # the tagger's head for medicines
_NO_DOSE = re.compile(
    r"(?:#|dispense[d]?|disp\.?|qty\.?|quantity|refills?|supply|[<>≤≥]|normal|range|reference|"
    r"saturation|hematocrit|haemoglobin|hemoglobin|ejection\sfraction|lvef|ef|fio2|sao2|spo2)"
    r"[\s:=(]*(?:of|was|is|at)?\s*\Z",
    re.I,
)
_LEVEL = re.compile(
    r"\W{0,2}(?:\w+\s)?(?:levels?|concentrations?|titers?|titres?|saturation|values?|clearance|"
    r"deficiency|excess|metabolism|secretion|excretion|production|receptors?|antibod(?:y|ies)|"
    r"synthesis|uptake|stores|intake|testing|test|screen|assay)\b",
    re.I,
)
_MEASURED = re.compile(r"\b(?:serum|plasma|urinary|urine|blood|endogenous|circulating)\s\Z", re.I)
_ENOUGH = 3.0  # the most that a part may cost that speaks for a name that needs support


@dataclass(frozen=True, slots=True)
class _Held:
    """A part with the number of its medicine and what reaching it cost."""

    part: Part
    drug: int
    cost: float


class MedicationReader:
    """Reads medication tables out of documents; safe to use again and again."""

    def __init__(self, pipeline: Pipeline, finder: SpanFinder | None = None) -> None:
        """Take a pipeline that finds ``TYPES`` and, if there is one, a tagger's spans."""
        self._pipeline, self._finder = pipeline, finder
        self._codes = Codes(pipeline.store)

    def read(
        self, documents: Iterable[str | Document | FailedDocument]
    ) -> Iterator[MedicationTable]:
        """Yield the table of each document, in order; a failed one keeps its place."""
        for found in self._pipeline.pipe(documents):
            if found.error is not None:
                yield MedicationTable(found.document, error=found.error)
                continue
            spans = [] if self._finder is None else self._finder.spans(found.document, _HEAD)
            rows = tuple(self._rows(found, spans))
            yield MedicationTable(found.document, rows, found.store)

    def _rows(
        self, found: AnnotatedDocument, spans: Sequence[tuple[int, int, float]]
    ) -> Iterator[Medication]:
        text = found.text
        tokens = Tokens.of(text)
        sections = Ordered(find_sections(text))
        parts = [one for one in find_parts(text, tokens) if not _is_supply(text, one)]
        drugs = find_drugs(text, tokens, found.mentions, parts=parts, sections=sections.items,
                           codes=self._codes)  # fmt: skip
        if self._finder is not None:
            drugs = with_spans(drugs, spans, text=text, codes=self._codes)
        parts = _clear(parts, drugs)
        sentences = [(s.start, s.end) for s in found.sentences]
        cues = [(c.start, c.end) for c in phrase_list("statuses").find(tokens)]
        taken = sorted([*((p.start, p.end) for p in parts), *(d.span for d in drugs), *cues])
        gaps = Gaps(text, tokens, taken)
        places = attach(
            parts, [d.span for d in drugs], gaps=gaps, sentences=sentences, tokens=tokens
        )
        held = [_Held(p, n, c) for p, (n, c) in zip(parts, places, strict=True) if n >= 0]
        statuses = find_statuses(
            tokens, [d.span for d in drugs], sentences=sentences,
            taken=[(p.part.start, p.part.end) for p in held],
        )  # fmt: skip
        held_by: dict[int, list[_Held]] = {number: [] for number in range(len(drugs))}
        for one in held:
            held_by[one.drug].append(one)
        within = [section_at(sections, drug.start) for drug in drugs]
        counted = [
            number
            for number, drug in enumerate(drugs)
            if _counts(drug, statuses[number], within[number], held_by[number],
                       is_level=_is_level(text, drug, within[number]))
        ]  # fmt: skip
        problems = [
            m
            for m in found.mentions
            if m.type in ("disease", "phenotype") and not is_heading(m.text)
        ]
        page = Page.of(found, tokens, problems, drugs=drugs, parts=parts)
        own = {n: [one.part for one in held_by[n]] for n in counted}
        reasons = find_reasons(page, own, problem_headings(text, problems))
        asserted = dict(
            zip(counted, assert_spans(text, [(drugs[n].start, drugs[n].end) for n in counted]),
                strict=True)
        )  # fmt: skip
        _share(page, own)
        for number in counted:
            drug = replace(drugs[number], assertion=asserted[number])
            base = _base(text, drug, statuses[number], within[number])
            if base.status != "allergy":
                base = replace(base, reason=reasons.get(number))
            yield from regimens(text, tokens, base, own[number])


def _is_supply(text: str, part: Part) -> bool:
    """Whether an amount is what the pharmacy hands out ("dispense 30 tablets")."""
    return _NO_DOSE.search(text, max(0, part.start - 16), part.start) is not None


def _clear(parts: Sequence[Part], drugs: Sequence[Drug]) -> list[Part]:
    """Return the parts that are no piece of a medicine's name."""
    names = Ordered(drugs)
    return [part for part in parts if not names.touching(part.start, part.end)]


def _counts(
    drug: Drug,
    status: tuple[str, Span] | None,
    section: Section | None,
    held: Sequence[_Held],
    *,
    is_level: bool,
) -> bool:
    """Whether a name is a medicine here, by how much the text says of it."""
    kinds = {one.part.kind for one in held if one.cost <= _ENOUGH}
    holds = section.holds if section else ""
    if is_level:
        return bool(kinds & {ROUTE, FREQUENCY}) and DOSE in kinds
    if drug.needs == SURE or holds in ("medications", "allergy"):
        return True
    if drug.needs == TREATED:
        return ROUTE in kinds or any(o.part.kind == DOSE and o.part.mass for o in held)
    if drug.found_by in ("place", "short"):
        return bool(kinds) or (drug.found_by == "place" and status is not None)
    return bool(kinds & {DOSE, ROUTE, FREQUENCY, FORM}) or _is_told(drug, status)


def _is_told(drug: Drug, status: tuple[str, Span] | None) -> bool:
    """Whether what is said of a name ("started on ...") is said of medicines alone."""
    is_open = status is not None and status[0] not in ("increased", "decreased")
    return is_open and drug.needs == SHOWN


def _is_level(text: str, drug: Drug, section: Section | None) -> bool:
    """Whether the text speaks of how much of a substance is there ("serum digoxin level")."""
    return (
        (section is not None and section.holds == "results")
        or _LEVEL.match(text, drug.end) is not None
        or _MEASURED.search(text, max(0, drug.start - 14), drug.start) is not None
    )


def _base(
    text: str, drug: Drug, status: tuple[str, Span] | None, section: Section | None
) -> Medication:
    """Return a medicine's row without parts."""
    said, cue = status if status is not None else ("", None)
    if section is not None and section.status and (not said or section.holds == "allergy"):
        said = section.status
    if drug.assertion.polarity == "absent" and said in ("", "current", "given", "started"):
        said = "not taken"
    return Medication(
        start=drug.start,
        end=drug.end,
        text=text[drug.start : drug.end],
        curie=drug.curie,
        label=drug.label,
        score=drug.score,
        found_by=drug.found_by,
        codes=drug.codes,
        status=said,
        cue=None if cue is None else Cell(*cue, text[slice(*cue)], said),
        assertion_axes=drug.assertion,
    )


def _share(page: Page, own: dict[int, list[Part]]) -> None:
    """Give what is said behind a list of medicines ("A and B daily") to those that have nothing."""
    numbers = sorted(own)
    for here, following in zip(numbers[-2::-1], numbers[:0:-1], strict=True):
        behind = [p for p in own[following] if p.start >= page.drugs[following].span[1]]
        shared = [p for p in behind if p.kind in (FREQUENCY, DURATION, ROUTE)]
        is_bare = all(p.start < page.drugs[here].start for p in own[here])
        has_own_dose = any(p.kind == DOSE for p in own[following])
        if is_bare and shared and not has_own_dose and page.are_listed(here, following):
            kinds = {p.kind for p in own[here]}
            own[here] += [p for p in shared if p.kind not in kinds]


def medications(
    text: str,
    *,
    vocabulary: Names = "core",
    ids: Sequence[str] | None = None,
    tagger: str | None = None,
) -> MedicationTable:
    """Return the medicines of a text as a table, a row a medicine and regimen.

    ``vocabulary``: as for ``load``; ``ids``: prefixes of the namespaces to answer in;
    ``tagger``: ``ours``, or a folder of a tagger with a head ``drug``: its spans join the
    dictionary's.
    Raises: what ``load`` and ``load_tagger`` raise.
    """
    reader = make_reader(vocabulary, ids=ids, tagger=tagger)
    return next(reader.read([text]))


def make_reader(
    vocabulary: Names = "core",
    *,
    ids: Sequence[str] | None = None,
    tagger: str | None = None,
    project: str | None = None,
) -> MedicationReader:
    """Return a reader of medication tables.

    Raises: what ``load`` and ``load_tagger`` raise.
    """
    pipeline = load(vocabulary, types=TYPES, ids=ids, project=project, mode="dictionary")
    finder = None if tagger is None else SpanFinder.of(tagger, pipeline.store)
    if finder is not None:
        finder.need((_HEAD,))
    return MedicationReader(pipeline, finder)
