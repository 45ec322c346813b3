"""Documents with mentions of their own: kept, related, and scored in the corpus's words."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.errors import UnknownName
from onoma.eval import Request, evaluate
from onoma.formats.concept_fields import split_ids
from onoma.formats.pubtator import read_pubtator_gold
from onoma.pipeline import Pipeline
from onoma.pipeline.pipeline import Input
from onoma.relate.annotating import prepared, relation_text, with_ids
from onoma.relate.relaters import make_relater
from onoma.types import AnnotatedDocument, Document, FailedDocument

GOLD = """1|t|Zibuprol and ulcers.
1|a|Zibuprol caused ulcers in mice. Ulcers or gastritis were induced by aspirin, as is known.
1	0	8	Zibuprol	ChemicalEntity	C012345
1	13	19	ulcers	DiseaseOrPhenotypicFeature	D014456
1	21	29	Zibuprol	ChemicalEntity	C012345
1	37	43	ulcers	DiseaseOrPhenotypicFeature	D014456
1	53	59	Ulcers	DiseaseOrPhenotypicFeature	D014456,D005756
1	93	100	aspirin	ChemicalEntity	D001241
1	47	51	mice	OrganismTaxon	-
1	Positive_Correlation	C012345	D014456	Novel
1	Positive_Correlation	D001241	D005756	No

"""


def gold(content: str = GOLD) -> AnnotatedDocument:
    stream = io.BufferedReader(io.BytesIO(content.encode()))
    (found,) = read_pubtator_gold(stream, "gold.pubtator")
    return found


def test_concepts_of_a_file_are_entities_in_types_of_ours() -> None:
    ready = with_ids(prepared(gold()))
    text = relation_text(ready, ready.sentences, 0, len(ready.text))
    assert [(one.key, one.type, one.word) for one in text.entities] == [
        ("MESH:C012345", "chemical", "ChemicalEntity"),
        ("MESH:D014456", "disease", "DiseaseOrPhenotypicFeature"),
        ("MESH:D005756", "disease", "DiseaseOrPhenotypicFeature"),
        ("MESH:D001241", "chemical", "ChemicalEntity"),
    ]
    assert len(text.entities[1].spans) == 3
    assert len(text.sentences) == 3
    assert [one.curie for one in ready.mentions][:1] == ["MESH:C012345"]
    assert "D014456,D005756" in [one.curie for one in ready.mentions]


def test_where_a_file_has_no_concepts_each_mention_is_one() -> None:
    marks = [line for line in GOLD.splitlines() if "\tD" not in line and "\tC" not in line[:20]]
    rows = [line for line in marks if line.count("\t") < 5 or line.endswith("-")]
    ready = with_ids(prepared(gold("\n".join(rows) + "\n")))
    text = relation_text(ready, ready.sentences, 0, len(ready.text))
    assert [one.key for one in text.entities] == ["T1"]


def test_a_variant_is_one_id_whatever_bars_it_has() -> None:
    assert split_ids("p|SUB|V|600|E", "SequenceVariant") == ("p|SUB|V|600|E",)
    assert split_ids("c|DEL||32,rs12", "SequenceVariant") == ("c|DEL||32", "DBSNP:rs12")


def test_a_pipeline_keeps_mentions_and_annotates_what_has_none(nlp: Pipeline) -> None:
    failed = FailedDocument("2", "bad", "words")
    bare = AnnotatedDocument(Document("3", "Gout and fever."))
    batch: list[Input] = [gold(), failed, bare, "fever"]
    for pipeline in (nlp, nlp.relating("rules", task="biored")):
        kept, wrong, found, plain = pipeline.pipe(batch)
        assert [(m.start, m.text) for m in kept.mentions] == [
            (m.start, m.text) for m in gold().mentions
        ]
        assert (wrong.error, found.id, len(plain.mentions)) == (failed, "3", 1)
        assert found.mentions[0].found_by != "gold"
    lines = [json.loads(line) for line in nlp.to_jsonl(batch)]
    assert [len(one["mentions"]) for one in lines[2:]] == [len(found.mentions), 1]
    with pytest.raises(UnknownName, match="biorod"):
        nlp.relating("rules", task="biorod")


def test_a_task_alone_is_asked_and_keeps_its_name() -> None:
    ready = with_ids(prepared(gold()))
    text = relation_text(ready, ready.sentences, 0, len(ready.text))
    (ties,) = make_relater("rules", "cid").relate([text])
    assert {tie.kind for tie in ties} == {"cid/CID"}
    assert (0, 1) in {(tie.first, tie.second) for tie in ties}
    with pytest.raises(UnknownName, match="task"):
        make_relater("reader", "ddi")


def test_the_command_relates_a_file_and_eval_scores_it(tmp_path: Path) -> None:
    source, out = tmp_path / "gold.pubtator", tmp_path / "found.jsonl"
    source.write_text(GOLD)
    runner = CliRunner()
    args = ["annotate", str(source), "--gold", "--relations", "--relater", "rules"]
    args += ["--task", "biored", "--mode", "dictionary", "--to", "jsonl-text", "-o", str(out)]
    result = runner.invoke(app, args)
    assert result.exit_code == 0, result.output
    (record,) = map(json.loads, out.read_text().splitlines())
    found = {(one["predicate"], one["kind"]) for one in record["relations"]}
    assert ("causes", "biored/Positive_Correlation") in found
    scored = evaluate(Request("relation", source, predictions=(out,), split="all", samples=20))
    measures = scored.systems[0].measures
    assert measures["F1"].value > 0.5
    assert measures["F1 with novelty"].value < measures["F1"].value  # the rules say nothing of it
    wrong = runner.invoke(app, ["annotate", str(source), "--task", "cid"])
    assert "need --relations" in wrong.output
