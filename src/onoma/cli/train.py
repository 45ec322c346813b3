"""``onoma train``: train the parts that learn; a file a command."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "describe": ("train_describe", "Teach a tagger types that are named in plain words."),
    "encoder": ("train_encoder", "Train a text encoder on names, definitions, hierarchy."),
    "kge": ("train_kge", "Learn to predict the links that a graph lacks."),
    "linear": ("train_linear", "Train a small recogniser, without torch."),
    "linker": ("train_linker", "Adapt the linker to annotations."),
    "ner": ("train_ner", "Train a tagger: a model that finds your types."),
    "ranking": ("train_ranking", "Train a linker for texts of any language."),
    "recognizer": ("train_recognizer", "Learn to find terms from a vocabulary's names alone."),
    "relations": ("train_relations", "Train a relation reader."),
    "roles": ("train_roles", "Train a model of sentence roles."),
    "stack": ("train_stack", "Learn a vote of several recognisers."),
    "topics": ("train_topics", "Learn labels of documents or sentences."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Train the parts that learn, on your own vocabularies and texts."""
