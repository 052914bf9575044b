from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.errors import InputError
from detector.readers import jsonl
from detector.readers.inputs import Compression, Format, find_inputs
from detector.readers.parts import part_sizes, plan_parts, read_part
from detector.readers.record import BadRecord, ErrorKind, FieldMap, Item, Reach, ReadOptions, Record, Skipped
from tests.readers.archives import gz, lz, plain, response, zst


def read_all(path: Path, size: int, options: ReadOptions | None = None) -> list[Item]:
    """Everything that the parts of a path hold, in order."""
    items: list[Item] = []
    for index, source in enumerate(find_inputs([path])):
        for part in plan_parts(index, source, size):
            items.extend(read_part(source, part, options or ReadOptions()))
    return [item for item in items if not isinstance(item, Reach)]


def lines(values: list[object]) -> bytes:
    return b"".join(orjson.dumps(value) + b"\n" for value in values)


PACKS = [(".jsonl", plain), (".jsonl.gz", gz), (".jsonl.zst", zst), (".jsonl.lz4", lz)]


@pytest.mark.parametrize(("suffix", "pack"), PACKS)
@pytest.mark.parametrize("size", [1, 30, 500, 10**6])
def test_jsonl_gives_each_line_once_in_parts_of_any_size(
    tmp_path: Path, suffix: str, pack, size: int
) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"crawl{suffix}"
    path.write_bytes(
        pack(lines([{"url": f"https://a{i}.example/", "text": "word " * i} for i in range(1, 40)]))
    )
    records = read_all(path, size)
    assert [r.url for r in records if isinstance(r, Record)] == [
        f"https://a{i}.example/" for i in range(1, 40)
    ]
    assert len({r.position for r in records if isinstance(r, Record)}) == 39


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(data=st.binary(max_size=300), size=st.integers(1, 100))
def test_any_bytes_as_jsonl_give_an_item_a_line(tmp_path: Path, data: bytes, size: int) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"{}\n" + data.replace(b"\x1f\x8b", b""))
    expected = sum(bool(line.strip()) for line in path.read_bytes().split(b"\n"))
    assert len(read_all(path, size)) == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b'{"url": "https://a.example/"', ErrorKind.MALFORMED),
        (b"[1, 2]", ErrorKind.MALFORMED),
        (b'{"url": "https://a.example/"}', ErrorKind.NO_CONTENT),
        (b'{"text": ""}', ErrorKind.NO_CONTENT),
        (b'{"text": 7}', ErrorKind.NO_CONTENT),
        (b'{"html": " ", "text": "\\n"}', ErrorKind.NO_CONTENT),
        (b"[" * 100_000, ErrorKind.MALFORMED),
    ],
)
def test_a_bad_line_says_what_is_wrong(tmp_path: Path, line: bytes, kind: ErrorKind) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(line + b'\n{"text": "fine"}\n')
    bad, good = read_all(path, 10**6)
    assert isinstance(bad, BadRecord)
    assert bad.kind is kind
    assert isinstance(good, Record)


@pytest.mark.parametrize("html", ['""', '" \\n "', "null", "7", '{"body": "<p>real"}', '["<p>"]'])
def test_html_without_content_leaves_the_text(tmp_path: Path, html: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"html": {html}, "text": "real text"}}\n')
    (record,) = read_all(path, 10**6)
    assert isinstance(record, Record)
    assert (record.html, record.body) == (False, "real text")


def test_lone_surrogates_are_read_and_replaced_in_the_address(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"url": "https://a.example/\\ud800", "text": "\\udfff text"}\n')
    (record,) = read_all(path, 10**6)
    assert isinstance(record, Record)
    assert record.url == "https://a.example/?"
    record.page()


@pytest.mark.parametrize(("suffix", "pack"), PACKS)
def test_an_endless_line_is_an_error_and_its_neighbours_are_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    pack,  # type: ignore[no-untyped-def]
) -> None:
    monkeypatch.setattr(jsonl, "MAX_RECORD", 3_000_000)
    path = tmp_path / f"x{suffix}"
    path.write_bytes(pack(b'{"text": "a"}\n{"text": "' + b"x" * 5_000_000 + b'"}\n{"text": "b"}\n'))
    first, second, third = read_all(path, 1_000)
    assert isinstance(second, BadRecord)
    assert second.kind is ErrorKind.TOO_LARGE
    assert [r.body for r in (first, third) if isinstance(r, Record)] == ["a", "b"]


def test_a_part_without_a_beginning_of_a_line_reads_no_further_than_itself(tmp_path: Path) -> None:
    """Else an endless line would be read once by each part that it runs through."""
    with (tmp_path / "x.jsonl").open("wb+") as stream:
        stream.write(b"x" * 8_000_000 + b"\n{}")
        assert jsonl._first_line(stream, 2_000_000, 3_000_000) >= 3_000_000
        assert stream.tell() < 5_000_000
        assert jsonl._first_line(stream, 7_000_000, 9_000_000) == 8_000_001


