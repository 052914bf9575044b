"""Allow, block and mute entries, and the block list in the forms that blockers read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import ColumnElement, or_, select
from starlette.responses import PlainTextResponse

from api.models import Action, EntryIn, EntryOut, RowId
from api.problems import Problem, documented, not_found
from api.security import Admin, Moderator
from api.service import Serving
from api.store.tables import ListEntry
from detector.blocklists.entries import Entry, sites_above
from detector.blocklists.writing import ListFormat
from detector.blocklists.writing import export as write_list
from detector.parsing.domains import host_of

router = APIRouter(prefix="/v1/lists", tags=["lists"], responses=documented(401, 403, 422, 429, 503))


@router.get("")
def see(
    service: Serving,
    _: Moderator,
    action: Annotated[Action | None, Query()] = None,
    removed: Annotated[bool, Query(description="Also entries that were removed or have run out.")] = False,
    before: Annotated[RowId | None, Query(description="Only entries with a smaller id.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[EntryOut]:
    """Return entries, latest first."""
    query = select(ListEntry).order_by(ListEntry.id.desc()).limit(limit)
    if action:
        query = query.where(ListEntry.action == action.value)
    if not removed:
        query = query.where(*_in_force())
    if before is not None:
        query = query.where(ListEntry.id < before)
    with service.store.read() as session:
        return [EntryOut.model_validate(row) for row in session.scalars(query)]


@router.post("", status_code=201, responses=documented(400, 408, 413, 415))
def add(given: EntryIn, service: Serving, who: Admin) -> EntryOut:
    """Add an entry; it counts in this process at once, in others within seconds."""
    with service.store.write() as session:
        row = ListEntry(
            action=given.action.value,
            target=given.target,
            reason=given.reason,
            author=who.name,
            at=datetime.now(UTC),
            why=given.why,
            evidence_url=given.evidence_url,
            expires_at=given.expires_at,
            removed_at=None,
            removed_by="",
        )
        session.add(row)
        session.flush()
        entry = EntryOut.model_validate(row)
    service.lists.refresh_entries()
    return entry


@router.delete("/{entry_id}", responses=documented(404, 409))
def remove(entry_id: Annotated[RowId, Path()], service: Serving, who: Admin) -> EntryOut:
    """Take an entry out of force; it stays on record with who removed it."""
    with service.store.write() as session:
        row = session.get(ListEntry, entry_id)
        if not row:
            raise not_found("entry")
        if row.removed_at:
            raise Problem(409, "removed", f"{row.removed_by} removed this entry already")
        row.removed_at, row.removed_by = datetime.now(UTC), who.name
        entry = EntryOut.model_validate(row)
    service.lists.refresh_entries()
    return entry


@router.get("/export", response_class=PlainTextResponse)
def export(service: Serving, _: Moderator, form: Annotated[ListFormat, Query()]) -> str:
    """Return the block entries in force as a list for blockers or name servers, less what is allowed."""
    with service.store.read() as session:
        rows = list(session.scalars(select(ListEntry).where(*_in_force()).order_by(ListEntry.id)))
    allowed = {row.target for row in rows if row.action == Action.ALLOW.value}
    blocked = {
        row.target: Entry(row.target, f"{row.why} ({row.author})", row.at.date())
        for row in rows
        if row.action == Action.BLOCK.value and allowed.isdisjoint(_sites_above(row.target))
    }
    return write_list(blocked.values(), form, "Chaffinch block entries")[0]


def _sites_above(target: str) -> Iterator[str]:
    address = f"//{target}"
    return sites_above(host_of(address), address)


def _in_force() -> tuple[ColumnElement[bool], ...]:
    now = datetime.now(UTC)
    return ListEntry.removed_at.is_(None), or_(ListEntry.expires_at.is_(None), ListEntry.expires_at > now)
