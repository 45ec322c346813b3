r"""Put a trained relation reader where the package ships it, with a check of its size.

    python tools/ship_reader.py run/reader

Its networks are kept as what they differ in from the encoder that ships
(``onoma.encode.differences``). ``NOTICE`` lies there already. How the network that reads pairs
one by one was made:

    onoma train relations --task chemprot --task dimb --root ../shared/data --start minilm/ \
        --reader src/onoma/data/relate/reader --recipe tools/reader_runs/sentences.json -o run/
    python tools/ship_reader.py run/reader
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from onoma.encode.differences import SUFFIX, read_model
from onoma.encode.training.packing import pack_file
from onoma.relate.reader.folder import CARD, UPPER, WORDING, read_card

TARGET = Path(__file__).parent.parent / "src" / "onoma" / "data" / "relate" / "reader"
MOST = 16_000_000  # bytes of the folder


def ship(folder: Path, target: Path) -> int:
    """Copy the files, the networks packed; drop networks that the card no longer names.

    Raises: ModelMissing, BadFile: a part is lacking; SystemExit: the folder would be too large.
    """
    networks = [UPPER, *(part.file for part in read_card(folder).marked)]
    models = {name: read_model(folder / name) for name in networks}
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob(f"*.onnx{SUFFIX}"):
        old.unlink()
    for name, model in models.items():
        (target / name).write_bytes(model)
        pack_file(target / name)
    for name in (WORDING, CARD):
        if (folder / name).resolve() != (target / name).resolve():
            shutil.copyfile(folder / name, target / name)
    size = sum(path.stat().st_size for path in target.iterdir())
    if size > MOST:
        sys.exit(f"{size:,} bytes are too many")
    return size


def main() -> None:
    """Ship the reader of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(f"{ship(parser.parse_args().folder, TARGET):,} bytes in {TARGET}")


if __name__ == "__main__":
    main()
