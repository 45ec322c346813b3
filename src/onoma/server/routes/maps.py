"""The map of a corpus, as ``onoma corpus map`` draws it."""

from __future__ import annotations

from typing import Annotated

from onoma.ontology.loading import open_vocabulary
from onoma.report.content import Content
from onoma.report.map import FieldMap
from onoma.report.map_writing import map_record
from onoma.server.declare import Asked, Call, Meta, operation
from onoma.server.problems import TooLarge
from onoma.server.shapes import Record, Short

MOST = 5_000  # documents that are drawn while somebody waits: some ten seconds


class MapAsked(Asked, frozen=True, kw_only=True):
    """A corpus, and how many areas (0: as many as part the documents best)."""

    corpus: Short
    areas: Annotated[int, Meta(ge=0, le=60)] = 0


@operation("GET", "/v1/corpora/{corpus}/map", of="corpus", tag="corpora")
def corpus_map(call: Call, asked: MapAsked) -> Record:
    """Draw the documents of a corpus as a map: areas, cells, and where each document lies."""
    corpus = call.service.corpus(asked.corpus, call.who)
    if len(corpus) > MOST:
        raise TooLarge(
            f"{len(corpus):,} documents are too many to draw while you wait",
            hint=f"onoma corpus map --corpus {corpus.name} -o map/",
        )
    content = Content()
    for document in corpus.annotated():
        call.check()
        content.add(document)
    settings = corpus.manifest.settings
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    found = FieldMap.made(content, content.weighed(store), areas=asked.areas)
    return map_record(found, f"Map of {corpus.name}", {})
