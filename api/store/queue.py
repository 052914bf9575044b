"""The queue: who judges what next. Claims keep two moderators from taking one item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from api.models import Reason
from api.store.ledger import UNDO, standing
from api.store.pages import latest_score, uncertainty_of
from api.store.tables import Decision, Golden, Item, Skip, StoredPage


class ClaimedError(Exception):
    """Somebody else has the item, or it is closed."""


def open_items(
    session: Session,
    author: str,
    reason: Reason | None = None,
    domain: str | None = None,
    limit: int = 50,
) -> list[Item]:
    """Return open items, first things first; golden ones only to whom they are served."""
    query = select(Item).where(*_visible(author), *_wanted(reason, domain))
    return list(session.scalars(query.order_by(*_ORDER).limit(limit)))


def count_open(session: Session, author: str) -> int:
    """Return how many open items a moderator may see."""
    query = select(func.count()).select_from(Item).where(*_visible(author))
    return session.scalar(query) or 0


def claim_next(
    session: Session,
    author: str,
    minutes: float,
    reason: Reason | None = None,
    domain: str | None = None,
    golden_every: int = 0,
) -> Item | None:
    """Claim the first item that its moderator may judge; None where there is none.

    An item is offered to nobody twice: not after a skip, nor after a decision that stands.
    """
    if reason is None and domain is None and golden_every and _is_golden_turn(session, author, golden_every):
        golden = _golden_item(session, author)
        if golden:
            return _hand_out(golden, author, minutes)
    mine = select(Decision.item_id).where(Decision.author == author, Decision.item_id.is_not(None))
    undone = select(Decision.undoes).where(Decision.undoes.is_not(None))
    judged = mine.where(Decision.verdict != UNDO, Decision.id.not_in(undone))
    query = (
        select(Item)
        .where(
            *_visible(author),
            *_wanted(reason, domain),
            _free_for(author),
            Item.id.not_in(_skipped(author)),
            Item.id.not_in(judged),
        )
        .order_by(*_ORDER)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    item = session.scalar(query)
    return _hand_out(item, author, minutes) if item else None


def claim(session: Session, item_id: int, author: str, minutes: float) -> Item | None:
    """Claim one item; None where there is none with this id. Raises ClaimedError."""
    item = _locked(session, item_id, author)
    if item and (item.closed_at or not _is_free(item, author)):
        raise ClaimedError
    return _hand_out(item, author, minutes) if item else None


def release(session: Session, item_id: int, author: str, skip: bool) -> Item | None:
    """Give an item back; None where there is none with this id. Raises ClaimedError for somebody else's."""
    item = _locked(session, item_id, author)
    if not item:
        return None
    if not _is_free(item, author):
        raise ClaimedError
    item.claimed_by, item.claimed_until = "", None
    if skip:
        session.merge(Skip(item_id=item_id, author=author))
    return item


def find(session: Session, item_id: int, author: str) -> Item | None:
    """Return an item that its moderator may see."""
    item = session.get(Item, item_id)
    return item if item and item.served_to in ("", author) else None


def item_for(session: Session, subject: str, item_id: int | None, author: str) -> Item | None:
    """Return the open item that a decision on a page or domain settles. Raises ClaimedError.

    Without an ``item_id`` that is the open item of the same subject; with one, it has to fit the subject, and
    to be claimed by the author where it is an appeal.
    """
    if item_id is not None:
        item = _locked(session, item_id, author)
        if item is None or item.subject != subject or not _is_free(item, author):
            raise ClaimedError
        if item.reason == Reason.APPEAL.value and item.claimed_by != author:
            raise ClaimedError  # the appeal may have come while its author was at work
        return item
    query = select(Item).where(Item.subject == subject, Item.closed_at.is_(None), Item.served_to == "")
    return session.scalar(query.with_for_update())


