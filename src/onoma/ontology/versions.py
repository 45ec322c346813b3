"""A version of a vocabulary by what a user calls it: a folder, a file, a name, ``core``."""

from __future__ import annotations

from pathlib import Path

from onoma.ontology.listing import Listing, list_concepts, list_folder
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.sniffing import sniff_vocabulary
from onoma.ontology.reading import Ledger
from onoma.ontology.sources import core_folder
from onoma.ontology.workspace import CORE, find_entry


def open_version(source: str, *, format: str | None = None) -> Listing:
    """Return a vocabulary folder's concepts, a file's, or those of a vocabulary that was added.

    ``source`` is ``core``, ``ID`` or ``ID@VERSION``, or a path; a file is read as ``format`` says,
    else as its content looks.
    Raises: UnknownName: there is no such vocabulary or format; what the reader raises.
    """
    if source == CORE:
        return list_folder(core_folder())
    path = Path(source)
    if (path / "sources.json").is_file():
        return list_folder(path)
    if path.exists():
        ledger = Ledger()
        reader = vocabulary_readers.get(format or sniff_vocabulary(path))
        listing = list_concepts(reader(path, ledger), ledger)
        if listing.version:
            return listing
        return Listing(listing.name, path.name, listing.licence, listing.concepts, listing.retired)
    return list_folder(find_entry(source).folder)
