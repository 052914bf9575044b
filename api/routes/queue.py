"""The review queue: see it, claim from it, give back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.models import ClaimIn, Domain, ItemDetail, PageDetail, QueuePage, Reason, ReleaseIn, RowId
from api.problems import Problem, documented, not_found
from api.security import Moderator
from api.service import Service, Serving
from api.store import queue
from api.store.tables import Item, StoredPage
from api.views import domain_out, item_out, page_detail

ItemId = Annotated[RowId, Path()]

router = APIRouter(prefix="/v1/queue", tags=["queue"], responses=documented(401, 403, 422, 429, 503))


@router.get("")
def see(
    service: Serving,
    who: Moderator,
    reason: Annotated[Reason | None, Query()] = None,
    domain: Annotated[Domain | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> QueuePage:
    """Return open items by uncertainty x reach. `open` counts all of them, whatever the filter."""
    with service.store.read() as session:
        items = queue.open_items(session, who.name, reason, domain, limit)
        return QueuePage(
            items=[item_out(session, item) for item in items], open=queue.count_open(session, who.name)
        )


@router.post(
    "/claim",
    response_model=ItemDetail,
    responses={204: {"description": "Nothing waits that you may judge."}, **documented(400, 408, 413, 415)},
)
def claim_next(service: Serving, who: Moderator, wanted: ClaimIn | None = None) -> ItemDetail | Response:
    """Claim the first item that waits for you; a claim ends by itself after a while."""
    wanted = wanted or ClaimIn()
    settings = service.settings
    with service.store.write() as session:
        item = queue.claim_next(
            session, who.name, settings.claim_minutes, wanted.reason, wanted.domain, settings.golden_every
        )
    return _detail(service, item.id, who.name) if item else Response(status_code=204)


@router.get("/{item_id}", responses=documented(404))
def look(item_id: ItemId, service: Serving, who: Moderator) -> ItemDetail:
    """Return an item with its page and all that is known of its domain."""
    return _detail(service, item_id, who.name)


@router.post("/{item_id}/claim", responses=documented(404, 409))
def claim(item_id: ItemId, service: Serving, who: Moderator) -> ItemDetail:
    """Claim this item, or claim it for longer."""
    try:
        with service.store.write() as session:
            item = queue.claim(session, item_id, who.name, service.settings.claim_minutes)
    except queue.ClaimedError:
        raise _claimed() from None
    if not item:
        raise not_found("item")
    return _detail(service, item_id, who.name)


@router.post("/{item_id}/release", status_code=204, responses=documented(400, 404, 408, 409, 413, 415))
def release(item_id: ItemId, service: Serving, who: Moderator, how: ReleaseIn | None = None) -> None:
    """Give an item back, for others (`skip`) or for anybody."""
    try:
        with service.store.write() as session:
            item = queue.release(session, item_id, who.name, bool(how and how.skip))
    except queue.ClaimedError:
        raise _claimed() from None
    if not item:
        raise not_found("item")


def _detail(service: Service, item_id: int, author: str) -> ItemDetail:
    with service.store.read() as session:
        item = queue.find(session, item_id, author)
        if not item:
            raise not_found("item")
        detail = ItemDetail(
            item=item_out(session, item),
            page=_page(service, session, item),
            domain=domain_out(session, item.domain),
        )
        return detail if item.reason == Reason.APPEAL.value else _blind(detail, author)


def _page(service: Service, session: Session, item: Item) -> PageDetail | None:
    if item.page_id is None:
        return None
    return page_detail(service, session, session.get_one(StoredPage, item.page_id))


def _blind(detail: ItemDetail, author: str) -> ItemDetail:
    """Leave out what others said of the page: second opinions and golden pages want one's own judgement.

    What takes one's own decision back stays, whoever did it: without it the decision would seem to stand.
    """
    page, domain = detail.page, detail.domain
    if page is None:
        return detail
    mine = {row.id for row in page.labels if row.author == author}
    labels = [row for row in page.labels if row.id in mine or row.undoes in mine]
    shown = {row.id for row in labels}
    rest = [row for row in domain.decisions if row.page_id != page.id or row.id in shown]
    return detail.model_copy(
        update={
            "page": page.model_copy(update={"labels": labels}),
            "domain": domain.model_copy(update={"decisions": rest}),
        }
    )


def _claimed() -> Problem:
    return Problem(409, "claimed", "this item is closed, or another moderator has it")
