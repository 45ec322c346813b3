"""Code lists with texts that people coded, for ``coding.py``: read in place, in parts.

Every task has a code list with definitions, a pool that examples are drawn from, texts that
constants were tuned on, and texts that are reported. The parts share no concept (names,
definitions), document (sentences) or row (sections).

The three of the Human Phenotype Ontology are a branch held out: codes are the children of
"Phenotypic abnormality", texts are definitions and names of concepts that were kept from the
encoder's training with all they are called (``data/eval/held_out.txt``), and sentences of GSC+ and
ID-68 by what is annotated in them. Note sections (MTS-Dialog) and hallmarks of cancer (HoC) are
lists of which the encoder's training knew nothing; their definitions (``code_lists/``) were written
for this benchmark and not changed after the first run.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import PHENOTYPE_ROOT, SETS, shared_file
from onoma.eval.gold_texts import read_hoc
from onoma.link.coding import Code, CodeList, read_codes
from onoma.ontology.readers.obo import read_obo
from onoma.ontology.reading import Ledger
from onoma.text.sentences import sentences
from onoma.types import Concept

MOST = 400  # texts of a part
LEAST_ROWS = 15  # sections of a header that counts
HELD_OUT = Path(__file__).parent.parent / "src" / "onoma" / "data" / "eval" / "held_out.txt"

Mark = tuple[str, int, int]  # a code, and where a mention in the text speaks for it
LISTS = Path(__file__).parent / "code_lists"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its codes, the unit that it comes from, and the mentions that speak for codes."""

    text: str
    gold: frozenset[str]
    unit: str
    spans: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A code list with the texts of its parts; ``every`` holds those of any number of codes."""

    name: str
    words: str
    codes: CodeList
    pool: dict[str, tuple[str, ...]]
    tune: tuple[Text, ...]
    report: tuple[Text, ...]
    every: tuple[Text, ...] = ()

    def with_examples(self, count: int, seed: int) -> CodeList:
        """Return the list with so many examples drawn for each code, as far as there are."""
        rng = random.Random(seed)  # noqa: S311 - a draw, no secret
        drawn = {
            one.code: rng.sample(own, min(count, len(own)))
            for one in self.codes.codes
            for own in [sorted(set(self.pool.get(one.code, ())))]
        }
        return self.codes.with_examples(drawn)


def part_of(unit: str) -> int:
    """Return 0 for the pool of examples, 1 for tuning, 2 for the report."""
    return zlib.crc32(f"{unit}x".encode()) % 3


def few(texts: Sequence[Text]) -> tuple[Text, ...]:
    """Return no more texts than a part holds."""
    rng = random.Random(5)  # noqa: S311 - a draw, no secret
    return tuple(rng.sample(list(texts), min(MOST, len(texts))))


def in_parts(name: str, words: str, codes: CodeList, texts: Sequence[Text]) -> Task:
    """Return a task of texts in parts by their units; those of one code alone are scored."""
    single = [one for one in texts if len(one.gold) == 1]
    pool: dict[str, list[str]] = defaultdict(list)
    for one in single:
        if part_of(one.unit) == 0:
            pool[next(iter(one.gold))].append(one.text)
    tune, report = (few([t for t in single if part_of(t.unit) == number]) for number in (1, 2))
    every = tuple(one for one in texts if part_of(one.unit) == 2)
    return Task(name, words, codes, {k: tuple(v) for k, v in pool.items()}, tune, report, every)


class Phenotypes:
    """The ontology with what each concept is below of."""

    def __init__(self) -> None:
        """Read it."""
        path = shared_file("data/ontologies/hp.obo.gz")
        every = {one.curie: one for one in read_obo(path, Ledger()) if not one.is_obsolete}
        children: dict[str, list[str]] = defaultdict(list)
        for one in every.values():
            for parent in one.parents:
                children[parent].append(one.curie)
        self.concepts = every
        self.former = {old: one.curie for one in every.values() for old in one.former}
        self.systems = sorted(children[PHENOTYPE_ROOT])
        self.above: dict[str, set[str]] = defaultdict(set)
        for system in self.systems:
            layer = [system]
            while layer:
                one = layer.pop()
                if system not in self.above[one]:
                    self.above[one].add(system)
                    layer += children[one]

    def code_list(self) -> CodeList:
        """Return the systems as codes."""
        return CodeList(
            "HPO systems",
            tuple(
                Code(one, self.concepts[one].label, self.concepts[one].definition or "",
                     synonyms=exact_names(self.concepts[one]))
                for one in self.systems
            ),
        )  # fmt: skip

    def task(self, name: str, words: str, texts_of: Callable[[Concept], list[str]]) -> Task:
        """Return the task of texts of concepts: those held out are coded, others are examples."""
        held = set(HELD_OUT.read_text(encoding="utf-8").split())
        pool: dict[str, list[str]] = defaultdict(list)
        parts: tuple[list[Text], list[Text]] = ([], [])
        for curie in sorted(self.above):
            systems = frozenset(self.above[curie])
            if len(systems) != 1 or curie in self.systems:
                continue
            for text in texts_of(self.concepts[curie]):
                if curie in held:
                    parts[zlib.crc32(curie.encode()) % 2].append(Text(text, systems, curie))
                else:
                    pool[next(iter(systems))].append(text)
        every = {code: tuple(texts) for code, texts in pool.items()}
        return Task(name, words, self.code_list(), every, few(parts[0]), few(parts[1]))

    def sentences(self) -> list[Text]:
        """Return the sentences of GSC+ and ID-68 with the systems of what is annotated."""
        out = []
        for name in ("hpo-gscplus", "hpo-id68"):
            for document in SETS[name].documents():
                found = [
                    (system, m.start, m.end)
                    for m in document.mentions
                    for system in sorted(self.above.get(self.current(m.ids), ()))
                ]
                for one in sentences(document.text):
                    own = tuple(
                        (system, start - one.start, end - one.start)
                        for system, start, end in found
                        if one.start <= start < one.end
                    )
                    text = document.text[one.start : one.end]
                    out.append(Text(text, frozenset(s for s, _, _ in own), document.id, own))
        return out

    def current(self, given: str) -> str:
        """Return today's CURIE of an annotation."""
        curie = given.strip().replace("_", ":")
        return self.former.get(curie, curie)


