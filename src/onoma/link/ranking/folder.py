"""A ranker as a folder: names, judges, and, if they were trained, the two models.

``ranking.json`` is the card: what it was made of, how it did on documents held out, and a checksum
for every file. The folder appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode import load_encoder
from onoma.errors import BadFile, ModelMissing
from onoma.link.ranking.judge import Judge
from onoma.link.ranking.names import NameTable
from onoma.link.ranking.reading import PairReader
from onoma.link.ranking.vectors import NameVectors

FORMAT = 1
CARD = "ranking.json"
AGAIN = "train the ranker anew: onoma train ranking"


@dataclass(frozen=True)
class Parts:
    """What a ranker is made of; without models ``vectors``, ``reader`` and ``last`` are None."""

    names: NameTable
    shorts: Mapping[str, str]
    first: Judge
    vectors: NameVectors | None = None
    reader: PairReader | None = None
    last: Judge | None = None


def write_ranker(
    folder: Path, parts: Parts, *, models: Mapping[str, Path], said: Mapping[str, object]
) -> None:
    """Write a ranker in place of what is there; ``models`` are the folders of its two models.

    The folder is written beside its place and then renamed.
    """
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    parts.names.write(part / "names.tsv")
    judges = {"first": parts.first.to_json(), "last": parts.last and parts.last.to_json()}
    (part / "judges.json").write_text(json.dumps(judges) + "\n", encoding="utf-8")
    shorts = json.dumps(dict(parts.shorts), ensure_ascii=False, indent=0)
    (part / "shorts.json").write_text(shorts + "\n", encoding="utf-8")
    for name, model in models.items():
        shutil.copytree(model, part / name)
    if parts.vectors is not None:
        np.save(part / "codes.npy", parts.vectors.codes, allow_pickle=False)
        np.save(part / "scale.npy", parts.vectors.scale, allow_pickle=False)
    files = sorted(path for path in part.rglob("*") if path.is_file())
    sums = {path.relative_to(part).as_posix(): _sum_of(path) for path in files}
    card = {"format": FORMAT, **said, "files": sums}
    (part / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def read_ranker(folder: Path, *, threads: int = 1) -> Parts:
    """Return the parts of a ranker.

    Raises: ModelMissing: no ranker there; BadFile: a file is lacking or damaged.
    """
    if not (folder / CARD).is_file():
        raise ModelMissing(f"no ranker in {folder}", hint="make one: onoma train ranking")
    card = read_card(folder)
    for name, known in card["files"].items():
        if not (folder / name).is_file() or _sum_of(folder / name) != known:
            raise BadFile(f"{folder / name} is lacking or damaged", hint=AGAIN)
    names = NameTable.read(folder / "names.tsv")
    judges = json.loads((folder / "judges.json").read_text(encoding="utf-8"))
    shorts = json.loads((folder / "shorts.json").read_text(encoding="utf-8"))
    try:
        first = Judge.from_json(judges["first"])
        last = Judge.from_json(judges["last"]) if judges["last"] else None
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{folder / 'judges.json'}: {error}", hint=AGAIN) from error
    vectors = reader = None
    if (folder / "encoder").is_dir():
        codes, scale = (np.load(folder / f"{n}.npy", mmap_mode="r") for n in ("codes", "scale"))
        if len(codes) != len(names) or len(scale) != len(names):
            raise BadFile(f"{folder / 'codes.npy'} belongs to other names", hint=AGAIN)
        vectors = NameVectors(codes, scale, load_encoder(folder / "encoder", threads=threads))
    if (folder / "reader").is_dir():
        reader = PairReader(folder / "reader", threads=threads)
    return Parts(names, shorts, first, vectors, reader, last)


def read_card(folder: Path) -> dict[str, Any]:
    """Return what a ranker's card says.

    Raises: BadFile: it is damaged, or of another format.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        good = card["format"] == FORMAT and isinstance(card["files"], dict)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{folder / CARD} is damaged", hint=AGAIN) from error
    if not good:
        raise BadFile(f"{folder / CARD} is of another format", hint=AGAIN)
    return dict(card)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
