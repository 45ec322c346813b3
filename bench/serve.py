"""The server under load, beside a bare application on the same server program in the same run.

    python bench/serve.py --corpus DIR [--seconds 10] [--idle 9000] [--out bench/results/serve.md]

``--corpus`` is a corpus that is there (``onoma corpus create``); its documents are the texts that
are annotated, words of its titles the queries. The load maker shares the machine with the server.
The bare application answers 14 bytes from memory: what is left of its rate is the cost of the rest.
Both start from modules that are compiled already, as those of an installed package are.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onoma.corpus import Corpus
from onoma.ontology.loading import open_vocabulary

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report import Table, write_tables  # noqa: E402 - beside this file

PORT, BARE_PORT = 18_431, 18_432
FAR = 1000  # clients at most in an open loop
BARE = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian("bench.serve:bare", address="127.0.0.1", port=int(sys.argv[1]), workers=2,
        interface=Interfaces.ASGI, backlog=16384, backpressure=16384, log_enabled=False).serve()
"""


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Answer anything: the bare application."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"14")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status":"a"}'})


@contextmanager
def running(
    command: Sequence[str], port: int, path: str, *, body: bytes | None = None, **more: str
) -> Iterator[tuple[float, int]]:
    """Run a server; give the seconds until it answers, and its process."""
    began = time.perf_counter()
    own = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
    environment = os.environ | own | more
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        try:
            while True:
                try:
                    get(port, path, body)
                    break
                except (OSError, urllib.error.URLError):
                    if child.poll() is not None:
                        raise SystemExit("the server did not start") from None
                    time.sleep(0.01)
            yield time.perf_counter() - began, child.pid
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                for one in (*children(child.pid), child.pid):
                    os.kill(one, 9)


def get(port: int, path: str, body: bytes | None = None) -> bytes:
    """Return what a server answers."""
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=120) as reply:  # noqa: S310 - our own address
        content: bytes = reply.read()
    return content


def request_of(path: str, body: str = "") -> str:
    """Return a request as it is sent."""
    size = len(body.encode("utf-8"))
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nhost: localhost\r\n"
    kind = f"content-type: application/json\r\ncontent-length: {size}\r\n" if body else ""
    return f"{head}{kind}\r\n{body}"


def put(
    port: int, clients: int, how: float | str, requests: Sequence[str], *, rate: float | None = None
) -> dict[str, Any]:
    """Return what the load maker tells; ``rate``: requests are due so many a second."""
    options = [str(port), str(clients), str(how), *([] if rate is None else [f"{rate:.2f}"])]
    done = subprocess.run(
        [sys.executable, "-m", "bench.serve_load", *options],
        input="\n".join(json.dumps(one) for one in requests), capture_output=True, text=True,
        cwd=ROOT, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def cpu_of(process: int) -> float:
    """Return the CPU seconds that a process and its children have taken so far."""
    total = 0.0
    for one in (process, *children(process)):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def children(process: int) -> list[int]:
    """Return the processes that a process began."""
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in path.read_text(encoding="ascii").split()]


def memory_of(process: int) -> float:
    """Return the megabytes that a server's processes have of their own (proportional share)."""
    total = 0
    for one in (process, *children(process)):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


