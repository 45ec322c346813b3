"""The parts of ``tools/build_core.py``: one file per kind of source.

In: pinned wheels (``wheels.py``). Out: Parquet tables, ``sources.json``, ``NOTICE`` (``write.py``).
Every reader puts rows into one :class:`~core.table.Table`; ``rules.py`` says which names are kept.
"""
