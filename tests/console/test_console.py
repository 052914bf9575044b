"""What moderators do in the console, in a real browser."""

import json
from datetime import datetime

import httpx2 as httpx
import pytest

from api.models import Scope
from detector import Detector, Page
from tests.api.conftest import farm_page, honest_page
from tests.console.browser import Browser
from tests.console.site import Site

ATTACK = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>"
PATHS = (
    "/console",
    "/console/queue",
    "/console/decisions",
    "/console/domain?name=corley-help.example",
    "/console/lists",
    "/console/model",
)
LOUD = (
    "document.querySelectorAll('main img[src], main script, main b, main iframe, main a[href^=http]').length"
)


def api(site: Site, name: str) -> httpx.Client:
    """Return a client of the API with a key of its own."""
    key = site.key(name, Scope.ADMIN)
    return httpx.Client(base_url=site.address, headers={"Authorization": f"Bearer {key}"})


def send(site: Site, *pages: dict) -> list[str]:
    """Score pages and wait until they are recorded; return their ids."""
    with api(site, "pipeline") as client:
        answers = [client.post("/v1/score", json=page) for page in pages]
        client.get("/healthz")  # pages are handed to the recorder after the answer, and before the next one
    assert [answer.status_code for answer in answers] == [200] * len(pages)
    assert site.service.recorder.flush(30)
    return [answer.headers["Chaffinch-Page"] for answer in answers]


def score(browser: Browser, page: dict) -> None:
    browser.paste("#url", page.get("url", ""))
    browser.paste("#content", page.get("html") or page.get("text"))
    browser.click("#page button")
    browser.wait_for("#status", "Scored")


def outcome(site: Site, page: dict) -> str:
    """Return what the lists make of a page."""
    with api(site, "pipeline") as client:
        return client.post("/v1/score", json=page).headers["Chaffinch-Outcome"]


def asked(browser: Browser, method: str, path: str, body: dict | None, token: str) -> int:
    """Return the status of a request that a script in the page sends with a token (an expression)."""
    return browser.script(
        f"return fetch(arguments[1], {{method: arguments[0], headers: {{'X-CSRF-Token': {token},"
        " 'Content-Type': 'application/json'}, body: arguments[2]}).then(answer => answer.status)",
        method,
        path,
        json.dumps(body),
    )


def ledger(site: Site) -> list[tuple[str, str, str]]:
    """Return author, domain and verdict of all decisions, oldest first."""
    with api(site, "auditor") as client:
        rows = client.get("/v1/labels").json()
    return [(row["author"], row["domain"], row["verdict"]) for row in reversed(rows)]


def test_logging_in_and_out(site, browser) -> None:
    browser.driver.get(site.address)
    browser.type("#key", "chaffinch_nobody_nothing\n")
    browser.wait_for("#alert", "unknown or revoked")
    browser.log_in(site, "ana", "/console/model")
    browser.wait_for("h1", "Model in service")
    browser.wait_for(".who", "ana")
    browser.driver.get(site.address + "/console/login?next=https://elsewhere.example/console")
    browser.until(lambda: browser.driver.current_url == site.address + "/console")
    browser.click("#log-out")
    browser.one("#key")
    browser.driver.get(site.address + "/console/queue")
    browser.one("#key")


def test_every_piece_of_evidence_leads_to_its_place_in_the_text(site, browser) -> None:
    page = farm_page("Corley")
    verdict = Detector.load(site.model).score(Page.from_text(page["text"], url=page["url"]))
    browser.log_in(site, "ana")
    score(browser, page)
    assert browser.one(".badge").text == "Farm"
    assert browser.texts(".evidence li .foreign:first-child") == [item.message for item in verdict.evidence]
    placed = [item for item in verdict.evidence if item.start is not None]
    buttons = browser.all(".evidence button")
    assert len(buttons) == len(placed) > 1
    shown = Page.from_text(page["text"], url=page["url"]).text
    last = max(item.start for item in placed)
    assert any(ord(character) > 0xFFFF for character in shown[:last])  # two places in UTF-16
    assert "".join(browser.texts(".text p")) == shown
    for button, item in zip(buttons, placed, strict=True):
        button.click()
        assert "".join(browser.texts("mark.current")) == shown[item.start : item.end]
        assert button.get_attribute("aria-current") == "true"
        assert browser.script("return document.activeElement.matches('mark.current')")
        assert browser.script(
            "const box = document.querySelector('.text').getBoundingClientRect();"
            "const mark = document.querySelector('mark.current').getBoundingClientRect();"
            "return box.top <= mark.bottom && mark.top <= box.bottom && mark.top < innerHeight"
        )
    browser.press("\ue00c")
    assert browser.script("return document.activeElement === arguments[0]", buttons[-1])


