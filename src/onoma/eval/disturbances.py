"""Ways in which texts differ from tidy ones, each as edits of a document.

A disturbance takes a document, chance and its options, and returns edits; ``disturbances`` is the
registry, entry points ``onoma.eval_disturbances`` add to it. What is changed says nothing new: a
reader would still find the same concepts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

import onoma
from onoma.errors import InputError, OnomaError
from onoma.eval.edits import Edit
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Item
from onoma.registry import Registry
from onoma.types import Document

Options = Mapping[str, Any]
DocumentItem = Item[Document, tuple[GoldMention, ...]]
Disturbance = Callable[[DocumentItem, np.random.Generator, Options], list[Edit]]

disturbances: Registry[Disturbance] = Registry(
    "disturbance",
    group="onoma.eval_disturbances",
    builtin={
        "abbreviation": "onoma.eval.disturbances:abbreviated",
        "british": "onoma.eval.disturbances:british",
        "case": "onoma.eval.disturbances:recased",
        "hyphenation": "onoma.eval.disturbances:hyphenated",
        "line-breaks": "onoma.eval.disturbances:wrapped",
        "ocr": "onoma.eval.disturbances:scanned",
        "synonym": "onoma.eval.disturbances:renamed",
        "typos": "onoma.eval.disturbances:mistyped",
        "unicode": "onoma.eval.disturbances:respelt",
    },
)

_WORD = re.compile(r"[A-Za-z]+")
_LONG = 5
_SPELLINGS: tuple[tuple[str, str], ...] = (  # American, British; the first that fits is taken
    (r"tumor(?=s?\b|ous|al)", "tumour"), (r"anemi(?=a|c)", "anaemi"),
    (r"leukemi(?=a|c)", "leukaemi"), (r"edema", "oedema"), (r"esophag", "oesophag"),
    (r"pediatric", "paediatric"), (r"hemorrhag", "haemorrhag"), (r"hemoglobin", "haemoglobin"),
    (r"hemophili", "haemophili"), (r"hemat(?=o|u)", "haemat"), (r"diarrhea", "diarrhoea"),
    (r"gynecolog", "gynaecolog"), (r"glycemi(?=a|c)", "glycaemi"), (r"uremi(?=a|c)", "uraemi"),
    (r"lipidemi(?=a|c)", "lipidaemi"), (r"ischemi(?=a|c)", "ischaemi"),
    (r"septicemia", "septicaemia"), (r"bacteremi", "bacteraemi"), (r"estrogen", "oestrogen"),
    (r"fiber", "fibre"), (r"color", "colour"), (r"center(?=s?\b)", "centre"),
    (r"behavior", "behaviour"), (r"dyspnea", "dyspnoea"), (r"apnea", "apnoea"),
    (r"anesthe", "anaesthe"), (r"orthopedic", "orthopaedic"), (r"celiac", "coeliac"),
    (r"cecum", "caecum"), (r"fetal", "foetal"), (r"sulfur", "sulphur"), (r"sulfat", "sulphat"),
    (r"(?<=[a-z]{3})ization\b", "isation"),
)  # fmt: skip
_BRITISH = [(re.compile(old, re.IGNORECASE), new) for old, new in _SPELLINGS]
_MISREAD = (("rn", "m"), ("cl", "d"), ("l", "1"), ("O", "0"), ("e", "c"), ("m", "rn"), ("i", "l"))
_FORMS = ("no-break-space", "hyphen", "ligature", "greek", "decomposed")
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ", "omega": "ω"}
_HYPHEN, _NO_BREAK = "\u2010", "\u00a0"
_LIGATURES = {"ffi": "\ufb03", "fi": "\ufb01", "fl": "\ufb02"}


def _chosen(options: Options, name: str, known: tuple[str, ...]) -> str:
    """Return an option that is one of some words.

    Raises: InputError: it is none of them.
    """
    value = str(options.get(name, known[0]))
    if value not in known:
        raise InputError(f"{name} = {value!r}", hint=f"one of: {', '.join(known)}")
    return value


def _words(
    item: DocumentItem, rng: np.random.Generator, options: Options, *, rate: float
) -> Iterator[re.Match[str]]:
    """Yield a share of the long words: ``rate`` of all, or of those in mentions alone."""
    share = float(options.get("rate", rate))
    where = _chosen(options, "where", ("anywhere", "mentions"))
    for match in _WORD.finditer(item.given.text):
        if len(match.group()) < _LONG or rng.random() >= share:
            continue
        start, end = match.span()
        if where == "anywhere" or any(m.start <= start and end <= m.end for m in item.gold):
            yield match


def mistyped(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return words with two inner letters exchanged, one left out or one doubled."""
    out = []
    for match in _words(item, rng, options, rate=0.1):
        word, at = match.group(), int(rng.integers(1, len(match.group()) - 2))
        kind = int(rng.integers(3))
        old = word[at : at + 2]
        new = (old[1] + old[0], old[1], old[0] * 2 + old[1])[kind]
        out.append(Edit(match.start() + at, match.start() + at + 2, new))
    return out


