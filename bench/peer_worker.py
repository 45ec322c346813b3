"""Times one program in this process: ``peer_worker.py TASK.json ANSWER.json``.

Runs in the program's own environment, so it imports nothing but that program and the standard
library. CPU seconds throughout; the reference pass is timed just before and after each pass over
the same texts. A program that needs longer than the budget gets the first texts that fit.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Hit = tuple[int, int, str]
Finder = Callable[[str], Sequence[Any]]
BOUNDARY = re.compile(r"\w")


class Names:
    """The names of a run; one id per name, a label before a synonym, then the first."""

    def __init__(self, path: str) -> None:
        """Read the JSON lines of names."""
        with Path(path).open(encoding="utf-8") as handle:
            self.rows: list[list[Any]] = [json.loads(line) for line in handle]

    def lowered(self) -> dict[str, str]:
        """Return lower-case name to CURIE."""
        out: dict[str, str] = {}
        for text, curie, _ in sorted(self.rows, key=lambda row: row[2]):
            out.setdefault(text.lower(), curie)
        return out


def whole_longest(text: str, hits: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the hits that are whole words, leftmost-longest."""
    kept: list[tuple[int, int, int]] = []
    end_of_last = -1
    for start, end, name in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start < end_of_last:
            continue
        if start and BOUNDARY.match(text[start - 1]) and BOUNDARY.match(text[start]):
            continue
        if end < len(text) and BOUNDARY.match(text[end]) and BOUNDARY.match(text[end - 1]):
            continue
        kept.append((start, end, name))
        end_of_last = end
    return kept


def build_ahocorasick(names: Names, task: dict[str, Any]) -> Finder:
    """Return ahocorasick_rs, raw or filtered."""
    import ahocorasick_rs

    machine = ahocorasick_rs.AhoCorasick(list(names.lowered()))
    find = machine.find_matches_as_indexes
    if task["peer"].endswith("raw"):
        return lambda text: find(text.lower(), overlapping=True)

    def words(text: str) -> list[tuple[int, int, int]]:
        low = text.lower()
        return whole_longest(low, [(s, e, n) for n, s, e in find(low, overlapping=True)])

    return words


def build_daachorse(names: Names, task: dict[str, Any]) -> Finder:
    """Return daachorse over characters, raw or filtered."""
    import daachorse

    find = daachorse.CharwiseDoubleArrayAhoCorasick(list(names.lowered())).find_overlapping
    if task["peer"].endswith("raw"):
        return lambda text: find(text.lower())

    def words(text: str) -> list[tuple[int, int, int]]:
        low = text.lower()
        return whole_longest(low, find(low))

    return words


def build_flashtext2(names: Names, task: dict[str, Any]) -> Finder:
    """Return flashtext2, case-insensitive."""
    from flashtext2 import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    processor.add_keywords_with_clean_word_from_iter(names.lowered().items())
    return processor.extract_keywords_with_span


def build_spacy(names: Names, task: dict[str, Any]) -> Finder:
    """Return spaCy's PhraseMatcher on a blank English pipeline, overlaps removed, ids looked up."""
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    lowered = names.lowered()
    batch = 50_000
    texts = list(lowered)
    for at in range(0, len(texts), batch):
        matcher.add("name", [nlp.make_doc(text) for text in texts[at : at + batch]])

    def find(text: str) -> list[Any]:
        spans = filter_spans(matcher(nlp.make_doc(text), as_spans=True))
        return [(s.start_char, s.end_char, lowered.get(s.text.lower())) for s in spans]

    return find


def build_gilda(names: Names, task: dict[str, Any]) -> Finder:
    """Return gilda's annotate with a grounder over our names."""
    from gilda.grounder import Grounder
    from gilda.ner import annotate
    from gilda.process import normalize
    from gilda.term import Term

    labels = {curie: text for text, curie, scope in names.rows if scope == 0}
    terms = []
    for text, curie, scope in names.rows:
        norm = normalize(text)
        if norm.strip():
            prefix, _, local = curie.partition(":")
            status = "name" if scope == 0 else "synonym"
            entry = labels.get(curie, text)
            terms.append(Term(norm, text, prefix, local, entry, status, "core"))
    grounder = Grounder(terms)
    grounder.gilda_disambiguators = {}  # they would be downloaded
    return lambda text: annotate(text, grounder=grounder)


