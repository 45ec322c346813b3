"""A ranker made of annotated documents, a vocabulary's names and their translations.

In: documents in any language whose mentions have concepts. Out: a folder for ``onoma rank``.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from onoma.encode.training.translations import read_translations
from onoma.link.candidates.readings import ShortForms
from onoma.link.ranking.learner import Watch
from onoma.link.ranking.making import FOLDS, Material, Plan, Report, Seen, make_ranker
from onoma.link.ranking.ranker import forms_of
from onoma.link.ranking.stored import curies_of, stored_names, translated_names
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.linker_training import iter_curies
from onoma.types import TYPE_BIT, AnnotatedDocument


@dataclass(frozen=True, slots=True)
class Sources:
    """What else a ranker is made of.

    ``settings`` names the vocabulary, types and namespaces whose names are ranked (no namespace:
    those of the annotations alone); ``prefix`` is put before ids that have none; ``translations``
    are tables of names in the annotations' language.
    """

    settings: Settings
    prefix: str = ""
    translations: tuple[Path, ...] = ()


def train_ranking(
    documents: Iterable[AnnotatedDocument],
    out: Path,
    sources: Sources,
    *,
    plan: Plan | None = None,
    watch: Watch | None = None,
) -> Report:
    """Write a ranker into a folder and return how it did on documents held out in turn.

    Raises: InputError: too few mentions have a concept; what ``make_ranker`` raises.
    """
    store = open_vocabulary(sources.settings.vocabulary)
    material = read_material(documents, store, sources)
    return make_ranker(with_names(material, store, sources), out, plan, watch=watch)


def read_material(
    documents: Iterable[AnnotatedDocument], store: ConceptStore, sources: Sources
) -> Material:
    """Return the mentions of documents, the first concept of each, and defined short forms.

    Mentions of other types than the settings' are left aside.
    """
    seen = []
    defined: dict[str, Counter[str]] = {}
    types = sources.settings.types
    for document in documents:
        fold = zlib.crc32(document.id.encode("utf-8", "replace")) // 5 % FOLDS
        for short, long in ShortForms.of(document.text).pairs:
            defined.setdefault(short, Counter())[long] += 1
        for mention in document.mentions:
            if types and not types & TYPE_BIT.get(mention.type, types):
                continue
            curie = next(iter(iter_curies(mention.curie or "", store, sources.prefix)), None)
            if curie is not None and mention.text.strip():
                forms = forms_of(mention.text, document.text, {})
                seen.append(Seen(forms, curie, fold))
    shorts = {short: longs.most_common(1)[0][0] for short, longs in sorted(defined.items())}
    return Material(seen, shorts=shorts)


def with_names(material: Material, store: ConceptStore, sources: Sources) -> Material:
    """Return the material with the vocabulary's names of the namespaces, and translations."""
    settings = sources.settings
    curies = curies_of(store, settings.ids, types=settings.types) if settings.ids else {}
    translations = [pair for path in sources.translations for pair in read_translations(path)]
    translated, pairs = translated_names(store, curies, translations)
    names = (*stored_names(store, curies), *translated)
    return replace(material, names=names, pairs=pairs)
