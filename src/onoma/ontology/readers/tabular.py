"""Plain tables and JSON lines: a user's own vocabulary in the simplest form.

A table has a header line whose columns are known by their usual names (``curie``, ``name`` ...), or
none: then its columns are CURIE, name, scope, type. One concept may have many rows; the first name
is its label unless a scope says otherwise. JSON lines hold one concept each, with the fields of
``Concept``. What does not fit goes to the ledger with line, column and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.ontology.iris import known_curie
from onoma.ontology.readers.cells import join_quoted, sniff_delimiter, split_line
from onoma.ontology.readers.drafts import MATCHES, Draft, Spelling, shown, stem_of
from onoma.ontology.readers.lines import iter_lines
from onoma.ontology.reading import Ledger
from onoma.types import SCOPES, SEMANTIC_TYPES, Concept, Equivalent, Name

COLUMNS: dict[str, tuple[str, ...]] = {
    "curie": ("curie", "id", "identifier", "concept", "concept_id", "concept_curie", "term_id",
              "class_id", "code", "subject_id", "uri", "iri"),
    "name": ("name", "label", "term", "text", "title", "preferred_label", "preferred_name",
             "preferred_term", "pref_label", "preflabel", "translation_value", "synonym_text"),
    "scope": ("scope", "name_scope", "synonym_scope", "predicate_id", "name_type"),
    "type": ("type", "types", "semantic_type", "semantic_types", "category"),
    "parent": ("parent", "parents", "parent_id", "parent_ids", "is_a", "subclassof", "sub_class_of",
               "broader"),
    "language": ("language", "lang", "translation_language"),
    "definition": ("definition", "def", "description"),
    "synonym": ("synonym", "synonyms", "alias", "aliases", "alt_label", "alt_labels", "altlabel",
                "exact_synonyms", "alternative_names"),
    "xref": ("xref", "xrefs", "dbxrefs", "equivalent", "equivalents", "cross_references",
             "mappings"),
    "replaced_by": ("replaced_by",),
    "obsolete": ("obsolete", "is_obsolete", "deprecated"),
    "former": ("former", "alt_id", "alt_ids", "former_ids"),
}  # fmt: skip
"""What a column may be called, in small letters with ``_`` for spaces and hyphens."""

SCOPE_WORDS: dict[str, str] = {
    **{scope: scope for scope in SCOPES},
    "preferred": "label", "preferred_name": "label", "pref": "label", "preflabel": "label",
    "prefterm": "label", "name": "label", "synonym": "exact", "alias": "exact",
    "altlabel": "exact", "hiddenlabel": "related", "hasexactsynonym": "exact",
    "hasbroadsynonym": "broad", "hasnarrowsynonym": "narrow", "hasrelatedsynonym": "related",
    "hassynonym": "related", "lay": "layperson", "consumer": "layperson", "acronym": "abbreviation",
    "short": "abbreviation", "symbol": "exact",
}  # fmt: skip

_HEADERLESS = ("curie", "name", "scope", "type")
_TRUE = frozenset({"true", "1", "yes", "y", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "f", ""})


def read_table(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the concepts of a TSV or CSV file, rows that follow each other joined.

    The delimiter is found in the first line. Raises: BadFile: the file cannot be read, or its first
    line is neither a header with a column for CURIEs nor a CURIE and a name.
    """
    return _Table(path.name, ledger).read(iter_lines(path, ledger))


