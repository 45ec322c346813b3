"""Statements about a concept by property IRI, as OBO Graphs, OWL and RDF make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from onoma.ontology.readers.drafts import (
    CONSIDER,
    DEFINITIONS,
    DEPRECATED,
    FORMER,
    MATCHES,
    NAME_PROPERTIES,
    NAMESPACE_TYPES,
    OIO,
    OWL,
    RDFS,
    REPLACED_BY,
    SKOS,
    Draft,
    Spelling,
    typed_scope,
    version_of,
)
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

LABELS = frozenset({f"{RDFS}label", f"{SKOS}prefLabel"})
PARENTS = frozenset({f"{RDFS}subClassOf", f"{SKOS}broader", f"{SKOS}broaderGeneric"})
NOTATION = f"{SKOS}notation"
NAMESPACE = f"{OIO}hasOBONamespace"
VERSIONS = frozenset(
    {
        "http://www.w3.org/2002/07/owl#versionIRI",
        "http://www.w3.org/2002/07/owl#versionInfo",
        "http://purl.org/dc/terms/hasVersion",
        "http://purl.org/pav/version",
    }
)
LICENCES = frozenset(
    {
        "http://purl.org/dc/terms/license",
        "http://purl.org/dc/elements/1.1/rights",
        "http://purl.org/dc/terms/rights",
        "http://creativecommons.org/ns#license",
    }
)


@dataclass(slots=True)  # not frozen: half a million are made of a large ontology
class Statement:
    """A property with its value: a text with its language, or the IRI of a node.

    ``kind`` is the synonym type, where one is given.
    """

    property: str
    value: str
    language: str = ""
    kind: str = ""


class Taker:
    """Adds statements to drafts and sets aside what does not fit."""

    def __init__(self, ledger: Ledger, spelling: Spelling) -> None:
        self._ledger = ledger
        self._spelling = spelling

    def take(self, draft: Draft, said: Statement, place: str) -> bool:
        """Take a statement; False if its property is none of those that a concept has."""
        handle = _HANDLERS.get(said.property)
        if handle is None:
            return False
        handle(self, draft, said, place)
        return True

    def _parent(self, draft: Draft, said: Statement, place: str) -> None:
        self._link(draft.parents, said, place)

    def _consider(self, draft: Draft, said: Statement, place: str) -> None:
        self._link(draft.consider, said, place)

    def _former(self, draft: Draft, said: Statement, place: str) -> None:
        self._link(draft.former, said, place)

    def _deprecated(self, draft: Draft, said: Statement, place: str) -> None:
        word = said.value.strip().lower()
        draft.is_obsolete = word in ("true", "1")
        if word not in ("true", "false", "1", "0"):
            self._ledger.set_aside("bad-line", place, "true or false is expected", said.value)

    def _namespace(self, draft: Draft, said: Statement, _: str) -> None:
        draft.types = NAMESPACE_TYPES.get(said.value, draft.types)

    def _name(self, draft: Draft, said: Statement, place: str) -> None:
        text = " ".join(said.value.split())
        if not text:
            self._ledger.set_aside("bad-line", place, f"an empty name ({said.property})")
            return
        language = said.language.lower() or self._ledger.language
        if said.property in LABELS:
            draft.labels.append(Name(text, "label", self._ledger.name, language))
            return
        scope = NAME_PROPERTIES[said.property]
        if said.kind and not (scope := typed_scope(scope, said.kind)):
            self._ledger.set_aside("obsolete-name", place, "the source takes it back", text)
            return
        draft.names.append(Name(text, scope, self._ledger.name, language))

    def _definition(self, draft: Draft, said: Statement, _: str) -> None:
        text = " ".join(said.value.split())
        is_ours = said.language.partition("-")[0].lower() in ("", self._ledger.language)
        if text and (draft.definition is None or (is_ours and not draft.has_own_definition)):
            draft.definition = text
            draft.has_own_definition = is_ours

    def _match(self, draft: Draft, said: Statement, place: str) -> None:
        predicate = MATCHES[said.property]
        curie = self._spelling.known(said.value)
        if curie is not None:
            draft.equivalents.append(Equivalent(curie, predicate, self._ledger.name))
        elif self._spelling.is_curie(said.value) or "://" in said.value:
            words = f"the prefix of this {predicate} is in no table"
            self._ledger.set_aside("unknown-prefix", place, words, said.value)
        else:
            self._ledger.set_aside("bad-curie", place, "PREFIX:LOCAL is expected", said.value)

    def _link(self, links: list[str], said: Statement, place: str) -> None:
        curie = self._spelling.own(said.value)
        if curie is None:
            words = f"a CURIE or the IRI of one is expected ({said.property})"
            self._ledger.set_aside("bad-curie", place, words, said.value)
        else:
            links.append(curie)

    def _replaced(self, draft: Draft, said: Statement, place: str) -> None:
        found: list[str] = []
        self._link(found, said, place)
        for curie in found:
            if draft.replaced_by is None:
                draft.replaced_by = curie
            elif draft.replaced_by != curie:  # split into several: none alone replaces it
                draft.consider.append(curie)

    def _notation(self, draft: Draft, said: Statement, place: str) -> None:
        """A notation that is a CURIE names the same concept; a bare code says not whose it is."""
        curie = self._spelling.known(said.value)
        if curie is None:
            words = "a notation that is no CURIE of a known prefix"
            self._ledger.set_aside("notation", place, words, said.value)
        elif curie != draft.curie:
            draft.equivalents.append(Equivalent(curie, "skos:exactMatch", self._ledger.name))


_HANDLERS: dict[str, Callable[[Taker, Draft, Statement, str], None]] = {
    NOTATION: Taker._notation,
    NAMESPACE: Taker._namespace,
    **dict.fromkeys(LABELS | NAME_PROPERTIES.keys(), Taker._name),
    **dict.fromkeys(DEFINITIONS, Taker._definition),
    **dict.fromkeys(MATCHES, Taker._match),
    **dict.fromkeys(PARENTS, Taker._parent),
    **dict.fromkeys(REPLACED_BY, Taker._replaced),
    **dict.fromkeys(CONSIDER, Taker._consider),
    **dict.fromkeys(FORMER, Taker._former),
    **dict.fromkeys(DEPRECATED, Taker._deprecated),
}


def finish(draft: Draft, ledger: Ledger) -> Concept:
    """Return the concept of a class whose statements are complete."""
    draft.settle(ledger.language)
    if not draft.label and not draft.is_obsolete:
        ledger.set_aside("no-label", draft.place, "a class without rdfs:label", draft.curie)
    return draft.concept(ledger)


def take_header(ledger: Ledger, place: str, said: tuple[str, str]) -> None:
    """Take what an ontology says of itself: a property and its value."""
    name, value = said
    if name == f"{OWL}imports":
        ledger.set_aside("import", place, "an import is not read: give it by itself", value)
    elif name in VERSIONS and (not ledger.version or name.endswith("versionIRI")):
        ledger.version = version_of(value.strip())
    elif name in LICENCES:
        ledger.licence = value.strip()
