"""Spark, on two local cores. Needs pyspark (extra [spark]) and Java 17; skipped where one is absent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from detector.model import Thresholds, read_manifest
from detector.readers.inputs import find_inputs
from detector.readers.record import ReadOptions, Record
from detector.readers.warc import read_warc
from detector.scan import ScanOptions, scan
from detector.sites.run import roll_up
from tests.crawl import save_small_model, warc
from tests.readers.archives import gz, response

pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")
if not shutil.which("java"):
    pytest.skip("Spark needs Java 17, and there is no java on the path", allow_module_level=True)

from pyspark.sql import SparkSession

from detector import spark as chaffinch_spark
from detector.jobs import chaffinch_spark as chaffinch_spark_job


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, a crawl, and what ``scan`` and ``sites`` make of it."""
    folder = tmp_path_factory.mktemp("spark")
    save_small_model(folder / "model")
    broken = response("https://broken.example/", b"<p>cut off here")[:-9]
    (folder / "crawl.warc.gz").write_bytes(warc(range(30)) + gz(broken))
    (folder / "farms.txt").write_text("# Last modified: 2026-03-01\nsite0.example.com\n")
    options = ScanOptions(lists=(folder / "farms.txt",))
    scan([folder / "crawl.warc.gz"], folder / "rows", options, model=folder / "model", workers=1)
    roll_up([folder / "rows"], folder / "sites.parquet", thresholds(folder))
    return folder


def thresholds(folder: Path) -> Thresholds:
    return Thresholds(**read_manifest(folder / "model")["thresholds"])


def submit(place: Path, job: str, given: Path, out: Path) -> None:
    """Run a job as its users do."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    command = [program, "--master", "local[2]", chaffinch_spark_job.__file__, job, given, "-o", out]
    command += ["--model", place / "model", "--list", place / "farms.txt"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYSPARK_PYTHON": sys.executable}
    )
    assert done.returncode == 0, done.stderr[-3_000:]


def in_order(table: pa.Table, *keys: str) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: tuple(row[key] for key in keys))


def test_the_score_job_writes_the_rows_of_scan(place: Path) -> None:
    submit(place, "score", place / "crawl.warc.gz", place / "job")
    made, expected = (pyarrow.dataset.dataset(place / name).to_table() for name in ("job", "rows"))
    assert in_order(made, "source", "position") == in_order(expected, "source", "position")


def test_the_sites_job_writes_the_table_of_sites(place: Path) -> None:
    submit(place, "sites", place / "rows", place / "job-sites")
    made = pyarrow.dataset.dataset(place / "job-sites").to_table()
    assert in_order(made, "site") == in_order(pq.read_table(place / "sites.parquet"), "site")


def test_a_dataframe_is_scored_to_the_last_digit_as_by_scan(place: Path, session: SparkSession) -> None:
    (source,) = find_inputs([place / "crawl.warc.gz"])
    records = [item for item in read_warc(source, 0, source.size, ReadOptions()) if isinstance(item, Record)]
    values = [
        (source.name, r.position, r.url, bytearray(r.body), r.content_type, r.date)  # type: ignore[arg-type]
        for r in records
    ]
    columns = "source string, position long, url string, html binary, content_type string, date string"
    frame = session.createDataFrame(values, columns).repartition(3)
    made = chaffinch_spark.score_dataframe(
        frame, model=place / "model", lists=[place / "farms.txt"]
    ).toArrow()
    expected = pyarrow.dataset.dataset(place / "rows").to_table()
    scored = [row for row in in_order(expected, "source", "position") if not row["error"]]
    assert in_order(made, "source", "position") == scored


def test_a_string_that_is_no_utf8_costs_its_own_row(place: Path, session: SparkSession) -> None:
    values = [(bytearray(b"<p>one"),), (bytearray(b"<p>\xff"),), (bytearray(b"<p>two"),)]
    frame = (
        session.createDataFrame(values, "raw binary").selectExpr("cast(raw as string) as html").coalesce(1)
    )
    made = chaffinch_spark.score_dataframe(frame, model=place / "model").toArrow()
    assert made["error"].to_pylist() == [None, "malformed", None]
