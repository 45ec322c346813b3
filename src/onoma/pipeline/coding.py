"""Texts to the codes of a list: finds the list, the encoder and the vectors of the list's rows."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.assertion import assert_spans
from onoma.encode import Encoder
from onoma.errors import InputError, UnknownName
from onoma.link.coding.coder import LEAST, Coder
from onoma.link.coding.codes import Coded, CodeList
from onoma.link.coding.methods import methods
from onoma.link.coding.passages import UNITS
from onoma.link.coding.reading import codes_of, is_code_list, read_codes, read_examples
from onoma.link.coding.support import Rows, encode_whole
from onoma.ontology.cache import cache_folder
from onoma.ontology.loading import Names, open_vocabulary, vocabulary_names
from onoma.pipeline.grounding import load_named_encoder

_LOG = logging.getLogger(__name__)

F32 = npt.NDArray[np.float32]

KEPT_FROM = 500  # rows of a list whose vectors are kept in the cache
PART = 4096  # rows encoded between two words of progress


@dataclass(frozen=True, slots=True)
class CodeOptions:
    """How texts are coded, beside by which list.

    ``method``: a name of ``link.coding.methods``; ``least``: the score below which a code is not
    assigned; ``by``: what is coded by itself (``section``, ``sentence``, ``clause``); ``each``: how
    many codes each of these may give, as many as the text unless given; ``examples``: a table with
    more examples; ``under``: only the codes below this one; ``encoder``: as for ``GroundOptions``.
    """

    method: str = "classification"
    least: float = LEAST
    by: str = "section"
    each: int | None = None
    examples: str = ""
    under: str = ""
    encoder: str = ""


def code(
    text: str,
    *,
    vocabulary: Names | CodeList,
    k: int = 5,
    method: str = "classification",
    least: float = LEAST,
    by: str = "section",
    examples: str = "",
) -> Coded:
    """Return the codes of a list that a text may be given, best first, at most ``k``.

    ``vocabulary``: a table with the columns code, label and, where there are any, definition,
    examples, synonyms and parent; a vocabulary by name, as for ``load``; or a ``CodeList``.
    ``method``: ``classification`` or ``candidates``; ``least``: the score (0..1) from which on a
    code is assigned; ``by``: what is coded by itself and joined afterwards (``section``: sentences
    up to 100 words together, ``sentence``, ``clause``); ``examples``: a table with the columns code
    and examples.

    Raises: InputError: an empty text, an unknown method; what reading the list raises.
    """
    options = CodeOptions(method=method, least=least, by=by, examples=examples)
    return code_texts([text], vocabulary=vocabulary, k=k, options=options)[0]


def code_texts(
    texts: Sequence[str],
    *,
    vocabulary: Names | CodeList,
    k: int = 5,
    options: CodeOptions | None = None,
) -> list[Coded]:
    """Return for each text what ``code`` would."""
    options = options or CodeOptions()
    for number, text in enumerate(texts, 1):
        if not text.strip():
            words = "the text is empty" if len(texts) == 1 else f"text {number} is empty"
            raise InputError(words, hint="give a text with words")
    return coded_by(make_coder(options, vocabulary=vocabulary), texts, k=k, options=options)


def coded_by(
    coder: Coder, texts: Sequence[str], *, k: int = 5, options: CodeOptions | None = None
) -> list[Coded]:
    """Return what a coder gives texts, with what they say of each span; blank texts get nothing."""
    o = options or CodeOptions()
    found = coder.code(texts, k=k, least=o.least, by=o.by, each=o.each)
    return [_asserted(text, one) for text, one in zip(texts, found, strict=True)]


def _asserted(text: str, coded: Coded) -> Coded:
    """Return a coded text with the assertion of its spans."""
    places = sorted({(e.start, e.end) for match in coded.matches for e in match.evidence})
    said = dict(zip(places, assert_spans(text, places), strict=True))
    matches = tuple(
        replace(
            match,
            evidence=tuple(
                replace(e, assertion=said[e.start, e.end].leading) for e in match.evidence
            ),
        )
        for match in coded.matches
    )
    return replace(coded, matches=matches)


def make_coder(options: CodeOptions, *, vocabulary: Names | CodeList) -> Coder:
    """Return what codes texts so; the same one for the same wishes and files.

    Raises: InputError: a score or window that is none; UnknownName: no such method or code; what
    reading the list or opening the encoder raises.
    """
    if not 0 <= options.least <= 1:
        raise InputError(f"least is {options.least}", hint="give a score between 0 and 1")
    if options.by not in UNITS:
        raise UnknownName("unit", options.by, UNITS)
    methods.get(options.method)  # an unknown name is told before anything is read
    if isinstance(vocabulary, CodeList):
        return _build(vocabulary, options)
    names = vocabulary_names(vocabulary)
    return _coder(names, options, tuple(map(_stamp, (*names, options.examples))))


@lru_cache(maxsize=2)
def _coder(names: tuple[str, ...], options: CodeOptions, stamps: tuple[str, ...]) -> Coder:
    """Return a coder; ``stamps`` tell when a file changed."""
    if len(names) == 1 and is_code_list(names[0]):
        return _build(read_codes(Path(names[0])), options)
    return _build(codes_of(open_vocabulary(names), ",".join(names)), options)


def _stamp(place: str) -> str:
    """Return what tells one state of a file from another, empty for what is no file."""
    try:
        found = Path(place).stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns} {found.st_size}"


def _build(codes: CodeList, options: CodeOptions) -> Coder:
    if options.examples:
        codes = codes.with_examples(read_examples(Path(options.examples)))
    if options.under:
        codes = codes.under(options.under)
    encoder = load_named_encoder(options.encoder)
    vectors = None if encoder is None else row_vectors(codes, encoder)
    return Coder(codes, methods.get(options.method), encoder=encoder, vectors=vectors)


def row_vectors(codes: CodeList, encoder: Encoder) -> F32:
    """Return the vectors of a list's rows; those of a long list are kept in the user's cache."""
    texts = Rows.of(codes).texts
    if len(texts) < KEPT_FROM:
        return encode_whole(texts, encoder)
    digest = hashlib.sha256(f"{codes.digest} {encoder.digest}".encode()).hexdigest()
    path = cache_folder() / f"codes-{digest[:24]}.npy"
    found = _read_vectors(path, (len(texts), encoder.dimension))
    if found is None:
        found = _encode_rows(texts, encoder).astype(np.float16)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.stem}.{os.getpid()}.npy")
        np.save(fresh, found, allow_pickle=False)
        fresh.replace(path)
    return found.astype(np.float32)


def _read_vectors(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.float16] | None:
    """Return what is in the cache, None for nothing that is whole."""
    try:
        found: npt.NDArray[np.float16] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.shape == shape and found.dtype == np.float16 else None


def _encode_rows(texts: Sequence[str], encoder: Encoder) -> F32:
    """Encode the rows of a long list, with a bar where stderr is a terminal."""
    order = np.argsort([len(text) for text in texts], kind="stable").tolist()
    out = np.empty((len(texts), encoder.dimension), np.float32)
    steps = range(0, len(order), PART)
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        steps = track(steps, "Encoding the code list, once", console=Console(stderr=True))  # type: ignore[assignment]  # an iterable of the same numbers
    elif len(texts) > PART:
        _LOG.warning("encoding the %s texts of the code list, once", f"{len(texts):,}")
    for start in steps:
        rows = order[start : start + PART]
        out[rows] = encode_whole([texts[row] for row in rows], encoder)
    return out
