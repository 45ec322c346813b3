"""Several files in one body, and bodies that say they are and are not."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from onoma.errors import OnomaError
from onoma.server.multipart import Part, iter_parts
from onoma.server.problems import TooLarge

PLACE = "/v1/annotate/file?mode=dictionary"
HEADER = "multipart/form-data; boundary=xYz"


def made(parts: Sequence[tuple[str, bytes, str]]) -> bytes:
    """Return a body as clients write it."""
    lines = b"".join(
        b'--xYz\r\nContent-Disposition: form-data; name="f"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: '
        + media.encode()
        + b"\r\n\r\n"
        + content
        + b"\r\n"
        for name, content, media in parts
    )
    return lines + b"--xYz--\r\n"


def test_files_of_several_formats_come_together(client: TestClient) -> None:
    pubtator = b"7|t|Gout\n7|a|No fever.\n\n"
    files = [
        ("files", ("../../note.txt", b"Fever but no seizure.", "text/plain")),
        ("files", ("gold", pubtator, "text/x-pubtator")),
        ("files", ("two.jsonl", b'{"id": "x", "text": "Gout"}\n', "application/octet-stream")),
        ("files", ("bad.txt", b"\xff\xfe\xfd", "text/plain")),
    ]
    reply = client.post(PLACE, files=files)
    found = reply.json()["documents"]
    assert reply.status_code == 200
    assert [one["id"] for one in found] == ["note.txt", "7", "x", "bad.txt"]
    assert found[3]["error"]["code"] == "bad-encoding"
    assert [m["curie"] for m in found[1]["mentions"]] == ["MONDO:0005393", "HP:0001945"]
    told = client.post(f"{PLACE}&to=pubtator", files=files[1:2])
    assert told.text.startswith("7|t|Gout")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"", HEADER), (b"--xYz--", HEADER), (b"--xYz\r\n\r\nabc", HEADER), (b"junk", HEADER),
        (made([("a", b"b", "c")])[:-8], HEADER), (made([("a", b"b", "c")]), "multipart/form-data"),
        (b"--xYz\r\nno head\r\n--xYz--", HEADER),
        (b"--xYz\r\n" + b"a: b\r\n" * 2000 + b"\r\nx\r\n--xYz--", HEADER),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_body_that_is_torn_is_named(client: TestClient, body: bytes, header: str) -> None:
    reply = client.post(PLACE, content=body, headers={"content-type": header})
    is_empty = body == b"--xYz--"
    assert (reply.status_code, reply.json().get("code")) == (
        (200, None) if is_empty else (400, "bad-input")
    )
    assert client.get("/v1/health").status_code == 200


def test_too_many_files_are_refused() -> None:
    body = made([("a", b"b", "c")] * 5)
    assert len(list(iter_parts(body, HEADER, most=5))) == 5
    with pytest.raises(TooLarge):
        list(iter_parts(body, HEADER, most=4))


@given(st.lists(st.binary(max_size=200).filter(lambda one: b"--xYz" not in one), max_size=4))
@settings(max_examples=80, deadline=None)
def test_files_come_out_as_they_went_in(contents: list[bytes]) -> None:
    body = made([(f"{number}.txt", one, "text/plain") for number, one in enumerate(contents)])
    assert list(iter_parts(body, HEADER, most=9)) == [
        Part(f"{number}.txt", "text/plain", one) for number, one in enumerate(contents)
    ]


@given(st.binary(max_size=300), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_files_or_a_named_error(body: bytes, header: str) -> None:
    for told in (header, HEADER):
        with suppress(OnomaError):
            list(iter_parts(b"--xYz\r\n" + body, told, most=9))
