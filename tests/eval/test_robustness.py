from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from onoma.errors import BadFile, InputError, OnomaError
from onoma.eval import Request
from onoma.eval.disturbances import disturbances
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Setting, System
from onoma.eval.probes import probes
from onoma.eval.robustness import (
    Report,
    check_robustness,
    read_spec,
    robustness_record,
    spec_of,
    verdict,
)
from onoma.eval.robustness_page import robustness_page
from onoma.ontology.store import ConceptStore
from onoma.types import Document
from tests.eval.conftest import AddSystem
from tests.eval.samples import PUBTATOR

NAMES = {
    "gout": ("Disease", "MONDO:0005393"),
    "podagra": ("Disease", "MONDO:0005393"),
    "fever": ("Phenotype", "HP:0001945"),
    "aspirin": ("Chemical", "CHEBI:15365"),
    "breast cancer": ("Disease", "MONDO:0007254"),
    "type 2 diabetes mellitus": ("Disease", "MONDO:0005148"),
    "cystic fibrosis": ("Disease", "MONDO:0009061"),
    "diabetes mellitus": ("Disease", "MONDO:0005015"),
}


def matcher(flags: int) -> Callable[[Setting], System]:
    """A matcher of the sample's names: each once as it stands there, white space elastic."""
    written = {m for line in PUBTATOR.splitlines() for m in line.split("\t")[3:4]}
    words = sorted(written & {w for w in written if w.lower() in NAMES}, key=len, reverse=True)
    pattern = re.compile("|".join(r"\s+".join(map(re.escape, w.split())) for w in words), flags)

    def predict(documents: Sequence[Document]) -> list[tuple[GoldMention, ...]]:
        return [tuple(_marks(pattern, one.text)) for one in documents]

    return lambda setting: System(predict)


def _marks(pattern: re.Pattern[str], text: str) -> list[GoldMention]:
    out = []
    for match in pattern.finditer(text):
        kind, curie = NAMES[" ".join(match.group().lower().split())]
        out.append(GoldMention(match.start(), match.end(), match.group(), kind, (curie,)))
    return out


@pytest.fixture
def gold(tmp_path: Path, add_system: AddSystem) -> Path:
    """The gold file; the two matchers may be asked."""
    for name, flags in (("sound", re.IGNORECASE), ("broken", 0)):
        for task in ("concepts", "ner"):
            add_system(f"{task}.{name}", matcher(flags))
    path = tmp_path / "gold.pubtator"
    path.write_text(PUBTATOR, encoding="utf-8")
    return path


def checked(gold: Path, system: str) -> Report:
    return check_robustness(
        read_spec(None), Request("robustness", gold, systems=(system,), samples=20)
    )


def with_full_stops(path: Path) -> Path:
    """Write the sample with its second title ended: in small letters nothing else parts
    "cystic fibrosis" there from the same name that begins the abstract."""
    text = PUBTATOR.replace("in cystic fibrosis\n", "in cystic fibrosis.\n")
    for old, new in (("44\t59", "45\t60"), ("67\t84", "68\t85")):
        text = text.replace(f"2\t{old}", f"2\t{new}")
    path.write_text(text, encoding="utf-8")
    return path


def test_a_matcher_that_heeds_case_fails_the_default_specification(
    gold: Path, small_core: ConceptStore
) -> None:
    report = checked(gold, "broken")
    failed = {one.test.name for one in report.checked if not one.is_passed}
    assert {"all capitals", "all small letters"} <= failed
    assert not report.is_passed


def test_the_same_matcher_heedless_of_case_passes_there(
    gold: Path, small_core: ConceptStore
) -> None:
    report = checked(gold, "sound")
    results = {one.test.name: verdict(one) for one in report.checked}
    assert results["all capitals"] == results["all small letters"] == "pass"
    assert results["lines of 60 characters"] == "pass"
    assert results["twenty documents in one"] == "pass"
    assert results["names negated"] == "pass"


