"""Scoring: one page, or a stream of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.direct import Direct
from api.lists import judge
from api.models import MAX_GIVEN_ID, BatchItem, FullScore, Match, PageIn, VerdictOut
from api.problems import Problem, documented, invalid, problem_body
from api.reload import Loaded
from api.scoring import Scored, describe, score_page
from api.security import require_scorer
from api.service import Service, service_of

NDJSON = "application/x-ndjson"
JSON = "application/json"
OUTCOME_HEADER = "Chaffinch-Outcome"
MATCHES_HEADER = "Chaffinch-Matches"
PAGE_HEADER = "Chaffinch-Page"

EXPLAIN = ("", "full")

router = APIRouter(
    prefix="/v1/score", tags=["score"], route_class=Direct, dependencies=[Depends(require_scorer)]
)


def _body_of(model: type[PageIn], media_type: str) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _query_of(name: str, values: Sequence[str], description: str) -> dict[str, Any]:
    said = {"description": description}
    schema = {"type": "string", "enum": [*values], "default": values[0], "title": name.capitalize(), **said}
    return {"parameters": [{"name": name, "in": "query", "required": False, "schema": schema, **said}]}


class _Duplex(Response):
    """Streams an answer while the request's body still comes in.

    Starlette's StreamingResponse waits for a disconnect on the same channel and so swallows the body.
    """

    media_type = NDJSON

    def __init__(self, lines: AsyncIterator[bytes]) -> None:
        super().__init__()
        del self.headers["content-length"]
        self.lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async for line in self.lines:
            await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@router.post(
    "",
    response_model=VerdictOut | FullScore,
    responses=documented(400, 401, 403, 408, 413, 415, 422, 429, 503),
    openapi_extra={
        **_body_of(PageIn, JSON),
        **_query_of("explain", EXPLAIN, "full: also what the lists say, and the page as it was read."),
    },
)
async def score(request: Request) -> Response:
    """Score a page.

    The body is the verdict, byte for byte as the library and the command line give it. What lists make of it
    is in the headers: Chaffinch-Outcome (the label after the lists) and Chaffinch-Matches (which entries).
    """
    explain = request.query_params.get("explain", EXPLAIN[0])
    if explain not in EXPLAIN:
        raise invalid([{"loc": ("query", "explain"), "msg": f"must be one of {EXPLAIN}"}])
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "not-json", f"send the page as {JSON}")
    raw = await request.body()
    service = service_of(request)
    loaded = service.loaded()
    scored = await service.scoring(len(raw)).call(_score_raw, raw, loaded, service)
    body = scored.body if not explain else _full(scored, loaded)
    after = BackgroundTask(_note_after, service, loaded, scored)
    return Response(body, media_type=JSON, headers=_headers(scored), background=after)


@router.post(
    "/batch",
    responses={
        200: {
            "content": {NDJSON: {"schema": {"type": "string"}}},
            "description": "A line for each line sent.",
        },
        **documented(400, 401, 403, 408, 413, 415, 429, 503),
    },
    openapi_extra=_body_of(BatchItem, NDJSON),
    response_class=Response,
)
async def score_batch(request: Request) -> Response:
    """Score pages line by line (NDJSON in, NDJSON out), in order; read the answer while you send.

    Each line of the answer has `index` (of the line, from 0), `id` where one was given, and `verdict` and
    `outcome`, or `error`: a line that can't be used does not stop the others.
    """
    return _Duplex(_answers(request, service_of(request)))


async def _answers(request: Request, service: Service) -> AsyncIterator[bytes]:
    index = 0
    try:
        async for line in _lines(request, service.settings.max_body):
            if line is None:
                yield _error(index, "", Problem(413, "too-large", "this line is too long"))
            elif line.strip():
                yield await service.scoring(len(line)).call(_answer, index, line, service)
            index += 1
    except ClientDisconnect:
        return
    except HTTPException as error:  # the body broke a limit; what came before was answered
        yield _error(index, "", error if isinstance(error, Problem) else Problem(400, "bad-request", ""))


async def _lines(request: Request, limit: int) -> AsyncIterator[bytes | None]:
    """Yield the lines of a body as they come; None for one above the limit."""
    rest = bytearray()
    skipping = False
    async for chunk in request.stream():
        *whole, tail = chunk.split(b"\n")
        for piece in whole:
            yield None if skipping or len(rest) + len(piece) > limit else bytes(rest) + piece
            rest.clear()
            skipping = False
        skipping = skipping or len(rest) + len(tail) > limit
        rest += b"" if skipping else tail
    if skipping or rest:
        yield None if skipping else bytes(rest)


def _answer(index: int, line: bytes, service: Service) -> bytes:
    """Return the line that answers a line."""
    given = ""
    try:
        loaded = service.loaded()
        plain = _plain(line)
        given = _id_of(plain)
        scored = score_page(BatchItem.model_validate(plain), loaded.detector, service.lists)
    except ValidationError as error:
        return _error(index, given, invalid(error.errors()))
    except Problem as problem:
        return _error(index, given, problem)
    _note(service, loaded, scored)
    outcome = scored.outcome.model_dump_json().encode() if scored.outcome else b"null"
    return b'{"index":%d,"id":%s,"verdict":%s,"outcome":%s}\n' % (
        index,
        orjson.dumps(given),
        scored.body,
        outcome,
    )


def _error(index: int, given: str, problem: Problem) -> bytes:
    return b'{"index":%d,"id":%s,"error":%s}\n' % (index, orjson.dumps(given), problem_body(problem))


def _score_raw(raw: bytes, loaded: Loaded, service: Service) -> Scored:
    return score_page(PageIn.model_validate(_plain(raw)), loaded.detector, service.lists)


def _plain(raw: bytes) -> Any:
    """Parse JSON: orjson, and pydantic over what it gives, take half as long as pydantic alone.

    Raises Problem 422.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise invalid([{"loc": (), "msg": f"Invalid JSON: {error}"}]) from None


def _id_of(item: Any) -> str:
    """Return the id that a line of a batch gives itself, also where the rest of it can't be used."""
    given = item.get("id") if isinstance(item, dict) else None
    return given[:MAX_GIVEN_ID] if isinstance(given, str) else ""


async def _note_after(service: Service, loaded: Loaded, scored: Scored) -> None:
    """Do what follows an answer; what is no coroutine would be given a thread."""
    _note(service, loaded, scored)


def _note(service: Service, loaded: Loaded, scored: Scored) -> None:
    """Count a verdict and hand it to the recorder."""
    verdict = scored.verdict
    if verdict.score is not None:
        service.metrics.score.labels(verdict.model).observe(verdict.score)
    service.metrics.labels.labels(verdict.model, verdict.label.value).inc()
    service.recorder.add(scored, loaded.drift)


def _headers(scored: Scored) -> dict[str, str]:
    headers = {PAGE_HEADER: scored.page_id, OUTCOME_HEADER: scored.label}
    if scored.outcome:
        headers[MATCHES_HEADER] = ", ".join(map(_named, scored.outcome.matches))
    return headers


def _named(match: Match) -> str:
    entry = match.id if match.id is not None else quote(match.target, safe="/@")
    return f"{match.action}:{quote(match.list)}:{entry}"


def _full(scored: Scored, loaded: Loaded) -> bytes:
    outcome = scored.outcome or judge(scored.verdict, [], loaded.detector.model.thresholds)
    page = describe(scored.page_id, scored.page, scored.verdict)
    return b'{"verdict":%s,"outcome":%s,"page":%s}' % (
        scored.body,
        outcome.model_dump_json().encode(),
        page.model_dump_json().encode(),
    )
