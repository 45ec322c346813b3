"""Zstandard, as Python 3.14 has it; earlier ones from the package that brings it back."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError, ZstdFile
else:
    from backports.zstd import ZstdError, ZstdFile


class ZstdStream(ZstdFile):
    """The unpacked bytes of a stream."""

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes.

        Raises: OSError: the data are damaged; EOFError: they end early.
        """
        try:
            return super().read(size)
        except ZstdError as error:
            raise OSError(str(error)) from error
