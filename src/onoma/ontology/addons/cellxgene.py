"""Terms of the cellxgene ontology guide: one JSON object an ontology, term by CURIE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.ontology.addons.wheels import Wheels

PACKAGE = "cellxgene-ontology-guide"
FOLDER = "cellxgene_ontology_guide/data"


def iter_terms(wheels: Wheels, file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (CURIE, record) of the terms that are not deprecated.

    Raises: BadFile: the file is not of this form.
    """
    record: Any = orjson.loads(wheels.read(PACKAGE, f"{FOLDER}/{file}.json.zst"))
    if not isinstance(record, dict):
        raise BadFile(f"{file}: not an object of terms")
    for curie, term in record.items():
        if not term.get("deprecated"):
            yield curie, term
