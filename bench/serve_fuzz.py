"""A hundred thousand random calls: no fault, each reply as described, no canary out of place.

    python bench/serve_fuzz.py --state DIR [--calls 100000] [--out bench/results/serve_fuzz.md]

The application runs in this process, over the core, with a corpus, a graph and jobs of its own; the
calls come from ``serve_calls.py``. What each reply must be is read from ``/openapi.json`` and
checked by a JSON Schema validator. Every call carries a canary; after each thousand the log (all
loggers, all levels), the counters, the audit trail of every request, temporary files and the
folders of jobs, which have been deleted by then, are searched for it. ``--state`` keeps what was
done: a run that was cut off goes on there.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import orjson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.report import Table, write_tables  # noqa: E402 - beside this file
from bench.serve_calls import CANARY, WORDS, Call, Caller, shown  # noqa: E402

from onoma.corpus import Corpus, new_corpus  # noqa: E402
from onoma.formats import readers  # noqa: E402
from onoma.graph import Graph, Statement  # noqa: E402
from onoma.ontology.loading import open_vocabulary  # noqa: E402
from onoma.pipeline.annotator import Settings  # noqa: E402
from onoma.server.app import make_app  # noqa: E402
from onoma.server.media import MEDIA  # noqa: E402
from onoma.server.openapi import document  # noqa: E402
from onoma.server.problems import MEDIA as PROBLEM  # noqa: E402
from onoma.server.settings import ServerSettings  # noqa: E402
from onoma.types import SEMANTIC_TYPES, Document  # noqa: E402

PART = 1000
WEIGHTS = {"begin_annotate": 0.004, "begin_add": 0.004, "pubtator_submit": 0.004,
           "pubtator_request": 0.004, "similar": 0.05, "ground": 0.4, "ground_many": 0.2,
           "mesh_suggest": 0.2, "mesh_draft": 0.2, "annotate_file": 0.7, "annotate_stream": 0.7,
           "mcp": 3.0, "annotate": 2.0, "search": 2.0, "convert": 2.0}  # fmt: skip
"""How often beside the others: a job is a process of its own."""
GIVEN = {"mode": 0.95}
"""The usual modes run models, at a tenth of a second a call."""
SAID = "Metformin treats type 2 diabetes mellitus."
DRUG, ILL = "CHEBI:6801", "MONDO:0005148"
ON_PURPOSE = (501, 503, 507)  # an extra is missing, too busy, no room: said, not a fault


def files() -> list[bytes]:
    """Return bodies that some operation takes, each with a canary."""
    tools = [("find_concept", {"term": "fever"}), ("get_concept", {"curie": ILL}),
             ("annotate", {"text": f"{CANARY} has fever."}), ("search", {"query": CANARY}),
             ("get_document", {"id": "p1"}), ("relations_between", {"a": DRUG, "b": ILL}),
             ("graph_neighbors", {"curie": DRUG}), ("suggest_headings", {"query": CANARY}),
             (CANARY, {CANARY: CANARY})]  # fmt: skip
    calls = [
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
         "params": {"name": name, "arguments": given}}
        for name, given in tools
    ]  # fmt: skip
    lines = [{"id": "a", "text": f"{CANARY} has fever."}, {"title": "Gout", "abstract": CANARY}]
    return [
        *(json.dumps(one).encode() for one in calls),
        json.dumps({"jsonrpc": "2.0", "id": CANARY, "method": "initialize", "params": {}}).encode(),
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": CANARY}).encode(),
        f"{CANARY} has fever but no rash.".encode(),
        b"\n".join(json.dumps(one).encode() for one in lines),
        f"1|t|{CANARY}\n1|a|Gout and fever.\n1\t0\t5\tZyxwv\tDisease\tD1\n\n".encode(),
        json.dumps({"source": CANARY, "documents": [{"id": "1", "passages": [
            {"offset": 0, "text": f"Gout of {CANARY}", "infons": {}}]}]}).encode(),
        f"<collection><document><id>{CANARY}</id><passage><offset>0</offset><text>Gout</text>"
        "</passage></document></collection>".encode(),
        f"text={CANARY}+fever&bioconcept=Disease".encode(), f"id={CANARY}".encode(),
        f"PMID- 1\nTI  - {CANARY}\nAB  - Fever.\n".encode(), b"\x1f\x8b" + CANARY.encode(),
        f"id,text\n1,{CANARY} fever\n".encode(), b"PK\x03\x04" + CANARY.encode(), b"",
    ]  # fmt: skip


def known() -> dict[str, list[Any]]:
    """Return good values by the names of parameters and fields."""
    store = open_vocabulary("core")
    rng = random.Random(3)  # noqa: S311 - draws samples
    curies = [
        store.curies[row] for row in rng.sample(range(store.n_concepts), min(store.n_concepts, 200))
    ]
    curies += [DRUG, ILL] * 50
    ids = ["p1", "101", "p2"]
    texts = [f"{CANARY} takes metformin for type 2 diabetes.", "Fever but no rash.", *WORDS]
    entities = ["@CHEMICAL_metformin", "@DISEASE_type_2_diabetes_mellitus", "@GENE_TP53"]
    return {
        "curie": curies, "curies": curies, "one": curies, "other": curies, "a": curies, "b": curies,
        "term": texts, "terms": texts, "q": [*WORDS, "fever AND NOT rash", "title:metformin"],
        "query": list(WORDS), "text": [*texts, *entities], "context": texts, "title": texts,
        "abstract": texts, "types": list(SEMANTIC_TYPES), "ids": ["MONDO", "HP", "MESH"],
        "vocabulary": ["core"], "corpus": ["kept"], "graph": ["heart"], "id": ids,
        "mode": ["dictionary", "dictionary", "dictionary", ""], "to": [*MEDIA, "json", "pubmed"],
        "name": ["a.txt", "a.jsonl", "a.pubtator", f"{CANARY}.txt"],
        "source": list(readers.names()),
        "dialect": ["onoma", "pubmed", "ovid"], "by": ["bm25", "fused", "concept", "year"],
        "facets": ["usual", "type,year"], "since": ["2019", "2020-01"], "as_of": ["2021"],
        "predicates": ["treats"], "pmids": ["101", "101,9"], "pmcids": ["p1"], "seeds": ids,
        "format": ["biocjson", "biocxml", "pubtator"], "concept": ["Disease", "Chemical", "Gene"],
        "e1": entities, "e2": ["Disease", *entities], "type": ["treat", "cause"], "cursor": [""],
        "key": [f"onoma_aaaaaaaa_{CANARY}"], "describe": [""], "date": ["2020", CANARY],
        "session": [CANARY], "relations": [], "jobs": [],
    }  # fmt: skip


def prepare(folder: Path) -> dict[str, str]:
    """Make a corpus and a graph in a folder where there are none; return the graphs."""
    os.environ |= {"ONOMA_DATA": str(folder / "data"), "TMPDIR": str(folder / "temporary")}
    tempfile.tempdir = None
    (folder / "temporary").mkdir(parents=True, exist_ok=True)
    if not (folder / "data").exists():
        corpus = Corpus.create(new_corpus("kept"), settings=Settings(relations=""))
        texts = [SAID, "Levodopa for tremor in Parkinson disease.", "Fever, no rash; gout."]
        corpus.add([
            Document(id_, text, date=f"{2018 + year}-03")
            for year, (id_, text) in enumerate(zip(("101", "p1", "p2"), texts, strict=True))
        ])  # fmt: skip
        Graph(folder / "heart").add([
            Statement(DRUG, "treats", ILL, document="PMID:1", text=SAID, date="2019-05"),
            Statement(DRUG, "treats", ILL, document="PMID:2", text=SAID, date="2020", negated=True),
            Statement("HGNC:1100", "associated_with", ILL, document="PMID:3", date="2021"),
        ])  # fmt: skip
    return {"heart": str(folder / "heart")}


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Give all that any logger says meanwhile."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


async def ask(app: Any, call: Call) -> tuple[int, dict[str, str], bytes, str]:
    """Return status, headers and body, and the operation that was reached."""
    sent: list[dict[str, Any]] = []
    parts = [call.body[: len(call.body) // 2], call.body[len(call.body) // 2 :]]

    async def receive() -> dict[str, Any]:
        if parts:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {"host": "localhost", "content-length": str(len(call.body)), **dict(call.headers)}
    path = unquote_to_bytes(call.path).decode("utf-8", "replace")
    scope: dict[str, Any] = {
        "type": "http", "method": call.method, "path": path, "raw_path": call.path.encode(),
        "query_string": call.query, "http_version": "1.1", "scheme": "http", "root_path": "",
        "client": ("127.0.0.1", 5), "server": ("localhost", 80), "asgi": {"version": "3.0"},
        "headers": [(k.encode(), v.encode("latin-1")) for k, v in headers.items()],
    }  # fmt: skip
    await app(scope, receive, send)
    begun = next((one for one in sent if one["type"] == "http.response.start"), None)
    if begun is None:
        return 0, {}, b"", ""
    told = {key.decode(): value.decode("latin-1") for key, value in begun["headers"]}
    body = b"".join(one.get("body", b"") for one in sent if one["type"] == "http.response.body")
    operation = scope["state"]["exchange"].operation
    return begun["status"], told, body, operation.name if operation else ""


class Judge:
    """Says what is wrong with a reply, by the API's description alone."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Take the description."""
        self._told = told
        self._operations = {
            one["operationId"]: one
            for methods in told["paths"].values()
            for one in methods.values()
        }
        self._made: dict[str, Any] = {}
        self._problem = self._validator({"$ref": "#/components/schemas/Problem"})

    def _validator(self, schema: dict[str, Any]) -> Any:
        return jsonschema_rs.Draft202012Validator(schema | {"components": self._told["components"]})

    def fault(self, method: str, reply: tuple[int, dict[str, str], bytes, str]) -> str:
        """Return what is wrong, empty where nothing is."""
        status, headers, body, name = reply
        media = headers.get("content-type", "").partition(";")[0]
        if "x-request-id" not in headers or "x-content-type-options" not in headers:
            return "headers that every reply has are missing"
        if status >= 500 and status not in ON_PURPOSE:
            return f"status {status}"
        if method == "HEAD" or (status < 400 and not name):
            return ""
        is_json = media in ("application/json", PROBLEM)
        try:
            record: Any = orjson.loads(body) if is_json and body else None
        except orjson.JSONDecodeError:
            return f"{media} that is none"
        if status >= 400:
            is_one = media == PROBLEM and self._problem.is_valid(record)
            return "" if is_one and record["status"] == status else f"no problem: {status} {media}"
        responses = self._operations[name]["responses"]
        if str(status) not in responses:  # 304 too
            return f"status {status} is not described"
        content = responses[str(status)].get("content", {})
        if body and content and media not in {one.partition(";")[0] for one in content}:
            return f"media type {media} is not described"
        schema = content.get(media, {}).get("schema")
        if not schema or media != "application/json":
            return ""
        if name not in self._made:
            self._made[name] = self._validator(schema)
        error = next(self._made[name].iter_errors(record), None)
        return "" if error is None else f"not of its schema: {error.message[:200]}"


