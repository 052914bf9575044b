from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from detector.blocklists.entries import MAX_DEPTH, Entry, normal_site, sites_above
from detector.blocklists.reading import ListFile
from detector.blocklists.reputation import Reputation
from detector.blocklists.writing import ListFormat, export, flagged_sites
from detector.cli import make_app
from detector.errors import ListError
from detector.model import Thresholds
from detector.page import Listing, Page
from detector.parsing.domains import host_of
from detector.scan.output import Output, OutputFormat
from detector.sites import names
from detector.sites.run import roll_up
from detector.verdict import Label
from tests.test_sites import complete, row

DAY = date(2026, 11, 23)
ENTRIES = [
    Entry("farm.example.com", "content farm, site score 0.98", date(2026, 11, 20)),
    Entry("copies.example.org", "copies the gazette (and others); 9 of 12", date(2026, 10, 1)),
]
ACCOUNT = Entry("platform.example.net/@anna", "spam", date(2026, 11, 1))


def saved(folder: Path, text: str) -> Path:
    path = folder / "list.txt"
    path.write_text(text)
    return path


EXPECTED = {
    ListFormat.UBLACKLIST: [
        "*://*.farm.example.com/*",
        "*://*.platform.example.net/@anna",
        "*://*.platform.example.net/@anna/*",
    ],
    ListFormat.UBLOCK: ["||farm.example.com^$document", "||platform.example.net/@anna^$document"],
    ListFormat.HOSTS: ["0.0.0.0 farm.example.com", "0.0.0.0 www.farm.example.com"],
    ListFormat.RPZ: ["farm.example.com CNAME .", "*.farm.example.com CNAME ."],
    ListFormat.DOMAINS: ["farm.example.com", "platform.example.net/@anna"],
}


@pytest.mark.parametrize("format_", list(ListFormat))
def test_a_list_names_each_site_with_reason_and_date(format_: ListFormat) -> None:
    text, left_out = export([*ENTRIES, ACCOUNT], format_, "Farms", DAY)
    lines = text.splitlines()
    assert all(rule in lines for rule in EXPECTED[format_])
    assert "farm.example.com: content farm, site score 0.98 (2026-11-20)" in text
    assert "Farms" in text
    assert left_out == (format_ in (ListFormat.HOSTS, ListFormat.RPZ))


@pytest.mark.parametrize("format_", list(ListFormat))
def test_what_is_written_is_read_back(tmp_path: Path, format_: ListFormat) -> None:
    text, _ = export([*ENTRIES, ACCOUNT], format_, "Farms", DAY)
    found = ListFile(saved(tmp_path, text), "farms")
    kept = [entry for entry in [*ENTRIES, ACCOUNT] if "/" not in entry.site or ACCOUNT.site in text]
    assert sorted(set(found), key=lambda e: e.site) == sorted(kept, key=lambda e: e.site)
    assert found.unknown == 0


@pytest.mark.parametrize("format_", list(ListFormat))
@pytest.mark.parametrize("reason", ["seen 2021-05-05 on a list", "copied (2021-05-05)", "of 20210505"])
def test_a_date_in_a_reason_is_not_that_of_the_entry(
    tmp_path: Path, format_: ListFormat, reason: str
) -> None:
    entry = Entry("farm.example.com", reason, date(2024, 3, 1))
    text, _ = export([entry], format_, "Farms", DAY)
    assert set(ListFile(saved(tmp_path, text))) == {entry}


LABEL = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)


@example(found=[("www", "", DAY)], format_=ListFormat.UBLACKLIST)
@given(
    st.lists(
        st.tuples(LABEL, st.text(max_size=60), st.dates(date(2001, 1, 1), date(2099, 1, 1))), max_size=8
    ),
    st.sampled_from(list(ListFormat)),
)
def test_any_reason_stays_on_its_line(tmp_path_factory, found, format_) -> None:  # type: ignore[no-untyped-def]
    entries = {Entry(normal_site(f"{label}.example.com"), reason, day) for label, reason, day in found}
    text, _ = export(entries, format_, "Farms\nwith a line feed", DAY)
    read = ListFile(saved(tmp_path_factory.mktemp("list"), text))
    assert {entry.site for entry in read} == {entry.site for entry in entries}
    assert read.unknown == 0


