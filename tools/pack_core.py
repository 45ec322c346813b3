"""Vocabulary tables kept as Parquet to the files that Onoma reads, packed smallest.

    python tools/pack_core.py FOLDER

Needs the extra ``arrow``. Columns without any value are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from onoma.ontology.former import read_parquet_table
from onoma.ontology.tables import SUFFIX, write_table


def main(folder: Path) -> None:
    """Write each table beside its Parquet file."""
    for path in sorted(folder.glob("*.parquet")):
        table = read_parquet_table(path)
        wanted = [name for name in table.columns if any(table.values(name)) or not len(table)]
        write_table(path.with_suffix(SUFFIX), table.only(*wanted), smallest=True)
        print(path.with_suffix(SUFFIX))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
