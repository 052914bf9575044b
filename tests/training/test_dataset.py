"""What the dataset reader accepts, refuses, merges and leaves out."""

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from detector.errors import DatasetError, ListError
from detector.page import Listing
from training.dataset import Record, load_dataset, look_up, note_inputs
from training.measuring import views

HTML = "<html><body><main><p>The ferry leaves at nine from the old quay.</p></main></body></html>"


def line(id_: str, text: str = "", verdict: str | None = "legit", **more: object) -> dict[str, object]:
    row: dict[str, object] = {"id": id_, "text": text or f"A text that is only in {id_}.", **more}
    return row | ({"verdict": verdict} if verdict else {})


@pytest.fixture
def write(tmp_path: Path):
    def write(name: str, *rows: dict[str, object] | str) -> Path:
        path = tmp_path / name
        lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        path.write_bytes(gzip.compress(lines.encode()) if name.endswith(".gz") else lines.encode())
        return path

    return write


def labels(*rows: str, head: str = "id\tverdict\tkind\tcopied\tlinks\tconfidence") -> str:
    return "\n".join(["# about: invented", head, *rows])


def test_records_keep_what_the_file_says(write) -> None:
    path = write(
        "a.jsonl.gz",
        line("p1", "Some text.", "farm", url="https://www.shop.example.org/x",
             domain="wrong.example", source="s", title="T", kind="doorway", confidence="low",
             truncated=True, annotators=3, agreement=0.5),
    )  # fmt: skip
    assert load_dataset([path]).records == (
        Record("p1", "s", "https://www.shop.example.org/x", "example.org", "T", "Some text.", None, True,
               "doorway", "low"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.news.example/a", "news.example"),
        ("http://192.0.2.7/a", "192.0.2.7"),  # pages of one machine are pages of one host
        ("http://intranet/a", "intranet"),
        ("", ""),
    ],
)
def test_a_record_s_domain_is_what_its_pages_share(write, url: str, domain: str) -> None:
    assert load_dataset([write("a.jsonl", line("x", url=url))]).records[0].domain == domain


