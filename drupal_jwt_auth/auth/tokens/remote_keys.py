"""The keys that an issuer publishes: fetched, cached, and fetched again when they may have changed.

An issuer that is down, slow or broken does no harm: cached keys go on to verify for a day, no
request waits long, and each failure is logged.
"""

from __future__ import annotations

import http.client
import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

import jwt

from drupal_jwt_auth.auth.tokens.keys import Key

TIMEOUT = 5.0
"""Seconds to wait for a connection to an issuer, and again for its answer."""

MAX_SIZE = 256 * 1024
"""How many bytes are read of an answer; a list of keys is never longer."""

MAX_AGE = 60 * 60
"""Seconds after which keys are fetched again; as long is a key trusted that was withdrawn."""

MIN_FETCH_INTERVAL = 5 * 60
"""Seconds between two fetches at least, whatever keys tokens name."""

RETRY_INTERVAL = 30
"""Seconds until the next fetch after one that brought no keys."""

MAX_STALE = 24 * 60 * 60
"""Seconds for which keys go on to verify while they cannot be fetched again."""

LOCK_TIMEOUT = 1.0
"""Seconds that a request without a key waits for the one that is fetching the keys."""

_MOMENT = 0.001
_HEADERS = {
    # Some servers refuse Python's own name.
    "User-Agent": "drupal-jwt-auth",
    "Accept": "application/jwk-set+json, application/json",
}

clock = time.monotonic
logger = logging.getLogger(__name__)


class FetchError(Exception):
    """The keys could not be fetched; the text says why."""


@dataclass(frozen=True)
class KeySet:
    """The keys of a JWK Set (RFC 7517, 5) that can verify tokens.

    ``kids`` are the ids of all keys that it lists, also of those that cannot be used here.
    """

    keys: tuple[Key, ...]
    kids: frozenset[str]
    fetched_at: float

    @property
    def age(self) -> float:
        """Return the seconds since it was fetched."""
        return clock() - self.fetched_at


class RemoteKeys:
    """The cached keys of one address, for all threads of a process."""

    def __init__(self, uri: str, ca_file: str | None, algorithms: Sequence[str]) -> None:
        self.uri = uri
        self.ca_file = ca_file
        self.algorithms = algorithms
        self._lock = threading.Lock()
        self._known: KeySet | None = None
        self._not_before = clock()

    def find(self, kid: str | None) -> Sequence[Key]:
        """Return the keys with this ``kid``, or all keys for None.

        Fetch them first if this key is not known or the keys are old. Only one thread fetches;
        others use the keys that are known, and wait a moment if these lack the key.
        """
        if self._is_due(kid):
            timeout = 0 if self._matching(kid) else LOCK_TIMEOUT
            if self._lock.acquire(timeout=timeout):
                try:
                    # Another thread may have been faster.
                    if self._is_due(kid):
                        self._fetch()
                finally:
                    self._lock.release()
        return self._matching(kid)

    def _is_due(self, kid: str | None) -> bool:
        known = self._known
        is_wanted = (
            known is None or known.age >= MAX_AGE or (kid is not None and kid not in known.kids)
        )
        return is_wanted and clock() >= self._not_before

    def _matching(self, kid: str | None) -> list[Key]:
        known = self._known
        if known is None or known.age >= MAX_STALE:
            return []
        return [key for key in known.keys if kid is None or kid == key.kid]

    def _fetch(self) -> None:
        interval = RETRY_INTERVAL
        try:
            known = read_key_set(download(self.uri, self.ca_file), self.algorithms)
        except FetchError as error:
            logger.warning("The keys at %s could not be fetched: %s", self.uri, error)
        else:
            # An empty list counts too: the issuer has withdrawn all keys.
            self._known = known
            if known.keys:
                interval = MIN_FETCH_INTERVAL
            else:
                logger.warning(
                    "There is no key for %s at %s.", ", ".join(self.algorithms), self.uri
                )
        self._not_before = clock() + interval


_all: dict[Any, RemoteKeys] = {}


def remote_keys(uri: str, ca_file: str | None, algorithms: tuple[str, ...]) -> RemoteKeys:
    """Return the keys of an address, the same object in the whole process."""
    name = (uri, ca_file, algorithms)
    return _all.get(name) or _all.setdefault(name, RemoteKeys(*name))


def read_key_set(document: Any, algorithms: Sequence[str]) -> KeySet:
    """Return the keys of a document for these algorithms; raise FetchError.

    Keys that are not understood or have values out of range are ignored (RFC 7517, 5).
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise FetchError("It is no JWK Set.")
    members = [member for member in listed if isinstance(member, dict)]
    keys = [key for member in members for key in _keys_of(member, algorithms)]
    kids = [member.get("kid") for member in members]
    return KeySet(tuple(keys), frozenset(kid for kid in kids if isinstance(kid, str)), clock())


def _keys_of(jwk: Mapping[str, Any], algorithms: Sequence[str]) -> Iterator[Key]:
    """Yield a key once for each algorithm that it is for (RFC 7517, 4.2, 4.3 and 4.4)."""
    kid = jwk.get("kid", "")
    operations = jwk.get("key_ops", ["verify"])
    is_for_verifying = (
        isinstance(kid, str)
        and jwk.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        # Not a private key: once published, everybody could sign with it.
        and "d" not in jwk
    )
    for name in algorithms if is_for_verifying else ():
        if jwk.get("alg", name) != name:
            continue
        algorithm = jwt.get_algorithm_by_name(name)
        try:
            key = algorithm.prepare_key(algorithm.from_jwk(dict(jwk)))
        except Exception:  # noqa: S112  another kind of key, or a broken one: may raise anything
            continue
        if not algorithm.check_key_length(key):
            yield Key(kid, name, signing=None, verifying=key)


def download(uri: str, ca_file: str | None) -> Any:
    """Return the JSON document at an ``https`` address; raise FetchError.

    The certificate is verified by the system's authorities, or only by those in ``ca_file``.
    Redirects are not followed: whoever can cause one could give keys of their own.
    """
    try:
        with _opener(ca_file).open(Request(uri, headers=_HEADERS), timeout=TIMEOUT) as response:  # noqa: S310  there is a handler for https alone
            content = response.read(MAX_SIZE + 1)
        if len(content) > MAX_SIZE:
            raise FetchError(f"It is longer than {MAX_SIZE} bytes.")
        return json.loads(content)
    except HTTPError as error:
        error.close()
        raise FetchError(str(error)) from None
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise FetchError(f"{type(error).__name__}: {error}") from None


def _opener(ca_file: str | None) -> OpenerDirector:
    """Return an opener for ``https`` alone, with the environment's proxies, without redirects."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPSHandler(context=tls_context(ca_file)),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
        UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that trusts the system's authorities, or those in a file; raise OSError."""
    context = ssl.create_default_context(cafile=ca_file)
    context.sslsocket_class = _ImpatientSocket
    return context


class _ImpatientSocket(ssl.SSLSocket):
    """A socket with `TIMEOUT` for the whole answer; Python's own timeout is for each read."""

    _deadline: float | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Read with the rest of the time as timeout; once it is over, read only what is there."""
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + TIMEOUT
        self.settimeout(max(self._deadline - now, _MOMENT))
        return super().recv_into(*args, **kwargs)
