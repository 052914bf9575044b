"""The ledger of decisions: rows are added and never changed, so any past state can be told again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session, aliased

from api.store.tables import Decision

UNDO = "undo"


def add(session: Session, decision: Decision) -> Decision:
    """Add a decision; its id and its time are set on return.

    Its time is taken once no export can overlook it any more (see :func:`api.store.export.settled`).
    """
    connection = session.connection()  # on SQLite, to begin to write is to wait for every writer
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE decisions IN ROW EXCLUSIVE MODE"))
    decision.at = datetime.now(UTC)
    session.add(decision)
    session.flush()
    return decision


def undo(session: Session, taken_back: Decision, author: str, policy: str) -> Decision:
    """Take a decision back by a row of its own. Raises IntegrityError where that was done already."""
    return add(
        session,
        Decision(
            page_id=taken_back.page_id,
            domain=taken_back.domain,
            verdict=UNDO,
            kind="",
            copied="",
            links="",
            confidence="",
            note="",
            author=author,
            policy=policy,
            model=taken_back.model,
            score=taken_back.score,
            item_id=taken_back.item_id,
            undoes=taken_back.id,
            golden=taken_back.golden,
        ),
    )


def standing(rows: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that stand among a subject's rows: the last of each author that is not undone."""
    rows = list(rows)
    undone = {row.undoes for row in rows}
    latest = {
        row.author: row
        for row in sorted(rows, key=lambda row: row.id)
        if row.verdict != UNDO and row.id not in undone
    }
    return sorted(latest.values(), key=lambda row: row.id)


def history(
    session: Session,
    page_id: str | None = None,
    domain: str | None = None,
    author: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Decision]:
    """Return rows of the ledger, latest first."""
    query = select(Decision).order_by(Decision.id.desc()).limit(limit)
    for column, value in (
        (Decision.page_id, page_id),
        (Decision.domain, domain),
        (Decision.author, author),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(Decision.id < before)
    return list(session.scalars(query))


def decided_pages(session: Session, page_ids: Sequence[str]) -> set[str]:
    """Return those of these pages on which a decision stands."""
    query = select(Decision.page_id).where(Decision.page_id.in_(page_ids), *_stands())
    return {page_id for page_id in session.scalars(query) if page_id}


def decided_domains(session: Session, domains: Sequence[str]) -> set[str]:
    """Return those of these domains on which, as a whole, a decision stands."""
    query = select(Decision.domain).where(
        Decision.domain.in_(domains), Decision.page_id.is_(None), *_stands()
    )
    return set(session.scalars(query))


def _stands() -> tuple[ColumnElement[bool], ...]:
    later = aliased(Decision)
    return (
        Decision.verdict != UNDO,
        Decision.golden.is_(False),
        ~select(later.id).where(later.undoes == Decision.id).exists(),
    )