def build_fasthpocr(names: Names, task: dict[str, Any]) -> Finder:
    """Return FastHPOCR on an index of the OBO made from the core's names.

    Its own serialiser looks through all base clusters for each cluster (did not end in 500 s); the
    look-up is replaced by an inverse table with the same content and order.
    """
    from FastHPOCR.cr.CRIndexKB import CRIndexKB
    from FastHPOCR.HPOAnnotator import HPOAnnotator
    from FastHPOCR.IndexHPO import IndexHPO

    inverse: dict[int, dict[str, list[str]]] = {}

    def compile_list(self: Any, cluster: str, base: dict[str, str]) -> list[str]:
        table = inverse.get(id(base))
        if table is None:
            table = inverse[id(base)] = {}
            for token, of in base.items():
                table.setdefault(of, []).append(token)
        return list(table.get(cluster, ()))

    folder = Path(task["folder"]) / "fasthpocr"
    folder.mkdir(exist_ok=True)
    index = folder / "hp.index"
    index.unlink(missing_ok=True)
    CRIndexKB.compileClusterList = compile_list
    IndexHPO(task["obo"], str(folder)).index()
    annotator = HPOAnnotator(str(index))

    def find(text: str) -> list[Hit]:
        found = annotator.annotate(text, longestMatch=bool(task.get("longest", True)))
        return [(a.startOffset, a.endOffset, a.hpoUri) for a in found]

    return find


BUILDERS: dict[str, Callable[[Names, dict[str, Any]], Finder]] = {
    "ahocorasick_rs": build_ahocorasick,
    "daachorse": build_daachorse,
    "flashtext2": build_flashtext2,
    "spacy": build_spacy,
    "gilda": build_gilda,
    "fasthpocr": build_fasthpocr,
}


def peak_mib() -> float:
    """Return the peak resident memory of this process so far, in MiB.

    On Linux from /proc: ``getrusage`` there carries the parent's peak over into a new program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def reference(path: str) -> Callable[[Sequence[str]], float]:
    """Return the shared reference pass."""
    spec = importlib.util.spec_from_file_location("reference_pass", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    run: Callable[[Sequence[str]], float] = module.reference_pass
    return run


def texts_that_fit(find: Finder, texts: list[str], budget: float) -> list[str]:
    """Return the first texts that a pass may take within the budget of CPU seconds."""
    probe = texts[: max(5, len(texts) // 250)]
    started = time.process_time()
    for text in probe:
        find(text)
    each = (time.process_time() - started) / len(probe)
    return texts[: max(len(probe), min(len(texts), int(budget / max(each, 1e-9))))]


def measure(find: Finder, texts: list[str], task: dict[str, Any]) -> dict[str, Any]:
    """Time passes over the texts, each between two reference passes."""
    run_reference = reference(task["reference"])
    used = texts_that_fit(find, texts, task["budget"])
    repeats = max(1, round(2000 / len(used)))
    ratios, seconds, references, hits = [], [], [], 0
    for _ in range(task["passes"]):
        before = min(run_reference(used) for _ in range(repeats))
        started = time.process_time()
        hits = sum(len(find(text)) for text in used)
        seconds.append(time.process_time() - started)
        after = min(run_reference(used) for _ in range(repeats))
        references.append((before + after) / 2)
        ratios.append(references[-1] / seconds[-1])
    return {
        "texts": len(used),
        "hits": hits,
        "seconds": statistics.median(seconds),
        "reference": statistics.median(references),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
    }


def main() -> int:
    """Build, time, and if asked write the hits of some documents."""
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    names = Names(task["names"])
    base = peak_mib()
    started = time.process_time()
    find = BUILDERS[task["peer"].split(" ")[0]](names, task)
    answer: dict[str, Any] = {"build": time.process_time() - started, "names_mib": base}
    del names
    gc.collect()
    if task.get("texts"):
        with Path(task["texts"]).open(encoding="utf-8") as handle:
            texts = [json.loads(line) for line in handle]
        answer |= measure(find, texts, task)
    if task.get("documents"):
        with Path(task["documents"]).open(encoding="utf-8") as handle:
            answer["found"] = [[list(hit) for hit in find(json.loads(line))] for line in handle]
    answer["peak_mib"] = peak_mib()
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
