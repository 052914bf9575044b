"""The rows that bulk scoring writes: one for every page and every bad record (see ``docs/crawls.md``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
import pyarrow as pa

from detector.hashing import mixed
from detector.naming import named_in_evidence, namings
from detector.page import Page
from detector.parsing.domains import host_of, registrable_domain
from detector.readers.record import BadRecord, Record
from detector.sites.names import site_of
from detector.verdict import Verdict
from detector.view import View

SCHEMA_VERSION = 1
"""Raised whenever a column changes its meaning or type. New columns alone do not raise it."""

MAX_EVIDENCE = 5
MAX_DOMAINS = 200
HEAD_BLOCKS, TAIL_BLOCKS = 4, 12
"""Blocks at a page's ends that are kept, for a site's common ones to be learnt from."""

BLOCK_CHARACTERS = (20, 120)
"""Blocks shorter than the first are left out, longer ones cut to the second."""

_LONG_TOKENS = 20  # characters a token on average: more means that the script has no spaces
_EVIDENCE = pa.struct(
    [
        ("code", pa.string()),
        ("message", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("excerpt", pa.string()),
    ]
)
_LISTING = pa.struct([("site", pa.string()), ("list", pa.string()), ("added", pa.date32())])
SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("position", pa.int64()),
        ("url", pa.string()),
        ("host", pa.string()),
        ("domain", pa.string()),
        ("site", pa.string()),
        ("fetched", pa.string()),
        ("published", pa.string()),
        ("title", pa.string()),
        ("language", pa.string()),
        ("topic", pa.string()),
        ("label", pa.string()),
        ("score", pa.float64()),
        ("reason", pa.string()),
        ("base", pa.float64()),
        ("families", pa.map_(pa.string(), pa.float64())),
        ("evidence", pa.list_(_EVIDENCE)),
        ("promoted", pa.list_(pa.string())),
        ("linked", pa.list_(pa.string())),
        ("republished", pa.bool_()),
        ("sources", pa.list_(pa.string())),
        ("owner_marks", pa.list_(pa.string())),
        ("listings", pa.list_(_LISTING)),
        ("fingerprint", pa.string()),
        ("edges", pa.list_(pa.string())),
        ("cuts", pa.list_(pa.string())),
        ("model", pa.string()),
        ("error", pa.string()),
        ("error_detail", pa.string()),
    ],
    metadata={"chaffinch.rows": str(SCHEMA_VERSION)},
)

Row: TypeAlias = dict[str, Any]
"""A value for each column of SCHEMA, and under VERDICT the verdict itself (None where there is none)."""

VERDICT = "verdict"


def row_of(source: str, record: Record, view: View, verdict: Verdict) -> Row:
    """Return the row of a scored page."""
    page = view.page
    promoted = named_in_evidence(page, verdict, "promotion.")[:MAX_DOMAINS]
    outside = dict.fromkeys(naming.domain for naming in namings(page))
    return {
        **_place(source, record.position, page.url),
        "fetched": record.date,
        "published": page.metadata.published[:40],
        "title": page.metadata.title[:200],
        "language": view.language,
        "topic": view.topics.title.main if page.metadata.title else "",
        "label": str(verdict.label),
        "score": verdict.score,
        "reason": verdict.reason,
        "base": verdict.base,
        "families": list(verdict.families.items()),
        "evidence": [
            {"code": e.code, "message": e.message, "start": e.start, "end": e.end, "excerpt": e.excerpt}
            for e in verdict.evidence[:MAX_EVIDENCE]
        ],
        "promoted": [naming.domain for naming in promoted],
        "linked": list(outside)[:MAX_DOMAINS],
        "republished": is_republished(verdict),
        "sources": source_domains(page, verdict)[:MAX_DOMAINS],
        "owner_marks": [f"{mark.kind}:{mark.value}" for mark in page.owner_marks][:MAX_DOMAINS],
        "listings": [
            {"site": found.site, "list": found.source, "added": found.added} for found in page.listings or ()
        ],
        "fingerprint": fingerprint(view.body_text),
        "edges": edge_blocks(page),
        "cuts": [str(cut) for cut in verdict.cuts],
        "model": verdict.model,
        "error": None,
        "error_detail": None,
        VERDICT: verdict,
    }


def error_row(source: str, bad: BadRecord) -> Row:
    """Return the row of a record that could not be scored."""
    row: Row = dict.fromkeys(SCHEMA.names)
    return {
        **row,
        **_place(source, bad.position, bad.url),
        "error": str(bad.kind),
        "error_detail": bad.message[:500],
        VERDICT: None,
    }


def to_batch(rows: Iterable[Row]) -> pa.RecordBatch:
    """Return rows as an Arrow batch of SCHEMA."""
    return pa.RecordBatch.from_pylist(
        [{name: value for name, value in row.items() if name != VERDICT} for row in rows], schema=SCHEMA
    )


def is_republished(verdict: Verdict) -> bool:
    """Tell whether there is evidence of copying, and the model counts it against the page."""
    seen = any(item.code.startswith("republication.") for item in verdict.evidence)
    return seen and verdict.families.get("republication", 0.0) > 0


def source_domains(page: Page, verdict: Verdict) -> list[str]:
    """Return the foreign domains that metadata, or evidence of copying, name as source or publisher."""
    metadata = page.metadata
    urls = (metadata.canonical, metadata.og_url, *metadata.publisher_urls)
    domains = [registrable_domain(host_of(url)) for url in urls if url]
    domains += [naming.domain for naming in named_in_evidence(page, verdict, "republication.")]
    return list(dict.fromkeys(domain for domain in domains if domain and domain != page.domain))


def edge_blocks(page: Page) -> list[str]:
    """Return the first and last blocks of a page, where a site's header and footer stand."""
    shortest, longest = BLOCK_CHARACTERS
    blocks = [block for block in page.blocks if block.end - block.start >= shortest]
    if len(blocks) > HEAD_BLOCKS + TAIL_BLOCKS:
        blocks = blocks[:HEAD_BLOCKS] + blocks[-TAIL_BLOCKS:]
    return [page.text[block.start : min(block.end, block.start + longest)] for block in blocks]


def fingerprint(text: str) -> str:
    """Return the 64-bit SimHash (Charikar 2002) of 3-token shingles, in hex; ``""`` below 8 tokens.

    Equal for equal wording; near copies differ in few bits (Manku et al. 2007 take 3 of 64). Tokens are what
    white space parts, or characters in scripts that are written without it.
    """
    tokens = text.lower().split()
    if len(text) > _LONG_TOKENS * len(tokens):
        tokens = [character for token in tokens for character in token]
    if len(tokens) < 8:
        return ""
    hashes = np.fromiter(
        (crc32(token.encode("utf-8", "replace")) for token in tokens), np.uint64, len(tokens)
    )
    shingles = np.unique(mixed(mixed(mixed(hashes[:-2]) + hashes[1:-1]) + hashes[2:]))
    bits = np.unpackbits(shingles.astype(">u8").view(np.uint8).reshape(-1, 8), axis=1)
    return np.packbits(2 * bits.sum(axis=0) > len(shingles)).tobytes().hex()


def _place(source: str, position: int, url: str) -> Row:
    host = host_of(url)
    return {
        "source": source,
        "position": position,
        "url": url,
        "host": host,
        "domain": registrable_domain(host),
        "site": site_of(url),
    }
