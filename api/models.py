"""What goes in and out over HTTP, as pydantic models. ``docs/service.md`` tells the story."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from detector.blocklists.entries import normal_site
from detector.labelling import Judgement, Kind
from detector.parsing.domains import ascii_host, registrable_domain
from detector.verdict import Label as VerdictLabel

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
PAGE_ID = r"^[0-9a-f]{32}$"
MAX_ID = 2**63 - 1
MAX_GIVEN_ID = 200
"""Characters of the id that a line of a batch may give itself."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")  # pydantic alone would also take a number of seconds


def _no_null(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold null characters")
    return text


def _iso(value: object) -> object:
    if isinstance(value, str) and not _ISO.match(value):
        raise ValueError("must be a moment with time and zone, as 2026-11-23T12:00:00Z")
    return value


def _within_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the years 1 to 9999 of UTC") from None


def _site(text: str) -> str:
    site = normal_site(text)
    if not site:
        raise ValueError(
            "must be a domain, or a domain and a path of at most 8 parts, without scheme and query"
        )
    return site


def _domain(text: str) -> str:
    host = ascii_host(text.strip()).removeprefix("www.")
    if not registrable_domain(host):
        raise ValueError("must be a domain that can be registered")
    return host


Moment = Annotated[AwareDatetime, BeforeValidator(_iso), AfterValidator(_within_utc)]
Url = Annotated[str, Field(max_length=8192, pattern=NO_CONTROLS)]
ShortText = Annotated[str, Field(max_length=2000), AfterValidator(_no_null)]
PageId = Annotated[str, Field(pattern=PAGE_ID)]
RowId = Annotated[int, Field(ge=1, le=MAX_ID)]
Reach = Annotated[int, Field(ge=0, le=10**12)]
Domain = Annotated[str, Field(max_length=255), AfterValidator(_domain)]
Site = Annotated[str, Field(max_length=1000, pattern=NO_CONTROLS), AfterValidator(_site)]


class Scope(StrEnum):
    """What a key may do; each scope includes those before it."""

    SCORE = "score"
    REVIEW = "review"
    ADMIN = "admin"


class Reason(StrEnum):
    """Why an item waits in the queue."""

    UNCERTAIN = "uncertain"  # its score lies between the model's thresholds
    RECURRENCE = "recurrence"  # a domain that several flagged sites promote
    APPEAL = "appeal"  # its owner objects
    GOLDEN = "golden"  # never shown as such


class Action(StrEnum):
    """What a list entry does."""

    ALLOW = "allow"
    BLOCK = "block"
    MUTE = "mute"


class Input(BaseModel):
    """An input; unknown fields are refused, so that a misspelt one is never dropped silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageIn(Input):
    """A page: its address, and its HTML or its extracted text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://news.example/a",
                    "html": "<html><body><p>The council met on Monday …</p></body></html>",
                }
            ]
        }
    )

    url: Url = ""
    html: str | None = None
    text: str | None = None
    title: ShortText = Field(default="", description="Title, where a text comes without one.")
    reach: Reach | None = Field(default=None, description="How many people it reaches, in any one unit.")

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.html is None) == (self.text is None):
            raise ValueError("give either html or text")
        return self


class BatchItem(PageIn):
    """A line of a batch."""

    id: str = Field(default="", max_length=MAX_GIVEN_ID, description="Comes back with the verdict.")


class EvidenceOut(BaseModel):
    """A reason that can be checked: ``start`` and ``end`` count characters of the page's visible text."""

    code: str
    message: str
    start: int | None
    end: int | None
    excerpt: str
    features: list[str]
    weight: float


class ContributionOut(BaseModel):
    """What one feature adds, in log-odds."""

    feature: str
    family: str
    value: float | None
    log_odds: float


class VerdictOut(BaseModel):
    """A verdict: byte for byte what the library and the command line give."""

    url: str
    label: VerdictLabel
    score: float | None
    reason: str
    base: float
    families: dict[str, float]
    contributions: list[ContributionOut]
    evidence: list[EvidenceOut]
    flip: list[str]
    cuts: list[str]
    model: str


class Match(BaseModel):
    """A list entry that names the page's site; ``id`` is empty for an entry of a block list file."""

    action: Action
    target: str
    list: str
    id: int | None = None
    reason: str = ""
    why: str = ""
    author: str = ""
    date: str = ""


