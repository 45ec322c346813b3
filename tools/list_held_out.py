"""List the concepts that no lesson of an encoder named, so that tests need not ask what was taught.

Draws again what ``onoma train encoder`` drew: the same vocabularies, share and seed give the same
concepts. The list ships as ``onoma/data/eval/held_out.txt``.

    python tools/list_held_out.py --vocab core,definitions --recipe run/model/recipe.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from onoma.encode.training.knowledge import gather
from onoma.encode.training.recipe import read_recipe
from onoma.ontology.loading import vocabulary_folder, vocabulary_names
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import read_vocabulary

PLACE = Path(__file__).parent.parent / "src" / "onoma" / "data" / "eval" / "held_out.txt"


def main() -> int:
    """Write the list, or compare it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--vocab", default="core,definitions")
    parser.add_argument("--recipe", type=Path, required=True, help="the recipe of the run")
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if other")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    parts = [read_vocabulary(vocabulary_folder(name)) for name in vocabulary_names(options.vocab)]
    whole = parts[0] if len(parts) == 1 else merge(parts)
    knowledge = gather(whole, held_out=recipe.held_out, seed=recipe.seed)
    places = np.flatnonzero(knowledge.held_out).tolist()
    curies = sorted(curie for place in places for curie in knowledge.curies[place])
    text = "\n".join(curies) + "\n"
    print(f"{len(places)} clusters, {len(curies)} CURIEs", file=sys.stderr)
    if options.check:
        return int(PLACE.read_text(encoding="utf-8") != text)
    PLACE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
