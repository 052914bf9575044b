"""What an operator can set, each by an environment variable with the prefix ``CHAFFINCH_``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from detector.detector import SHIPPED

PREFIX = "CHAFFINCH_"


class Settings(BaseSettings):
    """Settings of the service. Durations are in seconds, sizes in bytes, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    store: str = Field(
        default="sqlite:///chaffinch.db", description="Where decisions are kept: an SQLite or PostgreSQL URL."
    )
    model: Path = Field(
        default=SHIPPED, description="Folder of the model in service; watched, reloaded on promote."
    )
    shadow_model: Path | None = Field(
        default=None, description="Folder of a second model that scores in silence."
    )
    reload_seconds: float = Field(
        default=2.0, gt=0, description="How often model and list files are looked at."
    )

    max_body: int = Field(default=8 << 20, gt=0, description="Largest body, after decompression.")
    max_batch_body: int = Field(
        default=1 << 30, gt=0, description="Largest body of a batch, after decompression."
    )
    body_seconds: float = Field(default=20.0, gt=0, description="Time in which a body has to arrive whole.")
    idle_seconds: float = Field(default=20.0, gt=0, description="Longest silence inside a batch.")
    rate_per_minute: int = Field(
        default=6000, gt=0, description="Requests a minute and key, in each worker, where the key sets none."
    )
    logins_per_minute: int = Field(
        default=10, gt=0, description="Attempts to log in, a minute and client address."
    )

    session_hours: float = Field(default=12.0, gt=0, description="How long a moderator stays logged in.")
    secure_cookies: bool = Field(
        default=True, description="Send the session's cookie over HTTPS (and to localhost) only."
    )
    claim_minutes: float = Field(
        default=15.0, gt=0, description="How long a claimed item is kept for its moderator."
    )
    policy: str = Field(
        default="1", max_length=64, description="Version of the labelling policy, kept with decisions."
    )

    second_review_share: float = Field(
        default=0.1, ge=0, le=1, description="Share of items that two moderators judge."
    )
    golden_every: int = Field(
        default=20, ge=0, description="Every so many decisions a moderator meets a golden page; 0 for never."
    )
    recurrence: int = Field(
        default=3,
        ge=2,
        description="Flagged domains that must promote a domain before it is queued by itself.",
    )
    retention_days: int = Field(
        default=90, ge=0, description="Days that the text of a page without a decision is kept; 0 keeps none."
    )
    labelled_retention_days: int | None = Field(
        default=None, ge=0, description="Days that the text of a decided page is kept; none set: for good."
    )
    block_lists: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Block list files, separated by colons, in any form that blockers read."
    )

    @field_validator("block_lists", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, value.split(":"))) if isinstance(value, str) else value
