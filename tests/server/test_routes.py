"""Every operation is called, and what it answers fits its declaration."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from onoma.graph import Graph
from onoma.server.app import operations
from tests.server.conftest import DRUG, ILL

TEXT = "Fever but no seizure; metformin helps."
PLAIN = {"mode": "dictionary"}
DATABASE = "/v1/corpora/kept"

CALLS: tuple[tuple[str, str, str, Any], ...] = (
    ("annotate", "POST", "/v1/annotate", {"text": TEXT, **PLAIN}),
    ("annotate_file", "POST", "/v1/annotate/file?name=a.txt&mode=dictionary", TEXT.encode()),
    ("ground", "GET", "/v1/ground?term=pyrexia&mode=dictionary", None),
    ("ground_many", "POST", "/v1/ground", {"terms": ["gout", {"term": "p53"}], **PLAIN}),
    ("find_concepts", "GET", "/v1/concepts?q=diab", None),
    ("concepts", "POST", "/v1/concepts", {"curies": [ILL, "HP:0001945", "MONDO:0012345"]}),
    ("concept", "GET", f"/v1/concepts/{ILL}", None),
    ("ancestors", "GET", f"/v1/concepts/{ILL}/ancestors", None),
    ("descendants", "GET", "/v1/concepts/MONDO:0004992/descendants?k=2", None),
    ("equivalents", "GET", f"/v1/concepts/{ILL}/equivalents", None),
    ("concept_annotations", "GET", f"/v1/concepts/{ILL}/annotations", None),
    ("similar", "GET", "/v1/similar?term=feverr&k=3", None),
    ("similarity", "GET", "/v1/similarity?a=fever&b=pyrexia", None),
    ("similarity_many", "POST", "/v1/similarity", {"pairs": [["fever", "gout"]]}),
    ("vocabularies", "GET", "/v1/vocabularies", None),
    ("corpora", "GET", "/v1/corpora", None),
    ("corpus_info", "GET", DATABASE, None),
    ("corpus_counts", "GET", f"{DATABASE}/counts?by=concept&k=3", None),
    ("corpus_errors", "GET", f"{DATABASE}/errors", None),
    ("document", "GET", f"{DATABASE}/documents/p1", None),
    ("search", "GET", "/v1/search?corpus=kept&q=tremor%20in%20parkinson&facets=usual", None),
    ("explain_query", "GET", "/v1/search/explain?corpus=kept&q=title:levodopa", None),
    ("search_like", "GET", "/v1/search/like?corpus=kept&id=p1&k=2", None),
    ("relations", "GET", f"/v1/relations?corpus=kept&a={DRUG}&b={ILL}", None),
    ("export_search", "GET", "/v1/search/export?corpus=kept&q=levodopa&to=ris", None),
    ("graphs", "GET", "/v1/graphs", None),
    ("graph_info", "GET", "/v1/graphs/heart", None),
    ("neighbors", "GET", f"/v1/graphs/heart/neighbors?curie={ILL}&evidence=2", None),
    ("paths", "GET", f"/v1/graphs/heart/paths?one={DRUG}&other={ILL}", None),
    ("subgraph", "GET", f"/v1/graphs/heart/subgraph?curies={DRUG},{ILL}", None),
    ("timeline", "GET", f"/v1/graphs/heart/timeline?curie={DRUG}&other={ILL}", None),
    ("conflicts", "GET", "/v1/graphs/heart/conflicts?as_of=2021", None),
    ("emerging", "GET", "/v1/graphs/heart/emerging?since=2018", None),
    ("mesh_suggest", "GET", "/v1/mesh/suggest?q=breast%20neoplasms&method=lexical", None),
    ("mesh_check", "POST", "/v1/mesh/check", {"q": "levodopa", "seeds": ["p1", "x9"],
                                              "corpus": "kept"}),
    ("mesh_draft", "POST", "/v1/mesh/draft", {"text": "Breast cancer", "suggestions": False}),
    ("mesh_translate", "GET", "/v1/mesh/translate?q=title:levodopa&to=pubmed", None),
    ("jobs", "GET", "/v1/jobs", None),
    ("curations", "GET", "/v1/curations", None),
    ("health", "GET", "/v1/health", None),
    ("about", "GET", "/v1/about", None),
    ("models", "GET", "/v1/models", None),
    ("metrics", "GET", "/v1/metrics", None),
    ("openapi", "GET", "/openapi.json", None),
    ("pubtator_export", "GET",
     "/compat/pubtator3/publications/export/biocjson?pmids=101,9&corpus=kept", None),
    ("pubtator_pmc_export", "GET",
     "/compat/pubtator3/publications/pmc_export/biocxml?pmcids=p1&corpus=kept", None),
    ("pubtator_autocomplete", "GET",
     "/compat/pubtator3/entity/autocomplete/?query=metf&concept=chemical", None),
    ("pubtator_search", "GET",
     "/compat/pubtator3/search/?text=@CHEMICAL_metformin&corpus=kept", None),
    ("pubtator_relations", "GET",
     f"/compat/pubtator3/relations?e1=@CHEMICAL_{DRUG}&e2=Disease&corpus=kept", None),
    ("mcp", "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"}),
)  # fmt: skip
ELSEWHERE = {
    "annotate_stream", "begin_annotate", "begin_add", "job", "job_result", "cancel_job", "sign_in",
    "sign_out", "pubtator_submit", "pubtator_retrieve", "pubtator_request", "pubtator_fetch",
    "mcp_stream", "convert", "corpus_map", "start_curating", "curation_info", "curation_queue",
    "curation_document", "decide", "add_missed", "undo_decision", "curation_agreement",
    "export_curated",
}  # fmt: skip
"""Operations that tests of their own call."""


def test_every_operation_is_called() -> None:
    names = [one.name for one in operations()]
    assert len(names) == len(set(names))
    assert {name for name, *_ in CALLS} | ELSEWHERE == set(names)


@pytest.mark.parametrize(("name", "method", "path", "body"), CALLS, ids=[c[0] for c in CALLS])
def test_an_operation_answers_what_it_declares(
    client: TestClient, name: str, method: str, path: str, body: Any
) -> None:
    operation = next(one for one in operations() if one.name == name)
    sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
    reply = client.request(method, path, **sent)
    assert reply.status_code == operation.status, reply.text
    assert reply.headers["x-request-id"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    if reply.headers["content-type"].startswith("application/json") and operation.answer:
        msgspec.convert(reply.json(), operation.answer)
    if operation.of:
        tag = reply.headers["etag"]
        again = client.request(method, path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")


def test_annotations_are_those_of_python(client: TestClient) -> None:
    import onoma

    found = client.post("/v1/annotate", json={"text": TEXT, **PLAIN}).json()["documents"]
    assert found == [onoma.load(mode="dictionary").annotate(TEXT).to_dict()]


def test_an_explained_mention_has_its_candidates(client: TestClient) -> None:
    body = {"text": "A mole.", "explain": True, **PLAIN}
    (document,) = client.post("/v1/annotate", json=body).json()["documents"]
    assert {c["curie"] for c in document["mentions"][0]["candidates"]} > {"MONDO:0005073"}


@pytest.mark.parametrize(
    ("accept", "beginning"),
    [
        ("text/x-pubtator", b"a|t|"),
        ("application/x-ndjson", b'{"schema":1'),
        ("application/xml", b"<?xml"),
        ("text/tab-separated-values;q=0.9, image/png", b"id\t"),
        ("application/zip", b"PK"),
        ("application/vnd.apache.parquet", b"PAR1"),
    ],
)
def test_a_format_is_given_by_accept(client: TestClient, accept: str, beginning: bytes) -> None:
    body = {"documents": [{"id": "a", "title": "Gout", "abstract": "No fever."}], **PLAIN}
    reply = client.post("/v1/annotate", json=body, headers={"accept": accept})
    assert reply.status_code == 200
    assert reply.content.startswith(beginning)


def test_relations_are_read_where_they_are_asked_for(client: TestClient) -> None:
    text = "Metformin treats type 2 diabetes mellitus."
    body = {"text": text, "relations": True, **PLAIN}
    (document,) = client.post("/v1/annotate", json=body).json()["documents"]
    assert "treats" in [one["predicate"] for one in document["relations"]]


def test_a_stream_is_answered_line_by_line(client: TestClient) -> None:
    lines = b'{"id": "x", "text": "Fever"}\n{"text": "Gout"}\nnothing\n{"id": 4, "text": ""}'
    sent = {"content-type": "application/x-ndjson"}
    reply = client.post("/v1/annotate/stream?mode=dictionary", content=lines, headers=sent)
    found = [msgspec.json.decode(line) for line in reply.content.splitlines()]
    assert [one["id"] for one in found] == ["x", "stream.jsonl:2", "stream.jsonl:3", "4"]
    assert found[2]["error"]["code"] == "bad-line"


def test_pages_of_a_list_join_to_the_whole(client: TestClient) -> None:
    path = "/v1/concepts/MONDO:0004992/descendants"
    whole = client.get(path).json()["concepts"]
    parts, cursor = [], ""
    while cursor is not None:
        page = client.get(path, params={"k": 2, "cursor": cursor}).json()
        parts += page["concepts"]
        cursor = page["next"]
    assert parts == whole
    assert len(whole) > 4


def test_pages_of_a_search_join_to_the_whole(client: TestClient) -> None:
    asked = {"corpus": "kept", "q": "*"}
    whole = client.get("/v1/search", params=asked | {"k": 50}).json()
    ids, cursor = [], ""
    while cursor is not None:
        page = client.get("/v1/search", params=asked | {"k": 3, "cursor": cursor}).json()
        ids += [hit["id"] for hit in page["hits"]]
        cursor = page["next"]
    assert sorted(ids) == sorted(hit["id"] for hit in whole["hits"])


def test_a_twin_of_a_page_is_its_data(client: TestClient) -> None:
    assert client.get(f"/concepts/{ILL}.json").json() == client.get(f"/v1/concepts/{ILL}").json()
    assert client.get("/search.json?corpus=kept&q=gout").status_code == 200


def test_an_answer_of_a_graph_changes_with_it(client: TestClient, place: Any) -> None:
    from onoma.graph import Statement

    path = "/v1/graphs/heart/neighbors?curie=HGNC:1100"
    before = client.get(path)
    more = Statement("HGNC:1100", "associated_with", "MONDO:0008170", document="PMID:9")
    Graph(place / "heart").add([more])
    after = client.get(path)
    assert before.headers["etag"] != after.headers["etag"]
    assert len(after.json()["edges"]) == len(before.json()["edges"]) + 1


def test_head_gives_what_get_gives_without_a_body(client: TestClient) -> None:
    reply = client.head("/v1/health")
    assert reply.status_code == 200


def test_a_job_is_done_and_its_result_fetched(client: TestClient) -> None:
    path = "/v1/jobs/annotate?name=a.txt&mode=dictionary&to=pubtator"
    key = {"idempotency-key": "once"}
    begun = client.post(path, content=TEXT.encode(), headers=key)
    assert begun.status_code == 202
    again = client.post(path, content=TEXT.encode(), headers=key)
    assert again.json()["id"] == begun.json()["id"]
    other = client.post(path, content=b"Other text", headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    job = _ended(client, begun.headers["location"])
    assert (job["state"], job["done"], job["failed"]) == ("done", 1, 0)
    result = client.get(job["result"])
    assert b"\tFever\t" in result.content
    assert client.delete(begun.headers["location"]).status_code == 200
    assert client.get(begun.headers["location"]).status_code == 404


def test_documents_are_added_to_a_corpus_by_a_job(client: TestClient) -> None:
    path = "/v1/corpora/other/documents?name=more.jsonl"
    found = client.get("/v1/search?corpus=other&q=hydatidiform").json()["total"]
    begun = client.post(path, content=b'{"id": "m1", "text": "A hydatidiform mole was seen."}')
    job = _ended(client, begun.headers["location"])
    assert job["state"] == "done", job
    assert client.get(job["result"]).json()["new"] == 1
    assert found == 0
    assert client.get("/v1/search?corpus=other&q=hydatidiform").json()["total"] == 1


def test_a_job_is_cancelled(client: TestClient) -> None:
    path = "/v1/jobs/annotate?name=a.txt&mode=dictionary"
    begun = client.post(path, content=b"Fever. " * 1_000_000)
    ended = client.delete(begun.headers["location"]).json()
    assert ended["state"] == "cancelled"
    time.sleep(0.1)
    assert client.get(begun.headers["location"]).json()["state"] == "cancelled"
    client.delete(begun.headers["location"])


def _ended(client: TestClient, path: str) -> dict[str, Any]:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        job: dict[str, Any] = client.get(path).json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError("the job does not end")
