"""What a record's own fields say, in the names of the index, whatever the source calls them.

MEDLINE names its metadata in words, RIS and NBIB by tags, other formats by names of their own; one
table (``NAMES``) says which of them is which field. A MeSH heading comes as
``MESH:D001943 Breast Neoplasms/*diagnosis`` (MEDLINE) or ``Breast Neoplasms/*diagnosis`` (NBIB);
a star marks a main topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onoma.search.fields import concept_token, folded, raw_token

Values = dict[str, list[str]]

_SOURCES = {
    "mesh": "mesh MH mesh_heading mesh_terms",
    "keyword": "keyword keywords KW OT DE author_keywords",
    "author": "author authors AU FAU A1 A2",
    "affiliation": "affiliation affiliations AD C1",
    "journal": "journal journal_title JT JF T2 SO2",
    "journal_abbreviation": "journal_abbreviation TA JA JO J2 JI",
    "publication": "publication_type publication_types article_type PT M3",
    "language": "article_language LA",
}
NAMES = {name: field for field, names in _SOURCES.items() for name in names.split()}
"""Which field each name of a source's metadata tells of."""

_HEADING = re.compile(r"(?:([A-Za-z][\w.-]*:[A-Z]\d+)\s+)?(.+)", re.DOTALL)
_SPLIT = re.compile(r"\s*;\s*")
_LANGUAGES = {"eng": "en", "english": "en", "ger": "de", "fre": "fr", "spa": "es", "ita": "it",
              "por": "pt", "rus": "ru", "jpn": "ja", "chi": "zh", "dut": "nl"}  # fmt: skip


def record_values(pairs: Iterable[tuple[str, str]], language: str) -> Values:
    """Return the values of each index field that a record's metadata fill."""
    said: Values = {}
    for name, value in pairs:
        if (field := NAMES.get(name)) and value and value.strip():
            said.setdefault(field, []).append(value)
    out: Values = {}
    if "mesh" in said:
        _headings(said["mesh"], out)
    if "keyword" in said:
        _keywords(said["keyword"], out)
    for name in ("author", "affiliation"):
        if name in said:
            out[name] = [folded(one) for value in said[name] for one in _SPLIT.split(value)]
    names = said.get("journal", []) + said.get("journal_abbreviation", [])
    if names:
        out["journal"] = _raw(names)
        out["journal_words"] = [folded(one) for one in names]
        out["journal_shown"] = [names[0][:200]]
    if "publication" in said:
        out["publication"] = _raw(said["publication"])
    tongues = [raw_token(one) for one in said.get("language", ())] or [language or "en"]
    out["language"] = list(dict.fromkeys(_LANGUAGES.get(one, one) for one in tongues))
    return out


def _raw(values: Iterable[str]) -> list[str]:
    return [one for one in dict.fromkeys(map(raw_token, values)) if one]


def _keywords(values: Iterable[str], out: Values) -> None:
    """Add keywords, and the headings that exports of PubMed and Ovid write among them."""
    words = [one for value in values for one in _SPLIT.split(value) if one]
    marked = [one for one in words if one.startswith("*") or "/*" in one]
    if marked:
        _headings(marked, out)
    out["keyword"] = _raw(words)
    out["keyword_words"] = [folded(one) for one in words]


def _headings(values: Iterable[str], out: Values) -> None:
    """Add the tokens of assigned headings."""
    tokens: list[str] = []
    major: list[str] = []
    words: list[str] = []
    for value in values:
        match = _HEADING.fullmatch(value.strip())
        if match is None:
            continue
        curie, name = match[1], match[2]
        words.append(folded(name.replace("*", "")))
        found = list(_heading_tokens(name, curie))
        tokens += [token for token, _ in found]
        major += [token for token, is_main in found if is_main]
    out["mesh"] = list(dict.fromkeys(out.get("mesh", []) + tokens))
    out["mesh_words"] = out.get("mesh_words", []) + words
    if major:
        out["mesh_major"] = list(dict.fromkeys(out.get("mesh_major", []) + major))


def _heading_tokens(heading: str, curie: str | None) -> Iterator[tuple[str, bool]]:
    """Yield a heading's tokens, each with whether it is a main topic.

    A star on a qualifier makes the heading a main topic with that qualifier.
    """
    name, *qualifiers = heading.split("/")
    is_main = "*" in heading
    token = raw_token(name.replace("*", ""))
    yield token, is_main
    if curie:
        yield concept_token(curie), is_main
    for qualifier in qualifiers:
        word = raw_token(qualifier.replace("*", ""))
        is_starred = "*" in qualifier or "*" in name
        yield f"{token}/{word}", is_starred
        yield f"/{word}", is_starred
        if curie:
            yield f"{concept_token(curie)}/{word}", is_starred


def date_number(date: str | None, year: int | None) -> int | None:
    """Return a date as a number, parts that are not given as 0.

    >>> date_number("2021-05-03", None), date_number("2021", None), date_number(None, 1998)
    (20210503, 20210000, 19980000)
    """
    parts = [int(one) for one in (date or "").split("-") if one.isdecimal()]
    if not parts or parts[0] > 9999:
        return year * 10000 if year else None
    month, day = ([*parts[1:3], 0, 0])[:2]
    return parts[0] * 10000 + month * 100 + day