@pytest.mark.parametrize(
    ("line", "site", "day"),
    [
        ("*://*.farm.example.com/*", "farm.example.com", None),
        ("*://farm.example.com/*", "farm.example.com", None),
        ("*://*.farm.example.com/@anna/*", "farm.example.com/@anna", None),
        ("*://farm.example.com/@anna", "farm.example.com/@anna", None),
        ("||farm.example.com^", "farm.example.com", None),
        ("||farm.example.com^$all", "farm.example.com", None),
        ("||www.farm.example.com/path^$document", "farm.example.com/path", None),
        ('google.*##.g:has(a[href*="farm.example.com"])', "farm.example.com", None),
        ("0.0.0.0 farm.example.com # seen 2026-03-04", "farm.example.com", date(2026, 3, 4)),
        ("127.0.0.1\tfarm.example.com", "farm.example.com", None),
        ("farm.example.com CNAME . ; copied 20260304", "farm.example.com", date(2026, 3, 4)),
        ("*.farm.example.com. 300 IN CNAME .", "farm.example.com", None),
        ("FARM.example.com", "farm.example.com", None),
        ("bücher.example.com", "xn--bcher-kva.example.com", None),
    ],
)
def test_rules_of_every_kind_are_read(tmp_path: Path, line: str, site: str, day: date | None) -> None:
    (entry,) = ListFile(saved(tmp_path, line + "\n"))
    assert (entry.site, entry.added) == (site, day)


@pytest.mark.parametrize(
    "line",
    [
        "/farm-[0-9]+/",
        "@@||good.example.com^",
        "title/cheap/",
        "||com^",
        "127.0.0.1 localhost",
        "##.advert",
        "x" * 9_999,
    ],
)
def test_what_is_no_domain_is_counted(tmp_path: Path, line: str) -> None:
    found = ListFile(saved(tmp_path, line + "\n"))
    assert (list(found), found.unknown) == ([], 1)


@pytest.mark.parametrize(
    "head",
    [
        "! Last modified: 2026-02-03 10:00",
        "# Date: 20260203",
        "---\nname: farms of 2026-02-03\n---",
        "$TTL 60\n@ IN SOA a. b. 2026020301 1 1 1 1\n@ IN NS a.",
    ],
)
def test_an_entry_without_a_date_has_its_list_s(tmp_path: Path, head: str) -> None:
    found = ListFile(saved(tmp_path, f"{head}\nfarm.example.com\n"))
    assert [entry.added for entry in found] == [date(2026, 2, 3)]
    assert found.unknown == 0


@given(st.text(max_size=300))
def test_any_text_is_read(tmp_path_factory, text: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("list") / "list.txt"
    path.write_text(text, encoding="utf-8", errors="replace")
    assert all(normal_site(entry.site) == entry.site for entry in ListFile(path))


def test_an_unreadable_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="nowhere"):
        list(ListFile(tmp_path / "nowhere.txt"))


@pytest.fixture
def reputation(tmp_path: Path) -> Reputation:
    (tmp_path / "a.txt").write_text("# 2026-11-01\nfarm.example.com\nanna.blogspot.com\n")
    (tmp_path / "b.txt").write_text(
        "farm.example.com\nsub.farm.example.com # 2026-05-05\n" + "platform.example/@anna\n" * 2
    )
    return Reputation([ListFile(tmp_path / "a.txt", "a"), ListFile(tmp_path / "b.txt", "b")])


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("farm.example.com", [("farm.example.com", "a", date(2026, 11, 1)), ("farm.example.com", "b", None)]),
        (
            "www.sub.farm.example.com",
            [
                ("sub.farm.example.com", "b", date(2026, 5, 5)),
                ("farm.example.com", "a", date(2026, 11, 1)),
                ("farm.example.com", "b", None),
            ],
        ),
        ("anna.blogspot.com", [("anna.blogspot.com", "a", date(2026, 11, 1))]),
        ("berta.blogspot.com", []),
        ("example.com", []),
        ("", []),
    ],
)
def test_a_host_is_looked_up_with_the_domains_above_it(
    reputation: Reputation, host: str, found: list
) -> None:  # type: ignore[type-arg]
    assert list(reputation.lookup(host)) == [Listing(*item) for item in found]


@pytest.mark.parametrize(
    ("url", "sites"),
    [
        ("https://platform.example/@anna", ["platform.example/@anna"]),
        ("https://www.platform.example/%40anna/2026/?page=2#top", ["platform.example/@anna"]),
        ("https://farm.example.com/@anna", ["farm.example.com", "farm.example.com"]),
        ("https://platform.example/@annabel", []),
        ("https://platform.example/@berta?see=/@anna", []),
        ("https://platform.example/", []),
    ],
)
def test_an_account_is_looked_up_by_the_address(reputation: Reputation, url: str, sites: list[str]) -> None:
    assert [listing.site for listing in reputation.lookup(host_of(url), url)] == sites
    assert [listing.site for listing in reputation.lookup(host_of(url))] == [s for s in sites if "/" not in s]


def test_a_page_carries_what_lists_say_of_its_address(reputation: Reputation) -> None:
    def listed(url: str) -> tuple[Listing, ...] | None:
        return reputation.with_listings(Page.from_text("Some text.", url=url)).listings

    assert listed("https://farm.example.com/x") == reputation.lookup("farm.example.com") != ()
    assert listed("https://honest.example.net/") == ()
    assert listed("") is None
    assert Page.from_text("Some text.", url="https://farm.example.com/x").listings is None


