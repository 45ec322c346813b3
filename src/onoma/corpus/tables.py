"""The log as tables of a database (DuckDB): views over the segments' files, of what counts alone.

``documents``, ``mentions`` and ``relations`` have the columns of ``schema``; ``fields`` has a row
for each metadata field of a document (``key``, ``name``, ``value``). Only queries are let through;
they see the corpus's files and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from onoma.corpus.log import Log
from onoma.corpus.schema import DOCUMENTS, MENTIONS, RELATIONS
from onoma.errors import ExtraMissing, InputError

if TYPE_CHECKING:
    import duckdb

EMPTY = {"documents": DOCUMENTS, "mentions": MENTIONS, "relations": RELATIONS}
MEMORY = "2GB"


class Tables:
    """The tables of a corpus as it is now; close them, or use them in a ``with``."""

    def __init__(self, log: Log, *, threads: int = 1) -> None:
        """Compare the files with their checksums and open them.

        Raises: ExtraMissing: duckdb is not installed. Checksum: a file is damaged.
        """
        self._connection = _connect()
        run = self._connection.execute
        log.steadily(lambda: _check(log))
        run("SET threads = ?", [threads])
        run("SET memory_limit = ?", [MEMORY])
        self._connection.register("live_keys", pa.table({"key": log.live()}))
        run("CREATE TABLE live AS SELECT key FROM live_keys")
        self._connection.unregister("live_keys")
        for kind, schema in EMPTY.items():
            paths = [
                str((log.data / one.files[kind].name).resolve())
                for one in log.manifest.segments
                if kind in one.files
            ]
            if paths:
                rows = self._connection.read_parquet(paths, union_by_name=True)
                if kind == "relations":  # files of format 1 lack columns
                    rows = rows.project(_columns(rows.columns, schema))
                rows.filter("key IN (SELECT key FROM live)").create_view(kind)
            else:
                empty = _plain(schema).empty_table()
                self._connection.from_arrow(empty).create(kind)
        run(
            "CREATE VIEW fields AS SELECT key, field.name AS name, field.value AS value "
            "FROM (SELECT key, unnest(metadata) AS field FROM documents)"
        )
        run("SET allowed_directories = ?", [[str(log.data.resolve())]])
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            run(f"SET {setting}")

    def sql(self, query: str, values: list[Any] | None = None) -> pa.Table:
        """Return what a query gives; ``?`` in it stands for ``values`` in order.

        Raises: InputError: it is no single query, or DuckDB does not understand it.
        """
        import duckdb

        try:
            statements = duckdb.extract_statements(query)
            kinds = {one.type for one in statements}
            allowed = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
            if len(statements) != 1 or not kinds <= allowed:
                raise InputError(
                    "only a single query (SELECT) is let through",
                    hint="tables: documents, mentions, relations, fields",
                )
            return self._connection.sql(query, params=values).to_arrow_table()
        except duckdb.Error as error:
            words = str(error).splitlines()[0]
            raise InputError(
                f"the query cannot be run: {words}",
                hint="tables: documents, mentions, relations, fields",
            ) from error

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def __enter__(self) -> Tables:
        """Use the tables."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the files."""
        self.close()


def _connect() -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError as error:
        raise ExtraMissing("library", "a corpus's tables") from error
    return duckdb.connect(":memory:")


def _columns(there: list[str], schema: pa.Schema) -> str:
    """Return the columns of a schema as DuckDB selects them, null where they are not there."""
    names = (f'"{one}"' if one in there else f'NULL AS "{one}"' for one in schema.names)
    return ", ".join(names)


def _check(log: Log) -> None:
    for segment in log.manifest.segments:
        log.check(segment)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with plain words where numbers stand for them."""
    return pa.schema(
        [
            (one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
            for one in schema
        ]
    )


COUNTED: dict[str, str] = {
    "type": "SELECT type AS value, count(*) AS mentions, count(DISTINCT key) AS documents "
    "FROM mentions GROUP BY 1 ORDER BY 3 DESC, 1",
    "concept": "SELECT curie AS value, any_value(label) AS label, any_value(type) AS type, "
    "count(*) AS mentions, count(DISTINCT key) AS documents "
    "FROM mentions WHERE curie IS NOT NULL GROUP BY 1 ORDER BY 5 DESC, 1",
    "year": "SELECT year AS value, count(*) AS documents FROM documents GROUP BY 1 ORDER BY 1",
    "journal": "SELECT value, count(DISTINCT key) AS documents FROM fields "
    "WHERE name IN ('journal', 'JF', 'JO', 'T2', 'JT') GROUP BY 1 ORDER BY 2 DESC, 1",
    "language": "SELECT language AS value, count(*) AS documents FROM documents "
    "GROUP BY 1 ORDER BY 2 DESC, 1",
    "source": "SELECT source AS value, count(*) AS documents FROM documents "
    "GROUP BY 1 ORDER BY 2 DESC, 1",
}
"""What documents are counted by, as queries."""


def count_by(log: Log, by: str, *, most: int = 0) -> pa.Table:
    """Return the counts by a facet of COUNTED, the first ``most`` of them (0: all).

    Raises: InputError: no such facet. ExtraMissing: duckdb is not installed.
    """
    if by not in COUNTED:
        raise InputError(f"no facet {by!r}", hint=f"known: {', '.join(COUNTED)}")
    limit = f" LIMIT {int(most)}" if most else ""
    with Tables(log) as tables:
        return tables.sql(COUNTED[by] + limit)
