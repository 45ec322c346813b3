from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import onoma
from onoma.cli import doctor
from onoma.errors import ModelMissing, VocabularyMissing
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path / "cache"))


def test_all_well_is_exit_code_0(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    for word in (
        "python",
        "orjson",
        "extra arrow",
        "cache folder",
        "test-1",
        "3 concepts",
        "terminal",
    ):
        assert word in result.stdout
    assert "missing" not in result.stdout


def test_models_are_opened_and_extras_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise ModelMissing("no tagger ships", hint="install the package again")

    monkeypatch.setattr(doctor, "load_tagger", load)
    monkeypatch.setitem(doctor.EXTRAS, "library", ("corpora", ("no-such-package-here",)))
    result = run("doctor")
    assert result.exit_code == 3
    assert "missing  tagger: no tagger ships\n           -> install the package" in result.stdout
    assert "ok       encoder: opens in" in result.stdout
    assert "note     extra library: without no-such-package-here" in result.stdout
    assert 'optional, for corpora: pip install "onoma[library]"' in result.stdout


def test_what_is_checked_is_what_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    everywhere = [one for one in project["dependencies"] if ";" not in one]
    assert [f"{name}>={oldest}" for name, oldest in doctor.NEEDED.items()] == everywhere
    for name, (_, packages) in doctor.EXTRAS.items():
        asked = [re.split(r"[\[>=]", one)[0] for one in project["optional-dependencies"][name]]
        assert asked == list(packages)


def test_a_missing_store_is_told_with_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise VocabularyMissing("no core here", hint="build it")

    monkeypatch.setitem(vars(onoma), "load", load)
    result = run("doctor")
    assert result.exit_code == 3
    assert "missing  store 'core': no core here\n           -> build it" in result.stdout


def test_a_package_that_is_too_old_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.NEEDED, "lxml", "999")
    monkeypatch.setitem(doctor.NEEDED, "no-such-package-here", "1")
    result = run("doctor")
    assert result.exit_code == 3
    assert 'pip install "lxml>=999"' in result.stdout
    assert "no-such-package-here: not installed" in result.stdout


def test_a_cache_that_cannot_be_made_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path / "file" / "cache"))
    result = run("doctor")
    assert result.exit_code == 3
    assert "set ONOMA_CACHE" in result.stdout