def test_what_a_list_repeats_is_kept_once(reputation: Reputation) -> None:
    assert [reputation.count(place) for place in range(3)] == [2, 3, 0]
    assert len(reputation) == 5


def test_lists_of_one_name_are_two_lists(tmp_path: Path) -> None:
    paths = []
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
        paths.append(saved(tmp_path / name, f"farm.example\n{name}.example\nmore-{name}.example\n"))
    found = Reputation(map(ListFile, paths))
    assert found.lookup("farm.example") == (Listing("farm.example", "list.txt", None),) * 2
    assert [found.count(place) for place in (0, 1)] == [3, 3]


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Farm.example.com", "farm.example.com"),
        (" www.farm.example.com/ ", "farm.example.com"),
        ("platform.example//@anna/", "platform.example/@anna"),
        ("platform.example/caf%c3%a9", "platform.example/caf%C3%A9"),
        ("platform.example/café *$x", "platform.example/caf%C3%A9%20%2A%24x"),
        ("platform.example/a%0a||b", "platform.example/a%0A%7C%7Cb"),
        ("a.example/p1/p2/p3/p4/p5/p6/p7/p8", "a.example/p1/p2/p3/p4/p5/p6/p7/p8"),
        ("a.example/p1/p2/p3/p4/p5/p6/p7/p8/p9", ""),
        ("platform.example/user?id=1", ""),
        ("https://platform.example/user", ""),
        ("platform.example/user#x", ""),
        ("com/user", ""),
        ("", ""),
    ],
)
def test_a_site_has_one_form(text: str, site: str) -> None:
    assert normal_site(text) == site


@given(st.text(st.characters(), max_size=40), st.text(st.characters(exclude_characters=".%"), max_size=40))
def test_a_site_is_found_by_its_own_address(path: str, more: str) -> None:
    site = normal_site(f"platform.example/{path}")
    assert normal_site(site) == site
    if site:
        assert site in sites_above("platform.example", f"https://{site}/{more}")


@pytest.mark.parametrize("format_", [ListFormat.UBLACKLIST, ListFormat.UBLOCK, ListFormat.DOMAINS])
@pytest.mark.parametrize(
    "url",
    [
        "https://medium.com/@SpamKing/post-1",
        "https://m.youtube.com/channel/UCaBcD/videos?view=0",
        "https://www.example.edu/%7EAnna/cv.html",
        "https://t.me/s/Caf\u00e9*||",
        "https://Spam.blogspot.com/2026/A.html",
    ],
)
def test_a_judged_site_is_found_again_by_its_pages(tmp_path: Path, url: str, format_: ListFormat) -> None:
    site = names.site_of(url)
    text, _ = export([Entry(site)], format_, "Farms", DAY)
    (found,) = Reputation([ListFile(saved(tmp_path, text))]).lookup(host_of(url), url)
    assert found.site == site


@pytest.mark.parametrize(
    ("url", "host", "expected"),
    [
        ("https://www.a.example/", "www.a.example", ["a.example"]),
        ("https://x.a.example/u/1?q#f", "x.a.example", [
            "x.a.example", "x.a.example/u", "x.a.example/u/1", "a.example", "a.example/u", "a.example/u/1",
        ]),
        ("https://10.0.0.1/a", "10.0.0.1", ["10.0.0.1", "10.0.0.1/a"]),
        ("https://a.example?x=/u/1", "a.example", ["a.example"]),
        ("https://a.example#/u/1", "a.example", ["a.example"]),
        ("https://a.example/good/../evil", "a.example", ["a.example", "a.example/evil"]),
        ("https://a.example/good/%2E%2e/./evil", "a.example", ["a.example", "a.example/evil"]),
        ("https://a.example/u//../v", "a.example", ["a.example", "a.example/u", "a.example/u/v"]),
        ("https://a.example/good/p1/p2/p3/p4/p5/p6/p7/p8" + "/.." * 9 + "/evil", "a.example", [
            "a.example", "a.example/evil",
        ]),
        ("https://a.example/../..", "a.example", ["a.example"]),
        (r"https:\\a.example\u//b.example/good", "a.example", [
            "a.example", "a.example/u", "a.example/u/b.example", "a.example/u/b.example/good",
        ]),
        ("https://a.example/\udcff", "a.example", ["a.example", "a.example/%3F"]),
        ("https://a.example/u" + "/" * 99 + "v", "a.example", ["a.example", "a.example/u", "a.example/u/v"]),
        ("https://a.example/good/" + "x/" * 9_000 + "../" * 9_001 + "evil", "a.example", ["a.example"]),
        ("https://a.example/u/...", "a.example", ["a.example", "a.example/u", "a.example/u/..."]),
        ("", "", []),
    ],
)  # fmt: skip
def test_an_address_belongs_to_these_sites(url: str, host: str, expected: list[str]) -> None:
    assert list(sites_above(host, url)) == expected


