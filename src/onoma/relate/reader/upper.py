"""Runs the reader's upper layers over a sheet: scores of its pairs of mentions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.onnx_session import open_session
from onoma.errors import BadFile
from onoma.relate.reader.sheets import Sheet, mark_roles

F32 = npt.NDArray[np.float32]
MOST_PAIRS = 400  # of mentions, run at once; more only cost memory
INPUTS = ("text", "types", "marks", "ends", "roles", "partners", "zones", "numbers")


class Upper:
    """Runs an ONNX file that ``onoma train relations`` wrote, a sheet at a time."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Open the file.

        Raises: BadFile: onnxruntime cannot open it, or it is no relation reader's.
        """
        self._session = open_session(path, threads=threads)
        found = {one.name for one in self._session.get_inputs()}
        if found != set(INPUTS):
            raise BadFile(
                f"{path} asks for {', '.join(sorted(found))}",
                hint=f"a relation reader asks for {', '.join(INPUTS)}",
            )

    def run(self, sheet: Sheet) -> F32:
        """Return the scores of the sheet's pairs, (pairs, scores)."""
        steps = range(0, len(sheet.owner), MOST_PAIRS)
        return np.concatenate([self._run(sheet, slice(low, low + MOST_PAIRS)) for low in steps])

    def _run(self, sheet: Sheet, which: slice) -> F32:
        ends, pooled = sheet.ends[which], sheet.pooled[which].astype(np.float32)
        count = len(ends)
        numbers = np.arange(2 * count)
        feed = {
            "text": sheet.vectors.astype(np.float32),
            "types": sheet.types,
            "marks": pooled.transpose(1, 0, 2).reshape(2 * count, -1),
            "ends": ends.T.reshape(-1),
            "roles": mark_roles(sheet)[:, which].reshape(-1),
            "partners": np.roll(numbers, count),
            "zones": sheet.zones[:, which].reshape(2 * count, -1).astype(np.int64),
            "numbers": sheet.numbers[which],
        }
        return np.asarray(self._session.run(None, feed)[0], np.float32)


def gathered(scores: F32, owner: npt.NDArray[np.int64], candidates: int) -> F32:
    """Return the scores of candidates: log-sum-exp over their pairs of mentions.

    A candidate without a pair has zeros. Source: Verga et al. 2018, section 3.3.
    """
    top = np.full((candidates, scores.shape[1]), -np.inf, np.float32)
    np.maximum.at(top, owner, scores)
    sums = np.zeros_like(top)
    np.add.at(sums, owner, np.exp(scores - top[owner]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums > 0, np.log(sums) + top, 0).astype(np.float32)
