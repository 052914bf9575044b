from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import orjson
import pyarrow.dataset
import pytest
import typer
from typer.testing import CliRunner

from detector import commands
from detector.crawl_commands import register
from detector.detector import Detector
from detector.errors import InputError, ListError, ScanError
from detector.model import load_model
from detector.page import Page
from detector.readers.record import FieldMap, ReadOptions, Record
from detector.scan import ScanOptions, Summary, pool, run, scan
from detector.scan.output import OutputFormat
from detector.scan.rows import SCHEMA, Row, fingerprint
from detector.scan.scoring import Filters, score_items
from tests.crawl import page_html, page_url, save_small_model, warc
from tests.readers.archives import gz, response

PAGES = 40
app = typer.Typer()
register(app)
commands.register(app)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    save_small_model(folder)
    return folder


@pytest.fixture(scope="session")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("crawl") / "crawl.warc.gz"
    broken = response("https://broken.example/", b"<p>cut off here")[:-9]
    path.write_bytes(warc(range(PAGES)) + gz(broken))
    return path


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory, crawl: Path, model: Path) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("out")
    return folder, scan([crawl], folder, ScanOptions(part_bytes=4_000), model=model, workers=2)


def rows_of(folder: Path) -> list[Row]:
    table = pyarrow.dataset.dataset(folder, format="parquet").to_table()
    assert table.schema.equals(SCHEMA)
    return sorted(table.to_pylist(), key=lambda row: (row["source"], row["position"]))


def test_every_page_and_every_bad_record_is_a_row(scanned: tuple[Path, Summary]) -> None:
    folder, summary = scanned
    rows = rows_of(folder)
    assert [row["url"] for row in rows if not row["error"]] == [page_url(n) for n in range(PAGES)]
    assert [row["error"] for row in rows if row["error"]] == ["truncated"]
    assert summary.rows == PAGES + 1
    assert summary.errors == {"truncated": 1}
    assert sum(summary.labels.values()) == PAGES
    assert summary.parts > 3


def test_a_row_says_what_the_detector_says(scanned: tuple[Path, Summary], model: Path) -> None:
    detector = Detector.load(model)
    for number, row in enumerate(rows_of(scanned[0])[:10]):
        verdict = detector.score(Page.from_html(page_html(number), url=page_url(number)))
        assert (row["score"], row["label"]) == (verdict.score, verdict.label)
        assert dict(row["families"]) == verdict.families
        assert row["language"] == "en"
        assert row["domain"] in {"example.com", "example.org"}


def test_jsonl_rows_carry_the_same_verdict_bytes_as_the_library(
    tmp_path: Path, crawl: Path, model: Path
) -> None:
    scan([crawl], tmp_path, ScanOptions(format=OutputFormat.JSONL), model=model, workers=1)
    detector = Detector.load(model)
    lines = [line for path in sorted(tmp_path.glob("part-*")) for line in path.read_bytes().splitlines()]
    for number, line in enumerate(lines[:PAGES]):
        verdict = detector.score(Page.from_html(page_html(number), url=page_url(number)))
        assert line.endswith(b'"verdict":' + verdict.to_json() + b"}")
    assert orjson.loads(lines[PAGES])["verdict"] is None


@pytest.mark.parametrize(("workers", "part_bytes"), [(1, 2_000), (3, 10**7)])
def test_rows_depend_neither_on_workers_nor_on_parts(
    tmp_path: Path, scanned: tuple[Path, Summary], crawl: Path, model: Path, workers: int, part_bytes: int
) -> None:
    scan([crawl], tmp_path, ScanOptions(part_bytes=part_bytes), model=model, workers=workers)
    assert rows_of(tmp_path) == rows_of(scanned[0])


def test_a_second_run_does_nothing(tmp_path: Path, crawl: Path, model: Path) -> None:
    first = scan([crawl], tmp_path, model=model, workers=1)
    again = scan([crawl], tmp_path, model=model, workers=1)
    assert (again.rows, again.labels, again.errors) == (first.rows, first.labels, first.errors)
    assert (again.pages, again.resumed_parts) == (0, first.parts)


def test_a_lost_or_torn_part_is_done_again(tmp_path: Path, crawl: Path, model: Path) -> None:
    options = ScanOptions(part_bytes=4_000)
    scan([crawl], tmp_path, options, model=model, workers=1)
    before = rows_of(tmp_path)
    parts = sorted(tmp_path.glob("part-*"))
    parts[0].unlink()
    parts[2].write_bytes(parts[2].read_bytes()[:-9])
    (tmp_path / ".tmp-00000-000001-123").write_bytes(b"left behind")
    again = scan([crawl], tmp_path, options, model=model, workers=1)
    assert rows_of(tmp_path) == before
    assert again.resumed_parts == again.parts - 2
    assert not list(tmp_path.glob(".tmp-*"))


