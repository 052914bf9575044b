"""What the service does by itself: schema, models and lists kept current, old page texts forgotten."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from api.service import Service
from api.store.pages import forget_contents
from detector.errors import ListError

log = logging.getLogger("chaffinch.upkeep")

FORGET_SECONDS = 3600.0


class Upkeep:
    """Runs beside the requests; a failure is logged once and tried again, so a store comes back."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._has_schema = False
        self._forgot_at: float | None = None
        self._problem: tuple[str, str] | None = None

    async def run(self) -> None:
        """Look after things until cancelled."""
        while True:
            await asyncio.sleep(self._service.settings.reload_seconds)
            await asyncio.to_thread(self.once)

    def once(self) -> None:
        """Look after everything once."""
        self._service.model.refresh()
        if self._service.shadow:
            self._service.shadow.refresh()
        try:
            if not self._has_schema:
                self._service.store.upgrade()
                self._has_schema = True
            self._forget()
            self._service.lists.refresh()
            self._problem = None
        except SQLAlchemyError as error:
            self._warn("the store can't be used", type(error).__name__)
        except ListError as error:
            self._warn("a block list can't be used", str(error))

    def _warn(self, message: str, error: str) -> None:
        if self._problem != (message, error):
            self._problem = message, error
            log.warning(message, extra={"error": error})

    def _forget(self) -> None:
        if self._forgot_at is not None and time.monotonic() - self._forgot_at < FORGET_SECONDS:
            return
        settings = self._service.settings
        with self._service.store.write() as session:
            forget_contents(
                session, datetime.now(UTC), settings.retention_days, settings.labelled_retention_days
            )
        self._forgot_at = time.monotonic()
