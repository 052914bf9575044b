"""Pages that were scored: what is kept of them, their scores, what they promote, and the items they open."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.models import PageIn, Reason
from api.store.ledger import decided_domains, decided_pages
from api.store.tables import Appeal, Decision, Golden, Item, Promotion, Score, StoredPage

LEVEL = 3  # of compression: 60 kB in half a millisecond


@dataclass(frozen=True, slots=True)
class Observation:
    """A scored page, as it is to be recorded."""

    page_id: str
    url: str
    domain: str
    title: str
    sent: PageIn | None  # None: the content is not to be kept
    is_html: bool
    given_title: str
    reach: int
    model: str
    score: float | None
    label: str  # after the lists
    targets: tuple[str, ...]  # domains it promotes, where it is flagged
    at: datetime


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What a model says of a page."""

    page_id: str
    model: str
    score: float | None
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueRules:
    """What opens an item, and how many moderators have to judge it."""

    recurrence: int
    second_review_share: float


def record(session: Session, seen: Sequence[Observation], rules: QueueRules) -> None:
    """Record scored pages, and open items for those between the thresholds and for recurring domains.

    Rows are taken in one order, so that two writers can't wait for each other.
    """
    put_pages(session, sorted(seen, key=lambda o: o.page_id))
    _open_uncertain(session, seen, rules)
    _open_recurring(session, {target for o in seen for target in o.targets}, rules)


def put_pages(session: Session, seen: Sequence[Observation]) -> None:
    """Add pages with their scores, or bring them up to date; content once kept stays as it is."""
    page = _insert(session, StoredPage.__table__)
    new, old = page.excluded, StoredPage.__table__.c
    page = page.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "last_seen": new.last_seen,
            "seen": old.seen + 1,
            "reach": case((new.reach > old.reach, new.reach), else_=old.reach),
            "content": func.coalesce(old.content, new.content),
        },
    )
    session.execute(page, [_page_row(observation) for observation in seen])
    put_scores(session, [ScoreRow(o.page_id, o.model, o.score, o.label, o.at) for o in seen])
    promotions = [
        {"page_id": o.page_id, "target": target, "promoter": o.domain}
        for o in seen
        for target in sorted(o.targets)
    ]
    if promotions:
        session.execute(_insert(session, Promotion.__table__).on_conflict_do_nothing(), promotions)


def put_scores(session: Session, scores: Sequence[ScoreRow]) -> None:
    """Note what models say of pages."""
    insert = _insert(session, Score.__table__)
    insert = insert.on_conflict_do_update(
        index_elements=["page_id", "model"],
        set_={name: insert.excluded[name] for name in ("score", "label", "at")},
    )
    session.execute(insert, [asdict(score) for score in scores])


def open_item(
    session: Session,
    reason: Reason,
    page: StoredPage | None,
    domain: str,
    uncertainty: float,
    reach: int,
    wanted: int = 1,
) -> None:
    """Open an item, or bring the open one of the same page or domain up to date.

    An appeal takes an open item over, and ends a claim on it: who is at work on it has not read the appeal.
    Nothing takes over an appeal. Reach only grows.
    """
    item = _insert(session, Item).values(
        subject=page.id if page else domain,
        page_id=page.id if page else None,
        domain=domain,
        reason=reason.value,
        uncertainty=uncertainty,
        reach=reach,
        priority=uncertainty * reach,
        wanted=wanted,
        opened_at=datetime.now(UTC),
        claimed_by="",
        served_to="",
    )
    new = item.excluded
    appealed = Item.reason == Reason.APPEAL.value
    kept = {
        "reason": case((appealed, Item.reason), else_=new.reason),
        "uncertainty": case((appealed, Item.uncertainty), else_=new.uncertainty),
        "reach": case((Item.reach > new.reach, Item.reach), else_=new.reach),
        "claimed_by": case((new.reason == Reason.APPEAL.value, ""), else_=Item.claimed_by),
    }
    session.execute(
        item.on_conflict_do_update(
            index_elements=["subject"],
            index_where=(Item.closed_at.is_(None)) & (Item.served_to == ""),
            set_=kept | {"priority": kept["uncertainty"] * kept["reach"]},
        )
    )


