"""``onoma train linker``: adapt the linker to annotated documents."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.annotations import annotations_options, asked, read_checked
from onoma.cli.app import say
from onoma.cli.options import ids_option, types_option, vocab_option
from onoma.pipeline.grounding import load_named_encoder
from onoma.pipeline.linker_training import Report, train_linker


@click.command()
@annotations_options("MESH")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write: a lexicon, and a re-ranker.",
)
@types_option
@ids_option
@vocab_option
@click.option("--encoder", default="", metavar="DIR", help="A model folder, or none.")
def linker(
    paths: tuple[str, ...],
    *,
    out: Path,
    source: str | None,
    prefix: str,
    types: tuple[str, ...] | None,
    ids: tuple[str, ...] | None,
    vocab: str,
    encoder: str,
) -> None:
    """Adapt the linker to annotations: what things are called, and what tells the right concept.

    \b
    onoma train linker --data train.pubtator --prefix MESH --types disease --ids MESH -o mine/
    onoma ground --linker mine/ --types disease --ids MESH "hepatitis"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    documents = read_checked(paths, source)
    settings = asked(types, ids, vocab)
    named = load_named_encoder(encoder)
    _say(train_linker(documents, out, settings, prefix=prefix, encoder=named))


def _say(report: Report) -> None:
    say(
        f"{report.mentions:,} mentions of {report.documents:,} documents, "
        f"{report.entries:,} entries in the lexicon"
    )
    if report.unusable:
        say(f"{report.unusable:,} mentions without a usable id were passed over")
    if report.before is None or report.after is None:
        say("too few open terms to grow a re-ranker from: the one that ships stays")
        return
    kept = "kept" if report.after >= report.before else "not kept: the one that ships stays"
    shares = f"{report.before:.1%}, by a re-ranker of these {report.after:.1%}"
    say(f"open terms of the documents held out, right: {shares} ({kept})")
