"""Who gets in: keys and scopes, sessions and CSRF, rates, headers, and what stays out of the logs."""

import json
import logging

import pytest

from api.credentials import Rates
from api.logs import JsonFormatter
from api.models import Scope
from api.problems import Problem
from tests.api.conftest import farm_page, honest_page

OPEN = {"/healthz", "/readyz", "/metrics", "/console/login"}


def test_every_route_but_the_open_ones_wants_a_key(service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    asked = 0
    for path, methods in paths.items():
        for method in methods:
            if path in OPEN:
                continue
            asked += 1
            url = (
                path.replace("{page_id}", "0" * 32)
                .replace("{domain}", "a.example")
                .replace("{key_id}", "0" * 12)
            )
            url = url.replace("{item_id}", "1").replace("{decision_id}", "1").replace("{entry_id}", "1")
            response = service.client.request(method, url)
            assert response.status_code == 401, (method, path)
            assert response.headers["Content-Type"] == "application/problem+json"
    assert asked > 20


def test_scopes_include_those_before_them(service) -> None:
    keys = {scope: service.key(scope.value, scope) for scope in Scope}
    for method, path, allowed in (
        ("GET", "/v1/model", {Scope.SCORE, Scope.REVIEW, Scope.ADMIN}),
        ("GET", "/v1/queue", {Scope.REVIEW, Scope.ADMIN}),
        ("GET", "/v1/keys", {Scope.ADMIN}),
    ):
        for scope, key in keys.items():
            expected = 200 if scope in allowed else 403
            assert service.client.request(method, path, headers=key).status_code == expected


@pytest.mark.parametrize(
    "token", ["", "x", "chaffinch__", "chaffinch_000000000000_x", "chaffinch_\u00e9_x", "a" * 5000]
)
def test_a_wrong_key_is_refused(service, token) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert service.client.get("/v1/model", headers=headers).status_code == 401


def test_a_key_is_shown_once_and_revoked_for_good(service) -> None:
    root = service.key("root", Scope.ADMIN)
    made = service.client.post("/v1/keys", json={"name": "ana", "scope": "review"}, headers=root).json()
    ana = {"Authorization": f"Bearer {made['key']}"}
    assert service.client.get("/v1/queue", headers=ana).status_code == 200
    login = service.client.post("/console/login", json={"key": made["key"]})
    assert login.status_code == 200
    listed = service.client.get("/v1/keys", headers=root)
    assert made["key"].rpartition("_")[2] not in listed.text
    assert {key["name"] for key in listed.json()} == {"root", "ana"}
    revoked = service.client.delete(f"/v1/keys/{made['id']}", headers=root).json()
    assert revoked["revoked_at"]
    assert service.client.get("/v1/queue", headers=ana).status_code == 401
    assert service.client.get("/console/session").status_code == 401


def test_the_console_s_session_needs_its_token_to_change_anything(service) -> None:
    secret = service.key("ana")["Authorization"].removeprefix("Bearer ")
    login = service.client.post("/console/login", json={"key": secret})
    cookie = login.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert login.json()["author"] == "ana"
    token = login.json()["csrf_token"]
    assert service.client.get("/console/session").json() == login.json()
    body = {"domain": "farm.example", "verdict": "farm"}
    for headers, status in (({}, 403), ({"X-CSRF-Token": "x"}, 403), ({"X-CSRF-Token": token}, 201)):
        assert service.client.post("/v1/labels", json=body, headers=headers).status_code == status
    assert service.client.get("/v1/labels").json()[0]["author"] == "ana"
    assert service.client.post("/console/logout").status_code == 403
    stale = dict(service.client.cookies)
    assert service.client.post("/console/logout", headers={"X-CSRF-Token": token}).status_code == 204
    service.client.cookies.update(stale)
    assert service.client.get("/v1/queue").status_code == 401


def test_a_key_for_scoring_opens_no_console_and_guessing_is_slowed(serve, model_folder) -> None:
    service = serve(model_folder, logins_per_minute=3)
    secret = service.key("pipeline", Scope.SCORE)["Authorization"].removeprefix("Bearer ")
    answers = [
        service.client.post("/console/login", json={"key": key}).status_code
        for key in (secret, "a", "b", "c")
    ]
    assert answers == [403, 401, 401, 429]


def test_a_key_has_its_own_rate(service) -> None:
    slow, fast = service.key("slow", rate=2), service.key("fast")
    answers = [service.client.get("/v1/model", headers=slow) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert service.client.get("/v1/model", headers=fast).status_code == 200


def test_a_rate_allows_a_minute_s_worth_at_once_and_then_a_steady_pace() -> None:
    now = [1000.0]
    rates = Rates(lambda: now[0])

    def passed(who: str, seconds: float) -> int:
        now[0] += seconds
        for count in range(100):
            try:
                rates.hit(who, 6)
            except Problem as problem:
                wait = int(problem.headers["Retry-After"])
                assert 1 <= wait <= 10
                return count
        raise AssertionError("no limit")

    assert [passed("ana", seconds) for seconds in (0, 9.9, 0.2, 10, 25, 3600)] == [6, 0, 1, 1, 2, 6]
    assert passed("ben", 0) == 6
    assert len(rates) == 2
    passed("cleo", 121)
    assert len(rates) == 1  # the others could start anew


def test_every_answer_has_a_request_id_and_a_strict_policy(service) -> None:
    for path in ("/healthz", "/v1/queue", "/nowhere", "/console/session"):
        response = service.client.get(path)
        assert len(response.headers["X-Request-ID"]) == 16
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert service.client.get("/healthz", headers={"X-Request-ID": "a-1"}).headers["X-Request-ID"] == "a-1"
    assert service.client.get("/healthz", headers={"X-Request-ID": "a\tb"}).headers["X-Request-ID"] != "a\tb"
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/v1/score", 405)):
        response = service.client.request(method, path)
        assert (response.status_code, response.json()["status"]) == (status, status)


def test_logs_hold_no_page_and_no_address(service, caplog) -> None:
    key = service.key("pipeline", Scope.SCORE)
    with caplog.at_level(logging.INFO, "chaffinch"):
        service.score(key, farm_page("Corley"), explain="full")
        service.client.get("/v1/domains/corley-help.example", headers=key)
        service.client.post(
            "/v1/score", content=b"{corley", headers=key | {"Content-Type": "application/json"}
        )
    lines = [JsonFormatter().format(record) for record in caplog.records]
    requests = [json.loads(line) for line in lines if '"chaffinch.request"' in line]
    assert [line["status"] for line in requests] == [200, 403, 422]
    assert [line["author"] for line in requests] == ["pipeline"] * 3
    assert "corley" not in "".join(lines).lower()


def test_metrics_count_requests_scores_and_the_model(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    label = service.score(key, honest_page("Corley")).json()
    text = service.client.get("/metrics").text
    assert f'chaffinch_model_info{{model="{label["model"]}",role="service"}} 1.0' in text
    assert 'chaffinch_requests_total{method="POST",route="/v1/score",status="200"} 1.0' in text
    assert f'chaffinch_labels_total{{label="ok",model="{label["model"]}"}} 1.0' in text
    assert f'chaffinch_score_count{{model="{label["model"]}"}} 1.0' in text


def test_the_docs_page_lists_every_endpoint_and_loads_nothing(service) -> None:
    page = service.client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    for path in service.client.get("/openapi.json").json()["paths"]:
        assert f" {path}</code>" in page.text
    assert "<script" not in page.text
    assert "://" not in page.text
