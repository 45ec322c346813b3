"""Tokens of an OpenID provider: a local one, with keys made here."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from onoma.cli.app import app
from onoma.errors import InputError, UnknownName
from onoma.server.app import make_app
from onoma.server.problems import Unreachable
from tests.server.conftest import HERE, settings_of

jwt = pytest.importorskip("jwt")
ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")

from onoma.server.oidc import Tokens, check_issuer, read_grants  # noqa: E402

AUDIENCE = "onoma"
GRANTS = {"staff": "read,annotate", "heart group": "read@kept", "boss": "admin"}


class Provider:
    """An issuer on loopback: a discovery document and its keys."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"one": ec.generate_private_key(ec.SECP256R1())}
        self.told: dict[str, Any] = {}
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                self.send_response(302 if self.path == "/moved" else 200)
                self.send_header("location", "/keys")
                self.end_headers()
                self.wfile.write(json.dumps(provider.reply(self.path)).encode())

            def log_message(self, *given: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, path: str) -> Any:
        if path.endswith("openid-configuration"):
            return {"issuer": self.address, "jwks_uri": f"{self.address}/keys", **self.told}
        made = [
            json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())) | {"kid": kid}
            for kid, key in self.keys.items()
        ]
        return {"keys": [*made, {"kty": "new", "kid": "of a kind that nobody knows"}]}

    def token(self, kid: str = "one", **claims: Any) -> str:
        now = time.time()
        usual = {"iss": self.address, "aud": AUDIENCE, "sub": "ann", "exp": now + 300, "iat": now}
        told = {name: one for name, one in (usual | claims).items() if one is not None}
        made: str = jwt.encode(told, self.keys[kid], "ES256", headers={"kid": kid})
        return made


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("no_proxy", "*")
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client(place: Path, provider: Provider) -> Iterator[TestClient]:
    made = settings_of(place, "tokens", is_open=False, issuer=provider.address,
                       audience=AUDIENCE, grants=GRANTS)  # fmt: skip
    with TestClient(make_app(made), base_url=HERE) as client:
        yield client


def _ask(client: TestClient, token: str, path: str = "/v1/corpora") -> Any:
    return client.get(path, headers={"authorization": f"Bearer {token}"})


def test_a_token_is_let_in_as_far_as_its_claims_go(client: TestClient, provider: Provider) -> None:
    told = _ask(client, provider.token(scope="openid onoma:read"), "/v1/about").json()
    assert (told["who"], told["allowed"]) == ("ann (oidc)", ["read"])
    staff = _ask(client, provider.token(groups=["staff", "others"]), "/v1/about").json()
    assert staff["allowed"] == ["read", "annotate"]
    assert _ask(client, provider.token(roles=["boss"]), "/v1/jobs").status_code == 200
    assert _ask(client, provider.token()).status_code == 403
    assert provider.asked.count("/keys") == 1


