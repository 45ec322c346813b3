"""Calls made at random from the API's own description: no fault, and every reply fits its schema.

``ONOMA_FUZZ=1000 pytest -m slow tests/server/test_fuzz.py`` makes so many calls to each operation.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import hypothesis
import pytest

schemathesis = pytest.importorskip("schemathesis")

from schemathesis.checks import (  # noqa: E402 - after what may be missing
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from onoma.server.app import make_app, operations  # noqa: E402
from onoma.server.media import NDJSON  # noqa: E402
from tests.server.conftest import settings_of  # noqa: E402

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]
QUICK = ("concept", "ancestors", "find_concepts", "paths", "document", "mesh_translate", "mcp",
         "pubtator_autocomplete", "annotate")  # fmt: skip
"""Operations that take a millisecond or so; the others are left to the long run."""
ALL = [one.name for one in operations() if NDJSON not in one.consumes]
"""Schemathesis does not write JSON lines."""
FEW, MANY = 5, int(os.environ.get("ONOMA_FUZZ", "50"))


@pytest.fixture(scope="module")
def schema(place: Path) -> Any:
    """The description, with the application that calls go to."""
    app = make_app(settings_of(place, "fuzzed", hosts=("testserver",)))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def _call(schema: Any, name: str, many: int, *, seed: int | None = None) -> None:
    operation = schema.find_operation_by_id(name)

    @hypothesis.settings(
        max_examples=many, deadline=None, database=None, derandomize=seed is None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def check(case: Any) -> None:
        reply = case.call()
        if reply.status_code not in (501, 503):  # said on purpose: an extra is missing, too busy
            case.validate_response(reply, checks=CHECKS)

    check if seed is None else hypothesis.seed(seed)(check)
    check()


@pytest.mark.parametrize("name", QUICK)
def test_random_calls_find_no_fault(schema: Any, name: str) -> None:
    _call(schema, name, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_many_random_calls_find_no_fault(schema: Any, name: str) -> None:
    _call(schema, name, MANY, seed=random.randrange(1 << 30))  # noqa: S311 - printed on a failure