async def part(app: Any, caller: Caller, judge: Judge, calls: int) -> dict[str, Any]:
    """Make some calls; return what came of them."""
    seen: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    faults: list[str] = []
    for _ in range(calls):
        call = caller.call()
        began = time.process_time()
        try:
            reply = await asyncio.wait_for(ask(app, call), 120)
        except Exception as error:  # whatever gets out of the application is a finding
            faults.append(f"{type(error).__name__} out of the application: {shown(call)}")
            continue
        spent[call.name] += int((time.process_time() - began) * 1e6)
        seen[f"{reply[3] or 'none'} {reply[0]}"] += 1
        wrong = judge.fault(call.method, reply)
        if wrong:
            faults.append(f"{wrong}: {shown(call)}")
        if reply[2] and reply[1].get("content-type") == "application/json":
            _remember(caller, orjson.loads(reply[2]))
    return {"calls": calls, "seen": seen, "spent": spent, "faults": faults}


def _remember(caller: Caller, record: Any) -> None:
    """Keep cursors and the ids of jobs for later calls."""
    if isinstance(record, dict) and isinstance(record.get("next"), str):
        cursors = list(caller.known["cursor"])[-20:]
        caller.known = {**caller.known, "cursor": [*cursors, record["next"]]}


async def forget(app: Any) -> int:
    """Cancel and delete all jobs; return how many there were."""
    gone: set[str] = set()
    while True:
        _, _, body, _ = await ask(app, Call("jobs", "GET", "/v1/jobs"))
        found = [one["id"] for one in orjson.loads(body)["jobs"]]
        if not found:
            return len(gone)
        for id_ in found:
            gone.add(id_)
            await ask(app, Call("cancel_job", "DELETE", f"/v1/jobs/{id_}"))


