"""The search engine, from the extra ``library``: imported here and nowhere else."""

from __future__ import annotations

from types import ModuleType

from onoma.errors import ExtraMissing


def need_tantivy() -> ModuleType:
    """Return tantivy.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import tantivy
    except ImportError as error:
        raise ExtraMissing("library", "a library that is searched") from error
    return tantivy
