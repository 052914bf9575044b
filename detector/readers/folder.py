"""A folder of HTML files, as mirrors leave it: ``example.org/path/page.html`` is read as that address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from detector.parsing.domains import registrable_domain
from detector.readers.inputs import Compression, Input
from detector.readers.record import MAX_BODY, BadRecord, ErrorKind, Item, Record, clean
from detector.readers.streams import open_plain


def read_folder(source: Input, start: int, end: int) -> Iterator[Item]:
    """Yield files ``start..end`` of the folder; a record's position is its number in the sorted listing."""
    for position in range(start, min(end, len(source.files))):
        name = source.files[position]
        compressed = name.endswith(".gz")
        path = Path(source.path, name)
        try:
            body = open_plain(path, Compression.GZIP if compressed else Compression.NONE).read(MAX_BODY + 1)
        except (OSError, ValueError) as error:
            yield BadRecord(position, ErrorKind.UNREADABLE, clean(f"{name}: {error}"), address_of(name))
        else:
            yield Record(position, body, html=True, url=address_of(name))


def address_of(name: str) -> str:
    """Return the URL that a mirrored file's path stands for, ``""`` where its first folder is no host."""
    path = PurePosixPath(name.removesuffix(".gz"))
    host = path.parts[0].lower() if len(path.parts) > 1 else ""
    if not host or not registrable_domain(host):
        return ""
    rest = "/".join(path.parts[1:])
    return clean(f"https://{host}/{rest.removesuffix('index.html')}")
