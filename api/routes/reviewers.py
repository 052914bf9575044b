"""How moderators do: golden pages, agreement, disagreements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from api.models import Disagreement, GoldenIn, Label, Reviewers
from api.problems import Problem, documented, not_found
from api.security import Admin, Moderator
from api.service import Serving
from api.store import reviewers
from api.store.tables import Golden, StoredPage

router = APIRouter(prefix="/v1", tags=["reviewers"], responses=documented(401, 403, 422, 429, 503))


@router.get("/reviewers")
def see(service: Serving, _: Moderator) -> Reviewers:
    """Return each moderator's hits on golden pages, and the agreement of each two (Cohen's kappa)."""
    with service.store.read() as session:
        return Reviewers(reviewers=reviewers.reviewers(session), agreements=reviewers.agreements(session))


@router.get("/disagreements")
def disagreements(
    service: Serving, _: Moderator, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[Disagreement]:
    """Return what moderators judge differently, latest first."""
    with service.store.read() as session:
        found = []
        for subject in reviewers.disagreements(session, limit):
            page = session.get(StoredPage, subject.page_id) if subject.page_id else None
            found.append(
                Disagreement(
                    page_id=subject.page_id,
                    domain=subject.domain,
                    url=page.url if page else "",
                    labels=[Label.model_validate(row) for row in subject.decisions],
                )
            )
        return found


@router.get("/golden")
def golden(service: Serving, _: Admin) -> list[GoldenIn]:
    """Return the golden pages."""
    with service.store.read() as session:
        rows = session.scalars(select(Golden).order_by(Golden.page_id))
        return [GoldenIn.model_validate({"page_id": row.page_id, "verdict": row.verdict}) for row in rows]


@router.post("/golden", status_code=201, responses=documented(400, 404, 408, 409, 413, 415))
def add_golden(given: GoldenIn, service: Serving, who: Admin) -> GoldenIn:
    """Make a stored page a golden one: it will be slipped into the queue of each moderator once."""
    with service.store.write() as session:
        page = session.get(StoredPage, given.page_id)
        if not page:
            raise not_found("page")
        if page.content is None:
            raise Problem(
                409, "no-content", "this page's content is not kept: label it with its content first"
            )
        if session.get(Golden, given.page_id):
            raise Problem(409, "golden", "this page is golden already")
        session.add(
            Golden(page_id=given.page_id, verdict=given.verdict, author=who.name, at=datetime.now(UTC))
        )
    return given