COMMAND = """
import sys
from pathlib import Path
from detector.scan import ScanOptions, scan
if __name__ == "__main__":
    scan([sys.argv[1]], Path(sys.argv[2]), ScanOptions(part_bytes=2_000), model=Path(sys.argv[3]), workers=2)
"""


def test_kills_at_random_moments_change_no_row(
    tmp_path: Path, scanned: tuple[Path, Summary], crawl: Path, model: Path
) -> None:
    """Each run is killed with all its workers once another few files have appeared in the folder."""
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    out = tmp_path / "out"
    chance = random.Random(4)
    for _ in range(3):
        seen = len(list(out.rglob("*"))) if out.exists() else 0
        process = subprocess.Popen(
            [sys.executable, str(script), str(crawl), str(out), str(model)], start_new_session=True
        )
        wanted = seen + chance.randint(1, 9)
        while process.poll() is None and (not out.exists() or len(list(out.rglob("*"))) < wanted):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    scan([crawl], out, ScanOptions(part_bytes=2_000), model=model, workers=2)
    assert rows_of(out) == rows_of(scanned[0])


WAITING = """
import os, signal, sys
from pathlib import Path
from detector.readers.inputs import find_inputs
from detector.readers.parts import plan_parts
from detector.readers.record import ReadOptions
from detector.scan.output import Output, OutputFormat
from detector.scan.pool import Job, Pool
from detector.scan.scoring import Filters
def load(model):
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
if __name__ == "__main__":
    (source,) = find_inputs([sys.argv[1]])
    (part,) = plan_parts(0, source, 10**9)
    job = Job(source, part, ReadOptions(), Filters(), Output(Path("."), OutputFormat.PARQUET))
    with Pool(Path("."), 1, load=load) as pool:
        list(pool.run(iter([job]), lambda: None))
"""


def test_workers_end_with_the_process_that_started_them(tmp_path: Path, crawl: Path) -> None:
    """Else they would go on to write into a folder that the next scan may have by then."""
    script = tmp_path / "command.py"
    script.write_text(WAITING)
    command = [sys.executable, str(script), str(crawl)]
    ended = subprocess.run(
        command, capture_output=True, check=False, timeout=60
    )  # waits for all that holds stdout
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_a_folder_may_hold_what_its_scan_writes(tmp_path: Path, crawl: Path, model: Path) -> None:
    (tmp_path / "crawl.warc.gz").symlink_to(crawl)
    first = scan([tmp_path], tmp_path / "out", model=model, workers=1)
    again = scan([tmp_path], tmp_path / "out", model=model, workers=1)
    assert (again.rows, again.pages) == (first.rows, 0)


class Deadly(Detector):
    """A detector that some pages kill: with a signal, by an exception, or by never answering."""

    def score_views(self, views):  # type: ignore[no-untyped-def]
        for url in (view.page.url for view in views):
            if url == page_url(7):
                os.kill(os.getpid(), signal.SIGSEGV)
            if url == page_url(11):
                raise RecursionError("too deep")
            while url == page_url(23):
                pass
        return super().score_views(views)


def load_deadly(model: Path) -> Detector:
    detector = Deadly(*load_model(model))
    detector.score(Page.from_html(page_html(0)))
    return detector


def test_pages_that_kill_block_or_raise_cost_only_themselves(
    tmp_path: Path, scanned: tuple[Path, Summary], crawl: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "Pool", partial(pool.Pool, load=load_deadly))
    monkeypatch.setattr(pool, "PAGE_SECONDS", 5.0)
    summary = scan([crawl], tmp_path, ScanOptions(part_bytes=9_000), model=model, workers=2)
    assert summary.errors == {"truncated": 1, "crashed": 1, "timeout": 1, "scoring": 1}
    rows = rows_of(tmp_path)
    errors = {row["url"]: row["error"] for row in rows if row["error"] not in (None, "truncated")}
    assert errors == {page_url(7): "crashed", page_url(11): "scoring", page_url(23): "timeout"}
    others = [row for row in rows if row["url"] not in errors]
    assert others == [row for row in rows_of(scanned[0]) if row["url"] not in errors]


