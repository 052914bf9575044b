"""Records scored pages behind the requests, in batches on a thread: scoring never waits for the store.

What was scored is no promise to keep (decisions are: those are written before they are acknowledged). While
the store is down, pages wait in memory up to a limit; what does not fit is dropped, and counted.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from threading import Condition, Thread

from sqlalchemy.exc import SQLAlchemyError

from api.drift import Drift
from api.lists import judge
from api.metrics import Metrics
from api.reload import Slot
from api.scoring import Scored, promoted, title_of
from api.store import Store
from api.store.pages import Observation, QueueRules, ScoreRow, put_scores, record
from detector import Verdict
from detector.model import Thresholds

log = logging.getLogger("chaffinch.recorder")

BATCH = 100
MAX_WAITING = 5_000
MAX_BYTES = 128 << 20
"""Characters of page content that may wait."""
RETRY_SECONDS = 2.0
LINGER_SECONDS = 0.5
"""How long a page waits for others to be written with: a transaction costs as much as scoring a page."""
KEPT_LABELS = {"farm", "review"}
"""Labels of pages whose content is kept, for a moderator to look at."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    scored: Scored
    drift: Drift
    size: int


class Recorder:
    """Takes scored pages and writes them; a shadow model, where there is one, scores them on the way."""

    def __init__(
        self, store: Store, rules: QueueRules, keep_content: bool, shadow: Slot | None, metrics: Metrics
    ) -> None:
        self._store = store
        self._rules = rules
        self._keep_content = keep_content
        self._shadow = shadow
        self._metrics = metrics
        self._waiting: deque[_Waiting] = deque()
        self._size = 0
        self._busy = False
        self._flushing = False
        self._stopping = False
        self._change = Condition()
        self._thread = Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, scored: Scored, drift: Drift) -> None:
        """Take a scored page, to be written and counted in its model's drift; returns at once."""
        size = len(scored.sent.html or scored.sent.text or "")
        with self._change:
            if len(self._waiting) >= MAX_WAITING or self._size + size > MAX_BYTES:
                self._metrics.dropped.inc()
                return
            self._waiting.append(_Waiting(scored, drift, size))
            self._size += size
            if len(self._waiting) in (1, BATCH):  # what the thread waits for
                self._change.notify_all()

    def flush(self, seconds: float) -> bool:
        """Wait until everything is written; return False where that takes longer."""
        with self._change:
            self._flushing = True
            self._change.notify_all()
            done = self._change.wait_for(lambda: not self._waiting and not self._busy, seconds)
            self._flushing = False
            return done

    def stop(self, seconds: float) -> None:
        """Write what waits, for so many seconds at most, and end."""
        self.flush(seconds)
        with self._change:
            self._stopping = True
            self._change.notify_all()
        self._thread.join(seconds)

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._write([waiting.scored for waiting in batch])
                for waiting in batch:
                    waiting.drift.add(waiting.scored.verdict)
            except SQLAlchemyError as error:
                log.warning("pages not recorded yet", extra={"error": type(error).__name__})
                self._put_back(batch)
            except Exception:
                log.exception("pages could not be recorded")
                self._metrics.dropped.inc(len(batch))
            with self._change:
                self._busy = False
                self._metrics.waiting.set(len(self._waiting))
                self._change.notify_all()

    def _take(self) -> list[_Waiting]:
        with self._change:
            self._change.wait_for(lambda: bool(self._waiting) or self._stopping)
            self._change.wait_for(self._is_time, LINGER_SECONDS)
            if self._stopping:
                return []
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._size -= sum(waiting.size for waiting in batch)
            self._busy = True
            return batch

    def _is_time(self) -> bool:
        return len(self._waiting) >= BATCH or self._flushing or self._stopping

    def _put_back(self, batch: list[_Waiting]) -> None:
        with self._change:
            self._waiting.extendleft(reversed(batch))
            self._size += sum(waiting.size for waiting in batch)
            self._change.wait_for(lambda: self._stopping, RETRY_SECONDS)

    def _observation(self, scored: Scored) -> Observation:
        return observation_of(scored, self._keep_content and scored.label in KEPT_LABELS)

    def _write(self, batch: list[Scored]) -> None:
        shadow = self._shadow.current if self._shadow else None
        in_shadow = [shadow.detector.score(scored.page) for scored in batch] if shadow else []
        with self._store.write() as session:
            record(session, [self._observation(scored) for scored in batch], self._rules)
            if shadow:
                thresholds = shadow.detector.model.thresholds
                rows = [_shadow_row(*pair, thresholds) for pair in zip(batch, in_shadow, strict=True)]
                put_scores(session, rows)
        for scored, verdict in zip(batch if shadow else (), in_shadow, strict=True):
            self._metrics.shadow.labels(scored.verdict.label.value, verdict.label.value).inc()
            if scored.verdict.score is not None and verdict.score is not None:
                self._metrics.shadow_difference.observe(abs(scored.verdict.score - verdict.score))


def observation_of(scored: Scored, keep_content: bool) -> Observation:
    """Return what is recorded of a scored page."""
    sent, page, verdict = scored.sent, scored.page, scored.verdict
    targets = promoted(page, verdict) if scored.label == "farm" and page.domain else ()
    return Observation(
        page_id=scored.page_id,
        url=sent.url,
        domain=page.domain,
        title=title_of(page),
        sent=sent if keep_content else None,
        is_html=sent.html is not None,
        given_title=sent.title,
        reach=sent.reach or 0,
        model=verdict.model,
        score=verdict.score,
        label=scored.label,
        targets=tuple(target.domain for target in targets),
        at=scored.at,
    )


def _shadow_row(scored: Scored, verdict: Verdict, thresholds: Thresholds) -> ScoreRow:
    """Return what a shadow model says of a page, after the lists, as the row beside it in service."""
    label = judge(verdict, scored.outcome.matches, thresholds).label if scored.outcome else verdict.label
    return ScoreRow(scored.page_id, verdict.model, verdict.score, label.value, scored.at)
