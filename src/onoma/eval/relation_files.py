"""Readers of relation corpora with files of their own kind: BioRED, DiMB-RE, ADE, PGR, others."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson

from onoma.eval.dimb_results import FACTUALITY
from onoma.eval.gold_documents import GoldDocument, GoldMention, read_tar
from onoma.eval.gold_texts import unpacked
from onoma.eval.relation_texts import concept_text, places, sentence_spans
from onoma.formats.concept_fields import NO_ID, canonical_id
from onoma.formats.type_words import semantic_type
from onoma.relate.gold import GoldText
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.tasks import RelationTask
from onoma.types import Document, Span


class _Brat:
    """One brat file: marks with their offsets, events and relations, and what is said of them."""

    def __init__(self, content: str) -> None:
        self.marks: dict[str, tuple[str, Span, bool]] = {}
        self.events: dict[str, list[tuple[str, str]]] = {}
        self.relations: list[tuple[str, str, str]] = []
        self.notes: dict[str, str] = {}
        for line in content.splitlines():
            name, _, rest = line.partition("\t")
            body = rest.split("\t")[0]
            if name.startswith("T"):
                kind, _, offsets = body.partition(" ")
                numbers = [int(n) for n in re.findall(r"\d+", offsets)]
                self.marks[name] = kind, (numbers[0], numbers[-1]), ";" in offsets
            elif name.startswith("E"):
                parts = [part.rsplit(":", 1) for part in body.split()]
                self.events[name] = [(part[0], part[1]) for part in parts]
            elif name.startswith("R"):
                kind, first, second = body.split()
                self.relations.append((kind, first.split(":")[1], second.split(":")[1]))
            elif name.startswith("A"):
                word, _, target = body.partition(" ")
                self.notes[target] = word

    def entities(self, text: str, *, with_gaps: bool) -> tuple[Entity, ...]:
        """Return the marks of types of ours in text order."""
        found = [
            Entity(name, semantic_type(kind), (span,), text[span[0] : span[1]], kind)
            for name, (kind, span, has_gap) in self.marks.items()
            if semantic_type(kind) and (with_gaps or not has_gap) and not kind.isupper()
        ]
        return tuple(sorted(found, key=lambda one: one.spans))


def read_biored(path: Path, task: RelationTask) -> Iterator[GoldText]:
    """Yield the abstracts of BioRED, the ends of its ties in the order of the task's type pairs.

    Read apart from other PubTator files: novelty is a fifth column of its relations, and the id of
    a variant may hold the ``|`` that joins ids elsewhere.
    """
    for block in re.split(r"\r?\n\r?\n", unpacked(path).decode("utf-8").strip()):
        title, abstract, *rows = block.splitlines()
        identifier, _, first = title.split("|", 2)
        text = f"{first} {abstract.split('|', 2)[2]}"
        cells = [row.split("\t") for row in rows]
        mentions = [
            GoldMention(int(c[1]), int(c[2]), c[3], c[4], tuple(_biored_ids(c[5], c[4])))
            for c in cells
            if len(c) == 6
        ]
        kinds = {bare: one for c in cells if len(c) == 6 for bare, one in _biored_keys(c[5], c[4])}
        document = GoldDocument(Document(identifier, text), tuple(mentions))
        yield _biored_ties(concept_text(document), [c for c in cells if len(c) == 5], kinds, task)


def _biored_keys(field: str, kind: str) -> list[tuple[str, str]]:
    """Return the ids of a field as they stand and as CURIEs; a variant's own name stays."""
    return [(one, canonical_id(one, kind)) for one in field.split(",") if one not in NO_ID]


def _biored_ids(field: str, kind: str) -> list[str]:
    return [curie for _, curie in _biored_keys(field, kind)]


def _biored_ties(
    text: RelationText, rows: list[list[str]], curies: dict[str, str], task: RelationTask
) -> GoldText:
    at = places(text)
    ties = []
    for _, kind, first, second, novelty in rows:
        ends = [at[curies[end]] for end in (first, second) if curies.get(end) in at]
        if len(ends) == 2:
            a, b = sorted(ends)
            if (text.entities[a].type, text.entities[b].type) not in task.pairs:
                a, b = b, a
            said = "novel" if novelty == "Novel" else "background"
            ties.append(Tie(a, b, kind, novelty=said))
    return GoldText(text, tuple(dict.fromkeys(ties)))


