"""API keys and console sessions. Secrets are random, shown once, and kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.models import Scope
from api.store.tables import Key, Login

PREFIX = "chaffinch"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling, and what they may do."""

    key_id: str
    name: str
    scope: Scope
    rate_per_minute: int | None

    def may(self, wanted: Scope) -> bool:
        """Tell whether the scope includes ``wanted``."""
        order = list(Scope)
        return order.index(self.scope) >= order.index(wanted)


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A console session."""

    principal: Principal
    csrf: str
    expires_at: datetime


def create_key(
    session: Session, name: str, scope: Scope, rate_per_minute: int | None = None
) -> tuple[Key, str]:
    """Make a key; return it with the whole secret, which can't be had again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = Key(
        id=key_id,
        name=name,
        digest=_digest(secret),
        scope=scope.value,
        rate_per_minute=rate_per_minute,
        created_at=datetime.now(UTC),
        revoked_at=None,
    )
    session.add(key)
    return key, f"{PREFIX}_{key_id}_{secret}"


def revoke_key(session: Session, key_id: str) -> Key | None:
    """Revoke a key and end its sessions; None where there is no such key."""
    key = session.get(Key, key_id)
    if key:
        key.revoked_at = key.revoked_at or datetime.now(UTC)
        session.execute(delete(Login).where(Login.key_id == key_id))
    return key


def list_keys(session: Session) -> list[Key]:
    """Return every key, oldest first."""
    return list(session.scalars(select(Key).order_by(Key.created_at, Key.id)))


def find_principal(session: Session, token: str) -> Principal | None:
    """Return who a key belongs to; None where it is unknown, wrong or revoked."""
    prefix, _, rest = token.partition("_")
    key_id, _, secret = rest.partition("_")
    key = session.get(Key, key_id) if prefix == PREFIX and key_id.isalnum() else None
    if not key or key.revoked_at or not secrets.compare_digest(key.digest, _digest(secret)):
        return None
    return _principal(key)


def open_session(session: Session, principal: Principal, hours: float) -> tuple[str, SessionInfo]:
    """Open a console session; return the cookie's value and the session. Old sessions are swept out."""
    now = datetime.now(UTC)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires = now + timedelta(hours=hours)
    session.execute(delete(Login).where(Login.expires_at < now))
    session.add(Login(digest=_digest(token), key_id=principal.key_id, csrf=csrf, expires_at=expires))
    return token, SessionInfo(principal, csrf, expires)


def find_session(session: Session, token: str) -> SessionInfo | None:
    """Return the session of a cookie; None where it is unknown or over, or its key is revoked."""
    login = session.get(Login, _digest(token))
    if not login or login.expires_at < datetime.now(UTC):
        return None
    key = session.get(Key, login.key_id)
    return SessionInfo(_principal(key), login.csrf, login.expires_at) if key and not key.revoked_at else None


def close_session(session: Session, token: str) -> None:
    """End a console session."""
    session.execute(delete(Login).where(Login.digest == _digest(token)))


def _principal(key: Key) -> Principal:
    return Principal(key.id, key.name, Scope(key.scope), key.rate_per_minute)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
