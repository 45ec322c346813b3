"""Rich Release Format: the tables of UMLS and RxNorm, read in one pass over the names.

A table has a fixed number of columns, each ended by ``|``; nothing is quoted and there is no
header. The names (MRCONSO, RXNCONSO) are streamed and grouped by concept; types and parents are
small numbers held in flat arrays, definitions in one flat buffer, so that memory does not grow
with the number of names. Concepts' numbers are what follows their letters: C0011849 is 11849.

Source: NLM, UMLS Reference Manual, chapter 3 (Metathesaurus - Rich Release Format).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from onoma.errors import BadFile
from onoma.ontology.readers.releases import Release
from onoma.ontology.readers.rrf_words import (
    FORMS_OF_TTY,
    FULLY_SPECIFIED,
    LANGUAGES,
    LAY_SOURCES,
    SOURCES,
    TERM_TYPES,
)
from onoma.ontology.readers.umls_types import TUI_TYPES
from onoma.ontology.reading import Ledger
from onoma.types import SCOPES, Concept, Equivalent, Name, type_mask, types_of

SHOWN = 20  # records kept of what is set aside by an option; the rest is counted alone
_USED = frozenset({"N", ""})  # values of SUPPRESS that do not suppress
_RANK = {scope: place for place, scope in enumerate(SCOPES)}
_BROADER = frozenset({"", "isa", "inverse_isa"})
_LARGEST = 1 << 31
_LOW = (1 << 32) - 1

# Columns of MRCONSO and RXNCONSO
CUI, LAT, TS, STT, ISPREF, AUI, SAB, TTY, CODE, STR, SUPPRESS = 0, 1, 2, 4, 6, 7, 11, 12, 13, 14, 16


@dataclass(frozen=True, slots=True)
class Rules:
    """What is read of a release and how it is spelt.

    ``languages`` are ours (``en``; empty means all), the first one gives the label; ``sources`` are
    the vocabularies' own abbreviations (SAB; empty means all); ``home`` is the vocabulary whose
    words lead, if there is one.
    """

    prefix: str
    source: str
    key: re.Pattern[str]
    letters: int  # how many letters stand before a concept's number
    languages: tuple[str, ...] = ("en",)
    sources: frozenset[str] = frozenset()
    home: str = ""

    def number(self, cui: str) -> int | None:
        """Return a concept's number, or None if this is no identifier of one."""
        if self.key.fullmatch(cui) is None:
            return None
        if self.letters and cui[1] == "L":  # CL000123, an NCI Metathesaurus identifier
            return _LARGEST + int(cui[2:])
        return int(cui[self.letters :])

    def curie(self, number: int) -> str:
        """Return the CURIE of a number."""
        if not self.letters:
            return f"{self.prefix}:{number}"
        if number >= _LARGEST:
            return f"{self.prefix}:CL{number - _LARGEST:06d}"
        return f"{self.prefix}:C{number:07d}"


class Pairs:
    """Values by concept number, packed in one flat array; fastest asked in ascending order."""

    def __init__(self) -> None:
        self._packed: array[int] = array("Q")
        self._is_sorted = True
        self._place = 0

    def add(self, key: int, value: int) -> None:
        """Add a value, both of at most 32 bits."""
        self._packed.append(key << 32 | value)
        self._is_sorted = False

    def _sort(self) -> None:
        """Sort in place and drop what comes twice."""
        found = np.frombuffer(self._packed, np.uint64)
        found.sort()
        if len(found):
            is_new = np.ones(len(found), bool)
            is_new[1:] = found[1:] != found[:-1]
            if not is_new.all():
                self._packed = array("Q", found[is_new].tobytes())
        self._is_sorted = True

    def of(self, key: int) -> Sequence[int]:
        """Return the values of a key in ascending order, each once."""
        if not self._is_sorted:
            self._sort()
        packed, place, size = self._packed, self._place, len(self._packed)
        first, after = key << 32, (key + 1) << 32
        if place < size and packed[place] < first:
            place = bisect_left(packed, first, place)
        elif place and packed[place - 1] >= first:
            place = bisect_left(packed, first, 0, place)
        found = []
        while place < size and packed[place] < after:
            found.append(packed[place] & _LOW)
            place += 1
        self._place = place
        return found


