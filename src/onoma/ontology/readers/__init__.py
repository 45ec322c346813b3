"""Readers of vocabulary files, one format a file; ``ontology.reading`` says what a reader is.

Found by name in ``vocabulary_readers``; the entry point group ``onoma.vocabulary_readers`` adds to
them. Licensed vocabularies (UMLS, SNOMED CT, RxNorm, LOINC, ICD) are the user's own files.
"""

from onoma.ontology.reading import VocabularyReader
from onoma.registry import Registry

__all__ = ["vocabulary_readers"]

vocabulary_readers: Registry[VocabularyReader] = Registry(
    "vocabulary format",
    group="onoma.vocabulary_readers",
    builtin={},
)
