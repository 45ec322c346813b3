"""The hundredth part of the fuzzing of every registered reader; the whole runs on demand."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
if str(TOOLS) not in sys.path:
    sys.path.insert(0, str(TOOLS))
fuzzer: Any = importlib.import_module("fuzz_readers")
mutation: Any = importlib.import_module("mutation")

INPUTS, SECONDS = 10_000, 0.8  # per reader: whichever is reached first


@pytest.mark.parametrize("target", fuzzer.targets(), ids=lambda target: target.label)
def test_no_mutated_input_gets_the_better_of_a_reader(target: Any, tmp_path: Path) -> None:
    until = time.monotonic() + SECONDS
    report = fuzzer.fuzz(target, seed=3, count=INPUTS, until=until, finds=tmp_path)
    if report.skipped:
        pytest.skip(report.skipped)
    assert report.inputs > 0
    assert (report.crashes, report.hangs, dict(report.finds)) == (0, 0, {})
    needs_path = target.kind != "paths" and target.name in fuzzer.path_readers.names()
    assert report.items or needs_path, (
        "no mutated input had anything in it: do the seeds fit the format?"
    )


def test_every_reader_has_seeds_of_its_own() -> None:
    folder = TOOLS.parent / "tests" / "seeds"
    assert not [t.label for t in fuzzer.targets() if not (folder / t.name).is_dir()]


def test_the_same_seed_number_makes_the_same_inputs() -> None:
    seeds = mutation.read_seeds(TOOLS.parent / "tests", "medline")
    one, two = (mutation.Mutator(seeds, seed="7") for _ in range(2))
    made = [dict(one.make()) for _ in range(200)]
    assert made == [dict(two.make()) for _ in range(200)]
    assert len({next(iter(files.values())) for files in made}) > 150


class Reader:
    """Readers that do what the fuzzer must notice."""

    @staticmethod
    def raises(files: object) -> int:
        raise KeyError("x")

    @staticmethod
    def waits(files: object) -> int:
        while True:
            pass

    @staticmethod
    def dies(files: object) -> int:
        os._exit(3)


@pytest.mark.parametrize(
    ("name", "count", "finds"),
    [("raises", 3, (0, 0, 3)), ("waits", 1, (0, 1, 0)), ("dies", 1, (1, 0, 0))],
)
def test_what_goes_wrong_is_noticed_and_kept(
    name: str, count: int, finds: tuple[int, int, int], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(fuzzer, "runner", lambda target, folder: getattr(Reader, name))
    monkeypatch.setattr(fuzzer, "LONGEST", 0.2)
    until = time.monotonic() + 60
    report = fuzzer.fuzz(
        fuzzer.Target("documents", "text"), seed=1, count=count, until=until, finds=tmp_path
    )
    assert (report.crashes, report.hangs, report.finds.total()) == finds
    assert len(list((tmp_path / "text").iterdir())) == 1
