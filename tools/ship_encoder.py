"""Put a trained model where the package ships it: int8 weights, what runs them, the card.

    python tools/ship_encoder.py run/model

Left behind are the float weights and ``tokenizer.json``, which ``vocab.txt`` stands for. The card
names the measures of ``bench/encoder.py`` on the page docs/train-an-encoder.md.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from onoma.encode.differences import SUFFIX, read_model
from onoma.encode.training.packing import pack_file

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src" / "onoma" / "data" / "encoder"
FILES = (
    "model.onnx",
    "vocab.txt",
    "config.json",
    "tokenizer_config.json",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "card.json",
    "recipe.json",
)
MOST = 30_000_000  # bytes of the folder


def ship(model: Path, target: Path) -> int:
    """Copy the files and return their bytes.

    Raises: SystemExit: a file is lacking, or the folder would be too large.
    """
    lacking = [name for name in FILES if not (model / name).is_file()]
    size = sum((model / name).stat().st_size for name in FILES if name not in lacking)
    if lacking or size > MOST:
        sys.exit(f"lacking: {', '.join(lacking)}" if lacking else f"{size:,} bytes are too many")
    packed = sorted(target.parent.rglob(f"*{SUFFIX}"))  # they differ from the encoder so far
    plain = [path.with_name(path.name.removesuffix(SUFFIX)) for path in packed]
    for old, path in zip(packed, plain, strict=True):
        path.write_bytes(read_model(path))
        old.unlink()
    for name in FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model / name, target / name)
    for path in plain:
        pack_file(path)
    return size


def main() -> None:
    """Ship the model of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    print(f"{ship(parser.parse_args().model, TARGET):,} bytes in {TARGET}")


if __name__ == "__main__":
    main()
