"""Reports labelled from their concepts: each finding present, uncertain, absent or not mentioned.

The labels of CheXpert (Irvin et al. 2019) for any vocabulary: a finding is no list of phrases, but
a concept, named by whatever its vocabulary calls it and by anything below it. What is affirmed
of a kind is affirmed of the whole (a basal pneumonia is a pneumonia); what is denied of the whole
is denied of its kinds (no lung disease: no pneumonia). A report that says both affirms it, as in
CheXpert.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.search.hierarchy import Hierarchy
from onoma.types import AnnotatedDocument, Mention

PRESENT, UNCERTAIN, ABSENT, UNMENTIONED = "present", "uncertain", "absent", ""
_READ = {
    "present": PRESENT, "historical": PRESENT, "possible": UNCERTAIN, "absent": ABSENT,
}  # fmt: skip
_RANK = (PRESENT, UNCERTAIN, ABSENT)


@dataclass(frozen=True, slots=True)
class Label:
    """A finding with what a report says of it, and the mention that says so (None: none does)."""

    finding: str
    value: str
    because: Mention | None


@dataclass(frozen=True, slots=True)
class Labeler:
    """Labels documents by findings, each one concept or several that count as one.

    ``near``: whether a denied kind denies the finding too ("no large effusion"), where nothing
    affirms it.
    """

    findings: tuple[tuple[str, ...], ...]
    store: ConceptStore
    near: bool = True

    @classmethod
    def of(
        cls, findings: Iterable[str | Sequence[str]], store: ConceptStore, *, near: bool = True
    ) -> Labeler:
        """Return what labels by these CURIEs; a sequence of some is one finding.

        Raises: BadCurie, UnknownName: one that is no concept of the store; InputError: no finding.
        """
        told = [(one,) if isinstance(one, str) else tuple(one) for one in findings]
        if not told or not all(told):
            raise InputError("there is no finding to label", hint="name at least one concept")
        known = tuple(tuple(store.concept(curie).curie for curie in one) for one in told)
        return cls(known, store, near)

    def label(self, document: AnnotatedDocument) -> list[Label]:
        """Return what a document says of each finding, in their order."""
        return next(self.labels([document]))

    def labels(self, documents: Iterable[AnnotatedDocument]) -> Iterator[list[Label]]:
        """Yield the labels of each document."""
        kept: dict[str, list[tuple[int, bool, bool]]] = {}
        for document in documents:
            best: dict[int, tuple[int, Mention]] = {}
            self._learn(document, kept)
            for one in document.mentions:
                value = _READ.get(one.assertion, UNMENTIONED)
                if one.curie is None or not value:
                    continue
                rank = _RANK.index(value)
                for finding, is_below, is_above in kept[one.curie]:
                    says = is_below if value != ABSENT else is_above or (is_below and self.near)
                    if says and (finding not in best or rank < best[finding][0]):
                        best[finding] = (rank, one)
            yield [self._read(place, best) for place in range(len(self.findings))]

    def _read(self, place: int, best: dict[int, tuple[int, Mention]]) -> Label:
        name = self.findings[place][0]
        if place not in best:
            return Label(name, UNMENTIONED, None)
        rank, mention = best[place]
        return Label(name, _RANK[rank], mention)

    def _learn(
        self, document: AnnotatedDocument, kept: dict[str, list[tuple[int, bool, bool]]]
    ) -> None:
        """Remember of each new concept which findings it stands at or below, and at or above."""
        new = {one.curie for one in document.mentions if one.curie} - kept.keys()
        if not new:
            return
        wanted = [curie for one in self.findings for curie in one]
        hierarchy = Hierarchy.over([*wanted, *sorted(new)], self.store)
        number = hierarchy.number
        above = [
            set().union(*(hierarchy.of(number[one]).tolist() for one in some))
            for some in self.findings
        ]
        lead = [{number[one] for one in some} for some in self.findings]
        for curie in new:
            own, over = number[curie], set(hierarchy.of(number[curie]).tolist())
            rows = [
                (place, bool(over & lead[place]), own in above[place])
                for place in range(len(self.findings))
            ]
            kept[curie] = [row for row in rows if row[1] or row[2]]
