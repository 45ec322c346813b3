"""The process of one job: ``python -m onoma.server.working FOLDER`` (see ``jobs``)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

import onoma
from onoma.corpus import Corpus, Plan
from onoma.corpus.durable import sync_folder
from onoma.corpus.locking import write_lock
from onoma.errors import OnomaError
from onoma.formats import make_writer
from onoma.formats.inputs import Input, read_input
from onoma.formats.tables import plain_item
from onoma.search.library import library
from onoma.server.jobs import Job, read_state, write_state
from onoma.types import Document, FailedDocument

STEP = 0.5  # seconds between two notes of how far it is
FOREVER = 30 * 24 * 3600.0


class Worker:
    """Does what a job's folder asks for."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder
        self._job = read_state(folder)
        self._noted = 0.0
        self.asked: dict[str, Any] = orjson.loads((folder / "asked.json").read_bytes())["asked"]

    def run(self) -> None:
        """Wait for one's turn, do the work, and note how it ended."""
        with write_lock(self._folder.parent, wait=FOREVER):
            if read_state(self._folder).is_over:
                return
            self._note(replace(self._job, state="running", process=os.getpid()))
            try:
                KINDS[self._job.kind](self)
            except OnomaError as error:
                self._fail(error.code, error.message, error.hint)
            except Exception as error:  # the state is all that anybody sees of this process
                self._fail("internal", f"a fault: {type(error).__name__}", "")
            else:
                self._note(replace(self._job, state="done"))
            finally:
                (self._folder / "input").unlink(missing_ok=True)
                (self._folder / "result.part").unlink(missing_ok=True)

    def _fail(self, code: str, detail: str, hint: str) -> None:
        self._note(replace(self._job, state="failed", code=code, detail=detail, hint=hint))

    def _note(self, job: Job) -> None:
        self._job = job
        self._noted = time.monotonic()
        write_state(self._folder, job)

    def count(self, *, failed: bool = False) -> None:
        """Count a document."""
        job = self._job
        self._job = replace(job, done=job.done + 1, failed=job.failed + failed)
        if time.monotonic() - self._noted > STEP:
            self._note(self._job)

    def documents(self) -> Iterator[Document | FailedDocument]:
        """Yield the documents of the body."""
        name = str(self.asked.get("name") or "upload.txt").replace("\\", "/").rpartition("/")[2]
        with (self._folder / "input").open("rb") as stream:
            found = read_input(Input(name, None), format=self.asked.get("source") or None,
                               stdin=stream)  # fmt: skip
            yield from map(plain_item, found)

    def annotate(self) -> None:
        """Annotate a file into another."""
        asked = self.asked
        nlp = onoma.load(
            asked["names"], types=asked["types"], ids=asked["ids"], nested=asked["nested"],
            project=asked["project"] or None, mode=asked["mode"], leaning=asked["leaning"],
        )  # fmt: skip
        if asked["describe"]:
            nlp = nlp.describing(asked["describe"])
        if asked["relations"] or asked["to"].startswith("relations"):
            nlp = nlp.relating(min_confidence=asked["min_confidence"])
        part = self._folder / "result.part"
        with part.open("wb") as stream:
            writer = make_writer(asked["to"], stream, explain=asked["explain"])
            writer.begin()
            for one in nlp.pipe(self.documents()):
                writer.write(one)
                self.count(failed=one.error is not None)
            writer.end()
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(self._folder / "result")
        sync_folder(self._folder)

    def corpus_add(self) -> None:
        """Add a file's documents to a corpus and index them."""
        corpus = Corpus.open(Path(self.asked["folder"]))
        added = corpus.add(
            self._counted(), plan=Plan(wait=FOREVER, duplicates=self.asked["duplicates"])
        )
        library(corpus.folder)
        names = ("new", "updated", "unchanged", "failed", "older", "withdrawn", "skipped")
        record = {name: getattr(added, name) for name in names}
        (self._folder / "result").write_bytes(orjson.dumps(record))

    def _counted(self) -> Iterator[Document | FailedDocument]:
        for one in self.documents():
            self.count(failed=isinstance(one, FailedDocument))
            yield one


KINDS: dict[str, Callable[[Worker], None]] = {
    "annotate": Worker.annotate,
    "corpus-add": Worker.corpus_add,
}


def main() -> None:
    """Run the job of the folder named on the command line."""
    Worker(Path(sys.argv[1])).run()


if __name__ == "__main__":
    main()
