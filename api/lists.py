"""Allow, block and mute entries against a page's address, and what they make of a verdict.

Entries written by moderators come from the store. Bulk lists are files in the forms that blockers read; they
are held as sorted 64-bit hashes (:class:`detector.blocklists.reputation.Reputation`), 9 bytes an entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scipy.special import expit
from sqlalchemy import func, select

from api.models import Action, Match, Outcome
from api.store import Store
from api.store.tables import ListEntry
from detector import Label, Verdict
from detector.blocklists.entries import normal_site, sites_above
from detector.blocklists.reading import ListFile
from detector.blocklists.reputation import Reputation
from detector.errors import ListError
from detector.explain import label_of
from detector.model import Thresholds

STORE_LIST = "entries"
"""Name of the list that moderators write."""

_RANK = (Action.ALLOW, Action.BLOCK, Action.MUTE)


@dataclass(frozen=True, slots=True)
class _Version:
    """Tells whether entries have changed since they were read: none is ever deleted."""

    entries: int  # counted, as an entry with a smaller id can be committed after one with a larger
    removed: int


class Lists:
    """Every list, looked up by address. Refreshed as a whole; a look-up sees the old or the new state."""

    def __init__(self, store: Store, files: Sequence[Path] = ()) -> None:
        self._store = store
        self._files = tuple(files)
        self._entries: dict[str, tuple[ListEntry, ...]] = {}
        self._version: _Version | None = None
        self._reputation = Reputation(())
        self._stamps: tuple[float, ...] = ()

    def refresh(self) -> None:
        """Read what has changed: entries first, which hold whatever becomes of a file.

        Raises OperationalError where the store is down, ListError.
        """
        self.refresh_entries()
        self._refresh_files()

    def refresh_entries(self) -> None:
        """Read what moderators have changed. Raises OperationalError where the store is down."""
        with self._store.read() as session:
            counts = select(func.count(ListEntry.id), func.count(ListEntry.removed_at))
            version = _Version(*session.execute(counts).one())
            if version != self._version:
                found: dict[str, list[ListEntry]] = defaultdict(list)
                for entry in session.scalars(select(ListEntry).where(ListEntry.removed_at.is_(None))):
                    found[normal_site(entry.target) or entry.target].append(entry)  # kept as sites once were
                self._entries = {target: tuple(entries) for target, entries in found.items()}
                self._version = version

    def matches(self, url: str, host: str) -> list[Match]:
        """Return the entries that hold for an address now: allow first, then block, then mute."""
        if not host or not (self._entries or len(self._reputation)):
            return []
        now = datetime.now(UTC)
        found = [
            _match(entry)
            for target in sites_above(host, url)
            for entry in self._entries.get(target, ())
            if entry.expires_at is None or entry.expires_at > now
        ]
        found += [
            Match(
                action=Action.BLOCK,
                target=listing.site,
                list=listing.source,
                date=listing.added.isoformat() if listing.added else "",
            )
            for listing in self._reputation.lookup(host, url)
        ]
        return sorted(found, key=lambda match: _RANK.index(match.action))

    def _refresh_files(self) -> None:
        try:
            stamps = tuple(path.stat().st_mtime for path in self._files)
        except OSError as error:
            raise ListError(f"{error.filename}: cannot be read ({error.strerror})") from error
        if stamps != self._stamps:
            self._reputation = Reputation(map(ListFile, self._files))
            self._stamps = stamps


def judge(verdict: Verdict, matches: list[Match], thresholds: Thresholds) -> Outcome:
    """Return what lists make of a verdict: allow beats block, both beat the model, less what is muted."""
    muted = {match.reason for match in matches if match.action is Action.MUTE}
    score, label = _without(verdict, muted, thresholds)
    actions = {match.action for match in matches}
    if Action.ALLOW in actions:
        return Outcome(label=Label.OK, score=score, by="allow", matches=matches)
    if Action.BLOCK in actions:
        return Outcome(label=Label.FARM, score=score, by="block", matches=matches)
    return Outcome(
        label=label, score=score, by="model" if score == verdict.score else "mute", matches=matches
    )


def _without(verdict: Verdict, muted: set[str], thresholds: Thresholds) -> tuple[float | None, Label]:
    """Return score and label without the features of muted reasons, which add up to the log-odds."""
    if verdict.score is None or not muted:
        return verdict.score, verdict.label
    gone = {feature for item in verdict.evidence if item.code in muted for feature in item.features} | muted
    if gone.isdisjoint(part.feature for part in verdict.contributions):
        return verdict.score, verdict.label
    rest = verdict.base + sum(c.log_odds for c in verdict.contributions if c.feature not in gone)
    return float(expit(rest)), label_of(rest, thresholds)


def _match(entry: ListEntry) -> Match:
    return Match(
        action=Action(entry.action),
        target=entry.target,
        list=STORE_LIST,
        id=entry.id,
        reason=entry.reason,
        why=entry.why,
        author=entry.author,
        date=entry.at.date().isoformat(),
    )
