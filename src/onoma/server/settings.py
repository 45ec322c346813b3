"""How a server is set up; handed to its worker processes as JSON in their environment."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

VARIABLE = "ONOMA_SERVER"
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What ``onoma serve`` was asked for.

    ``hosts``: names by which clients may call it beside loopback's; ``origins``: pages elsewhere
    that may use it (usually none); ``graphs``: name to folder; ``is_open``: no key is asked for;
    ``rate``: requests a minute for each key or address (0: any number); ``proxies``: addresses
    whose ``X-Forwarded-For`` is believed; ``is_secure``: clients reach it by TLS; ``is_audited``:
    every request goes to the audit trail, not those alone that change or are turned away;
    ``issuer``: an OpenID provider whose tokens for ``audience`` are taken beside keys, ``grants``
    what values of their claims allow (see ``oidc``).
    """

    folder: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    graphs: dict[str, str] = field(default_factory=dict)
    project: str = ""
    is_open: bool = True
    is_secure: bool = False
    is_audited: bool = False
    rate: int = 0
    proxies: tuple[str, ...] = ()
    preload: tuple[str, ...] = ("dictionary",)
    issuer: str = ""
    audience: str = ""
    grants: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Path:
        """The folder of keys, jobs, counters and the audit trail."""
        return Path(self.folder)

    @property
    def known_hosts(self) -> frozenset[str]:
        """All names by which clients may call the server, in lower case."""
        own = () if self.host in ("0.0.0.0", "::") else (self.host,)  # noqa: S104 - compared only
        return frozenset(one.lower() for one in (*LOOPBACK, *own, *self.hosts))

    def to_environment(self) -> None:
        """Leave the settings where worker processes find them."""
        os.environ[VARIABLE] = orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_environment(cls) -> ServerSettings:
        """Return the settings that the parent process left."""
        record: dict[str, Any] = orjson.loads(os.environ[VARIABLE])
        lists = {key: tuple(value) for key, value in record.items() if isinstance(value, list)}
        return replace(cls(folder=""), **(record | lists))


def state_folder() -> Path:
    """Return the folder of what a server keeps (``ONOMA_STATE`` overrides it)."""
    given = os.environ.get("ONOMA_STATE")
    if given:
        return Path(given)
    import platformdirs  # only where no folder is given

    return Path(platformdirs.user_state_dir("onoma"))
