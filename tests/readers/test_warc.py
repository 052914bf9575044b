from __future__ import annotations

import gzip
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.readers.inputs import find_inputs
from detector.readers.record import (
    MAX_RECORD,
    BadRecord,
    ErrorKind,
    Item,
    Reach,
    ReadOptions,
    Record,
    Skipped,
    SkipReason,
)
from detector.readers.warc import read_warc
from tests.readers.archives import PACKERS, gz, plain, response, warc_record, zst

OPTIONS = ReadOptions()


def read(path: Path, start: int = 0, end: int | None = None, options: ReadOptions = OPTIONS) -> list[Item]:
    (source,) = find_inputs([path])
    return list(read_warc(source, start, source.size if end is None else end, options))


def noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", sorted(PACKERS))
def test_every_compression_gives_the_same_pages(tmp_path: Path, suffix: str) -> None:
    pack = PACKERS[suffix]
    data = b"".join(pack(response(f"https://a{i}.example/", b"<p>page %d" % i)) for i in range(5))
    *records, reach = read(write(tmp_path / f"x{suffix}", data))
    assert [(r.url, r.body, r.html, r.date) for r in records if isinstance(r, Record)] == [
        (f"https://a{i}.example/", b"<p>page %d" % i, True, "2026-05-01T10:00:00Z") for i in range(5)
    ]
    assert reach == Reach(0, len(data))


@pytest.mark.parametrize("suffix", sorted(PACKERS))
@pytest.mark.parametrize("size", [1, 7, 500, 1_999, 10**6])
def test_ranges_give_each_record_once_and_join(tmp_path: Path, suffix: str, size: int) -> None:
    pack = PACKERS[suffix]
    records = [pack(response(f"https://a{i}.example/", noise(i, 40 * i))) for i in range(12)]
    path = write(tmp_path / f"x{suffix}", b"".join(records))
    total = path.stat().st_size
    items = [read(path, start, min(start + size, total)) for start in range(0, total, size)]
    urls = [item.url for part in items for item in part if isinstance(item, Record)]
    assert urls == [f"https://a{i}.example/" for i in range(12)]
    reaches = [part[-1] for part in items]
    borders = [0, *(max(r.first, r.next) for r in reaches if isinstance(r, Reach))]
    assert sorted(borders) == borders
    assert borders[-1] == total


def test_wet_and_resource_records_are_text_and_html(tmp_path: Path) -> None:
    data = warc_record("https://a.example/", b"Hello there", "text/plain", "conversion")
    data += warc_record("https://b.example/", b"<p>Hello", "text/html", "resource")
    first, second, _ = read(write(tmp_path / "x.warc.wet.gz", gz(data)))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.html, second.html) == (False, True)


def test_requests_and_metadata_are_passed_over(tmp_path: Path) -> None:
    data = warc_record(
        "https://a.example/", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request", "request"
    )
    data += warc_record("https://a.example/", b"a: b", "application/warc-fields", "metadata")
    assert read(write(tmp_path / "x.warc", data)) == [Reach(0, len(data))]


def test_error_pages_and_other_content_types_are_skipped_with_a_reason(tmp_path: Path) -> None:
    data = response("https://a.example/", b"gone", status="404 Not Found")
    data += response("https://b.example/", b"%PDF", headers="Content-Type: application/pdf\r\n")
    *items, _ = read(write(tmp_path / "x.warc", data))
    assert [item.reason for item in items if isinstance(item, Skipped)] == [
        SkipReason.STATUS,
        SkipReason.CONTENT_TYPE,
    ]


def test_a_large_record_of_another_content_type_is_no_error(tmp_path: Path) -> None:
    video = response("https://a.example/", bytes(MAX_RECORD + 1), headers="Content-Type: video/mp4\r\n")
    item, _ = read(write(tmp_path / "x.warc.gz", gz(video)))
    assert isinstance(item, Skipped)
    assert item.reason is SkipReason.CONTENT_TYPE


ZIPPED = gzip.compress(b"<p>hello", mtime=0)
"""Without the time, so that the tests it is part of have the same name in every process."""


def chunked(body: bytes) -> bytes:
    return b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Encoding: gzip\r\n", ZIPPED),
        ("Content-Encoding: deflate\r\n", zlib.compress(b"<p>hello")),
        ("Content-Encoding: zstd\r\n", zst(b"<p>hello")),
        ("Transfer-Encoding: chunked\r\n", chunked(b"<p>hello")),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunked(ZIPPED)),
        ("Content-Encoding: x-gzip\r\n", ZIPPED),
        ("Content-Encoding: gzip\r\n", b"<p>hello"),  # the crawler undid it and left the header
        ("Transfer-Encoding: chunked\r\n", b"<p>hello"),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", b"<p>hello"),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", ZIPPED),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n", chunked(b"<p>hello")),
        ("Content-Encoding: utf-8\r\n", b"<p>hello"),
    ],
)
def test_transfer_and_content_encodings_are_undone(tmp_path: Path, headers: str, body: bytes) -> None:
    data = response("https://a.example/", body, headers="Content-Type: text/html\r\n" + headers)
    record, _ = read(write(tmp_path / "x.warc", data))
    assert isinstance(record, Record)
    assert record.body == b"<p>hello"


