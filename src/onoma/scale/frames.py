"""Frames of texts in, frames of mentions out, of the same kind.

Arrow is what they share: a frame becomes a table, the table goes through
``Pipeline.annotate_table``, and the mentions become a frame again. Only the library that the frame
came from is used, and it is loaded already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from onoma.errors import ExtraMissing, InputError
from onoma.pipeline import Pipeline, load

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("arrow", "a frame of texts") from error


def annotate_frame(
    frame: Any, column: str = "text", *, id: str | None = None, pipeline: Pipeline | None = None
) -> Any:
    """Return the mentions in a frame's column of texts, a row each, as a frame of the same kind.

    ``frame``: a polars or pandas ``DataFrame``, a Hugging Face ``Dataset``, a pyarrow ``Table`` or
    ``RecordBatch``. ``id``: the column that the mentions' ``id`` is taken from: ``id`` if there is
    one, else the row's number. ``pipeline``: the core's unless given. Columns as in
    ``formats.mention_rows.SCHEMA``.
    Raises: InputError: another kind of frame, no such column, or a row that is no text.
    """
    kind = _kind(frame)
    to_table, from_table = _KINDS[kind]
    table = to_table(frame)
    names = table.column_names
    if column not in names:
        raise InputError(
            f"the frame has no column {column!r}", hint=f"its columns are {', '.join(names)}"
        )
    if id is not None and id not in names:
        raise InputError(f"the frame has no column {id!r}", hint=f"it has {', '.join(names)}")
    wanted = {"text": table.column(column)}
    id = id or ("id" if "id" in names and column != "id" else None)
    if id is not None:
        wanted["id"] = table.column(id)
    mentions = (pipeline or load()).annotate_table(pa.table(wanted))
    return from_table(mentions)


def _kind(frame: Any) -> str:
    """Return which library's frame this is.

    Raises: InputError: none that is known.
    """
    for base in type(frame).__mro__:
        name = f"{base.__module__.partition('.')[0]}.{base.__name__}"
        if name in _KINDS:
            return name
    raise InputError(
        f"a {type(frame).__module__}.{type(frame).__name__} is no frame that is known",
        hint="give one of: " + ", ".join(sorted(_KINDS)) + "; collect a lazy one first",
    )


def _polars_table(frame: Any) -> pa.Table:
    return frame.to_arrow()


def _polars_frame(table: pa.Table) -> Any:
    return sys.modules["polars"].from_arrow(table)


def _pandas_table(frame: Any) -> pa.Table:
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(
            f"a column of the frame holds values of several kinds: {error}",
            hint="give only the columns that are needed, as text",
        ) from error


def _pandas_frame(table: pa.Table) -> Any:
    return table.to_pandas()


def _dataset_table(dataset: Any) -> pa.Table:
    batches = list(dataset.with_format("arrow").iter(batch_size=4096))
    return pa.concat_tables(batches) if batches else dataset.features.arrow_schema.empty_table()


def _dataset(table: pa.Table) -> Any:
    """Return a table as a dataset, which has its own idea of Arrow's dictionaries: as strings."""
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return sys.modules["datasets"].Dataset(table.cast(pa.schema(fields)))


_KINDS: dict[str, tuple[Callable[[Any], pa.Table], Callable[[pa.Table], Any]]] = {
    "datasets.Dataset": (_dataset_table, _dataset),
    "pandas.DataFrame": (_pandas_table, _pandas_frame),
    "polars.DataFrame": (_polars_table, _polars_frame),
    "pyarrow.RecordBatch": (lambda batch: pa.Table.from_batches([batch]), lambda table: table),
    "pyarrow.Table": (lambda table: table, lambda table: table),
}
"""Each kind of frame with the way to Arrow and back."""
