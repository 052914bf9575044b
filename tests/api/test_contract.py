"""The service against its own OpenAPI schema, and against clients that send slowly."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.models import Scope
from api.store.keys import create_key
from tests.api.conftest import farm_page, honest_page

EXAMPLES = 10
SLOW = 32


def key_of(store, scope: Scope, name: str = "root") -> dict[str, str]:
    with store.write() as session:
        secret = create_key(session, name, scope, 10**6)[1]
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def live_schema(live, unsure_folder):
    address, store = live(unsure_folder, golden_every=2)
    headers = key_of(store, Scope.ADMIN)
    with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
        for page in (farm_page("Corley"), honest_page("Corley")):
            client.post("/v1/labels", json={"page": page, "verdict": "farm"}).raise_for_status()
        client.post("/v1/appeals", json={"domain": "corley-help.example", "text": "no"}).raise_for_status()
    return schemathesis.openapi.from_url(f"{address}/openapi.json"), headers


@schemathesis.serializer("application/x-ndjson")
def one_line(_, value) -> bytes:
    return json.dumps(value).encode()


OWN_SESSION = {"/console/login", "/console/logout", "/console/session", "/v1/keys/{key_id}"}
"""Would end the session of the test itself, or are slowed down on purpose."""


def test_no_input_breaks_the_contract(live_schema) -> None:
    schema, headers = live_schema
    checked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in OWN_SESSION:
            continue
        check_operation(operation, headers)
        checked += 1
    assert checked > 25


def check_operation(operation, headers: dict[str, str]) -> None:
    # a schema can't say what a domain is, or that one of two fields is wanted: such inputs may be refused
    excluded = [positive_data_acceptance]
    if operation.path == "/v1/score/batch":  # a bad line is answered in its place, the whole with 200
        excluded.append(negative_data_rejection)

    @settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def conforms(case) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    conforms()


@contextmanager
def slow_clients(address: str, headers: dict[str, str]) -> Iterator[list[socket.socket]]:
    """Begin 32 requests whose bodies don't come."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    head = (
        f"POST /v1/score HTTP/1.1\r\nHost: {host}\r\nAuthorization: {headers['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
    )
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection((host, port), timeout=30)) for _ in range(SLOW)]
        for connection in slow:
            connection.sendall(head.encode())
        yield slow


def test_slow_clients_hold_up_nobody(live, model_folder) -> None:
    address, store = live(model_folder, body_seconds=3600)  # so that waiting for them would never end
    headers = key_of(store, Scope.ADMIN)
    with (
        slow_clients(address, headers) as slow,
        httpx.Client(base_url=address, headers=headers, timeout=30) as client,
    ):
        for _ in range(5):
            assert client.post("/v1/score", json=honest_page("Corley")).json()["label"] == "ok"
        label = {"domain": "farm.example", "verdict": "farm"}
        assert client.post("/v1/labels", json=label).status_code == 201
        assert client.get("/readyz").status_code == 200
        for connection in slow:  # nobody was thrown out to make room
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_slow_clients_are_cut_off(live, model_folder) -> None:
    address, store = live(model_folder, body_seconds=0.5)
    with slow_clients(address, key_of(store, Scope.SCORE, "pipeline")) as slow:
        answers = [connection.recv(4096).partition(b"\r\n")[0] for connection in slow]
    assert answers == [b"HTTP/1.1 408 Request Timeout"] * SLOW
