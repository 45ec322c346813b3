"""Times one stage of Onoma in this process: ``speed_worker.py TASK.json ANSWER.json``.

CPU seconds; the reference pass is timed just before and after each pass over the same texts. The
matching stage is read from the pipeline's own profile of a whole run: timed where it works.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

from peer_worker import peak_mib, reference

MATCHING = frozenset(
    {"text", "encode", "tokens", "tokenise", "normalise", "words", "match", "resolve"}
)
"""Stages of ``nlp.profile`` that make up matching; the rest comes after it."""


def memory() -> dict[str, float]:
    """Return this process's resident memory in MiB, by the kernel's names (Linux; else empty)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    found = re.findall(r"(VmRSS|VmHWM|RssAnon|RssFile):\s+(\d+)", status.read_text())
    return {name: int(kib) / 1024 for name, kib in found}


def load(kernel: str, vocabulary: str) -> Any:
    """Return a pipeline; "hpo" is the core asked for phenotypes in HPO alone."""
    import onoma

    asked = {"types": ("phenotype",), "ids": ("HP",)} if vocabulary == "hpo" else {}
    return onoma.load("core", kernel=kernel, mode="dictionary", **asked)


def documents_of(texts: list[str]) -> list[Any]:
    """Return texts as documents."""
    from onoma.types import Document

    return [Document(str(number), text) for number, text in enumerate(texts)]


def mention_count(table: Any) -> int:
    """Return the mentions of an annotated table: one a row, or lists in a column."""
    if "mentions" in table.column_names:
        return sum(len(cell) for cell in table["mentions"])
    return int(table.num_rows)


def run_stage(nlp: Any, stage: str, texts: list[str]) -> tuple[float, int]:
    """Return CPU seconds of one pass and how much came out (mentions, or bytes of JSONL)."""
    if stage in ("matching", "arrow"):
        ids = [str(number) for number in range(len(texts))]
        table = pa.table({"id": ids, "text": texts})
        before = dict(nlp.profile)
        started = time.process_time()
        out = nlp.annotate_table(table)
        seconds = time.process_time() - started
        if stage == "matching":
            seconds = sum(v for k, v in spent(before, nlp.profile).items() if k in MATCHING)
        return seconds, mention_count(out)
    documents = documents_of(texts)
    started = time.process_time()
    if stage == "jsonl":
        size = sum(len(line) for line in nlp.to_jsonl(documents))
    else:
        size = sum(len(document.mentions) for document in nlp.pipe(documents))
    return time.process_time() - started, size


def spent(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Return the seconds of each stage between two readings of the profile."""
    return {name: value - before.get(name, 0.0) for name, value in after.items()}


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Time a stage."""
    run_reference = reference(task["reference"])
    with Path(task["texts"]).open(encoding="utf-8") as handle:
        texts = [json.loads(line) for line in handle]
    started = time.process_time()
    nlp = load(task["kernel"], task["vocabulary"])
    opened = time.process_time() - started
    run_stage(nlp, task["stage"], texts[:200])
    ratios, seconds, references, hits = [], [], [], 0
    profile = dict(nlp.profile)
    for _ in range(task["passes"]):
        before = run_reference(texts)
        cpu, hits = run_stage(nlp, task["stage"], texts)
        after = run_reference(texts)
        seconds.append(cpu)
        references.append((before + after) / 2)
        ratios.append(references[-1] / cpu if cpu else 0.0)
    each = {k: v / task["passes"] for k, v in spent(profile, nlp.profile).items()}
    return {
        "build": opened,
        "texts": len(texts),
        "hits": hits,
        "seconds": statistics.median(seconds),
        "reference": statistics.median(references),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "profile": each,
    }


LONG_RUN = 6


def first_annotation(task: dict[str, Any]) -> dict[str, Any]:
    """Return wall seconds of import, of opening the store, of loading and a first text; memory."""
    started = time.perf_counter()
    import onoma
    from onoma.ontology import open_core
    from onoma.pipeline import Pipeline as _  # noqa: F401 - imported before the clock of opening

    imported = time.perf_counter()
    open_core()
    opened = time.perf_counter()
    nlp = onoma.load("core", kernel=task["kernel"], mode="dictionary")
    nlp.annotate("Metformin reduced HbA1c in patients with type 2 diabetes but no neuropathy.")
    first = time.perf_counter()
    with Path(task["texts"]).open(encoding="utf-8") as handle:
        for _line in nlp.to_jsonl(documents_of([json.loads(line) for line in handle])):
            pass
    return {
        "import": imported - started,
        "open": opened - imported,
        "first": first - opened,
        "memory": memory(),
        "index": str(nlp.store.path),
    }


def processes(task: dict[str, Any]) -> dict[str, Any]:
    """Return wall seconds of annotation with so many processes, the pool's start included."""
    with Path(task["texts"]).open(encoding="utf-8") as handle:
        documents = documents_of([json.loads(line) for line in handle])
    nlp = load(task["kernel"], "core")
    nlp.annotate("Warm caches.")
    documents = documents * LONG_RUN  # long enough that starting the pool does not count
    started = time.perf_counter()
    count = sum(1 for _ in nlp.to_jsonl(documents, processes=task["processes"]))
    return {"wall": time.perf_counter() - started, "texts": count}


def main() -> int:
    """Do what the task asks."""
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    kind = {"first": first_annotation, "processes": processes}.get(task["stage"], measure)
    if kind is measure and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    answer = kind(task)
    answer["peak_mib"] = peak_mib()
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
