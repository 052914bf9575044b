"""One page, one verdict: the same bytes from the library, the command line, a scan and the service."""

import html
import json
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from api.models import Scope
from detector import Detector, Page
from detector.cli import make_app
from tests.readers.archives import gz, response

URL = "https://harbourdeals.example/news/2026/ferry?id=1"
TEXT = (Path(__file__).parents[2] / "docs/examples/republished-page.txt").read_text("utf-8")
HTML = (
    "<!doctype html><html lang=en><head><title>Ferry – harbour</title>"
    '<meta name="generator" content="café 5"></head><body><header><a href="/">Harbour</a></header><main>'
    + "".join(f"<p>{html.escape(line)}</p>\n" for line in TEXT.splitlines())
    + '</main><footer><a href="https://ultra-simcard.example/?a=1&amp;b=2">👉 SIM</a></footer></body></html>'
)
PAGES = {"html": HTML, "text": TEXT}


@pytest.fixture
def detector(model_folder) -> Detector:
    return Detector.load(model_folder)


@pytest.fixture(params=list(PAGES))
def form(request) -> str:
    return request.param


@pytest.fixture
def expected(detector, form) -> bytes:
    """The library's verdict."""
    page = Page.from_html(HTML, url=URL) if form == "html" else Page.from_text(TEXT, url=URL)
    verdict = detector.score(page)
    assert len(verdict.evidence) > 5  # else there is little to differ in
    assert any(part.value is not None and part.value % 1 for part in verdict.contributions)
    assert verdict.to_json() == orjson.dumps(verdict.to_dict())
    return verdict.to_json()


def run(*arguments: object) -> bytes:
    done = CliRunner().invoke(make_app(), list(map(str, arguments)))
    assert done.exit_code == 0, done.output
    return done.stdout_bytes


def test_the_library_reads_bytes_as_it_reads_text(detector) -> None:
    for read, content in ((Page.from_html, HTML), (Page.from_text, TEXT)):
        verdicts = {detector.score(read(given, url=URL)).to_json() for given in (content, content.encode())}
        assert len(verdicts) == 1


def test_a_batch_of_pages_gives_the_verdict_of_each_alone(detector, expected, form) -> None:
    others = [Page.from_text(f"Another page, {number}. {TEXT[:3000]}") for number in range(3)]
    page = Page.from_html(HTML, url=URL) if form == "html" else Page.from_text(TEXT, url=URL)
    assert list(detector.score_many([*others, page, others[0]]))[3].to_json() == expected


def test_the_command_line_gives_the_same_bytes(expected, form, model_folder, tmp_path) -> None:
    file = tmp_path / f"page.{'html' if form == 'html' else 'txt'}"
    file.write_text(PAGES[form], "utf-8")
    assert run("score", file, "--url", URL, "--json", "--model", model_folder) == expected + b"\n"


def test_a_scan_of_lines_gives_the_same_bytes(expected, form, model_folder, tmp_path) -> None:
    lines = tmp_path / "pages.jsonl"
    lines.write_text(json.dumps({"url": URL, form: PAGES[form]}) + "\n", "utf-8")
    run("scan", lines, "-o", tmp_path / "rows", "--format", "jsonl", "--workers", 1, "--model", model_folder)
    assert verdict_in((tmp_path / "rows").glob("part-*.jsonl*"), expected) == expected


def test_a_scan_of_an_archive_gives_the_same_bytes(detector, model_folder, tmp_path) -> None:
    expected = detector.score(Page.from_html(HTML, url=URL)).to_json()
    archive = tmp_path / "pages.warc.gz"
    archive.write_bytes(gz(response(URL, HTML.encode())))
    run(
        "scan", archive, "-o", tmp_path / "rows", "--format", "jsonl", "--workers", 1, "--model", model_folder
    )
    assert verdict_in((tmp_path / "rows").glob("part-*.jsonl*"), expected) == expected


def verdict_in(files, expected: bytes) -> bytes:
    """Return what stands where the verdict of the only row should, as many bytes of it as are expected."""
    (file,) = files
    return file.read_bytes().partition(b'"verdict":')[2][: len(expected)]


def test_the_flatter_rows_of_a_scan_hold_the_same_values(expected, form, model_folder, tmp_path) -> None:
    lines = tmp_path / "pages.jsonl"
    lines.write_text(json.dumps({"url": URL, form: PAGES[form]}) + "\n", "utf-8")
    run("scan", lines, "-o", tmp_path / "rows", "--workers", 1, "--model", model_folder)
    (file,) = (tmp_path / "rows").glob("part-*.parquet")
    (row,) = pq.read_table(file).to_pylist()
    verdict = json.loads(expected)
    for name in ("url", "label", "score", "reason", "base", "cuts", "model"):
        assert row[name] == verdict[name]
    assert dict(row["families"]) == verdict["families"]
    fields = ("code", "message", "start", "end", "excerpt")
    assert row["evidence"] == [{name: item[name] for name in fields} for item in verdict["evidence"][:5]]


def test_the_service_gives_the_same_bytes(expected, form, service) -> None:
    key = service.key("pipeline", Scope.SCORE)
    page = {"url": URL, form: PAGES[form]}
    assert service.client.post("/v1/score", json=page, headers=key).content == expected
    full = service.client.post("/v1/score?explain=full", json=page, headers=key).content
    assert full.startswith(b'{"verdict":' + expected + b',"outcome":')
    lines = "\n".join(map(json.dumps, [page, {"text": "too short"}, page]))
    answers = service.client.post("/v1/score/batch", content=lines, headers=key).content.splitlines()
    for index in (0, 2):
        assert answers[index] == b'{"index":%d,"id":"","verdict":%s,"outcome":null}' % (index, expected)
