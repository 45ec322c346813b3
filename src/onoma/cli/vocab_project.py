"""``onoma vocab allow``, ``block``, ``synonym``: a line more in a project's lists."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.errors import InputError
from onoma.ontology.curies import split_curie
from onoma.ontology.project import FILES, FOLDER, add_line, find_project

_project = click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the lists (else .onoma, at or above where you are).",
)


def _add(project: Path | None, which: str, line: str) -> None:
    """Put a line into a list and say where."""
    folder = project or find_project(Path.cwd()) or Path.cwd() / FOLDER
    if any(sign in line.replace("\t", "", 1) for sign in "\t\r\n") or line.startswith("#"):
        raise InputError("a name is one line without tabs", hint="quote it in the shell")
    is_new = add_line(folder, which, line)
    click.echo(f"{'added to' if is_new else 'already in'} {folder / FILES[which]}")


@click.command("allow")
@click.argument("name")
@_project
def allow(name: str, *, project: Path | None) -> None:
    """Let NAME through: it is answered however it is written, wherever it stands.

    \b
    onoma vocab allow "MI"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    _add(project, "allow", name.strip())


@click.command("block")
@click.argument("what", metavar="CURIE|NAME")
@_project
def block(what: str, *, project: Path | None) -> None:
    """Never answer a concept (by its CURIE), or never find a name.

    \b
    onoma vocab block MONDO:0000001
    onoma vocab block "cold"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    _add(project, "block", what.strip())


@click.command("synonym")
@click.argument("curie")
@click.argument("name")
@_project
def synonym(curie: str, name: str, *, project: Path | None) -> None:
    """Give the concept CURIE a further NAME; it leads where others share it.

    \b
    onoma vocab synonym HP:0001945 "burning up"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if split_curie(curie) is None or not name.strip():
        raise InputError(f"{curie!r} is not a CURIE", hint="write PREFIX:LOCAL, then the name")
    _add(project, "synonyms", f"{curie.strip()}\t{name.strip()}")
