"""``onoma serve``: Onoma as a web application and an API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.options import project_option
from onoma.errors import Missing
from onoma.graph.manifest import MANIFEST
from onoma.server.oidc import check_issuer, read_grants
from onoma.server.run import check_place, serve
from onoma.server.settings import LOOPBACK, ServerSettings, state_folder

USUAL_RATE = 600

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--graph", "graphs", multiple=True, metavar="[NAME=]DIR", help="A graph to serve.")
@click.option("--name", "names", multiple=True, help="A name by which clients call the server.")
@click.option("--origin", "origins", multiple=True, help="A page elsewhere that may use it.")
@click.option("--keys/--no-keys", "is_keyed", default=None, help="Ask for keys (onoma key add).")
@click.option("--issuer", default="", metavar="URL", help="An OpenID provider: take its tokens.")
@click.option("--audience", default="", help="This service's name at the provider.")
@click.option(
    "--grant",
    "grants",
    multiple=True,
    metavar="VALUE=SCOPES[@NAMES]",
    help="What a group, role or scope in a token allows.",
)
@click.option("--rate", default=None, type=click.IntRange(0), help="Requests a minute (0: any).")
@click.option("--certificate", type=_FILE, help="TLS: the certificate chain (PEM).")
@click.option("--private-key", type=_FILE, help="TLS: its key (PEM).")
@click.option("--behind-proxy", multiple=True, metavar="ADDRESS", help="A proxy that does TLS.")
@click.option("--log", "is_logged", is_flag=True, help="A JSON line a request; never its text.")
@click.option("--audit", "is_audited", is_flag=True, help="Every request into the audit trail.")
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="Its own folder.")
@project_option
def command(**options: Any) -> None:
    """Serve the web application and the API, on this machine alone unless told otherwise.

    \b
    onoma serve
    onoma serve --graph heart --port 8080
    onoma serve --host 0.0.0.0 --certificate cert.pem --private-key key.pem --name onoma.lab
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if (options["certificate"] is None) != (options["private_key"] is None):
        raise click.UsageError("--certificate and --private-key go together")
    settings = _settings(options)
    check_place(settings, is_secure=settings.is_secure)
    if settings.issuer:
        check_issuer(settings.issuer, settings.audience)
        read_grants(settings.grants)
    if settings.is_open and settings.host not in LOOPBACK:
        say("no key is asked for: whoever reaches this address may use it")
    scheme = "https" if options["certificate"] else "http"
    say(f"{scheme}://{settings.host}:{settings.port}/ (stop: Ctrl-C)")
    serve(
        settings,
        certificate=options["certificate"],
        private_key=options["private_key"],
        is_logged=options["is_logged"],
    )


def _settings(options: dict[str, Any]) -> ServerSettings:
    """Return the settings that the options ask for; keys are asked for where others can reach."""
    is_local = options["host"] in LOOPBACK
    is_keyed = options["is_keyed"]
    if is_keyed is None:
        is_keyed = not is_local or bool(options["issuer"])
    rate = (0 if is_local else USUAL_RATE) if options["rate"] is None else options["rate"]
    return ServerSettings(
        folder=str(options["state"] or state_folder()),
        host=options["host"], port=options["port"], workers=options["workers"],
        hosts=options["names"], origins=tuple(one.lower() for one in options["origins"]),
        graphs=graphs_of(options["graphs"]), project=options["project"] or "",
        is_open=not is_keyed, is_audited=options["is_audited"], rate=rate,
        is_secure=bool(options["certificate"] or options["behind_proxy"]),
        proxies=options["behind_proxy"], issuer=options["issuer"], audience=options["audience"],
        grants=_pairs(options["grants"]),
    )  # fmt: skip


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    """Return what each value of a token grants."""
    for one in given:
        if "=" not in one:
            raise click.UsageError(
                f"--grant {one}: write VALUE=SCOPES, such as staff=read,annotate"
            )
    return dict(one.split("=", 1) for one in given)


def graphs_of(given: tuple[str, ...]) -> dict[str, str]:
    """Return the graphs' folders by name; a folder's own name unless another is given."""
    found: dict[str, str] = {}
    for one in given:
        name, sign, folder = one.partition("=")
        path = Path(folder if sign else one)
        if not (path / MANIFEST).is_file():
            raise Missing(f"{path}: no graph here", hint="onoma graph build")
        name = name if sign else path.resolve().name
        if name in found:
            raise click.UsageError(f"two graphs are called {name!r}: --graph NAME=DIR")
        found[name] = str(path.resolve())
    return found
