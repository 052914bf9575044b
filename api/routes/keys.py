"""API keys over HTTP, for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.models import KeyIn, KeyOut, NewKey
from api.problems import documented, not_found
from api.security import Admin
from api.service import Serving
from api.store.keys import create_key, list_keys, revoke_key

router = APIRouter(prefix="/v1/keys", tags=["keys"], responses=documented(401, 403, 422, 429, 503))


@router.get("")
def see(service: Serving, _: Admin) -> list[KeyOut]:
    """Return every key, without secrets."""
    with service.store.read() as session:
        return [KeyOut.model_validate(key) for key in list_keys(session)]


@router.post("", status_code=201, responses=documented(400, 408, 413, 415))
def create(given: KeyIn, service: Serving, _: Admin) -> NewKey:
    """Make a key. Its secret is in this answer and nowhere else."""
    with service.store.write() as session:
        key, secret = create_key(session, given.name, given.scope, given.rate_per_minute)
        session.flush()
        return NewKey(key=secret, **KeyOut.model_validate(key).model_dump())


@router.delete("/{key_id}", responses=documented(404))
def revoke(key_id: Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")], service: Serving, _: Admin) -> KeyOut:
    """Revoke a key and end its sessions; other processes refuse it within seconds."""
    with service.store.write() as session:
        key = revoke_key(session, key_id)
        if not key:
            raise not_found("key")
        answer = KeyOut.model_validate(key)
    service.keys.forget()
    return answer
