"""From rows of the store to what the routes answer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.lists import judge
from api.models import (
    AppealOut,
    Difference,
    DomainOut,
    EntryOut,
    ItemOut,
    Label,
    PageDetail,
    Promoter,
    Reason,
    SeenPage,
    ShadowOut,
    VerdictOut,
)
from api.scoring import describe, score_page
from api.service import Service
from api.store.ledger import history
from api.store.pages import latest_score, sent_again
from api.store.tables import Appeal, Item, ListEntry, Promotion, Score, StoredPage

MOST = 100
"""Entries of each list in an answer."""


def item_out(session: Session, item: Item) -> ItemOut:
    """Describe a queue item; a golden one looks like any other."""
    page = session.get(StoredPage, item.page_id) if item.page_id else None
    latest = latest_score(session, item.page_id) if item.page_id else None
    return ItemOut(
        id=item.id,
        page_id=item.page_id,
        domain=item.domain,
        url=page.url if page else "",
        title=page.title if page else "",
        reason=Reason.UNCERTAIN if item.reason == Reason.GOLDEN.value else Reason(item.reason),
        score=latest.score if latest else None,
        label=latest.label if latest else "",
        uncertainty=item.uncertainty,
        reach=item.reach,
        priority=item.priority,
        wanted=item.wanted,
        opened_at=item.opened_at,
        claimed_by=item.claimed_by,
        claimed_until=item.claimed_until,
    )


def page_detail(service: Service, session: Session, page: StoredPage) -> PageDetail:
    """Describe a page, scored anew by the model in service where its content is kept."""
    sent = sent_again(page)
    verdict = outcome = shown = None
    if sent:
        loaded = service.loaded()
        scored = score_page(sent, loaded.detector, service.lists)
        verdict = VerdictOut.model_validate(scored.verdict.to_dict())
        outcome = scored.outcome or judge(scored.verdict, [], loaded.detector.model.thresholds)
        shown = describe(page.id, scored.page, scored.verdict)
    return PageDetail(
        id=page.id,
        url=page.url,
        domain=page.domain,
        title=page.title,
        first_seen=page.first_seen,
        last_seen=page.last_seen,
        seen=page.seen,
        reach=page.reach,
        verdict=verdict,
        outcome=outcome,
        page=shown,
        labels=[Label.model_validate(row) for row in history(session, page_id=page.id)],
        appeals=_appeals(session, Appeal.page_id == page.id),
    )


def domain_out(session: Session, domain: str) -> DomainOut:
    """Tell what is known of a domain."""
    pages = list(
        session.scalars(
            select(StoredPage)
            .where(StoredPage.domain == domain)
            .order_by(StoredPage.last_seen.desc())
            .limit(MOST)
        )
    )
    total = session.scalar(select(func.count()).select_from(StoredPage).where(StoredPage.domain == domain))
    latest = _latest_of_domain(domain)
    counts = session.execute(select(latest.c.label, func.count()).group_by(latest.c.label))
    return DomainOut(
        domain=domain,
        pages=total or 0,
        labels={str(label): count for label, count in counts},
        mean_score=session.scalar(select(func.avg(latest.c.score))),
        recent=[_seen_page(session, page) for page in pages],
        decisions=[Label.model_validate(row) for row in history(session, domain=domain, limit=MOST)],
        appeals=_appeals(session, Appeal.domain == domain),
        promoted_by=_promoters(session, Promotion.promoter, Promotion.target == domain),
        promotes=_promoters(session, Promotion.target, Promotion.promoter == domain),
        lists=_entries(session, domain),
        open_items=list(
            session.scalars(
                select(Item.id)
                .where(Item.domain == domain, Item.closed_at.is_(None), Item.served_to == "")
                .order_by(Item.priority.desc())
                .limit(MOST)
            )
        ),
    )


def shadow_out(session: Session, model: str, shadow: str | None) -> ShadowOut:
    """Compare what two models said of the same pages."""
    if shadow is None:
        return ShadowOut(model=model, shadow=None, pages=0, mean_difference=None, labels={}, largest=[])
    one = select(Score).where(Score.model == model).subquery()
    other = select(Score).where(Score.model == shadow).subquery()
    both = one.join(other, one.c.page_id == other.c.page_id)
    difference = func.abs(one.c.score - other.c.score)
    pages, mean = session.execute(select(func.count(), func.avg(difference)).select_from(both)).one()
    labels = session.execute(
        select(one.c.label, other.c.label, func.count())
        .select_from(both)
        .group_by(one.c.label, other.c.label)
    )
    largest = session.execute(
        select(StoredPage.id, StoredPage.url, one.c.score, other.c.score, one.c.label, other.c.label)
        .select_from(both.join(StoredPage, StoredPage.id == one.c.page_id))
        .where(difference > 0)
        .order_by(difference.desc(), StoredPage.id)
        .limit(MOST)
    )
    return ShadowOut(
        model=model,
        shadow=shadow,
        pages=pages,
        mean_difference=mean,
        labels={f"{label} > {in_shadow}": count for label, in_shadow, count in labels},
        largest=[
            Difference(page_id=p, url=u, score=s, shadow_score=t, label=a, shadow_label=b)
            for p, u, s, t, a, b in largest
        ],
    )


def _latest_of_domain(domain: str) -> Subquery:
    place = func.row_number().over(partition_by=Score.page_id, order_by=(Score.at.desc(), Score.model))
    ranked = (
        select(Score.score, Score.label, place.label("place"))
        .join(StoredPage, StoredPage.id == Score.page_id)
        .where(StoredPage.domain == domain)
        .subquery()
    )
    return select(ranked.c.score, ranked.c.label).where(ranked.c.place == 1).subquery()


def _seen_page(session: Session, page: StoredPage) -> SeenPage:
    latest = latest_score(session, page.id)
    return SeenPage(
        id=page.id,
        url=page.url,
        title=page.title,
        score=latest.score if latest else None,
        label=latest.label if latest else "",
        last_seen=page.last_seen,
    )


def _appeals(session: Session, where: ColumnElement[bool]) -> list[AppealOut]:
    query = select(Appeal).where(where).order_by(Appeal.id.desc()).limit(MOST)
    return [AppealOut.model_validate(row) for row in session.scalars(query)]


def _promoters(
    session: Session, column: InstrumentedAttribute[str], where: ColumnElement[bool]
) -> list[Promoter]:
    query = (
        select(column, func.count())
        .where(where)
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(MOST)
    )
    return [Promoter(domain=domain, pages=pages) for domain, pages in session.execute(query)]


def _entries(session: Session, domain: str) -> list[EntryOut]:
    below = ListEntry.target.startswith(f"{domain}/", autoescape=True)
    query = select(ListEntry).where(or_(ListEntry.target == domain, below)).order_by(ListEntry.id.desc())
    return [EntryOut.model_validate(row) for row in session.scalars(query.limit(MOST))]
