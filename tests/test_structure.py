"""The shape of the package: which room may import which, and what none may do.

The rules are those of ``docs/architecture.md``; the checks read the source with ``ast`` and
import nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "onoma"

ORDER: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("types",),
    ("protocols",),
    ("registry",),
    ("metrics",),
    ("text",),
    ("formats",),
    ("ontology",),
    ("encode",),
    ("lm",),
    ("recognize",),
    ("link",),
    ("assertion",),
    ("relate",),
    ("pipeline",),
    ("extract",),
    ("classify",),
    ("__init__",),  # the public names: a shell may use them, an inner room may not
    ("corpus",),
    ("graph",),
    ("search",),
    ("answer",),
    ("patients", "imaging", "molecules"),
    ("report", "curate"),
    ("eval",),
    ("scale",),
    ("server",),
    ("web",),
    ("cli",),
)
"""The rooms, inner to outer; rooms of one place do not know each other."""

PLACE = {room: place for place, rooms in enumerate(ORDER) for room in rooms}
NOT_CODE = {"data", "py.typed"}
PICKLERS = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")
TEXT_FILES = {".css", ".js", ".json", ".jsonl", ".md", ".py", ".toml", ".tsv", ".txt", ".yml"}

MODULES = sorted(SOURCE.rglob("*.py"))
ROOMS = sorted(path for path in SOURCE.iterdir() if path.is_dir() and any(path.rglob("*.py")))


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names; a name from a room may be one."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in NAMES else node.module for name in inner]
    return []


def own_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in imported(node):
            if name == "onoma" or name.startswith("onoma."):
                yield name


def label(path: Path) -> str:
    return module_name(path)


def test_every_room_stands_in_the_order() -> None:
    found = {path.stem if path.suffix == ".py" else path.name for path in SOURCE.iterdir()}
    assert found - {"__pycache__"} - NOT_CODE <= PLACE.keys()


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_imports_point_inwards_only(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        pytest.skip("the public names point to where they live")
    here = room_of(module_name(path))
    for name in own_imports(parsed(path)):
        there = room_of(name)
        assert there == here or PLACE[there] < PLACE[here], f"{path} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_imports_are_absolute(path: Path) -> None:
    tree = parsed(path)
    relative = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]
    assert not relative


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_import_of_our_own_is_hidden_in_a_function(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert not list(own_imports(node)), f"{path}: {node.name}"


def test_modules_form_no_ring() -> None:
    graph = {
        module_name(path): set(own_imports(parsed(path))) - {module_name(path)}
        for path in MODULES
        if path != SOURCE / "__init__.py"
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_room_is_empty() -> None:
    for room in ROOMS:
        files = [path for path in room.rglob("*.py") if path.name != "__init__.py"]
        assert files, room


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_a_room_opens_with_what_it_is_for(room: Path) -> None:
    opening = ast.get_docstring(parsed(room / "__init__.py"))
    assert opening is not None
    assert len(opening.splitlines()) >= 3, f"{room.name}: say what comes in and what goes out"


@pytest.mark.parametrize("path", [*ROOMS, SOURCE], ids=lambda path: path.name)
def test_public_names_are_sorted(path: Path) -> None:
    for node in parsed(path / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
            assert list(names) == sorted(names, key=_as_ruff_sorts)
            assert len(set(names)) == len(names)


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Order constants before classes before functions (ruff's RUF022)."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        assert not {name.split(".")[0] for name in imported(node)} & PICKLERS
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"eval", "exec", "compile"}
            loose = [k for k in node.keywords if k.arg == "allow_pickle"]
            assert all(isinstance(k.value, ast.Constant) and k.value.value is False for k in loose)


@pytest.mark.parametrize(
    "folder", ["src", "tests", "tools", "bench", "docs", "examples", ".ci", "README.md"]
)
def test_no_file_names_a_path_of_a_machine(folder: str) -> None:
    start = ROOT / folder
    files = [start] if start.is_file() else sorted(start.rglob("*"))
    for path in files:
        if path.is_file() and (path.suffix in TEXT_FILES or path.parent.name == ".ci"):
            text = path.read_bytes().decode(
                "utf-8", "replace"
            )  # some samples are damaged on purpose
            match = MACHINE_PATHS.search(text)
            assert match is None, f"{path}: {match and match[0]}"