def test_html_comes_from_a_file_or_inline(write, tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "p1.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (tmp_path / "html" / "p2.html").write_text(HTML.replace("nine", "ten"))
    path = write(
        "a.jsonl",
        {"id": "p1", "html": "html/p1.html.gz", "verdict": "legit", "url": "https://port.example/"},
        {"id": "p2", "html": "html/p2.html", "verdict": "legit"},
        {"id": "p3", "html_inline": HTML.replace("nine", "six"), "verdict": "farm"},
    )
    records = load_dataset([path]).records
    assert [word in r.content() for r, word in zip(records, ("nine", "ten", "six"), strict=True)] == [
        True
    ] * 3
    assert records[0].page().url == "https://port.example/"


def test_the_hashes_change_with_any_input_and_with_nothing_else(write, tmp_path: Path) -> None:
    (tmp_path / "p1.html").write_text(HTML)
    path = write("a.jsonl", {"id": "p1", "html": "p1.html", "verdict": "legit"})
    first = load_dataset([path]).hashes
    assert set(first) == {"a.jsonl", "a.jsonl/html"}
    assert first["a.jsonl"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_dataset([path]).hashes == first
    (tmp_path / "p1.html").write_text(HTML.replace("nine", "ten"))
    second = load_dataset([path]).hashes
    assert second["a.jsonl"] == first["a.jsonl"]
    assert second["a.jsonl/html"] != first["a.jsonl/html"]


def test_everything_left_out_is_counted(write) -> None:
    path = write(
        "a.jsonl",
        line("farm", verdict="farm"),
        line("legit"),
        line("unsure", verdict="unsure"),
        line("none", verdict=None),
        line("copy-1", "Twice the same."),
        line("copy-2", "Twice the same."),
        line("legit"),
    )
    dataset = load_dataset([path])
    report = dataset.report
    assert [r.id for r in dataset.records] == ["farm", "legit", "copy-1"]
    assert (report.read, report.farm, report.legit) == (7, 1, 2)
    assert (report.unsure, report.unlabelled, report.duplicates, report.conflicts) == (1, 1, 2, ())


def test_the_same_content_with_two_verdicts_is_listed_and_left_out(write) -> None:
    path = write("a.jsonl", line("x", "One text.", "farm"), line("y", "One text.", "legit"), line("z"))
    dataset = load_dataset([path])
    assert [r.id for r in dataset.records] == ["z"]
    assert [c.ids for c in dataset.report.conflicts] == [("x", "y")]
    assert dataset.report.contradicted == 2


def test_one_id_with_two_verdicts_is_listed_and_left_out(write) -> None:
    first = write("a.jsonl", line("x", verdict="farm"))
    second = write("b.jsonl", line("x", verdict="legit"))
    dataset = load_dataset([first, second])
    assert dataset.records == ()
    assert [c.ids for c in dataset.report.conflicts] == [("x",)]


def test_a_labels_file_gives_verdicts_to_pages_without_one(write) -> None:
    data = write("a.jsonl", line("x", verdict=None), line("y", verdict=None), line("z", verdict=None))
    sheet = write("l.tsv", labels("x\tfarm\tpbn\tno\tsome\tlow", "y\tunsure\tother\tunk\tnone\tlow",
                                  "elsewhere\tlegit\tblog\tno\tnone\thigh"))  # fmt: skip
    dataset = load_dataset([data], [sheet])
    assert [(r.id, r.farm, r.kind, r.confidence) for r in dataset.records] == [("x", True, "pbn", "low")]
    assert (dataset.report.unsure, dataset.report.unlabelled, dataset.report.unused_labels) == (1, 1, 1)
    assert set(dataset.hashes) == {"a.jsonl", "l.tsv"}


def test_a_labels_file_that_contradicts_the_data_is_a_conflict(write) -> None:
    dataset = load_dataset(
        [write("a.jsonl", line("x", verdict="legit"))],
        [write("l.tsv", labels("x\tfarm\tpbn\tno\tsome\tlow"))],
    )
    assert dataset.records == ()
    assert "farm, legit" in dataset.report.conflicts[0].reason


def test_the_label_export_of_the_service_is_accepted(write) -> None:
    row = {"id": "d1", "url": "https://a.example/", "html_inline": HTML, "verdict": "farm",
           "decided_at": "2026-01-02T03:04:05Z", "author": "mod-7", "policy": "doorway"}  # fmt: skip
    assert [r.farm for r in load_dataset([write("e.jsonl", row)]).records] == [True]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{broken", ["line 2", "whole line"]),
        (line("x", verdict="spam"), ["line 2", "field verdict", "'spam'"]),
        (line("x", kind="nonsense"), ["line 2", "field kind"]),
        (line("x", verdit="farm"), ["line 2", "field verdit", "rename"]),
        ({"text": "No id.", "verdict": "farm"}, ["line 2", "field id"]),
        (line("two words"), ["line 2", "field id"]),
        ({"id": "x", "verdict": "farm", "text": " "}, ["line 2", "field text", "no content"]),
        ({"id": "x", "verdict": "farm", "html": "../x.html"}, ["line 2", "field html", "outside"]),
        ({"id": "x", "verdict": "farm", "html": "/etc/hostname"}, ["line 2", "field html", "outside"]),
        ({"id": "x", "verdict": "farm", "html": "gone.html"}, ["line 2", "field html", "can't be read"]),
        ({"id": "x", "verdict": "farm", "html": "a\0b.html"}, ["line 2", "field html", "no path"]),
        ({"id": "x", "verdict": "farm", "html": "circle"}, ["line 2", "field html"]),
        (line("x", text=["a", "list"]), ["line 2", "field text"]),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_field(write, row, said: list[str]) -> None:
    path = write("a.jsonl", line("good"), row)
    path.with_name("circle").symlink_to("circle")
    with pytest.raises(DatasetError) as error:
        load_dataset([path])
    assert all(part in str(error.value) for part in [path.name, *said])


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (labels("x\tfarm"), ["line 3", "2 columns"]),
        (labels("x\tspam", head="id\tverdict"), ["line 3", "field verdict"]),
        (labels("x\tfarm\t1", head="id\tverdict\tscore"), ["line 3", "field score"]),
        (labels("farm", head="verdict"), ["line 2", "header row", "id"]),
        (labels("x,farm", head="id,verdict"), ["line 2", "header row", "tab-separated"]),
        ("# about: nothing", ["is empty"]),
        ('{"id": "x", "verdict": "farm"}', ["line 1", "header row"]),
        (labels("y\tfarm", head="id\tverdict"), ["no id is that of a page"]),
    ],
)
def test_a_bad_labels_file_is_refused_with_its_place(write, sheet: str, said: list[str]) -> None:
    with pytest.raises(DatasetError) as error:
        load_dataset([write("a.jsonl", line("x", verdict=None))], [write("l.tsv", sheet)])
    assert all(part in str(error.value) for part in ["l.tsv", *said])


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08broken", b"not gzip at all"])
def test_a_broken_gzip_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"a\.jsonl\.gz"):
        load_dataset([path])


def test_a_missing_file_and_a_file_given_twice_are_refused(write, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.jsonl"):
        load_dataset([tmp_path / "gone.jsonl"])
    path = write("a.jsonl", line("x"))
    with pytest.raises(DatasetError, match="two inputs"):
        load_dataset([path, path])


def test_block_lists_are_looked_up_for_records_with_an_address(write, tmp_path: Path) -> None:
    html = HTML.replace("</p>", " and again at ten" * 200 + "</p>")
    path = write(
        "a.jsonl",
        line("p1", url="https://farm.example/x", html_inline=html, verdict="farm") | {"text": ""},
        line("p2", url="https://port.example/"),
        line("p3"),
    )
    farms = tmp_path / "farms.txt"
    farms.write_text("# Last modified: 2026-03-01\nfarm.example\n")
    dataset = load_dataset([path])
    assert look_up(dataset, []) == dataset
    first, *others = [record.page() for record in look_up(dataset, [farms]).records]
    listings = (Listing("farm.example", "farms.txt", date(2026, 3, 1)),)
    assert [page.listings for page in views(first)] == [listings] * 3  # markup, as text, cut short
    assert [page.listings for page in others] == [(), None]
    with pytest.raises(ListError, match=r"gone\.txt"):
        look_up(dataset, [tmp_path / "gone.txt"])


def test_further_inputs_are_hashed_and_none_stands_for_another(write) -> None:
    path, farms = write("a.jsonl", line("p1")), write("farms.txt", "farm.example")
    dataset = load_dataset([path])
    digest = hashlib.sha256(farms.read_bytes()).hexdigest()
    assert note_inputs(dataset, [farms]).hashes == {**dataset.hashes, "farms.txt": digest}
    with pytest.raises(DatasetError, match=r"two inputs are called farms\.txt"):
        note_inputs(dataset, [farms, farms])
