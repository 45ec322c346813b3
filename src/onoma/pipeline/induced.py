"""Diseases that a document says a drug brought about, linked to the concept of that form.

"Levodopa-induced dyskinesia" is MeSH's "Dyskinesia, Drug-Induced", which no name of levodopa's is
in; what the document calls "dyskinesia" further on is the same (one sense per discourse; Gale et
al. 1992). Where the vocabulary has a name of such a form for a disease that stands behind
"-induced" and a chemical, or before "induced by" one, its mentions take that concept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import Grounder
from onoma.pipeline.grounding import GroundOptions, make_grounder
from onoma.text.variants import FUNCTION_WORDS
from onoma.types import AnnotatedDocument, Candidate, Mention, Span

TYPES = ("disease", "phenotype")
FORMS = (
    ("drug-induced {}", 0.65), ("substance-induced {}", 0.65),
    ("drug {}", 0.85), ("secondary {}", 0.85),
)  # fmt: skip
"""How the form that a drug brings about is called, and the least score of such a name."""
MOST_KEPT = 1 << 16
REACH = 60  # characters looked at before and behind a mention
_BEFORE = re.compile(r"[-\u2010-\u2013 ](?:induced|elicited|provoked|evoked)\s+((?:[\w-]+\s+)?)$")
_BEHIND = re.compile(
    r"\s*(?:(?:that )?(?:is|are|was|were) )?(?:induced|caused|produced|provoked|elicited|evoked)"
    r" by (?:the )?(?:\w+ )?"
)
_WITHIN = re.compile(r"(.+?)[-\u2010-\u2013 ]induced (.+)")
_KINDS = re.compile(
    r"\b(?:drug|medication|substance|neuroleptic|antipsychotic|anticonvulsant|chemotherapy|opioid"
    r"|opiate|steroid|antibiotic|anesthetic|anaesthetic|agonist|antagonist)s?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chemicals:
    """Where the chemicals of a document begin and end, and what they are called there."""

    starts: frozenset[int]
    ends: frozenset[int]
    names: frozenset[str]

    @classmethod
    def of(cls, text: str, spans: Sequence[Span]) -> Chemicals:
        """Return those of some spans of a text."""
        return cls(
            frozenset(start for start, _ in spans),
            frozenset(end for _, end in spans),
            frozenset(text[start:end].lower() for start, end in spans),
        )

    def brought_about(self, text: str, span: Span) -> bool:
        """Return whether the text says that a chemical brought about what stands at a span."""
        low = max(0, span[0] - REACH)
        before = _BEFORE.search(text[low : span[0]])
        if before is not None and before[1].strip().lower() not in FUNCTION_WORDS:
            end = low + before.start()
            if end in self.ends or _KINDS.search(text[low:end]):
                return True
        behind = _BEHIND.match(text[span[1] : span[1] + REACH])
        return behind is not None and span[1] + behind.end() in self.starts

    def inner(self, written: str) -> str:
        """Return the disease in "levodopa-induced dyskinesia", nothing where there is none."""
        found = _WITHIN.fullmatch(written)
        if found is None:
            return ""
        is_chemical = found[1].lower() in self.names or _KINDS.search(found[1]) is not None
        return found[2] if is_chemical else ""


class Induced:
    """Looks up the forms of diseases that drugs bring about."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings of the annotator whose documents come."""
        self._settings = settings
        self._known: dict[str, Candidate | None] = {}

    @cached_property
    def _grounder(self) -> Grounder:
        settings = self._settings
        options = GroundOptions(types=TYPES, ids=settings.ids, mode="dictionary", encoder="none")
        return make_grounder(
            options, vocabulary=settings.vocabulary, project=settings.project or None
        )

    def settle(
        self, document: AnnotatedDocument, mentions: Sequence[Mention], chemicals: Chemicals
    ) -> list[Mention]:
        """Return the mentions, those of diseases that a chemical brings about as these."""
        long = {one.short: one.long for one in document.abbreviations}
        own: dict[int, Candidate] = {}
        whole: dict[str, Candidate] = {}  # by the concept that they had
        diseases = [place for place, mention in enumerate(mentions) if mention.type in TYPES]
        for place in diseases:
            mention = mentions[place]
            inner = chemicals.inner(long.get(mention.text, mention.text))
            if inner and (found := self._form(inner)) is not None:
                own[place] = found
            elif mention.curie is not None and mention.curie not in whole:
                found = self._brought_about(document.text, mention, chemicals)
                if found is not None:
                    whole[mention.curie] = found
        out = list(mentions)
        for place in diseases:
            found = own.get(place) or whole.get(out[place].curie or "")
            if found is not None:
                out[place] = _as(out[place], found)
        return out

    def _brought_about(self, text: str, mention: Mention, chemicals: Chemicals) -> Candidate | None:
        """Return the concept of a disease that a chemical is said to bring about."""
        if not chemicals.brought_about(text, (mention.start, mention.end)):
            return None
        return self._form(mention.text) or self._form(mention.label or "")

    def _form(self, name: str) -> Candidate | None:
        """Return the concept of a disease that is brought about by a drug, by its name."""
        if name not in self._known:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            self._known[name] = self._asked(name) if name else None
        return self._known[name]

    def _asked(self, name: str) -> Candidate | None:
        asked = [(form.format(name), "") for form, _ in FORMS]
        for found, (_, least) in zip(self._grounder.ground(asked, k=1), FORMS, strict=True):
            if found and found[0].score >= least:
                return found[0]
        return None


def _as(mention: Mention, found: Candidate) -> Mention:
    """Return a mention of another concept."""
    if found.curie == mention.curie:
        return mention
    rest = [one for one in mention.candidates if one.curie != found.curie]
    return replace(
        mention, curie=found.curie, label=found.label, score=found.score, name=found.name,
        scope=found.scope, candidates=(found, *rest),
    )  # fmt: skip
