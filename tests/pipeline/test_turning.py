import onoma
from onoma.pipeline.annotator import Settings
from onoma.pipeline.turning import FOUND_BY, Turner
from onoma.types import type_mask


def test_signs_in_another_form_are_named_and_asserted() -> None:
    settings = Settings(types=type_mask(("phenotype",)), ids=("HP",))
    nlp = onoma.load("core", types=["phenotype"], ids=["HP"], mode="dictionary")
    text = "There was no laxity of all joints. Abnormalities of phenotype. He had a fever."
    (done,) = Turner(settings).complete([nlp.annotate(text)])
    fresh = [one for one in done.mentions if one.found_by == FOUND_BY]
    assert [(one.text, one.curie) for one in fresh] == [("laxity of all joints", "HP:0001382")]
    assert fresh[0].assertion == "absent"
    kept = [one for one in done.mentions if one.found_by != FOUND_BY]
    assert kept == list(nlp.annotate(text).mentions)


def test_hybrid_reads_them_where_phenotypes_alone_are_asked() -> None:
    text = "Her tongue is slightly enlarged."
    found = onoma.load("core", types=["phenotype"], ids=["HP"]).annotate(text).mentions
    assert [one.curie for one in found] == ["HP:0000158"]
