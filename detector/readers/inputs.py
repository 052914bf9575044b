"""Finds the crawl files behind the arguments of a scan and tells their formats, by name or by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from detector.errors import InputError
from detector.readers.record import clean


class Format(StrEnum):
    """The crawl formats that are read. WET files are WARC files of text."""

    WARC = "warc"
    JSONL = "jsonl"
    PARQUET = "parquet"
    FOLDER = "folder"  # HTML files


class Compression(StrEnum):
    """How a file is compressed; Parquet compresses inside."""

    NONE = ""
    GZIP = "gz"
    ZSTD = "zst"
    LZ4 = "lz4"


MAGIC = {
    Compression.GZIP: b"\x1f\x8b\x08",
    Compression.ZSTD: b"\x28\xb5\x2f\xfd",
    Compression.LZ4: b"\x04\x22\x4d\x18",
}
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"  # the skippable frame that opens a .warc.zst with a dictionary
_NAMES = {
    ".warc": Format.WARC,
    ".wet": Format.WARC,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSONL,
    ".parquet": Format.PARQUET,
}
_STARTS = {b"WARC/": Format.WARC, b"{": Format.JSONL, b"PAR1": Format.PARQUET}
_PAGES = {".html", ".htm", ".xhtml"}
_COMPRESSED = {f".{c}": c for c in Compression if c}
_ENDS = 65_536


@dataclass(frozen=True, slots=True)
class Input:
    """A crawl file, or a folder of HTML files."""

    name: str  # as rows name it
    path: Path
    format: Format
    compression: Compression
    size: int  # bytes
    digest: str  # of its size, head and tail: tells whether a restarted scan reads the same file
    files: tuple[str, ...] = ()  # of a folder, relative to it, in order


def find_inputs(arguments: Iterable[str | Path], besides: Path | None = None) -> tuple[Input, ...]:
    """Return the inputs that files and folders stand for, in a fixed order.

    A folder gives every crawl file below it, links followed, and one input for all its HTML files; what lies
    in the folder ``besides``, where a scan writes, is none. Raises InputError where a path does not exist,
    is given twice, holds nothing to read, or is of no known format.
    """
    found: list[Input] = []
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            found.extend(_in_folder(path, besides))
        elif path.is_file():
            found.append(_file(path))
        elif path.exists():
            raise InputError(f"{path}: neither a file nor a folder: give a pipe as standard input, as -")
        elif "://" in str(argument):
            raise InputError(
                f"{argument}: nothing is fetched: give files of pages, or save this page and "
                "give its address with `chaffinch score --url`"
            )
        else:
            raise InputError(f"{path}: no such file or folder")
    _check_distinct(found)
    return tuple(found)


def _check_distinct(found: Iterable[Input]) -> None:
    """Refuse a file that is given twice, by itself and in its folder or by a link: its rows would be too."""
    seen: dict[Path, Input] = {}
    for source in found:
        other = seen.setdefault(source.path.resolve(), source)
        if other is not source:
            also = f", as {other.name} too" if other.name != source.name else ""
            raise InputError(f"{source.name}: given twice{also}: its rows would be there twice")


def _in_folder(folder: Path, besides: Path | None) -> Iterator[Input]:
    pages: list[str] = []
    found = False
    for path in _walk(folder, besides):
        if _bare_suffix(path) in _PAGES:
            pages.append(str(path.relative_to(folder)))
        elif format_by_name(path):
            found = True
            yield _file(path)
    if pages:
        yield _folder_of_pages(folder, pages)
    elif not found:
        raise InputError(f"{folder}: neither crawl files ({' '.join(_NAMES)}) nor HTML files below it")


def _walk(folder: Path, besides: Path | None) -> Iterator[Path]:
    seen = {besides.resolve()} if besides else set()
    for root, folders, files in os.walk(folder, onerror=_refuse, followlinks=True):
        place = Path(root).resolve()
        if place in seen:  # by a link, maybe to a folder above
            folders.clear()
            continue
        seen.add(place)
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in sorted(files):
            if not name.startswith((".", "_")):
                yield Path(root, name)


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error


def format_by_name(path: Path) -> Format | None:
    """Return the format that a file's name tells, None where it tells none."""
    return _NAMES.get(_bare_suffix(path))


def format_by_content(start: bytes) -> Format | None:
    """Return the format that a file's first bytes, decompressed, tell; None where they tell none."""
    start = start.lstrip()
    return next((format_ for sign, format_ in _STARTS.items() if start.startswith(sign)), None)


def is_compressed(path: Path) -> bool:
    """Tell whether a file is compressed by its name."""
    return path.suffix.lower() in _COMPRESSED


def _bare_suffix(path: Path) -> str:
    return Path(path.stem).suffix.lower() if is_compressed(path) else path.suffix.lower()


def _folder_of_pages(folder: Path, pages: list[str]) -> Input:
    digest = hashlib.sha256()
    size = 0
    for page in pages:
        length = _size(folder / page)
        digest.update(f"{page}\t{length}\n".encode("utf-8", "surrogateescape"))
        size += length
    return Input(
        clean(str(folder)),
        folder,
        Format.FOLDER,
        Compression.NONE,
        size,
        digest.hexdigest()[:16],
        tuple(pages),
    )


def _size(path: Path) -> int:
    if not path.is_file():
        raise InputError(f"{path}: no such file: a broken link, or a pipe")
    return path.stat().st_size


def _file(path: Path) -> Input:
    size = _size(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_ENDS)
            stream.seek(max(0, size - _ENDS))
            tail = stream.read(_ENDS)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    compression = _compression(head)
    format_ = format_by_name(path) or _sniffed(path, head, compression)
    digest = hashlib.sha256(b"%d\n" % size + head + tail).hexdigest()[:16]
    return Input(clean(str(path)), path, format_, compression, size, digest)


def _compression(head: bytes) -> Compression:
    """By content: servers and tools often unpack a file and leave its name as it was."""
    if head.startswith(_ZSTD_DICTIONARY):
        return Compression.ZSTD
    return next((kind for kind, magic in MAGIC.items() if head.startswith(magic)), Compression.NONE)


def _sniffed(path: Path, head: bytes, compression: Compression) -> Format:
    from detector.readers.streams import first_bytes

    if not head:
        raise InputError(f"{path}: is empty")
    if found := format_by_content(first_bytes(head, compression)):
        return found
    if _bare_suffix(path) in _PAGES:
        raise InputError(f"{path}: is one page: give its folder, or use `chaffinch score`")
    raise InputError(f"{path}: unknown format; name it {', '.join(_NAMES)} (and .gz, .zst or .lz4)")
