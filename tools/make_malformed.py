"""Write the malformed files of ``tests/malformed`` and what each reader does with them.

    python tools/make_malformed.py             files and expected.json, anew
    python tools/make_malformed.py --check     say what would change

A file is a seed of its format (``tests/seeds/FORMAT``) with one defect; the defect is its name.
``expected.json`` has for each file and each kind of reader of its format what comes: items read,
codes of documents that failed, rows set aside, the code of the error that ends it. Read the
difference before it is committed: a file that is torn and yet read in silence is a fault.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from defects import defects_of
from onoma.errors import ExtraMissing, OnomaError
from onoma.formats.opening import open_stream
from onoma.formats.tables import annotated_readers, readers
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.reading import Ledger
from onoma.types import AnnotatedDocument, FailedDocument

TESTS = Path(__file__).parent.parent / "tests"
SEEDS, MALFORMED = TESTS / "seeds", TESTS / "malformed"
LARGEST = 4500  # bytes of a file; a seed is shorter, a defect may add a little


def formats() -> list[str]:
    """Return the formats that some reader is registered for."""
    names = {*readers.names(), *annotated_readers.names(), *vocabulary_readers.names()}
    return sorted(name for name in names if (SEEDS / name).is_dir())


def seeds_of(name: str) -> list[tuple[Path, dict[str, bytes]]]:
    """Return the seeds of a format: the file that gets the defects, and those beside it.

    Of a folder, whose files belong together, the largest one gets them.
    """
    seeds: list[tuple[Path, dict[str, bytes]]] = []
    for entry in sorted((SEEDS / name).iterdir()):
        if entry.is_file():
            seeds.append((entry, {}))
            continue
        files = sorted(path for path in entry.rglob("*") if path.is_file())
        main = max(files, key=lambda path: path.stat().st_size)
        seeds.append((main, {path.name: path.read_bytes() for path in files if path != main}))
    return seeds


def make_files(name: str) -> dict[str, bytes]:
    """Return the malformed files of a format by their names."""
    made: dict[str, bytes] = {}
    seeds = seeds_of(name)
    for path, _ in seeds:
        data = path.read_bytes()
        front = f"{path.name.partition('.')[0]}." if len(seeds) > 1 else ""
        for defect, change in sorted(defects_of(data).items()):
            changed = change(data)
            if changed != data and len(changed) <= LARGEST:
                made[f"{front}{defect}{path.suffix}"] = changed
    return made


def _beside(name: str, file: str) -> tuple[str, dict[str, bytes]]:
    """Return the name that a malformed file had as a seed, and what stands beside it."""
    for path, beside in seeds_of(name):
        if path.suffix == Path(file).suffix:
            return path.name, beside
    raise AssertionError(f"{name}/{file} has no seed")


def outcomes(name: str, file: str, data: bytes, folder: Path) -> dict[str, str]:
    """Return what each reader of a format does with a file, in words."""
    found = {}
    if name in readers.names():
        found["documents"] = _read(readers.get, name, data)
    if name in annotated_readers.names():
        found["annotated"] = _read(annotated_readers.get, name, data)
    if name in vocabulary_readers.names():
        found["vocabulary"] = _read_vocabulary(name, file, data, folder)
    return found


def _read(get: object, name: str, data: bytes) -> str:
    said: Counter[str] = Counter()
    try:
        stream = open_stream(io.BytesIO(data), "file")
        for item in get(name)(stream, "file"):  # type: ignore[operator]
            error = item.error if isinstance(item, AnnotatedDocument) else item
            said[error.code if isinstance(error, FailedDocument) else "read"] += 1
    except ExtraMissing:
        raise
    except OnomaError as error:
        said[f"raises {error.code}"] += 1
    except Exception as error:
        said[f"raises uncaught {type(error).__name__}"] += 1
    return _words(said)


def _read_vocabulary(name: str, file: str, data: bytes, folder: Path) -> str:
    said: Counter[str] = Counter()
    main, beside = _beside(name, file)
    folder.mkdir(parents=True, exist_ok=True)
    for other, content in beside.items():
        (folder / other).write_bytes(content)
    (folder / main).write_bytes(data)
    ledger = Ledger()
    try:
        read = vocabulary_readers.get(name)
        said["read"] += sum(1 for _ in read(folder if beside else folder / main, ledger))
    except OnomaError as error:
        said[f"raises {error.code}"] += 1
    except Exception as error:
        said[f"raises uncaught {type(error).__name__}"] += 1
    said.update(ledger.counts)
    return _words(said)


def _words(said: Counter[str]) -> str:
    return (
        ", ".join(
            key if key.startswith("raises") else f"{count} {key}"
            for key, count in sorted(said.items())
            if count
        )
        or "nothing"
    )


def main() -> int:
    """Write or compare; return 1 if something would change."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    expected: dict[str, dict[str, str]] = {}
    changes = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name in formats():
            made = make_files(name)
            target = MALFORMED / name
            for file, data in made.items():
                path = target / file
                if not path.exists() or path.read_bytes() != data:
                    changes += 1
                    if not options.check:
                        target.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(data)
                try:
                    place = Path(scratch) / name / file
                    expected[f"{name}/{file}"] = outcomes(name, file, data, place)
                except ExtraMissing:
                    continue
            for old in target.iterdir() if target.is_dir() and not options.check else ():
                if old.name not in made:
                    old.unlink()
    path = MALFORMED / "expected.json"
    before = json.loads(path.read_text()) if path.exists() else {}
    for key in sorted(before.keys() | expected.keys()):
        if before.get(key) != expected.get(key):
            changes += 1
            print(f"{key}: {before.get(key)} -> {expected.get(key)}")
    if not options.check:
        MALFORMED.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
    print(f"{len(expected)} files, {changes} changes")
    return 1 if options.check and changes else 0


if __name__ == "__main__":
    sys.exit(main())
