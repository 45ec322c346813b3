"""The commands of ``onoma vocab`` as a user runs them, on vocabularies written here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli import app
from onoma.ontology.sources import core_folder

OBO = """format-version: 1.2
ontology: blorp
data-version: 2026-11-01

[Term]
id: ACME:0001
name: blorp syndrome
synonym: "blorpitis" EXACT []
xref: MESH:D009999
xref: WEIRD:77

[Term]
id: ACME:0002
name: severe blorp syndrome
is_a: ACME:0001

[Term]
id: ACME:0003
name: old blorp
is_obsolete: true
replaced_by: ACME:0001
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty machine: no data, no cache, no core's store; the file stands where one works."""
    monkeypatch.setenv("ONOMA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path / "cache"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    (work / "blorp.obo").write_text(OBO, encoding="utf-8")
    return tmp_path


def onoma(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=stdin)


def found(text: str, *words: str) -> list[tuple[str, str]]:
    line = onoma("annotate", "-", *words, stdin=text).stdout
    return [(m["text"], m["curie"]) for m in json.loads(line)["mentions"]]


def test_three_commands_lead_from_a_file_to_linked_text(place: Path) -> None:
    added = onoma("vocab", "add", "blorp.obo", "--types", "disease")
    assert added.exit_code == 0, added.stderr
    assert added.stdout.splitlines()[0] == (
        "blorp@2026-11-01: 2 concepts, 3 names, 1 parents, 1 mappings, 1 retired ids"
    )
    assert onoma("vocab", "build", "blorp").exit_code == 0
    text = "Severe blorp syndromes and blorpitis."
    assert found(text, "--vocab", "blorp") == [
        ("Severe blorp syndromes", "ACME:0002"),
        ("blorpitis", "ACME:0001"),
    ]
    stores = [path.name for path in (place / "cache").iterdir()]
    assert len(stores) == 1, "the core is not needed for a vocabulary of one's own"


def test_a_concept_without_type_asks_for_types(place: Path) -> None:
    result = onoma("vocab", "add", "blorp.obo")
    assert result.exit_code == 2
    assert "--types" in result.stderr
    assert onoma("vocab", "list").stdout.count("blorp") == 0


def test_a_mapping_with_an_unknown_prefix_is_set_aside_with_its_place(place: Path) -> None:
    added = onoma("vocab", "add", "blorp.obo", "--types", "disease")
    assert "set aside: 1 unknown-prefix" in added.stdout
    aside = next((place / "data").rglob("aside.tsv")).read_text(encoding="utf-8")
    assert "blorp.obo, line 10" in aside
    assert "WEIRD:77" in aside


def test_a_prefix_of_its_own_is_known_wherever_curies_are(place: Path) -> None:
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    shown = onoma("concept", "acme:0003", "--vocab", "blorp").stdout
    assert shown.startswith("ACME:0001  blorp syndrome"), "a retired id leads to its replacement"
    assert found("blorpitis", "--vocab", "blorp", "--ids", "ACME") == [("blorpitis", "ACME:0001")]
    grounded = onoma("ground", "blorpitis", "--vocab", "blorp").stdout
    assert "ACME:0001" in grounded


def test_a_file_is_a_vocabulary_without_being_added(place: Path) -> None:
    path = Path("terms.tsv")
    path.write_text("curie\tname\ttype\nHP:0001945\tburning up\tphenotype\n", encoding="utf-8")
    assert found("burning up", "--vocab", "terms.tsv") == [("burning up", "HP:0001945")]
    assert not (place / "data").exists()


def test_versions_stand_side_by_side_and_are_removed_one_by_one(place: Path) -> None:
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    again = onoma("vocab", "add", "blorp.obo", "--types", "disease")
    assert "nothing to do" in again.stdout
    Path("blorp.obo").write_text(
        OBO.replace("2026-11-01", "2026-12-01").replace("blorpitis", "blorposis"), "utf-8"
    )
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    assert found("blorposis, blorpitis", "--vocab", "blorp") == [("blorposis", "ACME:0001")]
    old = found("blorposis, blorpitis", "--vocab", "blorp@2026-11-01")
    assert old == [("blorpitis", "ACME:0001")]
    listed = onoma("vocab", "list").stdout.splitlines()
    assert [line.split("\t")[:2] for line in listed[1:3]] == [
        ["blorp", "2026-12-01"],
        ["blorp", "2026-11-01"],
    ]
    assert onoma("vocab", "remove", "blorp@2026-12-01").exit_code == 0
    assert found("blorposis, blorpitis", "--vocab", "blorp") == [("blorpitis", "ACME:0001")]
    assert onoma("vocab", "remove", "blorp").exit_code == 0
    assert not list((place / "cache").glob("blorp@*"))
    gone = onoma("vocab", "remove", "blorp")
    assert gone.exit_code == 2
    assert "no vocabulary 'blorp'" in gone.stderr


def test_a_project_adds_a_name_and_blocks_another(place: Path) -> None:
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    assert onoma("vocab", "synonym", "ACME:0002", "the big zorgle").exit_code == 0
    assert onoma("vocab", "block", "blorpitis").exit_code == 0
    assert "already in" in onoma("vocab", "block", "blorpitis").stdout
    text = "Big zorgles, blorpitis."
    assert found(text, "--vocab", "blorp") == [("Big zorgles", "ACME:0002")]
    assert found(text, "--vocab", "blorp", "--project", "none") == [("blorpitis", "ACME:0001")]


def test_a_synonym_of_an_unknown_concept_names_its_line(place: Path) -> None:
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    onoma("vocab", "synonym", "ACME:0009", "zorgle")
    result = onoma("annotate", "-", "--vocab", "blorp", stdin="x")
    assert result.exit_code == 2
    assert "synonyms.tsv, line 1: no concept ACME:0009" in result.stderr


def test_a_vocabulary_is_written_for_other_tools(place: Path) -> None:
    onoma("vocab", "add", "blorp.obo", "--types", "disease")
    out = onoma("vocab", "export", "blorp", "--to", "tsv", "-o", "out.tsv")
    assert out.exit_code == 0, out.stderr
    assert "ACME:0001\tblorpitis\texact\tdisease" in Path("out.tsv").read_text(encoding="utf-8")


def test_the_core_is_listed_with_its_sources(place: Path) -> None:
    lines = onoma("vocab", "list").stdout.splitlines()
    assert lines[0] == "name\tversion\tconcepts\tnames\tlicence\tnotice"
    sources = json.loads((core_folder() / "sources.json").read_text(encoding="utf-8"))["sources"]
    assert len(lines) == 1 + len(sources)


@pytest.mark.parametrize("name", ["core", "a b", "", "../x"])
def test_an_id_that_cannot_be_one_is_a_usage_error(place: Path, name: str) -> None:
    result = onoma("vocab", "add", "blorp.obo", "--types", "disease", "--as", name or "@")
    assert result.exit_code == 2


def test_a_file_that_is_not_there_is_said(place: Path) -> None:
    result = onoma("vocab", "add", "nowhere.obo")
    assert result.exit_code == 3
    assert "nowhere.obo" in result.stderr
