from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from click.testing import CliRunner

import onoma
from onoma.cli import app
from onoma.cli.app import COMMANDS
from onoma.errors import VocabularyMissing
from tests.cli.conftest import Run


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_of_its_own(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert import_module(f"onoma.cli.{name}").command.help in result.output or name in result.output
    assert COMMANDS[name] in CliRunner().invoke(app, ["--help"]).output


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from onoma.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'pyarrow', 'lxml', 'rich', 'numba') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes there")
def test_a_reader_that_has_gone_is_no_failure_of_documents() -> None:
    program = (
        "import sys, click\nfrom onoma.cli import app\n"
        "@app.command('talk')\ndef talk():\n"
        "    while True: click.echo('x' * 9999)\n"
        "app.get_command = lambda ctx, name: talk\napp(['talk'])"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(timeout=30) == 141


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    assert run("anotate").exit_code == 2


def test_something_missing_is_exit_code_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise VocabularyMissing("no core here", hint="build it")

    monkeypatch.setitem(vars(onoma), "load", load)
    result = run("annotate", __file__)
    assert result.exit_code == 3
    assert "no core here (build it)" in result.stderr


def test_an_interrupt_is_exit_code_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(vars(onoma), "load", load)
    assert run("annotate", __file__).exit_code == 130
