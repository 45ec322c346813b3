"""Listening: worker processes that share one socket, over the same mapped store."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
from pathlib import Path

from onoma.errors import ExtraMissing, InputError
from onoma.server.app import operations, warm
from onoma.server.service import Service
from onoma.server.settings import LOOPBACK, ServerSettings

try:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
except ImportError as error:
    raise ExtraMissing("server", "onoma serve") from error

BACKLOG = 16_384
HEAD_TIME = 60_000  # milliseconds that a connection may wait with no request
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "_granian": {"handlers": ["err"], "level": "WARNING", "propagate": False},
        "onoma.server": {"handlers": ["err"], "level": "INFO", "propagate": False},
    },
}


def check_place(settings: ServerSettings, *, is_secure: bool) -> None:
    """Check that a server may listen there.

    Raises: InputError: others could reach it, or read what it says.
    """
    if settings.host in LOOPBACK:
        return
    if not is_secure:
        raise InputError(
            f"{settings.host} can be reached by others, and nothing encrypts what is said",
            hint="--certificate and --private-key, or --behind-proxy where a proxy does TLS",
        )


def serve(
    settings: ServerSettings,
    *,
    certificate: Path | None = None,
    private_key: Path | None = None,
    is_logged: bool = False,
) -> None:
    """Listen until told to stop (SIGINT, SIGTERM)."""
    settings.place.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.to_environment()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _prepare(settings)
    level = "INFO" if is_logged else "WARNING"
    words = LOGGING | {
        "loggers": {
            "_granian": {"handlers": ["err"], "level": "WARNING", "propagate": False},
            "onoma.server": {"handlers": ["err"], "level": level, "propagate": False},
        }
    }
    server = Granian(
        "onoma.server.app:worker",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.auto,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIME, keep_alive=True),
        backlog=BACKLOG,
        backpressure=BACKLOG,
        log_dictconfig=words,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        ssl_cert=certificate,
        ssl_key=private_key,
    )
    server.serve()


def _prepare(settings: ServerSettings) -> None:
    """Read and open once what worker processes, which are forked, then share."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return
    multiprocessing.set_start_method("fork", force=True)
    gc.disable()  # what is made here stays: looking for rubbish takes a tenth of the start
    operations()
    warm(Service(settings))
    gc.freeze()
    gc.enable()


logging.getLogger("onoma.server").addHandler(logging.NullHandler())
