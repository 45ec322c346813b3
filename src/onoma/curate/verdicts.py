"""What a person may say of a mention, and what stands in the text then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from onoma.errors import BadSpan, InputError, UnknownName
from onoma.types import Mention, Span

VERBS = ("accept", "reject", "relink", "split", "add", "pass")
"""Right; no mention; another concept or type; other borders, or several mentions; a mention that
was missed; not now."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A mention as a person wants it; ``curie`` None: no concept fits."""

    spans: tuple[Span, ...]
    type: str
    curie: str | None = None
    label: str | None = None

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.spans[-1][1]

    @property
    def key(self) -> tuple[tuple[Span, ...], str, str]:
        """What two people must have alike to agree: borders, type, concept."""
        return self.spans, self.type, self.curie or ""

    def to_record(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "spans": [list(one) for one in self.spans], "type": self.type, "curie": self.curie,
            "label": self.label,
        }  # fmt: skip

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Part:
        """Return what ``to_record`` wrote."""
        spans = tuple((int(start), int(end)) for start, end in record["spans"])
        return cls(spans, record["type"], record["curie"], record["label"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verb of ``VERBS``, with what it needs: ``relink`` one part, ``split`` some, ``add`` one.

    The part of ``relink`` may leave its spans empty: they are the mention's.
    """

    verb: str
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        """Check that verb and parts go together."""
        if self.verb not in VERBS:
            raise UnknownName("verdict", self.verb, VERBS)
        wanted = {"relink": (1, 1), "add": (1, 1), "split": (1, 20)}.get(self.verb, (0, 0))
        if not wanted[0] <= len(self.parts) <= wanted[1]:
            least, most = wanted
            number = f"{least}" if least == most else f"{least} to {most}"
            raise InputError(
                f"the verdict {self.verb!r} takes {number} parts, not {len(self.parts)}",
                hint="a part has spans, a type, and a CURIE or none",
            )


def part_of(mention: Mention) -> Part:
    """Return a mention as it was found."""
    return Part(mention.spans, mention.type, mention.curie, mention.label)


def outcome(found: Part, verdict: Verdict) -> tuple[Part, ...]:
    """Return what stands in the text where a verdict on what was found holds."""
    if verdict.verb in ("split", "add"):
        return verdict.parts
    if verdict.verb == "relink":
        (other,) = verdict.parts
        return (replace(other, spans=other.spans or found.spans),)
    return () if verdict.verb == "reject" else (found,)


def check_parts(text: str, parts: Sequence[Part]) -> None:
    """Check that parts lie in their text, begin and end in no space, and are each another.

    Raises: BadSpan: they do not. InputError: two are the same.
    """
    for part in parts:
        last = 0
        for start, end in part.spans:
            quoted = text[start:end]
            if not last <= start < end <= len(text) or quoted != quoted.strip():
                raise BadSpan(
                    f"{start} to {end} is no stretch of words of the text",
                    hint="offsets count code points, from the text's start, without outer spaces",
                )
            last = end
    if len({one.key for one in parts}) < len(parts):
        raise InputError("two parts are the same", hint="leave one of them out")