class Bench:
    """Everything that is measured, row by row."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Take the options and read texts, queries and CURIEs."""
        self.seconds = options.seconds
        self.corpus = Corpus.open(options.corpus)
        rng = random.Random(5)  # noqa: S311 - draws samples
        texts = [one.text for one in self.corpus.annotated() if len(one.text) > 400]
        self.texts = texts
        store = open_vocabulary("core")
        rows = rng.sample(range(store.n_concepts), 20_000)
        self.curies = store.curies.take(rows)
        words = sorted({w for text in texts for w in text[:120].lower().split() if w.isalpha()})
        self.queries = [" ".join(rng.sample(words, 2)) for _ in range(4000)]
        self.table = Table(
            "Under load", ["what", "clients", "a second", "p50 ms", "p99 ms", "server CPU ms each",
                           "of the bare rate", "answers"],
        )  # fmt: skip

    def batches(self, size: int = 50) -> list[str]:
        """Return requests that annotate texts of about 2 kB, so many at a time."""
        cut = [{"text": (text * (2000 // len(text) + 1))[:2000]} for text in self.texts]
        return [
            request_of("/v1/annotate?mode=dictionary",
                       json.dumps({"documents": (cut * 2)[at : at + size]}))
            for at in range(0, min(len(cut), 1500), size)
        ]  # fmt: skip

    def row(
        self, name: str, clients: int, requests: Sequence[str], process: int, *, each: int = 1,
        port: int = PORT, bare_rate: float | None = None,
    ) -> float:  # fmt: skip
        """Measure a row; return the rate."""
        before = cpu_of(process)
        told = put(port, clients, self.seconds, requests)
        spent = cpu_of(process) - before
        rate = told["answers"] * each / told["seconds"]
        seen = ", ".join(f"{count:,} x {status}" for status, count in sorted(told["seen"].items()))
        self.table.add([
            name, str(clients), f"{rate:,.0f}", f"{told['p50'] * 1000:.1f}",
            f"{told['p99'] * 1000:.1f}", f"{spent / max(told['answers'] * each, 1) * 1000:.3f}",
            f"{rate / bare_rate:.2f}" if bare_rate else "", seen,
        ], show=True)  # fmt: skip
        return rate


def starts(name: str) -> Table:
    """Measure how soon a server answers, and after it was killed."""
    table = Table("Start", ["what", "seconds", "of the bare application"])
    with running([sys.executable, "-c", BARE, str(BARE_PORT)], BARE_PORT, "/") as (plain, _):
        pass
    table.add(["bare application answers", f"{plain:.2f}", "1"], show=True)
    began = time.perf_counter()
    with running(command(name), PORT, "/v1/health") as (ready, process):
        get(PORT, "/v1/annotate?mode=dictionary", b'{"text": "Fever"}')
        first = time.perf_counter() - began
        table.add(["health answers", f"{ready:.2f}", f"{ready / plain:.1f}"], show=True)
        table.add(["first annotation", f"{first:.2f}", f"{first / plain:.1f}"], show=True)
        cpu = cpu_of(process)
        table.add(["CPU seconds until then", f"{cpu:.2f}", ""], show=True)
        for one in (*children(process), process):
            os.kill(one, 9)
    with running(command(name), PORT, "/v1/health") as (again, _):
        table.add(
            ["health answers after kill -9", f"{again:.2f}", f"{again / plain:.1f}"], show=True
        )
    return table


def command(state: str) -> list[str]:
    """Return the command of the server."""
    return [sys.executable, "-c", "from onoma.cli import main; main()", "serve", "--port",
            str(PORT), "--workers", "2", "--state", state]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--overload", type=float, default=20.0)
    parser.add_argument("--idle", type=int, default=9000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    bench = Bench(options)
    name = bench.corpus.name
    corpora = {"ONOMA_CORPORA": str(options.corpus.resolve().parent)}
    more = Table("Many connections, and too much work", ["what", "found"])
    with tempfile.TemporaryDirectory() as state:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{state}/compiled"
        with running(command(state), PORT, "/v1/annotate?mode=dictionary", body=b'{"text": "a"}'):
            pass  # the modules are compiled
        begun = starts(state)
        health = [request_of("/v1/health")]
        with running([sys.executable, "-c", BARE, str(BARE_PORT)], BARE_PORT, "/") as (_, process):
            rate = bench.row("bare application", 64, health, process, port=BARE_PORT)
        with running(command(state), PORT, "/v1/health", **corpora) as (_, process):
            loaded(bench, process, name, rate)
            connections(more, process, options)
            overload(bench, more, process, options.overload)
    tables = [begun, bench.table, more]
    if options.out:
        told = [f"--seconds {options.seconds:g}", f"--overload {options.overload:g}"]
        write_tables(tables, options.out, ["bench/serve.py", "--corpus DIR", *told])
    return 0


def loaded(bench: Bench, process: int, name: str, rate: float) -> None:
    """Measure the rows of the table."""
    concepts = [request_of(f"/v1/concepts/{one}") for one in bench.curies]
    asked = [f"/v1/search?corpus={name}&q={one.replace(' ', '%20')}" for one in bench.queries]
    few = [request_of(one + "&by=bm25") for one in asked[:200]]
    get(PORT, asked[0])
    batches = bench.batches()
    put(PORT, 4, 3, batches)
    bench.row("abstracts annotated, in batches of 50", 4, batches, process, each=50, bare_rate=rate)
    for words, clients, requests in (
        ("health", 64, [request_of("/v1/health")]),
        ("concepts, 20,000 different", 64, concepts),
        ("concepts, 500 different", 64, concepts[:500]),
        ("searches by words (bm25), 200 different", 64, few),
        (
            "searches by words (bm25), all different",
            64,
            [request_of(q + "&by=bm25") for q in asked],
        ),
        ("searches as usual, all different", 64, [request_of(one) for one in asked[::-1]]),
    ):
        bench.row(words, clients, requests, process, bare_rate=rate)


def connections(table: Table, process: int, options: argparse.Namespace) -> None:
    """Measure idle connections."""
    told = put(PORT, options.idle, "idle", [request_of("/v1/health")])
    words = f"{told['refused']} refused, p99 {told['p99']:.2f} s, {memory_of(process):.0f} MB"
    table.add([f"{told['opened']:,} idle connections, then one request each", words], show=True)


def overload(bench: Bench, table: Table, process: int, seconds: float) -> None:
    """Measure what happens when three times as much is asked for as can be done."""
    batches = bench.batches()
    plain = put(PORT, 4, bench.seconds, batches)
    able = plain["answers"] / plain["seconds"]
    half = put(PORT, FAR, bench.seconds, batches, rate=able / 2)
    sizes = []
    with ThreadPoolExecutor(1) as other:
        work = other.submit(put, PORT, FAR, seconds, batches, rate=able * 3)
        while not work.done():
            sizes.append(memory_of(process))
            time.sleep(seconds / 12)
        over = work.result()
    began = time.perf_counter()
    later = put(PORT, 4, 2.0, batches)
    spent = time.perf_counter() - began
    table.add(["batches of 50 by 4 clients", f"{able:.0f} a second; {said(plain)}"], show=True)
    table.add(["half as many, at random moments", said(half)], show=True)
    words = (
        f"{said(over)}: {over['p99'] / plain['p99']:.1f} times that of 4 clients, "
        f"{over['p99'] / half['p99']:.1f} times that of half as many"
    )
    table.add([f"three times as many, at random moments, {seconds:.0f} s", words], show=True)
    told = f"{sizes[1]:.0f} MB after {seconds / 12:.0f} s, {sizes[-1]:.0f} MB at the end"
    table.add(["memory in that time", f"{told}, {max(sizes):.0f} MB at most"], show=True)
    table.add(["4 clients again, at once", f"{said(later)}, within {spent:.1f} s"], show=True)


def said(told: dict[str, Any]) -> str:
    """Return how many requests were answered and refused, and how late the answers came."""
    seen = told["seen"]
    refused = seen.get("503", 0) + seen.get("429", 0)
    rest = sum(seen.get(one, 0) for one in ("lost", "not sent"))
    words = f"{told['answers']:,} answered, {refused:,} refused"
    if refused:
        words += f" ({seen.get('told when', 0):,} told when to come back)"
    return f"{words}, {rest} neither; p99 {told['p99'] * 1000:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