class Outcome(BaseModel):
    """What the lists make of a verdict: an allow entry beats a block entry, both beat the model."""

    label: VerdictLabel
    score: float | None = Field(description="The score without the reasons switched off for the site.")
    by: Literal["model", "mute", "block", "allow"]
    matches: list[Match]


class BlockOut(BaseModel):
    """A run of visible text."""

    start: int
    end: int
    region: str
    kind: str
    level: int


class Promoted(BaseModel):
    """A domain that the page promotes, and where it stands."""

    domain: str
    start: int
    end: int
    linked: bool


class PageOut(BaseModel):
    """A page as it was read. Its text is untrusted: show it as text, never as HTML."""

    id: str
    url: str
    domain: str
    title: str
    text: str
    blocks: list[BlockOut]
    promoted: list[Promoted]


class FullScore(BaseModel):
    """A verdict with what the lists say and the page as it was read (``explain=full``)."""

    verdict: VerdictOut
    outcome: Outcome
    page: PageOut


class LabelIn(Input):
    """A decision on a page (by id, or sent along) or on a domain."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "page": {"url": "https://news.example/a", "text": "The council met on Monday …"},
                    "verdict": "legit",
                    "kind": "news",
                    "note": "names its reporter and the people it quotes",
                },
                {"domain": "farm.example", "verdict": "farm", "kind": "pbn"},
            ]
        }
    )

    page_id: PageId | None = None
    page: PageIn | None = None
    domain: Domain | None = None
    verdict: Judgement
    kind: Kind = ""
    copied: Literal["", "yes", "licensed", "no", "unk"] = ""
    links: Literal["", "farm", "some", "none"] = ""
    confidence: Literal["high", "low"] = "high"
    note: ShortText = ""
    item_id: RowId | None = Field(default=None, description="The queue item that this decides.")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if sum(subject is not None for subject in (self.page_id, self.page, self.domain)) != 1:
            raise ValueError("give one of page_id, page and domain")
        return self


class Label(BaseModel):
    """A row of the ledger."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    page_id: str | None
    domain: str
    verdict: Literal["farm", "legit", "unsure", "undo"]
    kind: str
    copied: str
    links: str
    confidence: str
    note: str
    author: str
    at: datetime
    policy: str
    model: str = Field(description="The model in service when it was decided.")
    score: float | None = Field(description="The score that model gave.")
    item_id: int | None
    undoes: int | None


class AppealOut(BaseModel):
    """What an owner holds against a decision."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    page_id: str | None
    domain: str
    text: str
    contact: str
    at: datetime


class AppealIn(Input):
    """An owner's appeal, on a page or a domain."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"domain": "news.example", "text": "We hold a licence.", "contact": "desk@news.example"}
            ]
        }
    )

    page_id: PageId | None = None
    domain: Domain | None = None
    text: ShortText = Field(min_length=1)
    contact: ShortText = ""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.page_id is None) == (self.domain is None):
            raise ValueError("give either page_id or domain")
        return self


class ItemOut(BaseModel):
    """A queue item; ``page_id`` is empty where a whole domain is to be judged."""

    id: int
    page_id: str | None
    domain: str
    url: str
    title: str
    reason: Reason
    score: float | None
    label: str
    uncertainty: float
    reach: int
    priority: float
    wanted: int
    opened_at: datetime
    claimed_by: str
    claimed_until: datetime | None


class QueuePage(BaseModel):
    """Open items, first things first."""

    items: list[ItemOut]
    open: int


class ClaimIn(Input):
    """Which item to claim; none given: the first that fits."""

    reason: Reason | None = None
    domain: Domain | None = None


class ReleaseIn(Input):
    """How an item is given back."""

    skip: bool = Field(default=False, description="Do not offer it to me again.")


class PageDetail(BaseModel):
    """Everything about a stored page. ``verdict`` and ``page`` are empty where its text is no longer kept."""

    id: str
    url: str
    domain: str
    title: str
    first_seen: datetime
    last_seen: datetime
    seen: int
    reach: int
    verdict: VerdictOut | None
    outcome: Outcome | None
    page: PageOut | None
    labels: list[Label]
    appeals: list[AppealOut]


class ItemDetail(BaseModel):
    """A queue item with what a moderator needs to judge it."""

    item: ItemOut
    page: PageDetail | None
    domain: DomainOut


class Promoter(BaseModel):
    """A domain on the other end of a promotion, and how many flagged pages say so."""

    domain: str
    pages: int


class SeenPage(BaseModel):
    """A page of a domain, with its latest score."""

    id: str
    url: str
    title: str
    score: float | None
    label: str
    last_seen: datetime


