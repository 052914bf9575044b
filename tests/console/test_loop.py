"""The whole loop: a moderator corrects the service, and a model that has learnt from it takes over."""

import json
from pathlib import Path

from detector.cli import make_app
from tests.api.conftest import PAIRS, decided_pages
from tests.console.test_console import api

SEED = Path(__file__).parents[2] / "docs/examples/republished-page.txt"


def test_what_moderators_decide_comes_back_as_a_new_model(site, browser, tmp_path) -> None:
    with api(site, "ben") as client:
        for verdict, page in decided_pages():
            client.post("/v1/labels", json={"page": page, "verdict": verdict}).raise_for_status()

    browser.log_in(site, "ana")
    browser.paste("#url", "https://harbourdeals.example/ferry")
    browser.paste("#content", SEED.read_text("utf-8"))
    browser.click("#page button")
    browser.wait_for("#status", "Scored")
    marked = "".join(browser.texts("mark"))
    assert "ultra-simcard.example" in marked
    assert "arlenfoodbox.example" in marked
    old = browser.texts("#verdict-title ~ .hint code")[0]
    browser.one("#kind").send_keys("scraped")
    browser.click("[data-verdict=farm]")
    browser.wait_for("#history", "scraped")

    browser.driver.get(site.address + "/console/decisions")
    browser.click("a[download]")
    exported = browser.downloaded("labels.jsonl")
    rows = [json.loads(line) for line in exported.splitlines()]
    assert len(rows) == 2 * PAIRS + 1
    verdicts = {row["url"]: row["verdict"] for row in rows}
    assert verdicts["https://harbourdeals.example/ferry"] == "farm"

    (tmp_path / "labels.jsonl").write_bytes(exported)
    candidate = tmp_path / "candidate"
    run("train", tmp_path / "labels.jsonl", "--out", candidate)
    new = json.loads((candidate / "manifest.json").read_text())["model_id"]
    run("promote", candidate, "--target", site.model)

    def serves_the_new_model() -> bool:
        browser.driver.get(site.address + "/console/model")
        return new in browser.one("#model code").text

    assert new != old
    browser.until(serves_the_new_model)
    plots = (
        "return [...document.querySelectorAll('figure img')].filter(i => i.complete && i.naturalWidth).length"
    )
    browser.script("document.querySelectorAll('figure img').forEach(image => { image.loading = 'eager' })")
    browser.until(lambda: browser.script(plots) == 4)
    browser.wait_for("#more", "roc_auc")


def run(*arguments: object) -> None:
    """Run a command of chaffinch."""
    make_app()(list(map(str, arguments)), standalone_mode=False)