def test_a_grant_may_be_for_some_corpora_alone(client: TestClient, provider: Provider) -> None:
    own = provider.token(groups=["heart group"])
    assert [one["name"] for one in _ask(client, own).json()["corpora"]] == ["kept"]
    assert _ask(client, own, "/v1/corpora/other").status_code == 404
    both = provider.token(groups=["heart group", "staff"])
    assert _ask(client, both, "/v1/corpora/other").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -120}, {"nbf": 300}, {"aud": "another"}, {"aud": None},
        {"iss": "https://evil.example"}, {"sub": None}, {"exp": None}, {"iat": 900},
    ],
    ids=["late", "early", "another's", "nobody's", "forged", "nameless", "endless", "future"],
)  # fmt: skip
def test_what_is_wrong_with_a_token_is_refused(
    client: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    now = time.time()  # here: a suite may come to this minutes after it was collected
    claims = {name: now + one if isinstance(one, int) else one for name, one in claims.items()}
    reply = _ask(client, provider.token(**({"scope": "onoma:read"} | claims)))
    assert (reply.status_code, reply.json()["code"]) == (401, "no-key")
    assert "Bearer" in reply.headers["www-authenticate"]


def test_clocks_may_differ_a_little(client: TestClient, provider: Provider) -> None:
    late = provider.token(scope="onoma:read", exp=time.time() - 30)
    assert _ask(client, late).status_code == 200


def test_no_algorithm_but_the_key_s_own_is_taken(client: TestClient, provider: Provider) -> None:
    good = provider.token(scope="onoma:admin")
    _, body, sign = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg": "none", "kid": "one"}').decode().rstrip("=")
    public = (
        provider.keys["one"]
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    claims = {"iss": provider.address, "aud": AUDIENCE, "sub": "eve", "exp": time.time() + 300}
    head = base64.urlsafe_b64encode(b'{"alg": "HS256", "kid": "one"}').decode().rstrip("=")
    mac = hmac.new(public, f"{head}.{body}".encode(), "sha256").digest()
    shared = f"{head}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    other = ec.generate_private_key(ec.SECP256R1())
    stolen = jwt.encode(claims, other, "ES256", headers={"kid": "one"})
    for token in (f"{none}.{body}.", f"{none}.{body}.{sign}", shared, stolen, good[:-4] + "AAAA",
                  "a.b.c", "..", "é.é.é", good + "x" * 20_000):  # fmt: skip
        headers = {b"authorization": f"Bearer {token}".encode()}
        reply = client.get("/v1/corpora", headers=headers)
        assert reply.status_code == 401, token[:40]
        assert token[:20] not in reply.text or len(token) < 6


def test_new_keys_are_asked_for_but_not_at_every_token(
    place: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(provider.address, AUDIENCE, {})
    assert tokens.who(provider.token()).scopes == frozenset()
    provider.keys["two"] = ec.generate_private_key(ec.SECP256R1())
    for _ in range(3):
        with pytest.raises(Exception, match="not a valid token"):
            tokens.who(provider.token("two"))
    assert provider.asked.count("/keys") == 1
    monkeypatch.setattr("onoma.server.oidc.PAUSE", 0.0)
    assert tokens.who(provider.token("two")).name == "ann (oidc)"


def test_an_issuer_that_is_not_what_it_says_is_not_believed(provider: Provider) -> None:
    places = ("http://192.0.2.1/keys", f"{provider.address}/moved", "file:///etc/passwd")
    for told in ({"issuer": "https://other.example"}, *({"jwks_uri": one} for one in places)):
        provider.told = told
        with pytest.raises((Unreachable, InputError)):
            Tokens(provider.address, AUDIENCE, {}).who(provider.token())


def test_an_issuer_that_is_not_there_is_told(place: Path, provider: Provider) -> None:
    made = settings_of(place, "nobody", is_open=False, issuer="http://127.0.0.1:9",
                       audience=AUDIENCE)  # fmt: skip
    with TestClient(make_app(made), base_url=HERE) as client:
        reply = _ask(client, provider.token())
    assert (reply.status_code, reply.json()["code"]) == (503, "unreachable")
    assert reply.headers["retry-after"] == "30"


def test_what_cannot_be_an_issuer_or_a_grant_is_an_error() -> None:
    for issuer in ("http://idp.example", "idp.example", "", "ftp://idp.example"):
        with pytest.raises(InputError):
            check_issuer(issuer, AUDIENCE)
    with pytest.raises(InputError):
        check_issuer("https://idp.example", "")
    with pytest.raises(UnknownName):
        read_grants({"staff": "everything"})
    assert read_grants({"a": "read@x, y"})["a"].projects == frozenset({"x", "y"})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--issuer", "http://idp.example", "--audience", "a"], "no issuer"),
        (["--issuer", "https://idp.example"], "--audience"),
        (["--issuer", "https://idp.example", "--audience", "a", "--grant", "b=c"], "scope"),
        (["--issuer", "https://idp.example", "--audience", "a", "--grant", "b"], "VALUE=SCOPES"),
    ],
)
def test_the_command_says_what_is_wrong_before_it_listens(
    tmp_path: Path, options: list[str], words: str
) -> None:
    result = CliRunner().invoke(app, ["serve", "--state", str(tmp_path), *options])
    assert result.exit_code == 2
    assert words in result.stderr