class Definitions:
    """Definitions of concepts with the atoms they belong to, in one flat buffer."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._starts = Pairs()

    def add(self, number: int, *, atom: str, text: str) -> None:
        """Keep a definition."""
        if len(self._text) > _LOW:
            raise BadFile("more than 4 GiB of definitions", hint="choose sources")
        self._starts.add(number, len(self._text))
        self._text += f"{atom}|{text}\n".encode("utf-8", "surrogatepass")

    def of(self, number: int, atoms: set[str]) -> str | None:
        """Return the first definition that belongs to one of these atoms."""
        for start in self._starts.of(number):
            end = self._text.index(b"\n", start)
            atom, _, text = self._text[start:end].decode("utf-8", "surrogatepass").partition("|")
            if not atom or atom in atoms:
                return text
        return None


@dataclass(slots=True)
class Tables:
    """What other files of the release say of concepts."""

    types: Pairs | None = None  # masks of semantic types
    parents: Pairs | None = None
    definitions: Definitions = field(default_factory=Definitions)
    equivalents: dict[int, list[Equivalent]] = field(default_factory=dict)


def read_types(release: Release, name: str, ledger: Ledger, *, rules: Rules) -> Pairs:
    """Return each concept's semantic types as bit masks (MRSTY, RXNSTY)."""
    masks = {tui: type_mask(types) for tui, types in TUI_TYPES.items()}
    found = Pairs()
    for line, row in release.rows(name, ledger, columns=7, separator="|"):
        number, mask = rules.number(row[0]), masks.get(row[1])
        if number is None:
            _no_cui(ledger, name, line=line, column=1, cui=row[0])
        elif mask is None:
            place = f"{name}, line {line}, column 2"
            ledger.set_aside("unknown-type", place, f"no semantic type {row[1]!r}", "|".join(row))
        elif mask:
            found.add(number, mask)
    return found


def read_parents(release: Release, name: str, ledger: Ledger, *, rules: Rules) -> Pairs:
    """Return each concept's parents (MRREL, RXNREL).

    A parent is what stands as PAR, or as broader (RB) by ``inverse_isa``; CHD and RN say the same
    from the other end. A concept that is its own parent, and other relations, are counted.
    """
    found = Pairs()
    others: Counter[str] = Counter()
    for line, row in release.rows(name, ledger, columns=17, separator="|"):
        relation, kind = row[3], row[7]
        is_up = relation == "PAR" or (relation == "RB" and kind == "inverse_isa")
        is_down = relation == "CHD" or (relation == "RN" and kind == "isa")
        if not (is_up or is_down) or kind not in _BROADER:
            others[relation] += 1
        elif row[14] not in _USED:
            ledger.counts["suppressible-relation"] += 1
        elif not row[0] or not row[4]:
            ledger.counts["atom-relation"] += 1  # RxNorm: between atoms, not concepts
        elif (pair := _two_concepts(row, name, ledger, line=line, rules=rules)) is not None:
            found.add(*(pair if is_up else pair[::-1]))
    ledger.counts["other-relation"] += others.total()
    return found


def _two_concepts(
    row: list[str], name: str, ledger: Ledger, *, line: int, rules: Rules
) -> tuple[int, int] | None:
    """Return the numbers of the two concepts that a row relates; None, and a note, for others."""
    first, second = rules.number(row[0]), rules.number(row[4])
    if first is None or second is None:
        column = 1 if first is None else 5
        _no_cui(ledger, name, line=line, column=column, cui=row[column - 1])
        return None
    if first == second:
        ledger.counts["self-relation"] += 1
        return None
    return first, second


def read_definitions(
    release: Release, name: str, ledger: Ledger, *, rules: Rules, found: Definitions
) -> None:
    """Keep the definitions of MRDEF that are not suppressed."""
    for line, row in release.rows(name, ledger, columns=9, separator="|"):
        number = rules.number(row[0])
        if number is None:
            _no_cui(ledger, name, line=line, column=1, cui=row[0])
        elif row[6] not in _USED:
            ledger.counts["suppressible-definition"] += 1
        elif not rules.sources or row[4] in rules.sources:
            found.add(number, atom=row[1], text=row[5])


