"""A small part of ``bench/serve_fuzz.py``: random calls find no fault and leave no name behind."""

from __future__ import annotations

import asyncio
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jsonschema_rs")

from bench.serve_calls import CANARY, Caller
from bench.serve_fuzz import WEIGHTS, Judge, files, known, leaks, listening, part

from onoma.server.app import make_app, operations
from onoma.server.openapi import document
from tests.server.conftest import settings_of

CALLS = 250
NONE = {"begin_annotate", "begin_add", "pubtator_submit", "pubtator_request"}
"""Operations that start a process each."""
SLOW = {"similar", "similarity", "similarity_many", "ground_many", "mesh_suggest", "mesh_draft",
        "models"}  # fmt: skip


def test_the_description_is_whole() -> None:
    operations()
    told = document()
    names = set(told["components"]["schemas"])
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(told)))
    assert refs <= names


def test_random_calls_find_no_fault_and_leave_no_name_behind(
    place: Path,
) -> None:
    app: Any = make_app(settings_of(place, "called", is_audited=True))
    told = document()
    weights = WEIGHTS | dict.fromkeys(NONE | SLOW, 0.0)
    rng = random.Random(11)  # noqa: S311 - draws calls
    caller = Caller(told, rng, {**known(), "mode": ["dictionary"]}, files(), weights)
    with listening() as said:
        record = asyncio.run(part(app, caller, Judge(told), CALLS))
    assert record["faults"] == []
    assert sum(record["seen"].values()) == CALLS
    assert len({key.rpartition(" ")[2] for key in record["seen"]}) >= 6
    assert leaks(said.getvalue(), [place / "called"]) == []


def test_a_canary_out_of_place_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text(f"x {CANARY.upper()} y", encoding="utf-8")
    assert leaks(f"said of {CANARY}", [tmp_path]) == ["the log", "a/b.txt"]
