"""A service that a browser can reach."""

from dataclasses import dataclass
from pathlib import Path

from api.models import Scope
from api.service import Service
from api.store.keys import create_key


@dataclass
class Site:
    """A running service."""

    address: str
    service: Service
    model: Path

    def key(self, name: str, scope: Scope = Scope.REVIEW) -> str:
        """Make a key; return its secret."""
        with self.service.store.write() as session:
            return create_key(session, name, scope)[1]