def read_jsonl(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the concepts of a file with one JSON object a line.

    Raises: BadFile: the file cannot be read, or no line of it is a JSON object.
    """
    reading = _Records(path.name, ledger)
    good = 0
    for number, line in iter_lines(path, ledger):
        if not line.strip():
            continue
        place = f"{path.name}, line {number}"
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            where = f"{place}, column {getattr(error, 'colno', 1)}"
            ledger.set_aside("bad-line", where, f"JSON is expected: {error.msg}", line)
            continue
        if not isinstance(record, dict):
            ledger.set_aside("bad-line", place, "a JSON object is expected", line)
            continue
        good += 1
        if (concept := reading.concept(record, place)) is not None:
            yield concept
    if not good:
        raise BadFile(f"{path.name}: no line is a JSON object", hint="one concept a line, as JSON")


@dataclass(frozen=True, slots=True)
class _Value:
    """A value with where it stands and what it says, for the ledger."""

    text: str
    place: str


class _Taking:
    """What tables and JSON lines have in common: values into drafts."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._spelling = Spelling()
        ledger.name = ledger.name or stem_of(name)

    def _aside(self, kind: str, value: _Value, words: str) -> None:
        self._ledger.set_aside(kind, value.place, words, value.text)

    def _own(self, value: _Value) -> str | None:
        """Return the CURIE of a concept; a bare local id stands as it is (see ``--prefix``)."""
        text = value.text.strip()
        curie = self._spelling.own(text)
        if curie is None and text and ":" not in text and " " not in text:
            curie = text
        if curie is None:
            self._aside("bad-curie", value, "PREFIX:LOCAL is expected")
        return curie

    def _take_name(self, draft: Draft, value: _Value, scope: str, language: str = "") -> None:
        text = " ".join(value.text.split())
        if not text:
            return
        language = language.strip().lower() or self._ledger.language
        if scope == "label" and not draft.label and not draft.labels:
            draft.label, draft.language = text, language
        elif text != draft.label or language != draft.language:  # many rows repeat the label
            draft.names.append(Name(text, scope, self._ledger.name, language))

    def _scope(self, value: _Value) -> str:
        """Return our word for a scope; an unknown one is told and means ``related``."""
        word = value.text.strip().rpartition(":")[2].rpartition("#")[2].lower().replace(" ", "_")
        scope = SCOPE_WORDS.get(word)
        if scope is None:
            words = f"a scope is one of {', '.join(SCOPES)}; 'related' is taken"
            self._aside("bad-scope", value, words)
        return scope or "related"

    def _take_type(self, draft: Draft, value: _Value) -> None:
        for word in value.text.replace(",", "|").replace(";", "|").split("|"):
            name = word.strip().lower().replace(" ", "_").replace("-", "_")
            if name in SEMANTIC_TYPES:
                draft.types = tuple(dict.fromkeys((*draft.types, name)))
            elif name:
                words = f"a type is one of {', '.join(SEMANTIC_TYPES)}"
                self._aside("bad-type", value, words)

    def _take_parent(self, draft: Draft, value: _Value) -> None:
        if (curie := self._own(value)) is not None:
            draft.parents.append(curie)

    def _take_former(self, draft: Draft, value: _Value) -> None:
        if (curie := self._own(value)) is not None:
            draft.former.append(curie)

    def _take_replaced(self, draft: Draft, value: _Value) -> None:
        if (curie := self._own(value)) is not None:
            draft.replaced_by = curie

    def _take_equivalent(self, draft: Draft, value: _Value, predicate: str, source: str) -> None:
        text = value.text.strip()
        curie = self._spelling.known(text)
        if curie is not None:
            said = source or self._ledger.name
            draft.equivalents.append(Equivalent(curie, predicate, said))
        elif self._spelling.is_curie(text):
            self._aside("unknown-prefix", value, "the prefix is in no table")
        else:
            self._aside("bad-curie", value, "PREFIX:LOCAL is expected")

    def _take_obsolete(self, draft: Draft, value: _Value) -> None:
        word = value.text.strip().lower()
        if word in _TRUE:
            draft.is_obsolete = True
        elif word not in _FALSE:
            self._aside("bad-line", value, "true or false is expected")


class _Table(_Taking):
    """The reading of one table."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        super().__init__(name, ledger)
        self._columns: list[str] = []  # what each means; empty: not read
        self._heads: list[str] = []  # what each is called
        self._prefix = ""  # of bare ids under a column such as mesh_id
        self._delimiter = "\t"
        self._labelled: set[str] = set()  # CURIEs that have their label

    def read(self, lines: Iterator[tuple[int, str]]) -> Iterator[Concept]:
        source = self._begin(lines)
        if self._delimiter != "\t":
            source = join_quoted(source, self._delimiter, name=self._name, ledger=self._ledger)
        draft: Draft | None = None
        for number, line in source:
            if not line.strip() or line[0] == "#":
                continue
            row = split_line(line, self._delimiter)
            place = f"{self._name}, line {number}"
            if len(row) > len(self._columns) and any(
                cell.strip() for cell in row[len(self._columns) :]
            ):
                words = f"at most {len(self._columns)} cells are expected, {len(row)} are here"
                self._ledger.set_aside("bad-line", place, words, line)
                continue
            values = self._values(row, place)
            curie = self._curie(values, (number, line))
            if curie is None:
                continue
            if draft is None or draft.curie != curie:
                if draft is not None:
                    yield draft.concept(self._ledger)
                draft = Draft(curie, place)
            self._take(draft, values)
        if draft is not None:
            yield draft.concept(self._ledger)

    def _begin(self, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Take the header, if there is one; return the lines of the body."""
        for number, line in lines:
            text = line.removeprefix("#") if line[:1] == "#" else line
            if not text.strip():
                continue
            self._delimiter = sniff_delimiter(text)
            cells = [cell.strip() for cell in split_line(text, self._delimiter)]
            self._columns = columns_of(cells)
            if "curie" in self._columns:
                self._heads = cells
                head = cells[self._columns.index("curie")].lower()
                if head.endswith("_id") and (known := self._spelling.known(f"{head[:-3]}:1")):
                    self._prefix = known.partition(":")[0]
                return lines
            if line[0] == "#":
                continue
            if len(cells) >= 2 and self._spelling.own(cells[0]) and cells[1]:
                self._heads = self._columns = list(_HEADERLESS[: max(2, min(4, len(cells)))])
                return _chained((number, line), lines)
            shown = ", ".join(cells)[:80]
            raise BadFile(
                f"{self._name}, line {number}: neither a header with a column for CURIEs nor a "
                f"CURIE and a name: {shown!r}",
                hint="begin the file with the line: curie<TAB>name",
            )
        raise BadFile(f"{self._name}: no line in it", hint="write: curie<TAB>name, then the rows")

    def _values(self, row: Sequence[str], place: str) -> list[tuple[str, _Value]]:
        """Return the cells that are read, with what they mean."""
        found = []
        for column, cell in enumerate(row[: len(self._columns)]):
            if self._columns[column] and cell and not cell.isspace():
                where = f"{place}, column {column + 1} ({self._heads[column]})"
                found.append((self._columns[column], _Value(cell, where)))
        return found

    def _curie(self, values: list[tuple[str, _Value]], at: tuple[int, str]) -> str | None:
        number, line = at
        place = f"{self._name}, line {number}"
        value = next((value for what, value in values if what == "curie"), None)
        if value is None:
            self._ledger.set_aside("bad-line", place, "a CURIE is expected", line)
            return None
        text = value.text.strip()
        if text == "ID" and number > 1:  # ROBOT's second header line
            self._ledger.set_aside("bad-line", place, "a CURIE is expected, not a template", line)
            return None
        if self._prefix and ":" not in text:
            return self._own(_Value(f"{self._prefix}:{text}", value.place))
        return self._own(value)

    def _take(self, draft: Draft, values: list[tuple[str, _Value]]) -> None:
        """Take one row."""
        scope = language = ""
        for what, value in values:
            if what == "scope":
                scope = self._scope(value)
                if scope == "label":
                    self._labelled.add(draft.curie)
            elif what == "language":
                language = value.text
        for what, value in values:
            if what == "name":
                self._take_name(draft, value, scope or self._implied(draft.curie), language)
            elif what == "definition":
                draft.definition = draft.definition or " ".join(value.text.split())
            elif what in _ROW_TAKERS:
                _ROW_TAKERS[what](self, draft, value)
            elif what not in ("curie", "scope", "language"):
                for part in value.text.split("|"):
                    if part.strip():
                        self._take_part(draft, what, _Value(part.strip(), value.place), language)

    def _take_part(self, draft: Draft, what: str, value: _Value, language: str) -> None:
        if what == "synonym":
            self._take_name(draft, value, "exact", language)
        elif what == "parent":
            self._take_parent(draft, value)
        elif what == "former":
            self._take_former(draft, value)
        else:
            self._take_equivalent(draft, value, MATCHES["hasDbXref"], "")

    def _implied(self, curie: str) -> str:
        """Return the scope of a name that comes without: the first one is the label."""
        if curie in self._labelled:
            return "exact"
        self._labelled.add(curie)
        return "label"


_ROW_TAKERS: dict[str, Callable[[_Table, Draft, _Value], None]] = {
    "type": _Table._take_type,
    "replaced_by": _Table._take_replaced,
    "obsolete": _Table._take_obsolete,
}


def columns_of(cells: Sequence[str]) -> list[str]:
    """Return what each column of a header means, empty for one that is not read.

    A column such as ``mesh_id`` is taken for the CURIE where no other is, with ``mesh_name``.
    """
    heads = [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells]
    columns = [""] * len(heads)
    for what, words in COLUMNS.items():
        for word in words:  # the first word that is there; others have another meaning then
            if word in heads and not columns[heads.index(word)]:
                columns[heads.index(word)] = what
                break
    for place, head in enumerate(heads):
        stem = head.removesuffix("_id")
        is_id = stem != head and (f"{stem}_name" in heads or known_curie(f"{stem}:1") is not None)
        if "curie" in columns or not is_id or columns[place]:
            continue
        columns[place] = "curie"
        if "name" not in columns and f"{stem}_name" in heads:
            columns[heads.index(f"{stem}_name")] = "name"
    return columns


def _chained(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from rest


class _Records(_Taking):
    """The reading of JSON lines."""

    def concept(self, record: dict[str, Any], place: str) -> Concept | None:
        """Return the concept of an object, None if it has no id."""
        name = record.get("curie", record.get("id"))
        if not isinstance(name, str) or not name.strip():
            self._ledger.set_aside(
                "bad-line", place, "a field 'curie' with a string", shown(record)
            )
            return None
        curie = self._own(_Value(name, f"{place}, curie"))
        if curie is None:
            return None
        draft = Draft(curie, place)
        language = record.get("language")
        language = language if isinstance(language, str) else ""
        label = record.get("label", record.get("name"))
        if isinstance(label, str):
            self._take_name(draft, _Value(label, f"{place}, label"), "label", language)
        elif label is not None:
            self._wrong("label", "a string", label, place)
        for key, value in record.items():
            if key in _FIELDS:
                _FIELDS[key](self, draft, value, f"{place}, {key}", language)
            elif key not in ("curie", "id", "label", "name", "language"):
                self._ledger.set_aside(
                    "unknown-field", f"{place}, {key}", "no such field", shown(value)
                )
        if not draft.label and not draft.is_obsolete:
            self._ledger.set_aside("no-label", place, "a field 'label' with a string", curie)
        return draft.concept(self._ledger)

    def _wrong(self, field: str, expected: str, value: object, place: str) -> None:
        self._ledger.set_aside(
            "bad-line", f"{place}, {field}", f"{expected} is expected", shown(value)
        )

    def _strings(self, value: object, place: str) -> Iterator[_Value]:
        """Yield the strings of a string or list."""
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                if item.strip():
                    yield _Value(item, place)
            elif item is not None:
                self._ledger.set_aside("bad-line", place, "a string is expected", shown(item))

    def _objects(self, value: object, place: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list, strings as objects with a ``text``."""
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield {"text": item}
            elif isinstance(item, dict):
                yield item
            elif item is not None:
                words = "a string or an object is expected"
                self._ledger.set_aside("bad-line", place, words, shown(item))

    def take_names(self, draft: Draft, value: object, place: str, language: str) -> None:
        """Take names given as strings or as objects with text, scope, language."""
        for item in self._objects(value, place):
            text = item.get("text", item.get("name", item.get("label")))
            if not isinstance(text, str):
                self._ledger.set_aside("bad-line", place, "a name has a 'text'", shown(item))
                continue
            scope, own = item.get("scope", "exact"), item.get("language", language)
            spelt = self._scope(_Value(shown(scope), place))
            self._take_name(draft, _Value(text, place), spelt, own if isinstance(own, str) else "")

    def take_types(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take one type or several."""
        for item in self._strings(value, place):
            self._take_type(draft, item)

    def take_parents(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take the CURIEs of parents."""
        for item in self._strings(value, place):
            self._take_parent(draft, item)

    def take_former(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take retired ids."""
        for item in self._strings(value, place):
            self._take_former(draft, item)

    def take_consider(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take the CURIEs of those that may replace an obsolete concept."""
        for item in self._strings(value, place):
            if (curie := self._own(item)) is not None:
                draft.consider.append(curie)

    def take_replaced(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take the CURIE that replaces this one."""
        for item in self._strings(value, place):
            self._take_replaced(draft, item)

    def take_definition(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take the definition."""
        for item in self._strings(value, place):
            draft.definition = draft.definition or " ".join(item.text.split())

    def take_obsolete(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take whether it is obsolete."""
        if not isinstance(value, bool):
            self._ledger.set_aside("bad-line", place, "true or false is expected", shown(value))
        draft.is_obsolete = value is True

    def take_equivalents(self, draft: Draft, value: object, place: str, _: str) -> None:
        """Take equivalents given as CURIEs or as objects with curie, predicate, source."""
        for item in self._objects(value, place):
            curie = item.get("curie", item.get("id", item.get("text")))
            predicate, source = item.get("predicate", "skos:exactMatch"), item.get("source", "")
            if not isinstance(curie, str) or not isinstance(predicate, str):
                self._ledger.set_aside(
                    "bad-line", place, "an equivalent has a 'curie'", shown(item)
                )
                continue
            if "curie" not in item and "predicate" not in item:
                predicate = MATCHES["hasDbXref"]  # a bare CURIE says only that there is a link
            source = source if isinstance(source, str) else ""
            predicate = MATCHES.get(predicate, predicate)
            self._take_equivalent(draft, _Value(curie, place), predicate, source)


_FIELDS: dict[str, Callable[[_Records, Draft, object, str, str], None]] = {
    "names": _Records.take_names,
    "synonyms": _Records.take_names,
    "type": _Records.take_types,
    "types": _Records.take_types,
    "parent": _Records.take_parents,
    "parents": _Records.take_parents,
    "definition": _Records.take_definition,
    "equivalents": _Records.take_equivalents,
    "xrefs": _Records.take_equivalents,
    "replaced_by": _Records.take_replaced,
    "consider": _Records.take_consider,
    "former": _Records.take_former,
    "is_obsolete": _Records.take_obsolete,
    "obsolete": _Records.take_obsolete,
}
