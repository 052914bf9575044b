"""The service about itself: the model in service, its shadow, health and metrics."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from api import metrics
from api.models import FeatureOut, Health, ModelOut, ShadowOut
from api.problems import documented, not_found
from api.security import Moderator, Scorer
from api.service import Service, Serving
from api.views import shadow_out
from detector.signals.registry import all_features

CARD = "CARD.md"

router = APIRouter(tags=["status"])


class Markdown(PlainTextResponse):
    """Markdown, as text."""

    media_type = "text/markdown"


@router.get("/v1/model", responses=documented(401, 403, 429, 503))
def model(service: Serving, _: Scorer) -> ModelOut:
    """Describe the model in service: thresholds, features, and its manifest with the figures of training."""
    loaded = service.loaded()
    thresholds = loaded.detector.model.thresholds
    return ModelOut(
        model=loaded.detector.model_id,
        loaded_at=loaded.at,
        thresholds={"farm": thresholds.farm, "review": thresholds.review},
        features=[FeatureOut(name=f.name, unit=f.unit, meaning=f.meaning) for f in all_features()],
        manifest=loaded.detector.manifest,
        shadow=service.shadow.model_id if service.shadow else None,
        problem=service.model.problem,
    )


@router.get("/v1/model/card", response_class=Markdown, responses=documented(401, 403, 404, 429, 503))
def card(service: Serving, _: Scorer) -> Markdown:
    """Return the card of the model in service, as Markdown."""
    path = service.settings.model / CARD
    if not path.is_file():
        raise not_found("model card")
    return Markdown(path.read_text("utf-8"))


@router.get("/v1/shadow", responses=documented(401, 403, 429, 503))
def shadow(service: Serving, _: Moderator) -> ShadowOut:
    """Tell how a second model, scoring in silence, differs from the one in service."""
    other = service.shadow.model_id if service.shadow else None
    with service.store.read() as session:
        return shadow_out(session, service.loaded().detector.model_id, other)


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process answers."""
    return Health(status="ok", checks={})


@router.get("/readyz", response_model=Health, responses={503: {"model": Health}})
async def readyz(service: Serving) -> JSONResponse:
    """Tell whether the service can do its work: a model is in service, and the store answers."""
    checks = {
        "model": "ok" if service.model.current else "none: " + service.model.problem,
        "store": await run_in_threadpool(_store_state, service),
    }
    ready = all(state == "ok" for state in checks.values())
    health = Health(status="ok" if ready else "unready", checks=checks)
    return JSONResponse(health.model_dump(), 200 if ready else 503)


@router.get("/metrics", response_class=PlainTextResponse)
def prometheus(service: Serving) -> Response:
    """Return metrics in Prometheus' text form."""
    loaded = service.model.current
    indices = loaded.drift.indices() if loaded else None
    if indices:
        service.metrics.score_psi.set(indices.score)
        for feature, value in indices.features.items():
            service.metrics.psi.labels(feature).set(value)
    return Response(service.metrics.render(), media_type=metrics.MEDIA_TYPE)


def _store_state(service: Service) -> str:
    try:
        service.store.check()
    except SQLAlchemyError as error:
        return type(error).__name__
    return "ok"
