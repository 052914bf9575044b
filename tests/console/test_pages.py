"""What the console sends: who gets in, under which policy, and nothing inline."""

import base64
import re
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from api.console.report import read_report
from api.models import Scope

PAGES = (
    "/console",
    "/console/queue",
    "/console/decisions",
    "/console/domain?name=a.example",
    "/console/lists?action=mute&target=a.example",
    "/console/model",
)
ASSET = re.compile(r'(?:src|href)="(/console/static/[^"]+)"|from "\./([^"]+)"')
MAX_BYTES = 60_000

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path style="stroke: red"/></svg>'
ENCODED = base64.b64encode(SVG).decode()
REPORT = (
    "<style>h1 { color: red }</style><h1>Report</h1>"
    f'<figure><img alt="Reliability" src="data:image/svg+xml;base64,{ENCODED}"></figure>'
    '<figure><img alt="elsewhere" src="https://plots.example/a.svg"></figure>'
    '<figure><img alt="broken" src="data:image/svg+xml;base64,!"></figure>'
)


@pytest.fixture
def inside(service):
    """A client that is logged in."""
    login(service, "ana")
    return service.client


def login(service, name: str, scope: Scope = Scope.REVIEW):
    secret = service.key(name, scope)["Authorization"].removeprefix("Bearer ")
    return service.client.post("/console/login", json={"key": secret})


def test_who_is_not_logged_in_is_led_to_the_login_and_back(service) -> None:
    for page in PAGES:
        answer = service.client.get(page, follow_redirects=False)
        assert answer.status_code == 303
        path, _, wanted = answer.headers["Location"].partition("?next=")
        assert path == "/console/login"
        assert wanted == quote(page, safe="")
    assert service.client.get("/", follow_redirects=False).headers["Location"] == "/console"
    assert service.client.get("/console/report", follow_redirects=False).status_code == 303


def test_a_key_that_only_scores_does_not_open_the_console(service) -> None:
    assert login(service, "pipeline", Scope.SCORE).status_code == 403
    assert service.client.get("/console", follow_redirects=False).status_code == 303


def test_pages_hold_nothing_inline_and_allow_nothing_inline(inside) -> None:
    for page in ("/console/login", *PAGES):
        answer = inside.get(page)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        tree = LexborHTMLParser(answer.text)
        assert all(not script.text() and script.attributes["src"] for script in tree.css("script"))
        assert not tree.css("style, [style], iframe, object, form[action]")
        names = {name for node in tree.css("*") for name in node.attributes}
        assert not [name for name in names if name.startswith("on")]


def test_every_file_that_is_asked_for_is_there_and_all_are_small(inside) -> None:
    wanted = {path for page in ("/console/login", *PAGES) for path, _ in ASSET.findall(inside.get(page).text)}
    sizes = {}
    while wanted:
        path = wanted.pop()
        answer = inside.get(path)
        assert answer.status_code == 200, path
        sizes[path] = len(answer.content)
        found = {f"/console/static/{name}" for _, name in ASSET.findall(answer.text) if name}
        wanted |= found - sizes.keys()
    assert len(sizes) > 10
    assert sum(sizes.values()) < MAX_BYTES


def test_static_files_are_asked_for_anew_and_sent_once(service) -> None:
    first = service.client.get("/console/static/dom.js")
    assert first.headers["Content-Type"].startswith("text/javascript")
    again = service.client.get("/console/static/dom.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for path in ("nothing.js", "..%2Fpages.py", "%2e%2e/pages.py"):
        assert service.client.get(f"/console/static/{path}").status_code == 404


def test_scripts_never_make_markup_out_of_text(service) -> None:
    for name in (
        "score",
        "service",
        "dom",
        "text",
        "verdict",
        "known",
        "queue",
        "decisions",
        "domain",
        "lists",
        "appeal",
        "model",
        "login",
        "decide",
    ):
        source = service.client.get(f"/console/static/{name}.js").text
        assert source
        for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert sink not in source, (name, sink)


def test_the_report_s_plots_are_shown_where_it_stands_beside_the_model(inside, model_folder) -> None:
    assert "No <code>report.html</code>" in inside.get("/console/model").text
    assert inside.get("/console/report").status_code == 404
    report = model_folder / "report.html"
    report.write_text(REPORT)
    try:
        assert "Plot: Reliability" in inside.get("/console/model").text
        plot = inside.get("/console/report/0.svg")
        assert (plot.content, plot.headers["Content-Type"]) == (SVG, "image/svg+xml")
        assert plot.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        for number in ("1", "-1", "x"):
            assert inside.get(f"/console/report/{number}.svg").status_code in (404, 422)
        whole = inside.get("/console/report")
        assert whole.text == REPORT
        assert "sandbox" in whole.headers["Content-Security-Policy"]
        assert "unsafe" not in whole.headers["Content-Security-Policy"]
    finally:
        report.unlink()


def test_a_report_that_is_no_text_counts_as_none(tmp_path) -> None:
    assert read_report(tmp_path) is None
    (tmp_path / "report.html").write_bytes(b"\xff\xfe\x00")
    assert read_report(tmp_path) is None
    (tmp_path / "report.html").write_text("<p>no plots, no style")
    found = read_report(tmp_path)
    assert (found.plots, found.policy.count("style-src 'none'")) == ((), 1)
