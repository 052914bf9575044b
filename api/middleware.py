"""The edge of the service, plain ASGI: request ids, a log line a request, security headers, limits, errors.

No body and no query string is ever logged: a page's address and text belong to whoever sent them.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.direct import Direct
from api.metrics import Metrics
from api.problems import Problem, problem_of, respond
from api.settings import Settings

log = logging.getLogger("chaffinch.request")

REQUEST_ID = "X-Request-ID"
BATCH_PATH = "/v1/score/batch"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PIECE = 1 << 20
"""Bytes that are decompressed at a time."""

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Edge:
    """Wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        metrics: Metrics,
        shortcuts: Mapping[tuple[str, str], Direct],  # by method and path
    ) -> None:
        self.app = app
        self.shortcuts = shortcuts
        self.settings = settings
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers(scope=scope)
        reply = _Reply(send, _request_id(headers), _is_console(scope["path"]))
        scope.setdefault("state", {})["request_id"] = reply.request_id
        try:
            guarded = _guard(headers, scope, receive, self.settings)
            await self._answer(scope, guarded, reply)
        except Exception as error:
            problem = problem_of(error)
            if not problem:
                log.exception("a request failed", extra={"id": reply.request_id})
            if reply.status:
                raise
            await respond(problem or _fault(reply.request_id))(scope, receive, reply)
        finally:
            self._note(scope, reply, time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self.shortcuts.get((scope["method"], scope["path"]))
        if not route:
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        response = await route.answer(Request(scope, receive, send))
        await response(scope, receive, send)

    def _note(self, scope: Scope, reply: _Reply, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "(none)")
        self.metrics.requests.labels(scope["method"], route, reply.status).inc()
        self.metrics.seconds.labels(route).observe(seconds)
        log.info(
            "request",
            extra={
                "id": reply.request_id,
                "method": scope["method"],
                "route": route,
                "status": reply.status,
                "ms": round(seconds * 1000, 2),
                "author": scope["state"].get("principal", ""),
            },
        )


class _Reply:
    """Sends a response with the headers that every response carries, but for those it has of its own."""

    def __init__(self, send: Send, request_id: str, console: bool) -> None:
        self.send = send
        self.request_id = request_id
        self.headers = (
            (REQUEST_ID.lower().encode(), request_id.encode()),
            (b"content-security-policy", (CONSOLE_POLICY if console else API_POLICY).encode()),
            *_HEADERS,
        )
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = message["headers"]
            named = {name for name, _ in own}
            message["headers"] = [*own, *(header for header in self.headers if header[0] not in named)]
        await self.send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            await asyncio.sleep(0)  # the answer goes out before what is done after it


@dataclass(slots=True)
class _Body:
    """Receives a body within its limits of size and time."""

    receive: Receive
    limit: int
    deadline: float | None  # of the whole body, on the loop's clock
    idle: float
    size: int = 0
    done: bool = False

    async def __call__(self) -> Message:
        if self.done:
            return await self.receive()
        message = await self._timely()
        self.size += len(message.get("body", b""))
        if self.size > self.limit:
            raise too_large(self.limit)
        self.done = not message.get("more_body", False)
        return message

    async def _timely(self) -> Message:
        now = asyncio.get_running_loop().time()
        wait = self.idle if self.deadline is None else max(0.0, self.deadline - now)
        try:
            async with asyncio.timeout(wait):
                return await self.receive()
        except TimeoutError:
            raise Problem(
                408, "too-slow", "the body did not arrive in time: send it faster", {"Connection": "close"}
            ) from None


class _Inflated:
    """Decompresses a gzipped body piece by piece, so that a bomb is stopped at the limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive = receive
        self.limit = limit
        self.size = 0
        self.inflater = zlib.decompressobj(31)
        self.pending = b""
        self.more = True
        self.drained = True  # nothing that was taken in waits to come out
        self.finished = False

    async def __call__(self) -> Message:
        if self.finished:
            return await self.receive()
        if self.drained and self.more:
            message = await self.receive()
            if message["type"] != "http.request":
                return message
            self.pending, self.more = message.get("body", b""), message.get("more_body", False)
        try:
            piece = self.inflater.decompress(self.pending, PIECE)
        except zlib.error:
            raise Problem(400, "bad-encoding", "the body is no gzip stream") from None
        self.pending = self.inflater.unconsumed_tail
        self.size += len(piece)
        if self.size > self.limit:
            raise too_large(self.limit)
        self.drained = not self.pending and len(piece) < PIECE
        self.finished = not self.more and self.drained
        if self.finished and not self.inflater.eof:
            raise Problem(400, "bad-encoding", "the gzip stream is cut short")
        return {"type": "http.request", "body": piece, "more_body": not self.finished}


def too_large(limit: int) -> Problem:
    """Return the problem of a body above its limit."""
    return Problem(
        413, "too-large", f"the body holds more than {limit} bytes: send less", {"Connection": "close"}
    )


def _fault(request_id: str) -> Problem:
    return Problem(500, "internal", f"a fault of the service, noted as {request_id}")


def _guard(headers: Headers, scope: Scope, receive: Receive, settings: Settings) -> Receive:
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return receive
    batch = scope["path"] == BATCH_PATH
    limit = settings.max_batch_body if batch else settings.max_body
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)
    deadline = None if batch else asyncio.get_running_loop().time() + settings.body_seconds
    body = _Body(receive, limit, deadline, settings.idle_seconds)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding == "gzip":
        return _Inflated(body, limit)
    if encoding != "identity":
        raise Problem(415, "unknown-encoding", f"bodies may come as gzip or plain, not {encoding[:40]}")
    return body


def _request_id(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if _ID.fullmatch(given) else secrets.token_hex(8)


def _is_console(path: str) -> bool:
    return path == "/" or path == "/docs" or path.startswith(("/console", "/docs/"))
