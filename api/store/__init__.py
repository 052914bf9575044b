"""The store: what was seen, decided, listed and queued, in SQLite or PostgreSQL."""

from api.store.engine import Store

__all__ = ["Store"]