def test_promoted_domains_flip_set_and_families_are_shown(site, browser) -> None:
    browser.log_in(site, "ana")
    score(browser, farm_page("Corley", ("forex-ring.example", "casino-ring.example", "win-bet.example")))
    assert "win-bet.example" in browser.texts('[aria-labelledby="promoted-title"] tbody a')
    browser.click('[aria-label="Show win-bet.example in the text"]')
    assert browser.texts("mark.current") == ["win-bet.example"]
    families = browser.texts(".bars tbody th")
    assert {"promotion", "boilerplate", "start"} <= set(families)
    assert browser.texts('[aria-labelledby="flip-title"] code')


def test_a_page_that_can_not_be_judged_says_why(site, browser) -> None:
    browser.log_in(site, "ana")
    for page, reason in (
        ({"text": "Too short."}, "too little text"),
        ({"html": "<html><body><div></div></body></html>"}, "no text at all"),
    ):
        score(browser, page)
        assert browser.one(".badge").text == "Can’t be judged"
        browser.wait_for("#result .notice", reason)


def test_what_a_page_holds_is_only_ever_text(unsure, browser) -> None:
    body = "".join(f"<p>{line}</p>" for line in honest_page("Corley")["text"].splitlines())
    shown = ATTACK.replace("<", "&lt;")
    html = f"<html><head><title>{shown}</title></head><body>{body}<p>{shown}</p>{ATTACK}</body></html>"
    page = {"url": f"https://corley.example/?{ATTACK}", "html": html}
    (page_id,) = send(unsure, page)
    with api(unsure, "desk") as client:
        for path, sent in (
            ("/v1/appeals", {"page_id": page_id, "text": ATTACK, "contact": ATTACK}),
            ("/v1/labels", {"page_id": page_id, "verdict": "farm", "note": ATTACK}),
            (
                "/v1/lists",
                {"action": "allow", "target": "corley.example", "why": ATTACK, "evidence_url": ATTACK},
            ),
        ):
            assert client.post(path, json=sent).status_code == 201
    browser.log_in(unsure, "ana")
    score(browser, page)
    assert ATTACK in "".join(browser.texts(".text"))
    for path, css in (
        (f"/console?page={page_id}", "#history td"),
        ("/console/domain?name=corley.example", "#known td"),
        ("/console/decisions", "#ledger td"),
        ("/console/lists", "#entries td"),
        (f"/console/domain?name={ATTACK}", "#alert"),
    ):
        browser.driver.get(unsure.address + path)
        browser.one(css)
        assert path.endswith(ATTACK) or any(ATTACK in text for text in browser.texts(css))
        assert browser.script(f"return {LOUD}") == 0
        assert browser.script("return window.hurt === undefined")


def test_reviewing_by_keys_alone(unsure, browser) -> None:
    pages = [
        farm_page("Corley") | {"reach": 900},
        honest_page("Belford") | {"reach": 5000},
        farm_page("Hexton"),
    ]
    send(unsure, *pages)
    browser.log_in(unsure, "ana", "/console/queue")
    browser.wait_for("#items", "hexton")
    assert not browser.all("#decide")
    order = [
        text.removeprefix("https://").split("/")[0]
        for text in browser.texts("#items button > span:first-child")
    ]
    browser.press("n")
    browser.wait_for("h1", order[0])
    browser.press("f")
    browser.wait_for("h1", order[1])
    assert ledger(unsure) == [("ana", order[0], "farm")]
    browser.press("s")
    browser.wait_for("h1", order[2])
    browser.wait_for("#status", "Skipped")
    browser.press("l")
    browser.wait_for("#item", "Nothing waits")
    assert ledger(unsure)[1:] == [("ana", order[2], "legit")]
    for expected in (order[2], order[1], order[0]):
        browser.press("u")
        browser.wait_for("h1", expected)
        browser.until(lambda: not browser.script("return document.body.hasAttribute('aria-busy')"))
    assert ledger(unsure)[2:] == [("ana", order[2], "undo"), ("ana", order[0], "undo")]
    assert not browser.one("#undo").is_enabled()
    browser.press("r")
    browser.wait_for("#item", "Given back")
    browser.until(lambda: len(browser.all("#items button")) == 3)


