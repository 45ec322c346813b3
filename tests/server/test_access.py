"""Keys, scopes, projects, signing in, rates, the audit trail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from onoma.errors import BadLine, InputError, UnknownName
from onoma.server.access import SCOPES, Keys
from onoma.server.app import make_app, operations
from onoma.server.audit import Audit
from onoma.server.problems import NoKey
from onoma.server.rates import Rates
from onoma.server.run import check_place
from onoma.server.settings import ServerSettings
from tests.server.conftest import HERE, settings_of
from tests.server.test_routes import CALLS

OPEN = {"health", "about", "openapi", "sign_in", "sign_out", "mcp_stream"}
"""Operations that want no key."""


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def keyed(place: Path) -> Any:
    """A server that wants keys, and a key of each scope alone."""
    made = settings_of(place, "keyed", is_open=False)
    keys = Keys(made.place)
    of = {scope: keys.add(scope, [scope]) for scope in SCOPES}
    of["kept alone"] = keys.add("kept", ["read", "annotate"], ["kept"])
    with TestClient(make_app(made), base_url=HERE) as client:
        yield client, of


def test_every_operation_wants_the_scope_that_it_declares(keyed: Any) -> None:
    client, of = keyed
    calls = {name: (method, path, body) for name, method, path, body in CALLS}
    for one in operations():
        method, path, body = calls.get(one.name, (one.method, one.path, None))
        sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
        if one.name in OPEN:
            assert one.scope == ""
            continue
        assert client.request(method, path, **sent).status_code == 401, one.name
        for scope in ("read", "annotate", "curate"):
            if scope != one.scope:
                reply = client.request(method, path, headers=_bearer(of[scope]), **sent)
                assert reply.status_code == 403, (one.name, scope)


def test_a_key_with_the_scope_is_let_in(keyed: Any) -> None:
    client, of = keyed
    assert client.get("/v1/corpora", headers=_bearer(of["read"])).status_code == 200
    assert client.get("/v1/corpora", headers={"x-api-key": of["read"]}).status_code == 200
    assert client.get("/v1/jobs", headers=_bearer(of["admin"])).status_code == 200


def test_a_key_sees_its_own_projects_alone(keyed: Any) -> None:
    client, of = keyed
    own = _bearer(of["kept alone"])
    names = [one["name"] for one in client.get("/v1/corpora", headers=own).json()["corpora"]]
    assert names == ["kept"]
    assert client.get("/v1/graphs", headers=own).json() == {"graphs": []}
    for path in ("/v1/corpora/other", "/v1/search?corpus=other&q=a", "/v1/graphs/heart",
                 "/v1/corpora/other/documents/p1"):  # fmt: skip
        assert client.get(path, headers=_bearer(of["read"])).status_code == 200
        assert client.get(path, headers=own).status_code == 404, path


@pytest.mark.parametrize(
    "key", ["", "onoma_", "onoma_aaaaaaaa_" + "a" * 43, "x" * 5000, "onoma_a_b", "é"]
)
def test_what_is_no_key_is_refused(keyed: Any, key: str) -> None:
    client, _ = keyed
    reply = client.get("/v1/corpora", headers={"authorization": f"Bearer {key}".encode("latin-1")})
    assert reply.status_code == 401
    assert "Bearer" in reply.headers["www-authenticate"]


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567_ABC-", max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_random_key_is_right(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    keys = Keys(tmp_path_factory.getbasetemp() / "nobody")
    with pytest.raises(NoKey):
        keys.who(f"onoma_{text}")


def test_a_removed_key_is_refused_at_once(place: Path) -> None:
    made = settings_of(place, "removed", is_open=False)
    key = Keys(made.place).add("gone", ["read"])
    with TestClient(make_app(made), base_url=HERE) as client:
        assert client.get("/v1/corpora", headers=_bearer(key)).status_code == 200
        Keys(made.place).remove("gone")
        assert client.get("/v1/corpora", headers=_bearer(key)).status_code == 401


def test_keys_are_kept_as_argon2_alone(tmp_path: Path) -> None:
    key = Keys(tmp_path).add("me", ["read"])
    kept = (tmp_path / "keys.json").read_text(encoding="utf-8")
    assert "$argon2id$" in kept
    # the secret may itself hold an underscore: cut at the first two alone
    assert key.split("_", 2)[2] not in kept
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_scope_or_name_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        Keys(tmp_path).add("me", ["everything"])
    with pytest.raises(InputError):
        Keys(tmp_path).add("\n", ["read"])
    with pytest.raises(UnknownName):
        Keys(tmp_path).remove("nobody")


def test_a_browser_signs_in_and_writes_with_its_token(keyed: Any) -> None:
    client, of = keyed
    with TestClient(client.app, base_url=HERE) as browser:
        assert browser.post("/v1/session", json={"key": "x"}).status_code == 401
        reply = browser.post("/v1/session", json={"key": of["kept alone"]})
        told = reply.json()
        assert reply.status_code == 201
        assert told["allowed"] == ["read", "annotate"]
        cookie = reply.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert browser.get("/v1/corpora").status_code == 200
        body = {"text": "Fever", "mode": "dictionary"}
        refused = browser.post("/v1/annotate", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong-origin")
        own = {"x-csrf-token": told["token"]}
        assert browser.post("/v1/annotate", json=body, headers=own).status_code == 200
        assert browser.delete("/v1/session", headers=own).status_code == 204
        assert browser.get("/v1/corpora").status_code == 401


def test_the_rate_is_kept_and_told(place: Path) -> None:
    with TestClient(make_app(settings_of(place, "rated", rate=3)), base_url=HERE) as client:
        got = [client.get("/v1/health") for _ in range(5)]
    assert [one.status_code for one in got] == [200, 200, 200, 429, 429]
    assert 1 <= int(got[3].headers["retry-after"]) <= 21
    assert got[3].json()["code"] == "too-many-requests"


def test_a_bucket_fills_with_time(tmp_path: Path) -> None:
    now = [100.0]
    rates = Rates(tmp_path, 60, clock=lambda: now[0])
    assert [rates.take("a") for _ in range(60)] == [0.0] * 60
    assert rates.take("a") == pytest.approx(1.0)
    assert rates.take("b") == 0.0
    now[0] += 2.5
    assert [rates.take("a") == 0.0 for _ in range(3)] == [True, True, False]


def test_what_a_list_of_proxies_tells_is_believed_of_them_alone(place: Path) -> None:
    made = settings_of(place, "proxied", rate=2, proxies=("testclient",))
    with TestClient(make_app(made), base_url=HERE) as client:
        first = [
            client.get("/v1/health", headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
            for n in range(4)
        ]
    assert first == [200] * 4
    with TestClient(make_app(settings_of(place, "direct", rate=2)), base_url=HERE) as client:
        other = [
            client.get("/v1/health", headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
            for n in range(4)
        ]
    assert other == [200, 200, 429, 429]


def test_a_server_does_not_listen_elsewhere_unprotected() -> None:
    elsewhere = ServerSettings(folder="", host="192.0.2.7")
    with pytest.raises(InputError, match="nothing encrypts"):
        check_place(elsewhere, is_secure=False)
    check_place(elsewhere, is_secure=True)
    check_place(ServerSettings(folder="", host="127.0.0.1"), is_secure=False)


def test_refusals_and_changes_are_in_the_trail_without_text(place: Path) -> None:
    made = settings_of(place, "trail", is_open=False)
    key = Keys(made.place).add("writer", ["read", "curate"])
    with TestClient(make_app(made), base_url=HERE) as client:
        client.get("/v1/corpora")
        client.get("/v1/corpora", headers=_bearer(key))
        client.post("/v1/corpora/nix/documents", content=b"Canaryword", headers=_bearer(key))
    rows = list(Audit(made.place).rows())
    assert [(row["operation"], row["status"]) for row in rows] == [
        ("corpora", 401),
        ("begin_add", 404),
    ]
    assert rows[1]["who"].startswith("writer")
    assert b"Canary" not in Audit(made.place).path.read_bytes()
    assert Audit(made.place).verify().count == 2


def test_every_changed_byte_of_the_trail_is_found(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    for number in range(3):
        audit.note({"who": "me", "operation": f"o{number}", "status": 200})
    whole = audit.path.read_bytes()
    assert audit.verify().count == 3
    for place in range(len(whole)):
        audit.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BadLine):
            audit.verify()
    lines = whole.splitlines(keepends=True)
    for damaged in ((lines[0], lines[2]), (lines[1], lines[0], lines[2]), (*lines, lines[2])):
        audit.path.write_bytes(b"".join(damaged))
        with pytest.raises(BadLine):
            audit.verify()


@pytest.mark.slow
def test_a_trail_outlives_a_killed_writer(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from onoma.server.audit import Audit\n"
        "a = Audit(Path(sys.argv[1])); n = 0\n"
        "while True:\n a.note({'n': n}); print(n, flush=True); n += 1\n"
    )
    told = 0
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for _ in range(3):
                child.stdout.readline()
                told += 1
            os.kill(child.pid, signal.SIGKILL)
            told += len(child.stdout.read().splitlines())
        with (tmp_path / "audit" / "audit.jsonl").open("ab") as file:
            file.write(b'{"number": ')  # as a writer that is killed within a line leaves it
        Audit(tmp_path).note({"after": True})
        told += 1
    assert Audit(tmp_path).verify().count >= told
