"""Feed mutated files to every registered reader and report whatever is not a named error.

    python tools/fuzz_readers.py                     200,000 inputs a reader
    python tools/fuzz_readers.py --share 0.01        1 % of a million a reader, for CI
    python tools/fuzz_readers.py --inputs 10000000 --minutes 600 --readers medline,jats

Readers come from the registries (documents, annotated documents, vocabularies); what is mutated
comes from ``tests/seeds/<format>`` and ``tests/malformed/<format>``. A reader may yield, or raise
an ``OnomaError``; a crash, a wait of more than two seconds and any other exception is a find: its
input is kept as a file in ``--finds`` and the exit code is 1. A reader runs in a process of its own
with a limit on memory; the input at hand lies in shared memory, so that a crash cannot hide it.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import io
import logging
import mmap
import multiprocessing
import os
import resource
import shlex
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from mutation import Mutator, read_seeds
from onoma.errors import ExtraMissing, OnomaError
from onoma.formats.tables import annotated_readers, path_readers, readers
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.reading import Ledger
from onoma.types import AnnotatedDocument, Concept, Document, FailedDocument

ROOT = Path(__file__).parent.parent
WHOLE = 1_000_000  # inputs a reader that --share is a part of
LONGEST = 2.0  # seconds an input may take
LEAST = 20  # inputs that are run however long a process took to start
STUCK = 20.0  # seconds after which a process that does not even take the alarm is ended
MOST_MEMORY = 3 << 30  # bytes of address space besides what the process begins with
SHOWN = struct.Struct("<QI")  # inputs done, size of the one at hand
ROOM = 1 << 20

Files = Mapping[str, bytes]
"""A mutated input: one file, or the files of a folder, by name."""


class Slow(BaseException):
    """An input took too long; not an ``Exception``, lest a reader catch it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: which registry it is in, its name, and what runs it on files."""

    kind: str  # documents, annotated, paths, vocabulary
    name: str

    @property
    def label(self) -> str:
        """The name in the report and on the command line."""
        return self.name + {"annotated": "+gold", "paths": "+path"}.get(self.kind, "")


@dataclass(slots=True)
class Report:
    """What a reader did with its inputs."""

    inputs: int = 0
    items: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    finds: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    hangs: int = 0
    seconds: float = 0.0
    memory: int = 0  # MB
    skipped: str = ""

    def add(self, other: Report) -> None:
        """Take in what another process of the same reader did."""
        self.inputs += other.inputs
        self.items += other.items
        self.errors += other.errors
        self.finds += other.finds
        self.hangs += other.hangs
        self.memory = max(self.memory, other.memory)
        self.skipped = self.skipped or other.skipped


def targets() -> list[Target]:
    """Return every registered reader."""
    found = [Target("documents", name) for name in readers.names()]
    found += [Target("annotated", name) for name in annotated_readers.names()]
    found += [Target("paths", name) for name in path_readers.names()]
    return found + [Target("vocabulary", name) for name in vocabulary_readers.names()]


def address_space() -> int:
    """Bytes of address space that this process has: a forked one begins with its parent's."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def runner(target: Target, folder: Path) -> Callable[[Files], int]:
    """Return a function that reads an input to its end and returns how many items came."""
    if target.kind == "vocabulary":
        read_vocabulary = vocabulary_readers.get(target.name)

        def run_vocabulary(files: Files) -> int:
            path = place(files, folder)
            return sum(check_concept(one) for one in read_vocabulary(path, Ledger()))

        return run_vocabulary
    if target.kind == "paths":
        read_path = path_readers.get(target.name)

        def run_path(files: Files) -> int:
            path = place(files, folder)
            path = path / min(files) if path.is_dir() else path
            return sum(check_any(one) for one in read_path(path, path.name))

        return run_path
    if target.kind == "annotated":
        read_annotated = annotated_readers.get(target.name)

        def run_annotated(files: Files) -> int:
            stream, name = open_input(files, folder)
            return sum(check_annotated(one) for one in read_annotated(stream, name))

        return run_annotated
    read = readers.get(target.name)

    def run(files: Files) -> int:
        stream, name = open_input(files, folder)
        return sum(check_document(one) for one in read(stream, name))

    return run


def open_input(files: Files, folder: Path) -> tuple[io.BufferedReader, str]:
    """Return a stream over an input's first file; only a folder of files touches the disk."""
    name = next(iter(files))
    if len(files) == 1:
        return io.BufferedReader(io.BytesIO(files[name])), name
    path = place(files, folder) / name
    return path.open("rb"), str(path)


