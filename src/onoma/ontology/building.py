"""Concepts from any reader to a vocabulary folder: the same tables that the core ships.

In: a stream of ``Concept`` (``ontology.reading``), in any order, a concept perhaps several times.
Out: a folder that ``read_vocabulary`` reads, with what was set aside in ``aside.tsv``. Numbers
are packed as they come; texts stay Python strings until the end.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import BadCurie, BadFile, InputError
from onoma.ontology.concept_types import TYPES_OF_PREFIX, fill_types, may_be_untyped
from onoma.ontology.curies import canonical_curie, prefix_of, split_curie
from onoma.ontology.placing import put_in_place
from onoma.ontology.reading import ALL, Ledger
from onoma.ontology.rows import Rows, filled_labels, first_of_each, retired_table, without_repeats
from onoma.ontology.sources import Source
from onoma.ontology.tables import (
    SUFFIX,
    Table,
    numbered,
    pair_table,
    taken,
    write_table,
)
from onoma.types import SCOPES, Concept, Name, type_mask, types_of

MOST_SOURCES = 250  # a store numbers them in a byte
RULES = {"HP": "hpo", "MESH": "mesh", "NCBITaxon": "ncbitaxon", "CVCL": "cellosaurus"}
"""Prefixes whose names the compiler and the guards treat by rules of their own."""

TABLES: dict[str, dict[str, npt.DTypeLike]] = {
    "names": {"concept": np.uint32, "text": str, "scope": np.uint8, "source": str,
              "language": str},
    "parents": {"child": np.uint32, "parent": str},
    "equivalents": {"concept": np.uint32, "curie": str, "predicate": str, "source": str},
    "definitions": {"concept": np.uint32, "text": str},
    "obsolete": {"curie": str, "label": str, "replaced_by": str, "consider": str},
    "former": {"old": str, "new": str},
}  # fmt: skip
CONSIDER = "\n"  # between the CURIEs of ``consider``


@dataclass(frozen=True, slots=True)
class Choices:
    """What whoever adds a vocabulary says of it, where its file does not.

    ``types`` are for concepts without; ``prefix`` for local ids that come without; ``language``
    of the names to keep (by default the file's own). ``own`` makes its names lead among equals.
    """

    id: str
    version: str = ""
    types: tuple[str, ...] = ()
    prefix: str = ""
    language: str = ""
    licence: str = ""
    own: bool = True


@dataclass(frozen=True, slots=True)
class Built:
    """What a vocabulary folder holds; ``aside`` counts by kind what could not be used."""

    folder: Path
    version: str
    concepts: int
    names: int
    parents: int
    equivalents: int
    retired: int
    types: dict[str, int]
    aside: dict[str, int]


def build_vocabulary(
    concepts: Iterable[Concept],
    ledger: Ledger,
    place: Callable[[str], Path],
    *,
    choices: Choices,
    scratch: Path,
    more: Mapping[str, str],
) -> Built:
    """Write a vocabulary folder, whole or not at all, and say what is in it.

    ``place`` tells the folder for the version that the file turns out to have; it is made in
    ``scratch``, on the same disk. ``more`` goes into ``sources.json`` (file, digest, date).
    Raises: BadFile: no usable concept; InputError: a concept whose types nothing tells.
    """
    builder = _Builder(ledger, choices)
    for concept in concepts:
        builder.add(concept)
    scratch.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".", dir=scratch))
    try:
        built = builder.write(work, more)
        folder = place(built.version)
        folder.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return replace(built, folder=folder)


@dataclass(slots=True)
class _Heads:
    """A row per concept."""

    row: dict[str, int] = field(default_factory=dict)
    label: list[str] = field(default_factory=list)
    types: list[int] = field(default_factory=list)


class _Builder:
    """Takes concepts one by one, then writes the tables."""

    def __init__(self, ledger: Ledger, choices: Choices) -> None:
        self._ledger = ledger
        self._choices = choices
        self._heads = _Heads()
        self._rows = {name: Rows(columns) for name, columns in TABLES.items()}
        self._prefixes: dict[str, str] = {}  # own ones: small letters -> as first met
        self._languages: Counter[str] = Counter()

    def add(self, concept: Concept) -> None:
        """Take what is said of a concept."""
        curie = self._curie(concept.curie)
        if curie is None:
            words = "no CURIE; write PREFIX:LOCAL, or give the prefix with --prefix"
            self._ledger.set_aside("bad-curie", concept.curie, words, concept.label)
            return
        if concept.is_obsolete:
            new = concept.replaced_by and self._curie(concept.replaced_by)
            consider = [c for c in map(self._curie, concept.consider) if c]
            self._rows["obsolete"].add(curie, concept.label, new or "", CONSIDER.join(consider))
            return
        row = self._head(curie, concept)
        self._names(row, curie, concept)
        for parent in concept.parents:
            up = self._curie(parent)
            if up is None:
                self._ledger.set_aside("bad-parent", curie, "a parent that is no CURIE", parent)
            elif up != curie:
                self._rows["parents"].add(row, up)
        for equivalent in concept.equivalents:
            said = equivalent.source or self._choices.id
            self._rows["equivalents"].add(row, equivalent.curie, equivalent.predicate, said)
        if concept.definition:
            self._rows["definitions"].add(row, concept.definition)
        for old in filter(None, map(self._curie, concept.former)):
            self._rows["former"].add(old, curie)

    def _curie(self, text: str) -> str | None:
        """Return a CURIE of this vocabulary in one spelling; its prefix may be its own."""
        parts = split_curie(text)
        if parts is None:
            local = text.strip()
            if not self._choices.prefix or not local or ":" in local or " " in local:
                return None
            parts = self._choices.prefix, local
        small = parts[0].lower()
        if small in self._prefixes:
            return f"{self._prefixes[small]}:{parts[1]}"
        try:
            return canonical_curie(":".join(parts))
        except BadCurie:
            self._prefixes[small] = parts[0]
            return ":".join(parts)

    def _head(self, curie: str, concept: Concept) -> int:
        heads = self._heads
        row = heads.row.setdefault(curie, len(heads.label))
        bits = type_mask(concept.types)
        if row == len(heads.label):
            heads.label.append(concept.label)
            heads.types.append(bits)
            return row
        heads.label[row] = heads.label[row] or concept.label
        heads.types[row] |= bits
        return row

    def _names(self, row: int, curie: str, concept: Concept) -> None:
        own, ours = concept.label.strip(), self._heads.label[row].strip()
        if own:
            said = [n for n in concept.names if n.text.strip() == own]
            name = said[0] if said else Name(own, "label", language=self._ledger.language)
            self._name(row, curie, replace(name, scope="label" if own == ours else "exact"))
        for name in concept.names:
            is_second = name.scope == "label" and name.text.strip() != ours
            self._name(row, curie, replace(name, scope="exact") if is_second else name)

    def _name(self, row: int, curie: str, name: Name) -> None:
        text, scope = name.text.strip(), name.scope
        if not any(map(str.isalnum, text)):
            if text:
                words = "a name without letter or digit"
                self._ledger.set_aside("bad-name", curie, words, text)
            return
        if scope not in SCOPES:
            self._ledger.set_aside("bad-scope", curie, "not one of " + ", ".join(SCOPES), scope)
            scope = "exact"
        self._languages[name.language] += 1
        source = self._source(name.source, curie)
        self._rows["names"].add(row, text, SCOPES.index(scope), source, name.language)

    def _source(self, given: str, curie: str) -> str:
        """Return the name of a name's source; in one's own vocabulary the id leads (``mine:hpo``).

        Rules that hold for a source of the core (``RULES``) hold for its concepts from elsewhere.
        """
        own = self._choices.id
        kind = given if given not in ("", own, self._ledger.name) else RULES.get(prefix_of(curie))
        if kind is None:
            return own
        return f"{own}:{kind}" if self._choices.own else kind

    def write(self, work: Path, more: Mapping[str, str]) -> Built:
        """Write all tables and return what they hold."""
        heads, ledger = self._heads, self._ledger
        if not heads.row:
            raise BadFile(
                "no usable concept was found" + _shown(ledger.counts),
                hint="is it the right --format? local ids without a prefix need --prefix",
            )
        names = self._kept_names()
        labels = filled_labels(heads.label, list(heads.row), names)
        parents, outside = self._parents()
        bits = self._types(labels, parents, outside)
        equivalents = self._equivalents()
        obsolete = self._rows["obsolete"].table()
        retired = retired_table(obsolete, self._rows["former"].table(), heads.row)
        curies = list(heads.row)
        tables = {
            "concepts": Table(
                {
                    "curie": curies,
                    "label": labels,
                    "types": bits,
                    "source": [self._choices.id] * len(curies),
                }
            ),
            "names": names,
            "parents": parents,
            "parents_outside": outside,
            "equivalents": equivalents,
            "retired": retired,
            "obsolete": obsolete,
            "definitions": first_of_each(self._rows["definitions"].table()),
            "annotations": Table({"subject": [], "object": []}),
        }
        for name, table in tables.items():
            write_table(work / f"{name}{SUFFIX}", table)
        _write_aside(work / "aside.tsv", ledger)
        version = self._choices.version or ledger.version or more.get("added", "1")[:10]
        self._write_sources(work, version=version, tables=tables, more=more)
        counted = Counter(bits.tolist())
        by_type: Counter[str] = Counter()
        for mask, count in counted.items():
            by_type.update(dict.fromkeys(types_of(mask) or ("none",), count))
        return Built(
            folder=work,
            version=version,
            concepts=len(curies),
            names=len(names),
            parents=len(parents) + len(outside),
            equivalents=len(equivalents),
            retired=len(retired),
            types=dict(by_type.most_common()),
            aside={kind: n for kind, n in ledger.counts.most_common() if n},
        )

    def _kept_names(self) -> Table:
        """Return the names of the language asked for, each (concept, text) once, best scope first.

        Without ``--language``: the file's language, or the one of most names where it has none;
        with ``all``: all of them.
        """
        table = self._rows["names"].table()
        said = self._languages
        wanted = self._choices.language or self._ledger.language
        is_every = wanted == ALL
        if said and not is_every and wanted not in said and self._choices.language:
            known = ", ".join(sorted(said))
            raise InputError(f"no name is in the language {wanted!r}", hint=f"there are: {known}")
        if said and (is_every or wanted not in said):
            wanted = said.most_common(1)[0][0]
        if len(said) > 1 and not is_every:
            table = table.where(np.array([one == wanted for one in table.texts("language")]))
            for language, count in said.items():
                if language != wanted:
                    self._ledger.counts[f"language-{language}"] += count
        self._ledger.language = wanted
        table = without_repeats(table.only("concept", "text", "scope", "source"))
        if len(set(table.texts("source"))) > MOST_SOURCES:
            return table.replaced(source=[self._choices.id] * len(table))
        return table

    def _parents(self) -> tuple[Table, Table]:
        """Return the pairs inside the vocabulary as rows, and those that lead out of it."""
        table = self._rows["parents"].table()
        rows = (self._heads.row.get(curie, -1) for curie in table.texts("parent"))
        target = np.fromiter(rows, np.int64, len(table))
        child = table.numbers("child").astype(np.int64)
        pairs = np.unique((child << 32 | target)[target >= 0])
        return pair_table(pairs), table.where(target < 0)

    def _types(
        self, labels: Sequence[str], parents: Table, outside: Table
    ) -> npt.NDArray[np.uint32]:
        """Return the types of all concepts.

        Raises: InputError: a concept has none, and nothing says that it should not.
        """
        types = np.array(self._heads.types, np.uint32)
        if self._choices.types:
            types[types == 0] = type_mask(self._choices.types)
            return types
        curies = list(self._heads.row)
        above: dict[int, int] = {}
        for child, up in outside.rows("child", "parent"):
            above[child] = above.get(child, 0) | TYPES_OF_PREFIX.get(prefix_of(up), 0)
        fill_types(
            types, curies, labels,
            child=parents.numbers("child").astype(np.int64),
            parent=parents.numbers("parent").astype(np.int64), outside=above,
        )  # fmt: skip
        said = np.array(self._heads.types, np.uint32)
        nameless = np.array([one == other for one, other in zip(labels, curies, strict=True)])
        types[nameless & (said == 0)] = 0  # defined or mapped here, named by another vocabulary
        bare = [curies[row] for row in np.flatnonzero((types == 0) & ~nameless).tolist()]
        bare = [curie for curie in bare if not may_be_untyped(curie)]
        if bare:
            raise InputError(
                f"{len(bare)} of {len(curies)} concepts have no semantic type: "
                + ", ".join(bare[:5]) + (", ..." if len(bare) > 5 else ""),
                hint="say what they are, as in --types disease",
            )  # fmt: skip
        return types

    def _equivalents(self) -> Table:
        """Return the mappings in one spelling; those with an unknown prefix are set aside."""
        table = self._rows["equivalents"].table()
        curies = list(self._heads.row)
        used = {prefix_of(one) for one in curies}
        own = tuple(prefix for prefix in self._prefixes.values() if prefix in used)
        spellings, spelt = numbered(table.texts("curie"))
        number: dict[str, int] = {}  # spellings of one CURIE have one number
        wrong: dict[int, tuple[str, str]] = {}
        codes = np.full(len(spellings), -1, np.int64)
        for place, text in enumerate(spellings):
            try:
                codes[place] = number.setdefault(canonical_curie(text, own=own), len(number))
            except BadCurie as error:
                kind = "bad-curie" if split_curie(text) is None else "unknown-prefix"
                wrong[place] = kind, error.message
        target, concept = codes[spelt], table.numbers("concept").astype(np.int64)
        for row in np.flatnonzero(target < 0).tolist():
            kind, words = wrong[int(spelt[row])]
            self._ledger.set_aside(kind, curies[concept[row]], words, spellings[spelt[row]])
        itself = np.array([self._heads.row.get(one, -1) for one in number], np.int64)
        good = np.flatnonzero(target >= 0)
        good = good[itself[target[good]] != concept[good]]
        _, first = np.unique((concept[good] << 32) | target[good], return_index=True)
        good = good[first]
        return table.take(good).replaced(curie=taken(list(number), target[good]))

    def _write_sources(
        self, work: Path, *, version: str, tables: dict[str, Table], more: Mapping[str, str]
    ) -> None:
        ledger, choices = self._ledger, self._choices
        source = Source(
            name=ledger.name or choices.id,
            version=version,
            licence=choices.licence or ledger.licence or "not stated",
            notice="",
            concepts=len(tables["concepts"]),
            names=len(tables["names"]),
        )
        record = {
            "version": f"{choices.id}@{version}",
            "sources": [asdict(source) | {"key": choices.id, **more}],
            "own": choices.own,
            "language": ledger.language,
            "aside": dict(ledger.counts),
        }
        words = json.dumps(record, ensure_ascii=False, indent=1)
        (work / "sources.json").write_text(words, encoding="utf-8")


def _shown(counts: Counter[str]) -> str:
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.most_common(5))
    return f" (set aside: {listed})" if listed else ""


def _write_aside(path: Path, ledger: Ledger) -> None:
    """Write what was set aside, one line each: kind, place, words, text."""
    with path.open("w", encoding="utf-8") as file:
        file.write("kind\tplace\twords\ttext\n")
        for one in ledger.aside:
            cells = (one.kind, one.place, one.words, one.text)
            file.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")
