"""The server itself: what it is, whether it is well, its numbers, its description, signing in."""

from __future__ import annotations

from typing import Annotated

import orjson
from starlette.requests import Request
from starlette.responses import Response

import onoma
from onoma.formats import readers, writers
from onoma.server.access import SCOPES
from onoma.server.declare import Call, Given, Meta, Reply, Struct, operation
from onoma.server.gate import ANYONE
from onoma.server.media import MEDIA
from onoma.server.metrics import MEDIA as METRICS
from onoma.server.models import ModelShape, installed_models
from onoma.server.openapi import document
from onoma.server.problems import NoKey
from onoma.server.sessions import COOKIE, LASTS, Sessions
from onoma.server.shapes import Record
from onoma.types import SEMANTIC_TYPES


class Health(Given, frozen=True, kw_only=True):
    """Whether the server is well."""

    status: str
    version: str
    store: str


class About(Given, frozen=True, kw_only=True):
    """What there is to choose from, and the limits."""

    version: str
    store: str
    types: list[str]
    readers: list[str]
    writers: dict[str, str]
    modes: list[str]
    graphs: list[str]
    limits: dict[str, float]
    scopes: list[str]
    who: str
    allowed: list[str]


class Models(Given, frozen=True, kw_only=True):
    """The models that are installed."""

    models: list[ModelShape]


@operation("GET", "/v1/health", scope="", lane="", tag="server")
def health(call: Call) -> Health:
    """Say that the server is well and which concepts it has."""
    return Health(status="ok", version=onoma.__version__, store=call.service.store.version)


@operation("GET", "/v1/about", scope="", tag="server")
def about(call: Call) -> About:
    """Say what there is to choose from (types, formats, modes), the limits, and who asks."""
    service = call.service
    return About(
        version=onoma.__version__, store=service.store.version, types=list(SEMANTIC_TYPES),
        readers=sorted(readers.names()),
        writers={name: MEDIA.get(name, "") for name in sorted({*writers.names(), "json"})
                 if name != "terminal"},
        modes=["dictionary", "hybrid", "neural"],
        graphs=[one for one in service.settings.graphs if call.who.may_read(one)],
        limits=service.limits.to_record(), scopes=list(SCOPES), who=call.who.name,
        allowed=[one for one in SCOPES if call.who.may(one)],
    )  # fmt: skip


@operation("GET", "/v1/models", of="store", tag="server")
def models(call: Call) -> Models:
    """List the models that are installed, with their cards."""
    return Models(models=installed_models())


@operation("GET", "/v1/metrics", lane="", is_streamed=True, produces=(METRICS,), tag="server")
async def metrics(call: Call, request: Request, asked: None) -> Response:
    """Give the numbers of all workers, as Prometheus reads them."""
    application = request.scope["state"]["application"]
    headers = {"content-type": METRICS, "cache-control": "no-store"}
    return Response(application.metrics.text(), headers=headers)


@operation("GET", "/openapi.json", scope="", of="store", tag="server", gives=Record)
def openapi(call: Call) -> Reply:
    """Give the description of this API (OpenAPI 3.1)."""
    return Reply(orjson.dumps(document()), "application/json")


class SessionBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key, to be shown once by a browser."""

    key: Annotated[str, Meta(max_length=100)]


class SessionShape(Given, frozen=True, kw_only=True):
    """Who is signed in; ``token`` goes with every write, in the header x-csrf-token."""

    who: str
    allowed: list[str]
    token: str


@operation("POST", "/v1/session", scope="", status=201, tag="server", gives=SessionShape)
def sign_in(call: Call, body: SessionBody) -> Reply:
    """Sign a browser in: a cookie stands for the key from then on."""
    settings = call.service.settings
    who = call.service.keys.who(body.key)
    cookie, token = Sessions(settings.place).begin(who)
    shape = SessionShape(who=who.name, allowed=[s for s in SCOPES if who.may(s)], token=token)
    secure = "; Secure" if settings.is_secure else ""
    told = f"{COOKIE}={cookie}; Path=/; Max-Age={LASTS:.0f}; HttpOnly; SameSite=Strict{secure}"
    content = orjson.dumps({"who": shape.who, "allowed": shape.allowed, "token": token})
    return Reply(content, status=201, headers=(("set-cookie", told),))


@operation("DELETE", "/v1/session", scope="", status=204, tag="server")
def sign_out(call: Call) -> Reply:
    """Sign the browser out."""
    if call.who is ANYONE:
        raise NoKey("nobody is signed in")
    cookie = call.cookie(COOKIE)
    if cookie:
        Sessions(call.service.settings.place).end(cookie)
    gone = f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
    return Reply(b"", status=204, headers=(("set-cookie", gone),))
