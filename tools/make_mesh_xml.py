"""Write XML of the shape and size of MeSH's descriptor file; nothing of MeSH itself is in it.

    python tools/make_mesh_xml.py desc.xml [--records 30000] [--seed 1]

A record has some 10 kB, as in MeSH: concepts, terms, tree numbers, dates, allowable qualifiers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from make_rrf import make_names, make_words

HEAD = (
    '<?xml version="1.0"?>\n<!DOCTYPE DescriptorRecordSet SYSTEM "desc.dtd">\n'
    '<DescriptorRecordSet LanguageCode = "eng">\n'
)
DATE = "<{0}><Year>2001</Year><Month>07</Month><Day>25</Day></{0}>"
QUALIFIERS = 22


def term(number: int, text: str, *, is_first: bool, is_permuted: bool, tag: str) -> str:
    """Return a term."""
    yes = "Y" if is_first else "N"
    permuted = "Y" if is_permuted else "N"
    return (
        f'     <Term  ConceptPreferredTermYN="{yes}"  IsPermutedTermYN="{permuted}"  '
        f'LexicalTag="{tag}"  RecordPreferredTermYN="{yes}">\n'
        f"      <TermUI>T{number:06d}</TermUI>\n"
        f"      <String>{text}</String>\n      {DATE.format('DateCreated')}\n"
        "      <ThesaurusIDlist>\n       <ThesaurusID>NLM (2001)</ThesaurusID>\n"
        "      </ThesaurusIDlist>\n     </Term>\n"
    )


def concept(ui: int, texts: list[str], *, scope: str, note: str, number: int) -> str:
    """Return a concept with its terms."""
    is_preferred = "N" if scope else "Y"
    tags = ("NON", "NON", "ABB", "EPO", "TRD", "NON")
    terms = "".join(
        term(
            10 * number + at,
            text,
            is_first=at == 0,
            is_permuted=at == 4,
            tag=tags[at % len(tags)] if at else "NON",
        )
        for at, text in enumerate(texts)
    )
    relation = (
        f'<ConceptRelationList><ConceptRelation RelationName="{scope}"><Concept1UI>M{number:07d}'
        f"</Concept1UI><Concept2UI>M{ui:07d}</Concept2UI></ConceptRelation></ConceptRelationList>"
        if scope
        else ""
    )
    return (
        f'   <Concept PreferredConceptYN="{is_preferred}">\n    <ConceptUI>M{ui:07d}</ConceptUI>\n'
        f"    <ConceptName>\n     <String>{texts[0]}</String>\n    </ConceptName>\n"
        f"    <RegistryNumber>0</RegistryNumber>\n    <ScopeNote>{note}</ScopeNote>\n{relation}"
        f"    <TermList>\n{terms}    </TermList>\n   </Concept>\n"
    )


def records(rng: np.random.Generator, count: int) -> Iterator[str]:
    """Yield the records."""
    words = make_words(rng, "ENG", count=20_000)
    texts = make_names(rng, words, count * 11)
    for at in range(count):
        own = texts[at * 11 : at * 11 + 11]
        branch = "ABCDEFGM"[at % 8]
        tree = f"{branch}{at // 8 % 20 + 1:02d}"
        if at >= 160:
            tree += f".{at // 160 % 900 + 100}"
        allowed = "".join(
            f"   <AllowableQualifier>\n    <QualifierReferredTo>\n     <QualifierUI>Q{q:06d}"
            f"</QualifierUI>\n     <QualifierName>\n      <String>qualifier {q}</String>\n"
            f"     </QualifierName>\n    </QualifierReferredTo>\n    <Abbreviation>Q{q}"
            "</Abbreviation>\n   </AllowableQualifier>\n"
            for q in range(QUALIFIERS)
        )
        first = concept(2 * at, own[:5], scope="", note=". ".join(own[8:]), number=2 * at)
        second = concept(2 * at + 1, own[5:8], scope="NRW", note="", number=2 * at)
        yield (
            f' <DescriptorRecord DescriptorClass = "1">\n  <DescriptorUI>D{at + 1:06d}'
            f"</DescriptorUI>\n  <DescriptorName>\n   <String>{own[0]}</String>\n"
            f"  </DescriptorName>\n  {DATE.format('DateCreated')}\n"
            f"  <AllowableQualifiersList>\n{allowed}  </AllowableQualifiersList>\n"
            f"  <TreeNumberList>\n   <TreeNumber>{tree}</TreeNumber>\n  </TreeNumberList>\n"
            f"  <ConceptList>\n{first}{second}  </ConceptList>\n </DescriptorRecord>\n"
        )


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    with given.file.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        out.writelines(records(rng, given.records))
        out.write("</DescriptorRecordSet>\n")


if __name__ == "__main__":
    main()
