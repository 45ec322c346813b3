"""What is wrong with a request is named; the next one is served."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from onoma.errors import Inconsistent, OnomaError
from onoma.server.app import make_app
from onoma.server.limits import ServerLimits
from onoma.server.problems import status_of
from tests.server.asgi import ask, code_of
from tests.server.conftest import ILL, settings_of

JSON = {"content-type": "application/json"}
SMALL = ServerLimits(
    body=2000, document=500, documents=3, target=400, body_time=0.15, time=0.3, annotating=1,
    reading=1,
)  # fmt: skip

WRONG: tuple[tuple[str, str, str, dict[str, Any], int, str], ...] = (
    ("no such address", "GET", "/v1/nothing", {}, 404, "not-found"),
    ("wrong method", "PUT", "/v1/ground", {}, 405, "wrong-method"),
    ("wrong method of a page", "POST", "/", {}, 405, "wrong-method"),
    ("options", "OPTIONS", "/v1/ground", {}, 405, "wrong-method"),
    ("missing", "GET", "/v1/ground", {}, 400, "bad-input"),
    ("unknown parameter", "GET", "/v1/ground?term=a&nix=1", {}, 400, "bad-input"),
    ("given twice", "GET", "/v1/ground?term=a&term=b", {}, 400, "bad-input"),
    ("no number", "GET", "/v1/ground?term=a&k=many", {}, 400, "bad-input"),
    ("out of range", "GET", "/v1/ground?term=a&k=0", {}, 400, "bad-input"),
    ("query that is no UTF-8", "GET", "/v1/ground?term=%ff%fe", {}, 400, "bad-input"),
    ("unknown type", "GET", "/v1/ground?term=a&types=nix", {}, 400, "unknown-name"),
    ("unknown prefix", "GET", "/v1/ground?term=a&ids=NIX", {}, 400, "bad-curie"),
    ("unknown vocabulary", "GET", "/v1/ground?term=a&vocabulary=nix", {}, 404, "unknown-name"),
    ("a path is no vocabulary", "GET", "/v1/ground?term=a&vocabulary=/etc/passwd", {}, 404,
     "unknown-name"),
    ("unknown concept", "GET", "/v1/concepts/MONDO:0099998", {}, 404, "unknown-name"),
    ("no CURIE", "GET", "/v1/concepts/diabetes", {}, 400, "bad-curie"),
    ("unknown corpus", "GET", "/v1/search?corpus=nix&q=a", {}, 404, "unknown-name"),
    ("a path is no corpus", "GET", "/v1/search?corpus=../kept&q=a", {}, 404, "unknown-name"),
    ("unknown document", "GET", "/v1/corpora/kept/documents/zz", {}, 404, "unknown-name"),
    ("unknown graph", "GET", "/v1/graphs/nix/conflicts", {}, 404, "unknown-name"),
    ("unknown node", "GET", "/v1/graphs/heart/neighbors?curie=MONDO:1", {}, 404, "unknown-name"),
    ("no date", "GET", "/v1/graphs/heart/emerging?since=soon", {}, 400, "bad-input"),
    ("unparsable", "GET", "/v1/search?corpus=kept&q=(a", {}, 400, "unparsable-query"),
    ("unknown facet", "GET", "/v1/search?corpus=kept&q=a&facets=nix", {}, 400, "unknown-name"),
    ("too deep a cursor", "GET", "/v1/search?corpus=kept&q=a&cursor=!!", {}, 400, "bad-input"),
    ("a cursor of other results", "GET",
     f"/v1/concepts/{ILL}/ancestors?cursor=NS5hYmNkZWYxMjM0NTY", {}, 410, "expired-cursor"),
    ("unknown format", "GET", "/v1/corpora/kept/documents/p1?to=nix", {}, 400, "unknown-name"),
    ("not acceptable", "POST", "/v1/annotate",
     {"json": {"text": "a"}, "headers": {"accept": "image/png"}}, 406, "not-acceptable"),
    ("no JSON", "POST", "/v1/annotate", {"content": b"{", "headers": JSON}, 400, "bad-input"),
    ("broken UTF-8", "POST", "/v1/annotate",
     {"content": b'{"text": "\xff\xfe"}', "headers": JSON}, 400, "bad-input"),
    ("deep JSON", "POST", "/v1/annotate",
     {"content": b'{"documents": ' + b"[" * 100_000, "headers": JSON}, 400, "bad-input"),
    ("wrong media", "POST", "/v1/annotate",
     {"content": b"text=a", "headers": {"content-type": "text/plain"}}, 415, "wrong-media-type"),
    ("no media", "POST", "/v1/annotate", {"content": b"{}"}, 415, "wrong-media-type"),
    ("neither text nor documents", "POST", "/v1/annotate", {"json": {}}, 400, "bad-input"),
    ("both", "POST", "/v1/annotate", {"json": {"text": "a", "documents": [{"text": "b"}]}}, 400,
     "bad-input"),
    ("unknown field", "POST", "/v1/annotate", {"json": {"txt": "a"}}, 400, "bad-input"),
    ("a text that is none", "POST", "/v1/annotate", {"json": {"text": 5}}, 400, "bad-input"),
    ("a tagger of one's own", "POST", "/v1/annotate",
     {"json": {"text": "a", "mode": "hybrid:/tmp"}}, 400, "bad-input"),
    ("unknown reader", "POST", "/v1/annotate/file?source=nix", {"content": b"a"}, 400,
     "unknown-name"),
    ("a terminal is no format", "POST", "/v1/annotate?to=terminal",
     {"json": {"text": "a", "mode": "dictionary"}}, 400, "bad-input"),
    ("too many", "POST", "/v1/ground", {"json": {"terms": ["a"] * 1001}}, 400, "bad-input"),
    ("unknown job", "GET", "/v1/jobs/aaaaaaaaaaaaaaaaaaaaaaaa", {}, 404, "unknown-name"),
    ("a path is no job", "GET", "/v1/jobs/..%2f..%2fkeys", {}, 404, "not-found"),
    ("unknown dialect", "GET", "/v1/mesh/translate?q=a&to=klingon", {}, 400, "bad-input"),
    ("foreign host", "GET", "/v1/health", {"headers": {"host": "evil.example"}}, 421, "wrong-host"),
    ("host with a port", "GET", "/v1/health", {"headers": {"host": "evil.example:80"}}, 421,
     "wrong-host"),
    ("a host that begins as ours", "GET", "/v1/health",
     {"headers": {"host": "localhost.evil.example"}}, 421, "wrong-host"),
    ("foreign origin", "GET", "/v1/health", {"headers": {"origin": "http://evil.example"}}, 403,
     "wrong-origin"),
    ("origin null", "POST", "/v1/annotate",
     {"json": {"text": "a"}, "headers": {"origin": "null"}}, 403, "wrong-origin"),
    ("cross-site write", "POST", "/v1/annotate",
     {"json": {"text": "a"}, "headers": {"sec-fetch-site": "cross-site"}}, 403, "wrong-origin"),
    ("another port is another origin", "POST", "/v1/annotate",
     {"json": {"text": "a"}, "headers": {"origin": "http://localhost:9"}}, 403, "wrong-origin"),
    ("long address", "GET", "/v1/ground?term=" + "a" * 9000, {}, 413, "too-large"),
    ("a page that is a path", "GET", "/static/..%2f..%2fetc%2fpasswd.txt", {}, 404, "not-found"),
    ("a hidden file", "GET", "/static/.git/config.txt", {}, 404, "not-found"),
    ("pubtator: unknown entity", "GET",
     "/compat/pubtator3/search/?text=@DISEASE_nix&corpus=kept", {}, 404, "not-found"),
    ("pubtator: unknown kind", "GET",
     "/compat/pubtator3/entity/autocomplete/?query=a&concept=nix", {}, 400, "unknown-name"),
    ("pubtator: unknown format", "GET",
     "/compat/pubtator3/publications/export/nix?pmids=1", {}, 400, "bad-input"),
    ("pubtator: no text", "POST", "/compat/pubtator3/annotations/annotate/submit/Gene",
     {"content": b"  "}, 400, "bad-input"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [case[1:] for case in WRONG],
    ids=[case[0] for case in WRONG],
)
def test_what_is_wrong_is_named(
    client: TestClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    reply = client.request(method, path, **sent)
    told = reply.json()
    assert (reply.status_code, told["code"]) == (status, code), told
    assert reply.headers["content-type"] == "application/problem+json"
    assert told["request_id"] == reply.headers["x-request-id"]
    assert client.get("/v1/health").status_code == 200


def test_a_hostile_name_of_an_upload_is_only_a_name(client: TestClient) -> None:
    for name in ("../../../etc/passwd", "..\\..\\boot.ini", "a\x00.txt", "/dev/stdin", "-", "c:x"):
        reply = client.post(
            "/v1/annotate/file", params={"name": name, "mode": "dictionary"}, content=b"Fever"
        )
        assert reply.status_code == 200, name
        (document,) = reply.json()["documents"]
        assert [m["curie"] for m in document["mentions"]] == ["HP:0001945"]
        assert "/" not in document["id"]


def test_a_file_that_cannot_be_read_is_an_error_in_its_place(client: TestClient) -> None:
    reply = client.post("/v1/annotate/file?name=a.txt&mode=dictionary", content=b"\xff\xfe\xfd")
    (document,) = reply.json()["documents"]
    assert (reply.status_code, document["error"]["code"]) == (200, "bad-encoding")


def test_a_decompression_bomb_is_refused(client: TestClient) -> None:
    import gzip

    bomb = gzip.compress(b"0" * 30_000_000)
    reply = client.post("/v1/annotate/file?name=a.txt.gz&mode=dictionary", content=bomb)
    (document,) = reply.json()["documents"]
    assert document["error"]["code"] == "bad-file"


def test_lone_surrogates_pass_through(client: TestClient) -> None:
    body = b'{"text": "Fever \\ud800 gout", "mode": "dictionary"}'
    reply = client.post("/v1/annotate", content=body, headers=JSON)
    assert reply.status_code in (200, 400)


async def _slow(step: float, parts: int) -> AsyncIterator[bytes]:
    for _ in range(parts):
        await asyncio.sleep(step)
        yield b" "


def test_limits_are_named(place: Path) -> None:
    app: Any = make_app(settings_of(place, "limits"), SMALL)
    text = json.dumps({"text": "a" * 600, "mode": "dictionary"}).encode()
    many = b'{"text": "Fever"}\n' * 4

    async def run() -> list[str]:
        path = "/v1/annotate"
        told = [
            await ask(app, "POST", path, headers={**JSON, "content-length": "5000"}),
            await ask(app, "POST", path, headers=JSON, body=[b"a" * 1500, b"a" * 1500]),
            await ask(app, "POST", path, headers=JSON, body=_slow(0.05, 100)),
            await ask(app, "POST", path, headers=JSON, body=[text]),
            await ask(app, "POST", "/v1/annotate/file", query=b"name=a.jsonl&mode=dictionary",
                      body=[many]),
            await ask(app, "POST", path, headers={**JSON, "content-length": "-1"}),
        ]  # fmt: skip
        return [f"{status} {code_of(content)}" for status, _, content in told]

    assert asyncio.run(run()) == [
        "413 too-large", "413 too-large", "408 too-slow", "413 too-large", "413 too-large",
        "400 refused",
    ]  # fmt: skip


def test_too_much_work_is_refused_at_once_and_says_when_to_come_back(place: Path) -> None:
    app: Any = make_app(settings_of(place, "busy"), SMALL)
    lane = app.application.lanes["annotating"]
    gate = threading.Event()
    body = [b'{"text": "Fever", "mode": "dictionary"}']

    taken: list[bytes] = []

    async def sent() -> AsyncIterator[bytes]:
        for part in (b"no ", b"JSON"):
            taken.append(part)
            yield part

    async def run() -> list[tuple[int, dict[str, str], bytes]]:
        held = [asyncio.ensure_future(lane.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await ask(app, "POST", "/v1/annotate", headers=JSON, body=sent())
        gate.set()
        await asyncio.gather(*held)
        return [refused, await ask(app, "POST", "/v1/annotate", headers=JSON, body=body)]

    (status, headers, content), (after, _, _) = asyncio.run(run())
    assert (status, headers["retry-after"], code_of(content)) == (503, "1", "overloaded")
    assert taken == [b"no ", b"JSON"]  # let go by, not read: who still sends hears no answer
    assert after == 200


def test_work_that_takes_too_long_is_given_up(place: Path, monkeypatch: Any) -> None:
    app: Any = make_app(settings_of(place, "late"), SMALL)
    monkeypatch.setattr("onoma.server.routes.annotate.format_of", lambda accept: time.sleep(1))
    body = [b'{"text": "Fever", "mode": "dictionary"}']
    status, headers, content = asyncio.run(
        ask(app, "POST", "/v1/annotate", headers=JSON, body=body)
    )
    assert (status, code_of(content)) == (503, "out-of-time")
    assert headers["retry-after"] == "5"


def test_work_stops_when_its_client_goes(place: Path, monkeypatch: Any) -> None:
    app: Any = make_app(settings_of(place, "gone"))
    started = threading.Event()
    stopped = threading.Event()

    def chunks(call: Any, nlp: Any, documents: Any) -> Any:
        started.set()
        for _ in range(1000):
            time.sleep(0.005)
            try:
                call.check()
            except OnomaError:
                stopped.set()
                raise
            yield []

    monkeypatch.setattr("onoma.server.routes.annotate._chunks", chunks)

    async def run() -> None:
        body = [b'{"text": "Fever", "mode": "dictionary"}']
        with pytest.raises(asyncio.CancelledError):
            await ask(app, "POST", "/v1/annotate", headers=JSON, body=body, is_dropped=True)

    asyncio.run(run())
    assert stopped.wait(1.0) or not started.is_set()


def test_a_fault_of_ours_tells_nothing_and_the_log_no_text(
    place: Path, monkeypatch: Any, caplog: Any
) -> None:
    app: Any = make_app(settings_of(place, "fault"))

    def broken(accept: str) -> str:
        raise ZeroDivisionError("Patient Canaryname fell")

    monkeypatch.setattr("onoma.server.routes.annotate.format_of", broken)
    body = [b'{"text": "Canaryname", "mode": "dictionary"}']
    with caplog.at_level("INFO", logger="onoma.server"):
        status, _, content = asyncio.run(ask(app, "POST", "/v1/annotate", headers=JSON, body=body))
    assert (status, code_of(content)) == (500, "internal")
    assert b"Canary" not in content
    assert "ZeroDivisionError" in caplog.text
    assert "Canary" not in caplog.text


def test_names_in_requests_reach_no_file_and_no_log(
    client: TestClient, place: Path, caplog: Any
) -> None:
    canary = "Zyxwvcanary"
    with caplog.at_level("DEBUG"):
        client.post("/v1/annotate", json={"text": canary, "mode": "dictionary"})
        client.post("/v1/annotate", json={"text": canary, "mode": canary})
        client.post("/v1/annotate", content=canary.encode(), headers=JSON)
        client.post("/v1/annotate/file", params={"name": canary, "source": canary}, content=b"a")
        client.get("/v1/ground", params={"term": canary, "mode": "dictionary"})
        client.get("/v1/search", params={"q": canary, "corpus": "kept", "by": "bm25"})
        client.get("/v1/search", params={"q": f"({canary}", "corpus": canary})
        client.get(f"/v1/concepts/{canary}")
        client.get(f"/{canary}", headers={"x-request-id": f"{canary} {canary}"})
        client.get("/v1/health", headers={"host": canary})
        client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": canary})
        client.post("/compat/pubtator3/request.cgi", content=canary.encode())
    own = [one.getMessage() for one in caplog.records if one.name.startswith("onoma")]
    assert len(own) >= 12
    written = "\n".join(own) + client.get("/v1/metrics").text
    assert canary not in written
    assert not [
        path
        for path in (place / "state").rglob("*")
        if path.is_file() and canary.encode() in path.read_bytes()
    ]


def test_problems_have_a_status() -> None:
    assert status_of(Inconsistent("a")) == 409
    assert status_of(OnomaError("a")) == 500
