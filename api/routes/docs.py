"""``/docs``: the endpoints and their fields as a plain page, made from the OpenAPI schema.

Swagger UI, which FastAPI would serve, loads scripts from elsewhere; this page needs none.
"""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> str:
    """Return the page."""
    schema: dict[str, Any] = request.app.openapi()
    operations = [
        _operation(method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    models = [_model(name, model) for name, model in sorted(schema["components"]["schemas"].items())]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chaffinch: HTTP API</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"</head><body><main><h1>Chaffinch: HTTP API</h1><p>{escape(schema['info']['summary'])} The contract "
        'for machines: <a href="/openapi.json">openapi.json</a>.</p>'
        f"<h2>Endpoints</h2>{''.join(operations)}<h2>Fields</h2>{''.join(models)}</main></body></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = [(p["name"], p["schema"], p.get("description", "")) for p in operation.get("parameters", [])]
    body = operation.get("requestBody", {}).get("content", {})
    sent = ", ".join(f"{escape(kind)}: {_type(content['schema'])}" for kind, content in body.items())
    text = escape(operation.get("description", "")).replace("\n\n", "</p><p>")
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code></h3><p>{text}</p>"
        + (f"<p>Body: {sent}</p>" if sent else "")
        + _table(parameters)
    )


def _model(name: str, model: dict[str, Any]) -> str:
    fields = [
        (key, value, value.get("description", "")) for key, value in model.get("properties", {}).items()
    ]
    text = escape(model.get("description", ""))
    return f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3><p>{text}</p>{_table(fields)}'


def _table(rows: list[tuple[str, dict[str, Any], str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{_type(schema)}</td>'
        f"<td>{escape(text)}</td></tr>"
        for name, schema, text in rows
    )
    return f"<table>{cells}</table>" if cells else ""


def _type(schema: dict[str, Any]) -> str:
    """Return a type in words, with links to the models it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(escape(repr(value)) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(str(schema.get("type", schema.get("title", "any"))))
