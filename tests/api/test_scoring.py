"""Scoring over HTTP: the library's own bytes, lists in the headers, batches line by line."""

import gzip
import json

import pytest
from fastapi.testclient import TestClient

from api.models import Scope
from api.service import SHORT
from detector import Detector, Page
from tests.api.conftest import farm_page, honest_page


def test_the_answer_is_byte_for_byte_the_library_s(service, model_folder) -> None:
    key = service.key("pipeline", Scope.SCORE)
    detector = Detector.load(model_folder)
    html = "<html><head><title>A</title></head><body><p>" + farm_page("Corley")["text"] + "</p></body></html>"
    long = html.replace("<p>", "<!--" + SHORT * "-" + "><p>")
    for page, expected in (
        (farm_page("Corley"), Page.from_text(farm_page("Corley")["text"], url=farm_page("Corley")["url"])),
        (
            honest_page("Belford"),
            Page.from_text(honest_page("Belford")["text"], url=honest_page("Belford")["url"]),
        ),
        (
            {"url": "https://x.example/", "html": html},
            Page.from_html(html.encode(), url="https://x.example/"),
        ),
        ({"url": "https://x.example/", "html": long}, Page.from_html(long, url="https://x.example/")),
        ({"text": "short"}, Page.from_text("short")),
    ):
        response = service.score(key, page)
        assert response.content == detector.score(expected).to_json()
        assert response.headers["Chaffinch-Outcome"] == response.json()["label"]
        assert "Chaffinch-Matches" not in response.headers


def test_only_long_pages_are_scored_beside_the_event_loop(service) -> None:
    parts = service.client.app.state.service
    assert parts.scoring(SHORT) is parts.turns
    assert parts.scoring(SHORT + 1) is parts.workers


