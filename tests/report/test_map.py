"""Maps: planted fields come apart, the same documents give the same map, the folder is complete."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import InputError
from onoma.metrics.clusters import shared_information
from onoma.report import som
from onoma.report.content import Grid
from onoma.report.map import FieldMap
from onoma.report.map_writing import write_map
from onoma.types import AnnotatedDocument, Assertion, Document, Mention, Passage

FIELDS = {
    "heart": ("heart failure", "myocardium", "<script>alert(1)</script>", "digoxin", "stroke"),
    "gut": ("colitis", "microbiome", "butyrate", "diarrhoea", "colon"),
    "lung": ("asthma", "bronchus", "salbutamol", "wheeze", "smoke"),
}


def field_of(size: int, *, seed: int = 1) -> tuple[list[AnnotatedDocument], list[str]]:
    """Return documents of three fields, each with some concepts of its own and a stray one."""
    rng = np.random.default_rng(seed)
    names = list(FIELDS)
    made, labels = [], []
    for number in range(size):
        own = names[number % 3]
        words = list(rng.choice(FIELDS[own], 3, replace=False))
        if rng.random() < 0.3:
            words.append(str(rng.choice(FIELDS[names[int(rng.integers(3))]])))
        title = f"Study {number} of {own} </script>"
        text, mentions = f"{title}\n", []
        for word in words:
            start = len(text)
            text += f"{word} "
            end = start + len(word)
            mentions.append(
                Mention(start, end, word, "disease", f"X:{word}", word, 1.0, "gold",
                        ((start, end),))
            )  # fmt: skip
        document = Document(
            f"d{number}", text, (Passage(0, len(title), "title"),), date=f"{2000 + number % 9}"
        )
        made.append(AnnotatedDocument(document, tuple(mentions)))
        labels.append(own)
    return made, labels


@pytest.fixture(scope="module")
def planted() -> tuple[FieldMap, list[str]]:
    """Return the map of ninety documents, and their fields."""
    documents, labels = field_of(90)
    return FieldMap.of(documents, areas=3), labels


def test_planted_fields_come_apart(planted: tuple[FieldMap, list[str]]) -> None:
    """Three areas, nearly the three fields, each named after its own concepts."""
    found, labels = planted
    areas = found.area[found.found.cell].tolist()
    assert shared_information([labels[row] for row in found.rows], areas).f1 > 0.8
    for one in found.areas:
        own = {labels[found.rows[at]] for at, area in enumerate(areas) if area == one.number}
        (lead,) = [name for name in FIELDS if one.marks[0].label in FIELDS[name]]
        assert lead in own
        assert one.documents == areas.count(one.number)


def test_the_same_documents_give_the_same_map(planted: tuple[FieldMap, list[str]]) -> None:
    """Bit by bit."""
    again = FieldMap.of(field_of(90)[0], areas=3)
    assert np.array_equal(again.found.cell, planted[0].found.cell)
    assert again.areas == planted[0].areas


def test_a_map_keeps_neighbours_together() -> None:
    """Points on a line stand in order on the map: near ones in cells that are near."""
    line = np.stack([np.linspace(0, 1, 200), np.zeros(200), 0.1 * np.ones(200)], axis=1)
    found = som.fit(line)
    places = found.sheet.places()[found.cell]
    near = np.linalg.norm(places[1:] - places[:-1], axis=1).mean()
    far = np.linalg.norm(places[::-1] - places, axis=1).mean()
    assert near < far / 5
    assert (np.bincount(found.cell, minlength=len(found.sheet)) > 0).mean() > 0.4


def test_cells_touch_six_others_at_the_most() -> None:
    """Each pair once, both ways alike."""
    sheet = som.Cells(4, 5)
    pairs = sheet.neighbours()
    assert len({tuple(sorted(pair)) for pair in pairs.tolist()}) == len(pairs)
    assert np.bincount(pairs.ravel()).max() == 6


def test_a_grid_multiplies_as_a_table_does() -> None:
    """Against the dense product, empty rows among them."""
    rng = np.random.default_rng(2)
    dense = rng.random((7, 5)) * (rng.random((7, 5)) < 0.4)
    row, column = np.nonzero(dense)
    grid = Grid((7, 5), row, column, dense[row, column])
    other = rng.random((5, 3))
    assert np.allclose(grid.times(other), dense @ other)
    assert np.allclose(grid.turned().times(rng.random((7, 2))).shape, (5, 2))
    assert np.allclose(grid.turned().times(np.eye(7)), dense.T)


def test_what_is_denied_is_not_content() -> None:
    """A denied concept draws no document to it; one without any is not on the map."""
    documents, _ = field_of(30)
    mention = Mention(0, 5, "Study", "disease", "X:asthma", "asthma", 1.0, "gold", ((0, 5),),
                      assertion_axes=Assertion(polarity="absent"))  # fmt: skip
    documents.append(AnnotatedDocument(Document("none", "Study"), (mention,)))
    found = FieldMap.of(documents)
    assert 30 not in found.rows
    assert len(found.rows) == 30


def test_too_few_documents_are_told() -> None:
    """Nothing to map."""
    with pytest.raises(InputError, match="a map needs"):
        FieldMap.of(field_of(2)[0])


def test_the_folder_has_page_pictures_and_tables(
    planted: tuple[FieldMap, list[str]], tmp_path: Path
) -> None:
    """Every document stands in the table; no text of a document becomes markup."""
    write_map(planted[0], tmp_path / "map", title="A <b>field</b>")
    page = (tmp_path / "map" / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "A &lt;b&gt;field" in page
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    shown = json.loads(data)
    assert sum(cell["n"] for cell in shown["cells"]) == 90
    assert {label for label, *_ in shown["concepts"]} == {c for f in FIELDS.values() for c in f}
    with (tmp_path / "map" / "map.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [f"d{n}" for n in range(90)]
    record = json.loads((tmp_path / "map" / "map.json").read_bytes())
    assert record["on_map"] == 90
    assert [one["cell"] for one in record["placed"]] == [int(row["cell"]) for row in rows]
    for name in ("map.svg", "borders.svg"):
        assert (tmp_path / "map" / name).read_text("utf-8").count("<polygon") == len(shown["cells"])