def leaks(text: str, places: Sequence[Path]) -> list[str]:
    """Return where the canary is."""
    mark = CANARY[:7].lower()
    found = ["the log"] if mark in text.lower() else []
    for place in places:
        for path in place.rglob("*"):
            if mark in path.name.lower() or (
                path.is_file() and mark.encode() in path.read_bytes().lower()
            ):
                found.append(path.relative_to(place).as_posix())
    return found


async def run(app: Any, folder: Path, options: argparse.Namespace, done: set[int]) -> None:
    """Make all calls that are left, a part at a time, and note each part."""
    told = document()
    judge = Judge(told)
    await ask(app, Call("health", "GET", "/v1/health"))
    for number in range(-(-options.calls // PART)):
        if number in done:
            continue
        rng = random.Random(f"{options.seed}/{number}")  # noqa: S311 - printed with what it finds
        caller = Caller(told, rng, known(), files(), WEIGHTS, GIVEN)
        cpu = time.process_time()
        with listening() as text:
            record = await part(app, caller, judge, min(PART, options.calls - number * PART))
            record["jobs"] = await forget(app)
            await ask(app, Call("metrics", "GET", "/v1/metrics"))
            _, _, counters, _ = await ask(app, Call("metrics", "GET", "/v1/metrics"))
        said = text.getvalue() + counters.decode()
        record |= {"part": number, "cpu": time.process_time() - cpu, "log": len(said)}
        record["leaks"] = leaks(said, [folder / "state", folder / "temporary"])
        with (folder / "parts.jsonl").open("ab") as file:
            file.write(orjson.dumps(record) + b"\n")
        print(number, record["cpu"], record["faults"][:3], record["leaks"], file=sys.stderr)


def tables(rows: Sequence[dict[str, Any]]) -> list[Table]:
    """Return what all parts came to."""
    seen: Counter[str] = sum((Counter(one["seen"]) for one in rows), Counter())
    groups: dict[str, Counter[str]] = {}
    for key, count in seen.items():
        name, _, status = key.rpartition(" ")
        groups.setdefault(name, Counter())[status] += count
    calls = sum(one["calls"] for one in rows)
    faults = [fault for one in rows for fault in one["faults"]]
    found = [leak for one in rows for leak in one["leaks"]]
    whole = Table("All calls", ["what", "found"])
    whole.add(["calls, each with a canary", f"{calls:,}"])
    whole.add(["operations reached", f"{len(groups.keys() - {'none'})}"])
    statuses = Counter({s: sum(g[s] for g in groups.values()) for g in groups.values() for s in g})
    whole.add(["statuses", ", ".join(f"{s} x {c:,}" for s, c in sorted(statuses.items()))])
    whole.add(["status 500, or an exception", f"{sum('500' in f or ' out ' in f for f in faults)}"])
    whole.add(["replies that are not as described", f"{len(faults)}"])
    whole.add(["jobs begun and deleted", f"{sum(one['jobs'] for one in rows):,}"])
    whole.add(["characters of log and counters searched", f"{sum(one['log'] for one in rows):,}"])
    whole.add(["places with a canary", f"{len(found)}"])
    each = Table("Each operation", ["operation", "calls", "statuses"])
    for name, counts in sorted(groups.items()):
        words = ", ".join(f"{status} x {count:,}" for status, count in sorted(counts.items()))
        each.add([name, f"{counts.total():,}", words])
    return [whole, each]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the calls, print, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    folder: Path = options.state.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    graphs = prepare(folder)
    path = folder / "parts.jsonl"
    kept = path.read_bytes().splitlines() if path.exists() else []
    done = {orjson.loads(one)["part"] for one in kept}
    made = ServerSettings(folder=str(folder / "state"), graphs=graphs, preload=(), is_audited=True)
    asyncio.run(run(make_app(made), folder, options, done))
    rows = [orjson.loads(one) for one in path.read_bytes().splitlines()]
    found = tables(rows)
    for table in found:
        print(table.markdown())
    if options.out:
        words = [f"--calls {options.calls}", f"--seed {options.seed}"]
        write_tables(found, options.out, ["bench/serve_fuzz.py", "--state DIR", *words])
    return int(any(one["faults"] or one["leaks"] for one in rows))


if __name__ == "__main__":
    sys.exit(main())
