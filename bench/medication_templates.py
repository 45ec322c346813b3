"""Does text made from templates teach anything that the rules for medicines do not know?

    python bench/medication_templates.py [--out bench/results/medication_templates.md]

Sentences are made from templates of our own (``medication_templates.txt``) with names of drugs and
diseases of the core vocabulary, made-up names of drugs, and the lists of units, routes, forms and
times that the rules have. A sequence model (averaged perceptron over tags of begin, inside and
outside, Collins 2002) learns the parts from them and from as many sentences of abstracts in which
neither the dictionary nor the rules find a substance or a dose; the dictionary's chemicals are one
of its signs. It is measured on maccrobat2020: alone; with the rules, where it finds what they do
not; and where both find something. Neither has learned from the corpus, whose train part is there
to choose on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import medications
from medications import TYPES, Report, reports, scores, spans_of
from onoma.extract.dosing import find_parts
from onoma.extract.medications import make_reader
from onoma.extract.phrases import Tokens, phrase_list, read_rows, written_out
from onoma.metrics.spans import TypedSpan, overlap_counts, strict_counts
from onoma.pipeline import Pipeline
from onoma.types import TYPE_BIT, Document, Mention
from report import Table, figure

TEMPLATES = Path(__file__).resolve().with_suffix(".txt")
KINDS = ("drug", "dose", "strength", "route", "form", "freq", "dur", "reason", "cue")
TAGS = ("O", *(f"{side}-{kind}" for kind in KINDS for side in "BI"))
OURS = {
    "drug": "Medication", "dose": "Dosage", "strength": "Dosage", "freq": "Dosage",
    "route": "Administration", "form": "Administration", "dur": "Duration",
}  # fmt: skip
WORDS = {"Medication": "names", "Dosage": "doses"}  # of the systems that change a type
SIZE = 1 << 16
EPOCHS = 4
BESIDE = 12  # characters between a name and its dose
NAMES = 6000  # of drugs and of diseases that are drawn from
MADE_UP = 0.25  # of the names of drugs: what no list has must be told by its surroundings
SYLLABLES = tuple(
    "vel tra zor qui mab lo xi ner pra dol cy ten bri fo sta ral mix oxa gen ti".split()  # noqa: SIM905
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*|\S")
_SLOT = re.compile(r"\{(\w+)\}|\[([^|\]]+)\|(\w+)\]|([^\[{]+)")
_LISTS = ("units", "routes", "forms", "frequencies", "medicines", "statuses", "no_names")

Marks = list[tuple[int, int, str]]


def _is_short(name: str) -> bool:
    return len(name) <= 30 and len(name.split()) <= 2 and name[:1].isalpha()


@dataclass
class Filler:
    """Fills slots by chance."""

    rng: np.random.Generator
    drugs: Sequence[str]
    diseases: Sequence[str]

    @classmethod
    def of(cls, pipeline: Pipeline, seed: int = 0) -> Filler:
        """Take names of drugs and diseases, of few words, from a vocabulary."""
        store, rng = pipeline.store, np.random.default_rng(seed)
        types = np.asarray(store.array("concept_types"))
        drugs, diseases = (
            [
                store.labels[row]
                for row in rng.permutation(np.flatnonzero(types & TYPE_BIT[kind])).tolist()[:NAMES]
            ]
            for kind in ("drug", "disease")
        )
        drugs, diseases = ([n for n in names if _is_short(n)] for names in (drugs, diseases))
        return cls(rng, drugs, diseases)

    def one(self, choices: Sequence[str]) -> str:
        """Return one of several."""
        return choices[int(self.rng.integers(len(choices)))]

    def number(self) -> str:
        """Return a number as doses and readings have them."""
        usual = ("0.5", "1", "2", "2.5", "5", "7.5", "10", "12.5", "20", "25", "40", "50", "75",
                 "100", "150", "200", "250", "300", "400", "500", "600", "750", "800", "850",
                 "1,000", "1000", "1200", "5000")  # fmt: skip
        return self.one(usual)

    def listed(self, name: str, least: str = "free") -> str:
        """Return a phrase of a list of the extractor."""
        rows = [row for row in read_rows(name) if least in row[2:] or least == ""]
        return self.one(written_out(self.one([row[0] for row in rows])))

    def fill(self, slot: str) -> str:
        """Return words for a slot."""
        return getattr(self, f"_{slot}")()

    def _drug(self) -> str:
        if self.rng.random() < MADE_UP:
            word = "".join(self.one(SYLLABLES) for _ in range(int(self.rng.integers(2, 4))))
            return word.capitalize() if self.rng.random() < 0.7 else word
        name = self.one(self.drugs)
        return name if self.rng.random() < 0.3 else name.lower()

    def _dose(self) -> str:
        chance = self.rng.random()
        if chance < 0.12:
            return f"{self._count()}"
        unit = self.one(("mg", "mg", "mg", "g", "mcg", "µg", "units", "IU", "mL", "mEq", "mg/kg",
                         "mg/m2", "mg/day", "g/day", "mg/kg/day", "units/kg", "mg/h"))  # fmt: skip
        gap = "" if chance > 0.85 else " "
        return f"{self.number()}{gap}{unit}"

    def _strength(self) -> str:
        if self.rng.random() < 0.2:
            return f"{self.one(('0.05', '0.1', '0.5', '1', '2'))} %"
        return f"{self.number()} {self.one(('mg', 'mcg', 'mg/mL', 'mg/5 mL', 'units/mL', 'mg/h'))}"

    def _count(self) -> str:
        many = self.one(("1", "2", "one", "two", "1-2", "half a"))
        return f"{many} {self.one(('tablet', 'tablets', 'capsules', 'puffs', 'drops', 'tabs'))}"

    def _route(self) -> str:
        usual = ("intravenous", "oral", "IV", "PO", "by mouth", "subcutaneous", "intramuscular")
        return self.one(usual) if self.rng.random() < 0.7 else self.listed("routes", "free")

    def _form(self) -> str:
        return self.listed("forms", "")

    def _freq(self) -> str:
        if self.rng.random() < 0.25:
            hours = self.one(("4", "6", "8", "12", "24", "48"))
            return self.one((f"every {hours} hours", f"q{hours}h", f"every {hours} h"))
        return self.listed("frequencies", "free")

    def _dur(self) -> str:
        many = self.one(("2", "3", "5", "7", "10", "14", "six", "two", "three", "four"))
        unit = self.one(("days", "weeks", "months", "hours", "years", "cycles"))
        return f"{many}-{unit[:-1]}" if self.rng.random() < 0.1 else f"{many} {unit}"

    def _reason(self) -> str:
        return self.one(self.diseases).lower()

    def _num(self) -> str:
        return self.one(("7.2", "12", "14", "31", "54", "67", "98", "128", "230", "1.4"))


def sentence(template: str, filler: Filler) -> tuple[str, Marks]:
    """Return a template filled, and where its slots stand."""
    text, marks = "", []
    for slot, words, kind, plain in _SLOT.findall(template):
        piece = filler.fill(slot) if slot else words or plain
        label = {"num": "", "count": "dose"}.get(slot, slot) or kind
        if label:
            marks.append((len(text), len(text) + len(piece), label))
        text += piece
    return text, marks


def made(number: int, filler: Filler) -> list[tuple[str, Marks]]:
    """Return sentences, each from a template drawn by chance."""
    lines = TEMPLATES.read_text(encoding="utf-8").splitlines()
    usable = [line for line in lines if line and not line.startswith("#")]
    return [sentence(filler.one(usable), filler) for _ in range(number)]


@dataclass(frozen=True)
class Sheet:
    """A text as tokens with the numbers of their signs, (tokens, signs)."""

    start: np.ndarray
    end: np.ndarray
    signs: np.ndarray


def sheets(text: str, mentions: Sequence[Mention]) -> Iterator[Sheet]:
    """Yield a text line by line, long lines by sentence ends."""
    known = {n for m in mentions if m.type in ("drug", "chemical") for n in range(m.start, m.end)}
    for line in re.finditer(r"[^\n]+?(?:[.;](?=\s+[A-Z])|$)", text, re.M):
        spans = [m.span() for m in _TOKEN.finditer(text, *line.span())]
        if spans:
            words = [text[a:b] for a, b in spans]
            flags = [a in known for a, _ in spans]
            yield Sheet(*np.array(spans).T, _signs(words, flags))


def _signs(words: Sequence[str], known: Sequence[bool]) -> np.ndarray:
    low = ["<s>", "<s>", *(re.sub(r"\d", "0", w.lower()) for w in words), "</s>", "</s>"]
    flags = [False, False, *known, False, False]
    lists = ["", "", *(_lists_of(w) for w in words), "", ""]
    rows = []
    for n, word in enumerate(words, 2):
        shape = re.sub(r"[a-z]+", "x", re.sub(r"[A-Z]+", "X", word))
        own = [
            f"w {low[n]}", f"-1 {low[n - 1]}", f"+1 {low[n + 1]}", f"-2 {low[n - 2]}",
            f"+2 {low[n + 2]}", f"s {low[n][-3:]}", f"s4 {low[n][-4:]}", f"p {low[n][:3]}",
            f"h {shape}", f"k {flags[n]}", f"k-1 {flags[n - 1]} {low[n]}",
            f"k+1 {flags[n + 1]} {low[n]}", f"l {lists[n]}", f"l-1 {lists[n - 1]} {lists[n]}",
            f"l+1 {lists[n]} {lists[n + 1]}", f"b {low[n - 1]} {low[n]}",
            f"f {low[n]} {low[n + 1]}",
            f"kl {flags[n]} {lists[n - 1]} {lists[n + 1]}", f"k3 {flags[n]} {low[n - 1]}",
            f"k4 {flags[n]} {low[n + 1]}",
        ]  # fmt: skip
        rows.append([zlib.crc32(one.encode()) % SIZE for one in own])
    return np.array(rows)


def _lists_of(word: str) -> str:
    low = word.lower()
    found = [name[0] for name in _LISTS if phrase_list(name).row(low) is not None]
    return "".join(found) or ("#" if low[0].isdigit() else "")


class Tagger:
    """An averaged perceptron over sequences."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.weights = np.zeros((SIZE, len(TAGS)), np.float32)
        self.steps = np.zeros((len(TAGS) + 1, len(TAGS)), np.float32)  # last row: the first token
        inside = np.array([tag[0] == "I" for tag in TAGS])
        self.barred = np.zeros_like(self.steps)
        for number, tag in enumerate((*TAGS, "O")):
            fits = np.array([tag[1:] == other[1:] and tag != "O" for other in TAGS])
            self.barred[number, inside & ~fits] = -1e9

    def best(self, signs: np.ndarray) -> list[int]:
        """Return the best tags (Viterbi)."""
        scores = self.weights[signs].sum(1)
        steps = self.steps + self.barred
        total, back = scores[0] + steps[-1], []
        for row in scores[1:]:
            whole = total[:, None] + steps[:-1]
            back.append(whole.argmax(0))
            total = whole.max(0) + row
        tags = [int(total.argmax())]
        for before in reversed(back):
            tags.append(int(before[tags[-1]]))
        return tags[::-1]

    def learn(
        self, pages: Sequence[tuple[np.ndarray, list[int]]], rng: np.random.Generator
    ) -> None:
        """Learn from pages of signs with their tags; the weights are means over all updates."""
        sums = [np.zeros_like(self.weights), np.zeros_like(self.steps)]
        count = 0
        for _ in range(EPOCHS):
            for number in rng.permutation(len(pages)):
                signs, tags = pages[number]
                found = self.best(signs)
                count += 1
                if found == tags:
                    continue
                for given, sign in ((tags, 1.0), (found, -1.0)):
                    before = [len(TAGS), *given[:-1]]
                    for target, scale in ((self, sign), (None, sign * count)):
                        weights = self.weights if target else sums[0]
                        steps = self.steps if target else sums[1]
                        np.add.at(weights, (signs, np.array(given)[:, None]), scale)
                        np.add.at(steps, (before, given), scale)
        self.weights -= sums[0] / count
        self.steps -= sums[1] / count

    def spans(self, sheet: Sheet) -> Iterator[tuple[int, int, str]]:
        """Yield what it finds."""
        begin, kind = 0, ""
        tags = [TAGS[n] for n in self.best(sheet.signs)]
        for n, tag in enumerate([*tags, "O"]):
            if kind and tag[0] != "I":
                yield int(sheet.start[begin]), int(sheet.end[n - 1]), kind
                kind = ""
            if tag[0] == "B":
                begin, kind = n, tag[2:]