def test_onoma_passes_what_matters_most(tmp_path: Path, small_core: ConceptStore) -> None:
    report = checked(with_full_stops(tmp_path / "gold.pubtator"), "onoma")
    high = {o.test.name: verdict(o) for o in report.checked if o.test.priority == "high"}
    assert "FAIL" not in high.values(), high


def test_the_default_specification_tries_everything() -> None:
    spec = read_spec(None)
    assert {test.disturbance for test in spec.tests} == {*disturbances.names(), *probes}
    assert {test.priority for test in spec.tests} == {"high", "medium", "low"}


def test_the_report_is_told_as_record_and_page(gold: Path, small_core: ConceptStore) -> None:
    report = checked(gold, "broken")
    record = json.loads(json.dumps(robustness_record(report)))
    assert record["passed"] is False
    capitals = next(test for test in record["tests"] if test["name"] == "all capitals")
    assert (capitals["result"], capitals["before"], capitals["after"]) == ("FAIL", 1.0, 0.0)
    assert capitals["documents"] == 2
    page = robustness_page(report)
    assert "failed" in page
    assert "<script" not in page


def test_the_order_is_that_of_priority(gold: Path, small_core: ConceptStore) -> None:
    order = ["high", "medium", "low"]
    found = [order.index(one.test.priority) for one in checked(gold, "sound").checked]
    assert found == sorted(found)


GOOD: dict[str, Any] = {
    "task": "ner",
    "measure": "strict F1",
    "test": [{"disturbance": "case", "allowed_drop": 0.1}],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"task": "nerd"}, "no task with a robustness specification 'nerd'"),
        ({"measure": None}, "'measure' is missing"),
        ({"test": "all"}, "'test' is missing or of the wrong kind"),
        ({"test": [{"disturbance": "cas", "allowed_drop": 0.1}]}, "did you mean 'case'"),
        ({"test": [{"disturbance": "case"}]}, "'allowed_drop' is missing"),
        ({"test": [{"disturbance": "case", "allowed_drop": 5}]}, "a share between 0 and 1"),
        (
            {"test": [{"disturbance": "case", "allowed_drop": 0.1, "priority": "top"}]},
            "no priority 'top'",
        ),
    ],
)
def test_what_is_wrong_in_a_specification_is_told(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        spec_of(GOOD | change, "mine.toml")


def test_a_measure_that_is_none_is_told(gold: Path) -> None:
    spec = spec_of(GOOD | {"measure": "loose F1"}, "mine.toml")
    with pytest.raises(OnomaError, match="known: macro F1"):
        check_robustness(spec, Request("robustness", gold, systems=("sound",), samples=20))


def test_specifications_are_read_from_toml_and_yaml(tmp_path: Path) -> None:
    toml = tmp_path / "s.toml"
    toml.write_text(
        'task = "ner"\nmeasure = "strict F1"\n[[test]]\ndisturbance = "case"\nallowed_drop = 0.1\n'
    )
    assert read_spec(toml).tests == spec_of(GOOD, "s.toml").tests
    toml.write_text("task = \n")
    with pytest.raises(BadFile, match=r"s\.toml"):
        read_spec(toml)
    with pytest.raises(BadFile, match="no specification at"):
        read_spec(tmp_path / "none.toml")
    yaml = tmp_path / "s.yaml"
    yaml.write_text(
        "task: ner\nmeasure: strict F1\ntest:\n- {disturbance: case, allowed_drop: 0.1}\n"
    )
    pytest.importorskip("yaml", reason="the extra yaml is not installed")
    assert read_spec(yaml).tests == spec_of(GOOD, "s.yaml").tests
    yaml.write_text("task: [\n")
    with pytest.raises(BadFile, match=r"s\.yaml"):
        read_spec(yaml)


def test_a_group_that_is_no_expression_is_told(gold: Path) -> None:
    values = GOOD | {
        "test": [
            {"disturbance": "subgroup", "allowed_drop": 0.1, "options": {"groups": {"x": "("}}}
        ]
    }
    with pytest.raises(InputError, match="the group 'x'"):
        check_robustness(
            spec_of(values, "s"), Request("robustness", gold, systems=("sound",), samples=20)
        )