def settle(session: Session, item: Item, author: str) -> None:
    """Close an item that as many moderators have judged as were wanted, else open it again.

    The author's claim ends; another's stays while the item is open, as its holder is at work on it.
    """
    query = select(Decision).where(Decision.item_id == item.id)
    judged = standing(session.scalars(query))
    enough = len(judged) >= item.wanted
    if enough or item.claimed_by == author:
        item.claimed_by, item.claimed_until = "", None
    item.closed_at = (item.closed_at or datetime.now(UTC)) if enough else None


def reopen(session: Session, item_id: int, author: str) -> None:
    """Settle an item anew after an undo, unless its subject has a newer open one."""
    item = session.get(Item, item_id)
    if item and not session.scalar(
        select(Item.id).where(
            Item.subject == item.subject, Item.closed_at.is_(None), Item.served_to == "", Item.id != item.id
        )
    ):
        settle(session, item, author)


_ORDER = (Item.priority.desc(), Item.id)


def _visible(author: str) -> tuple[ColumnElement[bool], ...]:
    return Item.closed_at.is_(None), Item.served_to.in_(("", author))


def _wanted(reason: Reason | None, domain: str | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if reason is Reason.UNCERTAIN:  # golden items pass for these
        wanted.append(Item.reason.in_((Reason.UNCERTAIN.value, Reason.GOLDEN.value)))
    elif reason:
        wanted.append(Item.reason == reason.value)
    if domain is not None:
        wanted.append(Item.domain == domain)
    return wanted


def _free_for(author: str) -> ColumnElement[bool]:
    now = datetime.now(UTC)
    return or_(Item.claimed_by.in_(("", author)), Item.claimed_until < now)


def _skipped(author: str) -> Select[int]:
    return select(Skip.item_id).where(Skip.author == author)


def _is_free(item: Item, author: str) -> bool:
    over = item.claimed_until is not None and item.claimed_until < datetime.now(UTC)
    return item.claimed_by in ("", author) or over


def _locked(session: Session, item_id: int, author: str) -> Item | None:
    query = select(Item).where(and_(Item.id == item_id, Item.served_to.in_(("", author))))
    return session.scalar(query.with_for_update())


def _hand_out(item: Item, author: str, minutes: float) -> Item:
    item.claimed_by = author
    item.claimed_until = datetime.now(UTC) + timedelta(minutes=minutes)
    return item


def _is_golden_turn(session: Session, author: str, every: int) -> bool:
    query = select(func.count()).select_from(Decision).where(Decision.author == author)
    return ((session.scalar(query) or 0) + 1) % every == 0


def _golden_item(session: Session, author: str) -> Item | None:
    """Return the golden item that waits for a moderator, else open one for a page not met; None: all are."""
    waiting = session.scalar(
        select(Item)
        .where(Item.served_to == author, Item.closed_at.is_(None), Item.id.not_in(_skipped(author)))
        .order_by(Item.id)
        .limit(1)
    )
    if waiting:
        return waiting
    served = select(Item.page_id).where(Item.served_to == author, Item.page_id.is_not(None))
    judged = select(Decision.page_id).where(Decision.author == author, Decision.page_id.is_not(None))
    query = (
        select(StoredPage)
        .join(Golden, Golden.page_id == StoredPage.id)
        .where(StoredPage.id.not_in(served), StoredPage.id.not_in(judged))
    )
    page = session.scalar(query.order_by(StoredPage.id).limit(1))
    if not page:
        return None
    latest = latest_score(session, page.id)
    uncertainty, reach = uncertainty_of(latest.score if latest else None), max(page.reach, page.seen)
    item = Item(
        subject=page.id,
        page_id=page.id,
        domain=page.domain,
        reason=Reason.GOLDEN.value,
        uncertainty=uncertainty,  # as of any other: it must not give the page away
        reach=reach,
        priority=uncertainty * reach,
        wanted=1,
        opened_at=datetime.now(UTC),
        claimed_by="",
        served_to=author,
    )
    session.add(item)
    session.flush()
    return item
