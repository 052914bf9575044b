"""The queue: order, claims, skips, second opinions, golden pages, appeals, recurring domains."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.models import Scope
from api.store.pages import uncertainty_of
from api.store.reviewers import kappa
from tests.api.conftest import farm_page, honest_page
from tests.api.test_ledger import export, label


def claim(service, key, **wanted):
    response = service.client.post("/v1/queue/claim", headers=key, json=wanted)
    assert response.status_code in (200, 204), response.text
    return response.json()["item"] if response.status_code == 200 else None


def queue(service, key, **query):
    return service.client.get("/v1/queue", headers=key, params=query).json()


def test_pages_are_queued_by_uncertainty_times_reach(unsure) -> None:
    ana = unsure.key("ana")
    for place, reach in (("Corley", 10), ("Belford", 1000), ("Hexton", 100)):
        unsure.score(ana, {**farm_page(place), "reach": reach})
    found = queue(unsure, ana)
    assert [item["reach"] for item in found["items"]] == [1000, 100, 10]
    assert found["open"] == 3
    for item in found["items"]:
        assert item["priority"] == pytest.approx(uncertainty_of(item["score"]) * item["reach"])
    unsure.score(ana, {**farm_page("Corley"), "reach": 5000})
    assert queue(unsure, ana)["items"][0]["reach"] == 5000
    assert queue(unsure, ana, domain="hexton-help.example")["items"][0]["reach"] == 100
    assert [uncertainty_of(score) for score in (0.0, 0.5, 1.0, None)] == [0, 1, 0, 0]


def test_a_confident_model_queues_nothing(service) -> None:
    ana = service.key("ana")
    service.score(ana, farm_page("Corley"))
    service.score(ana, honest_page("Corley"))
    assert queue(service, ana) == {"items": [], "open": 0}


def test_two_moderators_never_get_one_item(unsure) -> None:
    keys = [unsure.key(name) for name in ("ana", "ben", "cleo", "dov")]
    for place in ("Corley", "Belford", "Hexton", "Arnwick", "Garsdale", "Eastrop"):
        unsure.score(keys[0], farm_page(place))
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda key: claim(unsure, key), keys))
    assert len({item["id"] for item in got}) == 4
    assert claim(unsure, keys[0])["id"] == got[0]["id"]  # what one has comes first again
    one = got[0]["id"]
    assert unsure.client.post(f"/v1/queue/{one}/claim", headers=keys[1]).status_code == 409
    assert unsure.client.post(f"/v1/queue/{one}/release", headers=keys[1]).status_code == 409
    stolen = {"page_id": got[0]["page_id"], "verdict": "farm", "item_id": one}
    assert unsure.client.post("/v1/labels", json=stolen, headers=keys[1]).status_code == 409
    assert unsure.client.post(f"/v1/queue/{one}/release", headers=keys[0]).status_code == 204
    assert unsure.client.post(f"/v1/queue/{one}/claim", headers=keys[1]).status_code == 200
    assert unsure.client.get("/v1/queue/999", headers=keys[0]).status_code == 404


def test_a_claim_runs_out(serve, unsure_folder) -> None:
    service = serve(unsure_folder, claim_minutes=1e-9, second_review_share=0)
    ana, ben = service.key("ana"), service.key("ben")
    service.score(ana, farm_page("Corley"))
    assert claim(service, ana)["id"] == claim(service, ben)["id"]


def test_a_skipped_item_goes_to_others(unsure) -> None:
    ana, ben = unsure.key("ana"), unsure.key("ben")
    unsure.score(ana, farm_page("Corley"))
    item = claim(unsure, ana)
    skip = unsure.client.post(f"/v1/queue/{item['id']}/release", json={"skip": True}, headers=ana)
    assert skip.status_code == 204
    assert claim(unsure, ana) is None
    assert claim(unsure, ben)["id"] == item["id"]


def test_a_decision_closes_the_item_and_its_undo_opens_it_again(unsure) -> None:
    ana = unsure.key("ana")
    unsure.score(ana, farm_page("Corley"))
    item = claim(unsure, ana)
    row = label(unsure, ana, page_id=item["page_id"], verdict="farm", item_id=item["id"])
    assert row["item_id"] == item["id"]
    assert queue(unsure, ana)["open"] == 0
    unsure.score(ana, farm_page("Corley"))  # decided: seen again, it is not queued again
    assert queue(unsure, ana)["open"] == 0
    unsure.client.post(f"/v1/labels/{row['id']}/undo", headers=ana)
    assert claim(unsure, ana)["id"] == item["id"]


def test_a_share_of_items_is_judged_by_two(serve, unsure_folder) -> None:
    service = serve(unsure_folder, second_review_share=1, golden_every=0)
    ana, ben, cleo = (service.key(name) for name in ("ana", "ben", "cleo"))
    service.score(ana, farm_page("Corley"))
    item = claim(service, ana)
    label(service, ana, page_id=item["page_id"], verdict="farm", item_id=item["id"])
    assert claim(service, ana) is None  # nobody judges twice
    second = claim(service, ben)
    assert second["id"] == item["id"]
    seen = [service.client.get(f"/v1/queue/{item['id']}", headers=key).json() for key in (ana, ben)]
    assert [len(detail["page"]["labels"]) for detail in seen] == [1, 0]  # ben judges for himself
    assert [len(detail["domain"]["decisions"]) for detail in seen] == [1, 0]
    label(service, ben, page_id=item["page_id"], verdict="legit", item_id=item["id"])
    assert claim(service, cleo) is None
    found = service.client.get("/v1/disagreements", headers=cleo).json()
    assert [[row["author"], row["verdict"]] for row in found[0]["labels"]] == [
        ["ana", "farm"],
        ["ben", "legit"],
    ]
    assert export(service, cleo)[0]["verdict"] == "unsure"
    agreements = service.client.get("/v1/reviewers", headers=cleo).json()["agreements"]
    assert agreements == [{"authors": ["ana", "ben"], "pages": 1, "agreed": 0, "kappa": 0.0}]


def test_a_claim_outlasts_what_others_do_to_the_item(serve, unsure_folder) -> None:
    service = serve(unsure_folder, second_review_share=1, golden_every=0)
    ana, ben, cleo = (service.key(name) for name in ("ana", "ben", "cleo"))
    service.score(ana, farm_page("Corley"))
    item = claim(service, ana)
    row = label(service, ana, page_id=item["page_id"], verdict="farm", item_id=item["id"])
    assert claim(service, ben)["id"] == item["id"]
    service.client.post(f"/v1/labels/{row['id']}/undo", headers=ana)
    assert claim(service, cleo) is None  # ben is at work on it
    label(service, ana, page_id=item["page_id"], verdict="legit")  # without taking it from the queue
    assert claim(service, cleo) is None
    label(service, ben, page_id=item["page_id"], verdict="legit", item_id=item["id"])
    assert queue(service, ana)["open"] == 0


def test_one_sees_that_one_s_own_decision_was_taken_back(unsure) -> None:
    ana, ben, root = unsure.key("ana"), unsure.key("ben"), unsure.key("root", Scope.ADMIN)
    unsure.score(ana, farm_page("Corley"))
    item = claim(unsure, ana)
    row = label(unsure, ana, page_id=item["page_id"], verdict="farm", item_id=item["id"])
    undone = unsure.client.post(f"/v1/labels/{row['id']}/undo", headers=root).json()
    for key, expected in ((ana, [undone["id"], row["id"]]), (ben, [])):
        detail = unsure.client.get(f"/v1/queue/{item['id']}", headers=key).json()
        assert [seen["id"] for seen in detail["page"]["labels"]] == expected
        assert [seen["id"] for seen in detail["domain"]["decisions"]] == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, by chance 0.5
        ([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15, 0.4),
        ([("y", "y"), ("n", "n")], 1.0),
        ([("y", "n"), ("n", "y")], -1.0),
        ([("y", "y")], None),
    ],
)
def test_kappa_is_agreement_beyond_chance(pairs, expected) -> None:
    assert kappa(pairs) == (None if expected is None else pytest.approx(expected))


def test_golden_pages_look_like_others_and_measure_their_reader(serve, unsure_folder) -> None:
    service = serve(unsure_folder, second_review_share=0, golden_every=2)
    root, ana, ben = service.key("root", Scope.ADMIN), service.key("ana"), service.key("ben")
    golden = label(service, root, page=farm_page("Dunmere"), verdict="farm")["page_id"]
    body = {"page_id": golden, "verdict": "farm"}
    assert service.client.post("/v1/golden", json=body, headers=ana).status_code == 403
    assert service.client.post("/v1/golden", json=body, headers=root).status_code == 201
    assert service.client.post("/v1/golden", json=body, headers=root).status_code == 409
    for place in ("Corley", "Belford", "Hexton"):
        service.score(ana, farm_page(place))
    met = []
    for _ in range(3):
        item = claim(service, ana)
        met.append(item["page_id"])
        assert item["reason"] == "uncertain"
        detail = service.client.get(f"/v1/queue/{item['id']}", headers=ana).json()
        assert (detail["page"]["labels"], detail["domain"]["decisions"]) == ([], [])  # no word of root's
        mine = queue(service, ana)
        assert len(mine["items"]) == mine["open"]  # no sign of one that others do not have
        assert item["uncertainty"] == pytest.approx(uncertainty_of(item["score"]))
        others = {other["id"] for other in queue(service, ben)["items"]}
        assert (item["id"] in others) == (item["page_id"] != golden)
        verdict = "legit" if item["page_id"] == golden else "farm"
        label(service, ana, page_id=item["page_id"], verdict=verdict, item_id=item["id"])
    assert met.count(golden) == 1
    assert met[1] == golden
    found = {
        row["author"]: row for row in service.client.get("/v1/reviewers", headers=ana).json()["reviewers"]
    }
    assert (found["ana"]["golden"], found["ana"]["golden_right"]) == (1, 0)
    exported = {line["id"]: line for line in export(service, ana)}
    assert exported[golden]["author"] == "root"  # what measures a reader teaches nothing


def test_a_golden_page_waits_for_its_reader_and_never_queues_itself(serve, unsure_folder) -> None:
    service = serve(unsure_folder, second_review_share=0, golden_every=1)
    root, ana = service.key("root", Scope.ADMIN), service.key("ana")
    for place in ("Corley", "Belford"):
        page_id = service.score(ana, farm_page(place)).headers["Chaffinch-Page"]
        service.client.post("/v1/golden", json={"page_id": page_id, "verdict": "farm"}, headers=root)
        label(service, root, page_id=page_id, verdict="farm")
    assert queue(service, root)["open"] == 0
    service.score(ana, farm_page("Corley"))
    assert queue(service, root)["open"] == 0
    first = claim(service, ana)
    assert claim(service, ana)["id"] == first["id"]  # asked again before deciding: no other one is used up
    label(service, ana, page_id=first["page_id"], verdict="farm", item_id=first["id"])
    second = claim(service, ana)
    assert second["page_id"] != first["page_id"]
    service.client.post(f"/v1/queue/{second['id']}/release", json={"skip": True}, headers=ana)
    assert claim(service, ana) is None


def test_an_owner_s_appeal_puts_a_decided_page_back(service) -> None:
    ana = service.key("ana")
    row = label(service, ana, page=honest_page("Corley"), verdict="farm")
    appeal = {"page_id": row["page_id"], "text": "We are a paper.", "contact": "desk@corley-courier.example"}
    assert service.client.post("/v1/appeals", json=appeal, headers=ana).status_code == 201
    item = claim(service, service.key("ben"))
    assert (item["reason"], item["page_id"]) == ("appeal", row["page_id"])
    detail = service.client.get(f"/v1/queue/{item['id']}", headers=ana).json()
    assert detail["page"]["appeals"][0]["text"] == "We are a paper."
    assert [label["id"] for label in detail["page"]["labels"]] == [row["id"]]
    label(service, service.key("ben"), page_id=row["page_id"], verdict="legit", item_id=item["id"])
    assert queue(service, ana)["open"] == 0
    missing = {"page_id": "0" * 32, "text": "?"}
    assert service.client.post("/v1/appeals", json=missing, headers=ana).status_code == 404


def test_an_appeal_is_not_settled_by_who_has_not_read_it(unsure) -> None:
    ana, ben = unsure.key("ana"), unsure.key("ben")
    unsure.score(ana, farm_page("Corley"))
    item = claim(unsure, ana)
    appeal = {"page_id": item["page_id"], "text": "We are a paper."}
    assert unsure.client.post("/v1/appeals", json=appeal, headers=ben).status_code == 201
    decision = {"page_id": item["page_id"], "verdict": "farm", "item_id": item["id"]}
    refused = unsure.client.post("/v1/labels", json=decision, headers=ana)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:chaffinch:problem:claimed")
    again = unsure.client.post(f"/v1/queue/{item['id']}/claim", headers=ana).json()
    assert again["page"]["appeals"][0]["text"] == "We are a paper."
    assert unsure.client.post("/v1/labels", json=decision, headers=ana).status_code == 201
    assert queue(unsure, ana)["open"] == 0


def test_a_domain_that_flagged_sites_promote_queues_itself(service) -> None:
    ana = service.key("ana")
    places = ("Corley", "Belford", "Hexton")
    for count, place in enumerate(places, 1):
        service.score(ana, farm_page(place, promoted=("hub-casino.example",)))
        found = {item["domain"]: item for item in queue(service, ana)["items"]}
        assert ("hub-casino.example" in found) == (count == 3)
    item = found["hub-casino.example"]
    assert (item["reason"], item["page_id"], item["reach"]) == ("recurrence", None, 3)
    known = service.client.get("/v1/domains/hub-casino.example", headers=ana).json()
    assert {promoter["domain"] for promoter in known["promoted_by"]} == {
        f"{place.lower()}-help.example" for place in places
    }
    appeal = {"domain": "hub-casino.example", "text": "We never asked for it."}
    assert service.client.post("/v1/appeals", json=appeal, headers=ana).status_code == 201
    appealed = next(i for i in queue(service, ana)["items"] if i["id"] == item["id"])
    assert [appealed[name] for name in ("reason", "reach", "priority")] == ["appeal", 3, 3.0]
    label(service, ana, domain="hub-casino.example", verdict="farm")
    service.score(ana, farm_page("Arnwick", promoted=("hub-casino.example",)))
    assert "hub-casino.example" not in {item["domain"] for item in queue(service, ana)["items"]}
    own = service.client.get("/v1/domains/corley-help.example", headers=ana).json()
    assert (own["pages"], own["labels"]) == (1, {"farm": 1})
    assert "hub-casino.example" in {promoted["domain"] for promoted in own["promotes"]}
