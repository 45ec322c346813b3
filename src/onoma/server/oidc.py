"""Who asks, by a token of an OpenID provider: signed JWTs, checked with the issuer's public keys.

The issuer's discovery document names its keys (OpenID Connect Discovery 1.0, RFC 7517). A token
must be signed by one of them, by an algorithm with a public key, for this audience, and be in its
time (RFC 8725, RFC 9068). What its owner may do comes from its ``scope``, ``scp``, ``roles`` and
``groups``: ``onoma:read`` stands for the scope ``read``, other values for what they are granted
here. The server asks the issuer alone, goes nowhere that it is sent on to, and reads no more than a
megabyte.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from onoma.errors import ExtraMissing, InputError, UnknownName
from onoma.server.access import SCOPES, Who
from onoma.server.problems import NoKey, Unreachable
from onoma.server.settings import LOOPBACK

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA")  # fmt: skip
"""Those with a public key: with a shared secret, whoever knows the public one could sign."""
CLAIMS = ("scope", "scp", "roles", "groups")
OWN = "onoma:"
SKEW = 60.0  # seconds that clocks may differ
LASTS = 3600.0  # seconds until the keys are asked for anew
PAUSE = 30.0  # seconds at least between two looks for a key that is not known
PATIENCE = 5.0
MOST = 1_000_000
LONGEST = 16_384  # characters of a token
REMEMBERED = 60.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What a value of a token's claims allows; ``projects`` None: all corpora and graphs."""

    scopes: frozenset[str]
    projects: frozenset[str] | None = None


def read_grants(given: Mapping[str, str]) -> dict[str, Grant]:
    """Return grants by the value that has them, from ``read,annotate@heart,kept``.

    Raises: UnknownName: a scope that is none.
    """
    found = {}
    for value, told in given.items():
        words, sign, projects = told.partition("@")
        scopes = [one.strip() for one in words.split(",") if one.strip()]
        for scope in scopes:
            if scope not in SCOPES:
                raise UnknownName("scope", scope, SCOPES)
        names = frozenset(one.strip() for one in projects.split(",")) if sign else None
        found[value] = Grant(frozenset(scopes), names)
    return found


def check_issuer(issuer: str, audience: str) -> None:
    """Check that tokens of an issuer can be asked for.

    Raises: InputError: no address, one without TLS, or no audience.
    """
    parts = urlsplit(issuer)
    is_near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or is_near):
        raise InputError(
            f"{issuer!r} is no issuer", hint="an https address, as the provider has it"
        )
    if not audience:
        raise InputError("tokens for whom?", hint="--audience: the name of this service there")


def _library() -> Any:
    """Return the package ``jwt``, which brings cryptography: few servers need it."""
    try:
        import jwt
    except ImportError as error:
        raise ExtraMissing("server", "tokens of an OpenID provider") from error
    return jwt


