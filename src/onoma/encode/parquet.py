"""Texts with their vectors as a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onoma.encode.encoder import Encoder
from onoma.errors import ExtraMissing

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error


def write_parquet(path: Path, blocks: Iterator[list[str]], encoder: Encoder) -> int:
    """Write blocks of texts with their vectors and return how many texts there were."""
    kind = pa.list_(pa.float32(), encoder.dimension)
    said = {"onoma_encoder": encoder.name, "onoma_encoder_sha256": encoder.digest}
    schema = pa.schema([("text", pa.string()), ("vector", kind)], metadata=said)
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for block in blocks:
            flat = pa.array(encoder.encode(block).ravel())
            vectors = pa.FixedSizeListArray.from_arrays(flat, encoder.dimension)
            writer.write_table(pa.table([pa.array(block), vectors], schema=schema))
            count += len(block)
    return count