def test_keys_do_nothing_while_one_writes_or_has_switched_them_off(unsure, browser) -> None:
    send(unsure, farm_page("Corley"))
    browser.log_in(unsure, "ana", "/console/queue")
    browser.press("n")
    browser.wait_for("h1", "corley-help.example")
    browser.click("#decide summary")
    browser.type("#note", "a full list of fulls")
    browser.click("#keys-on")
    browser.press("f")
    browser.driver.refresh()
    browser.wait_for("#items", "corley-help.example")
    assert not browser.one("#keys-on").is_selected()
    browser.press("n")
    assert not browser.script("return document.body.hasAttribute('aria-busy')")
    browser.click("#keys-on")
    browser.press("n")
    browser.wait_for("h1", "corley-help.example")
    browser.click("#decide summary")
    browser.type("#note", "copied")
    browser.one("#kind").send_keys("scraped")
    browser.click("[data-verdict=unsure]")
    browser.wait_for("#item", "Nothing waits")
    with api(unsure, "auditor") as client:
        rows = client.get("/v1/labels").json()
    assert [(row["verdict"], row["note"], row["kind"]) for row in rows] == [("unsure", "copied", "scraped")]


def test_an_item_that_another_has_can_only_be_looked_at(unsure, browser) -> None:
    send(unsure, farm_page("Corley"))
    with api(unsure, "ben") as client:
        assert client.post("/v1/queue/claim").status_code == 200
        browser.log_in(unsure, "ana", "/console/queue")
        browser.wait_for("#items", "with ben")
        browser.click("#items button")
        browser.wait_for("#item", "ben has it")
        assert browser.one(".text")
        assert not browser.all("#decide")
        browser.press("f")
        browser.click("#next")
        browser.wait_for("#item", "Nothing waits")
        assert ledger(unsure) == []


def test_the_queue_is_narrowed_and_shows_appeals(unsure, browser) -> None:
    page_id, _ = send(unsure, farm_page("Corley"), farm_page("Hexton"))
    with api(unsure, "desk") as client:
        client.post("/v1/appeals", json={"page_id": page_id, "text": "We hold a licence.", "contact": "Mara"})
    browser.log_in(unsure, "ana", "/console/queue")
    browser.until(lambda: len(browser.all("#items button")) == 2)
    browser.one("#reason").send_keys("appeal")
    browser.click("#filters button")
    browser.until(lambda: len(browser.all("#items button")) == 1)
    browser.click("#next")
    browser.wait_for(".appeals", "We hold a licence.")
    browser.paste("#domain", "hexton-help.example")
    browser.one("#reason").send_keys("any")
    browser.click("#filters button")
    browser.wait_for("#items", "hexton-help.example")
    browser.paste("#domain", "not a domain")
    browser.click("#filters button")
    browser.wait_for("#alert", "domain")


def test_where_two_moderators_differ(site, browser) -> None:
    page = farm_page("Corley")
    for name, verdict in (("ana", "farm"), ("ben", "legit")):
        with api(site, name) as client:
            client.post("/v1/labels", json={"page": page, "verdict": verdict}).raise_for_status()
    browser.log_in(site, "ana", "/console/decisions")
    browser.wait_for("#disagreements", "corley-help.example")
    assert browser.texts("#disagreements tbody th") == ["ana", "ben"]
    browser.wait_for("#agreement", "ana and ben")
    browser.click("#ledger tbody button")
    browser.wait_for("#ledger", "taken back")
    assert ledger(site)[-1] == ("ana", "corley-help.example", "undo")
    browser.click("#disagreements a")
    browser.wait_for("#history", "legit")
    browser.click("[data-verdict=legit]")
    browser.wait_for("#status", "Noted")
    browser.driver.get(site.address + "/console/decisions")
    browser.wait_for("#disagreements", "Nowhere")