def read_dimb(folder: Path) -> Iterator[GoldText]:
    """Yield the abstracts of DiMB-RE: brat files, as their relations are scored.

    As in the benchmark's own files, entities with a gap are left out, with their relations, and a
    relation between two themes holds both ways (Hong et al. 2024). A tie has its trigger and
    factuality.
    """
    members = read_tar(folder / "brat_v2-train-dev.tar.xz")
    for name in sorted(n for n in members if "/processed/title_abs/" in n and n.endswith(".ann")):
        text = members[f"{name[:-4]}.txt"].decode("utf-8")
        brat = _Brat(members[name].decode("utf-8"))
        entities = brat.entities(text, with_gaps=False)
        at = {one.key: place for place, one in enumerate(entities)}
        ties: list[Tie] = []
        for event, ((kind, mark), *ends) in brat.events.items():
            agents = [target for role, target in ends if role.startswith("Agent")]
            themes = [target for role, target in ends if role.startswith("Theme")]
            if not agents:
                pairs = [(themes[0], themes[1]), (themes[1], themes[0])]
            else:
                pairs = [(agents[0], themes[0])]
            said = FACTUALITY.get(brat.notes.get(event, ""), "")
            ties += [
                Tie(at[a], at[b], kind, factuality=said, trigger=brat.marks[mark][1])
                for a, b in pairs
                if a in at and b in at
            ]
        yield GoldText(
            RelationText(Path(name).stem, text, sentence_spans(text), entities), tuple(ties)
        )


def dimb_dev_ids(folder: Path) -> frozenset[str]:
    """Return the documents of DiMB-RE's dev part."""
    lines = unpacked(folder / "abs.dev.json.gz").splitlines()
    return frozenset(orjson.loads(line)["doc_key"] for line in lines)


def read_maccrobat(folder: Path) -> Iterator[GoldText]:
    """Yield the case reports of MACCROBAT with their causal relations."""
    members = read_tar(folder / "MACCROBAT2020-60pct.tar.xz")
    for name in sorted(n for n in members if n.endswith(".ann")):
        text = members[f"{name[:-4]}.txt"].decode("utf-8")
        brat = _Brat(members[name].decode("utf-8"))
        entities = brat.entities(text, with_gaps=True)
        at = {one.key: place for place, one in enumerate(entities)}
        mark_of = {event: parts[0][1] for event, parts in brat.events.items()}
        rows = [
            (mark_of.get(a, a), mark_of.get(b, b))
            for kind, a, b in brat.relations
            if kind == "CAUSE"
        ]
        ties = tuple(
            dict.fromkeys(Tie(at[a], at[b], "CAUSE") for a, b in rows if a in at and b in at)
        )
        yield GoldText(RelationText(Path(name).stem, text, sentence_spans(text), entities), ties)