def test_an_endless_address_belongs_to_as_few_sites_as_another() -> None:
    found = list(sites_above("a.example", "https://a.example/u/" + "%41/" * 250_000))
    assert found[:3] == ["a.example", "a.example/u", "a.example/u/A"]
    assert len(found) == 1 + MAX_DEPTH


def test_memory_is_nine_bytes_an_entry(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("".join(f"farm{number}.example\n" for number in range(1_000)))
    reputation = Reputation([ListFile(tmp_path / "a.txt")])
    assert (len(reputation), reputation.nbytes) == (1_000, 9_000)
    (tmp_path / "b.txt").write_text(
        "".join(f"f{n}.example # {date.fromordinal(740_000 + n)}\n" for n in range(300))
    )
    dated = Reputation([ListFile(tmp_path / "b.txt")])
    assert [listing.added for n in (0, 299) for listing in dated.lookup(f"f{n}.example")] == [
        date.fromordinal(740_000), date.fromordinal(740_299),
    ]  # fmt: skip


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_address_in_no_encoding_is_looked_up(tmp_path: Path, more: tuple[str, ...]) -> None:
    path = saved(tmp_path, "farm.example\n")
    done = CliRunner().invoke(
        make_app(), ["blocklist", "lookup", "-l", str(path), "farm.example/\udcff", *more]
    )
    assert (done.exit_code, done.stdout.count("farm.example/?")) == (1, 1)


def test_no_list_lists_nothing() -> None:
    assert Reputation([]).lookup("farm.example.com") == ()


def test_flagged_sites_become_entries_with_reason_and_date(tmp_path: Path) -> None:
    rows = [
        complete(row(n, site=site, score=score, label=label))
        for site, score, label in [("farm.example", 0.98, "farm"), ("fine.example", 0.1, "ok")]
        for n in range(12)
    ]
    output = Output(tmp_path, OutputFormat.PARQUET)
    output.prepare()
    output.commit("00000-000000", rows)
    roll_up([tmp_path], tmp_path / "sites.parquet", Thresholds(0.9, 0.5))
    (entry,) = flagged_sites(tmp_path / "sites.parquet", today=DAY)
    assert (entry.site, entry.added) == ("farm.example", DAY)
    assert entry.reason.startswith("content farm, site score 0.98 (")
    assert entry.reason.endswith("12 of 12 pages flagged")


def test_what_has_no_score_is_listed_where_asked_for(tmp_path: Path) -> None:
    output = Output(tmp_path, OutputFormat.PARQUET)
    output.prepare()
    empty = row(1, site="empty.example", score=None, label="insufficient")
    unsure = row(2, site="unsure.example", score=0.6, label="review")
    output.commit("00000-000000", [complete(empty), complete(unsure)])
    roll_up([tmp_path], tmp_path / "sites.parquet", Thresholds(0.9, 0.5))
    entries = flagged_sites(tmp_path / "sites.parquet", [Label.INSUFFICIENT, Label.REVIEW], DAY)
    assert [(e.site, e.reason.partition(",")[0]) for e in entries] == [
        ("empty.example", "labelled insufficient"),
        ("unsure.example", "labelled review"),
    ]


def test_a_byte_order_mark_hides_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xef\xbb\xbffarm.example\n")
    assert [entry.site for entry in ListFile(path)] == ["farm.example"]


@pytest.mark.parametrize(
    ("site", "forms"),
    [
        ("farm.example", set(ListFormat)),
        ("farm.blogspot.com", set(ListFormat)),
        ("medium.com/@farm", {ListFormat.UBLACKLIST, ListFormat.UBLOCK, ListFormat.DOMAINS}),
        ("192.0.2.7", {ListFormat.UBLACKLIST, ListFormat.UBLOCK, ListFormat.DOMAINS}),
        ("[2001:db8::7]", {ListFormat.UBLACKLIST, ListFormat.UBLOCK, ListFormat.DOMAINS}),
        ("medium.com", set()),
        ("wordpress.com", set()),
        ("blogspot.com", set()),
        ("google.com", set()),  # pages of sites.google.com that are nobody's
    ],
)
def test_a_list_names_no_site_that_would_take_others_with_it(site: str, forms: set[ListFormat]) -> None:
    for form in ListFormat:
        text, left_out = export([Entry(site, "why", DAY)], form, "Farms")
        assert (site in text, left_out) == ((True, 0) if form in forms else (False, 1))


def test_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no table")
    with pytest.raises(ListError, match="chaffinch sites"):
        flagged_sites(tmp_path / "x.parquet")