@pytest.mark.parametrize("head", [b"Content-Type: text/html\n\n", b"Content-Type: text/html\nX: y\r\n\r\n"])
def test_http_lines_that_end_in_a_line_feed_alone_are_read(tmp_path: Path, head: bytes) -> None:
    block = b"HTTP/1.1 200 OK\n" + head + b"<p>hello\r\n\r\nagain"
    data = warc_record("https://a.example/", block, "application/http; msgtype=response", "response")
    record, _ = read(write(tmp_path / "x.warc", data))
    assert isinstance(record, Record)
    assert (record.content_type, record.body) == ("text/html", b"<p>hello\r\n\r\nagain")


GOOD = response("https://good.example/", b"<p>good")
BAD: list[tuple[str, bytes, ErrorKind]] = [
    (
        "gzip body",
        response("https://bad.example/", b"x", headers="Content-Encoding: gzip\r\n"),
        ErrorKind.MALFORMED,
    ),
    (
        "chunked body",
        response("https://bad.example/", b"x", headers="Transfer-Encoding: chunked\r\n"),
        ErrorKind.MALFORMED,
    ),
    (
        "no status line",
        warc_record("https://bad.example/", b"garbage", "application/http; msgtype=response", "response"),
        ErrorKind.MALFORMED,
    ),
    (
        "too large",
        warc_record("https://bad.example/", bytes(MAX_RECORD + 1), "text/html", "resource"),
        ErrorKind.TOO_LARGE,
    ),
    (
        "shorter than declared",
        response("https://bad.example/", b"<p>x").replace(b"Content-Length: ", b"Content-Length: 99"),
        ErrorKind.TRUNCATED,
    ),
    ("no WARC-Type", response("https://bad.example/", b"x").replace(b"WARC-Type:", b""), ErrorKind.MALFORMED),
    (
        "no Content-Length",
        warc_record("https://bad.example/", b"", "text/html", "resource").replace(b"Content-Length:", b"X:"),
        ErrorKind.MALFORMED,
    ),
    (
        "endless HTTP head",
        response("https://bad.example/", b"x", headers="X: " + "a" * 100_000 + "\r\n"),
        ErrorKind.CORRUPT,
    ),
]


