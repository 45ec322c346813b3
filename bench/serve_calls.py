"""Calls made at random from the API's description, right and wrong ones; for ``serve_fuzz.py``.

Every call carries a canary, a name that is nobody's, somewhere: in its text, query, path, file
name, cookies or headers. Strings are drawn from values that the operation knows, so that calls get
through, and from those that have broken other services; numbers from the edges of what is declared.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_from_bytes

CANARY = "Zyxwvutcanary"
NASTY = (
    "", " ", "\x00", "\r\nSet-Cookie: a=b", "../../etc/passwd", "..\\..\\boot.ini", "%s%n", "'; --",
    "<script>alert(1)</script>", "\u202egnp.exe", "\ud800", "\U0010ffff", "a" * 300, "é" * 90, "-1",
    "NaN", "null", "true", "1e999", "(" * 80, '"', "AND OR NOT", "a AND (b OR", "title:", "*",
    "[", "HP:", ":", "HP:0001250 OR 1=1", "\N{ZERO WIDTH SPACE}", "a\u0301" * 20, "𝔘𝔫𝔦", "ﬁ",
    "0" * 40, "Fever" * 50, "|" * 30, "\t", "{}", "[]", "${jndi:x}", "@DISEASE_",
    "relations:treat|", "@",
)  # fmt: skip
WORDS = (
    "fever", "type 2 diabetes", "metformin", "TP53", "heart failure", "rash", "BRCA1", "seizures",
    "Parkinson disease", "levodopa", "no", "without", "and", "patient", "tremor", "aspirin",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "XYZ")
MEDIA = ("application/json", "text/plain", "application/x-ndjson", "", "multipart/form-data", "a/b",
         "application/x-www-form-urlencoded", "application/json; charset=utf-7")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it is sent; ``name``: the operation that was aimed at."""

    name: str
    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(slots=True)
