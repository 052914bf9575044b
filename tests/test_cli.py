"""The command as a user meets it: what is refused, what is warned of, and what to do then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from detector.signals.registry import all_features
from tests.conftest import Run
from tests.crawl import page_html, save_small_model

PROSE = "The harbour council met in winter and spoke about the ferry, the bakery and the old bridge. " * 4

WITHOUT = "import sys; sys.modules[sys.argv.pop(1)] = None; from detector.cli import main; main()"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    save_small_model(folder)
    return folder


@pytest.fixture
def score(run: Run, model: Path) -> Run:
    return lambda *arguments: run("score", "--model", model, *arguments)


@pytest.fixture
def scan(run: Run, model: Path) -> Run:
    return lambda *arguments: run("scan", "--model", model, "--workers", 1, "-o", "out", *arguments)


def test_what_would_change_the_label_is_named_and_told(run: Run) -> None:
    page = Path(__file__).parent.parent / "docs" / "examples" / "republished-page.txt"
    _, out, _ = run("score", page, "--url", "https://harbourdeals.example/ferry")
    meanings = {feature.name: feature.meaning for feature in all_features()}
    shown = out.partition("without:\n")[2].partition("Evidence")[0].splitlines()
    assert shown
    assert all(meanings.get(name, "") == " ".join(told) for name, *told in map(str.split, shown))


@pytest.mark.parametrize("name", ["crawl.jsonl", "crawl.json.gz", "crawl.warc", "crawl.parquet", "crawl.txt"])
def test_a_crawl_is_not_judged_as_one_page(score: Run, name: str) -> None:
    Path(name).write_text(json.dumps({"url": "https://a.example/", "text": PROSE}) + "\n")
    code, out, err = score(name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"chaffinch: {name}: this is ")
    assert "`chaffinch scan`" in err


def test_a_text_that_begins_with_a_brace_is_a_page(score: Run) -> None:
    Path("page.txt").write_text("{{ title }}\n" + PROSE)
    assert score("page.txt")[0] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_markup_is_told_in_any_encoding(score: Run, encoding: str) -> None:
    markup = page_html(1).decode()
    Path("named.html").write_bytes(markup.encode())
    Path("unnamed").write_bytes(markup.encode(encoding))
    _, out, _ = score("named.html", "unnamed", "--json")
    named, unnamed = out.splitlines()
    assert named == unnamed


def test_a_file_that_cannot_be_read_stops_no_other(score: Run) -> None:
    for name in ("a.txt", "b.txt"):
        Path(name).write_text(PROSE + name)
    code, out, err = score("a.txt", "gone.txt", "b.txt", "--json")
    assert (code, len(out.splitlines()), err.count("\n")) == (2, 2, 1)
    assert "gone.txt" in err


def test_nothing_is_fetched(score: Run, scan: Run) -> None:
    for command, remedy in ((score, "--url"), (scan, "`chaffinch score --url`")):
        code, _, err = command("https://a.example/b")
        assert (code, err.count("\n")) == (2, 1)
        assert err.startswith("chaffinch: https://a.example/b: nothing is fetched: ")
        assert remedy in err


def test_an_address_may_hold_bytes_that_are_no_text(score: Run) -> None:
    Path("a.txt").write_text(PROSE)
    code, out, _ = score("a.txt", "--url", "https://a.example/\udcff", "--json")
    assert (code, json.loads(out)["url"]) == (0, "https://a.example/?")


def test_a_list_without_an_entry_is_warned_of(score: Run, scan: Run) -> None:
    Path("a.txt").write_text(PROSE)
    Path("crawl.jsonl").write_text(json.dumps({"url": "https://a.example/", "text": PROSE}))
    Path("farms.txt").write_text("farm.example\n")
    Path("bin.dat").write_bytes(bytes(range(256)))
    for command, given in ((score, "a.txt"), (scan, "crawl.jsonl")):
        code, _, err = command(given, "--list", "farms.txt", "--list", "bin.dat")
        assert (code, err.count("\n")) == (0, 1)
        assert "bin.dat: no entry" in err


@pytest.mark.parametrize(
    ("record", "options", "said"),
    [
        ({"body": PROSE}, (), "1 no_content; see --field"),
        ({"text": PROSE}, ("--language", "ja"), "1 language; see --language"),
        (None, (), "1 malformed\n"),
    ],
)
def test_a_scan_that_scored_no_page_says_why(
    scan: Run, record: object, options: tuple[str, ...], said: str
) -> None:
    Path("crawl.jsonl").write_text(json.dumps(record))
    code, _, err = scan("crawl.jsonl", *options)
    assert code == 0
    assert f"no page was scored: {said}" in err


def test_a_scan_writes_to_a_folder(scan: Run) -> None:
    Path("crawl.jsonl").write_text("{}")
    Path("out").write_text("a file")
    code, _, err = scan("crawl.jsonl")
    assert code == 2
    assert "is a file" in err


def test_one_page_is_not_scanned(scan: Run) -> None:
    Path("short.html").write_text("<p>Short.</p>")
    code, _, err = scan("short.html")
    assert (code, err.count("\n")) == (2, 1)
    assert "give its folder, or use `chaffinch score`" in err


def test_a_manifest_without_thresholds_is_one_line(run: Run) -> None:
    Path("model").mkdir()
    Path("model", "manifest.json").write_text('{"model_id": "x"}')
    code, _, err = run("sites", "rows", "-o", "sites.parquet", "--model", "model")
    assert (code, err.count("\n")) == (2, 1)
    assert "no thresholds" in err


@pytest.mark.parametrize(
    ("library", "extra", "command"),
    [
        ("uvicorn", "api", ("serve",)),
        ("sqlalchemy", "api", ("keys", "list")),
        ("jinja2", "training", ("evaluate", "model", "data.jsonl")),
        ("jinja2", "training", ("compare", "a", "b", "data.jsonl")),
        ("matplotlib", "training", ("train", "data.jsonl", "-o", "out")),
    ],
)
def test_a_missing_library_is_one_line_and_names_the_extra(
    tmp_path: Path, library: str, extra: str, command: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, library, *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"chaffinch: {library} is not installed: pip install '.[{extra}]'\n"
    assert not list(tmp_path.iterdir())


def test_a_library_that_no_extra_brings_is_a_fault() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "tldextract", "score", "page.html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