def test_an_admin_adds_entries_and_ends_them(site, browser) -> None:
    page = honest_page("Corley")
    browser.log_in(site, "root", "/console/lists", Scope.ADMIN)
    browser.wait_for("#entries", "None.")
    browser.type("#target", "not a domain")
    browser.type("#why", ATTACK)
    browser.click("#add button")
    browser.wait_for("#alert", "must be a domain")
    browser.one("#target").clear()
    browser.type("#target", "www.Corley-Courier.example/bridge")
    browser.type("#evidence", "https://tickets.example/17")
    browser.script("arguments[0].value = '2031-05-01T12:00'", browser.one("#expires"))
    browser.click("#add button")
    browser.wait_for("#status", "in force")
    assert outcome(site, page) == "farm"
    with api(site, "auditor") as client:
        (entry,) = client.get("/v1/lists").json()
    local = datetime.fromisoformat(entry["expires_at"]).timestamp()
    assert browser.script("return new Date('2031-05-01T12:00').getTime()") == local * 1000
    assert (entry["target"], entry["action"], entry["why"], entry["author"], entry["evidence_url"]) == (
        "corley-courier.example/bridge", "block", ATTACK, "root", "https://tickets.example/17",
    )  # fmt: skip
    assert ATTACK in "".join(browser.texts("#entries td"))
    assert browser.script(f"return {LOUD}") == 0
    browser.click("#entries button")
    browser.wait_for("#entries", "None.")
    assert outcome(site, page) == "ok"
    browser.click("#ended")
    browser.click("#filters button")
    browser.wait_for("#entries", "ended by root")
    assert not browser.all("#entries button")


def test_a_reason_is_switched_off_where_it_is_seen(site, browser) -> None:
    page = farm_page("Corley")
    browser.log_in(site, "root", "/console", Scope.ADMIN)
    score(browser, page)
    code = browser.texts(".evidence .hint")[0].partition(" ")[0]
    browser.click(".evidence .hint a")
    browser.one("#reason")
    filled = [browser.one(f"#{name}").get_property("value") for name in ("action", "target", "reason")]
    assert filled == ["mute", "corley-help.example", code]
    assert browser.script("return document.activeElement.id") == "why"
    browser.type("#why", "their own brand\n")
    browser.wait_for("#status", "in force")
    assert not browser.all("#reason")
    with api(site, "pipeline") as client:
        full = client.post("/v1/score?explain=full", json=page).json()
    assert (full["outcome"]["by"], full["outcome"]["matches"][0]["reason"]) == ("mute", code)
    assert full["outcome"]["score"] < full["verdict"]["score"]
    browser.driver.get(site.address + "/console/domain?name=corley-help.example")
    browser.wait_for("#known", code)
    browser.click('[aria-label="End mute corley-help.example"]')
    browser.wait_for("#known", "ended by root")


def test_a_moderator_sees_lists_and_can_not_change_them(site, browser) -> None:
    with api(site, "root") as client:
        entry = {"action": "block", "target": "corley-help.example", "why": "seen by hand"}
        assert client.post("/v1/lists", json=entry).status_code == 201
    browser.log_in(site, "ana", "/console/lists")
    browser.wait_for("#entries", "seen by hand")
    assert not browser.all("#add, #entries button")
    browser.driver.get(site.address + "/console/domain?name=corley-help.example")
    browser.wait_for("#known", "seen by hand")
    assert not browser.all("#known a[href*=lists], #known button")
    token = "document.querySelector('meta[name=csrf-token]').content"
    for method, path in (("POST", "/v1/lists"), ("DELETE", "/v1/lists/1")):
        assert asked(browser, method, path, entry, token) == 403


