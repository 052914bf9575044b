from __future__ import annotations

import re
from pathlib import Path

import pytest

from detector.readers.record import ErrorKind
from detector.scan.rows import SCHEMA, SCHEMA_VERSION
from detector.sites.report import SITE_SCHEMA

DOCS = (Path(__file__).parent.parent / "docs" / "crawls.md").read_text()
ROWS, _, SITES = DOCS.partition("\n## Sites\n")


def documented(text: str) -> set[str]:
    """The names in the first column of every table."""
    return {
        name for cell in re.findall(r"^\| ([^|]+) \|", text, re.M) for name in re.findall(r"`(\w+)`", cell)
    }


@pytest.mark.parametrize("name", SCHEMA.names)
def test_every_column_of_the_rows_is_documented(name: str) -> None:
    assert name in documented(ROWS)


@pytest.mark.parametrize("name", SITE_SCHEMA.names)
def test_every_column_of_the_sites_is_documented(name: str) -> None:
    assert name in documented(SITES)


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_error_is_documented(kind: ErrorKind) -> None:
    assert str(kind) in documented(ROWS)


def test_nothing_is_documented_that_is_not_there() -> None:
    assert documented(ROWS) <= {*SCHEMA.names, *map(str, ErrorKind)}
    assert documented(SITES) <= set(SITE_SCHEMA.names)


def test_the_version_is_documented() -> None:
    assert f"`chaffinch.rows` in their metadata: {SCHEMA_VERSION}" in DOCS