def exact_names(concept: Concept) -> tuple[str, ...]:
    """Return the exact synonyms of a concept."""
    found = (name.text for name in concept.names if name.scope in ("exact", "layperson"))
    return tuple(text for text in dict.fromkeys(found) if text != concept.label)


def note_sections() -> Task:
    """Return sections of visit notes with their header, headers of some sections or more."""
    rows = []
    for name in ("Training", "Validation"):
        path = shared_file(f"data/mts-dialog/MTS-Dialog-{name}Set.csv.gz")
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        rows += [
            Text(
                row["section_text"].strip(), frozenset([row["section_header"]]), name[0] + row["ID"]
            )
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]
    once = list({row.text: row for row in reversed(rows)}.values())[::-1]
    counts = Counter(next(iter(row.gold)) for row in once)
    listed = read_codes(LISTS / "note_sections.tsv").codes
    codes = CodeList("note sections", tuple(c for c in listed if counts[c.code] >= LEAST_ROWS))
    kept = {one.code for one in codes.codes}
    return in_parts(
        "note section", "section of a visit note to its header; MTS-Dialog, CC BY 4.0", codes,
        [row for row in once if row.gold <= kept],
    )  # fmt: skip


def hallmarks() -> Task:
    """Return sentences of abstracts with the hallmark of cancer that they show."""
    texts = [
        Text(item.text, item.gold, item.id.partition("#")[0])
        for item in read_hoc(shared_file("data/hoc/hoc-60pct.tar.xz"), {})
    ]
    words = "sentence of an abstract to its hallmark of cancer; HoC, GPL-3.0 (measured only)"
    return in_parts("hallmark", words, read_codes(LISTS / "hallmarks.tsv"), texts)


def all_tasks() -> list[Task]:
    """Return every task."""
    ontology = Phenotypes()
    return [
        ontology.task(
            "HPO definition", "definition of a held-out concept to its organ system; HPO licence",
            lambda one: [one.definition] if one.definition else [],
        ),
        ontology.task(
            "HPO name", "name of a held-out concept to its organ system; HPO licence",
            lambda one: list(dict.fromkeys([one.label, *exact_names(one)])),
        ),
        in_parts(
            "HPO sentence",
            "sentence of an abstract or note to the system of what it names; GSC+, ID-68",
            ontology.code_list(), ontology.sentences(),
        ),
        note_sections(),
        hallmarks(),
    ]  # fmt: skip
