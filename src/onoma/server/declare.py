"""What an address takes and gives, declared once by the types of a function.

    class GroundAsked(Asked):
        term: str
        k: Annotated[int, Meta(ge=1, le=100)] = 5

    @operation("GET", "/v1/ground", of="store")
    def ground(call: Call, asked: GroundAsked) -> Grounded:
        \"\"\"Find the concepts that a term names.\"\"\"

Path and query fill ``asked``, a JSON body ``body``. The server decodes, checks and describes all of
it from these types; nothing else is written down.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from onoma.errors import ExtraMissing, InputError
from onoma.server.problems import OutOfTime

try:
    import msgspec
    from msgspec import Meta, Struct
except ImportError as error:
    raise ExtraMissing("server", "serving") from error

if TYPE_CHECKING:
    from onoma.server.access import Who
    from onoma.server.service import Service

__all__ = ["Asked", "Call", "Given", "Meta", "Operation", "Reply", "Struct", "operation"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked in path and query; an unknown parameter is an error."""


class Given(Struct, frozen=True, kw_only=True):
    """What an answer holds."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is bytes already."""

    content: bytes
    media: str = "application/json"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Call:
    """One request, as operations see it."""

    service: Service
    who: Who
    accept: str = ""
    media: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_over: Event = field(default_factory=Event)

    def cookie(self, name: str) -> str:
        """Return a cookie's value, empty where there is none."""
        return cookie_of(self.headers.get("cookie", ""), name)

    def check(self) -> None:
        """End the work here where nobody waits for it any more.

        Raises: OutOfTime: the client is gone, or the time is up.
        """
        if self.is_over.is_set():
            raise OutOfTime("the time for this request is up", hint="ask for less, or make a job")


def cookie_of(header: str, name: str) -> str:
    """Return the value of a cookie in a header, empty where there is none."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for key, _, value in pairs if key == name), "")


Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """An address with its method, what runs there, and what is known of it from its types.

    ``of``: what the answer depends on beside the request (``store``, ``corpus``, ``graph``), for
    its ETag; empty: it is not to be kept. ``lane``: which threads do it. ``scope``: what a key must
    be allowed. ``consumes``: media types of a body of bytes; ``produces`` of an answer that is no
    JSON. ``is_streamed``: the function takes the request itself and gives a response. ``gives``:
    the type of an answer that the function gives as bytes. ``also``: another status, of an answer
    without a body.
    """

    method: str
    path: str
    function: Callable[..., Any]
    scope: str = "read"
    lane: str = "reading"
    of: str = ""
    status: int = 200
    consumes: tuple[str, ...] = ("application/json",)
    produces: tuple[str, ...] = ()
    tag: str = ""
    is_streamed: bool = False
    gives: Any = None
    also: int = 0

    @property
    def name(self) -> str:
        """The name of the operation: its function's."""
        return self.function.__name__

    @property
    def types(self) -> dict[str, Any]:
        """The types of the function's arguments and of its answer (``return``)."""
        return get_type_hints(self.function, include_extras=True)

    @property
    def asked(self) -> type[Struct] | None:
        """What path and query hold."""
        kind = self.types.get("asked")
        return None if kind is type(None) else kind

    @property
    def body(self) -> Any:
        """What the body holds: a type, ``bytes``, or None where there is none."""
        return self.types.get("body")

    @property
    def answer(self) -> Any:
        """The type of the answer, None where it has none to tell."""
        kind = self.gives or self.types.get("return")
        is_plain = kind in (Reply, type(None)) or self.is_streamed
        return None if is_plain else kind

    @property
    def words(self) -> tuple[str, str]:
        """The first line of the description, and the rest."""
        first, _, rest = (inspect.getdoc(self.function) or "").partition("\n")
        return first, rest.strip()


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, **more: Any) -> Callable[[Function], Function]:
    """Return what declares a function as an operation; see ``Operation`` for the rest."""

    def declare(function: Function) -> Function:
        OPERATIONS.append(Operation(method, path, function, **more))
        return function

    return declare


class Decoder:
    """Turns path and query into what an operation asks for."""

    def __init__(self, asked: type[Struct]) -> None:
        """Note which of its fields are lists."""
        self._asked = asked
        hints = get_type_hints(asked, include_extras=True)
        names = zip(asked.__struct_encode_fields__, asked.__struct_fields__, strict=True)
        self._lists = {encoded for encoded, name in names if _is_list(hints[name])}

    def __call__(self, path: Mapping[str, str], query: Sequence[tuple[str, str]]) -> Struct:
        """Return the filled type.

        Raises: InputError: a parameter that is missing, unknown, given twice, or no such value.
        """
        values: dict[str, Any] = {}
        for name, value in query:
            if name in values:
                raise InputError(f"the parameter {name!r} is given twice", hint="give it once")
            values[name] = value
        values |= path
        for name in self._lists & values.keys():
            values[name] = [one.strip() for one in values[name].split(",") if one.strip()]
        try:
            return msgspec.convert(values, self._asked, strict=False)
        except msgspec.ValidationError as error:
            raise InputError(_said(error), hint="see /openapi.json for what it takes") from error


def decode_body(raw: bytes, kind: Any) -> Any:
    """Return a JSON body as its type.

    Raises: InputError: no JSON, or not of this shape; NotText: not UTF-8.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise InputError(_said(error), hint="see /openapi.json for what it takes") from error
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise InputError(f"the body is not JSON: {error}", hint="send UTF-8 JSON") from error


def encode(value: object) -> bytes:
    """Return an answer as JSON."""
    return msgspec.json.encode(value)


def _said(error: Exception) -> str:
    return str(error).replace("Object ", "it ").replace("`$.", "`")


def _is_list(kind: Any) -> bool:
    if get_origin(kind) is Annotated:
        return _is_list(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return any(_is_list(one) for one in get_args(kind))
    return get_origin(kind) in (list, tuple)