@pytest.mark.parametrize(("record", "kind"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
@pytest.mark.parametrize("pack", [plain, gz, zst])
def test_a_bad_record_is_told_and_its_neighbours_are_read(
    tmp_path: Path, record: bytes, kind: ErrorKind, pack
) -> None:  # type: ignore[no-untyped-def]
    path = write(tmp_path / "x.warc", b"".join(map(pack, [GOOD, record, GOOD])))
    items = read(path)
    kinds = [item.kind if isinstance(item, BadRecord) else type(item) for item in items]
    assert kinds == [Record, kind, Record, Reach]


@pytest.mark.parametrize("pack", [gz, zst])
def test_flipped_bytes_cost_one_row_and_the_records_they_hit(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    packed = [pack(response(f"https://a{i}.example/", noise(i, 3_000))) for i in range(6)]
    damaged = bytearray(packed[3])
    damaged[4:2_000] = bytes(1_996)
    path = write(tmp_path / "x.warc.gz", b"".join([*packed[:3], bytes(damaged), *packed[4:]]))
    items = read(path)
    assert [i.url for i in items if isinstance(i, Record)] == [
        f"https://a{i}.example/" for i in (0, 1, 2, 4, 5)
    ]
    assert [i.kind for i in items if isinstance(i, BadRecord)] == [ErrorKind.CORRUPT]


@pytest.mark.parametrize("flags", range(0, 256, 5))
def test_a_member_with_a_damaged_head_does_not_swallow_those_behind_it(tmp_path: Path, flags: int) -> None:
    packed = [gz(response(f"https://a{i}.example/", noise(i, 900))) for i in range(4)]
    packed[1] = packed[1][:3] + bytes([flags]) + packed[1][4:]
    items = read(write(tmp_path / "x.warc.gz", b"".join(packed)))
    urls = [item.url for item in items if isinstance(item, Record)]
    assert [url for url in urls if url != "https://a1.example/"] == [
        f"https://a{i}.example/" for i in (0, 2, 3)
    ]
    assert len(urls) == 4 or [type(item) for item in items] == [Record, BadRecord, Record, Record, Reach]


def test_a_cut_archive_gives_its_whole_records_and_one_error(tmp_path: Path) -> None:
    data = b"".join(gz(response(f"https://a{i}.example/", noise(i, 3_000))) for i in range(3))
    items = read(write(tmp_path / "x.warc.gz", data[:-500]))
    assert [type(i) for i in items] == [Record, Record, BadRecord, Reach]


@pytest.mark.parametrize("suffix", sorted(PACKERS))
def test_an_archive_cut_in_a_record_that_is_no_page_says_so(tmp_path: Path, suffix: str) -> None:
    request = warc_record("https://a.example/", noise(1, 900), "application/http; msgtype=request", "request")
    gone = response("https://a.example/", noise(2, 900), status="404 Not Found")
    for last in (request, gone):
        whole = PACKERS[suffix](GOOD)
        packed = PACKERS[suffix](last)
        first, *errors, _ = read(write(tmp_path / f"x{suffix}", whole + packed[: len(packed) - 400]))
        assert isinstance(first, Record)
        assert [e.kind for e in errors if isinstance(e, BadRecord)] in (
            [ErrorKind.TRUNCATED],
            [ErrorKind.CORRUPT],
        )


def test_an_archive_cut_in_a_header_says_so(tmp_path: Path) -> None:
    data = gz(GOOD + response("https://a.example/", b"<p>hello")[:120])
    first, error, _ = read(write(tmp_path / "x.warc.gz", data))
    assert isinstance(first, Record)
    assert isinstance(error, BadRecord)


def test_an_archive_inside_a_record_is_not_read_where_ranges_join(tmp_path: Path) -> None:
    inner = gz(response("https://planted.example/", noise(1, 200)))
    outer = gzip.compress(response("https://outer.example/", noise(2, 4_000) + inner + noise(3, 4_000)), 0)
    path = write(tmp_path / "x.warc.gz", outer + gz(GOOD))
    assert inner in outer  # stored as it is, as incompressible downloads are
    *_, left = read(path, 0, 2_000)
    *fooled, right = read(path, 2_000, path.stat().st_size)
    assert "https://planted.example/" in [i.url for i in fooled if isinstance(i, Record)]
    assert isinstance(left, Reach)
    assert isinstance(right, Reach)
    assert left.next == len(outer) != right.first  # the seam shows it, so that a scan reads the range again
    assert [i.url for i in read(path, left.next, path.stat().st_size)[:-1] if isinstance(i, Record)] == [
        "https://good.example/"
    ]


@pytest.mark.parametrize("pack", [gz, zst])
def test_records_compressed_together_are_all_read_by_the_first_range(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    data = pack(b"".join(response(f"https://a{i}.example/", noise(i, 500)) for i in range(9)))
    path = write(tmp_path / "x.warc.gz", data)
    records = [item for item in read(path, 0, 700) if isinstance(item, Record)]
    assert len(records) == 9
    assert len({record.position for record in records}) == 9
    assert [i for i in read(path, 700, len(data)) if isinstance(i, Record)] == []


def test_a_zstd_archive_with_a_dictionary_is_read(tmp_path: Path) -> None:
    import zstandard

    samples = [response(f"https://a{i}.example/", b"<p>common words %d" % i * 9) for i in range(200)]
    dictionary = zstandard.train_dictionary(4_096, samples)
    frames = b"".join(zstandard.ZstdCompressor(dict_data=dictionary).compress(sample) for sample in samples)
    raw = dictionary.as_bytes()
    path = write(tmp_path / "x.warc.zst", b"\x5d\x2a\x4d\x18" + len(raw).to_bytes(4, "little") + raw + frames)
    half = path.stat().st_size // 2
    items = [*read(path, 0, half), *read(path, half, path.stat().st_size)]
    assert [i.url for i in items if isinstance(i, Record)] == [f"https://a{i}.example/" for i in range(200)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.binary(max_size=400), at=st.integers(0, 900), pack=st.sampled_from([plain, gz, zst]))
def test_any_damage_ends_in_typed_items(tmp_path: Path, data: bytes, at: int, pack) -> None:  # type: ignore[no-untyped-def]
    whole = b"".join(pack(response(f"https://a{i}.example/", noise(i, 200))) for i in range(3))
    path = write(tmp_path / "x.warc", whole[:at] + data + whole[at:])
    items = read(path)
    assert isinstance(items[-1], Reach)
    assert len(items) > 3 or any(isinstance(item, BadRecord) for item in items)
