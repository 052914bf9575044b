"""What is known: of a page, of a domain; and an owner's appeal against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path

from api.models import AppealIn, AppealOut, Domain, DomainOut, PageDetail, PageId, Reason
from api.problems import documented, not_found
from api.security import Moderator
from api.service import Serving
from api.store.pages import open_item
from api.store.tables import Appeal, StoredPage
from api.views import domain_out, page_detail

router = APIRouter(prefix="/v1", tags=["knowledge"], responses=documented(401, 403, 422, 429, 503))


@router.get("/domains/{domain}")
def domain(domain: Annotated[Domain, Path()], service: Serving, _: Moderator) -> DomainOut:
    """Tell what is known of a domain; a domain never met has zero pages."""
    with service.store.read() as session:
        return domain_out(session, domain)


@router.get("/pages/{page_id}", responses=documented(404))
def page(page_id: Annotated[PageId, Path()], service: Serving, _: Moderator) -> PageDetail:
    """Return a page that was scored, with its decisions; its verdict and text where these are kept."""
    with service.store.read() as session:
        found = session.get(StoredPage, page_id)
        if not found:
            raise not_found("page")
        return page_detail(service, session, found)


@router.post("/appeals", status_code=201, responses=documented(400, 404, 408, 413, 415))
def appeal(given: AppealIn, service: Serving, who: Moderator) -> AppealOut:
    """Note an owner's appeal, and put the page or domain back into the queue."""
    with service.store.write() as session:
        found = session.get(StoredPage, given.page_id) if given.page_id else None
        if given.page_id and not found:
            raise not_found("page")
        name = found.domain if found else given.domain or ""
        row = Appeal(
            page_id=given.page_id,
            domain=name,
            text=given.text,
            contact=given.contact,
            author=who.name,
            at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        reach = max(found.reach, found.seen) if found else 1
        open_item(session, Reason.APPEAL, found, name, 1.0, reach)
        return AppealOut.model_validate(row)
