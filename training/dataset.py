"""Labelled pages in, checked records out: schema, duplicates, contradicting labels, hashes of every input.

A data file is JSON lines, plain or gzipped, one page a line with ``id`` and one of ``text``, ``html`` (a path
below the data file's folder, plain or gzipped) or ``html_inline`` (the markup itself, as the service's label
export writes it). ``verdict`` is farm, legit or unsure; pages that have none can get one from a labels file:
tab-separated, lines ``# key: value`` first, then a header row with at least ``id`` and ``verdict``.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.blocklists.reputation import load_lists
from detector.errors import DatasetError
from detector.labelling import Judgement, Kind
from detector.page import Listing, Page
from detector.parsing.domains import host_of, registrable_domain

MAX_FILE_BYTES = 16 << 20
"""Bytes of one HTML file that are read; the parser cuts far earlier."""


@dataclass(frozen=True, slots=True)
class Record:
    """A page with its verdict."""

    id: str
    source: str  # where the page was collected; "" where unknown
    url: str
    domain: str  # registrable domain of the URL, its host where that has none (an IP address), else ""
    title: str
    text: str  # extracted text, "" where the page comes as HTML
    html: Path | None
    farm: bool
    kind: str = ""  # what sort of farm or legitimate page; "" where unknown
    confidence: Literal["high", "low"] = "high"
    markup: str | bytes = ""  # HTML that came inline
    listings: tuple[Listing, ...] | None = None  # what block lists say of the URL; None: not looked up

    def page(self) -> Page:
        """Parse the record. Raises DatasetError where its HTML file can't be read."""
        return replace(self._parsed(), listings=self.listings)

    def _parsed(self) -> Page:
        if self.html is not None:
            return Page.from_html(_read_html(self.html), url=self.url)
        if self.markup:
            return Page.from_html(self.markup, url=self.url)
        return Page.from_text(self.text, url=self.url, title=self.title)

    def content(self) -> str:
        """Return the text, or the visible text of the HTML (parsed at each call)."""
        return self.text or self.page().text


@dataclass(frozen=True, slots=True)
class Conflict:
    """Records that say different things of one id or one content; none of them is used."""

    ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """What became of every record that was read."""

    read: int
    farm: int
    legit: int
    unsure: int
    unlabelled: int
    duplicates: int  # same id or same content with the same verdict: the first one stays
    contradicted: int  # records left out because of a conflict
    unused_labels: int  # ids in a labels file that no data file has
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Checked records in the order read, and what they were made from."""

    records: tuple[Record, ...]
    hashes: dict[str, str]  # input name -> sha256; "<name>/html" covers the HTML files that <name> points to
    report: DatasetReport


def load_dataset(paths: Sequence[Path], labels: Sequence[Path] = ()) -> Dataset:
    """Read and check labelled data.

    Raises DatasetError, naming file, line and field, where an input can't be read or breaks the schema, or
    where labels name no page at all.
    """
    hashes: dict[str, str] = {}
    rows = [row for path in paths for row in _read_rows(path, hashes)]
    given = [label for path in labels for label in _read_labels(path, hashes)]
    if rows and given and {label.id for label in given}.isdisjoint(row.raw.id for row in rows):
        raise DatasetError(
            f"{', '.join(map(str, labels))}: no id is that of a page: give the labels of this data"
        )
    records, report = _settle(rows, given)
    return Dataset(records, hashes, report)


def look_up(dataset: Dataset, lists: Sequence[Path]) -> Dataset:
    """Return a dataset whose records with an address carry what block lists say of it.

    Raises ListError where a list can't be read.
    """
    reputation = load_lists(lists)
    if reputation is None:
        return dataset
    hosts = [host_of(record.url) for record in dataset.records]
    records = [
        replace(record, listings=reputation.lookup(host, record.url)) if host else record
        for record, host in zip(dataset.records, hosts, strict=True)
    ]
    return replace(dataset, records=tuple(records))


def note_inputs(dataset: Dataset, paths: Sequence[Path]) -> Dataset:
    """Return a dataset with the hashes of further files that shape a model.

    Raises DatasetError where one can't be read, or has the name of another input.
    """
    hashes = dict(dataset.hashes)
    for path in paths:
        _read(path, hashes)
    return replace(dataset, hashes=hashes)


class _Schema(BaseModel):
    """A line of a data file. Unknown fields are refused, so that a misspelt one is never dropped silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(min_length=1, pattern=r"^\S+$")
    source: str = ""
    set: str = ""  # the name of a collection, in files that have no source
    url: str = ""
    domain: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    html_inline: str = ""
    verdict: Judgement | None = None
    kind: Kind = ""
    copied: str = ""
    links: str = ""
    confidence: Literal["high", "low"] = "high"
    annotators: int = Field(default=1, ge=0)
    agreement: float | None = None
    truncated: bool = False
    decided_at: str = ""
    author: str = ""
    policy: str = ""


