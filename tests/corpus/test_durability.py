"""What was acknowledged stays, whatever happens to the writer."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onoma.corpus import Added, Busy, Corpus, DiskFull, Plan, verify
from onoma.corpus.locking import write_lock
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.types import Document
from tests.corpus.conftest import document

ADDING = """
import sys
from onoma.corpus import Corpus, adding
from onoma.pipeline import Pipeline
from onoma.types import Document
from onoma.types import Document
adding.COMMIT_ROWS = 4
Pipeline.batch_characters = 200
documents = (Document(f"d{n}", f"Gout and fever number {n}.") for n in range(60))
watch = lambda added: print(added.seen, flush=True)
Corpus.open(sys.argv[1]).add(documents, watch=watch)
"""


@pytest.mark.usefixtures("small_commits")
def test_the_nth_write_fails_and_nothing_acknowledged_is_lost(
    tmp_path: Path, nlp: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [document(n) for n in range(12)]
    for nth in range(1, 100):
        code = errno.ENOSPC if nth % 2 else errno.EIO
        corpus = Corpus.create(tmp_path / f"{nth}")
        count, said = 0, [0]

        def failing(handle: int, nth: int = nth, code: int = code) -> None:
            nonlocal count
            count += 1
            if count == nth:
                raise OSError(code, os.strerror(code))

        def watch(added: Added, said: list[int] = said) -> None:
            said.append(added.last)

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", failing)
            try:
                corpus.add(documents, pipeline=nlp, watch=watch)
            except (DiskFull, OSError) as error:
                is_ours = isinstance(error, DiskFull)
                assert is_ours == (code == errno.ENOSPC)
            else:
                break
        reader = Corpus.open(corpus.folder)
        assert len(reader) >= said[-1]
        assert verify(corpus.folder).is_sound
        reader.add(documents, pipeline=nlp)
        assert [one.id for one in reader.annotated()] == [one.id for one in documents]
        assert reader.verify().spare == []
    assert nth > 15


def test_killed_runs_lose_nothing_and_double_nothing(
    corpus: Corpus, small_core: ConceptStore
) -> None:
    rng = random.Random(3)  # noqa: S311 - no secret
    words = [sys.executable, "-c", ADDING, str(corpus.folder)]
    for _ in range(2):
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].splitlines()
        reader = Corpus.open(corpus.folder)
        assert len(reader) >= int(rest[-1] if rest and rest[-1].isdigit() else said)
        assert verify(corpus.folder).is_sound
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    ids = [one.id for one in Corpus.open(corpus.folder).annotated()]
    assert ids == [f"d{n}" for n in range(60)]
    assert Corpus.open(corpus.folder).last == 60


def test_a_second_writer_waits_or_is_told(corpus: Corpus, nlp: Pipeline) -> None:
    said: list[str] = []
    with write_lock(corpus.folder):
        with pytest.raises(Busy, match="another process"):
            corpus.add(["Gout."], pipeline=nlp)
        with pytest.raises(Busy):
            corpus.add(["Gout."], pipeline=nlp, plan=Plan(wait=0.15, say=said.append))
        assert len(said) == 1
        assert len(Corpus.open(corpus.folder)) == 0  # a reader is not held up
    assert corpus.add(["Gout."], pipeline=nlp).new == 1


def test_what_fails_while_documents_are_read_leaves_what_was_committed(
    corpus: Corpus, nlp: Pipeline, small_commits: None
) -> None:
    def documents() -> Iterator[Document]:
        yield from (document(n) for n in range(30))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.add(documents(), pipeline=nlp)
    kept = len(Corpus.open(corpus.folder))
    assert 0 < kept <= 30
    assert corpus.add([document(n) for n in range(30)], pipeline=nlp).unchanged == kept
