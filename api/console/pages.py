"""The console's pages and static files. A page is a shell with the session's CSRF token; the API fills it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Request
from fastapi.security import APIKeyCookie
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console.report import Report, read_report
from api.middleware import CONSOLE_POLICY
from api.models import Reason
from api.problems import Problem, not_found
from api.security import COOKIE, checked_session
from api.service import Serving
from api.store.keys import SessionInfo
from detector.labelling import Kind

HOME = "/console"
LOGIN = "/console/login"
POLICY = f"{CONSOLE_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
"""Beside the usual: the browser itself refuses to make markup out of a string."""
PLOT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""matplotlib writes style attributes; a plot runs nothing and loads nothing."""

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    media_type: str
    etag: str


def _load_assets(folder: Path) -> dict[str, _Asset]:
    return {
        path.name: _Asset(body, _MEDIA_TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:20]}"')
        for path in folder.iterdir()
        if path.suffix in _MEDIA_TYPES and (body := path.read_bytes())
    }


_assets = _load_assets(Path(__file__).with_name("static"))
_templates = Environment(
    loader=PackageLoader("api.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def _viewer(
    request: Request, cookie: Annotated[str | None, Depends(APIKeyCookie(name=COOKIE, auto_error=False))]
) -> SessionInfo:
    """Return who is logged in. Raises Problem 303, to the page for that, where nobody is."""
    try:
        return checked_session(request, cookie or "")
    except Problem as problem:
        wanted = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="")
        raise Problem(303, "log-in", problem.detail, {"Location": f"{LOGIN}?next={wanted}"}) from None


Viewer = Annotated[SessionInfo, Depends(_viewer)]


@router.get("/")
def root() -> Response:
    """Lead to the console."""
    return RedirectResponse(HOME, 307)


@router.get(LOGIN)
def log_in() -> Response:
    """Show where to log in."""
    return _html("login", None)


@router.get(HOME)
def score(viewer: Viewer) -> Response:
    """Show where to score a page, or a page that was scored (``?page=ID``)."""
    return _html("score", viewer, kinds=_kinds())


@router.get("/console/queue")
def queue(viewer: Viewer) -> Response:
    """Show the review queue."""
    reasons = [reason.value for reason in Reason if reason is not Reason.GOLDEN]
    return _html("queue", viewer, kinds=_kinds(), reasons=reasons)


@router.get("/console/decisions")
def decisions(viewer: Viewer) -> Response:
    """Show the ledger, disagreements and agreement."""
    return _html("decisions", viewer)


@router.get("/console/lists")
def lists(viewer: Viewer) -> Response:
    """Show list entries, and to an admin where to add one (``?action=&target=&reason=`` fill it in)."""
    return _html("lists", viewer)


@router.get("/console/domain")
def domain(viewer: Viewer) -> Response:
    """Show what is known of a domain (``?name=DOMAIN``)."""
    return _html("domain", viewer, kinds=_kinds())


@router.get("/console/model")
def model(viewer: Viewer, service: Serving) -> Response:
    """Show the model in service, with the plots of its training report where that stands beside it."""
    report = read_report(service.settings.model)
    return _html("model", viewer, plots=[plot.title for plot in report.plots] if report else None)


@router.get("/console/report")
def report(_: Viewer, service: Serving) -> Response:
    """Return the whole training report, as a page that can do nothing."""
    found = _report(service)
    return HTMLResponse(found.html, headers={"Content-Security-Policy": found.policy})


@router.get("/console/report/{number}.svg")
def plot(number: int, _: Viewer, service: Serving) -> Response:
    """Return a plot of the training report."""
    plots = _report(service).plots
    if not 0 <= number < len(plots):
        raise not_found("plot")
    return Response(
        plots[number].svg, media_type="image/svg+xml", headers={"Content-Security-Policy": PLOT_POLICY}
    )


@router.get("/console/static/{name}")
def static(name: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Return a static file; browsers keep it and ask whether it is still the same."""
    asset = _assets.get(name)
    if not asset:
        raise not_found("file")
    headers = {"ETag": asset.etag, "Cache-Control": "no-cache"}
    if asset.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)


def _html(page: str, viewer: SessionInfo | None, **values: Any) -> Response:
    html = _templates.get_template(f"{page}.html").render(page=page, viewer=viewer, **values)
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})


def _kinds() -> list[str]:
    return [kind for kind in get_args(Kind) if kind]


def _report(service: Serving) -> Report:
    found = read_report(service.settings.model)
    if not found:
        raise not_found("report")
    return found