def test_behind_a_prefix_scoring_answers_alike(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    plain = service.score(key, farm_page("Corley"))
    behind = TestClient(service.client.app, root_path="/farms")
    answer = behind.post("/farms/v1/score", json=farm_page("Corley"), headers=key)
    assert answer.content == plain.content
    assert answer.headers["Chaffinch-Page"] == plain.headers["Chaffinch-Page"]
    for path in ("/farms/v1/score", "/farms/v1/score/batch"):
        assert behind.post(path, json=farm_page("Corley")).status_code == 401


def test_the_model_tells_a_farm_from_a_paper(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    assert service.score(key, farm_page("Inverlow")).json()["label"] == "farm"
    assert service.score(key, honest_page("Inverlow")).json()["label"] == "ok"


def test_explain_adds_the_page_as_read_and_what_it_promotes(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    plain = service.score(key, farm_page("Corley"))
    full = service.score(key, farm_page("Corley"), explain="full").json()
    assert full["verdict"] == plain.json()
    assert full["outcome"] == {
        "label": "farm", "score": plain.json()["score"], "by": "model", "matches": [],
    }  # fmt: skip
    assert full["page"]["id"] == plain.headers["Chaffinch-Page"]
    text = full["page"]["text"]
    for item in full["page"]["promoted"]:
        assert item["domain"] in text[item["start"] : item["end"]]
    assert "casino-corley.example" in {item["domain"] for item in full["page"]["promoted"]}
    for item in full["verdict"]["evidence"]:
        if item["start"] is not None:
            assert text[item["start"] : item["end"]]


def test_a_batch_answers_each_line_and_stops_for_none(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    honest = honest_page("Corley")
    long = honest | {"text": honest["text"] + SHORT * " "}
    pages = [{"id": "a", **farm_page("Corley")}, {"id": "b", "text": 3}, {"id": "c", **long}]
    lines = [*map(json.dumps, pages), "{", "", json.dumps({"id": "d", "text": "x", "html": "y"})]
    response = service.client.post(
        "/v1/score/batch", content="\n".join(lines), headers=key | {"Content-Type": "application/x-ndjson"}
    )
    answers = [json.loads(line) for line in response.text.splitlines()]
    assert [answer["index"] for answer in answers] == [0, 1, 2, 3, 5]
    assert [answer.get("verdict", {}).get("label") for answer in answers] == ["farm", None, "ok", None, None]
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "", "d"]
    assert [answer["error"]["status"] for answer in answers if "error" in answer] == [422, 422, 422]
    single = service.score(key, farm_page("Corley"))
    assert response.content.splitlines()[0].startswith(b'{"index":0,"id":"a","verdict":' + single.content)


def test_a_batch_line_above_the_limit_is_refused_alone(serve, model_folder) -> None:
    service = serve(model_folder, max_body=5000)
    key = service.key("pipeline", Scope.SCORE)
    lines = [json.dumps({"text": "x" * 9000}), json.dumps(honest_page("Corley"))]
    response = service.client.post("/v1/score/batch", content="\n".join(lines), headers=key)
    answers = [json.loads(line) for line in response.text.splitlines()]
    assert answers[0]["error"]["status"] == 413
    assert answers[1]["verdict"]["label"] == "ok"


def test_bodies_have_limits_before_and_after_decompression(serve, model_folder) -> None:
    service = serve(model_folder, max_body=100_000)
    key = service.key("pipeline", Scope.SCORE) | {"Content-Type": "application/json"}

    def post(content, **headers):
        return service.client.post("/v1/score", content=content, headers=key | headers)

    page = json.dumps(honest_page("Corley")).encode()
    zipped = gzip.compress(page)
    gzipped = {"Content-Encoding": "gzip"}
    assert post(zipped, **gzipped).content == post(page).content
    bomb = gzip.compress(b'{"text":"' + b" " * 50_000_000 + b'"}')
    assert len(bomb) < 100_000
    for content, headers, status, kind in (
        (b"x" * 100_001, {}, 413, "too-large"),
        (iter([b"x" * 60_000] * 2), {}, 413, "too-large"),
        (bomb, gzipped, 413, "too-large"),
        (zipped[:-9], gzipped, 400, "bad-encoding"),
        (page, gzipped, 400, "bad-encoding"),
        (page, {"Content-Encoding": "br"}, 415, "unknown-encoding"),
        (page, {"Content-Type": "text/html"}, 415, "not-json"),
        (b'{"text": "a", "colour": 1}', {}, 422, "invalid"),
        (b'{"text": "\\ud800"}', {}, 422, "invalid"),
        (b"[", {}, 422, "invalid"),
        (b"", {}, 422, "invalid"),
    ):
        response = post(content, **headers)
        assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (status, kind)
        assert response.headers["Content-Type"] == "application/problem+json"


def test_another_explanation_than_there_is_is_refused(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    response = service.client.post(
        "/v1/score", json=honest_page("Corley"), headers=key, params={"explain": "all"}
    )
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["query.explain"]


@pytest.mark.parametrize(
    ("path", "body", "field", "message"),
    [
        ("/v1/score", {"text": "a", "colour": 1}, "colour", "Extra inputs are not permitted"),
        ("/v1/lists", {"action": "block", "target": "farm.example", "why": "x", "colour": 1}, "colour", ""),
        ("/v1/score", {}, "body", "give either html or text"),
        ("/v1/appeals", {"text": "We hold a licence."}, "body", "give either page_id or domain"),
        ("/v1/labels", {"page": {}, "verdict": "farm"}, "page", "give either html or text"),
        ("/v1/lists", {"action": "block", "target": "nowhere", "why": "x"}, "target", "must be a domain"),
    ],
)
def test_a_field_is_named_alike_by_every_route(service, path, body, field, message) -> None:
    root = service.key("root", Scope.ADMIN)
    problem = service.client.post(path, json=body, headers=root).json()
    assert problem["errors"][0]["field"] == field
    assert problem["errors"][0]["message"].startswith(message)
    assert problem["detail"] == f"{field}: {problem['errors'][0]['message']}"


@pytest.mark.parametrize("path", ["/v1/score", "/v1/labels"])
def test_what_is_no_json_is_a_fault_of_the_body(service, path) -> None:
    json_type = service.key("root", Scope.ADMIN) | {"Content-Type": "application/json"}
    problem = service.client.post(path, content=b'{"text": ', headers=json_type).json()
    assert [error["field"] for error in problem["errors"]] == ["body"]


def test_an_answer_to_a_bad_page_does_not_repeat_it(service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    response = service.client.post("/v1/score", json={"text": ["<script>secret</script>"]}, headers=key)
    assert response.status_code == 422
    assert "secret" not in response.text