def read_names(
    release: Release, name: str, ledger: Ledger, *, rules: Rules, tables: Tables
) -> Iterator[Concept]:
    """Yield a concept for each run of rows of MRCONSO or RXNCONSO with one identifier.

    Raises: BadFile: no row is in a language and source that is asked for.
    """
    choice = _Choice(name, ledger, rules)
    make = _Maker(ledger, rules, tables)
    current, line = "", 0
    atoms: list[list[str]] = []
    for line, row in release.rows(name, ledger, columns=19, separator="|"):
        cui = row[CUI]
        if cui != current:
            if atoms:
                yield from make.concept(current, atoms, name=name, line=line - 1)
            current, atoms = cui, []
        if choice.takes(row, line):
            atoms.append(row)
    if atoms:
        yield from make.concept(current, atoms, name=name, line=line)
    choice.close(line)


class _Choice:
    """Which atoms are read; the others are counted by kind, a few of each shown."""

    def __init__(self, name: str, ledger: Ledger, rules: Rules) -> None:
        wanted = set(rules.languages)
        self._name = name
        self._ledger = ledger
        self._sources = rules.sources
        self._languages = {lat for lat, code in LANGUAGES.items() if code in wanted}
        self._languages |= {code.upper() for code in wanted}  # an LAT that is in no table
        self._all_languages = not wanted
        self._seen: Counter[str] = Counter()
        self._taken = False

    def takes(self, row: list[str], line: int) -> bool:
        """Say whether an atom is read."""
        if row[SUPPRESS] not in _USED:
            return self._pass("suppressible", line, f"SUPPRESS is {row[SUPPRESS]!r}", row)
        if not self._all_languages and row[LAT] not in self._languages:
            self._seen[row[LAT]] += 1
            return self._pass("other-language", line, f"in {row[LAT]!r}", row)
        if self._sources and row[SAB] not in self._sources:
            self._seen[row[SAB]] += 1
            return self._pass("other-source", line, f"of {row[SAB]!r}", row)
        if not row[STR].strip():
            words = "an empty name"
            place = f"{self._name}, line {line}, column {STR + 1}"
            self._ledger.set_aside("bad-name", place, words, "|".join(row))
            return False
        self._taken = True
        return True

    def _pass(self, kind: str, line: int, words: str, row: list[str]) -> bool:
        if self._ledger.counts[kind] < SHOWN:
            self._ledger.set_aside(kind, f"{self._name}, line {line}", words, "|".join(row))
        else:
            self._ledger.counts[kind] += 1
        return False

    def close(self, last: int) -> None:
        """Check that something was read; ``last`` is the last row's line."""
        if not last:
            raise BadFile(f"{self._name}: no row in it", hint="is the file whole?")
        if not self._taken and self._seen:
            most = ", ".join(f"{word} ({count})" for word, count in self._seen.most_common(8))
            raise BadFile(
                f"{self._name}: no name in the languages and sources asked for; it has {most}",
                hint="choose others of these languages or sources",
            )