def uncertainty_of(score: float | None) -> float:
    """Return the entropy of a score in bits, 0 to 1: 1 where a farm is as likely as not."""
    if score is None or score <= 0 or score >= 1:
        return 0.0
    return -score * math.log2(score) - (1 - score) * math.log2(1 - score)


def latest_score(session: Session, page_id: str) -> Score | None:
    """Return what the models said last of a page; None where none has judged it."""
    query = select(Score).where(Score.page_id == page_id).order_by(Score.at.desc(), Score.model).limit(1)
    return session.scalar(query)


def sent_again(page: StoredPage) -> PageIn | None:
    """Return a stored page as it was sent; None where its content is no longer kept."""
    if page.content is None:
        return None
    content = zlib.decompress(page.content).decode("utf-8", "surrogatepass")
    if page.is_html:
        return PageIn(url=page.url, html=content)
    return PageIn(url=page.url, text=content, title=page.given_title)


def pack(sent: PageIn) -> bytes:
    """Return a page's content as it is kept."""
    content = sent.html if sent.html is not None else sent.text or ""
    return zlib.compress(content.encode("utf-8", "surrogatepass"), LEVEL)


def forget_contents(session: Session, now: datetime, undecided: int, decided: int | None) -> int:
    """Delete the content of pages last seen longer ago than these days; return how many.

    Golden pages, pages in the open queue and pages under appeal keep theirs.
    """
    has_decision = StoredPage.id.in_(select(Decision.page_id).where(Decision.page_id.is_not(None)))
    old: ColumnElement[bool] = (StoredPage.last_seen < now - timedelta(days=undecided)) & ~has_decision
    if decided is not None:
        old = or_(old, (StoredPage.last_seen < now - timedelta(days=decided)) & has_decision)
    kept = [
        select(Golden.page_id),
        select(Item.page_id).where(Item.closed_at.is_(None), Item.page_id.is_not(None)),
        select(Appeal.page_id).where(Appeal.page_id.is_not(None)),
    ]
    change = update(StoredPage).where(StoredPage.content.is_not(None), old).values(content=None)
    for needed in kept:
        change = change.where(StoredPage.id.not_in(needed))
    result = session.execute(change.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _page_row(seen: Observation) -> dict[str, Any]:
    return {
        "id": seen.page_id,
        "url": seen.url,
        "domain": seen.domain,
        "title": seen.title,
        "given_title": seen.given_title,
        "is_html": seen.is_html,
        "content": pack(seen.sent) if seen.sent else None,
        "first_seen": seen.at,
        "last_seen": seen.at,
        "seen": 1,
        "reach": seen.reach,
    }


def _open_uncertain(session: Session, seen: Sequence[Observation], rules: QueueRules) -> None:
    unsure = {o.page_id: o for o in seen if o.label == "review"}
    if not unsure:
        return
    settled = decided_pages(session, list(unsure))
    golden = set(session.scalars(select(Golden.page_id).where(Golden.page_id.in_(unsure))))
    for page_id in sorted(unsure.keys() - settled - golden):
        page = session.get_one(StoredPage, page_id, populate_existing=True)
        open_item(
            session,
            Reason.UNCERTAIN,
            page,
            page.domain,
            uncertainty_of(unsure[page_id].score),
            max(page.reach, page.seen),
            2 if int(page_id[:8], 16) < rules.second_review_share * 2**32 else 1,
        )


def _open_recurring(session: Session, targets: set[str], rules: QueueRules) -> None:
    if not targets:
        return
    promoters = func.count(distinct(Promotion.promoter))
    recurring = session.execute(
        select(Promotion.target, promoters)
        .where(Promotion.target.in_(targets))
        .group_by(Promotion.target)
        .having(promoters >= rules.recurrence)
        .order_by(Promotion.target)
    ).all()
    settled = decided_domains(session, [target for target, _ in recurring])
    for target, count in recurring:
        if target not in settled:
            open_item(session, Reason.RECURRENCE, None, target, 1.0, count)


def _insert(session: Session, table: Any) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the store's dialect."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
