"""How moderators do: on golden pages, and against each other (Cohen 1960, "A coefficient of agreement")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.models import Agreement, Reviewer
from api.store.ledger import UNDO, standing
from api.store.tables import Decision, Golden


@dataclass(frozen=True, slots=True)
class Subject:
    """A page or a domain with the decisions that stand on it."""

    page_id: str | None
    domain: str
    decisions: tuple[Decision, ...]


def reviewers(session: Session) -> list[Reviewer]:
    """Return each moderator's number of decisions, and of right ones on golden pages."""
    counts = session.execute(
        select(Decision.author, func.count())
        .where(Decision.verdict != UNDO)
        .group_by(Decision.author)
        .order_by(Decision.author)
    ).all()
    truth = {golden.page_id: golden.verdict for golden in session.scalars(select(Golden))}
    judged: dict[str, list[bool]] = defaultdict(list)
    by_page: dict[str, list[Decision]] = defaultdict(list)
    for row in session.scalars(select(Decision).where(Decision.golden)):
        by_page[row.page_id or ""].append(row)
    for page_id, rows in by_page.items():
        for row in standing(rows):
            judged[row.author].append(row.verdict == truth.get(page_id))
    return [
        Reviewer(author=author, decisions=count, golden=len(judged[author]), golden_right=sum(judged[author]))
        for author, count in counts
    ]


def agreements(session: Session) -> list[Agreement]:
    """Return the agreement of each two moderators over what both judged."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for subject in judged_by_several(session):
        for one, other in combinations(sorted(subject.decisions, key=lambda row: row.author), 2):
            pairs[one.author, other.author].append((one.verdict, other.verdict))
    return [
        Agreement(
            authors=authors,
            pages=len(verdicts),
            agreed=sum(one == other for one, other in verdicts),
            kappa=kappa(verdicts),
        )
        for authors, verdicts in sorted(pairs.items())
    ]


def disagreements(session: Session, limit: int) -> list[Subject]:
    """Return what moderators judge differently, latest first."""
    found = [s for s in judged_by_several(session) if len({row.verdict for row in s.decisions}) > 1]
    return sorted(found, key=lambda subject: -subject.decisions[-1].id)[:limit]


def judged_by_several(session: Session) -> list[Subject]:
    """Return every page and domain on which decisions of several moderators stand."""
    rows: dict[tuple[str | None, str], list[Decision]] = defaultdict(list)
    several = (
        select(Decision.page_id, Decision.domain)
        .group_by(Decision.page_id, Decision.domain)
        .having(func.count(func.distinct(Decision.author)) > 1)
        .subquery()
    )
    same = (Decision.domain == several.c.domain) & (
        func.coalesce(Decision.page_id, "") == func.coalesce(several.c.page_id, "")
    )
    for row in session.scalars(select(Decision).join(several, same).order_by(Decision.id)):
        rows[row.page_id, row.domain].append(row)
    found = [Subject(page_id, domain, tuple(standing(own))) for (page_id, domain), own in rows.items()]
    return [subject for subject in found if len(subject.decisions) > 1]


def kappa(verdicts: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of paired verdicts, -1 to 1; None where chance alone explains full agreement."""
    total = len(verdicts)
    seen = {verdict for pair in verdicts for verdict in pair}
    observed = sum(one == other for one, other in verdicts) / total
    expected = sum(
        sum(one == verdict for one, _ in verdicts) * sum(other == verdict for _, other in verdicts)
        for verdict in seen
    ) / (total * total)
    return None if expected == 1 else (observed - expected) / (1 - expected)
