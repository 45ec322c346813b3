"""What users see: public names, commands, and the examples in README.md and docs.

Fenced blocks are run as they stand: ``console`` blocks by a shell, ``pycon`` blocks as doctests.
``pytest tests/test_surface.py --update-golden`` puts today's output in their place.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import subprocess
import sys
from code import InteractiveInterpreter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import onoma
from onoma.cli import app
from onoma.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def run_console(text: str) -> str:
    """Run the command of a block and return the block as it should stand."""
    command = text.splitlines()[0].removeprefix("$ ")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = 'onoma() { "$ONOMA_PYTHON" -c "from onoma.cli import main; main()" "$@"; }; '
    own = {"PATH": path, "ONOMA_PYTHON": sys.executable, "PYTHONUTF8": "1"}
    environment = os.environ | own | {"ONOMA_DATA": str(ROOT / "no-vocabularies-of-ones-own")}
    done = subprocess.run(
        ["bash", "-c", shell + command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    output = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
    assert output, f"no output; standard error: {done.stderr}"
    return f"$ {command}\n{output}"


def run_pycon(text: str, session: InteractiveInterpreter) -> str:
    """Run the statements of a block and return the block as it should stand."""
    out = []
    for statement in statements(text):
        shown = statement.split("\n")
        marks = [">>> ", *["... "] * (len(shown) - 1)]
        out += [(mark + line).rstrip() for mark, line in zip(marks, shown, strict=True)]
        printed, wrong = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(wrong):
            session.runsource(statement + ("\n" if len(shown) > 1 else ""), symbol="single")
        assert not wrong.getvalue(), wrong.getvalue()
        out += printed.getvalue().splitlines()
    return "\n".join(out) + "\n"


def statements(text: str) -> list[str]:
    """Return the statements typed in a block, without prompts and outputs."""
    out: list[str] = []
    for line in text.splitlines():
        if line.startswith(">>>"):
            out.append(line[4:])
        elif line.startswith("..."):
            out[-1] += "\n" + line[4:]
    return out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_on_a_page_give_the_output_shown(page: Path, is_updating: bool) -> None:
    session = InteractiveInterpreter()
    old = page.read_text(encoding="utf-8")

    def fresh(match: re.Match[str]) -> str:
        run = run_console(match[2]) if match[1] == "console" else run_pycon(match[2], session)
        return f"```{match[1]}\n{run}```"

    new = FENCE.sub(fresh, old)
    if is_updating and new != old:
        page.write_text(new, encoding="utf-8")
    else:
        assert old == new, f"{page.name}: pytest tests/test_surface.py --update-golden"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_public_names_are_all_there() -> None:
    for name in onoma.__all__:
        assert getattr(onoma, name).__doc__, name


def test_the_python_page_names_every_public_name() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in onoma.__all__ if name not in page] == []


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_help_and_stands_in_the_docs(command: str) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"## onoma {command}" in page
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert COMMANDS[command]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_option_stands_in_the_docs(command: str) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for option in options_of(command):
        assert f"`{option}" in page, option


def options_of(command: str) -> list[str]:
    """Return the long options of a command and of those below it."""
    with click.Context(app) as context:
        top = app.get_command(context, command)
        below = [top]
        if isinstance(top, click.Group):
            below += [top.get_command(context, name) for name in top.list_commands(context)]
    found = []
    for one in filter(None, below):
        found += [max(p.opts, key=len) for p in one.params if isinstance(p, click.Option)]
    return found


def test_importing_loads_nothing_heavy() -> None:
    code = (
        "import sys, onoma; print(sorted({'numpy', 'pyarrow', 'lxml', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) == []


def test_help_works_as_a_program_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom onoma.cli import main\nsys.argv = ['onoma', '--help']\n"
        "try:\n    main()\nfinally:\n"
        "    print(sorted({'numpy', 'pyarrow', 'lxml'} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "annotate" in done.stdout
    assert done.stderr.strip() == "[]"


def test_the_page_of_benchmarks_quotes_the_results() -> None:
    script = ROOT / "tools" / "quote_benchmarks.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
