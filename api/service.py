"""Everything that requests share, in one place, made once by ``create_app``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.credentials import Rates, Remembered
from api.lists import Lists
from api.metrics import Metrics
from api.problems import Problem
from api.recorder import Recorder
from api.reload import Loaded, Slot
from api.settings import Settings
from api.store import Store
from api.workers import Turns, Workers

SHORT = 128 << 10
"""Bytes up to which a page is short: it holds up others for some 20 ms, half a second where made to."""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service."""

    settings: Settings
    store: Store
    model: Slot
    shadow: Slot | None
    lists: Lists
    recorder: Recorder
    keys: Remembered
    rates: Rates
    metrics: Metrics
    turns: Turns  # where short pages are scored
    workers: Workers  # where long ones are

    def scoring(self, size: int) -> Turns | Workers:
        """Return where a page of so many bytes is scored."""
        return self.turns if size <= SHORT else self.workers

    def loaded(self) -> Loaded:
        """Return the model in service. Raises Problem 503 where there is none."""
        if self.model.current is None:
            raise Problem(
                503, "no-model", f"no model is in service: {self.model.problem}", {"Retry-After": "5"}
            )
        return self.model.current


def service_of(request: Request) -> Service:
    """Return the service that a request is for."""
    service: Service = request.app.state.service
    return service


async def _serving(request: Request) -> Service:
    return service_of(request)


Serving = Annotated[Service, Depends(_serving)]
