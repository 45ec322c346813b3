"""Count what annotators marked in the train parts that the tagger saw, and which concepts it had.

    python tools/make_marks.py --root ../shared/data --held build/judges

Texts that stand in any dev part are taken out first (``training.overlaps``), as for the tagger.
The groups are those whose dev parts gained by it (``bench/joining.py``). Concepts are counted of
diseases and chemicals, in the sets whose terms are free to use: train and dev parts for what
ships, train parts alone for what dev parts are measured with (``bench/accuracy.py --folds``).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.eval.datasets import data_sets
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.eval.tagger_corpora import read_corpora
from onoma.pipeline.chosen_concepts import ChosenConcepts
from onoma.pipeline.grounder import expanded
from onoma.pipeline.mark_lexicon import Cut, count_marks, write_marks
from onoma.pipeline.span_judge import types_for
from onoma.recognize.tagger.folder import shipped_tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.words import word_spans

GROUPS = ("disease", "chemical", "anatomy", "variant", "component", "cell_line")
CONCEPTS = {
    "ncbi-disease": ("Disease",), "bc5cdr": ("Disease", "Chemical"),
    "biored": ("Disease", "Chemical"),
}  # fmt: skip
SIGN = "phenotype"  # case reports alone mark signs, in words of their own


def cuts_of(corpora: Sequence[Corpus], group: str) -> Iterator[Cut]:
    """Yield the texts of the corpora that mark a group, cut into words."""
    types = {one for one in (group, *types_for(group)) if one != SIGN}
    for corpus in corpora:
        labels = {label for label, type_ in corpus.labels.items() if type_ in types}
        if labels:
            for text in corpus.train:
                yield cut_of(text, labels)


def cut_of(text: MarkedText, labels: set[str]) -> Cut:
    """Return a text's words and the marks that begin and end with words."""
    places = list(word_spans(text.text))
    first = {start: number for number, (start, _) in enumerate(places)}
    behind = {end: number + 1 for number, (_, end) in enumerate(places)}
    spans = {
        (first[mark.start], behind[mark.end])
        for mark in text.marks
        if mark.label in labels and mark.start in first and mark.end in behind
    }
    return Cut([text.text[start:end] for start, end in places], sorted(spans))


def chosen_in(
    corpus: Corpus, labels: Sequence[str], root: Path, splits: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the names in parts of a corpus and the concept of each that has one."""
    row = next(one for one in data_sets() if one.name == corpus.name)
    wanted = {word for view in row.views if view.name in labels for word in view.words}
    kept = {text.id for text in (*corpus.train, *(corpus.dev if "dev" in splits else ()))}
    for split in splits:
        for one in read_documents(Source(root / row.folder, row, split), split):
            for mention in one.mentions if one.document.id in kept else ():
                if mention.type in wanted and len(mention.concepts) == 1:
                    text = one.document.text[mention.start : mention.end]
                    yield expanded(text, one.document.text), mention.concepts[0]


def write_chosen(
    corpora: Sequence[Corpus], root: Path, splits: Sequence[str], folder: Path
) -> None:
    """Write which concepts annotators chose in some parts of the corpora."""
    table = ChosenConcepts.of(
        pair
        for corpus in corpora
        for pair in chosen_in(corpus, CONCEPTS.get(corpus.name, ()), root, splits)
    )
    table.write(folder / "concepts.npz")
    print(f"{len(table.names):,} names with a concept in {folder}")


def main() -> None:
    """Count and write as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--corpora", type=Path, default=shipped_tagger() / "corpora.toml")
    parser.add_argument("--out", type=Path, default=shipped_tagger() / "marks.npz")
    parser.add_argument("--held", type=Path, help="folder for the concepts of train parts alone")
    chosen = parser.parse_args()
    corpora = without_dev(read_corpora(chosen.corpora, chosen.root))[0]
    lexicon = {group: count_marks(cuts_of(corpora, group)) for group in GROUPS}
    write_marks(lexicon, chosen.out)
    for group, own in lexicon.items():
        print(f"{group}: {len(own.names):,} strings, {len(own.words):,} words")
    write_chosen(corpora, chosen.root, ("train", "dev"), chosen.out.parent)
    if chosen.held is not None:
        write_chosen(corpora, chosen.root, ("train",), chosen.held)


if __name__ == "__main__":
    main()
