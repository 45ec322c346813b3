"""From a tree to the text of any dialect, with a word on everything that is lost on the way.

Where a dialect can hold a tree, ``parse(to_text(tree, dialect), dialect) == tree``. Where it has
another form that finds the same records, or only one that finds more or fewer, ``translate`` writes
that and says so; where it has none, both raise ``Unwritable``: nothing is dropped.
"""

from __future__ import annotations

from onoma.errors import UnknownName
from onoma.search.query.printer import Printer, Translation, Unwritable
from onoma.search.query.printers import OnomaPrinter, OvidPrinter, PubmedPrinter
from onoma.search.query.tree import Tree

PRINTERS: dict[str, type[Printer]] = {
    "onoma": OnomaPrinter,
    "pubmed": PubmedPrinter,
    "ovid": OvidPrinter,
}
"""Who writes a dialect."""


def translate(tree: Tree, dialect: str) -> Translation:
    """Return a tree in a dialect's words, with what is said otherwise.

    Raises: Unwritable: the dialect has no words for a part of it; UnknownName: no such dialect.
    """
    if dialect not in PRINTERS:
        raise UnknownName("dialect", dialect, PRINTERS)
    printer = PRINTERS[dialect]()
    text = printer.tree(tree)
    return Translation(text, tuple(printer.losses))


def to_text(tree: Tree, dialect: str = "onoma") -> str:
    """Return the text of a tree that a dialect holds as it is.

    Raises: Unwritable: the dialect says a part of it otherwise, or not at all.
    """
    found = translate(tree, dialect)
    if found.losses:
        first = found.losses[0]
        raise Unwritable(first.span, dialect, first.problem, hint="translate() says it otherwise")
    return found.text
