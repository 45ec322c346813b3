"""Put a trained tagger where the package ships it, with a check of its size.

Its trunk is kept as what it differs in from the encoder that ships (``onoma.encode.differences``).

    python tools/ship_tagger.py run/tagger

``corpora.toml`` and ``NOTICE`` lie there already; the scores of the card are those of
``bench/tagger.py --card``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path

from onoma.encode.training.packing import pack_file

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src" / "onoma" / "data" / "tagger"
FILES = ("model.onnx", "heads.safetensors", "vocab.txt", "tokenizer_config.json")
NAME = "onoma-tagger"
MOST = 24_000_000  # bytes of these and of the card


def ship(folder: Path, target: Path) -> int:
    """Copy the files, write the card with the weights' digest, and return all bytes.

    Raises: SystemExit: a file is lacking, or the folder would be too large.
    """
    lacking = [name for name in (*FILES, "card.json") if not (folder / name).is_file()]
    if lacking:
        sys.exit(f"lacking: {', '.join(lacking)}")
    size = sum((folder / name).stat().st_size for name in (*FILES, "card.json"))
    if size > MOST:
        sys.exit(f"{size:,} bytes are too many")
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(folder / name, target / name)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    weights = (target / "model.onnx").read_bytes()
    card["name"] = NAME
    card["sha256"] = hashlib.sha256(weights).hexdigest()
    (target / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    pack_file(target / "model.onnx")
    return size


def main() -> None:
    """Ship the tagger of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(f"{ship(parser.parse_args().folder, TARGET):,} bytes in {TARGET}")


if __name__ == "__main__":
    main()
