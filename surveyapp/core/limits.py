"""Limits on tries by source, kept in a worker's memory only: no address is ever stored."""

import hashlib
import ipaddress
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from flask import request

from surveyapp.core import clock

_SOURCES: Final = 20_000
_IPV6_PREFIX: Final = 64  # one household or school has at least that many addresses of its own


class SourceLimit:
    """At most *tries* from one source within *seconds*; a source is known by a keyed hash whose key lives for a day.

    *who* tells sources apart; by default the network from which the request comes.
    """

    def __init__(self, tries: int, seconds: int, who: Callable[[], bytes] | None = None) -> None:
        self._who = who or _from_where
        self._tries = tries
        self._seconds = seconds
        self._lock = threading.Lock()
        self._day: date | None = None
        self._key = b""
        self._seen: OrderedDict[bytes, list[datetime]] = OrderedDict()

    def count(self) -> None:
        """Count one try of the source of this request."""
        with self._lock:
            source = self._source()
            self._seen[source] = [*self._recent(source), clock.now()]
            self._seen.move_to_end(source)
            while len(self._seen) > _SOURCES:
                self._seen.popitem(last=False)

    def reached(self) -> bool:
        """Say whether the source of this request has no try left."""
        with self._lock:
            return len(self._recent(self._source())) >= self._tries

    def _recent(self, source: bytes) -> list[datetime]:
        now = clock.now()
        # A clock that was ahead and is set right leaves tries in the future: they count from now, not until that moment comes.
        seen = [min(at, now) for at in self._seen.get(source, []) if (now - at).total_seconds() < self._seconds]
        if source in self._seen:
            self._seen[source] = seen
        return seen

    def _source(self) -> bytes:
        if self._day != clock.today():
            self._day, self._key = clock.today(), secrets.token_bytes(32)
            self._seen.clear()
        return hashlib.blake2b(self._who(), key=self._key, digest_size=16).digest()


def _from_where() -> bytes:
    return network(request.remote_addr)


def network(address: str | None) -> bytes:
    """Return what tells sources apart: an IPv4 address, the first 64 bits of an IPv6 one, nothing if it is neither."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return b""
    prefix = _IPV6_PREFIX if parsed.version == 6 else parsed.max_prefixlen  # noqa: PLR2004 - the protocol's name
    return ipaddress.ip_network((parsed, prefix), strict=False).network_address.packed