def read_pgr(folder: Path) -> Iterator[GoldText]:
    """Yield the sentences of PGR, both years, each once, with the pairs that HPO knows as ties.

    A row whose offsets do not quote its words, and a pair that two rows call differently, are left
    out (5 and 13).
    """
    rows: dict[str, dict[tuple[Span, Span], set[str]]] = defaultdict(lambda: defaultdict(set))
    ids: dict[str, str] = {}
    for path in (folder / "train.tsv.gz", folder / "train_2019.tsv.gz"):
        lines = io.StringIO(unpacked(path).decode("utf-8"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["SENTENCE"]
            gene, phenotype = (
                (int(row[f"{end}_START_POSITION"]), int(row[f"{end}_END_POSITION"]))
                for end in ("GENE", "PHENOTYPE")
            )
            if text[slice(*gene)] == row["GENE"] and text[slice(*phenotype)] == row["PHENOTYPE"]:
                ids.setdefault(text, row["FILE_ID"])
                rows[text][gene, phenotype].add(row["RELATION"])
    for number, (text, pairs) in enumerate(rows.items()):
        marks = {(gene, "gene") for gene, _ in pairs} | {(other, "phenotype") for _, other in pairs}
        entities = _marked(text, marks)
        at = {one.spans[0]: place for place, one in enumerate(entities)}
        ties = tuple(
            Tie(at[a], at[b], "True") for (a, b), said in pairs.items() if said == {"True"}
        )
        yield GoldText(
            RelationText(f"{ids[text]}#{number}", text, ((0, len(text)),), entities), ties
        )


def read_ade(folder: Path) -> Iterator[GoldText]:
    """Yield the sentences of ADE that tie drugs and effects, with all that they tie.

    Offsets in the file count from the start of an abstract that is not there; a sentence's own are
    found by its words and the distance of the two.
    """
    sentences: dict[tuple[str, str], set[tuple[Span, Span]]] = {}
    for line in unpacked(folder / "DRUG-AE.rel.gz").decode("utf-8").splitlines():
        pmid, text, effect, start, _, drug, begin, _ = line.split("|")
        pair = _aligned(text, drug, effect, int(start) - int(begin))
        if pair is not None:
            sentences.setdefault((pmid, text), set()).add(pair)
    for number, ((pmid, text), pairs) in enumerate(sentences.items()):
        yield _ade_text(f"{pmid}#{number}", text, pairs)


def _ade_text(identifier: str, text: str, pairs: set[tuple[Span, Span]]) -> GoldText:
    found = {(span, "drug") for span, _ in pairs} | {(span, "disease") for _, span in pairs}
    entities = _marked(text, found)
    at = {(one.spans[0], one.type): place for place, one in enumerate(entities)}
    ties = tuple(Tie(at[a, "drug"], at[b, "disease"], "AE") for a, b in sorted(pairs))
    return GoldText(_sentence(identifier, text, entities), ties)


def _sentence(identifier: str, text: str, entities: tuple[Entity, ...]) -> RelationText:
    """Return a text of one sentence."""
    return RelationText(identifier, text, ((0, len(text)),), entities)


def _marked(text: str, found: set[tuple[Span, str]]) -> tuple[Entity, ...]:
    return tuple(
        Entity(f"{kind}@{span[0]}-{span[1]}", kind, (span,), text[slice(*span)], kind)
        for span, kind in sorted(found)
    )


def _aligned(text: str, drug: str, effect: str, distance: int) -> tuple[Span, Span] | None:
    """Return the spans of a drug and an effect at a distance in a sentence, None if not there."""
    for found in re.finditer(re.escape(drug), text):
        start = found.start() + distance
        if start >= 0 and text.startswith(effect, start):
            return (found.start(), found.end()), (start, start + len(effect))
    return None


def read_ade_without(
    folder: Path, known: Iterator[GoldText] | list[GoldText]
) -> Iterator[GoldText]:
    """Yield the sentences of ADE-NEG with the drugs and effects that ``known`` texts name."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for one in known:
        for entity in one.text.entities:
            words = entity.label.lower()
            if len(words) > 1:
                names[words.split()[0].strip(",.;()")][words] = entity.type
    for number, line in enumerate(unpacked(folder / "ADE-NEG.txt.gz").decode("utf-8").splitlines()):
        pmid, _, text = line.partition(" NEG ")
        found = _named(text, names)
        if {"drug", "disease"} <= {kind for _, kind in found}:
            yield GoldText(_sentence(f"{pmid}#n{number}", text, _marked(text, found)), ())


_WORD = re.compile(r"[^\W_][\w-]*")


def _named(text: str, names: dict[str, dict[str, str]]) -> set[tuple[Span, str]]:
    """Return the longest names that stand in a text as whole words, with their types."""
    low = text.lower()
    found: set[tuple[Span, str]] = set()
    until = 0
    for word in _WORD.finditer(low):
        if word.start() < until or len(low) != len(text):
            continue
        fitting = [
            name
            for name in names.get(word.group(), ())
            if low.startswith(name, word.start())
            and not low[word.start() + len(name) : word.start() + len(name) + 1].isalnum()
        ]
        if fitting:
            name = max(fitting, key=len)
            until = word.start() + len(name)
            found.add(((word.start(), until), names[word.group()][name]))
    return found
