"""Keys remembered for a few seconds, and requests counted, so that scoring does not ask the store each time.

A revoked key is refused after those seconds. While the store is down, keys that were seen lately still work.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.exc import InterfaceError, OperationalError

from api.problems import Problem
from api.store import Store
from api.store.keys import Principal, find_principal

FRESH_SECONDS = 5.0
"""For so long a key that was found is not looked up again."""
STALE_SECONDS = 900.0
"""For so long a key that was found still works while the store is down."""
MAX_REMEMBERED = 10_000
MINUTE = 60.0
ROUNDING = 1e-6
"""Seconds by which sums of intervals may miss a minute."""


@dataclass(slots=True)
class Remembered:
    """Keys that were found lately, by token; only valid ones, so guesses can't push them out."""

    store: Store
    _found: OrderedDict[str, tuple[float, Principal]] = field(default_factory=OrderedDict)

    def fresh(self, token: str) -> Principal | None:
        """Return who a token belongs to, where that was asked lately."""
        found = self._found.get(token)
        return found[1] if found and time.monotonic() - found[0] < FRESH_SECONDS else None

    def look_up(self, token: str) -> Principal | None:
        """Ask the store. Raises OperationalError where it is down and the key was not seen lately."""
        known = self._found.get(token)
        try:
            with self.store.read() as session:
                principal = find_principal(session, token)
        except (OperationalError, InterfaceError):
            if known and time.monotonic() - known[0] < STALE_SECONDS:
                return known[1]
            raise
        if principal:
            self._found[token] = (time.monotonic(), principal)
            if len(self._found) > MAX_REMEMBERED:
                self._found.popitem(last=False)
        else:
            self._found.pop(token, None)
        return principal

    def forget(self) -> None:
        """Forget everything, so that a revocation in this process counts at once."""
        self._found.clear()


class Rates:
    """Lets each caller through at a steady rate, after a burst of a minute's worth (GCRA, ITU-T I.371).

    A caller costs one number: the moment until which its requests are paid for.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paid_until: dict[str, float] = {}
        self._swept_at = clock()
        self._lock = Lock()

    def hit(self, who: str, per_minute: int) -> None:
        """Count a request. Raises Problem 429, with the seconds to wait, where there were too many."""
        with self._lock:
            now = self._clock()
            self._sweep(now)
            paid_until = max(self._paid_until.get(who, now), now) + MINUTE / per_minute
            if paid_until <= now + MINUTE + ROUNDING:
                self._paid_until[who] = paid_until
                return
        wait = math.ceil(paid_until - now - MINUTE)
        raise Problem(
            429,
            "too-many-requests",
            f"more than {per_minute} requests in a minute: wait {wait} s",
            {"Retry-After": str(wait)},
        )

    def __len__(self) -> int:
        return len(self._paid_until)

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, callers who were not heard of for a while."""
        if now - self._swept_at > MINUTE:
            self._paid_until = {who: until for who, until in self._paid_until.items() if until > now}
            self._swept_at = now
