"""Texts to numbers of word pieces, as BERT reads them.

Equal to the package ``tokenizers`` with BertNormalizer, BertPreTokenizer and WordPiece (tested on
random texts), except that a text which spells a special token ("[SEP]") is read as plain text.
Source: Devlin et al. 2019 and its reference code; Wu et al. 2016 for the greedy longest match.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from onoma.errors import BadFile

MOST_WORDS = 1 << 17  # words whose pieces are remembered
LONGEST_WORD = 100  # characters; a longer word is unknown, as in the reference code
CHARACTERS_A_PIECE = 40  # a text is cut at this many characters for each piece that is kept
CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


@dataclass(slots=True)
class WordPiece:
    """Cuts texts into pieces of a vocabulary.

    ``first`` and ``last`` are the pieces around each text ([CLS] and [SEP] in BERT), ``padding``
    fills the shorter ones of a batch.
    """

    pieces: dict[str, int]
    is_lower: bool = True
    is_stripped: bool = True
    first: str = "[CLS]"
    last: str = "[SEP]"
    unknown: str = "[UNK]"
    padding: str = "[PAD]"
    _known: dict[str, list[int]] = field(default_factory=dict)

    @property
    def pad(self) -> int:
        """The number of the padding piece."""
        return self.pieces.get(self.padding, 0)

    def number(self, texts: Iterable[str], longest: int) -> list[list[int]]:
        """Return the pieces of each text, the first and last ones included, at most ``longest``."""
        first, last = self.pieces[self.first], self.pieces[self.last]
        room = longest - 2
        return [
            [first, *self._cut(text[: room * CHARACTERS_A_PIECE])[:room], last] for text in texts
        ]

    def _cut(self, text: str) -> list[int]:
        out: list[int] = []
        known = self._known
        for word in self.words(text):
            numbers = known.get(word)
            if numbers is None:
                if len(known) >= MOST_WORDS:
                    known.clear()
                numbers = known[word] = self._match(word)
            out += numbers
        return out

    def words(self, text: str) -> list[str]:
        """Return the words and signs of a text, cleaned, without accents and in lower case."""
        if text.isascii():
            cleaned = text.lower() if self.is_lower else text
        else:
            if self.is_stripped:
                text = "".join(_cleaned(c) for c in text)
                text = unicodedata.normalize("NFD", text)
                text = "".join(c for c in text if unicodedata.category(c) != "Mn")
                cleaned = "".join(_lowered(c) for c in text) if self.is_lower else text
            else:
                cleaned = "".join(_cleaned(c) for c in text)
                cleaned = "".join(_lowered(c) for c in cleaned) if self.is_lower else cleaned
        return "".join(_spaced(c) for c in cleaned).split(" ")

    def _match(self, word: str) -> list[int]:
        """Return the longest pieces from left to right; the unknown one if they do not fit."""
        if not word:
            return []
        unknown = [self.pieces[self.unknown]]
        if len(word) > LONGEST_WORD:
            return unknown
        out, start = [], 0
        while start < len(word):
            stop = len(word)
            while stop > start:
                piece = ("##" if start else "") + word[start:stop]
                if piece in self.pieces:
                    break
                stop -= 1
            else:
                return unknown
            out.append(self.pieces[piece])
            start = stop
        return out


@lru_cache(maxsize=1 << 16)
def _cleaned(character: str) -> str:
    """Return nothing for a control character, a blank for white space, blanks about CJK signs."""
    if character in "\t\n\r":
        return " "
    point = ord(character)
    if point in {0, 0xFFFD} or unicodedata.category(character) in {"Cc", "Cf", "Co"}:
        return ""
    if any(low <= point <= high for low, high in CJK):
        return f" {character} "
    return " " if character.isspace() else character


@lru_cache(maxsize=1 << 16)
def _lowered(character: str) -> str:
    return character.lower()


@lru_cache(maxsize=1 << 16)
def _spaced(character: str) -> str:
    """Return a sign with blanks about it, a blank for white space, a character as it stands."""
    point = ord(character)
    if character in " \t\n\r":
        return " "
    if point < 32 or point == 127:
        return ""
    if character.isspace():
        return " "
    is_sign = 33 <= point <= 47 or 58 <= point <= 64 or 91 <= point <= 96 or 123 <= point <= 126
    return f" {character} " if is_sign or unicodedata.category(character)[0] == "P" else character


def read_wordpiece(folder: Path) -> WordPiece:
    """Return the WordPiece of a model folder (``tokenizer.json``, or ``vocab.txt``).

    Raises: BadFile: neither is there, one is damaged, or it is another kind of tokenizer.
    """
    settings = _read_json(folder / "tokenizer_config.json")
    whole = _read_json(folder / "tokenizer.json")
    if whole:
        pieces, normaliser = _of_tokenizer(folder / "tokenizer.json", whole)
    elif (folder / "vocab.txt").is_file():
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        pieces, normaliser = {piece: place for place, piece in enumerate(lines)}, settings
    else:
        raise BadFile(
            f"{folder} holds neither tokenizer.json nor vocab.txt",
            hint="give the folder of a BERT-like model with its tokenizer",
        )
    is_lower = bool(normaliser.get("lowercase", normaliser.get("do_lower_case", True)))
    stripped = normaliser.get("strip_accents")
    made = WordPiece(pieces, is_lower, is_lower if stripped is None else bool(stripped))
    for place, key in _SPECIAL.items():
        setattr(made, place, _piece(settings.get(f"{key}_token")) or getattr(made, place))
    lacking = [p for p in (made.first, made.last, made.unknown) if p not in pieces]
    if lacking:
        raise BadFile(f"{folder}: the vocabulary lacks {', '.join(lacking)}", hint="see the model")
    return made


_SPECIAL = {"first": "cls", "last": "sep", "unknown": "unk", "padding": "pad"}


def _piece(said: Any) -> str:
    return str(said.get("content", "")) if isinstance(said, dict) else str(said or "")


def _of_tokenizer(path: Path, whole: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    model = whole.get("model") or {}
    kind = model.get("type", "WordPiece")
    if kind != "WordPiece" or not isinstance(model.get("vocab"), dict):
        raise BadFile(
            f"{path}: the tokenizer is {kind}, not WordPiece",
            hint="BERT-like models with WordPiece can be loaded (SapBERT, PubMedBERT, MedCPT ...)",
        )
    pieces = {str(piece): int(number) for piece, number in model["vocab"].items()}
    for added in whole.get("added_tokens", ()):
        pieces.setdefault(str(added["content"]), int(added["id"]))
    return pieces, whole.get("normalizer") or {}


def _read_json(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds, nothing where there is none.

    Raises: BadFile: it is not JSON, or no object.
    """
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {error}", hint="copy the model folder again") from error
    if not isinstance(found, dict):
        raise BadFile(f"{path} holds no object", hint="copy the model folder again")
    return found
