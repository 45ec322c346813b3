"""The application: every operation at its address, the pages, behind the gate."""

from __future__ import annotations

import asyncio
from importlib import import_module

from starlette.routing import BaseRoute, Route, Router

from onoma.ontology.workspace import CORE
from onoma.server.declare import OPERATIONS, Operation
from onoma.server.endpoint import Cache, Endpoint
from onoma.server.gate import Gate, Receive, Scope, Send
from onoma.server.lanes import Lane
from onoma.server.limits import LIMITS, ServerLimits
from onoma.server.metrics import Metrics
from onoma.server.pages import Pages
from onoma.server.problems import WrongMethod
from onoma.server.service import Service
from onoma.server.settings import ServerSettings
from onoma.types import Document

ROUTES = (
    "onoma.server.routes.annotate",
    "onoma.server.routes.convert",
    "onoma.server.routes.maps",
    "onoma.server.routes.concepts",
    "onoma.server.routes.library",
    "onoma.server.routes.graphs",
    "onoma.server.routes.mesh",
    "onoma.server.routes.curations",
    "onoma.server.routes.jobs",
    "onoma.server.routes.about",
    "onoma.server.compat.pubtator3",
    "onoma.server.compat.submitting",
    "onoma.server.mcp.http",
)
TWIN = ".json"


def operations() -> list[Operation]:
    """Return all operations, their modules imported."""
    for name in ROUTES:
        import_module(name)
    return OPERATIONS


class Application:
    """The inner application: addresses to operations or pages."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        """Build the table of addresses."""
        limits = service.limits
        self.service = service
        self.metrics = metrics
        self.lanes = {
            "annotating": Lane(
                "annotating", threads=1, burst=limits.annotating, patience=limits.annotating_wait
            ),
            "reading": Lane(
                "reading", threads=4, burst=limits.reading, patience=limits.reading_wait
            ),
        }
        cache = Cache(limits.cache)
        methods: dict[str, dict[str, Endpoint]] = {}
        for one in operations():
            endpoint = Endpoint(one, service, self.lanes, cache)
            methods.setdefault(one.path, {})[one.method] = endpoint
        self._plain = {path: _ByMethod(table) for path, table in methods.items() if "{" not in path}
        routes: list[BaseRoute] = [
            Route(path, _ByMethod(table), methods=None)
            for path, table in methods.items()
            if "{" in path
        ]
        self._router = Router(routes, redirect_slashes=False, default=Pages())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        scope["state"]["application"] = self
        path = scope["path"]
        if path.endswith(TWIN) and not path.startswith(
            ("/v1/", "/compat/", "/openapi", "/assets/")
        ):
            scope = {**scope, "path": "/v1" + path.removesuffix(TWIN)}
            scope.pop("raw_path", None)
        plain = self._plain.get(scope["path"])
        await (self._router if plain is None else plain)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for lane in self.lanes.values():
                    lane.open()
                self._warming = asyncio.ensure_future(
                    self.lanes["annotating"].run(self._warm, kind="opening")
                )
                await send({"type": "lifespan.startup.complete"})
            else:
                for lane in self.lanes.values():
                    lane.close()
                self.service.jobs.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _warm(self) -> None:
        warm(self.service)


def warm(service: Service) -> None:
    """Open what the first requests will ask for."""
    for mode in service.settings.preload:
        nlp = service.pipeline(CORE, mode=mode)
        list(nlp.to_jsonl([Document("", "Fever.")]))


class _ByMethod:
    """The operations of one address, by method."""

    def __init__(self, table: dict[str, Endpoint]) -> None:
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        endpoint = self._table.get(method)
        if endpoint is None:
            names = sorted({*self._table, *(("HEAD",) if "GET" in self._table else ())})
            error = WrongMethod("this address does not take that method",
                                hint=f"it takes {', '.join(names)}")  # fmt: skip
            error.allowed = tuple(names)
            raise error
        await endpoint(scope, receive, send)


def make_app(settings: ServerSettings, limits: ServerLimits = LIMITS) -> Gate:
    """Return the ASGI application of one worker."""
    names = ["none", "page", *dict.fromkeys(one.name for one in operations())]
    metrics = Metrics(settings.place, names)
    service = Service(settings, limits)
    return Gate(Application(service, metrics), settings, limits, metrics, service.keys)


def worker() -> Gate:
    """Return the application, set up by what the parent process left (for ``run``)."""
    return make_app(ServerSettings.from_environment())
