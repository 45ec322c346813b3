from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import Inconsistent
from onoma.link.candidates import NameIndex, open_index
from onoma.link.candidates.grams import word_grams
from onoma.link.candidates.index import Shard
from onoma.link.candidates.linker import TermLinker
from onoma.link.candidates.readings import ShortForms, members
from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.types import type_mask

DISEASE = type_mask(("disease",))


def found(index: NameIndex, term: str, types: int = DISEASE) -> list[tuple[str, float]]:
    out = []
    for name, near in index.search([term], k=5, types=types).items():
        rows = index.shard(name).row_names
        for row, cosine in zip(near.row.tolist(), near.cosine.tolist(), strict=True):
            out.append((index.store.names[int(rows.values[rows.start[row]])], cosine))
    return out


def test_a_word_has_as_many_grams_as_letters() -> None:
    runs = word_grams(["gout", "a", "", "ß1"])
    assert np.diff(runs.start).tolist() == [4, 1, 0, 2]
    assert len(set(runs.values.tolist())) == 7


def test_the_same_words_have_cosine_one(store: ConceptStore) -> None:
    name, cosine = found(open_index(store), "breast cancer")[0]
    assert "breast" in name.lower()
    assert cosine == pytest.approx(1, abs=1e-5)


def test_a_misspelt_name_is_near(store: ConceptStore) -> None:
    index = open_index(store)
    assert found(index, "parkinsn disese")[0][0].lower().startswith("parkinson")
    assert found(index, "parkinsn disese")[0][1] < 1


def test_other_types_are_not_searched(store: ConceptStore) -> None:
    assert not any("metformin" in name for name, _ in found(open_index(store), "metformin"))
    assert found(open_index(store), "metformin", type_mask(("drug",)))[0][0] == "metformin"


def test_order_of_a_batch_does_not_matter(store: ConceptStore) -> None:
    index = open_index(store)
    terms = ["breast cancer", "gout", "", "ovarian", "breast cancer"]
    one = index.search(terms, k=3, types=DISEASE)["findings"]
    other = index.search(terms[::-1], k=3, types=DISEASE)["findings"]
    for place in range(len(terms)):
        mirrored = len(terms) - 1 - place
        assert one.row[one.term == place].tolist() == other.row[other.term == mirrored].tolist()


def test_a_damaged_index_is_told(store: ConceptStore, tmp_path: Path) -> None:
    open_index(store).shard("findings")
    folder = tmp_path / "findings"
    shutil.copytree(open_index(store).folder / "findings", folder)
    content = bytearray((folder / "postings.npy").read_bytes())
    content[-1] ^= 1
    (folder / "postings.npy").write_bytes(bytes(content))
    with pytest.raises(Inconsistent, match="damaged"):
        Shard.open(folder)


def test_a_shard_without_names_finds_nothing(store: ConceptStore) -> None:
    near = open_index(store).search(["gout"], types=type_mask(("dose",)))
    assert all(len(one.term) == 0 for one in near.values())


def test_short_forms_are_written_out() -> None:
    forms = ShortForms.of("Adenomatous polyposis coli (APC) and estrogen receptors (ERs).")
    assert forms.expand("APC") == "Adenomatous polyposis coli"
    assert forms.expand("APC tumour") == "Adenomatous polyposis coli tumour"
    assert forms.expand("polyposis (APC) gene") == "polyposis gene"
    assert forms.expand("ER") == "estrogen receptor"
    assert forms.expand("CAPC") == "CAPC"


def test_members_of_a_list_share_words() -> None:
    assert members("brain, breast and prostate cancer") == [
        ["brain cancer"],
        ["breast cancer"],
        ["prostate cancer"],
    ]
    assert members("cleft lip and palate")[1] == ["cleft palate", "palate"]
    assert members("renal failure") == []
    assert members("T and B cell lymphoma") == []
    assert members("a, " * 4000) == []


def test_a_folder_that_cannot_be_written_still_gives_an_index(
    store: ConceptStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / store.path.name
    shutil.copytree(store.path, folder, ignore=shutil.ignore_patterns("names-*"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    index = NameIndex(ConceptStore(folder))
    assert found(index, "breast cancer")[0][1] == pytest.approx(1, abs=1e-5)
    assert not list(folder.glob("names-*"))


def test_a_near_name_has_the_type_of_the_concept_that_answers(core: ConceptStore) -> None:
    """HPO's stomach neoplasm is a phenotype; MeSH's, which answers for it, a disease."""
    types = type_mask(("disease", "phenotype"))
    linker = TermLinker(core, types=types, ids=namespaces(core, ["MESH"]))
    found = linker.link(["stomack tumours", "brest cancer"], k=5)
    lent = [one for some in found for one in some if one.via and one.via.startswith("HP:")]
    assert lent
    for one in lent:
        assert one.type in core.concept_at(core.row_of(one.curie)).types
