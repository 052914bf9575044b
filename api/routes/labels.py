"""The ledger: decide, undo, look back, export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.exc import IntegrityError
from starlette.responses import StreamingResponse

from api.decisions import decide, take_back
from api.models import Domain, Label, LabelIn, Moment, PageId, RowId
from api.problems import Problem, documented, invalid
from api.security import Moderator
from api.service import Serving
from api.store import Store
from api.store.export import FutureError, export_lines, settled
from api.store.ledger import history

AT_HEADER = "Chaffinch-At"
NDJSON = "application/x-ndjson"

router = APIRouter(prefix="/v1/labels", tags=["labels"], responses=documented(401, 403, 422, 429, 503))


@router.post("", status_code=201, responses=documented(400, 404, 408, 409, 413, 415))
def label(given: LabelIn, service: Serving, who: Moderator) -> Label:
    """Decide on a page or a domain. What is acknowledged is on disk."""
    with service.store.write() as session:
        decision = Label.model_validate(decide(service, session, who, given))
    service.metrics.decisions.labels(decision.verdict).inc()
    return decision


@router.post("/{decision_id}/undo", status_code=201, responses=documented(404, 409))
def undo(decision_id: Annotated[RowId, Path()], service: Serving, who: Moderator) -> Label:
    """Take a decision back, by a row of its own; its queue item opens again."""
    try:
        with service.store.write() as session:
            decision = Label.model_validate(take_back(service, session, who, decision_id))
    except IntegrityError:
        raise Problem(409, "undone", "this decision was undone already") from None
    service.metrics.decisions.labels(decision.verdict).inc()
    return decision


@router.get("")
def look_back(
    service: Serving,
    _: Moderator,
    page_id: Annotated[PageId | None, Query()] = None,
    domain: Annotated[Domain | None, Query()] = None,
    author: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._@-]{1,64}$")] = None,
    before: Annotated[RowId | None, Query(description="Only rows with a smaller id.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Label]:
    """Return rows of the ledger, latest first."""
    with service.store.read() as session:
        rows = history(session, page_id, domain, author, before, limit)
        return [Label.model_validate(row) for row in rows]


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {NDJSON: {"schema": {"type": "string"}}}, "description": "A line a decided page."}
    },
)
def export(
    service: Serving,
    _: Moderator,
    at: Annotated[Moment | None, Query(description="What stood at this moment; else now.")] = None,
) -> StreamingResponse:
    """Return what stood at a moment, as `chaffinch train` takes it; the same moment gives the same lines."""
    try:
        moment = settled(service.store, at)
    except FutureError as error:
        raise invalid([{"loc": ("query", "at"), "msg": error}]) from None
    lines = _export(service.store, moment)
    first = next(lines, b"")  # so that a store that is down is told by a status
    return StreamingResponse(_chain(first, lines), media_type=NDJSON, headers={AT_HEADER: moment.isoformat()})


def _export(store: Store, at: datetime) -> Iterator[bytes]:
    with store.read() as session:
        yield from export_lines(session, at)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
