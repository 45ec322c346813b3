"""What every vocabulary reader must do; plug-in writers import the class and give their sample."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from onoma.errors import BadFile, OnomaError
from onoma.ontology.reading import Ledger, VocabularyReader
from onoma.types import SCOPES, SEMANTIC_TYPES, Concept

_CURIE = re.compile(r"[A-Za-z_][\w.-]*:[^\s:]\S*")


def check_concept(concept: Concept) -> None:
    """Assert that a concept is one."""
    assert _CURIE.fullmatch(concept.curie)
    assert concept.label == " ".join(concept.label.split())
    assert set(concept.types) <= set(SEMANTIC_TYPES)
    for name in concept.names:
        assert name.text.strip()
        assert name.scope in SCOPES
        assert re.fullmatch(r"[a-z]{2,3}(-\w+)*", name.language)
    links = (*concept.parents, *concept.consider, *concept.former)
    assert all(_CURIE.fullmatch(curie) for curie in links)
    assert len(set(concept.parents)) == len(concept.parents)
    for equivalent in concept.equivalents:
        assert _CURIE.fullmatch(equivalent.curie)
        assert _CURIE.fullmatch(equivalent.predicate)
        assert equivalent.source
    assert concept.definition is None or concept.definition.strip()
    assert concept.replaced_by is None or concept.is_obsolete


class VocabularyReaderContract:
    """The tests; a subclass has the fixtures ``reader`` and ``sample`` (a good file or folder)."""

    def test_concepts_are_valid(self, reader: VocabularyReader, sample: Path) -> None:
        concepts = list(reader(sample, Ledger()))
        assert concepts
        for concept in concepts:
            check_concept(concept)

    def test_the_ledger_is_written_to(self, reader: VocabularyReader, sample: Path) -> None:
        ledger = Ledger()
        for concept in reader(sample, ledger):
            assert concept.source
        assert ledger.name
        assert sum(ledger.counts.values()) >= len(ledger.aside)
        assert all(aside.place and aside.words for aside in ledger.aside)

    def test_reading_twice_gives_the_same(self, reader: VocabularyReader, sample: Path) -> None:
        assert list(reader(sample, Ledger())) == list(reader(sample, Ledger()))

    def test_a_path_to_nothing_is_a_bad_file(
        self, reader: VocabularyReader, tmp_path: Path
    ) -> None:
        with pytest.raises(BadFile):
            list(reader(tmp_path / "nowhere.txt", Ledger()))

    def test_an_empty_folder_is_a_bad_file(self, reader: VocabularyReader, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(BadFile):
            list(reader(tmp_path / "empty", Ledger()))

    @pytest.mark.parametrize("data", [b"", b"\0\1\2\3", b"once upon a time\n", b"\xff\xfe\0\xd8"])
    def test_other_bytes_are_refused_or_give_nothing(
        self, reader: VocabularyReader, tmp_path: Path, data: bytes
    ) -> None:
        path = tmp_path / "other.bin"
        path.write_bytes(data)
        with contextlib.suppress(OnomaError):
            assert not list(reader(path, Ledger()))
