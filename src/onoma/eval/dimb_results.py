"""Results sections of DiMB-RE's training articles: files of tokens, laid on the articles' texts."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.eval.gold_documents import read_tar
from onoma.eval.gold_texts import unpacked
from onoma.eval.relation_texts import sentence_spans
from onoma.formats.type_words import semantic_type
from onoma.relate.gold import GoldText
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.types import Span

FACTUALITY = {"Factual": "factual", "Negated": "negated", "Unknown": "unknown"}


def read_dimb_results(folder: Path, documents: Collection[str]) -> Iterator[GoldText]:
    """Yield the Results sections that the training part adds to its abstracts.

    Only those of ``documents``: the abstracts of the others may be in the dev or the test part.

    Raises: BadFile: the tokens of a section do not stand in its article.
    """
    articles = read_tar(folder / "brat_v2-train-dev.tar.xz")
    for line in unpacked(folder / "abs_result.train.json.gz").splitlines():
        row = orjson.loads(line)
        name, _, section = row["doc_key"].partition("-")
        if section == "RESULT" and name in documents:
            article = articles[f"data/brat_v2/raw_files/{name}.txt"].decode("utf-8")
            yield _section(f"{name}#results", article, row)


def _section(identifier: str, article: str, row: dict[str, Any]) -> GoldText:
    """Return a section of an article with its marks and ties."""
    tokens = [token for sentence in row["sentences"] for token in sentence]
    words = token_spans(article, tokens)
    if not words:
        raise BadFile(f"{identifier}: its tokens are not in the article", hint="copy the set again")
    begin, stop = words[0][0], words[-1][1]
    text = article[begin:stop]

    def span(first: int, last: int) -> Span:
        return words[first][0] - begin, words[last][1] - begin

    marks = sorted({(span(a, b), kind) for own in row["ner"] for a, b, kind in own})
    entities = tuple(
        Entity(f"T{number}", semantic_type(kind), (place,), text[slice(*place)], kind)
        for number, (place, kind) in enumerate(marks, 1)
        if semantic_type(kind)
    )
    at = {one.spans[0]: number for number, one in enumerate(entities)}
    pairs = itertools.chain.from_iterable(
        zip(*own, strict=True) for own in zip(row["relations"], row["triplets"], strict=True)
    )
    ties = tuple(
        Tie(at[span(a, b)], at[span(c, d)], kind, factuality=FACTUALITY[sure], trigger=span(e, f))
        for (a, b, c, d, kind, sure), (_, _, _, _, e, f, _) in pairs
        if span(a, b) in at and span(c, d) in at
    )
    return GoldText(RelationText(identifier, text, sentence_spans(text), entities), ties)


def token_spans(text: str, tokens: Sequence[str]) -> list[Span]:
    """Return where tokens stand in a text, one after the other; none where they do not.

    Blanks are left aside in both.
    """
    letters = [place for place, letter in enumerate(text) if not letter.isspace()]
    sizes = [len("".join(token.split())) for token in tokens]
    first = "".join(text[place] for place in letters).find("".join("".join(tokens).split()))
    if first < 0:
        return []
    ends = [first + size for size in itertools.accumulate(sizes)]
    return [
        (letters[end - size], letters[end - 1] + 1) for size, end in zip(sizes, ends, strict=True)
    ]
