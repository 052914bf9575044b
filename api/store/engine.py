"""One store behind a URL: connections, transactions, and the schema brought up to date.

SQLite runs in WAL mode with ``synchronous=FULL``, so that what was acknowledged survives a kill and a power
cut; its write transactions begin IMMEDIATE, so that two writers queue up instead of failing half-way. What a
statement was given (texts of pages, notes, appeals) is hidden from errors, which end in logs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session

from detector.errors import ChaffinchError

MIGRATIONS = Path(__file__).parent / "migrations"
_POSSIBLE = "give sqlite:///FILE, or postgresql://… after pip install '.[postgres]'"
_WRITE = "chaffinch_write"
_UPGRADE_LOCK = 0x63686166  # of PostgreSQL's advisory locks


class StoreError(ChaffinchError):
    """The store's URL can't be used."""


class Store:
    """Gives sessions on a database. Opening one does not connect: the first use does."""

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session to read with."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or rolled back as a whole."""
        engine = self.engine.execution_options(**{_WRITE: True})
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self) -> None:
        """Bring the schema up to date; does nothing where it is."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.execution_options(**{_WRITE: True}).begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            head = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() != head:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    def check(self) -> None:
        """Make one round trip. Raises sqlalchemy.exc.OperationalError where the store is down."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close idle connections."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            if parsed.database in {None, "", ":memory:"}:
                raise StoreError(f"{url}: a store must outlive its process: give sqlite:///FILE")
            engine = create_engine(
                parsed, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False}
            )
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        if parsed.get_backend_name() != "postgresql":
            raise StoreError(f"store: {parsed.get_backend_name()} can't be used: {_POSSIBLE}")
        return create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            pool_timeout=5,
            connect_args={"connect_timeout": 5},
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"store: {error}: {_POSSIBLE}") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
