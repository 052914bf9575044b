"""Errors as RFC 9457 problem details: what went wrong, for machines by ``type``, for people by ``detail``."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:chaffinch:problem:"

_INVALID = (RequestValidationError, ValidationError)
_DOWN = (OperationalError, InterfaceError, PoolTimeout)


class Problem(HTTPException):
    """A failure that the caller is told about. ``kind`` is stable; ``detail`` is for people."""

    def __init__(
        self, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        self.kind = kind
        self.extra = extra


class FieldError(BaseModel):
    """Where an input breaks its schema."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """An error, RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": f"{PREFIX}not-found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "no page with this id is known",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] | None = None


def not_found(what: str) -> Problem:
    """Return the problem of something that is not there."""
    return Problem(404, "not-found", f"no {what} with this id is known")


def invalid(errors: Any) -> Problem:
    """Return the problem of an input that breaks its schema, from pydantic's list of errors.

    Values are left out: a page's text has no place in an answer or a log.
    """
    fields = [
        {"field": _field(error), "message": str(error["msg"]).removeprefix("Value error, ")}
        for error in list(errors)[:20]
    ]
    named = f"{fields[0]['field']}: {fields[0]['message']}" if fields else "the input breaks its schema"
    return Problem(422, "invalid", named, errors=fields)


def _field(error: Any) -> str:
    """Name a field of the body by its path alone, another by its place too (``query.at``)."""
    place = [str(part) for part in error["loc"]]
    inside = place[1:] if place[:1] == ["body"] else place
    return "body" if error.get("type") == "json_invalid" else ".".join(inside) or "body"


def problem_of(error: Exception) -> Problem | None:
    """Return the problem that tells a caller of an exception; None for a fault of the service."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        title = HTTPStatus(error.status_code).phrase
        return Problem(
            error.status_code, title.lower().replace(" ", "-"), str(error.detail or title), error.headers
        )
    if isinstance(error, _INVALID):
        return invalid(error.errors())
    return unavailable() if isinstance(error, _DOWN) else None


def problem_body(problem: Problem) -> bytes:
    """Return a problem as JSON."""
    return orjson.dumps(
        {
            "type": PREFIX + problem.kind,
            "title": HTTPStatus(problem.status_code).phrase,
            "status": problem.status_code,
            "detail": problem.detail,
            **problem.extra,
        }
    )


def respond(problem: Problem) -> Response:
    """Return the response that tells a problem."""
    return Response(problem_body(problem), problem.status_code, problem.headers, MEDIA_TYPE)


def unavailable() -> Problem:
    """Return the problem of a store that can't be reached or written."""
    return Problem(
        503, "store-unavailable", "the store can't be used at the moment: try again", {"Retry-After": "5"}
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for these error statuses."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Let an application leave its errors to the edge, which tells them, and say so in its OpenAPI schema."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        schema = plain()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        own = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= own.pop("$defs", {})
        schemas["ProblemDetails"] = own
        return schema

    app.openapi = described  # type: ignore[method-assign]
    for kind in (HTTPException, RequestValidationError):  # else FastAPI tells them in its own way
        app.add_exception_handler(kind, _leave_to_the_edge)


async def _leave_to_the_edge(_: Request, error: Exception) -> Response:
    raise error
