from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.training.knowledge import gather, translated
from onoma.encode.training.parts import translation
from onoma.encode.training.translations import read_translations
from onoma.errors import BadFile
from onoma.ontology.vocabulary import Vocabulary

BABELON = (
    "source_language\tsubject_id\tpredicate_id\ttranslation_value\n"
    "en\tHP:0001250\trdfs:label\tConvulsión\n"
    "en\tHP:0001250\tIAO:0000115\tUna crisis de descargas.\n"
    "en\tHP:0001250\n"
)


def test_a_babelon_table_is_read_without_definitions(tmp_path: Path) -> None:
    path = tmp_path / "hp-es.tsv.gz"
    path.write_bytes(gzip.compress(BABELON.encode()))
    assert list(read_translations(path)) == [("HP:0001250", "Convulsión")]


def test_a_plain_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("curie\tname\nID\tAL x\nHP:0001945\tFièvre\n", encoding="utf-8")
    assert list(read_translations(path)) == [("HP:0001945", "Fièvre")]


@pytest.mark.parametrize("content", ["", "a\tb\n1\t2\n"])
def test_a_table_without_its_columns_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(content)
    with pytest.raises(BadFile, match="head"):
        list(read_translations(path))


def test_a_translation_is_a_lesson(vocabulary: Vocabulary) -> None:
    plain = gather(vocabulary, held_out=0.0, seed=0)
    knowledge = translated(plain, [("HP:0001250", "Convulsión"), ("X:1", "nada")])
    place = next(p for p, own in enumerate(knowledge.curies) if "HP:0001250" in own)
    pair = translation(knowledge, place, np.random.default_rng(0))
    assert pair is not None
    assert pair[1] == "Convulsión"
    assert translation(plain, place, np.random.default_rng(0)) is None
    assert knowledge.known == plain.known