class _Maker:
    """Makes concepts of atoms."""

    def __init__(self, ledger: Ledger, rules: Rules, tables: Tables) -> None:
        self._ledger = ledger
        self._rules = rules
        self._tables = tables
        self._words: dict[str, str] = {}  # one object for each source's abbreviation
        self._unknown: set[str] = set()
        self._types: dict[int, tuple[str, ...]] = {}
        self._first = rules.languages[0] if rules.languages else "en"

    def concept(
        self, cui: str, atoms: list[list[str]], *, name: str, line: int
    ) -> Iterator[Concept]:
        """Yield the concept of these atoms, if its identifier is one."""
        number = self._rules.number(cui)
        if number is None:
            _no_cui(self._ledger, name, line=line, column=1, cui=cui)
            return
        tables, rules = self._tables, self._rules
        best = min(atoms, key=self._rank) if len(atoms) > 1 else atoms[0]
        atom_ids = {row[AUI] for row in atoms}
        parents = tables.parents.of(number) if tables.parents else ()
        yield Concept(
            curie=rules.curie(number),
            label=best[STR],
            types=self._types_of(number, atoms),
            names=self._names(best, atoms),
            parents=tuple(map(rules.curie, parents)),
            equivalents=(*self._equivalents(atoms), *tables.equivalents.get(number, ())),
            source=rules.source,
            version=self._ledger.version,
            definition=tables.definitions.of(number, atom_ids),
        )

    def _rank(self, row: list[str]) -> tuple[bool, ...]:
        """Return what sorts the preferred atom first: TS P, STT PF, ISPREF Y is NLM's choice."""
        return (
            LANGUAGES.get(row[LAT]) != self._first,
            row[SAB] != self._rules.home,
            row[TS] != "P",
            row[STT] != "PF",
            row[ISPREF] != "Y",
            TERM_TYPES.get(row[TTY]) != "label",
        )

    def _names(self, best: list[str], atoms: list[list[str]]) -> tuple[Name, ...]:
        """Return the names, the label first; of the same words the best scope counts."""
        words = self._words
        label = best[STR]
        found: dict[tuple[str, str], tuple[int, Name]] = {}
        for row in atoms:
            is_best = row is best
            text, scope = (row[STR], "label") if is_best else self._written(row)
            language = LANGUAGES.get(row[LAT]) or row[LAT].lower()
            rank = -1 if is_best else _RANK[scope]
            known = found.get((text, language))
            if known is None or rank < known[0]:
                sab = words.setdefault(row[SAB], row[SAB])
                found[text, language] = rank, Name(text, scope, sab, language)
        names = [name for _, name in found.values()]
        if names[0].text != label:
            names.sort(key=lambda name: name.scope != "label" or name.text != label)
        return tuple(names)

    def _written(self, row: list[str]) -> tuple[str, str]:
        """Return an atom's text and scope; only the words of the home vocabulary lead."""
        text, sab, scope = row[STR], row[SAB], TERM_TYPES.get(row[TTY], "exact")
        if sab in LAY_SOURCES and scope in ("label", "exact"):
            return text, "layperson"
        home = self._rules.home
        if scope == "label" and home and sab != home:
            return text, "exact"
        if row[TTY] == "FN" and text[-1] == ")":
            return FULLY_SPECIFIED.sub("", text) or text, scope
        return text, scope

    def _equivalents(self, atoms: list[list[str]]) -> list[Equivalent]:
        """Return the codes of the sources: exact where a preferred name bears them, else close."""
        found: dict[str, bool] = {}
        for row in atoms:
            sab, code = row[SAB], row[CODE]
            known = SOURCES.get(sab)
            if known is None:
                self._no_prefix(sab)
                continue
            prefix, form = known
            if prefix == self._rules.prefix or form.fullmatch(code) is None:
                continue  # NLM's own codes (MTHU000001, NOCODE)
            local = code if not code.startswith(f"{prefix}:") and ":" not in code else ""
            curie = f"{prefix}:{local}" if local else f"{prefix}:{code.partition(':')[2]}"
            exact = TERM_TYPES.get(row[TTY]) == "label" or row[TTY] in ("FN", "ACR")
            found[curie] = found.get(curie, False) or exact
        return [
            Equivalent(curie, "skos:exactMatch" if exact else "skos:closeMatch", self._rules.source)
            for curie, exact in found.items()
        ]

    def _no_prefix(self, sab: str) -> None:
        """Count codes of a source that has no prefix here; the first one is shown."""
        if sab in self._unknown:
            self._ledger.counts["unknown-prefix"] += 1
        else:
            self._unknown.add(sab)
            words = f"codes of {sab} have no prefix here; its names are read"
            self._ledger.set_aside("unknown-prefix", f"source {sab}", words)

    def _types_of(self, number: int, atoms: list[list[str]]) -> tuple[str, ...]:
        """Return the semantic types; without a table of them RxNorm's term types say."""
        if self._tables.types is not None:
            mask = 0
            for part in self._tables.types.of(number):
                mask |= part
            if mask not in self._types:
                self._types[mask] = types_of(mask)
            return self._types[mask]
        if not self._rules.home:
            return ()
        own = [row[TTY] for row in atoms if row[SAB] == self._rules.home]
        return FORMS_OF_TTY.get(own[0], ("drug",)) if own else ("drug",)


def _no_cui(ledger: Ledger, name: str, *, line: int, column: int, cui: str) -> None:
    """Set aside a row whose identifier is none."""
    place = f"{name}, line {line}, column {column}"
    ledger.set_aside("bad-curie", place, "expected a concept identifier", cui)
