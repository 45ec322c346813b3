"""What coding works on and gives: a code with its texts, a list of codes, a coded text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from onoma.errors import InputError, UnknownName


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of a code list; ``parent`` is a code of the same list, empty where there is none."""

    code: str
    label: str
    definition: str = ""
    examples: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes in the order of their file; ``name`` is for messages.

    Raises: InputError: no code in it, or two of the same.
    """

    name: str
    codes: tuple[Code, ...]

    def __post_init__(self) -> None:
        """Check that there is something to choose from."""
        if not self.codes:
            raise InputError(f"{self.name}: there is no code in the list", hint="give one a row")
        if len({one.code for one in self.codes}) < len(self.codes):
            raise InputError(f"{self.name}: a code comes twice", hint="join its rows")

    def __len__(self) -> int:
        """Return the number of codes."""
        return len(self.codes)

    def with_examples(self, more: Mapping[str, Sequence[str]]) -> CodeList:
        """Return the list with examples added to those of its codes.

        Raises: UnknownName: a code is not in the list.
        """
        known = {one.code for one in self.codes}
        for code in more:
            if code not in known:
                raise UnknownName("code", code, known)
        joined = (
            replace(one, examples=tuple(dict.fromkeys((*one.examples, *more.get(one.code, ())))))
            for one in self.codes
        )
        return CodeList(self.name, tuple(joined))

    def under(self, code: str) -> CodeList:
        """Return the codes below a code, itself not included.

        Raises: UnknownName: no such code; InputError: none is below it.
        """
        parents = {one.code: one.parent for one in self.codes}
        if code not in parents:
            raise UnknownName("code", code, parents)
        kept = tuple(one for one in self.codes if code in _above(one.code, parents))
        if not kept:
            raise InputError(f"{self.name}: no code has {code!r} for a parent", hint="see 'parent'")
        return CodeList(f"{self.name} under {code}", kept)

    def said(self) -> str:
        """Return in words what the list has and lacks."""
        total = len(self.codes)
        defined = sum(bool(one.definition) for one in self.codes)
        shown = sum(bool(one.examples) for one in self.codes)
        examples = sum(len(one.examples) for one in self.codes)
        words = [f"{total:,} codes"]
        words.append("no definitions" if not defined else f"{defined:,} with a definition")
        words.append("no examples" if not shown else f"{shown:,} with examples ({examples:,})")
        return f"{self.name}: {', '.join(words)}"

    @property
    def digest(self) -> str:
        """The sha256 of all that the list says."""
        found = hashlib.sha256()
        for one in self.codes:
            cells = (one.code, one.label, one.definition, *one.examples, "", *one.synonyms)
            found.update("\x1f".join(cells).encode("utf-8", "surrogatepass") + b"\x1e")
        return found.hexdigest()


def _above(code: str, parents: Mapping[str, str]) -> set[str]:
    """Return the codes above a code; a ring ends where it closes."""
    seen: set[str] = set()
    while (code := parents.get(code, "")) and code not in seen:
        seen.add(code)
    return seen


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the text, in code points and half-open, that speaks for a code.

    ``score``: how much it does by itself, 0 to 1, on the scale of the codes' scores; ``assertion``:
    what the text says of it, in one word, as for a mention (``absent``, ``family`` ...).
    """

    start: int
    end: int
    text: str
    score: float
    assertion: str = "present"


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A code that a text may be given.

    ``score``: 0 to 1, higher is better, about as often right as it says on the texts that it was
    set by (the tuning parts of bench/coding.py). ``why``: what adds up to the score before it is
    brought to that range, each over the mean of the other codes (``meaning``, ``words``,
    ``letters``, ``phrase``, ``prior``). ``nearest``: the text of the list that is nearest.
    """

    code: str
    label: str
    score: float
    evidence: tuple[Evidence, ...] = ()
    nearest: str = ""
    why: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of a text, best first; empty: none fits (NIL).

    ``windows``: how many windows the text was read in; ``covered``: the share of its words that
    stand in a window with a code (0 where it has no words).
    """

    matches: tuple[CodeMatch, ...]
    windows: int
    covered: float
