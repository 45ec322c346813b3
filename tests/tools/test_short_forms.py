"""The short forms that a rule writes into the core: species by their initial, cell lines."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def additions(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("core.additions")


def made(additions: Any, concepts: list[tuple[str, str, str, str]]) -> set[tuple[str, str]]:
    """Return the (CURIE, name) that the rules add; concepts: CURIE, label, type, equivalent."""
    table = sys.modules["core.table"].Table()
    for curie, label, kind, equal in concepts:
        place = table.concept(curie, label, types=(kind,), source="test")
        table.name(place, label, scope="label", source="test")
        if equal:
            table.equivalent(place, equal, predicate="skos:exactMatch", source="test")
    additions.add_short_forms(table)
    return {
        (table.curies[place], text) for place, text, _, source in table.names if source == "onoma"
    }


def test_species_with_a_heading_has_its_initial(additions: Any) -> None:
    aureus = ("NCBITaxon:1280", "Staphylococcus aureus", "organism", "MESH:D013211")
    unheaded = ("NCBITaxon:5476", "Candida albicans", "organism", "")
    assert made(additions, [aureus, unheaded]) == {("NCBITaxon:1280", "S. aureus")}


def test_initial_that_two_species_share_is_not_written(additions: Any) -> None:
    one = ("NCBITaxon:1", "Staphylococcus minor", "organism", "MESH:D000001")
    other = ("NCBITaxon:2", "Salmonella minor", "organism", "MESH:D000002")
    assert made(additions, [one, other]) == set()


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("NCI-H1299", "H1299"),
        ("Hep-G2", "HepG2"),
        ("SK-BR-3", "SKBR-3"),
        ("Ba/F3", "BaF3"),
        ("H9c2(2-1)", "H9c2"),
        ("HeLa", None),
        ("HEK293", None),
        ("Wild type (clone 3)", None),
    ],
)
def test_cell_lines(additions: Any, label: str, short: str | None) -> None:
    expected = set() if short is None else {("CVCL:1", short)}
    assert made(additions, [("CVCL:1", label, "cell_line", "")]) == expected


def test_short_form_that_is_a_name_already_is_left(additions: Any) -> None:
    lines = [("CVCL:1", "Hep-G2", "cell_line", ""), ("CVCL:2", "HepG2", "cell_line", "")]
    assert made(additions, lines) == set()
