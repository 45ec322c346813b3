"""What a killed run leaves behind: files that no manifest names; removed by the next writer."""

from __future__ import annotations

from onoma.corpus.durable import TEMPORARY
from onoma.corpus.log import Log


def sweep(corpus: Log) -> int:
    """Remove such files (the caller holds the lock); return how many there were."""
    named = {one.name for segment in corpus.manifest.segments for one in segment.files.values()}
    count = 0
    for path in corpus.data.iterdir():
        is_segment = path.suffix == ".parquet" and not path.name.startswith(".")
        if (is_segment and path.name not in named) or path.suffix == TEMPORARY:
            path.unlink(missing_ok=True)
            count += 1
    for path in corpus.folder.glob(f".*{TEMPORARY}"):
        path.unlink(missing_ok=True)
        count += 1
    return count
