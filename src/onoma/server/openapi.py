"""The description of the API (OpenAPI 3.1), written from what the operations declare."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import Annotated, Any, get_args, get_origin

import msgspec

import onoma
from onoma.server.declare import OPERATIONS, Given, Operation
from onoma.server.limits import LIMITS
from onoma.server.problems import MEDIA

_PART = re.compile(r"\{(\w+)(:path)?\}")
_REF = "#/components/schemas/{name}"
WORDS = """Biomedical text to linked concepts, on one's own machine.

Offsets are half-open and count code points. Errors are RFC 9457 problem details with a stable
`code`. Answers that depend on a vocabulary, corpus or graph carry an ETag of its version. Lists go
on with `cursor`, the `next` of the page before. Keys go in `Authorization: Bearer`; a server on
loopback asks for none unless told to."""


class Problem(Given, frozen=True, kw_only=True):
    """What went wrong (RFC 9457), with a stable code and what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""
    offset: int | None = None
    request_id: str = ""


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the description as plain values."""
    kinds = [kind for one in OPERATIONS for kind in _kinds(one)]
    _, schemas = msgspec.json.schema_components([*kinds, Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        path = _PART.sub(r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, schemas)
    limits = "\n".join(f"- {name}: {value:,}" for name, value in LIMITS.to_record().items())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Onoma", "version": onoma.__version__,
            "description": f"{WORDS}\n\nLimits (bytes, characters, seconds, counts):\n\n{limits}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _kinds(operation: Operation) -> list[Any]:
    found = [operation.asked, operation.body, operation.answer]
    return [kind for kind in found if kind not in (None, bytes, type(None)) and not _is_raw(kind)]


def _is_raw(kind: Any) -> bool:
    return isinstance(kind, type) and not issubclass(kind, msgspec.Struct)


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    first, rest = operation.words
    record: dict[str, Any] = {
        "operationId": operation.name,
        "summary": first,
        "tags": [operation.tag or "other"],
        "parameters": _parameters(operation, schemas),
        "responses": {
            str(operation.status): _answer(operation),
            "default": {
                "description": "What went wrong, and what to do.",
                "content": {MEDIA: {"schema": {"$ref": _REF.format(name="Problem")}}},
            },
        },
    }
    if rest:
        record["description"] = rest
    if operation.scope:
        record["x-scope"] = operation.scope
    if operation.of:
        record["responses"]["304"] = {"description": "Not changed since the ETag given."}
    if operation.also:
        record["responses"][str(operation.also)] = {
            "description": HTTPStatus(operation.also).phrase
        }
    if operation.body is not None or operation.consumes != ("application/json",):
        schema = _schema(operation.body) if operation.body not in (None, bytes) else {}
        content = {media: {"schema": schema} for media in operation.consumes}
        record["requestBody"] = {"required": True, "content": content}
    return record


def _answer(operation: Operation) -> dict[str, Any]:
    kind = operation.answer
    status = operation.status
    if status == HTTPStatus.NO_CONTENT:
        return {"description": "Done."}
    content: dict[str, Any] = {}
    if kind is not None:
        content["application/json"] = {"schema": _schema(kind)}
    content |= {media: {} for media in operation.produces if media not in content}
    return {"description": "The answer.", "content": content}


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    asked = operation.asked
    if asked is None:
        return []
    schema = schemas.get(asked.__name__, {})
    in_path = {name for name, _ in _PART.findall(operation.path)}
    needed = set(schema.get("required", ()))
    out = []
    for name, kind in schema.get("properties", {}).items():
        kind = dict(kind)
        words = kind.pop("description", "")
        one: dict[str, Any] = {"name": name, "in": "path" if name in in_path else "query"}
        one["required"] = name in in_path or name in needed
        if words:
            one["description"] = words
        if kind.get("type") == "array":
            one |= {"style": "form", "explode": False}
        one["schema"] = kind
        out.append(one)
    return out


def _schema(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is Annotated:
        return _schema(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return {"$ref": _REF.format(name=kind.__name__)}
    if get_origin(kind) is list:
        return {"type": "array", "items": _schema(get_args(kind)[0])}
    return {"type": "object"}