def test_a_damaged_stream_gives_what_came_before_and_one_error(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    data = gz(lines([{"text": f"{i} " * 200} for i in range(300)]))
    path.write_bytes(data[: len(data) // 2] + bytes(60) + data[len(data) // 2 + 60 :])
    items = read_all(path, 10**6)
    assert isinstance(items[0], Record)
    assert [i.kind for i in items if isinstance(i, BadRecord)][-1] is ErrorKind.CORRUPT


@pytest.mark.parametrize(("suffix", "pack"), [(".jsonl.gz", gz), (".jsonl.zst", zst)])
def test_a_stream_that_is_cut_off_says_so(
    tmp_path: Path,
    suffix: str,
    pack,  # type: ignore[no-untyped-def]
) -> None:
    path = tmp_path / f"x{suffix}"
    data = pack(lines([{"text": f"{i} " * 200} for i in range(900)]))
    for cut in range(100, len(data), 97):
        path.write_bytes(data[:cut])
        *_, last = read_all(path, 10**6)
        assert isinstance(last, BadRecord)
        assert last.kind is ErrorKind.CORRUPT


def test_zeros_behind_a_gzip_stream_are_padding(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gz(b'{"text": "a"}\n') + gz(b'{"text": "b"}\n') + bytes(512))
    assert [r.body for r in read_all(path, 10**6) if isinstance(r, Record)] == ["a", "b"]


def test_a_page_that_is_cut_off_in_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gz(b"<p>" + b"hello " * 900)[:-20])
    (item,) = read_all(tmp_path, 10**6)
    assert isinstance(item, BadRecord)
    assert item.kind is ErrorKind.UNREADABLE


def test_fields_are_mapped_and_may_be_nested(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(lines([{"meta": {"url": "https://a.example/"}, "raw": "<p>hi", "kind": "text/html"}]))
    options = ReadOptions(FieldMap(url="meta.url", html="raw", content_type="kind"))
    (record,) = read_all(path, 10**6, options)
    assert isinstance(record, Record)
    assert (record.url, record.html, record.body) == ("https://a.example/", True, "<p>hi")


def test_content_types_are_filtered(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        lines([{"text": "a", "content_type": "text/css"}, {"text": "b", "content_type": "text/html"}])
    )
    skipped, record = read_all(path, 10**6)
    assert isinstance(skipped, Skipped)
    assert isinstance(record, Record)


@pytest.mark.parametrize("size", [1, 2_000, 10**6])
def test_parquet_gives_each_row_once(tmp_path: Path, size: int) -> None:
    table = pa.table(
        {
            "url": [f"https://a{i}.example/" for i in range(100)],
            "text": ["word " * i or None for i in range(100)],
            "unused": [b"x" * 50] * 100,
        }
    )
    pq.write_table(table, tmp_path / "x.parquet", row_group_size=17)
    items = read_all(tmp_path / "x.parquet", size)
    assert [item.position for item in items if not isinstance(item, Reach)] == list(range(100))
    assert isinstance(items[0], BadRecord)
    assert [i.url for i in items[1:] if isinstance(i, Record)] == [
        f"https://a{i}.example/" for i in range(1, 100)
    ]


def test_nested_parquet_columns_are_mapped(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"page": [{"html": b"<p>hi", "url": "https://a.example/"}]}), tmp_path / "x.parquet"
    )
    (record,) = read_all(tmp_path / "x.parquet", 1, ReadOptions(FieldMap(url="page.url", html="page.html")))
    assert isinstance(record, Record)
    assert record.body == b"<p>hi"


def test_parquet_columns_of_bytes_are_text(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    row = {"url": b"https://a.example/", "html": b"<p>a", "content_type": b"text/html", "date": b"2026-01-02"}
    pq.write_table(pa.Table.from_pylist([row]), path)
    (record,) = read_all(path, 10**6)
    assert isinstance(record, Record)
    assert (record.url, record.content_type, record.date) == ("https://a.example/", "text/html", "2026-01-02")


def test_a_value_that_cannot_be_read_costs_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    texts = pa.StringArray.from_buffers(
        3, pa.array([0, 1, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"a\xffc")
    )
    days = pa.array([1, 2, 10**8], pa.date32())
    pq.write_table(pa.table({"text": texts, "date": days}), path)
    first, *others = read_all(path, 10**6)
    assert isinstance(first, Record)
    assert [(o.position, o.kind) for o in others if isinstance(o, BadRecord)] == [
        (1, ErrorKind.MALFORMED),
        (2, ErrorKind.MALFORMED),
    ]


def test_a_file_that_is_no_parquet_is_one_unreadable_row(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"nothing of the kind")
    (bad,) = read_all(tmp_path / "x.parquet", 1)
    assert isinstance(bad, BadRecord)
    assert bad.kind is ErrorKind.UNREADABLE


def test_a_folder_of_html_is_read_as_a_mirror(tmp_path: Path) -> None:
    for name, body in {
        "example.org/news/index.html": b"<p>one",
        "example.org/a.html": b"<p>two",
        "notes/b.htm": b"<p>three",
        "example.org/c.html.gz": gz(b"<p>four"),
        ".hidden/d.html": b"<p>five",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    records = read_all(tmp_path, 1)
    assert [(r.url, r.body) for r in records if isinstance(r, Record)] == [
        ("https://example.org/a.html", b"<p>two"),
        ("https://example.org/c.html", b"<p>four"),
        ("https://example.org/news/", b"<p>one"),
        ("", b"<p>three"),
    ]


def test_a_folder_of_archives_gives_them_in_order(tmp_path: Path) -> None:
    for name in ("b.warc", "a.warc.gz", "sub/c.jsonl.zst", "readme.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [Path(source.name).name for source in find_inputs([tmp_path])] == [
        "a.warc.gz",
        "b.warc",
        "c.jsonl.zst",
    ]


@pytest.mark.parametrize(
    ("data", "format_", "compression"),
    [
        (response("https://a.example/", b"x"), Format.WARC, Compression.NONE),
        (gz(response("https://a.example/", b"x")), Format.WARC, Compression.GZIP),
        (zst(b'{"text": "x"}\n'), Format.JSONL, Compression.ZSTD),
        (lz(b'{"text": "x"}\n'), Format.JSONL, Compression.LZ4),
    ],
)
def test_a_nameless_file_is_known_by_its_content(
    tmp_path: Path, data: bytes, format_: Format, compression: Compression
) -> None:
    (tmp_path / "download").write_bytes(data)
    (source,) = find_inputs([tmp_path / "download"])
    assert (source.format, source.compression) == (format_, compression)


@pytest.mark.parametrize(
    ("name", "data"), [("x.bin", b"\x00\x01"), ("missing/x.warc", None), ("folder", b"")]
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, data: bytes | None) -> None:
    if name == "folder":
        (tmp_path / name).mkdir()
    elif data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name):
        find_inputs([tmp_path / name])


def test_parts_depend_on_the_inputs_alone(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text": "x"}\n' * 1_000)
    inputs = find_inputs([tmp_path / "x.jsonl"])
    parts = list(plan_parts(0, inputs[0], 1_000))
    assert parts == list(plan_parts(0, inputs[0], 1_000))
    assert [p.start for p in parts[1:]] == [p.end for p in parts[:-1]]
    assert sum(p.weight for p in parts) == pytest.approx(inputs[0].size, abs=len(parts))


def test_parts_get_smaller_towards_the_end_of_the_inputs(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text": "x"}\n')
    (last,) = find_inputs([tmp_path / "x.jsonl"])
    huge = replace(last, size=10**12)
    large = replace(last, size=(1 << 30) - last.size)
    assert part_sizes((huge, large, last)) == (32 << 20, 4 << 20, 1 << 20)


def test_links_are_followed_once_and_what_a_scan_writes_is_no_input(tmp_path: Path) -> None:
    crawl, elsewhere, out = tmp_path / "crawl", tmp_path / "elsewhere", tmp_path / "crawl" / "out"
    for folder in (crawl, elsewhere, out):
        folder.mkdir()
    for path in (crawl / "a.jsonl", elsewhere / "b.jsonl", out / "part-0.parquet"):
        path.write_bytes(b"")
    (crawl / "linked").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(crawl)
    assert [s.name for s in find_inputs([crawl], besides=out)] == [
        f"{crawl}/a.jsonl",
        f"{crawl}/linked/b.jsonl",
    ]


def test_a_file_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a"}')
    (tmp_path / "b.jsonl").symlink_to(path)
    for twice in ([path, path], [path, tmp_path], [path, tmp_path / "b.jsonl"]):
        with pytest.raises(InputError, match="given twice"):
            find_inputs(twice)


def test_links_to_nothing_and_pipes_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.warc").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"a\.warc: no such file"):
        find_inputs([tmp_path])
    (tmp_path / "a.warc").unlink()
    os.mkfifo(tmp_path / "b.jsonl")
    with pytest.raises(InputError, match=r"b\.jsonl"):
        find_inputs([tmp_path])
    with pytest.raises(InputError, match="standard input"):
        find_inputs([tmp_path / "b.jsonl"])


@pytest.mark.parametrize(
    ("name", "errors"),
    [("a.jsonl", 0), ("a.jsonl.gz", 1), ("a.warc", 1), ("a.warc.gz", 1), ("a.wet.zst", 1), ("a.parquet", 1)],
)
def test_an_empty_file_is_an_error_where_its_format_has_a_head(
    tmp_path: Path, name: str, errors: int
) -> None:
    (tmp_path / name).write_bytes(b"")
    items = read_all(tmp_path / name, 10**6)
    assert [item.kind for item in items if isinstance(item, BadRecord)] == [ErrorKind.UNREADABLE] * errors