def test_an_appeal_goes_back_into_the_queue(site, browser) -> None:
    (page_id,) = send(site, farm_page("Corley"))
    browser.log_in(site, "ana", f"/console?page={page_id}")
    browser.click("#appeal summary")
    browser.type("#appeal-text", f"We hold a licence. {ATTACK}")
    browser.type("#contact", "desk@corley-help.example")
    browser.click("#appeal button")
    browser.wait_for(".appeals", "We hold a licence.")
    browser.wait_for("#status", "waits in the queue")
    browser.driver.get(site.address + "/console/domain?name=belford.example")
    browser.click("#appeal summary")
    browser.type("#appeal-text", "Not ours.")
    browser.click("#appeal button")
    browser.wait_for(".appeals", "Not ours.")
    browser.driver.get(site.address + "/console/queue")
    browser.until(lambda: len(browser.all("#items button")) == 2)
    with api(site, "auditor") as client:
        items = client.get("/v1/queue").json()["items"]
        assert {(item["reason"], item["domain"], item["page_id"]) for item in items} == {
            ("appeal", "corley-help.example", page_id), ("appeal", "belford.example", None),
        }  # fmt: skip
    assert browser.script(f"return {LOUD}") == 0


def test_a_session_that_is_over_leads_back_to_the_login(site, browser) -> None:
    browser.log_in(site, "ana")
    browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.paste("#content", "Anything.")
    browser.click("#page button")
    browser.wait_for("#alert", "log in")
    browser.click("#alert a")
    browser.one("#key")


def test_a_changing_request_without_the_token_is_refused(site, browser) -> None:
    browser.log_in(site, "root", "/console", Scope.ADMIN)
    entry = {"action": "block", "target": "corley-help.example", "why": "x"}
    for method, path, body in (
        ("POST", "/v1/labels", {"domain": "corley-help.example", "verdict": "farm"}),
        ("POST", "/v1/lists", entry),
        ("DELETE", "/v1/lists/1", None),
        ("POST", "/v1/appeals", {"domain": "corley-help.example", "text": "x"}),
    ):
        assert asked(browser, method, path, body, "''") == 403
    assert ledger(site) == []
    with api(site, "auditor") as client:
        assert client.get("/v1/lists").json() == client.get("/v1/queue").json()["items"] == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_pages_are_accessible_and_fit_the_screen(unsure, browser, width, scheme) -> None:
    axe = pytest.importorskip("axe_core_python.base", reason="no axe: pip install '.[e2e]'")
    page = farm_page("Corley")
    send(unsure, page)
    with api(unsure, "ben") as client:
        client.post("/v1/labels", json={"page": page, "verdict": "farm", "note": "copied"}).raise_for_status()
        client.post("/v1/appeals", json={"domain": "corley-help.example", "text": "No."}).raise_for_status()
        entry = {
            "action": "mute",
            "target": "corley-help.example",
            "reason": "promotion.calls",
            "why": "theirs",
        }
        client.post("/v1/lists", json=entry | {"evidence_url": "https://t.example/1"}).raise_for_status()
    browser.look(width, 800, scheme)

    def check(state: str) -> None:
        browser.script(axe.AXE_SCRIPT)
        found = browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
            ".then(done, error => done({violations: [{id: String(error), nodes: []}]}))"
        )
        wrong = [(v["id"], [node["html"][:200] for node in v["nodes"][:3]]) for v in found["violations"]]
        assert not wrong, state
        assert "color-contrast" in {rule["id"] for rule in found["passes"]}, state
        wide = browser.script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide == 0, state

    browser.driver.get(unsure.address + "/console/login")
    browser.one("#key")
    check("login")
    browser.log_in(unsure, "ana")
    score(browser, page)
    check("score")
    for path in PATHS[1:]:
        browser.driver.get(unsure.address + path)
        browser.one("main table, #items button")
        check(path)
    browser.driver.get(unsure.address + "/console/queue")
    browser.click("#items button")
    browser.one("#decide")
    check("queue, with an item")
    browser.log_in(unsure, "root", "/console/lists?action=mute&target=corley-help.example", Scope.ADMIN)
    browser.wait_for("#entries", "corley-help.example")
    check("lists, for an admin")
    browser.driver.get(unsure.address + "/console/domain?name=corley-help.example")
    browser.click("#appeal summary")
    check("domain, for an admin, with an appeal")
