"""Taking a decision: the ledger's row, with the score that its author saw, and what it does to the queue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.models import LabelIn, Reason
from api.problems import Problem, not_found
from api.recorder import observation_of
from api.scoring import Scored, score_page
from api.service import Service
from api.store import ledger, queue
from api.store.keys import Principal
from api.store.pages import put_pages, sent_again
from api.store.tables import Decision, Golden, Score, StoredPage


def decide(service: Service, session: Session, principal: Principal, given: LabelIn) -> Decision:
    """Add a decision and settle the queue item of its page or domain.

    Raises Problem 404 for an unknown page, 409 where somebody else has claimed the item, or where an appeal
    that the author has not seen has come in for it.
    """
    page = _page(service, session, given)
    model, score = _seen(service, session, page)
    domain = page.domain if page else given.domain or ""
    try:
        item = queue.item_for(session, page.id if page else domain, given.item_id, principal.name)
    except queue.ClaimedError:
        raise Problem(
            409,
            "claimed",
            "this item is closed, of another page, another moderator's, or was appealed: look again",
        ) from None
    decision = ledger.add(
        session,
        Decision(
            page_id=page.id if page else None,
            domain=domain,
            verdict=given.verdict,
            kind=given.kind,
            copied=given.copied,
            links=given.links,
            confidence=given.confidence,
            note=given.note,
            author=principal.name,
            policy=service.settings.policy,
            model=model,
            score=score,
            item_id=item.id if item else None,
            undoes=None,
            golden=bool(page and session.get(Golden, page.id))
            or (item is not None and item.reason == Reason.GOLDEN.value),
        ),
    )
    if item:
        queue.settle(session, item, principal.name)
    return decision


def take_back(service: Service, session: Session, principal: Principal, decision_id: int) -> Decision:
    """Undo a decision and open its queue item again.

    Raises Problem 404 for an unknown decision, 403 for another's, 409 where it is an undo or undone already.
    """
    decision = session.get(Decision, decision_id)
    if not decision:
        raise not_found("decision")
    if decision.author != principal.name and principal.scope != "admin":
        raise Problem(403, "forbidden", "only its author, or an admin, can undo a decision")
    if decision.verdict == ledger.UNDO:
        raise Problem(409, "not-undoable", "an undo can't be undone: decide again")
    undone = ledger.undo(session, decision, principal.name, service.settings.policy)
    if decision.item_id is not None:
        queue.reopen(session, decision.item_id, principal.name)
    return undone


def _page(service: Service, session: Session, given: LabelIn) -> StoredPage | None:
    """Return the page that a decision is on, stored with its content where it was sent along."""
    if given.page is not None:
        scored: Scored = score_page(given.page, service.loaded().detector, service.lists)
        put_pages(session, [observation_of(scored, keep_content=True)])
        return session.get_one(StoredPage, scored.page_id, populate_existing=True)
    if given.page_id is None:
        return None
    page = session.get(StoredPage, given.page_id)
    if not page:
        raise not_found("page")
    return page


def _seen(service: Service, session: Session, page: StoredPage | None) -> tuple[str, float | None]:
    """Return the model in service and what it says of a page: from the store, else by scoring it again."""
    loaded = service.loaded()
    model = loaded.detector.model_id
    if page is None:
        return model, None
    known = session.get(Score, (page.id, model))
    if known:
        return model, known.score
    sent = sent_again(page)
    return model, score_page(sent, loaded.detector, service.lists).verdict.score if sent else None
