"""The base install alone: what PyArrow is needed for says so, the rest works without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCK = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
"""
OBO = """format-version: 1.2
data-version: 1

[Term]
id: HP:0001945
name: Fever
synonym: "Pyrexia" EXACT []

[Term]
id: HP:0001250
name: Seizure
is_a: HP:0001945
"""


def run(code: str, folder: Path) -> str:
    """Return what a program without PyArrow prints."""
    env = os.environ | {"ONOMA_CACHE": str(folder / "cache"), "ONOMA_DATA": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + code], capture_output=True, text=True, env=env, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(folder: Path, *words: str) -> str:
    """Return what a command prints."""
    return run(f"from onoma.cli import app\napp({list(words)!r}, standalone_mode=False)", folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.obo").write_text(OBO, encoding="utf-8")
    (tmp_path / "note.txt").write_text("Pyrexia, no seizure.", encoding="utf-8")
    return tmp_path


def test_a_vocabulary_is_compiled_and_annotates(folder: Path) -> None:
    code = """
import onoma
nlp = onoma.load("mine.obo")
print([(m.curie, m.assertion) for m in nlp.annotate("Pyrexia, no seizure.")])
print(b"".join(nlp.to_jsonl(["Fever."])).decode())
"""
    said, line, *_ = run(code, folder).splitlines()
    assert said == "[('HP:0001945', 'present'), ('HP:0001250', 'absent')]"
    assert json.loads(line)["mentions"][0]["label"] == "Fever"


@pytest.mark.parametrize("form", ["jsonl", "tsv", "pubtator", "biocjson", "relations-tsv", "html"])
def test_commands_work(folder: Path, form: str) -> None:
    command(folder, "vocab", "add", "mine.obo", "--types", "phenotype")
    words = ("annotate", "note.txt", "--vocab", "mine", "--to", form)
    assert command(folder, *words) or form == "relations-tsv"
    assert "HP:0001945" in command(folder, "ground", "pyrexia", "--vocab", "mine")


@pytest.mark.parametrize(
    ("code", "extra"),
    [
        ("nlp.annotate_table(None)", "arrow"),
        ("nlp.relate_table(None)", "arrow"),
        ("list(nlp.find([[]]))", "arrow"),
        ("from onoma.formats.tables import make_writer; make_writer('parquet', None)", "arrow"),
        ("make_writer('relations-parquet', None)", "arrow"),
        ("from onoma.scale import annotate_frame", "arrow"),
        ("from onoma.corpus import Corpus", "library"),
        ("from onoma.graph import Graph", "library"),
        ("from onoma.search.library import library", "library"),
        ("from onoma.search.rows import coded", "library"),
    ],
)
def test_what_needs_more_names_its_extra(folder: Path, code: str, extra: str) -> None:
    program = f"""
import onoma
from onoma.errors import ExtraMissing
from onoma.formats.tables import make_writer
nlp = onoma.load("mine.obo", mode="dictionary")
try:
    {code}
except ExtraMissing as error:
    print(error.hint)
"""
    assert run(program, folder).strip() == f'pip install "onoma[{extra}]"'


def test_what_is_installed_is_little() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"]
    assert len(needed) <= 10
    assert not any(one.startswith(("pyarrow", "torch", "duckdb")) for one in needed)
    for extra in ("arrow", "library", "server", "test"):
        assert any(one.startswith("pyarrow") for one in project["optional-dependencies"][extra])
