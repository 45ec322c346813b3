"""What the readers share: a concept in the making, its identifiers, and words for names and links.

Identifiers are spelt once per reader by ``Spelling``; properties are known by one table for OBO,
OBO Graphs, OWL and RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from onoma.ontology.iris import iri_to_curie, known_curie
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

HAS_XREF = "oboInOwl:hasDbXref"

MATCHES: dict[str, str] = {
    **{
        key: f"skos:{kind}Match"
        for kind in ("exact", "close", "broad", "narrow", "related")
        for key in (f"{SKOS}{kind}Match", f"skos:{kind}Match", f"{kind}Match")
    },
    f"{OWL}equivalentClass": "skos:exactMatch",
    f"{OWL}sameAs": "skos:exactMatch",
    f"{OIO}hasDbXref": HAS_XREF,
    "oboInOwl:hasDbXref": HAS_XREF,
    "hasDbXref": HAS_XREF,
}
"""Properties that tie a concept to one of another vocabulary, with the predicate they become."""

NAME_PROPERTIES: dict[str, str] = {
    f"{OIO}hasExactSynonym": "exact",
    f"{OIO}hasBroadSynonym": "broad",
    f"{OIO}hasNarrowSynonym": "narrow",
    f"{OIO}hasRelatedSynonym": "related",
    f"{OIO}hasSynonym": "related",
    f"{OBO}IAO_0000118": "exact",  # alternative label
    "http://www.ebi.ac.uk/efo/alternative_term": "exact",
    f"{SKOS}altLabel": "exact",
    f"{SKOS}hiddenLabel": "related",  # spellings for search, misspellings among them
}
"""Properties whose values are names, with their scope."""

DEFINITIONS = frozenset(
    {f"{OBO}IAO_0000115", f"{SKOS}definition", "http://www.ebi.ac.uk/efo/definition"}
)
REPLACED_BY = frozenset(
    {f"{OBO}IAO_0100001", "IAO:0100001", "http://purl.org/dc/terms/isReplacedBy"}
)
CONSIDER = frozenset({f"{OIO}consider", "oboInOwl:consider", "consider"})
FORMER = frozenset({f"{OIO}hasAlternativeId", "oboInOwl:hasAlternativeId"})
DEPRECATED = frozenset({f"{OWL}deprecated", "owl:deprecated"})

NAMESPACE_TYPES: dict[str, tuple[str, ...]] = {
    "biological_process": ("process",),
    "molecular_function": ("process",),
    "cellular_component": ("component",),
}
"""The branches of the Gene Ontology as semantic types."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PACKED = re.compile(r"(?:\.(?:gz|xz|zst|bz2))?$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"abbreviat|acronym|OMO[:_]0003000|OMO[:_]0003012", re.IGNORECASE)
_LAYPERSON = re.compile(r"lay(?:[ _]?person|[ _]?term|$)|consumer|OMO[:_]0003003", re.IGNORECASE)
_OBSOLETE = re.compile(r"obsolete|deprecated|OMO[:_]0003004", re.IGNORECASE)
_FORM = re.compile(r"([A-Za-z_][\w.-]*):([^\s:]\S*)")
_SEPARATOR = re.compile(r"[#/:_]")


def typed_scope(scope: str, kind: str) -> str:
    """Return our scope of a synonym with a type; empty for one that the source took back.

    An abbreviation is one in any scope; ``layperson`` stands for exact lay names alone, so that a
    broad lay name stays broad.
    """
    if _OBSOLETE.search(kind):
        return ""
    if _ABBREVIATION.search(kind):
        return "abbreviation"
    return "layperson" if scope == "exact" and _LAYPERSON.search(kind) else scope


def version_of(text: str) -> str:
    """Return the version that a version IRI or string states: its date, else its last part."""
    date = _DATE.search(text)
    return date[0] if date else text.rstrip("/#").rpartition("/")[2].removeprefix("v")


def shown(value: object) -> str:
    """Return a parsed JSON value for the ledger; a deeply nested one only by its kind."""
    if isinstance(value, str):
        return value
    try:
        return orjson.dumps(value).decode()[:400]
    except (TypeError, ValueError):  # str() would fail on thousands of levels
        return f"<{type(value).__name__}>"


def stem_of(name: str) -> str:
    """Return a vocabulary's short name out of its IRI or file (``hp`` of ``.../obo/hp.owl``)."""
    last = name.rstrip("/#").rpartition("/")[2]
    return _PACKED.sub("", last).partition(".")[0]


