"""Tables of vocabularies that were added by a version that kept them as Parquet."""

from __future__ import annotations

from pathlib import Path

from onoma.errors import BadFile, ExtraMissing
from onoma.ontology.building import CONSIDER
from onoma.ontology.tables import Column, Table

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise ExtraMissing("arrow", "a vocabulary that an earlier version added") from error


def read_parquet_table(path: Path) -> Table:
    """Return the table of a Parquet file; what is null becomes empty, a list one text.

    Raises: BadFile: it cannot be read as Parquet.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise BadFile(f"{path}: {error}", hint="add the vocabulary again") from error
    return Table({name: _column(table.column(name)) for name in table.column_names})


def _column(values: pa.ChunkedArray) -> Column:
    if pa.types.is_list(values.type):
        return [CONSIDER.join(one or ()) for one in values.to_pylist()]
    if pa.types.is_integer(values.type) or pa.types.is_boolean(values.type):
        return values.to_numpy()  # type: ignore[no-any-return]  # PyArrow has no types
    return [one or "" for one in values.to_pylist()]
