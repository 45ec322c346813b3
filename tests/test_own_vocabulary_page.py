"""The page "Bring your own vocabulary", as a new user does it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "bring-your-own-vocabulary.md"
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
SHELL = 'onoma() { "$ONOMA_PYTHON" -c "from onoma.cli import main; main()" "$@"; }; '
DIGEST = re.compile(r"(CACHE/[\w.@-]+?)-\d+-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("machine")


def run(command: str, machine: Path) -> str:
    """Run a command on an empty machine and return what it prints, paths made short."""
    work = machine / "work"
    work.mkdir(exist_ok=True)
    own = {
        "ONOMA_DATA": str(machine / "data"),
        "ONOMA_CACHE": str(machine / "cache"),
        "ONOMA_PYTHON": sys.executable,
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        ["bash", "-c", SHELL + command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=work,
        env=os.environ | own,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    out = done.stdout.replace(own["ONOMA_DATA"], "DATA").replace(own["ONOMA_CACHE"], "CACHE")
    return DIGEST.sub(r"\1", out.replace(f"{work.resolve()}/", "").replace(f"{work}/", ""))


def test_the_page_works_from_top_to_bottom(machine: Path) -> None:
    blocks = FENCE.findall(PAGE.read_text(encoding="utf-8"))
    assert sum(kind == "shell" for kind, _, _ in blocks) >= 6
    for kind, title, body in blocks:
        if title:
            (machine / "work").mkdir(exist_ok=True)
            (machine / "work" / title).write_text(body, encoding="utf-8")
        elif kind == "shell":
            command, _, shown = body.partition("\n")
            assert run(command.removeprefix("$ "), machine) == shown, command
