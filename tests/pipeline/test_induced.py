"""Diseases that drugs bring about, and concepts that annotators chose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onoma.errors import BadFile
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.chosen_concepts import CHOSEN, ChosenConcepts, read_chosen
from onoma.pipeline.induced import Chemicals, Induced
from onoma.types import AnnotatedDocument, Document, Mention


def chemicals(text: str, *names: str) -> Chemicals:
    return Chemicals.of(text, [(text.index(name), text.index(name) + len(name)) for name in names])


def place(text: str, name: str) -> tuple[int, int]:
    return text.index(name), text.index(name) + len(name)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("levodopa-induced dyskinesia", True),
        ("levodopa-induced orofacial dyskinesia", True),
        ("dyskinesia was induced by levodopa", True),
        ("drug-induced dyskinesia without levodopa", True),
        ("noise-induced dyskinesia, levodopa", False),
        ("levodopa-induced tics in dyskinesia", False),
        ("levodopa for dyskinesia", False),
    ],
)
def test_text_says_that_a_chemical_brought_it_about(text: str, is_so: bool) -> None:
    own = chemicals(text, "levodopa") if "levodopa" in text else chemicals(text)
    assert own.brought_about(text, place(text, "dyskinesia")) == is_so


def test_the_disease_within_a_name_is_told() -> None:
    own = chemicals("levodopa", "levodopa")
    assert own.inner("Levodopa-induced dyskinesia") == "dyskinesia"
    assert not own.inner("noise-induced hearing loss")


def mention(text: str, name: str, curie: str | None, **more: Any) -> Mention:
    start, end = place(text, name)
    said: dict[str, Any] = {"type": "disease", "score": 0.9, "found_by": "dictionary", **more}
    return Mention(start, end, name, curie=curie, label=name, spans=((start, end),), **said)


def test_all_mentions_of_the_disease_take_the_form(core: ConceptStore) -> None:
    assert core.n_concepts
    text = "Levodopa-induced dyskinesia is feared; a dyskinesia and a headache were seen."
    first = mention(text, "dyskinesia", "MESH:D020820")
    at = text.index("a dyskinesia") + 2
    second = Mention(at, at + 10, "dyskinesia", "disease", "MESH:D020820", "Dyskinesias", 0.9,
                     "dictionary", ((at, at + 10),))  # fmt: skip
    third = mention(text, "headache", "MESH:D006261")
    found = Induced(Settings(ids=("MESH",))).settle(
        AnnotatedDocument(Document("1", text)), [first, second, third], chemicals(text, "Levodopa")
    )
    assert [one.curie for one in found] == ["MESH:D004409", "MESH:D004409", "MESH:D006261"]
    assert found[0].label == "Dyskinesia, Drug-Induced"
    assert found[0].candidates[0].curie == "MESH:D004409"


def test_what_nothing_settles_takes_the_concept_that_most_chose(core: ConceptStore) -> None:
    table = ChosenConcepts.of([("odd spells", "MESH:D012640")] * 3 + [("odd spells", "MESH:X")])
    assert table.find("Odd spell") == "MESH:D012640"
    assert not table.find("never met")
    assert not ChosenConcepts.of([("split", "MESH:A"), ("split", "MESH:B")]).find("split")
    open_ = mention("odd spells", "odd spells", None)
    own = table.settle(
        AnnotatedDocument(Document("1", "odd spells")), [open_], core, ids=("MESH",), types=0
    )[0]
    assert (own.curie, own.score) == ("MESH:D012640", CHOSEN)


def test_a_name_that_is_known_keeps_its_concept(core: ConceptStore) -> None:
    table = ChosenConcepts.of([("gout", "MESH:D012640")])
    sure = mention("gout", "gout", "MESH:D006073")
    loose = mention("gout", "gout", "MESH:D006073", score=0.5)
    document = AnnotatedDocument(Document("1", "gout"))
    for one, ids, expected in (
        (sure, ("MESH",), "MESH:D006073"),
        (loose, ("MESH",), "MESH:D012640"),
        (loose, ("HP",), "MESH:D006073"),  # its namespace is not asked for
        (loose, (), "MESH:D006073"),
    ):
        assert table.settle(document, [one], core, ids=ids, types=0)[0].curie == expected


def test_the_table_is_written_and_read(tmp_path: Path) -> None:
    table = ChosenConcepts.of([("odd spells", "MESH:D012640"), ("gout", "MESH:D006073")])
    table.write(tmp_path / "concepts.npz")
    again = read_chosen(tmp_path)
    assert again is not None
    assert again.find("GOUT") == "MESH:D006073"
    assert read_chosen(tmp_path / "nowhere") is None
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "concepts.npz").write_bytes(b"no")
    with pytest.raises(BadFile, match=r"concepts\.npz"):
        read_chosen(tmp_path / "bad")
