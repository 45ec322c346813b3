"""Collects what went wrong: equal faults are one line with a count, the commonest come first."""

from __future__ import annotations

from collections import Counter

from onoma.eval.parts import Example, Fault

WIDTH = 60
_KEPT = 3
_BREAKS = str.maketrans("\n\r\t", "   ")


class Faults:
    """Counts faults by kind, surface (letter case aside), gold and predicted answer."""

    def __init__(self) -> None:
        """Start without any."""
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._examples: dict[tuple[str, str, str, str], list[Example]] = {}

    def add(self, kind: str, surface: str, gold: str, predicted: str, example: Example) -> None:
        """Count one fault."""
        key = (kind, surface.translate(_BREAKS).lower(), gold, predicted)
        self._counts[key] += 1
        kept = self._examples.setdefault(key, [])
        if len(kept) < _KEPT:
            kept.append(example)

    def sorted(self) -> tuple[Fault, ...]:
        """Return all faults, the commonest first, kinds together in the order they first came."""
        kinds = list(dict.fromkeys(key[0] for key in self._counts))
        ordered = sorted(self._counts.items(), key=lambda x: (kinds.index(x[0][0]), -x[1]))
        return tuple(
            Fault(*key, count=count, examples=tuple(self._examples[key])) for key, count in ordered
        )


def in_context(identifier: str, text: str, start: int, end: int) -> Example:
    """Return a span of a text with what stands around it, on one line."""
    before = text[max(0, start - WIDTH) : start].translate(_BREAKS)
    after = text[end : end + WIDTH].translate(_BREAKS)
    return Example(identifier, before, text[start:end].translate(_BREAKS), after)


def whole(identifier: str, text: str, limit: int = 240) -> Example:
    """Return the beginning of a text as an example without a marked part."""
    shown = text.translate(_BREAKS)
    return Example(identifier, shown if len(shown) <= limit else shown[: limit - 1] + "…", "", "")
