"""What a worker has open: pipelines, libraries, graphs, each opened once and opened anew on change.

Nothing here decides about texts or concepts: it opens what ``onoma`` offers and keeps it.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import onoma
from onoma.corpus import Corpus, find_corpus, list_corpora
from onoma.corpus.manifest import MANIFEST
from onoma.curate import Curation, list_curations
from onoma.curate.places import SHEET
from onoma.errors import InputError, OnomaError, UnknownName
from onoma.graph import Graph
from onoma.ontology.loading import open_vocabulary, vocabulary_names
from onoma.ontology.store import ConceptStore
from onoma.ontology.workspace import CORE, entries
from onoma.search.library import Library, library
from onoma.server.access import Keys, Who
from onoma.server.jobs import Jobs
from onoma.server.limits import LIMITS, ServerLimits
from onoma.server.settings import ServerSettings

Kept = TypeVar("Kept")
FRESH = 2.0  # seconds until a vocabulary's folder is looked at again


class Shelf(Generic[Kept]):
    """Things that are costly to open, the least lately used given up first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[object, Kept]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, version: object, make: Callable[[], Kept]) -> Kept:
        """Return what is kept under a key at this version, made where it is not."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] != version:
                found = (version, make())
                self._kept[key] = found
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return found[1]


class Service:
    """What the operations of one worker use."""

    def __init__(self, settings: ServerSettings, limits: ServerLimits = LIMITS) -> None:
        """Open nothing yet."""
        self.settings = settings
        self.limits = limits
        self.keys = Keys(settings.place)
        self.jobs = Jobs(settings.place, most=limits.jobs)
        self._stores: Shelf[ConceptStore] = Shelf(8)
        self._pipelines: Shelf[onoma.Pipeline] = Shelf(8)
        self._libraries: Shelf[Library] = Shelf(8)
        self._graphs: Shelf[Graph] = Shelf(8)
        self._curations: Shelf[Curation] = Shelf(8)

    @cached_property
    def store(self) -> ConceptStore:
        """The core's concepts."""
        return self.vocabulary(CORE)

    def vocabulary(self, name: str) -> ConceptStore:
        """Return the concepts of a vocabulary, or of several joined."""
        moment = int(time.monotonic() / FRESH)
        project = self.settings.project
        return self._stores.get(
            name, moment, lambda: open_vocabulary(self.names(name), project=project)
        )

    def names(self, vocabulary: str) -> tuple[str, ...]:
        """Return the names of vocabularies, known ones only: a path is none here.

        Raises: UnknownName: one that is not here.
        """
        known = {CORE, *(name for one in entries() for name in (one.id, one.key))}
        names = tuple(one.strip() for one in vocabulary.split(",") if one.strip())
        for name in names:
            if name not in known:
                raise UnknownName("vocabulary", name, known)
        return vocabulary_names(names)

    def pipeline(
        self,
        vocabulary: str,
        *,
        mode: str,
        describe: str = "",
        least: float | None = None,
        task: str = "",
        **more: Any,
    ) -> onoma.Pipeline:
        """Return a pipeline as ``onoma.load`` gives it; ``least``: with relations so sure.

        Raises: what ``onoma.load``, ``Pipeline.describing`` and ``Pipeline.relating`` raise.
        """
        if ":" in mode:
            raise InputError("a tagger of one's own is not served", hint="name the mode alone")
        names = self.names(vocabulary)
        made = {name: tuple(one) if isinstance(one, list) else one for name, one in more.items()}
        project = self.settings.project or None
        load: Callable[..., onoma.Pipeline] = onoma.load

        def make() -> onoma.Pipeline:
            nlp: onoma.Pipeline = load(names, mode=mode, project=project, **made)
            nlp = nlp.describing(describe) if describe else nlp
            return nlp if least is None else nlp.relating(min_confidence=least, task=task)

        key = (names, mode, describe, least, task, *sorted(made.items()))
        return self._pipelines.get(key, self.version("store"), make)

    def corpora(self, who: Who) -> list[Path]:
        """Return the folders of the corpora that someone may read."""
        return [one for one in list_corpora() if who.may_read(one.name)]

    def corpus_folder(self, name: str, who: Who) -> Path:
        """Return the folder of a corpus by its name; empty: the only one there is.

        Raises: UnknownName, DataMissing, NotAllowed.
        """
        known = {one.name: one for one in list_corpora()}
        if name and name not in known:
            raise UnknownName("corpus", name, [one for one in known if who.may_read(one)])
        folder = known[name] if name else find_corpus("")
        who.need(folder.name)
        return folder

    def corpus(self, name: str, who: Who) -> Corpus:
        """Return a corpus."""
        return Corpus.open(self.corpus_folder(name, who))

    def library(self, name: str, who: Who) -> Library:
        """Return a library; it is opened anew after the corpus has changed."""
        folder = self.corpus_folder(name, who)
        return self._libraries.get(folder, stamp(folder / MANIFEST), lambda: library(folder))

    def graph_folder(self, name: str, who: Who) -> Path:
        """Return the folder of a graph that is served; empty: the only one."""
        known = self.settings.graphs
        if not name and len(known) == 1:
            name = next(iter(known))
        if name not in known:
            raise UnknownName("graph", name, [one for one in known if who.may_read(one)])
        who.need(name)
        return Path(known[name])

    def graph(self, name: str, who: Who) -> Graph:
        """Return a graph; it is opened anew after it has changed."""
        folder = self.graph_folder(name, who)
        return self._graphs.get(folder, stamp(folder / "graph.json"), lambda: Graph.open(folder))

    def curation(self, name: str, who: Who) -> Curation:
        """Return a curation; decisions of other workers are seen at the next look.

        Raises: UnknownName.
        """
        known = {one.name: one for one in list_curations()}
        who.need(name)
        if name not in known:
            raise UnknownName("curation", name, [one for one in known if who.may_read(one)])
        folder = known[name]
        version = stamp(folder / SHEET)
        return self._curations.get(folder, version, lambda: Curation.open(folder))

    def version(self, of: str, asked: Any = None, who: Who | None = None) -> str:
        """Return what an answer depends on, in a few signs; empty where it is not to be told."""
        name = getattr(asked, "vocabulary", "") or CORE
        parts: list[object] = [onoma.__version__, self.settings.project]
        try:
            parts += [self.vocabulary(name).version, str(self.vocabulary(name).path)]
            if of == "corpus" and who is not None:
                parts.append(stamp(self.corpus_folder(asked.corpus, who) / MANIFEST))
            if of == "graph" and who is not None:
                parts.append(stamp(self.graph_folder(asked.graph, who) / "graph.json"))
        except (OnomaError, OSError):
            return ""  # the operation itself says what is wrong
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file that is replaced as a whole changes."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size
