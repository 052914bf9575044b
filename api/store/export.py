"""The ledger as training data: what stood at a moment, a JSON line a page, as ``chaffinch train`` takes it.

The same moment always gives the same lines: rows of the ledger never change, and pages are ordered by id.
Only the text of a page can go missing, by retention; such pages are left out, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.store.engine import Store
from api.store.ledger import standing
from api.store.pages import sent_again
from api.store.tables import Decision, StoredPage
from detector.parsing.encoding import to_utf8

SOURCE = "ledger"
_ROWS = 500


@dataclass(slots=True)
class ExportCount:
    """What became of the decided pages."""

    written: int = 0
    without_text: int = 0


class FutureError(ValueError):
    """A moment that lies ahead: what will stand then is not known yet."""


def settled(store: Store, at: datetime | None) -> datetime:
    """Return the moment to export (none given: now), once all that was decided until then can be read.

    A decision is given its time shortly before it can be seen: without waiting for those under way, a second
    export of the same moment could hold more than the first. Raises FutureError.
    """
    now = datetime.now(UTC)
    if at and at > now:
        raise FutureError(f"{at.isoformat()} lies ahead: give a moment that has passed")
    with store.write() as session:  # on SQLite, to begin to write is to wait for every writer
        session.execute(text("SELECT 1" if store.is_sqlite else "LOCK TABLE decisions IN SHARE MODE"))
    return at or now


def export_lines(session: Session, at: datetime, count: ExportCount | None = None) -> Iterator[bytes]:
    """Yield a JSON line for each page on which decisions stood at a moment, golden ones aside.

    Where moderators differ, the majority decides; a tie is ``unsure``, which training leaves out.
    """
    count = count or ExportCount()
    query = (
        select(Decision)
        .where(Decision.page_id.is_not(None), Decision.at <= at, Decision.golden.is_(False))
        .order_by(Decision.page_id, Decision.id)
        .execution_options(yield_per=_ROWS)
    )
    for page_id, rows in groupby(session.scalars(query), key=lambda row: row.page_id):
        stood = standing(rows)
        if not stood:
            continue
        page = session.get_one(StoredPage, page_id)
        line = _line(page, stood)
        session.expunge(page)  # its content is large and not needed again
        if line is None:
            count.without_text += 1
        else:
            count.written += 1
            yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _line(page: StoredPage, stood: list[Decision]) -> dict[str, Any] | None:
    sent = sent_again(page)
    if sent is None or not (sent.html or sent.text or "").strip():
        return None
    # lone surrogates, which JSON can't hold, as a page reads them
    content = to_utf8(sent.html if sent.html is not None else sent.text or "").decode()
    votes = Counter(row.verdict for row in stood).most_common()
    tie = len(votes) > 1 and votes[0][1] == votes[1][1]
    verdict = "unsure" if tie else votes[0][0]
    last = next((row for row in reversed(stood) if row.verdict == verdict), stood[-1])
    sure = not tie and all(row.confidence == "high" for row in stood if row.verdict == verdict)
    return {
        "id": page.id,
        "source": SOURCE,
        "url": page.url,
        "domain": page.domain,
        "title": page.title if sent.html is not None else sent.title,  # a text's as it was scored with
        "html_inline" if sent.html is not None else "text": content,
        "verdict": verdict,
        "kind": last.kind if not tie else "",
        "copied": last.copied,
        "links": last.links,
        "confidence": "high" if sure else "low",
        "annotators": len(stood),
        "agreement": votes[0][1] / len(stood),
        "decided_at": last.at.isoformat(),
        "author": " ".join(row.author for row in stood),
        "policy": last.policy,
    }
