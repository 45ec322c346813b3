"""One corpus's idea of a type, out of the tagger that ships: a voice of its own in a vote.

The tagger has a head for each corpus that it learned from (``bc5cdr/Disease``) beside the one that
all corpora of a type share; they draw borders differently, and together they are surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from onoma.errors import InputError
from onoma.ontology.loading import open_vocabulary
from onoma.recognize.dictionary import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Tagger, load_tagger
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Mention

TAGGER = "tagger"


@dataclass(frozen=True, slots=True)
class TaggerHeads:
    """Finds what some heads of a tagger find; ``types`` says what each one stands for."""

    tagger: Tagger
    types: dict[str, str]

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions found, none of them with a concept."""
        found = self.tagger.tag([one.document for one in documents], list(self.types))
        own: list[list[Mention]] = [[] for _ in documents]
        for number, start, end, head, score in zip(
            found.document.tolist(), found.start.tolist(), found.end.tolist(), found.types(),
            found.score.tolist(), strict=True,
        ):  # fmt: skip
            text = documents[number].text[start:end]
            span = ((start, end),)
            mention = Mention(start, end, text, self.types[head], None, None, score, TAGGER, span)
            own[number].append(mention)
        return [
            replace(one, mentions=tuple(some)) for one, some in zip(documents, own, strict=True)
        ]


def make_heads(said: str) -> TaggerHeads:
    """Return heads of the tagger that ships: ``bc5cdr/Disease=disease+bc5cdr/Chemical=chemical``.

    Raises: InputError: not written so; UnknownName: no such head; ModelMissing: no tagger ships.
    """
    pairs = [part.partition("=") for part in said.split("+")]
    types = {head: type_ for head, _, type_ in pairs}
    if not set(types.values()) <= set(SEMANTIC_TYPES):
        raise InputError(
            f"heads:{said} is not understood", hint="write HEAD=TYPE, as bc5cdr/Disease=disease"
        )
    tagger = _shipped()
    tagger.heads.pick(list(types))
    return TaggerHeads(tagger, types)


@lru_cache(maxsize=1)
def _shipped() -> Tagger:
    store = open_vocabulary(("core",))
    return load_tagger(gazetteer=Gazetteer(DictionaryRecognizer(store)))