@dataclass(slots=True)
class Draft:
    """A concept whose statements are still coming in."""

    curie: str
    place: str = ""
    label: str = ""
    language: str = "en"
    labels: list[Name] = field(default_factory=list)  # where a source gives several
    types: tuple[str, ...] = ()
    names: list[Name] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    equivalents: list[Equivalent] = field(default_factory=list)
    definition: str | None = None
    has_own_definition: bool = False  # in the language asked for
    replaced_by: str | None = None
    is_obsolete: bool = False
    consider: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)

    def settle(self, language: str) -> None:
        """Choose the label among several: of this language, else of none stated, else the first.

        The preferred names of other languages stay labels, a second one of the same is a synonym.
        """
        labels = list(dict.fromkeys(self.labels))
        if not labels:
            return
        fits = [name for name in labels if name.language.partition("-")[0] == language]
        chosen = (fits or labels)[0]
        self.label, self.language = chosen.text, chosen.language
        taken = {chosen.language}
        more = []
        for name in labels:
            if name is not chosen:
                again = name.language in taken
                more.append(Name(name.text, "exact", name.source, name.language) if again else name)
                taken.add(name.language)
        self.names[:0] = more

    def concept(self, ledger: Ledger) -> Concept:
        """Return the concept; its label stands first among its names."""
        names: Iterable[Name] = self.names
        if self.label:
            names = (Name(self.label, "label", ledger.name, self.language), *self.names)
        return Concept(
            curie=self.curie,
            label=self.label,
            types=self.types,
            names=tuple(dict.fromkeys(names)) if self.names else tuple(names),
            parents=tuple(dict.fromkeys(self.parents)),
            equivalents=tuple(dict.fromkeys(self.equivalents)),
            source=ledger.name,
            version=ledger.version,
            definition=self.definition,
            replaced_by=self.replaced_by,
            is_obsolete=self.is_obsolete,
            consider=tuple(dict.fromkeys(self.consider)),
            former=tuple(dict.fromkeys(self.former)),
        )


class Spelling:
    """The identifiers of one file: each string is made a CURIE once.

    ``prefixes`` are the file's own (prefix to IRI base); ``fallback`` is the prefix for concepts
    whose IRIs no table and no declared prefix covers (empty: such IRIs are no identifiers).
    """

    def __init__(self, prefixes: Mapping[str, str] | None = None, *, fallback: str = "") -> None:
        self.made: set[str] = set()  # bases of IRIs for which the fallback prefix was used
        self._fallback = re.sub(r"[^\w.-]+", "_", fallback).lstrip("0123456789.-_")
        self._prefixes = dict(prefixes or {})
        self._bases = sorted(
            ((base, prefix) for prefix, base in self._prefixes.items() if prefix and base),
            key=lambda row: -len(row[0]),
        )
        self._own: dict[str, str | None] = {}
        self._known: dict[str, str | None] = {}
        self._unknown: set[str] = set()  # prefixes

    def own(self, text: str) -> str | None:
        """Return the CURIE of a concept of the file or its parent, as it stands if need be.

        None: it is neither a CURIE nor an IRI that can be made one.
        """
        try:
            return self._own[text]
        except KeyError:
            curie = self.known(text) or self._unlisted(text)
            return self._own.setdefault(text, curie)

    def known(self, text: str) -> str | None:
        """Return the CURIE of a concept elsewhere; None if its prefix is unknown.

        Known are the prefixes of Onoma's table and those that the file itself declares.
        """
        try:
            return self._known[text]
        except KeyError:
            return self._known.setdefault(text, self._spell(text))

    def is_curie(self, text: str) -> bool:
        """Whether the text has the form of a CURIE."""
        return _FORM.fullmatch(text) is not None

    def _spell(self, text: str) -> str | None:
        prefix, colon, local = text.partition(":")
        if not colon or prefix in self._unknown:
            return None
        if local.startswith("//") or prefix == "urn":
            return self._declared(text)
        if base := self._prefixes.get(prefix):
            if not _FORM.fullmatch(text):
                return None
            return known_curie(text) or self._by_table(base + local) or text
        curie = known_curie(text)
        if curie is None and self.is_curie(text):
            self._unknown.add(prefix)
        return curie

    def _by_table(self, iri: str) -> str | None:
        """Return the CURIE of an IRI whose prefix is Onoma's."""
        curie = iri_to_curie(iri)
        return known_curie(curie) if curie else None

    def _declared(self, iri: str) -> str | None:
        """Return an IRI's CURIE by the tables or by a prefix of the file."""
        listed = iri_to_curie(iri)
        if listed and (curie := known_curie(listed)):
            return curie
        local = listed.partition(":")[2] if listed else ""
        for base, prefix in self._bases:
            if not iri.startswith(base) or (listed and iri != base + local):
                continue  # "obo" is declared for all OBO PURLs and is the prefix of none
            curie = f"{prefix}:{iri[len(base) :]}"
            if _FORM.fullmatch(curie) and "/" not in curie:
                return known_curie(curie) or curie
        return None

    def _unlisted(self, text: str) -> str | None:
        """Return a CURIE whose prefix is the file's own affair."""
        if "://" not in text and not text.startswith("urn:"):
            return text if _FORM.fullmatch(text) else None
        if curie := iri_to_curie(text):
            return curie
        cuts = [cut.end() for cut in _SEPARATOR.finditer(text)]
        if not self._fallback or not cuts:
            return None
        local = text[cuts[-1] :]
        if not _FORM.fullmatch(f"{self._fallback}:{local}"):
            return None
        self.made.add(text[: cuts[-1]])
        return f"{self._fallback}:{local}"
