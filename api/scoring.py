"""A request's page to its verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from api.lists import Lists, judge
from api.models import BlockOut, Outcome, PageIn, PageOut, Promoted
from detector import Detector, Page, Verdict
from detector.naming import named_in_evidence

KEPT_TITLE = 300


@dataclass(frozen=True, slots=True)
class Scored:
    """A page with its verdict and what the lists make of it (None: nothing)."""

    sent: PageIn
    page_id: str
    page: Page
    verdict: Verdict
    body: bytes  # the verdict's one JSON form
    outcome: Outcome | None
    at: datetime

    @property
    def label(self) -> str:
        """The label after the lists."""
        return self.outcome.label if self.outcome else self.verdict.label.value


def score_page(sent: PageIn, detector: Detector, lists: Lists) -> Scored:
    """Parse and score a page."""
    page = read_page(sent)
    verdict = detector.score(page)
    matches = lists.matches(page.url, page.host)
    outcome = judge(verdict, matches, detector.model.thresholds) if matches else None
    return Scored(sent, page_id(sent), page, verdict, verdict.to_json(), outcome, datetime.now(UTC))


def read_page(sent: PageIn) -> Page:
    """Parse what was sent."""
    if sent.html is not None:
        return Page.from_html(sent.html, url=sent.url)
    return Page.from_text(sent.text or "", url=sent.url, title=sent.title)


def page_id(sent: PageIn) -> str:
    """Return a page's id: a digest of address and content, so other content is another page."""
    content = sent.html if sent.html is not None else sent.text or ""
    digest = hashlib.blake2b(digest_size=16, person=b"html" if sent.html is not None else b"text")
    for part in (sent.url, "" if sent.html is not None else sent.title, content):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()


def title_of(page: Page) -> str:
    """Return a page's title on one line, fit for the store."""
    return " ".join(page.metadata.title.replace("\x00", "").split())[:KEPT_TITLE]


def promoted(page: Page, verdict: Verdict) -> tuple[Promoted, ...]:
    """Return the foreign domains that stand where promotion was seen, in order of appearance."""
    return tuple(Promoted(**naming._asdict()) for naming in named_in_evidence(page, verdict, "promotion."))


def describe(scored_id: str, page: Page, verdict: Verdict) -> PageOut:
    """Return a page as the console shows it."""
    return PageOut(
        id=scored_id,
        url=page.url,
        domain=page.domain,
        title=title_of(page),
        text=page.text,
        blocks=[BlockOut(**block._asdict()) for block in page.blocks],
        promoted=list(promoted(page, verdict)),
    )
