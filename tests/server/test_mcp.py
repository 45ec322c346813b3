"""The tools: by the official client, and with everything that is wrong."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from onoma.server.access import EVERYONE
from onoma.server.declare import Call
from onoma.server.mcp.protocol import DATA, LONGEST, Session, cleaned, fitting, listed
from onoma.server.mcp.stdio import talk
from onoma.server.mcp.tools import BUDGET, TOOLS
from onoma.server.service import Service
from tests.server.conftest import DRUG, ILL, settings_of

GOOD: dict[str, dict[str, Any]] = {
    "find_concept": {"term": "pyrexia"},
    "get_concept": {"curie": ILL},
    "annotate": {"text": "Fever and gout."},
    "search": {"query": "levodopa", "corpus": "kept"},
    "get_document": {"id": "p1", "corpus": "kept"},
    "relations_between": {"a": DRUG, "b": ILL, "corpus": "kept"},
    "graph_neighbors": {"curie": DRUG},
    "suggest_headings": {"query": "melanoma"},
}


@pytest.fixture(scope="module")
def session(place: Path) -> Session:
    return Session(Call(Service(settings_of(place)), EVERYONE))


def call(session: Session, name: Any, arguments: Any) -> dict[str, Any]:
    params = {"name": name, "arguments": arguments}
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
    reply = session.answer(json.dumps(message).encode())
    assert reply is not None
    told: dict[str, Any] = json.loads(reply)
    assert (told["jsonrpc"], told["id"]) == ("2.0", 7)
    return told


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_tool_answers_within_its_budget(session: Session, name: str) -> None:
    result = call(session, name, GOOD[name])["result"]
    assert result["isError"] is False, result
    assert len(json.dumps(result, ensure_ascii=False)) <= BUDGET
    assert result["content"][0]["text"].startswith(DATA)
    assert (
        json.loads(result["content"][0]["text"].removeprefix(DATA)) == result["structuredContent"]
    )


def test_eight_tools_that_only_read() -> None:
    assert len(TOOLS) == 8
    assert all(one["annotations"]["readOnlyHint"] for one in listed())


@pytest.mark.parametrize("text", ["Fever. " * 300, "gout and fever, " * 90])
def test_pages_of_mentions_join_to_all(session: Session, text: str) -> None:
    places, cursor = [], ""
    while cursor is not None:
        given = {"text": text, "cursor": cursor}
        result = call(session, "annotate", given)["result"]
        assert len(json.dumps(result, ensure_ascii=False)) <= BUDGET
        record = result["structuredContent"]
        places += [one["start"] for one in record["mentions"]]
        cursor = record["next"]
    assert len(places) == len(set(places)) == record["mentions_in_all"]


BAD_MESSAGES: tuple[tuple[bytes, int], ...] = (
    (b"", -32700), (b"\xff\xfe", -32700), (b"{", -32700), (b"[" * 50_000, -32700),
    (b"[]", -32600), (b"5", -32600), (b'"a"', -32600), (b"null", -32600), (b"{}", -32600),
    (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
    (b'{"jsonrpc": "2.0", "id": 1}', -32600),
    (b'{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600),
    (b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "ping"}', -32600),
    (b'{"jsonrpc": "2.0", "id": true, "method": "ping"}', -32600),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "nix"}', -32601),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/read"}', -32601),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32602),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call"}', -32602),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rm"}}', -32602),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": ["x"]}}', -32602),
    (b" " * (LONGEST + 1), -32600),
)  # fmt: skip


@pytest.mark.parametrize(("raw", "code"), BAD_MESSAGES, ids=range(len(BAD_MESSAGES)))
def test_a_message_that_is_none_is_answered_as_an_error(
    session: Session, raw: bytes, code: int
) -> None:
    reply = session.answer(raw)
    if reply is None:  # a notification that is wrong is passed over
        assert b'"id"' not in raw
        return
    assert json.loads(reply)["error"]["code"] == code


def _abuses() -> list[tuple[str, Any]]:
    """Two hundred arguments that no tool takes."""
    wrong: list[Any] = [
        None, [], 5, "text", {"nix": 1}, {"term": ""}, {"term": 5}, {"k": 0}, {"k": 10**9},
        {"k": "many"}, {"cursor": "!"}, {"cursor": "AAAA"}, {"corpus": "../kept"}, {"id": "\x00"},
        {"curie": "x" * 300}, {"query": "(" * 500}, {"query": '"'}, {"text": "a" * 200_000},
        {"types": ["nix"]}, {"types": "disease"}, {"ids": ["NIX"]}, {"graph": "/etc"},
    ]  # fmt: skip
    rng = random.Random(3)  # noqa: S311 - picks cases
    out: list[tuple[str, Any]] = []
    while len(out) < 200:
        name = rng.choice(list(TOOLS))
        one = rng.choice(wrong)
        given = GOOD[name] | one if isinstance(one, dict) and rng.random() < 0.7 else one
        out.append((name, given))
    return out


def test_two_hundred_abuses_are_answered(session: Session) -> None:
    for name, wrong in _abuses():
        told = call(session, name, wrong)
        reply = json.dumps(told, ensure_ascii=False)
        assert len(reply) <= BUDGET + 200, (name, str(wrong)[:80])
        if told.get("result", {}).get("isError"):
            record = json.loads(told["result"]["content"][0]["text"])
            assert record["code"] != "internal", (name, str(wrong)[:80], record)
    assert call(session, "find_concept", GOOD["find_concept"])["result"]["isError"] is False


def test_a_notification_has_no_reply(session: Session) -> None:
    assert session.answer(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}') is None
    assert session.answer(b'{"jsonrpc": "2.0", "method": "nix"}') is None


@given(
    st.dictionaries(
        st.sampled_from("abc"),
        st.one_of(st.text(max_size=4000), st.lists(st.text(max_size=300), max_size=90)),
        min_size=1,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_fitted_keeps_to_the_budget_and_says_so(record: dict[str, Any]) -> None:
    kept = fitting(cleaned(record), 4000)
    text = json.dumps(kept, ensure_ascii=False)
    assert len(text) + len(json.dumps(text, ensure_ascii=False)) <= 4000
    is_whole = {key: kept[key] for key in record} == cleaned(record)
    assert bool(kept["truncated"]) != is_whole


def test_hidden_characters_of_texts_are_left_out() -> None:
    assert cleaned("a\u202eb\u200bc\U000e0041d\x1be\nf") == "a b c d e\nf"


def test_standard_input_is_answered_line_by_line(place: Path) -> None:
    ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
    long = b'{"a": "' + b"x" * (3 * LONGEST) + b'"}\n'
    out = io.BytesIO()
    talk(settings_of(place), io.BytesIO(ping + b"\n" + long + b"junk\n" + ping), out)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one.get("error", {}).get("code") for one in told] == [None, -32600, -32700, None]


def test_http_takes_messages_and_refuses_foreign_pages(client: TestClient) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert client.post("/mcp", json=ping).json()["result"] == {}
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert client.post("/mcp", json=note).status_code == 202
    assert client.get("/mcp").status_code == 405
    origin = {"origin": "http://evil.example"}
    assert client.post("/mcp", json=ping, headers=origin).status_code == 403
    host = {"host": "evil.example"}
    assert client.post("/mcp", json=ping, headers=host).status_code == 421


def test_the_official_client_is_served(client: TestClient) -> None:
    types = pytest.importorskip("mcp.types")
    message: dict[str, Any]
    for method, kind in (("initialize", "InitializeResult"), ("tools/list", "ListToolsResult")):
        params = {"protocolVersion": "2025-06-18"} if method == "initialize" else {}
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        getattr(types, kind).model_validate(client.post("/mcp", json=message).json()["result"])
    wanted = {"name": "find_concept", "arguments": {"term": "gout"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": wanted}
    told = client.post("/mcp", json=message).json()["result"]
    assert types.CallToolResult.model_validate(told).structured_content is not None