def tags_of(sheet: Sheet, marks: Marks) -> list[int]:
    """Return the tags of a sheet's tokens."""
    tags = ["O"] * len(sheet.start)
    for start, end, kind in marks:
        inside = np.flatnonzero((sheet.start < end) & (start < sheet.end)).tolist()
        for place, n in enumerate(inside):
            tags[n] = f"{'I' if place else 'B'}-{kind}"
    return [TAGS.index(tag) for tag in tags]


def plain(pipeline: Pipeline, number: int) -> list[tuple[str, Marks]]:
    """Return sentences of abstracts that say nothing of substances, doses or forms."""
    path = medications.SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        texts = [json.loads(next(stream))["abstract"] or "" for _ in range(number // 3)]
    out: list[tuple[str, Marks]] = []
    for found in pipeline.pipe(Document(str(n), text) for n, text in enumerate(texts)):
        for sentence_ in found.sentences:
            text = found.text[sentence_.start : sentence_.end]
            inside = [m for m in found.mentions if sentence_.start <= m.start < sentence_.end]
            is_about = any(m.type in ("drug", "chemical") for m in inside)
            if not is_about and not find_parts(text, Tokens.of(text)):
                out.append((text, []))
    return out[:number]


def trained(pipeline: Pipeline, number: int) -> Tagger:
    """Return a model that has read sentences made from templates, and as many without medicines."""
    filler = Filler.of(pipeline)
    texts = [*made(number, filler), *plain(pipeline, number)]
    found = pipeline.pipe([Document(str(n), text) for n, (text, _) in enumerate(texts)])
    pages = [
        (sheet.signs, tags_of(sheet, marks))
        for (text, marks), one in zip(texts, found, strict=True)
        for sheet in sheets(text, one.mentions)
    ]
    tagger = Tagger()
    tagger.learn(pages, filler.rng)
    return tagger


def joined_doses(text: str, found: Sequence[tuple[int, int, str]]) -> list[TypedSpan]:
    """Return spans in that corpus's words: doses and times that touch as one."""
    out: list[TypedSpan] = []
    for start, end, kind in found:
        if kind not in OURS:
            continue
        label = OURS[kind]
        last = out[-1] if out else None
        touches = last is not None and re.fullmatch(r"[\s,(/-]*", text[last.end : start])
        if last is not None and touches and label == last.type == "Dosage":
            out[-1] = TypedSpan(last.start, end, label)
        else:
            out.append(TypedSpan(start, end, label))
    return out


def more(
    rules: Sequence[TypedSpan], model: Sequence[TypedSpan], kinds: Sequence[str]
) -> list[TypedSpan]:
    """Return the rules' spans and those of the model, of some kinds, that touch none of them."""
    extra = [
        m for m in model
        if m.type in kinds and not any(m.start < r.end and r.start < m.end for r in rules)
    ]  # fmt: skip
    return sorted([*rules, *extra])


def fewer(rules: Sequence[TypedSpan], model: Sequence[TypedSpan], kind: str) -> list[TypedSpan]:
    """Return the rules' spans without those of a kind that the model finds nothing at."""
    return [
        r for r in rules
        if r.type != kind
        or any(m.type == kind and m.start < r.end and r.start < m.end for m in model)
    ]  # fmt: skip


def dosed(model: Sequence[TypedSpan]) -> list[TypedSpan]:
    """Return the model's names that have a dose or a way of taking beside them."""
    near = ("Dosage", "Administration")
    return [
        m for m in model
        if m.type == "Medication"
        and any(p.type in near and p.start - m.end < BESIDE and m.start - p.end < BESIDE
                for p in model)
    ]  # fmt: skip


def gold_of(one: Report, kind: str) -> list[TypedSpan]:
    """Return the gold spans as the table of medications counts them."""
    return medications._marks(one, kind)


def measured(split: str, tagger: Tagger, table: Table) -> None:
    """Add the rows of a part of maccrobat2020."""
    marked = list(reports(split))
    reader = make_reader()
    rules = [
        spans_of(t.document.text, t.rows)[0] for t in reader.read([r.document for r in marked])
    ]
    model = []
    for one in reader._pipeline.pipe(r.document for r in marked):
        found = [s for sheet in sheets(one.text, one.mentions) for s in tagger.spans(sheet)]
        model.append(joined_doses(one.text, found))
    pairs = list(zip(rules, model, strict=True))
    systems = {
        "rules": rules,
        "templates": model,
        "rules, names also by templates": [more(r, m, ["Medication"]) for r, m in pairs],
        "rules, names also by templates, if dosed": [
            more(r, dosed(m), ["Medication"]) for r, m in pairs
        ],
        "rules, doses also by templates": [more(r, m, ["Dosage"]) for r, m in pairs],
        "rules, names only with templates": [fewer(r, m, "Medication") for r, m in pairs],
        "rules, doses only with templates": [fewer(r, m, "Dosage") for r, m in pairs],
    }
    for kind in TYPES:
        gold = [gold_of(r, kind) for r in marked]
        for name, found in systems.items():
            if name not in ("rules", "templates") and WORDS.get(kind, "-") not in name:
                continue
            got = [[m for m in one if m.type == kind] for one in found]
            strict = scores(sum(map(strict_counts, gold, got)))
            loose = scores(sum(map(overlap_counts, gold, got)))
            cells = [split, kind, name, str(sum(map(len, gold)))]
            table.add([*cells, *map(figure, (*strict, loose[2]))], show=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the text, train, measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=5000)
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    head = ["part", "type", "system", "in gold", "precision", "recall", "strict F1", "overlap F1"]
    table = Table("Medicines by templates and rules: maccrobat2020", head, left=3)
    tagger = trained(make_reader()._pipeline, options.sentences)
    for split in ("train", "dev"):
        measured(split, tagger, table)
    table.note(f"{options.sentences:,} sentences from templates, drawn with one seed, and as many "
               "of abstracts that say nothing of medicines")  # fmt: skip
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