class Caller:
    """Draws calls.

    ``known``: good values by the name of a parameter; ``files``: good bodies; ``weights``: how
    often an operation is called; ``given``: how often a parameter that may be left out is not.
    """

    document: dict[str, Any]
    rng: random.Random
    known: Mapping[str, Sequence[Any]]
    files: Sequence[bytes]
    weights: Mapping[str, float] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    _table: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    _shares: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the operations of the description."""
        for path, methods in self.document["paths"].items():
            for method, one in methods.items():
                self._table.append((path, method.upper(), one))
                self._shares.append(self.weights.get(one["operationId"], 1.0))

    def calls(self) -> Iterator[Call]:
        """Yield calls without end."""
        while True:
            yield self.call()

    def call(self) -> Call:
        """Return a call."""
        path, method, one = self.rng.choices(self._table, self._shares)[0]
        parts: list[bytes] = []
        for parameter in one.get("parameters", ()):
            chance = self.given.get(parameter["name"], 0.4)
            if not parameter["required"] and self.rng.random() > chance:
                continue
            value = self._value(parameter["name"], parameter["schema"])
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", _quoted(value).decode() or "-")
            else:
                parts.append(parameter["name"].encode() + b"=" + _quoted(value))
        if self.rng.random() < 0.03:
            parts.append(self.rng.choice([b"nix=" + CANARY.encode(), b"%ff=%fe", *parts]))
        body, media = self._body(one)
        headers = [("content-type", media)] if media else []
        headers += self._headers(one)
        if self.rng.random() < 0.02:
            method = self.rng.choice(METHODS)
        if self.rng.random() < 0.01:
            path = self.rng.choice([f"/{CANARY}", path + "/", "/v1" + path, path.upper(), "//"])
        return Call(one["operationId"], method, path, b"&".join(parts), tuple(headers), body)

    def _headers(self, one: dict[str, Any]) -> list[tuple[str, str]]:
        """Return headers, some of them wrong; at least one has the canary."""
        out = [("user-agent", f"{CANARY}/1.0"), ("referer", f"http://{CANARY}/")]
        offered = [m for r in one["responses"].values() for m in r.get("content", ())]
        for share, name, values in (
            (0.2, "accept", [*offered, "*/*", "text/*;q=0.2, */*;q=0", CANARY, ";;q=x"]),
            (0.05, "if-none-match", ["*", '"a"', CANARY]),
            (0.1, "x-request-id", ["a-1", f"{CANARY} {CANARY}", "a" * 200]),
            (0.02, "authorization", [f"Bearer onoma_{CANARY}", "Basic x", "Bearer"]),
            (0.02, "cookie", [f"onoma_session={CANARY}", f"{CANARY}"]),
            (0.02, "x-csrf-token", [CANARY]),
            (0.05, "idempotency-key", [CANARY, "one"]),
            (0.01, "host", [CANARY, "localhost.evil.example"]),
            (0.01, "origin", [f"http://{CANARY}", "null"]),
            (0.01, "content-length", ["-1", "x", "99999999999", "60000000"]),
        ):
            if self.rng.random() < share:
                out.append((name, self.rng.choice(values)))
        return out

    def _body(self, one: dict[str, Any]) -> tuple[bytes, str]:
        """Return a body and its media type."""
        told = one.get("requestBody")
        if told is None:
            return (CANARY.encode(), "text/plain") if self.rng.random() < 0.02 else (b"", "")
        content = told["content"]
        media = self.rng.choice(list(content))
        schema = content[media]["schema"]
        if schema:
            value = self._value("body", schema)
            raw = json.dumps(value, ensure_ascii=self.rng.random() < 0.5)
            body = raw.encode("utf-8", "surrogatepass")
        else:
            body = self.rng.choice(self.files)
        if self.rng.random() < 0.1:
            body = self._damaged(body)
        if self.rng.random() < 0.05:
            media = self.rng.choice(MEDIA)
        return body, "application/octet-stream" if media == "*/*" else media

    def _damaged(self, body: bytes) -> bytes:
        at = self.rng.randrange(len(body) + 1)
        kind = self.rng.randrange(5)
        if kind == 0:
            return body[:at]
        if kind == 1:
            return body[:at] + bytes([self.rng.randrange(256)]) + body[at + 1 :]
        if kind == 2:
            return b"[" * 3000
        if kind == 3:
            return body[:at] + b"\xff\xfe" + CANARY.encode() + body[at:]
        return b""

    def _value(self, name: str, schema: dict[str, Any]) -> Any:
        """Return a value for a schema, now and then one that does not fit."""
        schema = self._resolved(schema)
        if self.rng.random() < 0.02:
            return self.rng.choice([None, True, 5, -1, 1e300, "x", [], {}, [[]], {"a": CANARY}])
        options = schema.get("anyOf")
        if options:
            return self._value(name, self.rng.choice(options))
        if "enum" in schema:
            return self.rng.choice([*schema["enum"] * 5, "nix", ""])
        kinds: dict[str, Callable[[str, dict[str, Any]], Any]] = {
            "object": self._object, "array": self._array, "string": self._string,
            "integer": self._number, "number": self._number,
        }  # fmt: skip
        kind = schema.get("type")
        if kind == "boolean":
            return self.rng.random() < 0.3
        return kinds[kind](name, schema) if kind in kinds else None

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _object(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        out = {}
        for key, kind in schema.get("properties", {}).items():
            if self.rng.random() < (0.97 if key in needed else self.given.get(key, 0.45)):
                out[key] = self._value(key, kind)
        if self.rng.random() < 0.02:
            out[CANARY] = CANARY
        return out

    def _array(self, name: str, schema: dict[str, Any]) -> list[Any]:
        kind = schema.get("items") or {"type": "string"}
        if "prefixItems" in schema:
            return [self._value(name, one) for one in schema["prefixItems"]]
        many = self.rng.choice([0, 1, 1, 1, 2, 3])
        if self.rng.random() < 0.01:
            many = schema.get("maxItems", 20) + 1
        return [self._value(name, kind) for _ in range(many)]

    def _string(self, name: str, schema: dict[str, Any]) -> str:
        chance = self.rng.random()
        good = self.known.get(name)
        if good and chance < 0.75:
            return str(self.rng.choice(good))
        if chance < 0.85:
            words = " ".join(self.rng.choices(WORDS, k=self.rng.randrange(1, 8)))
            return f"{words} {CANARY}" if chance < 0.8 else f"{CANARY} {words}."
        if chance < 0.88:
            return "x" * (int(schema.get("maxLength", 500)) + 1)
        return self.rng.choice(NASTY)

    def _number(self, name: str, schema: dict[str, Any]) -> float | int:
        low, high = schema.get("minimum", -5), schema.get("maximum", 50)
        chance = self.rng.random()
        if chance < 0.8:
            found = self.rng.uniform(low, min(high, low + 20))
            return int(found) if schema["type"] == "integer" else found
        edges: list[float | int] = [low, high, low - 1, high + 1, 10**30, -(10**12), 0.5]
        return self.rng.choice(edges)


def _quoted(value: Any) -> bytes:
    """Return a value as it stands in an address."""
    if isinstance(value, list):
        return b",".join(_quoted(one) for one in value)
    if isinstance(value, bool):
        return b"true" if value else b"false"
    text = value if isinstance(value, str) else json.dumps(value)
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=":").encode()


def shown(call: Call) -> str:
    """Return a call in a few signs, for a list of what went wrong."""
    query = f"?{call.query.decode('ascii', 'replace')}" if call.query else ""
    body = quote(call.body[:200].decode("utf-8", "replace"))
    return f"{call.method} {call.path}{query} {body}"
