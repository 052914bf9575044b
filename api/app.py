"""Puts the service together: its parts, its routes, and what runs beside them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import console, problems
from api.credentials import Rates, Remembered
from api.direct import Direct
from api.lists import Lists
from api.metrics import Metrics
from api.middleware import Edge
from api.recorder import Recorder
from api.reload import Slot
from api.routes import docs, keys, knowledge, labels, lists, queue, reviewers, score, session, status
from api.service import Service
from api.settings import Settings
from api.store import Store
from api.store.pages import QueueRules
from api.upkeep import Upkeep
from api.workers import Turns, Workers

SCORING_THREADS = 2
"""For long pages: two, so that a short one of these does not wait for the longest."""
STOP_SECONDS = 10.0

_ROUTERS = (score, labels, queue, knowledge, lists, reviewers, keys, session, status, docs, console)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application. Settings not given are read from the environment."""
    service = _make_service(settings or Settings())
    app = FastAPI(
        title="Chaffinch",
        version=version("chaffinch"),
        summary="Scores pages as content farms, says why, and learns from what moderators decide.",
        lifespan=_lifespan,
        docs_url=None,  # api/routes/docs.py has a page that loads nothing from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    problems.install(app)
    shortcuts = {
        (method, route.path): route
        for route in score.router.routes
        if isinstance(route, Direct)
        for method in route.methods or ()
    }
    app.add_middleware(Edge, settings=service.settings, metrics=service.metrics, shortcuts=shortcuts)
    for module in _ROUTERS:
        app.include_router(module.router)
    return app


def _make_service(settings: Settings) -> Service:
    metrics = Metrics()
    store = Store(settings.store)
    shadow = Slot(settings.shadow_model, "shadow", metrics) if settings.shadow_model else None
    rules = QueueRules(settings.recurrence, settings.second_review_share)
    return Service(
        settings=settings,
        store=store,
        model=Slot(settings.model, "service", metrics),
        shadow=shadow,
        lists=Lists(store, settings.block_lists),
        recorder=Recorder(store, rules, settings.retention_days > 0, shadow, metrics),
        keys=Remembered(store),
        rates=Rates(),
        metrics=metrics,
        turns=Turns(),
        workers=Workers(SCORING_THREADS, "scoring"),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    upkeep = Upkeep(service)
    await run_in_threadpool(upkeep.once)
    service.recorder.start()
    service.workers.start()
    task = asyncio.create_task(upkeep.run())
    gc.freeze()  # else models and lexicons are looked through, for 0.1 s, at every 50th page or so
    try:
        yield
    finally:
        gc.unfreeze()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await run_in_threadpool(service.recorder.stop, STOP_SECONDS)
        await run_in_threadpool(service.workers.stop)
        service.store.close()