class DomainOut(BaseModel):
    """What is known of a domain. Lists are cut to 100 entries."""

    domain: str
    pages: int
    labels: dict[str, int] = Field(description="Pages by the label that the latest model gave them.")
    mean_score: float | None
    recent: list[SeenPage]
    decisions: list[Label]
    appeals: list[AppealOut]
    promoted_by: list[Promoter]
    promotes: list[Promoter]
    lists: list[EntryOut]
    open_items: list[int]


class EntryIn(Input):
    """A list entry: a domain, ``domain/account`` or ``domain/path``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "block",
                    "target": "farm.example",
                    "why": "12 pages of copied news with a promotional footer",
                    "evidence_url": "https://tickets.example/17",
                    "expires_at": "2031-01-01T00:00:00Z",
                }
            ]
        }
    )

    action: Action
    target: Site
    why: ShortText = Field(min_length=1)
    reason: Annotated[str, Field(max_length=200, pattern=NO_CONTROLS)] = Field(
        default="", description="mute: the evidence code or feature that no longer counts for the site."
    )
    evidence_url: Url = ""
    expires_at: Moment | None = None

    @model_validator(mode="after")
    def _reason_where_muted(self) -> Self:
        if (self.action is Action.MUTE) != bool(self.reason):
            raise ValueError("a mute entry, and no other, names the reason it switches off")
        return self


class EntryOut(BaseModel):
    """A list entry with who made it, and who removed it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    action: Action
    target: str
    reason: str
    author: str
    at: datetime
    why: str
    evidence_url: str
    expires_at: datetime | None
    removed_at: datetime | None
    removed_by: str


class KeyIn(Input):
    """A key to make. The name stands in the ledger as the author of what is decided with the key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "ana", "scope": "review"}]})

    name: str = Field(pattern=r"^[A-Za-z0-9._@-]{1,64}$")
    scope: Scope
    rate_per_minute: int | None = Field(default=None, ge=1, le=10**6)


class KeyOut(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    scope: Scope
    rate_per_minute: int | None
    created_at: datetime
    revoked_at: datetime | None


class NewKey(KeyOut):
    """A key at the one time that its secret is shown."""

    key: str


class LoginIn(Input):
    """A key to log in to the console with."""

    key: str = Field(max_length=200)


class SessionOut(BaseModel):
    """Who is logged in, and the token that each changing request has to carry."""

    author: str
    scope: Scope
    csrf_token: str
    expires_at: datetime


class GoldenIn(Input):
    """A page whose verdict is settled."""

    page_id: PageId
    verdict: Literal["farm", "legit"]


class Reviewer(BaseModel):
    """How a moderator does on golden pages."""

    author: str
    decisions: int
    golden: int
    golden_right: int


class Agreement(BaseModel):
    """Cohen's kappa of two moderators over the pages that both judged; empty where it is undefined."""

    authors: tuple[str, str]
    pages: int
    agreed: int
    kappa: float | None


class Reviewers(BaseModel):
    """Moderators, and how far each two agree."""

    reviewers: list[Reviewer]
    agreements: list[Agreement]


class Disagreement(BaseModel):
    """A page or domain that moderators judge differently, with the decisions that stand."""

    page_id: str | None
    domain: str
    url: str
    labels: list[Label]


class FeatureOut(BaseModel):
    """A feature of the schema."""

    name: str
    unit: str
    meaning: str


class ModelOut(BaseModel):
    """The model in service."""

    model: str
    loaded_at: datetime
    thresholds: dict[str, float]
    features: list[FeatureOut]
    manifest: dict[str, Any]
    shadow: str | None
    problem: str = Field(description="Why the latest model in the folder could not be used; else empty.")


class Difference(BaseModel):
    """A page that two models see differently."""

    page_id: str
    url: str
    score: float | None
    shadow_score: float | None
    label: str
    shadow_label: str


class ShadowOut(BaseModel):
    """How the shadow model's verdicts differ from those of the model in service, on the same pages."""

    model: str
    shadow: str | None
    pages: int
    mean_difference: float | None = Field(description="Mean of the absolute difference in score.")
    labels: dict[str, int] = Field(description="Pages by 'label in service > label in shadow'.")
    largest: list[Difference]


class Health(BaseModel):
    """Whether the service can do its work."""

    status: Literal["ok", "unready"]
    checks: dict[str, str]


ItemDetail.model_rebuild()
DomainOut.model_rebuild()