def place(files: Files, folder: Path) -> Path:
    """Write an input to the disk and return its path: a file, or a folder of several."""
    if len(files) == 1:
        ((name, data),) = files.items()
        path = folder / name
        path.write_bytes(data)
        return path
    path = folder / "several"
    path.mkdir(exist_ok=True)
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def check_document(item: Any) -> int:
    """Say what is not as a reader promises; return 1."""
    if isinstance(item, FailedDocument):
        if not item.code or not item.message:
            raise AssertionError("a failed document without code or message")
        return 1
    if not isinstance(item, Document) or not isinstance(item.text, str):
        raise AssertionError(f"a reader gave a {type(item).__name__}")
    size = len(item.text)
    for passage in item.passages:
        if not 0 <= passage.start <= passage.end <= size:
            raise AssertionError(f"a passage {passage.start}-{passage.end} of {size} characters")
    return 1


def check_annotated(item: Any) -> int:
    """Say what is not as a reader of annotations promises; return 1."""
    if not isinstance(item, AnnotatedDocument):
        raise AssertionError(f"a reader gave a {type(item).__name__}")
    if item.error is not None:
        return check_document(item.error)
    check_document(item.document)
    for mention in item.mentions:
        if item.text[mention.start : mention.end] != mention.text or mention.end > len(item.text):
            raise AssertionError(f"a mention {mention.start}-{mention.end} quotes other text")
        for start, end in mention.spans:
            if not mention.start <= start < end <= mention.end:
                raise AssertionError(f"a span {start}-{end} outside its mention")
    return 1


def check_any(item: Any) -> int:
    """Check what a reader of paths gives; return 1."""
    return check_annotated(item) if isinstance(item, AnnotatedDocument) else check_document(item)


def check_concept(item: Any) -> int:
    """Say what is not as a reader of vocabularies promises; return 1."""
    if not isinstance(item, Concept) or not item.curie:
        raise AssertionError(f"a vocabulary reader gave a {type(item).__name__} without CURIE")
    if not all(isinstance(name.text, str) for name in item.names):
        raise AssertionError("a name that is no text")
    return 1


class Worker:
    """The process that runs one reader."""

    def __init__(self, target: Target, shown: mmap.mmap, finds: Path) -> None:
        """Take the reader's place in the registries, the shared memory and where finds go."""
        self.target = target
        self.shown = shown
        self.finds = finds
        self.report = Report()

    def run(self, pipe: Connection, *, seed: str, count: int, until: float) -> None:
        """Run mutated inputs and send the report."""
        logging.disable(logging.CRITICAL)
        signal.signal(signal.SIGALRM, self._ring)
        folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory_folder()))
        try:
            read = runner(self.target, folder)
            most = address_space() + MOST_MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            mutator = Mutator(read_seeds(ROOT / "tests", self.target.name), seed=seed)
            for number in range(count):
                if number >= LEAST and time.monotonic() > until:
                    break
                self._feed(read, mutator.make())
        except ExtraMissing as error:
            self.report.skipped = error.message
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.report.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        pipe.send(self.report)
        pipe.close()

    def _feed(self, read: Callable[[Files], int], files: Files) -> None:
        """Run one input."""
        self._show(files)
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            self.report.items += read(files)
        except ExtraMissing:
            raise
        except OnomaError as error:
            self.report.errors[error.code] += 1
        except Slow:
            self.report.hangs += 1
            keep(self.finds, self.target, "hang", files)
        except Exception as error:
            self._note(error, files)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.report.inputs += 1
        if self.report.inputs % 4096 == 0:
            gc.collect()

    def _note(self, error: Exception, files: Files) -> None:
        """Count an exception by its kind and place; keep the first input of each."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        self.report.finds[words] += 1
        if self.report.finds[words] == 1:
            keep(self.finds, self.target, words, files)

    def _show(self, files: Files) -> None:
        """Put the input at hand where the parent finds it after a crash."""
        data = b"\0".join(files.values())[: ROOM - SHOWN.size]
        self.shown[: SHOWN.size] = SHOWN.pack(self.report.inputs, len(data))
        self.shown[SHOWN.size : SHOWN.size + len(data)] = data

    @staticmethod
    def _ring(number: int, frame: FrameType | None) -> None:
        raise Slow


def memory_folder() -> str | None:
    """Return a folder in memory, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def keep(finds: Path, target: Target, words: str, files: Files) -> None:
    """Write a find's input to a file."""
    data = b"\0".join(files.values())
    digest = hashlib.sha256(data).hexdigest()[:8]
    name = "".join(letter if letter.isalnum() else "-" for letter in words)
    folder = finds / target.label
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-{digest}.bin").write_bytes(data)


