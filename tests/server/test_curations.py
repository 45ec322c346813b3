"""Curations over HTTP: two readers, an adjudicator, keys that name people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from onoma.server.access import Keys
from onoma.server.app import make_app, operations
from tests.server.conftest import HERE, settings_of

HOME = "/v1/curations/flu"


def call(client: TestClient, name: str, method: str, path: str, **sent: Any) -> Any:
    """Return what an operation answers, checked against its declaration."""
    reply = client.request(method, path, **sent)
    operation = next(one for one in operations() if one.name == name)
    assert reply.status_code == operation.status, reply.text
    if operation.answer:
        msgspec.convert(reply.json(), operation.answer)
    return reply.json()


@pytest.fixture
def flu(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A client where the curation ``flu`` has begun."""
    monkeypatch.setenv("ONOMA_CURATIONS", str(tmp_path))
    body = {"name": "flu", "corpus": "kept", "readers": ["anna", "ben"], "documents": 2}
    made = call(client, "start_curating", "POST", "/v1/curations", json=body)
    assert (made["documents"], made["settled"]) == (2, 0)
    return client


def queue(client: TestClient, reader: str, **more: Any) -> list[dict[str, Any]]:
    told = {"reader": reader, "k": 100, **more}
    found: list[dict[str, Any]] = call(
        client, "curation_queue", "GET", f"{HOME}/queue", params=told
    )["items"]
    return found


def settle(client: TestClient, reader: str, item: str, verb: str, **more: Any) -> Any:
    body = {"item": item, "verb": verb, **more}
    return call(client, "decide", "POST", f"{HOME}/decisions", params={"reader": reader}, json=body)


def test_a_curation_from_start_to_export(flu: TestClient) -> None:
    listed = call(flu, "curations", "GET", "/v1/curations")["curations"]
    assert [one["name"] for one in listed] == ["flu"]
    items = queue(flu, "anna")
    assert items == sorted(items, key=lambda one: -one["doubt"])
    assert items[0]["part"]["text"]
    for reader in ("anna", "ben"):
        for one in items:
            settle(flu, reader, one["item"], "accept")
    first = items[0]["item"]
    changed = {"type": "disease", "curie": "mondo:0005393"}
    told = settle(flu, "ben", first, "relink", parts=[changed])
    assert told["decisions"][0]["parts"][0]["label"] == "gout"
    info = call(flu, "curation_info", "GET", HOME)
    assert (info["differences"], [one["decided"] for one in info["progress"]]) == (
        1, [len(items)] * 2,
    )  # fmt: skip
    assert call(flu, "curation_agreement", "GET", f"{HOME}/agreement")["differences"] == 1
    (turn,) = queue(flu, "carla", stage="adjudication")
    assert {one[0]["curie"] for one in turn["readings"]} >= {"MONDO:0005393"}
    body = {"item": first, "verb": "accept"}
    seat = {"reader": "carla", "stage": "adjudication"}
    call(flu, "decide", "POST", f"{HOME}/decisions", params=seat, json=body)
    done = flu.get(f"{HOME}/export?to=pubtator")
    assert done.content.count(b"|t|") == 2
    assert done.headers["content-type"].startswith("text/x-pubtator")
    call(flu, "undo_decision", "POST", f"{HOME}/undo", params=seat, json={})
    assert flu.get(f"{HOME}/export?to=pubtator").content.count(b"|t|") == 1
    assert flu.get(f"{HOME}/export?to=pubtator&all=true").content.count(b"|t|") == 2


def test_a_reader_sees_but_their_own(flu: TestClient) -> None:
    (first, *_) = queue(flu, "anna")
    settle(flu, "anna", first["item"], "reject")
    params = {"reader": "ben"}
    place = f"{HOME}/documents/{first['document']}"
    sheet = call(flu, "curation_document", "GET", place, params=params)
    assert sheet["record"]["text"]
    assert all(one["decision"] is None and not one["readings"] for one in sheet["items"])
    mine = call(flu, "curation_document", "GET", place, params={"reader": "anna"})
    assert [one["decision"]["verb"] for one in mine["items"] if one["decision"]] == ["reject"]


def test_missed_mentions_are_added_by_their_words(flu: TestClient) -> None:
    (first, *_) = queue(flu, "anna")
    sheet = flu.get(f"{HOME}/documents/{first['document']}?reader=anna").json()
    word = next(one for one in sheet["record"]["text"].split() if one.islower() and len(one) > 3)
    body = {"document": first["document"], "words": f"{word} = -", "type": "process"}
    params = {"reader": "anna"}
    told = call(flu, "add_missed", "POST", f"{HOME}/missed", params=params, json=body)
    assert told["decisions"][0]["parts"][0]["text"] == word
    assert told["progress"]["added"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/v1/curations/none", None, "unknown-name"),
        ("GET", "/v1/curations/..%2Fx", None, "not-found"),
        ("GET", f"{HOME}/queue?reader=dora", None, "unknown-name"),
        ("GET", f"{HOME}/queue", None, "unknown-name"),
        ("GET", f"{HOME}/queue?reader=anna&stage=adjudication", None, "bad-input"),
        ("POST", f"{HOME}/decisions?reader=anna", {"item": "9.9", "verb": "accept"},
         "unknown-name"),
        ("POST", f"{HOME}/decisions?reader=anna", {"item": "0.0", "verb": "relink"}, "bad-input"),
        ("POST", f"{HOME}/decisions?reader=anna",
         {"item": "0.0", "verb": "split", "words": "nowhere to be seen"}, "bad-span"),
        ("POST", f"{HOME}/decisions?reader=anna", {"item": "0.0", "verb": "eat"}, "bad-input"),
        ("POST", "/v1/curations", {"name": "../x", "corpus": "kept"}, "unknown-name"),
        ("POST", "/v1/curations", {"name": "flu", "corpus": "kept"}, "bad-input"),
        ("POST", "/v1/curations", {"name": "x", "corpus": "none"}, "unknown-name"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(
    flu: TestClient, method: str, path: str, body: Any, code: str
) -> None:
    reply = flu.request(method, path, json=body)
    assert (reply.status_code // 100, reply.json()["code"]) == (4, code)


@pytest.fixture
def keyed(flu: TestClient, place: Path) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """A client of a server that asks for keys, with keys of two readers."""
    settings = settings_of(place, "keyed-curations", is_open=False)
    keys = Keys(settings.place)
    made = {one: keys.add(one, ["read", "annotate", "curate"]) for one in ("anna", "ben")}
    made["only"] = keys.add("only", ["read"])
    with TestClient(make_app(settings), base_url=HERE) as client:
        yield client, made


def test_with_keys_nobody_sits_down_as_another(keyed: tuple[TestClient, dict[str, str]]) -> None:
    client, keys = keyed
    anna = {"authorization": f"Bearer {keys['anna']}"}
    assert client.get(f"{HOME}/queue", headers=anna).json()["progress"]["reader"] == "anna"
    reply = client.get(f"{HOME}/queue?reader=ben", headers=anna)
    assert (reply.status_code, reply.json()["code"]) == (403, "not-allowed")
    only = {"authorization": f"Bearer {keys['only']}"}
    assert client.get(f"{HOME}/queue", headers=only).status_code == 403
    assert client.get(HOME, headers=only).status_code == 200