class Tokens:
    """The tokens of one issuer."""

    def __init__(self, issuer: str, audience: str, grants: Mapping[str, str]) -> None:
        """Ask nobody yet."""
        check_issuer(issuer, audience)
        self._jwt = _library()
        self._issuer = issuer
        self._audience = audience
        self._grants = read_grants(grants)
        self._keys: dict[str, PyJWK] = {}
        self._read = self._asked = -LASTS
        self._lock = Lock()
        self._right: dict[str, tuple[float, Who]] = {}

    @staticmethod
    def is_one(given: str) -> bool:
        """Say whether something looks like a token rather than a key."""
        return given.count(".") == 2 and not given.startswith("onoma_")

    def remembered(self, given: str) -> Who | None:
        """Return whose token it is if it was right a moment ago."""
        found = self._right.get(given)
        return found[1] if found is not None and found[0] > time.time() else None

    def who(self, given: str) -> Who:
        """Return whose token it is; may ask the issuer for its keys.

        Raises: NoKey: it is not valid; Unreachable: the issuer does not answer.
        """
        if len(given) > LONGEST:
            raise NoKey("not a valid token", hint="it is too long")
        try:
            head = self._jwt.get_unverified_header(given)
            key = self._key(str(head.get("kid", "")))
            claims = self._jwt.decode(
                given, key.key, algorithms=_algorithms(key), audience=self._audience,
                issuer=self._issuer, leeway=SKEW,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )  # fmt: skip
        except self._jwt.PyJWTError as error:
            kind = type(error).__name__  # not its message: that may hold a part of the token
            raise NoKey("not a valid token", hint=f"{kind}: ask {self._issuer} anew") from error
        who = self._owner(claims)
        if len(self._right) > 1000:
            self._right.clear()
        self._right[given] = (min(time.time() + REMEMBERED, float(claims["exp"]) + SKEW), who)
        return who

    def _owner(self, claims: Mapping[str, Any]) -> Who:
        """Return who a token stands for, and what its claims allow."""
        scopes: set[str] = set()
        projects: set[str] | None = set()
        for value in _values(claims):
            if value.startswith(OWN) and value.removeprefix(OWN) in SCOPES:
                grant = Grant(frozenset({value.removeprefix(OWN)}))
            elif value in self._grants:
                grant = self._grants[value]
            else:
                continue
            scopes |= grant.scopes
            is_all = projects is None or grant.projects is None
            projects = None if is_all else (projects or set()) | (grant.projects or set())
        name = "".join(one for one in str(claims["sub"])[:100] if one.isprintable())
        return Who(f"{name} (oidc)", frozenset(scopes), _frozen(projects))

    def _key(self, kid: str) -> PyJWK:
        """Return a key of the issuer; asks for them where one is not known.

        Raises: jwt.PyJWTError: there is none of that name.
        """
        with self._lock:
            now = time.monotonic()
            is_wanted = now - self._read > LASTS or kid not in self._keys
            if is_wanted and (now - self._asked > PAUSE or not self._keys):
                self._asked = now
                self._keys = self._fetched()
                self._read = now
        if not kid and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if kid not in self._keys:
            raise self._jwt.InvalidKeyError("no such key")
        return self._keys[kid]

    def _fetched(self) -> dict[str, PyJWK]:
        """Return the issuer's keys by name."""
        place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        told = _get(place)
        if told.get("issuer") != self._issuer:
            raise Unreachable("the issuer calls itself otherwise", hint=f"--issuer, see {place}")
        address = str(told.get("jwks_uri", ""))
        check_issuer(address, self._audience)
        found = self._jwt.PyJWKSet.from_dict(_get(address)).keys
        return {str(one.key_id or ""): one for one in found if _algorithms(one)}


def _algorithms(key: PyJWK) -> list[str]:
    """Return by which algorithms a key may sign: its own alone."""
    return [key.algorithm_name] if key.algorithm_name in ALGORITHMS else []


def _values(claims: Mapping[str, Any]) -> Iterable[str]:
    for name in CLAIMS:
        found = claims.get(name, ())
        yield from found.split() if isinstance(found, str) else map(str, found)


def _frozen(projects: set[str] | None) -> frozenset[str] | None:
    return None if projects is None else frozenset(projects)


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *given: Any, **more: Any) -> None:
        """Return nothing to ask for."""


def _get(address: str) -> dict[str, Any]:
    """Return a JSON object at an address.

    Raises: Unreachable.
    """
    opener = urllib.request.build_opener(_Straight)
    try:
        with opener.open(address, timeout=PATIENCE) as reply:
            raw = reply.read(MOST + 1)
        found = orjson.loads(raw)
    except (OSError, orjson.JSONDecodeError, urllib.error.URLError) as error:
        kind = type(error).__name__
        raise Unreachable(f"{address}: {kind}", hint="is the issuer's address right?") from error
    if len(raw) > MOST or not isinstance(found, dict):
        raise Unreachable(f"{address}: no JSON object of a fitting size", hint="is it the issuer?")
    return found