@pytest.mark.parametrize("count", [7, 1_000])
def test_max_records_takes_the_first_rows(
    tmp_path: Path, scanned: tuple[Path, Summary], crawl: Path, model: Path, count: int
) -> None:
    options = ScanOptions(max_records=count, part_bytes=4_000)
    for _ in range(2):  # a finished scan stays as it is
        summary = scan([crawl], tmp_path, options, model=model, workers=2)
        assert rows_of(tmp_path) == rows_of(scanned[0])[:count]
        assert summary.rows == min(count, PAGES + 1)


def test_max_records_reads_no_further(tmp_path: Path, crawl: Path, model: Path) -> None:
    options = ScanOptions(max_records=7, part_bytes=10**7)  # all in one part
    assert scan([crawl], tmp_path, options, model=model, workers=1).pages == 7


def test_a_sample_is_the_same_each_time_and_of_about_its_size(
    tmp_path: Path, crawl: Path, model: Path
) -> None:
    options = ScanOptions(filters=Filters(sample=0.5))
    first = scan([crawl], tmp_path / "a", options, model=model, workers=1)
    scan([crawl], tmp_path / "b", options, model=model, workers=2)
    assert rows_of(tmp_path / "a") == rows_of(tmp_path / "b")
    assert PAGES // 4 < sum(first.labels.values()) < PAGES * 3 // 4
    assert first.skipped["sample"] == PAGES - sum(first.labels.values())


def test_languages_are_filtered_and_counted(tmp_path: Path, crawl: Path, model: Path) -> None:
    summary = scan([crawl], tmp_path, ScanOptions(filters=Filters(frozenset({"ja"}))), model=model, workers=1)
    assert summary.skipped == {"language": PAGES}
    assert summary.rows == 1  # the bad record


def test_another_scan_in_the_same_folder_is_refused(tmp_path: Path, crawl: Path, model: Path) -> None:
    scan([crawl], tmp_path, ScanOptions(filters=Filters(sample=0.1)), model=model, workers=1)
    with pytest.raises(ScanError, match="other sample"):
        scan([crawl], tmp_path, ScanOptions(filters=Filters(sample=0.2)), model=model, workers=1)


def test_rows_carry_what_block_lists_say_of_the_address(tmp_path: Path, model: Path) -> None:
    archive, given = tmp_path / "x.warc.gz", tmp_path / "farms.txt"
    archive.write_bytes(warc(range(6)))  # five pages on site0, one on place1
    given.write_text("# Last modified: 2026-03-01\nplace1.example.org\nunrelated.example.net\n")
    options = ScanOptions(lists=(given,))
    scan([archive], tmp_path / "out", options, model=model, workers=1)
    listing = {"site": "place1.example.org", "list": "farms.txt", "added": date(2026, 3, 1)}
    assert [row["listings"] for row in rows_of(tmp_path / "out")] == [*[[]] * 5, [listing]]
    given.write_text("place1.example.org\n")
    with pytest.raises(ScanError, match="other lists"):
        scan([archive], tmp_path / "out", options, model=model, workers=1)
    given.unlink()
    with pytest.raises(ListError, match=r"farms\.txt"):
        scan([archive], tmp_path / "out", options, model=model, workers=1)


def test_scan_and_score_give_the_same_evidence_of_a_listing(tmp_path: Path, model: Path) -> None:
    archive, page, given = tmp_path / "x.warc.gz", tmp_path / "x.html", tmp_path / "farms.txt"
    archive.write_bytes(warc(range(1)))
    page.write_bytes(page_html(0))
    given.write_text("# Last modified: 2026-03-01\nsite0.example.com\n")
    scan([archive], tmp_path / "out", ScanOptions(lists=(given,)), model=model, workers=1)
    (row,) = rows_of(tmp_path / "out")
    arguments = ["score", str(page), "--url", page_url(0), "--model", str(model), "--json"]
    listed = orjson.loads(CliRunner().invoke(app, [*arguments, "--list", str(given)]).stdout)
    message = "the block list farms.txt names site0.example.com, since 2026-03-01"
    assert [item["message"] for item in row["evidence"] if item["code"] == "address.listed"] == [message]
    told = [{name: item[name] for name in row["evidence"][0]} for item in listed["evidence"]]
    assert (told, listed["score"]) == (row["evidence"], row["score"])
    assert "address.listed" not in CliRunner().invoke(app, arguments).stdout


def test_filters_are_heard_in_any_case(tmp_path: Path, crawl: Path, model: Path) -> None:
    arguments = ["scan", str(crawl), "-o", str(tmp_path), "--model", str(model), "--workers", "1", "--json"]
    arguments += ["--language", "EN", "--content-type", "Text/HTML"]
    assert orjson.loads(CliRunner().invoke(app, arguments).stdout)["rows"] == PAGES + 1