def recased(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return the text in capitals, small letters or with each word capitalised (``form``)."""
    form = _chosen(options, "form", ("upper", "lower", "title"))
    where = _chosen(options, "where", ("anywhere", "mentions"))
    out = []
    for match in re.finditer(r"\w+", item.given.text):
        word = match.group()
        new = {"upper": word.upper(), "lower": word.lower(), "title": word.capitalize()}[form]
        start, end = match.span()
        is_in = where == "anywhere" or any(m.start <= start and end <= m.end for m in item.gold)
        if new != word and is_in:
            out.append(Edit(start, end, new))
    return out


def wrapped(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return the text as lines of a ``width``: blanks become line ends (and an indent)."""
    width, indent = int(options.get("width", 60)), " " * int(options.get("indent", 0))
    out, line = [], 0
    for match in re.finditer(" ", item.given.text):
        if match.start() - line >= width:
            out.append(Edit(match.start(), match.end(), "\n" + indent))
            line = match.end()
    return out


def hyphenated(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return words broken by a hyphen and a line end, as in a printed column."""
    return [
        Edit(at, at, "-\n")
        for match in _words(item, rng, options, rate=0.05)
        if len(match.group()) >= 7
        for at in [match.start() + int(rng.integers(3, len(match.group()) - 2))]
    ]


def british(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return American spellings as British ones."""
    out = []
    for pattern, new in _BRITISH:
        for match in pattern.finditer(item.given.text):
            old = match.group()
            start = match.start()
            if pattern.pattern == "edema" and item.given.text[start - 1 : start].lower() == "o":
                continue
            as_was = new.upper() if old.isupper() and len(old) > 1 else new
            shown = as_was[0].upper() + as_was[1:] if old[0].isupper() else as_was
            out.append(Edit(start, match.end(), shown))
    return out


def respelt(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return other Unicode forms of the same text (``form``)."""
    form = _chosen(options, "form", _FORMS)
    text = item.given.text
    if form == "no-break-space":
        return [Edit(m.start(), m.end(), _NO_BREAK) for m in re.finditer(r"(?<=\w) (?=\w)", text)]
    if form == "hyphen":
        return [Edit(m.start(), m.end(), _HYPHEN) for m in re.finditer(r"(?<=\w)-(?=\w)", text)]
    if form == "ligature":
        found = re.finditer("ffi|fi|fl", text)
        return [Edit(m.start(), m.end(), _LIGATURES[m.group()]) for m in found]
    if form == "greek":
        found = re.finditer(r"\b(" + "|".join(_GREEK) + r")\b", text)
        return [Edit(m.start(), m.end(), _GREEK[m.group()]) for m in found]
    return [
        Edit(place, place + 1, unicodedata.normalize("NFD", letter))
        for place, letter in enumerate(text)
        if not letter.isascii() and unicodedata.normalize("NFD", letter) != letter
    ]


def scanned(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return letters that a scanner misread, at a ``rate`` of those it may misread."""
    rate = float(options.get("rate", 0.01))
    text, out, place = item.given.text, [], 0
    while place < len(text):
        for old, new in _MISREAD:
            if text.startswith(old, place) and rng.random() < rate:
                out.append(Edit(place, place + len(old), new))
                place += len(old) - 1
                break
        place += 1
    return out


def abbreviated(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return names given a short form in brackets where they first stand, used from then on.

    Names of several words that come again and are not abbreviated already. The short form is a
    mention too.
    """
    text, out = item.given.text, []
    by_name: dict[str, list[GoldMention]] = {}
    for mention in item.gold:
        by_name.setdefault(mention.text.lower(), []).append(mention)
    used: set[str] = set()
    for name, mentions in by_name.items():
        words = re.findall(r"[A-Za-z]+", name)
        short = "".join(word[0] for word in words).upper()
        is_known = re.search(rf"\b{short}\b", text) is not None or short in used
        if len(words) < 2 or len(mentions) < 2 or is_known:
            continue
        first, *rest = mentions
        if re.match(r"\s*[(\[]", text[first.end :]) or len(short) < 2:
            continue
        used.add(short)
        mark = GoldMention(2, 2 + len(short), short, first.type, first.concepts)
        out.append(Edit(first.end, first.end, f" ({short})", mark))
        for m in rest:
            if m.start >= first.end:
                mark = GoldMention(0, len(short), short, m.type, m.concepts)
                out.append(Edit(m.start, m.end, short, mark))
    return out


def renamed(item: DocumentItem, rng: np.random.Generator, options: Options) -> list[Edit]:
    """Return mentions under another name: a label or exact synonym of their concept in the core."""
    share = float(options.get("rate", 0.5))
    out = []
    for mention in item.gold:
        if len(mention.concepts) != 1 or rng.random() >= share:
            continue
        names = [n for n in _names(mention.concepts[0]) if n.lower() != mention.text.lower()]
        if names:
            new = names[int(rng.integers(len(names)))]
            mark = GoldMention(0, len(new), new, mention.type, mention.concepts)
            out.append(Edit(mention.start, mention.end, new, mark))
    return out


def _names(curie: str) -> list[str]:
    """Return a concept's label and exact synonyms of words; none if the core has it not."""
    try:
        concept = onoma.concept(curie)
    except OnomaError:
        return []
    plain = re.compile(r"[A-Za-z][A-Za-z' -]{4,}")
    scopes = ("label", "exact")
    named = [n.text for n in concept.names if n.scope in scopes and n.language == "en"]
    return sorted({text for text in named if plain.fullmatch(text)})
