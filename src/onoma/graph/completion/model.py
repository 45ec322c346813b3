"""A trained completion: its names, factors, rules and the ranker's weights, in a folder.

``completion.json`` (sealed by its checksum) names every other file with its own checksum:
``weights.safetensors``, ``entities.parquet``, and ``names.safetensors`` where names were used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import FileSum, save_bytes, sum_file, sync_file, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.encode.safetensors import read_safetensors, write_safetensors
from onoma.errors import BadFile, Checksum, Inconsistent, Missing
from onoma.graph.completion.baselines import Nearest, Overlap, PathCounts, Popularity
from onoma.graph.completion.factors import Factors
from onoma.graph.completion.fusion import Fusion, Weights
from onoma.graph.completion.naming import NamesAlike, seen_entities, with_names
from onoma.graph.completion.propagation import Propagation, PropagationWeights
from onoma.graph.completion.ranking import EVERY_ENTITY, Candidates, Scorer
from onoma.graph.completion.rules import Rule, RuleScorer, path_types
from onoma.graph.completion.triples import F32, Links, Terms

MANIFEST = "completion.json"
FORMAT = 1
HINT = "train it anew: onoma train kge"


@dataclass(frozen=True)
class Learnt:
    """What was learnt from some triples: everything that is not counted from the graph itself.

    ``names``: a unit vector for each entity, or None.
    """

    factors: tuple[Factors, ...] = ()
    rules: tuple[Rule, ...] = ()
    propagation: PropagationWeights | None = None
    names: F32 | None = None


@dataclass(frozen=True)
class Completion:
    """A trained completion with what it is for.

    ``generation`` and ``graph``: of the graph that it was trained on, -1 and empty for a file.
    ``about``: recipe and figures.
    """

    terms: Terms
    learnt: Learnt
    weights: Weights
    generation: int = -1
    graph: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    def fusion(self, links: Links, candidates: Candidates = EVERY_ENTITY) -> Fusion:
        """Return the scorer over a graph's triples."""
        return Fusion(parts_of(links, self.learnt), self.weights, candidates)


def own_paths(links: Links) -> dict[int, list[tuple[int, ...]]]:
    """Return the path every relation has: to what like entities are tied to (r, r^-1, r)."""
    count = links.relations
    return {r: [(r, (r + count) % (2 * count), r)] for r in range(2 * count)}


def baselines_of(links: Links, rules: Sequence[Rule]) -> list[Scorer]:
    """Return the scorers that are counted from the graph."""
    mined = PathCounts(links, path_types(rules))
    mined.name = "path counts (mined types)"
    return [
        Popularity(links),
        Overlap(links),
        Overlap(links, measure="jaccard"),
        Nearest(links),
        PathCounts(links, own_paths(links)),
        mined,
    ]


def parts_of(links: Links, learnt: Learnt) -> list[Scorer]:
    """Return all scorers, in the order in which a ranker weighs them."""
    out = [*baselines_of(links, learnt.rules), RuleScorer(links, learnt.rules)]
    for one in learnt.factors:
        names = learnt.names
        out.append(one if names is None else with_names(one, names, seen_entities(links)))
    if learnt.names is not None:
        out.append(NamesAlike(links, learnt.names))
    if learnt.propagation is not None:
        guide = learnt.factors[0] if learnt.factors else None
        out.append(Propagation(links, learnt.propagation, guide))
    return out


def save_completion(one: Completion, folder: Path) -> None:
    """Write a completion; the manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"curie": one.terms.entities}), folder / "entities.parquet")
    sync_file(folder / "entities.parquet")
    arrays: dict[str, Any] = {
        "fusion.shared": one.weights.shared, "fusion.own": one.weights.own,
        "fusion.scales": one.weights.scales,
    }  # fmt: skip
    for number, factors in enumerate(one.learnt.factors):
        arrays[f"{number}.entity"], arrays[f"{number}.relation"] = factors.entity, factors.relation
    if one.learnt.propagation is not None:
        for name, array in one.learnt.propagation.arrays().items():
            arrays[f"propagation.{name}"] = array
    write_safetensors(folder / "weights.safetensors", arrays)
    names = ["entities.parquet", "weights.safetensors"]
    if one.learnt.names is not None:
        half = one.learnt.names.astype(np.float16)
        write_safetensors(folder / "names.safetensors", {"names": half})
        names.append("names.safetensors")
    record = {
        "format": FORMAT, "relations": list(one.terms.relations),
        "generation": one.generation, "graph": one.graph, "about": dict(one.about),
        "slope": one.weights.slope, "border": one.weights.border,
        "factors": [{"model": f.model, "scale": f.scale} for f in one.learnt.factors],
        "propagation": one.learnt.propagation is not None,
        "rules": [[r.relation, list(r.body), r.support, r.predicted, r.confidence]
                  for r in one.learnt.rules],
        "files": [_summed(folder / name).to_record() for name in names],
    }  # fmt: skip
    save_bytes(folder / MANIFEST, sealed(record))
    sync_folder(folder)


def _summed(path: Path) -> FileSum:
    found = sum_file(path)
    return FileSum(path.name, found.size, found.sha256)


def load_completion(folder: Path) -> Completion:
    """Read a completion, every byte checked.

    Raises: Missing: there is none. BadFile, Checksum: damaged. Inconsistent: of another format.
    """
    if not (folder / MANIFEST).exists():
        raise Missing(f"{folder}: no trained completion here", hint="onoma train kge")
    record = read_sealed(folder / MANIFEST)
    if record.get("format") != FORMAT:
        found = record.get("format")
        raise Inconsistent(f"{folder}: format {found}, this version reads {FORMAT}", hint=HINT)
    try:
        for entry in record["files"]:
            said = FileSum.of_record(entry)
            path = folder / said.name
            if not path.exists() or sum_file(path).sha256 != said.sha256:
                raise Checksum(f"{path}: missing or damaged", hint=HINT)
        return _assembled(folder, record)
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{folder / MANIFEST}: not a completion's manifest", hint=HINT) from error


def _assembled(folder: Path, record: dict[str, Any]) -> Completion:
    arrays = read_safetensors(folder / "weights.safetensors")
    entities = pq.read_table(folder / "entities.parquet")["curie"].to_pylist()
    factors = tuple(
        Factors(one["model"], arrays[f"{n}.entity"], arrays[f"{n}.relation"], float(one["scale"]))
        for n, one in enumerate(record["factors"])
    )
    rules = tuple(
        Rule(relation, tuple(body), support, predicted, confidence)
        for relation, body, support, predicted, confidence in record["rules"]
    )
    own = {
        name.removeprefix("propagation."): array
        for name, array in arrays.items()
        if name.startswith("propagation.")
    }
    propagation = PropagationWeights.of_arrays(own) if record["propagation"] else None
    path = folder / "names.safetensors"
    has_names = any(one["name"] == path.name for one in record["files"])
    names = read_safetensors(path)["names"] if has_names else None
    weights = Weights(
        arrays["fusion.shared"], arrays["fusion.own"], arrays["fusion.scales"],
        float(record["slope"]), float(record["border"]),
    )  # fmt: skip
    return Completion(
        Terms(tuple(entities), tuple(record["relations"])),
        Learnt(factors, rules, propagation, names),
        weights,
        int(record["generation"]),
        str(record["graph"]),
        record["about"],
    )
