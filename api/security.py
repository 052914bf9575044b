"""Who is calling, what they may do, and how often: bearer keys, and console sessions with CSRF tokens."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.models import Scope
from api.problems import Problem
from api.service import service_of
from api.store.keys import Principal, SessionInfo, find_session

COOKIE = "chaffinch_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

_bearer = HTTPBearer(auto_error=False, description="An API key, made by `chaffinch keys create`.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="A console session.")


class Require:
    """A dependency that lets in who has a scope, and counts the request."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        bearer: Annotated[object, Depends(_bearer)],
        cookie: Annotated[object, Depends(_cookie)],
    ) -> Principal:
        """Return who is calling. Both schemes stand here for the contract alone."""
        return await self.admit(request)

    async def admit(self, request: Request) -> Principal:
        """Return who is calling. Raises Problem 401, 403 or 429."""
        service = service_of(request)
        if token := _bearer_token(request):
            keys = service.keys
            principal = keys.fresh(token) or await run_in_threadpool(keys.look_up, token)
            if not principal:
                raise unauthorised("this API key is unknown or revoked")
        elif cookie := request.cookies.get(COOKIE):
            principal = (await run_in_threadpool(checked_session, request, cookie)).principal
        else:
            raise unauthorised("give an API key as a bearer token, or log in")
        request.state.principal = principal.name
        service.rates.hit(principal.key_id, principal.rate_per_minute or service.settings.rate_per_minute)
        if not principal.may(self.scope):
            raise Problem(
                403, "forbidden", f"this needs the scope {self.scope}, your key has {principal.scope}"
            )
        return principal


require_scorer = Require(Scope.SCORE)

Scorer = Annotated[Principal, Depends(require_scorer)]
Moderator = Annotated[Principal, Depends(Require(Scope.REVIEW))]
Admin = Annotated[Principal, Depends(Require(Scope.ADMIN))]


def checked_session(request: Request, cookie: str) -> SessionInfo:
    """Return a cookie's session.

    Raises Problem 401 where it is over, 403 where a changing request lacks the session's CSRF token.
    """
    with service_of(request).store.read() as session:
        found = find_session(session, cookie)
    if not found:
        raise unauthorised("the session is over: log in again")
    if request.method not in SAFE_METHODS:
        given = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(given.encode(), found.csrf.encode()):
            raise Problem(403, "csrf", f"the header {CSRF_HEADER} does not hold this session's token")
    return found


def _bearer_token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def unauthorised(detail: str) -> Problem:
    """Return the problem of a caller who is not known."""
    return Problem(401, "unauthorised", detail, {"WWW-Authenticate": "Bearer"})
