"""Everything that decides what a tagger's training does, in one file kept beside its result.

The stabilisers are those of Zhang et al. 2021 (warm-up, re-initialised top layers), Howard and
Ruder 2018 (rates that fall from the top layer to the bottom), and Tinn et al. 2023, who compare
them on biomedical corpora with few labels (with frozen lower layers).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from onoma.errors import BadFile, InputError


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training run.

    ``passes`` multiplies how often every corpus is seen; ``pieces`` is about how many pieces a
    batch holds. ``rate`` is the top layer's, each layer below has ``layer_decay`` of the one above;
    ``head_rate`` that of the heads and of the bits' vectors. ``frozen`` lower layers do not learn
    (with one or more, the embeddings do not either), ``fresh`` top layers start anew. ``average``
    is how much of the averaged weights stays every ``average_every`` steps, from the share
    ``average_from`` of the run on (0: no averaging). ``unmarked`` is the share of (window, group
    of types) whose dictionary marks are hidden, ``unread`` that of words whose pieces are.
    ``swapped`` is the share of texts in which other names stand (``training.swapped``).
    ``patience`` stops after so many measures without a better one (0: never). ``minutes`` bounds
    the time of a run (0: not): the rates then fall so as to end on time, every corpus having been
    seen less often in the same measure.
    """

    passes: float = 1.0
    pieces: int = 2_000
    rate: float = 3e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.95
    frozen: int = 0
    fresh: int = 0
    warm: float = 0.06
    decay: float = 0.01
    dropout: float = 0.1
    unmarked: float = 0.15
    unread: float = 0.04
    swapped: float = 0.0
    average: float = 0.98
    average_every: int = 5
    average_from: float = 0.3
    longest: int = 192
    measures: int = 4
    patience: int = 0
    minutes: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Check what can be checked before an hour is spent.

        Raises: InputError: a setting cannot be used.
        """
        above = {"passes": self.passes, "pieces": self.pieces, "rate": self.rate}
        above |= {"longest": self.longest - 47, "average_every": self.average_every}
        for name, value in above.items():
            if value <= 0:
                raise InputError(f"{name} is too small", hint="see onoma train ner --help")
        shares = ("warm", "dropout", "unmarked", "unread", "swapped", "average", "average_from")
        for name in shares:
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}", hint="it lies in 0 to 1")
        if not 0 < self.layer_decay <= 1:
            raise InputError(f"layer_decay is {self.layer_decay}", hint="it lies in 0 to 1")

    def save(self, path: Path) -> None:
        """Write the recipe as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def read_recipe(path: Path) -> Recipe:
    """Return the recipe of a JSON file.

    Raises: BadFile: it is no recipe; InputError: a setting cannot be used.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        unknown = set(found) - {one.name for one in fields(Recipe)}
        if unknown:
            raise BadFile(f"{path}: no setting {sorted(unknown)[0]!r}", hint="see the docs")
        return Recipe(**found)
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(f"{path} is no recipe: {error}", hint="see docs/train-a-tagger.md") from error
