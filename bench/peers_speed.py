"""Speed and memory of Onoma beside other programs: same names, same texts, one run.

Each program runs in a child process of its own, pinned to one core, three passes, each between two
reference passes in the same process; ``x ref`` is comparable between runs and machines. A program
that would need longer gets the first abstracts that fit its budget; the table says how many.

    python bench/peers_speed.py [--vocabularies hpo,core] [--peers gilda,flashtext2]
                                [--abstracts 5000] [--budget 6] [--out bench/results/peers_speed.md]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import core_names
import corpora
import peers
from report import Table, write_tables

HEAD = [
    "program",
    "what",
    "abstracts",
    "hits / abstract",
    "abstracts / CPU s",
    "x ref",
    "min-max",
    "build or open CPU s",
    "peak MiB",
]
ONOMA = (
    ("Onoma matching, NumPy", "numpy", "matching"),
    ("Onoma matching, numba", "numba", "matching"),
    ("Onoma everything, NumPy", "numpy", "arrow"),
    ("Onoma everything, numba", "numba", "arrow"),
)
WHAT = {
    "matching": "tokenise, normalise, match, resolve, columns",
    "arrow": "sentences, abbreviations, match, link, assertion, Arrow",
}


def row_of(name: str, what: str, answer: dict[str, Any]) -> list[str]:
    """Return the cells of one program's answer."""
    rate = answer["texts"] / answer["seconds"]
    return [
        name,
        what,
        f"{answer['texts']:,}",
        f"{answer['hits'] / answer['texts']:.1f}",
        f"{rate:,.0f}",
        f"{answer['ratio']:.3g}",
        f"{answer['ratio_min']:.3g}-{answer['ratio_max']:.3g}",
        f"{answer['build']:.2f}",
        f"{answer['peak_mib']:,.0f}",
    ]


def run_onoma(kernel: str, stage: str, task: dict[str, Any]) -> dict[str, Any]:
    """Run ``speed_worker.py`` in a child and return its answer.

    Raises:
        PeerFailedError: it failed; the message is its last line.
    """
    folder = corpora.cache_folder()
    request, answer = folder / "onoma.task.json", folder / "onoma.answer.json"
    request.write_text(json.dumps({"kernel": kernel, "stage": stage, **task}), encoding="utf-8")
    answer.unlink(missing_ok=True)
    worker = Path(__file__).resolve().parent / "speed_worker.py"
    command = [sys.executable, str(worker), str(request), str(answer)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode or not answer.exists():
        raise peers.PeerFailedError(f"failed: {peers.last_line(outcome.stderr)}")
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def vocabulary_table(vocabulary: str, task: dict[str, Any], options: argparse.Namespace) -> Table:
    """Run every program on one vocabulary and return the table."""
    folder = corpora.cache_folder()
    path, count = core_names.write_names(vocabulary, folder, options.names)
    task = {**task, "names": str(path), "vocabulary": vocabulary, "obo": ""}
    if vocabulary == "hpo":
        task["obo"] = str(core_names.write_obo(folder))
    table = Table(f"Vocabulary {vocabulary}: {count:,} names", HEAD, left=2)
    wanted = options.peers.split(",") if options.peers else None
    if wanted is None or "onoma" in wanted:
        for name, kernel, stage in ONOMA:
            try:
                table.add(row_of(name, WHAT[stage], run_onoma(kernel, stage, task)), show=True)
            except peers.PeerFailedError as error:
                table.note(f"{name}: {error}")
    for peer in peers.PEERS.values():
        if wanted is not None and not any(peer.name.startswith(name) for name in wanted):
            continue
        if peer.only_hpo and vocabulary != "hpo":
            table.note(f"{peer.name}: not run here, {peer.note}")
            continue
        try:
            answer = peers.run_peer(peer, task, options.timeout)
            table.add(row_of(peer.name, peer.note, answer), show=True)
        except peers.PeerFailedError as error:
            table.note(f"{peer.name}: {error}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the vocabularies and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vocabularies", default="hpo,core")
    parser.add_argument("--peers", help="names or first words, comma-separated; 'onoma' is ours")
    parser.add_argument("--abstracts", type=int, default=5000)
    parser.add_argument("--names", type=int, help="a random sample of so many names")
    parser.add_argument("--budget", type=float, default=6.0, help="CPU seconds a pass")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds a program")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    folder = corpora.cache_folder()
    texts = [text for _, text in core_names.abstracts(options.abstracts)]
    task = {
        "texts": str(core_names.write_texts(texts, folder, "speed")),
        "folder": str(folder),
        "reference": str(corpora.shared_file("tools/reference_pass.py")),
        "budget": options.budget,
        "passes": options.passes,
    }
    tables = [vocabulary_table(name, task, options) for name in options.vocabularies.split(",")]
    size = sum(len(text.encode()) for text in texts) / 1e6
    for table in tables:
        table.note(f"texts: {len(texts):,} abstracts, {size:.2f} MB, seed 7")
        table.note("peak MiB is of the whole child, its list of names and the texts included")
        for note in table.notes:
            print(f"- {note}")
    if options.out:
        installed = [package for peer in peers.PEERS.values() for package in peer.packages]
        tables[-1].note("programs: " + ", ".join(dict.fromkeys(installed)))
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
