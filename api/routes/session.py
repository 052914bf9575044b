"""Logging in to the console: a key is exchanged for a session cookie and a CSRF token."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import APIKeyCookie
from starlette.responses import Response

from api.models import LoginIn, Scope, SessionOut
from api.problems import Problem, documented
from api.security import COOKIE, checked_session, unauthorised
from api.service import Serving
from api.store.keys import SessionInfo, close_session, find_principal, open_session

Cookie = Annotated[str | None, Depends(APIKeyCookie(name=COOKIE, auto_error=False))]

router = APIRouter(prefix="/console", tags=["session"], responses=documented(401, 403, 422, 429, 503))


@router.post("/login", responses=documented(400, 408, 413, 415))
def log_in(given: LoginIn, request: Request, response: Response, service: Serving) -> SessionOut:
    """Exchange a key with the scope review or admin for a session cookie.

    Every later request that changes something has to carry `csrf_token` in the header X-CSRF-Token.
    """
    address = request.client.host if request.client else ""
    service.rates.hit(f"login {address}", service.settings.logins_per_minute)
    with service.store.write() as session:
        principal = find_principal(session, given.key)
        if not principal:
            raise unauthorised("this API key is unknown or revoked")
        if not principal.may(Scope.REVIEW):
            raise Problem(403, "forbidden", "the console needs a key with the scope review or admin")
        token, opened = open_session(session, principal, service.settings.session_hours)
    response.set_cookie(
        COOKIE,
        token,
        max_age=round(service.settings.session_hours * 3600),
        secure=service.settings.secure_cookies,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return _out(opened)


@router.get("/session")
def session(request: Request, cookie: Cookie) -> SessionOut:
    """Tell who is logged in, and the session's CSRF token."""
    return _out(_found(request, cookie))


@router.post("/logout", status_code=204)
def log_out(request: Request, cookie: Cookie, service: Serving) -> Response:
    """End the session."""
    _found(request, cookie)
    with service.store.write() as session:
        close_session(session, cookie or "")
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", secure=service.settings.secure_cookies, httponly=True)
    return response


def _found(request: Request, cookie: str | None) -> SessionInfo:
    if not cookie:
        raise unauthorised("nobody is logged in")
    return checked_session(request, cookie)


def _out(found: SessionInfo) -> SessionOut:
    return SessionOut(
        author=found.principal.name,
        scope=found.principal.scope,
        csrf_token=found.csrf,
        expires_at=found.expires_at,
    )
