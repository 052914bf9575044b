"""The tables. Decisions and appeals are append-only: the database itself refuses to change or delete them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

AutoId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {datetime: UtcDateTime, str: Text}  # noqa: RUF012


class Key(Base):
    """An API key; its secret is kept as a SHA-256 only (it is random, so it needs no slow hash)."""

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str]
    rate_per_minute: Mapped[int | None]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Login(Base):
    """A moderator's session in the console; the cookie's value is kept as a SHA-256 only."""

    __tablename__ = "logins"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("keys.id"))
    csrf: Mapped[str]
    expires_at: Mapped[datetime]


class StoredPage(Base):
    """A page as it was sent once: other content at the same address is another page."""

    __tablename__ = "pages"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str]
    domain: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    given_title: Mapped[str]  # the title that was sent along with a text
    is_html: Mapped[bool]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)  # deflated UTF-8; none where not kept
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime] = mapped_column(index=True)
    seen: Mapped[int]
    reach: Mapped[int] = mapped_column(BigInteger)


class Score(Base):
    """What a model last said of a page."""

    __tablename__ = "scores"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float | None] = mapped_column(Float)
    label: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Promotion(Base):
    """A domain that a flagged page promotes."""

    __tablename__ = "promotions"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True, index=True)
    promoter: Mapped[str] = mapped_column(index=True)  # the page's domain


class Decision(Base):
    """A row of the ledger: what somebody said of a page or a domain, and what stood before their eyes.

    An undo is a row of its own: ``undoes`` names the row it takes back.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    page_id: Mapped[str | None] = mapped_column(ForeignKey("pages.id"), index=True)
    domain: Mapped[str] = mapped_column(index=True)
    verdict: Mapped[str]  # farm, legit, unsure, undo
    kind: Mapped[str]
    copied: Mapped[str]
    links: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str]
    author: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    policy: Mapped[str]
    model: Mapped[str]
    score: Mapped[float | None] = mapped_column(Float)
    item_id: Mapped[int | None] = mapped_column(AutoId)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    golden: Mapped[bool]  # given on a golden page: measures its author, teaches nothing


class Item(Base):
    """A page or a domain that waits for a moderator."""

    __tablename__ = "items"
    __table_args__ = (
        Index(
            "one_open_item",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND served_to = ''"),
            postgresql_where=text("closed_at IS NULL AND served_to = ''"),
        ),
    )

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    subject: Mapped[str]  # the page's id, or the domain
    page_id: Mapped[str | None] = mapped_column(ForeignKey("pages.id"), index=True)
    domain: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]  # uncertain, recurrence, appeal, golden
    uncertainty: Mapped[float] = mapped_column(Float)
    reach: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[float] = mapped_column(Float, index=True)  # uncertainty x reach
    wanted: Mapped[int]  # moderators that have to judge it
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str]
    claimed_until: Mapped[datetime | None]
    served_to: Mapped[str]  # the one moderator who sees a golden item; "" for all


class Skip(Base):
    """An item that a moderator left to others."""

    __tablename__ = "skips"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    author: Mapped[str] = mapped_column(primary_key=True)


class Golden(Base):
    """A page whose verdict is settled, to measure moderators by."""

    __tablename__ = "golden"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    verdict: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]


class Appeal(Base):
    """What a site's owner holds against a decision."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    page_id: Mapped[str | None] = mapped_column(ForeignKey("pages.id"))
    domain: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    contact: Mapped[str]
    author: Mapped[str]  # whose key it came in with
    at: Mapped[datetime]


class ListEntry(Base):
    """An entry of the allow list, the block list, or of the reasons switched off for a site."""

    __tablename__ = "list_entries"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    action: Mapped[str]  # allow, block, mute
    target: Mapped[str] = mapped_column(index=True)  # domain, domain/account or domain/path
    reason: Mapped[str]  # mute: the evidence code that no longer counts
    author: Mapped[str]
    at: Mapped[datetime]
    why: Mapped[str]
    evidence_url: Mapped[str]
    expires_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str]
