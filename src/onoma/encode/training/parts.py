"""Lessons: what two texts about one concept a visit sets side by side.

Each part is a function of the knowledge, a cluster and a source of chance; it returns two texts
that mean the same, or None where the concept does not offer them. ``PARTS`` names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from onoma.encode.training.knowledge import Knowledge
from onoma.encode.worth import loose_key
from onoma.registry import Registry

Pair = tuple[str, str]
Part = Callable[[Knowledge, int, np.random.Generator], Pair | None]

MODIFIERS = (
    "sporadic", "bilateral", "unilateral", "left", "right", "early-onset", "late-onset",
    "history of", "recurrent", "suspected", "familial", "advanced", "severe", "mild", "moderate",
    "newly diagnosed", "refractory", "stage III", "grade 2", "persistent", "progressive",
    "primary", "patients with", "presence of", "childhood", "adult", "isolated", "symptoms of",
)  # fmt: skip
"""Words that a text puts before a name where the vocabulary knows the plain concept only."""
SWAPS = (
    ("decreased", "reduced"), ("decreased", "low"), ("increased", "elevated"),
    ("increased", "high"), ("abnormal", "aberrant"), ("absent", "lack of"), ("renal", "kidney"),
    ("hepatic", "liver"), ("cardiac", "heart"), ("pulmonary", "lung"), ("cancer", "carcinoma"),
    ("neoplasm", "tumor"), ("enlarged", "large"), ("impaired", "defective"), ("small", "little"),
    ("disease", "disorder"), ("delayed", "late"), ("gastric", "stomach"), ("ocular", "eye"),
    ("cutaneous", "skin"), ("cerebral", "brain"), ("dental", "tooth"), ("facial", "face"),
    ("muscular", "muscle"), ("vision", "sight"), ("childhood", "pediatric"), ("fetal", "foetal"),
)  # fmt: skip
"""Words that often stand for each other in names."""
LONGEST_DEFINITION = 240  # characters
MOST_FEATURES = 3
_WORDS = re.compile(r"\w+")


def synonym(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return two names of the concept (SapBERT, Liu et al. 2021)."""
    names = knowledge.names[cluster]
    if len(names) < 2:
        return None
    one, other = rng.choice(len(names), 2, replace=False).tolist()
    return names[one], names[other]


def definition(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return a name and the concept's definition (BioLORD, Remy et al. 2022)."""
    text = knowledge.definitions[cluster]
    return (_any_name(knowledge, cluster, rng), text[:LONGEST_DEFINITION]) if text else None


def relation(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return a name and a description by relations, as BioLORD makes one from an ontology.

    A kind of its parent, or its parent with some of the phenotypes stated for it. Concepts that
    are held out are not named.
    """
    parents = [p for p in knowledge.parents[cluster] if not knowledge.held_out[p]]
    if not parents:
        return None
    parent = _any_name(knowledge, parents[int(rng.integers(len(parents)))], rng)
    features = [f for f in knowledge.features[cluster] if not knowledge.held_out[f]]
    name = _any_name(knowledge, cluster, rng)
    if features and rng.random() < 0.5:
        picked = rng.choice(len(features), min(MOST_FEATURES, len(features)), replace=False)
        words = ", ".join(knowledge.names[features[place]][0] for place in picked.tolist())
        return name, f"{parent} with {words}"
    return name, f"{_any_name(knowledge, cluster, rng)}, a kind of {parent}"


def modifier(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return a name and the name with a modifier, unless that names something itself.

    Annotators go back to the broader concept where a vocabulary lacks the modified one.
    """
    name = _any_name(knowledge, cluster, rng)
    changed = f"{MODIFIERS[int(rng.integers(len(MODIFIERS)))]} {name}"
    return None if loose_key(changed) in knowledge.known else (name, changed)


def swap(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return a name and the name with a word replaced, unless that names something itself."""
    name = _any_name(knowledge, cluster, rng)
    words = {word.lower() for word in _WORDS.findall(name)}
    fitting = [(a, b) for pair in SWAPS for a, b in (pair, pair[::-1]) if a in words]
    if not fitting:
        return None
    old, new = fitting[int(rng.integers(len(fitting)))]
    changed = re.sub(rf"\b{old}\b", new, name, flags=re.IGNORECASE)
    key = loose_key(changed)
    return (
        None if key in knowledge.known and key not in knowledge.keys[cluster] else (name, changed)
    )


def spelling(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return two names of the concept, one with a letter lost, doubled or moved."""
    one, other = synonym(knowledge, cluster, rng) or (knowledge.names[cluster][0],) * 2
    if len(other) < 6:
        return None
    place = int(rng.integers(1, len(other) - 2))
    left, here, after = other[:place], other[place], other[place + 1 :]
    ways = (left + after, left + here + here + after, left + after[0] + here + after[1:])
    return one, ways[int(rng.integers(len(ways)))]


def translation(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> Pair | None:
    """Return a name and one in another language, where the run was given any."""
    names = knowledge.translations.get(cluster)
    if not names:
        return None
    return _any_name(knowledge, cluster, rng), names[int(rng.integers(len(names)))]


def _any_name(knowledge: Knowledge, cluster: int, rng: np.random.Generator) -> str:
    names = knowledge.names[cluster]
    return names[int(rng.integers(len(names)))]


PARTS: Registry[Part] = Registry(
    "lesson",
    group="onoma.lessons",
    builtin={
        name: f"onoma.encode.training.parts:{name}"
        for name in (
            "definition",
            "modifier",
            "relation",
            "spelling",
            "swap",
            "synonym",
            "translation",
        )
    },
)
"""The lessons by name."""