class _LabelSchema(BaseModel):
    """A line of a labels file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    verdict: Judgement
    kind: Kind = ""
    copied: str = ""
    links: str = ""
    confidence: Literal["high", "low"] = "high"


@dataclass(frozen=True, slots=True)
class _Row:
    raw: _Schema
    html: Path | None
    digest: str  # of the content

    def record(self, label: _LabelSchema | _Schema) -> Record:
        raw, host = self.raw, host_of(self.raw.url)
        return Record(
            id=raw.id,
            source=raw.source or raw.set,
            url=raw.url,
            domain=registrable_domain(host) or host,
            title=raw.title,
            text=raw.text,
            html=self.html,
            farm=label.verdict == "farm",
            kind=label.kind,
            confidence=label.confidence,
            markup=raw.html_inline,
        )


def _settle(rows: list[_Row], labels: list[_LabelSchema]) -> tuple[tuple[Record, ...], DatasetReport]:
    """Give each row its label, drop repetitions and contradictions, and count what happened."""
    label_of: dict[str, _LabelSchema | _Schema] = {label.id: label for label in labels}
    label_of |= {row.raw.id: row.raw for row in rows if row.raw.verdict}
    conflicts = _conflicts(rows, labels, label_of)
    barred = {id_ for conflict in conflicts for id_ in conflict.ids}
    records: list[Record] = []
    counts = dict.fromkeys(("unsure", "unlabelled", "duplicates", "contradicted"), 0)
    seen: set[str] = set()
    for row in rows:
        label = label_of.get(row.raw.id)
        if label is None:
            counts["unlabelled"] += 1
        elif row.raw.id in barred:
            counts["contradicted"] += 1
        elif f"id {row.raw.id}" in seen or row.digest in seen:
            counts["duplicates"] += 1
        elif label.verdict == "unsure":
            counts["unsure"] += 1
        else:
            records.append(row.record(label))
        seen |= {f"id {row.raw.id}", row.digest} if label else set()
    farms = sum(record.farm for record in records)
    report = DatasetReport(
        read=len(rows),
        farm=farms,
        legit=len(records) - farms,
        **counts,
        unused_labels=len({label.id for label in labels} - {row.raw.id for row in rows}),
        conflicts=conflicts,
    )
    return tuple(records), report


def _conflicts(
    rows: list[_Row], labels: list[_LabelSchema], label_of: dict[str, _LabelSchema | _Schema]
) -> tuple[Conflict, ...]:
    by_id: dict[str, set[str]] = defaultdict(set)
    by_content: dict[str, dict[str, str]] = defaultdict(dict)
    stated: list[_LabelSchema | _Schema] = [*labels, *(row.raw for row in rows)]
    for label in stated:
        by_id[label.id] |= {label.verdict} if label.verdict else set()
    for row in rows:
        if row.raw.id in label_of:
            by_content[row.digest][row.raw.id] = label_of[row.raw.id].verdict or ""
    one_id = (
        Conflict((id_,), f"the id has the verdicts {', '.join(sorted(verdicts))}")
        for id_, verdicts in by_id.items()
        if len(verdicts) > 1
    )
    one_content = (
        Conflict(tuple(ids), f"the same content has the verdicts {', '.join(sorted(set(ids.values())))}")
        for ids in by_content.values()
        if len(set(ids.values())) > 1
    )
    return (*one_id, *one_content)


def _read_rows(path: Path, hashes: dict[str, str]) -> Iterator[_Row]:
    data = _read(path, hashes)
    html_digest = hashlib.sha256()
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            raw = _Schema.model_validate_json(line)
        except ValidationError as error:
            raise DatasetError(_explain(where, error)) from None
        html = _html_path(path, raw.html, where)
        if html is None and not (raw.text.strip() or raw.html_inline.strip()):
            raise DatasetError(
                f"{where}, field text: no content; give text, html or html_inline, or drop the line"
            )
        content = (
            _read_html(html, where) if html else (raw.html_inline or raw.text).encode("utf-8", "replace")
        )
        digest = hashlib.sha256(content).hexdigest()
        if html:
            html_digest.update(f"{raw.html}\t{digest}\n".encode())
            hashes[f"{path.name}/html"] = html_digest.hexdigest()
        yield _Row(raw, html, digest)


def _read_labels(path: Path, hashes: dict[str, str]) -> Iterator[_LabelSchema]:
    data = _read(path, hashes)
    columns: list[str] = []
    for number, line in enumerate(_decode(data, path).split("\n"), 1):
        if not line.strip() or (not columns and line.startswith("#")):
            continue
        where = f"{path}, line {number}"
        cells = line.rstrip("\r").split("\t")
        if not columns:
            columns = _columns(cells, where)
            continue
        if len(cells) != len(columns):
            raise DatasetError(f"{where}: {len(cells)} columns, but the header row has {len(columns)}")
        try:
            yield _LabelSchema.model_validate(dict(zip(columns, cells, strict=True)))
        except ValidationError as error:
            raise DatasetError(_explain(where, error)) from None
    if not columns:
        raise DatasetError(f"{path}: is empty; give a tab-separated file with the columns id and verdict")


def _columns(cells: list[str], where: str) -> list[str]:
    if not {"id", "verdict"} <= set(cells):
        raise DatasetError(
            f"{where}: the header row lacks id or verdict; give a tab-separated file with these columns"
        )
    return cells


def _read(path: Path, hashes: dict[str, str]) -> bytes:
    """Read an input, decompressed; note the hash of the file as it lies on disk."""
    if path.name in hashes:
        raise DatasetError(f"two inputs are called {path.name}: give each once, or rename one")
    try:
        data = path.read_bytes()
        hashes[path.name] = hashlib.sha256(data).hexdigest()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: can't be read ({error}); give a JSON-lines or labels file") from None


def _read_html(path: Path, where: str = "") -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(MAX_FILE_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{where or path}, field html: {path.name} can't be read ({error})") from None


def _html_path(data_file: Path, html: str, where: str) -> Path | None:
    if not html:
        return None
    folder = data_file.parent.resolve()
    try:
        path = (folder / html).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a null character
        raise DatasetError(f"{where}, field html: {html[:40]!r} is no path ({error}); correct it") from None
    if not path.is_relative_to(folder):
        raise DatasetError(
            f"{where}, field html: {html!r} lies outside the data file's folder; move it below"
        )
    return path


def _decode(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


def _explain(where: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "(the whole line)"
    remedy = "remove or rename the field" if first["type"] == "extra_forbidden" else "correct the value"
    given = "" if first["type"] in ("extra_forbidden", "missing") else f", not {str(first['input'])[:40]!r}"
    return f"{where}, field {field}: {first['msg']}{given}; {remedy}"
