"""Decisions: append-only, undone by rows of their own, exported as training takes them."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, event, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from api.models import Scope
from api.store import Store
from api.store.ledger import add, undo
from api.store.tables import Appeal, Base, Decision, StoredPage
from detector import Detector, Page
from tests.api.conftest import farm_page, farm_text, honest_page
from training.dataset import load_dataset


def label(service, key, **given):
    response = service.client.post("/v1/labels", json=given, headers=key)
    assert response.status_code == 201, response.text
    return response.json()


def export(service, key, **query) -> list[dict]:
    response = service.client.get("/v1/labels/export", headers=key, params=query)
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_decision_keeps_who_when_and_what_they_saw(service, model_folder) -> None:
    ana = service.key("ana")
    before = datetime.now(UTC)
    page_id = service.score(ana, farm_page("Corley")).headers["Chaffinch-Page"]
    given = label(
        service, ana, page_id=page_id, verdict="farm", kind="scraped", note="copied, see the footer"
    )
    verdict = Detector.load(model_folder).score(
        Page.from_text(farm_text("Corley"), url="https://corley-help.example/a")
    )
    assert (given["author"], given["policy"], given["model"], given["score"]) == (
        "ana", "1", verdict.model, verdict.score,
    )  # fmt: skip
    assert before <= datetime.fromisoformat(given["at"]) <= datetime.now(UTC)
    history = service.client.get("/v1/labels", headers=ana, params={"page_id": page_id}).json()
    assert history == [given]
    assert service.client.get("/v1/domains/corley-help.example", headers=ana).json()["decisions"] == [given]


def test_the_database_refuses_to_change_or_delete_a_decision(service) -> None:
    label(service, service.key("ana"), domain="farm.example", verdict="farm")
    for statement in (
        update(Decision).values(verdict="legit"),
        delete(Decision),
        text("UPDATE appeals SET text = ''") if service.store.is_sqlite else text("TRUNCATE decisions"),
    ):
        if service.store.is_sqlite and "appeals" in str(statement):
            service.client.post(
                "/v1/appeals", json={"domain": "farm.example", "text": "no"}, headers=service.key("ana")
            )
        with pytest.raises(DBAPIError, match="append-only"), service.store.write() as session:
            session.execute(statement)
    with service.store.read() as session:
        assert session.scalars(select(Decision.verdict)).all() == ["farm"]


def test_an_undo_is_a_row_and_happens_once(service) -> None:
    ana, ben, root = service.key("ana"), service.key("ben"), service.key("root", Scope.ADMIN)
    first = label(service, ana, page=honest_page("Corley"), verdict="farm")

    def take_back(row, key):
        return service.client.post(f"/v1/labels/{row['id']}/undo", headers=key)

    assert take_back(first, ben).status_code == 403
    undone = take_back(first, ana)
    assert undone.status_code == 201
    assert (undone.json()["verdict"], undone.json()["undoes"]) == ("undo", first["id"])
    assert take_back(first, root).status_code == 409
    assert take_back(undone.json(), ana).status_code == 409
    assert take_back({"id": 999}, ana).status_code == 404
    assert export(service, ana) == []
    second = label(service, ben, page=honest_page("Corley"), verdict="legit")
    assert take_back(second, root).json()["author"] == "root"
    with service.store.read() as session:
        assert len(session.scalars(select(Decision)).all()) == 4


def test_training_takes_the_export_as_it_is(service, tmp_path) -> None:
    ana, ben = service.key("ana"), service.key("ben")
    html = "<!doctype html><title>B</title><p>" + farm_text("Belford").replace("\n", "<p>")
    label(service, ana, page=farm_page("Corley"), verdict="farm", kind="scraped")
    label(service, ana, page={"url": "https://b.example/x", "html": html}, verdict="farm", confidence="low")
    label(service, ana, page=honest_page("Corley"), verdict="legit", kind="news")
    label(service, ben, page=honest_page("Corley"), verdict="farm")
    label(service, ana, domain="corley-help.example", verdict="farm")
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(service.client.get("/v1/labels/export", headers=ana).content)
    dataset = load_dataset([file])
    assert (dataset.report.farm, dataset.report.legit, dataset.report.unsure) == (2, 0, 1)
    found = {record.url: record for record in dataset.records}
    assert found["https://corley-help.example/a"].text == farm_text("Corley")
    assert found["https://corley-help.example/a"].kind == "scraped"
    assert found["https://b.example/x"].confidence == "low"
    assert found["https://b.example/x"].page() == Page.from_html(html, url="https://b.example/x")


def test_a_text_is_exported_with_the_title_that_it_was_scored_with(service) -> None:
    ana, title = service.key("ana"), "Bridge of Corley " * 30
    label(service, ana, page=honest_page("Corley") | {"title": title}, verdict="legit")
    assert export(service, ana)[0]["title"] == title


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_does_not_know_is_refused(service, at) -> None:
    root = service.key("root", Scope.ADMIN)
    assert service.client.get("/v1/labels/export", headers=root, params={"at": at}).status_code == 422
    entry = {"action": "block", "target": "farm.example", "why": "x", "expires_at": at}
    assert service.client.post("/v1/lists", json=entry, headers=root).status_code == 422


def test_an_error_of_the_store_tells_nothing_of_what_was_to_be_written(service) -> None:
    given = {"page_id": "f" * 32, "domain": "a.example", "contact": "", "author": "ana"}
    with pytest.raises(DBAPIError) as error, service.store.write() as session:
        session.add(Appeal(text="our address is 12 Mill Street", at=datetime.now(UTC), **given))
    assert "Mill Street" not in str(error.value)


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_json_can_not_hold_does_not_stop_an_export(service, tmp_path, form) -> None:
    ana = service.key("ana")
    sent = {"page": {"url": "https://a.example/x", form: f"\ud800 {farm_text('Corley')}"}, "verdict": "farm"}
    headers = ana | {"Content-Type": "application/json"}
    assert service.client.post("/v1/labels", content=json.dumps(sent), headers=headers).status_code == 201
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(service.client.get("/v1/labels/export", headers=ana).content)
    found = load_dataset([file]).records[0].page()
    read = Page.from_text if form == "text" else Page.from_html
    assert found == read(sent["page"][form], url="https://a.example/x")


def test_a_past_moment_can_be_exported_again(service) -> None:
    ana, ben, cleo = (service.key(name) for name in ("ana", "ben", "cleo"))
    page = honest_page("Corley")
    moments, lines = [], []
    for key, verdict in ((ana, "farm"), (ben, "legit"), (cleo, "legit"), (ana, "legit")):
        row = label(service, key, page=page, verdict=verdict)
        moments.append(row["at"])
        lines.append(export(service, ana, at=row["at"]))
    service.client.post(f"/v1/labels/{row['id']}/undo", headers=ana)
    assert [line[0]["verdict"] for line in lines] == ["farm", "unsure", "legit", "legit"]
    assert [line[0]["annotators"] for line in lines] == [1, 2, 3, 3]
    assert [round(line[0]["agreement"], 2) for line in lines] == [1.0, 0.5, 0.67, 1.0]
    assert [export(service, ana, at=moment) for moment in moments] == lines
    assert export(service, ana)[0]["annotators"] == 3  # ana's first row stands again


def test_an_export_waits_for_decisions_that_are_under_way(service) -> None:
    ana = service.key("ana")
    first = label(service, ana, page=honest_page("Corley"), verdict="farm")
    with ThreadPoolExecutor(1) as pool:
        with service.store.write() as session:
            session.execute(text("SELECT 1"))
            decision = session.get_one(Decision, first["id"])
            undo(session, decision, "ana", "1")
            exported = pool.submit(service.client.get, "/v1/labels/export", headers=ana)
            with pytest.raises(TimeoutError):  # it has its moment, at which the undo stands already
                exported.result(0.5)
        assert exported.result(30).text == ""


def test_a_decision_has_its_time_once_it_may_be_written(service) -> None:
    given = dict.fromkeys(("kind", "copied", "links", "confidence", "note"), "")
    decision = Decision(
        domain="farm.example", verdict="farm", author="ana", policy="1", model="m", golden=False, **given
    )
    begun = []
    event.listen(service.store.engine, "begin", lambda _: begun.append(datetime.now(UTC)))
    with service.store.write() as session:
        add(session, decision)  # the first thing that this transaction does
    assert decision.at > begun[0]


@pytest.mark.parametrize("at", ["2026-11-24", "1764000000"])
def test_a_moment_without_time_and_zone_is_told_how_to_write_it(service, at) -> None:
    answer = service.client.get("/v1/labels/export", headers=service.key("ana"), params={"at": at})
    said = "query.at: must be a moment with time and zone, as 2026-11-23T12:00:00Z"
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


def test_what_lies_ahead_can_not_be_exported(service) -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    answer = service.client.get("/v1/labels/export", headers=service.key("ana"), params={"at": ahead})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.at")


def test_two_databases_made_by_migrations_have_the_tables_that_the_code_expects(store_url) -> None:
    store = Store(store_url)
    store.upgrade()
    found = inspect(store.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
        names = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= names
    store.close()


def test_a_page_without_a_decision_is_forgotten_and_a_decided_one_is_kept(serve, unsure_folder) -> None:
    from api.store.pages import forget_contents

    service = serve(unsure_folder, second_review_share=0)
    ana = service.key("ana")
    for place in ("Corley", "Belford"):
        service.score(ana, farm_page(place))
    label(service, ana, page=farm_page("Corley"), verdict="farm")
    waiting = service.client.post("/v1/queue/claim", headers=ana).json()["item"]
    label(service, ana, domain="other.example", verdict="farm")
    with service.store.write() as session:
        later = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)
        assert forget_contents(session, later, 90, None) == 0  # Belford waits in the queue
        session.execute(text("UPDATE items SET closed_at = opened_at"))
        assert forget_contents(session, later, 90, None) == 1
        assert forget_contents(session, later, 90, 900) == 0
    detail = service.client.get(f"/v1/pages/{waiting['page_id']}", headers=ana).json()
    assert (detail["page"], detail["verdict"], detail["domain"]) == (None, None, "belford-help.example")
    assert [line["url"] for line in export(service, ana)] == ["https://corley-help.example/a"]
    with service.store.write() as session:
        assert forget_contents(session, later, 90, 90) == 1
        assert session.scalars(select(StoredPage.content)).all() == [None, None]
    assert export(service, ana) == []
