"""A running service: promotions that drop no request, shadow scores, drift, a store that is down or full."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, text

from api.app import create_app
from api.drift import MIN_PAGES, Drift
from api.models import Scope
from api.settings import Settings
from api.upkeep import Upkeep
from detector import Detector, Page, Verdict
from detector.model import Thresholds
from detector.reference import Reference
from detector.signals.registry import all_features
from tests.api.conftest import PLACES, farm_page, honest_page
from training.promote import promote


def test_a_promotion_reaches_a_running_service_and_drops_no_request(serve, trained, tmp_path) -> None:
    target = tmp_path / "model"
    first, second = trained(Thresholds(0.9, 0.5)), trained(Thresholds(0.8, 0.4))
    promote(first, target)
    service = serve(target, reload_seconds=0.02)
    key = service.key("pipeline", Scope.SCORE)
    known = [
        Detector.load(folder).score(page_of(farm_page("Corley"))).to_json() for folder in (first, second)
    ]

    def score_until_new(_) -> list:
        answers = []
        while not answers or answers[-1].content != known[1]:
            answers.append(service.client.post("/v1/score", json=farm_page("Corley"), headers=key))
            assert len(answers) < 20_000
        return answers

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(score_until_new, number) for number in range(4)]
        promote(second, target)
        answers = [answer for run in runs for answer in run.result()]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content for answer in answers} <= set(known)
    assert service.client.get("/v1/model", headers=key).json()["model"] == json.loads(known[1])["model"]
    assert service.client.get("/v1/model/card", headers=key).text.startswith("# chaffinch-")


def test_a_model_that_cannot_be_used_is_refused_and_the_old_one_stays(serve, trained, tmp_path) -> None:
    target = tmp_path / "model"
    shutil.copytree(trained(Thresholds(0.9, 0.5)), target)
    service = serve(target, reload_seconds=3600)
    key = service.key("pipeline", Scope.SCORE)
    before = service.client.get("/v1/model", headers=key).json()
    manifest = json.loads((target / "manifest.json").read_text()) | {"sha256": "0" * 64}
    (target / "manifest.json").write_text(json.dumps(manifest))
    Upkeep(service.client.app.state.service).once()
    after = service.client.get("/v1/model", headers=key).json()
    assert after["model"] == before["model"]
    assert "manifest describes" in after["problem"]
    assert service.client.get("/readyz").status_code == 200
    assert 'chaffinch_reloads_total{result="refused"} 1.0' in service.client.get("/metrics").text


@pytest.mark.parametrize("manifest", ["[]", "{}", "{"])
def test_a_broken_manifest_is_told_until_the_folder_is_whole_again(
    serve, trained, tmp_path, manifest
) -> None:
    target = tmp_path / "model"
    shutil.copytree(trained(Thresholds(0.9, 0.5)), target)
    shutil.copytree(target, tmp_path / "broken")
    (tmp_path / "broken" / "manifest.json").write_text(manifest)
    service = serve(target, reload_seconds=3600)
    key = service.key("pipeline", Scope.SCORE)
    problems = []
    for old, new in (
        (target, "kept"),
        (tmp_path / "broken", "model"),
        (target, "out"),
        (tmp_path / "kept", "model"),
    ):
        old.rename(tmp_path / new)
        Upkeep(service.client.app.state.service).once()
        problems.append(service.client.get("/v1/model", headers=key).json()["problem"])
    assert all("manifest.json" in problem for problem in problems[:3])
    assert problems[3] == ""


def test_without_a_model_the_service_says_so_and_recovers(serve, trained, tmp_path) -> None:
    service = serve(tmp_path / "none", reload_seconds=3600)
    key = service.key("pipeline", Scope.SCORE)
    answer = service.client.post("/v1/score", json=honest_page("Corley"), headers=key)
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:chaffinch:problem:no-model")
    assert service.client.get("/readyz").json()["status"] == "unready"
    shutil.copytree(trained(Thresholds(0.9, 0.5)), tmp_path / "none")
    Upkeep(service.client.app.state.service).once()
    assert service.client.get("/readyz").json()["status"] == "ok"


def test_a_shadow_model_scores_the_same_pages_in_silence(serve, trained) -> None:
    service = serve(trained(Thresholds(0.9, 0.5)), shadow_model=trained(Thresholds(1.0, 0.0)))
    ana = service.key("ana")
    for page in (farm_page("Corley"), honest_page("Corley")):
        assert "Chaffinch-Page" in service.score(ana, page).headers
    found = service.client.get("/v1/shadow", headers=ana).json()
    assert (found["pages"], found["mean_difference"]) == (2, 0)
    assert found["labels"] == {"farm > review": 1, "ok > review": 1}
    text_ = service.client.get("/metrics").text
    assert 'chaffinch_shadow_pages_total{label="farm",shadow="review"} 1.0' in text_


def test_what_lists_decide_is_no_difference_between_models(serve, trained) -> None:
    model = trained(Thresholds(0.9, 0.5))
    service = serve(model, shadow_model=trained(Thresholds(0.8, 0.4)))
    root = service.key("root", Scope.ADMIN)
    entry = {"action": "block", "target": "corley-courier.example", "why": "seen by hand"}
    assert service.client.post("/v1/lists", json=entry, headers=root).status_code == 201
    service.score(root, honest_page("Corley"))
    service.score(root, honest_page("Belford"))
    labels = service.client.get("/v1/shadow", headers=root).json()["labels"]
    assert labels == {"farm > farm": 1, "ok > ok": 1}


def reference_to(verdicts: list[Verdict]) -> Reference:
    """Return the reference of a model whose training pages got these verdicts."""
    seen = [
        {part.feature: part.value for part in v.contributions if part.value is not None} for v in verdicts
    ]
    names = tuple(feature.name for feature in all_features())
    values = np.array([[values.get(name, np.nan) for name in names] for values in seen])
    return Reference.of(np.array([v.score for v in verdicts]), values, names)


def test_drift_is_none_on_pages_like_those_of_training_and_large_on_others(trained) -> None:
    detector = Detector.load(trained(Thresholds(0.9, 0.5)))
    honest = [detector.score(page_of(honest_page(place))) for place in PLACES * 3]
    farms = [detector.score(page_of(farm_page(place))) for place in PLACES * 3]
    same, other = Drift(reference_to(honest)), Drift(reference_to(honest))
    assert same.indices() is None
    for like, unlike in islice(cycle(zip(honest, farms, strict=True)), MIN_PAGES - 1):
        same.add(like)
        other.add(unlike)
    assert same.indices() is None  # of few pages, chance would tell
    assert other.indices() is None
    for like, unlike in zip(honest, farms, strict=True):
        same.add(like)
        other.add(unlike)
    assert same.indices().score == pytest.approx(0, abs=0.01)
    assert max(same.indices().features.values()) == pytest.approx(0, abs=0.01)
    assert other.indices().score > 0.25
    assert other.indices().features["promotion.list_domains"] > 0.25


def test_drift_forgets_what_is_long_past(trained, monkeypatch) -> None:
    monkeypatch.setattr("api.drift.WINDOW", 8)
    monkeypatch.setattr("api.drift.MIN_PAGES", 1)
    detector = Detector.load(trained(Thresholds(0.9, 0.5)))
    honest, farm = (detector.score(page_of(page("Corley"))) for page in (honest_page, farm_page))
    drift = Drift(reference_to([honest]))
    for _ in range(8):
        drift.add(farm)
    assert drift.indices().score > 1
    for _ in range(80):
        drift.add(honest)
    assert drift.indices().score < 0.01


def test_metrics_tell_drift_from_the_reference_in_the_manifest(serve, trained, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("api.drift.MIN_PAGES", 1)
    shutil.copytree(trained(Thresholds(0.9, 0.5)), tmp_path / "model")
    manifest = tmp_path / "model" / "manifest.json"
    plain = json.loads(manifest.read_text())
    detector = Detector.load(tmp_path / "model")
    honest = [detector.score(page_of(honest_page(place))) for place in PLACES]
    service = serve(tmp_path / "model", reload_seconds=3600)
    key = service.key("pipeline", Scope.SCORE)
    service.score(key, farm_page("Corley"))
    assert "chaffinch_feature_psi{" not in service.client.get("/metrics").text  # nothing to compare with
    manifest.write_bytes(orjson.dumps(plain | {"reference": reference_to(honest).written()}))
    again = serve(tmp_path / "model", reload_seconds=3600)
    again.score(key, farm_page("Corley"))
    found = dict(
        line.rsplit(" ", 1) for line in again.client.get("/metrics").text.splitlines() if "psi" in line
    )
    assert float(found["chaffinch_score_psi"]) > 0.25
    assert float(found['chaffinch_feature_psi{feature="promotion.list_domains"}']) > 0.25
    manifest.write_text(json.dumps(plain | {"reference": {"score": {"edges": [0.5], "counts": [1]}}}))
    Upkeep(again.client.app.state.service).once()
    assert "reference is broken" in again.client.get("/v1/model", headers=key).json()["problem"]


def page_of(page: dict[str, str]) -> Page:
    return Page.from_text(page["text"], url=page["url"])


def test_a_store_that_is_down_is_told_and_recovers_by_itself(serve, model_folder, store_url) -> None:
    service = serve(model_folder, reload_seconds=3600)
    ana = service.key("ana")
    score = {"json": honest_page("Corley"), "headers": ana}
    body = {"domain": "farm.example", "verdict": "farm"}
    assert service.client.post("/v1/score", **score).status_code == 200
    with outage(service):
        answer = service.client.post("/v1/labels", json=body, headers=ana)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:chaffinch:problem:store-unavailable"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert service.client.get("/readyz").status_code == 503
        assert service.client.get("/healthz").status_code == 200
        assert service.client.post("/v1/score", **score).status_code == 200  # the key was seen lately
        unknown = {"Authorization": "Bearer chaffinch_0123456789ab_x"}
        assert service.client.get("/v1/model", headers=unknown).status_code == 503
    assert service.client.get("/readyz").status_code == 200
    assert service.client.post("/v1/labels", json=body, headers=ana).status_code == 201
    assert service.client.app.state.service.recorder.flush(30)
    seen = service.client.get("/v1/domains/corley-courier.example", headers=ana).json()
    assert seen["recent"][0]["label"] == "ok"


def test_a_store_that_was_down_at_the_start_is_taken_up_once_it_is_there(model_folder, tmp_path) -> None:
    folder = tmp_path / "not-mounted-yet"
    app = create_app(Settings(store=f"sqlite:///{folder}/store.db", model=model_folder, reload_seconds=3600))
    with TestClient(app, raise_server_exceptions=False) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["model"]) == (503, "ok")
        unknown = {"Authorization": "Bearer chaffinch_0123456789ab_x"}
        assert client.get("/v1/labels", headers=unknown).status_code == 503
        folder.mkdir()
        Upkeep(app.state.service).once()
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1/labels", headers=unknown).status_code == 401


class outage:  # noqa: N801  # reads as what it is
    """The store can't be reached: its file is moved away, or its server refuses us."""

    def __init__(self, service) -> None:
        self.store = service.store

    def __enter__(self) -> None:
        if self.store.is_sqlite:
            self.store.engine.dispose()
            self.file = Path(self.store.engine.url.database)
            self.away = self.file.parent.rename(self.file.parent.with_name("away"))
        else:
            self._allow("false")

    def __exit__(self, *_) -> None:
        if self.store.is_sqlite:
            self.away.rename(self.file.parent)
        else:
            self._allow("true")

    def _allow(self, allowed: str) -> None:
        url = self.store.engine.url
        engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {allowed}"))
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ended), {"name": url.database})
        engine.dispose()


def test_a_full_disk_is_told_and_loses_nothing_that_was_acknowledged(serve, model_folder, store_url) -> None:
    service = serve(model_folder, reload_seconds=3600)
    if not service.store.is_sqlite:
        pytest.skip("a server's disk can't be filled from here; its DiskFull is the same class of error")
    ana = service.key("ana")
    pages = service.store.engine.connect().exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection, *_) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 4}")

    service.store.engine.dispose()
    event.listen(service.store.engine, "connect", limit)
    notes = "x" * 2000
    statuses = [
        service.client.post(
            "/v1/labels", json={"domain": f"d{n}.example", "verdict": "farm", "note": notes}, headers=ana
        ).status_code
        for n in range(12)
    ]
    assert statuses[0] == 201
    assert statuses[-1] == 503
    assert set(statuses) == {201, 503}
    event.remove(service.store.engine, "connect", limit)
    service.store.engine.dispose()
    rows = service.client.get("/v1/labels", headers=ana).json()
    assert len(rows) == statuses.count(201)