def fuzz(target: Target, *, seed: int, count: int, until: float, finds: Path) -> Report:
    """Return what a reader did with ``count`` inputs, in as many processes as crashes call for."""
    whole, part, start = Report(), 0, time.monotonic()
    context = multiprocessing.get_context("fork")
    while whole.inputs < count and time.monotonic() < until and not whole.skipped:
        shown = mmap.mmap(-1, ROOM)
        worker = Worker(target, shown, finds)
        mine, its = context.Pipe(duplex=False)
        options = {"seed": f"{seed}:{part}", "count": count - whole.inputs, "until": until}
        process = context.Process(target=worker.run, args=(its,), kwargs=options)
        process.start()
        its.close()
        report = wait(process, mine, shown)
        if report is not None:
            whole.add(report)
            process.join()
            if time.monotonic() < until and not report.inputs:
                break
            continue
        done, size = SHOWN.unpack(shown[: SHOWN.size])
        whole.inputs += done + 1
        data = bytes(shown[SHOWN.size : SHOWN.size + size])
        if process.exitcode == -signal.SIGKILL:
            whole.hangs += 1
            keep(finds, target, "stuck", {"input": data})
        else:
            whole.crashes += 1
            keep(finds, target, f"crash {process.exitcode}", {"input": data})
        part += 1
        if part > 50:
            break
    whole.seconds = time.monotonic() - start
    return whole


def wait(process: Any, pipe: Connection, shown: mmap.mmap) -> Report | None:
    """Return a process's report; None when it died, or was ended because it stood still."""
    before, since = -1, time.monotonic()
    while True:
        if pipe.poll(0.2):
            try:
                report: Report = pipe.recv()
            except EOFError:
                process.join()
                return None
            return report
        done, _ = SHOWN.unpack(shown[: SHOWN.size])
        if done != before:
            before, since = done, time.monotonic()
        elif time.monotonic() - since > STUCK:
            process.kill()
            process.join()
            return None


def show(target: Target, report: Report) -> Iterator[str]:
    """Yield the lines that a reader has in the report."""
    if report.skipped:
        yield f"| {target.label} | {target.kind} | skipped: {report.skipped} |"
        return
    rate = report.inputs / max(report.seconds, 0.001)
    uncaught = len(report.finds)
    yield (
        f"| {target.label} | {target.kind} | {report.inputs:,} | {rate:,.0f} | {report.items:,} "
        f"| {report.errors.total():,} | {report.crashes} | {report.hangs} | {uncaught} "
        f"| {report.memory} |"
    )
    for words, times in report.finds.most_common():
        yield f"    {target.label}: {times} x {words}"


HEAD = (
    "| reader | kind | inputs | a second | items | errors raised | crashes | hangs "
    "| uncaught types | MB |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def main(words: list[str] | None = None) -> int:
    """Run, print the table, return 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=200_000, help="inputs a reader")
    parser.add_argument("--share", type=float, help=f"inputs as a share of {WHOLE:,}")
    parser.add_argument("--minutes", type=float, default=600.0, help="end after this time")
    parser.add_argument("--readers", default="", help="names, or kinds, with commas (else all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("build/finds"))
    parser.add_argument("--out", type=Path, help="write the table to this file")
    options = parser.parse_args(words)
    count = int(options.share * WHOLE) if options.share else options.inputs
    until = time.monotonic() + options.minutes * 60
    named = set(options.readers.split(",")) if options.readers else set()
    chosen = [t for t in targets() if not named or {t.label, t.name, t.kind} & named]
    print(HEAD, flush=True)
    found, lines = 0, [HEAD]
    for target in chosen:
        report = fuzz(target, seed=options.seed, count=count, until=until, finds=options.finds)
        for line in show(target, report):
            print(line, flush=True)
            lines.append(line)
        found += report.crashes + report.hangs + len(report.finds)
    print(f"\n{found} finds{f', kept in {options.finds}' if found else ''}")
    if options.out:
        made = f"Made by `python tools/fuzz_readers.py {shlex.join(words or sys.argv[1:])}`."
        options.out.write_text("\n".join([made, "\n## Mutated inputs\n", *lines, ""]), "utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
