"""The files of the pages, read as text: small, from nowhere else, with no way to make markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import onoma
from onoma.formats.look import LOOK

WEB = Path(onoma.__file__).parent / "web"
STATIC = WEB / "static"
SHEETS = [LOOK, STATIC / "style.css"]
SCRIPTS = sorted(STATIC.rglob("*.js"))
LARGEST = 200_000  # bytes of script in all
LONGEST = 500  # lines of a file, as for Python
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
    r"|createContextualFragment|setHTMLUnsafe|srcdoc\s*=|\.style\s*="
)
IMPORTS = re.compile(r"""(?:^import .* from |\bimport\()"([^"]+)\"""", re.MULTILINE)


def name(path: Path) -> str:
    return str(path.relative_to(STATIC))


def test_all_scripts_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SCRIPTS) < LARGEST


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_script_makes_markup_of_text(path: Path) -> None:
    assert not SINKS.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_imports_only_files_that_ship(path: Path) -> None:
    for target in IMPORTS.findall(path.read_text("utf-8")):
        assert target.startswith("."), target
        assert (path.parent / target).resolve() in SCRIPTS, target


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_can_be_read_at_one_go(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_every_script_is_reached_from_the_first() -> None:
    seen, waiting = set(), [STATIC / "app.js"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            found = IMPORTS.findall(path.read_text("utf-8"))
            waiting += [(path.parent / one).resolve() for one in found]
    assert seen == set(SCRIPTS)


def test_one_file_alone_knows_the_addresses_of_the_api() -> None:
    askers = [name(path) for path in SCRIPTS if "fetch(" in path.read_text("utf-8")]
    assert askers == ["core/api.js"]


@pytest.mark.parametrize("path", [WEB / "index.html", *SHEETS], ids=lambda p: p.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    assert not re.search(r"""(?:https?:)?//\w""", path.read_text("utf-8"))


def test_colours_stand_in_one_style_sheet() -> None:
    """Served pages and written ones look alike: none has a palette of its own."""
    written = (WEB.parent / "formats" / "page.css", WEB.parent / "data/report/page.css")
    for path in (*SHEETS[1:], *written, WEB.parent / "data" / "eval" / "report.css"):
        assert not re.search(r"--(?:page|ink|soft|line|accent|bad): ", path.read_text("utf-8")), (
            path
        )


def test_the_page_names_both_style_sheets() -> None:
    page = (WEB / "index.html").read_text("utf-8")
    assert re.findall(r'href="/static/(\w+\.css)"', page) == [one.name for one in SHEETS]


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    page = (WEB / "index.html").read_text("utf-8")
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""]
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
