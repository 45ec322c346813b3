"""The search engine and the compressor, from the extra ``library``: imported here alone."""

from __future__ import annotations

from types import ModuleType

from onoma.errors import ExtraMissing

PURPOSE = "a library that is searched"


def need_tantivy() -> ModuleType:
    """Return tantivy.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import tantivy
    except ImportError as error:
        raise ExtraMissing("library", PURPOSE) from error
    return tantivy


def need_zstandard() -> ModuleType:
    """Return zstandard.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import zstandard
    except ImportError as error:
        raise ExtraMissing("library", PURPOSE) from error
    return zstandard
