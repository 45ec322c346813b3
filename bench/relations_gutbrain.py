"""GutBrainIE from text alone: texts with labels, and relations between them, all found.

    python bench/relations_gutbrain.py [--out bench/results/relations_gutbrain.md]

Scored as the task's ternary mention-based relations: lower-case text and label of both ends and the
predicate, once a document. Mentions by the tagger's heads for the corpus; the heads lay some labels
together (chemical, drug and dietary supplement; bacteria and microbiome) and know nothing of human,
animal and gene: there the strings of the training part say it, those that are marked in at least
half of the places where they stand. Baselines: those strings alone as mentions; trigger rules; each
pair of labels under its commonest predicate. The dev part is the platinum one of 111 abstracts.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onoma.eval.relation_corpora import read_relation_corpus
from onoma.formats.type_words import semantic_type
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.relate.gold import GoldText
from onoma.relate.instances import Entity, Relater, RelationText, Tie
from onoma.relate.reader import load_reader
from onoma.relate.systems import Lesson
from onoma.relate.systems.cooccurrence import make as make_cooccurrence
from onoma.relate.systems.triggers import make as make_triggers
from onoma.types import Document, Span
from relations_end_to_end import COLUMNS, Facts, score
from report import Table, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
TASK = "gutbrainie"
HEADS = {
    "Disease": ("DDF",),
    "Chemical": ("chemical", "drug", "dietary supplement"),
    "Bacteria": ("bacteria", "microbiome"),
    "Anatomy": ("anatomical location",),
    "Food": ("food",),
    "biomedical technique": ("biomedical technique",),
    "statistical technique": ("statistical technique",),
}
"""The labels that each head of the tagger lays together, the commonest first."""
WORD = re.compile(r"\w+")
LEAST = 0.5  # share of a string's places that are marked


@dataclass(frozen=True, slots=True)
class Strings:
    """Strings of the training part, in small letters, with the label that each has most often."""

    labels: Mapping[str, str]

    @classmethod
    def of(cls, texts: Sequence[GoldText]) -> Strings:
        """Return those that are marked in at least half of their places."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for one in texts:
            for entity in one.text.entities:
                for start, end in entity.spans:
                    counts[one.text.text[start:end].lower()][entity.word] += 1
        stands: Counter[str] = Counter()
        longest = _longest(counts)
        for one in texts:
            for span in _runs(one.text.text, longest):
                name = one.text.text[slice(*span)].lower()
                stands[name] += name in counts
        kept = {
            name: marked.most_common(1)[0][0]
            for name, marked in counts.items()
            if stands[name] and sum(marked.values()) >= LEAST * stands[name]
        }
        return cls(kept)

    def find(self, text: str, labels: Iterable[str]) -> list[tuple[Span, str]]:
        """Return where strings of some labels stand in a text, the longer before the shorter."""
        wanted, end = frozenset(labels), 0
        found: list[tuple[Span, str]] = []
        for span in _runs(text, _longest(self.labels)):
            label = self.labels.get(text[slice(*span)].lower())
            if label in wanted and span[0] >= end:
                found.append((span, str(label)))
                end = span[1]
        return found


def _longest(names: Iterable[str]) -> int:
    return max((len(WORD.findall(name)) for name in names), default=0)


def _runs(text: str, longest: int) -> Iterator[Span]:
    """Yield the runs of words of a text, from each word the longest first."""
    words = [found.span() for found in WORD.finditer(text)]
    for at, (start, _) in enumerate(words):
        for _, end in reversed(words[at : at + longest]):
            yield start, end


def by_strings(texts: Sequence[RelationText], strings: Strings) -> list[RelationText]:
    """Return texts with the mentions that strings alone find."""
    every = set(strings.labels.values())
    return [with_marks(one, strings.find(one.text, every)) for one in texts]


def by_heads(texts: Sequence[RelationText], strings: Strings) -> list[RelationText]:
    """Return texts with the mentions of the tagger's heads, and of strings where no head is."""
    store = make_annotator(Settings()).store
    tagger = load_tagger(gazetteer=Gazetteer(DictionaryRecognizer(store)))
    documents = [Document(one.id, one.text) for one in texts]
    rows = tagger.tag(documents, [f"{TASK}/{head}" for head in HEADS])
    marks: list[list[tuple[Span, str]]] = [[] for _ in texts]
    for number, start, end, head in zip(
        rows.document.tolist(), rows.start.tolist(), rows.end.tolist(), rows.types(), strict=True
    ):
        labels = HEADS[head.removeprefix(f"{TASK}/")]
        known = strings.labels.get(texts[number].text[start:end].lower(), "")
        label = known if known in labels else labels[0]
        marks[number].append(((start, end), label))
    covered = {label for labels in HEADS.values() for label in labels}
    others = set(strings.labels.values()) - covered
    for one, own in zip(texts, marks, strict=True):
        own += [
            (span, label)
            for span, label in strings.find(one.text, others)
            if not any(span[0] < end and start < span[1] for (start, end), _ in own)
        ]
    return [with_marks(one, own) for one, own in zip(texts, marks, strict=True)]


def with_marks(text: RelationText, marks: Iterable[tuple[Span, str]]) -> RelationText:
    """Return a text with other entities: all mentions of one string and label are one."""
    spans: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for span, label in sorted(set(marks)):
        spans[text.text[slice(*span)].lower(), label].append(span)
    entities = tuple(
        Entity(f"{name}|{label}", semantic_type(label), tuple(own), name, label)
        for (name, label), own in spans.items()
        if semantic_type(label)
    )
    return RelationText(text.id, text.text, text.sentences, entities)


def facts(text: RelationText, ties: Iterable[Tie]) -> Facts:
    """Return what is scored: keys of both ends, with their labels, and the predicate."""
    ends = [(one.key.rpartition("|")[0], one.word) for one in text.entities]
    return frozenset((*ends[tie.first], tie.kind, *ends[tie.second]) for tie in ties)


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("bench/results/relations_gutbrain.md"))
    asked = parser.parse_args()
    corpus = read_relation_corpus(TASK, SHARED / "data")
    gold = [one.text for one in corpus.dev]
    wanted = [facts(one.text, one.ties) for one in corpus.dev]
    strings = Strings.of(corpus.train)
    found = {
        "mentions given": gold,
        "strings": by_strings(gold, strings),
        "tagger and strings": by_heads(gold, strings),
    }
    ends = Table("GutBrainIE from text alone: texts with their labels (dev)", COLUMNS)
    marked = [frozenset((one.key, one.word) for one in text.entities) for text in gold]
    for name, texts in list(found.items())[1:]:
        own = [frozenset((one.key, one.word) for one in text.entities) for text in texts]
        score(ends, name, marked, own)
    table = Table("GutBrainIE from text alone: relations (dev)", COLUMNS)
    lesson = Lesson(corpus.task, corpus.train)
    relaters: dict[str, Relater] = {
        "each pair of labels": make_cooccurrence(lesson),
        "rules": make_triggers(lesson),
        "reader": load_reader().for_task(TASK),
    }
    for given, texts in found.items():
        for name, relater in relaters.items():
            said = relater.relate(texts)
            own = [facts(text, ties) for text, ties in zip(texts, said, strict=True)]
            score(table, f"{name}, {given}", wanted, own)
    table.note(
        f"{len(gold)} abstracts, {sum(map(len, wanted)):,} relations; nothing chosen on them"
    )
    write_tables([ends, table], asked.out, sys.argv)


if __name__ == "__main__":
    main()