def test_a_damaged_plan_is_refused(tmp_path: Path, crawl: Path, model: Path) -> None:
    (tmp_path / "_scan.json").write_text("{")
    with pytest.raises(ScanError, match="_scan"):
        scan([crawl], tmp_path, model=model)


def test_a_missing_input_is_refused_before_any_work(tmp_path: Path, model: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        scan([tmp_path / "nowhere.warc"], tmp_path / "out", model=model)


def test_an_archive_planted_inside_a_record_gives_no_row(tmp_path: Path, model: Path) -> None:
    """The planted record lies where a part would begin; the seam to the part before shows that it is none."""
    noise = random.Random(1).randbytes
    planted = gz(response("https://planted.example/", noise(300)))
    outer = gz_stored(response("https://outer.example/", noise(4_000) + planted + noise(4_000)))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(outer + gz(response(page_url(1), page_html(1))))
    scan([path], tmp_path / "out", ScanOptions(part_bytes=2_000), model=model, workers=2)
    assert [row["url"] for row in rows_of(tmp_path / "out")] == ["https://outer.example/", page_url(1)]


def gz_stored(data: bytes) -> bytes:
    import gzip

    return gzip.compress(data, 0)


def test_the_command_reads_stdin_and_prints_its_summary(tmp_path: Path, model: Path) -> None:
    line = orjson.dumps({"address": page_url(1), "page": page_html(1).decode()})
    arguments = ["scan", "-", "-o", str(tmp_path / "out"), "--model", str(model), "--json", "--workers", "1"]
    arguments += ["--field", "url=address", "--field", "html=page"]
    result = CliRunner().invoke(app, arguments, input=line + b"\nnot json\n")
    assert result.exit_code == 0, result.output
    summary = orjson.loads(result.stdout)
    assert (summary["rows"], summary["errors"]) == (2, {"malformed": 1})
    assert [row["url"] for row in rows_of(tmp_path / "out")] == [page_url(1), ""]


def test_standard_input_is_left_alone_while_another_scan_writes(tmp_path: Path, model: Path) -> None:
    arguments = ["scan", "-", "-o", str(tmp_path), "--model", str(model)]
    with run._locked(tmp_path):
        (tmp_path / "_stdin").write_bytes(b"the other's")
        result = CliRunner().invoke(app, arguments, input=b'{"text": "a"}')
    assert isinstance(result.exception, ScanError)
    assert (tmp_path / "_stdin").read_bytes() == b"the other's"


def test_an_unknown_field_is_refused(tmp_path: Path, model: Path) -> None:
    result = CliRunner().invoke(app, ["scan", ".", "-o", str(tmp_path), "--field", "uri=u"])
    assert isinstance(result.exception, InputError)
    assert "content_type" in str(result.exception)


def test_batches_do_not_change_a_row(model: Path) -> None:
    detector = Detector.load(model)
    records = [Record(n, page_html(n), html=True, url=page_url(n)) for n in range(70)]
    together = list(score_items(detector, "x", records))
    assert together == [row for record in records for row in score_items(detector, "x", [record])]


def distance(left: str, right: str) -> int:
    return (int(fingerprint(left), 16) ^ int(fingerprint(right), 16)).bit_count()


@pytest.mark.parametrize("join", [" ", ""])  # "": a script without spaces
def test_fingerprints_are_equal_for_copies_and_near_for_edits(join: str) -> None:
    words = [f"word{n % 97}{n % 13}" for n in range(600)]
    text = join.join(words)
    assert distance(text, text.upper() + "\n") == 0
    assert distance(text, join.join([*words[:300], "changed", *words[301:]])) <= 6
    assert distance(text, join.join(chr(ord("z") - ord(c) % 23) for c in text)) > 15
    assert fingerprint("only seven words stand in this one") == ""


def test_nested_fields_reach_the_rows(tmp_path: Path, model: Path) -> None:
    path = tmp_path / "x.jsonl"
    text = " ".join(["The harbour council met in winter and spoke about the ferry."] * 8)
    path.write_bytes(orjson.dumps({"meta": {"url": "https://a.example.org/1"}, "content": text}) + b"\n")
    options = ScanOptions(ReadOptions(FieldMap(url="meta.url", text="content")))
    scan([path], tmp_path / "out", options, model=model, workers=1)
    (row,) = rows_of(tmp_path / "out")
    assert (row["site"], row["label"] != "insufficient", row["error"]) == ("example.org", True, None)
