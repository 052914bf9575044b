"""A look-up of addresses in block lists, with what lists say of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.blocklists.entries import sites_above
from detector.blocklists.reading import ListFile
from detector.page import Listing, Page


class Reputation:
    """Looks addresses up in block lists: sorted 64-bit hashes, for millions to stay in memory.

    An entry takes 9 bytes where its lists have up to 256 dates between them, 10 beyond. Two of a million
    entries share a hash with a probability of 3e-8; a wrong hit of a site that is on no list of a million has
    one of 5e-14.
    """

    def __init__(self, lists: Iterable[ListFile]) -> None:
        numbers: dict[tuple[int, date | None], int] = {}  # of a list by its place: names may be alike
        hashes, origins = array("Q"), array("I")
        self._names: list[str] = []
        for place, listed in enumerate(lists):
            self._names.append(listed.source)
            for entry in listed:
                origin = (place, entry.added)
                if origin not in numbers:
                    numbers[origin] = len(numbers)
                hashes.append(_hash(entry.site))
                origins.append(numbers[origin])
        self._origins = list(numbers)
        width = np.min_scalar_type(max(len(numbers) - 1, 0))
        self._hashes, self._numbers = _sorted(
            np.frombuffer(hashes, np.uint64), np.frombuffer(origins, np.uint32).astype(width)
        )
        self._ordered = self._hashes.data  # a single value is searched for in a tenth of numpy's time

    def __len__(self) -> int:
        return len(self._hashes)

    def count(self, place: int) -> int:
        """Return how many entries a list has, given its place among the lists (from 0)."""
        mine = [number for number, (listed, _) in enumerate(self._origins) if listed == place]
        return int(np.isin(self._numbers, mine).sum())

    @property
    def nbytes(self) -> int:
        """Bytes that the entries take in memory."""
        return self._hashes.nbytes + self._numbers.nbytes

    def lookup(self, host: str, url: str = "") -> tuple[Listing, ...]:
        """Return what the lists say of an address, its host's own entries first, once for each list and site.

        Without ``url``, entries that name a path don't match.
        """
        return tuple(listing for site in sites_above(host, url) for listing in self._listings(site))

    def with_listings(self, page: Page) -> Page:
        """Return a page with what the lists say of its address; one without an address stays as it is."""
        return replace(page, listings=self.lookup(page.host, page.url)) if page.host else page

    def _listings(self, site: str) -> Iterator[Listing]:
        wanted = _hash(site)
        place = bisect_left(self._ordered, wanted)
        said = set()
        while place < len(self._ordered) and self._ordered[place] == wanted:
            listed, added = self._origins[int(self._numbers[place])]
            if listed not in said:
                yield Listing(site, self._names[listed], added)
            said.add(listed)
            place += 1


def load_lists(lists: Iterable[Path]) -> Reputation | None:
    """Read block lists, None where there are none. Raises ListError where one can't be read."""
    files = [ListFile(path) for path in lists]
    return Reputation(files) if files else None


def _sorted(
    hashes: NDArray[np.uint64], numbers: NDArray[np.unsignedinteger[Any]]
) -> tuple[NDArray[np.uint64], NDArray[np.unsignedinteger[Any]]]:
    """Sort entries by hash, the earlier first where two are alike, and drop repeated ones."""
    order = np.argsort(hashes, kind="stable")
    hashes, numbers = hashes[order], numbers[order]
    again = np.zeros(len(hashes), dtype=np.bool_)
    again[1:] = (hashes[1:] == hashes[:-1]) & (numbers[1:] == numbers[:-1])
    return (hashes[~again], numbers[~again]) if again.any() else (hashes, numbers)


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())
