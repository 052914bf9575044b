"""Lists: allow beats block, both beat the model, a reason can be muted; every match names its entry."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from api.models import Scope
from api.store.tables import ListEntry
from api.upkeep import Upkeep
from detector.blocklists.writing import ListFormat
from tests.api.conftest import farm_page, honest_page


def add(service, key, action, target, **more):
    entry = {"action": action, "target": target, "why": "seen by hand", **more}
    response = service.client.post("/v1/lists", json=entry, headers=key)
    assert response.status_code == 201, response.text
    return response.json()


def outcome(service, key, page):
    response = service.score(key, page)
    return response.headers["Chaffinch-Outcome"], response.headers.get("Chaffinch-Matches", "")


def test_allow_beats_block_and_both_beat_the_model(service) -> None:
    root = service.key("root", Scope.ADMIN)
    honest, farm = honest_page("Corley"), farm_page("Corley")
    plain = service.score(root, honest)
    block = add(service, root, "block", "corley-courier.example", evidence_url="https://tickets.example/1")
    assert outcome(service, root, honest) == ("farm", f"block:entries:{block['id']}")
    assert service.score(root, honest).content == plain.content
    allow = add(service, root, "allow", "x.example")
    both = add(service, root, "allow", "www.Corley-Courier.example/bridge")
    matches = f"allow:entries:{both['id']}, block:entries:{block['id']}"
    assert outcome(service, root, honest) == ("ok", matches)
    assert outcome(service, root, farm) == ("farm", "")
    removed = service.client.delete(f"/v1/lists/{both['id']}", headers=root).json()
    assert removed["removed_by"] == "root"
    assert service.client.delete(f"/v1/lists/{both['id']}", headers=root).status_code == 409
    assert outcome(service, root, honest)[0] == "farm"
    full = service.score(root, honest, explain="full").json()["outcome"]
    match = full["matches"][0]
    assert (full["by"], match["why"], match["author"]) == ("block", "seen by hand", "root")
    in_force = service.client.get("/v1/lists", headers=root).json()
    assert {entry["id"] for entry in in_force} == {block["id"], allow["id"]}
    assert len(service.client.get("/v1/lists", headers=root, params={"removed": True}).json()) == 3


def test_an_entry_ends_when_it_expires(service) -> None:
    root = service.key("root", Scope.ADMIN)
    past, future = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))
    add(service, root, "block", "corley-courier.example", expires_at=past.isoformat())
    assert outcome(service, root, honest_page("Corley")) == ("ok", "")
    add(service, root, "block", "corley-courier.example", expires_at=future.isoformat())
    assert outcome(service, root, honest_page("Corley"))[0] == "farm"


def test_one_reason_can_be_switched_off_for_one_site(service) -> None:
    root = service.key("root", Scope.ADMIN)
    page = farm_page("Corley")
    verdict = service.score(root, page).json()
    heaviest = verdict["evidence"][0]
    add(service, root, "mute", "corley-help.example", reason=heaviest["code"])
    full = service.score(root, page, explain="full").json()
    assert full["verdict"] == verdict
    gone = {f for item in verdict["evidence"] if item["code"] == heaviest["code"] for f in item["features"]}
    rest = verdict["base"] + sum(c["log_odds"] for c in verdict["contributions"] if c["feature"] not in gone)
    assert full["outcome"]["by"] == "mute"
    assert full["outcome"]["score"] == pytest.approx(1 / (1 + 2.718281828459045**-rest))
    assert full["outcome"]["score"] < verdict["score"]
    assert outcome(service, root, farm_page("Belford")) == ("farm", "")
    honest = honest_page("Corley") | {"url": "https://corley-help.example/b"}  # it does not show the reason
    shown = service.score(root, honest, explain="full").json()
    assert [shown["outcome"][name] for name in ("by", "score")] == ["model", shown["verdict"]["score"]]
    nameless = {"action": "mute", "target": "a.example", "why": "x"}
    assert service.client.post("/v1/lists", json=nameless, headers=root).status_code == 422


def test_bulk_lists_are_files_and_matches_name_the_list(serve, model_folder, tmp_path) -> None:
    file = tmp_path / "hosts.txt"
    file.write_text("# Last modified: 2026-03-01\n0.0.0.0 corley-courier.example\n")
    service = serve(model_folder, block_lists=(file,))
    key = service.key("pipeline", Scope.SCORE)
    assert outcome(service, key, honest_page("Corley")) == (
        "farm", "block:hosts.txt:corley-courier.example",
    )  # fmt: skip
    assert outcome(service, key, honest_page("Belford")) == ("ok", "")


def test_a_list_may_have_any_name(serve, model_folder, tmp_path) -> None:
    file = tmp_path / "список, ферм.txt"
    file.write_text("corley-courier.example\n")
    service = serve(model_folder, block_lists=(file,))
    _, matches = outcome(service, service.key("pipeline", Scope.SCORE), honest_page("Corley"))
    assert "," not in matches
    assert unquote(matches) == f"block:{file.name}:corley-courier.example"


def test_an_entry_holds_while_a_list_file_is_gone(serve, model_folder, tmp_path) -> None:
    file = tmp_path / "hosts.txt"
    file.write_text("0.0.0.0 corley-courier.example\n")
    service = serve(model_folder, block_lists=(file,), reload_seconds=3600)
    root = service.key("root", Scope.ADMIN)
    file.unlink()
    entry = add(service, root, "block", "belford-courier.example")
    assert outcome(service, root, honest_page("Belford")) == ("farm", f"block:entries:{entry['id']}")
    assert outcome(service, root, honest_page("Corley"))[0] == "farm"  # as it was last read
    assert service.client.delete(f"/v1/lists/{entry['id']}", headers=root).status_code == 200
    assert outcome(service, root, honest_page("Belford"))[0] == "ok"


def write_entry(service, **more: object) -> None:
    given = {"action": "block", "reason": "", "author": "ana", "at": datetime.now(UTC), "why": "seen by hand"}
    given |= {"evidence_url": "", "expires_at": None, "removed_at": None, "removed_by": "", **more}
    with service.store.write() as session:
        session.add(ListEntry(**given))


def test_entries_of_another_process_are_read_while_a_list_file_is_gone(serve, model_folder, tmp_path) -> None:
    service = serve(model_folder, block_lists=(tmp_path / "gone.txt",), reload_seconds=3600)
    root = service.key("root", Scope.ADMIN)
    write_entry(service, target="corley-courier.example")
    Upkeep(service.client.app.state.service).once()
    assert outcome(service, root, honest_page("Corley"))[0] == "farm"


def test_a_list_file_that_is_gone_is_logged_once(serve, model_folder, tmp_path, caplog) -> None:
    file = tmp_path / "gone.txt"
    service = serve(model_folder, block_lists=(file,), reload_seconds=3600)
    upkeep = Upkeep(service.client.app.state.service)
    caplog.clear()

    def warnings() -> int:
        upkeep.once()
        return [record.name for record in caplog.records].count("chaffinch.upkeep")

    assert [warnings(), warnings()] == [1, 1]
    file.write_text("farm.example\n")
    assert warnings() == 1
    file.unlink()
    assert warnings() == 2


def test_an_entry_that_is_committed_after_a_later_one_is_read_too(serve, model_folder) -> None:
    service = serve(model_folder, reload_seconds=3600)
    root = service.key("root", Scope.ADMIN)
    for number, place in ((2, "Corley"), (1, "Belford")):
        write_entry(service, id=number, target=f"{place.lower()}-courier.example")
        Upkeep(service.client.app.state.service).once()
        assert outcome(service, root, honest_page(place))[0] == "farm"


def test_an_account_on_a_platform_is_listed_alone(serve, model_folder, tmp_path) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text("*://platform.example/@spammer/*\n||platform.example/u/casino^$document\n")
    service = serve(model_folder, block_lists=(file,))
    root = service.key("root", Scope.ADMIN)
    page = honest_page("Corley")
    own = add(service, root, "block", "www.Platform.example/%40anna/")
    assert own["target"] == "platform.example/@anna"
    for path, expected in (
        ("@spammer/posts/1", ("farm", "block:accounts.txt:platform.example/@spammer")),
        ("%40spammer?page=2", ("farm", "block:accounts.txt:platform.example/@spammer")),
        ("u/casino", ("farm", "block:accounts.txt:platform.example/u/casino")),
        ("@anna/1", ("farm", f"block:entries:{own['id']}")),
        ("@spammers", ("ok", "")),
        ("u", ("ok", "")),
        ("", ("ok", "")),
    ):
        assert outcome(service, root, page | {"url": f"https://platform.example/{path}"}) == expected
    add(service, root, "allow", "platform.example/@spammer/imprint")
    allowed = outcome(service, root, page | {"url": "https://platform.example/@spammer/imprint"})
    assert allowed[0] == "ok"


@pytest.mark.parametrize("form", list(ListFormat))
def test_the_block_list_is_exported_in_every_form(service, form) -> None:
    root = service.key("root", Scope.ADMIN)
    add(service, root, "block", "farm.example")
    add(service, root, "block", "paper.example")
    add(service, root, "allow", "paper.example")
    for below in ("shop.allowed.example", "allowed.example/ads", "www.allowed.example"):
        add(service, root, "block", below)
    add(service, root, "allow", "allowed.example")  # with all below it, as in scoring
    text = service.client.get("/v1/lists/export", headers=root, params={"form": form.value}).text
    assert "farm.example" in text
    assert "seen by hand (root)" in text
    assert "paper.example" not in text
    assert "allowed.example" not in text


@pytest.mark.parametrize(
    "target",
    ["", "no-dot", "https://a.example/x", "a b.example", "com", "a.example/x?y=1", "a.example" + "/x" * 9],
)
def test_what_names_no_site_is_refused(service, target) -> None:
    entry = {"action": "block", "target": target, "why": "x"}
    root = service.key("root", Scope.ADMIN)
    response = service.client.post("/v1/lists", json=entry, headers=root)
    assert response.status_code == 422


def test_an_entry_that_was_kept_in_an_older_form_still_holds(service) -> None:
    with service.store.write() as session:
        session.add(
            ListEntry(
                action="block", target="platform.example/café*", reason="", why="seen by hand",
                evidence_url="", author="root", at=datetime.now(UTC), removed_by="",
            )
        )  # fmt: skip
    service.client.app.state.service.lists.refresh()
    page = honest_page("Corley") | {"url": "https://platform.example/caf%C3%A9*/1"}
    assert outcome(service, service.key("ana"), page)[0] == "farm"
